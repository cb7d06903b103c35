/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "object-id.h"
#include "sqlite-store-private.h"

#define COLUMNS                                                                \
  "id, app_id, key_id, service_id, model, voice, started_at, ended_at, "       \
  "end_reason, n_turns, usage, object_hex, agent_id, source, party, details"

typedef void (*ReadRow) (VowelStatement *statement, gpointer user_data);

/* All rows of a statement that is bound. */
static gboolean
read_all (
    VowelStatement *statement, ReadRow read, gpointer user_data, GError **error)
{
  g_autoptr (GError) step_error = NULL;

  while (vowel_statement_step (statement, &step_error))
    read (statement, user_data);
  if (step_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&step_error));
  return FALSE;
}

static void
read_call (VowelStatement *statement, gpointer calls)
{
  g_autofree gchar *id = vowel_statement_dup_text (statement, 0);
  VowelCall *call = vowel_call_new (id);

  call->app_id = vowel_statement_dup_text (statement, 1);
  call->key_id = vowel_statement_dup_text (statement, 2);
  call->service_id = vowel_statement_dup_text (statement, 3);
  call->model = vowel_statement_dup_text (statement, 4);
  call->voice = vowel_statement_dup_text (statement, 5);
  call->started_at = sqlite3_column_int64 (statement, 6);
  call->ended_at = sqlite3_column_int64 (statement, 7);
  call->end_reason = vowel_statement_dup_text (statement, 8);
  call->n_turns = sqlite3_column_int (statement, 9);
  call->usage = vowel_statement_dup_text (statement, 10);
  call->agent_id = vowel_statement_dup_text (statement, 12);
  g_free (call->source);
  call->source = vowel_statement_dup_text (statement, 13);
  call->party = vowel_statement_dup_text (statement, 14);
  call->details = vowel_statement_dup_text (statement, 15);
  g_ptr_array_add (calls, call);
}

/* For LIKE, where nothing in @text stands for anything else. */
static gchar *
make_pattern (const gchar *text)
{
  GString *pattern = g_string_new ("%");

  for (const gchar *c = text; *c != '\0'; c++) {
    if (*c == '%' || *c == '_' || *c == '\\')
      g_string_append_c (pattern, '\\');
    g_string_append_c (pattern, *c);
  }
  g_string_append_c (pattern, '%');
  return g_string_free (pattern, FALSE);
}

/* What a filter says, in SQL; its parameters are those that bind_filter() sets.
 */
#define MATCHES                                                                \
  " FROM calls"                                                                \
  " WHERE (?1 IS NULL OR app_id = ?1) AND (?2 = 0 OR started_at < ?2)"         \
  " AND started_at >= ?3"                                                      \
  " AND (?4 IS NULL OR EXISTS (SELECT 1 FROM call_lines"                       \
  "   WHERE call_id = calls.id AND text LIKE ?4 ESCAPE '\\'))"                 \
  " AND (?5 IS NULL OR party LIKE ?5 ESCAPE '\\'"                              \
  "   OR details LIKE ?5 ESCAPE '\\' OR EXISTS (SELECT 1 FROM call_lines"      \
  "   WHERE call_id = calls.id AND text LIKE ?5 ESCAPE '\\'))"                 \
  " AND (?6 IS NULL OR agent_id IN (SELECT value FROM json_each (?6)))"        \
  " AND (?7 IS NULL OR source IN (SELECT value FROM json_each (?7)))"          \
  " AND (?8 IS NULL OR end_reason IN (SELECT value FROM json_each (?8)))"      \
  " AND (?9 = 0"                                                               \
  "   OR (json_extract (details, '$.direction') IS 'outbound') = (?9 > 0))"    \
  " AND (?12 = 0 OR agent_id IS NOT NULL)"

static void
bind_pattern (VowelStatement *statement, gint position, const gchar *text)
{
  g_autofree gchar *pattern = text != NULL ? make_pattern (text) : NULL;

  vowel_statement_bind_text (statement, position, pattern);
}

static void
bind_list (VowelStatement *statement, gint position, const gchar *const *list)
{
  if (list != NULL)
    vowel_statement_bind_strings (statement, position, (gchar **) list);
  else
    vowel_statement_bind_text (statement, position, NULL);
}

