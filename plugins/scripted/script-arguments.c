/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "script-arguments.h"
#include "script-numbers.h"

#include <math.h>
#include <string.h>

#define MAX_PROPERTIES 64

typedef enum {
  TYPE_STRING,
  TYPE_NUMBER,
  TYPE_INTEGER,
  TYPE_BOOLEAN,
  TYPE_ARRAY,
  TYPE_OBJECT,
} Type;

typedef struct {
  const gchar *name;
  JsonObject *schema; /* may be NULL */
  Type type;
  gboolean required;
  GStrv words; /* of its name */
} Property;

/* One filling: which words are taken already. */
typedef struct {
  const GstVowelWords *words;
  guint from;
  guint to;
  const gchar *const *tool_words;
  gboolean *used;
  GPtrArray *properties;
} Filler;

static const gchar *const markers[] = {"of", "in", "for", "to", "at", "about",
    "on", "called", "named", "titled", "with", "from", "saying", "that", "by",
    "near", "as", NULL};
static const gchar *const articles[] = {
    "the", "a", "an", "my", "me", "please", "is", "it", "some", NULL};
static const gchar *const trailers[] = {"please", "now", "today", "tonight",
    "tomorrow", "thanks", "like", "right", "and", "for", "me", "of", "in", "to",
    "is", "at", "also", "then", NULL};
static const gchar *const days[] = {"today", "tomorrow", "tonight", "yesterday",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    "sunday", NULL};
static const gchar *const true_words[] = {
    "on", "yes", "true", "enable", "enabled", "sure", "yeah", "open", NULL};
static const gchar *const false_words[] = {"off", "no", "false", "disable",
    "disabled", "not", "nope", "without", "close", NULL};
static const gchar *const switches[] = {"on", "off", "state", "enabled",
    "enable", "active", "power", "open", "status", NULL};

/* Which words lead to which property.  The first entry that names one of the
 * property's words counts. */
static const struct {
  const gchar *property[12];
  const gchar *markers[8];
} preferences[] = {
    {{"message", "text", "body", "content", "note", "reminder"},
        {"saying", "that", "to", "about"}},
    {{"recipient", "to", "contact", "person", "email", "phone"},
        {"to", "for", "with"}},
    {{"from", "origin", "source", "sender"}, {"from"}},
    {{"city", "location", "place", "country", "town", "address", "destination",
         "where", "region", "area"},
        {"in", "for", "at", "to", "of", "near"}},
    {{"topic", "subject"}, {"about", "on", "of"}},
    {{"title", "name", "label"}, {"called", "named", "titled", "of", "for"}},
    {{"query", "q", "search", "term", "keyword", "keywords", "question"},
        {"for", "about", "of"}},
    {{"date", "day", "when", "time"}, {"on", "at"}},
};
static const gchar *const any_marker[] = {"of", "for", "in", "to", "at",
    "about", "called", "named", "on", "with", "from", "by", NULL};
/* Their value is a whole phrase, whatever prepositions it has. */
static const gchar *const phrases[] = {"message", "text", "body", "content",
    "note", "reminder", "query", "question", "task", "title", NULL};
static const gchar *const proper_names[] = {"city", "location", "place",
    "country", "town", "region", "recipient", "person", "contact", "name",
    "destination", "origin", NULL};

static const struct {
  const gchar *stem;
  gdouble seconds;
} units[] = {
    {"second", 1},
    {"minut", 60},
    {"hour", 3600},
    {"day", 86400},
};

