/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstwsqueue.h"

typedef struct {
  GBytes *data;
  gboolean text;
} Message;

struct _GstWsQueue {
  GMutex lock;
  /* Protected by lock. */
  GQueue messages; /* of Message */
  gsize size;      /* bytes */
  gboolean waking; /* whoever sends will look */
  gboolean closed;
};

static void
message_free (gpointer data)
{
  Message *message = data;

  g_bytes_unref (message->data);
  g_free (message);
}

GstWsQueue *
gst_ws_queue_new (void)
{
  GstWsQueue *queue = g_new0 (GstWsQueue, 1);

  g_mutex_init (&queue->lock);
  g_queue_init (&queue->messages);
  return queue;
}

void
gst_ws_queue_free (GstWsQueue *queue)
{
  g_queue_clear_full (&queue->messages, message_free);
  g_mutex_clear (&queue->lock);
  g_free (queue);
}

/* Locked. (transfer full) (nullable) */
static Message *
take_oldest (GstWsQueue *queue)
{
  Message *oldest = g_queue_pop_head (&queue->messages);

  if (oldest != NULL)
    queue->size -= g_bytes_get_size (oldest->data);
  return oldest;
}

gboolean
gst_ws_queue_push (GstWsQueue *queue, gboolean text, GBytes *data,
    gsize max_size, gsize *ret_dropped)
{
  Message *message;
  gboolean wake = FALSE;

  *ret_dropped = 0;
  g_mutex_lock (&queue->lock);
  if (queue->closed) {
    g_mutex_unlock (&queue->lock);
    g_bytes_unref (data);
    return FALSE;
  }
  message = g_new (Message, 1);
  *message = (Message){data, text};
  g_queue_push_tail (&queue->messages, message);
  queue->size += g_bytes_get_size (data);
  while (queue->size > max_size) {
    Message *oldest = take_oldest (queue);

    *ret_dropped += g_bytes_get_size (oldest->data);
    message_free (oldest);
  }
  if (!queue->waking && queue->size > 0)
    wake = queue->waking = TRUE;
  g_mutex_unlock (&queue->lock);
  return wake;
}

void
gst_ws_queue_awake (GstWsQueue *queue)
{
  g_mutex_lock (&queue->lock);
  queue->waking = FALSE;
  g_mutex_unlock (&queue->lock);
}

GBytes *
gst_ws_queue_pop (GstWsQueue *queue, gboolean *ret_text)
{
  Message *message;
  GBytes *data = NULL;

  g_mutex_lock (&queue->lock);
  message = take_oldest (queue);
  g_mutex_unlock (&queue->lock);
  if (message != NULL) {
    data = g_bytes_ref (message->data);
    *ret_text = message->text;
    message_free (message);
  }
  return data;
}

static void
clear (GstWsQueue *queue, gboolean close)
{
  g_mutex_lock (&queue->lock);
  g_queue_clear_full (&queue->messages, message_free);
  queue->size = 0;
  queue->closed |= close;
  g_mutex_unlock (&queue->lock);
}

void
gst_ws_queue_clear (GstWsQueue *queue)
{
  clear (queue, FALSE);
}

void
gst_ws_queue_close (GstWsQueue *queue)
{
  clear (queue, TRUE);
}

void
gst_ws_queue_open (GstWsQueue *queue)
{
  g_mutex_lock (&queue->lock);
  queue->closed = FALSE;
  g_mutex_unlock (&queue->lock);
}
