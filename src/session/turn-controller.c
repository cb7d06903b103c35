/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "turn-controller.h"

#include "endpointing.h"
#include "error.h"
#include "silence-watch.h"
#include "turn.h"

struct _VowelTurnController {
  VowelClock *clock;
  VowelTurnActions actions;
  gpointer user_data;
  VowelTurnDetection detection;
  VowelTurnJudge *judge; /* (nullable) (not owned) */
  gboolean foresight;    /* pauses are judged before they end a turn */
  VowelBargeInConfig barge_in;

  GQueue turns;  /* VowelTurn, oldest first: at most the last one is open */
  guint64 last;  /* the newest utterance */
  gboolean owed; /* an answer is due */
  gchar *owed_item;
  VowelSilenceWatch *silence;
};

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

static VowelTurn *
get_open (VowelTurnController *turns)
{
  VowelTurn *last = turns->turns.tail != NULL ? turns->turns.tail->data : NULL;

  return last != NULL && last->open ? last : NULL;
}

/* Silence counts while nobody speaks and nothing is about to be answered. */
static void
watch_silence (VowelTurnController *turns)
{
  if (turns->detection.type != VOWEL_TURN_SERVER_VAD || get_open (turns) != NULL
      || vowel_turn_controller_awaits_transcript (turns))
    vowel_silence_watch_pause (turns->silence);
  else
    vowel_silence_watch_go_on (
        turns->silence, turns->detection.idle_timeout_ms);
}

/* What was heard were no words: silence begins anew. */
static void
watch_silence_from_now (VowelTurnController *turns)
{
  vowel_silence_watch_restart (turns->silence);
  watch_silence (turns);
}

/* What was foretold did not come. */
static void
take_back (VowelTurnController *turns, VowelTurn *turn)
{
  if (turn->foreseen == NULL)
    return;
  g_clear_pointer (&turn->foreseen, g_free);
  if (turns->actions.not_ending != NULL)
    turns->actions.not_ending (turns->user_data, turn->item_id);
}

/* The turn may end with these words, and nothing else is to be answered. */
static void
foretell (VowelTurnController *turns, VowelTurn *turn, const gchar *text)
{
  if (g_strcmp0 (turn->foreseen, text) == 0)
    return;
  take_back (turns, turn);
  if (*text == '\0' || turn->guarded || !turns->detection.create_response
      || turns->detection.type == VOWEL_TURN_NONE
      || turns->turns.head->data != turn || turns->actions.ending == NULL)
    return;
  turn->foreseen = g_strdup (text);
  turns->actions.ending (turns->user_data, turn->item_id, text);
}

static VowelTurn *
add_turn (VowelTurnController *turns, gint64 start_us)
{
  VowelTurn *turn = vowel_turn_new (turns->clock, turns, start_us);
  GList *l;

  for (l = turns->turns.head; l != NULL; l = l->next)
    take_back (turns, l->data);
  g_queue_push_tail (&turns->turns, turn);
  vowel_silence_watch_pause (turns->silence);
  return turn;
}

static void
drop_turn (VowelTurnController *turns, VowelTurn *turn)
{
  if (turns->judge != NULL)
    vowel_turn_judge_reset (turns->judge);
  take_back (turns, turn);
  if (turn->expecting) {
    turn->open = FALSE;
    turn->cleared = TRUE;
  } else {
    g_queue_remove (&turns->turns, turn);
    vowel_turn_free (turn);
  }
  watch_silence_from_now (turns);
}

static VowelTurnUtterance *
find_utterance (
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
static void
respond_if_owed (VowelTurnController *turns)
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
static void
settle (VowelTurnController *turns, VowelTurn *turn)
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
  watch_silence_from_now (turns);
  respond_if_owed (turns);
  /* Whatever was not used by now has nobody to use it. */
  if (foreseen)
    turns->actions.not_ending (turns->user_data, item_id);
}

