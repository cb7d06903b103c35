/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * GstWsQueue: messages that wait to be sent, in order; when too much would
 * wait, the oldest go. Any thread.
 */
typedef struct _GstWsQueue GstWsQueue;

G_GNUC_INTERNAL GstWsQueue *gst_ws_queue_new (void);
G_GNUC_INTERNAL void gst_ws_queue_free (GstWsQueue *queue);

/* (transfer full) @data. @max_size: bytes that may wait; @ret_dropped: those
 * that went instead. TRUE: whoever sends must be woken. */
G_GNUC_INTERNAL gboolean gst_ws_queue_push (GstWsQueue *queue, gboolean text,
    GBytes *data, gsize max_size, gsize *ret_dropped);
/* Whoever sends has been woken, and looks now. */
G_GNUC_INTERNAL void gst_ws_queue_awake (GstWsQueue *queue);
/* (transfer full) (nullable) */
G_GNUC_INTERNAL GBytes *gst_ws_queue_pop (
    GstWsQueue *queue, gboolean *ret_text);
/* Throws away what waits. */
G_GNUC_INTERNAL void gst_ws_queue_clear (GstWsQueue *queue);
/* And takes nothing more, because nobody listens, until it is opened. */
G_GNUC_INTERNAL void gst_ws_queue_close (GstWsQueue *queue);
G_GNUC_INTERNAL void gst_ws_queue_open (GstWsQueue *queue);

G_END_DECLS
