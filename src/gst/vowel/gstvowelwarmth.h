/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvowelworker.h>

G_BEGIN_DECLS

/**
 * GstVowelWarmth:
 *
 * Somebody's wish that the worker's connection to a server be ready.
 */
typedef struct _GstVowelWarmth GstVowelWarmth;

GST_VOWEL_API GstVowelWarmth *gst_vowel_warmth_new (
    GstVowelWorker *worker, const gchar *provider, const gchar *uri);
GST_VOWEL_API void gst_vowel_warmth_free (GstVowelWarmth *warmth);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstVowelWarmth, gst_vowel_warmth_free)

G_END_DECLS
