/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-elevenlabsstt
 * @title: elevenlabsstt
 * @short_description: ElevenLabs' live speech recognition
 *
 * Recognises utterances by ElevenLabs' Scribe while they are spoken
 * (`/v1/speech-to-text/realtime`). The connection is made when the element
 * starts and is kept; only speech is sent. The detector upstream says where an
 * utterance ends, and the element commits it.
 *
 * ## Example launch line
 * |[
 * ELEVENLABS_API_KEY=… gst-launch-1.0 -m autoaudiosrc ! audioconvert !
 * audioresample ! vad ! elevenlabsstt ! fdsink
 * ]|
 */

#include "config.h"

#include <gst/vowel/gstvoweljson.h>

#include "elevenlabs-service.h"
#include "gstelevenlabsstt.h"
#include "json-writer.h"
#include "live-stt.h"

enum {
  PROP_DETECT_LANGUAGE = LIVE_STT_N_PROPS,
};

struct _GstElevenlabsStt {
  GstVowelStt parent;
  LiveStt live;

  /* Protected by the object lock. */
  gboolean detect_language;
};

/* Of a connection. */
typedef struct {
  gboolean tells_language;
} State;

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("audio/x-raw, format = (string) S16LE, "
                         "layout = (string) interleaved, "
                         "rate = (int) 16000, channels = (int) 1"));

G_DEFINE_FINAL_TYPE (GstElevenlabsStt, gst_elevenlabs_stt, GST_TYPE_VOWEL_STT)
GST_ELEMENT_REGISTER_DEFINE (
    elevenlabsstt, "elevenlabsstt", GST_RANK_NONE, GST_TYPE_ELEVENLABS_STT);

static gchar *
make_path (LiveStt *live)
{
  GString *path = g_string_new ("/v1/speech-to-text/realtime");

  live_query_append (path, "model_id", live_stt_get_model (live));
  live_query_append (path, "audio_format", "pcm_16000");
  live_query_append (path, "commit_strategy", "manual");
  if (live_stt_get_language (live) != NULL)
    live_query_append (path, "language_code", live_stt_get_language (live));
  else if (GST_ELEVENLABS_STT (live->stt)->detect_language)
    live_query_append (path, "include_language_detection", "true");
  live_query_append_list (path, "keyterms", live->keyterms);
  return g_string_free (path, FALSE);
}

static gchar *
wrap_audio (const guint8 *data, gsize size)
{
  g_autofree gchar *audio = g_base64_encode (data, size);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_writer_add_string (builder, "message_type", "input_audio_chunk");
  json_writer_add_string (builder, "audio_base_64", audio);
  json_writer_add_boolean (builder, "commit", FALSE);
  json_writer_add_int (builder, "sample_rate", LIVE_RATE);
  return json_writer_end (builder);
}

/* What the types of messages mean that have a text `error`. */
static const struct {
  const gchar *type;
  GstVowelError code;
} failures[] = {
    {"auth_error", GST_VOWEL_ERROR_AUTH},
    {"unaccepted_terms", GST_VOWEL_ERROR_AUTH},
    {"quota_exceeded", GST_VOWEL_ERROR_BILLING},
    {"rate_limited", GST_VOWEL_ERROR_RATE_LIMIT},
    {"queue_overflow", GST_VOWEL_ERROR_OVERLOADED},
    {"resource_exhausted", GST_VOWEL_ERROR_OVERLOADED},
    {"input_error", GST_VOWEL_ERROR_BAD_REQUEST},
    {"invalid_request", GST_VOWEL_ERROR_BAD_REQUEST},
    {"chunk_size_exceeded", GST_VOWEL_ERROR_BAD_REQUEST},
};

static gboolean
read_failure (LiveSession *session, const gchar *type, const gchar *reason,
    GError **error)
{
  GstVowelError code = GST_VOWEL_ERROR_UPSTREAM;

  /* There was too little to recognise; the session goes on. */
  if (g_strcmp0 (type, "commit_throttled") == 0) {
    live_session_give_up (session);
    return TRUE;
  }
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    if (g_strcmp0 (type, failures[i].type) == 0)
      code = failures[i].code;
  return live_session_refuse (session, code, reason, error);
}

