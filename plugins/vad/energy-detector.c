/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "energy-detector.h"

#include <math.h>
#include <string.h>

/* Nothing quieter than this is speech, however silent the line. */
#define SILENCE_DBFS -55.0f
/* A window this far above the floor is as likely speech as not... */
#define EVEN_DB 10.0f
/* ...and this much more makes the odds e to 1. */
#define SLOPE_DB 2.0f
#define SMOOTHING 0.5f
#define WINDOWS_PER_MINIMUM 40

void
vad_energy_init (VadEnergy *energy, guint rate)
{
  memset (energy, 0, sizeof (*energy));
  energy->window = rate / 100;
}

static gfloat
window_level (const gint16 *samples, guint n)
{
  gint64 sum = 0;
  gint64 squares = 0;
  gdouble mean, power;
  guint i;

  for (i = 0; i < n; i++) {
    sum += samples[i];
    squares += (gint32) samples[i] * samples[i];
  }
  /* Without the direct component, which microphones add. */
  mean = (gdouble) sum / n;
  power = ((gdouble) squares / n - mean * mean) / (32768.0 * 32768.0);

  return 10.0 * log10 (MAX (power, 1e-10));
}

static gfloat
floor_level (const VadEnergy *energy)
{
  gfloat lowest = energy->minima[0];
  guint i;

  for (i = 1; i < energy->n_minima; i++)
    lowest = MIN (lowest, energy->minima[i]);

  return MAX (lowest, SILENCE_DBFS - EVEN_DB);
}

gfloat
vad_energy_process (VadEnergy *energy, const gint16 *window)
{
  gfloat level = window_level (window, energy->window);
  gfloat *running;

  if (energy->n_minima == 0) {
    energy->level = level;
    energy->n_minima = 1;
    energy->minima[0] = level;
  }
  energy->level += SMOOTHING * (level - energy->level);

  running = &energy->minima[energy->n_minima - 1];
  *running = MIN (*running, energy->level);
  if (++energy->n_windows == WINDOWS_PER_MINIMUM) {
    energy->n_windows = 0;
    if (energy->n_minima == VAD_ENERGY_N_MINIMA)
      memmove (energy->minima, energy->minima + 1,
          (VAD_ENERGY_N_MINIMA - 1) * sizeof (energy->minima[0]));
    else
      energy->n_minima++;
    energy->minima[energy->n_minima - 1] = energy->level;
  }

  return 1.0f
         / (1.0f
             + expf (
                 -(energy->level - floor_level (energy) - EVEN_DB) / SLOPE_DB));
}
