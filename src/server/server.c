/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "server.h"

#include "config-routes.h"
#include "agents/agent-session.h"
#include "control/control.h"
#include "doorway.h"
#include "http.h"
#include "listener.h"
#include "logging.h"
#include "metrics-text.h"
#include "mint.h"
#include "models.h"
#include "recording-file.h"
#include "routes.h"
#include "session-manager.h"
#include "static-files.h"
#include "status.h"
#include "store/key-text.h"
#include "trace-exporter.h"
#include "twilio/twilio.h"
#include "usage-report.h"
#include "vatel/vatel.h"
#include "voicex/voicex-voice.h"
#include "voicex/voicex.h"

#include "protocol/openai/openai-errors.h"

#include <string.h>

GST_DEBUG_CATEGORY_STATIC (vowel_server_debug);
#define GST_CAT_DEFAULT vowel_server_debug

struct _VowelServer {
  GObject parent;

  VowelRuntimeConfig *runtime;
  VowelMetrics *metrics;
  VowelEngineFactory factory;
  gint64 started;
  gint64 created; /* seconds since 1970 */
  SoupServer *soup;
  VowelListener *listener;
  VowelListener *control_listener; /* (nullable) */
  VowelRoutes *routes;
  VowelControl *control;
  VowelAccounts *accounts;
  VowelVoiceProviders *voice_providers;
  VowelVoicex *voicex;
  VowelSessionManager *manager;
  VowelTraceExporter *traces; /* (nullable) */
  VowelDoorway *doorway;
  VowelStatus *status;
  VowelAgents *agents;
  VowelVatel *vatel;
  VowelTwilio *twilio;
  VowelVoicexVoice *voicex_voice;
  VowelServerFunc stopped;
  gpointer stopped_data;
};

G_DEFINE_FINAL_TYPE_WITH_CODE (VowelServer, vowel_server, G_TYPE_OBJECT,
    GST_DEBUG_CATEGORY_INIT (
        vowel_server_debug, "vowel-server", 0, "the daemon"))

static VowelServerConfig *
get_config (VowelServer *self)
{
  return vowel_runtime_config_get (self->runtime)->config;
}

/* Handlers. */

static void
reply_refused (SoupServerMessage *message, guint status, const GError *error)
{
  g_autoptr (JsonObject) object =
      vowel_openai_error_to_object (error, VOWEL_OPENAI_ABOUT_SESSION);
  const gchar *code =
      json_object_get_string_member_with_default (object, "code", NULL);
  const gchar *param =
      json_object_get_string_member_with_default (object, "param", NULL);

  vowel_http_reply_error (message, status, param, code, "%s",
      json_object_get_string_member_with_default (
          object, "message", error->message));
}

static void
on_health (VowelRequest *request, gpointer user_data)
{
  VowelServer *self = user_data;
  JsonObject *body = json_object_new ();
  const gchar *path = vowel_runtime_config_get_path (self->runtime);
  g_autofree gchar *updated = vowel_runtime_config_dup_time (self->runtime);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree gchar *timestamp = g_date_time_format_iso8601 (now);

  json_object_set_string_member (body, "status", "ok");
  json_object_set_string_member (body, "runtime", "vowel-gst");
  json_object_set_string_member (body, "timestamp", timestamp);
  /* Where Vowel Core shows an operator that a change has arrived. */
  if (path)
    json_object_set_string_member (body, "configPath", path);
  json_object_set_string_member (body, "configLastUpdated", updated);
  json_object_set_string_member (body, "version", VERSION);
  json_object_set_int_member (
      body, "sessions", g_atomic_int_get (&self->metrics->sessions));
  json_object_set_int_member (
      body, "connections", g_atomic_int_get (&self->metrics->connections));
  json_object_set_int_member (body, "uptime_seconds",
      (g_get_monotonic_time () - self->started) / G_USEC_PER_SEC);
  vowel_http_reply_json (request->message, SOUP_STATUS_OK, body);
}

