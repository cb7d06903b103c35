/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "script-words.h"

#include <string.h>

static const struct {
  const gchar *word;
  const gchar *first;
  const gchar *second;
} contractions[] = {
    {"what's", "what", "is"},
    {"whats", "what", "is"},
    {"who's", "who", "is"},
    {"where's", "where", "is"},
    {"when's", "when", "is"},
    {"how's", "how", "is"},
    {"it's", "it", "is"},
    {"that's", "that", "is"},
    {"there's", "there", "is"},
    {"i'm", "i", "am"},
    {"im", "i", "am"},
    {"i'd", "i", "would"},
    {"i'll", "i", "will"},
    {"i've", "i", "have"},
    {"you're", "you", "are"},
    {"we're", "we", "are"},
    {"let's", "let", "us"},
    {"don't", "do", "not"},
    {"doesn't", "does", "not"},
    {"isn't", "is", "not"},
    {"can't", "can", "not"},
    {"cannot", "can", "not"},
    {"name's", "name", "is"},
};

static const gchar *const stop_words[] = {"a", "an", "the", "of", "in", "for",
    "to", "at", "by", "with", "from", "and", "or", "is", "are", "was", "be",
    "am", "do", "does", "did", "it", "its", "this", "that", "these", "those",
    "i", "me", "my", "you", "your", "we", "us", "our", "he", "she", "they",
    "them", "what", "which", "who", "how", "when", "where", "why", "can",
    "could", "would", "will", "should", "shall", "may", "might", "must",
    "please", "tell", "give", "get", "gets", "got", "set", "sets", "show",
    "fetch", "retrieve", "return", "returns", "use", "used", "using", "call",
    "run", "make", "let", "want", "need", "like", "about", "there", "here",
    "now", "some", "any", "all", "not", "no", "yes", "has", "have", "had", "if",
    "so", "as", "into", "then", "than", "just", "go", "current", "currently",
    "given", "specified", "specific", "user", "users", "tool", "function",
    "value", "returning", "provide", "provides", "based", "perform", "performs",
    "execute", "data", "information", "info", "new", "know", "look", "up",
    "one", NULL};

static gboolean
is_sign (gunichar c)
{
  return c == '+' || c == '*' || c == '/' || c == '^' || c == '=' || c == '%'
         || c == '(' || c == ')' || c == 0x00d7 /* x */ || c == 0x00f7 /* / */
         || c == 0x2212 /* - */;
}

static const gchar *
sign_word (gunichar c)
{
  switch (c) {
    case '+':
      return "+";
    case '*':
    case 0x00d7:
      return "*";
    case '/':
    case 0x00f7:
      return "/";
    case '^':
      return "^";
    case '=':
      return "=";
    case '%':
      return "%";
    case '(':
      return "(";
    case ')':
      return ")";
    default:
      return "-";
  }
}

static void
add_word (GstVowelWords *self, const gchar *word, guint start, guint end)
{
  GstVowelWord item = {g_strdup (word), start, end, FALSE};

  g_array_append_val (self->words, item);
}

static void
add_spelt (GstVowelWords *self, GString *spelt, guint start, guint end)
{
  g_autofree gchar *word = g_utf8_strdown (spelt->str, spelt->len);
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (contractions); i++) {
    if (g_strcmp0 (word, contractions[i].word) == 0) {
      add_word (self, contractions[i].first, start, end);
      add_word (self, contractions[i].second, start, end);
      return;
    }
  }
  /* Possessives and dropped quotes: "Anna's" is about Anna. */
  if (g_str_has_suffix (word, "'s"))
    word[strlen (word) - 2] = '\0';
  add_word (self, word, start, end);
}

/* Whether the character between @before and @after belongs to the word: an
 * apostrophe between letters, the point, comma or colon of a number. */
static gboolean
joins (gunichar before, gunichar c, gunichar after)
{
  if (c == '\'' || c == 0x2019)
    return g_unichar_isalpha (before) && g_unichar_isalpha (after);
  if (c == '.' || c == ',' || c == ':')
    return g_unichar_isdigit (before) && g_unichar_isdigit (after);
  return FALSE;
}

/**
 * gst_vowel_words_new:
 * @text: valid UTF-8
 *
 * Returns: (transfer full): the words of @text
 */
GstVowelWords *
gst_vowel_words_new (const gchar *text)
{
  GstVowelWords *self = g_new0 (GstVowelWords, 1);
  g_autoptr (GString) spelt = g_string_new (NULL);
  const gchar *p;
  guint start = 0;
  gunichar before = 0;

  self->text = g_strdup (text);
  self->words = g_array_new (FALSE, FALSE, sizeof (GstVowelWord));

  for (p = self->text; self->words->len < GST_VOWEL_WORDS_MAX;
       p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    gunichar after = c == 0 ? 0 : g_utf8_get_char (g_utf8_next_char (p));
    guint offset = p - self->text;

    /* ".5" is a number, and so is the second half of "3.5". */
    if (g_unichar_isalnum (c) || g_unichar_ismark (c)
        || joins (before, c, after)
        || (c == '.' && spelt->len == 0 && g_unichar_isdigit (after))) {
      if (spelt->len == 0)
        start = offset;
      if (c == 0x2019)
        c = '\'';
      /* "1,000" is one thousand. */
      if (!(c == ',' && g_unichar_isdigit (before)))
        g_string_append_unichar (spelt, c);
      before = c;
      continue;
    }
    if (spelt->len > 0) {
      add_spelt (self, spelt, start, offset);
      g_string_truncate (spelt, 0);
    }
    if (c == 0)
      break;
    if (is_sign (c)
        || (c == '-'
            && !(g_unichar_isalpha (before) && g_unichar_isalpha (after))))
      add_word (self, sign_word (c), offset, g_utf8_next_char (p) - self->text);
    else if ((c == '.' || c == '?' || c == '!' || c == ';')
             && self->words->len > 0)
      g_array_index (self->words, GstVowelWord, self->words->len - 1)
          .sentence_end = TRUE;
    before = c;
  }
  return self;
}

