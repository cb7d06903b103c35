/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "voicex-voice.h"
#include "agent-status.h"
#include "voicex-history.h"
#include "voicex-private.h"

#include "protocol/voicex/voicex-face.h"
#include "protocol/voicex/voicex-messages.h"
#include "server/agents/agent-session.h"
#include "server/store/object-id.h"

GST_DEBUG_CATEGORY_STATIC (vowel_voicex_voice_debug);
#define GST_CAT_DEFAULT vowel_voicex_voice_debug

#define SOURCE "voicex"
#define WINDOW_US (60 * G_USEC_PER_SEC)

#define CLOSE_UNAUTHORIZED 4001
#define CLOSE_NO_STT 4002
#define CLOSE_NOT_ALLOWED 4003
#define CLOSE_NO_PROVIDER 4004
#define CLOSE_NO_AGENT 4005
#define CLOSE_TOO_MANY 4029
#define CLOSE_STARTUP 4500

struct _VowelVoicexVoice {
  VowelDoorway *doorway;
  VowelAccounts *accounts;
  VowelAgents *agents;
  VowelVoiceProviders *providers;
  VowelVoicex *voicex;
  VowelWindowLimiter *limiter;
  VowelVoicexHistory *history;
};

/* Somebody who wants to talk. */
typedef struct {
  VowelVoicexVoice *voice;
  VowelRequest *request;
  VowelAccount *account;
  VowelAgent *agent; /* (nullable): the server itself answers */
} Caller;

static void
caller_clear (Caller *caller)
{
  g_clear_pointer (&caller->account, vowel_account_free);
  g_clear_pointer (&caller->agent, vowel_agent_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Caller, caller_clear)

VowelVoicexVoice *
vowel_voicex_voice_new (VowelDoorway *doorway, VowelAccounts *accounts,
    VowelAgents *agents, VowelVoiceProviders *providers, VowelVoicex *voicex)
{
  VowelVoicexVoice *self = g_new0 (VowelVoicexVoice, 1);

  GST_DEBUG_CATEGORY_INIT (vowel_voicex_voice_debug, "vowel-voicex-voice", 0,
      "who talks over Voicex's socket");
  self->doorway = doorway;
  self->accounts = accounts;
  self->agents = agents;
  self->providers = providers;
  self->voicex = voicex;
  self->limiter = vowel_window_limiter_new (
      vowel_accounts_get_config (accounts)->voicex_connection_limit, WINDOW_US);
  self->history =
      vowel_voicex_history_new (vowel_accounts_get_store (accounts));
  return self;
}

void
vowel_voicex_voice_free (VowelVoicexVoice *self)
{
  vowel_window_limiter_free (self->limiter);
  vowel_voicex_history_free (self->history);
  g_free (self);
}

/* --- who is sent away --- */

/* @text: (nullable): an error message that comes first. FALSE */
static gboolean
refuse (
    const Caller *caller, guint16 code, const gchar *reason, const gchar *text)
{
  g_autofree gchar *message = text != NULL ? vowel_voicex_error (text) : NULL;

  vowel_doorway_refuse (
      caller->voice->doorway, caller->request->message, message, code, reason);
  return FALSE;
}

static gboolean
identify (Caller *caller)
{
  VowelAccounts *accounts = caller->voice->accounts;
  SoupServerMessage *message = caller->request->message;
  const VowelCredentialRequest sources[] = {
      {.query_token = vowel_request_get_query (caller->request, "api_key")},
      {.query_token = vowel_request_get_query (caller->request, "token")},
      {.api_key = vowel_http_get_header (message, "x-api-key")},
      {.authorization = vowel_http_get_header (message, "Authorization")},
  };
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  gboolean any = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (sources) && !caller->account; i++) {
    g_autofree gchar *credential = vowel_credential_find (&sources[i], NULL);

    any = any || credential != NULL;
    if (credential != NULL)
      caller->account = vowel_accounts_identify (
          accounts, credential, /* api_key */ NULL, now, NULL);
  }
  if (!any)
    caller->account = vowel_accounts_identify (accounts, NULL, NULL, now, NULL);
  return caller->account != NULL
         || refuse (caller, CLOSE_UNAUTHORIZED, "Unauthorized", NULL);
}

