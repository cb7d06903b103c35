/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel-prelude.h>

G_BEGIN_DECLS

/**
 * GST_VOWEL_WORKER_CONTEXT_TYPE:
 *
 * Type of the #GstContext that shares a #GstVowelWorker among elements.
 */
#define GST_VOWEL_WORKER_CONTEXT_TYPE "vowel.worker"

/**
 * GstVowelWorker:
 *
 * One thread with one #GMainContext, one timer heap, one curl multi handle and
 * one epoll set. Everything that belongs to a session runs on its worker, so
 * that session state needs no locks.
 *
 * The thread stops when the last reference goes (which may happen on the
 * worker itself).
 */
#define GST_TYPE_VOWEL_WORKER (gst_vowel_worker_get_type ())
GST_VOWEL_API
G_DECLARE_FINAL_TYPE (
    GstVowelWorker, gst_vowel_worker, GST_VOWEL, WORKER, GstObject)

typedef struct _GstVowelTimer GstVowelTimer;
typedef struct _GstVowelFdWatch GstVowelFdWatch;

typedef void (*GstVowelWorkerFunc) (gpointer user_data);
typedef void (*GstVowelFdFunc) (
    gint fd, GIOCondition condition, gpointer user_data);

/* @clock: what timers go by; NULL for the monotonic system clock.  With a
 * GstTestClock, call gst_vowel_worker_kick() after moving it. */
GST_VOWEL_API GstVowelWorker *gst_vowel_worker_new (
    const gchar *name, GstClock *clock);
GST_VOWEL_API gboolean gst_vowel_worker_join_all (GstClockTime timeout);
GST_VOWEL_API GMainContext *gst_vowel_worker_get_main_context (
    GstVowelWorker *worker);
GST_VOWEL_API gboolean gst_vowel_worker_is_current (GstVowelWorker *worker);
GST_VOWEL_API GstClockTime gst_vowel_worker_get_time (GstVowelWorker *worker);
GST_VOWEL_API void gst_vowel_worker_kick (GstVowelWorker *worker);

/* Runs @func on the worker: at once when called there, else in order of the
 * calls.  Any thread. */
GST_VOWEL_API void gst_vowel_worker_invoke (GstVowelWorker *worker,
    GstVowelWorkerFunc func, gpointer user_data, GDestroyNotify notify);
/* The same, but never at once: from a later turn of the loop, in order. */
GST_VOWEL_API void gst_vowel_worker_post (GstVowelWorker *worker,
    GstVowelWorkerFunc func, gpointer user_data, GDestroyNotify notify);
/* Runs @func there and waits for it.  Never call it from a thread that the
 * worker may wait for. */
GST_VOWEL_API void gst_vowel_worker_call (
    GstVowelWorker *worker, GstVowelWorkerFunc func, gpointer user_data);
/* Runs @work in the bounded pool of helper threads that all workers share, then
 * @done on the worker.  For engines that compute for long and for files. */
GST_VOWEL_API void gst_vowel_worker_run_blocking (GstVowelWorker *worker,
    GstVowelWorkerFunc work, GstVowelWorkerFunc done, gpointer user_data,
    GDestroyNotify notify);

/* Timers: owner thread only.  @when is absolute, on the worker's clock.  A
 * timer fires once and is gone; cancel takes any live one and never runs it. */
GST_VOWEL_API GstVowelTimer *gst_vowel_worker_add_timer (GstVowelWorker *worker,
    GstClockTime when, GstVowelWorkerFunc func, gpointer user_data);
GST_VOWEL_API void gst_vowel_worker_cancel_timer (
    GstVowelWorker *worker, GstVowelTimer *timer);

/* Descriptors, in the worker's one epoll set: owner thread only.  Level
 * triggered; a removed watch is never called again. */
GST_VOWEL_API GstVowelFdWatch *gst_vowel_worker_watch_fd (
    GstVowelWorker *worker, gint fd, GIOCondition condition,
    GstVowelFdFunc func, gpointer user_data);
GST_VOWEL_API void gst_vowel_worker_modify_fd (
    GstVowelWorker *worker, GstVowelFdWatch *watch, GIOCondition condition);
GST_VOWEL_API void gst_vowel_worker_unwatch_fd (
    GstVowelWorker *worker, GstVowelFdWatch *watch);

/**
 * GstVowelWorkerLoad:
 * @busy: how long the thread has not been waiting, in nanoseconds
 * @slow_turns: how often it was busy for more than 20 ms without looking at
 *   timers and descriptors in between
 *
 * What a worker has had to do since it was started; both only grow.
 */
typedef struct {
  GstClockTime busy;
  guint64 slow_turns;
} GstVowelWorkerLoad;

/* Any thread. */
GST_VOWEL_API void gst_vowel_worker_get_load (
    GstVowelWorker *worker, GstVowelWorkerLoad *ret_load);

/* Sharing through a GstContext. */
GST_VOWEL_API GstContext *gst_vowel_worker_context_new (GstVowelWorker *worker);
GST_VOWEL_API GstVowelWorker *gst_vowel_worker_context_get (
    GstContext *context);
/* The element's worker: from the context it already has, its neighbours, the
 * application, or a new one that it then offers to the rest of the pipeline
 * (HAVE_CONTEXT).  Call it in NULL->READY. */
GST_VOWEL_API GstVowelWorker *gst_vowel_worker_for_element (
    GstElement *element);
/* TRUE when gst_vowel_worker_for_element() started the worker because nobody
 * offered one: the pipeline stands alone, nothing guarantees that its sinks do
 * not block. */
GST_VOWEL_API gboolean gst_vowel_worker_is_standalone (GstVowelWorker *worker);

G_END_DECLS
