/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "gstvowelllmspeak-priv.h"

#include <string.h>

#include "gstvowelchat-priv.h"
#include "gstvoweljson.h"

#define TOOL "speak"
#define CHOICE "function:" TOOL
#define MESSAGE "message"
#define RULE                                                                   \
  "The user hears nothing of what you write, only what you say by calling "    \
  "the "                                                                       \
  "tool " TOOL ". Call it for every answer, with one or two sentences at a "   \
  "time. When you have said everything, write nothing more."
#define DESCRIPTION                                                            \
  "Says something to the user, who hears nothing else: one or two sentences."
#define PARAMETERS                                                             \
  "{\"type\":\"object\",\"properties\":{\"" MESSAGE "\":{\"type\":\"string\"," \
  "\"description\":\"What is to be heard\"}},\"required\":[\"" MESSAGE "\"]}"
#define SAID "Said."
#define NOT_SAID "Error: this was not understood. Nothing was said."

static gboolean
has_tool (const GstVowelChatRequest *request)
{
  guint n = gst_vowel_chat_request_get_n_tools (request);

  for (guint i = 0; i < n; i++)
    if (g_str_equal (gst_vowel_chat_request_get_tool (request, i)->name, TOOL))
      return TRUE;
  return FALSE;
}

static void
add_said (GstVowelChatRequest *question, guint number, const gchar *words)
{
  g_autofree gchar *id = g_strdup_printf ("said_%u", number);
  g_autofree gchar *arguments = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, MESSAGE);
  json_builder_add_string_value (builder, words);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  arguments = json_to_string (root, FALSE);
  gst_vowel_chat_request_add_tool_call (question, id, TOOL, arguments);
  gst_vowel_chat_request_add_tool_result (question, id, SAID);
}

GstVowelChatRequest *
gst_vowel_llm_speak_make_question (const GstVowelChatRequest *request)
{
  guint n = gst_vowel_chat_request_get_n_messages (request);
  GstVowelChatRequest *question;

  if (has_tool (request))
    return NULL;
  question = gst_vowel_chat_request_copy_without_messages (request);
  gst_vowel_chat_request_add_message (question, GST_VOWEL_CHAT_SYSTEM, RULE);
  for (guint i = 0; i < n; i++) {
    const GstVowelChatMessage *message =
        gst_vowel_chat_request_get_message (request, i);

    /* A model does as it has done before. */
    if (message->role == GST_VOWEL_CHAT_ASSISTANT)
      add_said (question, i, message->text);
    else
      gst_vowel_chat_request_append (question, message);
  }
  gst_vowel_chat_request_add_tool (question, TOOL, DESCRIPTION, PARAMETERS);
  if (g_str_equal (gst_vowel_chat_request_get_tool_choice (request), "none"))
    gst_vowel_chat_request_set_tool_choice (question, CHOICE);
  return question;
}

gboolean
gst_vowel_llm_speak_is_call (const GstVowelLlmCall *call)
{
  return g_str_equal (call->name, TOOL);
}

gchar *
gst_vowel_llm_speak_dup_words (const GstVowelLlmCall *call)
{
  g_autoptr (JsonNode) node = gst_vowel_json_parse (
      call->arguments->str, call->arguments->len, call->arguments->len, NULL);
  const gchar *words =
      node != NULL && JSON_NODE_HOLDS_OBJECT (node)
          ? gst_vowel_json_get_string (json_node_get_object (node), MESSAGE)
          : NULL;

  return g_strstrip (g_strdup (words != NULL ? words : ""));
}

gboolean
gst_vowel_llm_speak_is_all (GPtrArray *calls)
{
  for (guint i = 0; i < calls->len; i++)
    if (!gst_vowel_llm_speak_is_call (g_ptr_array_index (calls, i)))
      return FALSE;
  return calls->len > 0;
}

GstVowelChatRequest *
gst_vowel_llm_speak_go_on (
    GPtrArray *calls, const GstVowelChatRequest *question)
{
  GstVowelChatRequest *next = gst_vowel_chat_request_copy (question);
  const gchar *choice = gst_vowel_chat_request_get_tool_choice (question);

  for (guint i = 0; i < calls->len; i++) {
    const GstVowelLlmCall *call = g_ptr_array_index (calls, i);

    gst_vowel_chat_request_add_tool_call (next, call->id, call->name,
        call->problem == NULL ? call->arguments->str : "{}");
  }
  for (guint i = 0; i < calls->len; i++) {
    const GstVowelLlmCall *call = g_ptr_array_index (calls, i);

    gst_vowel_chat_request_add_tool_result (
        next, call->id, call->problem == NULL ? SAID : NOT_SAID);
  }
  /* What was demanded has been done. */
  if (g_str_equal (choice, CHOICE))
    gst_vowel_chat_request_set_tool_choice (next, "none");
  else if (!g_str_equal (choice, "none"))
    gst_vowel_chat_request_set_tool_choice (next, "auto");
  return next;
}
