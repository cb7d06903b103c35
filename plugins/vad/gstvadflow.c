/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Audio on its way through: heard window by window, cut where a decision
 * falls. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstvad-priv.h"

/* So many buffers may wait for an evaluation that is shared. */
#define MAX_WAITING 4

/* (transfer full) @buffer: what of it lies in front of and behind @offset. */
static GstBuffer *
split (GstVowelVad *self, GstBuffer *buffer, gsize offset, GstBuffer **rest)
{
  gsize size = gst_buffer_get_size (buffer);
  GstClockTime pts = GST_BUFFER_PTS (buffer);
  GstClockTime duration = gst_util_uint64_scale_int (
      offset / sizeof (gint16), GST_SECOND, self->stream.rate);
  GstBuffer *first =
      gst_buffer_copy_region (buffer, GST_BUFFER_COPY_ALL, 0, offset);

  *rest = gst_buffer_copy_region (
      buffer, GST_BUFFER_COPY_ALL, offset, size - offset);
  GST_BUFFER_FLAG_UNSET (*rest, GST_BUFFER_FLAG_DISCONT);
  GST_BUFFER_FLAG_UNSET (*rest, GST_BUFFER_FLAG_RESYNC);
  if (GST_CLOCK_TIME_IS_VALID (pts))
    GST_BUFFER_PTS (*rest) = pts + duration;
  if (GST_BUFFER_DURATION_IS_VALID (buffer)) {
    GST_BUFFER_DURATION (first) = MIN (duration, GST_BUFFER_DURATION (buffer));
    GST_BUFFER_DURATION (*rest) =
        GST_BUFFER_DURATION (buffer) - GST_BUFFER_DURATION (first);
  }
  if (GST_BUFFER_OFFSET_IS_VALID (buffer)) {
    GST_BUFFER_OFFSET (*rest) =
        GST_BUFFER_OFFSET (buffer) + offset / sizeof (gint16);
    GST_BUFFER_OFFSET_END (*rest) = GST_BUFFER_OFFSET_END (buffer);
    GST_BUFFER_OFFSET_END (first) = GST_BUFFER_OFFSET (*rest);
  }
  gst_buffer_unref (buffer);
  return first;
}

/* Passes on what has been heard of the first buffer. */
static GstFlowReturn
pass_heard (GstVowelVad *self)
{
  GstBuffer *buffer = g_queue_pop_head (&self->waiting);

  if (self->heard < gst_buffer_get_size (buffer)) {
    GstBuffer *rest;

    buffer = split (self, buffer, self->heard, &rest);
    g_queue_push_head (&self->waiting, rest);
  } else {
    self->begun = FALSE;
  }
  self->heard = 0;
  return gst_pad_push (GST_BASE_TRANSFORM_SRC_PAD (self), buffer);
}

/* The audio up to a decision goes first, so that the event stands between the
 * pieces. */
static GstFlowReturn
decide (GstVowelVad *self, gfloat probability)
{
  GstFlowReturn ret;
  VadVerdict verdict;

  if (!vad_stream_decide (&self->stream, probability, &verdict))
    return GST_FLOW_OK;
  ret = pass_heard (self);
  gst_vowel_vad_emit_verdict (self, &verdict);
  return ret;
}

/* FALSE when @buffer cannot be read. */
static gboolean
hear (GstVowelVad *self, GstBuffer *buffer, gboolean *ret_full)
{
  const gint16 *samples;
  GstMapInfo map;
  guint64 left;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ)) {
    GST_ELEMENT_ERROR (
        self, RESOURCE, READ, ("The audio cannot be read."), (NULL));
    return FALSE;
  }
  samples = (const gint16 *) (map.data + self->heard);
  left = (map.size - self->heard) / sizeof (gint16);
  *ret_full = vad_stream_fill (&self->stream, &samples, &left);
  self->heard = map.size - left * sizeof (gint16);
  gst_buffer_unmap (buffer, &map);
  return TRUE;
}

