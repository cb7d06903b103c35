/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What becomes of audio on the worker: it is kept for a while, cut into
 * utterances, and fed to the recogniser. */

#include "config.h"

#include "gstvowelerror.h"
#include "gstvowelevent.h"
#include "gstvowelmessage.h"
#include "gstvowelmeta.h"
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

/* --- utterances; all on the worker --- */

static GstClockTime
running_time (GstVowelSttPrivate *priv, GstClockTime pts)
{
  guint64 time = GST_CLOCK_TIME_NONE;

  if (priv->segment.format == GST_FORMAT_TIME)
    time = gst_segment_to_running_time (&priv->segment, GST_FORMAT_TIME, pts);
  return GST_CLOCK_TIME_IS_VALID (time) ? time : pts;
}

void
gst_vowel_stt_push_text (
    GstVowelStt *self, const gchar *text, GstClockTime start, GstClockTime end)
{
  GstVowelSttPrivate *priv = PRIV (self);
  GstBuffer *buffer;
  GstFlowReturn flow;

  if (!gst_pad_is_linked (GST_PAD_CAST (ELEMENT_PRIV (self)->srcpad)))
    return;
  buffer = gst_vowel_text_buffer_new (text, NULL, 0);
  GST_BUFFER_PTS (buffer) = running_time (priv, start);
  GST_BUFFER_DURATION (buffer) = end - start;
  flow = gst_vowel_provider_element_push (
      GST_VOWEL_PROVIDER_ELEMENT (self), buffer);
  GST_DEBUG_OBJECT (self, "pushed text: %s", gst_flow_get_name (flow));
}

/* Recognisers may finish in any order; text leaves in the order of speech. */
static void
push_texts (GstVowelStt *self)
{
  GstVowelSttPrivate *priv = PRIV (self);
  GstVowelUtterance *oldest;

  while ((oldest = g_queue_peek_head (&priv->order)) != NULL && !oldest->live) {
    g_queue_pop_head (&priv->order);
    if (oldest->result != NULL)
      gst_vowel_stt_push_text (
          self, oldest->result, oldest->start, oldest->end);
    gst_vowel_utterance_unref (oldest);
  }
}

void
gst_vowel_stt_maybe_finish_eos (GstVowelStt *self)
{
  GstVowelProviderElementPrivate *element = ELEMENT_PRIV (self);
  GstEvent *event;
  GstMessage *message;

  if (element->eos == NULL || PRIV (self)->live->len > 0
      || gst_vowel_stt_turns_are_pending (self))
    return;
  event = g_steal_pointer (&element->eos);

  GST_DEBUG_OBJECT (self, "all results are in: EOS");
  message = gst_message_new_eos (GST_OBJECT_CAST (self));
  gst_message_set_seqnum (message, gst_event_get_seqnum (event));
  if (gst_pad_is_linked (GST_PAD_CAST (element->srcpad)))
    gst_vowel_src_pad_push_event (element->srcpad, event);
  else
    gst_event_unref (event);
  gst_element_post_message (GST_ELEMENT_CAST (self), message);
}

/* No longer live: whatever comes for it is dropped. */
static void
retire (GstVowelStt *self, GstVowelUtterance *utterance)
{
  GstVowelProviderElement *element = GST_VOWEL_PROVIDER_ELEMENT (self);
  GstVowelSttPrivate *priv = PRIV (self);

  utterance->live = FALSE;
  gst_vowel_provider_element_clear_timer (element, &utterance->deadline);
  gst_vowel_provider_element_clear_timer (element, &utterance->retry);
  gst_vowel_utterance_forget_audio (utterance);
  if (priv->current == utterance)
    g_clear_pointer (&priv->current, gst_vowel_utterance_unref);
  g_ptr_array_remove (priv->live, utterance);
}

