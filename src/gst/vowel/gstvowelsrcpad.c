/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvowelsrcpad
 * @title: GstVowelSrcPad
 * @short_description: a source pad that is pushed by the session's owner
 *
 * A source pad without a task. Whether stream-start, caps and segment have to
 * go first is asked of the pad before each buffer: flags of our own would lie
 * as soon as a flush or a deactivation comes between.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/vowel/gstvowelsrcpad.h>

GST_DEBUG_CATEGORY_STATIC (gst_vowel_src_pad_debug);
#define GST_CAT_DEFAULT gst_vowel_src_pad_debug

typedef struct {
  /* Protected by the object lock. */
  GstCaps *caps;
  gchar *stream_id;
  guint group_id;
  GstClockTime base;
  gboolean new_segment;
  guint deactivations;
} GstVowelSrcPadPrivate;

G_DEFINE_TYPE_WITH_CODE (GstVowelSrcPad, gst_vowel_src_pad, GST_TYPE_PAD,
    G_ADD_PRIVATE (GstVowelSrcPad)
        GST_DEBUG_CATEGORY_INIT (gst_vowel_src_pad_debug, "vowelsrcpad", 0,
            "vowel-gst pushed source pads"))

static GstVowelSrcPadPrivate *
get_private (GstVowelSrcPad *self)
{
  return gst_vowel_src_pad_get_instance_private (self);
}

static guint
count_deactivations (GstVowelSrcPad *self)
{
  guint n;

  GST_OBJECT_LOCK (self);
  n = get_private (self)->deactivations;
  GST_OBJECT_UNLOCK (self);
  return n;
}

static gboolean
activate_mode (GstPad *pad, GstObject *parent, GstPadMode mode, gboolean active)
{
  GstVowelSrcPadPrivate *priv = get_private (GST_VOWEL_SRC_PAD (pad));

  if (mode != GST_PAD_MODE_PUSH)
    return FALSE;
  if (active)
    return TRUE;

  /* Here and not on activation: a buffer may come as soon as the pad counts as
   * active, which is before this function is called. */
  GST_OBJECT_LOCK (pad);
  g_clear_pointer (&priv->stream_id, g_free);
  priv->base = 0;
  priv->deactivations++;
  GST_OBJECT_UNLOCK (pad);
  return TRUE;
}

static void
gst_vowel_src_pad_finalize (GObject *object)
{
  GstVowelSrcPadPrivate *priv = get_private (GST_VOWEL_SRC_PAD (object));

  gst_clear_caps (&priv->caps);
  g_free (priv->stream_id);
  G_OBJECT_CLASS (gst_vowel_src_pad_parent_class)->finalize (object);
}

static void
gst_vowel_src_pad_class_init (GstVowelSrcPadClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_vowel_src_pad_finalize;
}

static void
gst_vowel_src_pad_init (GstVowelSrcPad *self)
{
  gst_pad_set_activatemode_function (GST_PAD_CAST (self), activate_mode);
}

/**
 * gst_vowel_src_pad_new:
 * @templ: a template of direction src
 * @name: (nullable): the pad's name; %NULL for the template's
 *
 * Returns: (transfer floating): a new pad
 */
GstPad *
gst_vowel_src_pad_new (GstPadTemplate *templ, const gchar *name)
{
  g_return_val_if_fail (GST_IS_PAD_TEMPLATE (templ), NULL);
  g_return_val_if_fail (
      GST_PAD_TEMPLATE_DIRECTION (templ) == GST_PAD_SRC, NULL);

  return g_object_new (GST_TYPE_VOWEL_SRC_PAD, "name",
      name != NULL ? name : GST_PAD_TEMPLATE_NAME_TEMPLATE (templ), "direction",
      GST_PAD_SRC, "template", templ, NULL);
}

/**
 * gst_vowel_src_pad_set_caps:
 * @pad: a pad
 * @caps: (nullable): fixed caps; %NULL for a stream without caps
 *
 * Takes effect before the next buffer.
 */
void
gst_vowel_src_pad_set_caps (GstVowelSrcPad *pad, GstCaps *caps)
{
  g_return_if_fail (GST_VOWEL_IS_SRC_PAD (pad));
  g_return_if_fail (caps == NULL || gst_caps_is_fixed (caps));

  GST_OBJECT_LOCK (pad);
  gst_caps_replace (&get_private (pad)->caps, caps);
  GST_OBJECT_UNLOCK (pad);
}

/**
 * gst_vowel_src_pad_get_caps:
 * @pad: a pad
 *
 * Returns: (transfer full) (nullable): the caps of the next buffer
 */
