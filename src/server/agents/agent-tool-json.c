/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "agent-tool-json.h"

#include "session/error.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define MAX_TOOLS 64
#define MAX_PARAMETERS 64
#define NAME_MAX_BYTES 64
#define TEXT_MAX_BYTES 4096
#define URL_MAX_BYTES 2048

/* --- to JSON --- */

static void
set_text (JsonObject *object, const gchar *name, const gchar *text)
{
  if (text != NULL)
    json_object_set_string_member (object, name, text);
  else
    json_object_set_null_member (object, name);
}

static JsonObject *
parameter_to_json (const VowelAgentParameter *parameter)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "name", parameter->name);
  json_object_set_string_member (
      object, "type", parameter->is_static ? "static" : "resolved");
  json_object_set_string_member (object, "dataType", parameter->data_type);
  set_text (object, "description", parameter->description);
  json_object_set_boolean_member (object, "required", parameter->required);
  json_object_set_member (object, "value",
      parameter->value != NULL ? json_node_copy (parameter->value)
                               : json_node_new (JSON_NODE_NULL));
  return object;
}

JsonObject *
vowel_agent_tool_to_json (const VowelAgentTool *tool)
{
  JsonObject *object = json_object_new ();
  JsonArray *parameters = json_array_new ();
  JsonObject *webhook;

  json_object_set_string_member (object, "name", tool->name);
  set_text (object, "description", tool->description);
  for (guint i = 0; i < tool->parameters->len; i++)
    json_array_add_object_element (parameters,
        parameter_to_json (g_ptr_array_index (tool->parameters, i)));
  json_object_set_array_member (object, "parameters", parameters);
  if (tool->webhook_url == NULL) {
    json_object_set_null_member (object, "webhook");
    return object;
  }
  webhook = json_object_new ();
  json_object_set_string_member (webhook, "url", tool->webhook_url);
  json_object_set_boolean_member (
      webhook, "hasSecret", tool->webhook_secret != NULL);
  json_object_set_object_member (object, "webhook", webhook);
  return object;
}

JsonArray *
vowel_agent_tools_to_json (GPtrArray *tools)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < tools->len; i++)
    json_array_add_object_element (
        array, vowel_agent_tool_to_json (g_ptr_array_index (tools, i)));
  return array;
}

/* Without a word about secrets. */
static JsonNode *
tool_to_node (const VowelAgentTool *tool)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = vowel_agent_tool_to_json (tool);
  JsonObject *webhook = gst_vowel_json_get_object (object, "webhook");

  if (webhook != NULL)
    json_object_remove_member (webhook, "hasSecret");
  json_node_take_object (node, object);
  return node;
}

gboolean
vowel_agent_tool_equal (const VowelAgentTool *a, const VowelAgentTool *b)
{
  g_autoptr (JsonNode) first = tool_to_node (a);
  g_autoptr (JsonNode) second = tool_to_node (b);

  return json_node_equal (first, second);
}

/* --- from JSON --- */

static gboolean
refuse (GError **error, const gchar *path, const gchar *name, const gchar *text)
{
  g_autofree gchar *field =
      name != NULL ? g_strdup_printf ("%s.%s", path, name) : g_strdup (path);

  vowel_set_field_error (error, VOWEL_ERROR_INVALID, field, "%s", text);
  return FALSE;
}

static gboolean
holds (JsonNode *node, GType type)
{
  return node != NULL && json_node_get_value_type (node) == type;
}

/* (nullable): the member, unless it is null */
static JsonNode *
get (JsonObject *object, const gchar *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

static gboolean
read_text (JsonObject *object, const gchar *path, const gchar *name, gsize max,
    gchar **ret_text, GError **error)
{
  JsonNode *node = get (object, name);

  if (node == NULL)
    return TRUE;
  if (!holds (node, G_TYPE_STRING))
    return refuse (error, path, name, "expected a string");
  if (strlen (json_node_get_string (node)) > max)
    return refuse (error, path, name, "is too long");
  *ret_text = json_node_dup_string (node);
  return TRUE;
}

static gboolean
is_name (const gchar *text)
{
  gsize length = text != NULL ? strlen (text) : 0;

  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '_' && text[i] != '-')
      return FALSE;
  return length > 0 && length <= NAME_MAX_BYTES;
}

static gboolean
read_name (
    JsonObject *object, const gchar *path, gchar **ret_name, GError **error)
{
  if (!read_text (object, path, "name", NAME_MAX_BYTES, ret_name, error))
    return FALSE;
  return is_name (*ret_name)
         || refuse (error, path, "name",
             "expected 1 to 64 letters, digits, \"_\" and \"-\"");
}

static gboolean
read_data_type (JsonObject *object, const gchar *path,
    VowelAgentParameter *parameter, GError **error)
{
  static const gchar *const types[] = {
      "string", "number", "boolean", "object", "array", NULL};

  if (!read_text (object, path, "dataType", 16, &parameter->data_type, error))
    return FALSE;
  if (parameter->data_type == NULL)
    parameter->data_type = g_strdup ("string");
  return g_strv_contains (types, parameter->data_type)
         || refuse (error, path, "dataType",
             "expected string, number, boolean, object or array");
}

