/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "script-schema.h"

#include <string.h>

#define MAX_PROPERTIES 64

static const struct {
  const gchar *stem;
  gdouble seconds;
} units[] = {
    {"second", 1},
    {"minut", 60},
    {"hour", 3600},
    {"day", 86400},
};

void
gst_vowel_property_free (gpointer data)
{
  GstVowelProperty *self = data;

  g_strfreev (self->words);
  g_free (self);
}

static gboolean
is_required (JsonObject *schema, const gchar *name)
{
  JsonNode *node = json_object_get_member (schema, "required");
  JsonArray *array;
  guint i;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;
  array = json_node_get_array (node);
  for (i = 0; i < json_array_get_length (array); i++) {
    JsonNode *element = json_array_get_element (array, i);

    if (json_node_get_value_type (element) == G_TYPE_STRING
        && g_strcmp0 (json_node_get_string (element), name) == 0)
      return TRUE;
  }
  return FALSE;
}

static GstVowelPropertyType
type_from_name (const gchar *name)
{
  static const gchar *const names[] = {
      "string", "number", "integer", "boolean", "array", "object"};
  guint i;

  for (i = 0; i < G_N_ELEMENTS (names); i++) {
    if (g_strcmp0 (name, names[i]) == 0)
      return i;
  }
  return GST_VOWEL_PROPERTY_STRING;
}

GstVowelPropertyType
gst_vowel_property_get_type (JsonObject *schema)
{
  JsonNode *node =
      schema != NULL ? json_object_get_member (schema, "type") : NULL;
  JsonArray *array;
  guint i;

  if (node == NULL)
    return GST_VOWEL_PROPERTY_STRING;
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return type_from_name (json_node_get_string (node));
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return GST_VOWEL_PROPERTY_STRING;
  /* ["string", "null"] */
  array = json_node_get_array (node);
  for (i = 0; i < json_array_get_length (array); i++) {
    JsonNode *element = json_array_get_element (array, i);

    if (json_node_get_value_type (element) == G_TYPE_STRING
        && g_strcmp0 (json_node_get_string (element), "null") != 0)
      return type_from_name (json_node_get_string (element));
  }
  return GST_VOWEL_PROPERTY_STRING;
}

JsonArray *
gst_vowel_property_get_enum (JsonObject *schema)
{
  JsonNode *node =
      schema != NULL ? json_object_get_member (schema, "enum") : NULL;

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node)
             ? json_node_get_array (node)
             : NULL;
}

static JsonObject *
get_properties (JsonObject *schema)
{
  JsonNode *node = json_object_get_member (schema, "properties");

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node)
             ? json_node_get_object (node)
             : NULL;
}

GstVowelProperty *
gst_vowel_property_new (JsonObject *schema, const gchar *name)
{
  JsonObject *properties = get_properties (schema);
  JsonNode *node =
      properties != NULL ? json_object_get_member (properties, name) : NULL;
  GstVowelProperty *self = g_new0 (GstVowelProperty, 1);

  self->name = name;
  self->schema = node != NULL && JSON_NODE_HOLDS_OBJECT (node)
                     ? json_node_get_object (node)
                     : NULL;
  self->type = gst_vowel_property_get_type (self->schema);
  self->required = is_required (schema, name);
  self->words = gst_vowel_words_split_identifier (name);
  return self;
}

GPtrArray *
gst_vowel_property_list (JsonObject *schema)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (gst_vowel_property_free);
  JsonObject *properties = get_properties (schema);
  g_autoptr (GList) members =
      properties != NULL ? json_object_get_members (properties) : NULL;
  GList *l;

  for (l = members; l != NULL && list->len < MAX_PROPERTIES; l = l->next)
    g_ptr_array_add (list, gst_vowel_property_new (schema, l->data));
  return list;
}

gboolean
gst_vowel_property_has_word (
    const GstVowelProperty *self, const gchar *const *list)
{
  guint i;

  for (i = 0; self->words[i] != NULL; i++) {
    if (g_strv_contains (list, self->words[i]))
      return TRUE;
  }
  return FALSE;
}

gboolean
gst_vowel_property_is_proper_name (const GstVowelProperty *self)
{
  static const gchar *const proper_names[] = {"city", "location", "place",
      "country", "town", "region", "recipient", "person", "contact", "name",
      "destination", "origin", NULL};

  return gst_vowel_property_has_word (self, proper_names);
}

gboolean
gst_vowel_words_same_stem (const gchar *a, const gchar *b)
{
  g_autofree gchar *stem_a = gst_vowel_words_stem (a);
  g_autofree gchar *stem_b = gst_vowel_words_stem (b);

  return strcmp (stem_a, stem_b) == 0;
}

/* Whether @word is one of the words of the property's name. */
gboolean
gst_vowel_property_is_own_word (const GstVowelProperty *self, const gchar *word)
{
  guint i;

  for (i = 0; self->words[i] != NULL; i++) {
    if (strcmp (self->words[i], "id") != 0
        && gst_vowel_words_same_stem (self->words[i], word))
      return TRUE;
  }
  return FALSE;
}

