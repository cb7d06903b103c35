/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <math.h>

#include "silero.h"
#include "test-audio.h"

#define N_GOLDEN 4

/* What ONNX Runtime says to the same file and the same input. */
static const struct {
  guint rate;
  gboolean tones; /* else silence */
  gdouble expected[N_GOLDEN];
} golden[] = {
    {16000, TRUE, {0.037120, 0.097255, 0.068061, 0.025601}},
    {16000, FALSE, {0.001670, 0.006884, 0.008911, 0.007857}},
    {8000, TRUE, {0.027868, 0.029283, 0.011129, 0.006017}},
    {8000, FALSE, {0.017367, 0.017467, 0.022407, 0.014889}},
};

static void
test_golden (gconstpointer data)
{
  const VadSileroKernel *kernel = data;
  g_autoptr (GBytes) bytes = test_weights ();
  g_autoptr (VadSileroModel) model = NULL;
  g_autoptr (GError) error = NULL;
  guint g, w, i;

  if (bytes == NULL)
    return;

  model = vad_silero_model_new_from_bytes (bytes, kernel, &error);
  g_assert_no_error (error);
  g_assert_true (vad_silero_model_is_verified (model));
  g_assert_true (vad_silero_model_get_kernel (model) == kernel);

  for (g = 0; g < G_N_ELEMENTS (golden); g++) {
    gfloat samples[VAD_SILERO_MAX_WINDOW] = {0};
    VadSilero silero;
    guint window;

    vad_silero_init (&silero, model, golden[g].rate);
    window = vad_silero_get_window (&silero);
    g_assert_cmpuint (window, ==, golden[g].rate / 1000 * 32);

    for (w = 0; w < 2 * N_GOLDEN; w++) {
      /* The second half again from a fresh state. */
      if (w == N_GOLDEN)
        vad_silero_reset (&silero);
      for (i = 0; golden[g].tones && i < window; i++) {
        gdouble t = (gdouble) (w % N_GOLDEN * window + i) / golden[g].rate;

        samples[i] =
            0.5 * sin (2 * G_PI * 200 * t) + 0.25 * sin (2 * G_PI * 1200 * t);
      }
      g_assert_cmpfloat_with_epsilon (
          vad_silero_process_float (&silero, samples),
          golden[g].expected[w % N_GOLDEN], 1e-5);
    }
    vad_silero_clear (&silero);
  }
}

/* The integer entry is the float entry on scaled samples, and one stream never
 * feels another that shares its weights. */
static void
test_streams_apart (void)
{
  g_autoptr (GBytes) bytes = test_weights ();
  g_autoptr (VadSileroModel) model = NULL;
  g_autoptr (GArray) audio = test_audio_new ();
  VadSilero alone, shared, other;
  guint i, j;

  if (bytes == NULL || !test_audio_say (audio, "One does not hear the other."))
    return;

  model = vad_silero_model_new_from_bytes (bytes, NULL, NULL);
  g_assert_nonnull (model);
  vad_silero_init (&alone, model, 16000);
  vad_silero_init (&shared, model, 16000);
  vad_silero_init (&other, model, 16000);

  for (i = 0; i + 512 <= audio->len; i += 512) {
    const gint16 *window = &g_array_index (audio, gint16, i);
    gint16 noise[512];
    gfloat samples[512];

    for (j = 0; j < 512; j++) {
      samples[j] = window[j] / 32768.0f;
      noise[j] = g_test_rand_int_range (-20000, 20000);
    }
    vad_silero_process (&other, noise);
    g_assert_cmpfloat (vad_silero_process (&shared, window), ==,
        vad_silero_process_float (&alone, samples));
  }

  vad_silero_clear (&alone);
  vad_silero_clear (&shared);
  vad_silero_clear (&other);
}

