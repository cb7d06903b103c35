/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GST_VOWEL_WORDS_MAX:
 *
 * How many words of an utterance are looked at; the rest is ignored.
 */
#define GST_VOWEL_WORDS_MAX 1024

/**
 * GstVowelWord:
 * @word: lower case, without punctuation; contractions are written out
 * @start: where it begins in the text, in bytes
 * @end: where it ends
 * @sentence_end: it is the last word of a sentence
 */
typedef struct {
  gchar *word;
  guint start;
  guint end;
  gboolean sentence_end;
} GstVowelWord;

/**
 * GstVowelWords:
 * @text: the text as it was
 * @words: (element-type GstVowelWord): its words
 *
 * A text cut into words that patterns and the calculator understand.
 * Arithmetic signs are words of their own.
 */
typedef struct {
  gchar *text;
  GArray *words;
} GstVowelWords;

GstVowelWords *gst_vowel_words_new (const gchar *text);
void gst_vowel_words_free (GstVowelWords *words);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstVowelWords, gst_vowel_words_free)

guint gst_vowel_words_get_length (const GstVowelWords *words);
const gchar *gst_vowel_words_get (const GstVowelWords *words, guint index);
/* The original text of words @from to @to (exclusive), trimmed of punctuation
 * at its ends. */
gchar *gst_vowel_words_slice (const GstVowelWords *words, guint from, guint to);

/* A light English stemmer: what it returns is for comparing, not for reading.
 */
gchar *gst_vowel_words_stem (const gchar *word);
/* "getWeather_now" -> { "get", "weather", "now" } */
GStrv gst_vowel_words_split_identifier (const gchar *identifier);
/* "getWeather_now" -> "get weather now" */
gchar *gst_vowel_words_from_identifier (const gchar *identifier);
/* Words that say nothing about what a sentence is about. */
gboolean gst_vowel_words_is_stop_word (const gchar *word);
/* "anna lee" -> "Anna Lee" */
gchar *gst_vowel_words_capitalise (const gchar *text);
/* { "a", "b", "c" } -> "a, b and c" */
gchar *gst_vowel_words_join (
    const gchar *const *items, const gchar *conjunction);

G_END_DECLS
