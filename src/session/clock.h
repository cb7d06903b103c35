/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * VowelClock:
 *
 * Where the session core gets its time and its timers from: the worker in the
 * daemon, a hand-moved clock in tests. All on the thread that owns the session.
 */
#define VOWEL_TYPE_CLOCK (vowel_clock_get_type ())
G_DECLARE_INTERFACE (VowelClock, vowel_clock, VOWEL, CLOCK, GObject)

typedef void (*VowelTimerFunc) (gpointer user_data);

/**
 * VowelClockInterface:
 * @now: monotonic microseconds
 * @add_timer: calls @func once at or after @when (absolute); returns an id > 0
 * @cancel_timer: forgets a timer that has not fired
 */
struct _VowelClockInterface {
  GTypeInterface parent;

  gint64 (*now) (VowelClock *clock);
  guint (*add_timer) (
      VowelClock *clock, gint64 when, VowelTimerFunc func, gpointer user_data);
  void (*cancel_timer) (VowelClock *clock, guint id);
};

gint64 vowel_clock_now (VowelClock *clock);
guint vowel_clock_add_timer (
    VowelClock *clock, gint64 when, VowelTimerFunc func, gpointer user_data);
/* Takes the address of the id, cancels it when not 0 and sets it to 0. */
void vowel_clock_clear_timer (VowelClock *clock, guint *id);

G_END_DECLS
