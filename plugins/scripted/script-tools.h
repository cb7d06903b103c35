/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "script-words.h"

#include <gst/vowel/gstvowelchat.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * GstVowelToolDraft:
 * @tool: the tool, of the request
 * @schema: (nullable): its parameters
 * @arguments: what is known of them
 *
 * A tool call in the making.
 */
typedef struct {
  const GstVowelChatTool *tool;
  JsonNode *schema;
  JsonObject *arguments;
} GstVowelToolDraft;

void gst_vowel_tool_draft_free (GstVowelToolDraft *draft);

/* The calls that words @from to @to ask for, as many as there are clauses that
 * name a tool; empty when they are about something else.
 * Returns: (transfer full) (element-type GstVowelToolDraft) */
GPtrArray *gst_vowel_tools_match (const GstVowelChatRequest *request,
    const GstVowelWords *words, guint from, guint to);
/* A complete call of the tool @name, or of the likeliest when @name is NULL,
 * whatever the words are.  NULL when there is no such tool. */
GstVowelToolDraft *gst_vowel_tools_force (const GstVowelChatRequest *request,
    const gchar *name, const GstVowelWords *words);
/* The required parameter that is not known yet; NULL when the call is ready.
 */
const gchar *gst_vowel_tool_draft_get_missing (const GstVowelToolDraft *draft);
/* "get weather and set timer", for telling what is there; NULL without tools.
 */
gchar *gst_vowel_tools_describe (const GstVowelChatRequest *request);

G_END_DECLS
