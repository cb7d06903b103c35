/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvowelworker
 * @title: GstVowelWorker
 * @short_description: one thread that owns many sessions
 *
 * A worker is one thread with one #GMainContext (its thread default), one
 * timer heap, one epoll set and one HTTP client. Whatever belongs to a session
 * runs on the session's worker and therefore needs no lock.
 *
 * Elements find their worker with gst_vowel_worker_for_element(). An
 * application that wants to choose answers %GST_MESSAGE_NEED_CONTEXT, or sets
 * the context on the pipeline beforehand:
 *
 * |[<!-- language="C" -->
 * g_autoptr (GstVowelWorker) worker = gst_vowel_worker_new ("worker0", NULL);
 * g_autoptr (GstContext) context = gst_vowel_worker_context_new (worker);
 * gst_element_set_context (pipeline, context);
 * ]|
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstvowelloop-priv.h"

GST_DEBUG_CATEGORY (gst_vowel_worker_debug);
#define GST_CAT_DEFAULT gst_vowel_worker_debug

struct _GstVowelWorker {
  GstObject parent;

  /* Constant after construction. */
  GstVowelLoop *loop;
  GThread *thread;
  gboolean standalone;
};

G_DEFINE_FINAL_TYPE_WITH_CODE (GstVowelWorker, gst_vowel_worker,
    GST_TYPE_OBJECT,
    GST_DEBUG_CATEGORY_INIT (
        gst_vowel_worker_debug, "vowelworker", 0, "vowel-gst worker threads"))

/* The threads of all workers. One whose last reference goes on the worker
 * itself cannot be waited for there, and is left to whoever can. */
static struct {
  GMutex lock;
  GCond cond;
  guint n;     /* not joined yet; protected by lock */
  GQueue left; /* of GThread: ending by themselves; protected by lock */
} threads;

static void
count_thread (void)
{
  g_mutex_lock (&threads.lock);
  threads.n++;
  g_mutex_unlock (&threads.lock);
}

static void
join_thread (GThread *thread)
{
  g_thread_join (thread);
  g_mutex_lock (&threads.lock);
  threads.n--;
  g_cond_broadcast (&threads.cond);
  g_mutex_unlock (&threads.lock);
}

static void
leave_thread (GThread *thread)
{
  g_mutex_lock (&threads.lock);
  g_queue_push_tail (&threads.left, thread);
  g_cond_broadcast (&threads.cond);
  g_mutex_unlock (&threads.lock);
}

static gpointer
worker_thread (gpointer data)
{
  GstVowelLoop *loop = data;

  gst_vowel_loop_run (loop);
  gst_vowel_loop_unref (loop);
  return NULL;
}

static void
gst_vowel_worker_finalize (GObject *object)
{
  GstVowelWorker *self = GST_VOWEL_WORKER (object);

  GST_DEBUG_OBJECT (self, "stopping");
  gst_vowel_loop_quit (self->loop);
  /* The last reference may go on the worker itself, which cannot wait for its
   * own end: it ends by itself when it is back in the loop. */
  if (gst_vowel_loop_is_current (self->loop))
    leave_thread (self->thread);
  else
    join_thread (self->thread);
  gst_vowel_loop_unref (self->loop);

  G_OBJECT_CLASS (gst_vowel_worker_parent_class)->finalize (object);
}

static void
gst_vowel_worker_class_init (GstVowelWorkerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_vowel_worker_finalize;
}

static void
gst_vowel_worker_init (GstVowelWorker *self)
{
}

/**
 * gst_vowel_worker_new:
 * @name: (nullable): name of the object and its thread (15 bytes of it show)
 * @clock: (nullable): what timers go by; %NULL for the monotonic system clock
 *
 * Starts a worker. Call gst_vowel_worker_kick() after moving a #GstTestClock.
 *
 * Returns: (transfer full): a new worker
 */
