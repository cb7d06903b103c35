/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvoweljson
 * @title: Foreign JSON
 * @short_description: the only door through which foreign JSON comes in
 *
 * json-glib recurses once per nesting level, without a limit: a few kilobytes
 * of `[` overflow a small stack. So every text that comes from outside is
 * looked through once before it is parsed.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include <gst/vowel/gstvowelerror.h>
#include <gst/vowel/gstvoweljson.h>

/* json-glib also takes comments, single quotes and assignments, in which
 * brackets and double quotes mean something else than they do to scan().
 * None of that is JSON, so the strict scan refuses such characters outside
 * strings; what it counts is then what json-glib sees. */
static gboolean
is_json_char (gchar c)
{
  return g_ascii_isalnum (c) || strchr (" \t\r\n:,+-.", c) != NULL;
}

/* The code unit of a \u escape at the start of @text, or -1. */
static gint
code_unit (const gchar *text, gsize length)
{
  gint unit = 0;

  if (length < 6 || text[0] != '\\' || text[1] != 'u')
    return -1;

  for (guint i = 2; i < 6; i++) {
    if (!g_ascii_isxdigit (text[i]))
      return -1;
    unit = unit << 4 | g_ascii_xdigit_value (text[i]);
  }

  return unit;
}

/* How long the escape at the start of @text is. 0 for one that json-glib would
 * turn into text that is not UTF-8 (half a surrogate pair: it also swallows
 * what follows; it makes do with fewer than four digits) or that ends a C
 * string too early. */
static gsize
escape_length (const gchar *text, gsize length)
{
  gint unit = code_unit (text, length);
  gint low;

  if (unit < 0)
    return length > 1 && text[1] == 'u' ? 0 : 2;
  if (unit == 0 || (unit & 0xfc00) == 0xdc00)
    return 0;
  if ((unit & 0xfc00) != 0xd800)
    return 6;

  low = code_unit (text + 6, length - 6);
  return low >= 0 && (low & 0xfc00) == 0xdc00 ? 12 : 0;
}

static gboolean
scan (const gchar *text, gsize length, gsize max_size, gboolean strict,
    GError **error)
{
  guint depth = 0;
  gboolean begun = FALSE, ended = FALSE;
  gsize i = 0;

  if (length > max_size) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_LIMIT,
        "JSON text of %" G_GSIZE_FORMAT
        " bytes is larger than the %" G_GSIZE_FORMAT " allowed",
        length, max_size);
    return FALSE;
  }

  while (i < length) {
    gchar c = text[i++];
    gboolean space = strchr (" \t\r\n", c) != NULL;

    if (strict && ended && !space) {
      g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
          "Not JSON: text after the end of the value, at byte %" G_GSIZE_FORMAT,
          i - 1);
      return FALSE;
    }
    /* json-glib takes it as another value, and leaks one of them. */
    if (strict && begun && depth == 0 && (c == '[' || c == '{')) {
      g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
          "Not JSON: text before the value, which begins at byte "
          "%" G_GSIZE_FORMAT,
          i - 1);
      return FALSE;
    }
    begun = begun || !space;

    switch (c) {
      case '"':
        while (i < length && text[i] != '"') {
          gsize escape =
              text[i] == '\\' ? escape_length (text + i, length - i) : 1;

          if (escape == 0 && strict) {
            g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
                "Not JSON: the escape of half a character or of none at byte "
                "%" G_GSIZE_FORMAT,
                i);
            return FALSE;
          }
          i += MAX (escape, 1);
        }
        i++;
        break;
      case '[':
      case '{':
        if (++depth > GST_VOWEL_JSON_MAX_DEPTH) {
          g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_LIMIT,
              "JSON text nests deeper than the %d levels allowed",
              GST_VOWEL_JSON_MAX_DEPTH);
          return FALSE;
        }
        break;
      case ']':
      case '}':
        if (depth > 0 && --depth == 0)
          ended = TRUE;
        break;
      default:
        if (strict && (c == '\0' || !is_json_char (c))) {
          g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
              "Not JSON: unexpected character at byte %" G_GSIZE_FORMAT, i - 1);
          return FALSE;
        }
        break;
    }
  }

  return TRUE;
}

/**
 * gst_vowel_json_scan:
 * @text: (array length=length): foreign text
 * @length: bytes in @text
 * @max_size: how many bytes are allowed
 * @error: return location for a #GError
 *
 * Checks size and depth and nothing else. It allocates nothing and lets text
 * pass that is not JSON at all.
 *
 * Returns: %FALSE with %GST_VOWEL_ERROR_LIMIT when @text is too large or nests
 *   deeper than %GST_VOWEL_JSON_MAX_DEPTH
 */
gboolean
gst_vowel_json_scan (
    const gchar *text, gsize length, gsize max_size, GError **error)
{
  g_return_val_if_fail (text != NULL || length == 0, FALSE);

  return scan (text, length, max_size, FALSE, error);
}

/**
 * gst_vowel_json_parse:
 * @text: (array length=length): foreign text, need not end in a zero byte
 * @length: bytes in @text
 * @max_size: how many bytes are allowed
 * @error: return location for a #GError
 *
 * Parses foreign JSON: UTF-8 check, scan for size and depth, then json-glib.
 *
 * Returns: (transfer full): the root; %NULL with %GST_VOWEL_ERROR_LIMIT or
 *   %GST_VOWEL_ERROR_PROTOCOL
 */
