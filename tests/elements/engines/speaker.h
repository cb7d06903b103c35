/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/check/gstharness.h>
#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

/*
 * Speaker:
 *
 * A text-to-speech element under test: gets text, and keeps the audio that
 * comes. Every wait fails the test after a while.
 */
typedef struct _Speaker Speaker;

/* @element: (transfer floating): with its properties set */
Speaker *speaker_new (GstElement *element);
/* @property: (nullable): one property to set */
Speaker *speaker_new_with (
    const gchar *factory, const gchar *property, const gchar *value);
void speaker_free (Speaker *speaker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Speaker, speaker_free)

GstElement *speaker_get_element (Speaker *speaker);
/* Text outside of any response: spoken at once. */
void speaker_say (Speaker *speaker, const gchar *text);
/* A flush, as in a barge-in. */
void speaker_interrupt (Speaker *speaker);
/* Ends the text and waits until all audio has come. */
void speaker_finish (Speaker *speaker);
void speaker_wait_for_audio (Speaker *speaker);
/* Waits for a failure message. */
GError *speaker_wait_for_failure (Speaker *speaker);

/* What has come so far. The ranges are those of the text that each buffer
 * speaks. */
typedef struct {
  gsize first_sample;
  gsize n_samples;
  guint text_start;
  guint text_end;
  gboolean sentence_end;
} SpeakerRange;

gint speaker_get_rate (Speaker *speaker);
gsize speaker_get_n_samples (Speaker *speaker);
gdouble speaker_get_seconds (Speaker *speaker);
/* Root mean square, full scale = 1. */
gdouble speaker_get_loudness (Speaker *speaker);
/* (transfer full): of SpeakerRange */
GArray *speaker_get_ranges (Speaker *speaker);
/* (transfer full): S16 */
GBytes *speaker_get_samples (Speaker *speaker);
/* Ranges follow each other, do not go back, and reach from 0 to @length. */
void speaker_assert_ranges (Speaker *speaker, guint length);

/* The first of the ranges that reaches behind that character. */
const SpeakerRange *speaker_find_range (GArray *ranges, guint character);

/* What every engine must do. */

/* A sentence comes at @rate, audible, and as long as one may think. */
void speaker_test_speaks (const gchar *factory, gint rate);
/* All voices that the element lists speak. */
void speaker_test_voices (const gchar *factory);
/* A voice that is not there is a failure that names it, and contains @hint;
 * there is no audio. */
void speaker_test_unknown_voice (
    const gchar *factory, const gchar *text, const gchar *hint);
/* Interrupted in a long text, it says a short one, and nothing else. */
void speaker_test_interrupt (
    const gchar *factory, const gchar *part, guint n_parts, gint rate);

/* A whole text in one go. (transfer full) */
GBytes *speaker_speak (const gchar *factory, const gchar *text);

G_END_DECLS
