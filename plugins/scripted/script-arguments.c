/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "script-compound.h"
#include "script-numbers.h"
#include "script-phrases.h"

#include <math.h>
#include <string.h>

static const gchar *const true_words[] = {
    "on", "yes", "true", "enable", "enabled", "sure", "yeah", "open", NULL};
static const gchar *const false_words[] = {"off", "no", "false", "disable",
    "disabled", "not", "nope", "without", "close", NULL};
static const gchar *const switches[] = {"on", "off", "state", "enabled",
    "enable", "active", "power", "open", "status", NULL};

/* Where the words of @value stand together; FALSE when they do not. */
static gboolean
find_value (const GstVowelFiller *self, const gchar *value, guint *ret_from,
    guint *ret_to)
{
  g_auto (GStrv) parts = gst_vowel_words_split_identifier (value);
  guint n = g_strv_length (parts), i, k;

  for (i = self->from; n > 0 && i + n <= self->to; i++) {
    for (k = 0; k < n
                && gst_vowel_words_same_stem (
                    parts[k], gst_vowel_filler_get_word (self, i + k));
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
fill_enum (GstVowelFiller *self, const GstVowelProperty *property,
    JsonObject *arguments)
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
  gst_vowel_filler_use (self, best_from, best_to);
  json_object_set_member (arguments, property->name, json_node_copy (best));
  return TRUE;
}

static gboolean
fill_boolean (GstVowelFiller *self, const GstVowelProperty *property,
    JsonObject *arguments)
{
  gboolean open =
      property->required || gst_vowel_property_has_word (property, switches);
  guint i;

  for (i = self->from; i < self->to; i++) {
    const gchar *word = gst_vowel_filler_get_word (self, i);

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
    if (gst_vowel_property_is_own_word (
            property, gst_vowel_filler_get_word (self, i))
        && !gst_vowel_filler_is_tool_word (self, i)) {
      json_object_set_boolean_member (arguments, property->name,
          i == self->from
              || !g_strv_contains (
                  false_words, gst_vowel_filler_get_word (self, i - 1)));
      return TRUE;
    }
  }
  return FALSE;
}

/* A number, or "a"/"an"/"half an" before a unit of time. */
static guint
parse_amount (const GstVowelFiller *self, guint at, gdouble *ret_value)
{
  guint used = gst_vowel_numbers_parse (self->words, at, ret_value);

  if (used > 0 && at + used <= self->to)
    return used;
  if (strcmp (gst_vowel_filler_get_word (self, at), "half") == 0
      && gst_vowel_property_unit_of_word (
             gst_vowel_filler_get_word (self, at + 2))
             > 0) {
    *ret_value = 0.5;
    return 2;
  }
  if ((strcmp (gst_vowel_filler_get_word (self, at), "a") == 0
          || strcmp (gst_vowel_filler_get_word (self, at), "an") == 0)
      && gst_vowel_property_unit_of_word (
             gst_vowel_filler_get_word (self, at + 1))
             > 0) {
    *ret_value = 1;
    return 1;
  }
  return 0;
}

/* "five minutes", for a property that is told in @seconds each.  @exact: only
 * what is said in this very unit, because another property takes the rest. */
static gboolean
find_time (
    GstVowelFiller *self, gdouble seconds, gboolean exact, gdouble *ret_value)
{
  gdouble total = 0, amount;
  gboolean found = FALSE;
  guint i = self->from, used;

  while (i < self->to) {
    gdouble unit;

    used = gst_vowel_filler_is_used (self, i) ? 0
                                              : parse_amount (self, i, &amount);
    unit = used > 0 ? gst_vowel_property_unit_of_word (
               gst_vowel_filler_get_word (self, i + used))
                    : 0;
    if (unit == 0 || (exact && unit != seconds)) {
      i += MAX (used, 1);
      continue;
    }
    total += amount * unit;
    found = TRUE;
    gst_vowel_filler_use (self, i, i + used + 1);
    i += used + 1;
  }
  if (found)
    *ret_value = total / seconds;
  return found;
}

static gboolean
has_other_time (const GstVowelFiller *self, const GstVowelProperty *property)
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
find_number (
    GstVowelFiller *self, const GstVowelProperty *property, gdouble *ret_value)
{
  guint first = self->to, first_used = 0, i = self->from, used;
  gdouble value, first_value = 0;

  while (i < self->to) {
    used = gst_vowel_filler_is_used (self, i)
               ? 0
               : gst_vowel_numbers_parse (self->words, i, &value);
    if (used == 0 || i + used > self->to) {
      i++;
      continue;
    }
    if (strcmp (gst_vowel_filler_get_word (self, i - 1), "minus") == 0
        || strcmp (gst_vowel_filler_get_word (self, i - 1), "-") == 0)
      value = -value;
    if ((i > self->from
            && gst_vowel_property_is_own_word (
                property, gst_vowel_filler_get_word (self, i - 1)))
        || gst_vowel_property_is_own_word (
            property, gst_vowel_filler_get_word (self, i + used))) {
      gst_vowel_filler_use (self, i, i + used);
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
  gst_vowel_filler_use (self, first, first + first_used);
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
fill_number (GstVowelFiller *self, const GstVowelProperty *property,
    JsonObject *arguments)
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
fill_array (GstVowelFiller *self, const GstVowelProperty *property,
    gboolean first, JsonObject *arguments)
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
             && gst_vowel_phrases_find (self, property, first, &text)) {
    array = split_list (text);
  } else {
    return FALSE;
  }
  json_object_set_array_member (arguments, property->name, array);
  return TRUE;
}

static gboolean
fill_property (GstVowelFiller *self, const GstVowelProperty *property,
    gboolean first, JsonObject *arguments)
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
  if (!gst_vowel_phrases_find (self, property, first, &text))
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
  GstVowelFiller self = {words, from, to, tool_words, used, properties};
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
answer (GstVowelFiller *self, const GstVowelProperty *property,
    JsonObject *arguments)
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
         && g_strv_contains (
             openers, gst_vowel_filler_get_word (self, self->from))) {
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
  if (!gst_vowel_phrases_trim (self, &self->from, &to, TRUE))
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
  GstVowelFiller self = {words, 0, n, none, used, properties};
  GstVowelProperty *asked = gst_vowel_property_new (schema, property);

  /* What answers a question is required by it. */
  asked->required = TRUE;
  g_ptr_array_add (properties, asked);
  return answer (&self, asked, arguments);
}
