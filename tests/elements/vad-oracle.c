/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <stdio.h>

#include "silero.h"
#include "test-audio.h"

/*
 * The native half of vad-oracle.test.mjs: makes a long noisy recording, writes
 * it to a file (S16, host order) and prints, per window, the probabilities of
 * all kernels that this CPU can run.
 *   vad-oracle silero_vad.onnx 16000|8000 recording.s16
 */

static const gchar *const sentences[] = {
    "Good morning, what time is it in London?",
    "Please remember that my name is Alexander.",
    "How much is seventeen times twenty three?",
    "Turn off the light in the kitchen, and close the window.",
    "I would like to book a table for two on Friday evening.",
    "The quick brown fox jumps over the lazy dog.",
};

/* Ten parts: silence, speech and pauses under more and more noise. */
static GArray *
record (void)
{
  g_autoptr (GArray) audio = test_audio_new ();
  guint i;

  for (i = 0; i < 10; i++) {
    g_autoptr (GArray) part = test_audio_new ();

    test_audio_silence (part, 700 + 130 * i);
    if (!test_audio_say (part, sentences[i % G_N_ELEMENTS (sentences)]))
      return NULL;
    test_audio_silence (part, 400);
    test_audio_say (part, sentences[(i + 3) % G_N_ELEMENTS (sentences)]);
    test_audio_silence (part, 1100);
    if (i > 0)
      test_audio_add_noise (part, -70 + 5.0 * i, 100 + i);
    g_array_append_vals (audio, part->data, part->len);
  }

  return g_steal_pointer (&audio);
}

int
main (int argc, char **argv)
{
  const VadSileroKernel *const *kernels = vad_silero_kernels ();
  g_autoptr (GPtrArray) models = NULL;
  g_autoptr (GArray) audio = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree VadSilero *streams = NULL;
  gchar *data;
  gsize size;
  guint rate, window, i, k;

  if (argc != 4) {
    g_printerr ("Usage: %s silero_vad.onnx 16000|8000 FILE\n", argv[0]);
    return 2;
  }

  rate = (guint) g_ascii_strtoull (argv[2], NULL, 10);
  audio = record ();
  if (audio == NULL)
    return 77;
  if (rate == 8000) {
    GArray *half = test_audio_halve (audio);

    g_array_unref (audio);
    audio = half;
  }

  if (!g_file_set_contents (
          argv[3], audio->data, audio->len * sizeof (gint16), &error)
      || !g_file_get_contents (argv[1], &data, &size, &error)) {
    g_printerr ("%s\n", error->message);
    return 1;
  }
  bytes = g_bytes_new_take (data, size);

  models =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vad_silero_model_unref);
  for (k = 0; kernels[k] != NULL; k++) {
    VadSileroModel *model =
        vad_silero_model_new_from_bytes (bytes, kernels[k], &error);

    if (model == NULL) {
      g_printerr ("%s\n", error->message);
      return 1;
    }
    g_ptr_array_add (models, model);
    printf ("%s%s", k > 0 ? " " : "", kernels[k]->name);
  }
  printf ("\n");

  streams = g_new0 (VadSilero, models->len);
  for (k = 0; k < models->len; k++)
    vad_silero_init (&streams[k], g_ptr_array_index (models, k), rate);
  window = vad_silero_get_window (&streams[0]);
  for (i = 0; i + window <= audio->len; i += window) {
    for (k = 0; k < models->len; k++)
      printf ("%s%.9g", k > 0 ? " " : "",
          vad_silero_process (&streams[k], &g_array_index (audio, gint16, i)));
    printf ("\n");
  }
  for (k = 0; k < models->len; k++)
    vad_silero_clear (&streams[k]);

  return 0;
}
