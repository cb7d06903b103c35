/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Recognisers that decide themselves where turns begin and end. They hear all
 * of the stream, and what they have heard is kept for the case that they fail.
 * What they say is in gstvowelsttturn.c. What an application marks
 * (push-to-talk) goes before: the turns in between are then one utterance. All
 * on the worker. */

#include "config.h"

#include "gstvowelstt-priv.h"

GST_DEBUG_CATEGORY_EXTERN (gst_vowel_stt_debug);
#define GST_CAT_DEFAULT gst_vowel_stt_debug

/* Said again after a failure: what a recogniser may have heard of a turn before
 * it tells of it, and of one that has begun. */
#define KEPT_IDLE (2 * GST_SECOND)
#define KEPT_TURN (60 * GST_SECOND)
/* A recogniser that has failed for good is tried again after so much audio, and
 * after twice as much the next time. */
#define MIN_REST (1 * GST_SECOND)
#define MAX_REST (60 * GST_SECOND)

#define PRIV(self) gst_vowel_stt_get_private (self)
#define TURNS(self) (&PRIV (self)->turns)

void
gst_vowel_stt_turns_init (GstVowelSttTurns *turns)
{
  g_queue_init (&turns->turns);
  g_queue_init (&turns->heard);
  turns->rest_until = GST_CLOCK_TIME_NONE;
}

/* (nullable) */
static GstVowelSttTurn *
get_open (GstVowelStt *self)
{
  GstVowelSttTurn *last = g_queue_peek_tail (&TURNS (self)->turns);

  return last != NULL && !last->ended ? last : NULL;
}

gboolean
gst_vowel_stt_turns_are_pending (GstVowelStt *self)
{
  GstVowelSttTurns *turns = TURNS (self);

  return turns->finishing || !g_queue_is_empty (&turns->turns);
}

/* --- audio --- */

void
gst_vowel_stt_turns_trim (GstVowelStt *self)
{
  GstVowelSttTurns *turns = TURNS (self);
  GstClockTime keep =
      gst_vowel_stt_turns_get_first (self) != NULL ? KEPT_TURN : KEPT_IDLE;
  GstBuffer *oldest;

  while ((oldest = g_queue_peek_head (&turns->heard)) != NULL
         && (gst_vowel_stt_end_of (oldest) <= turns->heard_from
             || gst_vowel_stt_end_of (oldest) + keep
                    < gst_vowel_stt_turns_get_now (self)))
    gst_buffer_unref (g_queue_pop_head (&turns->heard));
}

static void
clear_heard (GstVowelSttTurns *turns)
{
  g_queue_clear_full (&turns->heard, (GDestroyNotify) gst_buffer_unref);
  turns->heard_from = 0;
}

static void
feed (GstVowelStt *self, GstBuffer *buffer)
{
  TURNS (self)->usage.audio += GST_BUFFER_DURATION (buffer);
  GST_VOWEL_STT_GET_CLASS (self)->feed_turns (self, buffer);
}

static gboolean begin (GstVowelStt *self);

static void
retry_now (gpointer user_data)
{
  GstVowelStt *self = user_data;

  TURNS (self)->retry = NULL;
  begin (self);
}

static GArray *
list_ends (GstVowelSttTurns *turns)
{
  GArray *ends = g_array_new (FALSE, FALSE, sizeof (GstClockTime));

  for (GList *l = turns->turns.head; l != NULL; l = l->next)
    if (((GstVowelSttTurn *) l->data)->ended)
      g_array_append_val (ends, ((GstVowelSttTurn *) l->data)->end);
  return ends;
}

static GstBufferList *
list_heard (GstVowelSttTurns *turns)
{
  GstBufferList *heard = gst_buffer_list_new_sized (turns->heard.length);

  for (GList *l = turns->heard.head; l != NULL; l = l->next)
    gst_buffer_list_add (heard, gst_buffer_ref (l->data));
  return heard;
}

/* All that a recogniser has not dealt with, with the ends that were marked in
 * between. It may answer within each call, and what it has dealt with is
 * forgotten then, or give up. */
