/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Recognisers that decide themselves where turns begin and end. They hear all
 * of the stream; what they say becomes speech, transcript and turn messages.
 * What an application marks (push-to-talk) goes before: the turns in between
 * are then one utterance. All on the worker. */

#include "config.h"

#include "gstvowelprovider-priv.h"
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
/* How exact a recogniser's times are. */
#define PRECISION (10 * GST_MSECOND)

#define PRIV(self) gst_vowel_stt_get_private (self)
#define TURNS(self) (&PRIV (self)->turns)

typedef struct {
  guint64 number;
  GstClockTime start;
  GstClockTime end;
  GString *said;      /* in turns of the recogniser that are over */
  gboolean by_client; /* begun or taken over from outside */
  gboolean ended;     /* from outside: the recogniser still owes the rest */
  gboolean dropped;
} Turn;

static void
turn_free (gpointer data)
{
  Turn *turn = data;

  g_string_free (turn->said, TRUE);
  g_free (turn);
}

void
gst_vowel_stt_turns_init (GstVowelSttTurns *turns)
{
  g_queue_init (&turns->turns);
  g_queue_init (&turns->heard);
  turns->rest_until = GST_CLOCK_TIME_NONE;
}

/* (nullable): whose words come next */
static Turn *
get_first (GstVowelStt *self)
{
  return g_queue_peek_head (&TURNS (self)->turns);
}

/* (nullable) */
static Turn *
get_open (GstVowelStt *self)
{
  Turn *last = g_queue_peek_tail (&TURNS (self)->turns);

  return last != NULL && !last->ended ? last : NULL;
}

static GstClockTime
get_now (GstVowelStt *self)
{
  GstClockTime now = PRIV (self)->next_pts;

  return GST_CLOCK_TIME_IS_VALID (now) ? now : 0;
}

gboolean
gst_vowel_stt_turns_are_pending (GstVowelStt *self)
{
  GstVowelSttTurns *turns = TURNS (self);

  return turns->finishing || !g_queue_is_empty (&turns->turns);
}

/* --- messages --- */

static void
post (GstVowelStt *self, GstMessage *message)
{
  gst_element_post_message (GST_ELEMENT_CAST (self), message);
}

static void
post_stop (GstVowelStt *self, Turn *turn)
{
  GstVowelSpeechStop stop = {
      .utterance = turn->number,
      .end = turn->end,
      .detected = get_now (self),
      .discard = turn->dropped,
  };

  post (
      self, gst_vowel_message_new_speech_stop (GST_OBJECT_CAST (self), &stop));
}

static void
post_transcript (GstVowelStt *self, Turn *turn, const gchar *text,
    gboolean final, gdouble confidence)
{
  g_autofree gchar *all = g_strconcat (turn->said->str,
      turn->said->len > 0 && *text != '\0' ? " " : "", text, NULL);
  GstVowelTranscript transcript = {
      .utterance = turn->number,
      .text = all,
      .final = final,
      .start = turn->start,
      .end = final ? turn->end : get_now (self),
      .confidence = confidence,
  };

  if (turn->dropped)
    return;
  post (self,
      gst_vowel_message_new_transcript (GST_OBJECT_CAST (self), &transcript));
  if (final && *all != '\0')
    gst_vowel_stt_push_text (self, all, turn->start, turn->end);
}

/* All that the recogniser was asked since the last time. */
static void
post_usage (GstVowelStt *self)
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