static void
on_metrics (VowelRequest *request, gpointer user_data)
{
  VowelServer *self = user_data;
  g_autoptr (GArray) workers =
      vowel_session_manager_list_workers (self->manager);
  g_autoptr (VowelUsageLedger) usage =
      vowel_session_manager_sum_usage (self->manager);
  gchar *text = vowel_metrics_to_text (self->metrics, workers, usage);

  soup_server_message_set_status (request->message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (request->message,
      "text/plain; version=0.0.4; charset=utf-8", SOUP_MEMORY_TAKE, text,
      strlen (text));
}

static void
on_usage (VowelRequest *request, gpointer user_data)
{
  VowelServer *self = user_data;

  vowel_http_reply_json (request->message, SOUP_STATUS_OK,
      vowel_usage_report_new (self->manager, self->created));
}

static gint64
get_time (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

/* Tokens of backends and of clients need rights of their own. */
static gboolean
may_mint (const VowelRequest *request, const VowelToken *token)
{
  VowelRights needed =
      token->trusted_server ? VOWEL_RIGHT_TRUSTED : VOWEL_RIGHT_MINT;

  if (request->grant.rights & needed)
    return TRUE;
  vowel_http_reply_error (request->message, SOUP_STATUS_FORBIDDEN, NULL,
      "insufficient_scope", "The key lacks the scope %s",
      token->trusted_server ? VOWEL_SCOPE_TRUSTED : VOWEL_SCOPE_MINT);
  return FALSE;
}

/* Keys of apps may be for other services alone. */
static gboolean
may_use_engine (const VowelRequest *request)
{
  const VowelApiKey *key = request->grant.key;

  if (key == NULL || vowel_api_key_allows (key, VOWEL_KEY_ENGINE))
    return TRUE;
  vowel_http_reply_error (request->message, SOUP_STATUS_FORBIDDEN, NULL,
      "insufficient_scope",
      "The provider " VOWEL_KEY_ENGINE " is not allowed for this API key");
  return FALSE;
}

static void
mint (VowelServer *self, VowelRequest *request, VowelMintRoute route)
{
  SoupMessageBody *body =
      soup_server_message_get_request_body (request->message);
  g_autoptr (GBytes) bytes = soup_message_body_flatten (body);
  g_autoptr (VowelToken) token = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  const gchar *text = g_bytes_get_data (bytes, &length);
  gint64 now = get_time ();
  const VowelApiKey *key = request->grant.key;
  const VowelMinter minter = {key ? key->app_id : NULL, key ? key->id : NULL};
  JsonObject *answer;

  if (!may_use_engine (request)
      || !vowel_control_may_mint (
          self->control, request->message, &request->grant))
    return;
  answer = vowel_mint (
      get_config (self), route, &minter, text, length, now, &token, &error);

  if (answer == NULL) {
    reply_refused (request->message, SOUP_STATUS_BAD_REQUEST, error);
    return;
  }
  if (!may_mint (request, token)) {
    json_object_unref (answer);
    return;
  }
  g_atomic_int_inc (&self->metrics->tokens_minted);
  if (token->session_key)
    vowel_session_manager_expect (self->manager, token->app_id,
        token->session_key, token->expires_at, now);
  vowel_http_reply_json (request->message, SOUP_STATUS_OK, answer);
}

static void
on_mint_session (VowelRequest *request, gpointer user_data)
{
  mint (user_data, request, VOWEL_MINT_SESSION);
}

static void
on_mint_client_secret (VowelRequest *request, gpointer user_data)
{
  mint (user_data, request, VOWEL_MINT_CLIENT_SECRET);
}

static void
on_mint_transcription (VowelRequest *request, gpointer user_data)
{
  mint (user_data, request, VOWEL_MINT_TRANSCRIPTION);
}

static void
on_webrtc (VowelRequest *request, gpointer user_data)
{
  vowel_http_reply_error (request->message, SOUP_STATUS_NOT_IMPLEMENTED, NULL,
      "webrtc_not_supported",
      "This server has no WebRTC and no SIP: connect a WebSocket to "
      "/v1/realtime");
}

static void
on_models (VowelRequest *request, gpointer user_data)
{
  VowelServer *self = user_data;

  vowel_http_reply_json (request->message, SOUP_STATUS_OK,
      vowel_models_list (get_config (self), self->created));
}

static void
on_model (VowelRequest *request, gpointer user_data)
{
  VowelServer *self = user_data;
  const gchar *id = request->path + strlen ("/v1/models/");
  JsonObject *model = vowel_models_find (get_config (self), self->created, id);

  if (model)
    vowel_http_reply_json (request->message, SOUP_STATUS_OK, model);
  else
    vowel_http_reply_error (request->message, SOUP_STATUS_NOT_FOUND, "model",
        "model_not_found", "There is no model %s here: see /v1/models", id);
}

static const gchar *
get_query (const VowelRequest *request, const gchar *name)
{
  const gchar *value =
      request->query ? g_hash_table_lookup (request->query, name) : NULL;

  return value && value[0] ? value : NULL;
}

static gboolean
place (VowelServer *self, const VowelRequest *request,
    VowelSessionRequest *session, GError **error)
{
  VowelSessionWish wish = {
      .call_id = get_query (request, "call_id"),
      .session_key = get_query (request, "sessionKey"),
      .token = request->grant.token,
      .has_key = request->grant.token == NULL
                 || (request->grant.rights & VOWEL_RIGHT_MINT) != 0,
      .app_id = vowel_grant_get_app (&request->grant),
  };

  /* The sideband of a backend. */
  if (wish.call_id && wish.has_key && wish.token == NULL)
    session->handshake.role = VOWEL_PARTICIPANT_SERVER;
  return vowel_doorway_place (self->doorway, session, &wish, error);
}

static void
reply_no_place (VowelServer *self, SoupServerMessage *message,
    const VowelSessionRequest *session, const GError *error)
{
  if (g_error_matches (
          error, VOWEL_DIRECTORY_ERROR, VOWEL_DIRECTORY_ERROR_NOT_FOUND)) {
    vowel_http_reply_error (message, SOUP_STATUS_NOT_FOUND,
        session->resume ? "resume" : "call_id", "session_not_found", "%s",
        error->message);
  } else if (g_error_matches (
                 error, VOWEL_DIRECTORY_ERROR, VOWEL_DIRECTORY_ERROR_INVALID)) {
    vowel_http_reply_error (message, SOUP_STATUS_BAD_REQUEST, "sessionKey",
        "invalid_value", "%s", error->message);
  } else if (error->domain == VOWEL_DIRECTORY_ERROR) {
    vowel_http_reply_error (message, SOUP_STATUS_FORBIDDEN, "call_id",
        "session_forbidden", "%s", error->message);
  } else {
    g_atomic_int_inc (&self->metrics->sessions_refused);
    soup_message_headers_replace (
        soup_server_message_get_response_headers (message), "Retry-After", "5");
    vowel_http_reply_error (message, SOUP_STATUS_SERVICE_UNAVAILABLE, NULL,
        "server_busy", "%s", error->message);
  }
}

/* Where OpenAI's clients look for the call_id. */
static void
tell_id (SoupServerMessage *message, const gchar *id)
{
  g_autofree gchar *location = g_strconcat ("/v1/realtime/calls/", id, NULL);

  soup_message_headers_replace (
      soup_server_message_get_response_headers (message), "Location", location);
}

/* Who answers, and what the session begins with. (transfer full) (nullable): it
 * has been answered why not. */
static VowelConfigSnapshot *
settle_agent (VowelServer *self, const VowelRequest *request,
    VowelSessionRequest *session)
{
  const gchar *id = get_query (request, "agent_id");
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelAgent) agent = NULL;
  VowelConfigSnapshot *snapshot;

  if (id == NULL)
    return vowel_config_snapshot_ref (
        vowel_doorway_get_snapshot (self->doorway));
  agent = vowel_agents_get (
      self->agents, vowel_grant_get_app (&request->grant), id, NULL);
  if (agent == NULL || !agent->active) {
    vowel_http_reply_error (request->message, SOUP_STATUS_NOT_FOUND, "agent_id",
        "agent_not_found", "There is no active agent %s", id);
    return NULL;
  }
  if (vowel_agent_session_apply (
          self->agents, agent, NULL, session, &snapshot, &error))
    return snapshot;
  vowel_http_reply_error (request->message, SOUP_STATUS_SERVICE_UNAVAILABLE,
      "agent_id", "agent_not_available", "%s", error->message);
  return NULL;
}

static void
on_connect (VowelRequest *request, gpointer user_data)
{
  VowelServer *self = user_data;
  SoupServerMessage *message = request->message;
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelSessionRequest) session = NULL;
  g_autoptr (VowelConfigSnapshot) snapshot = NULL;

  if (!vowel_doorway_check (message, request->path))
    return;
  session = vowel_session_request_new (get_config (self), message,
      request->query, request->grant.token, request->vowel_key, &error);
  if (session == NULL) {
    reply_refused (message, SOUP_STATUS_BAD_REQUEST, error);
    return;
  }
  snapshot = settle_agent (self, request, session);
  if (snapshot == NULL)
    return;
  if (request->grant.key)
    session->key_id = g_strdup (request->grant.key->id);
  if (!place (self, request, session, &error)) {
    reply_no_place (self, message, session, error);
    return;
  }
  tell_id (message, session->id);
  vowel_doorway_accept (
      self->doorway, message, g_steal_pointer (&session), snapshot);
}

