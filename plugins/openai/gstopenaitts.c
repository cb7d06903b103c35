/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-openaitts
 * @title: openaitts
 * @short_description: voices behind OpenAI's speech protocol
 *
 * Has each sentence spoken by a server with `/v1/audio/speech`: OpenAI, Groq,
 * Kokoro-FastAPI, Echoline and others. The audio goes on while it comes.
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
#include "openai-endpoint.h"
#include "speech-request.h"

GST_DEBUG_CATEGORY_STATIC (gst_openai_tts_debug);
#define GST_CAT_DEFAULT gst_openai_tts_debug

#define DEFAULT_SAMPLE_RATE 24000
#define STALL_MS 5000

enum {
  PROP_MODEL = OPENAI_N_PROPS,
  PROP_FORMAT,
  PROP_SAMPLE_RATE,
  PROP_INSTRUCTIONS,
};

struct _GstOpenaiTts {
  GstVowelTts parent;

  /* Protected by the object lock. */
  OpenaiEndpoint endpoint;
  gchar *model;
  gchar *format;
  gint sample_rate;
  gchar *instructions;
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

static void
add_string (JsonBuilder *builder, const gchar *name, const gchar *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static GBytes *
make_body (
    GstOpenaiTts *self, const OpenaiProfile *profile, GstVowelTtsJob *job)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  const gchar *voice = gst_vowel_tts_job_get_voice (job);
  gdouble speed = gst_vowel_tts_job_get_speed (job);
  gchar *text;

  json_builder_begin_object (builder);
  GST_OBJECT_LOCK (self);
  add_string (
      builder, "model", self->model != NULL ? self->model : profile->model);
  add_string (builder, "response_format",
      self->format != NULL ? self->format : profile->format);
  if (self->instructions != NULL)
    add_string (builder, "instructions", self->instructions);
  GST_OBJECT_UNLOCK (self);
  add_string (builder, "input", gst_vowel_tts_job_get_text (job));
  add_string (builder, "voice", voice != NULL ? voice : profile->voice);
  if (speed != 1.0) {
    json_builder_set_member_name (builder, "speed");
    json_builder_add_double_value (builder, CLAMP (speed, 0.25, 4.0));
  }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  return g_bytes_new_take (text, strlen (text));
}

static gboolean
gst_openai_tts_synthesize (
    GstVowelTts *tts, GstVowelTtsJob *job, GError **error)
{
  GstOpenaiTts *self = GST_OPENAI_TTS (tts);
  g_auto (OpenaiTarget) target = {0};
  g_autoptr (GBytes) body = NULL;
  GstVowelHttpRequest *http;
  gint rate;

  if (!openai_endpoint_resolve (
          &self->endpoint, GST_ELEMENT_CAST (self), &target, error))
    return FALSE;
  body = make_body (self, target.profile, job);
  GST_OBJECT_LOCK (self);
  rate = self->sample_rate;
  GST_OBJECT_UNLOCK (self);

  http = openai_target_post (
      &target, gst_vowel_tts_get_worker (tts), "/audio/speech");
  gst_vowel_http_request_set_deadlines (http, OPENAI_CONNECT_MS, 0, STALL_MS);
  gst_vowel_http_request_set_body (http, "application/json", body);
  GST_DEBUG_OBJECT (self, "asking %s to speak", target.profile->name);
  speech_request_start (
      tts, job, http, NULL, target.profile->name, target.api_key, rate);
  return TRUE;
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
   * Rate of bare samples in Hz; a WAV file says it itself.
   */
  gst_vowel_field_install (object_class, PROP_SAMPLE_RATE,
      g_param_spec_int ("sample-rate", "Sample rate",
          "Rate of bare samples (format pcm) in Hz; a WAV file says it itself",
          8000, 48000, DEFAULT_SAMPLE_RATE, flags),
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
  tts_class->synthesize = GST_DEBUG_FUNCPTR (gst_openai_tts_synthesize);
  tts_class->cancel = GST_DEBUG_FUNCPTR (speech_request_cancel);
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
  self->sample_rate = DEFAULT_SAMPLE_RATE;
}
