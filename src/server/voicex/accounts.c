/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "accounts.h"

#include "voicex-token.h"

#include "server/access/credentials.h"
#include "server/store/object-id.h"

#include <gst/gst.h>

GST_DEBUG_CATEGORY_STATIC (vowel_accounts_debug);
#define GST_CAT_DEFAULT vowel_accounts_debug

/* Whose token was made with a key of the server itself. */
#define SERVER "server"
#define FIRST_APP_ID "default"
#define FIRST_APP_NAME "Default App"

struct _VowelAccounts {
  VowelKeyring *keyring;
  VowelServerConfig *config;
  VowelPlans *plans;
  gchar *own_secret; /* signs tokens when the configuration has no secret */
};

G_DEFINE_QUARK (vowel_account_error_quark, vowel_account_error)

void
vowel_account_free (VowelAccount *account)
{
  g_clear_pointer (&account->app, vowel_app_free);
  g_clear_pointer (&account->organization, vowel_organization_free);
  g_clear_pointer (&account->user, vowel_user_free);
  g_clear_pointer (&account->key, vowel_api_key_free);
  g_free (account);
}

/* --- life --- */

VowelAccounts *
vowel_accounts_new (
    VowelKeyring *keyring, VowelServerConfig *config, GError **error)
{
  g_autoptr (VowelPlans) plans =
      config->voicex_plans != NULL
          ? vowel_plans_load (config->voicex_plans, error)
          : vowel_plans_new_default ();
  VowelAccounts *self;

  if (plans == NULL)
    return NULL;
  GST_DEBUG_CATEGORY_INIT (vowel_accounts_debug, "vowel-accounts", 0,
      "organizations, users and plans");
  self = g_new0 (VowelAccounts, 1);
  self->keyring = keyring;
  self->config = vowel_server_config_ref (config);
  self->plans = g_steal_pointer (&plans);
  self->own_secret = vowel_keyring_derive_secret (keyring, "voicex tokens");
  return self;
}

void
vowel_accounts_free (VowelAccounts *self)
{
  vowel_server_config_unref (self->config);
  vowel_plans_free (self->plans);
  g_free (self->own_secret);
  g_free (self);
}

void
vowel_accounts_set_config (VowelAccounts *self, VowelServerConfig *config)
{
  vowel_server_config_ref (config);
  vowel_server_config_unref (self->config);
  self->config = config;
}

VowelServerConfig *
vowel_accounts_get_config (VowelAccounts *self)
{
  return self->config;
}

VowelKeyring *
vowel_accounts_get_keyring (VowelAccounts *self)
{
  return self->keyring;
}

VowelStore *
vowel_accounts_get_store (VowelAccounts *self)
{
  return vowel_keyring_get_store (self->keyring);
}

VowelPlans *
vowel_accounts_get_plans (VowelAccounts *self)
{
  return self->plans;
}

/* --- who somebody is --- */

static gboolean
set_unauthorized (GError **error)
{
  g_set_error_literal (error, VOWEL_ACCOUNT_ERROR,
      VOWEL_ACCOUNT_ERROR_UNAUTHORIZED,
      "Authentication required. Provide a valid Bearer token or x-api-key.");
  return FALSE;
}

/* What is not there is a matter of rights; anything else is the store's. */
static gboolean
set_store_error (const GError *store_error, GError **error)
{
  if (g_error_matches (
          store_error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_NOT_FOUND))
    return set_unauthorized (error);
  g_set_error (error, VOWEL_ACCOUNT_ERROR, VOWEL_ACCOUNT_ERROR_FAILED,
      "The store cannot be read: %s", store_error->message);
  return FALSE;
}

/* A plan that is gone from the configuration. */
static const VowelPlan *
find_plan (VowelAccounts *self, const VowelOrganization *organization)
{
  const VowelPlan *plan = vowel_plans_find (self->plans, organization->plan);

  if (plan == NULL && organization->plan != NULL)
    GST_WARNING ("there is no plan %s, as the organization %s has it",
        organization->plan, organization->app_id);
  return plan != NULL ? plan : vowel_plans_get_first (self->plans);
}