static gboolean
on_other_path (
    SoupServerMessage *message, const gchar *path, gpointer user_data)
{
  return vowel_static_files_reply (message, path);
}

static const VowelRoute routes[] = {
    {"GET", "/health", VOWEL_RIGHT_NONE, on_health},
    {"GET", "/v1/health", VOWEL_RIGHT_NONE, on_health},
    {"GET", "/metrics", VOWEL_RIGHT_ADMIN, on_metrics},
    {"GET", "/v1/realtime", VOWEL_RIGHT_CONNECT, on_connect},
    {"POST", "/v1/realtime", VOWEL_RIGHT_CONNECT, on_webrtc},
    {"POST", "/v1/realtime/calls", VOWEL_RIGHT_CONNECT, on_webrtc},
    {"POST", "/v1/realtime/calls/*", VOWEL_RIGHT_CONNECT, on_webrtc},
    {"POST", "/v1/realtime/sessions", VOWEL_RIGHT_MINT | VOWEL_RIGHT_TRUSTED,
        on_mint_session, "token.mint", VOWEL_AUDIT_REFUSED},
    {"POST", "/v1/realtime/client_secrets", VOWEL_RIGHT_MINT,
        on_mint_client_secret, "token.mint", VOWEL_AUDIT_REFUSED},
    {"POST", "/v1/realtime/transcription_sessions", VOWEL_RIGHT_MINT,
        on_mint_transcription, "token.mint", VOWEL_AUDIT_REFUSED},
    {"GET", "/v1/usage", VOWEL_RIGHT_ADMIN, on_usage},
    {"GET", "/v1/models", VOWEL_RIGHT_CONNECT, on_models},
    {"GET", "/v1/models/*", VOWEL_RIGHT_CONNECT, on_model},
    {NULL},
};

