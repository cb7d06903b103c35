/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "agent-mappings.h"

#include "agent-fields.h"

#include <string.h>

static gdouble
get_scale (const VowelAgentMapping *mapping)
{
  return mapping->scale != 0 ? mapping->scale : 1;
}

/* The object around the value of @path: FALSE when what stands there is none.
 * @ret_parent: NULL when nothing does; @ret_null: null does. */
static gboolean
find_parent (JsonObject *object, const gchar *path, const gchar **ret_name,
    JsonObject **ret_parent, gboolean *ret_null, GError **error)
{
  const gchar *dot = strchr (path, '.');
  g_autofree gchar *outer = dot != NULL ? g_strndup (path, dot - path) : NULL;
  JsonNode *node;

  *ret_null = FALSE;
  *ret_name = dot != NULL ? dot + 1 : path;
  *ret_parent = object;
  if (dot == NULL)
    return TRUE;
  node = json_object_get_member (object, outer);
  *ret_parent = NULL;
  if (node == NULL)
    return TRUE;
  *ret_null = JSON_NODE_HOLDS_NULL (node);
  if (*ret_null)
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    vowel_set_field_error (
        error, VOWEL_ERROR_INVALID, outer, "expected an object");
    return FALSE;
  }
  *ret_parent = json_node_get_object (node);
  return TRUE;
}

static gboolean
read_one (const VowelAgentMapping *mapping, VowelAgent *agent,
    JsonObject *object, GError **error)
{
  const VowelAgentField *field = vowel_agent_field_get (mapping->field);
  const gchar *name;
  JsonObject *parent;
  gboolean is_null;
  JsonNode *node = NULL;

  if (!find_parent (object, mapping->path, &name, &parent, &is_null, error))
    return FALSE;
  if (is_null)
    vowel_agent_field_reset (field, agent);
  if (parent != NULL)
    node = json_object_get_member (parent, name);
  if (node == NULL && parent != NULL && mapping->alias != NULL)
    node = json_object_get_member (parent, mapping->alias);
  return node == NULL
         || vowel_agent_field_read (
             field, agent, node, mapping->path, get_scale (mapping), error);
}

gboolean
vowel_agent_mappings_read (const VowelAgentMapping *mappings, guint n,
    VowelAgent *agent, JsonObject *object, GError **error)
{
  for (guint i = 0; i < n; i++)
    if (!read_one (&mappings[i], agent, object, error))
      return FALSE;
  return TRUE;
}

void
vowel_agent_mappings_write (const VowelAgentMapping *mappings, guint n,
    const VowelAgent *agent, JsonObject *object)
{
  for (guint i = 0; i < n; i++) {
    const gchar *name;
    JsonObject *parent =
        vowel_agent_open_path (object, mappings[i].path, &name);
    g_autoptr (JsonNode) node =
        vowel_agent_field_to_json (vowel_agent_field_get (mappings[i].field),
            agent, get_scale (&mappings[i]));

    if (!JSON_NODE_HOLDS_NULL (node))
      json_object_set_member (parent, name, g_steal_pointer (&node));
  }
}
