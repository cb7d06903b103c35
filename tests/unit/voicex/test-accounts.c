/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who somebody is to Voicex. */

#include "server/store/object-id.h"
#include "server/voicex/accounts.h"
#include "server/voicex/voicex-token.h"

#include "../temporary-store.h"

#define SECRET "0123456789abcdef0123456789abcdef"
#define HOUSE "the key of the house"
#define NOW G_GINT64_CONSTANT (1700000000)

typedef struct {
  VowelTemporaryStore *temporary;
  VowelStore *store;
  VowelKeyring *keyring;
  VowelServerConfig *config;
  VowelAccounts *accounts;
} Fixture;

static void
open_accounts (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  f->accounts = vowel_accounts_new (f->keyring, f->config, &error);
  g_assert_no_error (error);
}

/* An app "first", which nobody has told Voicex of; @data: no key of the house.
 */
static void
set_up (Fixture *f, gconstpointer data)
{
  f->temporary = vowel_temporary_store_new ();
  f->store = vowel_temporary_store_get (f->temporary);
  f->keyring = vowel_keyring_new (f->store, SECRET, NULL);
  f->config = vowel_server_config_new ();
  if (data == NULL)
    f->config->api_key = g_strdup (HOUSE);
  g_assert_true (vowel_server_config_complete (f->config, NULL));
  vowel_temporary_store_put_app (f->temporary, "first");
  open_accounts (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vowel_accounts_free (f->accounts);
  vowel_server_config_unref (f->config);
  vowel_keyring_free (f->keyring);
  vowel_temporary_store_free (f->temporary);
}

static gchar *
make_key (Fixture *f, const gchar *app_id, gchar **ret_id)
{
  const gchar *const scopes[] = {"voice", NULL};
  g_autofree gchar *text = NULL;
  g_autoptr (VowelApiKey) key =
      vowel_keyring_make_voicex (f->keyring, app_id, "Web", scopes, &text);
  GAsyncResult *result = NULL;

  vowel_store_put_api_key (f->store, key, vowel_store_note_result, &result);
  g_assert_true (vowel_store_wait (&result, NULL));
  if (ret_id != NULL)
    *ret_id = g_strdup (key->id);
  return g_steal_pointer (&text);
}

static void
put_organization (Fixture *f, const gchar *app_id, const gchar *status)
{
  g_autoptr (VowelOrganization) organization =
      vowel_organization_new (app_id, status);
  GAsyncResult *result = NULL;

  organization->plan = g_strdup ("gone");
  vowel_organization_put (
      f->store, organization, vowel_store_note_result, &result);
  g_assert_true (vowel_store_wait (&result, NULL));
}

static VowelUser *
put_user (Fixture *f, const gchar *app_id, const gchar *email)
{
  VowelUser *user = vowel_user_new (app_id, email, "Ada", "salt:hash");
  GAsyncResult *result = NULL;

  vowel_user_put (f->store, user, vowel_store_note_result, &result);
  g_assert_true (vowel_store_wait (&result, NULL));
  return user;
}

static void
expect_app (
    Fixture *f, const gchar *token, const gchar *api_key, const gchar *app_id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelAccount) account =
      vowel_accounts_identify (f->accounts, token, api_key, NOW, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (account->app->id, ==, app_id);
  g_assert_cmpstr (account->plan->slug, ==, "self-hosted");
}

static void
expect_error (
    Fixture *f, const gchar *token, const gchar *api_key, gint64 now, gint code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (
      vowel_accounts_identify (f->accounts, token, api_key, now, &error));
  g_assert_error (error, VOWEL_ACCOUNT_ERROR, code);
}

static void
test_keys (Fixture *f, gconstpointer data)
{
  g_autofree gchar *key = NULL;
  g_autofree gchar *id = NULL;
  GAsyncResult *result = NULL;

  vowel_temporary_store_put_app (f->temporary, "other");
  key = make_key (f, "other", &id);
  expect_app (f, NULL, key, "other");
  expect_app (f, key, NULL, "other");
  expect_app (f, "wrong", key, "other");
  expect_app (f, NULL, HOUSE, "first");
  expect_error (f, NULL, NULL, NOW, VOWEL_ACCOUNT_ERROR_UNAUTHORIZED);
  expect_error (f, "wrong", NULL, NOW, VOWEL_ACCOUNT_ERROR_UNAUTHORIZED);
  expect_error (f, NULL, "vx_wrong", NOW, VOWEL_ACCOUNT_ERROR_UNAUTHORIZED);
  vowel_store_revoke_api_key (
      f->store, id, 1, vowel_store_note_result, &result);
  g_assert_true (vowel_store_wait (&result, NULL));
  expect_error (f, NULL, key, NOW, VOWEL_ACCOUNT_ERROR_UNAUTHORIZED);
}

/* Nobody needs one. */
static void
test_without_key (Fixture *f, gconstpointer data)
{
  g_autofree gchar *key = NULL;

  vowel_temporary_store_put_app (f->temporary, "other");
  key = make_key (f, "other", NULL);
  expect_app (f, NULL, NULL, "first");
  expect_app (f, "a.b.c", "vx_whatever", "first");
  expect_app (f, NULL, key, "other");
}

static void
test_pending (Fixture *f, gconstpointer data)
{
  g_autofree gchar *key = make_key (f, "first", NULL);
  g_autoptr (VowelUser) user = put_user (f, "first", "ada@example.org");

  put_organization (f, "first", "pending");
  expect_error (f, NULL, key, NOW, VOWEL_ACCOUNT_ERROR_PENDING);
  expect_error (f, key, "wrong", NOW, VOWEL_ACCOUNT_ERROR_PENDING);
  expect_error (f, NULL, HOUSE, NOW, VOWEL_ACCOUNT_ERROR_PENDING);
  g_assert_null (vowel_accounts_find_user (f->accounts, user, NULL));
  put_organization (f, "first", "active");
  expect_app (f, NULL, key, "first");
}

static void
test_user_token (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelUser) user = put_user (f, "first", "ada@example.org");
  g_autoptr (VowelAccount) account =
      vowel_accounts_find_user (f->accounts, user, NULL);
  g_autofree gchar *token =
      vowel_accounts_make_user_token (f->accounts, account, NOW, NULL);
  g_autoptr (VowelAccount) found =
      vowel_accounts_identify (f->accounts, token, "wrong", NOW + 604799, NULL);
  GAsyncResult *result = NULL;

  g_assert_cmpstr (found->user->email, ==, "ada@example.org");
  g_assert_cmpstr (found->user->name, ==, "Ada");
  g_assert_cmpstr (found->user->role, ==, "admin");
  g_assert_null (found->key);
  expect_error (f, token, NULL, NOW + 604800, VOWEL_ACCOUNT_ERROR_UNAUTHORIZED);

  /* A secret that nobody has set is the same after a restart. */
  vowel_accounts_free (f->accounts);
  g_free (f->config->jwt_secret);
  f->config->jwt_secret = g_strdup ("made up anew for another process....");
  open_accounts (f);
  expect_app (f, token, NULL, "first");

  /* Another person with the address is not the same. */
  vowel_store_delete_app (f->store, "first", vowel_store_note_result, &result);
  g_assert_true (vowel_store_wait (&result, NULL));
  expect_error (f, token, NULL, NOW, VOWEL_ACCOUNT_ERROR_UNAUTHORIZED);
  vowel_temporary_store_put_app (f->temporary, "first");
  vowel_user_free (put_user (f, "first", "ada@example.org"));
  expect_error (f, token, NULL, NOW, VOWEL_ACCOUNT_ERROR_UNAUTHORIZED);
}