/* Life. */

static void
on_record (VowelCall *call, gpointer user_data)
{
  VowelServer *self = user_data;

  vowel_control_keep_call (self->control, call);
  vowel_voicex_note_call (self->voicex, call);
}

static void
on_audit (const VowelAuditEntry *entry, gpointer user_data)
{
  VowelServer *self = user_data;

  vowel_control_audit (self->control, entry);
}

static void
on_new_config (VowelConfigSnapshot *snapshot, gpointer user_data)
{
  VowelServer *self = user_data;

  vowel_routes_set_config (self->routes, snapshot->config);
  vowel_control_set_config (self->control, snapshot->config);
  vowel_accounts_set_config (self->accounts, snapshot->config);
  vowel_session_manager_set_snapshot (self->manager, snapshot);
  vowel_logging_set_level (snapshot->config->log_level);
}

static gboolean
open_ports (VowelServer *self, VowelServerConfig *config, GError **error)
{
  if (!vowel_listener_open (self->listener, config->port, "PORT", error))
    return FALSE;
  if (config->control_port == 0)
    return TRUE;
  self->control_listener =
      vowel_listener_new (self->soup, config, self->metrics);
  vowel_routes_set_control_port (self->routes, config->control_port);
  return vowel_listener_open (self->control_listener, config->control_port,
      "VOWEL_CONTROL_PORT", error);
}

