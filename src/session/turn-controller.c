/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "turn-controller-private.h"

static void
on_silence (gpointer user_data)
{
  VowelTurnController *turns = user_data;

  turns->actions.idle (turns->user_data);
}

VowelTurnController *
vowel_turn_controller_new (
    VowelClock *clock, const VowelTurnActions *actions, gpointer user_data)
{
  VowelTurnController *turns = g_new0 (VowelTurnController, 1);

  turns->clock = g_object_ref (clock);
  turns->actions = *actions;
  turns->user_data = user_data;
  turns->silence = vowel_silence_watch_new (clock, on_silence, turns);
  vowel_turn_detection_init (&turns->detection, VOWEL_TURN_SERVER_VAD);
  return turns;
}

void
vowel_turn_controller_free (VowelTurnController *turns)
{
  vowel_silence_watch_free (turns->silence);
  g_queue_clear_full (&turns->turns, (GDestroyNotify) vowel_turn_free);
  g_object_unref (turns->clock);
  g_free (turns->owed_item);
  g_free (turns);
}

void
vowel_turn_controller_set_barge_in (
    VowelTurnController *turns, const VowelBargeInConfig *config)
{
  turns->barge_in = *config;
}

void
vowel_turn_controller_set_judge (
    VowelTurnController *turns, VowelTurnJudge *judge)
{
  turns->judge = judge;
}

void
vowel_turn_controller_reconsider (VowelTurnController *turns)
{
  VowelTurn *open = vowel_turns_get_open (turns);

  if (open != NULL)
    vowel_turns_reconsider_end (turns, open);
}

void
vowel_turn_controller_set_foresight (
    VowelTurnController *turns, gboolean foresight)
{
  turns->foresight = foresight;
}

gboolean
vowel_turn_controller_configure (
    VowelTurnController *turns, const VowelTurnDetection *detection)
{
  VowelTurnDetectionType before = turns->detection.type;
  gboolean watched = turns->detection.idle_timeout_ms != 0;
  VowelTurn *open = vowel_turns_get_open (turns);

  turns->detection = *detection;
  if (watched)
    vowel_turns_watch_silence (turns);
  else
    vowel_turns_watch_silence_from_now (turns);
  if (open == NULL || (before == VOWEL_TURN_NONE && detection->type == before))
    return TRUE;
  if (before == VOWEL_TURN_NONE) {
    vowel_turns_drop_turn (turns, open);
    return FALSE;
  }
  if (detection->type == VOWEL_TURN_NONE)
    vowel_clock_clear_timer (turns->clock, &open->timer);
  else
    vowel_turns_reconsider_end (turns, open);
  return TRUE;
}

/* The turn whose utterance the engine begins now because it was told to. */
static VowelTurn *
find_expecting (VowelTurnController *turns, gboolean emulated)
{
  GList *l;

  for (l = turns->turns.head; l != NULL; l = l->next) {
    VowelTurn *turn = l->data;

    /* Speech that was detected just before a commit belongs to the commit. */
    if (turn->expecting && (emulated || (!turn->open && !turn->cleared)))
      return turn;
  }
  return NULL;
}

/* Audio may come faster than it was spoken: then the pause in it decides, not
 * the time that has passed here. */
static gboolean
is_over (VowelTurnController *turns, VowelTurn *turn, gint64 start_us)
{
  return vowel_turns_judges_pauses (turns) && turn->timer != 0
         && start_us - turn->end_us >= vowel_turns_get_wait_us (turns, turn);
}

/* Speech that was found, by whomever. */
static void
begin_turn (VowelTurnController *turns, VowelTurn *turn, guint64 number,
    gboolean emulated)
{
  VowelTurnUtterance *utterance = vowel_turn_add (turn, number);
  gboolean guarded = vowel_turns_must_guard (turns);

  turn->detected = TRUE;
  turn->guarded = guarded;
  utterance->unannounced = emulated;
  turns->actions.speech_started (
      turns->user_data, turn->item_id, turn->start_us, emulated);
  /* Whoever hears of it may have done away with the turn. */
  if (!guarded)
    vowel_turns_interrupt (turns);
}

void
vowel_turn_controller_speech_started (VowelTurnController *turns,
    guint64 number, gint64 start_us, gboolean emulated)
{
  VowelTurn *turn = NULL;

  turns->last = MAX (turns->last, number);
  if (number == turns->early) {
    VowelTurnUtterance *utterance =
        vowel_turns_find_utterance (turns, number, &turn);

    /* Its words were faster; what is over is over. */
    if (utterance != NULL)
      utterance->unannounced = FALSE;
    return;
  }
  turn = find_expecting (turns, emulated);
  if (turn != NULL) {
    turn->expecting = FALSE;
    vowel_turn_add (turn, number);
    if (turn->cleared)
      vowel_turns_drop_turn (turns, turn);
    return;
  }
  if (emulated)
    return;

  turn = vowel_turns_get_open (turns);
  if (turn != NULL && is_over (turns, turn, start_us)) {
    vowel_turns_end_turn (turns, turn, FALSE);
    turn = NULL;
  }
  if (turn != NULL) {
    vowel_clock_clear_timer (turns->clock, &turn->timer);
    vowel_turns_take_back (turns, turn);
    if (turns->judge != NULL)
      vowel_turn_judge_reset (turns->judge);
    vowel_turn_add (turn, number);
    return;
  }
  if (turns->detection.type == VOWEL_TURN_NONE)
    return;

  turn = vowel_turns_add_turn (turns, start_us);
  begin_turn (turns, turn, number, FALSE);
}

