/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session-manager.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What providers did since @since (seconds since 1970): in all, and for each
 * session that is not over. (transfer full) */
JsonObject *vowel_usage_report_new (VowelSessionManager *manager, gint64 since);

G_END_DECLS
