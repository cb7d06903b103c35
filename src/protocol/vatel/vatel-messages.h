/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* A client's message may have this many bytes. */
#define VOWEL_VATEL_MAX_MESSAGE (1024 * 1024)

/* Vatel's messages: text, one JSON object {"type": …, "data": {…}} each. */

/**
 * VowelVatelCommand:
 * @audio: (nullable): the caller's audio, PCM 16 bit at 24 kHz
 * @call_id: (nullable): the call that @output answers
 * @output: (nullable): what its tool returned, for the model as it is
 *
 * What a client says: audio, or the output of a tool.
 */
typedef struct {
  GBytes *audio;
  gchar *call_id;
  gchar *output;
} VowelVatelCommand;

void vowel_vatel_command_clear (VowelVatelCommand *command);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VowelVatelCommand, vowel_vatel_command_clear)

/* Fills in @ret_command; the error (of #VowelError) names the field. */
gboolean vowel_vatel_command_parse (const gchar *text, gsize length,
    VowelVatelCommand *ret_command, GError **error);

/* One message of the server. @data: (nullable) (transfer full): its members;
 * `data` is an empty object without. */
gchar *vowel_vatel_message (const gchar *type, JsonObject *data);
/* A piece of speech, written into @out, which is emptied first. @turn_id: an
 * id of ours. */
void vowel_vatel_audio_write (GString *out, const gchar *turn_id,
    const guint8 *data, gsize length, gboolean is_final);

G_END_DECLS
