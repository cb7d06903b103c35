/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A provider that neither answers nor fails: its response ends all the same. */

#include "session-private.h"

/* Longer than any provider's own patience. */
#define PATIENCE_US (90 * (gint64) G_USEC_PER_SEC)

static void
on_time (gpointer user_data)
{
  VowelActiveResponse *active = user_data;
  VowelSession *session = active->session;
  g_autoptr (GError) error = g_error_new_literal (VOWEL_ERROR,
      VOWEL_ERROR_PROVIDER, "The answer stopped coming, and did not end.");

  active->watchdog = 0;
  if (vowel_clock_now (session->clock) - active->reported_us < PATIENCE_US)
    active->watchdog = vowel_clock_add_timer (
        session->clock, active->reported_us + PATIENCE_US, on_time, active);
  else
    vowel_session_output_failed (session,
        vowel_active_response_get (active)->generation, "timeout", error);
}

void
vowel_session_watch (VowelActiveResponse *active, VowelAwaited awaited)
{
  VowelClock *clock = active->session->clock;

  active->awaited = awaited;
  active->reported_us = vowel_clock_now (clock);
  active->watchdog = vowel_clock_add_timer (
      clock, active->reported_us + PATIENCE_US, on_time, active);
}

void
vowel_session_reported (
    VowelSession *session, guint64 generation, VowelAwaited settled)
{
  VowelActiveResponse *active =
      vowel_session_find_generation (session, generation);

  if (active == NULL)
    return;
  active->awaited &= ~settled;
  active->reported_us = vowel_clock_now (session->clock);
  if (active->awaited == 0)
    vowel_clock_clear_timer (session->clock, &active->watchdog);
}
