/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvowelttstask
 * @title: GstVowelTtsTask
 * @short_description: a speech synthesis job on another thread
 *
 * The bridge between a synthesizer's own thread and the worker.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/vowel/gstvowelttstask.h>

struct _GstVowelTtsTask {
  /* Immutable. */
  GstVowelWorker *worker;
  gchar *text;

  /* Atomic. */
  gint live;

  /* Worker thread; NULL once the job has ended. */
  GstVowelTts *tts;
  GstVowelTtsJob *job;
};

typedef enum {
  REPORT_AUDIO,
  REPORT_MARK,
  REPORT_FINISH,
  REPORT_FAIL,
} ReportKind;

/* One thing on its way to the worker. */
typedef struct {
  GstVowelTtsTask *task;
  ReportKind kind;
  GstBuffer *audio;
  gint rate;
  guint text_offset;
  guint64 sample_offset;
  GError *error;
} Report;

G_DEFINE_BOXED_TYPE (GstVowelTtsTask, gst_vowel_tts_task,
    gst_vowel_tts_task_ref, gst_vowel_tts_task_unref)

/**
 * gst_vowel_tts_task_new:
 * @tts: the element
 * @job: its job
 *
 * Worker thread only. The task keeps @job until it ends; @tts must cancel the
 * task before it stops.
 *
 * Returns: (transfer full): a task for another thread
 */
GstVowelTtsTask *
gst_vowel_tts_task_new (GstVowelTts *tts, GstVowelTtsJob *job)
{
  GstVowelTtsTask *task;

  g_return_val_if_fail (GST_VOWEL_IS_TTS (tts), NULL);
  g_return_val_if_fail (job != NULL, NULL);

  task = g_atomic_rc_box_new0 (GstVowelTtsTask);
  task->worker = gst_object_ref (gst_vowel_tts_get_worker (tts));
  task->text = g_strdup (gst_vowel_tts_job_get_text (job));
  task->tts = tts;
  task->job = gst_vowel_tts_job_ref (job);
  task->live = TRUE;

  return task;
}

/**
 * gst_vowel_tts_task_ref:
 * @task: a task
 *
 * Returns: (transfer full): @task
 */
GstVowelTtsTask *
gst_vowel_tts_task_ref (GstVowelTtsTask *task)
{
  return g_atomic_rc_box_acquire (task);
}

static void
gst_vowel_tts_task_clear (gpointer data)
{
  GstVowelTtsTask *task = data;

  g_warn_if_fail (task->job == NULL);
  g_free (task->text);
  gst_object_unref (task->worker);
}

/**
 * gst_vowel_tts_task_unref:
 * @task: (transfer full): a task
 */
void
gst_vowel_tts_task_unref (GstVowelTtsTask *task)
{
  g_atomic_rc_box_release_full (task, gst_vowel_tts_task_clear);
}

/**
 * gst_vowel_tts_task_get_text:
 * @task: a task
 *
 * Returns: (transfer none): what to speak
 */
const gchar *
gst_vowel_tts_task_get_text (GstVowelTtsTask *task)
{
  return task->text;
}

/**
 * gst_vowel_tts_task_is_live:
 * @task: a task
 *
 * Returns: %FALSE once the task was cancelled or has ended: the engine can stop
 */
gboolean
gst_vowel_tts_task_is_live (GstVowelTtsTask *task)
{
  return g_atomic_int_get (&task->live);
}

static void
gst_vowel_tts_task_end (GstVowelTtsTask *task)
{
  g_atomic_int_set (&task->live, FALSE);
  task->tts = NULL;
  g_clear_pointer (&task->job, gst_vowel_tts_job_unref);
}

/**
 * gst_vowel_tts_task_cancel:
 * @task: a task
 *
 * Worker thread only. Forgets the job; what the engine pushes from now on is
 * dropped.
 */
