/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "turn-timeline.h"

/* What the caller said, as far as it is not answered. */
typedef struct {
  gchar *item_id;
  gint64 ended;
  gint64 transcribed;
  gboolean spoken;
} Turn;

typedef struct {
  gchar *response_id;
  gchar *item_id; /* (nullable) */
  VowelTurnTimes times;
} Answer;

struct _VowelTurnTimeline {
  VowelTurnTimelineFunc func;
  gpointer user_data;
  Turn turn;           /* the last one; item_id is NULL when it is answered */
  gchar *used_item_id; /* (nullable): of the turn for which tools are used */
  gint64 used_asked;
  GHashTable *answers; /* of those in progress, by response id */
};

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  g_free (answer->response_id);
  g_free (answer->item_id);
  g_free (answer);
}

VowelTurnTimeline *
vowel_turn_timeline_new (VowelTurnTimelineFunc func, gpointer user_data)
{
  VowelTurnTimeline *self = g_new0 (VowelTurnTimeline, 1);

  self->func = func;
  self->user_data = user_data;
  self->answers =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, answer_free);
  return self;
}

void
vowel_turn_timeline_free (VowelTurnTimeline *self)
{
  g_free (self->turn.item_id);
  g_free (self->used_item_id);
  g_hash_table_unref (self->answers);
  g_free (self);
}

static void
begin_turn (VowelTurnTimeline *self, const VowelEvent *event,
    const gchar *item_id, gboolean spoken)
{
  g_free (self->turn.item_id);
  self->turn.item_id = g_strdup (item_id);
  g_clear_pointer (&self->used_item_id, g_free);
  self->turn.ended = event->time_us;
  self->turn.transcribed = VOWEL_TIME_NONE;
  self->turn.spoken = spoken;
}

static gboolean
is_turn (VowelTurnTimeline *self, const gchar *item_id)
{
  return g_strcmp0 (self->turn.item_id, item_id) == 0;
}

/* A commit ends a turn that no detector has ended. */
static void
note_committed (VowelTurnTimeline *self, const VowelEvent *event)
{
  if (!is_turn (self, event->item_id))
    begin_turn (self, event, event->item_id, TRUE);
}

static void
note_item (VowelTurnTimeline *self, const VowelEvent *event)
{
  const VowelItem *item = event->item;

  if (item->type == VOWEL_ITEM_MESSAGE && item->role == VOWEL_ROLE_USER
      && !is_turn (self, item->id))
    begin_turn (self, event, item->id, FALSE);
}

static void
note_response (VowelTurnTimeline *self, const VowelEvent *event)
{
  Answer *answer = g_new0 (Answer, 1);

  answer->response_id = g_strdup (event->response->id);
  answer->times = (VowelTurnTimes){
      .asked = VOWEL_TIME_NONE,
      .turn_ended = VOWEL_TIME_NONE,
      .transcribed = VOWEL_TIME_NONE,
      .response_started = event->time_us,
      .first_text = VOWEL_TIME_NONE,
      .first_audio = VOWEL_TIME_NONE,
  };
  if (self->turn.item_id != NULL && !event->response->out_of_band) {
    answer->times.asked = self->turn.ended;
    answer->times.turn_ended = self->turn.ended;
    answer->times.transcribed = self->turn.transcribed;
    answer->times.spoken = self->turn.spoken;
    answer->item_id = g_steal_pointer (&self->turn.item_id);
  } else if (self->used_item_id != NULL && !event->response->out_of_band) {
    answer->times.asked = self->used_asked;
    answer->item_id = g_steal_pointer (&self->used_item_id);
  }
  g_hash_table_insert (self->answers, answer->response_id, answer);
}

static void
note_first (VowelTurnTimeline *self, const VowelEvent *event, gsize offset)
{
  Answer *answer = g_hash_table_lookup (self->answers, event->response->id);
  gint64 *time =
      answer != NULL ? G_STRUCT_MEMBER_P (&answer->times, offset) : NULL;

  if (time != NULL && *time == VOWEL_TIME_NONE)
    *time = event->time_us;
}

