/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "config-yaml.h"

#include "config-tree.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define LINE_WIDTH 100

G_DEFINE_QUARK (vowel_config_error_quark, vowel_config_error)

/* A list or mapping that is not complete yet. */
typedef struct {
  JsonNode *node;
  gchar *key; /* mappings: of the value that comes next */
} Level;

typedef struct {
  yaml_parser_t yaml;
  GArray *levels; /* (element-type Level), outermost first */
  JsonNode *root;
} Parser;

static void
level_clear (gpointer data)
{
  Level *level = data;

  json_node_unref (level->node);
  g_free (level->key);
}

static gboolean refuse (const yaml_mark_t *at, GError **error,
    const gchar *format, ...) G_GNUC_PRINTF (3, 4);

static gboolean
refuse (const yaml_mark_t *at, GError **error, const gchar *format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_SYNTAX,
      "line %" G_GSIZE_FORMAT ", column %" G_GSIZE_FORMAT ": %s", at->line + 1,
      at->column + 1, text);
  return FALSE;
}

/* Values. */

static gboolean
is_one_of (const gchar *text, const gchar *a, const gchar *b, const gchar *c)
{
  return g_str_equal (text, a) || g_str_equal (text, b)
         || g_str_equal (text, c);
}

/* A leading zero is not how numbers are written, but how codes are. */
static gboolean
looks_like_number (const gchar *text)
{
  const gchar *p = text + (*text == '-' || *text == '+' ? 1 : 0);

  if (p[0] == '0' && g_ascii_isdigit (p[1]))
    return FALSE;
  if (!g_ascii_isdigit (*p) && !(*p == '.' && g_ascii_isdigit (p[1])))
    return FALSE;
  return strspn (p, "0123456789.eE+-") == strlen (p);
}

/* What a scalar without quotes stands for. (transfer full) */
static JsonNode *
resolve_plain (const gchar *text)
{
  JsonNode *node = json_node_alloc ();
  gchar *end;

  if (*text == '\0' || g_str_equal (text, "~")
      || is_one_of (text, "null", "Null", "NULL"))
    return json_node_init_null (node);
  if (is_one_of (text, "true", "True", "TRUE"))
    return json_node_init_boolean (node, TRUE);
  if (is_one_of (text, "false", "False", "FALSE"))
    return json_node_init_boolean (node, FALSE);
  if (looks_like_number (text)) {
    gint64 integer;
    gdouble number;

    if (g_ascii_string_to_signed (
            text, 10, G_MININT64, G_MAXINT64, &integer, NULL))
      return json_node_init_int (node, integer);
    number = g_ascii_strtod (text, &end);
    /* What is too large for a number cannot be written again as one. */
    if (*end == '\0' && strpbrk (text, ".eE") != NULL && isfinite (number))
      return json_node_init_double (node, number);
  }
  return json_node_init_string (node, text);
}

/* @node: (transfer full) */
static gboolean
add_value (
    Parser *parser, JsonNode *node, const yaml_event_t *event, GError **error)
{
  Level *level;

  if (parser->levels->len == 0) {
    parser->root = node;
    return TRUE;
  }
  level = &g_array_index (parser->levels, Level, parser->levels->len - 1);
  if (JSON_NODE_HOLDS_ARRAY (level->node)) {
    json_array_add_element (json_node_get_array (level->node), node);
    return TRUE;
  }
  if (level->key == NULL) {
    json_node_unref (node);
    return refuse (&event->start_mark, error,
        "the name of a setting must be a plain word");
  }
  json_object_set_member (json_node_get_object (level->node), level->key, node);
  g_clear_pointer (&level->key, g_free);
  return TRUE;
}

static gboolean
begin_key (
    Level *level, const gchar *name, const yaml_event_t *event, GError **error)
{
  if (g_str_equal (name, "<<"))
    return refuse (&event->start_mark, error,
        "merge keys (<<) are not taken: write the settings out");
  if (json_object_has_member (json_node_get_object (level->node), name))
    return refuse (
        &event->start_mark, error, "\"%s\" is there twice: keep one", name);
  level->key = g_strdup (name);
  return TRUE;
}

static gboolean
handle_scalar (Parser *parser, const yaml_event_t *event, GError **error)
{
  const gchar *text = (const gchar *) event->data.scalar.value;
  Level *level = parser->levels->len > 0 ? &g_array_index (
                     parser->levels, Level, parser->levels->len - 1)
                                         : NULL;

  if (strlen (text) != event->data.scalar.length)
    return refuse (&event->start_mark, error, "a value with a NUL in it");
  if (level != NULL && JSON_NODE_HOLDS_OBJECT (level->node)
      && level->key == NULL)
    return begin_key (level, text, event, error);
  return add_value (parser,
      event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE
          ? resolve_plain (text)
          : json_node_init_string (json_node_alloc (), text),
      event, error);
}

