/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VOWEL_VAULT_SECRET_MIN_LENGTH 32

/**
 * VowelVault:
 *
 * Seals keys that may be shown again (AES-256-GCM under the SHA-256 of the
 * operator's secret, as Vowel Core does). One thread at a time.
 */
typedef struct _VowelVault VowelVault;

/* @secret: at least VOWEL_VAULT_SECRET_MIN_LENGTH characters; the error names
 * the setting. */
VowelVault *vowel_vault_new (const gchar *secret, GError **error);
void vowel_vault_free (VowelVault *vault);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelVault, vowel_vault_free)

/* A secret of 64 hexadecimal digits that is the same for the same @purpose, as
 * long as the operator's is. (transfer full) */
gchar *vowel_vault_derive (VowelVault *vault, const gchar *purpose);
/* A nonce, the text and its tag. (transfer full) */
GBytes *vowel_vault_seal (VowelVault *vault, const gchar *text);
/* Fails when it was sealed under another secret, or changed. (transfer full) */
gchar *vowel_vault_open (VowelVault *vault, GBytes *sealed, GError **error);

G_END_DECLS
