/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "openai-face.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Whether the event looks the same in both dialects: a provisional connection
 * stays so. */
gboolean vowel_openai_event_is_neutral (const VowelEvent *event);

/* Its name on the wire; NULL when this dialect does not have it. Not for
 * events about the session as a whole, which the face knows. */
const gchar *vowel_openai_event_name (
    const VowelEvent *event, VowelOpenaiDialect dialect);

/* The event without its event_id; NULL when there is nothing to say. Audio
 * deltas are written by vowel_audio_delta_write(). */
JsonObject *vowel_openai_event_render (const VowelEvent *event,
    const gchar *conversation_id, VowelOpenaiDialect dialect);

G_END_DECLS