static void
cancel (GstVowelStt *self, GstVowelUtterance *utterance)
{
  if (!utterance->live)
    return;
  GST_DEBUG_OBJECT (
      self, "utterance %" G_GUINT64_FORMAT " cancelled", utterance->number);
  gst_vowel_utterance_ref (utterance);
  utterance->live = FALSE;
  gst_vowel_stt_attempt_cancel (utterance);
  gst_vowel_charge_drop (&utterance->charge);
  retire (self, utterance);
  gst_vowel_utterance_unref (utterance);
  push_texts (self);
}

static void
cancel_all (GstVowelStt *self)
{
  GstVowelSttPrivate *priv = PRIV (self);

  while (priv->live->len > 0)
    cancel (self, g_ptr_array_index (priv->live, priv->live->len - 1));
}

static void
give_up (GstVowelStt *self, GstVowelUtterance *utterance, guint http_status,
    const GError *error)
{
  gst_vowel_utterance_ref (utterance);
  gst_vowel_charge_end (&utterance->charge, error);
  retire (self, utterance);
  gst_vowel_provider_element_post_failure (
      utterance->charge.provider, utterance->number, http_status, error);
  gst_vowel_utterance_unref (utterance);
  push_texts (self);
  gst_vowel_stt_maybe_finish_eos (self);
}

static GstClockTime
get_result_timeout (GstVowelUtterance *utterance)
{
  GstVowelStt *recogniser = GST_VOWEL_STT (utterance->charge.provider);
  GstClockTime timeout;

  GST_OBJECT_LOCK (recogniser);
  timeout = PRIV (recogniser)->result_timeout;
  GST_OBJECT_UNLOCK (recogniser);
  return timeout;
}

static void
result_deadline (gpointer user_data)
{
  GstVowelUtterance *utterance = user_data;
  GstVowelStt *self = utterance->stt;
  GstClockTime timeout = get_result_timeout (utterance);
  g_autoptr (GError) error = NULL;

  utterance->deadline = NULL;
  g_set_error (&error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_TIMEOUT,
      "No transcript within %" GST_TIME_FORMAT
      " after the end of speech (property \"result-timeout\")",
      GST_TIME_ARGS (timeout));
  gst_vowel_utterance_ref (utterance);
  /* What the provider says while it is cancelled no longer counts. */
  utterance->live = FALSE;
  gst_vowel_stt_attempt_cancel (utterance);
  utterance->live = TRUE;
  if (!gst_vowel_stt_attempt_retry (utterance, FALSE, error))
    give_up (self, utterance, 0, error);
  gst_vowel_utterance_unref (utterance);
}

void
gst_vowel_stt_watch (GstVowelUtterance *utterance)
{
  GstVowelWorker *worker = gst_vowel_stt_get_worker (utterance->stt);
  GstClockTime timeout = get_result_timeout (utterance);

  gst_vowel_provider_element_clear_timer (
      GST_VOWEL_PROVIDER_ELEMENT (utterance->stt), &utterance->deadline);
  if (timeout > 0)
    utterance->deadline = gst_vowel_worker_add_timer (worker,
        gst_vowel_worker_get_time (worker) + timeout, result_deadline,
        utterance);
}

static void
end_current (GstVowelStt *self)
{
  GstVowelSttPrivate *priv = PRIV (self);
  GstVowelUtterance *utterance = g_steal_pointer (&priv->current);

  if (utterance == NULL)
    return;
  GST_DEBUG_OBJECT (self,
      "utterance %" G_GUINT64_FORMAT " ends at %" GST_TIME_FORMAT,
      utterance->number, GST_TIME_ARGS (utterance->end));
  gst_vowel_stt_watch (utterance);
  gst_vowel_stt_attempt_end (utterance);
  gst_vowel_utterance_unref (utterance);
}

