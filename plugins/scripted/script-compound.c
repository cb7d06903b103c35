/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "script-compound.h"

#include <string.h>

#define MAX_VALUES 8

static gboolean
has_members (const GstVowelProperty *property)
{
  JsonNode *node = property->schema != NULL
                       ? json_object_get_member (property->schema, "properties")
                       : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node);
}

gboolean
gst_vowel_compound_fill (const GstVowelProperty *property,
    const GstVowelWords *words, guint from, guint to,
    const gchar *const *tool_words, JsonObject *arguments)
{
  g_autoptr (JsonObject) object = json_object_new ();

  if (has_members (property)) {
    gst_vowel_arguments_fill (
        property->schema, words, from, to, tool_words, object);
    if (gst_vowel_arguments_get_missing (property->schema, object) != NULL)
      return FALSE;
  }
  if (json_object_get_size (object) == 0 && !property->required)
    return FALSE;
  json_object_set_object_member (
      arguments, property->name, g_steal_pointer (&object));
  return TRUE;
}

void
gst_vowel_compound_answer (const GstVowelProperty *property,
    const GstVowelWords *words, guint from, guint to, JsonObject *arguments)
{
  static const gchar *const none[] = {NULL};
  JsonObject *object = json_object_new ();
  const gchar *missing;

  if (has_members (property)) {
    gst_vowel_arguments_fill (property->schema, words, from, to, none, object);
    missing = gst_vowel_arguments_get_missing (property->schema, object);
    if (missing != NULL)
      gst_vowel_arguments_answer (property->schema, missing, words, object);
    gst_vowel_arguments_force (property->schema, words, object);
  }
  json_object_set_object_member (arguments, property->name, object);
}

/* (transfer full) (nullable): the values that "and" and commas join */
static GStrv
list_values (const gchar *text)
{
  g_autoptr (GRegex) joints = g_regex_new (
      "\\s*,\\s*(?:and\\s+)?|\\s+and\\s+", G_REGEX_CASELESS, 0, NULL);
  g_auto (GStrv) values =
      g_regex_split_full (joints, text, -1, 0, 0, MAX_VALUES, NULL);

  return values != NULL && g_strv_length (values) > 1
             ? g_steal_pointer (&values)
             : NULL;
}

static JsonObject *
copy_with (JsonObject *arguments, const gchar *name, const gchar *value)
{
  JsonObject *copy = json_object_new ();
  JsonObjectIter iter;
  const gchar *member;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, arguments);
  while (json_object_iter_next_ordered (&iter, &member, &node)) {
    if (strcmp (member, name) == 0)
      json_object_set_string_member (copy, name, value);
    else
      json_object_set_member (copy, member, json_node_copy (node));
  }
  return copy;
}

GPtrArray *
gst_vowel_compound_split (JsonObject *schema, JsonObject *arguments)
{
  g_autoptr (GPtrArray) properties = gst_vowel_property_list (schema);
  guint i, k;

  for (i = 0; i < properties->len; i++) {
    const GstVowelProperty *property = properties->pdata[i];
    g_auto (GStrv) values = NULL;
    GPtrArray *split;

    if (property->type != GST_VOWEL_PROPERTY_STRING
        || !gst_vowel_property_is_proper_name (property)
        || gst_vowel_property_get_enum (property->schema) != NULL
        || !json_object_has_member (arguments, property->name))
      continue;
    values =
        list_values (json_object_get_string_member (arguments, property->name));
    if (values == NULL)
      continue;
    split = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
    for (k = 0; values[k] != NULL; k++) {
      if (*values[k] != '\0')
        g_ptr_array_add (
            split, copy_with (arguments, property->name, values[k]));
    }
    return split;
  }
  return NULL;
}
