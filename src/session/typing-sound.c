/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "typing-sound.h"

#include <math.h>

/* Of the loudest stroke at full volume. */
#define PEAK 0.6
#define LEAD_IN 0.15
#define TAIL 0.12
#define CLICK_PROBABILITY 0.15
#define LONG_PAUSE_PROBABILITY 0.7

typedef struct {
  gfloat *samples;
  gsize n;
  gdouble rate;
  GRand *random;
} Sound;

static gdouble
between (Sound *sound, gdouble low, gdouble high)
{
  return g_rand_double_range (sound->random, low, high);
}

/* Noise that dies away: @tone 0 is a dull thud, 1 a sharp tick. */
static void
add_burst (Sound *sound, gdouble at, gdouble level, gdouble decay, gdouble tone)
{
  gsize start = (gsize) (at * sound->rate);
  gsize length = (gsize) (6 * decay * sound->rate);
  gdouble low = 0, last = 0;

  for (gsize i = 0; i < length && start + i < sound->n; i++) {
    gdouble noise = between (sound, -1.0, 1.0);
    gdouble value;

    low += 0.25 * (noise - low);
    value = tone * 0.5 * (noise - last) + (1.0 - tone) * 1.5 * low;
    last = noise;
    sound->samples[start + i] +=
        (gfloat) (level * value * exp (-(gdouble) i / (decay * sound->rate)));
  }
}

/* A key goes down, hits the bottom, and comes up again. */
static void
add_stroke (Sound *sound, gdouble at)
{
  gdouble level = between (sound, 0.5, 1.0);

  add_burst (sound, at, 0.7 * level, between (sound, 0.002, 0.004), 0.9);
  add_burst (sound, at + 0.004, level, between (sound, 0.006, 0.012), 0.3);
  add_burst (sound, at + between (sound, 0.05, 0.08), 0.3 * level, 0.003, 0.8);
}

static void
add_click (Sound *sound, gdouble at)
{
  add_burst (sound, at, 0.9, 0.0015, 1.0);
  add_burst (sound, at + between (sound, 0.07, 0.1), 0.6, 0.0015, 1.0);
}

static void
compose (Sound *sound)
{
  gdouble end = (gdouble) sound->n / sound->rate - TAIL;
  gdouble at = LEAD_IN;

  while (at < end) {
    gdouble stop = MIN (at + between (sound, 0.2, 0.8), end);

    for (; at < stop; at += between (sound, 0.07, 0.17))
      add_stroke (sound, at);
    at += g_rand_double (sound->random) < LONG_PAUSE_PROBABILITY
              ? between (sound, 0.3, 1.5)
              : between (sound, 0.05, 0.2);
    if (at < end && g_rand_double (sound->random) < CLICK_PROBABILITY) {
      add_click (sound, at);
      at += between (sound, 0.1, 0.4);
    }
  }
}

GBytes *
vowel_typing_sound_make (GRand *random, const VowelAudioFormat *format,
    guint duration_ms, gdouble volume)
{
  gsize n = vowel_audio_format_bytes (format, duration_ms * (gint64) 1000)
            / vowel_audio_format_sample_size (format);
  g_autofree gfloat *samples = g_new0 (gfloat, n);
  g_autofree gint16 *rounded = g_new0 (gint16, n);
  Sound sound = {samples, n, format->rate, random};
  gfloat peak = 0;

  compose (&sound);
  for (gsize i = 0; i < n; i++)
    peak = MAX (peak, ABS (samples[i]));
  for (gsize i = 0; i < n && peak > 0; i++)
    rounded[i] =
        (gint16) lrint (samples[i] / peak * PEAK * volume * G_MAXINT16);
  return vowel_audio_format_encode (format, rounded, n);
}
