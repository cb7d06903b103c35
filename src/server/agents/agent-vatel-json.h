/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "agent.h"

G_BEGIN_DECLS

/* An agent as Vatel's REST API shows it, and what becomes of one there. Errors
 * are #VOWEL_ERROR, with the field as Vatel's clients know it. What Vatel has
 * no word for stays as others have set it. */

/* With Vatel's defaults. (transfer full) */
VowelAgent *vowel_agent_vatel_new (
    const gchar *app_id, JsonObject *object, GError **error);
/* What a PATCH says becomes part of @agent, which is a copy: it is unusable
 * after an error. */
gboolean vowel_agent_vatel_apply (
    VowelAgent *agent, JsonObject *object, GError **error);
/* (transfer full) */
JsonObject *vowel_agent_vatel_to_json (const VowelAgent *agent);

/* The `arguments` of a `tool_call`: what @tool is given when the model says
 * @arguments (JSON text). @tool: (nullable): none of the agent's: then as the
 * model says. (transfer full) */
JsonArray *vowel_agent_vatel_make_arguments (
    const VowelAgentTool *tool, const gchar *arguments);
/* The `nodes` of a version: its prompt and tools. (transfer full) */
JsonArray *vowel_agent_vatel_make_nodes (const VowelAgent *agent);

G_END_DECLS
