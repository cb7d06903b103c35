/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvowelproviderelement.h>

G_BEGIN_DECLS

/**
 * GstVowelTts:
 *
 * Base class of text-to-speech providers. The class adds a src template "src"
 * (audio/x-raw, S16LE, mono) and calls gst_vowel_provider_class_set_name(); the
 * pad `sink` (text/x-raw, utf8) is the base's.
 *
 * Text deltas are cut into sentences; each becomes a #GstVowelTtsJob. Up to
 * `in-flight` jobs run at once; their audio leaves in order, with a
 * #GstVowelResponseMeta that says which characters each buffer speaks. A
 * response-end event (or EOS) ends the last sentence and follows its audio. A
 * buffer without a response is a text of its own, spoken at once. A flush, or
 * the "cancel" action, throws everything away. The action "say" (string) and
 * the property `text` speak without a text pad; "speak" (response id,
 * generation, text) does it for a response.
 */
#define GST_TYPE_VOWEL_TTS (gst_vowel_tts_get_type ())
GST_VOWEL_API
G_DECLARE_DERIVABLE_TYPE (
    GstVowelTts, gst_vowel_tts, GST_VOWEL, TTS, GstVowelProviderElement)

/**
 * GstVowelTtsJob:
 *
 * One sentence on its way through a synthesizer. Reference counted; worker
 * thread only, except that text and speed never change.
 */
typedef struct _GstVowelTtsJob GstVowelTtsJob;
#define GST_TYPE_VOWEL_TTS_JOB (gst_vowel_tts_job_get_type ())
GST_VOWEL_API GType gst_vowel_tts_job_get_type (void);
GST_VOWEL_API GstVowelTtsJob *gst_vowel_tts_job_ref (GstVowelTtsJob *job);
GST_VOWEL_API void gst_vowel_tts_job_unref (GstVowelTtsJob *job);
GST_VOWEL_API const gchar *gst_vowel_tts_job_get_text (GstVowelTtsJob *job);
/* (nullable): NULL for the provider's default */
GST_VOWEL_API const gchar *gst_vowel_tts_job_get_voice (GstVowelTtsJob *job);
/* 1.0 is the voice's own pace */
GST_VOWEL_API gdouble gst_vowel_tts_job_get_speed (GstVowelTtsJob *job);
GST_VOWEL_API gboolean gst_vowel_tts_job_is_live (GstVowelTtsJob *job);
GST_VOWEL_API void gst_vowel_tts_job_set_data (
    GstVowelTtsJob *job, gpointer data, GDestroyNotify notify);
GST_VOWEL_API gpointer gst_vowel_tts_job_get_data (GstVowelTtsJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstVowelTtsJob, gst_vowel_tts_job_unref)

/**
 * GstVowelTtsClass:
 * @start: (nullable): NULL to READY; posts an error before it returns %FALSE
 * @stop: (nullable): READY to NULL; all jobs have been cancelled
 * @synthesize: begin; return at once, push audio from the worker. On %FALSE the
 *   job has failed with @error
 * @cancel: abort it
 * @list_voices: (nullable): (transfer full): the names that `voice` takes, the
 *   default one first; any thread, any state
 */
struct _GstVowelTtsClass {
  GstVowelProviderElementClass parent_class;

  gboolean (*start) (GstVowelTts *tts);
  void (*stop) (GstVowelTts *tts);
  gboolean (*synthesize) (
      GstVowelTts *tts, GstVowelTtsJob *job, GError **error);
  void (*cancel) (GstVowelTts *tts, GstVowelTtsJob *job);
  gchar **(*list_voices) (GstVowelTts *tts);

  gpointer _gst_reserved[GST_PADDING - 1];
};

GST_VOWEL_API GstVowelWorker *gst_vowel_tts_get_worker (GstVowelTts *tts);
/* The rate of the audio that follows; call before the first push and whenever
 * it changes (a voice may have its own). */
GST_VOWEL_API void gst_vowel_tts_set_rate (GstVowelTts *tts, gint rate);
/* (transfer full) S16LE mono; buffers of an earlier job leave first.  FALSE:
 * the job is no longer live. */
GST_VOWEL_API gboolean gst_vowel_tts_push_audio (
    GstVowelTts *tts, GstVowelTtsJob *job, GstBuffer *audio);
/* The provider knows that character @text_offset of the job's text begins at
 * sample @sample_offset of its audio; without marks the base interpolates. */
GST_VOWEL_API void gst_vowel_tts_mark (GstVowelTts *tts, GstVowelTtsJob *job,
    guint text_offset, guint64 sample_offset);
GST_VOWEL_API void gst_vowel_tts_finish (GstVowelTts *tts, GstVowelTtsJob *job);
GST_VOWEL_API void gst_vowel_tts_fail (GstVowelTts *tts, GstVowelTtsJob *job,
    guint http_status, gint retry_after_ms, const GError *error);

G_END_DECLS