/* @app: (transfer full) */
static VowelAccount *
make_account (VowelAccounts *self, VowelApp *app, GError **error)
{
  g_autoptr (VowelAccount) account = g_new0 (VowelAccount, 1);
  g_autoptr (GError) store_error = NULL;

  account->app = app;
  account->organization = vowel_organization_get (
      vowel_accounts_get_store (self), app->id, &store_error);
  if (account->organization == NULL) {
    set_store_error (store_error, error);
    return NULL;
  }
  account->plan = find_plan (self, account->organization);
  if (!vowel_organization_is_pending (account->organization))
    return g_steal_pointer (&account);
  g_set_error_literal (error, VOWEL_ACCOUNT_ERROR, VOWEL_ACCOUNT_ERROR_PENDING,
      "Your organization is pending approval.");
  return NULL;
}

VowelAccount *
vowel_accounts_find_app (
    VowelAccounts *self, const gchar *app_id, GError **error)
{
  g_autoptr (GError) store_error = NULL;
  VowelApp *app = vowel_store_get_app (
      vowel_accounts_get_store (self), app_id, &store_error);

  if (app != NULL)
    return make_account (self, app, error);
  set_store_error (store_error, error);
  return NULL;
}

VowelAccount *
vowel_accounts_find_user (
    VowelAccounts *self, const VowelUser *user, GError **error)
{
  VowelAccount *account = vowel_accounts_find_app (self, user->app_id, error);
  g_autoptr (GError) store_error = NULL;

  if (account == NULL)
    return NULL;
  account->user = vowel_user_find (
      vowel_accounts_get_store (self), user->email, &store_error);
  if (account->user != NULL)
    return account;
  set_store_error (store_error, error);
  vowel_account_free (account);
  return NULL;
}

/* It is there for reads as soon as it is written; what is written after it may
 * already belong to it. (transfer full) */
static VowelApp *
make_first_app (VowelAccounts *self)
{
  VowelApp *app = g_new0 (VowelApp, 1);

  app->id = g_strdup (FIRST_APP_ID);
  app->name = g_strdup (FIRST_APP_NAME);
  app->created_at = app->updated_at = g_get_real_time () / 1000;
  vowel_store_put_app (vowel_accounts_get_store (self), app, NULL, NULL);
  return app;
}

static gboolean
has_owner (VowelAccounts *self, const VowelApp *app)
{
  g_autoptr (VowelOrganization) organization =
      vowel_organization_get (vowel_accounts_get_store (self), app->id, NULL);

  return organization != NULL && organization->owner != NULL;
}

VowelAccount *
vowel_accounts_find_first (VowelAccounts *self, GError **error)
{
  g_autoptr (GError) store_error = NULL;
  g_autoptr (GPtrArray) apps =
      vowel_store_list_apps (vowel_accounts_get_store (self), &store_error);

  for (guint i = apps != NULL ? apps->len : 0; i > 0; i--) {
    const VowelApp *app = g_ptr_array_index (apps, i - 1);

    if (!has_owner (self, app))
      return make_account (self, vowel_app_copy (app), error);
  }
  if (apps != NULL)
    return make_account (self, make_first_app (self), error);
  set_store_error (store_error, error);
  return NULL;
}

static VowelAccount *
identify_user (
    VowelAccounts *self, const VowelVoicexToken *token, GError **error)
{
  g_autoptr (GError) store_error = NULL;
  g_autoptr (VowelUser) user = vowel_user_find (
      vowel_accounts_get_store (self), token->email, &store_error);
  g_autofree gchar *id = user != NULL ? vowel_object_hex (user->id) : NULL;
  g_autofree gchar *org_id =
      user != NULL ? vowel_object_hex (user->app_id) : NULL;

  if (user == NULL) {
    set_store_error (store_error, error);
    return NULL;
  }
  /* Somebody else may have the address by now. */
  if (!g_str_equal (id, token->user_id)
      || g_strcmp0 (org_id, token->org_id) != 0) {
    set_unauthorized (error);
    return NULL;
  }
  return vowel_accounts_find_user (self, user, error);
}

static VowelAccount *
find_key_owner (VowelAccounts *self, VowelApiKey *key, GError **error)
{
  VowelAccount *account = vowel_accounts_find_app (self, key->app_id, error);

  if (account == NULL)
    return NULL;
  account->key = vowel_api_key_copy (key);
  vowel_store_note_api_key_used (
      vowel_accounts_get_store (self), key->id, g_get_real_time () / 1000);
  return account;
}

