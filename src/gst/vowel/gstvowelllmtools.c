/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The tool calls of a run, as providers push them. */

#include "config.h"

#include "gstvowelllmcalls-priv.h"
#include "gstvowelllmrun-priv.h"
#include "gstvowelllmspeak-priv.h"
#include "gstvowelmessage.h"

GST_DEBUG_CATEGORY_EXTERN (gst_vowel_llm_debug);
#define GST_CAT_DEFAULT gst_vowel_llm_debug

/**
 * gst_vowel_llm_begin_tool_call:
 * @llm: a language model element
 * @request: the request that makes the call
 * @call_id: (nullable): the provider's id; %NULL to have one made
 * @name: the tool, as the model calls it
 *
 * Worker thread. Nothing is posted before the call is complete, because
 * nothing can be taken back.
 *
 * Returns: (nullable): the call's id, which lives as long as @request; %NULL
 *   when the request is no longer live
 */
const gchar *
gst_vowel_llm_begin_tool_call (GstVowelLlm *llm, GstVowelChatRequest *request,
    const gchar *call_id, const gchar *name)
{
  g_autoptr (GstVowelLlmRun) run = NULL;
  g_autoptr (GError) error = NULL;
  GstVowelLlmCall *call;

  g_return_val_if_fail (GST_VOWEL_IS_LLM (llm), NULL);
  g_return_val_if_fail (request != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  run = gst_vowel_llm_find_run (llm, request);
  if (run == NULL)
    return NULL;
  gst_vowel_llm_run_note_output (run);
  call = gst_vowel_llm_calls_begin (run->calls, request, call_id, name, &error);
  if (call != NULL)
    return call->id;
  gst_vowel_llm_run_break_off (run, error);
  return NULL;
}

/**
 * gst_vowel_llm_push_tool_arguments:
 * @llm: a language model element
 * @request: the request that makes the call
 * @call_id: the call
 * @delta: more of the arguments' JSON text
 *
 * Worker thread.
 *
 * Returns: %FALSE when the request is no longer live: stop
 */
gboolean
gst_vowel_llm_push_tool_arguments (GstVowelLlm *llm,
    GstVowelChatRequest *request, const gchar *call_id, const gchar *delta)
{
  g_autoptr (GstVowelLlmRun) run = NULL;
  g_autoptr (GError) error = NULL;
  GstVowelLlmCall *call;

  g_return_val_if_fail (GST_VOWEL_IS_LLM (llm), FALSE);
  g_return_val_if_fail (request != NULL, FALSE);
  g_return_val_if_fail (call_id != NULL, FALSE);
  g_return_val_if_fail (delta != NULL, FALSE);

  run = gst_vowel_llm_find_run (llm, request);
  if (run == NULL)
    return FALSE;
  call = gst_vowel_llm_calls_find (run->calls, call_id);
  g_return_val_if_fail (call != NULL && !call->ended, FALSE);
  gst_vowel_llm_run_note_output (run);
  if (gst_vowel_llm_call_add_arguments (call, delta, &error))
    return TRUE;
  gst_vowel_llm_run_break_off (run, error);
  return FALSE;
}

static void
post_call (GstVowelLlmRun *run, GstVowelLlmCall *call, const gchar *arguments,
    gboolean delta)
{
  GstVowelLlm *model = gst_vowel_llm_run_get_model (run);
  GstVowelToolCall message = {
      .response_id = gst_vowel_chat_request_get_response_id (run->request),
      .generation = gst_vowel_chat_request_get_generation (run->request),
      .call_id = call->id,
      .name = call->name,
      .arguments = arguments,
  };

  /* Whoever watches the bus may just have cancelled it. */
  if (run->live)
    gst_element_post_message (GST_ELEMENT_CAST (model),
        gst_vowel_message_new_tool_call (
            GST_OBJECT_CAST (model), &message, delta));
}

/**
 * gst_vowel_llm_end_tool_call:
 * @llm: a language model element
 * @request: the request that makes the call
 * @call_id: the call
 *
 * Worker thread. The arguments are complete. What is wrong with them is put
 * right as far as it is plain what the model meant, and the call is posted:
 * deltas first, then the whole. What cannot be put right goes back to the
 * model, once it has finished. A call without arguments gets an empty object.
 *
 * Returns: %FALSE when the request is no longer live: stop
 */
gboolean
gst_vowel_llm_end_tool_call (
    GstVowelLlm *llm, GstVowelChatRequest *request, const gchar *call_id)
{
  g_autoptr (GstVowelLlmRun) run = NULL;
  GstVowelLlmCall *call;

  g_return_val_if_fail (GST_VOWEL_IS_LLM (llm), FALSE);
  g_return_val_if_fail (request != NULL, FALSE);
  g_return_val_if_fail (call_id != NULL, FALSE);

  run = gst_vowel_llm_find_run (llm, request);
  if (run == NULL)
    return FALSE;
  call = gst_vowel_llm_calls_find (run->calls, call_id);
  g_return_val_if_fail (call != NULL && !call->ended, FALSE);
  gst_vowel_llm_run_note_output (run);
  if (!gst_vowel_llm_call_end (call, request)) {
    GST_WARNING_OBJECT (llm, "call of %s: %s", call->name, call->problem);
    return TRUE;
  }
  if (run->by_tool && gst_vowel_llm_speak_is_call (call)) {
    g_autofree gchar *words = gst_vowel_llm_speak_dup_words (call);

    return gst_vowel_llm_run_speak (run, words);
  }
  run->told = TRUE;
  /* Before the message: its receiver may answer at once. */
  if (run->standalone)
    gst_vowel_conversation_expect_result (
        gst_vowel_llm_get_private (run->llm)->conversation, call->id,
        call->name, call->arguments->str);
  post_call (run, call, "", TRUE);
  post_call (run, call, call->arguments->str, TRUE);
  post_call (run, call, call->arguments->str, FALSE);
  return run->live;
}
