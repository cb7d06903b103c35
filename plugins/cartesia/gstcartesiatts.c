/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-cartesiatts
 * @title: cartesiatts
 * @short_description: Cartesia's Sonic voices
 *
 * Has each sentence spoken by Cartesia, over one connection that is kept
 * (`/tts/websocket`), or by a request for each (`transport=rest`). `voice` is
 * the id of a voice. The service says when it speaks which word.
 *
 * ## Example launch line
 * |[
 * CARTESIA_API_KEY=… gst-launch-1.0 cartesiatts text="Good morning." !
 * audioconvert ! audioresample ! autoaudiosink
 * ]|
 */

#include "config.h"

#include "cartesia-service.h"
#include "gstcartesiatts.h"
#include "json-writer.h"
#include "speech-voice.h"

/* Of the interface; every request must name one. */
#define INTERFACE_VERSION "2026-03-01"
/* The service has no limit; a queue has. */
#define MAX_CONTEXTS 16

struct _GstCartesiaTts {
  GstVowelTts parent;

  SpeechVoice voice;
};

static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("audio/x-raw, format = (string) S16LE, "
                         "layout = (string) interleaved, "
                         "rate = (int) [ 8000, 48000 ], channels = (int) 1"));

G_DEFINE_FINAL_TYPE (GstCartesiaTts, gst_cartesia_tts, GST_TYPE_VOWEL_TTS)
GST_ELEMENT_REGISTER_DEFINE (
    cartesiatts, "cartesiatts", GST_RANK_NONE, GST_TYPE_CARTESIA_TTS);

/* What requests and messages have in common. */
static void
add_order (JsonBuilder *builder, const SpeechOrder *order)
{
  json_builder_begin_object (builder);
  json_writer_add_string (builder, "model_id", order->model);
  json_writer_add_string (builder, "transcript", order->text);
  json_writer_begin_object (builder, "voice");
  json_writer_add_string (builder, "mode", "id");
  json_writer_add_string (builder, "id", order->voice);
  json_builder_end_object (builder);
  if (order->language != NULL)
    json_writer_add_string (builder, "language", order->language);
  if (order->speed != 1.0) {
    json_writer_begin_object (builder, "generation_config");
    json_writer_add_double (builder, "speed", CLAMP (order->speed, 0.6, 1.5));
    json_builder_end_object (builder);
  }
  json_writer_begin_object (builder, "output_format");
  json_writer_add_string (builder, "container", "raw");
  json_writer_add_string (builder, "encoding", "pcm_s16le");
  json_writer_add_int (builder, "sample_rate", order->rate);
  json_builder_end_object (builder);
}

static GstVowelHttpRequest *
make_request (GstVowelTts *tts, const SpeechOrder *order)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  GstVowelHttpRequest *http;

  add_order (builder, order);
  http = speech_order_post (
      order, tts, "/tts/bytes", json_writer_end_bytes (builder));
  gst_vowel_http_request_set_header (
      http, "Cartesia-Version", INTERFACE_VERSION);
  return http;
}

/* --- over a WebSocket --- */

static gchar *
make_path (GstVowelTts *tts, const SpeechOrder *order)
{
  return g_strdup ("/tts/websocket?cartesia_version=" INTERFACE_VERSION);
}

/* Whole sentences: nothing is to be waited for. */
static void
add_messages (GstVowelTts *tts, const SpeechOrder *order, const gchar *context,
    GPtrArray *messages)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  add_order (builder, order);
  json_writer_add_string (builder, "context_id", context);
  json_writer_add_boolean (builder, "continue", FALSE);
  json_writer_add_boolean (builder, "add_timestamps", TRUE);
  json_writer_add_int (builder, "max_buffer_delay_ms", 0);
  g_ptr_array_add (messages, json_writer_end (builder));
}

static guint
get_status (JsonObject *message)
{
  gint64 status = gst_vowel_json_get_int (message, "status_code", 500);

  return status >= 400 && status < 600 ? status : 500;
}

static void
read_message (JsonObject *message, SpeechReply *reply)
{
  const gchar *type = gst_vowel_json_get_string (message, "type");
  JsonObject *words = gst_vowel_json_get_object (message, "word_timestamps");

  reply->context = gst_vowel_json_get_string (message, "context_id");
  if (g_strcmp0 (type, "chunk") == 0) {
    reply->audio = gst_vowel_json_get_string (message, "data");
  } else if (g_strcmp0 (type, "timestamps") == 0) {
    reply->symbols = gst_vowel_json_get_array (words, "words");
    reply->starts = gst_vowel_json_get_array (words, "start");
    reply->unit = 1.0;
  } else if (g_strcmp0 (type, "done") == 0) {
    reply->end = reply->stopped = TRUE;
  } else if (g_strcmp0 (type, "error") == 0) {
    reply->status = get_status (message);
    reply->reason = gst_vowel_json_get_string (message, "message");
    if (reply->reason == NULL)
      reply->reason = gst_vowel_json_get_string (message, "error");
  }
}

static gchar *
make_stop (const gchar *context)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_writer_add_string (builder, "context_id", context);
  json_writer_add_boolean (builder, "cancel", TRUE);
  return json_writer_end (builder);
}

static const SpeechProtocol protocol = {
    .max_contexts = MAX_CONTEXTS,
    .stops_silently = TRUE,
    .read = read_message,
    .stop = make_stop,
};

static const SpeechVendor vendor = {
    .service = &cartesia_service,
    .transport = SPEECH_TRANSPORT_WEBSOCKET,
    .voice = "9626c31c-bec5-4cca-baa8-f8ba9e84c8bc",
    .model = "sonic-3.5",
    .takes_language = TRUE,
    .make_request = make_request,
    .protocol = &protocol,
    .make_path = make_path,
    .add_messages = add_messages,
};

static void
gst_cartesia_tts_class_init (GstCartesiaTtsClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  speech_voice_setup_class (GST_VOWEL_TTS_CLASS (klass), &vendor,
      G_STRUCT_OFFSET (GstCartesiaTts, voice), "GstCartesiaTts");
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class,
      "Cartesia speech synthesis", "Source/Speech",
      "Speaks by Cartesia's Sonic voices, each named by its id",
      "The vowel-gst authors");
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_TTS, "cartesia");
}

static void
gst_cartesia_tts_init (GstCartesiaTts *self)
{
  speech_voice_init (&self->voice, &vendor);
}
