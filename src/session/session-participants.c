/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who takes part in a session, and for how long it waits for somebody. */

#include "session-private.h"

void
vowel_session_init_participants (VowelSession *session)
{
  session->floor = vowel_floor_new (session->clock);
  /* Stands for whatever backend is there: owns tools, is nowhere attached. */
  session->backend =
      vowel_participant_new (VOWEL_PARTICIPANT_SERVER, NULL, NULL);
}

void
vowel_session_set_linger (VowelSession *session, guint linger_ms)
{
  session->linger_ms = linger_ms;
}

VowelParticipant *
vowel_session_join (VowelSession *session, VowelParticipantRole role,
    VowelEventFunc func, gpointer user_data)
{
  VowelParticipant *participant = vowel_participant_new (role, func, user_data);

  g_ptr_array_add (session->participants, participant);
  vowel_session_set_manners (session, participant, VOWEL_MANNERS_NONE);
  if (role != VOWEL_PARTICIPANT_CLIENT)
    participant->tool_timeout_ms = VOWEL_SERVER_TOOL_TIMEOUT_MS;
  if (role == VOWEL_PARTICIPANT_CLIENT || role == VOWEL_PARTICIPANT_SERVER)
    vowel_clock_clear_timer (session->clock, &session->linger_timer);
  if (role == VOWEL_PARTICIPANT_CLIENT)
    vowel_session_pause_output (session, FALSE);
  vowel_session_expect_ready (session);
  return participant;
}

guint
vowel_session_count (VowelSession *session, VowelParticipantRole role)
{
  guint n = 0;

  for (guint i = 0; i < session->participants->len; i++) {
    VowelParticipant *participant =
        g_ptr_array_index (session->participants, i);

    if (participant->role == role)
      n++;
  }
  return n;
}

static void
on_linger (gpointer user_data)
{
  g_autoptr (VowelSession) session = g_object_ref (user_data);

  session->linger_timer = 0;
  vowel_session_end (session, VOWEL_END_CLIENT_LEFT);
}

/* Nobody hears what is being said. */
static void
wait_for_somebody (VowelSession *session)
{
  vowel_session_interrupt (session);
  if (session->ended || session->ending)
    return;
  session->linger_timer = vowel_clock_add_timer (session->clock,
      vowel_clock_now (session->clock) + session->linger_ms * (gint64) 1000,
      on_linger, session);
}

void
vowel_session_leave (VowelSession *session, VowelParticipant *participant)
{
  g_autoptr (VowelSession) keep = g_object_ref (session);
  guint n_clients, n_servers;

  if (participant->left)
    return;
  participant->left = TRUE;
  g_ptr_array_add (session->gone, vowel_participant_ref (participant));
  g_ptr_array_remove (session->participants, participant);
  vowel_floor_leave (session->floor, participant);
  if (session->ended || session->ending)
    return;

  n_clients = vowel_session_count (session, VOWEL_PARTICIPANT_CLIENT);
  n_servers = vowel_session_count (session, VOWEL_PARTICIPANT_SERVER);
  if (participant->role == VOWEL_PARTICIPANT_OBSERVER)
    return;
  if (participant->role == VOWEL_PARTICIPANT_HOUSE) {
    vowel_tool_router_remove_owner (session->router, participant);
    return;
  }
  if (n_clients == 0 && session->linger_ms == 0
      && (participant->role == VOWEL_PARTICIPANT_CLIENT || n_servers == 0)) {
    vowel_session_end (session, VOWEL_END_CLIENT_LEFT);
    return;
  }
  vowel_tool_router_remove_owner (session->router, participant);
  if (n_clients + n_servers == 0 && !session->ended && !session->ending)
    wait_for_somebody (session);
}

void
vowel_session_set_tool_timeout (
    VowelSession *session, VowelParticipant *participant, guint timeout_ms)
{
  participant->tool_timeout_ms = timeout_ms;
}

/* Tools that were there before anybody who executes them. */
gboolean
vowel_session_set_server_tools (
    VowelSession *session, GPtrArray *tools, GError **error)
{
  if (!vowel_session_check_tools (tools, error))
    return FALSE;
  vowel_tool_router_set_tools (session->router, session->backend,
      VOWEL_TOOL_RANK_DECLARED, VOWEL_SERVER_TOOL_TIMEOUT_MS, tools);
  return TRUE;
}
