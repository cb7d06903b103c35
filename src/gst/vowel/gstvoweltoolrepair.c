/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "gstvoweltoolrepair-priv.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "gstvowelerror.h"
#include "gstvoweljson.h"
#include "gstvowelloosejson.h"

#define MAX_ARGUMENTS (64 * 1024)
#define MAX_SCHEMA (256 * 1024)
/* JSON text in a JSON string in a … */
#define MAX_WRAPPINGS 3

/* --- names --- */

static gboolean
is_tool (const GstVowelChatRequest *request, const gchar *name)
{
  guint n = gst_vowel_chat_request_get_n_tools (request);

  for (guint i = 0; i < n; i++)
    if (g_str_equal (gst_vowel_chat_request_get_tool (request, i)->name, name))
      return TRUE;
  return FALSE;
}

/* (transfer full): without <|…|>, also when the last is cut off */
static gchar *
strip_tokens (const gchar *name)
{
  GString *text = g_string_new (NULL);
  const gchar *open;

  while ((open = strstr (name, "<|")) != NULL) {
    const gchar *close = strstr (open, "|>");

    g_string_append_len (text, name, open - name);
    name = close != NULL ? close + 2 : "";
  }
  g_string_append (text, name);
  return g_strstrip (g_string_free (text, FALSE));
}

gchar *
gst_vowel_tool_repair_name (
    const gchar *name, const GstVowelChatRequest *request)
{
  g_autofree gchar *stripped = NULL;
  g_autofree gchar *head = NULL;
  const gchar *dot;

  if (is_tool (request, name))
    return g_strdup (name);
  stripped = strip_tokens (name);
  if (is_tool (request, stripped))
    return g_steal_pointer (&stripped);
  /* What stands behind a token is sometimes no part of the name. */
  head = g_strndup (name, strcspn (name, "<"));
  g_strstrip (head);
  if (is_tool (request, head))
    return g_steal_pointer (&head);
  dot = strrchr (stripped, '.');
  if (dot != NULL && is_tool (request, dot + 1))
    return g_strdup (dot + 1);
  return *stripped != '\0' ? g_steal_pointer (&stripped) : g_strdup (name);
}

/* --- values that should be of another type --- */

typedef struct {
  gboolean changed;
} Repair;

static JsonNode *conform (Repair *repair, JsonNode *value, JsonObject *schema);

static JsonNode *
new_int (gint64 value)
{
  JsonNode *node = json_node_new (JSON_NODE_VALUE);

  json_node_set_int (node, value);
  return node;
}

static JsonNode *
new_boolean (gboolean value)
{
  JsonNode *node = json_node_new (JSON_NODE_VALUE);

  json_node_set_boolean (node, value);
  return node;
}

static JsonNode *
new_string (const gchar *value)
{
  JsonNode *node = json_node_new (JSON_NODE_VALUE);

  json_node_set_string (node, value);
  return node;
}

static GType
type_of (JsonNode *value)
{
  return JSON_NODE_HOLDS_VALUE (value) ? json_node_get_value_type (value)
                                       : G_TYPE_INVALID;
}

static gboolean
is_of_type (JsonNode *value, const gchar *type)
{
  GType holds = type_of (value);

  if (g_str_equal (type, "string"))
    return holds == G_TYPE_STRING;
  if (g_str_equal (type, "integer"))
    return holds == G_TYPE_INT64;
  if (g_str_equal (type, "number"))
    return holds == G_TYPE_INT64 || holds == G_TYPE_DOUBLE;
  if (g_str_equal (type, "boolean"))
    return holds == G_TYPE_BOOLEAN;
  if (g_str_equal (type, "array"))
    return JSON_NODE_HOLDS_ARRAY (value);
  if (g_str_equal (type, "object"))
    return JSON_NODE_HOLDS_OBJECT (value);
  if (g_str_equal (type, "null"))
    return JSON_NODE_HOLDS_NULL (value);
  return TRUE;
}

/* NULL when @text is not one value of that type and nothing else. */
static JsonNode *
parse_as (const gchar *text, const gchar *type)
{
  g_autoptr (JsonNode) node = NULL;
  g_autofree gchar *stripped = g_strstrip (g_strdup (text));
  const gchar *at = stripped;

  if (*at == '\0' || g_str_equal (type, "string"))
    return NULL;
  node = gst_vowel_loose_json_read (&at);
  return node != NULL && *at == '\0' && is_of_type (node, type)
             ? g_steal_pointer (&node)
             : NULL;
}

static JsonNode *
coerce_double (gdouble value, const gchar *type)
{
  if (g_str_equal (type, "integer") && value == floor (value)
      && ABS (value) < 1e15)
    return new_int (value);
  return NULL;
}

