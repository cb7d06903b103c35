/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-openaistt
 * @title: openaistt
 * @short_description: recognisers behind OpenAI's transcription protocol
 *
 * Sends each utterance, once it is over, to a server with
 * `/v1/audio/transcriptions`: OpenAI, Groq's Whisper, the servers of
 * faster-whisper and whisper.cpp, Echoline and others.
 *
 * Text comes while it is made from services that can send it so, and what
 * Whisper says of how sure it is keeps out what nobody said. An utterance that
 * is too short for a word is not sent.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 -m filesrc location=question.wav ! decodebin ! audioconvert !
 * audioresample ! vad ! openaistt profile=openai-compatible ! fdsink
 * ]|
 */

#include "config.h"

#include <string.h>

#include "gstopenaistt.h"
#include "openai-endpoint.h"
#include "speech-decoder.h"
#include "transcription.h"

GST_DEBUG_CATEGORY_STATIC (gst_openai_stt_debug);
#define GST_CAT_DEFAULT gst_openai_stt_debug

/* Servers take no more than 25 MB. */
#define MAX_AUDIO (24 * 1024 * 1024)
/* Nobody says anything in less, in ms. */
#define MIN_AUDIO_MS 250
#define STALL_MS 10000
#define DEFAULT_STREAM TRUE
#define UNKNOWN_CONFIDENCE (-1.0)

enum {
  PROP_MODEL = OPENAI_N_PROPS,
  PROP_LANGUAGE,
  PROP_PROMPT,
  PROP_STREAM,
};

struct _GstOpenaiStt {
  GstVowelStt parent;

  /* Protected by the object lock. */
  OpenaiEndpoint endpoint;
  gchar *model;
  gchar *language;
  gchar *prompt;
  gboolean stream;
};

/* An utterance on its way. The worker's. */
typedef struct {
  grefcount ref_count;
  GstOpenaiStt *self;           /* NULL once it is over */
  GstVowelUtterance *utterance; /* NULL once it is over */
  GByteArray *audio;
  gboolean too_long;
  gboolean told;             /* in which language it is */
  GstVowelHttpRequest *http; /* NULL before the utterance is complete */
  OpenaiTarget target;
  Transcription *transcription;
} Hearing;

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("audio/x-raw, format = (string) S16LE, "
                         "layout = (string) interleaved, "
                         "rate = (int) { 16000, 8000, 24000, 48000 }, "
                         "channels = (int) 1"));

G_DEFINE_FINAL_TYPE (GstOpenaiStt, gst_openai_stt, GST_TYPE_VOWEL_STT)
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE (openaistt, "openaistt", GST_RANK_NONE,
    GST_TYPE_OPENAI_STT,
    GST_DEBUG_CATEGORY_INIT (gst_openai_stt_debug, "openaistt", 0,
        "recognisers behind OpenAI's transcription protocol"));

static Hearing *
hearing_ref (Hearing *hearing)
{
  g_ref_count_inc (&hearing->ref_count);
  return hearing;
}

static void
hearing_unref (Hearing *hearing)
{
  if (!g_ref_count_dec (&hearing->ref_count))
    return;
  g_clear_pointer (&hearing->utterance, gst_vowel_utterance_unref);
  g_clear_pointer (&hearing->transcription, transcription_free);
  g_clear_object (&hearing->http);
  g_byte_array_unref (hearing->audio);
  openai_target_clear (&hearing->target);
  g_free (hearing);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Hearing, hearing_unref)

/* Breaks the connection off, if there is one. The utterance holds us, as we
 * hold it, until then. */
static void
end (Hearing *hearing)
{
  if (hearing->self == NULL)
    return;
  hearing->self = NULL;
  if (hearing->http != NULL)
    gst_vowel_http_request_cancel (hearing->http);
  g_clear_pointer (&hearing->utterance, gst_vowel_utterance_unref);
}

