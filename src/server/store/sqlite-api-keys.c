/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sqlite-store-private.h"

#define COLUMNS                                                                \
  "id, app_id, hash, sealed, scopes, label, allowed_providers, revoked_at, "   \
  "created_at, last_used_at, uses"

static VowelApiKey *
read_row (VowelStatement *statement)
{
  VowelApiKey *key = g_new0 (VowelApiKey, 1);

  key->id = vowel_statement_dup_text (statement, 0);
  key->app_id = vowel_statement_dup_text (statement, 1);
  key->hash = vowel_statement_dup_text (statement, 2);
  key->sealed = vowel_statement_dup_bytes (statement, 3);
  key->scopes = vowel_statement_dup_strings (statement, 4);
  key->label = vowel_statement_dup_text (statement, 5);
  key->allowed_providers = vowel_statement_dup_strings (statement, 6);
  key->revoked_at = sqlite3_column_int64 (statement, 7);
  key->created_at = sqlite3_column_int64 (statement, 8);
  key->last_used_at = sqlite3_column_int64 (statement, 9);
  key->uses = sqlite3_column_int64 (statement, 10);
  return key;
}

static GPtrArray *
list_api_keys (VowelStore *store, const gchar *app_id, GError **error)
{
  g_autoptr (GPtrArray) keys =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_api_key_free);
  g_autoptr (VowelStatement) statement = vowel_statement_new (
      vowel_sqlite_store_get_reader (VOWEL_SQLITE_STORE (store)),
      "SELECT " COLUMNS " FROM api_keys WHERE ?1 IS NULL OR app_id = ?1"
      " ORDER BY created_at DESC, rowid DESC",
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

static VowelApiKey *
get_one (
    VowelStore *store, const gchar *sql, const gchar *value, GError **error)
{
  g_autoptr (VowelStatement) statement = vowel_statement_new (
      vowel_sqlite_store_get_reader (VOWEL_SQLITE_STORE (store)), sql, error);
  g_autoptr (GError) step_error = NULL;

  if (statement == NULL)
    return NULL;
  vowel_statement_bind_text (statement, 1, value);
  if (vowel_statement_step (statement, &step_error))
    return read_row (statement);
  if (step_error != NULL)
    g_propagate_error (error, g_steal_pointer (&step_error));
  else
    g_set_error_literal (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_NOT_FOUND,
        "There is no such key");
  return NULL;
}

static VowelApiKey *
get_api_key (VowelStore *store, const gchar *id, GError **error)
{
  return get_one (
      store, "SELECT " COLUMNS " FROM api_keys WHERE id = ?", id, error);
}

static VowelApiKey *
find_api_key (VowelStore *store, const gchar *hash, GError **error)
{
  return get_one (
      store, "SELECT " COLUMNS " FROM api_keys WHERE hash = ?", hash, error);
}

/* What a key is worth may change; what it is, whose, and whether it is revoked
 * may not. */
static gboolean
write_api_key (sqlite3 *database, gpointer data, GError **error)
{
  const VowelApiKey *key = data;
  g_autoptr (VowelStatement) statement = vowel_statement_new (database,
      "INSERT INTO api_keys (" COLUMNS ")"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (id) DO UPDATE SET scopes = excluded.scopes,"
      " label = excluded.label,"
      " allowed_providers = excluded.allowed_providers",
      error);

  if (statement == NULL)
    return FALSE;
  vowel_statement_bind_text (statement, 1, key->id);
  vowel_statement_bind_text (statement, 2, key->app_id);
  vowel_statement_bind_text (statement, 3, key->hash);
  vowel_statement_bind_bytes (statement, 4, key->sealed);
  vowel_statement_bind_strings (statement, 5, key->scopes);
  vowel_statement_bind_text (statement, 6, key->label);
  vowel_statement_bind_strings (statement, 7, key->allowed_providers);
  vowel_statement_bind_int (statement, 8, key->revoked_at);
  vowel_statement_bind_int (statement, 9, key->created_at);
  vowel_statement_bind_int (statement, 10, key->last_used_at);
  vowel_statement_bind_int (statement, 11, key->uses);
  return vowel_statement_run (statement, error);
}

/* What was done with a key comes before what is done to it. */
static void
flush_uses (VowelStore *store)
{
  vowel_key_uses_flush (
      vowel_sqlite_store_get_uses (VOWEL_SQLITE_STORE (store)));
}

static void
put_api_key (VowelStore *store, const VowelApiKey *key,
    GAsyncReadyCallback callback, gpointer user_data)
{
  flush_uses (store);
  vowel_sqlite_store_write (VOWEL_SQLITE_STORE (store), write_api_key,
      vowel_api_key_copy (key), (GDestroyNotify) vowel_api_key_free, callback,
      user_data);
}

/* --- a moment in the life of one key --- */

typedef struct {
  gchar *id;
  gint64 at;
} Moment;

static Moment *
moment_new (const gchar *id, gint64 at)
{
  Moment *moment = g_new0 (Moment, 1);

  moment->id = g_strdup (id);
  moment->at = at;
  return moment;
}

static void
moment_free (gpointer data)
{
  Moment *moment = data;

  g_free (moment->id);
  g_free (moment);
}

static gboolean
write_moment (sqlite3 *database, const gchar *sql, const Moment *moment,
    const gchar *missing, GError **error)
{
  g_autoptr (VowelStatement) statement =
      vowel_statement_new (database, sql, error);

  if (statement == NULL)
    return FALSE;
  vowel_statement_bind_text (statement, 1, moment->id);
  vowel_statement_bind_int (statement, 2, moment->at);
  return vowel_statement_change (statement, missing, error);
}

static gboolean
write_revoked (sqlite3 *database, gpointer data, GError **error)
{
  return write_moment (database,
      "UPDATE api_keys SET revoked_at = ?2 WHERE id = ?1 AND revoked_at = 0",
      data, "There is no such key, or it is revoked already", error);
}

static void
revoke_api_key (VowelStore *store, const gchar *id, gint64 at,
    GAsyncReadyCallback callback, gpointer user_data)
{
  flush_uses (store);
  vowel_sqlite_store_write (VOWEL_SQLITE_STORE (store), write_revoked,
      moment_new (id, at), moment_free, callback, user_data);
}

static gboolean
write_use (sqlite3 *database, const VowelKeyUse *use, GError **error)
{
  g_autoptr (VowelStatement) statement = vowel_statement_new (database,
      "UPDATE api_keys SET last_used_at = max (last_used_at, ?2),"
      " uses = uses + ?3 WHERE id = ?1",
      error);

  if (statement == NULL)
    return FALSE;
  vowel_statement_bind_text (statement, 1, use->id);
  vowel_statement_bind_int (statement, 2, use->last_at);
  vowel_statement_bind_int (statement, 3, use->n);
  /* One that is gone meanwhile needs no count. */
  return vowel_statement_run (statement, error);
}

static gboolean
write_uses (sqlite3 *database, gpointer data, GError **error)
{
  GPtrArray *uses = data;

  for (guint i = 0; i < uses->len; i++)
    if (!write_use (database, g_ptr_array_index (uses, i), error))
      return FALSE;
  return TRUE;
}

void
vowel_sqlite_store_write_uses (GPtrArray *uses, gpointer store)
{
  vowel_sqlite_store_write (
      store, write_uses, uses, (GDestroyNotify) g_ptr_array_unref, NULL, NULL);
}

static void
note_api_key_used (VowelStore *store, const gchar *id, gint64 at)
{
  vowel_key_uses_note (
      vowel_sqlite_store_get_uses (VOWEL_SQLITE_STORE (store)), id, at);
}

static void
delete_api_key (VowelStore *store, const gchar *id,
    GAsyncReadyCallback callback, gpointer user_data)
{
  vowel_sqlite_store_write_by_id (VOWEL_SQLITE_STORE (store),
      "DELETE FROM api_keys WHERE id = ?", id, "There is no such key", callback,
      user_data);
}

void
vowel_sqlite_api_keys_init_interface (VowelStoreInterface *iface)
{
  iface->list_api_keys = list_api_keys;
  iface->get_api_key = get_api_key;
  iface->find_api_key = find_api_key;
  iface->put_api_key = put_api_key;
  iface->revoke_api_key = revoke_api_key;
  iface->delete_api_key = delete_api_key;
  iface->note_api_key_used = note_api_key_used;
}
