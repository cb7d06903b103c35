/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One utterance before its recogniser: what the recogniser has heard of it is
 * kept until there is a result, so that it can be said again after a failure:
 * to the same one when that may pass, or to a stand-in. All on the worker. */

#include "config.h"

#include "gstvowelstt-priv.h"

GST_DEBUG_CATEGORY_EXTERN (gst_vowel_stt_debug);
#define GST_CAT_DEFAULT gst_vowel_stt_debug

/* Longer utterances are not said again. */
#define MAX_KEPT (60 * GST_SECOND)

static GstVowelStt *
recogniser_of (GstVowelUtterance *utterance)
{
  return GST_VOWEL_STT (utterance->charge.provider);
}

/* Interim text is provisional: a stand-in may begin anew after it. */
static gboolean
may_be_heard_again (GstVowelUtterance *utterance)
{
  GstVowelProviderElement *provider = utterance->charge.provider;
  gboolean may_retry;

  if (utterance->forgotten)
    return FALSE;
  if (utterance->retry != NULL)
    return TRUE;
  GST_OBJECT_LOCK (provider);
  may_retry = ELEMENT_PRIV (provider)->retries > 0;
  GST_OBJECT_UNLOCK (provider);
  return (may_retry && !utterance->told)
         || gst_vowel_charge_has_stand_in (&utterance->charge);
}

/* The recogniser is at work: it has not failed since it was last begun. */
static gboolean
is_running (GstVowelUtterance *utterance)
{
  return utterance->live && utterance->retry == NULL;
}

static void
begin (GstVowelUtterance *utterance)
{
  GstVowelStt *self = recogniser_of (utterance);
  g_autoptr (GError) error = NULL;

  gst_vowel_charge_note_try (&utterance->charge);
  if (GST_VOWEL_STT_GET_CLASS (self)->begin_utterance (self, utterance, &error))
    return;
  gst_vowel_provider_element_ensure_error (
      GST_VOWEL_PROVIDER_ELEMENT (self), &error);
  gst_vowel_stt_fail (self, utterance, 0, error);
}

void
gst_vowel_stt_attempt_begin (GstVowelUtterance *utterance)
{
  g_autoptr (GError) error = NULL;

  if (gst_vowel_charge_begin (&utterance->charge,
          GST_VOWEL_PROVIDER_ELEMENT (utterance->stt), utterance->number, 0,
          &error))
    begin (utterance);
  else
    gst_vowel_stt_fail (recogniser_of (utterance), utterance, 0, error);
}

void
gst_vowel_stt_attempt_feed (GstVowelUtterance *utterance, GstBuffer *audio)
{
  GstVowelStt *self = recogniser_of (utterance);

  if (utterance->end - utterance->start > MAX_KEPT)
    utterance->forgotten = TRUE;
  if (may_be_heard_again (utterance))
    g_queue_push_tail (&utterance->heard, gst_buffer_ref (audio));
  else
    gst_vowel_utterance_forget_audio (utterance);
  if (is_running (utterance))
    GST_VOWEL_STT_GET_CLASS (self)->feed (self, utterance, audio);
}

void
gst_vowel_stt_attempt_end (GstVowelUtterance *utterance)
{
  utterance->ended = TRUE;
  if (is_running (utterance))
    GST_VOWEL_STT_GET_CLASS (recogniser_of (utterance))
        ->end_utterance (recogniser_of (utterance), utterance);
}

void
gst_vowel_stt_attempt_cancel (GstVowelUtterance *utterance)
{
  GstVowelStt *self = recogniser_of (utterance);
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
  GstVowelStt *self = recogniser_of (utterance);
  GstVowelSttClass *klass = GST_VOWEL_STT_GET_CLASS (self);

  utterance->retry = NULL;
  begin (utterance);
  for (GList *l = utterance->heard.head; l != NULL && is_running (utterance);
       l = l->next)
    klass->feed (self, utterance, l->data);
  if (utterance->ended && is_running (utterance))
    klass->end_utterance (self, utterance);
}

static void
hand_over_now (gpointer user_data)
{
  GstVowelUtterance *utterance = user_data;

  /* That of the one before, who would not know what it is. */
  gst_vowel_utterance_set_data (utterance, NULL, NULL);
  utterance->told = FALSE;
  if (utterance->ended)
    gst_vowel_stt_watch (utterance);
  retry_now (utterance);
}

gboolean
gst_vowel_stt_attempt_retry (
    GstVowelUtterance *utterance, gboolean again, const GError *error)
{
  if (utterance->retry != NULL)
    return TRUE;
  if (again && !utterance->told && !utterance->forgotten)
    utterance->retry = gst_vowel_charge_retry (
        &utterance->charge, -1, error, retry_now, utterance);
  if (utterance->retry == NULL && !utterance->forgotten)
    utterance->retry = gst_vowel_charge_hand_over (
        &utterance->charge, error, hand_over_now, utterance);
  return utterance->retry != NULL;
}
