/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include "energy-detector.h"
#include "test-audio.h"
#ifdef HAVE_WEBRTC_VAD
#include "webrtc-detector.h"
#endif

#define WINDOW (TEST_AUDIO_RATE / 100)

typedef gfloat (*Process) (gpointer detector, const gint16 *window);

/* The share of windows from @from to @to (ms) that count as speech. */
static gdouble
share (Process process, gpointer detector, GArray *audio, guint from, guint to)
{
  guint i, n = 0, n_speech = 0;

  g_assert_cmpuint (to * (TEST_AUDIO_RATE / 1000), <=, audio->len);
  for (i = from / 10; i < to / 10; i++, n++) {
    gfloat p = process (detector, &g_array_index (audio, gint16, i * WINDOW));

    g_assert_cmpfloat (p, >=, 0.0f);
    g_assert_cmpfloat (p, <=, 1.0f);
    n_speech += p >= 0.5f;
  }

  return (gdouble) n_speech / n;
}

static gfloat
process_energy (gpointer detector, const gint16 *window)
{
  return vad_energy_process (detector, window);
}

static void
test_energy_silence (void)
{
  g_autoptr (GArray) audio = test_audio_new ();
  VadEnergy energy;

  test_audio_silence (audio, 2000);
  vad_energy_init (&energy, TEST_AUDIO_RATE);
  g_assert_cmpfloat (share (process_energy, &energy, audio, 0, 2000), ==, 0);

  /* The last bit of a converter, and a direct component. */
  test_audio_add_noise (audio, -80, 3);
  vad_energy_init (&energy, TEST_AUDIO_RATE);
  g_assert_cmpfloat (share (process_energy, &energy, audio, 0, 1000), ==, 0);
  for (guint i = 0; i < audio->len; i++)
    g_array_index (audio, gint16, i) += 8000;
  g_assert_cmpfloat (share (process_energy, &energy, audio, 1000, 2000), ==, 0);
}

/* The floor follows the noise: up within seconds, down at once. */
static void
test_energy_floor (void)
{
  g_autoptr (GArray) quiet = test_audio_new ();
  g_autoptr (GArray) loud = test_audio_new ();
  VadEnergy energy;

  test_audio_silence (quiet, 6000);
  test_audio_silence (loud, 6000);
  test_audio_add_noise (quiet, -50, 1);
  test_audio_add_noise (loud, -25, 2);

  vad_energy_init (&energy, TEST_AUDIO_RATE);
  g_assert_cmpfloat (share (process_energy, &energy, quiet, 0, 6000), ==, 0);
  /* 25 dB more are taken for speech first... */
  g_assert_cmpfloat (share (process_energy, &energy, loud, 100, 2500), ==, 1);
  share (process_energy, &energy, loud, 2500, 3400);
  /* ...and for the new floor after at most 3.2 s. */
  g_assert_cmpfloat (share (process_energy, &energy, loud, 3400, 6000), ==, 0);
  g_assert_cmpfloat (share (process_energy, &energy, quiet, 0, 1000), ==, 0);
  g_assert_cmpfloat (share (process_energy, &energy, loud, 0, 1000), >, 0.95);
}

/* Speech at 20 dB over noise. */
static GArray *
speech_in_noise (guint *ret_from, guint *ret_to)
{
  g_autoptr (GArray) audio = test_audio_new ();

  test_audio_silence (audio, 1000);
  if (!test_audio_say (audio, "Please tell me what time it is in London."))
    return NULL;
  /* Without flite's own silence. */
  *ret_from = 1250;
  *ret_to = audio->len / (TEST_AUDIO_RATE / 1000) - 350;
  test_audio_silence (audio, 2000);
  test_audio_add_noise (audio, -45, 5);

  return g_steal_pointer (&audio);
}

static void
check_speech (Process process, gpointer detector)
{
  g_autoptr (GArray) audio = NULL;
  guint from, to;

  audio = speech_in_noise (&from, &to);
  if (audio == NULL)
    return;

  g_assert_cmpfloat (share (process, detector, audio, 0, 1000), <, 0.1);
  share (process, detector, audio, 1000, from);
  g_assert_cmpfloat (share (process, detector, audio, from, to), >, 0.7);
  share (process, detector, audio, to, to + 800);
  g_assert_cmpfloat (
      share (process, detector, audio, to + 800, to + 2300), <, 0.1);
}

static void
test_energy_speech (void)
{
  VadEnergy energy;

  vad_energy_init (&energy, TEST_AUDIO_RATE);
  check_speech (process_energy, &energy);
}

#ifdef HAVE_WEBRTC_VAD
static gfloat
process_webrtc (gpointer detector, const gint16 *window)
{
  return vad_webrtc_process (detector, window);
}

static void
test_webrtc_speech (void)
{
  g_autoptr (VadWebrtc) webrtc = vad_webrtc_new (TEST_AUDIO_RATE);

  g_assert_nonnull (webrtc);
  check_speech (process_webrtc, webrtc);
}

static void
test_webrtc_silence (void)
{
  g_autoptr (VadWebrtc) webrtc = vad_webrtc_new (TEST_AUDIO_RATE);
  g_autoptr (GArray) audio = test_audio_new ();

  test_audio_silence (audio, 2000);
  g_assert_cmpfloat (share (process_webrtc, webrtc, audio, 0, 2000), ==, 0);
}

static void
test_webrtc_8k (void)
{
  g_autoptr (VadWebrtc) webrtc = vad_webrtc_new (8000);
  g_autoptr (GArray) audio = NULL;
  g_autoptr (GArray) half = NULL;
  guint from, to, i, n = 0, n_speech = 0;

  g_assert_nonnull (webrtc);
  audio = speech_in_noise (&from, &to);
  if (audio == NULL)
    return;

  half = test_audio_halve (audio);
  for (i = 0; i < to / 10; i++) {
    gfloat p =
        vad_webrtc_process (webrtc, &g_array_index (half, gint16, i * 80));

    if (i >= from / 10) {
      n++;
      n_speech += p >= 0.5f;
    }
  }
  g_assert_cmpuint (n_speech * 10, >, n * 7);
}
#endif

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/vad/energy/silence", test_energy_silence);
  g_test_add_func ("/vad/energy/floor", test_energy_floor);
  g_test_add_func ("/vad/energy/speech", test_energy_speech);
#ifdef HAVE_WEBRTC_VAD
  g_test_add_func ("/vad/webrtc/speech", test_webrtc_speech);
  g_test_add_func ("/vad/webrtc/silence", test_webrtc_silence);
  g_test_add_func ("/vad/webrtc/8k", test_webrtc_8k);
#endif

  return g_test_run ();
}
