/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "store.h"
#include "vault.h"

G_BEGIN_DECLS

/**
 * VowelKeyring:
 *
 * Makes, finds and shows the keys of a store. Used by the store's thread.
 */
typedef struct _VowelKeyring VowelKeyring;

/* @secret: see vowel_vault_new(). */
VowelKeyring *vowel_keyring_new (
    VowelStore *store, const gchar *secret, GError **error);
void vowel_keyring_free (VowelKeyring *keyring);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelKeyring, vowel_keyring_free)

VowelStore *vowel_keyring_get_store (VowelKeyring *keyring);

/* The row of a new key, which is not in the store yet. @scopes and @providers:
 * (nullable): NULL for the defaults; fails when @scopes has none that exists.
 * @ret_text: the key itself. (transfer full) */
VowelApiKey *vowel_keyring_make (VowelKeyring *keyring, const gchar *app_id,
    const gchar *label, const gchar *const *scopes,
    const gchar *const *providers, gchar **ret_text, GError **error);
/* The same for a key that is there already. */
VowelApiKey *vowel_keyring_adopt (VowelKeyring *keyring, const gchar *app_id,
    const gchar *text, const gchar *label, const gchar *const *scopes,
    const gchar *const *providers, GError **error);
/* The row of a new key as Voicex has them. @scopes: what its client said,
 * whatever that is: such a key is for the app's agents alone. (transfer full)
 */
VowelApiKey *vowel_keyring_make_voicex (VowelKeyring *keyring,
    const gchar *app_id, const gchar *label, const gchar *const *scopes,
    gchar **ret_text);
/* The row of @text. Fails when there is none, or it is revoked. (transfer full)
 */
VowelApiKey *vowel_keyring_check (
    VowelKeyring *keyring, const gchar *text, GError **error);
/* Whether there is a row of @text, good or revoked. */
gboolean vowel_keyring_knows (VowelKeyring *keyring, const gchar *text);
/* The key itself. (transfer full) */
gchar *vowel_keyring_reveal (
    VowelKeyring *keyring, const VowelApiKey *key, GError **error);

/* The row of a provider's key, which is not in the store yet. (transfer full)
 */
VowelProviderKey *vowel_keyring_seal_provider_key (VowelKeyring *keyring,
    const gchar *app_id, const gchar *provider, const gchar *label,
    const gchar *text);

/* See vowel_vault_derive(). (transfer full) */
gchar *vowel_keyring_derive_secret (
    VowelKeyring *keyring, const gchar *purpose);
/* For what documents keep: @text sealed, as base64; and back. (transfer full)
 */
gchar *vowel_keyring_seal_text (VowelKeyring *keyring, const gchar *text);
gchar *vowel_keyring_open_text (
    VowelKeyring *keyring, const gchar *sealed, GError **error);

/* The newest key of @provider that the app has. NULL without an error: there is
 * none. (transfer full) (nullable) */
gchar *vowel_keyring_find_provider_key (VowelKeyring *keyring,
    const gchar *app_id, const gchar *provider, GError **error);

gboolean vowel_api_key_has_scope (const VowelApiKey *key, const gchar *scope);
gboolean vowel_api_key_allows (const VowelApiKey *key, const gchar *provider);

G_END_DECLS