static gboolean
admit (Caller *caller)
{
  const VowelApiKey *key = caller->account->key;
  const gchar *address = vowel_http_get_caller (caller->request->message);
  VowelWindow window;

  return vowel_window_limiter_take (caller->voice->limiter,
             key != NULL       ? key->id
             : address != NULL ? address
                               : "",
             g_get_monotonic_time (), &window)
         || refuse (caller, CLOSE_TOO_MANY, "Rate limit exceeded", NULL);
}

/* Whoever listens to a call begins none. */
static gboolean
check_number (const Caller *caller)
{
  g_autofree gchar *reason = NULL;

  return vowel_voicex_may_call (caller->voice->voicex, caller->account, &reason)
         || refuse (caller, CLOSE_TOO_MANY, reason, reason);
}

/* (transfer full) (nullable): the one that is asked for */
static VowelAgent *
get_agent (const Caller *caller, const gchar *id)
{
  g_autoptr (VowelAgent) agent = vowel_agents_get (
      caller->voice->agents, caller->account->app->id, id, NULL);

  return agent != NULL && agent->active ? g_steal_pointer (&agent) : NULL;
}

static gboolean
has_agents (const Caller *caller)
{
  g_autoptr (GPtrArray) agents =
      vowel_agents_list (caller->voice->agents, caller->account->app->id, NULL);

  return agents == NULL || agents->len > 0;
}

/* Where nobody has made an agent yet the server answers as it is set up. */
static gboolean
find_agent (Caller *caller)
{
  const gchar *id = vowel_request_get_query (caller->request, "agent_id");

  if (id != NULL)
    caller->agent = get_agent (caller, id);
  else
    caller->agent = vowel_agents_get_default (
        caller->voice->agents, caller->account->app->id, NULL);
  return caller->agent != NULL || (id == NULL && !has_agents (caller))
         || refuse (caller, CLOSE_NO_AGENT, "Agent not found", NULL);
}

/* (transfer full) (nullable): who does that part of the agent's work */
static VowelVoiceProvider *
find_provider (const Caller *caller, VowelPlanStage stage)
{
  const VowelAgent *agent = caller->agent;
  const VowelAgentService *services[] = {
      [VOWEL_PLAN_LLM] = &agent->llm,
      [VOWEL_PLAN_TTS] = &agent->tts,
      [VOWEL_PLAN_STT] = &agent->stt,
  };

  return vowel_voice_providers_find_service (
      caller->voice->providers, agent->app_id, stage, services[stage]);
}

static gboolean
refuse_provider (const Caller *caller)
{
  return refuse (caller, CLOSE_NO_PROVIDER, "Provider not found",
      "Agent has invalid provider configuration.");
}

/* The server's own recogniser is looked at in the end. */
static gboolean
check_providers (const Caller *caller)
{
  static const gchar *const names[VOWEL_N_PLAN_STAGES] = {"LLM", "TTS", "STT"};
  const gchar *disabled = NULL;
  g_autofree gchar *text = NULL;

  for (guint stage = 0; stage < VOWEL_N_PLAN_STAGES; stage++) {
    g_autoptr (VowelVoiceProvider) provider = find_provider (caller, stage);

    if (provider == NULL
        && (stage != VOWEL_PLAN_STT || caller->agent->stt.provider_id != NULL))
      return refuse_provider (caller);
    if (provider != NULL && !provider->active && disabled == NULL)
      disabled = names[stage];
  }
  if (disabled == NULL)
    return TRUE;
  text = g_strdup_printf ("Agent %s provider is disabled.", disabled);
  return refuse (caller, CLOSE_NO_PROVIDER, "Provider disabled", text);
}

