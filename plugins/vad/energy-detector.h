/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Speech by loudness alone: how far a 10 ms window stands above the quietest
 * one of the last 3.2 s.  Needs no weights; reacts to every sound.
 */

#define VAD_ENERGY_N_MINIMA 8

typedef struct {
  guint window;                       /* samples */
  gfloat level;                       /* smoothed, dBFS */
  gfloat minima[VAD_ENERGY_N_MINIMA]; /* quietest of each 0.4 s, newest last */
  guint n_minima;  /* of them filled, the running one included */
  guint n_windows; /* in the running 0.4 s */
} VadEnergy;

void vad_energy_init (VadEnergy *energy, guint rate);
gfloat vad_energy_process (VadEnergy *energy, const gint16 *window);

G_END_DECLS
