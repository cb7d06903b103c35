/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "floor.h"

struct _VowelFloor {
  VowelClock *clock;
  gconstpointer speaker; /* (nullable) */
  gint64 heard;          /* for the last time */
};

VowelFloor *
vowel_floor_new (VowelClock *clock)
{
  VowelFloor *floor = g_new0 (VowelFloor, 1);

  floor->clock = g_object_ref (clock);
  return floor;
}

void
vowel_floor_free (VowelFloor *floor)
{
  g_object_unref (floor->clock);
  g_free (floor);
}

gboolean
vowel_floor_take (VowelFloor *floor, gconstpointer speaker)
{
  gint64 now = vowel_clock_now (floor->clock);

  if (floor->speaker != NULL && floor->speaker != speaker
      && now - floor->heard < VOWEL_FLOOR_TIMEOUT_MS * (gint64) 1000)
    return FALSE;
  floor->speaker = speaker;
  floor->heard = now;
  return TRUE;
}

void
vowel_floor_leave (VowelFloor *floor, gconstpointer speaker)
{
  if (floor->speaker == speaker)
    floor->speaker = NULL;
}
