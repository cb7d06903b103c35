/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The session of a call. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio-private.h"
#include "twilio-transfer.h"

#include "server/agents/agent-session.h"
#include "server/voicex/agent-status.h"

#include "protocol/twilio/twilio-face.h"

#define RATE 8000
#define MAX_MESSAGE (1024 * 1024)

#define CLOSE_INTERNAL 1011
#define CLOSE_TRY_AGAIN_LATER 1013
#define CLOSE_UNAUTHORIZED 4001
#define CLOSE_NOT_ALLOWED 4003
#define CLOSE_NO_PROVIDER 4004
#define CLOSE_NO_AGENT 4005

static gboolean
refuse (GError **error, gint code, const gchar *reason)
{
  g_set_error_literal (error, VOWEL_GATE_ERROR, code, reason);
  return FALSE;
}

/* The first app may be so new that it is not written yet. (transfer full)
 * (nullable): one that has not been let in */
static VowelAccount *
find_account (VowelTwilio *self, const VowelTwilioCall *call)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelAccount) account =
      vowel_accounts_find_app (self->accounts, call->app_id, &error);

  if (account
      || g_error_matches (
          error, VOWEL_ACCOUNT_ERROR, VOWEL_ACCOUNT_ERROR_PENDING))
    return g_steal_pointer (&account);
  account = vowel_accounts_find_first (self->accounts, NULL);
  return account && g_str_equal (account->app->id, call->app_id)
             ? g_steal_pointer (&account)
             : NULL;
}

static gboolean
has_agents (VowelTwilio *self, const gchar *app_id)
{
  g_autoptr (GPtrArray) agents = vowel_agents_list (self->agents, app_id, NULL);

  return agents && agents->len > 0;
}

/* (transfer full) (nullable) */
static VowelAgent *
get_agent (VowelTwilio *self, const VowelTwilioCall *call)
{
  g_autoptr (VowelAgent) agent = NULL;

  if (call->agent_id == NULL)
    return vowel_agents_get_default (self->agents, call->app_id, NULL);
  agent = vowel_agents_get (self->agents, call->app_id, call->agent_id, NULL);
  return agent && agent->active ? g_steal_pointer (&agent) : NULL;
}

gboolean
vowel_twilio_find_agent (VowelTwilio *self, const VowelTwilioCall *call,
    VowelAgent **ret_agent, const VowelPlan **ret_plan, GError **error)
{
  g_autoptr (VowelAccount) account = find_account (self, call);
  g_autoptr (VowelAgent) agent = NULL;
  g_autofree gchar *reason = NULL;

  if (account == NULL)
    return refuse (error, CLOSE_UNAUTHORIZED, "Unauthorized");
  agent = get_agent (self, call);
  if (agent == NULL && (call->agent_id || has_agents (self, call->app_id)))
    return refuse (error, CLOSE_NO_AGENT, "Agent not found");
  if (agent
      && !vowel_agent_status_is_on_plan (
          agent, account->plan, self->providers, &reason))
    return refuse (error, CLOSE_NOT_ALLOWED, "Model not allowed");
  *ret_agent = g_steal_pointer (&agent);
  *ret_plan = account->plan;
  return TRUE;
}

/* As the agent wants it; without one as the server is set up. */
static VowelSessionRequest *
make_request (VowelTwilio *self, const VowelTwilioCall *call, VowelAgent *agent,
    VowelConfigSnapshot **ret_snapshot, GError **error)
{
  const VowelAgentOverrides overrides = {
      .prompt = call->prompt,
      .first_message = call->first_message,
      .outbound = !call->inbound,
      .tools = VOWEL_AGENT_TOOLS_OF_SERVERS,
  };
  g_autoptr (GError) cause = NULL;
  VowelSessionRequest *request;

  if (agent == NULL) {
    VowelConfigSnapshot *snapshot = vowel_doorway_get_snapshot (self->doorway);

    *ret_snapshot = vowel_config_snapshot_ref (snapshot);
    return vowel_session_request_new_default (snapshot->config);
  }
  request = vowel_agent_session_request (
      self->agents, agent, &overrides, ret_snapshot, &cause);
  if (request == NULL)
    g_set_error_literal (
        error, VOWEL_GATE_ERROR, CLOSE_NO_PROVIDER, cause->message);
  return request;
}

gchar *
vowel_twilio_describe_call (const VowelTwilioCall *call)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "callSid");
  json_builder_add_string_value (builder, call->call_sid);
  json_builder_set_member_name (builder, "direction");
  json_builder_add_string_value (
      builder, call->inbound ? "inbound" : "outbound");
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