static VowelAgentParameter *
read_parameter (JsonNode *node, const gchar *path, GError **error)
{
  g_autoptr (VowelAgentParameter) parameter = g_new0 (VowelAgentParameter, 1);
  g_autofree gchar *type = NULL;
  JsonObject *object;
  JsonNode *required, *value;

  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    refuse (error, path, NULL, "expected an object");
    return NULL;
  }
  object = json_node_get_object (node);
  required = get (object, "required");
  value = get (object, "value");
  if (!read_name (object, path, &parameter->name, error)
      || !read_text (object, path, "type", 16, &type, error)
      || !read_data_type (object, path, parameter, error)
      || !read_text (object, path, "description", TEXT_MAX_BYTES,
          &parameter->description, error))
    return NULL;
  if (type != NULL && !g_str_equal (type, "static")
      && !g_str_equal (type, "resolved")) {
    refuse (error, path, "type", "expected static or resolved");
    return NULL;
  }
  if (required != NULL && !holds (required, G_TYPE_BOOLEAN)) {
    refuse (error, path, "required", "expected true or false");
    return NULL;
  }
  parameter->is_static = g_strcmp0 (type, "static") == 0;
  parameter->required = required != NULL && json_node_get_boolean (required);
  if (parameter->is_static)
    parameter->value = value != NULL ? json_node_copy (value) : NULL;
  return g_steal_pointer (&parameter);
}

static gboolean
has_parameter (GPtrArray *parameters, const gchar *name)
{
  for (guint i = 0; i < parameters->len; i++) {
    VowelAgentParameter *parameter = g_ptr_array_index (parameters, i);

    if (g_str_equal (parameter->name, name))
      return TRUE;
  }
  return FALSE;
}

static gboolean
read_parameters (
    JsonObject *object, const gchar *path, VowelAgentTool *tool, GError **error)
{
  JsonNode *node = get (object, "parameters");
  JsonArray *array;

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return refuse (error, path, "parameters", "expected a list");
  array = json_node_get_array (node);
  if (json_array_get_length (array) > MAX_PARAMETERS)
    return refuse (error, path, "parameters", "are more than 64");
  for (guint i = 0; i < json_array_get_length (array); i++) {
    g_autofree gchar *inner = g_strdup_printf ("%s.parameters[%u]", path, i);
    VowelAgentParameter *parameter =
        read_parameter (json_array_get_element (array, i), inner, error);

    if (parameter == NULL)
      return FALSE;
    if (has_parameter (tool->parameters, parameter->name)) {
      vowel_agent_parameter_free (parameter);
      return refuse (error, inner, "name", "is there twice");
    }
    g_ptr_array_add (tool->parameters, parameter);
  }
  return TRUE;
}

static gboolean
is_web_address (const gchar *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);

  return uri != NULL
         && (g_strcmp0 (g_uri_get_scheme (uri), "https") == 0
             || g_strcmp0 (g_uri_get_scheme (uri), "http") == 0)
         && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0';
}

/* It becomes a header. */
static gboolean
has_control_characters (const gchar *text)
{
  for (const gchar *c = text; c != NULL && *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      return TRUE;
  return FALSE;
}

static gboolean
read_webhook (JsonObject *object, const gchar *path, VowelAgentTool *tool,
    GPtrArray *known, GError **error)
{
  g_autofree gchar *inner = g_strdup_printf ("%s.webhook", path);
  JsonNode *node = get (object, "webhook");
  JsonObject *webhook;

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return refuse (error, inner, NULL, "expected an object");
  webhook = json_node_get_object (node);
  if (!read_text (
          webhook, inner, "url", URL_MAX_BYTES, &tool->webhook_url, error)
      || !read_text (webhook, inner, "secret", TEXT_MAX_BYTES,
          &tool->webhook_secret, error))
    return FALSE;
  if (tool->webhook_url == NULL || !is_web_address (tool->webhook_url))
    return refuse (
        error, inner, "url", "expected an address with http or https");
  if (has_control_characters (tool->webhook_secret))
    return refuse (error, inner, "secret",
        "must not contain line breaks or other control characters");
  if (g_strcmp0 (tool->webhook_secret, "") == 0)
    g_clear_pointer (&tool->webhook_secret, g_free);
  if (!json_object_has_member (webhook, "secret"))
    vowel_agent_tool_take_secret (tool, known);
  return TRUE;
}

static VowelAgentTool *
read_tool (JsonNode *node, GPtrArray *known, const gchar *path, GError **error)
{
  g_autoptr (VowelAgentTool) tool = vowel_agent_tool_new ();
  JsonObject *object;

  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    refuse (error, path, NULL, "expected an object");
    return NULL;
  }
  object = json_node_get_object (node);
  if (!read_name (object, path, &tool->name, error)
      || !read_text (object, path, "description", TEXT_MAX_BYTES,
          &tool->description, error)
      || !read_parameters (object, path, tool, error)
      || !read_webhook (object, path, tool, known, error))
    return NULL;
  return g_steal_pointer (&tool);
}

GPtrArray *
vowel_agent_tools_from_json (
    JsonArray *array, GPtrArray *known, const gchar *path, GError **error)
{
  g_autoptr (GPtrArray) tools = vowel_agent_tools_new ();

  if (json_array_get_length (array) > MAX_TOOLS) {
    refuse (error, path, NULL, "are more than 64");
    return NULL;
  }
  for (guint i = 0; i < json_array_get_length (array); i++) {
    g_autofree gchar *inner = g_strdup_printf ("%s[%u]", path, i);
    g_autoptr (VowelAgentTool) tool =
        read_tool (json_array_get_element (array, i), known, inner, error);

    if (tool == NULL)
      return NULL;
    if (vowel_agent_tools_find (tools, tool->name) != NULL) {
      refuse (error, inner, "name", "is there twice");
      return NULL;
    }
    g_ptr_array_add (tools, g_steal_pointer (&tool));
  }
  return g_steal_pointer (&tools);
}
