/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "endpointing.h"

#include <string.h>

#define MAX_WORDS 12
/* A telephone number with its area code. */
#define WHOLE_NUMBER_DIGITS 10

/* Words that a finished sentence rarely ends in (English, German, French,
 * Spanish, Italian). */
static const gchar *const open_words[] = {
    "a",
    "also",
    "an",
    "and",
    "at",
    "aber",
    "because",
    "but",
    "c'est",
    "che",
    "con",
    "das",
    "de",
    "dem",
    "den",
    "denn",
    "der",
    "des",
    "die",
    "e",
    "ein",
    "eine",
    "el",
    "et",
    "for",
    "from",
    "her",
    "his",
    "i",
    "if",
    "ich",
    "il",
    "in",
    "is",
    "je",
    "la",
    "le",
    "les",
    "like",
    "mais",
    "mit",
    "my",
    "o",
    "oder",
    "of",
    "on",
    "or",
    "para",
    "per",
    "pero",
    "por",
    "que",
    "so",
    "than",
    "that",
    "the",
    "their",
    "to",
    "un",
    "una",
    "und",
    "une",
    "very",
    "weil",
    "wenn",
    "when",
    "with",
    "y",
    "your",
};

/* Recognisers that punctuate put a full stop behind these, too. */
static const gchar *const fillers[] = {
    "ah",
    "eh",
    "ehm",
    "er",
    "erm",
    "euh",
    "hm",
    "hmm",
    "uh",
    "uhm",
    "um",
    "ähm",
    "äh",
};

/* What numbers are dictated in, in the same languages. */
static const gchar *const digit_words[] = {
    "zero",
    "oh",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "double",
    "triple",
    "null",
    "eins",
    "zwei",
    "zwo",
    "drei",
    "vier",
    "fünf",
    "sechs",
    "sieben",
    "acht",
    "neun",
    "zehn",
    "zéro",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "sept",
    "huit",
    "neuf",
    "dix",
    "cero",
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "due",
    "tre",
    "quattro",
    "cinque",
    "sei",
    "sette",
    "otto",
    "nove",
    "dieci",
};

/* A digit after one of these is the same number. */
static const gchar *const tens_words[] = {
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
    "hundred",
};

static gboolean
is_listed (const gchar *word, const gchar *const *list, guint n)
{
  guint i;

  for (i = 0; i < n; i++) {
    if (g_str_equal (word, list[i]))
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_digits (const gchar *word)
{
  return g_ascii_isdigit (*word);
}

static gboolean
is_number (const gchar *word)
{
  return is_digits (word)
         || is_listed (word, digit_words, G_N_ELEMENTS (digit_words))
         || is_listed (word, tens_words, G_N_ELEMENTS (tens_words));
}

static guint
count_digits (const gchar *word)
{
  guint n = 0;

  for (; *word != '\0'; word++)
    n += g_ascii_isdigit (*word) ? 1 : 0;
  return n;
}

/* Whether the text ends in a row of digits that may go on: several numbers, or
 * a long one. A single one ("seven times eight") is no row, nor is what has the
 * length of a whole telephone number. @words: the last one first. */
static gboolean
is_open_number (gchar *words[], guint n)
{
  guint numbers = 0;
  guint digits = 0;
  guint i;

  for (i = 0; i < n && is_number (words[i]); i++) {
    digits += is_digits (words[i]) ? count_digits (words[i]) : 1;
    numbers++;
    if (i + 1 < n && !is_digits (words[i])
        && is_listed (words[i + 1], tens_words, G_N_ELEMENTS (tens_words)))
      i++;
  }
  if (digits >= WHOLE_NUMBER_DIGITS)
    return FALSE;
  return numbers >= 2 || digits >= 3;
}

/* The last words without punctuation, the last one first. */
static guint
last_words (const gchar *text, gchar *words[], guint max)
{
  g_autofree gchar *lower = g_utf8_strdown (text, -1);
  const gchar *end = lower + strlen (lower);
  guint n = 0;

  while (n < max && end > lower) {
    const gchar *start;
    gunichar c = 0;

    while (end > lower
           && !g_unichar_isalnum (g_utf8_get_char (g_utf8_prev_char (end))))
      end = g_utf8_prev_char (end);
    for (start = end; start > lower; start = g_utf8_prev_char (start)) {
      c = g_utf8_get_char (g_utf8_prev_char (start));
      if (!g_unichar_isalnum (c) && c != '\'')
        break;
    }
    if (start < end)
      words[n++] = g_strndup (start, end - start);
    end = start;
  }
  return n;
}

static gboolean
is_full_stop (gunichar c)
{
  return c == '.' || c == '!' || c == '?' || c == 0x3002 || c == 0xff01
         || c == 0xff1f;
}

VowelEndpoint
vowel_endpoint_classify (const gchar *text)
{
  VowelEndpoint endpoint = VOWEL_ENDPOINT_OPEN;
  gchar *words[MAX_WORDS] = {NULL};
  const gchar *end = text + strlen (text);
  gunichar last = 0;
  guint n, i;

  while (end > text
         && g_unichar_isspace (last = g_utf8_get_char (g_utf8_prev_char (end))))
    end = g_utf8_prev_char (end);
  if (end == text)
    return VOWEL_ENDPOINT_OPEN;
  if (last == ',' || last == ';' || last == ':' || last == '-' || last == 0x2026
      || last == 0x3001
      || (end - text >= 3 && strncmp (end - 3, "...", 3) == 0))
    return VOWEL_ENDPOINT_INCOMPLETE;

  n = last_words (text, words, MAX_WORDS);
  if (is_open_number (words, n))
    endpoint = VOWEL_ENDPOINT_NUMBER;
  else if (n > 0 && is_listed (words[0], fillers, G_N_ELEMENTS (fillers)))
    endpoint = VOWEL_ENDPOINT_INCOMPLETE;
  else if (is_full_stop (last))
    endpoint = VOWEL_ENDPOINT_COMPLETE;
  else if (n > 0 && is_listed (words[0], open_words, G_N_ELEMENTS (open_words)))
    endpoint = VOWEL_ENDPOINT_INCOMPLETE;
  for (i = 0; i < n; i++)
    g_free (words[i]);
  return endpoint;
}

/* Rows: as VowelEndpoint; columns: low, medium, high. */
static const guint waits_ms[4][3] = {
    {600, 250, 0},
    {2000, 900, 400},
    {4000, 2000, 1000},
    {8000, 4000, 2000},
};

static guint
column (VowelEagerness eagerness)
{
  switch (eagerness) {
    case VOWEL_EAGERNESS_LOW:
      return 0;
    case VOWEL_EAGERNESS_HIGH:
      return 2;
    case VOWEL_EAGERNESS_AUTO:
    case VOWEL_EAGERNESS_MEDIUM:
      break;
  }
  return 1;
}

guint
vowel_endpoint_wait_ms (VowelEndpoint endpoint, VowelEagerness eagerness)
{
  return waits_ms[endpoint][column (eagerness)];
}

guint
vowel_endpoint_max_wait_ms (VowelEagerness eagerness)
{
  return waits_ms[VOWEL_ENDPOINT_INCOMPLETE][column (eagerness)];
}
