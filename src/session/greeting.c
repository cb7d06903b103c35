/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "greeting.h"

struct _VowelGreeting {
  VowelClock *clock;
  VowelGreetingActions actions;
  gpointer user_data;

  guint wait_ms;
  guint timer;
  gboolean wanted;
  gboolean ready; /* the client is, or had its time */
  gboolean over;
};

VowelGreeting *
vowel_greeting_new (
    VowelClock *clock, const VowelGreetingActions *actions, gpointer user_data)
{
  VowelGreeting *greeting = g_new0 (VowelGreeting, 1);

  greeting->clock = g_object_ref (clock);
  greeting->actions = *actions;
  greeting->user_data = user_data;
  greeting->wait_ms = VOWEL_GREETING_WAIT_MS;
  return greeting;
}

void
vowel_greeting_free (VowelGreeting *greeting)
{
  vowel_clock_clear_timer (greeting->clock, &greeting->timer);
  g_object_unref (greeting->clock);
  g_free (greeting);
}

void
vowel_greeting_set_wait (VowelGreeting *greeting, guint wait_ms)
{
  greeting->wait_ms = wait_ms;
}

static void
greet_if_due (VowelGreeting *greeting)
{
  if (!greeting->wanted || !greeting->ready || greeting->over
      || greeting->actions.is_busy (greeting->user_data))
    return;
  vowel_greeting_cancel (greeting);
  greeting->actions.greet (greeting->user_data);
}

void
vowel_greeting_set_wanted (VowelGreeting *greeting, gboolean wanted)
{
  greeting->wanted = wanted;
  greet_if_due (greeting);
}

static void
on_wait_over (gpointer user_data)
{
  VowelGreeting *greeting = user_data;

  greeting->timer = 0;
  vowel_greeting_client_ready (greeting);
}

void
vowel_greeting_client_arrived (VowelGreeting *greeting)
{
  if (greeting->ready || greeting->over || greeting->timer != 0)
    return;
  greeting->timer = vowel_clock_add_timer (greeting->clock,
      vowel_clock_now (greeting->clock) + greeting->wait_ms * (gint64) 1000,
      on_wait_over, greeting);
}

void
vowel_greeting_client_ready (VowelGreeting *greeting)
{
  vowel_clock_clear_timer (greeting->clock, &greeting->timer);
  greeting->ready = TRUE;
  greet_if_due (greeting);
}

void
vowel_greeting_was_noise (VowelGreeting *greeting)
{
  greet_if_due (greeting);
}

void
vowel_greeting_cancel (VowelGreeting *greeting)
{
  vowel_clock_clear_timer (greeting->clock, &greeting->timer);
  greeting->over = TRUE;
}