static void
feed_heard (GstVowelStt *self)
{
  GstVowelSttClass *klass = GST_VOWEL_STT_GET_CLASS (self);
  GstVowelSttTurns *turns = TURNS (self);
  g_autoptr (GArray) ends = list_ends (turns);
  g_autoptr (GstBufferList) heard = list_heard (turns);
  guint n = 0;

  for (guint i = 0; i < gst_buffer_list_length (heard) && turns->running; i++) {
    GstBuffer *buffer = gst_buffer_list_get (heard, i);

    for (; n < ends->len && turns->running
           && GST_BUFFER_PTS (buffer) >= g_array_index (ends, GstClockTime, n);
         n++)
      klass->end_turn (self);
    if (turns->running)
      feed (self, buffer);
  }
  for (; n < ends->len && turns->running; n++)
    klass->end_turn (self);
  if (turns->finishing && turns->running)
    klass->end_turn (self);
}

static gboolean
begin (GstVowelStt *self)
{
  GstVowelSttTurns *turns = TURNS (self);
  g_autoptr (GError) error = NULL;

  turns->usage.requests++;
  if (GST_VOWEL_STT_GET_CLASS (self)->begin_turns (self, &error)) {
    turns->running = TRUE;
    feed_heard (self);
    return TRUE;
  }
  gst_vowel_provider_element_ensure_error (
      GST_VOWEL_PROVIDER_ELEMENT (self), &error);
  gst_vowel_stt_turns_failed (self, 0, error);
  return FALSE;
}

static void
handle_audio (GstVowelStt *self, GstBuffer *audio)
{
  GstVowelSttTurns *turns = TURNS (self);
  GstBuffer *buffer;

  if (PRIV (self)->rate == 0 || gst_buffer_get_size (audio) < sizeof (gint16))
    return;
  buffer = gst_vowel_stt_stamp (self, gst_buffer_ref (audio));
  g_queue_push_tail (&turns->heard, buffer);
  gst_vowel_stt_turns_trim (self);
  if (turns->running)
    feed (self, buffer);
  else if (turns->retry == NULL
           && (!GST_CLOCK_TIME_IS_VALID (turns->rest_until)
               || gst_vowel_stt_turns_get_now (self) >= turns->rest_until))
    begin (self);
}

/* --- what is marked from outside --- */

static void
ask_for_end (GstVowelStt *self)
{
  GstVowelSttTurns *turns = TURNS (self);

  if (turns->running)
    GST_VOWEL_STT_GET_CLASS (self)->end_turn (self);
  else if (turns->retry == NULL)
    /* It asks by itself. */
    begin (self);
}

static void
end_turn (
    GstVowelStt *self, GstVowelSttTurn *turn, GstClockTime end, gboolean drop)
{
  turn->by_client = TRUE;
  turn->ended = TRUE;
  turn->dropped = drop;
  turn->end = GST_CLOCK_TIME_IS_VALID (end)
                  ? MAX (end, turn->start)
                  : gst_vowel_stt_turns_get_now (self);
  gst_vowel_stt_turn_post_stop (self, turn);
  ask_for_end (self);
}

static void
handle_speech_start (GstVowelStt *self, const GstVowelSpeechStart *start)
{
  GstVowelSttTurn *open = get_open (self);

  /* A detector upstream has no say. */
  if (!start->emulated)
    return;
  if (open != NULL)
    open->by_client = TRUE;
  else
    gst_vowel_stt_turn_add (self,
        GST_CLOCK_TIME_IS_VALID (start->start)
            ? start->start
            : gst_vowel_stt_turns_get_now (self),
        TRUE);
}

static void
handle_speech_stop (GstVowelStt *self, const GstVowelSpeechStop *stop)
{
  GstVowelSttTurn *open = get_open (self);

  if (open != NULL && (open->by_client || stop->discard))
    end_turn (self, open, stop->end, stop->discard);
}

static void
handle_eos (GstVowelStt *self)
{
  GstVowelSttTurns *turns = TURNS (self);
  GstVowelSttTurn *open = get_open (self);

  if (open != NULL && open->by_client) {
    end_turn (self, open, GST_CLOCK_TIME_NONE, FALSE);
  } else if (turns->running || turns->retry != NULL) {
    turns->finishing = TRUE;
    ask_for_end (self);
  }
}

static gboolean
handle_event (GstVowelStt *self, GstEvent *event)
{
  GstVowelSpeechStart start;
  GstVowelSpeechStop stop;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_EOS:
      handle_eos (self);
      return FALSE;
    case GST_EVENT_CUSTOM_DOWNSTREAM:
      if (gst_vowel_event_parse_speech_start (event, &start))
        handle_speech_start (self, &start);
      else if (gst_vowel_event_parse_speech_stop (event, &stop))
        handle_speech_stop (self, &stop);
      return TRUE;
    default:
      return FALSE;
  }
}

