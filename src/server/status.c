/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "status.h"

#include "calls/call-json.h"
#include "config/provider-config.h"
#include "http/http.h"

#include <gst/vowel/gstvowelsecret.h>

struct _VowelStatus {
  VowelRuntimeConfig *runtime;
  VowelSessionManager *manager;
};

/* The services that Vowel Core mints tokens of, with the variables of their
 * keys. */
static const struct {
  const gchar *name;
  const gchar *secret;
} mints[] = {
    {"openai", "openai"},
    {"grok", "xai"},
};

static void
add_mint (JsonObject *providers, const gchar *name, gboolean configured,
    const gchar *variable)
{
  JsonObject *object = json_object_new ();

  json_object_set_boolean_member (object, "configured", configured);
  json_object_set_string_member (object, "secretEnv", variable);
  json_object_set_object_member (providers, name, object);
}

static JsonObject *
make_providers (void)
{
  JsonObject *providers = json_object_new ();

  /* Core's engine is this server. */
  add_mint (providers, "engine", TRUE, "API_KEY");
  for (guint i = 0; i < G_N_ELEMENTS (mints); i++) {
    g_autofree gchar *variable =
        gst_vowel_secret_dup_variable (mints[i].secret);
    g_autofree gchar *key = gst_vowel_secret_lookup (mints[i].secret, NULL);

    add_mint (providers, mints[i].name, key != NULL, variable);
  }
  return providers;
}

static JsonObject *
make_engine (VowelStatus *self, VowelRequest *request)
{
  JsonObject *engine = json_object_new ();
  const gchar *host = vowel_http_get_header (request->message, "Host");
  const VowelServerConfig *config =
      vowel_runtime_config_get (self->runtime)->config;
  g_autofree gchar *url =
      g_strdup_printf ("%s://%s", config->tls_cert != NULL ? "https" : "http",
          host != NULL ? host : "127.0.0.1");
  g_autofree gchar *time = vowel_runtime_config_dup_time (self->runtime);

  json_object_set_boolean_member (engine, "reachable", TRUE);
  json_object_set_string_member (engine, "url", url);
  vowel_http_set_string (
      engine, "configPath", vowel_runtime_config_get_path (self->runtime));
  vowel_http_set_string (engine, "configLastUpdated", time);
  return engine;
}

/* --- services of the stages --- */

static const gchar *
get_stage (GstVowelProviderKind kind)
{
  static const gchar *const stages[] = {
      [GST_VOWEL_PROVIDER_STT] = "stt",
      [GST_VOWEL_PROVIDER_LLM] = "llm",
      [GST_VOWEL_PROVIDER_TTS] = "tts",
  };

  return stages[kind];
}

static void
add_default (JsonObject *defaults, const VowelServerConfig *config,
    const VowelProviderSetup *setup, const gchar *property, const gchar *suffix)
{
  g_autofree gchar *name = g_strconcat (get_stage (setup->kind), suffix, NULL);
  g_autofree gchar *value = vowel_provider_config_dup_value (
      config, NULL, setup->kind, setup->name, property);

  if (value != NULL)
    json_object_set_string_member (defaults, name, value);
}

/* What is known of the service in one of its stages. */
static void
describe (JsonObject *service, const VowelServerConfig *config,
    const VowelProviderSetup *setup)
{
  JsonObject *defaults = json_object_get_object_member (service, "defaults");
  g_autofree gchar *key =
      vowel_provider_config_dup_key (config, setup->kind, setup->name, NULL);
  g_autofree gchar *address = vowel_provider_config_dup_value (
      config, NULL, setup->kind, setup->name, "base-url");

  json_array_add_string_element (
      json_object_get_array_member (service, "supports"),
      get_stage (setup->kind));
  if (key != NULL || (!setup->needs_key && address != NULL))
    json_object_set_boolean_member (service, "configured", TRUE);
  add_default (defaults, config, setup, "model", "Model");
  add_default (defaults, config, setup, "language", "Language");
  add_default (defaults, config, setup, "voice", "Voice");
}

