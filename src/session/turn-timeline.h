/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "event.h"

G_BEGIN_DECLS

/* What did not happen. */
#define VOWEL_TIME_NONE (-1)

/**
 * VowelTurnTimes:
 * @asked: the caller has finished, also when an answer that only used tools
 * came first
 * @turn_ended: the same, for the first answer: the caller has finished: the end
 * of speech was decided, a commit or a message came
 * @transcribed: the words were known
 * @response_started: the answer was begun
 * @first_text: the model's first words came
 * @first_audio: the voice's first audio was given out
 * @response_ended: all of the answer had been given out
 * @spoken: the caller spoke, or had their recording written down
 * @status: how the answer ended
 * @item_id: (nullable): of the turn; %NULL for an answer that nobody had asked
 *   a question for
 * @response_id: of the answer
 *
 * The fixed points of one turn, in microseconds of the session;
 * %VOWEL_TIME_NONE for what did not happen.
 */
typedef struct {
  gint64 asked;
  gint64 turn_ended;
  gint64 transcribed;
  gint64 response_started;
  gint64 first_text;
  gint64 first_audio;
  gint64 response_ended;
  gboolean spoken;
  VowelResponseStatus status;
  const gchar *item_id;
  const gchar *response_id;
} VowelTurnTimes;

/**
 * VowelTurnTimeline:
 *
 * Where the time of each turn goes, read off a session's events. Owner thread
 * only.
 */
typedef struct _VowelTurnTimeline VowelTurnTimeline;

/* A turn is over. @times is valid during the call. */
typedef void (*VowelTurnTimelineFunc) (
    const VowelTurnTimes *times, gpointer user_data);

VowelTurnTimeline *vowel_turn_timeline_new (
    VowelTurnTimelineFunc func, gpointer user_data);
void vowel_turn_timeline_free (VowelTurnTimeline *timeline);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelTurnTimeline, vowel_turn_timeline_free)

/* Every event of the session, in order. */
void vowel_turn_timeline_note (
    VowelTurnTimeline *timeline, const VowelEvent *event);

/* How long a stage of a turn took, in microseconds; VOWEL_TIME_NONE when it was
 * not reached, or nothing came before it. */
typedef enum {
  VOWEL_TURN_STAGE_TRANSCRIPT,  /* turn ended to words known, of spoken ones */
  VOWEL_TURN_STAGE_DECISION,    /* the words known (or the turn ended) to the
                                   answer begun */
  VOWEL_TURN_STAGE_FIRST_TEXT,  /* the answer begun to the first words */
  VOWEL_TURN_STAGE_FIRST_AUDIO, /* the first words to the first audio */
  VOWEL_TURN_STAGE_WHOLE,       /* asked to the first audio, or words, whatever
                                   tools were used in between */
  VOWEL_N_TURN_STAGES,
} VowelTurnStage;

gint64 vowel_turn_times_get_stage (
    const VowelTurnTimes *times, VowelTurnStage stage);
/* As in "transcript"; for metrics and records. */
const gchar *vowel_turn_stage_get_name (VowelTurnStage stage);

G_END_DECLS