static gboolean
begin_level (Parser *parser, JsonNodeType type, const yaml_event_t *event,
    GError **error)
{
  Level level = {json_node_new (type)};

  if (type == JSON_NODE_OBJECT)
    json_node_take_object (level.node, json_object_new ());
  else
    json_node_take_array (level.node, json_array_new ());
  if (parser->levels->len == VOWEL_YAML_MAX_DEPTH) {
    json_node_unref (level.node);
    return refuse (&event->start_mark, error, "more than %d levels of nesting",
        VOWEL_YAML_MAX_DEPTH);
  }
  g_array_append_val (parser->levels, level);
  return TRUE;
}

static gboolean
end_level (Parser *parser, const yaml_event_t *event, GError **error)
{
  JsonNode *node = json_node_ref (
      g_array_index (parser->levels, Level, parser->levels->len - 1).node);

  g_array_set_size (parser->levels, parser->levels->len - 1);
  return add_value (parser, node, event, error);
}

static gboolean
check_anchor_and_tag (const yaml_event_t *event, const yaml_char_t *anchor,
    const yaml_char_t *tag, GError **error)
{
  if (anchor != NULL)
    return refuse (&event->start_mark, error,
        "anchors (&%s) are not taken: write the value where it is needed",
        (const gchar *) anchor);
  if (tag != NULL)
    return refuse (&event->start_mark, error,
        "tags (%s) are not taken: put the value in quotes to have a string",
        (const gchar *) tag);
  return TRUE;
}

/* Sets @ret_done at the end of the text. */
static gboolean
handle_event (Parser *parser, const yaml_event_t *event, gboolean *ret_done,
    GError **error)
{
  switch (event->type) {
    case YAML_STREAM_END_EVENT:
      *ret_done = TRUE;
      return TRUE;
    case YAML_DOCUMENT_START_EVENT:
      return parser->root == NULL
             || refuse (&event->start_mark, error,
                 "a second document (---): a configuration is one");
    case YAML_ALIAS_EVENT:
      return refuse (&event->start_mark, error,
          "aliases (*%s) are not taken: write the value where it is needed",
          (const gchar *) event->data.alias.anchor);
    case YAML_SCALAR_EVENT:
      return check_anchor_and_tag (event, event->data.scalar.anchor,
                 event->data.scalar.tag, error)
             && handle_scalar (parser, event, error);
    case YAML_SEQUENCE_START_EVENT:
      return check_anchor_and_tag (event, event->data.sequence_start.anchor,
                 event->data.sequence_start.tag, error)
             && begin_level (parser, JSON_NODE_ARRAY, event, error);
    case YAML_MAPPING_START_EVENT:
      return check_anchor_and_tag (event, event->data.mapping_start.anchor,
                 event->data.mapping_start.tag, error)
             && begin_level (parser, JSON_NODE_OBJECT, event, error);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      return end_level (parser, event, error);
    default:
      return TRUE;
  }
}

static gboolean
parse_events (Parser *parser, GError **error)
{
  gboolean done = FALSE;

  while (!done) {
    yaml_event_t event;
    gboolean good;

    if (!yaml_parser_parse (&parser->yaml, &event))
      return refuse (&parser->yaml.problem_mark, error, "%s",
          parser->yaml.problem ? parser->yaml.problem : "this is not YAML");
    good = handle_event (parser, &event, &done, error);
    yaml_event_delete (&event);
    if (!good)
      return FALSE;
  }
  return TRUE;
}

JsonNode *
vowel_yaml_parse (const gchar *text, gssize length, GError **error)
{
  gsize size = length < 0 ? strlen (text) : (gsize) length;
  Parser parser = {0};
  gboolean good;

  if (size > VOWEL_YAML_MAX_SIZE) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_SYNTAX,
        "a configuration has at most %d bytes", VOWEL_YAML_MAX_SIZE);
    return NULL;
  }
  if (!g_utf8_validate_len (text, size, NULL)) {
    g_set_error_literal (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_SYNTAX,
        "the text is not UTF-8");
    return NULL;
  }
  if (!yaml_parser_initialize (&parser.yaml))
    g_error ("out of memory");
  yaml_parser_set_encoding (&parser.yaml, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string (
      &parser.yaml, (const unsigned char *) text, size);
  parser.levels = g_array_new (FALSE, FALSE, sizeof (Level));
  g_array_set_clear_func (parser.levels, level_clear);
  good = parse_events (&parser, error);
  g_array_unref (parser.levels);
  yaml_parser_delete (&parser.yaml);
  if (!good)
    g_clear_pointer (&parser.root, json_node_unref);
  else if (parser.root == NULL || JSON_NODE_HOLDS_NULL (parser.root)) {
    g_clear_pointer (&parser.root, json_node_unref);
    return vowel_config_tree_new ();
  }
  return parser.root;
}

/* Writing. */

static void write_node (yaml_emitter_t *emitter, JsonNode *node);

