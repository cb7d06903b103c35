/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvowelloosejson
 * @title: Loose JSON
 * @short_description: JSON as language models write it
 *
 * Plain logic. Whatever the text, reading it takes one pass and ends.
 */

#include "config.h"

#include "gstvowelloosejson.h"

#include <errno.h>
#include <string.h>

#include "gstvoweljson.h"

typedef struct {
  const gchar *at;
  guint depth;
} Reader;

static JsonNode *read_value (Reader *reader);

static void
skip_space (Reader *reader)
{
  while (g_ascii_isspace (*reader->at))
    reader->at++;
}

static gboolean
is_word_char (gchar c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '-' || c == '$' || c == '.';
}

static JsonNode *
new_string (const gchar *text)
{
  JsonNode *node = json_node_new (JSON_NODE_VALUE);

  json_node_set_string (node, text);
  return node;
}

/* --- strings --- */

/* Exactly @n hexadecimal digits; FALSE leaves the place. */
static gboolean
read_hex (Reader *reader, guint n, gunichar *ret_value)
{
  gunichar value = 0;

  for (guint i = 0; i < n; i++) {
    if (!g_ascii_isxdigit (reader->at[i]))
      return FALSE;
    value = value * 16 + g_ascii_xdigit_value (reader->at[i]);
  }
  reader->at += n;
  *ret_value = value;
  return TRUE;
}

/* What follows \u; half a pair is not a character. */
static gunichar
read_code_unit (Reader *reader)
{
  gunichar value, low;

  if (!read_hex (reader, 4, &value))
    return 0;
  if (value < 0xd800 || value > 0xdfff)
    return value;
  if (value > 0xdbff || reader->at[0] != '\\' || reader->at[1] != 'u')
    return 0xfffd;
  reader->at += 2;
  if (!read_hex (reader, 4, &low) || low < 0xdc00 || low > 0xdfff)
    return 0xfffd;
  return 0x10000 + ((value - 0xd800) << 10) + (low - 0xdc00);
}

/* Behind the backslash. */
static void
read_escape (Reader *reader, GString *text)
{
  static const gchar letters[] = "nrtbf";
  static const gchar meanings[] = "\n\r\t\b\f";
  gchar c = *reader->at;
  const gchar *letter = c != '\0' ? strchr (letters, c) : NULL;
  gunichar value = 0;

  if (c == '\0')
    return;
  if (letter != NULL) {
    reader->at++;
    g_string_append_c (text, meanings[letter - letters]);
  } else if (c == 'u' || c == 'x') {
    reader->at++;
    if (c == 'u')
      value = read_code_unit (reader);
    else
      read_hex (reader, 2, &value);
    if (value != 0)
      g_string_append_unichar (text, value);
  } else {
    /* The rest of a longer character follows by itself. */
    g_string_append_c (text, c);
    reader->at++;
  }
}

/* From its opening quote. (transfer full) */
static gchar *
read_string (Reader *reader)
{
  GString *text = g_string_new (NULL);
  gchar quote = *reader->at++;

  while (*reader->at != '\0' && *reader->at != quote) {
    if (*reader->at == '\\') {
      reader->at++;
      read_escape (reader, text);
    } else {
      g_string_append_c (text, *reader->at++);
    }
  }
  if (*reader->at == quote)
    reader->at++;
  return g_string_free (text, FALSE);
}

/* (transfer full): may be empty */
static gchar *
read_word (Reader *reader)
{
  const gchar *begin = reader->at;

  while (is_word_char (*reader->at))
    reader->at++;
  return g_strndup (begin, reader->at - begin);
}

/* --- numbers and words --- */

/* NULL when @word is none. */
static JsonNode *
parse_number (const gchar *word)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_VALUE);
  gchar *end;
  gint64 integer;
  gdouble number;

  if (!g_ascii_isdigit (word[*word == '-' || *word == '.' ? 1 : 0]))
    return NULL;
  errno = 0;
  integer = g_ascii_strtoll (word, &end, 10);
  if (*end == '\0' && errno == 0) {
    json_node_set_int (node, integer);
    return g_steal_pointer (&node);
  }
  errno = 0;
  number = g_ascii_strtod (word, &end);
  if (*end != '\0' || errno != 0 || strpbrk (word, "xX") != NULL)
    return NULL;
  json_node_set_double (node, number);
  return g_steal_pointer (&node);
}

