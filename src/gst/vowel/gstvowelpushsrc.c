/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvowelpushsrc
 * @title: GstVowelPushSrc
 * @short_description: base class of live sources without a thread
 *
 * A live source that somebody pushes: the worker that owns the session, or an
 * application. There is no task and no queue; gst_vowel_push_src_push()
 * returns when everything up to the next thread boundary downstream is done
 * with the buffer.
 *
 * Two rules for those who drive it: set the state to NULL only from the thread
 * that pushes or from the application's, never from inside a chain function or
 * a bus sync handler; and keep timestamps to sample counts.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/vowel/gstvowelpushsrc.h>

GST_DEBUG_CATEGORY_STATIC (gst_vowel_push_src_debug);
#define GST_CAT_DEFAULT gst_vowel_push_src_debug

typedef struct {
  GstPad *pad; /* constant after construction */
  /* Set in NULL to READY, cleared in READY to NULL. Protected by the object
   * lock. */
  GstVowelWorker *worker;
} GstVowelPushSrcPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (GstVowelPushSrc, gst_vowel_push_src,
    GST_TYPE_ELEMENT,
    G_ADD_PRIVATE (GstVowelPushSrc)
        GST_DEBUG_CATEGORY_INIT (gst_vowel_push_src_debug, "vowelpushsrc", 0,
            "vowel-gst pushed sources"))

static GstVowelPushSrcPrivate *
get_private (GstVowelPushSrc *self)
{
  return gst_vowel_push_src_get_instance_private (self);
}

static gboolean
answer_caps (GstPad *pad, GstQuery *query)
{
  g_autoptr (GstCaps) caps =
      gst_vowel_src_pad_get_caps (GST_VOWEL_SRC_PAD (pad));
  GstCaps *filter;

  if (caps == NULL)
    return FALSE;

  gst_query_parse_caps (query, &filter);
  if (filter != NULL) {
    GstCaps *both =
        gst_caps_intersect_full (filter, caps, GST_CAPS_INTERSECT_FIRST);

    gst_caps_unref (caps);
    caps = both;
  }
  gst_query_set_caps_result (query, caps);
  return TRUE;
}

static gboolean
answer_context (GstVowelPushSrc *self, GstQuery *query)
{
  const gchar *type = NULL;
  g_autoptr (GstContext) context = NULL;

  gst_query_parse_context_type (query, &type);
  if (g_strcmp0 (type, GST_VOWEL_WORKER_CONTEXT_TYPE) != 0)
    return FALSE;
  context = gst_element_get_context (GST_ELEMENT_CAST (self), type);
  if (context == NULL)
    return FALSE;
  gst_query_set_context (query, context);
  return TRUE;
}

static gboolean
query_pad (GstPad *pad, GstObject *parent, GstQuery *query)
{
  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_LATENCY:
      gst_query_set_latency (query, TRUE, 0, GST_CLOCK_TIME_NONE);
      return TRUE;
    case GST_QUERY_SCHEDULING:
      gst_query_set_scheduling (
          query, GST_SCHEDULING_FLAG_SEQUENTIAL, 1, -1, 0);
      gst_query_add_scheduling_mode (query, GST_PAD_MODE_PUSH);
      return TRUE;
    case GST_QUERY_CAPS:
      return answer_caps (pad, query)
             || gst_pad_query_default (pad, parent, query);
    case GST_QUERY_CONTEXT:
      return answer_context (GST_VOWEL_PUSH_SRC (parent), query)
             || gst_pad_query_default (pad, parent, query);
    default:
      return gst_pad_query_default (pad, parent, query);
  }
}

static gboolean
start (GstVowelPushSrc *self)
{
  GstVowelPushSrcPrivate *priv = get_private (self);
  GstVowelPushSrcClass *klass = GST_VOWEL_PUSH_SRC_GET_CLASS (self);
  GstVowelWorker *worker =
      gst_vowel_worker_for_element (GST_ELEMENT_CAST (self));

  GST_OBJECT_LOCK (self);
  priv->worker = worker;
  GST_OBJECT_UNLOCK (self);
  return klass->start == NULL || klass->start (self);
}

static void
drop_worker (GstVowelPushSrc *self)
{
  GstVowelPushSrcPrivate *priv = get_private (self);
  GstVowelWorker *worker;

  GST_OBJECT_LOCK (self);
  worker = g_steal_pointer (&priv->worker);
  GST_OBJECT_UNLOCK (self);
  /* Outside the lock: this may end the worker's thread. */
  gst_clear_object (&worker);
}

static void
stop (GstVowelPushSrc *self)
{
  GstVowelPushSrcClass *klass = GST_VOWEL_PUSH_SRC_GET_CLASS (self);

  if (klass->stop != NULL)
    klass->stop (self);
  drop_worker (self);
}

static GstStateChangeReturn
gst_vowel_push_src_change_state (GstElement *element, GstStateChange transition)
{
  GstVowelPushSrc *self = GST_VOWEL_PUSH_SRC (element);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_NULL_TO_READY && !start (self)) {
    drop_worker (self);
    return GST_STATE_CHANGE_FAILURE;
  }

  ret = GST_ELEMENT_CLASS (gst_vowel_push_src_parent_class)
            ->change_state (element, transition);

  switch (transition) {
    case GST_STATE_CHANGE_NULL_TO_READY:
      if (ret == GST_STATE_CHANGE_FAILURE)
        stop (self);
      break;
    case GST_STATE_CHANGE_READY_TO_PAUSED:
    case GST_STATE_CHANGE_PLAYING_TO_PAUSED:
      if (ret == GST_STATE_CHANGE_SUCCESS)
        ret = GST_STATE_CHANGE_NO_PREROLL;
      break;
    case GST_STATE_CHANGE_READY_TO_NULL:
      stop (self);
      break;
    default:
      break;
  }
  return ret;
}

