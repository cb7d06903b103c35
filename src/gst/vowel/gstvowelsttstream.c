/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What becomes of audio on the worker: it is kept for a while, cut into
 * utterances, and fed to the recogniser. */

#include "config.h"

#include "gstvowelevent.h"
#include "gstvowelstt-priv.h"

GST_DEBUG_CATEGORY_EXTERN (gst_vowel_stt_debug);
#define GST_CAT_DEFAULT gst_vowel_stt_debug

/* Kept at least: a detector's prefix padding and the time that it takes to
 * decide. */
#define MIN_RING (500 * GST_MSECOND)
/* A start event may make the ring this long; it is remembered. */
#define MAX_RING (3 * GST_SECOND)
/* Of what is kept, when it is fed. */
#define PIECE (20 * GST_MSECOND)
/* Timestamps that jump by more than this begin a new stretch of audio. */
#define MAX_GAP (200 * GST_MSECOND)

#define PRIV(self) gst_vowel_stt_get_private (self)

static void
remember (GstVowelStt *self, GstBuffer *buffer)
{
  GstVowelSttPrivate *priv = PRIV (self);
  GstClockTime keep;

  GST_OBJECT_LOCK (self);
  keep = MAX (priv->pre_roll, MIN_RING);
  GST_OBJECT_UNLOCK (self);
  keep = MAX (keep, priv->look_back);

  gst_vowel_ring_add (&priv->ring, buffer,
      gst_util_uint64_scale_ceil (keep, priv->rate, GST_SECOND));
}

/* In pieces, as it came: a recogniser answers between them. */
static void
feed_past (GstVowelStt *self)
{
  GstVowelSttPrivate *priv = PRIV (self);
  g_autoptr (GstBuffer) past = gst_vowel_ring_copy (&priv->ring, priv->rate);
  guint64 piece =
      gst_util_uint64_scale (PIECE, priv->rate, GST_SECOND) * sizeof (gint16);
  gsize size = past != NULL ? gst_buffer_get_size (past) : 0;

  for (gsize at = 0; at < size && priv->current != NULL; at += piece) {
    g_autoptr (GstBuffer) part = gst_buffer_copy_region (
        past, GST_BUFFER_COPY_ALL, at, MIN (piece, size - at));

    GST_BUFFER_PTS (part) =
        GST_BUFFER_PTS (past)
        + gst_util_uint64_scale (at / sizeof (gint16), GST_SECOND, priv->rate);
    GST_BUFFER_DURATION (part) = gst_util_uint64_scale (
        gst_vowel_stt_samples_of (part), GST_SECOND, priv->rate);
    gst_vowel_stt_feed (self, part);
  }
}

GstBuffer *
gst_vowel_stt_stamp (GstVowelStt *self, GstBuffer *buffer)
{
  GstVowelSttPrivate *priv = PRIV (self);
  GstClockTime pts = GST_BUFFER_PTS (buffer);
  GstClockTime duration = gst_util_uint64_scale (
      gst_vowel_stt_samples_of (buffer), GST_SECOND, priv->rate);

  if (!GST_CLOCK_TIME_IS_VALID (pts))
    pts = GST_CLOCK_TIME_IS_VALID (priv->next_pts) ? priv->next_pts : 0;
  if (GST_CLOCK_TIME_IS_VALID (priv->next_pts)
      && ABS (GST_CLOCK_DIFF (priv->next_pts, pts)) > (gint64) MAX_GAP) {
    GST_DEBUG_OBJECT (
        self, "audio jumps to %" GST_TIME_FORMAT, GST_TIME_ARGS (pts));
    gst_vowel_ring_clear (&priv->ring);
  }
  priv->next_pts = pts + duration;
  if (pts != GST_BUFFER_PTS (buffer)
      || duration != GST_BUFFER_DURATION (buffer)) {
    buffer = gst_buffer_make_writable (buffer);
    GST_BUFFER_PTS (buffer) = pts;
    GST_BUFFER_DURATION (buffer) = duration;
  }
  return buffer;
}

/* (transfer full) */
static void
handle_audio (GstVowelStt *self, GstBuffer *buffer)
{
  GstVowelSttPrivate *priv = PRIV (self);

  if (priv->rate == 0 || gst_vowel_stt_samples_of (buffer) == 0) {
    gst_buffer_unref (buffer);
    return;
  }
  buffer = gst_vowel_stt_stamp (self, buffer);
  if (priv->detector)
    remember (self, buffer);
  else if (priv->current == NULL)
    gst_vowel_stt_begin (self, 0, GST_BUFFER_PTS (buffer));
  gst_vowel_stt_feed (self, buffer);
  gst_buffer_unref (buffer);
}

