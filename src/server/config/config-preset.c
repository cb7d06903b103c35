/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "config-preset.h"

#include "config-yaml.h"

#include <gst/vowel/gstvoweljson.h>

#define FILE_NAME "presets.yaml"
#define MAX_PRESETS 256

static JsonNode *
read_built_in (GError **error)
{
  const gchar *data_dir = g_getenv ("VOWEL_DATA_DIR");
  g_autofree gchar *path = g_build_filename (
      data_dir ? data_dir : VOWEL_PKGDATADIR, FILE_NAME, NULL);
  g_autofree gchar *text = NULL;
  JsonNode *tree;

  /* A program without its data still runs. */
  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  tree = vowel_yaml_parse (text, -1, error);
  if (tree == NULL)
    g_prefix_error (error, "%s: ", path);
  return tree;
}

static gboolean
has_id (JsonArray *list, const gchar *id)
{
  for (guint i = 0; i < json_array_get_length (list); i++)
    if (g_strcmp0 (json_object_get_string_member (
                       json_array_get_object_element (list, i), "id"),
            id)
        == 0)
      return TRUE;
  return FALSE;
}

static void
copy_text (
    JsonObject *to, JsonObject *from, const gchar *name, const gchar *otherwise)
{
  const gchar *text = gst_vowel_json_get_string (from, name);

  json_object_set_string_member (to, name, text ? text : otherwise);
}

/* @id: (nullable): in @node otherwise */
static gboolean
add_preset (JsonArray *list, const gchar *id, JsonNode *node, GError **error)
{
  JsonObject *given =
      JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonObject *config = gst_vowel_json_get_object (given, "config");
  JsonObject *preset;

  if (id == NULL)
    id = gst_vowel_json_get_string (given, "id");
  if (id == NULL || *id == '\0' || config == NULL) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
        "presets: %s%s needs %s", id ? "the preset " : "each preset",
        id ? id : "", config ? "an id" : "a section config");
    return FALSE;
  }
  if (has_id (list, id))
    return TRUE;
  if (json_array_get_length (list) == MAX_PRESETS) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
        "presets: there are more than %d", MAX_PRESETS);
    return FALSE;
  }
  preset = json_object_new ();
  json_object_set_string_member (preset, "id", id);
  copy_text (preset, given, "name", id);
  copy_text (preset, given, "description", "");
  json_object_set_object_member (preset, "config", json_object_ref (config));
  json_array_add_object_element (list, preset);
  return TRUE;
}

static gboolean
add_presets (JsonArray *list, JsonNode *presets, GError **error)
{
  JsonObjectIter iter;
  const gchar *id;
  JsonNode *node;

  if (JSON_NODE_HOLDS_NULL (presets))
    return TRUE;
  if (JSON_NODE_HOLDS_ARRAY (presets)) {
    JsonArray *array = json_node_get_array (presets);

    for (guint i = 0; i < json_array_get_length (array); i++)
      if (!add_preset (list, NULL, json_array_get_element (array, i), error))
        return FALSE;
    return TRUE;
  }
  if (!JSON_NODE_HOLDS_OBJECT (presets)) {
    g_set_error_literal (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
        "presets is a value, but must be a list of presets");
    return FALSE;
  }
  json_object_iter_init_ordered (&iter, json_node_get_object (presets));
  while (json_object_iter_next_ordered (&iter, &id, &node))
    if (!add_preset (list, id, node, error))
      return FALSE;
  return TRUE;
}

JsonNode *
vowel_presets_list (JsonNode *file, GError **error)
{
  g_autoptr (GError) read_error = NULL;
  g_autoptr (JsonNode) built_in = read_built_in (&read_error);
  g_autoptr (JsonArray) list = json_array_new ();
  JsonNode *own =
      file != NULL && JSON_NODE_HOLDS_OBJECT (file)
          ? json_object_get_member (json_node_get_object (file), "presets")
          : NULL;

  if (read_error) {
    g_propagate_error (error, g_steal_pointer (&read_error));
    return NULL;
  }
  if ((own && !add_presets (list, own, error))
      || (built_in && !add_presets (list, built_in, error)))
    return NULL;
  return json_node_init_array (json_node_alloc (), list);
}

JsonNode *
vowel_presets_find (JsonNode *presets, const gchar *id, GError **error)
{
  JsonArray *list = json_node_get_array (presets);
  g_autoptr (GString) known = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (list); i++) {
    JsonObject *preset = json_array_get_object_element (list, i);
    const gchar *name = json_object_get_string_member (preset, "id");

    if (g_str_equal (name, id))
      return json_object_get_member (preset, "config");
    g_string_append_printf (known, "%s%s", known->len ? ", " : "", name);
  }
  g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
      "preset is \"%s\", but must be one of: %s", id, known->str);
  return NULL;
}