static JsonObject *
make_service (const VowelProviderSetup *setup)
{
  JsonObject *service = json_object_new ();
  JsonArray *variables = json_array_new ();
  g_autofree gchar *variable =
      setup->secret != NULL ? gst_vowel_secret_dup_variable (setup->secret)
                            : NULL;

  json_object_set_boolean_member (service, "configured", FALSE);
  json_object_set_string_member (service, "label", setup->name);
  json_object_set_array_member (service, "supports", json_array_new ());
  json_object_set_object_member (service, "defaults", json_object_new ());
  if (variable != NULL)
    json_array_add_string_element (variables, variable);
  json_object_set_array_member (service, "env", variables);
  return service;
}

/* Without a kind that is left out: @speech: those that hear or speak. */
static JsonObject *
make_services (const VowelServerConfig *config, gboolean speech)
{
  guint n;
  const VowelProviderSetup *setups = vowel_provider_setups_list (&n);
  JsonObject *services = json_object_new ();

  for (guint i = 0; i < n; i++) {
    if ((setups[i].kind != GST_VOWEL_PROVIDER_LLM) != speech)
      continue;
    if (!json_object_has_member (services, setups[i].name))
      json_object_set_object_member (
          services, setups[i].name, make_service (&setups[i]));
    describe (json_object_get_object_member (services, setups[i].name), config,
        &setups[i]);
  }
  return services;
}

static void
on_status (VowelRequest *request, gpointer user_data)
{
  VowelStatus *self = user_data;
  const VowelServerConfig *config =
      vowel_runtime_config_get (self->runtime)->config;
  JsonObject *body = json_object_new ();

  json_object_set_object_member (body, "providers", make_providers ());
  json_object_set_object_member (body, "engine", make_engine (self, request));
  json_object_set_object_member (
      body, "speechProviders", make_services (config, TRUE));
  json_object_set_object_member (
      body, "languageModels", make_services (config, FALSE));
  vowel_http_reply_json (request->message, SOUP_STATUS_OK, body);
}

/* --- sessions --- */

static void
add_session (const VowelCall *call, guint worker, gpointer sessions)
{
  JsonObject *object = vowel_call_to_json (call);

  json_object_set_int_member (object, "worker", worker);
  json_array_add_object_element (sessions, object);
}

static void
on_sessions (VowelRequest *request, gpointer user_data)
{
  VowelStatus *self = user_data;
  JsonArray *sessions = json_array_new ();

  vowel_session_manager_foreach_call (self->manager, add_session, sessions);
  vowel_http_reply_array (request->message, sessions);
}

static void
on_described (JsonObject *record, gpointer user_data)
{
  SoupServerMessage *message = user_data;

  vowel_http_reply_json (message, SOUP_STATUS_OK, record);
  soup_server_message_unpause (message);
  g_object_unref (message);
}

static void
on_session (VowelRequest *request, gpointer user_data)
{
  VowelStatus *self = user_data;
  SoupServerMessage *message = request->message;

  if (vowel_session_manager_describe (self->manager, request->params[0],
          on_described, g_object_ref (message))) {
    soup_server_message_pause (message);
    return;
  }
  g_object_unref (message);
  vowel_http_reply_error (message, SOUP_STATUS_NOT_FOUND, NULL,
      "session_not_found",
      "There is no session %s; what is over is under /api/calls",
      request->params[0]);
}

static const VowelRoute routes[] = {
    {"GET", "/api/status", VOWEL_RIGHT_ADMIN, on_status},
    {"GET", "/api/sessions", VOWEL_RIGHT_ADMIN, on_sessions},
    {"GET", "/api/sessions/:id", VOWEL_RIGHT_ADMIN, on_session},
    {NULL},
};

const VowelRoute *
vowel_status_get_routes (void)
{
  return routes;
}

VowelStatus *
vowel_status_new (VowelRuntimeConfig *runtime, VowelSessionManager *manager)
{
  VowelStatus *self = g_new0 (VowelStatus, 1);

  self->runtime = runtime;
  self->manager = manager;
  return self;
}

void
vowel_status_free (VowelStatus *self)
{
  g_free (self);
}
