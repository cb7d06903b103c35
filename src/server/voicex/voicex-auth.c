/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "voicex-private.h"

#include "voicex-json.h"

#define CLIENT_TOKEN_S 3600
#define PENDING_MESSAGE                                                        \
  "Your account has been created and is waiting for approval."
#define WRONG_PASSWORD "Invalid email or password"

/* Somebody whose request waits until a password has been dealt with. */
typedef struct {
  VowelVoicex *voicex;
  SoupServerMessage *message;
  VowelUser *user; /* (nullable) */
  gchar *organization;
} Visit;

static Visit *
visit_new (VowelVoicex *self, SoupServerMessage *message)
{
  Visit *visit = g_new0 (Visit, 1);

  visit->voicex = vowel_voicex_ref (self);
  visit->message = g_object_ref (message);
  soup_server_message_pause (message);
  return visit;
}

/* It has been answered. */
static void
visit_free (Visit *visit)
{
  soup_server_message_unpause (visit->message);
  g_object_unref (visit->message);
  g_clear_pointer (&visit->user, vowel_user_free);
  g_free (visit->organization);
  vowel_voicex_unref (visit->voicex);
  g_free (visit);
}

static gint64
get_time (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static gboolean
is_on (VowelVoicex *self, const gchar *what)
{
  return g_str_equal (
      vowel_accounts_get_config (self->accounts)->voicex_signup, what);
}

/* --- signing in --- */

/* {token, user} for who has shown that it is @user. */
static JsonObject *
make_entry (VowelVoicex *self, const VowelUser *user, GError **error)
{
  g_autoptr (VowelAccount) account =
      vowel_accounts_find_user (self->accounts, user, error);
  g_autofree gchar *token = account != NULL ? vowel_accounts_make_user_token (
                                self->accounts, account, get_time (), error)
                                            : NULL;
  JsonObject *entry;

  if (token == NULL)
    return NULL;
  entry = json_object_new ();
  json_object_set_string_member (entry, "token", token);
  json_object_set_object_member (
      entry, "user", vowel_voicex_user_to_json (account));
  json_object_set_object_member (
      entry, "organization", vowel_voicex_organization_to_brief (account));
  return entry;
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Visit *visit = user_data;
  g_autoptr (GError) error = NULL;
  JsonObject *entry = NULL;

  if (!vowel_password_pool_check_finish (result))
    vowel_voicex_reply_error (
        visit->message, SOUP_STATUS_UNAUTHORIZED, WRONG_PASSWORD);
  else if ((entry = make_entry (visit->voicex, visit->user, &error)) == NULL)
    vowel_voicex_reply_gerror (visit->message, error);
  else
    vowel_http_reply_json (visit->message, SOUP_STATUS_OK, entry);
  visit_free (visit);
}

void
vowel_voicex_on_sign_in (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  g_autoptr (JsonObject) body = NULL;
  g_autofree gchar *email = NULL;
  const gchar *password;
  Visit *visit;

  if (!vowel_voicex_admit (self, request)
      || (body = vowel_voicex_get_body (request)) == NULL)
    return;
  password = vowel_voicex_get_text (body, "password");
  if (vowel_voicex_get_text (body, "email") == NULL || password == NULL) {
    vowel_voicex_reply_error (request->message, SOUP_STATUS_BAD_REQUEST,
        "email and password required");
    return;
  }
  email = vowel_user_normalize_email (vowel_voicex_get_text (body, "email"));
  visit = visit_new (self, request->message);
  visit->user =
      vowel_user_find (vowel_accounts_get_store (self->accounts), email, NULL);
  vowel_audit_note_actor (request->message, email);
  /* That there is nobody of that name takes as long to find out. */
  vowel_password_pool_check (self->passwords, password,
      visit->user != NULL ? visit->user->password : NULL, on_checked, visit);
}

/* --- signing up --- */

static void
reply_signed_up (Visit *visit)
{
  JsonObject *answer = is_on (visit->voicex, VOWEL_ORGANIZATION_ACTIVE)
                           ? make_entry (visit->voicex, visit->user, NULL)
                           : NULL;

  if (answer == NULL)
    answer = json_object_new ();
  json_object_set_string_member (answer, "status",
      json_object_has_member (answer, "token") ? VOWEL_ORGANIZATION_ACTIVE
                                               : VOWEL_ORGANIZATION_PENDING);
  json_object_set_string_member (answer, "message",
      json_object_has_member (answer, "token")
          ? "Your account has been created."
          : PENDING_MESSAGE);
  vowel_http_reply_json (visit->message, SOUP_STATUS_CREATED, answer);
}

static void
reply_taken (SoupServerMessage *message)
{
  vowel_voicex_reply_error (
      message, SOUP_STATUS_CONFLICT, "Email already registered");
}

static void
on_user_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Visit *visit = user_data;
  g_autoptr (GError) error = NULL;

  if (vowel_store_write_finish (result, &error)) {
    reply_signed_up (visit);
  } else {
    /* Somebody else was faster. */
    vowel_store_delete_app (vowel_accounts_get_store (visit->voicex->accounts),
        visit->user->app_id, NULL, NULL);
    if (g_error_matches (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_CONFLICT))
      reply_taken (visit->message);
    else
      vowel_voicex_reply_gerror (visit->message, error);
  }
  visit_free (visit);
}

