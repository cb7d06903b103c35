/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "clock.h"

G_BEGIN_DECLS

/* Silence on the wire after which somebody else may speak. */
#define VOWEL_FLOOR_TIMEOUT_MS 10000

/**
 * VowelFloor:
 *
 * Who is heard when several participants send audio: the first to do so, until
 * it leaves or sends nothing for a while. Voices are not mixed. Owner thread
 * only.
 */
typedef struct _VowelFloor VowelFloor;

VowelFloor *vowel_floor_new (VowelClock *clock);
void vowel_floor_free (VowelFloor *floor);

/* Audio of @speaker: whether it is heard. */
gboolean vowel_floor_take (VowelFloor *floor, gconstpointer speaker);
void vowel_floor_leave (VowelFloor *floor, gconstpointer speaker);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelFloor, vowel_floor_free)

G_END_DECLS
