/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "gstvowelrepeats-priv.h"

#define MAX_RUN 5
/* Shorter sentences ("Yes.") may be said again. */
#define MIN_CHARS 10
/* Words in common, of all that two sentences have: of one and the next, and of
 * one and any earlier. */
#define ALIKE_NEXT 0.7
#define ALIKE 0.75

struct _GstVowelRepeats {
  guint window;
  GQueue sentences; /* GHashTable of words, the last one first */
};

GstVowelRepeats *
gst_vowel_repeats_new (guint window)
{
  GstVowelRepeats *repeats = g_new0 (GstVowelRepeats, 1);

  repeats->window = window;
  return repeats;
}

void
gst_vowel_repeats_free (GstVowelRepeats *repeats)
{
  g_queue_clear_full (&repeats->sentences, (GDestroyNotify) g_hash_table_unref);
  g_free (repeats);
}

/* Not of digits: a million has six zeros. */
static gchar *
shorten_runs (const gchar *text)
{
  GString *result = g_string_new (NULL);
  gunichar last = 0;
  guint n = 0, n_spaces = 0;

  for (const gchar *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    gboolean is_space = g_unichar_isspace (c);

    n = c == last ? n + 1 : 1;
    n_spaces = is_space ? n_spaces + 1 : 0;
    last = c;
    if (n_spaces <= MAX_RUN && (n <= MAX_RUN || g_unichar_isdigit (c)))
      g_string_append_unichar (result, c);
  }
  return g_string_free (result, FALSE);
}

static void
add_word (GHashTable *words, GString *word)
{
  if (word->len > 0)
    g_hash_table_add (words, g_strdup (word->str));
  g_string_truncate (word, 0);
}

static GHashTable *
get_words (const gchar *text)
{
  GHashTable *words =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree gchar *folded = g_utf8_casefold (text, -1);
  g_autoptr (GString) word = g_string_new (NULL);

  for (const gchar *p = folded; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (g_unichar_isalnum (c) || g_unichar_ismark (c) || c == '\'')
      g_string_append_unichar (word, c);
    else
      add_word (words, word);
  }
  add_word (words, word);
  return words;
}

static gdouble
compare (GHashTable *a, GHashTable *b)
{
  GHashTableIter iter;
  gpointer word;
  guint common = 0, all;

  g_hash_table_iter_init (&iter, a);
  while (g_hash_table_iter_next (&iter, &word, NULL))
    if (g_hash_table_contains (b, word))
      common++;
  all = g_hash_table_size (a) + g_hash_table_size (b) - common;
  return all > 0 ? (gdouble) common / all : 0.0;
}

static gboolean
was_said (GstVowelRepeats *repeats, GHashTable *words)
{
  for (GList *l = repeats->sentences.head; l != NULL; l = l->next)
    if (compare (l->data, words)
        >= (l == repeats->sentences.head ? ALIKE_NEXT : ALIKE))
      return TRUE;
  return FALSE;
}

gchar *
gst_vowel_repeats_apply (GstVowelRepeats *repeats, const gchar *sentence)
{
  g_autofree gchar *text = shorten_runs (sentence);
  g_autoptr (GHashTable) words = NULL;

  g_strstrip (text);
  if (*text == '\0')
    return NULL;
  words = get_words (text);
  if (g_utf8_strlen (text, -1) < MIN_CHARS || g_hash_table_size (words) == 0)
    return g_steal_pointer (&text);
  if (was_said (repeats, words))
    return NULL;
  g_queue_push_head (&repeats->sentences, g_steal_pointer (&words));
  if (repeats->sentences.length > repeats->window)
    g_hash_table_unref (g_queue_pop_tail (&repeats->sentences));
  return g_steal_pointer (&text);
}