static void
fail (Hearing *hearing, const GError *cause)
{
  g_autoptr (Hearing) keep = hearing_ref (hearing);
  g_autoptr (GError) error = g_error_copy (cause);
  g_autoptr (GstVowelUtterance) utterance =
      gst_vowel_utterance_ref (hearing->utterance);
  GstVowelStt *stt = GST_VOWEL_STT (hearing->self);
  guint status = hearing->http != NULL
                     ? gst_vowel_http_request_get_status (hearing->http)
                     : 0;

  gst_vowel_secret_redact_error (error, hearing->target.api_key);
  end (hearing);
  gst_vowel_stt_fail (stt, utterance, status, error);
}

static void
finish (Hearing *hearing)
{
  g_autoptr (GstVowelUtterance) utterance =
      gst_vowel_utterance_ref (hearing->utterance);
  GstVowelStt *stt = GST_VOWEL_STT (hearing->self);
  g_autofree gchar *text = transcription_dup_text (hearing->transcription);
  g_autofree gchar *language =
      hearing->told
          ? NULL
          : g_strdup (transcription_get_language (hearing->transcription));

  end (hearing);
  gst_vowel_stt_set_language (stt, utterance, language);
  gst_vowel_stt_push_result (stt, utterance, text, TRUE, UNKNOWN_CONFIDENCE);
}

/* More of a text that is streamed. */
static void
on_text (const gchar *text, gpointer user_data)
{
  Hearing *hearing = user_data;

  if (hearing->self != NULL)
    gst_vowel_stt_push_result (GST_VOWEL_STT (hearing->self),
        hearing->utterance, text, FALSE, UNKNOWN_CONFIDENCE);
}

static void
on_headers (GstVowelHttpRequest *http, guint status, gpointer user_data)
{
  Hearing *hearing = user_data;

  transcription_set_type (hearing->transcription,
      gst_vowel_http_request_get_response_header (http, "content-type"));
}

static void
on_data (GstVowelHttpRequest *http, const guint8 *data, gsize size,
    gpointer user_data)
{
  g_autoptr (Hearing) hearing = hearing_ref (user_data);
  g_autoptr (GError) error = NULL;

  if (!transcription_feed (hearing->transcription, data, size, &error)
      && hearing->self != NULL)
    fail (hearing, error);
}

static void
on_done (GstVowelHttpRequest *http, const GError *error, gpointer user_data)
{
  g_autoptr (Hearing) hearing = hearing_ref (user_data);
  g_autoptr (GError) end_error = NULL;

  if (hearing->self == NULL)
    return;
  if (error != NULL)
    fail (hearing, error);
  else if (!transcription_end (hearing->transcription, &end_error))
    fail (hearing, end_error);
  else if (hearing->self != NULL)
    finish (hearing);
}

static const GstVowelHttpCallbacks http_callbacks = {
    .headers = on_headers,
    .data = on_data,
    .done = on_done,
};

static gboolean
gst_openai_stt_begin_utterance (
    GstVowelStt *stt, GstVowelUtterance *utterance, GError **error)
{
  GstOpenaiStt *self = GST_OPENAI_STT (stt);
  g_auto (OpenaiTarget) target = {0};
  Hearing *hearing;

  /* What is wrong with the setup shows at once. */
  if (!openai_endpoint_resolve (
          &self->endpoint, GST_ELEMENT_CAST (self), &target, error))
    return FALSE;
  hearing = g_new0 (Hearing, 1);
  g_ref_count_init (&hearing->ref_count);
  hearing->self = self;
  hearing->utterance = gst_vowel_utterance_ref (utterance);
  hearing->audio = g_byte_array_new ();
  hearing->target = target;
  target = (OpenaiTarget){0};
  hearing->transcription =
      transcription_new (hearing->target.profile->name, on_text, hearing);
  gst_vowel_utterance_set_data (
      utterance, hearing, (GDestroyNotify) hearing_unref);
  return TRUE;
}

