/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-espeaktts
 * @title: espeaktts
 * @short_description: local speech synthesis by espeak-ng
 *
 * Speaks text in about a hundred languages with espeak-ng, without network or
 * account. espeak-ng is under the GPL and keeps one voice per process, so it
 * runs in a helper program of its own, `vowel-espeak-helper`; all elements of
 * a process share a pool of such helpers. A helper that dies or hangs is
 * replaced and its sentence spoken by the new one.
 *
 * The helper is looked for, in this order, at the path in the environment
 * variable `VOWEL_ESPEAK_HELPER`, next to the plugin (as in the build tree),
 * and in the installation's libexec folder.
 *
 * `voice` takes espeak-ng's names, such as `en-us` (the default), `de` or
 * `en-us+f3`; `espeak-ng --voices` lists them.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 espeaktts text="Guten Morgen." voice=de ! audioconvert !
 * audioresample ! autoaudiosink
 * ]|
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/vowel/vowel.h>

#include "espeakpool.h"
#include "gstespeaktts.h"

GST_DEBUG_CATEGORY (gst_espeak_tts_debug);
#define GST_CAT_DEFAULT gst_espeak_tts_debug

#define HELPER_PROGRAM "vowel-espeak-helper"
#define MAX_DEFAULT_HELPERS 4

enum {
  PROP_0,
  PROP_RATE,
  PROP_PITCH,
  PROP_VOLUME,
  PROP_HELPERS,
  PROP_TIMEOUT,
};

#define MIN_RATE 80
#define MAX_RATE 450
#define DEFAULT_RATE 175
#define DEFAULT_PITCH 50
#define DEFAULT_VOLUME 100
#define DEFAULT_HELPERS 0
#define DEFAULT_TIMEOUT 5000

/* Of the many that espeak-ng knows: its names of languages, the default one
 * first. Variants such as "en-us+f3" are set on the element. */
static const gchar *const voices[] = {"en-us", "en", "af", "ar", "bg", "ca",
    "cmn", "cs", "da", "de", "el", "es", "es-419", "et", "fa", "fi", "fr", "hi",
    "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "nb", "nl", "pl", "pt",
    "pt-br", "ro", "ru", "sk", "sl", "sr", "sv", "sw", "ta", "tr", "uk", "ur",
    "vi", NULL};

struct _GstEspeakTts {
  GstVowelTts parent;

  /* Properties, protected by the object lock. */
  guint rate;
  guint pitch;
  guint volume;
  guint helpers;
  guint timeout;

  /* From NULL->READY to READY->NULL; worker thread. */
  EspeakPool *pool;
};

static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("audio/x-raw, format = (string) S16LE, "
                         "layout = (string) interleaved, "
                         "rate = (int) [ 8000, 48000 ], channels = (int) 1"));

G_DEFINE_FINAL_TYPE (GstEspeakTts, gst_espeak_tts, GST_TYPE_VOWEL_TTS)
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE (espeaktts, "espeaktts",
    GST_RANK_MARGINAL, GST_TYPE_ESPEAK_TTS,
    GST_DEBUG_CATEGORY_INIT (gst_espeak_tts_debug, "espeaktts", 0,
        "local speech synthesis by espeak-ng"));

/* The folder that the plugin was loaded from; NULL when it is linked in. */
static gchar *
gst_espeak_tts_get_plugin_folder (GstEspeakTts *self)
{
  GstElementFactory *factory = gst_element_get_factory (GST_ELEMENT (self));
  g_autoptr (GstPlugin) plugin = NULL;
  const gchar *filename = NULL;

  if (factory != NULL)
    plugin = gst_plugin_feature_get_plugin (GST_PLUGIN_FEATURE (factory));
  if (plugin != NULL)
    filename = gst_plugin_get_filename (plugin);

  return filename != NULL ? g_path_get_dirname (filename) : NULL;
}

static gchar *
gst_espeak_tts_find_helper (GstEspeakTts *self)
{
  const gchar *chosen = g_getenv ("VOWEL_ESPEAK_HELPER");
  g_autofree gchar *folder = NULL;
  g_autofree gchar *path = NULL;

  if (chosen != NULL && *chosen != '\0')
    return g_strdup (chosen);

  folder = gst_espeak_tts_get_plugin_folder (self);
  if (folder != NULL) {
    path = g_build_filename (folder, HELPER_PROGRAM, NULL);
    if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
      return g_steal_pointer (&path);
  }
  return g_build_filename (VOWEL_PKGLIBEXECDIR, HELPER_PROGRAM, NULL);
}

static gboolean
gst_espeak_tts_start (GstVowelTts *tts)
{
  GstEspeakTts *self = GST_ESPEAK_TTS (tts);
  g_autofree gchar *path = gst_espeak_tts_find_helper (self);
  guint helpers;

  if (!g_file_test (path, G_FILE_TEST_IS_EXECUTABLE)) {
    GST_ELEMENT_ERROR (self, RESOURCE, NOT_FOUND,
        ("espeaktts needs its helper program %s, which is not there; install "
         "it, or set VOWEL_ESPEAK_HELPER to its path",
            path),
        (NULL));
    return FALSE;
  }

  GST_OBJECT_LOCK (self);
  helpers = self->helpers;
  GST_OBJECT_UNLOCK (self);
  if (helpers == 0)
    helpers = MIN (g_get_num_processors (), MAX_DEFAULT_HELPERS);
  self->pool = espeak_pool_ref_shared (path, helpers);

  return TRUE;
}

static void
gst_espeak_tts_stop (GstVowelTts *tts)
{
  GstEspeakTts *self = GST_ESPEAK_TTS (tts);

  g_clear_pointer (&self->pool, espeak_pool_unref);
}

