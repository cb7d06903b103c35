/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "server.h"

#include "calls/recording-file.h"
#include "config-routes.h"
#include "control/control.h"
#include "http/http.h"
#include "http/listener.h"
#include "http/routes.h"
#include "http/static-files.h"
#include "openai/openai-routes.h"
#include "sessions/doorway.h"
#include "sessions/usage-report.h"
#include "status.h"
#include "telemetry/logging.h"
#include "telemetry/metrics-text.h"
#include "telemetry/trace-exporter.h"
#include "twilio/twilio.h"
#include "vatel/vatel.h"
#include "voicex/voicex-voice.h"
#include "voicex/voicex.h"

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
  VowelOpenaiRoutes *openai;
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
  gchar *text = vowel_metrics_to_text (self->metrics, workers, usage,
      vowel_session_manager_get_services (self->manager));

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

/* The console; where that is not, what the Vowel engine says of itself. */
static void
on_root (VowelRequest *request, gpointer user_data)
{
  VowelServer *self = user_data;
  JsonObject *body;

  if (vowel_routes_is_control_port (self->routes, request->message)) {
    vowel_static_files_reply (request->message, request->path);
    return;
  }
  body = json_object_new ();
  json_object_set_string_member (body, "status", "ok");
  json_object_set_string_member (body, "runtime", "vowel-gst");
  json_object_set_string_member (body, "websocket", "/v1/realtime");
  json_object_set_string_member (
      body, "tokenEndpoint", "/v1/realtime/sessions");
  vowel_http_reply_json (request->message, SOUP_STATUS_OK, body);
}

static gboolean
on_other_path (
    SoupServerMessage *message, const gchar *path, gpointer user_data)
{
  return vowel_static_files_reply (message, path);
}

static const VowelRoute routes[] = {
    {"GET", "/", VOWEL_RIGHT_NONE, on_root},
    {"GET", "/health", VOWEL_RIGHT_NONE, on_health},
    {"GET", "/v1/health", VOWEL_RIGHT_NONE, on_health},
    {"GET", "/metrics", VOWEL_RIGHT_ADMIN, on_metrics},
    {"GET", "/v1/usage", VOWEL_RIGHT_ADMIN, on_usage},
    {NULL},
};

/* Life. */

static void
on_record (VowelCall *call, gpointer user_data)
{
  VowelServer *self = user_data;

  vowel_twilio_note_record (self->twilio, call);
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

static gboolean
is_let_in (const gchar *app_id, gpointer user_data, GError **error)
{
  g_autoptr (VowelAccount) account =
      vowel_accounts_find_app (user_data, app_id, error);

  return account != NULL;
}

/* What outlives the process, and who manages it. */
static gboolean
start_control (VowelServer *self, VowelServerConfig *config, GError **error)
{
  VowelKeyring *keyring;

  self->control = vowel_control_new (config, error);
  if (self->control == NULL)
    return FALSE;
  keyring = vowel_control_get_keyring (self->control);
  self->accounts = vowel_accounts_new (keyring, config, error);
  if (self->accounts == NULL)
    return FALSE;
  self->agents = vowel_agents_new (keyring, self->runtime);
  self->voice_providers = vowel_voice_providers_new (keyring, self->runtime);
  vowel_agents_set_account_func (
      self->agents, vowel_voice_providers_find_account, self->voice_providers);
  vowel_control_set_agents (self->control, self->agents);
  vowel_routes_set_audit_func (self->routes, on_audit, self);
  vowel_routes_set_keyring (self->routes, keyring);
  vowel_routes_set_app_check (self->routes, is_let_in, self->accounts);
  vowel_routes_set_error_form (self->routes, "/api", VOWEL_ERROR_FORM_VOWEL);
  vowel_routes_set_error_form (self->routes, "/vowel", VOWEL_ERROR_FORM_VOWEL);
  vowel_routes_add (self->routes, vowel_control_get_routes (), self->control);
  vowel_routes_add (self->routes, vowel_config_routes_get (), self->runtime);
  return TRUE;
}

static void
start_sessions (VowelServer *self, VowelConfigSnapshot *snapshot)
{
  self->manager =
      vowel_session_manager_new (snapshot, self->metrics, self->factory);
  vowel_session_manager_set_record_func (self->manager, on_record, self);
  vowel_session_manager_set_traces (self->manager, self->traces);
  self->doorway =
      vowel_doorway_new (self->manager, self->runtime, self->metrics);
  self->status = vowel_status_new (self->runtime, self->manager);
  vowel_routes_add (self->routes, vowel_status_get_routes (), self->status);
}

/* The wire APIs. */
static void
start_apis (VowelServer *self)
{
  self->openai = vowel_openai_routes_new (
      self->control, self->agents, self->manager, self->doorway, self->metrics);
  vowel_routes_add (self->routes, vowel_openai_routes_get (), self->openai);
  self->voicex = vowel_voicex_new (
      self->accounts, self->agents, self->voice_providers, self->manager);
  vowel_routes_add (self->routes, vowel_voicex_get_routes (), self->voicex);
  vowel_routes_add (
      self->routes, vowel_voicex_get_operator_routes (), self->voicex);
  self->voicex_voice = vowel_voicex_voice_new (self->doorway, self->accounts,
      self->agents, self->voice_providers, self->voicex);
  vowel_routes_add (
      self->routes, vowel_voicex_voice_get_routes (), self->voicex_voice);
  self->twilio = vowel_twilio_new (self->doorway, self->accounts, self->agents,
      self->voice_providers, self->metrics);
  vowel_twilio_set_record_func (self->twilio, on_record, self);
  vowel_routes_add (self->routes, vowel_twilio_get_routes (), self->twilio);
  self->vatel = vowel_vatel_new (self->control, self->agents, self->doorway,
      self->manager, self->twilio, self->metrics);
  vowel_vatel_add_routes (self->vatel, self->routes);
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
  self->traces =
      vowel_trace_exporter_new (snapshot->config, self->metrics, &traces_error);
  if (traces_error != NULL) {
    g_propagate_error (error, g_steal_pointer (&traces_error));
    return FALSE;
  }
  if (!start_control (self, snapshot->config, error)
      || !open_ports (self, snapshot->config, error))
    return FALSE;
  start_sessions (self, snapshot);
  start_apis (self);
  vowel_runtime_config_set_func (self->runtime, on_new_config, self);
  self->started = g_get_monotonic_time ();
  self->created = g_get_real_time () / G_USEC_PER_SEC;
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
  g_clear_pointer (&self->openai, vowel_openai_routes_free);
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