static void
gst_openai_stt_feed (
    GstVowelStt *stt, GstVowelUtterance *utterance, GstBuffer *audio)
{
  Hearing *hearing = gst_vowel_utterance_get_data (utterance);
  GstMapInfo map;

  if (hearing->too_long || !gst_buffer_map (audio, &map, GST_MAP_READ))
    return;
  if (hearing->audio->len + map.size > MAX_AUDIO)
    hearing->too_long = TRUE;
  else
    g_byte_array_append (hearing->audio, map.data, map.size);
  gst_buffer_unmap (audio, &map);
}

static guint
get_ms (Hearing *hearing)
{
  return gst_util_uint64_scale (hearing->audio->len / sizeof (gint16), 1000,
      gst_vowel_utterance_get_rate (hearing->utterance));
}

static void
add_field (GstVowelHttpRequest *http, const gchar *name, const gchar *value)
{
  g_autoptr (GBytes) bytes = NULL;

  if (value == NULL || *value == '\0')
    return;
  bytes = g_bytes_new (value, strlen (value));
  gst_vowel_http_request_add_part (http, name, NULL, NULL, bytes);
}

/* The file is the last field: some servers insist on that. */
static void
fill (Hearing *hearing)
{
  GstOpenaiStt *self = hearing->self;
  const OpenaiProfile *profile = hearing->target.profile;
  g_autoptr (GBytes) wav = speech_encode_wav (hearing->audio->data,
      hearing->audio->len, gst_vowel_utterance_get_rate (hearing->utterance));
  g_autofree gchar *language = NULL;
  const gchar *model;

  GST_OBJECT_LOCK (self);
  model = self->model != NULL ? self->model : profile->model;
  language = transcription_make_language (self->language);
  hearing->told = language != NULL
                  || (profile->language != NULL
                      && !g_str_equal (profile->language, "auto"));
  add_field (hearing->http, "model", model);
  add_field (hearing->http, "language",
      language != NULL ? language : profile->language);
  add_field (hearing->http, "prompt", self->prompt);
  add_field (hearing->http, "response_format",
      transcription_is_verbose (model) ? "verbose_json" : "json");
  add_field (hearing->http, "stream",
      self->stream && profile->streams ? "true" : NULL);
  GST_OBJECT_UNLOCK (self);
  gst_vowel_http_request_add_part (
      hearing->http, "file", "audio.wav", "audio/wav", wav);
}

static void
gst_openai_stt_end_utterance (GstVowelStt *stt, GstVowelUtterance *utterance)
{
  Hearing *hearing = gst_vowel_utterance_get_data (utterance);
  const gchar *path = hearing->target.profile->path;
  g_autoptr (GError) error = NULL;

  if (get_ms (hearing) < MIN_AUDIO_MS) {
    finish (hearing);
    return;
  }
  if (hearing->too_long) {
    g_set_error (&error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_LIMIT,
        "%s: an utterance may have %d bytes at most",
        hearing->target.profile->name, MAX_AUDIO);
    fail (hearing, error);
    return;
  }
  hearing->http =
      openai_target_request (&hearing->target, gst_vowel_stt_get_worker (stt),
          "POST", path != NULL ? path : "/audio/transcriptions");
  gst_vowel_http_request_set_deadlines (
      hearing->http, OPENAI_CONNECT_MS, 0, STALL_MS);
  fill (hearing);
  GST_DEBUG_OBJECT (stt, "asking %s, %u bytes of audio",
      hearing->target.profile->name, hearing->audio->len);
  gst_vowel_http_request_start (hearing->http, &http_callbacks, hearing);
}

static void
gst_openai_stt_cancel_utterance (GstVowelStt *stt, GstVowelUtterance *utterance)
{
  Hearing *hearing = gst_vowel_utterance_get_data (utterance);

  if (hearing != NULL)
    end (hearing);
}

static gboolean
gst_openai_stt_identify_service (
    GstVowelProviderElement *element, gchar **ret_base_url, gchar **ret_secret)
{
  return openai_endpoint_identify (
      &GST_OPENAI_STT (element)->endpoint, element, ret_base_url, ret_secret);
}

static void
gst_openai_stt_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  openai_endpoint_set_property (
      &GST_OPENAI_STT (object)->endpoint, object, id, value, pspec);
}

