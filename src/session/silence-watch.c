/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "silence-watch.h"

struct _VowelSilenceWatch {
  VowelClock *clock;
  VowelTimerFunc expired;
  gpointer user_data;

  gboolean quiet; /* not a word since the last answer */
  gint64 from;    /* clock time since when nothing was heard either */
  guint timer;
};

VowelSilenceWatch *
vowel_silence_watch_new (
    VowelClock *clock, VowelTimerFunc expired, gpointer user_data)
{
  VowelSilenceWatch *watch = g_new0 (VowelSilenceWatch, 1);

  watch->clock = g_object_ref (clock);
  watch->expired = expired;
  watch->user_data = user_data;
  return watch;
}

void
vowel_silence_watch_free (VowelSilenceWatch *watch)
{
  vowel_clock_clear_timer (watch->clock, &watch->timer);
  g_object_unref (watch->clock);
  g_free (watch);
}

static void
on_timer (gpointer user_data)
{
  VowelSilenceWatch *watch = user_data;

  watch->timer = 0;
  watch->quiet = FALSE;
  watch->expired (watch->user_data);
}

void
vowel_silence_watch_begin (VowelSilenceWatch *watch, gint64 from)
{
  watch->quiet = TRUE;
  watch->from = MAX (vowel_clock_now (watch->clock), from);
}

void
vowel_silence_watch_end (VowelSilenceWatch *watch)
{
  watch->quiet = FALSE;
}

void
vowel_silence_watch_pause (VowelSilenceWatch *watch)
{
  vowel_clock_clear_timer (watch->clock, &watch->timer);
}

void
vowel_silence_watch_restart (VowelSilenceWatch *watch)
{
  watch->from = MAX (watch->from, vowel_clock_now (watch->clock));
}

void
vowel_silence_watch_go_on (VowelSilenceWatch *watch, guint timeout_ms)
{
  vowel_clock_clear_timer (watch->clock, &watch->timer);
  if (!watch->quiet || timeout_ms == 0)
    return;
  watch->timer = vowel_clock_add_timer (watch->clock,
      MAX (vowel_clock_now (watch->clock),
          watch->from + timeout_ms * (gint64) 1000),
      on_timer, watch);
}
