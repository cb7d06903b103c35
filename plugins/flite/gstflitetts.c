/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-flitetts
 * @title: flitetts
 * @short_description: local English speech synthesis by CMU Flite
 *
 * Speaks text with Flite, inside the process, without network or account. It
 * knows English alone; characters outside ASCII are transliterated. The
 * property `voice` chooses among `slt` (the default: a woman, 16 kHz), `rms`
 * (a man), `awb` (a man from Scotland), `kal16` (a fast, robotic man, 16 kHz)
 * and `kal` (the same at 8 kHz); `speed` makes any of them faster or slower.
 *
 * The sentences of all elements share a pool of threads, one per processor.
 * The audio's rate is that of the voice.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 flitetts text="Good morning." ! audioconvert ! audioresample !
 * autoaudiosink
 * ]|
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/vowel/vowel.h>

#include "fliteengine.h"
#include "gstflitetts.h"

GST_DEBUG_CATEGORY (gst_flite_tts_debug);
#define GST_CAT_DEFAULT gst_flite_tts_debug

struct _GstFliteTts {
  GstVowelTts parent;

  /* From NULL->READY to READY->NULL; worker thread. */
  FliteEngine *engine;
};

static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("audio/x-raw, format = (string) S16LE, "
                         "layout = (string) interleaved, "
                         "rate = (int) { 8000, 16000 }, channels = (int) 1"));

G_DEFINE_FINAL_TYPE (GstFliteTts, gst_flite_tts, GST_TYPE_VOWEL_TTS)
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE (flitetts, "flitetts", GST_RANK_SECONDARY,
    GST_TYPE_FLITE_TTS,
    GST_DEBUG_CATEGORY_INIT (
        gst_flite_tts_debug, "flitetts", 0, "local speech synthesis by Flite"));

static gboolean
gst_flite_tts_start (GstVowelTts *tts)
{
  GstFliteTts *self = GST_FLITE_TTS (tts);

  self->engine = flite_engine_ref_shared ();

  return TRUE;
}

static void
gst_flite_tts_stop (GstVowelTts *tts)
{
  GstFliteTts *self = GST_FLITE_TTS (tts);

  g_clear_pointer (&self->engine, flite_engine_unref);
}

static gboolean
gst_flite_tts_synthesize (GstVowelTts *tts, GstVowelTtsJob *job, GError **error)
{
  GstFliteTts *self = GST_FLITE_TTS (tts);
  const gchar *name = gst_vowel_tts_job_get_voice (job);
  gint voice = name != NULL ? flite_engine_find_voice (name) : 0;
  GstVowelTtsTask *task;

  if (voice < 0) {
    g_auto (GStrv) names = flite_engine_list_voices ();
    g_autofree gchar *known = g_strjoinv (", ", names);

    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_NOT_FOUND,
        "flite has no voice \"%s\"; set voice to one of: %s", name, known);
    return FALSE;
  }

  task = gst_vowel_tts_task_new (tts, job);
  gst_vowel_tts_job_set_data (
      job, task, (GDestroyNotify) gst_vowel_tts_task_unref);
  flite_engine_speak (
      self->engine, task, voice, 1.0 / gst_vowel_tts_job_get_speed (job));

  return TRUE;
}

static void
gst_flite_tts_cancel (GstVowelTts *tts, GstVowelTtsJob *job)
{
  gst_vowel_tts_task_cancel (gst_vowel_tts_job_get_data (job));
}

static gchar **
gst_flite_tts_list_voices (GstVowelTts *tts)
{
  return flite_engine_list_voices ();
}

static void
gst_flite_tts_class_init (GstFliteTtsClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstVowelTtsClass *tts_class = GST_VOWEL_TTS_CLASS (klass);

  tts_class->start = GST_DEBUG_FUNCPTR (gst_flite_tts_start);
  tts_class->stop = GST_DEBUG_FUNCPTR (gst_flite_tts_stop);
  tts_class->synthesize = GST_DEBUG_FUNCPTR (gst_flite_tts_synthesize);
  tts_class->cancel = GST_DEBUG_FUNCPTR (gst_flite_tts_cancel);
  tts_class->list_voices = GST_DEBUG_FUNCPTR (gst_flite_tts_list_voices);

  gst_element_class_add_static_pad_template (element_class, &src_template);
  /* Not "Audio": autoaudiosrc and autoaudiosink take that for a device. */
  gst_element_class_set_static_metadata (element_class,
      "Flite speech synthesis", "Source/Speech",
      "Speaks English text locally with CMU Flite "
      "(voices slt, rms, awb, kal16, kal)",
      "The vowel-gst authors");
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_TTS, "flite");
}

static void
gst_flite_tts_init (GstFliteTts *self)
{
}
