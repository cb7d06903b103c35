/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

/* Sound for the tests: mono, S16, in a GArray of gint16. */

#define TEST_AUDIO_RATE 16000

GArray *test_audio_new (void);

/* Appends @text spoken by flite's slt.  The voice is excited by noise, so no
 * two calls give the same samples. FALSE when flite is not there. */
gboolean test_audio_say (GArray *audio, const gchar *text);
void test_audio_silence (GArray *audio, guint milliseconds);

/* Adds white noise of @dbfs to all of @audio; the same for the same @seed. */
void test_audio_add_noise (GArray *audio, gdouble dbfs, guint32 seed);

/* Every second sample of a low-passed copy: 8 kHz. */
GArray *test_audio_halve (const GArray *audio);

/* The Silero weights, or %NULL after having skipped the running test. */
gchar *test_weights_path (void);
GBytes *test_weights (void);
