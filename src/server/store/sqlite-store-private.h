/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "key-uses.h"
#include "sqlite-store.h"

#include <sqlite3.h>

G_BEGIN_DECLS

/*
 * Statements: bound by position, from 1; a NULL string is NULL. The first
 * failure is kept and told by what ends the statement.
 */
typedef sqlite3_stmt VowelStatement;

/* @sql: static, one statement. A statement that was freed is kept by its thread
 * for the next one who asks the same. */
VowelStatement *vowel_statement_new (
    sqlite3 *database, const gchar *sql, GError **error);
void vowel_statement_bind_text (
    VowelStatement *statement, gint position, const gchar *text);
void vowel_statement_bind_int (
    VowelStatement *statement, gint position, gint64 number);
void vowel_statement_bind_bytes (
    VowelStatement *statement, gint position, GBytes *bytes);
/* As a JSON array of strings. */
void vowel_statement_bind_strings (
    VowelStatement *statement, gint position, gchar **strings);
/* Columns from 0. (transfer full) (nullable) */
gchar *vowel_statement_dup_text (VowelStatement *statement, gint column);
GBytes *vowel_statement_dup_bytes (VowelStatement *statement, gint column);
/* Never NULL: what is no list of strings is an empty one. */
gchar **vowel_statement_dup_strings (VowelStatement *statement, gint column);
/* TRUE: there is a row. FALSE without @error: there is none any more. */
gboolean vowel_statement_step (VowelStatement *statement, GError **error);
/* For a statement that answers nothing. */
gboolean vowel_statement_run (VowelStatement *statement, GError **error);
/* The same, and it must change a row: else NOT_FOUND with @missing. */
gboolean vowel_statement_change (
    VowelStatement *statement, const gchar *missing, GError **error);
void vowel_statement_free (VowelStatement *statement);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelStatement, vowel_statement_free)

/* Before @database is closed: those that the calling thread has kept. */
void vowel_statement_forget (sqlite3 *database);

/* What the database has to say of its last failure. */
void vowel_sqlite_set_error (
    sqlite3 *database, const gchar *what, GError **error);

/* Brings the tables up to date. */
gboolean vowel_sqlite_migrate (sqlite3 *database, GError **error);

/* --- for the parts of the store --- */

typedef gboolean (*VowelSqliteWrite) (
    sqlite3 *database, gpointer data, GError **error);

sqlite3 *vowel_sqlite_store_get_reader (VowelSqliteStore *store);
VowelKeyUses *vowel_sqlite_store_get_uses (VowelSqliteStore *store);
/* A VowelKeyUsesFunc. */
void vowel_sqlite_store_write_uses (GPtrArray *uses, gpointer store);
/* @write runs on the writer's thread, in a transaction.  @callback: (nullable):
 * then a failure is logged.  Takes @data. */
void vowel_sqlite_store_write (VowelSqliteStore *store, VowelSqliteWrite write,
    gpointer data, GDestroyNotify free_data, GAsyncReadyCallback callback,
    gpointer user_data);
/* A statement that takes one text and must change a row. */
void vowel_sqlite_store_write_by_id (VowelSqliteStore *store, const gchar *sql,
    const gchar *id, const gchar *missing, GAsyncReadyCallback callback,
    gpointer user_data);

void vowel_sqlite_apps_init_interface (VowelStoreInterface *iface);
void vowel_sqlite_api_keys_init_interface (VowelStoreInterface *iface);
void vowel_sqlite_provider_keys_init_interface (VowelStoreInterface *iface);
void vowel_sqlite_calls_init_interface (VowelStoreInterface *iface);
void vowel_sqlite_audit_init_interface (VowelStoreInterface *iface);
void vowel_sqlite_documents_init_interface (VowelStoreInterface *iface);

G_END_DECLS