/* Who decides about responses decides about those that noise cut off. */
static void
interrupt (VowelTurnController *turns)
{
  if (turns->detection.interrupt_response
      && turns->actions.interrupt (turns->user_data)
      && turns->detection.create_response)
    owe (turns, NULL);
}

/* An answer is being heard, and must not be stopped by just any sound. */
static gboolean
must_guard (VowelTurnController *turns)
{
  return turns->detection.interrupt_response
         && turns->actions.heard_until != NULL
         && vowel_barge_in_is_guarded (&turns->barge_in,
             vowel_clock_now (turns->clock),
             turns->actions.heard_until (turns->user_data));
}

/* More is known of what the turn says. FALSE: whoever was told has done away
 * with it. */
static gboolean
guess (VowelTurnController *turns, VowelTurn *turn, gboolean tell)
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
    interrupt (turns);
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
  settle (turn->owner, turn);
}

static void
end_turn (VowelTurnController *turns, VowelTurn *turn, gboolean by_client)
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
    settle (turns, turn);
}

static void
on_end_of_turn (gpointer user_data)
{
  VowelTurn *turn = user_data;

  turn->timer = 0;
  end_turn (turn->owner, turn, FALSE);
}

/* Whether a pause is looked at before it ends the turn. */
static gboolean
judges_pauses (VowelTurnController *turns)
{
  return turns->detection.type == VOWEL_TURN_SEMANTIC_VAD
         || (turns->detection.type == VOWEL_TURN_SERVER_VAD
             && (turns->foresight || turns->judge != NULL));
}

/* How long a pause after what was said so far lasts, beyond what it had lasted
 * when it was reported. */
static gint64
get_wait_us (VowelTurnController *turns, VowelTurn *turn)
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
static void
foresee_end (VowelTurnController *turns, VowelTurn *turn)
{
  g_autofree gchar *text = vowel_turn_dup_text (turn);

  if (!turns->foresight)
    return;
  switch (vowel_endpoint_classify (text)) {
    case VOWEL_ENDPOINT_COMPLETE:
    case VOWEL_ENDPOINT_OPEN:
      foretell (turns, turn, text);
      break;
    case VOWEL_ENDPOINT_NUMBER:
    case VOWEL_ENDPOINT_INCOMPLETE:
      take_back (turns, turn);
      break;
  }
}

/* Speech has stopped; has the turn ended? */
static void
consider_end (VowelTurnController *turns, VowelTurn *turn)
{
  gint64 deadline = turn->stopped_at + get_wait_us (turns, turn);

  vowel_clock_clear_timer (turns->clock, &turn->timer);
  if (!vowel_turn_all_stopped (turn))
    return;
  if (deadline <= vowel_clock_now (turns->clock)) {
    end_turn (turns, turn, FALSE);
    return;
  }
  turn->timer =
      vowel_clock_add_timer (turns->clock, deadline, on_end_of_turn, turn);
  foresee_end (turns, turn);
}

/* A pause that is lasting is judged by the new settings; not from inside the
 * command that makes them. */
static void
reconsider_end (VowelTurnController *turns, VowelTurn *turn)
{
  gint64 deadline = vowel_clock_now (turns->clock);

  if (turn->timer == 0)
    return;
  vowel_clock_clear_timer (turns->clock, &turn->timer);
  if (judges_pauses (turns))
    deadline = MAX (deadline, turn->stopped_at + get_wait_us (turns, turn));
  turn->timer =
      vowel_clock_add_timer (turns->clock, deadline, on_end_of_turn, turn);
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
  VowelTurn *open = get_open (turns);

  if (open != NULL)
    reconsider_end (turns, open);
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
  VowelTurn *open = get_open (turns);

  turns->detection = *detection;
  if (watched)
    watch_silence (turns);
  else
    watch_silence_from_now (turns);
  if (open == NULL || (before == VOWEL_TURN_NONE && detection->type == before))
    return TRUE;
  if (before == VOWEL_TURN_NONE) {
    drop_turn (turns, open);
    return FALSE;
  }
  if (detection->type == VOWEL_TURN_NONE)
    vowel_clock_clear_timer (turns->clock, &open->timer);
  else
    reconsider_end (turns, open);
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
  return judges_pauses (turns) && turn->timer != 0
         && start_us - turn->end_us >= get_wait_us (turns, turn);
}

