/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-openaitts
 * @title: openaitts
 * @short_description: voices behind OpenAI's speech protocol
 *
 * Has each sentence spoken by a server with `/v1/audio/speech`: OpenAI, Groq,
 * Kokoro-FastAPI, Echoline and others. The audio goes on while it comes, bare,
 * as a WAV file or (`stream-format=sse`) in server-sent events.
 *
 * Nothing tells the rate of bare samples. A server that says it of its models
 * (Echoline: `GET /models/MODEL`) is asked once, and its voices with it: one
 * that the model does not have is spoken by the default one. A voice may be a
 * mix, as in `af_bella(2)+af_sky`, where the server takes one.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 openaitts profile=openai-compatible text="Good morning." !
 * audioconvert ! audioresample ! autoaudiosink
 * ]|
 */

#include "config.h"

#include <string.h>

#include "gstopenaitts.h"
#include "json-writer.h"
#include "model-facts.h"
#include "openai-endpoint.h"
#include "speech-request.h"

GST_DEBUG_CATEGORY_STATIC (gst_openai_tts_debug);
#define GST_CAT_DEFAULT gst_openai_tts_debug

/* Of a server that does not say it. */
#define USUAL_SAMPLE_RATE 24000
#define STALL_MS 5000

enum {
  PROP_MODEL = OPENAI_N_PROPS,
  PROP_FORMAT,
  PROP_SAMPLE_RATE,
  PROP_INSTRUCTIONS,
  PROP_STREAM_FORMAT,
};

struct _GstOpenaiTts {
  GstVowelTts parent;

  /* Protected by the object lock. */
  OpenaiEndpoint endpoint;
  gchar *model;
  gchar *format;
  gint sample_rate;
  gchar *instructions;
  gchar *stream_format;
  GStrv voices; /* (nullable): that the server says it has */

  /* Worker thread. */
  ModelFacts *facts; /* (nullable): borrowed from the worker */
  gboolean watching; /* @facts */
  GQueue waiting;    /* of GstVowelTtsJob, for the facts */
};

static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("audio/x-raw, format = (string) S16LE, "
                         "layout = (string) interleaved, "
                         "rate = (int) [ 8000, 48000 ], channels = (int) 1"));

G_DEFINE_FINAL_TYPE (GstOpenaiTts, gst_openai_tts, GST_TYPE_VOWEL_TTS)
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE (openaitts, "openaitts", GST_RANK_NONE,
    GST_TYPE_OPENAI_TTS,
    GST_DEBUG_CATEGORY_INIT (gst_openai_tts_debug, "openaitts", 0,
        "voices behind OpenAI's speech protocol"));

static gchar *
dup_model (GstOpenaiTts *self, const OpenaiProfile *profile)
{
  gchar *model;

  GST_OBJECT_LOCK (self);
  model = g_strdup (self->model != NULL ? self->model : profile->model);
  GST_OBJECT_UNLOCK (self);
  return model;
}

/* Mixes are of voices that it has. */
static gboolean
is_voice (const gchar *const *voices, const gchar *voice)
{
  return strpbrk (voice, "+(") != NULL || g_strv_contains (voices, voice);
}

/* One that the model has, if it is known what it has. */
static const gchar *
choose_voice (
    GstOpenaiTts *self, const OpenaiProfile *profile, const gchar *voice)
{
  const gchar *const *voices =
      self->facts != NULL ? model_facts_get_voices (self->facts) : NULL;

  if (voice == NULL || *voice == '\0')
    voice = profile->voice;
  if (voices == NULL || is_voice (voices, voice))
    return voice;
  GST_DEBUG_OBJECT (self, "there is no voice %s", voice);
  return is_voice (voices, profile->voice) ? profile->voice : voices[0];
}

