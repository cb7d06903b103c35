/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The end of a session whose caller does nothing any more. */

#include "session-private.h"

void
vowel_session_set_idle_timeout (VowelSession *session, guint timeout_ms)
{
  g_return_if_fail (!session->started);

  session->idle_timeout_ms = timeout_ms;
}

guint
vowel_session_get_idle_timeout (VowelSession *session)
{
  return session->idle_timeout_ms;
}

void
vowel_session_note_caller (VowelSession *session, gint64 until)
{
  session->busy_until = MAX (session->busy_until, until);
}

static gint64
get_deadline (VowelSession *session)
{
  return session->busy_until + session->idle_timeout_ms * (gint64) 1000;
}

/* What the server says of its own accord does not bring the caller back. */
static gboolean
is_answering (VowelSession *session)
{
  VowelActiveResponse *current = vowel_session_get_current (session);
  gboolean detecting = session->config->turn_detection.type != VOWEL_TURN_NONE;

  return (current != NULL && current->hint == NULL)
         || vowel_session_is_delegating (session)
         || (detecting && vowel_turn_controller_is_open (session->turns, NULL))
         || vowel_turn_controller_awaits_transcript (session->turns);
}

/* Set once and moved on lazily: noting the caller costs nothing. */
static void
on_idle_timer (gpointer user_data)
{
  g_autoptr (VowelSession) session = g_object_ref (user_data);
  gint64 now = vowel_clock_now (session->clock);

  session->idle_timer = 0;
  if (is_answering (session))
    vowel_session_note_caller (session, now);
  if (get_deadline (session) <= now)
    vowel_session_end (session, VOWEL_END_IDLE);
  else
    session->idle_timer = vowel_clock_add_timer (
        session->clock, get_deadline (session), on_idle_timer, session);
}

void
vowel_session_watch_caller (VowelSession *session)
{
  if (session->idle_timeout_ms == 0)
    return;
  vowel_session_note_caller (session, vowel_clock_now (session->clock));
  session->idle_timer = vowel_clock_add_timer (
      session->clock, get_deadline (session), on_idle_timer, session);
}