gboolean
vowel_server_start (VowelServer *self, GError **error)
{
  VowelConfigSnapshot *snapshot = vowel_runtime_config_get (self->runtime);
  g_autoptr (GError) traces_error = NULL;

  self->soup = soup_server_new ("server-header", "vowel-gst", NULL);
  soup_server_remove_websocket_extension (
      self->soup, SOUP_TYPE_WEBSOCKET_EXTENSION_DEFLATE);
  self->listener =
      vowel_listener_new (self->soup, snapshot->config, self->metrics);
  self->routes = vowel_routes_new (
      self->soup, snapshot->config, self->metrics, routes, on_other_path, self);
  self->control = vowel_control_new (snapshot->config, error);
  if (self->control == NULL)
    return FALSE;
  self->accounts = vowel_accounts_new (
      vowel_control_get_keyring (self->control), snapshot->config, error);
  if (self->accounts == NULL)
    return FALSE;
  self->agents = vowel_agents_new (
      vowel_control_get_keyring (self->control), self->runtime);
  self->voice_providers = vowel_voice_providers_new (
      vowel_control_get_keyring (self->control), self->runtime);
  vowel_agents_set_account_func (
      self->agents, vowel_voice_providers_find_account, self->voice_providers);
  vowel_routes_set_audit_func (self->routes, on_audit, self);
  vowel_routes_set_keyring (
      self->routes, vowel_control_get_keyring (self->control));
  vowel_control_set_agents (self->control, self->agents);
  vowel_routes_add (self->routes, vowel_control_get_routes (), self->control);
  vowel_routes_add (self->routes, vowel_config_routes_get (), self->runtime);
  self->traces =
      vowel_trace_exporter_new (snapshot->config, self->metrics, &traces_error);
  if (traces_error != NULL) {
    g_propagate_error (error, g_steal_pointer (&traces_error));
    return FALSE;
  }
  if (!open_ports (self, snapshot->config, error))
    return FALSE;
  self->manager =
      vowel_session_manager_new (snapshot, self->metrics, self->factory);
  vowel_session_manager_set_record_func (self->manager, on_record, self);
  vowel_session_manager_set_traces (self->manager, self->traces);
  self->voicex = vowel_voicex_new (
      self->accounts, self->agents, self->voice_providers, self->manager);
  vowel_routes_add (self->routes, vowel_voicex_get_routes (), self->voicex);
  vowel_routes_add (
      self->routes, vowel_voicex_get_operator_routes (), self->voicex);
  self->doorway =
      vowel_doorway_new (self->manager, self->runtime, self->metrics);
  vowel_runtime_config_set_func (self->runtime, on_new_config, self);
  self->twilio = vowel_twilio_new (self->doorway, self->accounts, self->agents,
      self->voice_providers, self->metrics);
  vowel_routes_add (self->routes, vowel_twilio_get_routes (), self->twilio);
  self->voicex_voice = vowel_voicex_voice_new (self->doorway, self->accounts,
      self->agents, self->voice_providers, self->voicex);
  vowel_routes_add (
      self->routes, vowel_voicex_voice_get_routes (), self->voicex_voice);
  self->vatel = vowel_vatel_new (self->control, self->agents, self->doorway,
      self->manager, self->twilio, self->metrics);
  vowel_routes_add (self->routes, vowel_vatel_get_routes (), self->vatel);
  self->status = vowel_status_new (self->runtime, self->manager);
  vowel_routes_add (self->routes, vowel_status_get_routes (), self->status);
  self->started = g_get_monotonic_time ();
  self->created = get_time ();
  return TRUE;
}