GstVowelWorker *
gst_vowel_worker_new (const gchar *name, GstClock *clock)
{
  GstVowelWorker *self =
      g_object_new (GST_TYPE_VOWEL_WORKER, "name", name, NULL);

  gst_object_ref_sink (self);
  gst_vowel_worker_join_all (0);
  count_thread ();
  self->loop = gst_vowel_loop_new (clock);
  self->thread = g_thread_new (name != NULL ? name : "vowel-worker",
      worker_thread, gst_vowel_loop_ref (self->loop));
  return self;
}

/**
 * gst_vowel_worker_join_all:
 * @timeout: how long to wait at most, in nanoseconds; 0: only for threads that
 *   are ending already
 *
 * Waits until the threads of all workers have ended. A worker ends with its
 * last reference, which something that is still queued on it may hold: call
 * this at the end of a program, which would else end in the middle of that. Not
 * from a worker's thread.
 *
 * Returns: %FALSE when a worker is still referenced
 */
gboolean
gst_vowel_worker_join_all (GstClockTime timeout)
{
  gint64 end = g_get_monotonic_time () + timeout / GST_USECOND;
  gboolean all;

  g_mutex_lock (&threads.lock);
  while (threads.n > 0) {
    GThread *thread = g_queue_pop_head (&threads.left);

    if (thread == NULL) {
      if (timeout == 0
          || !g_cond_wait_until (&threads.cond, &threads.lock, end))
        break;
      continue;
    }
    g_mutex_unlock (&threads.lock);
    join_thread (thread);
    g_mutex_lock (&threads.lock);
  }
  all = threads.n == 0;
  g_mutex_unlock (&threads.lock);
  return all;
}

GstVowelLoop *
gst_vowel_worker_get_loop (GstVowelWorker *worker)
{
  return worker->loop;
}

/**
 * gst_vowel_worker_get_main_context:
 * @worker: a worker
 *
 * Returns: (transfer none): the context that the worker's thread runs; it is
 *   that thread's default
 */
GMainContext *
gst_vowel_worker_get_main_context (GstVowelWorker *worker)
{
  g_return_val_if_fail (GST_VOWEL_IS_WORKER (worker), NULL);

  return gst_vowel_loop_get_main_context (worker->loop);
}

/**
 * gst_vowel_worker_is_current:
 * @worker: a worker
 *
 * Returns: whether the calling thread is the worker's
 */
gboolean
gst_vowel_worker_is_current (GstVowelWorker *worker)
{
  g_return_val_if_fail (GST_VOWEL_IS_WORKER (worker), FALSE);

  return gst_vowel_loop_is_current (worker->loop);
}

/**
 * gst_vowel_worker_get_time:
 * @worker: a worker
 *
 * Returns: what time it is on the worker's clock, in nanoseconds
 */
GstClockTime
gst_vowel_worker_get_time (GstVowelWorker *worker)
{
  g_return_val_if_fail (GST_VOWEL_IS_WORKER (worker), GST_CLOCK_TIME_NONE);

  return gst_vowel_loop_get_time (worker->loop);
}

/**
 * gst_vowel_worker_get_load:
 * @worker: a worker
 * @ret_load: (out caller-allocates): what it has had to do
 *
 * How much of its time the worker works, by the system's clock. A turn of its
 * loop counts when it is over. Any thread.
 */
void
gst_vowel_worker_get_load (GstVowelWorker *worker, GstVowelWorkerLoad *ret_load)
{
  g_return_if_fail (GST_VOWEL_IS_WORKER (worker));
  g_return_if_fail (ret_load != NULL);

  gst_vowel_loop_get_load (worker->loop, ret_load);
}

/**
 * gst_vowel_worker_kick:
 * @worker: a worker
 *
 * Makes the worker look at its clock again. Any thread.
 */
void
gst_vowel_worker_kick (GstVowelWorker *worker)
{
  g_return_if_fail (GST_VOWEL_IS_WORKER (worker));

  g_main_context_wakeup (gst_vowel_loop_get_main_context (worker->loop));
}