gdouble
gst_vowel_property_unit_of_word (const gchar *word)
{
  g_autofree gchar *stem = gst_vowel_words_stem (word);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (units); i++) {
    if (strcmp (stem, units[i].stem) == 0)
      return units[i].seconds;
  }
  return 0;
}

gdouble
gst_vowel_property_get_unit (const GstVowelProperty *property)
{
  gdouble unit = 0;
  guint i;

  for (i = 0; property->words[i] != NULL && unit == 0; i++)
    unit = gst_vowel_property_unit_of_word (property->words[i]);
  return unit;
}

/* Passes: what can be told surely comes first, free text takes the rest. */
gint
gst_vowel_property_get_pass (const GstVowelProperty *property)
{
  if (gst_vowel_property_get_enum (property->schema) != NULL
      || property->type == GST_VOWEL_PROPERTY_BOOLEAN)
    return 0;
  if (property->type == GST_VOWEL_PROPERTY_NUMBER
      || property->type == GST_VOWEL_PROPERTY_INTEGER)
    return 1;
  return 2;
}

void
gst_vowel_property_fill_default (
    const GstVowelProperty *property, JsonObject *arguments)
{
  JsonNode *value = property->schema != NULL
                        ? json_object_get_member (property->schema, "default")
                        : NULL;

  if (value != NULL && property->required
      && !json_object_has_member (arguments, property->name))
    json_object_set_member (arguments, property->name, json_node_copy (value));
}

gboolean
gst_vowel_arguments_is_free_text (JsonObject *schema, const gchar *property)
{
  GstVowelProperty *self = gst_vowel_property_new (schema, property);
  gboolean free_text = gst_vowel_property_get_pass (self) == 2;

  gst_vowel_property_free (self);
  return free_text;
}

static JsonObject *
force_object (const GstVowelProperty *property, const GstVowelWords *words)
{
  JsonObject *object = json_object_new ();

  if (property->schema != NULL)
    gst_vowel_arguments_force (property->schema, words, object);
  return object;
}

void
gst_vowel_arguments_force (
    JsonObject *schema, const GstVowelWords *words, JsonObject *arguments)
{
  const gchar *name;

  while ((name = gst_vowel_arguments_get_missing (schema, arguments)) != NULL) {
    GstVowelProperty *property = gst_vowel_property_new (schema, name);
    JsonArray *values = gst_vowel_property_get_enum (property->schema);

    if (values != NULL && json_array_get_length (values) > 0)
      json_object_set_member (
          arguments, name, json_node_copy (json_array_get_element (values, 0)));
    else if (property->type == GST_VOWEL_PROPERTY_BOOLEAN)
      json_object_set_boolean_member (arguments, name, TRUE);
    else if (property->type == GST_VOWEL_PROPERTY_NUMBER
             || property->type == GST_VOWEL_PROPERTY_INTEGER)
      json_object_set_int_member (arguments, name, 1);
    else if (property->type == GST_VOWEL_PROPERTY_ARRAY)
      json_object_set_array_member (arguments, name, json_array_new ());
    else if (property->type == GST_VOWEL_PROPERTY_OBJECT)
      json_object_set_object_member (
          arguments, name, force_object (property, words));
    else
      json_object_set_string_member (arguments, name, words->text);
    gst_vowel_property_free (property);
  }
}

const gchar *
gst_vowel_arguments_get_missing (JsonObject *schema, JsonObject *arguments)
{
  JsonNode *node = json_object_get_member (schema, "required");
  JsonArray *array;
  guint i;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return NULL;
  array = json_node_get_array (node);
  for (i = 0; i < json_array_get_length (array); i++) {
    JsonNode *element = json_array_get_element (array, i);

    if (json_node_get_value_type (element) == G_TYPE_STRING
        && !json_object_has_member (arguments, json_node_get_string (element)))
      return json_node_get_string (element);
  }
  return NULL;
}

gchar *
gst_vowel_arguments_make_question (JsonObject *schema, const gchar *property)
{
  GstVowelProperty *self = gst_vowel_property_new (schema, property);
  g_autofree gchar *said = gst_vowel_words_from_identifier (property);
  JsonArray *values = gst_vowel_property_get_enum (self->schema);
  gchar *question;
  guint i;

  if (values != NULL) {
    g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
    g_auto (GStrv) choices = NULL;
    g_autofree gchar *list = NULL;

    for (i = 0; i < json_array_get_length (values); i++) {
      JsonNode *node = json_array_get_element (values, i);

      if (json_node_get_value_type (node) == G_TYPE_STRING) {
        g_autofree gchar *choice =
            gst_vowel_words_from_identifier (json_node_get_string (node));

        g_strv_builder_add (builder, choice);
      }
    }
    choices = g_strv_builder_end (builder);
    list = gst_vowel_words_join ((const gchar *const *) choices, "or");
    question = g_strdup_printf ("Which %s: %s?", said, list);
  } else if (self->type == GST_VOWEL_PROPERTY_BOOLEAN) {
    question = g_strdup_printf ("Shall I set %s, yes or no?", said);
  } else if (gst_vowel_property_get_unit (self) > 0
             && g_str_has_suffix (said, "s")) {
    question = g_strdup_printf ("How many %s?", said);
  } else {
    question = g_strdup_printf ("What is the %s?", said);
  }
  gst_vowel_property_free (self);
  return question;
}