static JsonNode *
read_bare (Reader *reader)
{
  g_autofree gchar *word = NULL;
  JsonNode *node;

  if (*reader->at == '+')
    reader->at++;
  word = read_word (reader);
  /* The sign of an exponent is no part of a word. */
  if (*reader->at == '+' && reader->at[-1] == 'e') {
    g_autofree gchar *mantissa = g_steal_pointer (&word);
    g_autofree gchar *exponent = NULL;

    reader->at++;
    exponent = read_word (reader);
    word = g_strconcat (mantissa, exponent, NULL);
  }
  if (*word == '\0')
    return NULL;
  node = parse_number (word);
  if (node != NULL)
    return node;
  if (g_ascii_strcasecmp (word, "true") == 0
      || g_ascii_strcasecmp (word, "false") == 0) {
    node = json_node_new (JSON_NODE_VALUE);
    json_node_set_boolean (node, g_ascii_tolower (*word) == 't');
    return node;
  }
  if (g_ascii_strcasecmp (word, "null") == 0 || g_str_equal (word, "None")
      || g_str_equal (word, "undefined"))
    return json_node_new (JSON_NODE_NULL);
  return new_string (word);
}

/* --- structures --- */

static void
skip_commas (Reader *reader)
{
  skip_space (reader);
  while (*reader->at == ',') {
    reader->at++;
    skip_space (reader);
  }
}

/* FALSE: no sense. The last name may have lost its value. */
static gboolean
read_member (Reader *reader, JsonObject *object)
{
  gboolean quoted = *reader->at == '"' || *reader->at == '\'';
  g_autofree gchar *name = quoted ? read_string (reader) : read_word (reader);
  JsonNode *value;

  if (!quoted && *name == '\0')
    return FALSE;
  skip_space (reader);
  if (*reader->at == '\0')
    return TRUE;
  if (*reader->at != ':' && *reader->at != '=')
    return FALSE;
  reader->at++;
  skip_space (reader);
  if (*reader->at == '\0')
    return TRUE;
  value = read_value (reader);
  if (value == NULL)
    return FALSE;
  json_object_set_member (object, name, value);
  return TRUE;
}

static JsonNode *
read_object (Reader *reader)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();

  json_node_take_object (node, object);
  reader->at++;
  for (;;) {
    skip_commas (reader);
    if (*reader->at == '\0')
      return node;
    if (*reader->at == '}') {
      reader->at++;
      return node;
    }
    if (!read_member (reader, object)) {
      json_node_unref (node);
      return NULL;
    }
  }
}

static JsonNode *
read_array (Reader *reader)
{
  gchar close = *reader->at == '(' ? ')' : ']';
  JsonNode *node = json_node_new (JSON_NODE_ARRAY);
  JsonArray *array = json_array_new ();

  json_node_take_array (node, array);
  reader->at++;
  for (;;) {
    JsonNode *element;

    skip_commas (reader);
    if (*reader->at == '\0')
      return node;
    if (*reader->at == close) {
      reader->at++;
      return node;
    }
    element = read_value (reader);
    if (element == NULL) {
      json_node_unref (node);
      return NULL;
    }
    json_array_add_element (array, element);
  }
}

static JsonNode *
read_structure (Reader *reader)
{
  JsonNode *node;

  if (reader->depth == GST_VOWEL_JSON_MAX_DEPTH)
    return NULL;
  reader->depth++;
  node = *reader->at == '{' ? read_object (reader) : read_array (reader);
  reader->depth--;
  return node;
}

static JsonNode *
read_value (Reader *reader)
{
  g_autofree gchar *text = NULL;

  skip_space (reader);
  switch (*reader->at) {
    case '{':
    case '[':
    case '(':
      return read_structure (reader);
    case '"':
    case '\'':
      text = read_string (reader);
      return new_string (text);
    default:
      return read_bare (reader);
  }
}

JsonNode *
gst_vowel_loose_json_read (const gchar **at)
{
  Reader reader = {.at = *at};
  JsonNode *node = read_value (&reader);

  *at = reader.at;
  return node;
}
