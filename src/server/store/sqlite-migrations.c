/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sqlite-store-private.h"

/* "vowl": tells our files from everybody else's. */
#define APPLICATION_ID 0x766f776c

/* Each brings the tables from the version that is its number to the next. Never
 * changed once released; only appended to. */
static const gchar *const migrations[] = {
    "CREATE TABLE apps ("
    "  id TEXT PRIMARY KEY,"
    "  name TEXT NOT NULL,"
    "  description TEXT,"
    "  default_provider TEXT,"
    "  runtime_config TEXT,"
    "  created_at INTEGER NOT NULL,"
    "  updated_at INTEGER NOT NULL"
    ");"
    "CREATE TABLE api_keys ("
    "  id TEXT PRIMARY KEY,"
    "  app_id TEXT NOT NULL REFERENCES apps (id) ON DELETE CASCADE,"
    "  hash TEXT NOT NULL UNIQUE,"
    "  sealed BLOB,"
    "  scopes TEXT NOT NULL,"
    "  label TEXT,"
    "  allowed_providers TEXT NOT NULL,"
    "  revoked_at INTEGER NOT NULL DEFAULT 0,"
    "  created_at INTEGER NOT NULL,"
    "  last_used_at INTEGER NOT NULL DEFAULT 0,"
    "  uses INTEGER NOT NULL DEFAULT 0"
    ");"
    "CREATE INDEX api_keys_app ON api_keys (app_id);"
    "CREATE TABLE provider_keys ("
    "  id TEXT PRIMARY KEY,"
    "  app_id TEXT NOT NULL REFERENCES apps (id) ON DELETE CASCADE,"
    "  provider TEXT NOT NULL,"
    "  label TEXT,"
    "  sealed BLOB NOT NULL,"
    "  created_at INTEGER NOT NULL"
    ");"
    "CREATE INDEX provider_keys_app ON provider_keys (app_id);",
    /* A call outlives the app and the key that it was made with. */
    "CREATE TABLE calls ("
    "  id TEXT PRIMARY KEY,"
    "  app_id TEXT,"
    "  key_id TEXT,"
    "  service_id TEXT,"
    "  model TEXT,"
    "  voice TEXT,"
    "  started_at INTEGER NOT NULL,"
    "  ended_at INTEGER NOT NULL,"
    "  end_reason TEXT NOT NULL,"
    "  n_turns INTEGER NOT NULL"
    ");"
    "CREATE INDEX calls_started ON calls (started_at);"
    "CREATE INDEX calls_ended ON calls (ended_at);"
    "CREATE TABLE call_lines ("
    "  call_id TEXT NOT NULL REFERENCES calls (id) ON DELETE CASCADE,"
    "  at_ms INTEGER NOT NULL,"
    "  speaker TEXT NOT NULL,"
    "  item_id TEXT,"
    "  text TEXT NOT NULL"
    ");"
    "CREATE INDEX call_lines_call ON call_lines (call_id);"
    "CREATE TABLE call_turns ("
    "  call_id TEXT NOT NULL REFERENCES calls (id) ON DELETE CASCADE,"
    "  at_ms INTEGER NOT NULL,"
    "  item_id TEXT,"
    "  response_id TEXT,"
    "  status TEXT NOT NULL,"
    "  times TEXT"
    ");"
    "CREATE INDEX call_turns_call ON call_turns (call_id);",
    "ALTER TABLE calls ADD COLUMN usage TEXT;",
    "CREATE TABLE audit ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  at INTEGER NOT NULL,"
    "  actor TEXT,"
    "  address TEXT,"
    "  action TEXT NOT NULL,"
    "  method TEXT NOT NULL,"
    "  path TEXT NOT NULL,"
    "  app_id TEXT,"
    "  target TEXT,"
    "  status INTEGER NOT NULL"
    ");"
    "CREATE INDEX audit_at ON audit (at);"
    "CREATE TRIGGER audit_is_final BEFORE UPDATE ON audit BEGIN"
    "  SELECT RAISE (ABORT, 'what is in the audit log stays as it is');"
    "END;",
    "CREATE TABLE documents ("
    "  kind TEXT NOT NULL,"
    "  id TEXT NOT NULL,"
    "  app_id TEXT NOT NULL REFERENCES apps (id) ON DELETE CASCADE,"
    "  key TEXT,"
    "  body TEXT NOT NULL,"
    "  created_at INTEGER NOT NULL,"
    "  updated_at INTEGER NOT NULL,"
    "  expires_at INTEGER NOT NULL DEFAULT 0,"
    "  PRIMARY KEY (kind, id),"
    "  UNIQUE (kind, key)"
    ");"
    "CREATE INDEX documents_app ON documents (app_id, kind);"
    "CREATE INDEX documents_expiry ON documents (expires_at)"
    "  WHERE expires_at > 0;"
    "ALTER TABLE calls ADD COLUMN object_hex TEXT;"
    "ALTER TABLE calls ADD COLUMN agent_id TEXT;"
    "ALTER TABLE calls ADD COLUMN source TEXT NOT NULL DEFAULT 'openai';"
    "ALTER TABLE calls ADD COLUMN party TEXT;"
    "ALTER TABLE calls ADD COLUMN details TEXT;"
    "CREATE INDEX calls_object ON calls (object_hex);",
    ("ALTER TABLE call_lines ADD COLUMN tool_call_id TEXT;"
     "ALTER TABLE call_lines ADD COLUMN tool TEXT;"),
};

