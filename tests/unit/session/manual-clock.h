/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session/clock.h"

G_BEGIN_DECLS

/* A clock that stands still until a test moves it. */
#define MANUAL_TYPE_CLOCK (manual_clock_get_type ())
G_DECLARE_FINAL_TYPE (ManualClock, manual_clock, MANUAL, CLOCK, GObject)

ManualClock *manual_clock_new (void);
/* Runs the timers on the way, each at its time. */
void manual_clock_advance_ms (ManualClock *clock, guint ms);
guint manual_clock_get_n_timers (ManualClock *clock);

G_END_DECLS
