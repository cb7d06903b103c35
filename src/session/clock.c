/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "clock.h"

G_DEFINE_INTERFACE (VowelClock, vowel_clock, G_TYPE_OBJECT)

static void
vowel_clock_default_init (VowelClockInterface *iface)
{
}

gint64
vowel_clock_now (VowelClock *clock)
{
  return VOWEL_CLOCK_GET_IFACE (clock)->now (clock);
}

guint
vowel_clock_add_timer (
    VowelClock *clock, gint64 when, VowelTimerFunc func, gpointer user_data)
{
  return VOWEL_CLOCK_GET_IFACE (clock)->add_timer (
      clock, when, func, user_data);
}

void
vowel_clock_clear_timer (VowelClock *clock, guint *id)
{
  guint timer = *id;

  *id = 0;
  if (timer != 0)
    VOWEL_CLOCK_GET_IFACE (clock)->cancel_timer (clock, timer);
}
