/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "organization.h"
#include "plan.h"
#include "user.h"

#include "server/config/server-config.h"
#include "server/store/keyring.h"

G_BEGIN_DECLS

/**
 * VowelAccountError:
 * @VOWEL_ACCOUNT_ERROR_UNAUTHORIZED: nobody that is known
 * @VOWEL_ACCOUNT_ERROR_PENDING: its organization has not been let in yet
 * @VOWEL_ACCOUNT_ERROR_FAILED: the store says no
 */
typedef enum {
  VOWEL_ACCOUNT_ERROR_UNAUTHORIZED,
  VOWEL_ACCOUNT_ERROR_PENDING,
  VOWEL_ACCOUNT_ERROR_FAILED,
} VowelAccountError;

#define VOWEL_ACCOUNT_ERROR (vowel_account_error_quark ())
GQuark vowel_account_error_quark (void);

/**
 * VowelAccount:
 * @app: who acts
 * @organization: what Voicex knows of it
 * @plan: what it may do
 * @user: (nullable): who has signed in
 * @key: (nullable): with which key
 * @is_operator: with the server's own key, which looks after all organizations
 *
 * Whom a request comes from, in Voicex's terms. @plan is the plans'.
 */
typedef struct {
  VowelApp *app;
  VowelOrganization *organization;
  const VowelPlan *plan;
  VowelUser *user;
  VowelApiKey *key;
  gboolean is_operator;
} VowelAccount;

void vowel_account_free (VowelAccount *account);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelAccount, vowel_account_free)

/**
 * VowelAccounts:
 *
 * Organizations, their users and their plans; who asks for what. Used where
 * HTTP is answered.
 */
typedef struct _VowelAccounts VowelAccounts;

/* Fails when the plans that @config names cannot be read. @keyring: must
 * outlive it. */
VowelAccounts *vowel_accounts_new (
    VowelKeyring *keyring, VowelServerConfig *config, GError **error);
void vowel_accounts_free (VowelAccounts *accounts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelAccounts, vowel_accounts_free)
/* For requests that come from now on; the plans stay. */
void vowel_accounts_set_config (
    VowelAccounts *accounts, VowelServerConfig *config);

VowelServerConfig *vowel_accounts_get_config (VowelAccounts *accounts);
VowelKeyring *vowel_accounts_get_keyring (VowelAccounts *accounts);
VowelStore *vowel_accounts_get_store (VowelAccounts *accounts);
VowelPlans *vowel_accounts_get_plans (VowelAccounts *accounts);

/* Who has @token (nullable), a token of Voicex or a key, else @api_key
 * (nullable); the server's own keys, and everybody on a server without a key,
 * act for the first app. @now: seconds since 1970. (transfer full) */
VowelAccount *vowel_accounts_identify (VowelAccounts *accounts,
    const gchar *token, const gchar *api_key, gint64 now, GError **error);
/* What the server's own keys act for: the oldest app of nobody who has signed
 * up, which is made when there is none. (transfer full) */
VowelAccount *vowel_accounts_find_first (
    VowelAccounts *accounts, GError **error);
/* Whether somebody has made an organization for Voicex yet. */
gboolean vowel_accounts_are_set_up (VowelAccounts *accounts);
/* Whether @credential (nullable) is the admin key, or none is needed. */
gboolean vowel_accounts_is_admin (
    VowelAccounts *accounts, const gchar *credential);
/* Whoever has signed in with the right password. (transfer full) */
VowelAccount *vowel_accounts_find_user (
    VowelAccounts *accounts, const VowelUser *user, GError **error);
/* The same for a key that has been looked at. */
VowelAccount *vowel_accounts_find_app (
    VowelAccounts *accounts, const gchar *app_id, GError **error);

/* What a user is given who has signed in; how long it is good is the
 * configuration's. (transfer full) */
gchar *vowel_accounts_make_user_token (VowelAccounts *accounts,
    const VowelAccount *account, gint64 now, GError **error);
/* What a client is given instead of the key of @account. (transfer full) */
gchar *vowel_accounts_make_client_token (VowelAccounts *accounts,
    const VowelAccount *account, gint64 now, guint ttl_s, GError **error);

G_END_DECLS
