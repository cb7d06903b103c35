/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-deepgramtts
 * @title: deepgramtts
 * @short_description: Deepgram's Aura voices
 *
 * Has each sentence spoken by Deepgram (`/v1/speak`); the audio goes on while
 * it comes. By requests, two at a time, or (`transport=websocket`) over one
 * connection, one sentence after the other; those beyond the 20 that a
 * connection may be given in a minute are requests. `voice` is a model like
 * `aura-2-thalia-en`, or just its name (`thalia`).
 *
 * ## Example launch line
 * |[
 * DEEPGRAM_API_KEY=… gst-launch-1.0 deepgramtts voice=orion text="Good
 * morning." ! audioconvert ! audioresample ! autoaudiosink
 * ]|
 */

#include "config.h"

#include <string.h>

#include "deepgram-service.h"
#include "gstdeepgramtts.h"
#include "json-writer.h"
#include "speech-voice.h"

/* In a minute: beyond it the service says nothing more of an end. */
#define MAX_FLUSHES 20

struct _GstDeepgramTts {
  GstVowelTts parent;

  SpeechVoice voice;
};

static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("audio/x-raw, format = (string) S16LE, "
                         "layout = (string) interleaved, "
                         "rate = (int) [ 8000, 48000 ], channels = (int) 1"));

G_DEFINE_FINAL_TYPE (GstDeepgramTts, gst_deepgram_tts, GST_TYPE_VOWEL_TTS)
GST_ELEMENT_REGISTER_DEFINE (
    deepgramtts, "deepgramtts", GST_RANK_NONE, GST_TYPE_DEEPGRAM_TTS);

static gchar *
make_query (const SpeechOrder *order)
{
  GString *query = g_string_new ("/v1/speak?model=");
  g_autofree gchar *model =
      strchr (order->voice, '-') != NULL
          ? g_strdup (order->voice)
          : g_strdup_printf ("aura-2-%s-en", order->voice);
  gchar speed[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_uri_escaped (query, model, NULL, FALSE);
  g_string_append_printf (
      query, "&encoding=linear16&sample_rate=%d", order->rate);
  if (order->speed != 1.0) {
    g_ascii_formatd (
        speed, sizeof (speed), "%.2f", CLAMP (order->speed, 0.7, 1.5));
    g_string_append_printf (query, "&speed=%s", speed);
  }
  return g_string_free (query, FALSE);
}

static GstVowelHttpRequest *
make_request (GstVowelTts *tts, const SpeechOrder *order)
{
  g_autofree gchar *query = make_query (order);
  /* Without it the answer would be a WAV file. */
  g_autofree gchar *path = g_strconcat (query, "&container=none", NULL);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_writer_add_string (builder, "text", order->text);
  return speech_order_post (order, tts, path, json_writer_end_bytes (builder));
}

/* --- over a WebSocket --- */

static gchar *
make_path (GstVowelTts *tts, const SpeechOrder *order)
{
  return make_query (order);
}

static gchar *
make_command (const gchar *type)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_writer_add_string (builder, "type", type);
  return json_writer_end (builder);
}

static void
add_messages (GstVowelTts *tts, const SpeechOrder *order, const gchar *context,
    GPtrArray *messages)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_writer_add_string (builder, "type", "Speak");
  json_writer_add_string (builder, "text", order->text);
  g_ptr_array_add (messages, json_writer_end (builder));
  g_ptr_array_add (messages, make_command ("Flush"));
}

static gboolean
mentions_flush (const gchar *text)
{
  g_autofree gchar *lower = text != NULL ? g_ascii_strdown (text, -1) : NULL;

  return lower != NULL && strstr (lower, "flush") != NULL;
}

static void
read_message (JsonObject *message, SpeechReply *reply)
{
  const gchar *type = gst_vowel_json_get_string (message, "type");
  const gchar *code = gst_vowel_json_get_string (message, "code");

  reply->reason = gst_vowel_json_get_string (message, "description");
  if (reply->reason == NULL)
    reply->reason = gst_vowel_json_get_string (message, "err_msg");
  reply->end = g_strcmp0 (type, "Flushed") == 0;
  reply->stopped = g_strcmp0 (type, "Cleared") == 0;
  if (g_strcmp0 (type, "Error") == 0)
    reply->status = 500;
  /* It has not taken the Flush, so nothing would be heard. */
  else if (g_strcmp0 (type, "Warning") == 0
           && (mentions_flush (code) || mentions_flush (reply->reason)))
    reply->status = 429;
}

static gchar *
make_stop (const gchar *context)
{
  return make_command ("Clear");
}

static const SpeechProtocol protocol = {
    .max_contexts = 1,
    .max_starts = MAX_FLUSHES,
    .read = read_message,
    .stop = make_stop,
};

static const SpeechVendor vendor = {
    .service = &deepgram_service,
    .transport = SPEECH_TRANSPORT_REST,
    .voice = "thalia",
    .make_request = make_request,
    .protocol = &protocol,
    .make_path = make_path,
    .add_messages = add_messages,
};

static void
gst_deepgram_tts_class_init (GstDeepgramTtsClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  speech_voice_setup_class (GST_VOWEL_TTS_CLASS (klass), &vendor,
      G_STRUCT_OFFSET (GstDeepgramTts, voice), "GstDeepgramTts");
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class,
      "Deepgram speech synthesis", "Source/Speech",
      "Speaks by Deepgram's Aura voices (thalia, orion, asteria, … or a whole "
      "model name)",
      "The vowel-gst authors");
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_TTS, "deepgram");
}

static void
gst_deepgram_tts_init (GstDeepgramTts *self)
{
  speech_voice_init (&self->voice, &vendor);
}
