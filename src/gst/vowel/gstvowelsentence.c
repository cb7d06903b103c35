/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvowelsentence
 * @title: GstVowelSentenceChunker
 * @short_description: Cuts a stream of text into sentences to speak
 *
 * A sentence ends at a full stop, an exclamation or question mark (with the
 * quotes and brackets that close behind it) before white space, or at a line
 * break. Not at abbreviations, initials, decimals, list numbers, nor at an
 * ellipsis or a closing quote after which the sentence goes on in lower case.
 *
 * What is cut does not depend on how the text was divided into deltas.
 */

#include "config.h"

#include <string.h>

#include "gstvowelsentence.h"

/* What an end of sentence looks like, seen from one character. */
typedef enum {
  CUT_NO,
  CUT_YES,
  CUT_WAIT, /* depends on what comes next */
} Cut;

struct _GstVowelSentenceChunker {
  guint min_chars;
  guint max_chars;

  GString *partial; /* bytes of an unfinished character */
  GArray *pending;  /* of gunichar: the text that is not yet cut */
  guint offset;     /* position of pending's first character in the whole */
  guint scan;       /* pending is decided up to here */
  gboolean finished;
  gboolean first; /* no sentence has been cut yet */
  GQueue sentences;
};

/* Never the end of a sentence. */
static const gchar *const titles[] = {"mr", "mrs", "ms", "mx", "dr", "prof",
    "st", "sr", "sra", "mme", "mlle", "hr", "fr", "gen", "col", "sgt", "capt",
    "lt", "rev", "hon", "vs", "fig", "approx", "e.g", "i.e", "z.b", "d.h",
    "bzw", "ca", "cf", "al", "eq", "dept", "est", NULL};
/* The end only before a capital letter. */
static const gchar *const shortenings[] = {"etc", "inc", "ltd", "co", "corp",
    "jr", "a.m", "p.m", "u.s", "u.k", "u.n", "e.u", "ph.d", "jan", "feb", "mar",
    "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "ave",
    "blvd", "rd", "min", "max", "usw", NULL};
/* Not the end before a number. */
static const gchar *const numbered[] = {
    "no", "nos", "nr", "p", "pp", "art", "ch", "sec", "vol", "fig", NULL};

/**
 * gst_vowel_sentence_chunker_new:
 * @min_chars: a shorter sentence is joined to the next one, except the first
 * @max_chars: a longer one is cut at a clause, else at a word, else there
 *
 * Returns: (transfer full): a chunker
 */
GstVowelSentenceChunker *
gst_vowel_sentence_chunker_new (guint min_chars, guint max_chars)
{
  GstVowelSentenceChunker *self;

  g_return_val_if_fail (max_chars > min_chars, NULL);

  self = g_new0 (GstVowelSentenceChunker, 1);
  self->min_chars = min_chars;
  self->max_chars = max_chars;
  self->partial = g_string_new (NULL);
  self->pending = g_array_new (FALSE, FALSE, sizeof (gunichar));
  self->first = TRUE;
  g_queue_init (&self->sentences);
  return self;
}

/**
 * gst_vowel_sentence_chunker_free:
 * @chunker: (transfer full): a chunker
 */
void
gst_vowel_sentence_chunker_free (GstVowelSentenceChunker *chunker)
{
  g_return_if_fail (chunker != NULL);

  g_queue_clear_full (
      &chunker->sentences, (GDestroyNotify) gst_vowel_sentence_free);
  g_array_unref (chunker->pending);
  g_string_free (chunker->partial, TRUE);
  g_free (chunker);
}

/**
 * gst_vowel_sentence_chunker_reset:
 * @chunker: a chunker
 *
 * Forgets everything: the next text counts from character 0.
 */
void
gst_vowel_sentence_chunker_reset (GstVowelSentenceChunker *chunker)
{
  g_return_if_fail (chunker != NULL);

  g_queue_clear_full (
      &chunker->sentences, (GDestroyNotify) gst_vowel_sentence_free);
  g_array_set_size (chunker->pending, 0);
  g_string_truncate (chunker->partial, 0);
  chunker->offset = 0;
  chunker->scan = 0;
  chunker->finished = FALSE;
  chunker->first = TRUE;
}

/**
 * gst_vowel_sentence_free:
 * @sentence: (transfer full): a sentence
 */
void
gst_vowel_sentence_free (GstVowelSentence *sentence)
{
  g_return_if_fail (sentence != NULL);

  g_free (sentence->text);
  g_free (sentence);
}

static inline gunichar
at (GstVowelSentenceChunker *self, guint index)
{
  return g_array_index (self->pending, gunichar, index);
}

static gboolean
is_terminator (gunichar c)
{
  return c == '.' || c == '!' || c == '?' || c == 0x2026; /* ellipsis */
}

/* Ideographic full stops need no space behind them. */
static gboolean
is_wide_terminator (gunichar c)
{
  return c == 0x3002 || c == 0xff01 || c == 0xff1f || c == 0xff0e;
}

