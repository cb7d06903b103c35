/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The two hot messages without a JSON tree: a microphone sends 25 appends a
 * second, an answer goes out in as many deltas. Whatever does not have exactly
 * the plain form is left to json-glib. */

/* Whether @text is a flat append object whose strings need no unescaping.
 * @ret_audio and @ret_event_id point into @text. */
gboolean vowel_append_scan (const gchar *text, gsize length,
    const gchar **ret_audio, gsize *ret_audio_length,
    const gchar **ret_event_id, gsize *ret_event_id_length);

/* Writes one audio delta into @out, which is emptied first. */
void vowel_audio_delta_write (GString *out, const gchar *type,
    const gchar *event_id, const gchar *response_id, const gchar *item_id,
    guint output_index, guint content_index, const guint8 *data, gsize length);

G_END_DECLS
