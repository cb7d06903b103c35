/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-mistralstt
 * @title: mistralstt
 * @short_description: Mistral's live speech recognition
 *
 * Recognises utterances by Mistral's Voxtral while they are spoken
 * (`/v1/audio/transcriptions/realtime`), or by a vLLM server of one's own with
 * the same protocol. Only speech is sent, each utterance over a connection of
 * its own, which is made ahead; the detector upstream says where an utterance
 * ends.
 *
 * ## Example launch line
 * |[
 * MISTRAL_API_KEY=… gst-launch-1.0 -m autoaudiosrc ! audioconvert !
 * audioresample ! vad ! mistralstt ! fdsink
 * ]|
 */

#include "config.h"

#include <gst/vowel/gstvoweljson.h>

#include "gstmistralstt.h"
#include "json-writer.h"
#include "live-stt.h"
#include "mistral-service.h"

#define DEFAULT_DELAY (480 * GST_MSECOND)

enum {
  PROP_DELAY = LIVE_STT_N_PROPS,
};

struct _GstMistralStt {
  GstVowelStt parent;
  LiveStt live;

  /* Protected by the object lock. */
  guint64 delay;
};

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("audio/x-raw, format = (string) S16LE, "
                         "layout = (string) interleaved, "
                         "rate = (int) 16000, channels = (int) 1"));

G_DEFINE_FINAL_TYPE (GstMistralStt, gst_mistral_stt, GST_TYPE_VOWEL_STT)
GST_ELEMENT_REGISTER_DEFINE (
    mistralstt, "mistralstt", GST_RANK_NONE, GST_TYPE_MISTRAL_STT);

static gchar *
make_path (LiveStt *live)
{
  GString *path = g_string_new ("/v1/audio/transcriptions/realtime");

  live_query_append (path, "model", live_stt_get_model (live));
  return g_string_free (path, FALSE);
}

static gchar *
make_opening (LiveStt *live)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_writer_add_string (builder, "type", "session.update");
  json_writer_begin_object (builder, "session");
  json_writer_begin_object (builder, "audio_format");
  json_writer_add_string (builder, "encoding", "pcm_s16le");
  json_writer_add_int (builder, "sample_rate", LIVE_RATE);
  json_builder_end_object (builder);
  json_writer_add_int (builder, "target_streaming_delay_ms",
      GST_MISTRAL_STT (live->stt)->delay / GST_MSECOND);
  json_builder_end_object (builder);
  return json_writer_end (builder);
}

static gchar *
wrap_audio (const guint8 *data, gsize size)
{
  g_autofree gchar *audio = g_base64_encode (data, size);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_writer_add_string (builder, "type", "input_audio.append");
  json_writer_add_string (builder, "audio", audio);
  return json_writer_end (builder);
}

/* {"message": text or {"detail": text}, "code": number}; some codes are those
 * of HTTP. */
static gboolean
read_failure (LiveSession *session, JsonObject *failure, GError **error)
{
  const gchar *reason = gst_vowel_json_get_string (failure, "message");
  JsonObject *inner = gst_vowel_json_get_object (failure, "message");
  gint64 number = gst_vowel_json_get_int (failure, "code", 0);
  g_autoptr (GError) known = NULL;

  if (reason == NULL)
    reason = gst_vowel_json_get_string (inner, "detail");
  if (number >= 400 && number < 600)
    known = gst_vowel_error_from_http ("mistral", number, NULL);
  return live_session_refuse (session,
      known != NULL ? (GstVowelError) known->code : GST_VOWEL_ERROR_UPSTREAM,
      reason, error);
}

static gboolean
read_message (LiveSession *session, JsonObject *message, GError **error)
{
  const gchar *type = gst_vowel_json_get_string (message, "type");
  gboolean done = g_strcmp0 (type, "transcription.done") == 0;
  const LiveResult result = {
      .text = gst_vowel_json_get_string (message, "text"),
      .language = done ? gst_vowel_json_get_string (message, "language") : NULL,
      .confidence = LIVE_UNKNOWN,
      .end = LIVE_UNKNOWN,
      .fixed = TRUE,
      .extent = done ? LIVE_UTTERANCE : LIVE_PIECE,
      .last = done,
  };

  if (g_strcmp0 (type, "session.created") == 0)
    live_session_set_ready (session);
  else if (done || g_strcmp0 (type, "transcription.text.delta") == 0)
    live_session_result (session, &result);
  else if (g_strcmp0 (type, "error") == 0)
    return read_failure (
        session, gst_vowel_json_get_object (message, "error"), error);
  return TRUE;
}

static const LiveProtocol protocol = {
    .read = read_message,
    .wrap_audio = wrap_audio,
    .end = {"{\"type\":\"input_audio.flush\"}",
        "{\"type\":\"input_audio.end\"}"},
    .separator = "",
    .says_ready = TRUE,
    .single_use = TRUE,
    /* Smaller ones overflow a queue of the service. */
    .chunk_ms = 480,
};

static const LiveVendor vendor = {
    .service = &mistral_service,
    .protocol = &protocol,
    .make_path = make_path,
    .make_opening = make_opening,
    .options = {.finalize_timeout = 3 * GST_SECOND,
        .idle_timeout = 60 * GST_SECOND},
    .model = "voxtral-mini-transcribe-realtime-2602",
};

static void
gst_mistral_stt_finalize (GObject *object)
{
  live_stt_clear (&GST_MISTRAL_STT (object)->live);
  G_OBJECT_CLASS (gst_mistral_stt_parent_class)->finalize (object);
}

static void
gst_mistral_stt_class_init (GstMistralSttClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  object_class->finalize = gst_mistral_stt_finalize;
  live_stt_class_init (GST_VOWEL_STT_CLASS (klass),
      G_STRUCT_OFFSET (GstMistralStt, live), &vendor);
  /**
   * GstMistralStt:delay:
   *
   * How far the text may be behind the speech, in ns: more is more exact.
   */
  gst_vowel_field_install (object_class, PROP_DELAY,
      g_param_spec_uint64 ("delay", "Delay",
          "How far the text may be behind the speech, in ns; more is more "
          "exact",
          0, 10 * GST_SECOND, DEFAULT_DELAY,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING),
      G_STRUCT_OFFSET (GstMistralStt, delay));

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class,
      "Mistral speech recognition", "Filter/Speech",
      "Recognises speech while it is spoken, by Mistral's Voxtral",
      "The vowel-gst authors");
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_STT, "mistral-voxtral-realtime");
  gst_vowel_provider_class_set_profiles (
      element_class, GST_VOWEL_PROVIDER_STT, "mistral");
}

static void
gst_mistral_stt_init (GstMistralStt *self)
{
  live_stt_init (&self->live, GST_VOWEL_STT (self), &vendor);
  self->delay = DEFAULT_DELAY;
}