void
gst_vowel_words_free (GstVowelWords *words)
{
  guint i;

  for (i = 0; i < words->words->len; i++)
    g_free (g_array_index (words->words, GstVowelWord, i).word);
  g_array_unref (words->words);
  g_free (words->text);
  g_free (words);
}

guint
gst_vowel_words_get_length (const GstVowelWords *words)
{
  return words->words->len;
}

const gchar *
gst_vowel_words_get (const GstVowelWords *words, guint index)
{
  return g_array_index (words->words, GstVowelWord, index).word;
}

gchar *
gst_vowel_words_slice (const GstVowelWords *words, guint from, guint to)
{
  const GstVowelWord *first, *last;

  if (from >= to || to > words->words->len)
    return g_strdup ("");
  first = &g_array_index (words->words, GstVowelWord, from);
  last = &g_array_index (words->words, GstVowelWord, to - 1);
  return g_strndup (words->text + first->start, last->end - first->start);
}

static gboolean
ends_with (const gchar *word, gsize length, const gchar *suffix, gsize keep)
{
  gsize n = strlen (suffix);

  return length >= n + keep && memcmp (word + length - n, suffix, n) == 0;
}

gchar *
gst_vowel_words_stem (const gchar *word)
{
  gsize length = strlen (word);
  gchar *stem = g_strdup (word);

  if (ends_with (stem, length, "ies", 2)) {
    stem[length - 3] = 'y';
    length -= 2;
  } else if (ends_with (stem, length, "ing", 3)) {
    length -= 3;
  } else if (ends_with (stem, length, "ed", 3)) {
    length -= 2;
  } else if (ends_with (stem, length, "es", 3)
             && strchr ("sxz", stem[length - 3]) != NULL) {
    length -= 2;
  } else if (ends_with (stem, length, "s", 3) && stem[length - 2] != 's'
             && stem[length - 2] != 'u') {
    length -= 1;
  }
  stem[length] = '\0';
  /* "setting" and "set", "stopped" and "stop"; "time" and "timing". */
  if (length > 3 && stem[length - 1] == stem[length - 2]
      && strchr ("aeiouls", stem[length - 1]) == NULL)
    stem[--length] = '\0';
  if (length > 3 && stem[length - 1] == 'e')
    stem[--length] = '\0';
  return stem;
}

GStrv
gst_vowel_words_split_identifier (const gchar *identifier)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GString) word = g_string_new (NULL);
  const gchar *p;

  for (p = identifier; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    gunichar next = g_utf8_get_char (g_utf8_next_char (p));

    if (!g_unichar_isalnum (c)) {
      if (word->len > 0)
        g_strv_builder_add (builder, word->str);
      g_string_truncate (word, 0);
      continue;
    }
    /* A capital begins a word, unless it stands within an abbreviation. */
    if (word->len > 0 && g_unichar_isupper (c)
        && (g_unichar_islower (next)
            || !g_unichar_isupper (g_utf8_get_char (g_utf8_prev_char (p))))) {
      g_strv_builder_add (builder, word->str);
      g_string_truncate (word, 0);
    }
    g_string_append_unichar (word, g_unichar_tolower (c));
  }
  if (word->len > 0)
    g_strv_builder_add (builder, word->str);
  return g_strv_builder_end (builder);
}

gchar *
gst_vowel_words_from_identifier (const gchar *identifier)
{
  g_auto (GStrv) words = gst_vowel_words_split_identifier (identifier);

  return g_strjoinv (" ", words);
}

gboolean
gst_vowel_words_is_stop_word (const gchar *word)
{
  return g_strv_contains (stop_words, word);
}

gchar *
gst_vowel_words_capitalise (const gchar *text)
{
  g_autoptr (GString) result = g_string_new (NULL);
  gboolean begin = TRUE;
  const gchar *p;

  for (p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    g_string_append_unichar (result, begin ? g_unichar_totitle (c) : c);
    begin = g_unichar_isspace (c) || c == '-';
  }
  return g_string_free (g_steal_pointer (&result), FALSE);
}

gchar *
gst_vowel_words_join (const gchar *const *items, const gchar *conjunction)
{
  g_autoptr (GString) result = g_string_new (NULL);
  guint i, n = g_strv_length ((gchar **) items);

  for (i = 0; i < n; i++) {
    if (i > 0 && i + 1 == n)
      g_string_append_printf (result, " %s ", conjunction);
    else if (i > 0)
      g_string_append (result, ", ");
    g_string_append (result, items[i]);
  }
  return g_string_free (g_steal_pointer (&result), FALSE);
}
