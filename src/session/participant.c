/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "participant.h"

VowelParticipant *
vowel_participant_new (
    VowelParticipantRole role, VowelEventFunc func, gpointer user_data)
{
  VowelParticipant *participant = g_rc_box_new0 (VowelParticipant);

  participant->role = role;
  participant->func = func;
  participant->user_data = user_data;
  return participant;
}

VowelParticipant *
vowel_participant_ref (VowelParticipant *participant)
{
  return g_rc_box_acquire (participant);
}

void
vowel_participant_unref (VowelParticipant *participant)
{
  g_rc_box_release (participant);
}

static gboolean
may (VowelParticipantRole role, VowelRight right)
{
  switch (role) {
    case VOWEL_PARTICIPANT_CLIENT:
    case VOWEL_PARTICIPANT_SERVER:
    case VOWEL_PARTICIPANT_HOUSE:
      return TRUE;
    case VOWEL_PARTICIPANT_OBSERVER:
      return right == VOWEL_RIGHT_READ;
  }
  return FALSE;
}

gboolean
vowel_participant_check (
    VowelParticipant *participant, VowelRight right, GError **error)
{
  static const gchar *const names[] = {"configure the session", "send audio",
      "change the conversation", "read the conversation"};
  static const gchar *const roles[] = {
      "a client", "a server", "an observer", "the house"};

  if (participant->left) {
    g_set_error_literal (error, VOWEL_ERROR, VOWEL_ERROR_ENDED,
        "the participant has left the session");
    return FALSE;
  }
  if (!may (participant->role, right)) {
    g_set_error (error, VOWEL_ERROR, VOWEL_ERROR_NOT_ALLOWED, "%s may not %s",
        roles[participant->role], names[right]);
    return FALSE;
  }
  return TRUE;
}

void
vowel_participant_notify (
    VowelParticipant *participant, const VowelEvent *event)
{
  if (!participant->left)
    participant->func (event, participant->user_data);
}
