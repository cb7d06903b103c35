/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "language-detector.h"

G_BEGIN_DECLS

/**
 * VowelLanguageConfig:
 * @detector: (nullable): who tells the language of what the caller says
 * @threshold: how sure it must be, 0 to 1
 * @min_consecutive: how often in a row
 * @voices: (nullable): code to voice
 */
typedef struct {
  VowelLanguageDetector *detector;
  gdouble threshold;
  guint min_consecutive;
  GHashTable *voices;
} VowelLanguageConfig;

#define VOWEL_LANGUAGE_THRESHOLD 0.8
#define VOWEL_LANGUAGE_MIN_CONSECUTIVE 2

/**
 * VowelLanguageTracker:
 *
 * The language of a conversation and whose voice speaks it. Another one is
 * taken up when the caller has spoken it for sure, several times in a row.
 */
typedef struct _VowelLanguageTracker VowelLanguageTracker;

VowelLanguageTracker *vowel_language_tracker_new (
    const VowelLanguageConfig *config);
void vowel_language_tracker_free (VowelLanguageTracker *tracker);

/* What the caller has said. @current: (nullable): the language so far.
 * @reported: (nullable): what the recogniser, which has heard it, found it to
 * be in, as vowel_language_normalize() takes it; it is preferred to the
 * detector. (transfer full) (nullable): the language to change to */
gchar *vowel_language_tracker_heard (VowelLanguageTracker *tracker,
    const gchar *current, const gchar *text, const gchar *reported);
/* A voice has spoken that language. */
void vowel_language_tracker_spoken (
    VowelLanguageTracker *tracker, const gchar *code, const gchar *voice);
/* (transfer none): the voice for a language: the last one that spoke it, the
 * configured one, or @fallback */
const gchar *vowel_language_tracker_get_voice (
    VowelLanguageTracker *tracker, const gchar *code, const gchar *fallback);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (
    VowelLanguageTracker, vowel_language_tracker_free)

G_END_DECLS