static gboolean
is_closer (gunichar c)
{
  switch (c) {
    case '"':
    case '\'':
    case ')':
    case ']':
    case '}':
    case '*':
    case '_':
    case 0x00bb: /* right guillemet */
    case 0x2019: /* right single quote */
    case 0x201d: /* right double quote */
    case 0x201c: /* German closing quote */
    case 0x300d: /* ideographic closing quotes */
    case 0x300f:
      return TRUE;
    default:
      return FALSE;
  }
}

static gboolean
is_clause_mark (gunichar c)
{
  return c == ',' || c == ';' || c == ':' || c == 0x2014 || c == 0x2013
         || c == 0x3001 || c == 0xff0c || c == 0xff1b;
}

static gboolean
is_listed (const gchar *const *list, const gchar *word)
{
  return g_strv_contains (list, word);
}

/* First character at or behind @index that is not white space; FALSE when it
 * has not come yet. */
static gboolean
next_visible (GstVowelSentenceChunker *self, guint index, gunichar *ret_c)
{
  for (; index < self->pending->len; index++) {
    if (!g_unichar_isspace (at (self, index))) {
      *ret_c = at (self, index);
      return TRUE;
    }
  }
  return FALSE;
}

/* The word that ends before @end, lower case, without what opens it. */
static gchar *
word_before (GstVowelSentenceChunker *self, guint end, guint *ret_start)
{
  guint start = end;
  g_autoptr (GString) word = g_string_new (NULL);

  while (start > 0 && end - start < 12
         && (g_unichar_isalnum (at (self, start - 1))
             || at (self, start - 1) == '.'))
    start--;
  for (guint i = start; i < end; i++)
    g_string_append_unichar (word, g_unichar_tolower (at (self, i)));
  *ret_start = start;
  return g_string_free (g_steal_pointer (&word), FALSE);
}

static gboolean
only_space_before (GstVowelSentenceChunker *self, guint index)
{
  while (index > 0) {
    if (!g_unichar_isspace (at (self, index - 1)))
      return FALSE;
    index--;
    if (at (self, index) == '\n')
      return TRUE;
  }
  return TRUE;
}

static gboolean
all_digits (const gchar *word)
{
  return *word != '\0' && strspn (word, "0123456789") == strlen (word);
}

/* A single full stop at @dot, followed by white space at @space. */
static Cut
judge_full_stop (GstVowelSentenceChunker *self, guint dot, guint space)
{
  guint start;
  g_autofree gchar *word = word_before (self, dot, &start);
  gunichar next;

  if (all_digits (word) && only_space_before (self, start))
    return CUT_NO; /* "1. Flour" */
  if (is_listed (titles, word))
    return CUT_NO;
  /* "J. S. Bach", but "So do I." */
  if (dot - start == 1 && g_unichar_isupper (at (self, start))
      && at (self, start) != 'I')
    return CUT_NO;
  if (is_listed (shortenings, word) || is_listed (numbered, word)) {
    if (!next_visible (self, space, &next))
      return self->finished ? CUT_YES : CUT_WAIT;
    if (is_listed (numbered, word) && g_unichar_isdigit (next))
      return CUT_NO;
    if (is_listed (shortenings, word) && !g_unichar_isupper (next))
      return CUT_NO;
  }
  return CUT_YES;
}

/* Does a sentence end with the character at @index?  *ret_end is then one past
 * the last character of it. */
static Cut
judge (GstVowelSentenceChunker *self, guint index, guint *ret_end)
{
  gunichar c = at (self, index);
  guint len = self->pending->len;
  guint after = index + 1;
  gboolean closed = FALSE, several = FALSE;
  gunichar next;

  *ret_end = after;
  if (c == '\n') {
    if (!next_visible (self, after, &next))
      return self->finished ? CUT_YES : CUT_WAIT;
    /* A line that was only wrapped goes on in lower case. */
    return g_unichar_islower (next) && at (self, after) != '\n' ? CUT_NO
                                                                : CUT_YES;
  }
  if (is_wide_terminator (c)) {
    while (after < len
           && (is_wide_terminator (at (self, after))
               || is_closer (at (self, after))))
      after++;
    *ret_end = after;
    return after < len || self->finished ? CUT_YES : CUT_WAIT;
  }
  /* Several in a row are judged at the first of them. */
  if (!is_terminator (c) || (index > 0 && is_terminator (at (self, index - 1))))
    return CUT_NO;

  for (; after < len; after++) {
    if (is_terminator (at (self, after)))
      several = TRUE;
    else if (is_closer (at (self, after)))
      closed = TRUE;
    else
      break;
  }
  *ret_end = after;
  if (after == len)
    return self->finished ? CUT_YES : CUT_WAIT;
  if (!g_unichar_isspace (at (self, after)))
    return CUT_NO;
  if (c == '.' && !several && !closed)
    return judge_full_stop (self, index, after);
  if (closed || c == 0x2026 || (c == '.' && several)) {
    if (!next_visible (self, after, &next))
      return self->finished ? CUT_YES : CUT_WAIT;
    return g_unichar_islower (next) ? CUT_NO : CUT_YES;
  }
  return CUT_YES;
}

