/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "turn-controller.h"

#include "endpointing.h"
#include "error.h"
#include "item.h"

typedef struct {
  guint64 number;
  gboolean stopped;
  gboolean done;      /* the final transcript is there, or will never be */
  GError *error;      /* (nullable) why it will never be */
  gchar *code;        /* (nullable) of the error */
  gchar *text;        /* (nullable) the best known so far */
  gdouble confidence; /* of the text; negative: unknown */
} Utterance;

typedef struct {
  VowelTurnController *turns;
  gchar *item_id;
  GPtrArray *utterances; /* (element-type Utterance) */
  gboolean expecting;    /* the engine has yet to name the utterance */
  gboolean detected;     /* by the engine, and announced */
  gboolean open;
  gboolean cleared; /* only waits for the engine to name its utterance */
  gboolean respond; /* answer it once its words are known */
  gint64 start_us;
  gint64 end_us;
  gint64 stopped_at; /* clock time of the last end of speech */
  guint timer;       /* open: end of turn; else the recogniser's deadline */
} Turn;

struct _VowelTurnController {
  VowelClock *clock;
  VowelTurnActions actions;
  gpointer user_data;
  VowelTurnDetection detection;

  GQueue turns;  /* Turn, oldest first: at most the last one is open */
  gboolean owed; /* an answer is due */
  gchar *owed_item;
  gboolean quiet;    /* not a word since the last answer */
  gint64 quiet_from; /* clock time since when nothing was heard either */
  guint idle_timer;
};

static void
utterance_free (Utterance *utterance)
{
  g_clear_error (&utterance->error);
  g_free (utterance->code);
  g_free (utterance->text);
  g_free (utterance);
}

static void
turn_free (Turn *turn)
{
  vowel_clock_clear_timer (turn->turns->clock, &turn->timer);
  g_ptr_array_unref (turn->utterances);
  g_free (turn->item_id);
  g_free (turn);
}

VowelTurnController *
vowel_turn_controller_new (
    VowelClock *clock, const VowelTurnActions *actions, gpointer user_data)
{
  VowelTurnController *turns = g_new0 (VowelTurnController, 1);

  turns->clock = g_object_ref (clock);
  turns->actions = *actions;
  turns->user_data = user_data;
  vowel_turn_detection_init (&turns->detection, VOWEL_TURN_SERVER_VAD);
  return turns;
}

void
vowel_turn_controller_free (VowelTurnController *turns)
{
  vowel_clock_clear_timer (turns->clock, &turns->idle_timer);
  g_queue_clear_full (&turns->turns, (GDestroyNotify) turn_free);
  g_object_unref (turns->clock);
  g_free (turns->owed_item);
  g_free (turns);
}

static Turn *
get_open (VowelTurnController *turns)
{
  Turn *last = turns->turns.tail != NULL ? turns->turns.tail->data : NULL;

  return last != NULL && last->open ? last : NULL;
}

static void
on_idle (gpointer user_data)
{
  VowelTurnController *turns = user_data;

  turns->idle_timer = 0;
  turns->quiet = FALSE;
  turns->actions.idle (turns->user_data);
}

/* Silence counts while nobody speaks and nothing is about to be answered. */
static void
watch_silence (VowelTurnController *turns)
{
  vowel_clock_clear_timer (turns->clock, &turns->idle_timer);
  if (!turns->quiet || turns->detection.idle_timeout_ms == 0
      || turns->detection.type != VOWEL_TURN_SERVER_VAD
      || get_open (turns) != NULL
      || vowel_turn_controller_awaits_transcript (turns))
    return;
  turns->idle_timer = vowel_clock_add_timer (turns->clock,
      MAX (vowel_clock_now (turns->clock),
          turns->quiet_from + turns->detection.idle_timeout_ms * (gint64) 1000),
      on_idle, turns);
}

/* What was heard were no words: silence begins anew. */
static void
watch_silence_from_now (VowelTurnController *turns)
{
  turns->quiet_from = MAX (turns->quiet_from, vowel_clock_now (turns->clock));
  watch_silence (turns);
}

static Turn *
add_turn (VowelTurnController *turns, gint64 start_us)
{
  Turn *turn = g_new0 (Turn, 1);

  turn->turns = turns;
  turn->item_id = vowel_make_id ("item");
  turn->utterances =
      g_ptr_array_new_with_free_func ((GDestroyNotify) utterance_free);
  turn->open = TRUE;
  turn->start_us = start_us;
  turn->end_us = start_us;
  g_queue_push_tail (&turns->turns, turn);
  vowel_clock_clear_timer (turns->clock, &turns->idle_timer);
  return turn;
}