/* Any number of windows, of both networks, as one after the other. */
static void
test_many (gconstpointer data)
{
  const VadSileroKernel *kernel = data;
  g_autoptr (GBytes) bytes = test_weights ();
  g_autoptr (VadSileroModel) model = NULL;
  gint16 windows[2 * VAD_SILERO_BATCH][VAD_SILERO_MAX_WINDOW];
  VadSilero together[2 * VAD_SILERO_BATCH], alone[2 * VAD_SILERO_BATCH];
  VadSileroJob jobs[2 * VAD_SILERO_BATCH];
  guint n, i, j;

  if (bytes == NULL)
    return;

  model = vad_silero_model_new_from_bytes (bytes, kernel, NULL);
  g_assert_nonnull (model);
  for (i = 0; i < G_N_ELEMENTS (jobs); i++) {
    guint rate = i == 5 || i == 6 ? 8000 : 16000;

    vad_silero_init (&together[i], model, rate);
    vad_silero_init (&alone[i], model, rate);
    jobs[i].silero = &together[i];
    jobs[i].window = windows[i];
  }
  for (n = 0; n <= G_N_ELEMENTS (jobs); n++) {
    for (i = 0; i < n; i++) {
      for (j = 0; j < VAD_SILERO_MAX_WINDOW; j++)
        windows[i][j] = g_test_rand_int_range (-20000, 20000);
    }
    vad_silero_process_many (jobs, n);
    for (i = 0; i < n; i++)
      g_assert_cmpfloat_with_epsilon (jobs[i].probability,
          vad_silero_process (&alone[i], windows[i]), 1e-6);
  }
  for (i = 0; i < G_N_ELEMENTS (jobs); i++) {
    vad_silero_clear (&together[i]);
    vad_silero_clear (&alone[i]);
  }
}

static void
test_speech (void)
{
  g_autoptr (GBytes) bytes = test_weights ();
  g_autoptr (VadSileroModel) model = NULL;
  g_autoptr (GArray) speech = test_audio_new ();
  g_autoptr (GArray) noise = test_audio_new ();
  VadSilero silero;
  guint i, n_speech = 0, n_windows = 0;

  if (bytes == NULL
      || !test_audio_say (speech, "Good morning, what time is it now?"))
    return;

  model = vad_silero_model_new_from_bytes (bytes, NULL, NULL);
  g_assert_nonnull (model);

  vad_silero_init (&silero, model, 16000);
  for (i = 0; i + 512 <= speech->len; i += 512, n_windows++)
    n_speech +=
        vad_silero_process (&silero, &g_array_index (speech, gint16, i)) > 0.5;
  /* All but flite's own silence at either end. */
  g_assert_cmpuint (n_speech * 10, >, n_windows * 7);

  test_audio_silence (noise, 5000);
  test_audio_add_noise (noise, -30, 7);
  vad_silero_reset (&silero);
  for (i = 0; i + 512 <= noise->len; i += 512)
    g_assert_cmpfloat (
        vad_silero_process (&silero, &g_array_index (noise, gint16, i)), <,
        0.35);
  vad_silero_clear (&silero);
}

static void
test_shared (void)
{
  g_autofree gchar *path = test_weights_path ();
  g_autoptr (VadSileroModel) first = NULL;
  g_autoptr (VadSileroModel) second = NULL;
  g_autoptr (GError) error = NULL;

  if (path == NULL)
    return;

  first = vad_silero_model_get_shared (path, &error);
  g_assert_no_error (error);
  second = vad_silero_model_get_shared (path, &error);
  g_assert_no_error (error);
  g_assert_true (first == second);

  g_assert_null (vad_silero_model_get_shared ("/nowhere/x.onnx", &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

int
main (int argc, char **argv)
{
  const VadSileroKernel *const *kernel;

  g_test_init (&argc, &argv, NULL);

  for (kernel = vad_silero_kernels (); *kernel != NULL; kernel++) {
    g_autofree gchar *path =
        g_strdup_printf ("/vad/silero/golden/%s", (*kernel)->name);

    g_autofree gchar *many =
        g_strdup_printf ("/vad/silero/many/%s", (*kernel)->name);

    g_test_add_data_func (path, *kernel, test_golden);
    g_test_add_data_func (many, *kernel, test_many);
  }
  g_test_add_func ("/vad/silero/streams-apart", test_streams_apart);
  g_test_add_func ("/vad/silero/speech", test_speech);
  g_test_add_func ("/vad/silero/shared", test_shared);

  return g_test_run ();
}
