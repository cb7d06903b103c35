/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sqlite-store-private.h"

#define COLUMNS                                                                \
  "id, name, description, default_provider, runtime_config, created_at, "      \
  "updated_at"

static VowelApp *
read_row (VowelStatement *statement)
{
  VowelApp *app = g_new0 (VowelApp, 1);

  app->id = vowel_statement_dup_text (statement, 0);
  app->name = vowel_statement_dup_text (statement, 1);
  app->description = vowel_statement_dup_text (statement, 2);
  app->default_provider = vowel_statement_dup_text (statement, 3);
  app->runtime_config = vowel_statement_dup_text (statement, 4);
  app->created_at = sqlite3_column_int64 (statement, 5);
  app->updated_at = sqlite3_column_int64 (statement, 6);
  return app;
}

static GPtrArray *
list_apps (VowelStore *store, GError **error)
{
  g_autoptr (GPtrArray) apps =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_app_free);
  g_autoptr (VowelStatement) statement = vowel_statement_new (
      vowel_sqlite_store_get_reader (VOWEL_SQLITE_STORE (store)),
      "SELECT " COLUMNS " FROM apps ORDER BY created_at DESC, rowid DESC",
      error);
  g_autoptr (GError) step_error = NULL;

  if (statement == NULL)
    return NULL;
  while (vowel_statement_step (statement, &step_error))
    g_ptr_array_add (apps, read_row (statement));
  if (step_error == NULL)
    return g_steal_pointer (&apps);
  g_propagate_error (error, g_steal_pointer (&step_error));
  return NULL;
}

static VowelApp *
get_app (VowelStore *store, const gchar *id, GError **error)
{
  g_autoptr (VowelStatement) statement = vowel_statement_new (
      vowel_sqlite_store_get_reader (VOWEL_SQLITE_STORE (store)),
      "SELECT " COLUMNS " FROM apps WHERE id = ?", error);
  g_autoptr (GError) step_error = NULL;

  if (statement == NULL)
    return NULL;
  vowel_statement_bind_text (statement, 1, id);
  if (vowel_statement_step (statement, &step_error))
    return read_row (statement);
  if (step_error != NULL)
    g_propagate_error (error, g_steal_pointer (&step_error));
  else
    g_set_error (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_NOT_FOUND,
        "There is no app \"%s\"", id);
  return NULL;
}

static gboolean
write_app (sqlite3 *database, gpointer data, GError **error)
{
  const VowelApp *app = data;
  g_autoptr (VowelStatement) statement = vowel_statement_new (database,
      "INSERT INTO apps (" COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (id) DO UPDATE SET name = excluded.name,"
      " description = excluded.description,"
      " default_provider = excluded.default_provider,"
      " runtime_config = excluded.runtime_config,"
      " updated_at = excluded.updated_at",
      error);

  if (statement == NULL)
    return FALSE;
  vowel_statement_bind_text (statement, 1, app->id);
  vowel_statement_bind_text (statement, 2, app->name);
  vowel_statement_bind_text (statement, 3, app->description);
  vowel_statement_bind_text (statement, 4, app->default_provider);
  vowel_statement_bind_text (statement, 5, app->runtime_config);
  vowel_statement_bind_int (statement, 6, app->created_at);
  vowel_statement_bind_int (statement, 7, app->updated_at);
  return vowel_statement_run (statement, error);
}

static void
put_app (VowelStore *store, const VowelApp *app, GAsyncReadyCallback callback,
    gpointer user_data)
{
  vowel_sqlite_store_write (VOWEL_SQLITE_STORE (store), write_app,
      vowel_app_copy (app), (GDestroyNotify) vowel_app_free, callback,
      user_data);
}

static void
delete_app (VowelStore *store, const gchar *id, GAsyncReadyCallback callback,
    gpointer user_data)
{
  vowel_sqlite_store_write_by_id (VOWEL_SQLITE_STORE (store),
      "DELETE FROM apps WHERE id = ?", id, "There is no such app", callback,
      user_data);
}

void
vowel_sqlite_apps_init_interface (VowelStoreInterface *iface)
{
  iface->list_apps = list_apps;
  iface->get_app = get_app;
  iface->put_app = put_app;
  iface->delete_app = delete_app;
}
