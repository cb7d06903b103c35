/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tool calls: who must answer one, and what happens when nobody does. */

#include "session-private.h"

#define TOOL_TIMED_OUT "{\"error\":\"The tool did not answer in time.\"}"
#define TOOL_GONE "{\"error\":\"The tool is no longer available.\"}"

static gboolean
offers (GPtrArray *tools, const gchar *name)
{
  guint i;

  for (i = 0; tools != NULL && i < tools->len; i++) {
    if (g_str_equal (((VowelTool *) g_ptr_array_index (tools, i))->name, name))
      return TRUE;
  }
  return FALSE;
}

VowelParticipant *
vowel_session_find_tool_owner (VowelSession *session,
    VowelParticipant *requester, GPtrArray *tools, const gchar *name)
{
  if (requester != NULL && !requester->left)
    return offers (tools, name) ? requester : NULL;
  return vowel_tool_router_find_owner (session->router, name);
}

static VowelParticipant *
find_owner (
    VowelSession *session, VowelActiveResponse *active, const gchar *name)
{
  if (g_strcmp0 (active->tool_choice, "none") == 0 || active->delegated != NULL)
    return NULL;
  return vowel_session_find_tool_owner (session,
      active->tools != NULL ? active->requester : NULL, active->tools, name);
}

void
vowel_session_route_call (
    VowelSession *session, VowelResponse *response, VowelItem *item)
{
  VowelActiveResponse *active =
      vowel_session_find_generation (session, response->generation);

  if (item->type != VOWEL_ITEM_FUNCTION_CALL || active == NULL)
    return;
  item->is_routed = TRUE;
  item->owner = find_owner (session, active, item->name);
}

gboolean
vowel_session_is_shown (
    VowelSession *session, VowelParticipant *participant, VowelItem *item)
{
  return !item->is_routed || item->owner == participant
         || (item->owner == session->backend
             && participant->role == VOWEL_PARTICIPANT_SERVER);
}

const gchar *
vowel_session_get_shown_id (
    VowelSession *session, VowelParticipant *participant, const gchar *item_id)
{
  VowelItem *item;

  while (item_id != NULL
         && (item = vowel_session_get_item (session, item_id)) != NULL
         && !vowel_session_is_shown (session, participant, item))
    item_id =
        vowel_conversation_get_previous_id (session->conversation, item_id);
  return item_id;
}

VowelParticipant *
vowel_session_begin_call (
    gpointer user_data, VowelResponse *response, VowelItem *call)
{
  VowelSession *session = user_data;
  VowelActiveResponse *active =
      vowel_session_find_generation (session, response->generation);
  VowelParticipant *owner = NULL;

  if (active == NULL)
    return NULL;
  owner = (VowelParticipant *) call->owner;
  if (owner != NULL && owner->left)
    owner = NULL;
  active->n_calls++;
  if (vowel_session_delegate (session, active, call))
    return NULL;
  if (owner != NULL)
    vowel_tool_router_begin_call (
        session->router, response->id, call->call_id, call->name, owner);
  else
    active->n_refused++;
  return owner;
}

/* Tools that gave no answer. */

static void
on_unanswered (const gchar *response_id, const gchar *call_id,
    const gchar *name, gboolean timed_out, gpointer user_data)
{
  VowelSession *session = user_data;
  const gchar *text = timed_out ? TOOL_TIMED_OUT : TOOL_GONE;
  g_autoptr (VowelItem) output = NULL;

  if (session->ended || session->ending
      || vowel_session_lack_output (session, call_id, text))
    return;
  output = vowel_item_new_function_call_output (NULL, call_id, text);
  output->stand_in = TRUE;
  vowel_session_append_item (session, output);
  vowel_filler_stop (session->filler);
  if (vowel_tool_router_get_n_open (session->router, response_id) == 0
      && !vowel_turn_controller_is_open (session->turns, NULL))
    vowel_session_respond_by_itself (session, NULL);
}

void
vowel_session_init_tools (VowelSession *session)
{
  session->router =
      vowel_tool_router_new (session->clock, on_unanswered, session);
}