static void
drop_turn (VowelTurnController *turns, Turn *turn)
{
  if (turn->expecting) {
    turn->open = FALSE;
    turn->cleared = TRUE;
  } else {
    g_queue_remove (&turns->turns, turn);
    turn_free (turn);
  }
  watch_silence_from_now (turns);
}

static Utterance *
find_utterance (VowelTurnController *turns, guint64 number, Turn **ret_turn)
{
  GList *l;
  guint i;

  for (l = turns->turns.head; l != NULL; l = l->next) {
    Turn *turn = l->data;

    for (i = 0; i < turn->utterances->len; i++) {
      Utterance *utterance = g_ptr_array_index (turn->utterances, i);

      if (utterance->number == number) {
        *ret_turn = turn;
        return utterance;
      }
    }
  }
  return NULL;
}

static void
add_utterance (Turn *turn, guint64 number)
{
  Utterance *utterance = g_new0 (Utterance, 1);

  utterance->number = number;
  utterance->confidence = -1.0;
  g_ptr_array_add (turn->utterances, utterance);
}

static gboolean
all_stopped (Turn *turn)
{
  guint i;

  for (i = 0; i < turn->utterances->len; i++) {
    if (!((Utterance *) g_ptr_array_index (turn->utterances, i))->stopped)
      return FALSE;
  }
  return !turn->expecting;
}

static gboolean
all_done (Turn *turn)
{
  guint i;

  for (i = 0; i < turn->utterances->len; i++) {
    if (!((Utterance *) g_ptr_array_index (turn->utterances, i))->done)
      return FALSE;
  }
  return !turn->expecting;
}

static gchar *
turn_dup_text (Turn *turn)
{
  GString *text = g_string_new (NULL);
  guint i;

  for (i = 0; i < turn->utterances->len; i++) {
    Utterance *utterance = g_ptr_array_index (turn->utterances, i);

    if (utterance->text == NULL || *utterance->text == '\0')
      continue;
    if (text->len > 0)
      g_string_append_c (text, ' ');
    g_string_append (text, utterance->text);
  }
  return g_string_free (text, FALSE);
}

/* As sure as of the least sure part; negative when a part is unknown. */
static gdouble
get_confidence (Turn *turn)
{
  gdouble confidence = 1.0;
  guint i;

  for (i = 0; i < turn->utterances->len; i++) {
    Utterance *utterance = g_ptr_array_index (turn->utterances, i);

    if (utterance->text != NULL && *utterance->text != '\0')
      confidence = MIN (confidence, utterance->confidence);
  }
  return confidence;
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
    Turn *turn = l->data;

    if (turn->open || turn->respond)
      return;
  }
  turns->owed = FALSE;
  turns->actions.respond (turns->user_data, turns->owed_item);
}

/* The words of an ended turn are known, or never will be. */
static void
settle (VowelTurnController *turns, Turn *turn)
{
  g_autofree gchar *text = NULL;
  g_autofree gchar *item_id = NULL;
  Utterance *failed = NULL;
  guint i;

  if (turn->open || !all_done (turn))
    return;

  text = turn_dup_text (turn);
  item_id = g_strdup (turn->item_id);
  for (i = 0; i < turn->utterances->len && *text == '\0'; i++) {
    Utterance *utterance = g_ptr_array_index (turn->utterances, i);

    if (utterance->error != NULL)
      failed = utterance;
  }
  if (turn->respond && *text != '\0')
    owe (turns, item_id);
  if (turns->actions.confidence != NULL && *text != '\0'
      && get_confidence (turn) >= 0)
    turns->actions.confidence (turns->user_data, get_confidence (turn));
  if (*text != '\0')
    turns->quiet = FALSE;
  g_queue_remove (&turns->turns, turn);
  if (failed != NULL)
    turns->actions.transcript_failed (
        turns->user_data, item_id, failed->code, failed->error);
  else
    turns->actions.transcript (turns->user_data, item_id, text, TRUE);
  turn_free (turn);
  watch_silence_from_now (turns);
  respond_if_owed (turns);
}

