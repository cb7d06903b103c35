/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The life of an utterance, from its start to its text or its failure; on the
 * worker. */

#include "config.h"

#include "gstvowelerror.h"
#include "gstvowelmessage.h"
#include "gstvowelmeta.h"
#include "gstvowelstt-priv.h"

GST_DEBUG_CATEGORY_EXTERN (gst_vowel_stt_debug);
#define GST_CAT_DEFAULT gst_vowel_stt_debug

#define PRIV(self) gst_vowel_stt_get_private (self)

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

void
gst_vowel_stt_cancel (GstVowelStt *self, GstVowelUtterance *utterance)
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

void
gst_vowel_stt_cancel_all (GstVowelStt *self)
{
  GstVowelSttPrivate *priv = PRIV (self);

  while (priv->live->len > 0)
    gst_vowel_stt_cancel (
        self, g_ptr_array_index (priv->live, priv->live->len - 1));
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

void
gst_vowel_stt_end_current (GstVowelStt *self)
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

void
gst_vowel_stt_begin (GstVowelStt *self, guint64 number, GstClockTime start)
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

void
gst_vowel_stt_feed (GstVowelStt *self, GstBuffer *buffer)
{
  GstVowelSttPrivate *priv = PRIV (self);
  GstVowelUtterance *utterance = priv->current;
  g_autoptr (GstBuffer) part = NULL;
  guint64 skip = 0;

  if (utterance == NULL || gst_vowel_stt_end_of (buffer) <= utterance->start)
    return;
  if (GST_BUFFER_PTS (buffer) < utterance->start)
    skip = gst_util_uint64_scale_round (
        utterance->start - GST_BUFFER_PTS (buffer), priv->rate, GST_SECOND);
  if (skip >= gst_vowel_stt_samples_of (buffer))
    return;
  if (skip > 0) {
    part = gst_buffer_copy_region (buffer, GST_BUFFER_COPY_ALL,
        skip * sizeof (gint16),
        gst_vowel_stt_samples_of (buffer) * sizeof (gint16)
            - skip * sizeof (gint16));
    GST_BUFFER_PTS (part) =
        GST_BUFFER_PTS (buffer)
        + gst_util_uint64_scale (skip, GST_SECOND, priv->rate);
    GST_BUFFER_DURATION (part) =
        gst_vowel_stt_end_of (buffer) - GST_BUFFER_PTS (part);
  } else {
    part = gst_buffer_ref (buffer);
  }
  utterance->end = gst_vowel_stt_end_of (buffer);
  gst_vowel_utterance_ref (utterance);
  gst_vowel_stt_attempt_feed (utterance, part);
  gst_vowel_utterance_unref (utterance);
}

/* For providers */

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