/* (transfer full) (nullable): NULL when it is not plain what is meant */
static JsonNode *
coerce (JsonNode *value, const gchar *type)
{
  GType holds = type_of (value);

  if (holds == G_TYPE_STRING) {
    const gchar *text = json_node_get_string (value);
    g_autoptr (JsonNode) number = NULL;
    JsonNode *node = parse_as (text, type);

    if (node == NULL && g_str_equal (type, "integer"))
      number = parse_as (text, "number");
    return number != NULL ? coerce_double (json_node_get_double (number), type)
                          : node;
  }
  if (g_str_equal (type, "string")
      && (holds == G_TYPE_INT64 || holds == G_TYPE_DOUBLE
          || holds == G_TYPE_BOOLEAN)) {
    g_autofree gchar *text = json_to_string (value, FALSE);

    return new_string (text);
  }
  if (holds == G_TYPE_DOUBLE)
    return coerce_double (json_node_get_double (value), type);
  if (holds == G_TYPE_INT64 && g_str_equal (type, "boolean")
      && (json_node_get_int (value) == 0 || json_node_get_int (value) == 1))
    return new_boolean (json_node_get_int (value));
  return NULL;
}

/* A schema's "type": one name or a list of them; empty when there is none.
 * (transfer container) */
static GPtrArray *
get_types (JsonObject *schema)
{
  GPtrArray *types = g_ptr_array_new ();
  const gchar *one = gst_vowel_json_get_string (schema, "type");
  JsonArray *several = gst_vowel_json_get_array (schema, "type");

  if (one != NULL)
    g_ptr_array_add (types, (gpointer) one);
  for (guint i = 0; several != NULL && i < json_array_get_length (several);
       i++) {
    JsonNode *type = json_array_get_element (several, i);

    if (type_of (type) == G_TYPE_STRING)
      g_ptr_array_add (types, (gpointer) json_node_get_string (type));
  }
  return types;
}

static JsonNode *
fix_type (Repair *repair, JsonNode *value, JsonObject *schema)
{
  g_autoptr (GPtrArray) types = get_types (schema);

  for (guint i = 0; i < types->len; i++)
    if (is_of_type (value, g_ptr_array_index (types, i)))
      return json_node_ref (value);
  for (guint i = 0; i < types->len; i++) {
    JsonNode *fixed = coerce (value, g_ptr_array_index (types, i));

    if (fixed != NULL) {
      repair->changed = TRUE;
      return fixed;
    }
  }
  return json_node_ref (value);
}

/* The one of the choices that is the same but for capitals. (transfer full) */
static JsonNode *
fix_enum (Repair *repair, JsonNode *value, JsonObject *schema)
{
  JsonArray *choices = gst_vowel_json_get_array (schema, "enum");
  JsonNode *found = NULL;
  g_autofree gchar *wanted = NULL;

  if (choices == NULL || type_of (value) != G_TYPE_STRING)
    return json_node_ref (value);
  wanted = g_utf8_casefold (json_node_get_string (value), -1);
  for (guint i = 0; i < json_array_get_length (choices); i++) {
    JsonNode *choice = json_array_get_element (choices, i);
    g_autofree gchar *folded = NULL;

    if (type_of (choice) != G_TYPE_STRING)
      continue;
    if (g_str_equal (
            json_node_get_string (choice), json_node_get_string (value)))
      return json_node_ref (value);
    folded = g_utf8_casefold (json_node_get_string (choice), -1);
    if (!g_str_equal (folded, wanted))
      continue;
    if (found != NULL)
      return json_node_ref (value); /* two: which is meant? */
    found = choice;
  }
  if (found == NULL)
    return json_node_ref (value);
  repair->changed = TRUE;
  return new_string (json_node_get_string (found));
}

/* --- structures --- */

static gboolean
is_required (JsonObject *schema, const gchar *name)
{
  JsonArray *required = gst_vowel_json_get_array (schema, "required");

  for (guint i = 0; required != NULL && i < json_array_get_length (required);
       i++) {
    JsonNode *element = json_array_get_element (required, i);

    if (type_of (element) == G_TYPE_STRING
        && g_str_equal (json_node_get_string (element), name))
      return TRUE;
  }
  return FALSE;
}

/* Only a plain schema says so: one with alternatives may allow anything. */
static gboolean
allows_null (JsonObject *schema)
{
  g_autoptr (GPtrArray) types = get_types (schema);

  for (guint i = 0; i < types->len; i++)
    if (g_str_equal (g_ptr_array_index (types, i), "null"))
      return TRUE;
  return types->len == 0;
}

static gboolean
forbids_others (JsonObject *schema)
{
  JsonNode *node = json_object_get_member (schema, "additionalProperties");

  return node != NULL && type_of (node) == G_TYPE_BOOLEAN
         && !json_node_get_boolean (node)
         && !json_object_has_member (schema, "patternProperties");
}

