/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/vowel/vowel.h>

#include "gstwspacketizer.h"

struct _GstWsPacketizer {
  GstWsPacketFunc func;
  gpointer user_data;
  GstWsFormat format;
  gsize packet_size; /* bytes; 0: no cutting */
  GQueue pieces;     /* of GstBuffer, of one response */
  gsize queued;      /* bytes in pieces */
};

GstWsPacketizer *
gst_ws_packetizer_new (GstWsPacketFunc func, gpointer user_data)
{
  GstWsPacketizer *self = g_new0 (GstWsPacketizer, 1);

  self->func = func;
  self->user_data = user_data;
  g_queue_init (&self->pieces);
  return self;
}

void
gst_ws_packetizer_free (GstWsPacketizer *self)
{
  gst_ws_packetizer_clear (self);
  g_free (self);
}

void
gst_ws_packetizer_clear (GstWsPacketizer *self)
{
  g_queue_clear_full (&self->pieces, (GDestroyNotify) gst_buffer_unref);
  self->queued = 0;
}

void
gst_ws_packetizer_configure (
    GstWsPacketizer *self, const GstWsFormat *format, GstClockTime duration)
{
  gst_ws_packetizer_drain (self);
  self->format = *format;
  self->packet_size =
      gst_util_uint64_scale_round (duration, format->rate, GST_SECOND)
      * format->sample_size;
}

static gboolean
same_response (GstBuffer *a, GstBuffer *b)
{
  GstVowelResponseMeta *ma = gst_buffer_get_vowel_response_meta (a);
  GstVowelResponseMeta *mb = gst_buffer_get_vowel_response_meta (b);

  if (ma == NULL || mb == NULL)
    return ma == mb;
  return ma->generation == mb->generation
         && g_strcmp0 (ma->response_id, mb->response_id) == 0;
}

static GstClockTime
to_time (GstWsPacketizer *self, gsize bytes)
{
  return gst_util_uint64_scale (
      bytes / self->format.sample_size, GST_SECOND, self->format.rate);
}

/* Bytes [offset, offset + size) of a piece, with the text that they speak:
 * within one buffer the words are taken to be spread evenly. */
static GstBuffer *
cut (GstWsPacketizer *self, GstBuffer *piece, gsize offset, gsize size)
{
  gsize whole = gst_buffer_get_size (piece);
  GstVowelResponseMeta *from = gst_buffer_get_vowel_response_meta (piece);
  GstBuffer *part =
      gst_buffer_copy_region (piece, GST_BUFFER_COPY_MEMORY, offset, size);

  if (GST_BUFFER_PTS_IS_VALID (piece))
    GST_BUFFER_PTS (part) = GST_BUFFER_PTS (piece) + to_time (self, offset);
  GST_BUFFER_DURATION (part) = to_time (self, size);

  if (from != NULL) {
    GstVowelResponseMeta *meta = gst_buffer_add_vowel_response_meta (
        part, from->response_id, from->generation);
    guint length = from->text_end - from->text_start;

    meta->text_start =
        from->text_start + gst_util_uint64_scale (length, offset, whole);
    meta->text_end =
        from->text_start
        + gst_util_uint64_scale_ceil (length, offset + size, whole);
    meta->sentence_end = from->sentence_end && offset + size == whole;
  }
  return part;
}

/* At most @size bytes of the first piece. */
static GstBuffer *
take (GstWsPacketizer *self, gsize size)
{
  g_autoptr (GstBuffer) head = g_queue_pop_head (&self->pieces);
  gsize head_size = gst_buffer_get_size (head);

  if (head_size <= size) {
    self->queued -= head_size;
    return g_steal_pointer (&head);
  }
  self->queued -= size;
  g_queue_push_head (&self->pieces, cut (self, head, size, head_size - size));
  return cut (self, head, 0, size);
}

static void
emit (GstWsPacketizer *self, gsize size)
{
  GstBuffer *packet = gst_buffer_make_writable (take (self, size));
  GstVowelResponseMeta *meta = gst_buffer_get_vowel_response_meta (packet);
  gsize filled = gst_buffer_get_size (packet);

  while (filled < size) {
    GstBuffer *next = take (self, size - filled);
    GstVowelResponseMeta *from = gst_buffer_get_vowel_response_meta (next);

    filled += gst_buffer_get_size (next);
    if (meta != NULL) {
      meta->text_end = MAX (meta->text_end, from->text_end);
      meta->sentence_end |= from->sentence_end;
    }
    gst_buffer_copy_into (packet, next, GST_BUFFER_COPY_MEMORY, 0, (gsize) -1);
    gst_buffer_unref (next);
  }
  GST_BUFFER_DURATION (packet) = to_time (self, filled);
  self->func (packet, self->user_data);
}

void
gst_ws_packetizer_push (GstWsPacketizer *self, GstBuffer *buffer)
{
  GstVowelResponseMeta *meta = gst_buffer_get_vowel_response_meta (buffer);
  gboolean ends_sentence = meta != NULL && meta->sentence_end;

  if (self->packet_size == 0 || gst_buffer_get_size (buffer) == 0) {
    self->func (buffer, self->user_data);
    return;
  }

  if (!g_queue_is_empty (&self->pieces)
      && !same_response (g_queue_peek_head (&self->pieces), buffer))
    gst_ws_packetizer_drain (self);
  self->queued += gst_buffer_get_size (buffer);
  g_queue_push_tail (&self->pieces, buffer);
  while (self->queued >= self->packet_size)
    emit (self, self->packet_size);
  /* What ends here does not wait for what comes next. */
  if (ends_sentence)
    gst_ws_packetizer_drain (self);
}

void
gst_ws_packetizer_drain (GstWsPacketizer *self)
{
  if (self->queued > 0)
    emit (self, self->queued);
}
