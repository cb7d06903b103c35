/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vatel-messages.h"

#include "../base64.h"
#include "../flat-json.h"

#include "session/error.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

void
vowel_vatel_command_clear (VowelVatelCommand *command)
{
  g_clear_pointer (&command->audio, g_bytes_unref);
  g_clear_pointer (&command->call_id, g_free);
  g_clear_pointer (&command->output, g_free);
}

static gboolean
parse_audio (JsonObject *data, VowelVatelCommand *command, GError **error)
{
  const gchar *base64 = gst_vowel_json_get_string (data, "audio");

  if (base64 != NULL)
    command->audio = vowel_base64_decode (base64, strlen (base64));
  if (command->audio != NULL)
    return TRUE;
  vowel_set_field_error (error,
      base64 == NULL ? VOWEL_ERROR_MISSING : VOWEL_ERROR_INVALID, "data.audio",
      "expected PCM audio as base64");
  return FALSE;
}

/* A model is given text: whatever is none becomes JSON. */
static gboolean
parse_output (JsonObject *data, VowelVatelCommand *command, GError **error)
{
  const gchar *id = gst_vowel_json_get_string (data, "toolCallId");
  JsonNode *output = json_object_get_member (data, "output");

  if (id == NULL) {
    vowel_set_field_error (error, VOWEL_ERROR_MISSING, "data.toolCallId",
        "expected the id that the tool_call had");
    return FALSE;
  }
  if (output == NULL) {
    vowel_set_field_error (error, VOWEL_ERROR_MISSING, "data.output",
        "expected what the tool returned");
    return FALSE;
  }
  command->call_id = g_strdup (id);
  command->output = json_node_get_value_type (output) == G_TYPE_STRING
                        ? json_node_dup_string (output)
                        : json_to_string (output, FALSE);
  return TRUE;
}

static gboolean
scan_data (VowelFlatScanner *scanner, VowelFlatText *audio)
{
  VowelFlatText key;

  return audio->start == NULL && vowel_flat_take (scanner, '{')
         && vowel_flat_take_text (scanner, &key)
         && vowel_flat_equals (&key, "audio") && vowel_flat_take (scanner, ':')
         && vowel_flat_take_text (scanner, audio)
         && vowel_flat_take (scanner, '}');
}

/* (nullable): what a plain message with audio has; NULL for any other */
static GBytes *
scan_audio (const gchar *text, gsize length)
{
  VowelFlatScanner scanner = {text, text + length};
  VowelFlatText type = {0}, audio = {0};

  if (!vowel_flat_take (&scanner, '{'))
    return NULL;
  do {
    VowelFlatText key;

    if (!vowel_flat_take_text (&scanner, &key)
        || !vowel_flat_take (&scanner, ':'))
      return NULL;
    if (vowel_flat_equals (&key, "data")
            ? !scan_data (&scanner, &audio)
            : (!vowel_flat_equals (&key, "type") || type.start != NULL
                || !vowel_flat_take_text (&scanner, &type)))
      return NULL;
  } while (vowel_flat_take (&scanner, ','));

  return vowel_flat_take (&scanner, '}') && vowel_flat_is_at_end (&scanner)
                 && type.start != NULL && audio.start != NULL
                 && vowel_flat_equals (&type, "input_audio")
             ? vowel_base64_decode (audio.start, audio.length)
             : NULL;
}

gboolean
vowel_vatel_command_parse (const gchar *text, gsize length,
    VowelVatelCommand *ret_command, GError **error)
{
  g_autoptr (JsonNode) root = NULL;
  JsonObject *message, *data;
  const gchar *type;

  ret_command->audio = scan_audio (text, length);
  if (ret_command->audio != NULL)
    return TRUE;
  root = gst_vowel_json_parse (text, length, VOWEL_VATEL_MAX_MESSAGE, error);
  if (root == NULL)
    return FALSE;
  message = JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  type = gst_vowel_json_get_string (message, "type");
  data = gst_vowel_json_get_object (message, "data");
  if (type == NULL || data == NULL) {
    vowel_set_field_error (error, VOWEL_ERROR_MISSING,
        type == NULL ? "type" : "data",
        "expected a message like {\"type\":\"input_audio\",\"data\":{…}}");
    return FALSE;
  }

  if (g_str_equal (type, "input_audio"))
    return parse_audio (data, ret_command, error);
  if (g_str_equal (type, "tool_call_output"))
    return parse_output (data, ret_command, error);
  vowel_set_field_error (error, VOWEL_ERROR_UNKNOWN_FIELD, "type",
      "expected \"input_audio\" or \"tool_call_output\"");
  return FALSE;
}

gchar *
vowel_vatel_message (const gchar *type, JsonObject *data)
{
  g_autoptr (JsonObject) message = json_object_new ();
  g_autoptr (JsonNode) node = NULL;

  json_object_set_string_member (message, "type", type);
  json_object_set_object_member (
      message, "data", data != NULL ? data : json_object_new ());
  node = json_node_init_object (json_node_alloc (), message);
  return json_to_string (node, FALSE);
}

void
vowel_vatel_audio_write (GString *out, const gchar *turn_id, const guint8 *data,
    gsize length, gboolean is_final)
{
  g_string_assign (
      out, "{\"type\":\"response_audio\",\"data\":{\"turn_id\":\"");
  g_string_append (out, turn_id);
  g_string_append (out, "\",\"audio\":\"");
  vowel_base64_append (out, data, length);
  g_string_append (
      out, is_final ? "\",\"is_final\":true}}" : "\",\"is_final\":false}}");
}