static void
bind_filter (VowelStatement *statement, const VowelCallFilter *filter)
{
  vowel_statement_bind_text (statement, 1, filter->app_id);
  vowel_statement_bind_int (statement, 2, filter->before);
  vowel_statement_bind_int (statement, 3, filter->since);
  bind_pattern (statement, 4, filter->text);
  bind_pattern (statement, 5, filter->search);
  bind_list (statement, 6, filter->agent_ids);
  bind_list (statement, 7, filter->sources);
  bind_list (statement, 8, filter->end_reasons);
  vowel_statement_bind_int (statement, 9, filter->outbound);
  vowel_statement_bind_int (statement, 12, filter->with_agent);
}

static GPtrArray *
list_calls (VowelStore *store, const VowelCallFilter *filter, GError **error)
{
  g_autoptr (GPtrArray) calls =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_call_unref);
  g_autoptr (VowelStatement) statement = vowel_statement_new (
      vowel_sqlite_store_get_reader (VOWEL_SQLITE_STORE (store)),
      "SELECT " COLUMNS MATCHES
      " ORDER BY started_at DESC, rowid DESC LIMIT ?10 OFFSET ?11",
      error);

  if (statement == NULL)
    return NULL;
  bind_filter (statement, filter);
  vowel_statement_bind_int (statement, 10, filter->limit);
  vowel_statement_bind_int (statement, 11, filter->offset);
  return read_all (statement, read_call, calls, error)
             ? g_steal_pointer (&calls)
             : NULL;
}

static void
read_number (VowelStatement *statement, gpointer number)
{
  *(gint64 *) number = sqlite3_column_int64 (statement, 0);
}

static gint64
count_calls (VowelStore *store, const VowelCallFilter *filter, GError **error)
{
  g_autoptr (VowelStatement) statement = vowel_statement_new (
      vowel_sqlite_store_get_reader (VOWEL_SQLITE_STORE (store)),
      "SELECT count(*)" MATCHES, error);
  gint64 number = -1;

  if (statement == NULL)
    return -1;
  bind_filter (statement, filter);
  return read_all (statement, read_number, &number, error) ? number : -1;
}

static void
read_sum (VowelStatement *statement, gpointer numbers)
{
  ((gint64 *) numbers)[0] = sqlite3_column_int64 (statement, 0);
  ((gint64 *) numbers)[1] = sqlite3_column_int64 (statement, 1);
}

static gboolean
sum_calls (VowelStore *store, const VowelCallFilter *filter, gint64 *ret_number,
    gint64 *ret_duration_ms, GError **error)
{
  g_autoptr (VowelStatement) statement = vowel_statement_new (
      vowel_sqlite_store_get_reader (VOWEL_SQLITE_STORE (store)),
      "SELECT count(*), COALESCE (sum (ended_at - started_at), 0)" MATCHES,
      error);
  gint64 numbers[2] = {0, 0};

  if (statement == NULL)
    return FALSE;
  bind_filter (statement, filter);
  if (!read_all (statement, read_sum, numbers, error))
    return FALSE;
  *ret_number = numbers[0];
  *ret_duration_ms = numbers[1];
  return TRUE;
}

static void
read_line (VowelStatement *statement, gpointer call)
{
  VowelCallLine *line;

  vowel_call_add_line (call, sqlite3_column_int64 (statement, 0),
      (const gchar *) sqlite3_column_text (statement, 1),
      (const gchar *) sqlite3_column_text (statement, 2),
      (const gchar *) sqlite3_column_text (statement, 3));
  line = g_ptr_array_index (
      ((VowelCall *) call)->lines, ((VowelCall *) call)->lines->len - 1);
  line->call_id = vowel_statement_dup_text (statement, 4);
  line->tool = vowel_statement_dup_text (statement, 5);
}

static void
read_turn (VowelStatement *statement, gpointer call)
{
  vowel_call_add_turn (call, sqlite3_column_int64 (statement, 0),
      (const gchar *) sqlite3_column_text (statement, 1),
      (const gchar *) sqlite3_column_text (statement, 2),
      (const gchar *) sqlite3_column_text (statement, 3),
      (const gchar *) sqlite3_column_text (statement, 4));
}