static void
on_recogniser_late (gpointer user_data)
{
  Turn *turn = user_data;
  guint i;

  turn->timer = 0;
  if (turn->utterances->len == 0)
    add_utterance (turn, 0);
  /* A name that never came does not count for the next utterance. */
  turn->expecting = FALSE;
  for (i = 0; i < turn->utterances->len; i++) {
    Utterance *utterance = g_ptr_array_index (turn->utterances, i);

    if (utterance->done)
      continue;
    utterance->done = TRUE;
    utterance->code = g_strdup ("timeout");
    g_set_error (&utterance->error, VOWEL_ERROR, VOWEL_ERROR_PROVIDER,
        "no transcript came within %d s",
        VOWEL_TURN_TRANSCRIPT_TIMEOUT_MS / 1000);
  }
  settle (turn->turns, turn);
}

static void
end_turn (VowelTurnController *turns, Turn *turn, gboolean by_client)
{
  g_autofree gchar *item_id = g_strdup (turn->item_id);
  gint64 start_us = turn->start_us;
  gint64 end_us = turn->end_us;

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
  Turn *turn = user_data;

  turn->timer = 0;
  end_turn (turn->turns, turn, FALSE);
}

/* Semantic detection: how long a pause after what was said so far lasts. */
static gint64
get_wait_us (VowelTurnController *turns, Turn *turn)
{
  VowelEagerness eagerness = turns->detection.eagerness;
  g_autofree gchar *text = NULL;

  if (!all_done (turn))
    return vowel_endpoint_max_wait_ms (eagerness) * (gint64) 1000;
  text = turn_dup_text (turn);
  if (*text == '\0')
    return 0;
  return vowel_endpoint_wait_ms (vowel_endpoint_classify (text), eagerness)
         * (gint64) 1000;
}

/* Semantic detection: speech has stopped; has the turn ended? */
static void
consider_end (VowelTurnController *turns, Turn *turn)
{
  gint64 deadline = turn->stopped_at + get_wait_us (turns, turn);

  vowel_clock_clear_timer (turns->clock, &turn->timer);
  if (!all_stopped (turn))
    return;
  if (deadline <= vowel_clock_now (turns->clock))
    end_turn (turns, turn, FALSE);
  else
    turn->timer =
        vowel_clock_add_timer (turns->clock, deadline, on_end_of_turn, turn);
}

/* A pause that is lasting is judged by the new settings; not from inside the
 * command that makes them. */
static void
reconsider_end (VowelTurnController *turns, Turn *turn)
{
  gint64 deadline = vowel_clock_now (turns->clock);

  if (turn->timer == 0)
    return;
  vowel_clock_clear_timer (turns->clock, &turn->timer);
  if (turns->detection.type == VOWEL_TURN_SEMANTIC_VAD)
    deadline = MAX (deadline, turn->stopped_at + get_wait_us (turns, turn));
  turn->timer =
      vowel_clock_add_timer (turns->clock, deadline, on_end_of_turn, turn);
}