GstCaps *
gst_vowel_src_pad_get_caps (GstVowelSrcPad *pad)
{
  GstVowelSrcPadPrivate *priv;
  GstCaps *caps;

  g_return_val_if_fail (GST_VOWEL_IS_SRC_PAD (pad), NULL);

  priv = get_private (pad);
  GST_OBJECT_LOCK (pad);
  caps = priv->caps != NULL ? gst_caps_ref (priv->caps) : NULL;
  GST_OBJECT_UNLOCK (pad);
  return caps;
}

/**
 * gst_vowel_src_pad_new_segment:
 * @pad: a pad
 * @base: running time of the new segment's start
 *
 * Buffers pushed from now on count their timestamps from 0 again, at running
 * time @base. After a flush without this the old timestamps go on.
 */
void
gst_vowel_src_pad_new_segment (GstVowelSrcPad *pad, GstClockTime base)
{
  GstVowelSrcPadPrivate *priv;

  g_return_if_fail (GST_VOWEL_IS_SRC_PAD (pad));
  g_return_if_fail (GST_CLOCK_TIME_IS_VALID (base));

  priv = get_private (pad);
  GST_OBJECT_LOCK (pad);
  priv->base = base;
  priv->new_segment = TRUE;
  GST_OBJECT_UNLOCK (pad);
}

static gboolean
holds (GstPad *pad, GstEventType type)
{
  g_autoptr (GstEvent) event = gst_pad_get_sticky_event (pad, type, 0);

  return event != NULL;
}

static GstEvent *
make_stream_start (GstVowelSrcPad *self)
{
  GstVowelSrcPadPrivate *priv = get_private (self);
  g_autoptr (GstElement) parent = gst_pad_get_parent_element (GST_PAD (self));
  g_autofree gchar *stream_id = NULL;
  GstEvent *event;

  if (parent != NULL)
    stream_id = gst_pad_create_stream_id (GST_PAD (self), parent, NULL);
  else
    stream_id = g_strdup_printf ("%08x%08x", g_random_int (), g_random_int ());

  GST_OBJECT_LOCK (self);
  if (priv->stream_id == NULL) {
    priv->stream_id = g_steal_pointer (&stream_id);
    priv->group_id = gst_util_group_id_next ();
  }
  event = gst_event_new_stream_start (priv->stream_id);
  gst_event_set_group_id (event, priv->group_id);
  GST_OBJECT_UNLOCK (self);
  return event;
}

/* An event may come before anybody knows the caps: a segment then would stand
 * before them. */
static gboolean
has_caps (GstVowelSrcPad *self)
{
  GstVowelSrcPadPrivate *priv = get_private (self);
  gboolean ret;

  GST_OBJECT_LOCK (self);
  ret = priv->caps != NULL;
  GST_OBJECT_UNLOCK (self);
  return ret;
}

/* NULL when the pad has what the next buffer needs. */
static GstEvent *
next_preface_event (GstVowelSrcPad *self, gboolean with_segment)
{
  GstVowelSrcPadPrivate *priv = get_private (self);
  GstPad *pad = GST_PAD_CAST (self);
  g_autoptr (GstCaps) current = NULL;
  GstEvent *event = NULL;
  gboolean has_segment;

  if (!holds (pad, GST_EVENT_STREAM_START))
    return make_stream_start (self);

  current = gst_pad_get_current_caps (pad);
  has_segment = holds (pad, GST_EVENT_SEGMENT);
  GST_OBJECT_LOCK (pad);
  if (priv->caps != NULL && priv->caps != current
      && (current == NULL || !gst_caps_is_equal (priv->caps, current))) {
    event = gst_event_new_caps (priv->caps);
  } else if (with_segment && (priv->new_segment || !has_segment)) {
    GstSegment segment;

    gst_segment_init (&segment, GST_FORMAT_TIME);
    segment.base = priv->base;
    priv->new_segment = FALSE;
    event = gst_event_new_segment (&segment);
  }
  GST_OBJECT_UNLOCK (pad);
  return event;
}

/* With the stream lock. A flush from another thread may take away what has
 * just been sent, hence the loop; a pad that keeps refusing (EOS, flushing,
 * caps that nobody takes) ends it. */
static GstFlowReturn
send_preface (GstVowelSrcPad *self, gboolean with_segment)
{
  GstPad *pad = GST_PAD_CAST (self);
  GstEvent *event;

  for (guint i = 0; i < 8; i++) {
    if (!GST_PAD_IS_ACTIVE (pad) || GST_PAD_IS_FLUSHING (pad))
      return GST_FLOW_FLUSHING;
    if (GST_PAD_IS_EOS (pad))
      return GST_FLOW_EOS;

    event = next_preface_event (self, with_segment);
    if (event == NULL)
      return GST_FLOW_OK;
    GST_LOG_OBJECT (pad, "first goes %" GST_PTR_FORMAT, event);
    gst_pad_push_event (pad, event);
  }
  return GST_FLOW_FLUSHING;
}

