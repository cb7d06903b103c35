/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "import-core.h"

#include "server/store/key-text.h"
#include "server/store/sqlite-store-private.h"

#include <string.h>

/* What was read, all of it before anything is written. */
typedef struct {
  VowelKeyring *keyring;
  sqlite3 *core;
  GPtrArray *apps;
  GPtrArray *api_keys;
  GPtrArray *provider_keys;
} Import;

static void
import_clear (Import *self)
{
  if (self->core != NULL)
    vowel_statement_forget (self->core);
  sqlite3_close (self->core);
  g_clear_pointer (&self->apps, g_ptr_array_unref);
  g_clear_pointer (&self->api_keys, g_ptr_array_unref);
  g_clear_pointer (&self->provider_keys, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Import, import_clear)

typedef gboolean (*ReadRow) (
    Import *self, VowelStatement *statement, GError **error);

static gboolean
read_rows (Import *self, const gchar *sql, ReadRow read, GError **error)
{
  g_autoptr (VowelStatement) statement =
      vowel_statement_new (self->core, sql, error);
  g_autoptr (GError) step_error = NULL;

  if (statement == NULL) {
    g_prefix_error (error, "This is no database of Vowel Core: ");
    return FALSE;
  }
  while (vowel_statement_step (statement, &step_error))
    if (!read (self, statement, error))
      return FALSE;
  if (step_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&step_error));
  return FALSE;
}

static gboolean
read_app (Import *self, VowelStatement *statement, GError **error)
{
  VowelApp *app = g_new0 (VowelApp, 1);

  app->id = vowel_statement_dup_text (statement, 0);
  app->name = vowel_statement_dup_text (statement, 1);
  app->description = vowel_statement_dup_text (statement, 2);
  app->default_provider = vowel_statement_dup_text (statement, 3);
  app->runtime_config = vowel_statement_dup_text (statement, 4);
  app->created_at = sqlite3_column_int64 (statement, 5);
  app->updated_at = sqlite3_column_int64 (statement, 6);
  g_ptr_array_add (self->apps, app);
  return TRUE;
}

/* Core keeps the nonce apart; else its form is ours. */
static GBytes *
read_sealed (VowelStatement *statement, gint nonce, gint text)
{
  g_autoptr (GByteArray) sealed = g_byte_array_new ();

  g_byte_array_append (sealed, sqlite3_column_blob (statement, nonce),
      sqlite3_column_bytes (statement, nonce));
  g_byte_array_append (sealed, sqlite3_column_blob (statement, text),
      sqlite3_column_bytes (statement, text));
  return g_byte_array_free_to_bytes (g_steal_pointer (&sealed));
}

static gboolean
read_api_key (Import *self, VowelStatement *statement, GError **error)
{
  g_autoptr (VowelApiKey) key = g_new0 (VowelApiKey, 1);
  g_auto (GStrv) scopes = vowel_statement_dup_strings (statement, 4);
  g_auto (GStrv) providers = vowel_statement_dup_strings (statement, 6);
  g_autofree gchar *text = NULL;

  key->id = vowel_statement_dup_text (statement, 0);
  key->app_id = vowel_statement_dup_text (statement, 1);
  key->sealed = read_sealed (statement, 3, 2);
  key->scopes = vowel_key_filter_scopes ((const gchar *const *) scopes);
  key->label = vowel_statement_dup_text (statement, 5);
  key->allowed_providers =
      vowel_key_filter_providers ((const gchar *const *) providers);
  key->revoked_at = sqlite3_column_int64 (statement, 7);
  key->created_at = sqlite3_column_int64 (statement, 8);
  text = vowel_keyring_reveal (self->keyring, key, error);
  if (text == NULL) {
    g_prefix_error (error, "Key %s: ", key->id);
    return FALSE;
  }
  key->hash = vowel_key_hash (text);
  g_ptr_array_add (self->api_keys, g_steal_pointer (&key));
  return TRUE;
}

static gboolean
read_provider_key (Import *self, VowelStatement *statement, GError **error)
{
  VowelProviderKey *key = g_new0 (VowelProviderKey, 1);

  key->id = vowel_statement_dup_text (statement, 0);
  key->app_id = vowel_statement_dup_text (statement, 1);
  key->provider = vowel_statement_dup_text (statement, 2);
  key->label = vowel_statement_dup_text (statement, 3);
  key->sealed = read_sealed (statement, 5, 4);
  key->created_at = sqlite3_column_int64 (statement, 6);
  g_ptr_array_add (self->provider_keys, key);
  return TRUE;
}

static gboolean
read_all (Import *self, const gchar *path, GError **error)
{
  if (sqlite3_open_v2 (path, &self->core, SQLITE_OPEN_READONLY, NULL)
      != SQLITE_OK) {
    vowel_sqlite_set_error (self->core, path, error);
    return FALSE;
  }
  return read_rows (self,
             "SELECT id, name, description, default_provider, runtime_config,"
             " created_at, updated_at FROM apps",
             read_app, error)
         && read_rows (self,
             "SELECT id, app_id, encrypted_key, iv, scopes, label,"
             " allowed_providers, revoked_at, created_at FROM api_keys",
             read_api_key, error)
         && read_rows (self,
             "SELECT id, app_id, provider, label, encrypted_key, iv, created_at"
             " FROM provider_keys",
             read_provider_key, error);
}

/* --- writing --- */

/* FALSE without an error: it is there already. */
static gboolean
wait (GAsyncResult **result, GError **error)
{
  g_autoptr (GError) write_error = NULL;

  if (vowel_store_wait (result, &write_error))
    return TRUE;
  if (!g_error_matches (
          write_error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_CONFLICT))
    g_propagate_error (error, g_steal_pointer (&write_error));
  return FALSE;
}

static gboolean
write_all (Import *self, VowelImportCount *count, GError **error)
{
  VowelStore *store = vowel_keyring_get_store (self->keyring);
  g_autoptr (GError) write_error = NULL;

  for (guint i = 0; i < self->apps->len && !write_error; i++) {
    const VowelApp *app = g_ptr_array_index (self->apps, i);
    g_autoptr (VowelApp) there = vowel_store_get_app (store, app->id, NULL);
    GAsyncResult *result = NULL;

    if (there != NULL)
      continue;
    vowel_store_put_app (store, app, vowel_store_note_result, &result);
    count->apps += wait (&result, &write_error);
  }
  for (guint i = 0; i < self->api_keys->len && !write_error; i++) {
    const VowelApiKey *key = g_ptr_array_index (self->api_keys, i);
    g_autoptr (VowelApiKey) there =
        vowel_store_get_api_key (store, key->id, NULL);
    GAsyncResult *result = NULL;

    if (there != NULL)
      continue;
    vowel_store_put_api_key (store, key, vowel_store_note_result, &result);
    count->api_keys += wait (&result, &write_error);
  }
  for (guint i = 0; i < self->provider_keys->len && !write_error; i++) {
    GAsyncResult *result = NULL;

    vowel_store_put_provider_key (store,
        g_ptr_array_index (self->provider_keys, i), vowel_store_note_result,
        &result);
    count->provider_keys += wait (&result, &write_error);
  }
  if (write_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&write_error));
  return FALSE;
}

gboolean
vowel_import_core (VowelKeyring *keyring, const gchar *path,
    VowelImportCount *ret_count, GError **error)
{
  g_auto (Import) self = {.keyring = keyring};

  self.apps = g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_app_free);
  self.api_keys =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_api_key_free);
  self.provider_keys =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_provider_key_free);
  return read_all (&self, path, error) && write_all (&self, ret_count, error);
}
