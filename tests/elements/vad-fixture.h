/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/check/gstharness.h>
#include <gst/vowel/gstvowelevent.h>
#include <gst/vowel/gstvowelworker.h>

#include "test-audio.h"

G_BEGIN_DECLS

#define CAPS_16K                                                               \
  "audio/x-raw,format=S16LE,layout=interleaved,rate=16000,channels=1"
#define CAPS_8K                                                                \
  "audio/x-raw,format=S16LE,layout=interleaved,rate=8000,channels=1"

/* No test stream begins at zero, so that nobody takes positions for times. */
#define FIRST_PTS (5 * GST_SECOND)

/* GstVowelVadDetector, which no public header has. */
enum {
  DETECTOR_AUTO,
  DETECTOR_SILERO,
  DETECTOR_WEBRTC,
  DETECTOR_ENERGY,
  DETECTOR_NONE,
};

/* A buffer that left the element. */
typedef struct {
  GstClockTime pts, duration;
  GstClockTime expected_pts; /* by the samples before it */
  gboolean discont;
} Piece;

/* One element under test, with a log of what left its source pad: "B" buffers
 * (runs of them are one B), "D0" "D1" the detector event,
 * "S<utterance>:<start>@<detected>[e]" and "E<utterance>:<end>@<detected>[d]"
 * in samples since FIRST_PTS, "X" EOS, "F" flush stop. */
typedef struct {
  GstHarness *harness;
  GstBus *bus;
  GString *log;
  GByteArray *audio;
  GArray *pieces;
  gboolean check_places; /* of speech events, which are counted */
  guint n_events;
  guint rate;
  guint64 position;
  GstClockTime first_pts;
} Fixture;

Fixture *fixture_new (const gchar *launch, guint rate);
/* The same with a worker that others share.  All that is pushed must be pushed
 * there. */
Fixture *fixture_new_on_worker (
    const gchar *launch, guint rate, GstVowelWorker *worker);
void fixture_free (Fixture *fixture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

GstElement *fixture_vad (Fixture *fixture);
/* Pushes @n samples of @audio from @from in buffers of @size. */
void fixture_push (
    Fixture *fixture, GArray *audio, guint from, guint n, guint size);
void fixture_push_all (Fixture *fixture, GArray *audio, guint size);
/* Every speech word of the log, and only those. */
gchar *fixture_speech_words (Fixture *fixture);
/* The messages on the bus, in the words of the log. */
gchar *fixture_message_words (Fixture *fixture);
/* Two utterances in a little noise; NULL after having skipped the test. */
GArray *two_utterances (void);
/* What the default settings must make of @audio: a second, plain account of
 * the rules, window by window. */
gchar *expected_words (GArray *audio, guint rate);
gboolean have_weights (void);
/* Where the first utterance of @audio is decided to start. */
guint first_detected (GArray *audio);

G_END_DECLS