/* Speech that was found, by whomever. */
static void
begin_turn (VowelTurnController *turns, VowelTurn *turn, guint64 number,
    gboolean emulated)
{
  VowelTurnUtterance *utterance = vowel_turn_add (turn, number);

  turn->detected = TRUE;
  turn->guarded = must_guard (turns);
  utterance->unannounced = emulated;
  turns->actions.speech_started (
      turns->user_data, turn->item_id, turn->start_us, emulated);
  if (!turn->guarded)
    interrupt (turns);
}

void
vowel_turn_controller_speech_started (VowelTurnController *turns,
    guint64 number, gint64 start_us, gboolean emulated)
{
  VowelTurn *turn = NULL;

  turns->last = MAX (turns->last, number);
  turn = find_expecting (turns, emulated);
  if (turn != NULL) {
    turn->expecting = FALSE;
    vowel_turn_add (turn, number);
    if (turn->cleared)
      drop_turn (turns, turn);
    return;
  }
  if (emulated)
    return;

  turn = get_open (turns);
  if (turn != NULL && is_over (turns, turn, start_us)) {
    end_turn (turns, turn, FALSE);
    turn = NULL;
  }
  if (turn != NULL) {
    vowel_clock_clear_timer (turns->clock, &turn->timer);
    take_back (turns, turn);
    if (turns->judge != NULL)
      vowel_turn_judge_reset (turns->judge);
    vowel_turn_add (turn, number);
    return;
  }
  if (turns->detection.type == VOWEL_TURN_NONE)
    return;

  turn = add_turn (turns, start_us);
  begin_turn (turns, turn, number, FALSE);
}

void
vowel_turn_controller_words_heard (
    VowelTurnController *turns, guint64 number, gint64 at_us)
{
  VowelTurn *turn = NULL;
  VowelTurnUtterance *utterance = find_utterance (turns, number, &turn);

  if (utterance != NULL && utterance->unannounced && turn->open)
    turn->end_us = at_us;
  /* What is over, or was dropped, is known. */
  if (number <= turns->last || turns->detection.type == VOWEL_TURN_NONE
      || get_open (turns) != NULL || find_expecting (turns, TRUE) != NULL)
    return;
  turns->last = number;
  turn = add_turn (turns, at_us);
  begin_turn (turns, turn, number, TRUE);
}

/* @over: whoever heard it has decided that the turn has ended, too. */
static void
stop_utterance (
    VowelTurnController *turns, guint64 number, gint64 end_us, gboolean over)
{
  VowelTurn *turn = NULL;
  VowelTurnUtterance *utterance = find_utterance (turns, number, &turn);

  if (utterance == NULL)
    return;
  utterance->stopped = TRUE;
  if (!turn->open || !turn->detected)
    return;

  turn->end_us = end_us;
  turn->stopped_at = vowel_clock_now (turns->clock);
  if (turns->detection.type == VOWEL_TURN_NONE)
    return;
  if (over || !judges_pauses (turns))
    end_turn (turns, turn, FALSE);
  else
    consider_end (turns, turn);
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
  VowelTurnUtterance *utterance = find_utterance (turns, number, &turn);
  g_autofree gchar *all = NULL;

  if (utterance == NULL || utterance->done || !turn->open || !turn->detected)
    return;
  g_free (utterance->text);
  utterance->text = g_strstrip (g_strdup (text));
  if (!guess (turns, turn, FALSE))
    return;
  all = vowel_turn_dup_text (turn);
  foretell (turns, turn, all);
}

void
vowel_turn_controller_turn_resumed (VowelTurnController *turns, guint64 number)
{
  VowelTurn *turn = NULL;

  if (find_utterance (turns, number, &turn) != NULL)
    take_back (turns, turn);
}

