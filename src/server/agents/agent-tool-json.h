/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "agent-tool.h"

G_BEGIN_DECLS

/* {name, description, parameters: [{name, type, dataType, description,
 * required, value}], webhook: {url, hasSecret} or null} (transfer full) */
JsonObject *vowel_agent_tool_to_json (const VowelAgentTool *tool);
/* (transfer full) */
JsonArray *vowel_agent_tools_to_json (GPtrArray *tools);
/* A list of tools. @known: (nullable) (element-type VowelAgentTool): one that
 * has its secret still, when @array leaves it out and the webhook stays the
 * same. @path: what errors call the list. (transfer full) (element-type
 * VowelAgentTool) */
GPtrArray *vowel_agent_tools_from_json (
    JsonArray *array, GPtrArray *known, const gchar *path, GError **error);

/* But for secrets. */
gboolean vowel_agent_tool_equal (
    const VowelAgentTool *a, const VowelAgentTool *b);

G_END_DECLS
