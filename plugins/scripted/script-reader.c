/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "script-reader.h"

gboolean
gst_vowel_reader_invalid (const GstVowelReader *self, const gchar *field,
    GError **error, const gchar *format, ...)
{
  g_autofree gchar *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, GST_VOWEL_SCRIPT_ERROR, GST_VOWEL_SCRIPT_ERROR_INVALID,
      "%s, field \"%s\": %s", self->where, field, message);
  return FALSE;
}

gboolean
gst_vowel_reader_check_fields (
    const GstVowelReader *self, const gchar *const *known, GError **error)
{
  g_autoptr (GList) members = json_object_get_members (self->object);
  GList *l;

  for (l = members; l != NULL; l = l->next) {
    if (!g_strv_contains (known, l->data)) {
      g_autofree gchar *list = gst_vowel_words_join (known, "and");

      return gst_vowel_reader_invalid (
          self, l->data, error, "there is no such field; there are %s", list);
    }
  }
  return TRUE;
}

JsonNode *
gst_vowel_reader_get_member (const GstVowelReader *self, const gchar *field)
{
  JsonNode *node = json_object_get_member (self->object, field);

  return node == NULL || JSON_NODE_HOLDS_NULL (node) ? NULL : node;
}

gboolean
gst_vowel_reader_is_string (JsonNode *node)
{
  return json_node_get_value_type (node) == G_TYPE_STRING
         && JSON_NODE_HOLDS_VALUE (node);
}

gboolean
gst_vowel_reader_string (const GstVowelReader *self, const gchar *field,
    gchar **ret_value, GError **error)
{
  JsonNode *node = gst_vowel_reader_get_member (self, field);

  if (node == NULL)
    return TRUE;
  if (!gst_vowel_reader_is_string (node))
    return gst_vowel_reader_invalid (self, field, error, "must be a string");
  *ret_value = g_strdup (json_node_get_string (node));
  return TRUE;
}

gboolean
gst_vowel_reader_boolean (const GstVowelReader *self, const gchar *field,
    gboolean *ret_value, GError **error)
{
  JsonNode *node = gst_vowel_reader_get_member (self, field);

  if (node == NULL)
    return TRUE;
  if (json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return gst_vowel_reader_invalid (
        self, field, error, "must be true or false");
  *ret_value = json_node_get_boolean (node);
  return TRUE;
}

gboolean
gst_vowel_reader_number (const GstVowelReader *self, const gchar *field,
    gdouble low, gdouble high, gdouble *ret_value, GError **error)
{
  JsonNode *node = gst_vowel_reader_get_member (self, field);
  GType type;
  gdouble value;

  if (node == NULL)
    return TRUE;
  type = json_node_get_value_type (node);
  if (!JSON_NODE_HOLDS_VALUE (node)
      || (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE))
    return gst_vowel_reader_invalid (self, field, error, "must be a number");
  value = json_node_get_double (node);
  if (value < low || value > high)
    return gst_vowel_reader_invalid (
        self, field, error, "must be from %g to %g", low, high);
  *ret_value = value;
  return TRUE;
}

gboolean
gst_vowel_reader_integer (const GstVowelReader *self, const gchar *field,
    gint low, gint high, gint *ret_value, GError **error)
{
  gdouble value = *ret_value;

  if (!gst_vowel_reader_number (self, field, low, high, &value, error))
    return FALSE;
  if (value != (gint) value)
    return gst_vowel_reader_invalid (
        self, field, error, "must be a whole number");
  *ret_value = value;
  return TRUE;
}

gboolean
gst_vowel_reader_object (const GstVowelReader *self, const gchar *field,
    JsonObject **ret_object, GError **error)
{
  JsonNode *node = gst_vowel_reader_get_member (self, field);

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return gst_vowel_reader_invalid (self, field, error, "must be an object");
  *ret_object = json_node_get_object (node);
  return TRUE;
}

/* A string, or an array of strings. */
gboolean
gst_vowel_reader_strings (const GstVowelReader *self, const gchar *field,
    GStrv *ret_strings, GError **error)
{
  JsonNode *node = gst_vowel_reader_get_member (self, field);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *array;
  guint i;

  if (node == NULL)
    return TRUE;
  if (gst_vowel_reader_is_string (node)) {
    g_strv_builder_add (builder, json_node_get_string (node));
  } else if (JSON_NODE_HOLDS_ARRAY (node)) {
    array = json_node_get_array (node);
    for (i = 0; i < json_array_get_length (array); i++) {
      if (!gst_vowel_reader_is_string (json_array_get_element (array, i)))
        return gst_vowel_reader_invalid (
            self, field, error, "entry %u must be a string", i + 1);
      g_strv_builder_add (builder, json_array_get_string_element (array, i));
    }
  } else {
    return gst_vowel_reader_invalid (
        self, field, error, "must be a string or an array of strings");
  }
  *ret_strings = g_strv_builder_end (builder);
  return TRUE;
}

gboolean
gst_vowel_reader_template (const GstVowelReader *self, const gchar *field,
    const gchar *text, GstVowelTemplate **ret_template, GError **error)
{
  g_autoptr (GError) reason = NULL;

  *ret_template = gst_vowel_template_new (text, &reason);
  if (*ret_template == NULL)
    return gst_vowel_reader_invalid (self, field, error, "%s", reason->message);
  return TRUE;
}

gboolean
gst_vowel_reader_templates (const GstVowelReader *self, const gchar *field,
    GPtrArray *templates, GError **error)
{
  g_auto (GStrv) texts = NULL;
  guint i;

  if (!gst_vowel_reader_strings (self, field, &texts, error))
    return FALSE;
  for (i = 0; texts != NULL && texts[i] != NULL; i++) {
    GstVowelTemplate *template;

    if (!gst_vowel_reader_template (self, field, texts[i], &template, error))
      return FALSE;
    g_ptr_array_add (templates, template);
  }
  return TRUE;
}

gboolean
gst_vowel_reader_one_template (const GstVowelReader *self, const gchar *field,
    GstVowelTemplate **ret_template, GError **error)
{
  g_autofree gchar *text = NULL;

  if (!gst_vowel_reader_string (self, field, &text, error))
    return FALSE;
  return text == NULL
         || gst_vowel_reader_template (self, field, text, ret_template, error);
}
