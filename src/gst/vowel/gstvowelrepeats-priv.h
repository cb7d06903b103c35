/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GstVowelRepeats:
 *
 * Small models fall into saying the same again and again. Keeps the last
 * sentences of one response, and tells whether another one says the same: when
 * it has nearly the same words, whatever their order. Plain logic.
 */
typedef struct _GstVowelRepeats GstVowelRepeats;

/* @window: how many sentences are kept */
G_GNUC_INTERNAL GstVowelRepeats *gst_vowel_repeats_new (guint window);
G_GNUC_INTERNAL void gst_vowel_repeats_free (GstVowelRepeats *repeats);
/* (transfer full) (nullable): what is to be spoken of @sentence: without
 * endless runs of one character; NULL when there is nothing, or nothing new */
G_GNUC_INTERNAL gchar *gst_vowel_repeats_apply (
    GstVowelRepeats *repeats, const gchar *sentence);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstVowelRepeats, gst_vowel_repeats_free)

G_END_DECLS