static void
set_call (VowelSessionRequest *request, const VowelTwilioCall *call,
    const VowelAgent *agent)
{
  const VowelAudioFormat format = {VOWEL_ENCODING_PCMU, RATE};

  request->config->input_format = format;
  request->config->output_format = format;
  request->source = VOWEL_TWILIO_SOURCE;
  request->key = g_strdup (call->call_sid);
  request->key_id = g_strdup (call->key_id);
  request->party = g_strdup (call->party);
  request->details = vowel_twilio_describe_call (call);
  request->output_lead_ms = request->output_lead_ms > 0 ? MIN (
                                request->output_lead_ms, VOWEL_TWILIO_LEAD_MS)
                                                        : VOWEL_TWILIO_LEAD_MS;
  request->max_message = MAX_MESSAGE;
  request->maker = vowel_twilio_face_maker_new (agent && agent->dtmf);
}

/* Of the number that the call is with, else of the agent's. (transfer full)
 * (nullable) */
static VowelPhoneNumber *
find_number (
    VowelTwilio *self, const VowelTwilioCall *call, const VowelAgent *agent)
{
  const gchar *id = call->number_id ? call->number_id : agent->phone_number_id;

  return id ? vowel_phone_number_get (self->keyring, agent->app_id, id, NULL)
            : NULL;
}

/* FALSE: whose call it is is not known. The server's account is for its own
 * calls only: who opens a stream with a key may name anybody's. @number:
 * (nullable) */
static gboolean
find_account_at_twilio (VowelTwilio *self, const VowelTwilioCall *call,
    const VowelPhoneNumber *number, VowelTwilioAccount *ret_account)
{
  const VowelServerConfig *config = vowel_twilio_get_config (self);

  ret_account->api_url = vowel_twilio_get_api_url (self);
  ret_account->account_sid = call->is_own ? config->twilio_account_sid
                             : number     ? number->account_sid
                                          : NULL;
  ret_account->auth_token = call->is_own ? config->twilio_auth_token
                            : number     ? number->auth_token
                                         : NULL;
  return ret_account->account_sid && ret_account->auth_token;
}

static void
add_transfer (VowelTwilio *self, VowelSessionRequest *request,
    const VowelTwilioCall *call, VowelAgent *agent)
{
  g_autoptr (VowelPhoneNumber) number = find_number (self, call, agent);
  VowelTwilioAccount account;
  VowelCompanion *transfer =
      find_account_at_twilio (self, call, number, &account)
          ? vowel_twilio_transfer_new (&account, call->call_sid, agent)
          : NULL;

  if (transfer)
    vowel_session_request_add_companion (request, transfer);
}

/* What was said with the same number before, where that is to be remembered. */
static void
add_memory (VowelTwilio *self, VowelSessionRequest *request,
    const VowelTwilioCall *call, const VowelAgent *agent)
{
  const gchar *agent_id = agent ? agent->id : NULL;
  g_autofree gchar *key = NULL;

  if (g_str_equal (vowel_twilio_get_config (self)->twilio_memory, "off")
      || call->party == NULL)
    return;
  key = g_strconcat (VOWEL_TWILIO_SOURCE ":", call->party, NULL);
  request->items =
      vowel_voicex_history_load (self->history, call->app_id, agent_id, key);
  vowel_session_request_add_companion (request,
      vowel_voicex_history_keep (self->history, call->app_id, agent_id, key));
}

static gboolean
place (VowelTwilio *self, VowelSessionRequest *request,
    const VowelTwilioCall *call, GError **error)
{
  const VowelSessionWish wish = {.has_key = TRUE, .app_id = call->app_id};
  g_autoptr (GError) cause = NULL;

  if (vowel_doorway_place (self->doorway, request, &wish, &cause))
    return TRUE;
  g_set_error_literal (error, VOWEL_GATE_ERROR,
      g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_BUSY)
          ? CLOSE_TRY_AGAIN_LATER
          : CLOSE_INTERNAL,
      cause->message);
  return FALSE;
}

/* A key opens streams of any call, also of one that is another app's. */
static void
note_session (VowelTwilio *self, const VowelTwilioCall *call)
{
  VowelTwilioKnownCall *known = vowel_twilio_expect_call (self, call);

  if (g_str_equal (known->call->app_id, call->app_id))
    known->has_session = TRUE;
}

VowelSessionRequest *
vowel_twilio_session_request (VowelTwilio *self, const VowelTwilioCall *call,
    VowelConfigSnapshot **ret_snapshot, GError **error)
{
  g_autoptr (VowelAgent) agent = NULL;
  g_autoptr (VowelConfigSnapshot) snapshot = NULL;
  g_autoptr (VowelSessionRequest) request = NULL;
  const VowelPlan *plan;

  if (!vowel_twilio_find_agent (self, call, &agent, &plan, error))
    return NULL;
  request = make_request (self, call, agent, &snapshot, error);
  if (request == NULL)
    return NULL;
  set_call (request, call, agent);
  vowel_session_limits_shorten (&request->limits, plan->max_call_s);
  if (agent)
    add_transfer (self, request, call, agent);
  add_memory (self, request, call, agent);
  if (!place (self, request, call, error))
    return NULL;
  note_session (self, call);
  *ret_snapshot = g_steal_pointer (&snapshot);
  return g_steal_pointer (&request);
}