static gboolean
check_plan (const Caller *caller)
{
  g_autofree gchar *reason = NULL;

  return vowel_agent_status_is_on_plan (caller->agent, caller->account->plan,
             caller->voice->providers, &reason)
         || refuse (caller, CLOSE_NOT_ALLOWED, "Model not allowed", reason);
}

static gboolean
check_recogniser (const Caller *caller)
{
  g_autoptr (VowelVoiceProvider) provider =
      find_provider (caller, VOWEL_PLAN_STT);

  return provider != NULL
         || refuse (caller, CLOSE_NO_STT, "STT not configured",
             "STT not configured. Give the server the recogniser's key, or the "
             "agent another one.");
}

/* Where the server itself answers there is nothing to ask. */
static gboolean
check_agent (const Caller *caller)
{
  return caller->agent == NULL
         || (check_providers (caller) && check_plan (caller)
             && check_recogniser (caller));
}

/* --- what they get --- */

static void
set_formats (VowelSessionConfig *config)
{
  config->input_format = (VowelAudioFormat){VOWEL_ENCODING_PCM16, 16000};
  config->output_format = (VowelAudioFormat){VOWEL_ENCODING_PCM16, 24000};
}

/* (transfer full): what the call's record knows of the client */
static gchar *
describe (SoupServerMessage *message)
{
  g_autoptr (JsonObject) details = json_object_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  const gchar *agent = vowel_http_get_header (message, "User-Agent");
  const gchar *address = vowel_http_get_caller (message);

  if (agent != NULL)
    json_object_set_string_member (details, "userAgent", agent);
  if (address != NULL)
    json_object_set_string_member (details, "ip", address);
  json_node_set_object (node, details);
  return json_to_string (node, FALSE);
}

static void
set_history (
    const Caller *caller, VowelSessionRequest *request, const gchar *key)
{
  VowelVoicexHistory *history = caller->voice->history;
  const gchar *app_id = caller->account->app->id;
  const gchar *agent_id = caller->agent != NULL ? caller->agent->id : NULL;

  request->items = vowel_voicex_history_load (history, app_id, agent_id, key);
  vowel_session_request_add_companion (
      request, vowel_voicex_history_keep (history, app_id, agent_id, key));
}

/* Others may join by the id that the client is told. */
static void
set_face (const Caller *caller, VowelSessionRequest *request, const gchar *key)
{
  const VowelAgent *agent = caller->agent;
  g_autofree gchar *session_id = vowel_object_uuid (request->id);
  g_autofree gchar *agent_id =
      agent != NULL ? vowel_object_hex (agent->id) : NULL;
  const VowelVoicexOptions options = {
      .session_id = session_id,
      .history_key = key,
      .agent_id = agent_id,
      .agent_name = agent != NULL ? agent->name : NULL,
      .only_listens = request->join != NULL,
  };

  request->maker = vowel_voicex_face_maker_new (&options);
}

/* What is the same whoever answers. */
static void
set_up (const Caller *caller, VowelSessionRequest *request)
{
  const VowelApiKey *account_key = caller->account->key;
  const gchar *session_id =
      vowel_request_get_query (caller->request, "session_id");
  g_autofree gchar *key =
      session_id != NULL ? g_strdup (session_id) : g_uuid_string_random ();

  request->id = vowel_make_id ("sess");
  request->key = vowel_object_uuid (request->id);
  request->key_id = g_strdup (account_key != NULL ? account_key->id : NULL);
  request->source = SOURCE;
  request->details = describe (caller->request->message);
  request->max_message = VOWEL_VOICEX_MAX_MESSAGE;
  /* A sentence is sent whole, or not at all. */
  request->output_lead_ms = 0;
  request->behaviours->skip_failed_speech = TRUE;
  request->behaviours->forget_unanswered = TRUE;
  set_formats (request->config);
  vowel_session_limits_shorten (
      &request->limits, caller->account->plan->max_call_s);
  set_history (caller, request, key);
  set_face (caller, request, key);
}