static gboolean
gst_espeak_tts_synthesize (
    GstVowelTts *tts, GstVowelTtsJob *job, GError **error)
{
  GstEspeakTts *self = GST_ESPEAK_TTS (tts);
  const gchar *voice = gst_vowel_tts_job_get_voice (job);
  gdouble speed = gst_vowel_tts_job_get_speed (job);
  EspeakJob *espeak_job;

  espeak_job = espeak_job_new (
      gst_vowel_tts_task_new (tts, job), voice != NULL ? voice : voices[0]);
  GST_OBJECT_LOCK (self);
  espeak_job->rate = CLAMP (self->rate * speed, MIN_RATE, MAX_RATE);
  espeak_job->pitch = self->pitch;
  espeak_job->volume = self->volume;
  espeak_job->timeout = self->timeout;
  GST_OBJECT_UNLOCK (self);

  gst_vowel_tts_job_set_data (
      job, espeak_job, (GDestroyNotify) espeak_job_unref);
  espeak_pool_speak (self->pool, espeak_job);

  return TRUE;
}

static void
gst_espeak_tts_cancel (GstVowelTts *tts, GstVowelTtsJob *job)
{
  GstEspeakTts *self = GST_ESPEAK_TTS (tts);
  EspeakJob *espeak_job = gst_vowel_tts_job_get_data (job);

  gst_vowel_tts_task_cancel (espeak_job->task);
  espeak_pool_cancel (self->pool, espeak_job);
}

static gchar **
gst_espeak_tts_list_voices (GstVowelTts *tts)
{
  return g_strdupv ((gchar **) voices);
}

static void
gst_espeak_tts_class_init (GstEspeakTtsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstVowelTtsClass *tts_class = GST_VOWEL_TTS_CLASS (klass);

  tts_class->start = GST_DEBUG_FUNCPTR (gst_espeak_tts_start);
  tts_class->stop = GST_DEBUG_FUNCPTR (gst_espeak_tts_stop);
  tts_class->synthesize = GST_DEBUG_FUNCPTR (gst_espeak_tts_synthesize);
  tts_class->cancel = GST_DEBUG_FUNCPTR (gst_espeak_tts_cancel);
  tts_class->list_voices = GST_DEBUG_FUNCPTR (gst_espeak_tts_list_voices);

  /**
   * GstEspeakTts:rate:
   *
   * Words per minute at speed 1; the base's `speed` multiplies it, and the
   * product stays between 80 and 450.
   */
  gst_vowel_field_install (object_class, PROP_RATE,
      g_param_spec_uint ("rate", "Rate", "Words per minute at speed 1",
          MIN_RATE, MAX_RATE, DEFAULT_RATE,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING),
      G_STRUCT_OFFSET (GstEspeakTts, rate));

  /**
   * GstEspeakTts:pitch:
   *
   * Pitch of the voice, from 0 (low) to 100 (high). Takes effect with the next
   * sentence.
   */
  gst_vowel_field_install (object_class, PROP_PITCH,
      g_param_spec_uint ("pitch", "Pitch",
          "Pitch of the voice, from 0 (low) to 100 (high)", 0, 100,
          DEFAULT_PITCH,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING),
      G_STRUCT_OFFSET (GstEspeakTts, pitch));

  /**
   * GstEspeakTts:volume:
   *
   * Loudness in per cent of the voice's own; above 100 the audio may clip.
   * Takes effect with the next sentence.
   */
  gst_vowel_field_install (object_class, PROP_VOLUME,
      g_param_spec_uint ("volume", "Volume",
          "Loudness in per cent of the voice's own (above 100 it may clip)", 0,
          200, DEFAULT_VOLUME,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING),
      G_STRUCT_OFFSET (GstEspeakTts, volume));

  /**
   * GstEspeakTts:helpers:
   *
   * How many helper processes may work at once, for all elements of the
   * process together; where elements differ the largest number counts. 0: one
   * per processor, at most four.
   */
  gst_vowel_field_install (object_class, PROP_HELPERS,
      g_param_spec_uint ("helpers", "Helpers",
          "Helper processes that all elements share; the largest number set "
          "counts (0 = one per processor, at most 4)",
          0, 64, DEFAULT_HELPERS,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY),
      G_STRUCT_OFFSET (GstEspeakTts, helpers));

  /**
   * GstEspeakTts:timeout:
   *
   * How many milliseconds a helper process may say nothing while it has a
   * sentence to speak. Then it is ended, and a new one speaks the sentence;
   * when that one hangs too, the sentence fails.
   */
  gst_vowel_field_install (object_class, PROP_TIMEOUT,
      g_param_spec_uint ("timeout", "Timeout",
          "Milliseconds that a helper process may stay silent before it is "
          "replaced",
          10, G_MAXINT, DEFAULT_TIMEOUT,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING),
      G_STRUCT_OFFSET (GstEspeakTts, timeout));

  gst_element_class_add_static_pad_template (element_class, &src_template);
  /* Not "Audio": autoaudiosrc and autoaudiosink take that for a device. */
  gst_element_class_set_static_metadata (element_class,
      "espeak-ng speech synthesis", "Source/Speech",
      "Speaks text in about a hundred languages locally with espeak-ng, in "
      "helper processes",
      "The vowel-gst authors");
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_TTS, "espeak");
}

static void
gst_espeak_tts_init (GstEspeakTts *self)
{
  self->rate = DEFAULT_RATE;
  self->pitch = DEFAULT_PITCH;
  self->volume = DEFAULT_VOLUME;
  self->helpers = DEFAULT_HELPERS;
  self->timeout = DEFAULT_TIMEOUT;
}
