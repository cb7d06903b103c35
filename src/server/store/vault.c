/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vault.h"

#include "store.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#define KEY_SIZE 32
#define NONCE_SIZE 12
#define TAG_SIZE 16
#define MAX_TEXT (64 * 1024)

struct _VowelVault {
  /* GnuTLS keeps no state in it between two calls. */
  gnutls_aead_cipher_hd_t cipher;
  guint8 root[KEY_SIZE]; /* other secrets are made of it (RFC 5869) */
};

VowelVault *
vowel_vault_new (const gchar *secret, GError **error)
{
  g_autofree VowelVault *self = NULL;
  guint8 key[KEY_SIZE];
  const gnutls_datum_t datum = {key, sizeof (key)};
  gint result;

  if (secret == NULL || strlen (secret) < VOWEL_VAULT_SECRET_MIN_LENGTH) {
    g_set_error (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_UNUSABLE,
        "ENCRYPTION_KEY, under which keys are kept, needs at least %d "
        "characters: take the output of openssl rand -hex 32",
        VOWEL_VAULT_SECRET_MIN_LENGTH);
    return NULL;
  }
  self = g_new0 (VowelVault, 1);
  result = gnutls_hash_fast (GNUTLS_DIG_SHA256, secret, strlen (secret), key);
  if (result == GNUTLS_E_SUCCESS)
    result = gnutls_hkdf_extract (GNUTLS_MAC_SHA256, &datum, NULL, self->root);
  if (result == GNUTLS_E_SUCCESS)
    result = gnutls_aead_cipher_init (
        &self->cipher, GNUTLS_CIPHER_AES_256_GCM, &datum);
  gnutls_memset (key, 0, sizeof (key));
  if (result == GNUTLS_E_SUCCESS)
    return g_steal_pointer (&self);
  g_set_error (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_FAILED,
      "Keys cannot be encrypted: %s", gnutls_strerror (result));
  return NULL;
}

void
vowel_vault_free (VowelVault *self)
{
  gnutls_aead_cipher_deinit (self->cipher);
  gnutls_memset (self->root, 0, sizeof (self->root));
  g_free (self);
}

gchar *
vowel_vault_derive (VowelVault *self, const gchar *purpose)
{
  const gnutls_datum_t root = {self->root, sizeof (self->root)};
  const gnutls_datum_t info = {(guint8 *) purpose, strlen (purpose)};
  guint8 secret[KEY_SIZE];
  g_autoptr (GString) text = g_string_sized_new (2 * sizeof (secret));

  if (gnutls_hkdf_expand (
          GNUTLS_MAC_SHA256, &root, &info, secret, sizeof (secret))
      != GNUTLS_E_SUCCESS)
    g_error ("HKDF does not work");
  for (guint i = 0; i < sizeof (secret); i++)
    g_string_append_printf (text, "%02x", secret[i]);
  gnutls_memset (secret, 0, sizeof (secret));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

GBytes *
vowel_vault_seal (VowelVault *self, const gchar *text)
{
  gsize length = strlen (text);
  gsize sealed_size = length + TAG_SIZE;
  guint8 *sealed = g_malloc (NONCE_SIZE + sealed_size);

  /* Both can only fail when the library itself is broken. */
  if (gnutls_rnd (GNUTLS_RND_NONCE, sealed, NONCE_SIZE) != GNUTLS_E_SUCCESS
      || gnutls_aead_cipher_encrypt (self->cipher, sealed, NONCE_SIZE, NULL, 0,
             TAG_SIZE, text, length, sealed + NONCE_SIZE, &sealed_size)
             != GNUTLS_E_SUCCESS)
    g_error ("AES-256-GCM does not work");
  return g_bytes_new_take (sealed, NONCE_SIZE + sealed_size);
}

gchar *
vowel_vault_open (VowelVault *self, GBytes *sealed, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (sealed, &size);
  g_autofree gchar *text = NULL;
  gsize length;

  if (size >= NONCE_SIZE + TAG_SIZE && size <= MAX_TEXT) {
    length = size - NONCE_SIZE - TAG_SIZE;
    text = g_malloc0 (length + 1);
    if (gnutls_aead_cipher_decrypt (self->cipher, data, NONCE_SIZE, NULL, 0,
            TAG_SIZE, data + NONCE_SIZE, size - NONCE_SIZE, text, &length)
            == GNUTLS_E_SUCCESS
        && strlen (text) == length)
      return g_steal_pointer (&text);
  }
  g_set_error_literal (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_UNUSABLE,
      "A key cannot be decrypted: it was kept under another ENCRYPTION_KEY");
  return NULL;
}