static void
test_client_token (Fixture *f, gconstpointer data)
{
  g_autofree gchar *id = NULL;
  g_autofree gchar *key = make_key (f, "first", &id);
  g_autoptr (VowelAccount) account =
      vowel_accounts_identify (f->accounts, NULL, key, NOW, NULL);
  g_autoptr (VowelAccount) own =
      vowel_accounts_identify (f->accounts, NULL, HOUSE, NOW, NULL);
  g_autofree gchar *token =
      vowel_accounts_make_client_token (f->accounts, account, NOW, 3600, NULL);
  g_autofree gchar *own_token =
      vowel_accounts_make_client_token (f->accounts, own, NOW, 3600, NULL);
  GAsyncResult *result = NULL;

  expect_app (f, token, NULL, "first");
  expect_app (f, own_token, NULL, "first");
  expect_error (f, token, NULL, NOW + 3600, VOWEL_ACCOUNT_ERROR_UNAUTHORIZED);
  vowel_store_revoke_api_key (
      f->store, id, 1, vowel_store_note_result, &result);
  g_assert_true (vowel_store_wait (&result, NULL));
  expect_error (f, token, NULL, NOW, VOWEL_ACCOUNT_ERROR_UNAUTHORIZED);
}

/* As Voicex itself has signed them, without an audience. */
static void
test_foreign_token (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelUser) user = put_user (f, "first", "ada@example.org");
  g_autofree gchar *user_id = vowel_object_hex (user->id);
  g_autofree gchar *org_id = vowel_object_hex ("first");
  g_autoptr (JsonObject) claims = json_object_new ();
  g_autofree gchar *token = NULL;
  g_autofree gchar *other = NULL;

  f->config->jwt_secret_made_up = FALSE;
  json_object_set_string_member (claims, "userId", user_id);
  json_object_set_string_member (claims, "orgId", org_id);
  json_object_set_string_member (claims, "email", "ada@example.org");
  json_object_set_int_member (claims, "iat", NOW);
  json_object_set_int_member (claims, "exp", NOW + 60);
  token = vowel_web_token_sign (claims, f->config->jwt_secret, NULL);
  expect_app (f, token, NULL, "first");
  json_object_set_string_member (claims, "aud", "realtime");
  other = vowel_web_token_sign (claims, f->config->jwt_secret, NULL);
  expect_error (f, other, NULL, NOW, VOWEL_ACCOUNT_ERROR_UNAUTHORIZED);

  /* Of clients' it has none of our keys' ids in it, and others write anything
   * into their tokens. */
  json_object_remove_member (claims, "aud");
  json_object_remove_member (claims, "userId");
  json_object_set_string_member (claims, "clientId", "server");
  g_free (other);
  other = vowel_web_token_sign (claims, f->config->jwt_secret, NULL);
  expect_error (f, other, NULL, NOW, VOWEL_ACCOUNT_ERROR_UNAUTHORIZED);
}