/**
 * gst_vowel_worker_invoke:
 * @worker: a worker
 * @func: what to run
 * @user_data: given to @func
 * @notify: (nullable): frees @user_data afterwards, on the worker
 *
 * Runs @func on the worker: at once when called there, else in the order of
 * the calls. What has been queued when the last reference goes is still run.
 */
void
gst_vowel_worker_invoke (GstVowelWorker *worker, GstVowelWorkerFunc func,
    gpointer user_data, GDestroyNotify notify)
{
  g_return_if_fail (GST_VOWEL_IS_WORKER (worker));
  g_return_if_fail (func != NULL);

  if (!gst_vowel_loop_is_current (worker->loop)) {
    gst_vowel_loop_post (worker->loop, func, user_data, notify);
    return;
  }
  func (user_data);
  if (notify != NULL)
    notify (user_data);
}

/**
 * gst_vowel_worker_post:
 * @worker: a worker
 * @func: what to run
 * @user_data: given to @func
 * @notify: (nullable): frees @user_data afterwards, on the worker
 *
 * Like gst_vowel_worker_invoke(), but never at once: from a later turn of the
 * loop, in the order of the calls.
 */
void
gst_vowel_worker_post (GstVowelWorker *worker, GstVowelWorkerFunc func,
    gpointer user_data, GDestroyNotify notify)
{
  g_return_if_fail (GST_VOWEL_IS_WORKER (worker));
  g_return_if_fail (func != NULL);

  gst_vowel_loop_post (worker->loop, func, user_data, notify);
}

typedef struct {
  GstVowelWorkerFunc func;
  gpointer user_data;

  GMutex lock;
  GCond cond;
  gboolean done; /* protected by lock */
} Call;

static void
run_call (gpointer user_data)
{
  Call *call = user_data;

  call->func (call->user_data);
  g_mutex_lock (&call->lock);
  call->done = TRUE;
  g_cond_signal (&call->cond);
  g_mutex_unlock (&call->lock);
}

/**
 * gst_vowel_worker_call:
 * @worker: a worker
 * @func: what to run
 * @user_data: given to @func
 *
 * Runs @func on the worker and waits until it has returned. Never call it
 * from a thread that the worker may wait for, nor with a lock held that the
 * worker may want.
 */
void
gst_vowel_worker_call (
    GstVowelWorker *worker, GstVowelWorkerFunc func, gpointer user_data)
{
  Call call = {.func = func, .user_data = user_data};

  g_return_if_fail (GST_VOWEL_IS_WORKER (worker));
  g_return_if_fail (func != NULL);

  if (gst_vowel_loop_is_current (worker->loop)) {
    func (user_data);
    return;
  }

  g_mutex_init (&call.lock);
  g_cond_init (&call.cond);
  gst_vowel_loop_post (worker->loop, run_call, &call, NULL);
  g_mutex_lock (&call.lock);
  while (!call.done)
    g_cond_wait (&call.cond, &call.lock);
  g_mutex_unlock (&call.lock);
  g_cond_clear (&call.cond);
  g_mutex_clear (&call.lock);
}

/**
 * gst_vowel_worker_add_timer:
 * @worker: a worker
 * @when: absolute time on the worker's clock
 * @func: what to run
 * @user_data: given to @func
 *
 * Runs @func once, when @when has come. Timers of the same time fire in the
 * order in which they were added. Owner thread only.
 *
 * Returns: (transfer none): the timer, valid until it fires or is cancelled
 */
GstVowelTimer *
gst_vowel_worker_add_timer (GstVowelWorker *worker, GstClockTime when,
    GstVowelWorkerFunc func, gpointer user_data)
{
  g_return_val_if_fail (GST_VOWEL_IS_WORKER (worker), NULL);
  g_return_val_if_fail (gst_vowel_worker_is_current (worker), NULL);
  g_return_val_if_fail (func != NULL, NULL);

  return gst_vowel_loop_add_timer (worker->loop, when, func, user_data);
}

