/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Answers that begin by themselves, and requests that wait, for the
 * participants whose manners ask for it. */

#include "session-private.h"

static gboolean
is_blocked (gpointer user_data, gboolean *ret_by_tools)
{
  VowelSession *session = user_data;

  *ret_by_tools = FALSE;
  if (vowel_session_get_current (session) != NULL
      || vowel_session_is_delegating (session))
    return TRUE;
  *ret_by_tools =
      session->answering != NULL
      && vowel_tool_router_get_n_open (session->router, session->answering) > 0;
  return *ret_by_tools;
}

static void
begin (gpointer user_data, VowelParticipant *requester,
    const VowelResponseRequest *request)
{
  VowelSession *session = user_data;

  /* The end of a turn that has begun is answered anyway. */
  if (requester == NULL && vowel_turn_controller_is_open (session->turns, NULL))
    return;
  vowel_turn_controller_response_requested (session->turns);
  vowel_session_begin_queued (session, requester, request);
}

void
vowel_session_init_queue (VowelSession *session)
{
  static const VowelResponseQueueActions actions = {
      .is_blocked = is_blocked, .begin = begin};

  session->queue = vowel_response_queue_new (session->clock, &actions, session);
}

void
vowel_session_set_manners (
    VowelSession *session, VowelParticipant *participant, VowelManners manners)
{
  participant->manners = manners;
  /* Backends answer calls and leave the rest to the server. */
  if (participant->role == VOWEL_PARTICIPANT_SERVER
      || participant->role == VOWEL_PARTICIPANT_HOUSE)
    participant->manners |= VOWEL_MANNERS_ANSWER_OUTPUTS;
}

gboolean
vowel_session_queue_request (VowelSession *session,
    VowelParticipant *participant, const VowelResponseRequest *request)
{
  /* Whoever asks as soon as a call is complete must not be refused only because
   * the words before the call are sent no faster than they are spoken. */
  if (!(participant->manners & VOWEL_MANNERS_QUEUE)
      && !vowel_session_is_only_sending (session)
      && !vowel_session_is_delegating (session)
      && !((session->delegations > 0
               || (participant->manners & VOWEL_MANNERS_ANSWER_OUTPUTS))
           && vowel_response_queue_is_expecting (session->queue)))
    return FALSE;
  vowel_turn_controller_response_requested (session->turns);
  vowel_response_queue_ask (session->queue, participant, request);
  return TRUE;
}

void
vowel_session_input_given (VowelSession *session, VowelParticipant *participant)
{
  if (session->ended || session->ending)
    return;
  session->delegations = 0;
  g_clear_pointer (&session->answering, g_free);
  session->is_acknowledged = FALSE;
  if (participant->manners & VOWEL_MANNERS_ANSWER_INPUT) {
    vowel_greeting_cancel (session->greeting);
    vowel_response_queue_expect (session->queue);
  }
}

void
vowel_session_output_given (VowelSession *session,
    VowelParticipant *participant, const gchar *response_id)
{
  if (session->ended || session->ending)
    return;
  /* More calls may come while the response goes on. */
  g_free (session->answering);
  session->answering = g_strdup (response_id);
  if (vowel_tool_router_get_n_open (session->router, response_id) > 0)
    return;
  /* Some clients ask for the answer only when nothing is being said. */
  vowel_filler_stop (session->filler);
  vowel_response_queue_outputs_complete (session->queue);
  if (participant->manners & VOWEL_MANNERS_ANSWER_OUTPUTS)
    vowel_response_queue_expect (session->queue);
}
