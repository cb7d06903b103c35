/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One turn of a recogniser that decides about turns, and what it says of it:
 * speech, transcript and turn messages. All on the worker. */

#include "config.h"

#include "gstvowelprovider-priv.h"
#include "gstvowelstt-priv.h"

GST_DEBUG_CATEGORY_EXTERN (gst_vowel_stt_debug);
#define GST_CAT_DEFAULT gst_vowel_stt_debug

/* How exact a recogniser's times are. */
#define PRECISION (10 * GST_MSECOND)

#define PRIV(self) gst_vowel_stt_get_private (self)
#define TURNS(self) (&PRIV (self)->turns)

void
gst_vowel_stt_turn_free (gpointer data)
{
  GstVowelSttTurn *turn = data;

  g_string_free (turn->said, TRUE);
  g_free (turn->language);
  g_free (turn);
}

GstVowelSttTurn *
gst_vowel_stt_turns_get_first (GstVowelStt *self)
{
  return g_queue_peek_head (&TURNS (self)->turns);
}

GstClockTime
gst_vowel_stt_turns_get_now (GstVowelStt *self)
{
  GstClockTime now = PRIV (self)->next_pts;

  return GST_CLOCK_TIME_IS_VALID (now) ? now : 0;
}

/* --- messages --- */

static void
post (GstVowelStt *self, GstMessage *message)
{
  gst_element_post_message (GST_ELEMENT_CAST (self), message);
}

void
gst_vowel_stt_turn_post_stop (GstVowelStt *self, GstVowelSttTurn *turn)
{
  GstVowelSpeechStop stop = {
      .utterance = turn->number,
      .end = turn->end,
      .detected = gst_vowel_stt_turns_get_now (self),
      .discard = turn->dropped,
  };

  post (
      self, gst_vowel_message_new_speech_stop (GST_OBJECT_CAST (self), &stop));
}

static void
post_transcript (GstVowelStt *self, GstVowelSttTurn *turn, const gchar *text,
    gboolean final, gdouble confidence)
{
  g_autofree gchar *all = g_strconcat (turn->said->str,
      turn->said->len > 0 && *text != '\0' ? " " : "", text, NULL);
  GstVowelTranscript transcript = {
      .utterance = turn->number,
      .text = all,
      .final = final,
      .start = turn->start,
      .end = final ? turn->end : gst_vowel_stt_turns_get_now (self),
      .confidence = confidence,
      .language = turn->language,
  };

  if (turn->dropped)
    return;
  post (self,
      gst_vowel_message_new_transcript (GST_OBJECT_CAST (self), &transcript));
  if (final && *all != '\0')
    gst_vowel_stt_push_text (self, all, turn->start, turn->end);
}

void
gst_vowel_stt_turns_post_usage (GstVowelStt *self)
{
  GstVowelProviderUsage *usage = &TURNS (self)->usage;

  if (usage->requests == 0 && usage->audio == 0)
    return;
  usage->stage = gst_vowel_provider_get_stage (GST_VOWEL_PROVIDER_STT);
  usage->provider = gst_vowel_provider_get_name (
      GST_ELEMENT_CAST (self), GST_VOWEL_PROVIDER_STT);
  post (self, gst_vowel_message_new_usage (GST_OBJECT_CAST (self), usage));
  *usage = (GstVowelProviderUsage){0};
}

GstVowelSttTurn *
gst_vowel_stt_turn_add (
    GstVowelStt *self, GstClockTime start, gboolean by_client)
{
  GstVowelSttTurns *turns = TURNS (self);
  GstVowelSttTurn *turn = g_new0 (GstVowelSttTurn, 1);
  GstVowelSpeechStart message = {
      .utterance = ++turns->n_turns,
      .start = start,
      .detected = gst_vowel_stt_turns_get_now (self),
      .emulated = by_client,
  };

  turn->number = message.utterance;
  turn->start = start;
  turn->end = start;
  turn->said = g_string_new (NULL);
  turn->by_client = by_client;
  g_queue_push_tail (&turns->turns, turn);
  GST_DEBUG_OBJECT (self,
      "turn %" G_GUINT64_FORMAT " begins at %" GST_TIME_FORMAT, turn->number,
      GST_TIME_ARGS (start));
  post (self,
      gst_vowel_message_new_speech_start (GST_OBJECT_CAST (self), &message));
  return turn;
}

/* --- for providers --- */

/**
 * gst_vowel_stt_turn_started:
 * @stt: a speech-to-text element with turns
 * @start: PTS at which somebody began to speak
 *
 * Worker thread. Posts a speech-start message and, for who listens to the text,
 * flushes downstream. One that comes again for the same turn after a failure is
 * ignored.
 */
