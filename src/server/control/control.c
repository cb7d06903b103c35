/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "control-private.h"

#include "bootstrap.h"

#include "server/store/sqlite-store.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#define REFUSALS_PER_MINUTE 120
/* Of an answer of another service. */
#define REMOTE_TIMEOUT_S 10
#define SECRET_MAX_SIZE 4096
/* What is beside a store whose operator set no ENCRYPTION_KEY. */
#define SECRET_SUFFIX ".key"

static gchar *
get_path (const VowelServerConfig *config)
{
  const gchar *state = g_getenv ("STATE_DIRECTORY");

  if (config->db_path != NULL)
    return g_strdup (config->db_path);
  if (state != NULL && *state != '\0')
    return g_build_filename (state, "vowel.db", NULL);
  return g_build_filename (
      g_get_user_data_dir (), "vowel-gst", "vowel.db", NULL);
}

static gboolean
write_secret (const gchar *path, const gchar *secret, GError **error)
{
  return g_file_set_contents_full (path, secret, -1,
      G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
      error);
}

/* (transfer full) */
static gchar *
find_secret (
    const VowelServerConfig *config, const gchar *store_path, GError **error)
{
  g_autofree gchar *path = g_strconcat (store_path, SECRET_SUFFIX, NULL);
  g_autofree gchar *secret = NULL;
  g_autoptr (GError) read_error = NULL;

  if (config->encryption_key != NULL)
    return g_strdup (config->encryption_key);
  if (g_file_get_contents (path, &secret, NULL, &read_error))
    return g_strdup (g_strstrip (secret));
  if (!g_error_matches (read_error, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
    g_propagate_error (error, g_steal_pointer (&read_error));
    return NULL;
  }
  secret = vowel_token_make_secret ();
  return write_secret (path, secret, error) ? g_steal_pointer (&secret) : NULL;
}

VowelKeyring *
vowel_control_open_keyring (const VowelServerConfig *config, GError **error)
{
  g_autofree gchar *path = get_path (config);
  g_autoptr (VowelSqliteStore) store = vowel_sqlite_store_open (path, error);
  g_autofree gchar *secret = NULL;

  if (store == NULL)
    return NULL;
  secret = find_secret (config, path, error);
  return secret != NULL ? vowel_keyring_new (VOWEL_STORE (store), secret, error)
                        : NULL;
}

void
vowel_control_set_config (VowelControl *self, VowelServerConfig *config)
{
  vowel_server_config_ref (config);
  g_clear_pointer (&self->config, vowel_server_config_unref);
  self->config = config;
}

VowelControl *
vowel_control_new (VowelServerConfig *config, GError **error)
{
  g_autoptr (VowelKeyring) keyring = vowel_control_open_keyring (config, error);
  VowelControl *self;

  if (keyring == NULL || !vowel_control_bootstrap (keyring, NULL, error))
    return NULL;
  self = g_new0 (VowelControl, 1);
  vowel_control_set_config (self, config);
  self->keyring = g_steal_pointer (&keyring);
  self->limiter = vowel_mint_limiter_new (config->mint_rate_limit);
  self->refusals = vowel_mint_limiter_new (REFUSALS_PER_MINUTE);
  self->soup =
      soup_session_new_with_options ("timeout", REMOTE_TIMEOUT_S, NULL);
  vowel_control_forget_old (self, g_get_real_time () / 1000);
  return self;
}

void
vowel_control_free (VowelControl *self)
{
  g_object_unref (self->soup);
  vowel_server_config_unref (self->config);
  vowel_keyring_free (self->keyring);
  vowel_mint_limiter_free (self->limiter);
  vowel_mint_limiter_free (self->refusals);
  g_free (self);
}

void
vowel_control_set_agents (VowelControl *self, VowelAgents *agents)
{
  self->agents = agents;
}

VowelKeyring *
vowel_control_get_keyring (VowelControl *self)
{
  return self->keyring;
}

gboolean
vowel_control_may_mint (
    VowelControl *self, SoupServerMessage *message, const VowelGrant *grant)
{
  guint retry_s;
  gchar seconds[16];

  if (vowel_mint_limiter_take (self->limiter, grant->key ? grant->key->id : "",
          g_get_monotonic_time (), &retry_s))
    return TRUE;
  g_snprintf (seconds, sizeof (seconds), "%u", retry_s);
  soup_message_headers_replace (
      soup_server_message_get_response_headers (message), "Retry-After",
      seconds);
  vowel_http_reply_error (message, 429, NULL, "rate_limit_exceeded",
      "The key makes too many tokens: at most %u in a minute",
      self->config->mint_rate_limit);
  return FALSE;
}

/* --- answers --- */

void
vowel_control_reply_error (SoupServerMessage *message, const GError *error)
{
  guint status = SOUP_STATUS_INTERNAL_SERVER_ERROR;

  if (error->domain != VOWEL_STORE_ERROR)
    status = SOUP_STATUS_BAD_REQUEST;
  else if (error->code == VOWEL_STORE_ERROR_NOT_FOUND)
    status = SOUP_STATUS_NOT_FOUND;
  else if (error->code == VOWEL_STORE_ERROR_CONFLICT)
    status = SOUP_STATUS_BAD_REQUEST;
  vowel_http_reply_error (message, status, NULL, NULL, "%s", error->message);
}

VowelLaterAnswer *
vowel_control_answer_later (SoupServerMessage *message, JsonObject *answer)
{
  return vowel_later_answer_new (
      message, SOUP_STATUS_OK, answer, vowel_control_reply_error);
}

JsonObject *
vowel_control_make_ok (void)
{
  JsonObject *ok = json_object_new ();

  json_object_set_boolean_member (ok, "ok", TRUE);
  return ok;
}

/* --- routes --- */

static const VowelRoute routes[] = {
    {"POST", "/vowel/api/generateToken", VOWEL_RIGHT_NONE,
        vowel_control_on_generate_token, "token.mint", VOWEL_AUDIT_REFUSED},
    {"GET", "/api/apps", VOWEL_RIGHT_ADMIN, vowel_control_on_list_apps},
    {"POST", "/api/apps", VOWEL_RIGHT_ADMIN, vowel_control_on_create_app,
        "app.create", VOWEL_AUDIT_ALL},
    {"GET", "/api/apps/:id", VOWEL_RIGHT_ADMIN, vowel_control_on_get_app},
    {"PATCH", "/api/apps/:id", VOWEL_RIGHT_ADMIN, vowel_control_on_update_app,
        "app.update", VOWEL_AUDIT_ALL},
    {"DELETE", "/api/apps/:id", VOWEL_RIGHT_ADMIN, vowel_control_on_delete_app,
        "app.delete", VOWEL_AUDIT_ALL},
    {"GET", "/api/apps/:id/agents", VOWEL_RIGHT_ADMIN,
        vowel_control_on_list_agents},
    {"POST", "/api/apps/:id/agents", VOWEL_RIGHT_ADMIN,
        vowel_control_on_create_agent, "agent.create", VOWEL_AUDIT_ALL},
    {"GET", "/api/apps/:id/agents/:agent", VOWEL_RIGHT_ADMIN,
        vowel_control_on_get_agent},
    {"PATCH", "/api/apps/:id/agents/:agent", VOWEL_RIGHT_ADMIN,
        vowel_control_on_update_agent, "agent.update", VOWEL_AUDIT_ALL},
    {"DELETE", "/api/apps/:id/agents/:agent", VOWEL_RIGHT_ADMIN,
        vowel_control_on_delete_agent, "agent.delete", VOWEL_AUDIT_ALL},
    {"GET", "/api/apps/:id/api-keys", VOWEL_RIGHT_ADMIN,
        vowel_control_on_list_keys},
    {"POST", "/api/apps/:id/api-keys", VOWEL_RIGHT_ADMIN,
        vowel_control_on_create_key, "key.create", VOWEL_AUDIT_ALL},
    {"GET", "/api/apps/:id/api-keys/:kid/reveal", VOWEL_RIGHT_ADMIN,
        vowel_control_on_reveal_key, "key.reveal", VOWEL_AUDIT_ALL},
    {"PATCH", "/api/apps/:id/api-keys/:kid", VOWEL_RIGHT_ADMIN,
        vowel_control_on_update_key, "key.update", VOWEL_AUDIT_ALL},
    {"POST", "/api/apps/:id/api-keys/:kid/revoke", VOWEL_RIGHT_ADMIN,
        vowel_control_on_revoke_key, "key.revoke", VOWEL_AUDIT_ALL},
    {"DELETE", "/api/apps/:id/api-keys/:kid", VOWEL_RIGHT_ADMIN,
        vowel_control_on_delete_key, "key.delete", VOWEL_AUDIT_ALL},
    {"GET", "/api/apps/:id/provider-keys", VOWEL_RIGHT_ADMIN,
        vowel_control_on_list_provider_keys},
    {"POST", "/api/apps/:id/provider-keys", VOWEL_RIGHT_ADMIN,
        vowel_control_on_create_provider_key, "provider_key.create",
        VOWEL_AUDIT_ALL},
    {"GET", "/api/audit", VOWEL_RIGHT_ADMIN, vowel_control_on_list_audit},
    {"GET", "/api/calls", VOWEL_RIGHT_ADMIN, vowel_control_on_list_calls},
    {"GET", "/api/calls/:id", VOWEL_RIGHT_ADMIN, vowel_control_on_get_call},
    {"DELETE", "/api/calls/:id", VOWEL_RIGHT_ADMIN,
        vowel_control_on_delete_call, "call.delete", VOWEL_AUDIT_ALL},
    {"GET", "/api/api-keys", VOWEL_RIGHT_ADMIN, vowel_control_on_list_keys},
    {"POST", "/api/api-keys", VOWEL_RIGHT_ADMIN, vowel_control_on_create_key,
        "key.create", VOWEL_AUDIT_ALL},
    {"POST", "/api/action/apiKeys/create", VOWEL_RIGHT_ADMIN,
        vowel_control_on_create_key, "key.create", VOWEL_AUDIT_ALL},
    {"PATCH", "/api/api-keys/:kid", VOWEL_RIGHT_ADMIN,
        vowel_control_on_update_key, "key.update", VOWEL_AUDIT_ALL},
    {"POST", "/api/api-keys/:kid/revoke", VOWEL_RIGHT_ADMIN,
        vowel_control_on_revoke_key, "key.revoke", VOWEL_AUDIT_ALL},
    {"DELETE", "/api/api-keys/:kid", VOWEL_RIGHT_ADMIN,
        vowel_control_on_delete_key, "key.delete", VOWEL_AUDIT_ALL},
    {"GET", "/api/provider-keys", VOWEL_RIGHT_ADMIN,
        vowel_control_on_list_provider_keys},
    {"POST", "/api/provider-keys", VOWEL_RIGHT_ADMIN,
        vowel_control_on_create_provider_key, "provider_key.create",
        VOWEL_AUDIT_ALL},
    {"DELETE", "/api/provider-keys/:id", VOWEL_RIGHT_ADMIN,
        vowel_control_on_delete_provider_key, "provider_key.delete",
        VOWEL_AUDIT_ALL},
    {"GET", "/trpc/*", VOWEL_RIGHT_ADMIN, vowel_control_on_trpc, "trpc",
        VOWEL_AUDIT_REFUSED},
    {"POST", "/trpc/*", VOWEL_RIGHT_ADMIN, vowel_control_on_trpc, "trpc",
        VOWEL_AUDIT_ALL},
    {NULL},
};

const VowelRoute *
vowel_control_get_routes (void)
{
  return routes;
}
