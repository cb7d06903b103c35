/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "script-template.h"
#include "script-calculator.h"
#include "script-numbers.h"

#include <string.h>

/* "count to a million" would keep everybody busy. */
#define MAX_COUNT 1000

typedef enum {
  FILTER_NONE,
  FILTER_WORDS,
  FILTER_NUMBER,
  FILTER_NAME,
  FILTER_CALCULATE,
  FILTER_COUNT,
  FILTER_FORMULA,
} Filter;

static const gchar *const filters[] = {
    "", "words", "number", "name", "calculate", "count", "formula"};

/* Literal text when @name is NULL. */
typedef struct {
  gchar *name;
  gchar *text;
  Filter filter;
} Part;

struct _GstVowelTemplate {
  GArray *parts;
  GArray *places; /* indices into parts */
};

G_DEFINE_QUARK (gst_vowel_template_error, gst_vowel_template_error)

static void
clear_part (gpointer data)
{
  Part *part = data;

  g_free (part->name);
  g_free (part->text);
}

static void
add_literal (GstVowelTemplate *self, GString *literal)
{
  Part part = {NULL, g_strdup (literal->str), FILTER_NONE};

  g_array_append_val (self->parts, part);
  g_string_truncate (literal, 0);
}

static gboolean
add_place (GstVowelTemplate *self, const gchar *inside, GError **error)
{
  g_autofree gchar *name = g_strdup (inside);
  gchar *bar = strchr (name, '|');
  gchar *colon;
  Part part = {NULL, NULL, FILTER_NONE};
  guint filter = 0, index = self->parts->len;

  if (bar != NULL)
    *bar++ = '\0';
  colon = strchr (name, ':');
  if (colon != NULL) {
    *colon++ = '\0';
    for (filter = 1; filter < G_N_ELEMENTS (filters); filter++) {
      if (strcmp (colon, filters[filter]) == 0)
        break;
    }
    if (filter == G_N_ELEMENTS (filters)) {
      g_set_error (error, GST_VOWEL_TEMPLATE_ERROR,
          GST_VOWEL_TEMPLATE_ERROR_SYNTAX,
          "there is no filter \"%s\"; there are words, number, name, "
          "calculate, count "
          "and formula",
          colon);
      return FALSE;
    }
  }
  if (name[0] == '\0') {
    g_set_error_literal (error, GST_VOWEL_TEMPLATE_ERROR,
        GST_VOWEL_TEMPLATE_ERROR_SYNTAX,
        "\"{}\" names nothing; a brace itself is written \"{{\"");
    return FALSE;
  }
  part.name = g_strdup (name);
  part.text = g_strdup (bar);
  part.filter = filter;
  g_array_append_val (self->parts, part);
  g_array_append_val (self->places, index);
  return TRUE;
}

GstVowelTemplate *
gst_vowel_template_new (const gchar *text, GError **error)
{
  g_autoptr (GstVowelTemplate) self = g_new0 (GstVowelTemplate, 1);
  g_autoptr (GString) literal = g_string_new (NULL);
  const gchar *p = text;

  self->parts = g_array_new (FALSE, FALSE, sizeof (Part));
  g_array_set_clear_func (self->parts, clear_part);
  self->places = g_array_new (FALSE, FALSE, sizeof (guint));

  while (*p != '\0') {
    if ((p[0] == '{' || p[0] == '}') && p[1] == p[0]) {
      g_string_append_c (literal, *p);
      p += 2;
    } else if (*p == '{') {
      gsize length = strcspn (p + 1, "}");
      g_autofree gchar *inside = g_strndup (p + 1, length);

      if (p[length + 1] != '}') {
        g_set_error (error, GST_VOWEL_TEMPLATE_ERROR,
            GST_VOWEL_TEMPLATE_ERROR_SYNTAX, "\"%s\": '{' without '}'", text);
        return NULL;
      }
      if (literal->len > 0)
        add_literal (self, literal);
      if (!add_place (self, inside, error))
        return NULL;
      p += length + 2;
    } else if (*p == '}') {
      g_set_error (error, GST_VOWEL_TEMPLATE_ERROR,
          GST_VOWEL_TEMPLATE_ERROR_SYNTAX, "\"%s\": '}' without '{'", text);
      return NULL;
    } else {
      g_string_append_c (literal, *p++);
    }
  }
  if (literal->len > 0)
    add_literal (self, literal);
  return g_steal_pointer (&self);
}