static void
note_done (VowelTurnTimeline *self, const VowelEvent *event)
{
  Answer *answer = g_hash_table_lookup (self->answers, event->response->id);

  if (answer == NULL)
    return;
  answer->times.response_ended = event->time_us;
  answer->times.status = event->response->status;
  answer->times.item_id = answer->item_id;
  answer->times.response_id = answer->response_id;
  self->func (&answer->times, self->user_data);
  /* Nothing was said: what the tools bring is the answer. */
  if (answer->item_id != NULL && answer->times.first_text == VOWEL_TIME_NONE
      && answer->times.status == VOWEL_RESPONSE_COMPLETED
      && self->turn.item_id == NULL) {
    self->used_item_id = g_steal_pointer (&answer->item_id);
    self->used_asked = answer->times.asked;
  }
  g_hash_table_remove (self->answers, event->response->id);
}

void
vowel_turn_timeline_note (VowelTurnTimeline *self, const VowelEvent *event)
{
  switch (event->type) {
    case VOWEL_EVENT_SPEECH_STOPPED:
      begin_turn (self, event, event->item_id, TRUE);
      break;
    case VOWEL_EVENT_INPUT_COMMITTED:
      note_committed (self, event);
      break;
    case VOWEL_EVENT_ITEM_ADDED:
      note_item (self, event);
      break;
    case VOWEL_EVENT_TRANSCRIPT_DONE:
      if (is_turn (self, event->item_id))
        self->turn.transcribed = event->time_us;
      break;
    case VOWEL_EVENT_RESPONSE_STARTED:
      note_response (self, event);
      break;
    case VOWEL_EVENT_TEXT:
      note_first (self, event, G_STRUCT_OFFSET (VowelTurnTimes, first_text));
      break;
    case VOWEL_EVENT_AUDIO:
      note_first (self, event, G_STRUCT_OFFSET (VowelTurnTimes, first_audio));
      break;
    case VOWEL_EVENT_RESPONSE_DONE:
      note_done (self, event);
      break;
    default:
      break;
  }
}

static gint64
between (gint64 from, gint64 to)
{
  return from == VOWEL_TIME_NONE || to == VOWEL_TIME_NONE ? VOWEL_TIME_NONE
                                                          : MAX (0, to - from);
}

gint64
vowel_turn_times_get_stage (const VowelTurnTimes *times, VowelTurnStage stage)
{
  switch (stage) {
    case VOWEL_TURN_STAGE_TRANSCRIPT:
      return times->spoken ? between (times->turn_ended, times->transcribed)
                           : VOWEL_TIME_NONE;
    case VOWEL_TURN_STAGE_DECISION:
      return between (times->transcribed != VOWEL_TIME_NONE ? times->transcribed
                                                            : times->turn_ended,
          times->response_started);
    case VOWEL_TURN_STAGE_FIRST_TEXT:
      return between (times->response_started, times->first_text);
    case VOWEL_TURN_STAGE_FIRST_AUDIO:
      return between (times->first_text, times->first_audio);
    case VOWEL_TURN_STAGE_WHOLE:
      return between (times->asked, times->first_audio != VOWEL_TIME_NONE
                                        ? times->first_audio
                                        : times->first_text);
    default:
      g_return_val_if_reached (VOWEL_TIME_NONE);
  }
}

const gchar *
vowel_turn_stage_get_name (VowelTurnStage stage)
{
  static const gchar *const names[VOWEL_N_TURN_STAGES] = {
      [VOWEL_TURN_STAGE_TRANSCRIPT] = "transcript",
      [VOWEL_TURN_STAGE_DECISION] = "decision",
      [VOWEL_TURN_STAGE_FIRST_TEXT] = "first_text",
      [VOWEL_TURN_STAGE_FIRST_AUDIO] = "first_audio",
      [VOWEL_TURN_STAGE_WHOLE] = "whole",
  };

  g_return_val_if_fail (stage < VOWEL_N_TURN_STAGES, NULL);

  return names[stage];
}