static Turn *
add_turn (GstVowelStt *self, GstClockTime start, gboolean by_client)
{
  GstVowelSttTurns *turns = TURNS (self);
  Turn *turn = g_new0 (Turn, 1);
  GstVowelSpeechStart message = {
      .utterance = ++turns->n_turns,
      .start = start,
      .detected = get_now (self),
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

/* --- audio --- */

static GstClockTime
buffer_end (GstBuffer *buffer)
{
  return GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
}

static void
trim_heard (GstVowelStt *self)
{
  GstVowelSttTurns *turns = TURNS (self);
  GstClockTime keep = get_first (self) != NULL ? KEPT_TURN : KEPT_IDLE;
  GstBuffer *oldest;

  while ((oldest = g_queue_peek_head (&turns->heard)) != NULL
         && (buffer_end (oldest) <= turns->heard_from
             || buffer_end (oldest) + keep < get_now (self)))
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

/* All that a recogniser has not dealt with, with the ends that were marked in
 * between. */
static void
feed_heard (GstVowelStt *self)
{
  GstVowelSttClass *klass = GST_VOWEL_STT_GET_CLASS (self);
  GstVowelSttTurns *turns = TURNS (self);
  GList *turn = turns->turns.head;

  for (GList *l = turns->heard.head; l != NULL; l = l->next) {
    for (; turn != NULL && ((Turn *) turn->data)->ended
           && GST_BUFFER_PTS (l->data) >= ((Turn *) turn->data)->end;
         turn = turn->next)
      klass->end_turn (self);
    feed (self, l->data);
  }
  for (; turn != NULL && ((Turn *) turn->data)->ended; turn = turn->next)
    klass->end_turn (self);
  if (turns->finishing)
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
  trim_heard (self);
  if (turns->running)
    feed (self, buffer);
  else if (turns->retry == NULL
           && (!GST_CLOCK_TIME_IS_VALID (turns->rest_until)
               || get_now (self) >= turns->rest_until))
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
end_turn (GstVowelStt *self, Turn *turn, GstClockTime end, gboolean drop)
{
  turn->by_client = TRUE;
  turn->ended = TRUE;
  turn->dropped = drop;
  turn->end =
      GST_CLOCK_TIME_IS_VALID (end) ? MAX (end, turn->start) : get_now (self);
  post_stop (self, turn);
  ask_for_end (self);
}

static void
handle_speech_start (GstVowelStt *self, const GstVowelSpeechStart *start)
{
  Turn *open = get_open (self);

  /* A detector upstream has no say. */
  if (!start->emulated)
    return;
  if (open != NULL)
    open->by_client = TRUE;
  else
    add_turn (self,
        GST_CLOCK_TIME_IS_VALID (start->start) ? start->start : get_now (self),
        TRUE);
}

static void
handle_speech_stop (GstVowelStt *self, const GstVowelSpeechStop *stop)
{
  Turn *open = get_open (self);

  if (open != NULL && (open->by_client || stop->discard))
    end_turn (self, open, stop->end, stop->discard);
}

static void
handle_eos (GstVowelStt *self)
{
  GstVowelSttTurns *turns = TURNS (self);
  Turn *open = get_open (self);

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
  Turn *open = get_open (self);

  for (GList *l = turns->turns.head; l != NULL; l = l->next)
    ((Turn *) l->data)->dropped = TRUE;
  turns->finishing = FALSE;
  clear_heard (turns);
  turns->rest_until = GST_CLOCK_TIME_NONE;
  if (turns->running && open != NULL)
    end_turn (self, open, GST_CLOCK_TIME_NONE, TRUE);
  else if (!turns->running)
    g_queue_clear_full (&turns->turns, turn_free);
}

void
gst_vowel_stt_turns_reset (GstVowelStt *self)
{
  GstVowelSttTurns *turns = TURNS (self);

  gst_vowel_provider_element_clear_timer (
      GST_VOWEL_PROVIDER_ELEMENT (self), &turns->retry);
  if (turns->running)
    GST_VOWEL_STT_GET_CLASS (self)->stop_turns (self);
  post_usage (self);
  g_queue_clear_full (&turns->turns, turn_free);
  clear_heard (turns);
  turns->running = FALSE;
  turns->finishing = FALSE;
  turns->n_turns = 0;
  turns->attempt = 0;
  turns->n_given_up = 0;
  turns->rest_until = GST_CLOCK_TIME_NONE;
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

  if (get_first (stt) != NULL)
    return;
  add_turn (stt, start, FALSE);
  srcpad = ELEMENT_PRIV (stt)->srcpad;
  GST_OBJECT_LOCK (stt);
  flush = PRIV (stt)->flush_on_speech;
  GST_OBJECT_UNLOCK (stt);
  if (flush && gst_pad_is_linked (GST_PAD_CAST (srcpad)))
    gst_vowel_src_pad_flush (srcpad);
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
  Turn *first;

  g_return_if_fail (GST_VOWEL_IS_STT (stt));
  g_return_if_fail (text != NULL);

  first = get_first (stt);
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
  Turn *first;

  g_return_if_fail (GST_VOWEL_IS_STT (stt));
  g_return_if_fail (text != NULL);

  first = get_first (stt);
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
  Turn *first;

  g_return_if_fail (GST_VOWEL_IS_STT (stt));

  first = get_first (stt);
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
  Turn *first;

  g_return_if_fail (GST_VOWEL_IS_STT (stt));
  g_return_if_fail (text != NULL);

  turns = TURNS (stt);
  first = get_first (stt);
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
      post_stop (stt, first);
    }
    post_transcript (stt, first, text, TRUE, confidence);
    turn_free (first);
  }
  post_usage (stt);
  trim_heard (stt);
  turns->finishing = FALSE;
  gst_vowel_stt_maybe_finish_eos (stt);
}

static void
give_up (GstVowelStt *self, guint http_status, const GError *error)
{
  GstVowelProviderElement *element = GST_VOWEL_PROVIDER_ELEMENT (self);
  GstVowelSttTurns *turns = TURNS (self);
  GQueue lost = turns->turns;
  Turn *turn;

  g_queue_init (&turns->turns);
  turns->attempt = 0;
  turns->finishing = FALSE;
  turns->rest_until =
      get_now (self) + MIN (MIN_REST << MIN (turns->n_given_up, 6), MAX_REST);
  turns->n_given_up++;
  if (g_queue_is_empty (&lost))
    gst_vowel_provider_element_post_failure (element, 0, http_status, error);
  while ((turn = g_queue_pop_head (&lost)) != NULL) {
    turn->end = get_now (self);
    if (!turn->by_client)
      post_stop (self, turn);
    if (!turn->dropped)
      gst_vowel_provider_element_post_failure (
          element, turn->number, http_status, error);
    turn_free (turn);
  }
  clear_heard (turns);
  post_usage (self);
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