static void
emit (yaml_emitter_t *emitter, yaml_event_t *event)
{
  if (!yaml_emitter_emit (emitter, event))
    g_error ("YAML: %s", emitter->problem);
}

static void
write_scalar (
    yaml_emitter_t *emitter, const gchar *text, yaml_scalar_style_t style)
{
  yaml_event_t event;

  yaml_scalar_event_initialize (&event, NULL, NULL, (yaml_char_t *) text,
      (int) strlen (text), TRUE, TRUE, style);
  emit (emitter, &event);
}

/* In quotes if it would be something else without. */
static void
write_string (yaml_emitter_t *emitter, const gchar *text)
{
  g_autoptr (JsonNode) plain = resolve_plain (text);
  gboolean same = json_node_get_value_type (plain) == G_TYPE_STRING
                  && strpbrk (text, "<>\r\n") == NULL;

  write_scalar (emitter, text,
      same ? YAML_ANY_SCALAR_STYLE : YAML_DOUBLE_QUOTED_SCALAR_STYLE);
}

gchar *
vowel_yaml_write_number (gdouble number)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (text, sizeof text, "%.15g", number);
  if (g_ascii_strtod (text, NULL) != number)
    g_ascii_dtostr (text, sizeof text, number);
  return g_strconcat (text, strpbrk (text, ".e") ? "" : ".0", NULL);
}

static void
write_value (yaml_emitter_t *emitter, JsonNode *node)
{
  GType type = json_node_get_value_type (node);

  if (type == G_TYPE_STRING) {
    write_string (emitter, json_node_get_string (node));
  } else if (type == G_TYPE_BOOLEAN) {
    write_scalar (emitter, json_node_get_boolean (node) ? "true" : "false",
        YAML_PLAIN_SCALAR_STYLE);
  } else if (type == G_TYPE_INT64) {
    g_autofree gchar *text =
        g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));

    write_scalar (emitter, text, YAML_PLAIN_SCALAR_STYLE);
  } else {
    g_autofree gchar *text =
        vowel_yaml_write_number (json_node_get_double (node));

    write_scalar (emitter, text, YAML_PLAIN_SCALAR_STYLE);
  }
}

static void
write_object (yaml_emitter_t *emitter, JsonObject *object)
{
  yaml_event_t event;
  JsonObjectIter iter;
  const gchar *name;
  JsonNode *member;

  yaml_mapping_start_event_initialize (&event, NULL, NULL, TRUE,
      json_object_get_size (object) > 0 ? YAML_BLOCK_MAPPING_STYLE
                                        : YAML_FLOW_MAPPING_STYLE);
  emit (emitter, &event);
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &member)) {
    write_string (emitter, name);
    write_node (emitter, member);
  }
  yaml_mapping_end_event_initialize (&event);
  emit (emitter, &event);
}

static void
write_array (yaml_emitter_t *emitter, JsonArray *array)
{
  yaml_event_t event;

  yaml_sequence_start_event_initialize (
      &event, NULL, NULL, TRUE, YAML_FLOW_SEQUENCE_STYLE);
  emit (emitter, &event);
  for (guint i = 0; i < json_array_get_length (array); i++)
    write_node (emitter, json_array_get_element (array, i));
  yaml_sequence_end_event_initialize (&event);
  emit (emitter, &event);
}

static void
write_node (yaml_emitter_t *emitter, JsonNode *node)
{
  switch (json_node_get_node_type (node)) {
    case JSON_NODE_OBJECT:
      write_object (emitter, json_node_get_object (node));
      break;
    case JSON_NODE_ARRAY:
      write_array (emitter, json_node_get_array (node));
      break;
    case JSON_NODE_VALUE:
      write_value (emitter, node);
      break;
    case JSON_NODE_NULL:
      write_scalar (emitter, "null", YAML_PLAIN_SCALAR_STYLE);
      break;
  }
}

static int
append (void *data, unsigned char *buffer, size_t size)
{
  g_string_append_len (data, (const gchar *) buffer, size);
  return 1;
}

gchar *
vowel_yaml_write (JsonNode *node)
{
  GString *text = g_string_new (NULL);
  yaml_emitter_t emitter;
  yaml_event_t event;

  if (!yaml_emitter_initialize (&emitter))
    g_error ("out of memory");
  yaml_emitter_set_output (&emitter, append, text);
  yaml_emitter_set_unicode (&emitter, TRUE);
  yaml_emitter_set_width (&emitter, LINE_WIDTH);
  yaml_stream_start_event_initialize (&event, YAML_UTF8_ENCODING);
  emit (&emitter, &event);
  yaml_document_start_event_initialize (&event, NULL, NULL, NULL, TRUE);
  emit (&emitter, &event);
  write_node (&emitter, node);
  yaml_document_end_event_initialize (&event, TRUE);
  emit (&emitter, &event);
  yaml_stream_end_event_initialize (&event);
  emit (&emitter, &event);
  yaml_emitter_delete (&emitter);
  return g_string_free (text, FALSE);
}
