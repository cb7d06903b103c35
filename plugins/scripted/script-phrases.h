/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "script-filler.h"
#include "script-schema.h"

G_BEGIN_DECLS

/* Parameters that are text: which words of what was said they are. */

/* @first: it is the tool's first text. (transfer full) @ret_value: the words,
 * which are used from now on */
gboolean gst_vowel_phrases_find (GstVowelFiller *self,
    const GstVowelProperty *property, gboolean first, gchar **ret_value);
/* Without leading articles and trailing small talk.  FALSE when nothing is
 * left. */
gboolean gst_vowel_phrases_trim (
    const GstVowelFiller *self, guint *from, guint *to, gboolean keep_days);

G_END_DECLS