static gboolean
read_by_id (VowelStore *store, const gchar *sql, const gchar *id, ReadRow read,
    gpointer user_data, GError **error)
{
  g_autoptr (VowelStatement) statement = vowel_statement_new (
      vowel_sqlite_store_get_reader (VOWEL_SQLITE_STORE (store)), sql, error);

  if (statement == NULL)
    return FALSE;
  vowel_statement_bind_text (statement, 1, id);
  return read_all (statement, read, user_data, error);
}

/* @sql: for its head */
static VowelCall *
read_whole_call (
    VowelStore *store, const gchar *sql, const gchar *id, GError **error)
{
  g_autoptr (GPtrArray) calls =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_call_unref);
  VowelCall *call;

  if (!read_by_id (store, sql, id, read_call, calls, error))
    return NULL;
  if (calls->len == 0) {
    g_set_error (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_NOT_FOUND,
        "There is no record of the call %s", id);
    return NULL;
  }
  call = g_ptr_array_index (calls, 0);
  if (!read_by_id (store,
          "SELECT at_ms, speaker, item_id, text, tool_call_id, tool"
          " FROM call_lines"
          " WHERE call_id = ? ORDER BY rowid",
          call->id, read_line, call, error)
      || !read_by_id (store,
          "SELECT at_ms, item_id, response_id, status, times FROM call_turns"
          " WHERE call_id = ? ORDER BY rowid",
          call->id, read_turn, call, error))
    return NULL;
  return vowel_call_ref (call);
}

static VowelCall *
get_call (VowelStore *store, const gchar *id, GError **error)
{
  return read_whole_call (
      store, "SELECT " COLUMNS " FROM calls WHERE id = ?", id, error);
}

static VowelCall *
find_call (VowelStore *store, const gchar *hex, GError **error)
{
  return read_whole_call (
      store, "SELECT " COLUMNS " FROM calls WHERE object_hex = ?", hex, error);
}

/* --- writing --- */

static gboolean
write_head (sqlite3 *database, const VowelCall *call, GError **error)
{
  g_autofree gchar *hex = vowel_object_hex (call->id);
  g_autoptr (VowelStatement) statement = vowel_statement_new (database,
      "INSERT OR REPLACE INTO calls (" COLUMNS ")"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      error);

  if (statement == NULL)
    return FALSE;
  vowel_statement_bind_text (statement, 1, call->id);
  vowel_statement_bind_text (statement, 2, call->app_id);
  vowel_statement_bind_text (statement, 3, call->key_id);
  vowel_statement_bind_text (statement, 4, call->service_id);
  vowel_statement_bind_text (statement, 5, call->model);
  vowel_statement_bind_text (statement, 6, call->voice);
  vowel_statement_bind_int (statement, 7, call->started_at);
  vowel_statement_bind_int (statement, 8, call->ended_at);
  vowel_statement_bind_text (statement, 9, call->end_reason);
  vowel_statement_bind_int (statement, 10, call->n_turns);
  vowel_statement_bind_text (statement, 11, call->usage);
  vowel_statement_bind_text (statement, 12, hex);
  vowel_statement_bind_text (statement, 13, call->agent_id);
  vowel_statement_bind_text (statement, 14, call->source);
  vowel_statement_bind_text (statement, 15, call->party);
  vowel_statement_bind_text (statement, 16, call->details);
  return vowel_statement_run (statement, error);
}

static gboolean
write_line (VowelStatement *statement, const VowelCall *call,
    const VowelCallLine *line, GError **error)
{
  vowel_statement_bind_text (statement, 1, call->id);
  vowel_statement_bind_int (statement, 2, line->at_ms);
  vowel_statement_bind_text (statement, 3, line->speaker);
  vowel_statement_bind_text (statement, 4, line->item_id);
  vowel_statement_bind_text (statement, 5, line->text);
  vowel_statement_bind_text (statement, 6, line->call_id);
  vowel_statement_bind_text (statement, 7, line->tool);
  return vowel_statement_run (statement, error);
}

static gboolean
write_turn (VowelStatement *statement, const VowelCall *call,
    const VowelCallTurn *turn, GError **error)
{
  vowel_statement_bind_text (statement, 1, call->id);
  vowel_statement_bind_int (statement, 2, turn->at_ms);
  vowel_statement_bind_text (statement, 3, turn->item_id);
  vowel_statement_bind_text (statement, 4, turn->response_id);
  vowel_statement_bind_text (statement, 5, turn->status);
  vowel_statement_bind_text (statement, 6, turn->times);
  return vowel_statement_run (statement, error);
}

