/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "gstvoweltts-priv.h"

/* Sentences shorter than this ("Oh!") are joined to the next one; longer than
 * that they are cut at a clause. */
#define MIN_SENTENCE 12
#define MAX_SENTENCE 280

/* Character @text begins at sample @sample. */
typedef struct {
  guint text;
  guint64 sample;
} Mark;

G_DEFINE_BOXED_TYPE (GstVowelTtsJob, gst_vowel_tts_job, gst_vowel_tts_job_ref,
    gst_vowel_tts_job_unref)

GstVowelTtsResponse *
gst_vowel_tts_response_new (const gchar *id, guint64 generation)
{
  GstVowelTtsResponse *self = g_new0 (GstVowelTtsResponse, 1);

  g_ref_count_init (&self->ref_count);
  if (id != NULL)
    self->id = g_ref_string_new (id);
  self->generation = generation;
  self->chunker = gst_vowel_sentence_chunker_new (MIN_SENTENCE, MAX_SENTENCE);
  g_queue_init (&self->jobs);
  return self;
}

GstVowelTtsResponse *
gst_vowel_tts_response_ref (GstVowelTtsResponse *response)
{
  g_ref_count_inc (&response->ref_count);
  return response;
}

void
gst_vowel_tts_response_unref (GstVowelTtsResponse *response)
{
  if (!g_ref_count_dec (&response->ref_count))
    return;
  g_queue_clear_full (
      &response->jobs, (GDestroyNotify) gst_vowel_tts_job_unref);
  gst_vowel_sentence_chunker_free (response->chunker);
  g_clear_pointer (&response->repeats, gst_vowel_repeats_free);
  g_clear_pointer (&response->id, g_ref_string_release);
  g_clear_error (&response->failure);
  g_clear_object (&response->failed);
  g_free (response);
}

GstVowelTtsJob *
gst_vowel_tts_job_new (GstVowelTts *tts, const GstVowelSentence *sentence,
    guint64 generation, const gchar *voice, gdouble speed)
{
  GstVowelTtsJob *self = g_new0 (GstVowelTtsJob, 1);

  gst_vowel_handle_init (&self->handle);
  self->tts = tts;
  self->text = g_strdup (sentence->text);
  self->n_chars = sentence->end - sentence->start;
  self->text_start = sentence->start;
  self->wanted_voice = g_strdup (voice);
  self->voice = g_strdup (voice);
  self->speed = speed;
  self->generation = generation;
  self->adapter = gst_adapter_new ();
  self->marks = g_array_new (FALSE, FALSE, sizeof (Mark));
  return self;
}

/**
 * gst_vowel_tts_job_ref:
 * @job: a job
 *
 * Returns: (transfer full): @job
 */
GstVowelTtsJob *
gst_vowel_tts_job_ref (GstVowelTtsJob *job)
{
  g_return_val_if_fail (job != NULL, NULL);

  gst_vowel_handle_ref (&job->handle);
  return job;
}

/**
 * gst_vowel_tts_job_unref:
 * @job: (transfer full): a job
 */
void
gst_vowel_tts_job_unref (GstVowelTtsJob *job)
{
  g_return_if_fail (job != NULL);

  if (!gst_vowel_handle_unref (&job->handle))
    return;
  g_object_unref (job->adapter);
  g_array_unref (job->marks);
  g_free (job->text);
  g_free (job->wanted_voice);
  g_free (job->voice);
  g_free (job);
}

/**
 * gst_vowel_tts_job_get_text:
 * @job: a job
 *
 * Returns: the words to speak
 */
const gchar *
gst_vowel_tts_job_get_text (GstVowelTtsJob *job)
{
  g_return_val_if_fail (job != NULL, NULL);

  return job->text;
}

/**
 * gst_vowel_tts_job_get_voice:
 * @job: a job
 *
 * Returns: (nullable): the voice; %NULL for the provider's default
 */
const gchar *
gst_vowel_tts_job_get_voice (GstVowelTtsJob *job)
{
  g_return_val_if_fail (job != NULL, NULL);

  return job->voice;
}

/**
 * gst_vowel_tts_job_get_speed:
 * @job: a job
 *
 * Returns: how fast to speak; 1.0 is the voice's own pace
 */
gdouble
gst_vowel_tts_job_get_speed (GstVowelTtsJob *job)
{
  g_return_val_if_fail (job != NULL, 1.0);

  return job->speed;
}

/**
 * gst_vowel_tts_job_is_live:
 * @job: a job
 *
 * Returns: %FALSE once it was cancelled, has failed or is finished
 */
gboolean
gst_vowel_tts_job_is_live (GstVowelTtsJob *job)
{
  g_return_val_if_fail (job != NULL, FALSE);

  return !job->dropped && job->state == GST_VOWEL_TTS_JOB_ACTIVE;
}

/**
 * gst_vowel_tts_job_set_data:
 * @job: a job
 * @data: (nullable): what the provider keeps for it
 * @notify: (nullable): frees @data, at the latest with the job
 */
void
gst_vowel_tts_job_set_data (
    GstVowelTtsJob *job, gpointer data, GDestroyNotify notify)
{
  g_return_if_fail (job != NULL);

  gst_vowel_handle_set_data (&job->handle, data, notify);
}

/**
 * gst_vowel_tts_job_get_data:
 * @job: a job
 *
 * Returns: (transfer none) (nullable): what the provider keeps for it
 */
gpointer
gst_vowel_tts_job_get_data (GstVowelTtsJob *job)
{
  g_return_val_if_fail (job != NULL, NULL);

  return job->handle.data;
}

void
gst_vowel_tts_job_add_mark (
    GstVowelTtsJob *job, guint text_offset, guint64 sample_offset)
{
  Mark mark = {
      .text = MIN (text_offset, job->n_chars), .sample = sample_offset};

  if (job->marks->len > 0) {
    Mark *last = &g_array_index (job->marks, Mark, job->marks->len - 1);

    /* Only forward: a mark that goes back tells nothing. */
    if (mark.text < last->text || mark.sample < last->sample)
      return;
  }
  g_array_append_val (job->marks, mark);
}

guint
gst_vowel_tts_job_text_at (GstVowelTtsJob *job, guint64 sample, gdouble pace)
{
  Mark before = {0, 0};
  Mark after = {job->n_chars, 0};
  gboolean known = FALSE;
  gdouble chars;

  for (guint i = 0; i < job->marks->len && !known; i++) {
    const Mark *mark = &g_array_index (job->marks, Mark, i);

    if (mark->sample <= sample) {
      before = *mark;
    } else {
      after = *mark;
      known = TRUE;
    }
  }
  if (!known && job->state == GST_VOWEL_TTS_JOB_DONE) {
    after.text = job->n_chars;
    after.sample = job->received;
    known = TRUE;
  }
  if (sample <= before.sample)
    return before.text;
  if (known && after.sample > before.sample)
    chars = (gdouble) (after.text - before.text)
            * (gdouble) (sample - before.sample)
            / (gdouble) (after.sample - before.sample);
  else
    chars = pace * job->speed * (gdouble) (sample - before.sample)
            / (gdouble) job->rate;
  return MIN (before.text + (guint) chars, job->n_chars);
}
