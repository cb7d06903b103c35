/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "voicex-private.h"

#include "server/store/object-id.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define MINUTE (60 * G_USEC_PER_SEC)
#define STATUS_TOO_MANY 429
#define MAX_SKIP 1000000
/* Of a name, an address, a password. */
#define MAX_TEXT 1024

/* --- life --- */

VowelVoicex *
vowel_voicex_new (VowelAccounts *accounts, VowelAgents *agents,
    VowelVoiceProviders *providers, VowelSessionManager *manager)
{
  VowelVoicex *self = g_rc_box_new0 (VowelVoicex);

  self->accounts = accounts;
  self->agents = agents;
  self->providers = providers;
  self->manager = manager;
  self->days = vowel_usage_days_new (vowel_accounts_get_store (accounts));
  self->limiter = vowel_window_limiter_new (
      vowel_accounts_get_config (accounts)->voicex_rate_limit, MINUTE);
  self->passwords = vowel_password_pool_new ();
  return self;
}

VowelVoicex *
vowel_voicex_ref (VowelVoicex *self)
{
  return g_rc_box_acquire (self);
}

static void
voicex_clear (gpointer data)
{
  VowelVoicex *self = data;

  vowel_usage_days_free (self->days);
  vowel_window_limiter_free (self->limiter);
  vowel_password_pool_free (self->passwords);
}

void
vowel_voicex_unref (VowelVoicex *self)
{
  g_rc_box_release_full (self, voicex_clear);
}

/* --- requests --- */

static void
set_number (SoupServerMessage *message, const gchar *name, guint number)
{
  gchar text[16];

  g_snprintf (text, sizeof (text), "%u", number);
  soup_message_headers_replace (
      soup_server_message_get_response_headers (message), name, text);
}

/* As draft 6 of the IETF's RateLimit fields has them. */
static void
tell_limit (SoupServerMessage *message, const VowelWindow *window)
{
  g_autofree gchar *policy = g_strdup_printf ("%u;w=60", window->most);

  soup_message_headers_replace (
      soup_server_message_get_response_headers (message), "RateLimit-Policy",
      policy);
  set_number (message, "RateLimit-Limit", window->most);
  set_number (message, "RateLimit-Remaining", window->left);
  set_number (message, "RateLimit-Reset", window->reset_s);
}

gboolean
vowel_voicex_admit (VowelVoicex *self, VowelRequest *request)
{
  const gchar *address = vowel_http_get_caller (request->message);
  VowelWindow window;
  gboolean allowed = vowel_window_limiter_take (
      self->limiter, address ? address : "", g_get_monotonic_time (), &window);

  if (window.most > 0)
    tell_limit (request->message, &window);
  if (allowed)
    return TRUE;
  set_number (request->message, "Retry-After", window.reset_s);
  vowel_voicex_reply_error (
      request->message, STATUS_TOO_MANY, "Too many requests");
  return FALSE;
}

/* (nullable): what comes as Authorization: Bearer. (transfer full) */
static gchar *
find_bearer (SoupServerMessage *message)
{
  const VowelCredentialRequest request = {
      .authorization = vowel_http_get_header (message, "Authorization"),
  };

  return vowel_credential_find (&request, NULL);
}

static void
note_account (SoupServerMessage *message, const VowelAccount *account)
{
  vowel_audit_note_actor (message, account->user != NULL  ? account->user->email
                                   : account->key != NULL ? account->key->id
                                                          : "the API key");
  vowel_audit_note_target (message, account->app->id, NULL);
}

VowelAccount *
vowel_voicex_begin (VowelVoicex *self, VowelRequest *request)
{
  g_autofree gchar *bearer = find_bearer (request->message);
  const VowelCredentialRequest header = {
      .api_key = vowel_http_get_header (request->message, "x-api-key"),
  };
  g_autofree gchar *api_key = vowel_credential_find (&header, NULL);
  g_autoptr (GError) error = NULL;
  VowelAccount *account;

  if (!vowel_voicex_admit (self, request))
    return NULL;
  account = vowel_accounts_identify (self->accounts, bearer, api_key,
      g_get_real_time () / G_USEC_PER_SEC, &error);
  if (account != NULL)
    note_account (request->message, account);
  else
    vowel_voicex_reply_gerror (request->message, error);
  return account;
}

/* (nullable): a member that is a text longer than anything has a name. */
static const gchar *
find_too_long (JsonObject *body)
{
  JsonObjectIter iter;
  const gchar *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, body);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    if (json_node_get_value_type (node) == G_TYPE_STRING
        && strlen (json_node_get_string (node)) > MAX_TEXT)
      return name;
  return NULL;
}

