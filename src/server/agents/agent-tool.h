/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session/session-config.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * VowelAgentParameter:
 * @name: of the argument
 * @is_static: @value is always what the tool is given, and the model does not
 *   know of it
 * @data_type: "string", "number", "boolean", "object" or "array"
 * @description: (nullable): for the model
 * @required: whether the model must fill it in
 * @value: (nullable): of a static one
 *
 * What a tool is told.
 */
typedef struct {
  gchar *name;
  gboolean is_static;
  gchar *data_type;
  gchar *description;
  gboolean required;
  JsonNode *value;
} VowelAgentParameter;

/**
 * VowelAgentTool:
 * @name: 1 to 64 letters, digits, "_" and "-"
 * @description: (nullable): for the model
 * @parameters: (element-type VowelAgentParameter)
 * @webhook_url: (nullable): who executes it; NULL: whoever is connected
 * @webhook_secret: (nullable): what that is shown, so that it knows who calls
 *
 * Something that an agent's model can do.
 */
typedef struct {
  gchar *name;
  gchar *description;
  GPtrArray *parameters;
  gchar *webhook_url;
  gchar *webhook_secret;
} VowelAgentTool;

void vowel_agent_parameter_free (VowelAgentParameter *parameter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelAgentParameter, vowel_agent_parameter_free)

/* Without a name yet. */
VowelAgentTool *vowel_agent_tool_new (void);
VowelAgentTool *vowel_agent_tool_copy (const VowelAgentTool *tool);
void vowel_agent_tool_free (VowelAgentTool *tool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelAgentTool, vowel_agent_tool_free)

/* The secret that a tool of the same name and address has among @known
 * (nullable) (element-type VowelAgentTool). */
void vowel_agent_tool_take_secret (VowelAgentTool *tool, GPtrArray *known);

/* Lists (element-type VowelAgentTool), in the order of the agent. */

/* (transfer full) */
GPtrArray *vowel_agent_tools_new (void);
/* (transfer full) */
GPtrArray *vowel_agent_tools_copy (GPtrArray *tools);
/* @tools: (nullable). (transfer none) (nullable) */
VowelAgentTool *vowel_agent_tools_find (GPtrArray *tools, const gchar *name);
/* As the model sees those that have a webhook, or those that have none.
 * (transfer full) (nullable) (element-type VowelTool): NULL: there are none */
GPtrArray *vowel_agent_tools_to_tools (GPtrArray *tools, gboolean with_webhook);

/* As the model sees it. (transfer full) */
VowelTool *vowel_agent_tool_to_tool (const VowelAgentTool *tool);
/* What the tool is given: the model's @arguments (JSON text) of the parameters
 * that it has, in their order, with static values, and null for those that the
 * model has left out. A tool without parameters gets all that the model says.
 * Text that is no object counts as none. (transfer full) */
JsonObject *vowel_agent_tool_fill (
    const VowelAgentTool *tool, const gchar *arguments);

G_END_DECLS