static gboolean
write_call (sqlite3 *database, gpointer data, GError **error)
{
  const VowelCall *call = data;
  g_autoptr (VowelStatement) lines = NULL;
  g_autoptr (VowelStatement) turns = NULL;

  if (!write_head (database, call, error))
    return FALSE;
  lines = vowel_statement_new (database,
      "INSERT INTO call_lines (call_id, at_ms, speaker, item_id, text,"
      " tool_call_id, tool) VALUES (?, ?, ?, ?, ?, ?, ?)",
      error);
  if (lines == NULL)
    return FALSE;
  for (guint i = 0; i < call->lines->len; i++) {
    if (!write_line (lines, call, g_ptr_array_index (call->lines, i), error))
      return FALSE;
    sqlite3_reset (lines);
  }
  turns = vowel_statement_new (database,
      "INSERT INTO call_turns (call_id, at_ms, item_id, response_id, status,"
      " times) VALUES (?, ?, ?, ?, ?, ?)",
      error);
  if (turns == NULL)
    return FALSE;
  for (guint i = 0; i < call->turns->len; i++) {
    if (!write_turn (turns, call, g_ptr_array_index (call->turns, i), error))
      return FALSE;
    sqlite3_reset (turns);
  }
  return TRUE;
}

static void
put_call (VowelStore *store, VowelCall *call, GAsyncReadyCallback callback,
    gpointer user_data)
{
  vowel_sqlite_store_write (VOWEL_SQLITE_STORE (store), write_call,
      vowel_call_ref (call), (GDestroyNotify) vowel_call_unref, callback,
      user_data);
}

static void
delete_call (VowelStore *store, const gchar *id, GAsyncReadyCallback callback,
    gpointer user_data)
{
  vowel_sqlite_store_write_by_id (VOWEL_SQLITE_STORE (store),
      "DELETE FROM calls WHERE id = ?", id, "There is no record of this call",
      callback, user_data);
}

typedef struct {
  gchar *id;
  gchar *details;
} Note;

static void
note_free (gpointer data)
{
  Note *note = data;

  g_free (note->id);
  g_free (note->details);
  g_free (note);
}

static gboolean
write_note (sqlite3 *database, gpointer data, GError **error)
{
  const Note *note = data;
  g_autoptr (VowelStatement) statement = vowel_statement_new (database,
      "UPDATE calls SET details = json_patch (COALESCE (details, '{}'), ?)"
      " WHERE id = ?",
      error);

  if (statement == NULL)
    return FALSE;
  vowel_statement_bind_text (statement, 1, note->details);
  vowel_statement_bind_text (statement, 2, note->id);
  return vowel_statement_run (statement, error);
}

static void
note_call_details (VowelStore *store, const gchar *id, const gchar *details)
{
  Note *note = g_new0 (Note, 1);

  note->id = g_strdup (id);
  note->details = g_strdup (details);
  vowel_sqlite_store_write (
      VOWEL_SQLITE_STORE (store), write_note, note, note_free, NULL, NULL);
}

static gboolean
write_forgotten (sqlite3 *database, gpointer data, GError **error)
{
  g_autoptr (VowelStatement) statement = vowel_statement_new (
      database, "DELETE FROM calls WHERE ended_at < ?", error);

  if (statement == NULL)
    return FALSE;
  vowel_statement_bind_int (statement, 1, *(gint64 *) data);
  return vowel_statement_run (statement, error);
}

static void
forget_calls (VowelStore *store, gint64 before)
{
  vowel_sqlite_store_write (VOWEL_SQLITE_STORE (store), write_forgotten,
      g_memdup2 (&before, sizeof (before)), g_free, NULL, NULL);
}

void
vowel_sqlite_calls_init_interface (VowelStoreInterface *iface)
{
  iface->list_calls = list_calls;
  iface->count_calls = count_calls;
  iface->sum_calls = sum_calls;
  iface->get_call = get_call;
  iface->find_call = find_call;
  iface->put_call = put_call;
  iface->delete_call = delete_call;
  iface->note_call_details = note_call_details;
  iface->forget_calls = forget_calls;
}
