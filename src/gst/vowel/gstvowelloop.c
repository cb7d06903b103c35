/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <glib-unix.h>

#include "gstvowelloop-priv.h"

GST_DEBUG_CATEGORY_EXTERN (gst_vowel_worker_debug);
#define GST_CAT_DEFAULT gst_vowel_worker_debug

#define EPOLL_BATCH 64
/* A turn that is longer than this makes audio come late. */
#define SLOW_TURN_US 20000

typedef struct {
  GstVowelWorkerFunc func;
  gpointer user_data;
  GDestroyNotify notify;
} Task;

struct _GstVowelTimer {
  GstClockTime when;
  guint64
      serial;  /* timers of the same time fire in the order they were added */
  guint index; /* place in the heap */
  GstVowelWorkerFunc func;
  gpointer user_data;
};

struct _GstVowelFdWatch {
  gint fd;
  gboolean removed;
  GstVowelFdFunc func;
  gpointer user_data;
};

struct _GstVowelLoop {
  gatomicrefcount refs;

  /* Constant after construction. */
  GMainContext *context;
  GstClock *clock; /* NULL: monotonic system time */

  /* Atomic. */
  gint quit;
  GThread *owner; /* set by the thread when it starts */

  /* Atomic; the owner's thread alone writes them. */
  _Atomic guint64 busy_us;
  _Atomic guint64 slow_turns;

  GMutex lock;
  GQueue tasks; /* of Task; protected by lock */
  gint n_tasks; /* atomic copy of the length, for the source's prepare */

  /* Owner thread only. */
  GSource *task_source;
  GSource *timer_source;
  GSource *fd_source;
  GPtrArray *timers; /* binary heap */
  guint64 timer_serial;
  gint epoll_fd;
  guint fd_dispatch_depth;
  GSList *dead_watches; /* freed behind the dispatch that may still see them */
  gpointer http;
  GDestroyNotify free_http;
  gint64 woken; /* when this turn began */
};

/* Of this thread: what is called to wait is told nothing. */
static GPrivate current_loop;

typedef struct {
  GSource source;
  GstVowelLoop *loop;
} LoopSource;

static void
task_free (Task *task)
{
  if (task->notify != NULL)
    task->notify (task->user_data);
  g_free (task);
}

/* Tasks */

static gboolean
task_source_check (GSource *source)
{
  return g_atomic_int_get (&((LoopSource *) source)->loop->n_tasks) > 0;
}

static gboolean
task_source_prepare (GSource *source, gint *timeout)
{
  *timeout = -1;
  return task_source_check (source);
}

/* Runs what is queued now; what that posts waits for the next turn. */
static void
run_tasks (GstVowelLoop *loop)
{
  GQueue batch;
  Task *task;

  g_mutex_lock (&loop->lock);
  batch = loop->tasks;
  g_queue_init (&loop->tasks);
  g_atomic_int_set (&loop->n_tasks, 0);
  g_mutex_unlock (&loop->lock);

  while ((task = g_queue_pop_head (&batch)) != NULL) {
    task->func (task->user_data);
    task_free (task);
  }
}

static gboolean
task_source_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  run_tasks (((LoopSource *) source)->loop);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs task_source_funcs = {
    task_source_prepare,
    task_source_check,
    task_source_dispatch,
    NULL,
};

/* Timers */

static gboolean
timer_before (const GstVowelTimer *a, const GstVowelTimer *b)
{
  return a->when < b->when || (a->when == b->when && a->serial < b->serial);
}

static void
heap_set (GPtrArray *heap, guint index, GstVowelTimer *timer)
{
  g_ptr_array_index (heap, index) = timer;
  timer->index = index;
}

static void
heap_up (GPtrArray *heap, guint index)
{
  GstVowelTimer *timer = g_ptr_array_index (heap, index);

  while (index > 0) {
    guint parent = (index - 1) / 2;

    if (!timer_before (timer, g_ptr_array_index (heap, parent)))
      break;
    heap_set (heap, index, g_ptr_array_index (heap, parent));
    index = parent;
  }
  heap_set (heap, index, timer);
}