static void
read_start (LiveSession *session, JsonObject *message)
{
  State *state = live_session_get_state (session);
  JsonObject *config = gst_vowel_json_get_object (message, "config");

  state->tells_language =
      gst_vowel_json_get_boolean (config, "include_language_detection");
  live_session_set_ready (session);
}

/* What is committed comes a second time when its language was asked for, as
 * committed_transcript_with_timestamps: the first will do for the words. */
static void
read_transcript (LiveSession *session, const gchar *type, JsonObject *message)
{
  const State *state = live_session_get_state (session);
  gboolean committed = g_strcmp0 (type, "committed_transcript") == 0;
  gboolean again =
      g_strcmp0 (type, "committed_transcript_with_timestamps") == 0;
  const LiveResult result = {
      .text = again ? NULL : gst_vowel_json_get_string (message, "text"),
      .language =
          again ? gst_vowel_json_get_string (message, "language_code") : NULL,
      .confidence = LIVE_UNKNOWN,
      .end = LIVE_UNKNOWN,
      .fixed = committed || again,
      .last = again || (committed && !state->tells_language),
  };

  if (again && !state->tells_language)
    return;
  live_session_result (session, &result);
}

static gboolean
read_message (LiveSession *session, JsonObject *message, GError **error)
{
  const gchar *type = gst_vowel_json_get_string (message, "message_type");
  const gchar *reason = gst_vowel_json_get_string (message, "error");

  if (reason != NULL)
    return read_failure (session, type, reason, error);
  if (g_strcmp0 (type, "session_started") == 0)
    read_start (session, message);
  else if (g_strcmp0 (type, "partial_transcript") == 0
           || (type != NULL && g_str_has_prefix (type, "committed_transcript")))
    read_transcript (session, type, message);
  return TRUE;
}

static const LiveProtocol protocol = {
    .read = read_message,
    .wrap_audio = wrap_audio,
    .end = {"{\"message_type\":\"input_audio_chunk\",\"audio_base_64\":\"\","
            "\"commit\":true,\"sample_rate\":16000}"},
    .separator = " ",
    .says_ready = TRUE,
    .chunk_ms = 100,
    /* What is shorter is not committed. */
    .least_utterance_ms = 320,
    .state_size = sizeof (State),
};

static const LiveVendor vendor = {
    .service = &elevenlabs_service,
    .protocol = &protocol,
    .make_path = make_path,
    .options = {.finalize_timeout = 2 * GST_SECOND},
    .model = "scribe_v2_realtime",
    .about_language = "What is spoken, as in en or de; unset = found out",
    .keyterms = TRUE,
};

static void
gst_elevenlabs_stt_finalize (GObject *object)
{
  live_stt_clear (&GST_ELEVENLABS_STT (object)->live);
  G_OBJECT_CLASS (gst_elevenlabs_stt_parent_class)->finalize (object);
}

static void
gst_elevenlabs_stt_class_init (GstElevenlabsSttClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  object_class->finalize = gst_elevenlabs_stt_finalize;
  live_stt_class_init (GST_VOWEL_STT_CLASS (klass),
      G_STRUCT_OFFSET (GstElevenlabsStt, live), &vendor);
  /**
   * GstElevenlabsStt:detect-language:
   *
   * Whether the service is asked what language was spoken, where
   * #GstElevenlabsStt:language is unset. Final results wait for what it says.
   */
  gst_vowel_field_install (object_class, PROP_DETECT_LANGUAGE,
      g_param_spec_boolean ("detect-language", "Detect language",
          "Whether the service is asked what language was spoken, where "
          "language is unset; final results wait for what it says",
          FALSE,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING),
      G_STRUCT_OFFSET (GstElevenlabsStt, detect_language));

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class,
      "ElevenLabs speech recognition", "Filter/Speech",
      "Recognises speech while it is spoken, by ElevenLabs' Scribe",
      "The vowel-gst authors");
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_STT, "elevenlabs");
}

static void
gst_elevenlabs_stt_init (GstElevenlabsStt *self)
{
  live_stt_init (&self->live, GST_VOWEL_STT (self), &vendor);
}
