/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "keyring.h"

#include "key-text.h"

#include <gnutls/gnutls.h>
#include <string.h>

struct _VowelKeyring {
  VowelStore *store;
  VowelVault *vault;
};

static gint64
get_now_ms (void)
{
  return g_get_real_time () / 1000;
}

VowelKeyring *
vowel_keyring_new (VowelStore *store, const gchar *secret, GError **error)
{
  g_autoptr (VowelVault) vault = vowel_vault_new (secret, error);
  VowelKeyring *self;

  if (vault == NULL)
    return NULL;
  self = g_new0 (VowelKeyring, 1);
  self->store = g_object_ref (store);
  self->vault = g_steal_pointer (&vault);
  return self;
}

void
vowel_keyring_free (VowelKeyring *self)
{
  g_object_unref (self->store);
  vowel_vault_free (self->vault);
  g_free (self);
}

VowelStore *
vowel_keyring_get_store (VowelKeyring *self)
{
  return self->store;
}

static VowelApiKey *
make_row (VowelKeyring *self, const gchar *app_id, const gchar *text,
    const gchar *label)
{
  VowelApiKey *key = g_new0 (VowelApiKey, 1);

  key->id = g_uuid_string_random ();
  key->app_id = g_strdup (app_id);
  key->hash = vowel_key_hash (text);
  key->sealed = vowel_vault_seal (self->vault, text);
  key->label = g_strdup (label);
  key->created_at = get_now_ms ();
  return key;
}

VowelApiKey *
vowel_keyring_adopt (VowelKeyring *self, const gchar *app_id, const gchar *text,
    const gchar *label, const gchar *const *scopes,
    const gchar *const *providers, GError **error)
{
  static const gchar *const default_scopes[] = {VOWEL_SCOPE_MINT, NULL};
  g_auto (GStrv) kept =
      vowel_key_filter_scopes (scopes != NULL ? scopes : default_scopes);
  VowelApiKey *key;

  if (kept[0] == NULL) {
    g_set_error (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_CONFLICT,
        "scopes must have at least one of: %s", vowel_key_list_scopes ());
    return NULL;
  }
  key = make_row (self, app_id, text, label);
  key->scopes = g_steal_pointer (&kept);
  key->allowed_providers = vowel_key_filter_providers (providers);
  return key;
}

VowelApiKey *
vowel_keyring_make (VowelKeyring *self, const gchar *app_id, const gchar *label,
    const gchar *const *scopes, const gchar *const *providers, gchar **ret_text,
    GError **error)
{
  g_autofree gchar *text = vowel_key_make ();
  VowelApiKey *key =
      vowel_keyring_adopt (self, app_id, text, label, scopes, providers, error);

  if (key != NULL)
    *ret_text = g_steal_pointer (&text);
  return key;
}

VowelApiKey *
vowel_keyring_make_voicex (VowelKeyring *self, const gchar *app_id,
    const gchar *label, const gchar *const *scopes, gchar **ret_text)
{
  g_autofree gchar *text = vowel_key_make_voicex ();
  VowelApiKey *key = make_row (self, app_id, text, label);

  key->scopes = g_strdupv ((gchar **) scopes);
  key->allowed_providers = vowel_key_filter_providers (NULL);
  *ret_text = g_steal_pointer (&text);
  return key;
}

VowelApiKey *
vowel_keyring_check (VowelKeyring *self, const gchar *text, GError **error)
{
  g_autofree gchar *hash = vowel_key_hash (text);
  g_autoptr (GError) find_error = NULL;
  g_autoptr (VowelApiKey) key =
      vowel_store_find_api_key (self->store, hash, &find_error);

  if (key == NULL
      && !g_error_matches (
          find_error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_NOT_FOUND)) {
    g_propagate_error (error, g_steal_pointer (&find_error));
    return NULL;
  }
  /* Wrong and revoked keys get the same answer. */
  if (key != NULL && key->revoked_at == 0
      && gnutls_memcmp (key->hash, hash, strlen (hash)) == 0)
    return g_steal_pointer (&key);
  g_set_error_literal (
      error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_NOT_FOUND, "Invalid API key");
  return NULL;
}

gboolean
vowel_keyring_knows (VowelKeyring *self, const gchar *text)
{
  g_autofree gchar *hash = vowel_key_hash (text);
  g_autoptr (VowelApiKey) key =
      vowel_store_find_api_key (self->store, hash, NULL);

  return key != NULL;
}

gchar *
vowel_keyring_reveal (
    VowelKeyring *self, const VowelApiKey *key, GError **error)
{
  if (key->sealed != NULL)
    return vowel_vault_open (self->vault, key->sealed, error);
  g_set_error_literal (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_NOT_FOUND,
      "This key was not kept and cannot be shown");
  return NULL;
}

VowelProviderKey *
vowel_keyring_seal_provider_key (VowelKeyring *self, const gchar *app_id,
    const gchar *provider, const gchar *label, const gchar *text)
{
  VowelProviderKey *key = g_new0 (VowelProviderKey, 1);

  key->id = g_uuid_string_random ();
  key->app_id = g_strdup (app_id);
  key->provider = g_strdup (provider);
  key->label = g_strdup (label);
  key->sealed = vowel_vault_seal (self->vault, text);
  key->created_at = get_now_ms ();
  return key;
}

gchar *
vowel_keyring_derive_secret (VowelKeyring *self, const gchar *purpose)
{
  return vowel_vault_derive (self->vault, purpose);
}

gchar *
vowel_keyring_seal_text (VowelKeyring *self, const gchar *text)
{
  g_autoptr (GBytes) sealed = vowel_vault_seal (self->vault, text);
  gsize size;
  const guchar *data = g_bytes_get_data (sealed, &size);

  return g_base64_encode (data, size);
}

gchar *
vowel_keyring_open_text (
    VowelKeyring *self, const gchar *sealed, GError **error)
{
  gsize size;
  guchar *data = g_base64_decode (sealed, &size);
  g_autoptr (GBytes) bytes = g_bytes_new_take (data, size);

  return vowel_vault_open (self->vault, bytes, error);
}

gchar *
vowel_keyring_find_provider_key (VowelKeyring *self, const gchar *app_id,
    const gchar *provider, GError **error)
{
  g_autoptr (GPtrArray) keys =
      vowel_store_list_provider_keys (self->store, app_id, error);

  for (guint i = keys ? keys->len : 0; i > 0; i--) {
    VowelProviderKey *key = g_ptr_array_index (keys, i - 1);

    if (g_str_equal (key->provider, provider))
      return vowel_vault_open (self->vault, key->sealed, error);
  }
  return NULL;
}

gboolean
vowel_api_key_has_scope (const VowelApiKey *key, const gchar *scope)
{
  return g_strv_contains ((const gchar *const *) key->scopes, scope);
}

gboolean
vowel_api_key_allows (const VowelApiKey *key, const gchar *provider)
{
  return g_strv_contains (
      (const gchar *const *) key->allowed_providers, provider);
}