/* Cuts pending's first @count characters off; they become a sentence unless
 * there is nothing to pronounce in them. */
static void
cut (GstVowelSentenceChunker *self, guint count)
{
  guint start = 0, end = count;
  gboolean audible = FALSE;

  while (start < end && g_unichar_isspace (at (self, start)))
    start++;
  while (end > start && g_unichar_isspace (at (self, end - 1)))
    end--;
  for (guint i = start; i < end && !audible; i++)
    audible = g_unichar_isalnum (at (self, i));

  if (audible) {
    GstVowelSentence *sentence = g_new (GstVowelSentence, 1);

    sentence->text =
        g_ucs4_to_utf8 (&g_array_index (self->pending, gunichar, start),
            end - start, NULL, NULL, NULL);
    sentence->start = self->offset + start;
    sentence->end = self->offset + end;
    g_queue_push_tail (&self->sentences, sentence);
    self->first = FALSE;
  }
  g_array_remove_range (self->pending, 0, count);
  self->offset += count;
  self->scan = 0;
}

/* Characters of the sentence that would end at @end. */
static guint
visible_length (GstVowelSentenceChunker *self, guint end)
{
  guint start = 0;

  while (start < end && g_unichar_isspace (at (self, start)))
    start++;
  while (end > start && g_unichar_isspace (at (self, end - 1)))
    end--;
  return end - start;
}

/* Where to cut a sentence that is too long: behind the last clause mark, else
 * before the last word, else at the limit. */
static guint
find_emergency_cut (GstVowelSentenceChunker *self, guint limit)
{
  guint word = 0;

  for (guint i = limit; i-- > 1;) {
    if (!g_unichar_isspace (at (self, i)))
      continue;
    if (word == 0)
      word = i;
    /* Not so early that most of the text would be left for later. */
    if (i < limit / 3)
      break;
    if (is_clause_mark (at (self, i - 1)))
      return i;
  }
  return word > 0 ? word : limit;
}

static void
scan (GstVowelSentenceChunker *self)
{
  while (self->scan < self->pending->len) {
    guint end;
    guint limit = self->max_chars;

    /* White space in front counts for nothing. */
    if (self->scan == 0 && g_unichar_isspace (at (self, 0))) {
      g_array_remove_index (self->pending, 0);
      self->offset++;
      continue;
    }
    if (self->scan >= limit) {
      cut (self, find_emergency_cut (self, limit));
      continue;
    }
    switch (judge (self, self->scan, &end)) {
      case CUT_WAIT:
        return;
      case CUT_YES:
        if (end <= limit
            && (self->first || visible_length (self, end) >= self->min_chars)) {
          cut (self, end);
          continue;
        }
        break;
      case CUT_NO:
        break;
    }
    self->scan++;
  }
}

/**
 * gst_vowel_sentence_chunker_push:
 * @chunker: a chunker
 * @delta: more text; may end inside a character
 */
void
gst_vowel_sentence_chunker_push (
    GstVowelSentenceChunker *chunker, const gchar *delta)
{
  const gchar *p, *end;

  g_return_if_fail (chunker != NULL);
  g_return_if_fail (delta != NULL);
  g_return_if_fail (!chunker->finished);

  g_string_append (chunker->partial, delta);
  p = chunker->partial->str;
  end = p + chunker->partial->len;
  while (p < end) {
    gunichar c = g_utf8_get_char_validated (p, end - p);

    if (c == (gunichar) -2)
      break; /* the rest of the character is still to come */
    if (c == (gunichar) -1) {
      c = 0xfffd;
      p++;
    } else {
      p = g_utf8_next_char (p);
    }
    g_array_append_val (chunker->pending, c);
  }
  g_string_erase (chunker->partial, 0, p - chunker->partial->str);
  scan (chunker);
}

/**
 * gst_vowel_sentence_chunker_finish:
 * @chunker: a chunker
 *
 * No more text comes: what is left becomes a sentence.
 */
void
gst_vowel_sentence_chunker_finish (GstVowelSentenceChunker *chunker)
{
  g_return_if_fail (chunker != NULL);

  chunker->finished = TRUE;
  scan (chunker);
  if (chunker->pending->len > 0)
    cut (chunker, chunker->pending->len);
}

/**
 * gst_vowel_sentence_chunker_pop:
 * @chunker: a chunker
 *
 * Returns: (transfer full) (nullable): the next sentence, %NULL when more text
 *   is needed
 */
GstVowelSentence *
gst_vowel_sentence_chunker_pop (GstVowelSentenceChunker *chunker)
{
  g_return_val_if_fail (chunker != NULL, NULL);

  return g_queue_pop_head (&chunker->sentences);
}
