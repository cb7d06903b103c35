/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "script-words.h"

G_BEGIN_DECLS

/**
 * GstVowelPatternError:
 * @GST_VOWEL_PATTERN_ERROR_SYNTAX: the pattern cannot be read
 *
 * Why a pattern was refused.
 */
typedef enum {
  GST_VOWEL_PATTERN_ERROR_SYNTAX,
} GstVowelPatternError;

#define GST_VOWEL_PATTERN_ERROR (gst_vowel_pattern_error_quark ())
GQuark gst_vowel_pattern_error_quark (void);

/**
 * GstVowelPattern:
 *
 * One way of saying something, written like a grammar rule:
 *
 * - `word`: this word
 * - `[really]`: may be left out
 * - `(hello | hi)`: one of these
 * - `<list>`: one of the script's word lists
 * - `{name}`: captures one or more words, as few as possible; `{name:KIND}`
 *   limits them to one `word`, a `name` (one to three words), a `number`, or an
 *   `expression` that can be calculated
 * - `*`: any words, or none
 *
 * A pattern matches the whole utterance. Matching takes time proportional to
 * the pattern's length times the utterance's, whatever the pattern.
 */
typedef struct _GstVowelPattern GstVowelPattern;

/* @lists: (element-type utf8 GStrv) (nullable): what `<name>` stands for; each
 * entry may have several words. */
GstVowelPattern *gst_vowel_pattern_new (
    const gchar *text, GHashTable *lists, GError **error);
void gst_vowel_pattern_free (GstVowelPattern *pattern);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstVowelPattern, gst_vowel_pattern_free)

gboolean gst_vowel_pattern_has_capture (
    const GstVowelPattern *pattern, const gchar *name);
/* Matches the words from @from to @to (exclusive).  Captures are put into
 * @captures (element-type utf8 utf8), nothing when there is no match. */
gboolean gst_vowel_pattern_match (const GstVowelPattern *pattern,
    const GstVowelWords *words, guint from, guint to, GHashTable *captures);

G_END_DECLS