static void
handle_speech_start (GstVowelStt *self, const GstVowelSpeechStart *start)
{
  GstVowelSttPrivate *priv = PRIV (self);
  GstVowelSrcPad *srcpad = ELEMENT_PRIV (self)->srcpad;
  GstClockTime at = start->start;
  GstClockTime look_back = 0;
  gboolean flush;

  if (!priv->detector && priv->current != NULL) {
    /* Somebody detects after all. */
    gst_vowel_stt_cancel (self, priv->current);
  }
  priv->detector = TRUE;
  gst_vowel_stt_end_current (self);

  GST_OBJECT_LOCK (self);
  flush = priv->flush_on_speech && !start->emulated;
  if (!GST_CLOCK_TIME_IS_VALID (at)) {
    at = GST_CLOCK_TIME_IS_VALID (start->detected)  ? start->detected
         : GST_CLOCK_TIME_IS_VALID (priv->next_pts) ? priv->next_pts
                                                    : 0;
    at -= MIN (at, priv->pre_roll);
  }
  GST_OBJECT_UNLOCK (self);
  if (GST_CLOCK_TIME_IS_VALID (priv->next_pts) && priv->next_pts > at)
    look_back = priv->next_pts - at;
  if (look_back > priv->look_back)
    priv->look_back = MIN (look_back, MAX_RING);

  if (flush && gst_pad_is_linked (GST_PAD_CAST (srcpad))) {
    GST_DEBUG_OBJECT (self, "barge-in: flushing downstream");
    gst_vowel_src_pad_flush (srcpad);
  }
  if (priv->rate == 0)
    return;

  gst_vowel_stt_begin (self, start->utterance, at);
  feed_past (self);
}

static void
handle_speech_stop (GstVowelStt *self, const GstVowelSpeechStop *stop)
{
  GstVowelSttPrivate *priv = PRIV (self);

  if (!stop->discard) {
    if (priv->current != NULL && GST_CLOCK_TIME_IS_VALID (stop->end)
        && stop->end > priv->current->start)
      priv->current->end = MIN (priv->current->end, stop->end);
    gst_vowel_stt_end_current (self);
    return;
  }
  for (guint i = priv->live->len; i-- > 0;) {
    GstVowelUtterance *utterance = g_ptr_array_index (priv->live, i);

    if (utterance->number == stop->utterance) {
      gst_vowel_stt_cancel (self, utterance);
      break;
    }
  }
  gst_vowel_stt_maybe_finish_eos (self);
}

static void
handle_caps (GstVowelStt *self, GstCaps *caps)
{
  GstVowelSttPrivate *priv = PRIV (self);
  gint rate = 0;

  gst_structure_get_int (gst_caps_get_structure (caps, 0), "rate", &rate);
  if (rate == priv->rate)
    return;
  gst_vowel_stt_end_current (self);
  gst_vowel_ring_clear (&priv->ring);
  priv->rate = rate;
}

/* (transfer full) */
static void
handle_event (GstVowelStt *self, GstEvent *event)
{
  GstVowelSttPrivate *priv = PRIV (self);
  GstVowelSpeechStart start;
  GstVowelSpeechStop stop;
  GstCaps *caps;
  gboolean active;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_CAPS:
      gst_event_parse_caps (event, &caps);
      handle_caps (self, caps);
      break;
    case GST_EVENT_SEGMENT:
      gst_event_copy_segment (event, &priv->segment);
      break;
    case GST_EVENT_EOS:
      gst_vowel_stt_end_current (self);
      gst_event_replace (&ELEMENT_PRIV (self)->eos, event);
      gst_vowel_stt_maybe_finish_eos (self);
      break;
    case GST_EVENT_CUSTOM_DOWNSTREAM_STICKY:
      if (gst_vowel_event_parse_detector (event, &active))
        priv->detector = active;
      break;
    case GST_EVENT_CUSTOM_DOWNSTREAM:
      if (gst_vowel_event_parse_speech_start (event, &start))
        handle_speech_start (self, &start);
      else if (gst_vowel_event_parse_speech_stop (event, &stop))
        handle_speech_stop (self, &stop);
      break;
    default:
      break;
  }
  gst_event_unref (event);
}

void
gst_vowel_stt_handle_item (
    GstVowelProviderElement *element, GstMiniObject *item)
{
  GstVowelStt *self = GST_VOWEL_STT (element);

  if (gst_vowel_stt_turns_handle_item (self, item))
    gst_mini_object_unref (item);
  else if (GST_IS_BUFFER (item))
    handle_audio (self, GST_BUFFER_CAST (item));
  else
    handle_event (self, GST_EVENT_CAST (item));
}

void
gst_vowel_stt_flush (GstVowelProviderElement *element)
{
  GstVowelStt *self = GST_VOWEL_STT (element);
  GstVowelSttPrivate *priv = PRIV (self);

  g_queue_clear_full (&priv->order, (GDestroyNotify) gst_vowel_utterance_unref);
  gst_vowel_stt_cancel_all (self);
  gst_vowel_stt_turns_flush (self);
  gst_vowel_ring_clear (&priv->ring);
  priv->next_pts = GST_CLOCK_TIME_NONE;
}

void
gst_vowel_stt_reset (GstVowelProviderElement *element)
{
  GstVowelSttPrivate *priv = PRIV (GST_VOWEL_STT (element));

  gst_vowel_stt_turns_reset (GST_VOWEL_STT (element));
  gst_vowel_stt_flush (element);
  priv->rate = 0;
  priv->detector = FALSE;
  priv->look_back = 0;
  gst_segment_init (&priv->segment, GST_FORMAT_UNDEFINED);
}