static void
property_free (gpointer data)
{
  Property *self = data;

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

static Type
type_from_name (const gchar *name)
{
  static const gchar *const names[] = {
      "string", "number", "integer", "boolean", "array", "object"};
  guint i;

  for (i = 0; i < G_N_ELEMENTS (names); i++) {
    if (g_strcmp0 (name, names[i]) == 0)
      return i;
  }
  return TYPE_STRING;
}

static Type
get_type (JsonObject *schema)
{
  JsonNode *node =
      schema != NULL ? json_object_get_member (schema, "type") : NULL;
  JsonArray *array;
  guint i;

  if (node == NULL)
    return TYPE_STRING;
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return type_from_name (json_node_get_string (node));
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return TYPE_STRING;
  /* ["string", "null"] */
  array = json_node_get_array (node);
  for (i = 0; i < json_array_get_length (array); i++) {
    JsonNode *element = json_array_get_element (array, i);

    if (json_node_get_value_type (element) == G_TYPE_STRING
        && g_strcmp0 (json_node_get_string (element), "null") != 0)
      return type_from_name (json_node_get_string (element));
  }
  return TYPE_STRING;
}

static JsonArray *
get_enum (JsonObject *schema)
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

static Property *
property_new (JsonObject *schema, const gchar *name)
{
  JsonObject *properties = get_properties (schema);
  JsonNode *node =
      properties != NULL ? json_object_get_member (properties, name) : NULL;
  Property *self = g_new0 (Property, 1);

  self->name = name;
  self->schema = node != NULL && JSON_NODE_HOLDS_OBJECT (node)
                     ? json_node_get_object (node)
                     : NULL;
  self->type = get_type (self->schema);
  self->required = is_required (schema, name);
  self->words = gst_vowel_words_split_identifier (name);
  return self;
}

static GPtrArray *
list_properties (JsonObject *schema)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (property_free);
  JsonObject *properties = get_properties (schema);
  g_autoptr (GList) members =
      properties != NULL ? json_object_get_members (properties) : NULL;
  GList *l;

  for (l = members; l != NULL && list->len < MAX_PROPERTIES; l = l->next)
    g_ptr_array_add (list, property_new (schema, l->data));
  return list;
}

static gboolean
has_word (const Property *self, const gchar *const *list)
{
  guint i;

  for (i = 0; self->words[i] != NULL; i++) {
    if (g_strv_contains (list, self->words[i]))
      return TRUE;
  }
  return FALSE;
}

static gboolean
same_stem (const gchar *a, const gchar *b)
{
  g_autofree gchar *stem_a = gst_vowel_words_stem (a);
  g_autofree gchar *stem_b = gst_vowel_words_stem (b);

  return strcmp (stem_a, stem_b) == 0;
}

/* Whether @word is one of the words of the property's name. */
static gboolean
is_own_word (const Property *self, const gchar *word)
{
  guint i;

  for (i = 0; self->words[i] != NULL; i++) {
    if (strcmp (self->words[i], "id") != 0 && same_stem (self->words[i], word))
      return TRUE;
  }
  return FALSE;
}

static const gchar *
word_at (const Filler *self, guint index)
{
  return index >= self->from && index < self->to
             ? gst_vowel_words_get (self->words, index)
             : "";
}

static gboolean
is_tool_word (const Filler *self, guint index)
{
  g_autofree gchar *stem = gst_vowel_words_stem (word_at (self, index));

  return g_strv_contains (self->tool_words, stem);
}

static void
use (Filler *self, guint from, guint to)
{
  for (; from < to; from++)
    self->used[from - self->from] = TRUE;
}

static gboolean
is_used (const Filler *self, guint index)
{
  return self->used[index - self->from];
}