JsonNode *
gst_vowel_json_parse (
    const gchar *text, gsize length, gsize max_size, GError **error)
{
  g_autoptr (JsonParser) parser = NULL;
  g_autoptr (GError) parse_error = NULL;
  JsonNode *root;

  g_return_val_if_fail (text != NULL || length == 0, NULL);

  if (!scan (text, length, max_size, TRUE, error))
    return NULL;

  if (!g_utf8_validate_len (text, length, NULL)) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
        "Not JSON: the text is not valid UTF-8");
    return NULL;
  }

  parser = json_parser_new_immutable ();
  if (length > 0
      && !json_parser_load_from_data (parser, text, length, &parse_error)) {
    /* It quotes what it has read, half a surrogate included. */
    g_autofree gchar *reason = g_utf8_make_valid (parse_error->message, -1);

    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
        "Not JSON: %s", reason);
    return NULL;
  }

  root = json_parser_steal_root (parser);
  if (root == NULL)
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
        "Not JSON: the text is empty");
  return root;
}

/**
 * gst_vowel_json_parse_object:
 * @text: (array length=length): foreign text, not necessarily terminated
 * @length: its length in bytes
 * @max_size: the largest acceptable @length
 * @error: return location for a #GST_VOWEL_ERROR_LIMIT or
 *   #GST_VOWEL_ERROR_PROTOCOL
 *
 * Parses foreign JSON that must be an object.
 *
 * Returns: (transfer full) (nullable): the object
 */
JsonObject *
gst_vowel_json_parse_object (
    const gchar *text, gsize length, gsize max_size, GError **error)
{
  g_autoptr (JsonNode) root =
      gst_vowel_json_parse (text, length, max_size, error);

  if (root == NULL)
    return NULL;
  if (JSON_NODE_HOLDS_OBJECT (root))
    return json_node_dup_object (root);
  g_set_error_literal (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
      "Not an object, but another JSON value");
  return NULL;
}

static JsonNode *
get_member (JsonObject *object, const gchar *name)
{
  return object != NULL ? json_object_get_member (object, name) : NULL;
}

/**
 * gst_vowel_json_get_string:
 * @object: (nullable): an object
 * @name: the member's name
 *
 * Returns: (transfer none) (nullable): the member's value; %NULL when there is
 *   none or it is no string
 */
const gchar *
gst_vowel_json_get_string (JsonObject *object, const gchar *name)
{
  JsonNode *node = get_member (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

/**
 * gst_vowel_json_get_int:
 * @object: (nullable): an object
 * @name: the member's name
 * @fallback: what to return when there is no such member
 *
 * Returns: the member's value; @fallback when there is none or it is no
 *   integer
 */
gint64
gst_vowel_json_get_int (JsonObject *object, const gchar *name, gint64 fallback)
{
  JsonNode *node = get_member (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_INT64
             ? json_node_get_int (node)
             : fallback;
}

/**
 * gst_vowel_json_get_double:
 * @object: (nullable): an object
 * @name: the member's name
 * @fallback: what to return when there is no such member
 *
 * Returns: the member's value, also when it is an integer; @fallback when there
 *   is none or it is no number
 */
gdouble
gst_vowel_json_get_double (
    JsonObject *object, const gchar *name, gdouble fallback)
{
  JsonNode *node = get_member (object, name);
  GType type = node != NULL ? json_node_get_value_type (node) : G_TYPE_INVALID;

  return type == G_TYPE_DOUBLE || type == G_TYPE_INT64
             ? json_node_get_double (node)
             : fallback;
}

/**
 * gst_vowel_json_get_boolean:
 * @object: (nullable): an object
 * @name: the member's name
 *
 * Returns: the member's value; %FALSE when there is none or it is no boolean
 */
gboolean
gst_vowel_json_get_boolean (JsonObject *object, const gchar *name)
{
  JsonNode *node = get_member (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_BOOLEAN
         && json_node_get_boolean (node);
}

/**
 * gst_vowel_json_get_object:
 * @object: (nullable): an object
 * @name: the member's name
 *
 * Returns: (transfer none) (nullable): the member's value; %NULL when there is
 *   none or it is no object
 */
JsonObject *
gst_vowel_json_get_object (JsonObject *object, const gchar *name)
{
  JsonNode *node = get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node)
             ? json_node_get_object (node)
             : NULL;
}

/**
 * gst_vowel_json_get_array:
 * @object: (nullable): an object
 * @name: the member's name
 *
 * Returns: (transfer none) (nullable): the member's value; %NULL when there is
 *   none or it is no array
 */
JsonArray *
gst_vowel_json_get_array (JsonObject *object, const gchar *name)
{
  JsonNode *node = get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node)
             ? json_node_get_array (node)
             : NULL;
}

/**
 * gst_vowel_json_get_string_at:
 * @array: (nullable): an array
 * @index: the place of one of its elements
 *
 * Returns: (transfer none) (nullable): the element; %NULL when there is none or
 *   it is no string
 */
const gchar *
gst_vowel_json_get_string_at (JsonArray *array, guint index)
{
  JsonNode *node = array != NULL && index < json_array_get_length (array)
                       ? json_array_get_element (array, index)
                       : NULL;

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}
