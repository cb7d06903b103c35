/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "speech-request.h"

G_BEGIN_DECLS

/* What Inworld answers a request with: lines of JSON with the audio in base64,
 * each piece perhaps with a header of its own. */
extern const SpeechEnvelope inworld_lines;

/* Its codes for failures (those of gRPC) as HTTP would say them. */
guint inworld_code_to_http (gint64 code);

G_END_DECLS
