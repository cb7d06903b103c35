/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "behaviours.h"

#include "greeting.h"

VowelBehaviours *
vowel_behaviours_new (void)
{
  VowelBehaviours *behaviours = g_new0 (VowelBehaviours, 1);

  behaviours->greeting_wait_ms = VOWEL_GREETING_WAIT_MS;
  behaviours->filler = (VowelFillerConfig){
      .delay_ms = VOWEL_FILLER_DELAY_MS,
      .typing_volume = VOWEL_FILLER_TYPING_VOLUME,
      .typing_loop_ms = VOWEL_FILLER_TYPING_LOOP_MS,
  };
  behaviours->judge = (VowelTurnJudgeConfig){
      .debounce_ms = VOWEL_TURN_JUDGE_DEBOUNCE_MS,
      .timeout_ms = VOWEL_TURN_JUDGE_TIMEOUT_MS,
  };
  behaviours->subagent = (VowelSubagentConfig){
      .temperature = VOWEL_SUBAGENT_TEMPERATURE,
      .max_tokens = VOWEL_SUBAGENT_MAX_TOKENS,
      .max_steps = VOWEL_SUBAGENT_MAX_STEPS,
      .timeout_ms = VOWEL_SUBAGENT_TIMEOUT_MS,
      .tool_timeout_ms = VOWEL_SUBAGENT_TOOL_TIMEOUT_MS,
  };
  behaviours->language.threshold = VOWEL_LANGUAGE_THRESHOLD;
  behaviours->language.min_consecutive = VOWEL_LANGUAGE_MIN_CONSECUTIVE;
  return behaviours;
}

VowelBehaviours *
vowel_behaviours_copy (const VowelBehaviours *behaviours)
{
  VowelBehaviours *copy = g_memdup2 (behaviours, sizeof *behaviours);

  copy->first_message = g_strdup (behaviours->first_message);
  copy->voice_style = g_strdup (behaviours->voice_style);
  copy->filler.phrases = g_strdupv (behaviours->filler.phrases);
  copy->transcripts.phrases = g_strdupv (behaviours->transcripts.phrases);
  if (copy->language.detector != NULL)
    vowel_language_detector_ref (copy->language.detector);
  if (copy->language.voices != NULL)
    g_hash_table_ref (copy->language.voices);
  return copy;
}

void
vowel_behaviours_free (VowelBehaviours *behaviours)
{
  g_free (behaviours->first_message);
  g_free (behaviours->voice_style);
  g_strfreev (behaviours->filler.phrases);
  g_strfreev (behaviours->transcripts.phrases);
  g_clear_pointer (
      &behaviours->language.detector, vowel_language_detector_unref);
  g_clear_pointer (&behaviours->language.voices, g_hash_table_unref);
  g_free (behaviours);
}
