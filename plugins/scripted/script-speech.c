/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "script-speech.h"
#include "script-numbers.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define MAX_OUTPUT_SIZE (256 * 1024)
/* Nobody listens to more. */
#define MAX_FACTS 6
#define MAX_ITEMS 8

/* Members that are the answer themselves. */
static const gchar *const answers[] = {"result", "answer", "message", "text",
    "output", "content", "summary", "response", NULL};
/* Members that only say that it went well. */
static const gchar *const fine[] = {
    "ok", "success", "succeeded", "status", "done", NULL};
static const gchar *const fine_values[] = {
    "ok", "success", "succeeded", "done", "true", "completed", NULL};

static gchar *speak_value (JsonNode *node);

static gboolean
is_string (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node)
         && json_node_get_value_type (node) == G_TYPE_STRING;
}

static gchar *
speak_array (JsonArray *array)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) items = NULL;
  guint i, n = json_array_get_length (array);

  if (n == 0)
    return g_strdup ("nothing");
  for (i = 0; i < MIN (n, MAX_ITEMS); i++) {
    g_autofree gchar *item = speak_value (json_array_get_element (array, i));

    g_strv_builder_add (builder, item);
  }
  if (n > MAX_ITEMS)
    g_strv_builder_add (builder, "more");
  items = g_strv_builder_end (builder);
  return gst_vowel_words_join ((const gchar *const *) items, "and");
}

/* Within a sentence: "name Anna, age twenty". */
static gchar *
speak_object (JsonObject *object)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GList) members = json_object_get_members (object);
  g_auto (GStrv) items = NULL;
  guint n = 0;
  GList *l;

  for (l = members; l != NULL && n < MAX_FACTS; l = l->next, n++) {
    g_autofree gchar *key = gst_vowel_words_from_identifier (l->data);
    g_autofree gchar *value =
        speak_value (json_object_get_member (object, l->data));
    g_autofree gchar *item = g_strdup_printf ("%s %s", key, value);

    g_strv_builder_add (builder, item);
  }
  items = g_strv_builder_end (builder);
  return n == 0 ? g_strdup ("nothing") : g_strjoinv (", ", items);
}

static gchar *
speak_value (JsonNode *node)
{
  gchar *words;

  switch (JSON_NODE_TYPE (node)) {
    case JSON_NODE_OBJECT:
      return speak_object (json_node_get_object (node));
    case JSON_NODE_ARRAY:
      return speak_array (json_node_get_array (node));
    case JSON_NODE_NULL:
      return g_strdup ("unknown");
    default:
      break;
  }
  switch (json_node_get_value_type (node)) {
    case G_TYPE_BOOLEAN:
      return g_strdup (json_node_get_boolean (node) ? "yes" : "no");
    case G_TYPE_STRING:
      return gst_vowel_numbers_speak_text (json_node_get_string (node));
    default:
      words = gst_vowel_numbers_to_words (json_node_get_double (node));
      return words != NULL
                 ? words
                 : gst_vowel_numbers_to_digits (json_node_get_double (node));
  }
}

static gchar *
make_sentence (const gchar *text)
{
  g_autofree gchar *trimmed = g_strstrip (g_strdup (text));
  gunichar first = g_utf8_get_char (trimmed);
  gsize length = strlen (trimmed);
  gchar buffer[7] = {0};

  g_unichar_to_utf8 (g_unichar_toupper (first), buffer);
  return g_strdup_printf ("%s%s%s", buffer,
      first != 0 ? g_utf8_next_char (trimmed) : "",
      length > 0 && strchr (".!?", trimmed[length - 1]) != NULL ? "" : ".");
}

static gboolean
is_fine (JsonNode *node)
{
  if (!JSON_NODE_HOLDS_VALUE (node))
    return FALSE;
  if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    return json_node_get_boolean (node);
  if (is_string (node)) {
    g_autofree gchar *lower = g_ascii_strdown (json_node_get_string (node), -1);

    return g_strv_contains (fine_values, lower);
  }
  return FALSE;
}

/* "The temperature is twenty one. The sky is clear." */
static gchar *
speak_facts (JsonObject *object)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GList) members = json_object_get_members (object);
  guint n = 0;
  GList *l;

  for (l = members; l != NULL && n < MAX_FACTS; l = l->next) {
    JsonNode *node = json_object_get_member (object, l->data);
    g_autofree gchar *key = gst_vowel_words_from_identifier (l->data);
    g_autofree gchar *value = NULL;

    if (JSON_NODE_HOLDS_NULL (node)
        || (g_strv_contains (fine, l->data) && is_fine (node)))
      continue;
    value = speak_value (node);
    if (text->len > 0)
      g_string_append_c (text, ' ');
    /* The answer itself first, on its own. */
    if (is_string (node) && g_strv_contains (answers, l->data)) {
      g_autofree gchar *sentence = make_sentence (value);

      g_string_append (text, sentence);
    } else {
      g_string_append_printf (text, "The %s is %s.", key, value);
    }
    n++;
  }
  if (n == 0)
    return g_strdup ("Done.");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* What the failure is, when @object tells of one. */
