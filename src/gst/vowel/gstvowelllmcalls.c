/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "gstvowelllmcalls-priv.h"

#include <string.h>

#include "gstvowelchat-priv.h"
#include "gstvowelerror.h"
#include "gstvoweltoolrepair-priv.h"

#define MAX_CALLS 16
#define MAX_ARGUMENTS (64 * 1024)

static void
call_free (gpointer data)
{
  GstVowelLlmCall *call = data;

  g_string_free (call->arguments, TRUE);
  g_free (call->name);
  g_free (call->problem);
  g_free (call);
}

GPtrArray *
gst_vowel_llm_calls_new (void)
{
  return g_ptr_array_new_with_free_func (call_free);
}

GstVowelLlmCall *
gst_vowel_llm_calls_begin (GPtrArray *calls, GstVowelChatRequest *request,
    const gchar *call_id, const gchar *name, GError **error)
{
  g_autofree gchar *made = NULL;
  GstVowelLlmCall *call;

  if (calls->len == MAX_CALLS) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_LIMIT,
        "The model calls more than %d tools at once", MAX_CALLS);
    return NULL;
  }
  if (call_id == NULL || *call_id == '\0')
    call_id = made = g_strdup_printf (
        "call_%08x%08x%08x", g_random_int (), g_random_int (), g_random_int ());
  call = g_new0 (GstVowelLlmCall, 1);
  call->id = gst_vowel_chat_request_keep (request, call_id);
  call->name = gst_vowel_tool_repair_name (name, request);
  call->arguments = g_string_new (NULL);
  g_ptr_array_add (calls, call);
  return call;
}

GstVowelLlmCall *
gst_vowel_llm_calls_find (GPtrArray *calls, const gchar *call_id)
{
  for (guint i = 0; i < calls->len; i++) {
    GstVowelLlmCall *call = g_ptr_array_index (calls, i);

    if (g_str_equal (call->id, call_id))
      return call;
  }
  return NULL;
}

gboolean
gst_vowel_llm_call_add_arguments (
    GstVowelLlmCall *call, const gchar *delta, GError **error)
{
  if (call->arguments->len + strlen (delta) > MAX_ARGUMENTS) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_LIMIT,
        "The arguments of a call of %s have more than %d bytes", call->name,
        MAX_ARGUMENTS);
    return FALSE;
  }
  g_string_append (call->arguments, delta);
  return TRUE;
}

static const gchar *
find_schema (const GstVowelChatRequest *request, const gchar *name)
{
  guint n = gst_vowel_chat_request_get_n_tools (request);

  for (guint i = 0; i < n; i++) {
    const GstVowelChatTool *tool = gst_vowel_chat_request_get_tool (request, i);

    if (g_str_equal (tool->name, name))
      return tool->parameters;
  }
  return NULL;
}

gboolean
gst_vowel_llm_call_end (
    GstVowelLlmCall *call, const GstVowelChatRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *repaired = gst_vowel_tool_repair_arguments (
      call->arguments->str, find_schema (request, call->name), &error);

  call->ended = TRUE;
  if (repaired != NULL)
    g_string_assign (call->arguments, repaired);
  else
    call->problem = g_strdup (error->message);
  return repaired != NULL;
}

GstVowelLlmCall *
gst_vowel_llm_calls_find_problem (GPtrArray *calls)
{
  GstVowelLlmCall *found = NULL;

  for (guint i = 0; i < calls->len; i++) {
    GstVowelLlmCall *call = g_ptr_array_index (calls, i);

    if (call->ended && call->problem == NULL)
      return NULL;
    if (found == NULL && call->problem != NULL)
      found = call;
  }
  return found;
}

gsize
gst_vowel_llm_calls_count_characters (GPtrArray *calls)
{
  gsize characters = 0;

  for (guint i = 0; i < calls->len; i++) {
    GstVowelLlmCall *call = g_ptr_array_index (calls, i);

    characters += g_utf8_strlen (call->name, -1);
    characters += g_utf8_strlen (call->arguments->str, -1);
  }
  return characters;
}

GstVowelChatRequest *
gst_vowel_llm_calls_make_correction (
    GPtrArray *calls, const GstVowelChatRequest *request, const gchar *text)
{
  GstVowelChatRequest *correction = gst_vowel_chat_request_copy (request);

  if (*text != '\0')
    gst_vowel_chat_request_add_message (
        correction, GST_VOWEL_CHAT_ASSISTANT, text);
  for (guint i = 0; i < calls->len; i++) {
    GstVowelLlmCall *call = g_ptr_array_index (calls, i);

    /* Providers do not take the arguments that it gave. */
    if (call->problem != NULL)
      gst_vowel_chat_request_add_tool_call (
          correction, call->id, call->name, "{}");
  }
  for (guint i = 0; i < calls->len; i++) {
    GstVowelLlmCall *call = g_ptr_array_index (calls, i);
    g_autofree gchar *output = NULL;

    if (call->problem == NULL)
      continue;
    output = g_strdup_printf (
        "Error: %s. The tool was not called. Call it again, with a JSON object "
        "that fits its parameters.",
        call->problem);
    gst_vowel_chat_request_add_tool_result (correction, call->id, output);
  }
  return correction;
}
