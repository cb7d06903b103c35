/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvowelworker.h>

G_BEGIN_DECLS

/*
 * GstVowelLoop: what a worker's thread runs: task queue, timer heap and epoll
 * set, each one GSource. It is apart from GstVowelWorker so that the thread
 * needs no reference on the object that stops it.
 */
typedef struct _GstVowelLoop GstVowelLoop;

G_GNUC_INTERNAL GstVowelLoop *gst_vowel_loop_new (GstClock *clock);
G_GNUC_INTERNAL GstVowelLoop *gst_vowel_loop_ref (GstVowelLoop *loop);
G_GNUC_INTERNAL void gst_vowel_loop_unref (GstVowelLoop *loop);

/* The thread's whole life: returns after quit(), when all tasks have run. */
G_GNUC_INTERNAL void gst_vowel_loop_run (GstVowelLoop *loop);

/* Any thread */
G_GNUC_INTERNAL void gst_vowel_loop_quit (GstVowelLoop *loop);
G_GNUC_INTERNAL GMainContext *gst_vowel_loop_get_main_context (
    GstVowelLoop *loop);
G_GNUC_INTERNAL gboolean gst_vowel_loop_is_current (GstVowelLoop *loop);
G_GNUC_INTERNAL GstClockTime gst_vowel_loop_get_time (GstVowelLoop *loop);
G_GNUC_INTERNAL void gst_vowel_loop_get_load (
    GstVowelLoop *loop, GstVowelWorkerLoad *ret_load);
G_GNUC_INTERNAL void gst_vowel_loop_post (GstVowelLoop *loop,
    GstVowelWorkerFunc func, gpointer user_data, GDestroyNotify notify);

/* Owner thread */
G_GNUC_INTERNAL GstVowelTimer *gst_vowel_loop_add_timer (GstVowelLoop *loop,
    GstClockTime when, GstVowelWorkerFunc func, gpointer user_data);
G_GNUC_INTERNAL void gst_vowel_loop_cancel_timer (
    GstVowelLoop *loop, GstVowelTimer *timer);
G_GNUC_INTERNAL GstVowelFdWatch *gst_vowel_loop_watch_fd (GstVowelLoop *loop,
    gint fd, GIOCondition condition, GstVowelFdFunc func, gpointer user_data);
G_GNUC_INTERNAL void gst_vowel_loop_modify_fd (
    GstVowelLoop *loop, GstVowelFdWatch *watch, GIOCondition condition);
G_GNUC_INTERNAL void gst_vowel_loop_unwatch_fd (
    GstVowelLoop *loop, GstVowelFdWatch *watch);

/* The HTTP client, made on first use and freed by the thread when it ends.
 * Owner thread. */
G_GNUC_INTERNAL gpointer gst_vowel_loop_get_http (GstVowelLoop *loop);
G_GNUC_INTERNAL void gst_vowel_loop_set_http (
    GstVowelLoop *loop, gpointer http, GDestroyNotify free_http);

G_GNUC_INTERNAL GstVowelLoop *gst_vowel_worker_get_loop (
    GstVowelWorker *worker);
/* (transfer full): one that nobody offered, see
 * gst_vowel_worker_is_standalone() */
G_GNUC_INTERNAL GstVowelWorker *gst_vowel_worker_new_standalone (void);

G_END_DECLS
