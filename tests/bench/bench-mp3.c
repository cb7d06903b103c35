/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What MP3 files of sentences cost: bench-mp3 FILE, speech of 24 kHz, S16LE. */

#include "protocol/voicex/mp3-speech.h"

#include <gst/gst.h>
#include <stdio.h>
#include <time.h>

#define ROUNDS 20
#define SENTENCE_US (3 * G_USEC_PER_SEC)
#define PIECE_US (20 * 1000)

static const VowelAudioFormat format = {VOWEL_ENCODING_PCM16, 24000};

static gint64
get_cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* Microseconds from the last audio of the sentence to its file. */
static gint64
encode (VowelMp3Speech *mp3, GBytes *sentence)
{
  gsize size = g_bytes_get_size (sentence);
  gsize step = vowel_audio_format_bytes (&format, PIECE_US);
  g_autoptr (GBytes) file = NULL;
  gint64 begin = 0;

  for (gsize at = 0; at < size; at += step) {
    g_autoptr (GBytes) piece =
        g_bytes_new_from_bytes (sentence, at, MIN (step, size - at));

    begin = get_cpu_us ();
    vowel_mp3_speech_add (mp3, &format, piece, NULL);
  }
  file = vowel_mp3_speech_finish (mp3, NULL);
  g_assert_nonnull (file);
  return get_cpu_us () - begin;
}

int
main (int argc, char **argv)
{
  g_autoptr (VowelMp3Speech) mp3 = NULL;
  g_autoptr (GBytes) speech = NULL;
  gsize step = vowel_audio_format_bytes (&format, SENTENCE_US);
  gint64 cpu_us, end_us = 0;
  guint n = 0;
  gchar *data;
  gsize size;

  gst_init (&argc, &argv);
  if (argc != 2 || !g_file_get_contents (argv[1], &data, &size, NULL))
    return 1;
  speech = g_bytes_new_take (data, size);
  mp3 = vowel_mp3_speech_new (NULL);
  g_assert_nonnull (mp3);

  cpu_us = get_cpu_us ();
  for (guint round = 0; round < ROUNDS; round++)
    for (gsize at = 0; at + step <= size; at += step, n++) {
      g_autoptr (GBytes) sentence = g_bytes_new_from_bytes (speech, at, step);

      end_us += encode (mp3, sentence);
    }
  cpu_us = get_cpu_us () - cpu_us;
  g_assert_cmpuint (n, >, 0);

  printf ("| MP3 of a sentence: CPU per second of speech | %.2f ms | 5 ms |\n",
      (gdouble) cpu_us * 1000 / n / SENTENCE_US);
  printf (
      "| MP3 of a sentence: from its last audio to the file | %.2f ms | 2 ms "
      "|\n",
      end_us / 1000. / n);
  return 0;
}
