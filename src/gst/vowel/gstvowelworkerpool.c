/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The threads that help workers with what takes long. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstvowelloop-priv.h"

#define MIN_POOL_THREADS 4
#define MAX_POOL_THREADS 16

typedef struct {
  GstVowelWorker *worker;
  GstVowelWorkerFunc work;
  GstVowelWorkerFunc done;
  gpointer user_data;
  GDestroyNotify notify;
} Job;

static void
job_done (gpointer user_data)
{
  Job *job = user_data;

  if (job->done != NULL)
    job->done (job->user_data);
}

static void
job_free (gpointer user_data)
{
  Job *job = user_data;

  if (job->notify != NULL)
    job->notify (job->user_data);
  gst_object_unref (job->worker);
  g_free (job);
}

static void
job_work (gpointer data, gpointer unused)
{
  Job *job = data;
  /* Once it is posted the job, and with it the worker, may be gone. */
  GstVowelLoop *loop =
      gst_vowel_loop_ref (gst_vowel_worker_get_loop (job->worker));

  job->work (job->user_data);
  gst_vowel_loop_post (loop, job_done, job, job_free);
  gst_vowel_loop_unref (loop);
}

/* All workers share one pool: what bounds it is the number of CPUs. */
static GThreadPool *
get_pool (void)
{
  static gsize pool = 0;

  if (g_once_init_enter (&pool)) {
    gint n_threads =
        CLAMP (g_get_num_processors (), MIN_POOL_THREADS, MAX_POOL_THREADS);
    g_once_init_leave (&pool,
        (gsize) g_thread_pool_new (job_work, NULL, n_threads, FALSE, NULL));
  }
  return (GThreadPool *) pool;
}

/**
 * gst_vowel_worker_run_blocking:
 * @worker: a worker
 * @work: runs in a helper thread; may take long
 * @done: (nullable): runs on the worker when @work has returned
 * @user_data: given to both
 * @notify: (nullable): frees @user_data afterwards, on the worker
 *
 * Runs @work in a bounded pool of helper threads, then @done on the worker.
 * For engines that compute for long, and for files. The worker lives until
 * @done has run. Two pieces of work may run at once and end in any order.
 */
void
gst_vowel_worker_run_blocking (GstVowelWorker *worker, GstVowelWorkerFunc work,
    GstVowelWorkerFunc done, gpointer user_data, GDestroyNotify notify)
{
  Job *job;

  g_return_if_fail (GST_VOWEL_IS_WORKER (worker));
  g_return_if_fail (work != NULL);

  job = g_new (Job, 1);
  *job = (Job){gst_object_ref (worker), work, done, user_data, notify};
  g_thread_pool_push (get_pool (), job, NULL);
}
