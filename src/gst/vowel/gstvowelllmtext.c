/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a run says. All on the worker. */

#include "config.h"

#include "gstvowelllmrun-priv.h"
#include "gstvowelmessage.h"
#include "gstvowelmeta.h"

/* FALSE when it is no longer live. */
static gboolean
tell (GstVowelLlmRun *run, const gchar *delta)
{
  GstVowelLlm *llm = gst_vowel_llm_run_get_model (run);
  const gchar *id = gst_vowel_chat_request_get_response_id (run->request);
  guint64 generation = gst_vowel_chat_request_get_generation (run->request);

  run->told = TRUE;
  g_string_append (run->text, delta);
  gst_element_post_message (
      GST_ELEMENT_CAST (llm), gst_vowel_message_new_text (GST_OBJECT_CAST (llm),
                                  id, generation, delta));

  /* Whoever watches the bus may just have cancelled it. */
  if (run->live && gst_vowel_chat_request_get_spoken (run->request)
      && gst_pad_is_linked (GST_PAD_CAST (ELEMENT_PRIV (run->llm)->srcpad)))
    gst_vowel_provider_element_push (GST_VOWEL_PROVIDER_ELEMENT (run->llm),
        gst_vowel_text_buffer_new (delta, id, generation));
  return run->live;
}

/* With a space behind, so that the sentence is known to be over. */
gboolean
gst_vowel_llm_run_speak (GstVowelLlmRun *run, const gchar *words)
{
  g_autofree gchar *text = g_strconcat (words, " ", NULL);

  return *words == '\0' ? run->live : tell (run, text);
}

/**
 * gst_vowel_llm_push_text:
 * @llm: a language model element
 * @request: what it answers
 * @delta: more of the answer
 *
 * Worker thread. Posts a text message and, for a spoken request, pushes the
 * text downstream. Of a model that speaks by a tool this is not wanted, see
 * #GstVowelLlm:speak-tool.
 *
 * Returns: %FALSE when the request is no longer live: stop
 */
gboolean
gst_vowel_llm_push_text (
    GstVowelLlm *llm, GstVowelChatRequest *request, const gchar *delta)
{
  g_autoptr (GstVowelLlmRun) run = NULL;

  g_return_val_if_fail (GST_VOWEL_IS_LLM (llm), FALSE);
  g_return_val_if_fail (request != NULL, FALSE);
  g_return_val_if_fail (delta != NULL, FALSE);

  run = gst_vowel_llm_find_run (llm, request);
  if (run == NULL)
    return FALSE;
  if (*delta == '\0')
    return TRUE;
  gst_vowel_llm_run_note_output (run);
  if (!run->by_tool)
    return tell (run, delta);
  run->unsaid += g_utf8_strlen (delta, -1);
  return TRUE;
}
