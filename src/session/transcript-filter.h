/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VowelTranscriptFilterConfig:
 * @drop_noise: what is no speech counts as silence
 * @phrases: (nullable): what is none besides the built-in list, or instead of
 * it when the first one is "-"
 * @min_chars: fewer letters and digits than these are none
 * @dictation: names of punctuation become the signs
 *
 * What becomes of a recogniser's transcripts before anybody sees them.
 */
typedef struct {
  gboolean drop_noise;
  gchar **phrases;
  guint min_chars;
  gboolean dictation;
} VowelTranscriptFilterConfig;

/**
 * VowelTranscriptFilter:
 *
 * Recognisers write down what nobody has said: sounds ("[Music]"), hesitation
 * ("Uhm."), what stood under the videos that they learnt from ("Thanks for
 * watching!"), or a full stop. A transcript that consists of nothing else
 * counts as one without words. Phrases are compared by their words, whatever
 * the case and punctuation.
 */
typedef struct _VowelTranscriptFilter VowelTranscriptFilter;

VowelTranscriptFilter *vowel_transcript_filter_new (
    const VowelTranscriptFilterConfig *config);
void vowel_transcript_filter_free (VowelTranscriptFilter *filter);
/* (transfer full): what is made of @text, "" when it is no speech */
gchar *vowel_transcript_filter_apply (
    VowelTranscriptFilter *filter, const gchar *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (
    VowelTranscriptFilter, vowel_transcript_filter_free)

G_END_DECLS
