/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "manual-clock.h"

typedef struct {
  guint id;
  gint64 when;
  VowelTimerFunc func;
  gpointer user_data;
} Timer;

struct _ManualClock {
  GObject parent;

  gint64 now;
  guint last_id;
  GArray *timers; /* Timer */
};

static void manual_clock_iface_init (VowelClockInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ManualClock, manual_clock, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VOWEL_TYPE_CLOCK, manual_clock_iface_init))

static void
manual_clock_init (ManualClock *clock)
{
  clock->now = 1000 * (gint64) G_USEC_PER_SEC;
  clock->timers = g_array_new (FALSE, FALSE, sizeof (Timer));
}

static void
manual_clock_finalize (GObject *object)
{
  g_array_unref (MANUAL_CLOCK (object)->timers);
  G_OBJECT_CLASS (manual_clock_parent_class)->finalize (object);
}

static void
manual_clock_class_init (ManualClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = manual_clock_finalize;
}

static gint64
manual_clock_now (VowelClock *clock)
{
  return MANUAL_CLOCK (clock)->now;
}

static guint
manual_clock_add_timer (
    VowelClock *clock, gint64 when, VowelTimerFunc func, gpointer user_data)
{
  ManualClock *self = MANUAL_CLOCK (clock);
  Timer timer = {++self->last_id, when, func, user_data};

  g_array_append_val (self->timers, timer);
  return timer.id;
}

static void
manual_clock_cancel_timer (VowelClock *clock, guint id)
{
  ManualClock *self = MANUAL_CLOCK (clock);
  guint i;

  for (i = 0; i < self->timers->len; i++) {
    if (g_array_index (self->timers, Timer, i).id == id) {
      g_array_remove_index (self->timers, i);
      return;
    }
  }
  g_error ("timer %u does not exist", id);
}

static void
manual_clock_iface_init (VowelClockInterface *iface)
{
  iface->now = manual_clock_now;
  iface->add_timer = manual_clock_add_timer;
  iface->cancel_timer = manual_clock_cancel_timer;
}

ManualClock *
manual_clock_new (void)
{
  return g_object_new (MANUAL_TYPE_CLOCK, NULL);
}

void
manual_clock_advance_ms (ManualClock *clock, guint ms)
{
  gint64 target = clock->now + ms * (gint64) 1000;

  while (TRUE) {
    gint next = -1;
    Timer timer;
    guint i;

    for (i = 0; i < clock->timers->len; i++) {
      if (g_array_index (clock->timers, Timer, i).when <= target
          && (next < 0
              || g_array_index (clock->timers, Timer, i).when
                     < g_array_index (clock->timers, Timer, next).when))
        next = i;
    }
    if (next < 0)
      break;
    timer = g_array_index (clock->timers, Timer, next);
    g_array_remove_index (clock->timers, next);
    clock->now = MAX (clock->now, timer.when);
    timer.func (timer.user_data);
  }
  clock->now = target;
}

guint
manual_clock_get_n_timers (ManualClock *clock)
{
  return clock->timers->len;
}
