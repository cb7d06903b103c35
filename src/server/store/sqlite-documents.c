/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sqlite-store-private.h"

#define COLUMNS                                                                \
  "kind, id, app_id, key, body, created_at, updated_at, expires_at"
#define IS_THERE "(expires_at = 0 OR expires_at > ?3)"

static VowelDocument *
read_row (VowelStatement *statement)
{
  VowelDocument *document = g_new0 (VowelDocument, 1);

  document->kind = vowel_statement_dup_text (statement, 0);
  document->id = vowel_statement_dup_text (statement, 1);
  document->app_id = vowel_statement_dup_text (statement, 2);
  document->key = vowel_statement_dup_text (statement, 3);
  document->body = vowel_statement_dup_text (statement, 4);
  document->created_at = sqlite3_column_int64 (statement, 5);
  document->updated_at = sqlite3_column_int64 (statement, 6);
  document->expires_at = sqlite3_column_int64 (statement, 7);
  return document;
}

/* All rows of @sql for a kind and something that it compares with. */
static GPtrArray *
read_rows (VowelStore *store, const gchar *sql, const gchar *kind,
    const gchar *value, GError **error)
{
  g_autoptr (GPtrArray) documents =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_document_free);
  g_autoptr (VowelStatement) statement = vowel_statement_new (
      vowel_sqlite_store_get_reader (VOWEL_SQLITE_STORE (store)), sql, error);
  g_autoptr (GError) step_error = NULL;

  if (statement == NULL)
    return NULL;
  vowel_statement_bind_text (statement, 1, kind);
  vowel_statement_bind_text (statement, 2, value);
  vowel_statement_bind_int (statement, 3, g_get_real_time () / 1000);
  while (vowel_statement_step (statement, &step_error))
    g_ptr_array_add (documents, read_row (statement));
  if (step_error == NULL)
    return g_steal_pointer (&documents);
  g_propagate_error (error, g_steal_pointer (&step_error));
  return NULL;
}

static VowelDocument *
read_one (VowelStore *store, const gchar *sql, const gchar *kind,
    const gchar *value, GError **error)
{
  g_autoptr (GPtrArray) documents = read_rows (store, sql, kind, value, error);

  if (documents == NULL)
    return NULL;
  if (documents->len > 0)
    return g_ptr_array_steal_index (documents, 0);
  g_set_error (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_NOT_FOUND,
      "There is no %s %s", kind, value);
  return NULL;
}

static GPtrArray *
list_documents (
    VowelStore *store, const gchar *kind, const gchar *app_id, GError **error)
{
  return read_rows (store,
      "SELECT " COLUMNS " FROM documents WHERE kind = ?1 AND"
      " (?2 IS NULL OR app_id = ?2) AND " IS_THERE
      " ORDER BY created_at, rowid",
      kind, app_id, error);
}

static VowelDocument *
get_document (
    VowelStore *store, const gchar *kind, const gchar *id, GError **error)
{
  return read_one (store,
      "SELECT " COLUMNS " FROM documents WHERE kind = ?1 AND id = ?2"
      " AND " IS_THERE,
      kind, id, error);
}

static VowelDocument *
find_document (
    VowelStore *store, const gchar *kind, const gchar *key, GError **error)
{
  return read_one (store,
      "SELECT " COLUMNS " FROM documents WHERE kind = ?1 AND key = ?2"
      " AND " IS_THERE,
      kind, key, error);
}

/* --- writing --- */

/* One that has expired makes room for a new one of its key. */
static gboolean
write_forgotten (sqlite3 *database, GError **error)
{
  g_autoptr (VowelStatement) statement = vowel_statement_new (database,
      "DELETE FROM documents WHERE expires_at > 0 AND expires_at <= ?", error);

  if (statement == NULL)
    return FALSE;
  vowel_statement_bind_int (statement, 1, g_get_real_time () / 1000);
  return vowel_statement_run (statement, error);
}

static gboolean
write_document (
    sqlite3 *database, const VowelDocument *document, GError **error)
{
  g_autoptr (VowelStatement) statement = vowel_statement_new (database,
      "INSERT INTO documents (" COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (kind, id) DO UPDATE SET app_id = excluded.app_id,"
      " key = excluded.key, body = excluded.body,"
      " updated_at = excluded.updated_at, expires_at = excluded.expires_at",
      error);
  if (statement == NULL)
    return FALSE;
  vowel_statement_bind_text (statement, 1, document->kind);
  vowel_statement_bind_text (statement, 2, document->id);
  vowel_statement_bind_text (statement, 3, document->app_id);
  vowel_statement_bind_text (statement, 4, document->key);
  vowel_statement_bind_text (statement, 5, document->body);
  vowel_statement_bind_int (statement, 6, document->created_at);
  vowel_statement_bind_int (statement, 7, document->updated_at);
  vowel_statement_bind_int (statement, 8, document->expires_at);
  return vowel_statement_run (statement, error);
}

static gboolean
delete_document (
    sqlite3 *database, const VowelDocument *document, GError **error)
{
  g_autoptr (VowelStatement) statement = vowel_statement_new (
      database, "DELETE FROM documents WHERE kind = ? AND id = ?", error);

  if (statement == NULL)
    return FALSE;
  vowel_statement_bind_text (statement, 1, document->kind);
  vowel_statement_bind_text (statement, 2, document->id);
  return vowel_statement_change (statement, "It is not there", error);
}

static gboolean
write_documents (sqlite3 *database, gpointer data, GError **error)
{
  GPtrArray *documents = data;

  if (!write_forgotten (database, error))
    return FALSE;
  for (guint i = 0; i < documents->len; i++) {
    const VowelDocument *document = g_ptr_array_index (documents, i);

    if (!(document->body != NULL ? write_document : delete_document) (
            database, document, error))
      return FALSE;
  }
  return TRUE;
}

static void
put_documents (VowelStore *store, GPtrArray *documents,
    GAsyncReadyCallback callback, gpointer user_data)
{
  GPtrArray *copies = g_ptr_array_new_full (
      documents->len, (GDestroyNotify) vowel_document_free);

  for (guint i = 0; i < documents->len; i++)
    g_ptr_array_add (
        copies, vowel_document_copy (g_ptr_array_index (documents, i)));
  vowel_sqlite_store_write (VOWEL_SQLITE_STORE (store), write_documents, copies,
      (GDestroyNotify) g_ptr_array_unref, callback, user_data);
}

void
vowel_sqlite_documents_init_interface (VowelStoreInterface *iface)
{
  iface->list_documents = list_documents;
  iface->get_document = get_document;
  iface->find_document = find_document;
  iface->put_documents = put_documents;
}