static gboolean
find_failure (JsonObject *object, gchar **ret_reason)
{
  static const gchar *const verdicts[] = {"ok", "success"};
  JsonNode *node = json_object_get_member (object, "error");
  gboolean failed = FALSE;
  gsize i;

  if (node != NULL && !JSON_NODE_HOLDS_NULL (node)
      && !(JSON_NODE_HOLDS_VALUE (node)
           && json_node_get_value_type (node) == G_TYPE_BOOLEAN
           && !json_node_get_boolean (node))) {
    failed = TRUE;
    if (JSON_NODE_HOLDS_OBJECT (node))
      node = json_object_get_member (json_node_get_object (node), "message");
    if (node != NULL && is_string (node))
      *ret_reason = gst_vowel_numbers_speak_text (json_node_get_string (node));
  }
  for (i = 0; i < G_N_ELEMENTS (verdicts); i++) {
    node = json_object_get_member (object, verdicts[i]);
    if (node != NULL && json_node_get_value_type (node) == G_TYPE_BOOLEAN
        && !json_node_get_boolean (node))
      failed = TRUE;
  }
  node = json_object_get_member (object, "message");
  if (failed && *ret_reason == NULL && node != NULL && is_string (node))
    *ret_reason = gst_vowel_numbers_speak_text (json_node_get_string (node));
  return failed;
}

static gchar *
speak_failure (const gchar *tool, const gchar *reason)
{
  g_autofree gchar *said =
      tool != NULL ? gst_vowel_words_from_identifier (tool) : g_strdup ("that");
  g_autofree gchar *sentence = reason != NULL ? make_sentence (reason) : NULL;

  return g_strdup_printf ("Sorry, %s failed.%s%s", said,
      sentence != NULL ? " " : "", sentence != NULL ? sentence : "");
}

GstVowelToolOutput *
gst_vowel_tool_output_new (const gchar *tool, const gchar *output)
{
  GstVowelToolOutput *self = g_new0 (GstVowelToolOutput, 1);
  const gchar *text = output != NULL ? output : "";
  g_autofree gchar *reason = NULL;
  g_autofree gchar *value = NULL;

  while (g_ascii_isspace (*text))
    text++;
  /* What is no JSON is meant for people. */
  self->node =
      gst_vowel_json_parse (text, strlen (text), MAX_OUTPUT_SIZE, NULL);
  if (*text == '\0'
      || (self->node != NULL && JSON_NODE_HOLDS_NULL (self->node))) {
    self->speech = g_strdup ("Done.");
  } else if (self->node == NULL) {
    self->speech = g_strdup (text);
    self->failed = g_ascii_strncasecmp (text, "error", 5) == 0;
    if (self->failed) {
      g_free (self->speech);
      reason = g_strdup (text + 5 + strspn (text + 5, ": "));
      self->speech = speak_failure (tool, *reason != '\0' ? reason : NULL);
    }
  } else if (JSON_NODE_HOLDS_OBJECT (self->node)) {
    JsonObject *object = json_node_get_object (self->node);

    self->failed = find_failure (object, &reason);
    self->speech =
        self->failed ? speak_failure (tool, reason) : speak_facts (object);
  } else if (is_string (self->node)) {
    self->speech = g_strdup (json_node_get_string (self->node));
  } else if (is_fine (self->node)) {
    self->speech = g_strdup ("Done.");
  } else {
    value = speak_value (self->node);
    reason = g_strdup_printf ("the result is %s", value);
    self->speech = make_sentence (reason);
  }
  return self;
}

void
gst_vowel_tool_output_free (GstVowelToolOutput *output)
{
  g_clear_pointer (&output->node, json_node_unref);
  g_free (output->speech);
  g_free (output);
}

gchar *
gst_vowel_tool_output_get (const GstVowelToolOutput *output, const gchar *path)
{
  g_auto (GStrv) parts = g_strsplit (path, ".", -1);
  JsonNode *node = output->node;
  guint i;

  for (i = 0; parts[i] != NULL && node != NULL; i++)
    node = JSON_NODE_HOLDS_OBJECT (node)
               ? json_object_get_member (json_node_get_object (node), parts[i])
               : NULL;
  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? speak_value (node)
                                                      : NULL;
}
