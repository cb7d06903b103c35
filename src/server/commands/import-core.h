/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/store/keyring.h"

G_BEGIN_DECLS

typedef struct {
  guint apps;
  guint api_keys;
  guint provider_keys;
} VowelImportCount;

/* Copies what is in the database of a Vowel Core at @path into the keyring's
 * store. Keys are found by another hash here, so each is opened: it must have
 * been kept under the same secret, or nothing is copied at all. What is there
 * already stays as it is. Blocks; for commands. */
gboolean vowel_import_core (VowelKeyring *keyring, const gchar *path,
    VowelImportCount *ret_count, GError **error);

G_END_DECLS