static gboolean
is_operator (Fixture *f, const gchar *token)
{
  g_autoptr (VowelAccount) account =
      vowel_accounts_identify (f->accounts, token, NULL, NOW, NULL);

  g_assert_nonnull (account);
  return account->is_operator;
}

/* Whose the other organizations are, too. */
static void
test_operator (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelUser) user = put_user (f, "first", "ada@example.org");
  g_autoptr (VowelAccount) owner =
      vowel_accounts_find_user (f->accounts, user, NULL);
  g_autoptr (VowelAccount) house =
      vowel_accounts_identify (f->accounts, HOUSE, NULL, NOW, NULL);
  g_autofree gchar *key = make_key (f, "first", NULL);
  g_autofree gchar *user_token =
      vowel_accounts_make_user_token (f->accounts, owner, NOW, NULL);
  g_autofree gchar *client_token =
      vowel_accounts_make_client_token (f->accounts, house, NOW, 60, NULL);

  f->config->voicex_keys = g_strdup ("one, two");
  f->config->admin_key = g_strdup ("the operator's");
  g_assert_true (is_operator (f, HOUSE));
  g_assert_true (is_operator (f, "the operator's"));
  g_assert_false (is_operator (f, "two"));
  g_assert_false (is_operator (f, key));
  g_assert_false (is_operator (f, user_token));
  g_assert_false (is_operator (f, client_token));
}

static void
test_email (void)
{
  g_autofree gchar *email = vowel_user_normalize_email (" Ada@Example.ORG\n");

  g_assert_cmpstr (email, ==, "ada@example.org");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, data, func)                                                  \
  g_test_add ("/accounts/" name, Fixture, data, set_up, func, tear_down)
  ADD ("keys", NULL, test_keys);
  ADD ("without-key", "open", test_without_key);
  ADD ("pending", NULL, test_pending);
  ADD ("user-token", NULL, test_user_token);
  ADD ("client-token", NULL, test_client_token);
  ADD ("foreign-token", NULL, test_foreign_token);
  ADD ("operator", NULL, test_operator);
  g_test_add_func ("/accounts/email", test_email);
  return g_test_run ();
}
