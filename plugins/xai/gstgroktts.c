/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-groktts
 * @title: groktts
 * @short_description: xAI's voices
 *
 * Has each sentence spoken by xAI (`/v1/tts`): by requests, two at a time, or
 * (`transport=websocket`) over one connection, one sentence after the other.
 * `voice` is a name like `eve`.
 *
 * ## Example launch line
 * |[
 * GROK_API_KEY=… gst-launch-1.0 groktts voice=rex text="Good morning." !
 * audioconvert ! audioresample ! autoaudiosink
 * ]|
 */

#include "config.h"

#include "gstgroktts.h"
#include "json-writer.h"
#include "speech-voice.h"
#include "xai-service.h"

/* It must be told; it speaks others all the same. */
#define DEFAULT_LANGUAGE "en"

struct _GstGrokTts {
  GstVowelTts parent;

  SpeechVoice voice;
};

static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("audio/x-raw, format = (string) S16LE, "
                         "layout = (string) interleaved, "
                         "rate = (int) [ 8000, 48000 ], channels = (int) 1"));

G_DEFINE_FINAL_TYPE (GstGrokTts, gst_grok_tts, GST_TYPE_VOWEL_TTS)
GST_ELEMENT_REGISTER_DEFINE (
    groktts, "groktts", GST_RANK_NONE, GST_TYPE_GROK_TTS);

static const gchar *
get_language (const SpeechOrder *order)
{
  return order->language != NULL ? order->language : DEFAULT_LANGUAGE;
}

static GstVowelHttpRequest *
make_request (GstVowelTts *tts, const SpeechOrder *order)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_writer_add_string (builder, "text", order->text);
  json_writer_add_string (builder, "voice_id", order->voice);
  json_writer_add_string (builder, "language", get_language (order));
  json_writer_begin_object (builder, "output_format");
  json_writer_add_string (builder, "codec", "pcm");
  json_writer_add_int (builder, "sample_rate", order->rate);
  json_builder_end_object (builder);
  return speech_order_post (
      order, tts, "/v1/tts", json_writer_end_bytes (builder));
}

/* --- over a WebSocket --- */

static gchar *
make_path (GstVowelTts *tts, const SpeechOrder *order)
{
  GString *path = g_string_new ("/v1/tts?voice=");

  g_string_append_uri_escaped (path, order->voice, NULL, FALSE);
  g_string_append (path, "&language=");
  g_string_append_uri_escaped (path, get_language (order), NULL, FALSE);
  g_string_append_printf (path, "&codec=pcm&sample_rate=%d", order->rate);
  return g_string_free (path, FALSE);
}

static JsonBuilder *
begin_message (const gchar *type)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_writer_add_string (builder, "type", type);
  return builder;
}

static void
add_messages (GstVowelTts *tts, const SpeechOrder *order, const gchar *context,
    GPtrArray *messages)
{
  g_autoptr (JsonBuilder) text = begin_message ("text.delta");
  g_autoptr (JsonBuilder) end = begin_message ("text.done");

  json_writer_add_string (text, "delta", order->text);
  g_ptr_array_add (messages, json_writer_end (text));
  g_ptr_array_add (messages, json_writer_end (end));
}

static void
read_message (JsonObject *message, SpeechReply *reply)
{
  const gchar *type = gst_vowel_json_get_string (message, "type");

  if (g_strcmp0 (type, "audio.delta") == 0)
    reply->audio = gst_vowel_json_get_string (message, "delta");
  reply->end = g_strcmp0 (type, "audio.done") == 0;
  reply->stopped = g_strcmp0 (type, "audio.clear") == 0;
  if (g_strcmp0 (type, "error") == 0) {
    reply->status = 500;
    reply->reason = gst_vowel_json_get_string (message, "message");
  }
}

static gchar *
make_stop (const gchar *context)
{
  g_autoptr (JsonBuilder) builder = begin_message ("text.clear");

  return json_writer_end (builder);
}

static const SpeechProtocol protocol = {
    .max_contexts = 1,
    .read = read_message,
    .stop = make_stop,
};

static const SpeechVendor vendor = {
    .service = &xai_service,
    .transport = SPEECH_TRANSPORT_REST,
    .voice = "eve",
    .takes_language = TRUE,
    .voices = "eve ara rex sal leo",
    .make_request = make_request,
    .protocol = &protocol,
    .make_path = make_path,
    .add_messages = add_messages,
};

static void
gst_grok_tts_class_init (GstGrokTtsClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  speech_voice_setup_class (GST_VOWEL_TTS_CLASS (klass), &vendor,
      G_STRUCT_OFFSET (GstGrokTts, voice), "GstGrokTts");
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "xAI speech synthesis",
      "Source/Speech", "Speaks by xAI's voices: eve, ara, rex, sal and leo",
      "The vowel-gst authors");
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_TTS, "grok");
}

static void
gst_grok_tts_init (GstGrokTts *self)
{
  speech_voice_init (&self->voice, &vendor);
}