static GBytes *
make_body (
    GstOpenaiTts *self, const OpenaiProfile *profile, GstVowelTtsJob *job)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  gdouble speed = gst_vowel_tts_job_get_speed (job);

  json_builder_begin_object (builder);
  GST_OBJECT_LOCK (self);
  json_writer_add_string (
      builder, "model", self->model != NULL ? self->model : profile->model);
  json_writer_add_string (builder, "response_format",
      self->format != NULL ? self->format : profile->format);
  if (self->instructions != NULL)
    json_writer_add_string (builder, "instructions", self->instructions);
  if (self->stream_format != NULL)
    json_writer_add_string (builder, "stream_format", self->stream_format);
  GST_OBJECT_UNLOCK (self);
  json_writer_add_string (builder, "input", gst_vowel_tts_job_get_text (job));
  json_writer_add_string (builder, "voice",
      choose_voice (self, profile, gst_vowel_tts_job_get_voice (job)));
  if (speed != 1.0)
    json_writer_add_double (builder, "speed", CLAMP (speed, 0.25, 4.0));
  return json_writer_end_bytes (builder);
}

static gint
get_rate (GstOpenaiTts *self)
{
  gint rate;

  GST_OBJECT_LOCK (self);
  rate = self->sample_rate;
  GST_OBJECT_UNLOCK (self);
  if (rate == 0 && self->facts != NULL)
    rate = model_facts_get_rate (self->facts);
  return rate != 0 ? rate : USUAL_SAMPLE_RATE;
}

static void
speak (GstOpenaiTts *self, const OpenaiTarget *target, GstVowelTtsJob *job)
{
  GstVowelTts *tts = GST_VOWEL_TTS (self);
  g_autoptr (GBytes) body = make_body (self, target->profile, job);
  GstVowelHttpRequest *http = openai_target_request (
      target, gst_vowel_tts_get_worker (tts), "POST", "/audio/speech");

  gst_vowel_http_request_set_deadlines (http, OPENAI_CONNECT_MS, 0, STALL_MS);
  gst_vowel_http_request_set_body (http, "application/json", body);
  GST_DEBUG_OBJECT (self, "asking %s to speak", target->profile->name);
  speech_request_start (tts, job, http, NULL, target->profile->name,
      target->api_key, get_rate (self));
}

/* --- what the server says about the model --- */

/* The default one first. */
static void
take_voices (GstOpenaiTts *self)
{
  const gchar *const *voices = model_facts_get_voices (self->facts);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const OpenaiProfile *profile;
  const gchar *first;

  if (voices == NULL)
    return;
  GST_OBJECT_LOCK (self);
  profile = openai_profile_find (OPENAI_TTS, self->endpoint.profile);
  GST_OBJECT_UNLOCK (self);
  first = profile != NULL ? choose_voice (self, profile, NULL) : voices[0];
  g_strv_builder_add (builder, first);
  for (guint i = 0; voices[i] != NULL; i++)
    if (!g_str_equal (voices[i], first))
      g_strv_builder_add (builder, voices[i]);
  GST_OBJECT_LOCK (self);
  g_strfreev (self->voices);
  self->voices = g_strv_builder_end (builder);
  GST_OBJECT_UNLOCK (self);
}

static void
on_facts (gpointer user_data)
{
  GstOpenaiTts *self = user_data;
  GstVowelTtsJob *job;

  self->watching = FALSE;
  GST_DEBUG_OBJECT (self, "the model's rate: %d Hz (0: not told)",
      model_facts_get_rate (self->facts));
  take_voices (self);
  while ((job = g_queue_pop_head (&self->waiting)) != NULL) {
    g_auto (OpenaiTarget) target = {0};
    g_autoptr (GError) error = NULL;

    if (openai_endpoint_resolve (
            &self->endpoint, GST_ELEMENT_CAST (self), &target, &error))
      speak (self, &target, job);
    else
      gst_vowel_tts_fail (GST_VOWEL_TTS (self), job, 0, -1, error);
    gst_vowel_tts_job_unref (job);
  }
}

static void
forget_facts (GstOpenaiTts *self)
{
  if (self->watching)
    model_facts_unwatch (self->facts, self);
  self->watching = FALSE;
  self->facts = NULL;
}

static void
watch_facts (GstOpenaiTts *self)
{
  if (!self->watching)
    model_facts_watch (self->facts, on_facts, self);
  self->watching = TRUE;
}

