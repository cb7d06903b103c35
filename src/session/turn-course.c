/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The course of a turn: how it begins, when it has ended, what becomes of what
 * was said. */

#include "turn-controller-private.h"

#include "endpointing.h"
#include "error.h"

VowelTurn *
vowel_turns_get_open (VowelTurnController *turns)
{
  VowelTurn *last = turns->turns.tail != NULL ? turns->turns.tail->data : NULL;

  return last != NULL && last->open ? last : NULL;
}

/* Silence counts while nobody speaks and nothing is about to be answered. */
void
vowel_turns_watch_silence (VowelTurnController *turns)
{
  if (turns->detection.type != VOWEL_TURN_SERVER_VAD
      || vowel_turns_get_open (turns) != NULL
      || vowel_turn_controller_awaits_transcript (turns))
    vowel_silence_watch_pause (turns->silence);
  else
    vowel_silence_watch_go_on (
        turns->silence, turns->detection.idle_timeout_ms);
}

/* What was heard were no words: silence begins anew. */
void
vowel_turns_watch_silence_from_now (VowelTurnController *turns)
{
  vowel_silence_watch_restart (turns->silence);
  vowel_turns_watch_silence (turns);
}

/* What was foretold did not come. */
void
vowel_turns_take_back (VowelTurnController *turns, VowelTurn *turn)
{
  if (turn->foreseen == NULL)
    return;
  g_clear_pointer (&turn->foreseen, g_free);
  if (turns->actions.not_ending != NULL)
    turns->actions.not_ending (turns->user_data, turn->item_id);
}

/* The turn may end with these words, and nothing else is to be answered. */
void
vowel_turns_foretell (
    VowelTurnController *turns, VowelTurn *turn, const gchar *text)
{
  if (g_strcmp0 (turn->foreseen, text) == 0)
    return;
  vowel_turns_take_back (turns, turn);
  if (*text == '\0' || turn->guarded || !turns->detection.create_response
      || turns->detection.type == VOWEL_TURN_NONE
      || turns->turns.head->data != turn || turns->actions.ending == NULL)
    return;
  turn->foreseen = g_strdup (text);
  turns->actions.ending (turns->user_data, turn->item_id, text);
}

VowelTurn *
vowel_turns_add_turn (VowelTurnController *turns, gint64 start_us)
{
  VowelTurn *turn = vowel_turn_new (turns->clock, turns, start_us);
  GList *l;

  for (l = turns->turns.head; l != NULL; l = l->next)
    vowel_turns_take_back (turns, l->data);
  g_queue_push_tail (&turns->turns, turn);
  vowel_silence_watch_pause (turns->silence);
  return turn;
}

void
vowel_turns_drop_turn (VowelTurnController *turns, VowelTurn *turn)
{
  if (turns->judge != NULL)
    vowel_turn_judge_reset (turns->judge);
  vowel_turns_take_back (turns, turn);
  if (turn->expecting) {
    turn->open = FALSE;
    turn->cleared = TRUE;
  } else {
    g_queue_remove (&turns->turns, turn);
    vowel_turn_free (turn);
  }
  vowel_turns_watch_silence_from_now (turns);
}

VowelTurnUtterance *
vowel_turns_find_utterance (
    VowelTurnController *turns, guint64 number, VowelTurn **ret_turn)
{
  GList *l;

  for (l = turns->turns.head; l != NULL; l = l->next) {
    VowelTurnUtterance *utterance = vowel_turn_find (l->data, number);

    if (utterance != NULL) {
      *ret_turn = l->data;
      return utterance;
    }
  }
  return NULL;
}

static void
owe (VowelTurnController *turns, const gchar *item_id)
{
  turns->owed = TRUE;
  if (item_id != NULL) {
    g_free (turns->owed_item);
    turns->owed_item = g_strdup (item_id);
  }
}

/* Not while the caller speaks, nor before all of what was said is known. */
void
vowel_turns_respond_if_owed (VowelTurnController *turns)
{
  GList *l;

  if (!turns->owed)
    return;
  for (l = turns->turns.head; l != NULL; l = l->next) {
    VowelTurn *turn = l->data;

    if (turn->open || turn->respond)
      return;
  }
  turns->owed = FALSE;
  turns->actions.respond (turns->user_data, turns->owed_item);
}