static void
gst_openai_stt_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  openai_endpoint_get_property (
      &GST_OPENAI_STT (object)->endpoint, object, id, value, pspec);
}

static void
gst_openai_stt_finalize (GObject *object)
{
  GstOpenaiStt *self = GST_OPENAI_STT (object);

  openai_endpoint_clear (&self->endpoint);
  g_free (self->model);
  g_free (self->language);
  g_free (self->prompt);
  G_OBJECT_CLASS (gst_openai_stt_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  openai_endpoint_install_properties (object_class, OPENAI_STT);
  /**
   * GstOpenaiStt:model:
   *
   * The server's name of the model; unset for the profile's.
   */
  gst_vowel_field_install (object_class, PROP_MODEL,
      g_param_spec_string ("model", "Model",
          "The server's name of the model; unset = the profile's", NULL, flags),
      G_STRUCT_OFFSET (GstOpenaiStt, model));
  /**
   * GstOpenaiStt:language:
   *
   * What is spoken, as in `en`; unset to have it found out.
   */
  gst_vowel_field_install (object_class, PROP_LANGUAGE,
      g_param_spec_string ("language", "Language",
          "What is spoken, as in en (ISO 639-1) or en-US; unset = found out",
          NULL, flags),
      G_STRUCT_OFFSET (GstOpenaiStt, language));
  /**
   * GstOpenaiStt:prompt:
   *
   * Words and names that are likely to come.
   */
  gst_vowel_field_install (object_class, PROP_PROMPT,
      g_param_spec_string ("prompt", "Prompt",
          "Words and names that are likely to come", NULL, flags),
      G_STRUCT_OFFSET (GstOpenaiStt, prompt));
  /**
   * GstOpenaiStt:stream:
   *
   * Have the text while it is recognised, from servers that can. What a server
   * can is the profile's to know.
   */
  gst_vowel_field_install (object_class, PROP_STREAM,
      g_param_spec_boolean ("stream", "Stream",
          "Have the text while it is recognised, from servers that can",
          DEFAULT_STREAM, flags),
      G_STRUCT_OFFSET (GstOpenaiStt, stream));
}

static void
gst_openai_stt_class_init (GstOpenaiSttClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstVowelSttClass *stt_class = GST_VOWEL_STT_CLASS (klass);
  g_autofree gchar *profiles = openai_profile_list (OPENAI_STT, " ");

  object_class->finalize = gst_openai_stt_finalize;
  object_class->set_property = gst_openai_stt_set_property;
  object_class->get_property = gst_openai_stt_get_property;
  GST_VOWEL_PROVIDER_ELEMENT_CLASS (klass)->identify_service =
      GST_DEBUG_FUNCPTR (gst_openai_stt_identify_service);
  GST_VOWEL_PROVIDER_ELEMENT_CLASS (klass)->keep_warm = TRUE;
  stt_class->begin_utterance =
      GST_DEBUG_FUNCPTR (gst_openai_stt_begin_utterance);
  stt_class->feed = GST_DEBUG_FUNCPTR (gst_openai_stt_feed);
  stt_class->end_utterance = GST_DEBUG_FUNCPTR (gst_openai_stt_end_utterance);
  stt_class->cancel_utterance =
      GST_DEBUG_FUNCPTR (gst_openai_stt_cancel_utterance);
  install_properties (object_class);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class,
      "OpenAI-compatible speech recognition", "Filter/Speech",
      "Recognises utterances by a server with /v1/audio/transcriptions: "
      "OpenAI, Groq's Whisper, faster-whisper, whisper.cpp, Echoline and "
      "others",
      "The vowel-gst authors");
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_STT, "openai");
  gst_vowel_provider_class_set_profiles (
      element_class, GST_VOWEL_PROVIDER_STT, profiles);
}

static void
gst_openai_stt_init (GstOpenaiStt *self)
{
  openai_endpoint_init (&self->endpoint, OPENAI_STT);
  self->stream = DEFAULT_STREAM;
}