gboolean
gst_vowel_stt_turns_handle_item (GstVowelStt *self, GstMiniObject *item)
{
  if (!TURNS (self)->active)
    return FALSE;
  if (!GST_IS_BUFFER (item))
    return handle_event (self, GST_EVENT_CAST (item));
  handle_audio (self, GST_BUFFER_CAST (item));
  return TRUE;
}

void
gst_vowel_stt_turns_start (GstVowelStt *self)
{
  TURNS (self)->active = gst_vowel_stt_has_turns (self);
}

void
gst_vowel_stt_turns_flush (GstVowelStt *self)
{
  GstVowelSttTurns *turns = TURNS (self);
  GstVowelSttTurn *open = get_open (self);

  for (GList *l = turns->turns.head; l != NULL; l = l->next)
    ((GstVowelSttTurn *) l->data)->dropped = TRUE;
  turns->finishing = FALSE;
  clear_heard (turns);
  turns->rest_until = GST_CLOCK_TIME_NONE;
  if (turns->running && open != NULL)
    end_turn (self, open, GST_CLOCK_TIME_NONE, TRUE);
  else if (!turns->running)
    g_queue_clear_full (&turns->turns, gst_vowel_stt_turn_free);
}

void
gst_vowel_stt_turns_reset (GstVowelStt *self)
{
  GstVowelSttTurns *turns = TURNS (self);

  gst_vowel_provider_element_clear_timer (
      GST_VOWEL_PROVIDER_ELEMENT (self), &turns->retry);
  if (turns->running)
    GST_VOWEL_STT_GET_CLASS (self)->stop_turns (self);
  gst_vowel_stt_turns_post_usage (self);
  g_queue_clear_full (&turns->turns, gst_vowel_stt_turn_free);
  clear_heard (turns);
  turns->running = FALSE;
  turns->finishing = FALSE;
  turns->n_turns = 0;
  turns->attempt = 0;
  turns->n_given_up = 0;
  turns->rest_until = GST_CLOCK_TIME_NONE;
}

/* --- for providers --- */

static void
give_up (GstVowelStt *self, guint http_status, const GError *error)
{
  GstVowelProviderElement *element = GST_VOWEL_PROVIDER_ELEMENT (self);
  GstVowelSttTurns *turns = TURNS (self);
  GQueue lost = turns->turns;
  GstVowelSttTurn *turn;

  g_queue_init (&turns->turns);
  turns->attempt = 0;
  turns->finishing = FALSE;
  turns->rest_until = gst_vowel_stt_turns_get_now (self)
                      + MIN (MIN_REST << MIN (turns->n_given_up, 6), MAX_REST);
  turns->n_given_up++;
  if (g_queue_is_empty (&lost))
    gst_vowel_provider_element_post_failure (element, 0, http_status, error);
  while ((turn = g_queue_pop_head (&lost)) != NULL) {
    turn->end = gst_vowel_stt_turns_get_now (self);
    if (!turn->by_client)
      gst_vowel_stt_turn_post_stop (self, turn);
    if (!turn->dropped)
      gst_vowel_provider_element_post_failure (
          element, turn->number, http_status, error);
    gst_vowel_stt_turn_free (turn);
  }
  clear_heard (turns);
  gst_vowel_stt_turns_post_usage (self);
  gst_vowel_stt_maybe_finish_eos (self);
}

/**
 * gst_vowel_stt_turns_failed:
 * @stt: a speech-to-text element with turns
 * @http_status: what the provider's server said; 0 when there was none
 * @error: why
 *
 * Worker thread. The recogniser hears nothing any more. When @error may pass it
 * is begun anew after a while (property "retries") and fed again what it had
 * heard of turns that are not over. Else those have failed, or, when there are
 * none, the failure is one of utterance 0; and it is begun anew only some
 * seconds of audio later. The element lives on.
 */
void
gst_vowel_stt_turns_failed (
    GstVowelStt *stt, guint http_status, const GError *error)
{
  GstVowelSttTurns *turns;

  g_return_if_fail (GST_VOWEL_IS_STT (stt));
  g_return_if_fail (error != NULL);

  turns = TURNS (stt);
  turns->running = FALSE;
  if (turns->retry != NULL)
    return;
  turns->usage.failures++;
  turns->retry =
      gst_vowel_provider_element_retry (GST_VOWEL_PROVIDER_ELEMENT (stt),
          &turns->attempt, -1, error, retry_now, stt);
  if (turns->retry != NULL)
    turns->usage.retries++;
  else
    give_up (stt, http_status, error);
}