/* The words of an ended turn are known, or never will be. */
void
vowel_turns_settle (VowelTurnController *turns, VowelTurn *turn)
{
  g_autofree gchar *text = NULL;
  g_autofree gchar *item_id = NULL;
  VowelTurnUtterance *failed;
  gboolean foreseen = turn->foreseen != NULL;

  if (turn->open || !vowel_turn_all_done (turn))
    return;

  /* What did not suffice to interrupt counts as noise. */
  text = turn->guarded ? g_strdup ("") : vowel_turn_dup_text (turn);
  item_id = g_strdup (turn->item_id);
  failed = vowel_turn_get_failed (turn);
  if (turn->respond && *text != '\0')
    owe (turns, item_id);
  if (turns->actions.confidence != NULL && *text != '\0'
      && vowel_turn_get_confidence (turn) >= 0)
    turns->actions.confidence (
        turns->user_data, vowel_turn_get_confidence (turn));
  if (turns->actions.language != NULL && *text != '\0'
      && vowel_turn_get_language (turn) != NULL)
    turns->actions.language (turns->user_data, vowel_turn_get_language (turn));
  if (*text != '\0')
    vowel_silence_watch_end (turns->silence);
  g_queue_remove (&turns->turns, turn);
  if (failed != NULL)
    turns->actions.transcript_failed (
        turns->user_data, item_id, failed->code, failed->error);
  else
    turns->actions.transcript (turns->user_data, item_id, text, TRUE);
  vowel_turn_free (turn);
  vowel_turns_watch_silence_from_now (turns);
  vowel_turns_respond_if_owed (turns);
  /* Whatever was not used by now has nobody to use it. */
  if (foreseen)
    turns->actions.not_ending (turns->user_data, item_id);
}

/* Who decides about responses decides about those that noise cut off. */
void
vowel_turns_interrupt (VowelTurnController *turns)
{
  if (turns->detection.interrupt_response
      && turns->actions.interrupt (turns->user_data)
      && turns->detection.create_response)
    owe (turns, NULL);
}

/* An answer is being heard, and must not be stopped by just any sound. */
gboolean
vowel_turns_must_guard (VowelTurnController *turns)
{
  return turns->detection.interrupt_response
         && turns->actions.heard_until != NULL
         && vowel_barge_in_is_guarded (&turns->barge_in,
             vowel_clock_now (turns->clock),
             turns->actions.heard_until (turns->user_data));
}

/* More is known of what the turn says. FALSE: whoever was told has done away
 * with it. */
gboolean
vowel_turns_guess (VowelTurnController *turns, VowelTurn *turn, gboolean tell)
{
  g_autofree gchar *text = vowel_turn_dup_text (turn);
  gboolean was_guarded = turn->guarded;

  if (turn->guarded)
    turn->guarded = !vowel_barge_in_suffices (&turns->barge_in, text);
  if (turn->guarded || turn->cleared)
    return TRUE;
  if ((tell || was_guarded) && *text != '\0' && turns->actions.guess != NULL)
    turns->actions.guess (turns->user_data, turn->item_id, text);
  if (was_guarded && g_queue_find (&turns->turns, turn) != NULL)
    vowel_turns_interrupt (turns);
  return g_queue_find (&turns->turns, turn) != NULL;
}

static void
on_recogniser_late (gpointer user_data)
{
  VowelTurn *turn = user_data;
  guint i;

  turn->timer = 0;
  if (turn->utterances->len == 0)
    vowel_turn_add (turn, 0);
  /* A name that never came does not count for the next utterance. */
  turn->expecting = FALSE;
  for (i = 0; i < turn->utterances->len; i++) {
    VowelTurnUtterance *utterance = g_ptr_array_index (turn->utterances, i);

    if (utterance->done)
      continue;
    utterance->done = TRUE;
    utterance->code = g_strdup ("timeout");
    g_set_error (&utterance->error, VOWEL_ERROR, VOWEL_ERROR_PROVIDER,
        "no transcript came within %d s",
        VOWEL_TURN_TRANSCRIPT_TIMEOUT_MS / 1000);
  }
  vowel_turns_settle (turn->owner, turn);
}