gchar *
vowel_server_dup_url (VowelServer *self)
{
  return vowel_listener_dup_url (self->listener);
}

gchar *
vowel_server_dup_control_url (VowelServer *self)
{
  return vowel_listener_dup_url (
      self->control_listener ? self->control_listener : self->listener);
}

const VowelServerConfig *
vowel_server_get_config (VowelServer *self)
{
  return get_config (self);
}

gboolean
vowel_server_reload (VowelServer *self, GError **error)
{
  g_autoptr (GError) reload_error = NULL;
  gboolean done = vowel_runtime_config_reload (self->runtime, &reload_error);
  g_autoptr (VowelAuditEntry) entry = vowel_audit_entry_new_local (
      "config.reload", "SIGHUP", NULL, NULL, reload_error);

  vowel_control_audit (self->control, entry);
  if (reload_error != NULL)
    g_propagate_error (error, g_steal_pointer (&reload_error));
  return done;
}

static void
on_told (gpointer user_data)
{
  VowelServer *self = user_data;

  soup_server_disconnect (self->soup);
  self->stopped (self->stopped_data);
}

static void
on_sessions_over (gpointer user_data)
{
  VowelServer *self = user_data;

  if (self->traces != NULL)
    vowel_trace_exporter_finish (self->traces, on_told, self);
  else
    on_told (self);
}

void
vowel_server_stop (VowelServer *self, VowelServerFunc done, gpointer user_data)
{
  self->stopped = done;
  self->stopped_data = user_data;
  vowel_listener_close (self->listener);
  if (self->control_listener)
    vowel_listener_close (self->control_listener);
  vowel_session_manager_drain (self->manager,
      get_config (self)->drain_timeout_ms, on_sessions_over, self);
}

void
vowel_server_hurry (VowelServer *self)
{
  vowel_session_manager_drain (self->manager, 0, on_sessions_over, self);
}

static void
vowel_server_finalize (GObject *object)
{
  VowelServer *self = VOWEL_SERVER (object);

  g_clear_object (&self->routes);
  g_clear_pointer (&self->vatel, vowel_vatel_free);
  g_clear_pointer (&self->twilio, vowel_twilio_free);
  g_clear_pointer (&self->agents, vowel_agents_free);
  g_clear_pointer (&self->voicex, vowel_voicex_unref);
  g_clear_pointer (&self->voice_providers, vowel_voice_providers_free);
  g_clear_pointer (&self->accounts, vowel_accounts_free);
  g_clear_pointer (&self->control, vowel_control_free);
  g_clear_pointer (&self->status, vowel_status_free);
  g_clear_object (&self->listener);
  g_clear_object (&self->control_listener);
  g_clear_object (&self->soup);
  g_clear_pointer (&self->doorway, vowel_doorway_free);
  g_clear_object (&self->manager);
  g_clear_object (&self->traces);
  g_clear_pointer (&self->voicex_voice, vowel_voicex_voice_free);
  vowel_runtime_config_free (self->runtime);
  vowel_recording_files_wait ();
  vowel_metrics_unref (self->metrics);
  G_OBJECT_CLASS (vowel_server_parent_class)->finalize (object);
}

static void
vowel_server_class_init (VowelServerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vowel_server_finalize;
}

static void
vowel_server_init (VowelServer *self)
{
  self->metrics = vowel_metrics_new ();
}

VowelServer *
vowel_server_new (VowelRuntimeConfig *runtime, VowelEngineFactory factory)
{
  VowelServer *self = g_object_new (VOWEL_TYPE_SERVER, NULL);

  self->runtime = runtime;
  self->factory = factory;
  return self;
}