#define N_MIGRATIONS ((gint) G_N_ELEMENTS (migrations))

static gboolean
get_pragma (
    sqlite3 *database, const gchar *sql, gint64 *ret_value, GError **error)
{
  g_autoptr (VowelStatement) statement =
      vowel_statement_new (database, sql, error);
  g_autoptr (GError) step_error = NULL;

  if (statement == NULL)
    return FALSE;
  if (vowel_statement_step (statement, &step_error)) {
    *ret_value = sqlite3_column_int64 (statement, 0);
    return TRUE;
  }
  if (step_error != NULL)
    g_propagate_error (error, g_steal_pointer (&step_error));
  else
    g_set_error_literal (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_UNUSABLE,
        "The store does not tell its version");
  return FALSE;
}

static gboolean
execute (sqlite3 *database, const gchar *sql, GError **error)
{
  if (sqlite3_exec (database, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  vowel_sqlite_set_error (database, "The store cannot be set up", error);
  return FALSE;
}

static gboolean
check_file (sqlite3 *database, gint64 version, GError **error)
{
  gint64 application, tables;

  if (!get_pragma (database, "PRAGMA application_id", &application, error)
      || !get_pragma (
          database, "SELECT count(*) FROM sqlite_master", &tables, error))
    return FALSE;
  if (application != APPLICATION_ID && tables > 0) {
    g_set_error_literal (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_UNUSABLE,
        "This is the database of another program. One of Vowel Core is taken "
        "over by: vowel-gst import-core FILE");
    return FALSE;
  }
  if (version > N_MIGRATIONS) {
    g_set_error (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_UNUSABLE,
        "The store is of version %" G_GINT64_FORMAT
        ", which a newer vowel-gst has made; this one knows %d",
        version, N_MIGRATIONS);
    return FALSE;
  }
  return TRUE;
}

gboolean
vowel_sqlite_migrate (sqlite3 *database, GError **error)
{
  gint64 version = 0;
  gboolean done;

  /* Only one process at a time does it; the others then find it done. */
  if (!execute (database, "BEGIN IMMEDIATE", error))
    return FALSE;
  done = get_pragma (database, "PRAGMA user_version", &version, error)
         && check_file (database, version, error);
  for (gint64 i = version; done && i < N_MIGRATIONS; i++)
    done = execute (database, migrations[i], error);
  if (done) {
    g_autofree gchar *marks =
        g_strdup_printf ("PRAGMA application_id = %d; PRAGMA user_version = %d",
            APPLICATION_ID, N_MIGRATIONS);

    done = execute (database, marks, error);
  }
  if (done)
    return execute (database, "COMMIT", error);
  sqlite3_exec (database, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}