void
gst_vowel_tts_task_cancel (GstVowelTtsTask *task)
{
  gst_vowel_tts_task_end (task);
}

static void
gst_vowel_tts_report_free (gpointer data)
{
  Report *report = data;

  gst_vowel_tts_task_unref (report->task);
  gst_clear_buffer (&report->audio);
  g_clear_error (&report->error);
  g_free (report);
}

/* On the worker. The element is alive as long as the job is: it cancels its
 * jobs when it stops. */
static void
gst_vowel_tts_report_deliver (gpointer data)
{
  Report *report = data;
  GstVowelTtsTask *task = report->task;
  GstVowelTts *tts = task->tts;
  g_autoptr (GstVowelTtsJob) job = NULL;

  if (task->job == NULL)
    return;

  job = gst_vowel_tts_job_ref (task->job);
  switch (report->kind) {
    case REPORT_AUDIO:
      gst_vowel_tts_set_rate (tts, report->rate);
      gst_vowel_tts_push_audio (tts, job, g_steal_pointer (&report->audio));
      break;
    case REPORT_MARK:
      gst_vowel_tts_mark (tts, job, report->text_offset, report->sample_offset);
      break;
    case REPORT_FINISH:
      gst_vowel_tts_task_end (task);
      gst_vowel_tts_finish (tts, job);
      break;
    case REPORT_FAIL:
      gst_vowel_tts_task_end (task);
      gst_vowel_tts_fail (tts, job, 0, -1, report->error);
      break;
  }
}

static Report *
gst_vowel_tts_report_new (GstVowelTtsTask *task, ReportKind kind)
{
  Report *report = g_new0 (Report, 1);

  report->task = gst_vowel_tts_task_ref (task);
  report->kind = kind;

  return report;
}

static void
gst_vowel_tts_report_post (Report *report)
{
  gst_vowel_worker_post (report->task->worker, gst_vowel_tts_report_deliver,
      report, gst_vowel_tts_report_free);
}

/**
 * gst_vowel_tts_task_push_audio:
 * @task: a task
 * @audio: (transfer full): S16LE mono
 * @rate: its sample rate in Hz
 *
 * Any thread. Carries @audio to the worker and pushes it there.
 */
void
gst_vowel_tts_task_push_audio (
    GstVowelTtsTask *task, GstBuffer *audio, gint rate)
{
  Report *report = gst_vowel_tts_report_new (task, REPORT_AUDIO);

  report->audio = audio;
  report->rate = rate;
  gst_vowel_tts_report_post (report);
}

/**
 * gst_vowel_tts_task_mark:
 * @task: a task
 * @text_offset: a character of the text, counted from 0
 * @sample_offset: the sample of the job's audio at which it begins
 *
 * Any thread. Call it before the audio that the mark lies in.
 */
void
gst_vowel_tts_task_mark (
    GstVowelTtsTask *task, guint text_offset, guint64 sample_offset)
{
  Report *report = gst_vowel_tts_report_new (task, REPORT_MARK);

  report->text_offset = text_offset;
  report->sample_offset = sample_offset;
  gst_vowel_tts_report_post (report);
}

/**
 * gst_vowel_tts_task_finish:
 * @task: a task
 *
 * Any thread. All audio has been pushed.
 */
void
gst_vowel_tts_task_finish (GstVowelTtsTask *task)
{
  gst_vowel_tts_report_post (gst_vowel_tts_report_new (task, REPORT_FINISH));
}

/**
 * gst_vowel_tts_task_fail:
 * @task: a task
 * @error: why, in #GST_VOWEL_ERROR
 *
 * Any thread. The sentence cannot be spoken.
 */
void
gst_vowel_tts_task_fail (GstVowelTtsTask *task, const GError *error)
{
  Report *report = gst_vowel_tts_report_new (task, REPORT_FAIL);

  report->error = g_error_copy (error);
  gst_vowel_tts_report_post (report);
}
