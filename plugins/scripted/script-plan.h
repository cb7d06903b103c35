/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "script-responder.h"

G_BEGIN_DECLS

/**
 * GstVowelPlanStep:
 * @GST_VOWEL_PLAN_TEXT: say the text
 * @GST_VOWEL_PLAN_CALL_BEGIN: begin a call; the text is the tool's name
 * @GST_VOWEL_PLAN_CALL_ARGUMENTS: more of the call's arguments
 * @GST_VOWEL_PLAN_CALL_END: the call is complete
 * @GST_VOWEL_PLAN_FINISH: the response is complete
 * @GST_VOWEL_PLAN_FAIL: fail
 * @GST_VOWEL_PLAN_STALL: nothing more comes
 */
typedef enum {
  GST_VOWEL_PLAN_TEXT,
  GST_VOWEL_PLAN_CALL_BEGIN,
  GST_VOWEL_PLAN_CALL_ARGUMENTS,
  GST_VOWEL_PLAN_CALL_END,
  GST_VOWEL_PLAN_FINISH,
  GST_VOWEL_PLAN_FAIL,
  GST_VOWEL_PLAN_STALL,
} GstVowelPlanStepKind;

/**
 * GstVowelPlanStep:
 * @kind: what to do
 * @text: (nullable): for text, the tool's name and arguments
 * @call: which of the reply's calls
 * @token: how many tokens come before it
 */
typedef struct {
  GstVowelPlanStepKind kind;
  gchar *text;
  guint call;
  guint token;
} GstVowelPlanStep;

/**
 * GstVowelPlan:
 * @steps: (element-type GstVowelPlanStep)
 * @finish: why the response ends
 *
 * A reply, cut into what leaves the element one after the other. A word is a
 * token.
 */
typedef struct {
  GArray *steps;
  GstVowelFinishReason finish;
} GstVowelPlan;

/* @max_tokens: 0 for no limit.  @paced: a step for each token, rather than for
 * each sentence.  @fail: whether the reply's failure is due. */
GstVowelPlan *gst_vowel_plan_new (const GstVowelScriptReply *reply,
    guint max_tokens, gboolean paced, gboolean fail);
void gst_vowel_plan_free (GstVowelPlan *plan);

G_END_DECLS
