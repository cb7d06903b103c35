/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "endpointing.h"

#include <string.h>

/* Words that a finished sentence rarely ends in (English, German, French,
 * Spanish, Italian). */
static const gchar *const open_words[] = {
    "a",
    "ah",
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
    "eh",
    "ehm",
    "ein",
    "eine",
    "el",
    "er",
    "et",
    "euh",
    "for",
    "from",
    "her",
    "his",
    "hmm",
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
    "uh",
    "uhm",
    "um",
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
    "ähm",
    "äh",
};

static const gchar *const number_words[] = {
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
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
    "hundred",
    "double",
    "triple",
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
is_number (const gchar *word)
{
  return g_ascii_isdigit (*word)
         || is_listed (word, number_words, G_N_ELEMENTS (number_words));
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

VowelEndpoint
vowel_endpoint_classify (const gchar *text)
{
  VowelEndpoint endpoint = VOWEL_ENDPOINT_OPEN;
  gchar *words[2] = {NULL, NULL};
  const gchar *end = text + strlen (text);
  gunichar last = 0;
  guint n;

  while (end > text
         && g_unichar_isspace (last = g_utf8_get_char (g_utf8_prev_char (end))))
    end = g_utf8_prev_char (end);
  if (end == text)
    return VOWEL_ENDPOINT_OPEN;
  if (last == ',' || last == ';' || last == ':' || last == '-' || last == 0x2026
      || last == 0x3001
      || (end - text >= 3 && strncmp (end - 3, "...", 3) == 0))
    return VOWEL_ENDPOINT_INCOMPLETE;

  n = last_words (text, words, 2);
  if (n > 0 && is_number (words[0])
      && (strlen (words[0]) > 2 || (n > 1 && is_number (words[1]))))
    endpoint = VOWEL_ENDPOINT_NUMBER;
  else if (last == '.' || last == '!' || last == '?' || last == 0x3002
           || last == 0xff01 || last == 0xff1f)
    endpoint = VOWEL_ENDPOINT_COMPLETE;
  else if (n > 0 && is_listed (words[0], open_words, G_N_ELEMENTS (open_words)))
    endpoint = VOWEL_ENDPOINT_INCOMPLETE;
  g_free (words[0]);
  g_free (words[1]);
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
