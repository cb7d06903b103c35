/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "live-session.h"

G_BEGIN_DECLS

/* What Deepgram says over /v1/listen. */
gboolean listen_protocol_read (
    LiveSession *session, JsonObject *message, GError **error);

G_END_DECLS
