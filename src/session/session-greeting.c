/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the session says before anybody has said anything. */

#include "session-private.h"

static gboolean
is_busy (gpointer user_data)
{
  VowelSession *session = user_data;

  return !session->announced
         || vowel_turn_controller_is_open (session->turns, NULL)
         || vowel_turn_controller_awaits_transcript (session->turns);
}

/* The prompt becomes part of the conversation: the model goes on from it. */
static void
greet (gpointer user_data)
{
  VowelSession *session = user_data;
  g_autoptr (VowelItem) prompt = NULL;

  if (session->ended || session->ending || session->draining
      || session->config->kind != VOWEL_SESSION_REALTIME)
    return;
  if (session->behaviours->first_message != NULL) {
    vowel_session_say_first (session);
    return;
  }
  prompt = vowel_item_new_message (NULL, VOWEL_ROLE_SYSTEM);
  vowel_item_add_part (prompt, VOWEL_PART_TEXT, session->config->greeting);
  vowel_session_append_item (session, prompt);
  vowel_session_respond_by_itself (session, NULL);
}

void
vowel_session_init_greeting (VowelSession *session)
{
  static const VowelGreetingActions actions = {
      .is_busy = is_busy, .greet = greet};

  session->greeting = vowel_greeting_new (session->clock, &actions, session);
  vowel_session_update_greeting (session);
}

void
vowel_session_update_greeting (VowelSession *session)
{
  vowel_greeting_set_wanted (
      session->greeting, session->config->greeting != NULL
                             || session->behaviours->first_message != NULL);
}

void
vowel_session_expect_ready (VowelSession *session)
{
  if (session->started && !session->ended && !session->ending
      && vowel_session_count (session, VOWEL_PARTICIPANT_CLIENT) > 0)
    vowel_greeting_client_arrived (session->greeting);
}

void
vowel_session_ready (VowelSession *session, VowelParticipant *participant)
{
  g_autoptr (VowelSession) keep = g_object_ref (session);

  if (!session->ended && !session->ending && !participant->left
      && participant->role == VOWEL_PARTICIPANT_CLIENT)
    vowel_greeting_client_ready (session->greeting);
}