static void
ask_facts (GstOpenaiTts *self, const OpenaiTarget *target)
{
  g_autofree gchar *model = dup_model (self, target->profile);
  ModelFacts *facts =
      target->profile->tells_facts ? model_facts_get (
          gst_vowel_tts_get_worker (GST_VOWEL_TTS (self)), target, model)
                                   : NULL;

  if (facts == self->facts)
    return;
  forget_facts (self);
  self->facts = facts;
  if (facts == NULL)
    return;
  take_voices (self);
  if (model_facts_are_coming (facts))
    watch_facts (self);
}

/* Whether the audio would be played at a rate that is only guessed. */
static gboolean
needs_facts (GstOpenaiTts *self, const OpenaiProfile *profile)
{
  const gchar *format;
  gboolean bare;

  if (self->facts == NULL || !model_facts_are_coming (self->facts))
    return FALSE;
  GST_OBJECT_LOCK (self);
  format = self->format != NULL ? self->format : profile->format;
  bare = g_strcmp0 (format, "pcm") == 0
         || g_strcmp0 (self->stream_format, "sse") == 0;
  bare = bare && self->sample_rate == 0;
  GST_OBJECT_UNLOCK (self);
  return bare;
}

/* --- the class --- */

static gboolean
gst_openai_tts_start (GstVowelTts *tts)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (tts);
  g_auto (OpenaiTarget) target = {0};

  /* The first sentence must not wait for it. What is wrong is told by then. */
  if (openai_endpoint_resolve (
          &self->endpoint, GST_ELEMENT_CAST (self), &target, NULL))
    ask_facts (self, &target);
  return TRUE;
}

static void
gst_openai_tts_stop (GstVowelTts *tts)
{
  forget_facts (GST_OPENAI_TTS (tts));
}

static gboolean
gst_openai_tts_synthesize (
    GstVowelTts *tts, GstVowelTtsJob *job, GError **error)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (tts);
  g_auto (OpenaiTarget) target = {0};

  if (!openai_endpoint_resolve (
          &self->endpoint, GST_ELEMENT_CAST (self), &target, error))
    return FALSE;
  ask_facts (self, &target);
  if (!needs_facts (self, target.profile)) {
    speak (self, &target, job);
    return TRUE;
  }
  watch_facts (self);
  g_queue_push_tail (&self->waiting, gst_vowel_tts_job_ref (job));
  return TRUE;
}

static void
gst_openai_tts_cancel (GstVowelTts *tts, GstVowelTtsJob *job)
{
  if (g_queue_remove (&GST_OPENAI_TTS (tts)->waiting, job))
    gst_vowel_tts_job_unref (job);
  else
    speech_request_cancel (tts, job);
}

static gchar **
gst_openai_tts_list_voices (GstVowelTts *tts)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (tts);
  gchar **voices;

  GST_OBJECT_LOCK (self);
  voices = g_strdupv (self->voices);
  GST_OBJECT_UNLOCK (self);
  return voices;
}

static gboolean
gst_openai_tts_identify_service (
    GstVowelProviderElement *element, gchar **ret_base_url, gchar **ret_secret)
{
  return openai_endpoint_identify (
      &GST_OPENAI_TTS (element)->endpoint, element, ret_base_url, ret_secret);
}

static void
gst_openai_tts_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  openai_endpoint_set_property (
      &GST_OPENAI_TTS (object)->endpoint, object, id, value, pspec);
}

static void
gst_openai_tts_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  openai_endpoint_get_property (
      &GST_OPENAI_TTS (object)->endpoint, object, id, value, pspec);
}

