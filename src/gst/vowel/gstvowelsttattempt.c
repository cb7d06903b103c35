/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One utterance before its recogniser: what the recogniser has heard of it is
 * kept until there is a result, so that it can be said again after a failure
 * that may pass. All on the worker. */

#include "config.h"

#include "gstvowelstt-priv.h"

GST_DEBUG_CATEGORY_EXTERN (gst_vowel_stt_debug);
#define GST_CAT_DEFAULT gst_vowel_stt_debug

/* Longer utterances are not said again. */
#define MAX_KEPT (60 * GST_SECOND)

static gboolean
may_retry (GstVowelStt *self)
{
  gboolean may;

  GST_OBJECT_LOCK (self);
  may = ELEMENT_PRIV (self)->retries > 0;
  GST_OBJECT_UNLOCK (self);
  return may;
}

/* The recogniser is at work: it has not failed since it was last begun. */
static gboolean
is_running (GstVowelUtterance *utterance)
{
  return utterance->live && utterance->retry == NULL;
}

void
gst_vowel_stt_attempt_begin (GstVowelUtterance *utterance)
{
  GstVowelStt *self = utterance->stt;
  g_autoptr (GError) error = NULL;

  if (GST_VOWEL_STT_GET_CLASS (self)->begin_utterance (self, utterance, &error))
    return;
  gst_vowel_provider_element_ensure_error (
      GST_VOWEL_PROVIDER_ELEMENT (self), &error);
  gst_vowel_stt_fail (self, utterance, 0, error);
}

void
gst_vowel_stt_attempt_feed (GstVowelUtterance *utterance, GstBuffer *audio)
{
  GstVowelStt *self = utterance->stt;

  if (utterance->end - utterance->start > MAX_KEPT) {
    gst_vowel_utterance_forget_audio (utterance);
    utterance->told = TRUE;
  } else if (!utterance->told && may_retry (self)) {
    g_queue_push_tail (&utterance->heard, gst_buffer_ref (audio));
  }
  if (is_running (utterance))
    GST_VOWEL_STT_GET_CLASS (self)->feed (self, utterance, audio);
}

void
gst_vowel_stt_attempt_end (GstVowelUtterance *utterance)
{
  utterance->ended = TRUE;
  if (is_running (utterance))
    GST_VOWEL_STT_GET_CLASS (utterance->stt)
        ->end_utterance (utterance->stt, utterance);
}

void
gst_vowel_stt_attempt_cancel (GstVowelUtterance *utterance)
{
  GstVowelStt *self = utterance->stt;
  GstVowelSttClass *klass = GST_VOWEL_STT_GET_CLASS (self);

  if (utterance->retry != NULL) {
    gst_vowel_provider_element_clear_timer (
        GST_VOWEL_PROVIDER_ELEMENT (self), &utterance->retry);
  } else if (klass->cancel_utterance != NULL) {
    klass->cancel_utterance (self, utterance);
  }
}

static void
retry_now (gpointer user_data)
{
  g_autoptr (GstVowelUtterance) utterance = gst_vowel_utterance_ref (user_data);
  GstVowelSttClass *klass = GST_VOWEL_STT_GET_CLASS (utterance->stt);

  utterance->retry = NULL;
  gst_vowel_stt_attempt_begin (utterance);
  for (GList *l = utterance->heard.head; l != NULL && is_running (utterance);
       l = l->next)
    klass->feed (utterance->stt, utterance, l->data);
  if (utterance->ended && is_running (utterance))
    klass->end_utterance (utterance->stt, utterance);
}

gboolean
gst_vowel_stt_attempt_retry (GstVowelUtterance *utterance, const GError *error)
{
  if (utterance->retry != NULL)
    return TRUE;
  /* Text that has been shown is not taken back. */
  if (!utterance->told)
    utterance->retry = gst_vowel_provider_element_retry (
        GST_VOWEL_PROVIDER_ELEMENT (utterance->stt), &utterance->attempt, -1,
        error, retry_now, utterance);
  return utterance->retry != NULL;
}
