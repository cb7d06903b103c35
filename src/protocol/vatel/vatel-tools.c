/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vatel-tools.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define MAX_SCHEMA (1024 * 1024)

struct _VowelVatelTools {
  GPtrArray *tools; /* (element-type VowelTool) */
};

VowelVatelTools *
vowel_vatel_tools_new (GPtrArray *tools)
{
  VowelVatelTools *self = g_new0 (VowelVatelTools, 1);

  self->tools =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_tool_free);
  for (guint i = 0; i < tools->len; i++)
    g_ptr_array_add (
        self->tools, vowel_tool_copy (g_ptr_array_index (tools, i)));
  return self;
}

void
vowel_vatel_tools_free (VowelVatelTools *tools)
{
  g_ptr_array_unref (tools->tools);
  g_free (tools);
}

/* (transfer full); NULL when it is not that */
static JsonObject *
parse_object (const gchar *text)
{
  g_autoptr (JsonNode) node = text != NULL ? gst_vowel_json_parse (
                                  text, strlen (text), MAX_SCHEMA, NULL)
                                           : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node)
             ? json_node_dup_object (node)
             : NULL;
}

static gboolean
is_static (JsonObject *properties, const gchar *name)
{
  JsonObject *property = gst_vowel_json_get_object (properties, name);

  return property != NULL && json_object_has_member (property, "const");
}

/* Without what the model need not know. */
static gchar *
dup_offered_schema (const gchar *text)
{
  g_autoptr (JsonObject) schema = parse_object (text);
  JsonObject *properties = gst_vowel_json_get_object (schema, "properties");
  JsonArray *required = gst_vowel_json_get_array (schema, "required");
  g_autoptr (GList) names =
      properties != NULL ? json_object_get_members (properties) : NULL;
  g_autoptr (GHashTable) hidden = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (JsonArray) rest = json_array_new ();
  g_autoptr (JsonNode) node = NULL;

  for (GList *l = names; l != NULL; l = l->next)
    if (is_static (properties, l->data))
      g_hash_table_add (hidden, l->data);
  if (g_hash_table_size (hidden) == 0)
    return g_strdup (text);

  for (guint i = 0; required != NULL && i < json_array_get_length (required);
       i++) {
    const gchar *name = gst_vowel_json_get_string_at (required, i);

    if (name != NULL && !g_hash_table_contains (hidden, name))
      json_array_add_string_element (rest, name);
  }
  if (required != NULL)
    json_object_set_array_member (schema, "required", g_steal_pointer (&rest));
  for (GList *l = names; l != NULL; l = l->next)
    if (g_hash_table_contains (hidden, l->data))
      json_object_remove_member (properties, l->data);
  node = json_node_init_object (json_node_alloc (), schema);
  return json_to_string (node, FALSE);
}

GPtrArray *
vowel_vatel_tools_dup_offered (VowelVatelTools *tools)
{
  GPtrArray *offered =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_tool_free);

  for (guint i = 0; i < tools->tools->len; i++) {
    VowelTool *tool = g_ptr_array_index (tools->tools, i);
    g_autofree gchar *schema = dup_offered_schema (tool->parameters);

    g_ptr_array_add (
        offered, vowel_tool_new (tool->name, tool->description, schema));
  }
  return offered;
}

/* Vatel's words for what JSON Schema calls `type`. */
static const gchar *
find_data_type (JsonObject *property)
{
  const gchar *type = gst_vowel_json_get_string (property, "type");
  JsonArray *types = gst_vowel_json_get_array (property, "type");

  for (guint i = 0;
       type == NULL && types != NULL && i < json_array_get_length (types);
       i++) {
    type = gst_vowel_json_get_string_at (types, i);
    if (g_strcmp0 (type, "null") == 0)
      type = NULL;
  }
  return g_strcmp0 (type, "integer") == 0 ? "number" : type;
}

static const gchar *
guess_data_type (JsonNode *value)
{
  if (JSON_NODE_HOLDS_OBJECT (value))
    return "object";
  if (JSON_NODE_HOLDS_ARRAY (value))
    return "array";
  switch (json_node_get_value_type (value)) {
    case G_TYPE_BOOLEAN:
      return "boolean";
    case G_TYPE_INT64:
    case G_TYPE_DOUBLE:
      return "number";
    default:
      return "string";
  }
}

static gboolean
is_required (JsonObject *schema, const gchar *name)
{
  JsonArray *required = gst_vowel_json_get_array (schema, "required");

  for (guint i = 0; required != NULL && i < json_array_get_length (required);
       i++)
    if (g_strcmp0 (gst_vowel_json_get_string_at (required, i), name) == 0)
      return TRUE;
  return FALSE;
}

/* @value: (nullable) (transfer none) */
static JsonObject *
describe (JsonObject *schema, JsonObject *property, const gchar *name,
    JsonNode *value)
{
  JsonObject *object = json_object_new ();
  JsonNode *constant =
      property != NULL ? json_object_get_member (property, "const") : NULL;
  const gchar *data_type = find_data_type (property);
  const gchar *description =
      gst_vowel_json_get_string (property, "description");

  if (constant != NULL)
    value = constant;
  if (data_type == NULL && value != NULL)
    data_type = guess_data_type (value);
  json_object_set_string_member (object, "name", name);
  json_object_set_string_member (
      object, "type", constant != NULL ? "static" : "resolved");
  json_object_set_string_member (
      object, "dataType", data_type != NULL ? data_type : "string");
  if (description != NULL)
    json_object_set_string_member (object, "description", description);
  json_object_set_boolean_member (
      object, "required", is_required (schema, name));
  json_object_set_member (object, "value",
      value != NULL ? json_node_copy (value)
                    : json_node_init_null (json_node_alloc ()));
  return object;
}

static const VowelTool *
find_tool (VowelVatelTools *tools, const gchar *name)
{
  for (guint i = 0; i < tools->tools->len; i++) {
    const VowelTool *tool = g_ptr_array_index (tools->tools, i);

    if (g_str_equal (tool->name, name))
      return tool;
  }
  return NULL;
}

JsonArray *
vowel_vatel_tools_describe (
    VowelVatelTools *tools, const gchar *name, const gchar *arguments)
{
  const VowelTool *tool = find_tool (tools, name);
  g_autoptr (JsonObject) schema =
      tool != NULL ? parse_object (tool->parameters) : NULL;
  g_autoptr (JsonObject) values = parse_object (arguments);
  JsonObject *properties = gst_vowel_json_get_object (schema, "properties");
  g_autoptr (GList) defined =
      properties != NULL ? json_object_get_members (properties) : NULL;
  g_autoptr (GList) given =
      values != NULL ? json_object_get_members (values) : NULL;
  JsonArray *array = json_array_new ();

  for (GList *l = defined; l != NULL; l = l->next)
    json_array_add_object_element (array,
        describe (schema, gst_vowel_json_get_object (properties, l->data),
            l->data,
            values != NULL ? json_object_get_member (values, l->data) : NULL));
  for (GList *l = given; l != NULL; l = l->next)
    if (properties == NULL || !json_object_has_member (properties, l->data))
      json_array_add_object_element (
          array, describe (schema, NULL, l->data,
                     json_object_get_member (values, l->data)));
  return array;
}