/* Whoever has the server's own key may listen to any session. */
static gboolean
place (const Caller *caller, VowelSessionRequest *request, const gchar *call_id)
{
  const VowelSessionWish wish = {
      .call_id = call_id,
      .has_key = TRUE,
      .app_id = call_id != NULL && caller->account->is_operator
                    ? NULL
                    : caller->account->app->id,
  };
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&request->app_id, g_free);
  if (vowel_doorway_place (caller->voice->doorway, request, &wish, &error))
    return TRUE;
  if (call_id != NULL && error->domain == VOWEL_DIRECTORY_ERROR)
    return refuse (caller, CLOSE_NO_AGENT, "Session not found", NULL);
  return refuse (caller, CLOSE_STARTUP, "Session startup error",
      "Failed to start voice session");
}

/* Somebody who hears a session that goes on. */
static void
listen_in (const Caller *caller, const gchar *call_id)
{
  VowelDoorway *doorway = caller->voice->doorway;
  VowelConfigSnapshot *snapshot = vowel_doorway_get_snapshot (doorway);
  g_autoptr (VowelSessionRequest) request =
      vowel_session_request_new_default (snapshot->config);
  g_autofree gchar *key = g_uuid_string_random ();

  request->max_message = VOWEL_VOICEX_MAX_MESSAGE;
  request->missing_code = CLOSE_NO_AGENT;
  if (!place (caller, request, call_id))
    return;
  set_face (caller, request, key);
  vowel_doorway_accept (
      doorway, caller->request->message, g_steal_pointer (&request), snapshot);
}

/* (transfer full) (nullable) */
static VowelSessionRequest *
make_request (const Caller *caller, VowelConfigSnapshot **ret_snapshot)
{
  const VowelServerConfig *config =
      vowel_accounts_get_config (caller->voice->accounts);
  /* Voicex's clients execute no tools. */
  const VowelAgentOverrides overrides = {
      .tools = VOWEL_AGENT_TOOLS_OF_SERVERS,
      .first_message = g_str_equal (config->voicex_greeting, "off") ? "" : NULL,
  };
  g_autoptr (GError) error = NULL;
  VowelSessionRequest *request;

  if (caller->agent == NULL) {
    *ret_snapshot = vowel_config_snapshot_ref (
        vowel_doorway_get_snapshot (caller->voice->doorway));
    return vowel_session_request_new_default ((*ret_snapshot)->config);
  }
  request = vowel_agent_session_request (
      caller->voice->agents, caller->agent, &overrides, ret_snapshot, &error);
  if (request != NULL)
    return request;
  GST_WARNING (
      "no session with agent %s: %s", caller->agent->id, error->message);
  refuse_provider (caller);
  return NULL;
}

static void
talk (const Caller *caller)
{
  g_autoptr (VowelConfigSnapshot) snapshot = NULL;
  g_autoptr (VowelSessionRequest) request = make_request (caller, &snapshot);

  if (request == NULL)
    return;
  set_up (caller, request);
  if (place (caller, request, /* call_id */ NULL))
    vowel_doorway_accept (caller->voice->doorway, caller->request->message,
        g_steal_pointer (&request), snapshot);
}

static void
on_voice (VowelRequest *request, gpointer user_data)
{
  g_auto (Caller) caller = {.voice = user_data, .request = request};
  const gchar *call_id = vowel_request_get_query (request, "call_id");

  if (!vowel_doorway_check (request->message, request->path)
      || !identify (&caller) || !admit (&caller))
    return;
  if (call_id != NULL)
    listen_in (&caller, call_id);
  else if (find_agent (&caller) && check_agent (&caller)
           && check_number (&caller))
    talk (&caller);
}

static const VowelRoute routes[] = {
    {"GET", "/ws/voice", VOWEL_RIGHT_NONE, on_voice},
    {NULL},
};

const VowelRoute *
vowel_voicex_voice_get_routes (void)
{
  return routes;
}
