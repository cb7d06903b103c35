/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "audio-format.h"

G_BEGIN_DECLS

/**
 * vowel_typing_sound_make:
 * @random: what makes no two sounds alike
 * @format: in which it is wanted
 * @duration_ms: how long it is
 * @volume: 0 to 1
 *
 * Somebody types at a keyboard, pauses, now and then clicks a mouse. Begins and
 * ends in silence, so that it can be repeated.
 *
 * Returns: (transfer full)
 */
GBytes *vowel_typing_sound_make (GRand *random, const VowelAudioFormat *format,
    guint duration_ms, gdouble volume);

G_END_DECLS