static void
heap_down (GPtrArray *heap, guint index)
{
  GstVowelTimer *timer = g_ptr_array_index (heap, index);

  for (;;) {
    guint child = 2 * index + 1;

    if (child >= heap->len)
      break;
    if (child + 1 < heap->len
        && timer_before (g_ptr_array_index (heap, child + 1),
            g_ptr_array_index (heap, child)))
      child++;
    if (!timer_before (g_ptr_array_index (heap, child), timer))
      break;
    heap_set (heap, index, g_ptr_array_index (heap, child));
    index = child;
  }
  heap_set (heap, index, timer);
}

static void
heap_remove (GPtrArray *heap, GstVowelTimer *timer)
{
  guint index = timer->index;
  GstVowelTimer *last = g_ptr_array_index (heap, heap->len - 1);

  g_ptr_array_set_size (heap, heap->len - 1);
  if (timer == last)
    return;
  heap_set (heap, index, last);
  heap_up (heap, index);
  heap_down (heap, last->index);
}

static GstVowelTimer *
due_timer (GstVowelLoop *loop, GstClockTime now)
{
  GstVowelTimer *head;

  if (loop->timers->len == 0)
    return NULL;
  head = g_ptr_array_index (loop->timers, 0);
  return head->when <= now ? head : NULL;
}

static gboolean
timer_source_check (GSource *source)
{
  GstVowelLoop *loop = ((LoopSource *) source)->loop;

  return loop->timers->len > 0
         && due_timer (loop, gst_vowel_loop_get_time (loop)) != NULL;
}

static gboolean
timer_source_prepare (GSource *source, gint *timeout)
{
  GstVowelLoop *loop = ((LoopSource *) source)->loop;
  GstVowelTimer *head;
  GstClockTime now;

  *timeout = -1;
  if (loop->timers->len == 0)
    return FALSE;

  head = g_ptr_array_index (loop->timers, 0);
  now = gst_vowel_loop_get_time (loop);
  if (head->when <= now)
    return TRUE;
  /* A clock of the application's own may run at another pace; then this is
   * only when to look again. */
  *timeout = MIN ((head->when - now + GST_MSECOND - 1) / GST_MSECOND, G_MAXINT);
  return FALSE;
}