void
gst_vowel_stt_turn_started (GstVowelStt *stt, GstClockTime start)
{
  GstVowelSrcPad *srcpad;
  gboolean flush;

  g_return_if_fail (GST_VOWEL_IS_STT (stt));

  if (gst_vowel_stt_turns_get_first (stt) != NULL)
    return;
  gst_vowel_stt_turn_add (stt, start, FALSE);
  srcpad = ELEMENT_PRIV (stt)->srcpad;
  GST_OBJECT_LOCK (stt);
  flush = PRIV (stt)->flush_on_speech;
  GST_OBJECT_UNLOCK (stt);
  if (flush && gst_pad_is_linked (GST_PAD_CAST (srcpad)))
    gst_vowel_src_pad_flush (srcpad);
}

/**
 * gst_vowel_stt_turn_language:
 * @stt: a speech-to-text element with turns
 * @language: (nullable): as of gst_vowel_stt_set_language()
 *
 * Worker thread. What the turn is in; the transcripts that follow say so.
 */
void
gst_vowel_stt_turn_language (GstVowelStt *stt, const gchar *language)
{
  GstVowelSttTurn *first;

  g_return_if_fail (GST_VOWEL_IS_STT (stt));

  first = gst_vowel_stt_turns_get_first (stt);
  if (first == NULL || language == NULL || *language == '\0')
    return;
  g_free (first->language);
  first->language = g_strdup (language);
}

/**
 * gst_vowel_stt_turn_text:
 * @stt: a speech-to-text element with turns
 * @text: what was said in the turn so far
 * @confidence: 0 to 1, negative when unknown
 *
 * Worker thread. An interim transcript.
 */
void
gst_vowel_stt_turn_text (
    GstVowelStt *stt, const gchar *text, gdouble confidence)
{
  GstVowelSttTurn *first;

  g_return_if_fail (GST_VOWEL_IS_STT (stt));
  g_return_if_fail (text != NULL);

  first = gst_vowel_stt_turns_get_first (stt);
  if (first != NULL)
    post_transcript (stt, first, text, FALSE, confidence);
}

/**
 * gst_vowel_stt_turn_ending:
 * @stt: a speech-to-text element with turns
 * @text: what was said in the turn
 *
 * Worker thread. The turn may be over: gst_vowel_stt_turn_resumed() or
 * gst_vowel_stt_turn_ended() follows. Posts a turn-ending message, unless
 * somebody else decides about the end.
 */
void
gst_vowel_stt_turn_ending (GstVowelStt *stt, const gchar *text)
{
  GstVowelSttTurn *first;

  g_return_if_fail (GST_VOWEL_IS_STT (stt));
  g_return_if_fail (text != NULL);

  first = gst_vowel_stt_turns_get_first (stt);
  if (first != NULL && !first->by_client)
    post (stt, gst_vowel_message_new_turn_ending (
                   GST_OBJECT_CAST (stt), first->number, text));
}

/**
 * gst_vowel_stt_turn_resumed:
 * @stt: a speech-to-text element with turns
 *
 * Worker thread. The turn that might have been over goes on.
 */
void
gst_vowel_stt_turn_resumed (GstVowelStt *stt)
{
  GstVowelSttTurn *first;

  g_return_if_fail (GST_VOWEL_IS_STT (stt));

  first = gst_vowel_stt_turns_get_first (stt);
  if (first != NULL && !first->by_client)
    post (stt, gst_vowel_message_new_turn_resumed (
                   GST_OBJECT_CAST (stt), first->number));
}

/**
 * gst_vowel_stt_turn_ended:
 * @stt: a speech-to-text element with turns
 * @end: PTS up to which the turn goes
 * @text: what was said in it, "" for nothing
 * @confidence: 0 to 1, negative when unknown
 *
 * Worker thread. The turn is over, and nothing more comes for it. Also the
 * answer to `end_turn`, when there was none, too; then @end is not before the
 * audio that had been fed by then. What ends before that is another turn, and
 * the answer still to come.
 */
void
gst_vowel_stt_turn_ended (
    GstVowelStt *stt, GstClockTime end, const gchar *text, gdouble confidence)
{
  GstVowelSttTurns *turns;
  GstVowelSttTurn *first;

  g_return_if_fail (GST_VOWEL_IS_STT (stt));
  g_return_if_fail (text != NULL);

  turns = TURNS (stt);
  first = gst_vowel_stt_turns_get_first (stt);
  turns->attempt = 0;
  turns->n_given_up = 0;
  turns->heard_from = MAX (turns->heard_from, end);
  if (first != NULL && first->by_client
      && (!first->ended || end + PRECISION < first->end)) {
    if (*text != '\0')
      g_string_append_printf (
          first->said, "%s%s", first->said->len > 0 ? " " : "", text);
    post_transcript (stt, first, "", FALSE, confidence);
    return;
  }
  if (first != NULL) {
    g_queue_pop_head (&turns->turns);
    if (!first->by_client) {
      first->end = MAX (end, first->start);
      gst_vowel_stt_turn_post_stop (stt, first);
    }
    post_transcript (stt, first, text, TRUE, confidence);
    gst_vowel_stt_turn_free (first);
  }
  gst_vowel_stt_turns_post_usage (stt);
  gst_vowel_stt_turns_trim (stt);
  turns->finishing = FALSE;
  gst_vowel_stt_maybe_finish_eos (stt);
}
