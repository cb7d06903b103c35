/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-inworldtts
 * @title: inworldtts
 * @short_description: Inworld's voices
 *
 * Has each sentence spoken by Inworld, over one connection that is kept
 * (`voice:streamBidirectional`), or by a request for each (`transport=rest`,
 * `voice:stream`). `voice` is a name like `Ashley`. The key is written as
 * Inworld issues it.
 *
 * ## Example launch line
 * |[
 * INWORLD_API_KEY=… gst-launch-1.0 inworldtts voice=Dennis text="Good
 * morning." ! audioconvert ! audioresample ! autoaudiosink
 * ]|
 */

#include "config.h"

#include "gstinworldtts.h"
#include "inworld-lines.h"
#include "inworld-service.h"
#include "json-writer.h"
#include "speech-voice.h"

/* More is refused. */
#define MAX_CONTEXTS 5
#define DEFAULT_KEEPALIVE (60 * GST_SECOND)

struct _GstInworldTts {
  GstVowelTts parent;

  SpeechVoice voice;
};

static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("audio/x-raw, format = (string) S16LE, "
                         "layout = (string) interleaved, "
                         "rate = (int) [ 8000, 48000 ], channels = (int) 1"));

G_DEFINE_FINAL_TYPE (GstInworldTts, gst_inworld_tts, GST_TYPE_VOWEL_TTS)
GST_ELEMENT_REGISTER_DEFINE (
    inworldtts, "inworldtts", GST_RANK_NONE, GST_TYPE_INWORLD_TTS);

#define VOICES                                                                 \
  "Ashley Alex Craig Deborah Dennis Edward Elizabeth Hades Julia Mark Olivia " \
  "Pixie Priya Ronald Sarah Shaun Theodore Timothy Wendy Dominus"

/* What requests and messages have in common. */
static void
add_order (JsonBuilder *builder, const SpeechOrder *order)
{
  json_writer_add_string (builder, "voiceId", order->voice);
  json_writer_add_string (builder, "modelId", order->model);
  json_writer_begin_object (builder, "audioConfig");
  json_writer_add_string (builder, "audioEncoding", "PCM");
  json_writer_add_int (builder, "sampleRateHertz", order->rate);
  if (order->speed != 1.0)
    json_writer_add_double (
        builder, "speakingRate", CLAMP (order->speed, 0.5, 1.5));
  json_builder_end_object (builder);
}

static GstVowelHttpRequest *
make_request (GstVowelTts *tts, const SpeechOrder *order)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_writer_add_string (builder, "text", order->text);
  add_order (builder, order);
  return speech_order_post (
      order, tts, "/tts/v1/voice:stream", json_writer_end_bytes (builder));
}

/* --- over a WebSocket --- */

static gchar *
make_path (GstVowelTts *tts, const SpeechOrder *order)
{
  return g_strdup ("/tts/v1/voice:streamBidirectional");
}

/* With an object @name in it, whose members come next. (nullable) @context */
static JsonBuilder *
begin_message (const gchar *context, const gchar *name)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  if (context != NULL)
    json_writer_add_string (builder, "contextId", context);
  json_writer_begin_object (builder, name);
  return builder;
}

static gchar *
end_message (JsonBuilder *builder)
{
  json_builder_end_object (builder);
  return json_writer_end (builder);
}

static gchar *
make_text (const gchar *context, const gchar *words)
{
  g_autoptr (JsonBuilder) builder = begin_message (context, "send_text");

  json_writer_add_string (builder, "text", words);
  return end_message (builder);
}

static gchar *
make_command (const gchar *context, const gchar *name)
{
  g_autoptr (JsonBuilder) builder = begin_message (context, name);

  return end_message (builder);
}

static void
add_messages (GstVowelTts *tts, const SpeechOrder *order, const gchar *context,
    GPtrArray *messages)
{
  g_autoptr (JsonBuilder) builder = begin_message (context, "create");

  add_order (builder, order);
  json_writer_add_string (builder, "timestampType", "WORD");
  g_ptr_array_add (messages, end_message (builder));
  g_ptr_array_add (messages, make_text (context, order->text));
  g_ptr_array_add (messages, make_command (context, "flush_context"));
}

/* FALSE: it tells of no failure. */
static gboolean
read_failure (JsonObject *object, const gchar *name, SpeechReply *reply)
{
  JsonObject *status = gst_vowel_json_get_object (object, name);
  gint64 code = gst_vowel_json_get_int (status, "code", 0);

  if (status == NULL || code == 0)
    return FALSE;
  reply->status = inworld_code_to_http (code);
  reply->reason = gst_vowel_json_get_string (status, "message");
  return TRUE;
}

static void
read_message (JsonObject *message, SpeechReply *reply)
{
  JsonObject *result = gst_vowel_json_get_object (message, "result");
  JsonObject *chunk = gst_vowel_json_get_object (result, "audioChunk");
  JsonObject *words = gst_vowel_json_get_object (
      gst_vowel_json_get_object (chunk, "timestampInfo"), "wordAlignment");

  if (read_failure (message, "error", reply))
    return;
  reply->context = gst_vowel_json_get_string (result, "contextId");
  if (read_failure (result, "status", reply))
    return;
  reply->audio = gst_vowel_json_get_string (chunk, "audioContent");
  reply->symbols = gst_vowel_json_get_array (words, "words");
  reply->starts = gst_vowel_json_get_array (words, "wordStartTimeSeconds");
  reply->unit = 1.0;
  /* Of a part, perhaps: the rest comes all the same. */
  reply->spoken = gst_vowel_json_get_object (result, "flushCompleted") != NULL;
  reply->end = reply->stopped =
      gst_vowel_json_get_object (result, "contextClosed") != NULL;
}

static gchar *
make_close (const gchar *context)
{
  return make_command (context, "close_context");
}

static gchar *
make_keep_alive (const gchar *context)
{
  return make_text (context, "");
}

static const SpeechProtocol protocol = {
    .max_contexts = MAX_CONTEXTS,
    .read = read_message,
    .stop = make_close,
    .close = make_close,
    .keep_alive = make_keep_alive,
};

static const SpeechVendor vendor = {
    .service = &inworld_service,
    .transport = SPEECH_TRANSPORT_WEBSOCKET,
    .voice = "Ashley",
    .model = "inworld-tts-2",
    .keepalive = DEFAULT_KEEPALIVE,
    .voices = VOICES,
    .make_request = make_request,
    .envelope = &inworld_lines,
    .protocol = &protocol,
    .make_path = make_path,
    .add_messages = add_messages,
};

static void
gst_inworld_tts_class_init (GstInworldTtsClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  speech_voice_setup_class (GST_VOWEL_TTS_CLASS (klass), &vendor,
      G_STRUCT_OFFSET (GstInworldTts, voice), "GstInworldTts");
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class,
      "Inworld speech synthesis", "Source/Speech",
      "Speaks by Inworld's voices: Ashley, Dennis, Alex and others",
      "The vowel-gst authors");
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_TTS, "inworld");
}

static void
gst_inworld_tts_init (GstInworldTts *self)
{
  speech_voice_init (&self->voice, &vendor);
}