static void
gst_openai_tts_finalize (GObject *object)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (object);

  openai_endpoint_clear (&self->endpoint);
  g_free (self->model);
  g_free (self->format);
  g_free (self->instructions);
  g_free (self->stream_format);
  g_strfreev (self->voices);
  G_OBJECT_CLASS (gst_openai_tts_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  openai_endpoint_install_properties (object_class, OPENAI_TTS);
  /**
   * GstOpenaiTts:model:
   *
   * The server's name of the model; unset for the profile's.
   */
  gst_vowel_field_install (object_class, PROP_MODEL,
      g_param_spec_string ("model", "Model",
          "The server's name of the model; unset = the profile's", NULL, flags),
      G_STRUCT_OFFSET (GstOpenaiTts, model));
  /**
   * GstOpenaiTts:format:
   *
   * What to ask for: `pcm` (bare samples of `sample-rate`) or `wav`.
   */
  gst_vowel_field_install (object_class, PROP_FORMAT,
      g_param_spec_string ("format", "Format",
          "What to ask for: pcm (bare samples of sample-rate) or wav; unset = "
          "the profile's",
          NULL, flags),
      G_STRUCT_OFFSET (GstOpenaiTts, format));
  /**
   * GstOpenaiTts:sample-rate:
   *
   * Rate of bare samples in Hz; 0 for what the server says, else 24000. A WAV
   * file says it itself.
   */
  gst_vowel_field_install (object_class, PROP_SAMPLE_RATE,
      g_param_spec_int ("sample-rate", "Sample rate",
          "Rate of bare samples (format pcm) in Hz; 0 = what the server says, "
          "else 24000; a WAV file says it itself",
          0, 48000, 0, flags),
      G_STRUCT_OFFSET (GstOpenaiTts, sample_rate));
  /**
   * GstOpenaiTts:instructions:
   *
   * How to speak, for models that take advice.
   */
  gst_vowel_field_install (object_class, PROP_INSTRUCTIONS,
      g_param_spec_string ("instructions", "Instructions",
          "How to speak, for models that take advice, as in \"calm and slow\"",
          NULL, flags),
      G_STRUCT_OFFSET (GstOpenaiTts, instructions));
  /**
   * GstOpenaiTts:stream-format:
   *
   * How to send it: `audio`, or `sse` for server-sent events.
   */
  gst_vowel_field_install (object_class, PROP_STREAM_FORMAT,
      g_param_spec_string ("stream-format", "Stream format",
          "How the server is to send it: audio, or sse (server-sent events); "
          "unset = as it likes",
          NULL, flags),
      G_STRUCT_OFFSET (GstOpenaiTts, stream_format));
}

static void
gst_openai_tts_class_init (GstOpenaiTtsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstVowelTtsClass *tts_class = GST_VOWEL_TTS_CLASS (klass);
  g_autofree gchar *profiles = openai_profile_list (OPENAI_TTS, " ");

  object_class->finalize = gst_openai_tts_finalize;
  object_class->set_property = gst_openai_tts_set_property;
  object_class->get_property = gst_openai_tts_get_property;
  GST_VOWEL_PROVIDER_ELEMENT_CLASS (klass)->identify_service =
      GST_DEBUG_FUNCPTR (gst_openai_tts_identify_service);
  GST_VOWEL_PROVIDER_ELEMENT_CLASS (klass)->keep_warm = TRUE;
  tts_class->start = GST_DEBUG_FUNCPTR (gst_openai_tts_start);
  tts_class->stop = GST_DEBUG_FUNCPTR (gst_openai_tts_stop);
  tts_class->synthesize = GST_DEBUG_FUNCPTR (gst_openai_tts_synthesize);
  tts_class->cancel = GST_DEBUG_FUNCPTR (gst_openai_tts_cancel);
  tts_class->list_voices = GST_DEBUG_FUNCPTR (gst_openai_tts_list_voices);
  install_properties (object_class);

  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class,
      "OpenAI-compatible speech synthesis", "Source/Speech",
      "Speaks by a server with /v1/audio/speech: OpenAI, Groq, "
      "Kokoro-FastAPI, Echoline and others",
      "The vowel-gst authors");
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_TTS, "openai");
  gst_vowel_provider_class_set_profiles (
      element_class, GST_VOWEL_PROVIDER_TTS, profiles);
}

static void
gst_openai_tts_init (GstOpenaiTts *self)
{
  openai_endpoint_init (&self->endpoint, OPENAI_TTS);
  g_queue_init (&self->waiting);
}