static JsonNode *
conform_object (Repair *repair, JsonNode *value, JsonObject *schema)
{
  JsonObject *properties = gst_vowel_json_get_object (schema, "properties");
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  JsonObjectIter iter;
  const gchar *name;
  JsonNode *member;

  json_node_take_object (node, object);
  json_object_iter_init_ordered (&iter, json_node_get_object (value));
  while (json_object_iter_next_ordered (&iter, &name, &member)) {
    JsonObject *own = gst_vowel_json_get_object (properties, name);

    if (own == NULL && forbids_others (schema)
        && !(properties != NULL && json_object_has_member (properties, name))) {
      repair->changed = TRUE;
      continue;
    }
    if (own != NULL && JSON_NODE_HOLDS_NULL (member) && !allows_null (own)
        && !is_required (schema, name)) {
      repair->changed = TRUE;
      continue;
    }
    json_object_set_member (object, name,
        own != NULL ? conform (repair, member, own) : json_node_ref (member));
  }
  return node;
}

static JsonNode *
conform_array (Repair *repair, JsonNode *value, JsonObject *items)
{
  JsonArray *array = json_node_get_array (value);
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *copy = json_array_new ();

  json_node_take_array (node, copy);
  for (guint i = 0; i < json_array_get_length (array); i++)
    json_array_add_element (
        copy, conform (repair, json_array_get_element (array, i), items));
  return node;
}

/* The recursion is as deep as the value, which is bounded.  (transfer full) */
static JsonNode *
conform (Repair *repair, JsonNode *value, JsonObject *schema)
{
  g_autoptr (JsonNode) typed = fix_type (repair, value, schema);
  JsonObject *items = gst_vowel_json_get_object (schema, "items");

  if (JSON_NODE_HOLDS_OBJECT (typed))
    return conform_object (repair, typed, schema);
  if (JSON_NODE_HOLDS_ARRAY (typed) && items != NULL)
    return conform_array (repair, typed, items);
  return fix_enum (repair, typed, schema);
}

/* --- arguments --- */

/* What stands behind the last brace and means nothing. */
static gboolean
is_litter (const gchar *text)
{
  return text[strspn (text, " \t\r\n}]),;`")] == '\0';
}

/* (transfer full) (nullable) */
static JsonNode *
read_loosely (const gchar *arguments)
{
  const gchar *at = strchr (arguments, '{');
  g_autoptr (JsonNode) node = NULL;

  if (at == NULL || !g_utf8_validate (arguments, -1, NULL))
    return NULL;
  node = gst_vowel_loose_json_read (&at);
  return node != NULL && is_litter (at) ? g_steal_pointer (&node) : NULL;
}

/* JSON forbids them, our parser does not. */
static gboolean
has_bare_control (const gchar *text)
{
  gboolean in_string = FALSE;

  for (const gchar *p = text; *p != '\0'; p++) {
    if (*p == '"')
      in_string = !in_string;
    else if (in_string && (guchar) *p < 0x20)
      return TRUE;
    else if (in_string && *p == '\\' && p[1] != '\0')
      p++;
  }
  return FALSE;
}

/* An object, however it is wrapped. (transfer full) (nullable) */
static JsonNode *
read_arguments (Repair *repair, const gchar *arguments)
{
  g_autofree gchar *text = g_strdup (arguments);

  for (guint i = 0; i < MAX_WRAPPINGS; i++) {
    g_autoptr (JsonNode) node =
        gst_vowel_json_parse (text, strlen (text), MAX_ARGUMENTS, NULL);

    if (node == NULL) {
      repair->changed = TRUE;
      return read_loosely (text);
    }
    if (JSON_NODE_HOLDS_OBJECT (node)) {
      repair->changed |= has_bare_control (text);
      return g_steal_pointer (&node);
    }
    repair->changed = TRUE;
    if (JSON_NODE_HOLDS_NULL (node)) {
      g_free (text);
      text = g_strdup ("{}");
      continue;
    }
    if (type_of (node) != G_TYPE_STRING)
      return NULL;
    g_free (text);
    text = g_strdup (json_node_get_string (node));
  }
  return NULL;
}

/* (transfer full) (nullable): the number 1e20 comes out of json-glib as
 * something that is none */
static gchar *
write_json (JsonNode *node)
{
  g_autofree gchar *text = json_to_string (node, FALSE);
  g_autoptr (JsonNode) check =
      gst_vowel_json_parse (text, strlen (text), G_MAXSIZE, NULL);

  return check != NULL ? g_steal_pointer (&text) : NULL;
}

gchar *
gst_vowel_tool_repair_arguments (
    const gchar *arguments, const gchar *schema, GError **error)
{
  Repair repair = {0};
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (JsonNode) parameters = NULL;
  g_autoptr (JsonNode) conforming = NULL;
  gchar *text = NULL;

  if (arguments[strspn (arguments, " \t\r\n")] == '\0')
    return g_strdup ("{}");
  node = read_arguments (&repair, arguments);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node)) {
    if (schema != NULL)
      parameters =
          gst_vowel_json_parse (schema, strlen (schema), MAX_SCHEMA, NULL);
    conforming =
        parameters != NULL && JSON_NODE_HOLDS_OBJECT (parameters)
            ? conform_object (&repair, node, json_node_get_object (parameters))
            : json_node_ref (node);
    text = repair.changed ? write_json (conforming) : g_strdup (arguments);
  }
  if (text == NULL)
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
        "The arguments are not a JSON object");
  return text;
}