/* Writes happen in their order, so that the last tells of all. */
static void
on_hashed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Visit *visit = user_data;
  VowelAccounts *accounts = visit->voicex->accounts;
  VowelStore *store = vowel_accounts_get_store (accounts);
  const gint64 now = g_get_real_time () / 1000;
  const VowelApp app = {
      .id = visit->user->app_id,
      .name = visit->organization,
      .created_at = now,
      .updated_at = now,
  };
  g_autoptr (VowelOrganization) organization = vowel_organization_new (
      app.id, is_on (visit->voicex, VOWEL_ORGANIZATION_ACTIVE)
                  ? VOWEL_ORGANIZATION_ACTIVE
                  : VOWEL_ORGANIZATION_PENDING);

  visit->user->password = vowel_password_pool_hash_finish (result);
  organization->plan = g_strdup (
      vowel_plans_get_first (vowel_accounts_get_plans (accounts))->slug);
  organization->owner = g_strdup (visit->user->email);
  vowel_store_put_app (store, &app, NULL, NULL);
  vowel_organization_put (store, organization, NULL, NULL);
  vowel_user_put (store, visit->user, on_user_written, visit);
}

/* (nullable): it has been answered */
static JsonObject *
read_sign_up (VowelVoicex *self, VowelRequest *request)
{
  g_autoptr (JsonObject) body = NULL;
  const gchar *password;

  if (!vowel_voicex_admit (self, request))
    return NULL;
  if (is_on (self, "off")) {
    vowel_voicex_reply_error (request->message, SOUP_STATUS_FORBIDDEN,
        "Nobody can sign up here: ask who runs this server");
    return NULL;
  }
  body = vowel_voicex_get_body (request);
  if (body == NULL)
    return NULL;
  password = vowel_voicex_get_text (body, "password");
  if (vowel_voicex_get_text (body, "name") == NULL
      || vowel_voicex_get_text (body, "email") == NULL || password == NULL) {
    vowel_voicex_reply_error (request->message, SOUP_STATUS_BAD_REQUEST,
        "name, email and password required");
    return NULL;
  }
  if (g_utf8_strlen (password, -1) < VOWEL_PASSWORD_MIN_LENGTH) {
    vowel_voicex_reply_error (request->message, SOUP_STATUS_BAD_REQUEST,
        "Password must be at least %d characters", VOWEL_PASSWORD_MIN_LENGTH);
    return NULL;
  }
  return g_steal_pointer (&body);
}

void
vowel_voicex_on_sign_up (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  g_autoptr (JsonObject) body = read_sign_up (self, request);
  g_autofree gchar *email = NULL;
  g_autofree gchar *app_id = g_uuid_string_random ();
  g_autoptr (VowelUser) there = NULL;
  const gchar *name;
  Visit *visit;

  if (body == NULL)
    return;
  name = vowel_voicex_get_text (body, "name");
  email = vowel_user_normalize_email (vowel_voicex_get_text (body, "email"));
  there =
      vowel_user_find (vowel_accounts_get_store (self->accounts), email, NULL);
  if (there != NULL) {
    reply_taken (request->message);
    return;
  }
  visit = visit_new (self, request->message);
  visit->user = vowel_user_new (app_id, email, name, NULL);
  visit->organization = vowel_voicex_get_text (body, "orgName") != NULL
                            ? g_strdup (vowel_voicex_get_text (body, "orgName"))
                            : g_strdup_printf ("%s's Organization", name);
  vowel_audit_note_actor (request->message, email);
  vowel_audit_note_target (request->message, app_id, visit->user->id);
  vowel_password_pool_hash (self->passwords,
      vowel_voicex_get_text (body, "password"), on_hashed, visit);
}

/* --- who am I, and a token for a key --- */

void
vowel_voicex_on_me (VowelRequest *request, gpointer voicex)
{
  g_autoptr (VowelAccount) account = vowel_voicex_begin (voicex, request);
  JsonObject *me;

  if (account == NULL)
    return;
  if (account->user == NULL) {
    vowel_voicex_reply_error (request->message, SOUP_STATUS_UNAUTHORIZED,
        "Sign in: a key is nobody in particular");
    return;
  }
  me = json_object_new ();
  json_object_set_object_member (
      me, "user", vowel_voicex_user_to_json (account));
  json_object_set_string_member (
      me, "orgStatus", account->organization->status);
  vowel_http_reply_json (request->message, SOUP_STATUS_OK, me);
}

void
vowel_voicex_on_token (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  const VowelCredentialRequest headers = {
      .authorization =
          vowel_http_get_header (request->message, "Authorization"),
      .api_key = vowel_http_get_header (request->message, "x-api-key"),
  };
  g_autofree gchar *header = vowel_credential_find (&headers, NULL);
  g_autoptr (JsonObject) body = NULL;
  g_autoptr (VowelAccount) account = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *token = NULL;
  const gchar *key;
  JsonObject *answer;

  if (!vowel_voicex_admit (self, request)
      || (body = vowel_voicex_get_body (request)) == NULL)
    return;
  key = vowel_voicex_get_text (body, "api_key");
  if (key == NULL)
    key = header;
  if (key == NULL) {
    vowel_voicex_reply_error (
        request->message, SOUP_STATUS_BAD_REQUEST, "api_key required");
    return;
  }
  account =
      vowel_accounts_identify (self->accounts, NULL, key, get_time (), &error);
  if (account != NULL)
    token = vowel_accounts_make_client_token (
        self->accounts, account, get_time (), CLIENT_TOKEN_S, &error);
  if (token == NULL) {
    vowel_voicex_reply_gerror (request->message, error);
    return;
  }
  answer = json_object_new ();
  json_object_set_string_member (answer, "token", token);
  json_object_set_int_member (answer, "expires_in", CLIENT_TOKEN_S);
  json_object_set_string_member (answer, "token_type", "Bearer");
  vowel_http_reply_json (request->message, SOUP_STATUS_OK, answer);
}