/* Nobody tells of the end of what nobody has told of. */
static void
end_unannounced (
    VowelTurnController *turns, VowelTurn *turn, VowelTurnUtterance *utterance)
{
  utterance->stopped = TRUE;
  turn->stopped_at = vowel_clock_now (turns->clock);
  if (!turn->open)
    settle (turns, turn);
  else if (vowel_turn_all_stopped (turn))
    end_turn (turns, turn, FALSE);
}

void
vowel_turn_controller_transcript (VowelTurnController *turns, guint64 number,
    const gchar *text, gboolean final)
{
  VowelTurn *turn = NULL;
  VowelTurnUtterance *utterance = find_utterance (turns, number, &turn);

  if (utterance == NULL || utterance->done)
    return;

  g_free (utterance->text);
  utterance->text = g_strstrip (g_strdup (text));
  utterance->done = final;
  if (!guess (turns, turn, !final))
    return;
  /* Whoever hears of it may do anything. */
  utterance = find_utterance (turns, number, &turn);
  if (utterance == NULL || utterance->done != final)
    return;
  if (final && utterance->unannounced) {
    end_unannounced (turns, turn, utterance);
  } else if (final && !turn->open) {
    settle (turns, turn);
  } else if (turn->open && turn->detected && utterance->stopped
             && judges_pauses (turns)) {
    if (final)
      consider_end (turns, turn);
    else
      foresee_end (turns, turn);
  } else if (!final && !turn->open) {
    g_autofree gchar *all = vowel_turn_dup_text (turn);

    turns->actions.transcript (turns->user_data, turn->item_id, all, FALSE);
  }
}

void
vowel_turn_controller_confidence (
    VowelTurnController *turns, guint64 number, gdouble confidence)
{
  VowelTurn *turn = NULL;
  VowelTurnUtterance *utterance = find_utterance (turns, number, &turn);

  if (utterance != NULL && !utterance->done)
    utterance->confidence = confidence;
}

void
vowel_turn_controller_language (
    VowelTurnController *turns, guint64 number, const gchar *language)
{
  VowelTurn *turn = NULL;
  VowelTurnUtterance *utterance = find_utterance (turns, number, &turn);

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
  VowelTurnUtterance *utterance = find_utterance (turns, number, &turn);

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
    settle (turns, turn);
  else if (turn->detected && utterance->stopped && judges_pauses (turns))
    consider_end (turns, turn);
}

void
vowel_turn_controller_begin (VowelTurnController *turns, gint64 start_us)
{
  VowelTurn *turn;

  g_return_if_fail (get_open (turns) == NULL);

  turn = add_turn (turns, start_us);
  turn->expecting = TRUE;
}

gboolean
vowel_turn_controller_commit (
    VowelTurnController *turns, gint64 start_us, gint64 end_us)
{
  VowelTurn *turn = get_open (turns);
  gboolean must_end = TRUE;

  if (turn == NULL) {
    turn = add_turn (turns, start_us);
    turn->expecting = TRUE;
  } else {
    must_end = !vowel_turn_all_stopped (turn);
    vowel_silence_watch_pause (turns->silence);
  }
  if (must_end)
    turn->end_us = end_us;
  /* From here on the client decides what is answered. */
  turns->owed = FALSE;
  end_turn (turns, turn, TRUE);
  return must_end;
}

void
vowel_turn_controller_clear (VowelTurnController *turns)
{
  VowelTurn *turn = get_open (turns);

  if (turn == NULL)
    return;
  drop_turn (turns, turn);
  respond_if_owed (turns);
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
  watch_silence (turns);
}

gboolean
vowel_turn_controller_is_open (VowelTurnController *turns, gint64 *ret_start_us)
{
  VowelTurn *turn = get_open (turns);

  if (turn != NULL && ret_start_us != NULL)
    *ret_start_us = turn->start_us;
  return turn != NULL;
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