JsonObject *
vowel_voicex_get_body (VowelRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) body =
      vowel_http_get_object (request->message, &error);
  const gchar *too_long = body != NULL ? find_too_long (body) : NULL;

  if (body == NULL)
    vowel_voicex_reply_error (
        request->message, SOUP_STATUS_BAD_REQUEST, "%s", error->message);
  else if (too_long != NULL)
    vowel_voicex_reply_error (request->message, SOUP_STATUS_BAD_REQUEST,
        "%.64s must not have more than %d bytes", too_long, MAX_TEXT);
  else
    return g_steal_pointer (&body);
  return NULL;
}

const gchar *
vowel_voicex_get_text (JsonObject *body, const gchar *name)
{
  const gchar *text = gst_vowel_json_get_string (body, name);

  return text != NULL && *text != '\0' ? text : NULL;
}

gchar *
vowel_voicex_check_id (VowelRequest *request)
{
  gchar *hex = vowel_object_hex_check (request->params[0]);

  if (hex == NULL)
    vowel_voicex_reply_error (
        request->message, SOUP_STATUS_BAD_REQUEST, "invalid id");
  return hex;
}

guint
vowel_voicex_get_number (const VowelRequest *request, const gchar *name,
    guint initial, guint min, guint max)
{
  const gchar *text = vowel_request_get_query (request, name);
  guint64 number = initial;

  if (text != NULL
      && !g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT32, &number, NULL))
    number = initial;
  return CLAMP (number, min, max);
}

VowelVoicexPage
vowel_voicex_get_page (
    const VowelRequest *request, guint initial_limit, guint max_limit)
{
  return (VowelVoicexPage){
      .skip = vowel_voicex_get_number (request, "skip", 0, 0, MAX_SKIP),
      .limit = vowel_voicex_get_number (
          request, "limit", initial_limit, 1, max_limit),
  };
}

/* --- answers --- */

void
vowel_voicex_reply_error (
    SoupServerMessage *message, guint status, const gchar *format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  vowel_http_set_error_form (message, VOWEL_ERROR_FORM_TEXT);
  vowel_http_reply_error (message, status, NULL, NULL, "%s", text);
}

static void
reply_pending (SoupServerMessage *message, const gchar *text)
{
  JsonObject *body = json_object_new ();

  json_object_set_string_member (body, "status", VOWEL_ORGANIZATION_PENDING);
  json_object_set_string_member (body, "error", text);
  vowel_http_reply_json (message, SOUP_STATUS_FORBIDDEN, body);
}

static guint
get_status (const GError *error)
{
  if (error->domain == VOWEL_ACCOUNT_ERROR)
    return error->code == VOWEL_ACCOUNT_ERROR_UNAUTHORIZED
               ? SOUP_STATUS_UNAUTHORIZED
               : SOUP_STATUS_INTERNAL_SERVER_ERROR;
  if (error->domain != VOWEL_STORE_ERROR)
    return SOUP_STATUS_BAD_REQUEST;
  switch (error->code) {
    case VOWEL_STORE_ERROR_NOT_FOUND:
      return SOUP_STATUS_NOT_FOUND;
    case VOWEL_STORE_ERROR_CONFLICT:
      return SOUP_STATUS_CONFLICT;
    default:
      return SOUP_STATUS_INTERNAL_SERVER_ERROR;
  }
}

void
vowel_voicex_reply_gerror (SoupServerMessage *message, const GError *error)
{
  guint status = get_status (error);

  if (g_error_matches (
          error, VOWEL_ACCOUNT_ERROR, VOWEL_ACCOUNT_ERROR_PENDING)) {
    reply_pending (message, error->message);
    return;
  }
  vowel_voicex_reply_error (message, status, "%s",
      status == SOUP_STATUS_NOT_FOUND ? "not found" : error->message);
}

JsonObject *
vowel_voicex_make_ok (void)
{
  JsonObject *ok = json_object_new ();

  json_object_set_boolean_member (ok, "ok", TRUE);
  return ok;
}

VowelLaterAnswer *
vowel_voicex_answer_later (
    SoupServerMessage *message, guint status, JsonObject *answer)
{
  return vowel_later_answer_new (
      message, status, answer, vowel_voicex_reply_gerror);
}

/* --- routes --- */

