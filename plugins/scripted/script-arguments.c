/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "script-compound.h"
#include "script-numbers.h"

#include <math.h>
#include <string.h>

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
    for (k = 0;
         k < n && gst_vowel_words_same_stem (parts[k], word_at (self, i + k));
         k++)
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
fill_enum (
    Filler *self, const GstVowelProperty *property, JsonObject *arguments)
{
  JsonArray *values = gst_vowel_property_get_enum (property->schema);
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
fill_boolean (
    Filler *self, const GstVowelProperty *property, JsonObject *arguments)
{
  gboolean open =
      property->required || gst_vowel_property_has_word (property, switches);
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
    if (gst_vowel_property_is_own_word (property, word_at (self, i))
        && !is_tool_word (self, i)) {
      json_object_set_boolean_member (arguments, property->name,
          i == self->from
              || !g_strv_contains (false_words, word_at (self, i - 1)));
      return TRUE;
    }
  }
  return FALSE;
}

/* A number, or "a"/"an"/"half an" before a unit of time. */
static guint
parse_amount (const Filler *self, guint at, gdouble *ret_value)
{
  guint used = gst_vowel_numbers_parse (self->words, at, ret_value);

  if (used > 0 && at + used <= self->to)
    return used;
  if (strcmp (word_at (self, at), "half") == 0
      && gst_vowel_property_unit_of_word (word_at (self, at + 2)) > 0) {
    *ret_value = 0.5;
    return 2;
  }
  if ((strcmp (word_at (self, at), "a") == 0
          || strcmp (word_at (self, at), "an") == 0)
      && gst_vowel_property_unit_of_word (word_at (self, at + 1)) > 0) {
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
    unit = used > 0 ? gst_vowel_property_unit_of_word (word_at (self, i + used))
                    : 0;
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

static gboolean
has_other_time (const Filler *self, const GstVowelProperty *property)
{
  guint i;

  for (i = 0; i < self->properties->len; i++) {
    if (self->properties->pdata[i] != property
        && gst_vowel_property_get_unit (self->properties->pdata[i]) > 0)
      return TRUE;
  }
  return FALSE;
}

/* A number beside the property's name, else the first one that is free. */
static gboolean
find_number (Filler *self, const GstVowelProperty *property, gdouble *ret_value)
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
    if ((i > self->from
            && gst_vowel_property_is_own_word (property, word_at (self, i - 1)))
        || gst_vowel_property_is_own_word (
            property, word_at (self, i + used))) {
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
set_number (
    const GstVowelProperty *property, gdouble value, JsonObject *arguments)
{
  if (property->type == GST_VOWEL_PROPERTY_INTEGER || value == rint (value))
    json_object_set_int_member (arguments, property->name, llrint (value));
  else
    json_object_set_double_member (arguments, property->name, value);
}

static gboolean
fill_number (
    Filler *self, const GstVowelProperty *property, JsonObject *arguments)
{
  gdouble unit = gst_vowel_property_get_unit (property), value;

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
take (Filler *self, const GstVowelProperty *property, guint from, guint to,
    gchar **ret_value)
{
  g_autofree gchar *value = NULL, *lower = NULL;

  use (self, from, to);
  value = gst_vowel_words_slice (self->words, from, to);
  lower = g_utf8_strdown (value, -1);
  /* A recogniser writes everything in lower case. */
  *ret_value =
      gst_vowel_property_is_proper_name (property) && strcmp (lower, value) == 0
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
find_day (Filler *self, const GstVowelProperty *property, gchar **ret_value)
{
  static const gchar *const names[] = {"date", "day", "when", "time", NULL};
  guint i;

  if (!gst_vowel_property_has_word (property, names))
    return FALSE;
  for (i = self->from; i < self->to; i++) {
    if (!is_used (self, i) && g_strv_contains (days, word_at (self, i)))
      return take (self, property, i, i + 1, ret_value);
  }
  return FALSE;
}

/* "city Paris", "the title is groceries" */
static gboolean
find_named (Filler *self, const GstVowelProperty *property, gchar **ret_value)
{
  guint i;

  for (i = self->from; i + 1 < self->to; i++) {
    guint from = i + 1, to;

    if (!gst_vowel_property_is_own_word (property, word_at (self, i)))
      continue;
    if (strcmp (word_at (self, from), "is") == 0
        || strcmp (word_at (self, from), "number") == 0)
      from++;
    for (to = from; to < self->to; to++) {
      if (!gst_vowel_property_has_word (property, phrases)
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
find_after_marker (Filler *self, const GstVowelProperty *property,
    const gchar *marker, gchar **ret_value)
{
  gboolean whole = gst_vowel_property_has_word (property, phrases);
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
find_remaining (
    Filler *self, const GstVowelProperty *property, gchar **ret_value)
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
find_string (Filler *self, const GstVowelProperty *property, gboolean first,
    gchar **ret_value)
{
  guint i, k;

  if (find_quoted (self, ret_value) || find_day (self, property, ret_value)
      || find_named (self, property, ret_value))
    return TRUE;
  for (i = 0; i < G_N_ELEMENTS (preferences); i++) {
    if (!gst_vowel_property_has_word (property, preferences[i].property))
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
fill_array (Filler *self, const GstVowelProperty *property, gboolean first,
    JsonObject *arguments)
{
  JsonNode *items = property->schema != NULL
                        ? json_object_get_member (property->schema, "items")
                        : NULL;
  GstVowelPropertyType type =
      items != NULL && JSON_NODE_HOLDS_OBJECT (items)
          ? gst_vowel_property_get_type (json_node_get_object (items))
          : GST_VOWEL_PROPERTY_STRING;
  g_autofree gchar *text = NULL;
  JsonArray *array;

  if (type == GST_VOWEL_PROPERTY_NUMBER || type == GST_VOWEL_PROPERTY_INTEGER) {
    gdouble value;

    array = json_array_new ();
    while (find_number (self, property, &value)) {
      if (type == GST_VOWEL_PROPERTY_INTEGER)
        json_array_add_int_element (array, llrint (value));
      else
        json_array_add_double_element (array, value);
    }
    if (json_array_get_length (array) == 0) {
      json_array_unref (array);
      return FALSE;
    }
  } else if (type == GST_VOWEL_PROPERTY_STRING
             && find_string (self, property, first, &text)) {
    array = split_list (text);
  } else {
    return FALSE;
  }
  json_object_set_array_member (arguments, property->name, array);
  return TRUE;
}

static gboolean
fill_property (Filler *self, const GstVowelProperty *property, gboolean first,
    JsonObject *arguments)
{
  g_autofree gchar *text = NULL;

  if (gst_vowel_property_get_enum (property->schema) != NULL)
    return fill_enum (self, property, arguments);
  switch (property->type) {
    case GST_VOWEL_PROPERTY_BOOLEAN:
      return fill_boolean (self, property, arguments);
    case GST_VOWEL_PROPERTY_NUMBER:
    case GST_VOWEL_PROPERTY_INTEGER:
      return fill_number (self, property, arguments);
    case GST_VOWEL_PROPERTY_ARRAY:
      return fill_array (self, property, first, arguments);
    case GST_VOWEL_PROPERTY_OBJECT:
      return gst_vowel_compound_fill (property, self->words, self->from,
          self->to, self->tool_words, arguments);
    default:
      break;
  }
  if (!find_string (self, property, first, &text))
    return FALSE;
  json_object_set_string_member (arguments, property->name, text);
  return TRUE;
}

void
gst_vowel_arguments_fill (JsonObject *schema, const GstVowelWords *words,
    guint from, guint to, const gchar *const *tool_words, JsonObject *arguments)
{
  g_autoptr (GPtrArray) properties = gst_vowel_property_list (schema);
  g_autofree gboolean *used = g_new0 (gboolean, to - from + 1);
  Filler self = {words, from, to, tool_words, used, properties};
  gint pass;
  guint i;

  for (pass = 0; pass < 3; pass++) {
    gboolean first = TRUE;

    for (i = 0; i < properties->len; i++) {
      const GstVowelProperty *property = properties->pdata[i];

      if (gst_vowel_property_get_pass (property) != pass
          || json_object_has_member (arguments, property->name))
        continue;
      fill_property (&self, property, first, arguments);
      first = FALSE;
    }
  }
  for (i = 0; i < properties->len; i++)
    gst_vowel_property_fill_default (properties->pdata[i], arguments);
}

static gboolean
answer (Filler *self, const GstVowelProperty *property, JsonObject *arguments)
{
  static const gchar *const openers[] = {"it", "is", "i", "mean", "in", "for",
      "to", "at", "of", "about", "um", "uh", "well", "the", "please", "called",
      "named", "from", "on", NULL};
  guint to = self->to;
  gdouble value;
  guint used;

  if (gst_vowel_property_get_enum (property->schema) != NULL)
    return fill_enum (self, property, arguments);
  if (property->type == GST_VOWEL_PROPERTY_BOOLEAN)
    return fill_boolean (self, property, arguments);
  if (property->type == GST_VOWEL_PROPERTY_OBJECT) {
    gst_vowel_compound_answer (
        property, self->words, self->from, self->to, arguments);
    return TRUE;
  }
  while (self->from + 1 < to
         && g_strv_contains (openers, word_at (self, self->from))) {
    self->from++;
    self->used++;
  }
  if (property->type == GST_VOWEL_PROPERTY_NUMBER
      || property->type == GST_VOWEL_PROPERTY_INTEGER) {
    used = parse_amount (self, self->from, &value);
    if (used == 0 || to - self->from > used + 2)
      return FALSE;
    return fill_number (self, property, arguments);
  }
  if (!trim (self, &self->from, &to, TRUE))
    return FALSE;
  {
    g_autofree gchar *text = NULL;

    text = gst_vowel_words_slice (self->words, self->from, to);
    if (gst_vowel_property_is_proper_name (property)) {
      g_autofree gchar *plain = g_steal_pointer (&text);

      text = gst_vowel_words_capitalise (plain);
    }
    if (property->type == GST_VOWEL_PROPERTY_ARRAY)
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
      g_ptr_array_new_with_free_func (gst_vowel_property_free);
  guint n = gst_vowel_words_get_length (words);
  g_autofree gboolean *used = g_new0 (gboolean, n + 1);
  Filler self = {words, 0, n, none, used, properties};
  GstVowelProperty *asked = gst_vowel_property_new (schema, property);

  /* What answers a question is required by it. */
  asked->required = TRUE;
  g_ptr_array_add (properties, asked);
  return answer (&self, asked, arguments);
}