/**
 * gst_vowel_src_pad_push:
 * @pad: a pad
 * @buffer: (transfer full): a buffer with timestamps from sample counts
 *
 * Pushes @buffer, behind stream-start, caps and segment where the pad does not
 * hold them yet.
 *
 * Returns: what downstream said; %GST_FLOW_FLUSHING while the pad is inactive
 *   and %GST_FLOW_NOT_LINKED while it is not linked are not errors. An element
 *   downstream that fails has posted an error itself; %GST_FLOW_ERROR or
 *   %GST_FLOW_NOT_NEGOTIATED without one may also be a push that ran into a
 *   state change, and the next one succeeds
 */
GstFlowReturn
gst_vowel_src_pad_push (GstVowelSrcPad *pad, GstBuffer *buffer)
{
  GstFlowReturn ret;

  g_return_val_if_fail (GST_VOWEL_IS_SRC_PAD (pad), GST_FLOW_ERROR);
  g_return_val_if_fail (GST_IS_BUFFER (buffer), GST_FLOW_ERROR);

  /* Who flushes waits for the lock; do not compete with it. */
  if (GST_PAD_IS_FLUSHING (pad)) {
    gst_buffer_unref (buffer);
    return GST_FLOW_FLUSHING;
  }

  /* A deactivation waits here for the buffer in flight. */
  GST_PAD_STREAM_LOCK (pad);
  ret = send_preface (pad, TRUE);
  if (ret == GST_FLOW_OK)
    ret = gst_pad_push (GST_PAD_CAST (pad), buffer);
  else
    gst_buffer_unref (buffer);
  /* An event handler downstream can only say FALSE when a flush overtakes a
   * sticky event; the core makes an error of that. */
  if (ret < GST_FLOW_FLUSHING && GST_PAD_IS_FLUSHING (pad))
    ret = GST_FLOW_FLUSHING;
  GST_PAD_STREAM_UNLOCK (pad);
  return ret;
}

/**
 * gst_vowel_src_pad_push_event:
 * @pad: a pad
 * @event: (transfer full): an event that travels downstream
 *
 * A serialized event takes its place behind the last buffer, and behind
 * stream-start, caps and segment. A flush that comes from upstream is forwarded
 * by this function too; one's own is gst_vowel_src_pad_flush().
 *
 * Returns: %FALSE when it did not get through
 */
gboolean
gst_vowel_src_pad_push_event (GstVowelSrcPad *pad, GstEvent *event)
{
  gboolean ret = FALSE;

  g_return_val_if_fail (GST_VOWEL_IS_SRC_PAD (pad), FALSE);
  g_return_val_if_fail (GST_IS_EVENT (event), FALSE);

  if (!GST_EVENT_IS_SERIALIZED (event))
    return gst_pad_push_event (GST_PAD_CAST (pad), event);

  GST_PAD_STREAM_LOCK (pad);
  /* The end of a flush needs no preface, but must not fall between a buffer
   * and its own: it takes the segment away. */
  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP)
    ret = gst_pad_push_event (GST_PAD_CAST (pad), event);
  else if (send_preface (pad, has_caps (pad)) == GST_FLOW_OK)
    ret = gst_pad_push_event (GST_PAD_CAST (pad), event);
  else
    gst_event_unref (event);
  GST_PAD_STREAM_UNLOCK (pad);
  return ret;
}

/**
 * gst_vowel_src_pad_flush:
 * @pad: a pad
 *
 * Barge-in: drops everything downstream of the pad. The next buffer goes on
 * in the same segment.
 */
void
gst_vowel_src_pad_flush (GstVowelSrcPad *pad)
{
  guint deactivations;
  gboolean done = FALSE;

  g_return_if_fail (GST_VOWEL_IS_SRC_PAD (pad));

  while (!done) {
    deactivations = count_deactivations (pad);
    if (!GST_PAD_IS_ACTIVE (pad))
      return;

    gst_pad_push_event (GST_PAD_CAST (pad), gst_event_new_flush_start ());
    GST_PAD_STREAM_LOCK (pad);
    /* When the pipeline went down and up again meanwhile, nobody downstream
     * knows of the start: a queue would lose its segment while it pushes. */
    done = count_deactivations (pad) == deactivations;
    /* Resetting the time would take the sinks' state locks while we hold stream
     * locks: a dead-lock beside a state change. */
    if (done)
      gst_pad_push_event (GST_PAD_CAST (pad), gst_event_new_flush_stop (FALSE));
    GST_PAD_STREAM_UNLOCK (pad);
  }
}