void
gst_vowel_template_free (GstVowelTemplate *self)
{
  g_array_unref (self->parts);
  g_array_unref (self->places);
  g_free (self);
}

guint
gst_vowel_template_get_n_places (const GstVowelTemplate *self)
{
  return self->places->len;
}

const gchar *
gst_vowel_template_get_place (
    const GstVowelTemplate *self, guint index, gboolean *ret_optional)
{
  const Part *part = &g_array_index (
      self->parts, Part, g_array_index (self->places, guint, index));

  *ret_optional = part->text != NULL;
  return part->name;
}

gboolean
gst_vowel_template_is_number (const GstVowelTemplate *self)
{
  return self->parts->len == 1
         && g_array_index (self->parts, Part, 0).filter == FILTER_NUMBER;
}

static gchar *
apply_filter (Filter filter, const gchar *value, GError **error)
{
  g_autoptr (GstVowelWords) words = NULL;
  gdouble number = 0;

  if (filter == FILTER_NONE)
    return g_strdup (value);
  if (filter == FILTER_NAME)
    return gst_vowel_words_capitalise (value);
  if (filter == FILTER_FORMULA)
    return gst_vowel_calculator_to_words (value);
  if (filter == FILTER_CALCULATE) {
    if (!gst_vowel_calculator_evaluate (value, &number, error))
      return NULL;
  } else {
    words = gst_vowel_words_new (value);
    if (gst_vowel_numbers_parse (words, 0, &number) == 0) {
      g_set_error (error, GST_VOWEL_TEMPLATE_ERROR,
          GST_VOWEL_TEMPLATE_ERROR_VALUE, "\"%s\" is no number", value);
      return NULL;
    }
  }
  if (filter == FILTER_NUMBER)
    return gst_vowel_numbers_to_digits (number);
  if (filter != FILTER_COUNT) {
    g_autofree gchar *said = gst_vowel_numbers_to_words (number);

    if (said != NULL)
      return g_steal_pointer (&said);
  } else if (number >= 1 && number <= MAX_COUNT) {
    return gst_vowel_numbers_count_to_words (number);
  }
  g_set_error (error, GST_VOWEL_TEMPLATE_ERROR, GST_VOWEL_TEMPLATE_ERROR_VALUE,
      "%s is out of range for \"%s\"", value, filters[filter]);
  return NULL;
}

gchar *
gst_vowel_template_expand (const GstVowelTemplate *self,
    GstVowelTemplateLookup lookup, gpointer user_data, GError **error)
{
  g_autoptr (GString) result = g_string_new (NULL);
  guint i;

  for (i = 0; i < self->parts->len; i++) {
    const Part *part = &g_array_index (self->parts, Part, i);
    const gchar *value = part->text;

    if (part->name != NULL && lookup (part->name, user_data) != NULL) {
      g_autofree gchar *filtered =
          apply_filter (part->filter, lookup (part->name, user_data), error);

      if (filtered == NULL)
        return NULL;
      g_string_append (result, filtered);
      continue;
    }
    if (value == NULL) {
      g_set_error (error, GST_VOWEL_TEMPLATE_ERROR,
          GST_VOWEL_TEMPLATE_ERROR_VALUE, "\"%s\" is unset", part->name);
      return NULL;
    }
    g_string_append (result, value);
  }
  return g_string_free (g_steal_pointer (&result), FALSE);
}