void
vowel_turn_controller_words_heard (
    VowelTurnController *turns, guint64 number, gint64 at_us)
{
  VowelTurn *turn = NULL;
  VowelTurnUtterance *utterance =
      vowel_turns_find_utterance (turns, number, &turn);

  if (utterance != NULL && utterance->unannounced && turn->open)
    turn->end_us = at_us;
  /* What is over, or was dropped, is known. */
  if (number <= turns->last || turns->detection.type == VOWEL_TURN_NONE
      || vowel_turns_get_open (turns) != NULL
      || find_expecting (turns, TRUE) != NULL)
    return;
  turns->last = turns->early = number;
  turn = vowel_turns_add_turn (turns, at_us);
  begin_turn (turns, turn, number, TRUE);
}

/* @over: whoever heard it has decided that the turn has ended, too. */
static void
stop_utterance (
    VowelTurnController *turns, guint64 number, gint64 end_us, gboolean over)
{
  VowelTurn *turn = NULL;
  VowelTurnUtterance *utterance =
      vowel_turns_find_utterance (turns, number, &turn);

  if (utterance == NULL)
    return;
  utterance->stopped = TRUE;
  if (!turn->open || !turn->detected)
    return;

  turn->end_us = end_us;
  turn->stopped_at = vowel_clock_now (turns->clock);
  if (turns->detection.type == VOWEL_TURN_NONE)
    return;
  if (over || !vowel_turns_judges_pauses (turns))
    vowel_turns_end_turn (turns, turn, FALSE);
  else
    vowel_turns_consider_end (turns, turn);
}

void
vowel_turn_controller_speech_stopped (
    VowelTurnController *turns, guint64 number, gint64 end_us)
{
  stop_utterance (turns, number, end_us, FALSE);
}

void
vowel_turn_controller_turn_ended (
    VowelTurnController *turns, guint64 number, gint64 end_us)
{
  stop_utterance (turns, number, end_us, TRUE);
}

void
vowel_turn_controller_turn_ending (
    VowelTurnController *turns, guint64 number, const gchar *text)
{
  VowelTurn *turn = NULL;
  VowelTurnUtterance *utterance =
      vowel_turns_find_utterance (turns, number, &turn);
  g_autofree gchar *all = NULL;

  if (utterance == NULL || utterance->done || !turn->open || !turn->detected)
    return;
  g_free (utterance->text);
  utterance->text = g_strstrip (g_strdup (text));
  if (!vowel_turns_guess (turns, turn, FALSE))
    return;
  all = vowel_turn_dup_text (turn);
  vowel_turns_foretell (turns, turn, all);
}

void
vowel_turn_controller_turn_resumed (VowelTurnController *turns, guint64 number)
{
  VowelTurn *turn = NULL;

  if (vowel_turns_find_utterance (turns, number, &turn) != NULL)
    vowel_turns_take_back (turns, turn);
}

/* Nobody tells of the end of what nobody has told of. */
static void
end_unannounced (
    VowelTurnController *turns, VowelTurn *turn, VowelTurnUtterance *utterance)
{
  utterance->stopped = TRUE;
  turn->stopped_at = vowel_clock_now (turns->clock);
  if (!turn->open)
    vowel_turns_settle (turns, turn);
  else if (vowel_turn_all_stopped (turn))
    vowel_turns_end_turn (turns, turn, FALSE);
}

void
vowel_turn_controller_transcript (VowelTurnController *turns, guint64 number,
    const gchar *text, gboolean final)
{
  VowelTurn *turn = NULL;
  VowelTurnUtterance *utterance =
      vowel_turns_find_utterance (turns, number, &turn);

  if (utterance == NULL || utterance->done)
    return;

  g_free (utterance->text);
  utterance->text = g_strstrip (g_strdup (text));
  utterance->done = final;
  if (!vowel_turns_guess (turns, turn, !final))
    return;
  /* Whoever hears of it may do anything. */
  utterance = vowel_turns_find_utterance (turns, number, &turn);
  if (utterance == NULL || utterance->done != final)
    return;
  if (final && utterance->unannounced) {
    end_unannounced (turns, turn, utterance);
  } else if (final && !turn->open) {
    vowel_turns_settle (turns, turn);
  } else if (turn->open && turn->detected && utterance->stopped
             && vowel_turns_judges_pauses (turns)) {
    if (final)
      vowel_turns_consider_end (turns, turn);
    else
      vowel_turns_foresee_end (turns, turn);
  } else if (!final && !turn->open && !turn->guarded) {
    g_autofree gchar *all = vowel_turn_dup_text (turn);

    turns->actions.transcript (turns->user_data, turn->item_id, all, FALSE);
  }
}