static const VowelRoute routes[] = {
    {"GET", "/api/health", VOWEL_RIGHT_NONE, vowel_voicex_on_health},
    {"GET", "/api/plans", VOWEL_RIGHT_NONE, vowel_voicex_on_plans},
    {"GET", "/api/setup/status", VOWEL_RIGHT_NONE,
        vowel_voicex_on_setup_status},
    {"POST", "/api/setup", VOWEL_RIGHT_NONE, vowel_voicex_on_setup,
        "organization.setup", VOWEL_AUDIT_ALL},
    {"POST", "/api/auth/signup", VOWEL_RIGHT_NONE, vowel_voicex_on_sign_up,
        "user.signup", VOWEL_AUDIT_ALL},
    {"POST", "/api/auth/signin", VOWEL_RIGHT_NONE, vowel_voicex_on_sign_in,
        "user.signin", VOWEL_AUDIT_ALL},
    {"GET", "/api/auth/me", VOWEL_RIGHT_NONE, vowel_voicex_on_me},
    {"POST", "/api/auth/token", VOWEL_RIGHT_NONE, vowel_voicex_on_token,
        "token.mint", VOWEL_AUDIT_REFUSED},
    {"GET", "/api/dashboard/organization", VOWEL_RIGHT_NONE,
        vowel_voicex_on_get_organization},
    {"PATCH", "/api/dashboard/organization", VOWEL_RIGHT_NONE,
        vowel_voicex_on_update_organization, "organization.update",
        VOWEL_AUDIT_ALL},
    {"GET", "/api/dashboard/stats", VOWEL_RIGHT_NONE, vowel_voicex_on_stats},
    {"GET", "/api/dashboard/analytics/usage", VOWEL_RIGHT_NONE,
        vowel_voicex_on_usage},
    {"GET", "/api/dashboard/calls", VOWEL_RIGHT_NONE,
        vowel_voicex_on_list_calls},
    {"GET", "/api/dashboard/calls/count", VOWEL_RIGHT_NONE,
        vowel_voicex_on_count_calls},
    {"GET", "/api/dashboard/calls/:id", VOWEL_RIGHT_NONE,
        vowel_voicex_on_get_call},
    {"GET", "/api/dashboard/plan", VOWEL_RIGHT_NONE, vowel_voicex_on_get_plan},
    {"GET", "/api/dashboard/models/search", VOWEL_RIGHT_NONE,
        vowel_voicex_on_search_models},
    {"GET", "/api/dashboard/agents", VOWEL_RIGHT_NONE,
        vowel_voicex_on_list_agents},
    {"POST", "/api/dashboard/agents", VOWEL_RIGHT_NONE,
        vowel_voicex_on_create_agent, "agent.create", VOWEL_AUDIT_ALL},
    {"GET", "/api/dashboard/agents/:id", VOWEL_RIGHT_NONE,
        vowel_voicex_on_get_agent},
    {"PATCH", "/api/dashboard/agents/:id", VOWEL_RIGHT_NONE,
        vowel_voicex_on_update_agent, "agent.update", VOWEL_AUDIT_ALL},
    {"DELETE", "/api/dashboard/agents/:id", VOWEL_RIGHT_NONE,
        vowel_voicex_on_delete_agent, "agent.delete", VOWEL_AUDIT_ALL},
    {"GET", "/api/dashboard/providers/registry", VOWEL_RIGHT_NONE,
        vowel_voicex_on_list_registry},
    {"GET", "/api/dashboard/providers", VOWEL_RIGHT_NONE,
        vowel_voicex_on_list_providers},
    {"POST", "/api/dashboard/providers", VOWEL_RIGHT_NONE,
        vowel_voicex_on_create_provider, "provider.create", VOWEL_AUDIT_ALL},
    {"GET", "/api/dashboard/providers/:id", VOWEL_RIGHT_NONE,
        vowel_voicex_on_get_provider},
    {"PATCH", "/api/dashboard/providers/:id", VOWEL_RIGHT_NONE,
        vowel_voicex_on_update_provider, "provider.update", VOWEL_AUDIT_ALL},
    {"DELETE", "/api/dashboard/providers/:id", VOWEL_RIGHT_NONE,
        vowel_voicex_on_delete_provider, "provider.delete", VOWEL_AUDIT_ALL},
    {"GET", "/api/dashboard/api-keys", VOWEL_RIGHT_NONE,
        vowel_voicex_on_list_keys},
    {"POST", "/api/dashboard/api-keys", VOWEL_RIGHT_NONE,
        vowel_voicex_on_create_key, "key.create", VOWEL_AUDIT_ALL},
    {"DELETE", "/api/dashboard/api-keys/:id", VOWEL_RIGHT_NONE,
        vowel_voicex_on_revoke_key, "key.revoke", VOWEL_AUDIT_ALL},
    {NULL},
};

const VowelRoute *
vowel_voicex_get_routes (void)
{
  return routes;
}
