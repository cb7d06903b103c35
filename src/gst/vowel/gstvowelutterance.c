/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "gstvowelutterance-priv.h"

G_DEFINE_BOXED_TYPE (GstVowelUtterance, gst_vowel_utterance,
    gst_vowel_utterance_ref, gst_vowel_utterance_unref)

GstVowelUtterance *
gst_vowel_utterance_new (
    GstVowelStt *stt, guint64 number, gint rate, GstClockTime start)
{
  GstVowelUtterance *self = g_new0 (GstVowelUtterance, 1);

  gst_vowel_handle_init (&self->handle);
  self->stt = stt;
  self->number = number;
  self->rate = rate;
  self->start = start;
  self->end = start;
  self->live = TRUE;
  return self;
}

void
gst_vowel_utterance_forget_audio (GstVowelUtterance *self)
{
  g_queue_clear_full (&self->heard, (GDestroyNotify) gst_buffer_unref);
}

/**
 * gst_vowel_utterance_ref:
 * @utterance: an utterance
 *
 * Returns: (transfer full): @utterance
 */
GstVowelUtterance *
gst_vowel_utterance_ref (GstVowelUtterance *utterance)
{
  g_return_val_if_fail (utterance != NULL, NULL);

  gst_vowel_handle_ref (&utterance->handle);
  return utterance;
}

/**
 * gst_vowel_utterance_unref:
 * @utterance: (transfer full): an utterance
 */
void
gst_vowel_utterance_unref (GstVowelUtterance *utterance)
{
  g_return_if_fail (utterance != NULL);

  if (!gst_vowel_handle_unref (&utterance->handle))
    return;
  gst_vowel_utterance_forget_audio (utterance);
  g_free (utterance->result);
  g_free (utterance->language);
  g_free (utterance);
}

/**
 * gst_vowel_utterance_get_number:
 * @utterance: an utterance
 *
 * Returns: the number that the speech events gave it; 0 when there were none
 */
guint64
gst_vowel_utterance_get_number (GstVowelUtterance *utterance)
{
  g_return_val_if_fail (utterance != NULL, 0);

  return utterance->number;
}

/**
 * gst_vowel_utterance_get_rate:
 * @utterance: an utterance
 *
 * Returns: samples per second of the audio that it is fed
 */
gint
gst_vowel_utterance_get_rate (GstVowelUtterance *utterance)
{
  g_return_val_if_fail (utterance != NULL, 0);

  return utterance->rate;
}

/**
 * gst_vowel_utterance_is_live:
 * @utterance: an utterance
 *
 * Returns: %FALSE once it was cancelled, has failed or has its final result
 */
gboolean
gst_vowel_utterance_is_live (GstVowelUtterance *utterance)
{
  g_return_val_if_fail (utterance != NULL, FALSE);

  return utterance->live;
}

/**
 * gst_vowel_utterance_set_data:
 * @utterance: an utterance
 * @data: (nullable): what the provider keeps for it
 * @notify: (nullable): frees @data, at the latest with the utterance
 */
void
gst_vowel_utterance_set_data (
    GstVowelUtterance *utterance, gpointer data, GDestroyNotify notify)
{
  g_return_if_fail (utterance != NULL);

  gst_vowel_handle_set_data (&utterance->handle, data, notify);
}

/**
 * gst_vowel_utterance_get_data:
 * @utterance: an utterance
 *
 * Returns: (transfer none) (nullable): what the provider keeps for it
 */
gpointer
gst_vowel_utterance_get_data (GstVowelUtterance *utterance)
{
  g_return_val_if_fail (utterance != NULL, NULL);

  return utterance->handle.data;
}