static gboolean
timer_source_dispatch (
    GSource *source, GSourceFunc callback, gpointer user_data)
{
  GstVowelLoop *loop = ((LoopSource *) source)->loop;
  GstClockTime now = gst_vowel_loop_get_time (loop);
  guint64 end = loop->timer_serial;
  GstVowelTimer *timer;

  while ((timer = due_timer (loop, now)) != NULL && timer->serial < end) {
    GstVowelWorkerFunc func = timer->func;
    gpointer data = timer->user_data;

    heap_remove (loop->timers, timer);
    g_free (timer);
    func (data);
  }
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs timer_source_funcs = {
    timer_source_prepare,
    timer_source_check,
    timer_source_dispatch,
    NULL,
};

GstVowelTimer *
gst_vowel_loop_add_timer (GstVowelLoop *loop, GstClockTime when,
    GstVowelWorkerFunc func, gpointer user_data)
{
  GstVowelTimer *timer = g_new (GstVowelTimer, 1);

  timer->when = when;
  timer->serial = loop->timer_serial++;
  timer->func = func;
  timer->user_data = user_data;
  g_ptr_array_add (loop->timers, timer);
  heap_up (loop->timers, loop->timers->len - 1);
  return timer;
}

void
gst_vowel_loop_cancel_timer (GstVowelLoop *loop, GstVowelTimer *timer)
{
  heap_remove (loop->timers, timer);
  g_free (timer);
}

/* Descriptors */

static guint32
to_epoll (GIOCondition condition)
{
  return ((condition & G_IO_IN) ? EPOLLIN : 0)
         | ((condition & G_IO_OUT) ? EPOLLOUT : 0)
         | ((condition & G_IO_PRI) ? EPOLLPRI : 0);
}

static GIOCondition
from_epoll (guint32 events)
{
  GIOCondition condition = 0;

  if (events & EPOLLIN)
    condition |= G_IO_IN;
  if (events & EPOLLOUT)
    condition |= G_IO_OUT;
  if (events & EPOLLPRI)
    condition |= G_IO_PRI;
  if (events & EPOLLERR)
    condition |= G_IO_ERR;
  if (events & EPOLLHUP)
    condition |= G_IO_HUP;
  return condition;
}

static gboolean
fd_source_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  GstVowelLoop *loop = ((LoopSource *) source)->loop;
  struct epoll_event events[EPOLL_BATCH];
  gint n = epoll_wait (loop->epoll_fd, events, EPOLL_BATCH, 0);

  loop->fd_dispatch_depth++;
  for (gint i = 0; i < n; i++) {
    GstVowelFdWatch *watch = events[i].data.ptr;

    if (!watch->removed)
      watch->func (watch->fd, from_epoll (events[i].events), watch->user_data);
  }
  if (--loop->fd_dispatch_depth == 0)
    g_slist_free_full (g_steal_pointer (&loop->dead_watches), g_free);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs fd_source_funcs = {
    NULL,
    NULL,
    fd_source_dispatch,
    NULL,
};

static gboolean
epoll_control (
    GstVowelLoop *loop, gint op, GstVowelFdWatch *watch, GIOCondition condition)
{
  struct epoll_event event = {
      .events = to_epoll (condition), .data.ptr = watch};

  if (epoll_ctl (loop->epoll_fd, op, watch->fd, &event) == 0)
    return TRUE;
  GST_ERROR (
      "epoll_ctl (%d) of descriptor %d: %s", op, watch->fd, g_strerror (errno));
  return FALSE;
}

GstVowelFdWatch *
gst_vowel_loop_watch_fd (GstVowelLoop *loop, gint fd, GIOCondition condition,
    GstVowelFdFunc func, gpointer user_data)
{
  g_autofree GstVowelFdWatch *watch = g_new0 (GstVowelFdWatch, 1);

  watch->fd = fd;
  watch->func = func;
  watch->user_data = user_data;
  if (!epoll_control (loop, EPOLL_CTL_ADD, watch, condition))
    return NULL;
  return g_steal_pointer (&watch);
}

void
gst_vowel_loop_modify_fd (
    GstVowelLoop *loop, GstVowelFdWatch *watch, GIOCondition condition)
{
  epoll_control (loop, EPOLL_CTL_MOD, watch, condition);
}

void
gst_vowel_loop_unwatch_fd (GstVowelLoop *loop, GstVowelFdWatch *watch)
{
  /* The owner may have closed the descriptor first; then epoll forgot it. */
  if (epoll_ctl (loop->epoll_fd, EPOLL_CTL_DEL, watch->fd, NULL) < 0)
    GST_DEBUG ("descriptor %d had left the epoll set: %s", watch->fd,
        g_strerror (errno));

  watch->removed = TRUE;
  if (loop->fd_dispatch_depth > 0)
    loop->dead_watches = g_slist_prepend (loop->dead_watches, watch);
  else
    g_free (watch);
}

/* The loop */

static GSource *
add_source (GstVowelLoop *loop, GSourceFuncs *funcs, const gchar *name)
{
  GSource *source = g_source_new (funcs, sizeof (LoopSource));

  ((LoopSource *) source)->loop = loop;
  g_source_set_name (source, name);
  return source;
}

GstVowelLoop *
gst_vowel_loop_new (GstClock *clock)
{
  GstVowelLoop *loop = g_new0 (GstVowelLoop, 1);

  g_atomic_ref_count_init (&loop->refs);
  g_mutex_init (&loop->lock);
  g_queue_init (&loop->tasks);
  loop->context = g_main_context_new ();
  loop->clock = clock != NULL ? gst_object_ref (clock) : NULL;
  loop->timers = g_ptr_array_new ();
  loop->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  if (loop->epoll_fd < 0)
    g_error ("Cannot make an epoll descriptor: %s (raise the limit of open "
             "files)",
        g_strerror (errno));

  loop->task_source = add_source (loop, &task_source_funcs, "vowel-tasks");
  loop->timer_source = add_source (loop, &timer_source_funcs, "vowel-timers");
  loop->fd_source = add_source (loop, &fd_source_funcs, "vowel-fds");
  g_source_add_unix_fd (loop->fd_source, loop->epoll_fd, G_IO_IN);
  /* Else GLib takes the descriptor out of its set for each dispatch and puts it
   * back, and wakes itself up after each. */
  g_source_set_can_recurse (loop->fd_source, TRUE);
  g_source_attach (loop->task_source, loop->context);
  g_source_attach (loop->timer_source, loop->context);
  g_source_attach (loop->fd_source, loop->context);
  return loop;
}

GstVowelLoop *
gst_vowel_loop_ref (GstVowelLoop *loop)
{
  g_atomic_ref_count_inc (&loop->refs);
  return loop;
}

static void
clear_source (GSource **source)
{
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

void
gst_vowel_loop_unref (GstVowelLoop *loop)
{
  if (!g_atomic_ref_count_dec (&loop->refs))
    return;

  clear_source (&loop->task_source);
  clear_source (&loop->timer_source);
  clear_source (&loop->fd_source);
  g_queue_clear_full (&loop->tasks, (GDestroyNotify) task_free);
  for (guint i = 0; i < loop->timers->len; i++)
    g_free (g_ptr_array_index (loop->timers, i));
  g_ptr_array_unref (loop->timers);
  close (loop->epoll_fd);
  g_main_context_unref (loop->context);
  gst_clear_object (&loop->clock);
  g_mutex_clear (&loop->lock);
  g_free (loop);
}

/* What is not waiting is work. */
static gint
wait_for_events (GPollFD *fds, guint n_fds, gint timeout)
{
  GstVowelLoop *loop = g_private_get (&current_loop);
  gint64 worked = g_get_monotonic_time () - loop->woken;
  gint result;

  loop->busy_us += worked;
  if (worked > SLOW_TURN_US)
    loop->slow_turns++;
  result = g_poll (fds, n_fds, timeout);
  loop->woken = g_get_monotonic_time ();
  return result;
}

void
gst_vowel_loop_run (GstVowelLoop *loop)
{
  g_main_context_push_thread_default (loop->context);
  g_atomic_pointer_set (&loop->owner, g_thread_self ());
  g_private_set (&current_loop, loop);
  loop->woken = g_get_monotonic_time ();
  g_main_context_set_poll_func (loop->context, wait_for_events);

  while (!g_atomic_int_get (&loop->quit))
    g_main_context_iteration (loop->context, TRUE);
  while (g_atomic_int_get (&loop->n_tasks) > 0)
    run_tasks (loop);

  if (loop->free_http != NULL)
    loop->free_http (g_steal_pointer (&loop->http));
  g_main_context_pop_thread_default (loop->context);
}

void
gst_vowel_loop_quit (GstVowelLoop *loop)
{
  g_atomic_int_set (&loop->quit, TRUE);
  g_main_context_wakeup (loop->context);
}

GMainContext *
gst_vowel_loop_get_main_context (GstVowelLoop *loop)
{
  return loop->context;
}

gboolean
gst_vowel_loop_is_current (GstVowelLoop *loop)
{
  return g_atomic_pointer_get (&loop->owner) == g_thread_self ();
}

GstClockTime
gst_vowel_loop_get_time (GstVowelLoop *loop)
{
  return loop->clock != NULL ? gst_clock_get_time (loop->clock)
                             : gst_util_get_timestamp ();
}

void
gst_vowel_loop_get_load (GstVowelLoop *loop, GstVowelWorkerLoad *ret_load)
{
  ret_load->busy = loop->busy_us * GST_USECOND;
  ret_load->slow_turns = loop->slow_turns;
}

void
gst_vowel_loop_post (GstVowelLoop *loop, GstVowelWorkerFunc func,
    gpointer user_data, GDestroyNotify notify)
{
  Task *task = g_new (Task, 1);

  *task = (Task){func, user_data, notify};
  g_mutex_lock (&loop->lock);
  g_queue_push_tail (&loop->tasks, task);
  g_atomic_int_inc (&loop->n_tasks);
  g_mutex_unlock (&loop->lock);

  if (!gst_vowel_loop_is_current (loop))
    g_main_context_wakeup (loop->context);
}

gpointer
gst_vowel_loop_get_http (GstVowelLoop *loop)
{
  return loop->http;
}

void
gst_vowel_loop_set_http (
    GstVowelLoop *loop, gpointer http, GDestroyNotify free_http)
{
  loop->http = http;
  loop->free_http = free_http;
}
