/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "script-phrases.h"

#include <string.h>

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

gboolean
gst_vowel_phrases_trim (
    const GstVowelFiller *self, guint *from, guint *to, gboolean keep_days)
{
  while (*from < *to
         && g_strv_contains (articles, gst_vowel_filler_get_word (self, *from)))
    (*from)++;
  while (
      *from < *to
      && g_strv_contains (trailers, gst_vowel_filler_get_word (self, *to - 1))
      && !(
          keep_days
          && g_strv_contains (days, gst_vowel_filler_get_word (self, *to - 1))))
    (*to)--;
  return *from < *to;
}

static gboolean
is_free (const GstVowelFiller *self, guint from, guint to)
{
  for (; from < to; from++) {
    if (gst_vowel_filler_is_used (self, from))
      return FALSE;
  }
  return TRUE;
}

static gboolean
take (GstVowelFiller *self, const GstVowelProperty *property, guint from,
    guint to, gchar **ret_value)
{
  g_autofree gchar *value = NULL, *lower = NULL;

  gst_vowel_filler_use (self, from, to);
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
find_quoted (GstVowelFiller *self, gchar **ret_value)
{
  guint i, k;

  for (i = self->from; i < self->to; i++) {
    const GstVowelWord *word =
        &g_array_index (self->words->words, GstVowelWord, i);

    if (gst_vowel_filler_is_used (self, i) || word->start == 0
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
      gst_vowel_filler_use (self, i, k + 1);
      *ret_value = g_strndup (self->words->text + word->start,
          end - self->words->text - word->start);
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
find_day (
    GstVowelFiller *self, const GstVowelProperty *property, gchar **ret_value)
{
  static const gchar *const names[] = {"date", "day", "when", "time", NULL};
  guint i;

  if (!gst_vowel_property_has_word (property, names))
    return FALSE;
  for (i = self->from; i < self->to; i++) {
    if (!gst_vowel_filler_is_used (self, i)
        && g_strv_contains (days, gst_vowel_filler_get_word (self, i)))
      return take (self, property, i, i + 1, ret_value);
  }
  return FALSE;
}

/* "city Paris", "the title is groceries" */
static gboolean
find_named (
    GstVowelFiller *self, const GstVowelProperty *property, gchar **ret_value)
{
  guint i;

  for (i = self->from; i + 1 < self->to; i++) {
    guint from = i + 1, to;

    if (!gst_vowel_property_is_own_word (
            property, gst_vowel_filler_get_word (self, i)))
      continue;
    if (strcmp (gst_vowel_filler_get_word (self, from), "is") == 0
        || strcmp (gst_vowel_filler_get_word (self, from), "number") == 0)
      from++;
    for (to = from; to < self->to; to++) {
      if (!gst_vowel_property_has_word (property, phrases)
          && g_strv_contains (markers, gst_vowel_filler_get_word (self, to)))
        break;
    }
    if (from < to && !gst_vowel_filler_is_tool_word (self, from)
        && !g_strv_contains (markers, gst_vowel_filler_get_word (self, from))
        && gst_vowel_phrases_trim (self, &from, &to, FALSE)
        && is_free (self, from, to))
      return take (self, property, from, to, ret_value);
  }
  return FALSE;
}

/* "in Paris", "about the garden" */
static gboolean
find_after_marker (GstVowelFiller *self, const GstVowelProperty *property,
    const gchar *marker, gchar **ret_value)
{
  gboolean whole = gst_vowel_property_has_word (property, phrases);
  guint i;

  for (i = self->from; i + 1 < self->to; i++) {
    guint from = i + 1, to;

    if (strcmp (gst_vowel_filler_get_word (self, i), marker) != 0
        || gst_vowel_filler_is_used (self, i)
        || gst_vowel_filler_is_tool_word (self, i))
      continue;
    for (to = from; to < self->to; to++) {
      if ((!whole
              && g_strv_contains (
                  markers, gst_vowel_filler_get_word (self, to)))
          || gst_vowel_filler_is_used (self, to))
        break;
    }
    if (gst_vowel_phrases_trim (self, &from, &to, FALSE)
        && !gst_vowel_filler_is_tool_word (self, from))
      return take (self, property, from, to, ret_value);
  }
  return FALSE;
}

/* The last run of words that say something and are nobody's yet. */
static gboolean
find_remaining (
    GstVowelFiller *self, const GstVowelProperty *property, gchar **ret_value)
{
  guint end = self->to;

  while (end > self->from) {
    guint to = end, from;

    while (to > self->from
           && (gst_vowel_filler_is_used (self, to - 1)
               || gst_vowel_filler_is_tool_word (self, to - 1)
               || gst_vowel_words_is_stop_word (
                   gst_vowel_filler_get_word (self, to - 1))))
      to--;
    from = to;
    while (from > self->from && !gst_vowel_filler_is_used (self, from - 1)
           && !gst_vowel_filler_is_tool_word (self, from - 1)
           && !gst_vowel_words_is_stop_word (
               gst_vowel_filler_get_word (self, from - 1)))
      from--;
    if (from == to)
      return FALSE;
    end = from;
    if (gst_vowel_phrases_trim (self, &from, &to, FALSE))
      return take (self, property, from, to, ret_value);
  }
  return FALSE;
}

gboolean
gst_vowel_phrases_find (GstVowelFiller *self, const GstVowelProperty *property,
    gboolean first, gchar **ret_value)
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
