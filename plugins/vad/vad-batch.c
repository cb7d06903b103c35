/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vad-batch.h"

/* How long a window waits for others at most. */
#define WAIT (4 * GST_MSECOND)
/* With fewer streams others hardly come within that time. */
#define MANY_STREAMS 16

struct _VadBatch {
  gatomicrefcount ref_count;
  /* The batch belongs to it, and it outlives whoever adds to it. */
  GstVowelWorker *worker;
  gint n_streams; /* atomic */

  /* On the worker. */
  gboolean posted;
  GstVowelTimer *timer;

  GMutex lock;    /* nothing else is locked under it */
  GPtrArray *due; /* (element-type VadDue): that wait */
};

static VadBatch *
vad_batch_new (GstVowelWorker *worker)
{
  VadBatch *batch = g_new0 (VadBatch, 1);

  g_atomic_ref_count_init (&batch->ref_count);
  batch->worker = worker;
  g_mutex_init (&batch->lock);
  batch->due = g_ptr_array_new ();
  return batch;
}

static VadBatch *
vad_batch_ref (VadBatch *batch)
{
  g_atomic_ref_count_inc (&batch->ref_count);
  return batch;
}

static void
vad_batch_unref (VadBatch *batch)
{
  if (!g_atomic_ref_count_dec (&batch->ref_count))
    return;
  g_ptr_array_unref (batch->due);
  g_mutex_clear (&batch->lock);
  g_free (batch);
}

VadBatch *
vad_batch_join (GstVowelWorker *worker)
{
  static GMutex lock;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
  GQuark quark = g_quark_from_static_string ("vowel-vad-batch");
  VadBatch *batch = g_object_get_qdata (G_OBJECT (worker), quark);

  if (batch == NULL) {
    batch = vad_batch_new (worker);
    g_object_set_qdata_full (
        G_OBJECT (worker), quark, batch, (GDestroyNotify) vad_batch_unref);
  }
  g_atomic_int_inc (&batch->n_streams);
  return vad_batch_ref (batch);
}

void
vad_batch_leave (VadBatch *batch)
{
  g_atomic_int_add (&batch->n_streams, -1);
  vad_batch_unref (batch);
}

/* Evaluates up to @max of those that wait longest; whom to tell. */
static guint
evaluate (VadBatch *batch, guint max, VadDue **done)
{
  VadSileroJob jobs[VAD_SILERO_BATCH] = {0};
  guint n, i;

  g_mutex_lock (&batch->lock);
  n = MIN (batch->due->len, MIN (max, VAD_SILERO_BATCH));
  for (i = 0; i < n; i++) {
    done[i] = g_ptr_array_index (batch->due, i);
    jobs[i].silero = done[i]->silero;
    jobs[i].window = done[i]->window;
  }
  if (n > 0) {
    vad_silero_process_many (jobs, n);
    g_ptr_array_remove_range (batch->due, 0, n);
  }
  for (i = 0; i < n; i++) {
    done[i]->state = VAD_DUE_DONE;
    done[i]->probability = jobs[i].probability;
  }
  g_mutex_unlock (&batch->lock);
  return n;
}

static guint
count_due (VadBatch *batch)
{
  guint n;

  g_mutex_lock (&batch->lock);
  n = batch->due->len;
  g_mutex_unlock (&batch->lock);
  return n;
}

/* Those who have heard another window already wait again. */
static void
run (VadBatch *batch)
{
  guint left = count_due (batch);
  VadDue *done[VAD_SILERO_BATCH];
  guint n;

  while ((n = evaluate (batch, left, done)) > 0) {
    left -= n;
    for (guint i = 0; i < n; i++) {
      /* Of which done[i] is a part. */
      g_autoptr (GstElement) element = done[i]->element;

      done[i]->func (element);
    }
  }
}

static void
on_turn (gpointer user_data)
{
  VadBatch *batch = user_data;

  batch->posted = FALSE;
  if (batch->timer != NULL)
    gst_vowel_worker_cancel_timer (
        batch->worker, g_steal_pointer (&batch->timer));
  run (batch);
}

static void
on_timer (gpointer user_data)
{
  VadBatch *batch = user_data;

  batch->timer = NULL;
  run (batch);
}

void
vad_batch_add (VadBatch *batch, VadDue *due, GstElement *element,
    GstVowelWorkerFunc func, VadSilero *silero, const gint16 *window)
{
  guint n;

  due->element = gst_object_ref (element);
  due->func = func;
  due->silero = silero;
  due->window = window;

  g_mutex_lock (&batch->lock);
  due->state = VAD_DUE_WAITING;
  g_ptr_array_add (batch->due, due);
  n = batch->due->len;
  g_mutex_unlock (&batch->lock);

  if (batch->posted)
    return;
  if (n >= VAD_SILERO_BATCH
      || g_atomic_int_get (&batch->n_streams) < MANY_STREAMS) {
    batch->posted = TRUE;
    gst_vowel_worker_post (batch->worker, on_turn, vad_batch_ref (batch),
        (GDestroyNotify) vad_batch_unref);
  } else if (batch->timer == NULL) {
    batch->timer = gst_vowel_worker_add_timer (batch->worker,
        gst_vowel_worker_get_time (batch->worker) + WAIT, on_timer, batch);
  }
}

gboolean
vad_batch_take (VadBatch *batch, VadDue *due, gfloat *ret_probability)
{
  gboolean waiting, done;

  g_mutex_lock (&batch->lock);
  waiting = due->state == VAD_DUE_WAITING;
  done = due->state == VAD_DUE_DONE;
  due->state = VAD_DUE_NOTHING;
  if (waiting)
    g_ptr_array_remove (batch->due, due);
  g_mutex_unlock (&batch->lock);

  if (done && ret_probability != NULL)
    *ret_probability = due->probability;
  if (waiting) {
    if (ret_probability != NULL)
      *ret_probability = vad_silero_process (due->silero, due->window);
    gst_object_unref (due->element);
  }
  return waiting || done;
}