typedef struct {
  GstVowelPushSrc *self;
  GstEvent *event;
} SendEvent;

static void
send_event_on_worker (gpointer user_data)
{
  SendEvent *send = user_data;

  gst_vowel_push_src_push_event (send->self, g_steal_pointer (&send->event));
}

static void
send_event_free (gpointer user_data)
{
  SendEvent *send = user_data;

  gst_clear_event (&send->event);
  gst_object_unref (send->self);
  g_free (send);
}

/* `gst-launch-1.0 -e` and applications end a stream by sending EOS to its
 * sources; it must take its place among the buffers. */
static gboolean
gst_vowel_push_src_send_event (GstElement *element, GstEvent *event)
{
  GstVowelPushSrc *self = GST_VOWEL_PUSH_SRC (element);
  g_autoptr (GstVowelWorker) worker = NULL;
  SendEvent *send;

  GST_OBJECT_LOCK (self);
  if (get_private (self)->worker != NULL)
    worker = gst_object_ref (get_private (self)->worker);
  GST_OBJECT_UNLOCK (self);

  if (worker == NULL || !GST_EVENT_IS_SERIALIZED (event)
      || !GST_EVENT_IS_DOWNSTREAM (event)
      || GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP)
    return GST_ELEMENT_CLASS (gst_vowel_push_src_parent_class)
        ->send_event (element, event);

  send = g_new (SendEvent, 1);
  send->self = gst_object_ref (self);
  send->event = event;
  gst_vowel_worker_invoke (worker, send_event_on_worker, send, send_event_free);
  return TRUE;
}

static void
gst_vowel_push_src_constructed (GObject *object)
{
  GstElement *element = GST_ELEMENT_CAST (object);
  GstVowelPushSrcPrivate *priv = get_private (GST_VOWEL_PUSH_SRC (object));
  GstPadTemplate *templ = gst_element_get_pad_template (element, "src");

  G_OBJECT_CLASS (gst_vowel_push_src_parent_class)->constructed (object);

  if (templ == NULL)
    g_error ("%s has no pad template named src", G_OBJECT_TYPE_NAME (object));
  priv->pad = gst_vowel_src_pad_new (templ, NULL);
  gst_pad_set_query_function (priv->pad, query_pad);
  gst_element_add_pad (element, priv->pad);
}

static void
gst_vowel_push_src_class_init (GstVowelPushSrcClass *klass)
{
  GObjectClass *gobject_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  gobject_class->constructed = gst_vowel_push_src_constructed;
  element_class->change_state =
      GST_DEBUG_FUNCPTR (gst_vowel_push_src_change_state);
  element_class->send_event = GST_DEBUG_FUNCPTR (gst_vowel_push_src_send_event);
}

static void
gst_vowel_push_src_init (GstVowelPushSrc *self)
{
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SOURCE);
}

/**
 * gst_vowel_push_src_get_pad:
 * @src: a source
 *
 * Returns: (transfer none): its pad
 */
GstVowelSrcPad *
gst_vowel_push_src_get_pad (GstVowelPushSrc *src)
{
  g_return_val_if_fail (GST_VOWEL_IS_PUSH_SRC (src), NULL);

  return GST_VOWEL_SRC_PAD (get_private (src)->pad);
}

/**
 * gst_vowel_push_src_get_worker:
 * @src: a source
 *
 * Returns: (transfer none) (nullable): its worker; %NULL in the NULL state
 */
GstVowelWorker *
gst_vowel_push_src_get_worker (GstVowelPushSrc *src)
{
  g_return_val_if_fail (GST_VOWEL_IS_PUSH_SRC (src), NULL);

  return get_private (src)->worker;
}

/**
 * gst_vowel_push_src_set_caps:
 * @src: a source
 * @caps: fixed caps
 *
 * Takes effect before the next buffer.
 */
void
gst_vowel_push_src_set_caps (GstVowelPushSrc *src, GstCaps *caps)
{
  g_return_if_fail (GST_VOWEL_IS_PUSH_SRC (src));

  gst_vowel_src_pad_set_caps (gst_vowel_push_src_get_pad (src), caps);
}

/**
 * gst_vowel_push_src_push:
 * @src: a source
 * @buffer: (transfer full): a buffer
 *
 * Returns: what downstream said, see gst_vowel_src_pad_push()
 */
GstFlowReturn
gst_vowel_push_src_push (GstVowelPushSrc *src, GstBuffer *buffer)
{
  g_return_val_if_fail (GST_VOWEL_IS_PUSH_SRC (src), GST_FLOW_ERROR);

  return gst_vowel_src_pad_push (gst_vowel_push_src_get_pad (src), buffer);
}

/**
 * gst_vowel_push_src_push_event:
 * @src: a source
 * @event: (transfer full): an event
 *
 * Returns: %FALSE when it did not get through
 */
gboolean
gst_vowel_push_src_push_event (GstVowelPushSrc *src, GstEvent *event)
{
  g_return_val_if_fail (GST_VOWEL_IS_PUSH_SRC (src), FALSE);

  return gst_vowel_src_pad_push_event (gst_vowel_push_src_get_pad (src), event);
}

/**
 * gst_vowel_push_src_flush:
 * @src: a source
 *
 * Drops everything downstream, see gst_vowel_src_pad_flush().
 */
void
gst_vowel_push_src_flush (GstVowelPushSrc *src)
{
  g_return_if_fail (GST_VOWEL_IS_PUSH_SRC (src));

  gst_vowel_src_pad_flush (gst_vowel_push_src_get_pad (src));
}