/* The key that a token was made with: it may have been revoked since. */
static VowelAccount *
identify_client (
    VowelAccounts *self, const VowelVoicexToken *token, GError **error)
{
  g_autoptr (GError) store_error = NULL;
  g_autoptr (VowelApiKey) key = NULL;

  if (g_str_equal (token->client_id, SERVER))
    return vowel_accounts_find_first (self, error);
  key = vowel_store_get_api_key (
      vowel_accounts_get_store (self), token->client_id, &store_error);
  if (key != NULL && key->revoked_at == 0)
    return find_key_owner (self, key, error);
  if (key != NULL)
    set_unauthorized (error);
  else
    set_store_error (store_error, error);
  return NULL;
}

static VowelAccount *
identify_key (
    VowelAccounts *self, const gchar *text, gint64 now, GError **error)
{
  g_auto (VowelGrant) grant = {0};
  gboolean known = vowel_credential_check (
      self->config, self->keyring, text, now, &grant, NULL);
  VowelAccount *account;

  if (!known || (grant.rights & VOWEL_RIGHT_AGENTS) == 0) {
    set_unauthorized (error);
    return NULL;
  }
  if (grant.key != NULL)
    return find_key_owner (self, grant.key, error);
  account = vowel_accounts_find_first (self, error);
  /* API_KEYS are for the first app alone. */
  if (account != NULL)
    account->is_operator = grant.rights != VOWEL_RIGHT_AGENTS;
  return account;
}

gboolean
vowel_accounts_is_admin (VowelAccounts *self, const gchar *credential)
{
  g_auto (VowelGrant) grant = {0};

  return vowel_credential_check (
             self->config, self->keyring, credential, 0, &grant, NULL)
         && (grant.rights & VOWEL_RIGHT_ADMIN) != 0;
}

gboolean
vowel_accounts_are_set_up (VowelAccounts *self)
{
  return vowel_organization_exists (vowel_accounts_get_store (self));
}

/* What signs tokens: the operator's secret, which other servers may share. */
static const gchar *
get_secret (VowelAccounts *self)
{
  return self->config->jwt_secret_made_up ? self->own_secret
                                          : self->config->jwt_secret;
}

/* (transfer full) (nullable) */
static VowelVoicexToken *
verify (VowelAccounts *self, const gchar *text, gint64 now)
{
  VowelVoicexToken *token =
      vowel_voicex_token_verify (text, get_secret (self), now, NULL);

  if (token == NULL && self->config->jwt_secret_previous != NULL)
    token = vowel_voicex_token_verify (
        text, self->config->jwt_secret_previous, now, NULL);
  return token;
}

VowelAccount *
vowel_accounts_identify (VowelAccounts *self, const gchar *token,
    const gchar *api_key, gint64 now, GError **error)
{
  g_autoptr (VowelVoicexToken) verified =
      token != NULL ? verify (self, token, now) : NULL;
  g_autoptr (GError) token_error = NULL;
  VowelAccount *account = NULL;

  if (verified != NULL)
    return verified->user_id != NULL ? identify_user (self, verified, error)
                                     : identify_client (self, verified, error);
  if (token != NULL)
    account = identify_key (self, token, now, &token_error);
  if (account != NULL)
    return account;
  if (token != NULL
      && (api_key == NULL
          || !g_error_matches (token_error, VOWEL_ACCOUNT_ERROR,
              VOWEL_ACCOUNT_ERROR_UNAUTHORIZED))) {
    g_propagate_error (error, g_steal_pointer (&token_error));
    return NULL;
  }
  return identify_key (self, api_key, now, error);
}

/* --- tokens --- */

gchar *
vowel_accounts_make_user_token (VowelAccounts *self,
    const VowelAccount *account, gint64 now, GError **error)
{
  g_autofree gchar *user_id = vowel_object_hex (account->user->id);
  g_autofree gchar *org_id = vowel_object_hex (account->app->id);
  const VowelVoicexToken token = {
      .user_id = user_id,
      .org_id = org_id,
      .email = account->user->email,
      .issued_at = now,
      .expires_at = now + self->config->user_token_ttl,
  };

  return vowel_voicex_token_make (&token, get_secret (self), error);
}

gchar *
vowel_accounts_make_client_token (VowelAccounts *self,
    const VowelAccount *account, gint64 now, guint ttl_s, GError **error)
{
  g_autofree gchar *org_id = vowel_object_hex (account->app->id);
  const VowelVoicexToken token = {
      .org_id = org_id,
      .client_id = account->key != NULL ? account->key->id : (gchar *) SERVER,
      .issued_at = now,
      .expires_at = now + ttl_s,
  };

  return vowel_voicex_token_make (&token, get_secret (self), error);
}