/* Where the words of @value stand together; FALSE when they do not. */
static gboolean
find_value (
    const Filler *self, const gchar *value, guint *ret_from, guint *ret_to)
{
  g_auto (GStrv) parts = gst_vowel_words_split_identifier (value);
  guint n = g_strv_length (parts), i, k;

  for (i = self->from; n > 0 && i + n <= self->to; i++) {
    for (k = 0; k < n && same_stem (parts[k], word_at (self, i + k)); k++)
      ;
    if (k == n) {
      *ret_from = i;
      *ret_to = i + n;
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
fill_enum (Filler *self, const Property *property, JsonObject *arguments)
{
  JsonArray *values = get_enum (property->schema);
  JsonNode *best = NULL;
  guint best_from = 0, best_to = 0, i;

  for (i = 0; i < json_array_get_length (values); i++) {
    JsonNode *node = json_array_get_element (values, i);
    g_autofree gchar *text = NULL;
    guint from, to;
    gboolean found = FALSE;

    if (json_node_get_value_type (node) == G_TYPE_STRING) {
      text = g_strdup (json_node_get_string (node));
    } else if (JSON_NODE_HOLDS_VALUE (node)
               && json_node_get_value_type (node) == G_TYPE_INT64) {
      text = gst_vowel_numbers_to_words (json_node_get_int (node));
    }
    found = text != NULL && find_value (self, text, &from, &to);
    if (found && to - from > best_to - best_from) {
      best = node;
      best_from = from;
      best_to = to;
    }
  }
  if (best == NULL)
    return FALSE;
  use (self, best_from, best_to);
  json_object_set_member (arguments, property->name, json_node_copy (best));
  return TRUE;
}

static gboolean
fill_boolean (Filler *self, const Property *property, JsonObject *arguments)
{
  gboolean open = property->required || has_word (property, switches);
  guint i;

  for (i = self->from; i < self->to; i++) {
    const gchar *word = word_at (self, i);

    if (open && g_strv_contains (true_words, word)) {
      json_object_set_boolean_member (arguments, property->name, TRUE);
      return TRUE;
    }
    if (open && g_strv_contains (false_words, word)) {
      json_object_set_boolean_member (arguments, property->name, FALSE);
      return TRUE;
    }
  }
  for (i = self->from; i < self->to; i++) {
    if (is_own_word (property, word_at (self, i)) && !is_tool_word (self, i)) {
      json_object_set_boolean_member (arguments, property->name,
          i == self->from
              || !g_strv_contains (false_words, word_at (self, i - 1)));
      return TRUE;
    }
  }
  return FALSE;
}

static gdouble
unit_of (const gchar *word)
{
  g_autofree gchar *stem = gst_vowel_words_stem (word);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (units); i++) {
    if (strcmp (stem, units[i].stem) == 0)
      return units[i].seconds;
  }
  return 0;
}

/* A number, or "a"/"an"/"half an" before a unit of time. */
static guint
parse_amount (const Filler *self, guint at, gdouble *ret_value)
{
  guint used = gst_vowel_numbers_parse (self->words, at, ret_value);

  if (used > 0 && at + used <= self->to)
    return used;
  if (strcmp (word_at (self, at), "half") == 0
      && unit_of (word_at (self, at + 2)) > 0) {
    *ret_value = 0.5;
    return 2;
  }
  if ((strcmp (word_at (self, at), "a") == 0
          || strcmp (word_at (self, at), "an") == 0)
      && unit_of (word_at (self, at + 1)) > 0) {
    *ret_value = 1;
    return 1;
  }
  return 0;
}

/* "five minutes", for a property that is told in @seconds each.  @exact: only
 * what is said in this very unit, because another property takes the rest. */
static gboolean
find_time (Filler *self, gdouble seconds, gboolean exact, gdouble *ret_value)
{
  gdouble total = 0, amount;
  gboolean found = FALSE;
  guint i = self->from, used;

  while (i < self->to) {
    gdouble unit;

    used = is_used (self, i) ? 0 : parse_amount (self, i, &amount);
    unit = used > 0 ? unit_of (word_at (self, i + used)) : 0;
    if (unit == 0 || (exact && unit != seconds)) {
      i += MAX (used, 1);
      continue;
    }
    total += amount * unit;
    found = TRUE;
    use (self, i, i + used + 1);
    i += used + 1;
  }
  if (found)
    *ret_value = total / seconds;
  return found;
}

static gdouble
unit_of_property (const Property *property)
{
  gdouble unit = 0;
  guint i;

  for (i = 0; property->words[i] != NULL && unit == 0; i++)
    unit = unit_of (property->words[i]);
  return unit;
}

static gboolean
has_other_time (const Filler *self, const Property *property)
{
  guint i;

  for (i = 0; i < self->properties->len; i++) {
    if (self->properties->pdata[i] != property
        && unit_of_property (self->properties->pdata[i]) > 0)
      return TRUE;
  }
  return FALSE;
}

/* A number beside the property's name, else the first one that is free. */
static gboolean
find_number (Filler *self, const Property *property, gdouble *ret_value)
{
  guint first = self->to, first_used = 0, i = self->from, used;
  gdouble value, first_value = 0;

  while (i < self->to) {
    used = is_used (self, i) ? 0
                             : gst_vowel_numbers_parse (self->words, i, &value);
    if (used == 0 || i + used > self->to) {
      i++;
      continue;
    }
    if (strcmp (word_at (self, i - 1), "minus") == 0
        || strcmp (word_at (self, i - 1), "-") == 0)
      value = -value;
    if ((i > self->from && is_own_word (property, word_at (self, i - 1)))
        || is_own_word (property, word_at (self, i + used))) {
      use (self, i, i + used);
      *ret_value = value;
      return TRUE;
    }
    if (first == self->to) {
      first = i;
      first_used = used;
      first_value = value;
    }
    i += used;
  }
  if (first == self->to)
    return FALSE;
  use (self, first, first + first_used);
  *ret_value = first_value;
  return TRUE;
}

static void
set_number (const Property *property, gdouble value, JsonObject *arguments)
{
  if (property->type == TYPE_INTEGER || value == rint (value))
    json_object_set_int_member (arguments, property->name, llrint (value));
  else
    json_object_set_double_member (arguments, property->name, value);
}

static gboolean
fill_number (Filler *self, const Property *property, JsonObject *arguments)
{
  gdouble unit = unit_of_property (property), value;

  if (unit > 0
      && find_time (self, unit, has_other_time (self, property), &value)) {
    set_number (property, value, arguments);
    return TRUE;
  }
  if (!find_number (self, property, &value))
    return FALSE;
  set_number (property, value, arguments);
  return TRUE;
}

/* Without leading articles and trailing small talk.  FALSE when nothing is
 * left. */
static gboolean
trim (const Filler *self, guint *from, guint *to, gboolean keep_days)
{
  while (*from < *to && g_strv_contains (articles, word_at (self, *from)))
    (*from)++;
  while (*from < *to && g_strv_contains (trailers, word_at (self, *to - 1))
         && !(keep_days && g_strv_contains (days, word_at (self, *to - 1))))
    (*to)--;
  return *from < *to;
}

static gboolean
is_free (const Filler *self, guint from, guint to)
{
  for (; from < to; from++) {
    if (is_used (self, from))
      return FALSE;
  }
  return TRUE;
}

static gboolean
take (Filler *self, const Property *property, guint from, guint to,
    gchar **ret_value)
{
  g_autofree gchar *value = NULL, *lower = NULL;

  use (self, from, to);
  value = gst_vowel_words_slice (self->words, from, to);
  lower = g_utf8_strdown (value, -1);
  /* A recogniser writes everything in lower case. */
  *ret_value = has_word (property, proper_names) && strcmp (lower, value) == 0
                   ? gst_vowel_words_capitalise (value)
                   : g_steal_pointer (&value);
  return TRUE;
}

static gboolean
find_quoted (Filler *self, gchar **ret_value)
{
  guint i, k;

  for (i = self->from; i < self->to; i++) {
    const GstVowelWord *word =
        &g_array_index (self->words->words, GstVowelWord, i);

    if (is_used (self, i) || word->start == 0
        || self->words->text[word->start - 1] != '"')
      continue;
    for (k = i; k < self->to; k++) {
      const GstVowelWord *last =
          &g_array_index (self->words->words, GstVowelWord, k);
      const gchar *end = strchr (self->words->text + word->start, '"');

      if (end == NULL)
        return FALSE;
      if (k + 1 < self->to && self->words->text + (last + 1)->start < end)
        continue;
      use (self, i, k + 1);
      *ret_value = g_strndup (self->words->text + word->start,
          end - self->words->text - word->start);
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
find_day (Filler *self, const Property *property, gchar **ret_value)
{
  static const gchar *const names[] = {"date", "day", "when", "time", NULL};
  guint i;

  if (!has_word (property, names))
    return FALSE;
  for (i = self->from; i < self->to; i++) {
    if (!is_used (self, i) && g_strv_contains (days, word_at (self, i)))
      return take (self, property, i, i + 1, ret_value);
  }
  return FALSE;
}

/* "city Paris", "the title is groceries" */
static gboolean
find_named (Filler *self, const Property *property, gchar **ret_value)
{
  guint i;

  for (i = self->from; i + 1 < self->to; i++) {
    guint from = i + 1, to;

    if (!is_own_word (property, word_at (self, i)))
      continue;
    if (strcmp (word_at (self, from), "is") == 0
        || strcmp (word_at (self, from), "number") == 0)
      from++;
    for (to = from; to < self->to; to++) {
      if (!has_word (property, phrases)
          && g_strv_contains (markers, word_at (self, to)))
        break;
    }
    if (from < to && !is_tool_word (self, from)
        && !g_strv_contains (markers, word_at (self, from))
        && trim (self, &from, &to, FALSE) && is_free (self, from, to))
      return take (self, property, from, to, ret_value);
  }
  return FALSE;
}

/* "in Paris", "about the garden" */
static gboolean
find_after_marker (Filler *self, const Property *property, const gchar *marker,
    gchar **ret_value)
{
  gboolean whole = has_word (property, phrases);
  guint i;

  for (i = self->from; i + 1 < self->to; i++) {
    guint from = i + 1, to;

    if (strcmp (word_at (self, i), marker) != 0 || is_used (self, i)
        || is_tool_word (self, i))
      continue;
    for (to = from; to < self->to; to++) {
      if ((!whole && g_strv_contains (markers, word_at (self, to)))
          || is_used (self, to))
        break;
    }
    if (trim (self, &from, &to, FALSE) && !is_tool_word (self, from))
      return take (self, property, from, to, ret_value);
  }
  return FALSE;
}

/* The last run of words that say something and are nobody's yet. */
static gboolean
find_remaining (Filler *self, const Property *property, gchar **ret_value)
{
  guint end = self->to;

  while (end > self->from) {
    guint to = end, from;

    while (to > self->from
           && (is_used (self, to - 1) || is_tool_word (self, to - 1)
               || gst_vowel_words_is_stop_word (word_at (self, to - 1))))
      to--;
    from = to;
    while (from > self->from && !is_used (self, from - 1)
           && !is_tool_word (self, from - 1)
           && !gst_vowel_words_is_stop_word (word_at (self, from - 1)))
      from--;
    if (from == to)
      return FALSE;
    end = from;
    if (trim (self, &from, &to, FALSE))
      return take (self, property, from, to, ret_value);
  }
  return FALSE;
}

static gboolean
find_string (
    Filler *self, const Property *property, gboolean first, gchar **ret_value)
{
  guint i, k;

  if (find_quoted (self, ret_value) || find_day (self, property, ret_value)
      || find_named (self, property, ret_value))
    return TRUE;
  for (i = 0; i < G_N_ELEMENTS (preferences); i++) {
    if (!has_word (property, preferences[i].property))
      continue;
    for (k = 0; preferences[i].markers[k] != NULL; k++) {
      if (find_after_marker (
              self, property, preferences[i].markers[k], ret_value))
        return TRUE;
    }
    break;
  }
  if (!property->required && !first)
    return FALSE;
  for (k = 0; any_marker[k] != NULL; k++) {
    if (find_after_marker (self, property, any_marker[k], ret_value))
      return TRUE;
  }
  return property->required && find_remaining (self, property, ret_value);
}

/* "milk, eggs and bread" */
static JsonArray *
split_list (const gchar *text)
{
  JsonArray *array = json_array_new ();
  g_auto (GStrv) parts = NULL;
  g_autofree gchar *commas = NULL;
  GString *joined = g_string_new (text);
  guint i;

  g_string_replace (joined, " and ", ",", 0);
  commas = g_string_free (joined, FALSE);
  parts = g_strsplit (commas, ",", -1);
  for (i = 0; parts[i] != NULL; i++) {
    g_strstrip (parts[i]);
    if (parts[i][0] != '\0')
      json_array_add_string_element (array, parts[i]);
  }
  return array;
}

static gboolean
fill_array (Filler *self, const Property *property, gboolean first,
    JsonObject *arguments)
{
  JsonNode *items = property->schema != NULL
                        ? json_object_get_member (property->schema, "items")
                        : NULL;
  Type type = items != NULL && JSON_NODE_HOLDS_OBJECT (items)
                  ? get_type (json_node_get_object (items))
                  : TYPE_STRING;
  g_autofree gchar *text = NULL;
  JsonArray *array;

  if (type == TYPE_NUMBER || type == TYPE_INTEGER) {
    gdouble value;

    array = json_array_new ();
    while (find_number (self, property, &value)) {
      if (type == TYPE_INTEGER)
        json_array_add_int_element (array, llrint (value));
      else
        json_array_add_double_element (array, value);
    }
    if (json_array_get_length (array) == 0) {
      json_array_unref (array);
      return FALSE;
    }
  } else if (type == TYPE_STRING
             && find_string (self, property, first, &text)) {
    array = split_list (text);
  } else {
    return FALSE;
  }
  json_object_set_array_member (arguments, property->name, array);
  return TRUE;
}

/* Passes: what can be told surely comes first, free text takes the rest. */
static gint
pass_of (const Property *property)
{
  if (get_enum (property->schema) != NULL || property->type == TYPE_BOOLEAN)
    return 0;
  if (property->type == TYPE_NUMBER || property->type == TYPE_INTEGER)
    return 1;
  return 2;
}

static gboolean
fill_property (Filler *self, const Property *property, gboolean first,
    JsonObject *arguments)
{
  g_autofree gchar *text = NULL;

  if (get_enum (property->schema) != NULL)
    return fill_enum (self, property, arguments);
  switch (property->type) {
    case TYPE_BOOLEAN:
      return fill_boolean (self, property, arguments);
    case TYPE_NUMBER:
    case TYPE_INTEGER:
      return fill_number (self, property, arguments);
    case TYPE_ARRAY:
      return fill_array (self, property, first, arguments);
    case TYPE_OBJECT:
      return FALSE;
    default:
      break;
  }
  if (!find_string (self, property, first, &text))
    return FALSE;
  json_object_set_string_member (arguments, property->name, text);
  return TRUE;
}

static void
fill_default (const Property *property, JsonObject *arguments)
{
  JsonNode *value = property->schema != NULL
                        ? json_object_get_member (property->schema, "default")
                        : NULL;

  if (value != NULL && property->required
      && !json_object_has_member (arguments, property->name))
    json_object_set_member (arguments, property->name, json_node_copy (value));
}

void
gst_vowel_arguments_fill (JsonObject *schema, const GstVowelWords *words,
    guint from, guint to, const gchar *const *tool_words, JsonObject *arguments)
{
  g_autoptr (GPtrArray) properties = list_properties (schema);
  g_autofree gboolean *used = g_new0 (gboolean, to - from + 1);
  Filler self = {words, from, to, tool_words, used, properties};
  gint pass;
  guint i;

  for (pass = 0; pass < 3; pass++) {
    gboolean first = TRUE;

    for (i = 0; i < properties->len; i++) {
      const Property *property = properties->pdata[i];

      if (pass_of (property) != pass
          || json_object_has_member (arguments, property->name))
        continue;
      fill_property (&self, property, first, arguments);
      first = FALSE;
    }
  }
  for (i = 0; i < properties->len; i++)
    fill_default (properties->pdata[i], arguments);
}

gboolean
gst_vowel_arguments_is_free_text (JsonObject *schema, const gchar *property)
{
  Property *self = property_new (schema, property);
  gboolean free_text = pass_of (self) == 2;

  property_free (self);
  return free_text;
}

static gboolean
answer (Filler *self, const Property *property, JsonObject *arguments)
{
  static const gchar *const openers[] = {"it", "is", "i", "mean", "in", "for",
      "to", "at", "of", "about", "um", "uh", "well", "the", "please", "called",
      "named", "from", "on", NULL};
  guint to = self->to;
  gdouble value;
  guint used;

  if (get_enum (property->schema) != NULL)
    return fill_enum (self, property, arguments);
  if (property->type == TYPE_BOOLEAN)
    return fill_boolean (self, property, arguments);
  while (self->from + 1 < to
         && g_strv_contains (openers, word_at (self, self->from))) {
    self->from++;
    self->used++;
  }
  if (property->type == TYPE_NUMBER || property->type == TYPE_INTEGER) {
    used = parse_amount (self, self->from, &value);
    if (used == 0 || to - self->from > used + 2)
      return FALSE;
    return fill_number (self, property, arguments);
  }
  if (property->type == TYPE_OBJECT || !trim (self, &self->from, &to, TRUE))
    return FALSE;
  {
    g_autofree gchar *text = NULL;

    text = gst_vowel_words_slice (self->words, self->from, to);
    if (has_word (property, proper_names)) {
      g_autofree gchar *plain = g_steal_pointer (&text);

      text = gst_vowel_words_capitalise (plain);
    }
    if (property->type == TYPE_ARRAY)
      json_object_set_array_member (
          arguments, property->name, split_list (text));
    else
      json_object_set_string_member (arguments, property->name, text);
  }
  return TRUE;
}

gboolean
gst_vowel_arguments_answer (JsonObject *schema, const gchar *property,
    const GstVowelWords *words, JsonObject *arguments)
{
  static const gchar *const none[] = {NULL};
  g_autoptr (GPtrArray) properties =
      g_ptr_array_new_with_free_func (property_free);
  guint n = gst_vowel_words_get_length (words);
  g_autofree gboolean *used = g_new0 (gboolean, n + 1);
  Filler self = {words, 0, n, none, used, properties};
  Property *asked = property_new (schema, property);

  /* What answers a question is required by it. */
  asked->required = TRUE;
  g_ptr_array_add (properties, asked);
  return answer (&self, asked, arguments);
}

void
gst_vowel_arguments_force (
    JsonObject *schema, const GstVowelWords *words, JsonObject *arguments)
{
  const gchar *name;

  while ((name = gst_vowel_arguments_get_missing (schema, arguments)) != NULL) {
    Property *property = property_new (schema, name);
    JsonArray *values = get_enum (property->schema);

    if (values != NULL && json_array_get_length (values) > 0)
      json_object_set_member (
          arguments, name, json_node_copy (json_array_get_element (values, 0)));
    else if (property->type == TYPE_BOOLEAN)
      json_object_set_boolean_member (arguments, name, TRUE);
    else if (property->type == TYPE_NUMBER || property->type == TYPE_INTEGER)
      json_object_set_int_member (arguments, name, 1);
    else if (property->type == TYPE_ARRAY)
      json_object_set_array_member (arguments, name, json_array_new ());
    else if (property->type == TYPE_OBJECT)
      json_object_set_object_member (arguments, name, json_object_new ());
    else
      json_object_set_string_member (arguments, name, words->text);
    property_free (property);
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
  Property *self = property_new (schema, property);
  g_autofree gchar *said = gst_vowel_words_from_identifier (property);
  JsonArray *values = get_enum (self->schema);
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
  } else if (self->type == TYPE_BOOLEAN) {
    question = g_strdup_printf ("Shall I set %s, yes or no?", said);
  } else if (unit_of_property (self) > 0 && g_str_has_suffix (said, "s")) {
    question = g_strdup_printf ("How many %s?", said);
  } else {
    question = g_strdup_printf ("What is the %s?", said);
  }
  property_free (self);
  return question;
}