void
gst_vowel_vad_drop (GstVowelVad *self)
{
  if (self->batch != NULL)
    vad_batch_take (self->batch, &self->due, NULL);
  g_queue_clear_full (&self->waiting, (GDestroyNotify) gst_buffer_unref);
  self->begun = FALSE;
  self->heard = 0;
}

static gboolean
may_wait (GstVowelVad *self)
{
  return self->batch != NULL && self->stream.kind == VAD_DETECTOR_SILERO
         && gst_vowel_worker_is_current (self->worker);
}

static void on_evaluated (gpointer user_data);

/* Hears what waits and passes it on. With @wait a full window is left to the
 * end of the worker's turn, and with it what follows. */
static GstFlowReturn
listen (GstVowelVad *self, gboolean wait)
{
  GstFlowReturn ret = GST_FLOW_OK;
  GstBuffer *buffer;

  while (ret == GST_FLOW_OK
         && (buffer = g_queue_peek_head (&self->waiting)) != NULL) {
    gboolean full;

    if (!self->begun) {
      self->begun = TRUE;
      gst_vowel_vad_apply_properties (self);
      gst_vowel_vad_follow_time (self, GST_BUFFER_PTS (buffer));
    }
    if (!hear (self, buffer, &full)) {
      ret = GST_FLOW_ERROR;
    } else if (!full) {
      ret = pass_heard (self);
    } else if (wait && may_wait (self)) {
      vad_batch_add (self->batch, &self->due, GST_ELEMENT (self), on_evaluated,
          &self->stream.detector.silero, self->stream.pending);
      return GST_FLOW_OK;
    } else {
      ret = decide (self, vad_stream_detect (&self->stream));
    }
  }

  /* What downstream refused has no rest. */
  if (ret != GST_FLOW_OK)
    gst_vowel_vad_drop (self);
  return ret;
}

/* Goes on where listen() began to wait. */
static void
go_on (GstVowelVad *self, gfloat probability, gboolean wait)
{
  self->late = decide (self, probability);
  if (self->late == GST_FLOW_OK)
    self->late = listen (self, wait);
  else
    gst_vowel_vad_drop (self);
}

/* On the worker. */
static void
on_evaluated (gpointer user_data)
{
  GstVowelVad *self = user_data;
  GstPad *pad = GST_BASE_TRANSFORM_SINK_PAD (self);
  gfloat probability;

  GST_PAD_STREAM_LOCK (pad);
  if (self->batch != NULL
      && vad_batch_take (self->batch, &self->due, &probability))
    go_on (self, probability, TRUE);
  GST_PAD_STREAM_UNLOCK (pad);
}

void
gst_vowel_vad_settle (GstVowelVad *self)
{
  gfloat probability;

  if (self->batch != NULL
      && vad_batch_take (self->batch, &self->due, &probability))
    go_on (self, probability, FALSE);
}

GstFlowReturn
gst_vowel_vad_take (GstVowelVad *self, GstBuffer *buffer)
{
  if (g_queue_get_length (&self->waiting) >= MAX_WAITING)
    gst_vowel_vad_settle (self);
  if (self->late != GST_FLOW_OK) {
    GstFlowReturn late = self->late;

    self->late = GST_FLOW_OK;
    gst_buffer_unref (buffer);
    return late;
  }

  g_queue_push_tail (&self->waiting, buffer);
  if (g_queue_get_length (&self->waiting) > 1)
    return GST_FLOW_OK;
  return listen (self, TRUE);
}

void
gst_vowel_vad_join (GstVowelVad *self)
{
  g_autoptr (GstContext) context = gst_element_get_context (
      GST_ELEMENT (self), GST_VOWEL_WORKER_CONTEXT_TYPE);
  g_autoptr (GstVowelWorker) worker =
      context != NULL ? gst_vowel_worker_context_get (context) : NULL;

  if (worker == NULL || gst_vowel_worker_is_standalone (worker))
    return;
  self->batch = vad_batch_join (worker);
  self->worker = g_steal_pointer (&worker);
}

void
gst_vowel_vad_leave (GstVowelVad *self)
{
  g_clear_pointer (&self->batch, vad_batch_leave);
  gst_clear_object (&self->worker);
}
