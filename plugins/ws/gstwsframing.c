/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/vowel/vowel.h>

#include "gstwsframing.h"

#define MAX_EVENT_SIZE (24 * 1024 * 1024)

#define VALUE(value, text, nick)                                               \
  {                                                                            \
    value, text, nick                                                          \
  }

/* What is written here as names, gst-inspect-1.0 shows as explanations. */
G_DEFINE_ENUM_TYPE (GstWsFraming, gst_ws_framing,
    VALUE (GST_WS_FRAMING_BINARY, "Binary messages with nothing but audio",
        "binary"),
    VALUE (GST_WS_FRAMING_OPENAI,
        "Text messages: OpenAI Realtime events, audio in base64", "openai"))

G_DEFINE_ENUM_TYPE (GstWsEventType, gst_ws_event_type,
    VALUE (GST_WS_EVENT_APPEND, "input_audio_buffer.append, as clients send",
        "append"),
    VALUE (GST_WS_EVENT_OUTPUT_AUDIO_DELTA,
        "response.output_audio.delta, as servers send", "output-audio-delta"),
    VALUE (GST_WS_EVENT_AUDIO_DELTA,
        "response.audio.delta, as servers of the beta sent", "audio-delta"))

static const struct {
  const gchar *type;
  const gchar *member;
} events[] = {
    [GST_WS_EVENT_APPEND] = {"input_audio_buffer.append", "audio"},
    [GST_WS_EVENT_OUTPUT_AUDIO_DELTA] = {"response.output_audio.delta",
        "delta"},
    [GST_WS_EVENT_AUDIO_DELTA] = {"response.audio.delta", "delta"},
};

GBytes *
gst_ws_framing_encode (GstWsEventType type, const guint8 *data, gsize size)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree gchar *base64 = g_base64_encode (data, size);
  gchar *text;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "type");
  json_builder_add_string_value (builder, events[type].type);
  json_builder_set_member_name (builder, events[type].member);
  json_builder_add_string_value (builder, base64);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  return g_bytes_new_take (text, strlen (text));
}

GBytes *
gst_ws_framing_decode (const gchar *text, gsize length, GError **error)
{
  g_autoptr (JsonNode) root =
      gst_vowel_json_parse (text, length, MAX_EVENT_SIZE, error);
  JsonObject *object;
  const gchar *type, *base64;
  guchar *data;
  gsize size;

  if (root == NULL)
    return NULL;
  object = JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  type = gst_vowel_json_get_string (object, "type");
  if (type == NULL) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
        "A message must be a JSON object with a string member \"type\"");
    return NULL;
  }

  for (guint i = 0; i < G_N_ELEMENTS (events); i++) {
    if (g_strcmp0 (type, events[i].type) != 0)
      continue;
    base64 = gst_vowel_json_get_string (object, events[i].member);
    data = base64 != NULL ? g_base64_decode (base64, &size) : NULL;
    if (data == NULL || (size == 0 && *base64 != '\0')) {
      g_free (data);
      g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
          "The member \"%s\" of a %s must be audio in base64", events[i].member,
          type);
      return NULL;
    }
    return g_bytes_new_take (data, size);
  }
  return NULL;
}