gboolean
vowel_turn_controller_configure (
    VowelTurnController *turns, const VowelTurnDetection *detection)
{
  VowelTurnDetectionType before = turns->detection.type;
  gboolean watched = turns->detection.idle_timeout_ms != 0;
  Turn *open = get_open (turns);

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
static Turn *
find_expecting (VowelTurnController *turns, gboolean emulated)
{
  GList *l;

  for (l = turns->turns.head; l != NULL; l = l->next) {
    Turn *turn = l->data;

    /* Speech that was detected just before a commit belongs to the commit. */
    if (turn->expecting && (emulated || (!turn->open && !turn->cleared)))
      return turn;
  }
  return NULL;
}

/* Audio may come faster than it was spoken: then the pause in it decides, not
 * the time that has passed here. */
static gboolean
is_over (VowelTurnController *turns, Turn *turn, gint64 start_us)
{
  return turns->detection.type == VOWEL_TURN_SEMANTIC_VAD && turn->timer != 0
         && start_us - turn->end_us >= get_wait_us (turns, turn);
}

void
vowel_turn_controller_speech_started (VowelTurnController *turns,
    guint64 number, gint64 start_us, gboolean emulated)
{
  Turn *turn = NULL;

  turn = find_expecting (turns, emulated);
  if (turn != NULL) {
    turn->expecting = FALSE;
    add_utterance (turn, number);
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
    add_utterance (turn, number);
    return;
  }
  if (turns->detection.type == VOWEL_TURN_NONE)
    return;

  turn = add_turn (turns, start_us);
  turn->detected = TRUE;
  add_utterance (turn, number);
  turns->actions.speech_started (turns->user_data, turn->item_id, start_us);
  /* Who decides about responses decides about those that noise cut off. */
  if (turns->detection.interrupt_response
      && turns->actions.interrupt (turns->user_data)
      && turns->detection.create_response)
    owe (turns, NULL);
}

void
vowel_turn_controller_speech_stopped (
    VowelTurnController *turns, guint64 number, gint64 end_us)
{
  Turn *turn = NULL;
  Utterance *utterance = find_utterance (turns, number, &turn);

  if (utterance == NULL)
    return;
  utterance->stopped = TRUE;
  if (!turn->open || !turn->detected)
    return;

  turn->end_us = end_us;
  turn->stopped_at = vowel_clock_now (turns->clock);
  if (turns->detection.type == VOWEL_TURN_SERVER_VAD)
    end_turn (turns, turn, FALSE);
  else if (turns->detection.type == VOWEL_TURN_SEMANTIC_VAD)
    consider_end (turns, turn);
}

void
vowel_turn_controller_transcript (VowelTurnController *turns, guint64 number,
    const gchar *text, gboolean final)
{
  Turn *turn = NULL;
  Utterance *utterance = find_utterance (turns, number, &turn);

  if (utterance == NULL || utterance->done)
    return;

  g_free (utterance->text);
  utterance->text = g_strstrip (g_strdup (text));
  utterance->done = final;
  if (final && !turn->open) {
    settle (turns, turn);
  } else if (final && turn->detected && utterance->stopped
             && turns->detection.type == VOWEL_TURN_SEMANTIC_VAD) {
    consider_end (turns, turn);
  } else if (!final && !turn->open) {
    g_autofree gchar *all = turn_dup_text (turn);

    turns->actions.transcript (turns->user_data, turn->item_id, all, FALSE);
  }
}

void
vowel_turn_controller_confidence (
    VowelTurnController *turns, guint64 number, gdouble confidence)
{
  Turn *turn = NULL;
  Utterance *utterance = find_utterance (turns, number, &turn);

  if (utterance != NULL && !utterance->done)
    utterance->confidence = confidence;
}

void
vowel_turn_controller_failed (VowelTurnController *turns, guint64 number,
    const gchar *code, const GError *error)
{
  Turn *turn = NULL;
  Utterance *utterance = find_utterance (turns, number, &turn);

  if (utterance == NULL || utterance->done)
    return;

  utterance->done = TRUE;
  utterance->code = g_strdup (code);
  utterance->error = g_error_copy (error);
  /* Guesses of a recogniser that failed are no transcript. */
  g_clear_pointer (&utterance->text, g_free);
  if (!turn->open)
    settle (turns, turn);
  else if (turn->detected && utterance->stopped
           && turns->detection.type == VOWEL_TURN_SEMANTIC_VAD)
    consider_end (turns, turn);
}

void
vowel_turn_controller_begin (VowelTurnController *turns, gint64 start_us)
{
  Turn *turn;

  g_return_if_fail (get_open (turns) == NULL);

  turn = add_turn (turns, start_us);
  turn->expecting = TRUE;
}

gboolean
vowel_turn_controller_commit (
    VowelTurnController *turns, gint64 start_us, gint64 end_us)
{
  Turn *turn = get_open (turns);
  gboolean must_end = TRUE;

  if (turn == NULL) {
    turn = add_turn (turns, start_us);
    turn->expecting = TRUE;
  } else {
    must_end = !all_stopped (turn);
    vowel_clock_clear_timer (turns->clock, &turns->idle_timer);
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
  Turn *turn = get_open (turns);

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
    Turn *turn = l->data;

    turn->respond = FALSE;
  }
}

void
vowel_turn_controller_response_started (VowelTurnController *turns)
{
  turns->quiet = FALSE;
  vowel_clock_clear_timer (turns->clock, &turns->idle_timer);
}

void
vowel_turn_controller_response_ended (
    VowelTurnController *turns, gint64 quiet_from)
{
  turns->quiet = TRUE;
  turns->quiet_from = MAX (vowel_clock_now (turns->clock), quiet_from);
  watch_silence (turns);
}

gboolean
vowel_turn_controller_is_open (VowelTurnController *turns, gint64 *ret_start_us)
{
  Turn *turn = get_open (turns);

  if (turn != NULL && ret_start_us != NULL)
    *ret_start_us = turn->start_us;
  return turn != NULL;
}

gboolean
vowel_turn_controller_awaits_transcript (VowelTurnController *turns)
{
  GList *l;

  for (l = turns->turns.head; l != NULL; l = l->next) {
    Turn *turn = l->data;

    if (!turn->open && !turn->cleared)
      return TRUE;
  }
  return FALSE;
}