void
vowel_turns_end_turn (
    VowelTurnController *turns, VowelTurn *turn, gboolean by_client)
{
  g_autofree gchar *item_id = g_strdup (turn->item_id);
  gint64 start_us = turn->start_us;
  gint64 end_us = turn->end_us;

  if (turns->judge != NULL)
    vowel_turn_judge_reset (turns->judge);
  turn->open = FALSE;
  turn->respond = turns->detection.create_response
                  && (!by_client || turns->detection.type == VOWEL_TURN_NONE);
  vowel_clock_clear_timer (turns->clock, &turn->timer);
  turn->timer = vowel_clock_add_timer (turns->clock,
      vowel_clock_now (turns->clock)
          + VOWEL_TURN_TRANSCRIPT_TIMEOUT_MS * (gint64) 1000,
      on_recogniser_late, turn);
  if (turn->detected && !by_client)
    turns->actions.speech_stopped (turns->user_data, item_id, end_us);
  turns->actions.commit (turns->user_data, item_id, start_us, end_us);
  if (g_queue_find (&turns->turns, turn) != NULL)
    vowel_turns_settle (turns, turn);
}

static void
on_end_of_turn (gpointer user_data)
{
  VowelTurn *turn = user_data;

  turn->timer = 0;
  vowel_turns_end_turn (turn->owner, turn, FALSE);
}

/* Whether a pause is looked at before it ends the turn. */
gboolean
vowel_turns_judges_pauses (VowelTurnController *turns)
{
  return turns->detection.type == VOWEL_TURN_SEMANTIC_VAD
         || (turns->detection.type == VOWEL_TURN_SERVER_VAD
             && (turns->foresight || turns->judge != NULL));
}

/* How long a pause after what was said so far lasts, beyond what it had lasted
 * when it was reported. */
gint64
vowel_turns_get_wait_us (VowelTurnController *turns, VowelTurn *turn)
{
  const VowelTurnDetection *detection = &turns->detection;
  VowelEagerness eagerness = detection->eagerness;
  g_autofree gchar *text = NULL;

  if (turns->judge != NULL) {
    text = vowel_turn_all_done (turn) ? vowel_turn_dup_text (turn) : NULL;
    return text != NULL && *text == '\0'
               ? 0
               : vowel_turn_judge_get_wait_us (turns->judge, text);
  }
  if (detection->type == VOWEL_TURN_SERVER_VAD)
    return (detection->silence_duration_ms
               - vowel_turn_detection_get_pause_ms (
                   detection, turns->foresight))
           * (gint64) 1000;
  if (!vowel_turn_all_done (turn))
    return vowel_endpoint_max_wait_ms (eagerness) * (gint64) 1000;
  text = vowel_turn_dup_text (turn);
  if (*text == '\0')
    return 0;
  return vowel_endpoint_wait_ms (vowel_endpoint_classify (text), eagerness)
         * (gint64) 1000;
}

/* A pause is lasting: do these words look like the last ones? */
void
vowel_turns_foresee_end (VowelTurnController *turns, VowelTurn *turn)
{
  g_autofree gchar *text = vowel_turn_dup_text (turn);

  if (!turns->foresight)
    return;
  switch (vowel_endpoint_classify (text)) {
    case VOWEL_ENDPOINT_COMPLETE:
    case VOWEL_ENDPOINT_OPEN:
      vowel_turns_foretell (turns, turn, text);
      break;
    case VOWEL_ENDPOINT_NUMBER:
    case VOWEL_ENDPOINT_INCOMPLETE:
      vowel_turns_take_back (turns, turn);
      break;
  }
}

/* Speech has stopped; has the turn ended? */
void
vowel_turns_consider_end (VowelTurnController *turns, VowelTurn *turn)
{
  gint64 deadline = turn->stopped_at + vowel_turns_get_wait_us (turns, turn);

  vowel_clock_clear_timer (turns->clock, &turn->timer);
  if (!vowel_turn_all_stopped (turn))
    return;
  if (deadline <= vowel_clock_now (turns->clock)) {
    vowel_turns_end_turn (turns, turn, FALSE);
    return;
  }
  turn->timer =
      vowel_clock_add_timer (turns->clock, deadline, on_end_of_turn, turn);
  vowel_turns_foresee_end (turns, turn);
}

/* A pause that is lasting is judged by the new settings; not from inside the
 * command that makes them. */
void
vowel_turns_reconsider_end (VowelTurnController *turns, VowelTurn *turn)
{
  gint64 deadline = vowel_clock_now (turns->clock);

  if (turn->timer == 0)
    return;
  vowel_clock_clear_timer (turns->clock, &turn->timer);
  if (vowel_turns_judges_pauses (turns))
    deadline = MAX (
        deadline, turn->stopped_at + vowel_turns_get_wait_us (turns, turn));
  turn->timer =
      vowel_clock_add_timer (turns->clock, deadline, on_end_of_turn, turn);
}
