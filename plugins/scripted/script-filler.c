/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "script-filler.h"

const gchar *
gst_vowel_filler_get_word (const GstVowelFiller *self, guint index)
{
  return index >= self->from && index < self->to
             ? gst_vowel_words_get (self->words, index)
             : "";
}

gboolean
gst_vowel_filler_is_tool_word (const GstVowelFiller *self, guint index)
{
  g_autofree gchar *stem =
      gst_vowel_words_stem (gst_vowel_filler_get_word (self, index));

  return g_strv_contains (self->tool_words, stem);
}

void
gst_vowel_filler_use (GstVowelFiller *self, guint from, guint to)
{
  for (; from < to; from++)
    self->used[from - self->from] = TRUE;
}

gboolean
gst_vowel_filler_is_used (const GstVowelFiller *self, guint index)
{
  return self->used[index - self->from];
}
