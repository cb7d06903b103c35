/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "clock.h"

G_BEGIN_DECLS

/**
 * VowelTurnJudge:
 *
 * Asks somebody who understands what was said, a small model, whether a caller
 * who pauses has finished. Until there is an answer, and when it is no, the
 * pause may last for a while. Each new state of what was said is asked about
 * once, when it has not changed for a moment. Owner thread only.
 */
typedef struct _VowelTurnJudge VowelTurnJudge;

/**
 * VowelTurnJudgeConfig:
 * @enabled: it is asked at all
 * @debounce_ms: how long what was said stays the same before
 * @timeout_ms: how long the pause may last when the answer is no, or is missing
 */
typedef struct {
  gboolean enabled;
  guint debounce_ms;
  guint timeout_ms;
} VowelTurnJudgeConfig;

#define VOWEL_TURN_JUDGE_DEBOUNCE_MS 150
#define VOWEL_TURN_JUDGE_TIMEOUT_MS 3000

/**
 * VowelTurnJudgeActions:
 * @ask: whether somebody who has said @text has finished;
 *   vowel_turn_judge_answer() brings the answer, not from inside this call
 * @forget: the answer is of no use any more
 * @decided: vowel_turn_judge_get_wait_us() says something else now
 */
typedef struct {
  void (*ask) (gpointer user_data, const gchar *text);
  void (*forget) (gpointer user_data);
  void (*decided) (gpointer user_data);
} VowelTurnJudgeActions;

VowelTurnJudge *vowel_turn_judge_new (VowelClock *clock,
    const VowelTurnJudgeConfig *config, const VowelTurnJudgeActions *actions,
    gpointer user_data);
void vowel_turn_judge_free (VowelTurnJudge *judge);

/* How long a pause after @text lasts, from its beginning. @text: (nullable):
 * not known yet */
gint64 vowel_turn_judge_get_wait_us (VowelTurnJudge *judge, const gchar *text);
/* FALSE also when nobody knows. */
void vowel_turn_judge_answer (VowelTurnJudge *judge, gboolean complete);
/* The caller goes on, or the turn has ended. */
void vowel_turn_judge_reset (VowelTurnJudge *judge);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelTurnJudge, vowel_turn_judge_free)

G_END_DECLS
