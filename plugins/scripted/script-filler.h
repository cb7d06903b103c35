/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "script-words.h"

G_BEGIN_DECLS

/**
 * GstVowelFiller:
 * @words: what was said
 * @from: the first word of it that counts
 * @to: the first one behind them
 * @tool_words: the tool's own words, stemmed
 * @used: which words are taken already, from @from on
 * @properties: (element-type GstVowelProperty): all that are to be filled
 *
 * One filling of a tool's parameters from what somebody said.
 */
typedef struct {
  const GstVowelWords *words;
  guint from;
  guint to;
  const gchar *const *tool_words;
  gboolean *used;
  GPtrArray *properties;
} GstVowelFiller;

/* "" for one that does not count. */
const gchar *gst_vowel_filler_get_word (
    const GstVowelFiller *self, guint index);
gboolean gst_vowel_filler_is_tool_word (
    const GstVowelFiller *self, guint index);
void gst_vowel_filler_use (GstVowelFiller *self, guint from, guint to);
gboolean gst_vowel_filler_is_used (const GstVowelFiller *self, guint index);

G_END_DECLS
