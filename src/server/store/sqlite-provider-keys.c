/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sqlite-store-private.h"

#define COLUMNS "id, app_id, provider, label, sealed, created_at"

static VowelProviderKey *
read_row (VowelStatement *statement)
{
  VowelProviderKey *key = g_new0 (VowelProviderKey, 1);

  key->id = vowel_statement_dup_text (statement, 0);
  key->app_id = vowel_statement_dup_text (statement, 1);
  key->provider = vowel_statement_dup_text (statement, 2);
  key->label = vowel_statement_dup_text (statement, 3);
  key->sealed = vowel_statement_dup_bytes (statement, 4);
  key->created_at = sqlite3_column_int64 (statement, 5);
  return key;
}

static GPtrArray *
list_provider_keys (VowelStore *store, const gchar *app_id, GError **error)
{
  g_autoptr (GPtrArray) keys =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_provider_key_free);
  g_autoptr (VowelStatement) statement = vowel_statement_new (
      vowel_sqlite_store_get_reader (VOWEL_SQLITE_STORE (store)),
      "SELECT " COLUMNS " FROM provider_keys WHERE ?1 IS NULL OR app_id = ?1"
      " ORDER BY created_at, rowid",
      error);
  g_autoptr (GError) step_error = NULL;

  if (statement == NULL)
    return NULL;
  vowel_statement_bind_text (statement, 1, app_id);
  while (vowel_statement_step (statement, &step_error))
    g_ptr_array_add (keys, read_row (statement));
  if (step_error == NULL)
    return g_steal_pointer (&keys);
  g_propagate_error (error, g_steal_pointer (&step_error));
  return NULL;
}

static gboolean
write_provider_key (sqlite3 *database, gpointer data, GError **error)
{
  const VowelProviderKey *key = data;
  g_autoptr (VowelStatement) statement = vowel_statement_new (database,
      "INSERT INTO provider_keys (" COLUMNS ") VALUES (?, ?, ?, ?, ?, ?)",
      error);

  if (statement == NULL)
    return FALSE;
  vowel_statement_bind_text (statement, 1, key->id);
  vowel_statement_bind_text (statement, 2, key->app_id);
  vowel_statement_bind_text (statement, 3, key->provider);
  vowel_statement_bind_text (statement, 4, key->label);
  vowel_statement_bind_bytes (statement, 5, key->sealed);
  vowel_statement_bind_int (statement, 6, key->created_at);
  return vowel_statement_run (statement, error);
}

static void
put_provider_key (VowelStore *store, const VowelProviderKey *key,
    GAsyncReadyCallback callback, gpointer user_data)
{
  vowel_sqlite_store_write (VOWEL_SQLITE_STORE (store), write_provider_key,
      vowel_provider_key_copy (key), (GDestroyNotify) vowel_provider_key_free,
      callback, user_data);
}

static gboolean
delete_row (sqlite3 *database, gpointer data, GError **error)
{
  const VowelProviderKey *key = data;
  g_autoptr (VowelStatement) statement = vowel_statement_new (
      database, "DELETE FROM provider_keys WHERE id = ? AND app_id = ?", error);

  if (statement == NULL)
    return FALSE;
  vowel_statement_bind_text (statement, 1, key->id);
  vowel_statement_bind_text (statement, 2, key->app_id);
  return vowel_statement_change (
      statement, "The app has no such provider key", error);
}

static void
delete_provider_key (VowelStore *store, const gchar *app_id, const gchar *id,
    GAsyncReadyCallback callback, gpointer user_data)
{
  const VowelProviderKey which = {
      .id = (gchar *) id, .app_id = (gchar *) app_id};

  vowel_sqlite_store_write (VOWEL_SQLITE_STORE (store), delete_row,
      vowel_provider_key_copy (&which),
      (GDestroyNotify) vowel_provider_key_free, callback, user_data);
}

void
vowel_sqlite_provider_keys_init_interface (VowelStoreInterface *iface)
{
  iface->list_provider_keys = list_provider_keys;
  iface->put_provider_key = put_provider_key;
  iface->delete_provider_key = delete_provider_key;
}
