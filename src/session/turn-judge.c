/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "turn-judge.h"

typedef enum {
  STATE_IDLE,
  STATE_SETTLING, /* until what was said does not change any more */
  STATE_ASKED,
  STATE_COMPLETE,
  STATE_INCOMPLETE,
} State;

struct _VowelTurnJudge {
  VowelClock *clock;
  VowelTurnJudgeConfig config;
  VowelTurnJudgeActions actions;
  gpointer user_data;

  State state;
  gchar *text; /* (nullable): what it is about */
  guint timer;
};

VowelTurnJudge *
vowel_turn_judge_new (VowelClock *clock, const VowelTurnJudgeConfig *config,
    const VowelTurnJudgeActions *actions, gpointer user_data)
{
  VowelTurnJudge *judge = g_new0 (VowelTurnJudge, 1);

  judge->clock = g_object_ref (clock);
  judge->config = *config;
  judge->actions = *actions;
  judge->user_data = user_data;
  return judge;
}

void
vowel_turn_judge_free (VowelTurnJudge *judge)
{
  vowel_clock_clear_timer (judge->clock, &judge->timer);
  g_object_unref (judge->clock);
  g_free (judge->text);
  g_free (judge);
}

static void
on_settled (gpointer user_data)
{
  VowelTurnJudge *judge = user_data;

  judge->timer = 0;
  judge->state = STATE_ASKED;
  judge->actions.ask (judge->user_data, judge->text);
}

gint64
vowel_turn_judge_get_wait_us (VowelTurnJudge *judge, const gchar *text)
{
  if (text != NULL && g_strcmp0 (text, judge->text) != 0) {
    vowel_turn_judge_reset (judge);
    judge->text = g_strdup (text);
    judge->state = STATE_SETTLING;
    judge->timer = vowel_clock_add_timer (judge->clock,
        vowel_clock_now (judge->clock)
            + judge->config.debounce_ms * (gint64) 1000,
        on_settled, judge);
  }
  return judge->state == STATE_COMPLETE
             ? 0
             : judge->config.timeout_ms * (gint64) 1000;
}

void
vowel_turn_judge_answer (VowelTurnJudge *judge, gboolean complete)
{
  if (judge->state != STATE_ASKED)
    return;
  judge->state = complete ? STATE_COMPLETE : STATE_INCOMPLETE;
  if (complete)
    judge->actions.decided (judge->user_data);
}

void
vowel_turn_judge_reset (VowelTurnJudge *judge)
{
  gboolean asked = judge->state == STATE_ASKED;

  judge->state = STATE_IDLE;
  vowel_clock_clear_timer (judge->clock, &judge->timer);
  g_clear_pointer (&judge->text, g_free);
  if (asked)
    judge->actions.forget (judge->user_data);
}
