/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sqlite-store-private.h"

#define COLUMNS                                                                \
  "at, actor, address, action, method, path, app_id, target, status"

static VowelAuditEntry *
read_entry (VowelStatement *statement)
{
  VowelAuditEntry *entry = g_new0 (VowelAuditEntry, 1);

  entry->id = sqlite3_column_int64 (statement, 0);
  entry->at = sqlite3_column_int64 (statement, 1);
  entry->actor = vowel_statement_dup_text (statement, 2);
  entry->address = vowel_statement_dup_text (statement, 3);
  entry->action = vowel_statement_dup_text (statement, 4);
  entry->method = vowel_statement_dup_text (statement, 5);
  entry->path = vowel_statement_dup_text (statement, 6);
  entry->app_id = vowel_statement_dup_text (statement, 7);
  entry->target = vowel_statement_dup_text (statement, 8);
  entry->status = sqlite3_column_int (statement, 9);
  return entry;
}

static GPtrArray *
list_audit (VowelStore *store, const VowelAuditFilter *filter, GError **error)
{
  g_autoptr (GPtrArray) entries =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_audit_entry_free);
  g_autoptr (GError) step_error = NULL;
  g_autoptr (VowelStatement) statement = vowel_statement_new (
      vowel_sqlite_store_get_reader (VOWEL_SQLITE_STORE (store)),
      "SELECT id, " COLUMNS " FROM audit"
      " WHERE (?1 IS NULL OR app_id = ?1) AND (?2 IS NULL OR action = ?2)"
      " AND (?3 = 0 OR id < ?3) ORDER BY id DESC LIMIT ?4",
      error);

  if (statement == NULL)
    return NULL;
  vowel_statement_bind_text (statement, 1, filter->app_id);
  vowel_statement_bind_text (statement, 2, filter->action);
  vowel_statement_bind_int (statement, 3, filter->before);
  vowel_statement_bind_int (statement, 4, filter->limit);
  while (vowel_statement_step (statement, &step_error))
    g_ptr_array_add (entries, read_entry (statement));
  if (step_error == NULL)
    return g_steal_pointer (&entries);
  g_propagate_error (error, g_steal_pointer (&step_error));
  return NULL;
}

static gboolean
write_entry (sqlite3 *database, gpointer data, GError **error)
{
  const VowelAuditEntry *entry = data;
  g_autoptr (VowelStatement) statement = vowel_statement_new (database,
      "INSERT INTO audit (" COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      error);

  if (statement == NULL)
    return FALSE;
  vowel_statement_bind_int (statement, 1, entry->at);
  vowel_statement_bind_text (statement, 2, entry->actor);
  vowel_statement_bind_text (statement, 3, entry->address);
  vowel_statement_bind_text (statement, 4, entry->action);
  vowel_statement_bind_text (statement, 5, entry->method);
  vowel_statement_bind_text (statement, 6, entry->path);
  vowel_statement_bind_text (statement, 7, entry->app_id);
  vowel_statement_bind_text (statement, 8, entry->target);
  vowel_statement_bind_int (statement, 9, entry->status);
  return vowel_statement_run (statement, error);
}

static void
add_audit (VowelStore *store, const VowelAuditEntry *entry)
{
  vowel_sqlite_store_write (VOWEL_SQLITE_STORE (store), write_entry,
      vowel_audit_entry_copy (entry), (GDestroyNotify) vowel_audit_entry_free,
      NULL, NULL);
}

static gboolean
write_forgotten (sqlite3 *database, gpointer data, GError **error)
{
  g_autoptr (VowelStatement) statement =
      vowel_statement_new (database, "DELETE FROM audit WHERE at < ?", error);

  if (statement == NULL)
    return FALSE;
  vowel_statement_bind_int (statement, 1, *(gint64 *) data);
  return vowel_statement_run (statement, error);
}

static void
forget_audit (VowelStore *store, gint64 before)
{
  vowel_sqlite_store_write (VOWEL_SQLITE_STORE (store), write_forgotten,
      g_memdup2 (&before, sizeof (before)), g_free, NULL, NULL);
}

void
vowel_sqlite_audit_init_interface (VowelStoreInterface *iface)
{
  iface->list_audit = list_audit;
  iface->add_audit = add_audit;
  iface->forget_audit = forget_audit;
}
