/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <sys/eventfd.h>
#include <unistd.h>

#include "espeakhelper.h"
#include "espeakpool.h"

GST_DEBUG_CATEGORY_EXTERN (gst_espeak_tts_debug);
#define GST_CAT_DEFAULT gst_espeak_tts_debug

/* Lock order: shared_lock, then a pool's lock. */
struct _EspeakPool {
  /* Immutable. */
  gchar *path;

  /* Protected by shared_lock: elements that use the pool. */
  guint n_users;

  /* Protected by the lock. */
  GMutex lock;
  GCond cond;
  GQueue jobs;
  guint size;
  guint n_threads;
  guint n_idle;
  gboolean closing;
};

/* Protects `shared`, one pool per helper program. */
static GMutex shared_lock;
static GHashTable *shared;

EspeakJob *
espeak_job_new (GstVowelTtsTask *task, const gchar *voice)
{
  EspeakJob *job = g_atomic_rc_box_new0 (EspeakJob);

  job->task = task;
  job->voice = g_strdup (voice);
  job->wake_fd = -1;

  return job;
}

EspeakJob *
espeak_job_ref (EspeakJob *job)
{
  return g_atomic_rc_box_acquire (job);
}

static void
espeak_job_clear (gpointer data)
{
  EspeakJob *job = data;

  gst_vowel_tts_task_unref (job->task);
  g_free (job->voice);
}

void
espeak_job_unref (EspeakJob *job)
{
  g_atomic_rc_box_release_full (job, espeak_job_clear);
}

static void
espeak_pool_clear (gpointer data)
{
  EspeakPool *pool = data;

  g_free (pool->path);
  g_mutex_clear (&pool->lock);
  g_cond_clear (&pool->cond);
}

/* With the lock held. Waits for a job; NULL when the pool closes. */
static EspeakJob *
espeak_pool_next (EspeakPool *pool, gint wake_fd)
{
  EspeakJob *job;

  pool->n_idle++;
  while (!pool->closing && g_queue_is_empty (&pool->jobs))
    g_cond_wait (&pool->cond, &pool->lock);
  pool->n_idle--;

  job = g_queue_pop_head (&pool->jobs);
  if (job != NULL)
    job->wake_fd = wake_fd;

  return job;
}

/* A helper's thread. */
static gpointer
espeak_pool_thread (gpointer data)
{
  EspeakPool *pool = data;
  gint wake_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  EspeakHelper *helper = espeak_helper_new (pool->path, wake_fd);
  g_autoptr (GError) error = NULL;
  EspeakJob *job;

  if (!espeak_helper_start (helper, &error))
    GST_WARNING ("%s", error->message);

  g_mutex_lock (&pool->lock);
  while ((job = espeak_pool_next (pool, wake_fd)) != NULL) {
    g_mutex_unlock (&pool->lock);
    espeak_helper_run (helper, job);
    g_mutex_lock (&pool->lock);
    job->wake_fd = -1;
    espeak_job_unref (job);
  }
  pool->n_threads--;
  g_mutex_unlock (&pool->lock);

  espeak_helper_free (helper);
  if (wake_fd >= 0)
    close (wake_fd);
  g_atomic_rc_box_release_full (pool, espeak_pool_clear);

  return NULL;
}

/* With the lock held. */
static void
espeak_pool_add_thread (EspeakPool *pool)
{
  pool->n_threads++;
  g_thread_unref (g_thread_new (
      "vowel-espeak", espeak_pool_thread, g_atomic_rc_box_acquire (pool)));
}

EspeakPool *
espeak_pool_ref_shared (const gchar *path, guint size)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&shared_lock);
  EspeakPool *pool;

  if (shared == NULL)
    shared = g_hash_table_new (g_str_hash, g_str_equal);
  pool = g_hash_table_lookup (shared, path);
  if (pool == NULL) {
    pool = g_atomic_rc_box_new0 (EspeakPool);
    pool->path = g_strdup (path);
    g_mutex_init (&pool->lock);
    g_cond_init (&pool->cond);
    g_queue_init (&pool->jobs);
    g_hash_table_insert (shared, pool->path, pool);
  } else {
    g_atomic_rc_box_acquire (pool);
  }
  pool->n_users++;

  g_mutex_lock (&pool->lock);
  pool->size = MAX (pool->size, size);
  if (pool->n_threads == 0)
    espeak_pool_add_thread (pool);
  g_mutex_unlock (&pool->lock);

  return pool;
}

void
espeak_pool_unref (EspeakPool *pool)
{
  g_mutex_lock (&shared_lock);
  if (--pool->n_users == 0) {
    g_hash_table_remove (shared, pool->path);
    if (g_hash_table_size (shared) == 0)
      g_clear_pointer (&shared, g_hash_table_unref);
    g_mutex_lock (&pool->lock);
    pool->closing = TRUE;
    g_cond_broadcast (&pool->cond);
    g_mutex_unlock (&pool->lock);
  }
  g_mutex_unlock (&shared_lock);

  g_atomic_rc_box_release_full (pool, espeak_pool_clear);
}

void
espeak_pool_speak (EspeakPool *pool, EspeakJob *job)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&pool->lock);

  g_queue_push_tail (&pool->jobs, espeak_job_ref (job));
  if (pool->jobs.length > pool->n_idle && pool->n_threads < pool->size)
    espeak_pool_add_thread (pool);
  g_cond_signal (&pool->cond);
}

void
espeak_pool_cancel (EspeakPool *pool, EspeakJob *job)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&pool->lock);

  if (g_queue_remove (&pool->jobs, job))
    espeak_job_unref (job);
  else if (job->wake_fd >= 0)
    eventfd_write (job->wake_fd, 1);
}
