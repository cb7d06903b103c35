/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <stdio.h>
#include <time.h>

#include "silero.h"
#include "test-audio.h"

/*
 * CPU time of the native Silero network: one line "<name> <microseconds>" per
 * case, each the least of many rounds, since whatever disturbs only adds.
 */

#define ROUNDS 40
#define WINDOWS 500
#define SESSIONS 1000

static gdouble
cpu_microseconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static gfloat
measure (const gchar *name, VadSilero *streams, guint n_streams, GArray *audio,
    guint n_windows)
{
  guint window = vad_silero_get_window (streams);
  guint n_audio = audio->len / window;
  gdouble best = G_MAXDOUBLE;
  gfloat sum = 0;
  guint round, i;

  for (round = 0; round < ROUNDS; round++) {
    gdouble begin = cpu_microseconds ();

    for (i = 0; i < n_windows; i++)
      sum += vad_silero_process (&streams[i % n_streams],
          &g_array_index (audio, gint16, i % n_audio * window));
    best = MIN (best, (cpu_microseconds () - begin) / n_windows);
  }

  g_print ("%s %.2f\n", name, best);
  return sum;
}

/* Windows of many streams, some of them in each pass over the weights. */
static gfloat
measure_together (
    const gchar *name, VadSilero *streams, guint n_streams, GArray *audio)
{
  guint window = vad_silero_get_window (streams);
  guint n_audio = audio->len / window;
  VadSileroJob jobs[VAD_SILERO_BATCH];
  gdouble best = G_MAXDOUBLE;
  gfloat sum = 0;
  guint round, i, j;

  for (round = 0; round < ROUNDS; round++) {
    gdouble begin = cpu_microseconds ();

    for (i = 0; i + VAD_SILERO_BATCH <= n_streams; i += VAD_SILERO_BATCH) {
      for (j = 0; j < VAD_SILERO_BATCH; j++) {
        jobs[j].silero = &streams[i + j];
        jobs[j].window = &g_array_index (audio, gint16, i % n_audio * window);
      }
      vad_silero_process_many (jobs, VAD_SILERO_BATCH);
      sum += jobs[0].probability;
    }
    best = MIN (best, (cpu_microseconds () - begin) / i);
  }

  g_print ("%s %.2f\n", name, best);
  return sum;
}

int
main (int argc, char **argv)
{
  const VadSileroKernel *const *kernel;
  g_autoptr (GArray) audio = test_audio_new ();
  g_autoptr (GBytes) bytes = NULL;
  gchar *data;
  gsize size;
  gboolean first = TRUE;
  GError *error = NULL;

  if (argc != 2) {
    g_printerr ("Usage: %s silero_vad.onnx\n", argv[0]);
    return 2;
  }
  if (!g_file_get_contents (argv[1], &data, &size, &error)) {
    g_printerr ("%s\n", error->message);
    g_error_free (error);
    return 1;
  }
  bytes = g_bytes_new_take (data, size);
  test_audio_silence (audio, 10000);
  test_audio_add_noise (audio, -25, 1);

  for (kernel = vad_silero_kernels (); *kernel != NULL; kernel++) {
    g_autoptr (VadSileroModel) model =
        vad_silero_model_new_from_bytes (bytes, *kernel, &error);
    VadSilero silero;
    guint i;

    if (model == NULL) {
      g_printerr ("%s\n", error->message);
      g_error_free (error);
      return 1;
    }

    vad_silero_init (&silero, model, 16000);
    measure ((*kernel)->name, &silero, 1, audio, WINDOWS);
    vad_silero_clear (&silero);
    if (!first)
      continue;

    /* The best kernel also with 1000 streams in turn, and at 8 kHz. */
    {
      g_autofree VadSilero *sessions = g_new0 (VadSilero, SESSIONS);

      for (i = 0; i < SESSIONS; i++)
        vad_silero_init (&sessions[i], model, 16000);
      measure ("sessions", sessions, SESSIONS, audio, SESSIONS);
      measure_together ("together", sessions, SESSIONS, audio);
      for (i = 0; i < SESSIONS; i++)
        vad_silero_clear (&sessions[i]);
    }
    vad_silero_init (&silero, model, 8000);
    measure ("8k", &silero, 1, audio, WINDOWS);
    vad_silero_clear (&silero);
    first = FALSE;
  }

  return 0;
}