void
vowel_turn_controller_confidence (
    VowelTurnController *turns, guint64 number, gdouble confidence)
{
  VowelTurn *turn = NULL;
  VowelTurnUtterance *utterance =
      vowel_turns_find_utterance (turns, number, &turn);

  if (utterance != NULL && !utterance->done)
    utterance->confidence = confidence;
}

void
vowel_turn_controller_language (
    VowelTurnController *turns, guint64 number, const gchar *language)
{
  VowelTurn *turn = NULL;
  VowelTurnUtterance *utterance =
      vowel_turns_find_utterance (turns, number, &turn);

  if (utterance == NULL || utterance->done)
    return;
  g_free (utterance->language);
  utterance->language = g_strdup (language);
}

void
vowel_turn_controller_failed (VowelTurnController *turns, guint64 number,
    const gchar *code, const GError *error)
{
  VowelTurn *turn = NULL;
  VowelTurnUtterance *utterance =
      vowel_turns_find_utterance (turns, number, &turn);

  if (utterance == NULL || utterance->done)
    return;

  utterance->done = TRUE;
  utterance->code = g_strdup (code);
  utterance->error = g_error_copy (error);
  /* Guesses of a recogniser that failed are no transcript. */
  g_clear_pointer (&utterance->text, g_free);
  if (utterance->unannounced)
    end_unannounced (turns, turn, utterance);
  else if (!turn->open)
    vowel_turns_settle (turns, turn);
  else if (turn->detected && utterance->stopped
           && vowel_turns_judges_pauses (turns))
    vowel_turns_consider_end (turns, turn);
}

void
vowel_turn_controller_begin (VowelTurnController *turns, gint64 start_us)
{
  VowelTurn *turn;

  g_return_if_fail (vowel_turns_get_open (turns) == NULL);

  turn = vowel_turns_add_turn (turns, start_us);
  turn->expecting = TRUE;
}

gboolean
vowel_turn_controller_commit (
    VowelTurnController *turns, gint64 start_us, gint64 end_us)
{
  VowelTurn *turn = vowel_turns_get_open (turns);
  gboolean must_end = TRUE;

  if (turn == NULL) {
    turn = vowel_turns_add_turn (turns, start_us);
    turn->expecting = TRUE;
  } else {
    must_end = !vowel_turn_all_stopped (turn);
    vowel_silence_watch_pause (turns->silence);
  }
  if (must_end)
    turn->end_us = end_us;
  /* From here on the client decides what is answered. */
  turns->owed = FALSE;
  vowel_turns_end_turn (turns, turn, TRUE);
  return must_end;
}

void
vowel_turn_controller_clear (VowelTurnController *turns)
{
  VowelTurn *turn = vowel_turns_get_open (turns);

  if (turn == NULL)
    return;
  vowel_turns_drop_turn (turns, turn);
  vowel_turns_respond_if_owed (turns);
}

void
vowel_turn_controller_response_requested (VowelTurnController *turns)
{
  GList *l;

  turns->owed = FALSE;
  for (l = turns->turns.head; l != NULL; l = l->next) {
    VowelTurn *turn = l->data;

    turn->respond = FALSE;
  }
}

void
vowel_turn_controller_response_started (VowelTurnController *turns)
{
  vowel_silence_watch_end (turns->silence);
  vowel_silence_watch_pause (turns->silence);
}

void
vowel_turn_controller_response_ended (
    VowelTurnController *turns, gint64 quiet_from)
{
  vowel_silence_watch_begin (turns->silence, quiet_from);
  vowel_turns_watch_silence (turns);
}

gboolean
vowel_turn_controller_is_open (VowelTurnController *turns, gint64 *ret_start_us)
{
  VowelTurn *turn = vowel_turns_get_open (turns);

  if (turn != NULL && ret_start_us != NULL)
    *ret_start_us = turn->start_us;
  return turn != NULL;
}

gboolean
vowel_turn_controller_interrupts (VowelTurnController *turns)
{
  VowelTurn *turn = vowel_turns_get_open (turns);

  return turn != NULL && !turn->guarded && turns->detection.interrupt_response;
}

gboolean
vowel_turn_controller_awaits_transcript (VowelTurnController *turns)
{
  GList *l;

  for (l = turns->turns.head; l != NULL; l = l->next) {
    VowelTurn *turn = l->data;

    if (!turn->open && !turn->cleared)
      return TRUE;
  }
  return FALSE;
}
