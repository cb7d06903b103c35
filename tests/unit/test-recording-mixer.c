/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Both sides of a call in one recording: who is heard when. */

#include "server/calls/recording-mixer.h"

#define MS 1000
#define FRAMES_PER_MS (VOWEL_RECORDING_RATE / 1000)

/* @ms of a constant value. */
static GBytes *
make (gint16 value, guint ms)
{
  gint16 *samples = g_new (gint16, ms * FRAMES_PER_MS);

  for (guint i = 0; i < ms * FRAMES_PER_MS; i++)
    samples[i] = value;
  return g_bytes_new_take (samples, ms * FRAMES_PER_MS * sizeof (gint16));
}

static void
caller (VowelRecordingMixer *mixer, guint now_ms, gint16 value, guint ms)
{
  g_autoptr (GBytes) samples = make (value, ms);

  vowel_recording_mixer_caller (mixer, now_ms * MS, samples);
}

static void
agent (VowelRecordingMixer *mixer, guint now_ms, gint16 value, guint ms)
{
  g_autoptr (GBytes) samples = make (value, ms);

  vowel_recording_mixer_agent (mixer, now_ms * MS, samples);
}

/* @at_ms of what was taken. */
static void
expect (GBytes *frames, guint at_ms, gint16 left, gint16 right)
{
  gsize size;
  const gint16 *data = g_bytes_get_data (frames, &size);
  gsize at = at_ms * FRAMES_PER_MS * 2;

  g_assert_cmpuint ((at + 2) * sizeof (gint16), <=, size);
  g_assert_cmpint (data[at], ==, left);
  g_assert_cmpint (data[at + 1], ==, right);
}

static guint
get_ms (GBytes *frames)
{
  return g_bytes_get_size (frames) / (FRAMES_PER_MS * 2 * sizeof (gint16));
}

static void
test_both (void)
{
  g_autoptr (VowelRecordingMixer) mixer = vowel_recording_mixer_new ();
  g_autoptr (GBytes) early = NULL;
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) rest = NULL;

  for (guint ms = 100; ms <= 3000; ms += 100)
    caller (mixer, ms, 7, 100);
  agent (mixer, 3000, 9, 1500);
  early = vowel_recording_mixer_take (mixer, 1000 * MS);
  g_assert_cmpuint (get_ms (early), ==, 0);
  first = vowel_recording_mixer_take (mixer, 3000 * MS);
  g_assert_cmpuint (get_ms (first), ==, 1000);
  expect (first, 0, 7, 0);
  expect (first, 999, 7, 0);
  rest = vowel_recording_mixer_finish (mixer, 5000 * MS);
  g_assert_cmpuint (get_ms (rest), ==, 4000);
  expect (rest, 1999, 7, 0);
  expect (rest, 2000, 0, 9);
  expect (rest, 3499, 0, 9);
  expect (rest, 3500, 0, 0);
}

/* What was sent ahead and not heard is not in it. */
static void
test_interrupted (void)
{
  g_autoptr (VowelRecordingMixer) mixer = vowel_recording_mixer_new ();
  g_autoptr (GBytes) all = NULL;

  agent (mixer, 0, 9, 1500);
  agent (mixer, 100, 9, 500);
  vowel_recording_mixer_interrupt (mixer, 800 * MS);
  vowel_recording_mixer_interrupt (mixer, 900 * MS);
  agent (mixer, 1500, 5, 1000);
  all = vowel_recording_mixer_finish (mixer, 2000 * MS);
  g_assert_cmpuint (get_ms (all), ==, 2000);
  expect (all, 799, 0, 9);
  expect (all, 800, 0, 0);
  expect (all, 1499, 0, 0);
  expect (all, 1500, 0, 5);
}

/* A microphone that pauses, and one that is ahead. */
static void
test_microphone (void)
{
  g_autoptr (VowelRecordingMixer) mixer = vowel_recording_mixer_new ();
  g_autoptr (GBytes) all = NULL;

  caller (mixer, 100, 1, 100);
  caller (mixer, 500, 2, 100);
  caller (mixer, 3000, 3, 100);
  caller (mixer, 3000, 4, 1000);
  all = vowel_recording_mixer_finish (mixer, 3100 * MS);
  g_assert_cmpuint (get_ms (all), ==, 4000);
  expect (all, 99, 1, 0);
  expect (all, 100, 2, 0);
  expect (all, 200, 0, 0);
  expect (all, 2900, 3, 0);
  expect (all, 3999, 4, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recording-mixer/both", test_both);
  g_test_add_func ("/recording-mixer/interrupted", test_interrupted);
  g_test_add_func ("/recording-mixer/microphone", test_microphone);
  return g_test_run ();
}
