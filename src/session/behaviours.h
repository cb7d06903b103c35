/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "barge-in.h"
#include "filler.h"
#include "language-tracker.h"
#include "subagent-config.h"
#include "transcript-filter.h"
#include "turn-judge.h"

G_BEGIN_DECLS

/**
 * VowelBehaviours:
 * @greeting_wait_ms: how long a client may take to say how it wants the session
 *   before it is greeted
 * @first_message: (nullable): what the session says first, word for word and
 *   without asking the model; a client's greeting has no place then
 * @first_message_guard_ms: how much of that is heard before the caller can
 *   interrupt it
 * @skip_failed_speech: a sentence that the voice fails at is left out, instead
 *   of ending the answer
 * @forget_unanswered: what the caller said is taken out of the conversation
 *   again when the model fails before a word of its answer
 * @silence_count: how often in a row nothing may be heard for the idle timeout
 *   of turn detection, until the session ends; 0: for ever
 * @marked_instructions: instructions may have Vowel's marks, see
 *   vowel_instructions_split()
 * @voice_style: (nullable): a template that instructions of spoken answers are
 *   put into, see vowel_voice_style_apply(); without one they stay as they are
 * @filler: what is heard while an answer makes the caller wait
 * @barge_in: how easily the caller interrupts
 * @transcripts: what becomes of what the caller says before anybody sees it
 * @language: how the language of the conversation is found out
 * @judge: whether a small model is asked if the caller has finished
 * @subagent: whether tools are used by another model
 *
 * How a session behaves around its model, where its clients have no say: the
 * operator and the token decide. Plain data.
 */
typedef struct {
  guint greeting_wait_ms;
  gchar *first_message;
  guint first_message_guard_ms;
  gboolean skip_failed_speech;
  gboolean forget_unanswered;
  guint silence_count;
  gboolean marked_instructions;
  gchar *voice_style;
  VowelFillerConfig filler;
  VowelBargeInConfig barge_in;
  VowelTranscriptFilterConfig transcripts;
  VowelLanguageConfig language;
  VowelTurnJudgeConfig judge;
  VowelSubagentConfig subagent;
} VowelBehaviours;

/* A session that does nothing of its own accord. */
VowelBehaviours *vowel_behaviours_new (void);
VowelBehaviours *vowel_behaviours_copy (const VowelBehaviours *behaviours);
void vowel_behaviours_free (VowelBehaviours *behaviours);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelBehaviours, vowel_behaviours_free)

G_END_DECLS
