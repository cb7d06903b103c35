/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The sleep, and the end, of a session whose caller does nothing any more. */

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

/* Hibernation. */

void
vowel_session_set_hibernation (VowelSession *session, guint after_ms)
{
  g_return_if_fail (!session->started);

  session->hibernate_ms = after_ms;
}

static void
tell (VowelSession *session, VowelEventType type)
{
  VowelEvent event = {.type = type};

  vowel_session_emit (session, &event);
}

static void on_hibernation_timer (gpointer user_data);

static void
hibernate_after (VowelSession *session, gint64 from)
{
  session->hibernation_timer = vowel_clock_add_timer (session->clock,
      from + session->hibernate_ms * (gint64) 1000, on_hibernation_timer,
      session);
}

static void
on_hibernation_timer (gpointer user_data)
{
  g_autoptr (VowelSession) session = g_object_ref (user_data);
  gint64 now = vowel_clock_now (session->clock);
  gboolean listens = session->config->turn_detection.type != VOWEL_TURN_NONE;

  session->hibernation_timer = 0;
  if (!listens || is_answering (session)) {
    hibernate_after (session, now);
  } else if (session->busy_until + session->hibernate_ms * (gint64) 1000
             > now) {
    hibernate_after (session, session->busy_until);
  } else {
    session->hibernates = TRUE;
    tell (session, VOWEL_EVENT_HIBERNATED);
  }
}

void
vowel_session_awaken (VowelSession *session, VowelEventType type)
{
  if (session->ending
      || (type != VOWEL_EVENT_SPEECH_STARTED
          && type != VOWEL_EVENT_INPUT_COMMITTED
          && type != VOWEL_EVENT_ITEM_ADDED
          && type != VOWEL_EVENT_RESPONSE_STARTED))
    return;
  session->hibernates = FALSE;
  hibernate_after (session, vowel_clock_now (session->clock));
  tell (session, VOWEL_EVENT_AWAKENED);
}

void
vowel_session_watch_caller (VowelSession *session)
{
  gint64 now = vowel_clock_now (session->clock);

  vowel_session_note_caller (session, now);
  if (session->idle_timeout_ms > 0)
    session->idle_timer = vowel_clock_add_timer (
        session->clock, get_deadline (session), on_idle_timer, session);
  if (session->hibernate_ms > 0)
    hibernate_after (session, now);
}