static void
begin (GstVowelStt *self, guint64 number, GstClockTime start)
{
  GstVowelSttPrivate *priv = PRIV (self);
  GstVowelUtterance *utterance =
      gst_vowel_utterance_new (self, number, priv->rate, start);

  GST_DEBUG_OBJECT (self,
      "utterance %" G_GUINT64_FORMAT " begins at %" GST_TIME_FORMAT, number,
      GST_TIME_ARGS (start));
  g_ptr_array_add (priv->live, gst_vowel_utterance_ref (utterance));
  g_queue_push_tail (&priv->order, gst_vowel_utterance_ref (utterance));
  priv->current = utterance;
  gst_vowel_utterance_ref (utterance);
  gst_vowel_stt_attempt_begin (utterance);
  gst_vowel_utterance_unref (utterance);
}

static guint64
samples_of (GstBuffer *buffer)
{
  return gst_buffer_get_size (buffer) / sizeof (gint16);
}

static GstClockTime
buffer_end (GstBuffer *buffer)
{
  return GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
}

/* Feeds what of @buffer lies behind the utterance's start. */
static void
feed (GstVowelStt *self, GstBuffer *buffer)
{
  GstVowelSttPrivate *priv = PRIV (self);
  GstVowelUtterance *utterance = priv->current;
  g_autoptr (GstBuffer) part = NULL;
  guint64 skip = 0;

  if (utterance == NULL || buffer_end (buffer) <= utterance->start)
    return;
  if (GST_BUFFER_PTS (buffer) < utterance->start)
    skip = gst_util_uint64_scale_round (
        utterance->start - GST_BUFFER_PTS (buffer), priv->rate, GST_SECOND);
  if (skip >= samples_of (buffer))
    return;
  if (skip > 0) {
    part = gst_buffer_copy_region (buffer, GST_BUFFER_COPY_ALL,
        skip * sizeof (gint16),
        samples_of (buffer) * sizeof (gint16) - skip * sizeof (gint16));
    GST_BUFFER_PTS (part) =
        GST_BUFFER_PTS (buffer)
        + gst_util_uint64_scale (skip, GST_SECOND, priv->rate);
    GST_BUFFER_DURATION (part) = buffer_end (buffer) - GST_BUFFER_PTS (part);
  } else {
    part = gst_buffer_ref (buffer);
  }
  utterance->end = buffer_end (buffer);
  gst_vowel_utterance_ref (utterance);
  gst_vowel_stt_attempt_feed (utterance, part);
  gst_vowel_utterance_unref (utterance);
}

/* --- the stream; all on the worker --- */

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
    GST_BUFFER_DURATION (part) =
        gst_util_uint64_scale (samples_of (part), GST_SECOND, priv->rate);
    feed (self, part);
  }
}

