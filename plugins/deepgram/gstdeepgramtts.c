/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-deepgramtts
 * @title: deepgramtts
 * @short_description: Deepgram's Aura voices
 *
 * Has each sentence spoken by Deepgram (`/v1/speak`), two at a time; the audio
 * goes on while it comes. `voice` is a model like `aura-2-thalia-en`, or just
 * its name (`thalia`).
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
#include "speech-request.h"

GST_DEBUG_CATEGORY_STATIC (gst_deepgram_tts_debug);
#define GST_CAT_DEFAULT gst_deepgram_tts_debug

#define DEFAULT_VOICE "thalia"
#define DEFAULT_SAMPLE_RATE 24000
#define CONNECT_MS 3000
#define STALL_MS 5000

enum {
  PROP_SAMPLE_RATE = REMOTE_N_PROPS,
};

struct _GstDeepgramTts {
  GstVowelTts parent;

  /* Protected by the object lock. */
  RemoteSettings settings;
  gint sample_rate;
};

static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("audio/x-raw, format = (string) S16LE, "
                         "layout = (string) interleaved, "
                         "rate = (int) [ 8000, 48000 ], channels = (int) 1"));

G_DEFINE_FINAL_TYPE (GstDeepgramTts, gst_deepgram_tts, GST_TYPE_VOWEL_TTS)
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE (deepgramtts, "deepgramtts",
    GST_RANK_NONE, GST_TYPE_DEEPGRAM_TTS,
    GST_DEBUG_CATEGORY_INIT (
        gst_deepgram_tts_debug, "deepgramtts", 0, "Deepgram's Aura voices"));

static gchar *
make_model (const gchar *voice)
{
  if (voice == NULL)
    voice = DEFAULT_VOICE;
  return strchr (voice, '-') != NULL ? g_strdup (voice)
                                     : g_strdup_printf ("aura-2-%s-en", voice);
}

static gchar *
make_path (GstVowelTtsJob *job, gint rate)
{
  g_autofree gchar *model = make_model (gst_vowel_tts_job_get_voice (job));
  g_autofree gchar *escaped = g_uri_escape_string (model, NULL, FALSE);
  gdouble speed = gst_vowel_tts_job_get_speed (job);
  gchar number[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (number, sizeof (number), "%.2f", CLAMP (speed, 0.7, 1.5));
  /* Without a container it would be a WAV file. */
  return g_strdup_printf (
      "/v1/speak?model=%s&encoding=linear16&sample_rate=%d&container=none%s%s",
      escaped, rate, speed != 1.0 ? "&speed=" : "", speed != 1.0 ? number : "");
}

static GBytes *
make_body (GstVowelTtsJob *job)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  gchar *text;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "text");
  json_builder_add_string_value (builder, gst_vowel_tts_job_get_text (job));
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  return g_bytes_new_take (text, strlen (text));
}

static gboolean
gst_deepgram_tts_synthesize (
    GstVowelTts *tts, GstVowelTtsJob *job, GError **error)
{
  GstDeepgramTts *self = GST_DEEPGRAM_TTS (tts);
  g_auto (RemoteTarget) target = {0};
  g_autofree gchar *path = NULL;
  g_autoptr (GBytes) body = NULL;
  GstVowelHttpRequest *http;
  gint rate;

  if (!remote_settings_resolve (
          &self->settings, GST_ELEMENT_CAST (self), &target, error))
    return FALSE;
  GST_OBJECT_LOCK (self);
  rate = self->sample_rate;
  GST_OBJECT_UNLOCK (self);
  path = make_path (job, rate);
  body = make_body (job);
  http = remote_target_request (
      &target, gst_vowel_tts_get_worker (tts), "POST", path);
  gst_vowel_http_request_set_deadlines (http, CONNECT_MS, 0, STALL_MS);
  gst_vowel_http_request_set_body (http, "application/json", body);
  speech_request_start (tts, job, http, "deepgram", target.api_key, rate);
  return TRUE;
}

static gboolean
gst_deepgram_tts_identify_service (
    GstVowelProviderElement *element, gchar **ret_base_url, gchar **ret_secret)
{
  return remote_settings_identify (
      &GST_DEEPGRAM_TTS (element)->settings, element, ret_base_url, ret_secret);
}

static void
gst_deepgram_tts_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  remote_settings_set_property (
      &GST_DEEPGRAM_TTS (object)->settings, object, id, value, pspec);
}

static void
gst_deepgram_tts_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  remote_settings_get_property (
      &GST_DEEPGRAM_TTS (object)->settings, object, id, value, pspec);
}

static void
gst_deepgram_tts_finalize (GObject *object)
{
  remote_settings_clear (&GST_DEEPGRAM_TTS (object)->settings);
  G_OBJECT_CLASS (gst_deepgram_tts_parent_class)->finalize (object);
}

static void
gst_deepgram_tts_class_init (GstDeepgramTtsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstVowelTtsClass *tts_class = GST_VOWEL_TTS_CLASS (klass);

  object_class->finalize = gst_deepgram_tts_finalize;
  object_class->set_property = gst_deepgram_tts_set_property;
  object_class->get_property = gst_deepgram_tts_get_property;
  GST_VOWEL_PROVIDER_ELEMENT_CLASS (klass)->identify_service =
      GST_DEBUG_FUNCPTR (gst_deepgram_tts_identify_service);
  tts_class->synthesize = GST_DEBUG_FUNCPTR (gst_deepgram_tts_synthesize);
  tts_class->cancel = GST_DEBUG_FUNCPTR (speech_request_cancel);

  remote_settings_install_properties (object_class, &deepgram_service);
  /**
   * GstDeepgramTts:sample-rate:
   *
   * What to ask for, in Hz: 8000, 16000, 24000, 32000 or 48000.
   */
  gst_vowel_field_install (object_class, PROP_SAMPLE_RATE,
      g_param_spec_int ("sample-rate", "Sample rate",
          "What to ask for, in Hz: 8000, 16000, 24000, 32000 or 48000", 8000,
          48000, DEFAULT_SAMPLE_RATE,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING),
      G_STRUCT_OFFSET (GstDeepgramTts, sample_rate));

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
  remote_settings_init (&self->settings, &deepgram_service);
  self->sample_rate = DEFAULT_SAMPLE_RATE;
}
