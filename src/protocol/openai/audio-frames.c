/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "audio-frames.h"

#include "../base64.h"
#include "../flat-json.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define APPEND_TYPE "input_audio_buffer.append"
#define MAX_KEYS 3

gboolean
vowel_append_scan (const gchar *text, gsize length, const gchar **ret_audio,
    gsize *ret_audio_length, const gchar **ret_event_id,
    gsize *ret_event_id_length)
{
  VowelFlatScanner scanner = {text, text + length};
  VowelFlatText audio = {0}, event_id = {0}, type = {0};

  if (!vowel_flat_take (&scanner, '{'))
    return FALSE;

  for (guint keys = 0; keys < MAX_KEYS; keys++) {
    VowelFlatText key, value;

    if (!vowel_flat_take_text (&scanner, &key)
        || !vowel_flat_take (&scanner, ':')
        || !vowel_flat_take_text (&scanner, &value))
      return FALSE;

    /* The audio is not looked at here: the base64 table refuses what is not
     * plain. */
    if (vowel_flat_equals (&key, "audio") && audio.start == NULL)
      audio = value;
    else if (vowel_flat_equals (&key, "type") && type.start == NULL)
      type = value;
    else if (vowel_flat_equals (&key, "event_id") && event_id.start == NULL
             && vowel_flat_is_plain (&value))
      event_id = value;
    else
      return FALSE;

    if (!vowel_flat_take (&scanner, ','))
      break;
  }

  if (!vowel_flat_take (&scanner, '}') || !vowel_flat_is_at_end (&scanner)
      || audio.start == NULL || type.start == NULL
      || !vowel_flat_equals (&type, APPEND_TYPE))
    return FALSE;

  *ret_audio = audio.start;
  *ret_audio_length = audio.length;
  *ret_event_id = event_id.start;
  *ret_event_id_length = event_id.length;
  return TRUE;
}

/* Ids are ours and plain, but a client may have named an item. */
static void
append_member (GString *out, const gchar *key, const gchar *value)
{
  const VowelFlatText text = {value, strlen (value)};

  g_string_append_c (out, '"');
  g_string_append (out, key);
  g_string_append (out, "\":");

  if (vowel_flat_is_plain (&text)) {
    g_string_append_c (out, '"');
    g_string_append (out, value);
    g_string_append_c (out, '"');
  } else {
    g_autoptr (JsonNode) node =
        json_node_init_string (json_node_alloc (), value);
    g_autofree gchar *escaped = json_to_string (node, FALSE);

    g_string_append (out, escaped);
  }
  g_string_append_c (out, ',');
}

void
vowel_audio_delta_write (GString *out, const gchar *type, const gchar *event_id,
    const gchar *response_id, const gchar *item_id, guint output_index,
    guint content_index, const guint8 *data, gsize length)
{
  g_string_assign (out, "{");
  append_member (out, "type", type);
  append_member (out, "event_id", event_id);
  append_member (out, "response_id", response_id);
  append_member (out, "item_id", item_id);
  g_string_append_printf (out,
      "\"output_index\":%u,\"content_index\":%u,\"delta\":\"", output_index,
      content_index);
  vowel_base64_append (out, data, length);
  g_string_append (out, "\"}");
}
