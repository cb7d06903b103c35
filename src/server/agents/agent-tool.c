/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "agent-tool.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

/* --- memory --- */

static VowelAgentParameter *
parameter_copy (const VowelAgentParameter *parameter)
{
  VowelAgentParameter *copy = g_memdup2 (parameter, sizeof *parameter);

  copy->name = g_strdup (parameter->name);
  copy->data_type = g_strdup (parameter->data_type);
  copy->description = g_strdup (parameter->description);
  copy->value =
      parameter->value != NULL ? json_node_copy (parameter->value) : NULL;
  return copy;
}

void
vowel_agent_parameter_free (VowelAgentParameter *parameter)
{
  g_free (parameter->name);
  g_free (parameter->data_type);
  g_free (parameter->description);
  g_clear_pointer (&parameter->value, json_node_unref);
  g_free (parameter);
}

static GPtrArray *
new_parameters (void)
{
  return g_ptr_array_new_with_free_func (
      (GDestroyNotify) vowel_agent_parameter_free);
}

VowelAgentTool *
vowel_agent_tool_new (void)
{
  VowelAgentTool *tool = g_new0 (VowelAgentTool, 1);

  tool->parameters = new_parameters ();
  return tool;
}

VowelAgentTool *
vowel_agent_tool_copy (const VowelAgentTool *tool)
{
  VowelAgentTool *copy = vowel_agent_tool_new ();

  copy->name = g_strdup (tool->name);
  copy->description = g_strdup (tool->description);
  for (guint i = 0; i < tool->parameters->len; i++)
    g_ptr_array_add (copy->parameters,
        parameter_copy (g_ptr_array_index (tool->parameters, i)));
  copy->webhook_url = g_strdup (tool->webhook_url);
  copy->webhook_secret = g_strdup (tool->webhook_secret);
  return copy;
}

void
vowel_agent_tool_free (VowelAgentTool *tool)
{
  g_free (tool->name);
  g_free (tool->description);
  g_ptr_array_unref (tool->parameters);
  g_free (tool->webhook_url);
  g_free (tool->webhook_secret);
  g_free (tool);
}

GPtrArray *
vowel_agent_tools_new (void)
{
  return g_ptr_array_new_with_free_func (
      (GDestroyNotify) vowel_agent_tool_free);
}

GPtrArray *
vowel_agent_tools_copy (GPtrArray *tools)
{
  GPtrArray *copy = vowel_agent_tools_new ();

  for (guint i = 0; i < tools->len; i++)
    g_ptr_array_add (
        copy, vowel_agent_tool_copy (g_ptr_array_index (tools, i)));
  return copy;
}

VowelAgentTool *
vowel_agent_tools_find (GPtrArray *tools, const gchar *name)
{
  for (guint i = 0; tools != NULL && i < tools->len; i++) {
    VowelAgentTool *tool = g_ptr_array_index (tools, i);

    if (g_str_equal (tool->name, name))
      return tool;
  }
  return NULL;
}

void
vowel_agent_tool_take_secret (VowelAgentTool *tool, GPtrArray *known)
{
  VowelAgentTool *before = vowel_agent_tools_find (known, tool->name);

  /* Not for another address: whoever may change that may not read it. */
  if (before == NULL || tool->webhook_url == NULL
      || g_strcmp0 (before->webhook_url, tool->webhook_url) != 0)
    return;
  g_free (tool->webhook_secret);
  tool->webhook_secret = g_strdup (before->webhook_secret);
}

/* --- for the model, and for the tool --- */

static JsonObject *
make_schema_of (const VowelAgentParameter *parameter)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "type", parameter->data_type);
  if (parameter->description != NULL)
    json_object_set_string_member (
        object, "description", parameter->description);
  if (g_str_equal (parameter->data_type, "array"))
    json_object_set_object_member (object, "items", json_object_new ());
  return object;
}

/* (transfer full): a JSON Schema */
static gchar *
make_schema (const VowelAgentTool *tool)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *schema = json_object_new ();
  JsonObject *properties = json_object_new ();
  JsonArray *required = json_array_new ();

  json_node_take_object (root, schema);
  for (guint i = 0; i < tool->parameters->len; i++) {
    VowelAgentParameter *parameter = g_ptr_array_index (tool->parameters, i);

    if (parameter->is_static)
      continue;
    json_object_set_object_member (
        properties, parameter->name, make_schema_of (parameter));
    if (parameter->required)
      json_array_add_string_element (required, parameter->name);
  }
  json_object_set_string_member (schema, "type", "object");
  json_object_set_object_member (schema, "properties", properties);
  json_object_set_array_member (schema, "required", required);
  return json_to_string (root, FALSE);
}

VowelTool *
vowel_agent_tool_to_tool (const VowelAgentTool *tool)
{
  g_autofree gchar *schema = make_schema (tool);

  return vowel_tool_new (tool->name, tool->description, schema);
}

GPtrArray *
vowel_agent_tools_to_tools (GPtrArray *tools, gboolean with_webhook)
{
  g_autoptr (GPtrArray) list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_tool_free);

  for (guint i = 0; i < tools->len; i++) {
    VowelAgentTool *tool = g_ptr_array_index (tools, i);

    if ((tool->webhook_url != NULL) == with_webhook)
      g_ptr_array_add (list, vowel_agent_tool_to_tool (tool));
  }
  return list->len > 0 ? g_steal_pointer (&list) : NULL;
}

/* (transfer full) */
static JsonObject *
parse_arguments (const gchar *arguments)
{
  gsize length = arguments != NULL ? strlen (arguments) : 0;
  JsonObject *object =
      length > 0 ? gst_vowel_json_parse_object (arguments, length, length, NULL)
                 : NULL;

  return object != NULL ? object : json_object_new ();
}

JsonObject *
vowel_agent_tool_fill (const VowelAgentTool *tool, const gchar *arguments)
{
  g_autoptr (JsonObject) said = parse_arguments (arguments);
  JsonObject *filled;

  if (tool->parameters->len == 0)
    return g_steal_pointer (&said);
  filled = json_object_new ();
  for (guint i = 0; i < tool->parameters->len; i++) {
    VowelAgentParameter *parameter = g_ptr_array_index (tool->parameters, i);
    JsonNode *node = parameter->is_static
                         ? parameter->value
                         : json_object_get_member (said, parameter->name);

    json_object_set_member (filled, parameter->name,
        node != NULL ? json_node_copy (node) : json_node_new (JSON_NODE_NULL));
  }
  return filled;
}
