/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VowelLanguageDetector:
 *
 * Tells the language of a text: by its script where that is enough, else by the
 * frequency of its letter groups (libexttextcat, when it was there at build
 * time). Short texts look like many languages, so that the confidence grows
 * with the length. Any thread; reads its models when it is made.
 */
typedef struct _VowelLanguageDetector VowelLanguageDetector;

/* @models: (nullable): the folder of the letter groups, with a list
 * "fpdb.conf"; without one the script alone tells. NULL with @error when it
 * cannot be read. */
VowelLanguageDetector *vowel_language_detector_new (
    const gchar *models, GError **error);
VowelLanguageDetector *vowel_language_detector_ref (
    VowelLanguageDetector *detector);
void vowel_language_detector_unref (VowelLanguageDetector *detector);
/* (transfer full) (nullable): an ISO 639-1 code. @ret_confidence: 0 to 1 */
gchar *vowel_language_detector_detect (VowelLanguageDetector *detector,
    const gchar *text, gdouble *ret_confidence);
/* Where Debian has the models; NULL: built without the library. */
const gchar *vowel_language_detector_get_models (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (
    VowelLanguageDetector, vowel_language_detector_unref)

G_END_DECLS