/**
 * gst_vowel_worker_cancel_timer:
 * @worker: a worker
 * @timer: a timer that has not fired
 *
 * Takes the timer back; it never runs. Owner thread only.
 */
void
gst_vowel_worker_cancel_timer (GstVowelWorker *worker, GstVowelTimer *timer)
{
  g_return_if_fail (GST_VOWEL_IS_WORKER (worker));
  g_return_if_fail (gst_vowel_worker_is_current (worker));
  g_return_if_fail (timer != NULL);

  gst_vowel_loop_cancel_timer (worker->loop, timer);
}

/**
 * gst_vowel_worker_watch_fd:
 * @worker: a worker
 * @fd: a pollable descriptor that is not watched yet
 * @condition: %G_IO_IN, %G_IO_OUT, %G_IO_PRI or several; %G_IO_ERR and
 *   %G_IO_HUP are always reported
 * @func: what to call
 * @user_data: given to @func
 *
 * Watches a descriptor, level triggered. Owner thread only. Unwatch it before
 * closing it.
 *
 * Returns: (transfer none) (nullable): the watch; %NULL when the kernel does
 *   not take @fd
 */
GstVowelFdWatch *
gst_vowel_worker_watch_fd (GstVowelWorker *worker, gint fd,
    GIOCondition condition, GstVowelFdFunc func, gpointer user_data)
{
  g_return_val_if_fail (GST_VOWEL_IS_WORKER (worker), NULL);
  g_return_val_if_fail (gst_vowel_worker_is_current (worker), NULL);
  g_return_val_if_fail (func != NULL, NULL);

  return gst_vowel_loop_watch_fd (worker->loop, fd, condition, func, user_data);
}

/**
 * gst_vowel_worker_modify_fd:
 * @worker: a worker
 * @watch: a watch
 * @condition: what to report from now on
 *
 * Owner thread only.
 */
void
gst_vowel_worker_modify_fd (
    GstVowelWorker *worker, GstVowelFdWatch *watch, GIOCondition condition)
{
  g_return_if_fail (GST_VOWEL_IS_WORKER (worker));
  g_return_if_fail (gst_vowel_worker_is_current (worker));
  g_return_if_fail (watch != NULL);

  gst_vowel_loop_modify_fd (worker->loop, watch, condition);
}

/**
 * gst_vowel_worker_unwatch_fd:
 * @worker: a worker
 * @watch: a watch, which is freed
 *
 * A removed watch is never called again, not even for what had happened
 * already. Owner thread only.
 */
void
gst_vowel_worker_unwatch_fd (GstVowelWorker *worker, GstVowelFdWatch *watch)
{
  g_return_if_fail (GST_VOWEL_IS_WORKER (worker));
  g_return_if_fail (gst_vowel_worker_is_current (worker));
  g_return_if_fail (watch != NULL);

  gst_vowel_loop_unwatch_fd (worker->loop, watch);
}

GstVowelWorker *
gst_vowel_worker_new_standalone (void)
{
  GstVowelWorker *self = gst_vowel_worker_new (NULL, NULL);

  self->standalone = TRUE;
  return self;
}

/**
 * gst_vowel_worker_is_standalone:
 * @worker: a worker
 *
 * In a pipeline whose application knows nothing of workers a sink may block for
 * as long as a sentence is heard. Whoever pushes into such a sink should then
 * put a queue between, so that the worker stays free.
 *
 * Returns: whether gst_vowel_worker_for_element() started the worker because
 *   nobody offered one
 */
gboolean
gst_vowel_worker_is_standalone (GstVowelWorker *worker)
{
  g_return_val_if_fail (GST_VOWEL_IS_WORKER (worker), FALSE);

  return worker->standalone;
}
