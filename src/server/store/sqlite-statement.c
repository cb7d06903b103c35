/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sqlite-store-private.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define MAX_LIST (64 * 1024)

void
vowel_sqlite_set_error (sqlite3 *database, const gchar *what, GError **error)
{
  VowelStoreError code;

  switch (sqlite3_errcode (database) & 0xff) {
    case SQLITE_CONSTRAINT:
      code = VOWEL_STORE_ERROR_CONFLICT;
      break;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      code = VOWEL_STORE_ERROR_UNUSABLE;
      break;
    default:
      code = VOWEL_STORE_ERROR_FAILED;
      break;
  }
  g_set_error (error, VOWEL_STORE_ERROR, code, "%s: %s", what,
      sqlite3_errmsg (database));
}

/* Statements that nobody uses at the moment, of one thread: by database, by
 * what they ask. To compile one costs more than to run it. */
static GPrivate kept = G_PRIVATE_INIT ((GDestroyNotify) g_hash_table_unref);

static void
finalize (gpointer statement)
{
  sqlite3_finalize (statement);
}

static GHashTable *
get_kept (sqlite3 *database)
{
  GHashTable *databases = g_private_get (&kept);
  GHashTable *statements;

  if (databases == NULL) {
    databases = g_hash_table_new_full (
        NULL, NULL, NULL, (GDestroyNotify) g_hash_table_unref);
    g_private_set (&kept, databases);
  }
  statements = g_hash_table_lookup (databases, database);
  if (statements == NULL) {
    statements =
        g_hash_table_new_full (g_str_hash, g_str_equal, NULL, finalize);
    g_hash_table_insert (databases, database, statements);
  }
  return statements;
}

void
vowel_statement_forget (sqlite3 *database)
{
  GHashTable *databases = g_private_get (&kept);

  if (databases != NULL)
    g_hash_table_remove (databases, database);
}

VowelStatement *
vowel_statement_new (sqlite3 *database, const gchar *sql, GError **error)
{
  VowelStatement *statement = NULL;

  if (g_hash_table_steal_extended (
          get_kept (database), sql, NULL, (gpointer *) &statement))
    return statement;
  if (sqlite3_prepare_v2 (database, sql, -1, &statement, NULL) == SQLITE_OK)
    return statement;
  vowel_sqlite_set_error (database, "The store cannot be asked", error);
  return NULL;
}

void
vowel_statement_free (VowelStatement *statement)
{
  GHashTable *statements = get_kept (sqlite3_db_handle (statement));
  const gchar *sql = sqlite3_sql (statement);

  if (g_hash_table_contains (statements, sql)) {
    sqlite3_finalize (statement);
    return;
  }
  /* What it was bound to is not kept in memory. */
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
  g_hash_table_insert (statements, (gpointer) sql, statement);
}

void
vowel_statement_bind_text (
    VowelStatement *statement, gint position, const gchar *text)
{
  sqlite3_bind_text (statement, position, text, -1, SQLITE_TRANSIENT);
}

void
vowel_statement_bind_int (
    VowelStatement *statement, gint position, gint64 number)
{
  sqlite3_bind_int64 (statement, position, number);
}

void
vowel_statement_bind_bytes (
    VowelStatement *statement, gint position, GBytes *bytes)
{
  gsize size;
  gconstpointer data;

  if (bytes == NULL)
    return;
  data = g_bytes_get_data (bytes, &size);
  sqlite3_bind_blob64 (statement, position, data, size, SQLITE_TRANSIENT);
}

void
vowel_statement_bind_strings (
    VowelStatement *statement, gint position, gchar **strings)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree gchar *text = NULL;

  json_builder_begin_array (builder);
  for (guint i = 0; strings != NULL && strings[i] != NULL; i++)
    json_builder_add_string_value (builder, strings[i]);
  json_builder_end_array (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  vowel_statement_bind_text (statement, position, text);
}

gchar *
vowel_statement_dup_text (VowelStatement *statement, gint column)
{
  return g_strdup ((const gchar *) sqlite3_column_text (statement, column));
}

GBytes *
vowel_statement_dup_bytes (VowelStatement *statement, gint column)
{
  gconstpointer data = sqlite3_column_blob (statement, column);

  return data != NULL
             ? g_bytes_new (data, sqlite3_column_bytes (statement, column))
             : NULL;
}

gchar **
vowel_statement_dup_strings (VowelStatement *statement, gint column)
{
  g_autoptr (GPtrArray) strings = g_ptr_array_new ();
  const gchar *text = (const gchar *) sqlite3_column_text (statement, column);
  g_autoptr (JsonNode) root =
      text != NULL ? gst_vowel_json_parse (text, strlen (text), MAX_LIST, NULL)
                   : NULL;
  JsonArray *array = root != NULL && JSON_NODE_HOLDS_ARRAY (root)
                         ? json_node_get_array (root)
                         : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);

    if (json_node_get_value_type (node) == G_TYPE_STRING)
      g_ptr_array_add (strings, json_node_dup_string (node));
  }
  g_ptr_array_add (strings, NULL);
  return (gchar **) g_ptr_array_steal (strings, NULL);
}

gboolean
vowel_statement_step (VowelStatement *statement, GError **error)
{
  switch (sqlite3_step (statement)) {
    case SQLITE_ROW:
      return TRUE;
    case SQLITE_DONE:
      return FALSE;
    default:
      vowel_sqlite_set_error (
          sqlite3_db_handle (statement), "The store refused", error);
      return FALSE;
  }
}

gboolean
vowel_statement_run (VowelStatement *statement, GError **error)
{
  g_autoptr (GError) step_error = NULL;

  while (vowel_statement_step (statement, &step_error))
    continue;
  if (step_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&step_error));
  return FALSE;
}

gboolean
vowel_statement_change (
    VowelStatement *statement, const gchar *missing, GError **error)
{
  if (!vowel_statement_run (statement, error))
    return FALSE;
  if (sqlite3_changes (sqlite3_db_handle (statement)) > 0)
    return TRUE;
  g_set_error_literal (
      error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_NOT_FOUND, missing);
  return FALSE;
}