GstBuffer *
gst_vowel_stt_stamp (GstVowelStt *self, GstBuffer *buffer)
{
  GstVowelSttPrivate *priv = PRIV (self);
  GstClockTime pts = GST_BUFFER_PTS (buffer);
  GstClockTime duration =
      gst_util_uint64_scale (samples_of (buffer), GST_SECOND, priv->rate);

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

  if (priv->rate == 0 || samples_of (buffer) == 0) {
    gst_buffer_unref (buffer);
    return;
  }
  buffer = gst_vowel_stt_stamp (self, buffer);
  if (priv->detector)
    remember (self, buffer);
  else if (priv->current == NULL)
    begin (self, 0, GST_BUFFER_PTS (buffer));
  feed (self, buffer);
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
    cancel (self, priv->current);
  }
  priv->detector = TRUE;
  end_current (self);

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

  begin (self, start->utterance, at);
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
    end_current (self);
    return;
  }
  for (guint i = priv->live->len; i-- > 0;) {
    GstVowelUtterance *utterance = g_ptr_array_index (priv->live, i);

    if (utterance->number == stop->utterance) {
      cancel (self, utterance);
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
  end_current (self);
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
      end_current (self);
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
  cancel_all (self);
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

/* --- for providers --- */

/* What a recogniser says that another has taken over from comes too late. */
static gboolean
is_in_charge (GstVowelStt *stt, GstVowelUtterance *utterance)
{
  return utterance->live
         && utterance->charge.provider == GST_VOWEL_PROVIDER_ELEMENT (stt);
}

/**
 * gst_vowel_stt_set_language:
 * @stt: a speech-to-text element
 * @utterance: the utterance
 * @language: (nullable): a BCP 47 tag or an English name; %NULL changes nothing
 *
 * Worker thread. What the service has recognised the language of @utterance to
 * be; the results that follow say so. Not for what it was told.
 */
void
gst_vowel_stt_set_language (
    GstVowelStt *stt, GstVowelUtterance *utterance, const gchar *language)
{
  g_return_if_fail (GST_VOWEL_IS_STT (stt));
  g_return_if_fail (utterance != NULL);

  if (language == NULL || *language == '\0' || !is_in_charge (stt, utterance))
    return;
  g_free (utterance->language);
  utterance->language = g_strdup (language);
}

/**
 * gst_vowel_stt_push_result:
 * @stt: a speech-to-text element
 * @utterance: the utterance
 * @text: what was said so far, or in all
 * @final: whether nothing more comes for it
 * @confidence: 0 to 1, negative when unknown
 *
 * Worker thread. A provider that decides itself where an utterance ends may
 * give the final result before it is asked to end it.
 *
 * Returns: %FALSE when the utterance is no longer live: the text was dropped
 */
gboolean
gst_vowel_stt_push_result (GstVowelStt *stt, GstVowelUtterance *utterance,
    const gchar *text, gboolean final, gdouble confidence)
{
  GstVowelTranscript transcript;
  GstVowelStt *self;

  g_return_val_if_fail (GST_VOWEL_IS_STT (stt), FALSE);
  g_return_val_if_fail (utterance != NULL, FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  if (!is_in_charge (stt, utterance) || utterance->retry != NULL)
    return FALSE;

  self = utterance->stt;
  utterance->told = TRUE;
  gst_vowel_utterance_ref (utterance);
  if (final) {
    utterance->charge.usage.audio = utterance->end - utterance->start;
    gst_vowel_charge_end (&utterance->charge, NULL);
    retire (self, utterance);
  }
  transcript.utterance = utterance->number;
  transcript.text = text;
  transcript.final = final;
  transcript.start = utterance->start;
  transcript.end = utterance->end;
  transcript.confidence = confidence;
  transcript.language = utterance->language;
  gst_element_post_message (GST_ELEMENT_CAST (stt),
      gst_vowel_message_new_transcript (GST_OBJECT_CAST (stt), &transcript));

  if (final) {
    if (*text != '\0'
        && gst_pad_is_linked (GST_PAD_CAST (ELEMENT_PRIV (self)->srcpad)))
      utterance->result = g_strdup (text);
    push_texts (self);
  }
  gst_vowel_utterance_unref (utterance);
  if (final)
    gst_vowel_stt_maybe_finish_eos (self);
  return TRUE;
}

/**
 * gst_vowel_stt_fail:
 * @stt: a speech-to-text element
 * @utterance: the utterance
 * @http_status: what the provider's server said; 0 when there was none
 * @error: why
 *
 * Worker thread. The provider is done with the utterance: when @error may pass
 * and no text was given, it is begun and fed anew after a while (property
 * "retries"); otherwise by the next provider of a list, and when there is none
 * a failure message is posted. The element lives on.
 * Nothing happens when the utterance is no longer live.
 */
void
gst_vowel_stt_fail (GstVowelStt *stt, GstVowelUtterance *utterance,
    guint http_status, const GError *error)
{
  g_return_if_fail (GST_VOWEL_IS_STT (stt));
  g_return_if_fail (utterance != NULL);
  g_return_if_fail (error != NULL);

  if (is_in_charge (stt, utterance)
      && !gst_vowel_stt_attempt_retry (utterance, TRUE, error))
    give_up (utterance->stt, utterance, http_status, error);
}
