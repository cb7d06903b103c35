/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel-prelude.h>

G_BEGIN_DECLS

/**
 * GstVowelSentenceChunker:
 *
 * Cuts a stream of text deltas into sentences that a synthesizer can speak.
 * Knows abbreviations, decimals, ellipses, closing quotes, lists and line
 * breaks; cuts over-long sentences at a clause, then at a word. Plain logic.
 */
typedef struct _GstVowelSentenceChunker GstVowelSentenceChunker;

/**
 * GstVowelSentence:
 * @text: the words, trimmed
 * @start: its first character in the whole text (code points)
 * @end: one past its last
 */
typedef struct {
  gchar *text;
  guint start;
  guint end;
} GstVowelSentence;

/* @min_chars: a shorter sentence is joined to the next (not the first one:
 * the caller waits for it).  @max_chars: where a longer one is cut. */
GST_VOWEL_API GstVowelSentenceChunker *gst_vowel_sentence_chunker_new (
    guint min_chars, guint max_chars);
GST_VOWEL_API void gst_vowel_sentence_chunker_free (
    GstVowelSentenceChunker *chunker);
GST_VOWEL_API void gst_vowel_sentence_chunker_push (
    GstVowelSentenceChunker *chunker, const gchar *delta);
/* No more text: what is left becomes a sentence. */
GST_VOWEL_API void gst_vowel_sentence_chunker_finish (
    GstVowelSentenceChunker *chunker);
/* (transfer full) (nullable) */
GST_VOWEL_API GstVowelSentence *gst_vowel_sentence_chunker_pop (
    GstVowelSentenceChunker *chunker);
GST_VOWEL_API void gst_vowel_sentence_chunker_reset (
    GstVowelSentenceChunker *chunker);
GST_VOWEL_API void gst_vowel_sentence_free (GstVowelSentence *sentence);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (
    GstVowelSentenceChunker, gst_vowel_sentence_chunker_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstVowelSentence, gst_vowel_sentence_free)

G_END_DECLS
