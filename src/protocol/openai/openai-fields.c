/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "openai-fields.h"
#include "openai-errors.h"

#include <math.h>

gchar *
vowel_openai_path (const gchar *path, const gchar *key)
{
  return path != NULL ? g_strconcat (path, ".", key, NULL) : g_strdup (key);
}

gchar *
vowel_openai_path_index (const gchar *path, guint index)
{
  return g_strdup_printf ("%s[%u]", path, index);
}

static const gchar *
describe (JsonNode *node)
{
  switch (json_node_get_node_type (node)) {
    case JSON_NODE_OBJECT:
      return "an object";
    case JSON_NODE_ARRAY:
      return "an array";
    case JSON_NODE_NULL:
      return "null";
    case JSON_NODE_VALUE:
      break;
  }

  switch (json_node_get_value_type (node)) {
    case G_TYPE_STRING:
      return "a string";
    case G_TYPE_BOOLEAN:
      return "a boolean";
    case G_TYPE_INT64:
      return "an integer";
    default:
      return "a decimal";
  }
}

static gboolean
wrong_type (const gchar *path, const gchar *key, const gchar *expected,
    JsonNode *node, GError **error)
{
  g_autofree gchar *param = vowel_openai_path (path, key);

  vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_TYPE, param,
      "Invalid type for '%s': expected %s, but got %s instead.", param,
      expected, describe (node));
  return FALSE;
}

gboolean
vowel_openai_has (JsonObject *object, const gchar *key)
{
  return json_object_has_member (object, key);
}

gboolean
vowel_openai_is_null (JsonObject *object, const gchar *key)
{
  return json_object_has_member (object, key)
         && json_object_get_null_member (object, key);
}

gboolean
vowel_openai_read_string (JsonObject *object, const gchar *path,
    const gchar *key, const gchar **value, GError **error)
{
  JsonNode *node = json_object_get_member (object, key);

  if (node == NULL)
    return TRUE;

  if (JSON_NODE_HOLDS_NULL (node)) {
    *value = NULL;
    return TRUE;
  }

  if (!JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_STRING)
    return wrong_type (path, key, "a string", node, error);

  *value = json_node_get_string (node);
  return TRUE;
}

gboolean
vowel_openai_require_string (JsonObject *object, const gchar *path,
    const gchar *key, const gchar **ret_value, GError **error)
{
  const gchar *value = NULL;
  g_autofree gchar *param = NULL;

  if (!vowel_openai_read_string (object, path, key, &value, error))
    return FALSE;

  if (value != NULL) {
    *ret_value = value;
    return TRUE;
  }

  param = vowel_openai_path (path, key);
  vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_MISSING_PARAMETER, param,
      "Missing required parameter: '%s'.", param);
  return FALSE;
}

gboolean
vowel_openai_read_choice (JsonObject *object, const gchar *path,
    const gchar *key, const gchar *const *choices, guint *index, GError **error)
{
  const gchar *value = NULL;
  g_autofree gchar *param = NULL;
  g_autofree gchar *known = NULL;

  if (!vowel_openai_read_string (object, path, key, &value, error))
    return FALSE;

  if (value == NULL)
    return TRUE;

  for (guint i = 0; choices[i] != NULL; i++) {
    if (g_str_equal (choices[i], value)) {
      *index = i;
      return TRUE;
    }
  }

  param = vowel_openai_path (path, key);
  known = g_strjoinv ("', '", (gchar **) choices);
  vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_VALUE, param,
      "Invalid value: '%s'. Supported values of '%s' are: '%s'.", value, param,
      known);
  return FALSE;
}

gboolean
vowel_openai_read_boolean (JsonObject *object, const gchar *path,
    const gchar *key, gboolean *value, GError **error)
{
  JsonNode *node = json_object_get_member (object, key);

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;

  if (!JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return wrong_type (path, key, "a boolean", node, error);

  *value = json_node_get_boolean (node);
  return TRUE;
}

/* JavaScript knows one kind of number: 1 and 1.0 are the same to a client. */
static gboolean
get_number (JsonNode *node, gdouble *ret_number)
{
  if (!JSON_NODE_HOLDS_VALUE (node))
    return FALSE;

  if (json_node_get_value_type (node) == G_TYPE_INT64)
    *ret_number = (gdouble) json_node_get_int (node);
  else if (json_node_get_value_type (node) == G_TYPE_DOUBLE)
    *ret_number = json_node_get_double (node);
  else
    return FALSE;

  return isfinite (*ret_number);
}

gboolean
vowel_openai_read_uint (JsonObject *object, const gchar *path, const gchar *key,
    guint min, guint max, guint *value, GError **error)
{
  JsonNode *node = json_object_get_member (object, key);
  g_autofree gchar *param = NULL;
  gdouble number;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;

  if (!get_number (node, &number) || number != floor (number))
    return wrong_type (path, key, "an integer", node, error);

  if (number >= min && number <= max) {
    *value = (guint) number;
    return TRUE;
  }

  param = vowel_openai_path (path, key);
  if (number < min)
    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INTEGER_BELOW_MIN, param,
        "Invalid '%s': integer below minimum value. Expected a value >= %u, "
        "but got %.0f instead.",
        param, min, number);
  else
    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INTEGER_ABOVE_MAX, param,
        "Invalid '%s': integer above maximum value. Expected a value <= %u, "
        "but got %.0f instead.",
        param, max, number);
  return FALSE;
}

gboolean
vowel_openai_read_double (JsonObject *object, const gchar *path,
    const gchar *key, gdouble min, gdouble max, gdouble *value, GError **error)
{
  JsonNode *node = json_object_get_member (object, key);
  g_autofree gchar *param = NULL;
  gdouble number;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;

  if (!get_number (node, &number))
    return wrong_type (path, key, "a decimal", node, error);

  if (number >= min && number <= max) {
    *value = number;
    return TRUE;
  }

  param = vowel_openai_path (path, key);
  if (number < min)
    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_DECIMAL_BELOW_MIN, param,
        "Invalid '%s': decimal below minimum value. Expected a value >= %g, "
        "but got %g instead.",
        param, min, number);
  else
    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_DECIMAL_ABOVE_MAX, param,
        "Invalid '%s': decimal above maximum value. Expected a value <= %g, "
        "but got %g instead.",
        param, max, number);
  return FALSE;
}

gboolean
vowel_openai_read_object (JsonObject *object, const gchar *path,
    const gchar *key, JsonObject **ret_value, GError **error)
{
  JsonNode *node = json_object_get_member (object, key);

  *ret_value = NULL;
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return wrong_type (path, key, "an object", node, error);

  *ret_value = json_node_get_object (node);
  return TRUE;
}

gboolean
vowel_openai_read_array (JsonObject *object, const gchar *path,
    const gchar *key, JsonArray **ret_value, GError **error)
{
  JsonNode *node = json_object_get_member (object, key);

  *ret_value = NULL;
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return wrong_type (path, key, "an array", node, error);

  *ret_value = json_node_get_array (node);
  return TRUE;
}

gboolean
vowel_openai_element_object (JsonArray *array, guint index, const gchar *path,
    JsonObject **ret_value, GError **error)
{
  JsonNode *node = json_array_get_element (array, index);
  g_autofree gchar *param = NULL;

  if (JSON_NODE_HOLDS_OBJECT (node)) {
    *ret_value = json_node_get_object (node);
    return TRUE;
  }

  param = vowel_openai_path_index (path, index);
  return wrong_type (NULL, param, "an object", node, error);
}
