/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What outlives the process: apps, keys, and how keys are kept. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "server/store/key-text.h"
#include "server/store/object-id.h"
#include "server/store/sqlite-store.h"
#include "server/store/vault.h"

#include <glib/gstdio.h>
#include <gst/gst.h>
#include <sqlite3.h>
#include <string.h>

#define SECRET "0123456789abcdef0123456789abcdef"
/* "vkey_foreign" under it, by another implementation: nonce, text, tag. */
#define FOREIGN "AAECAwQFBgcICQoLN4U+OONDyIYzmHkOA/Hh+ORlIP+kNv934jh4+w=="

typedef struct {
  gchar *folder;
  gchar *path;
  VowelStore *store;
  gboolean done;
  GError *error; /* of the last write */
} Fixture;

static void
open_store (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  f->store = VOWEL_STORE (vowel_sqlite_store_open (f->path, &error));
  g_assert_no_error (error);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("vowel-store-XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "data", "vowel.db", NULL);
  open_store (f);
}

static void
remove_file (const gchar *path, const gchar *suffix)
{
  g_autofree gchar *file = g_strconcat (path, suffix, NULL);

  g_unlink (file);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree gchar *data_folder = g_path_get_dirname (f->path);

  g_clear_object (&f->store);
  g_clear_error (&f->error);
  remove_file (f->path, "");
  remove_file (f->path, "-wal");
  remove_file (f->path, "-shm");
  g_rmdir (data_folder);
  g_rmdir (f->folder);
  g_free (f->path);
  g_free (f->folder);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *f = user_data;

  g_assert_null (source);
  g_clear_error (&f->error);
  vowel_store_write_finish (result, &f->error);
  f->done = TRUE;
}

static void
wait (Fixture *f)
{
  while (!f->done)
    g_main_context_iteration (NULL, TRUE);
  f->done = FALSE;
}

static void
put_app (Fixture *f, const gchar *id, const gchar *name, gint64 at)
{
  const VowelApp app = {(gchar *) id, (gchar *) name, NULL, NULL,
      (gchar *) "{\"voiceConfig\":{}}", at, at};

  vowel_store_put_app (f->store, &app, on_written, f);
  wait (f);
}

static void
put_key (Fixture *f, const gchar *id, const gchar *app_id, const gchar *hash,
    gint64 at)
{
  const gchar *scopes[] = {VOWEL_SCOPE_MINT, VOWEL_SCOPE_CONNECT, NULL};
  const gchar *providers[] = {"engine", NULL};
  g_autoptr (GBytes) sealed = g_bytes_new_static ("\0sealed", 7);
  const VowelApiKey key = {(gchar *) id, (gchar *) app_id, (gchar *) hash,
      sealed, (gchar **) scopes, (gchar *) "web \"quoted\"",
      (gchar **) providers, 0, at, 0, 0};

  vowel_store_put_api_key (f->store, &key, on_written, f);
  wait (f);
}

static void
expect_missing (GError *error)
{
  g_assert_error (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_NOT_FOUND);
  g_error_free (error);
}

static void
test_apps (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) apps = NULL;
  g_autoptr (VowelApp) app = NULL;
  const VowelApp *first;

  put_app (f, "a", "Shop", 1000);
  put_app (f, "b", "Bank", 2000);
  g_assert_no_error (f->error);
  put_app (f, "a", "Big shop", 3000);
  apps = vowel_store_list_apps (f->store, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (apps->len, ==, 2);
  first = g_ptr_array_index (apps, 0);
  g_assert_cmpstr (first->id, ==, "b");
  app = vowel_store_get_app (f->store, "a", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (app->name, ==, "Big shop");
  g_assert_cmpstr (app->runtime_config, ==, "{\"voiceConfig\":{}}");
  g_assert_null (app->description);
  g_assert_cmpint (app->created_at, ==, 1000);
  g_assert_cmpint (app->updated_at, ==, 3000);

  vowel_store_delete_app (f->store, "a", on_written, f);
  wait (f);
  g_assert_no_error (f->error);
  g_assert_null (vowel_store_get_app (f->store, "a", &error));
  expect_missing (g_steal_pointer (&error));
  vowel_store_delete_app (f->store, "a", on_written, f);
  wait (f);
  expect_missing (g_steal_pointer (&f->error));
}

static void
test_keys (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelApiKey) found = NULL;
  g_autoptr (VowelApiKey) revoked = NULL;
  g_autoptr (GPtrArray) keys = NULL;

  put_app (f, "a", "Shop", 1);
  put_key (f, "k1", "a", "hash1", 1);
  put_key (f, "k2", "a", "hash2", 2);
  g_assert_no_error (f->error);
  put_key (f, "k3", "a", "hash1", 3);
  g_assert_error (f->error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_CONFLICT);
  put_key (f, "k3", "nobody", "hash3", 3);
  g_assert_error (f->error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_CONFLICT);

  found = vowel_store_find_api_key (f->store, "hash1", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (found->id, ==, "k1");
  g_assert_cmpstr (found->label, ==, "web \"quoted\"");
  g_assert_cmpuint (g_strv_length (found->scopes), ==, 2);
  g_assert_cmpstr (found->allowed_providers[0], ==, "engine");
  g_assert_cmpuint (g_bytes_get_size (found->sealed), ==, 7);
  g_assert_cmpint (found->revoked_at, ==, 0);

  vowel_store_note_api_key_used (f->store, "k1", 50);
  vowel_store_note_api_key_used (f->store, "k1", 40);
  vowel_store_revoke_api_key (f->store, "k1", 60, on_written, f);
  wait (f);
  g_assert_no_error (f->error);
  revoked = vowel_store_get_api_key (f->store, "k1", &error);
  g_assert_cmpint (revoked->revoked_at, ==, 60);
  g_assert_cmpint (revoked->last_used_at, ==, 50);
  g_assert_cmpint (revoked->uses, ==, 2);
  vowel_store_revoke_api_key (f->store, "k1", 70, on_written, f);
  wait (f);
  expect_missing (g_steal_pointer (&f->error));
  /* A change of what it may do does not bring it back. */
  put_key (f, "k1", "a", "other", 9);
  g_clear_pointer (&revoked, vowel_api_key_free);
  revoked = vowel_store_get_api_key (f->store, "k1", &error);
  g_assert_cmpint (revoked->revoked_at, ==, 60);
  g_assert_cmpstr (revoked->hash, ==, "hash1");

  keys = vowel_store_list_api_keys (f->store, "a", &error);
  g_assert_cmpuint (keys->len, ==, 2);
  g_assert_cmpstr (((VowelApiKey *) keys->pdata[0])->id, ==, "k2");
  vowel_store_delete_app (f->store, "a", on_written, f);
  wait (f);
  g_ptr_array_unref (keys);
  keys = vowel_store_list_api_keys (f->store, NULL, &error);
  g_assert_cmpuint (keys->len, ==, 0);
}

static void
test_provider_keys (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) sealed = g_bytes_new_static ("x", 1);
  const VowelProviderKey key = {
      (gchar *) "p1", (gchar *) "a", (gchar *) "openai", NULL, sealed, 5};
  g_autoptr (GPtrArray) keys = NULL;

  put_app (f, "a", "Shop", 1);
  vowel_store_put_provider_key (f->store, &key, on_written, f);
  wait (f);
  g_assert_no_error (f->error);
  keys = vowel_store_list_provider_keys (f->store, "a", NULL);
  g_assert_cmpuint (keys->len, ==, 1);
  vowel_store_delete_provider_key (f->store, "b", "p1", on_written, f);
  wait (f);
  expect_missing (g_steal_pointer (&f->error));
  vowel_store_delete_provider_key (f->store, "a", "p1", on_written, f);
  wait (f);
  g_assert_no_error (f->error);
}

static VowelCall *
make_call (const gchar *id, const gchar *app_id, gint64 at, const gchar *said)
{
  VowelCall *call = vowel_call_new (id);

  call->app_id = g_strdup (app_id);
  call->model = g_strdup ("m");
  call->party = g_strdup ("+15005550006");
  call->started_at = at;
  call->ended_at = at + 10;
  call->end_reason = g_strdup ("client_left");
  call->n_turns = 1;
  vowel_call_add_line (call, 1, "user", "item_1", said);
  vowel_call_add_line (call, 2, "assistant", "item_2", "Fifty-six.");
  vowel_call_add_turn (
      call, 1, "item_1", "resp_1", "completed", "{\"whole\":12}");
  return call;
}

static void
expect_calls (Fixture *f, VowelCallFilter filter, const gchar *ids)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) calls =
      vowel_store_list_calls (f->store, &filter, &error);
  g_autoptr (GString) found = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < calls->len; i++)
    g_string_append (found, ((VowelCall *) calls->pdata[i])->id);
  g_assert_cmpstr (found->str, ==, ids);
}

static void
test_calls (Fixture *f, gconstpointer data)
{
  static const gchar *const agents[] = {"agent1", "agent2", NULL};
  static const gchar *const sources[] = {"openai", NULL};
  g_autoptr (VowelCall) a = make_call ("a", "app1", 1000, "Hello");
  g_autoptr (VowelCall) b = make_call ("b", "app2", 2000, "100% sure_");
  g_autoptr (VowelCall) c = make_call ("c", NULL, 3000, "hello again");
  g_autoptr (VowelCall) got = NULL;
  g_autoptr (VowelCall) found = NULL;
  g_autofree gchar *hex = NULL;
  g_autoptr (GError) error = NULL;
  const VowelCallLine *line;
  const VowelCallTurn *turn;
  gint64 number, duration;

  c->details =
      g_strdup ("{\"direction\":\"outbound\",\"summary\":\"It is sunny.\"}");
  c->agent_id = g_strdup ("agent1");
  g_free (c->source);
  c->source = g_strdup ("vatel");
  vowel_call_add_tool_line (c, 3, "item_3", "weather {}", "call_1", "weather");
  vowel_store_put_call (f->store, a, NULL, NULL);
  vowel_store_put_call (f->store, b, NULL, NULL);
  vowel_store_put_call (f->store, c, on_written, f);
  wait (f);
  g_assert_no_error (f->error);
  expect_calls (f, (VowelCallFilter){.limit = 10}, "cba");
  expect_calls (f, (VowelCallFilter){.limit = 2}, "cb");
  expect_calls (f, (VowelCallFilter){.limit = 10, .before = 2000}, "a");
  expect_calls (f, (VowelCallFilter){.limit = 10, .app_id = "app2"}, "b");
  expect_calls (f, (VowelCallFilter){.limit = 10, .text = "hello"}, "ca");
  expect_calls (f, (VowelCallFilter){.limit = 10, .text = "0% sure_"}, "b");
  expect_calls (f, (VowelCallFilter){.limit = 10, .text = "l_o"}, "");
  expect_calls (f, (VowelCallFilter){.limit = 1, .offset = 1}, "b");
  expect_calls (f, (VowelCallFilter){.limit = 10, .since = 2000}, "cb");
  expect_calls (f, (VowelCallFilter){.limit = 10, .search = "0055"}, "cba");
  expect_calls (f, (VowelCallFilter){.limit = 10, .search = "sunny"}, "c");
  expect_calls (f, (VowelCallFilter){.limit = 10, .search = "again"}, "c");
  expect_calls (f, (VowelCallFilter){.limit = 10, .outbound = 1}, "c");
  expect_calls (f, (VowelCallFilter){.limit = 10, .outbound = -1}, "ba");
  expect_calls (f, (VowelCallFilter){.limit = 10, .agent_ids = agents}, "c");
  expect_calls (f, (VowelCallFilter){.limit = 10, .sources = sources}, "ba");
  expect_calls (f, (VowelCallFilter){.limit = 10, .end_reasons = agents}, "");
  expect_calls (f, (VowelCallFilter){.limit = 10, .with_agent = TRUE}, "c");
  g_assert_cmpint (vowel_store_count_calls (
                       f->store, &(VowelCallFilter){.limit = 1}, &error),
      ==, 3);
  g_assert_true (vowel_store_sum_calls (
      f->store, &(VowelCallFilter){.since = 2000}, &number, &duration, &error));
  g_assert_cmpint (number, ==, 2);
  g_assert_cmpint (
      duration, ==, b->ended_at - b->started_at + c->ended_at - c->started_at);
  g_assert_true (vowel_store_sum_calls (
      f->store, &(VowelCallFilter){.since = 9000}, &number, &duration, &error));
  g_assert_cmpint (number + duration, ==, 0);

  got = vowel_store_get_call (f->store, "c", &error);
  g_assert_no_error (error);
  line = g_ptr_array_index (got->lines, 1);
  g_assert_null (line->tool);
  line = g_ptr_array_index (got->lines, 2);
  g_assert_cmpstr (line->call_id, ==, "call_1");
  g_assert_cmpstr (line->tool, ==, "weather");
  g_clear_pointer (&got, vowel_call_unref);
  got = vowel_store_get_call (f->store, "b", &error);
  g_assert_no_error (error);
  hex = vowel_object_hex ("b");
  found = vowel_store_find_call (f->store, hex, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (found->id, ==, "b");
  g_assert_cmpstr (found->party, ==, "+15005550006");
  g_assert_cmpstr (found->source, ==, "openai");
  g_assert_cmpuint (found->lines->len, ==, 2);
  g_assert_cmpuint (got->lines->len, ==, 2);
  line = g_ptr_array_index (got->lines, 0);
  g_assert_cmpstr (line->text, ==, "100% sure_");
  turn = g_ptr_array_index (got->turns, 0);
  g_assert_cmpstr (turn->times, ==, "{\"whole\":12}");

  vowel_store_note_call_details (f->store, "b", "{\"status\":\"busy\"}");
  vowel_store_note_call_details (
      f->store, "b", "{\"status\":\"completed\",\"seconds\":7}");
  vowel_store_note_call_details (f->store, "nobody", "{}");
  vowel_store_forget_calls (f->store, 2000);
  vowel_store_delete_call (f->store, "c", on_written, f);
  wait (f);
  g_assert_no_error (f->error);
  expect_calls (f, (VowelCallFilter){.limit = 10}, "b");
  g_clear_pointer (&got, vowel_call_unref);
  got = vowel_store_get_call (f->store, "b", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (
      got->details, ==, "{\"status\":\"completed\",\"seconds\":7}");
  g_assert_null (vowel_store_get_call (f->store, "a", &error));
  expect_missing (g_steal_pointer (&error));
}

static void
put_document (Fixture *f, const gchar *id, const gchar *app_id,
    const gchar *key, gint64 expires_at)
{
  g_autoptr (VowelDocument) document =
      vowel_document_new ("thing", id, app_id, key, "{}");

  document->expires_at = expires_at;
  vowel_store_put_document (f->store, document, on_written, f);
  wait (f);
}

static void
test_documents (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelDocument) other = NULL;
  g_autoptr (VowelDocument) found = NULL;
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GPtrArray) mine = NULL;
  g_autoptr (GPtrArray) left = NULL;
  g_autoptr (GError) error = NULL;

  put_app (f, "a", "A", 1);
  put_app (f, "b", "B", 2);
  put_document (f, "1", "a", "one", 0);
  put_document (f, "2", "b", NULL, 0);
  put_document (f, "3", "b", NULL, 0);
  g_assert_no_error (f->error);
  /* Somebody else has the key; nobody has that app. */
  put_document (f, "4", "a", "one", 0);
  g_assert_error (f->error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_CONFLICT);
  g_clear_error (&f->error);
  put_document (f, "4", "nobody", NULL, 0);
  g_assert_nonnull (f->error);
  g_clear_error (&f->error);

  found = vowel_store_find_document (f->store, "thing", "one", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (found->id, ==, "1");
  g_assert_cmpstr (found->app_id, ==, "a");
  g_assert_null (vowel_store_get_document (f->store, "other", "1", &error));
  expect_missing (g_steal_pointer (&error));
  all = vowel_store_list_documents (f->store, "thing", NULL, NULL);
  g_assert_cmpuint (all->len, ==, 3);
  mine = vowel_store_list_documents (f->store, "thing", "b", NULL);
  g_assert_cmpuint (mine->len, ==, 2);

  /* Again is another state of the same; what has expired is not there, and its
   * key is free. */
  put_document (f, "1", "a", "one", 1);
  g_assert_no_error (f->error);
  g_assert_null (vowel_store_find_document (f->store, "thing", "one", NULL));
  put_document (f, "5", "a", "one", 0);
  g_assert_no_error (f->error);

  vowel_store_delete_document (f->store, "thing", "2", on_written, f);
  wait (f);
  g_assert_no_error (f->error);
  vowel_store_delete_document (f->store, "thing", "2", on_written, f);
  wait (f);
  expect_missing (g_steal_pointer (&f->error));
  vowel_store_delete_app (f->store, "b", on_written, f);
  wait (f);
  left = vowel_store_list_documents (f->store, "thing", NULL, NULL);
  g_assert_cmpuint (left->len, ==, 1);
  other = vowel_store_get_document (f->store, "thing", "5", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (other->body, ==, "{}");
}

static void
test_object_ids (void)
{
  static const gchar uuid[] = "6F1C0A9E-2b7d-4c5e-8f90-0123456789ab";
  g_autofree gchar *same = vowel_object_uuid (uuid);
  g_autofree gchar *made = vowel_object_uuid ("sess_1");
  g_autofree gchar *again = vowel_object_uuid ("sess_1");
  g_autofree gchar *hex = vowel_object_hex (uuid);
  g_autofree gchar *made_hex = vowel_object_hex ("sess_1");
  g_autofree gchar *named = vowel_object_hex_from_uuid (made);
  g_autofree gchar *checked =
      vowel_object_hex_check ("6F1C0A9E2B7D4C5E8F900123");

  g_assert_cmpstr (same, ==, "6f1c0a9e-2b7d-4c5e-8f90-0123456789ab");
  g_assert_cmpstr (hex, ==, "6f1c0a9e2b7d4c5e8f900123");
  g_assert_cmpstr (checked, ==, hex);
  g_assert_true (g_uuid_string_is_valid (made));
  g_assert_cmpint (made[14], ==, '8');
  g_assert_cmpstr (made, ==, again);
  g_assert_cmpstr (named, ==, made_hex);
  g_assert_null (vowel_object_hex_from_uuid ("6f1c"));
  g_assert_null (vowel_object_hex_from_uuid (NULL));
  g_assert_null (vowel_object_hex_check ("6f1c0a9e2b7d4c5e8f90012"));
  g_assert_null (vowel_object_hex_check ("6f1c0a9e2b7d4c5e8f90012g"));
}

/* What was asked for is written, even if nobody waits for it. */
static void
test_audit (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelCall) last = make_call ("z", NULL, 1000, "Hello");
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GPtrArray) some = NULL;
  g_autoptr (GPtrArray) left = NULL;
  const VowelAuditEntry *entry;

  for (guint i = 1; i <= 3; i++) {
    VowelAuditEntry given = {.at = 1000 * i, .status = 200 + i};

    given.action = (gchar *) (i == 2 ? "key.reveal" : "app.create");
    given.method = (gchar *) "POST";
    given.path = (gchar *) "/api/apps";
    given.app_id = (gchar *) "app1";
    vowel_store_add_audit (f->store, &given);
  }
  vowel_store_put_call (f->store, last, on_written, f);
  wait (f);
  all = vowel_store_list_audit (
      f->store, &(VowelAuditFilter){.app_id = "app1", .limit = 10}, NULL);
  g_assert_cmpuint (all->len, ==, 3);
  entry = g_ptr_array_index (all, 0);
  g_assert_cmpint (entry->at, ==, 3000);
  g_assert_cmpuint (entry->status, ==, 203);
  g_assert_null (entry->actor);
  some = vowel_store_list_audit (f->store,
      &(VowelAuditFilter){
          .action = "app.create", .before = entry->id, .limit = 10},
      NULL);
  g_assert_cmpuint (some->len, ==, 1);

  vowel_store_forget_audit (f->store, 3000);
  vowel_store_delete_call (f->store, "z", on_written, f);
  wait (f);
  left =
      vowel_store_list_audit (f->store, &(VowelAuditFilter){.limit = 10}, NULL);
  g_assert_cmpuint (left->len, ==, 1);
}

static void
add_document (GPtrArray *documents, const gchar *id, const gchar *key)
{
  g_ptr_array_add (documents, vowel_document_new ("thing", id, "a", key, "{}"));
}

/* All of them, or none; and there for who waits, before anybody is told. */
static void
test_many_documents (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) documents =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_document_free);
  g_autoptr (GPtrArray) all = NULL;
  g_autoptr (GPtrArray) same = NULL;

  put_app (f, "a", "A", 1);
  add_document (documents, "1", "one");
  add_document (documents, "2", "two");
  vowel_store_put_documents (f->store, documents, on_written, f);
  vowel_store_catch_up (f->store);
  g_assert_false (f->done);
  all = vowel_store_list_documents (f->store, "thing", NULL, NULL);
  g_assert_cmpuint (all->len, ==, 2);
  wait (f);
  g_assert_no_error (f->error);

  add_document (documents, "3", NULL);
  add_document (documents, "4", "one");
  vowel_store_put_documents (f->store, documents, on_written, f);
  wait (f);
  g_assert_error (f->error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_CONFLICT);
  same = vowel_store_list_documents (f->store, "thing", NULL, NULL);
  g_assert_cmpuint (same->len, ==, 2);
  vowel_store_catch_up (f->store);
}

static void
test_reopen (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) apps = NULL;
  g_autoptr (VowelStore) other = NULL;
  GStatBuf status;

  put_app (f, "a", "Shop", 1);
  for (guint i = 0; i < 100; i++) {
    g_autofree gchar *id = g_strdup_printf ("app%u", i);
    const VowelApp app = {id, id, NULL, NULL, NULL, i, i};

    vowel_store_put_app (f->store, &app, NULL, NULL);
  }
  g_clear_object (&f->store);
  g_assert_cmpint (g_stat (f->path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
  open_store (f);
  apps = vowel_store_list_apps (f->store, NULL);
  g_assert_cmpuint (apps->len, ==, 101);

  /* What another process does shows at once. */
  other = VOWEL_STORE (vowel_sqlite_store_open (f->path, NULL));
  vowel_store_delete_app (other, "a", on_written, f);
  wait (f);
  g_assert_null (vowel_store_get_app (f->store, "a", NULL));
}

static void
execute (const gchar *path, const gchar *sql)
{
  sqlite3 *database;

  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_exec (database, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (database);
}

static void
expect_unusable (Fixture *f, const gchar *why)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (vowel_sqlite_store_open (f->path, &error));
  g_assert_error (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_UNUSABLE);
  g_assert_nonnull (strstr (error->message, f->path));
  g_assert_nonnull (strstr (error->message, why));
}

static void
test_unusable (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->store);
  execute (f->path, "PRAGMA user_version = 1000");
  expect_unusable (f, "1000");
  execute (f->path, "PRAGMA user_version = 1; PRAGMA application_id = 7");
  expect_unusable (f, "another program");
  g_assert_true (g_file_set_contents (f->path,
      "This is no database at all, but it is long enough to be one. "
      "It goes on for more than the hundred bytes of a header, so there.",
      -1, NULL));
  remove_file (f->path, "-wal");
  remove_file (f->path, "-shm");
  expect_unusable (f, "not a database");
}

static void
test_vault (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelVault) vault = vowel_vault_new (SECRET, &error);
  g_autoptr (VowelVault) other = vowel_vault_new (SECRET "x", &error);
  g_autoptr (GBytes) sealed = vowel_vault_seal (vault, "vkey_secret");
  g_autoptr (GBytes) again = vowel_vault_seal (vault, "vkey_secret");
  g_autoptr (GBytes) half = NULL;
  g_autofree gchar *text = vowel_vault_open (vault, sealed, &error);
  g_autofree guchar *known = NULL;
  g_autoptr (GBytes) foreign = NULL;
  g_autofree gchar *opened = NULL;
  g_autofree gchar *derived = NULL;
  g_autofree gchar *same = NULL;
  g_autofree gchar *for_others = NULL;
  g_autofree gchar *of_others = NULL;
  gsize size;

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, "vkey_secret");
  g_assert_false (g_bytes_equal (sealed, again));
  g_assert_null (vowel_vault_open (other, sealed, &error));
  g_assert_error (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_UNUSABLE);
  g_clear_error (&error);
  half = g_bytes_new_from_bytes (sealed, 0, 20);
  g_assert_null (vowel_vault_open (vault, half, NULL));
  known = g_base64_decode (FOREIGN, &size);
  foreign = g_bytes_new (known, size);
  opened = vowel_vault_open (vault, foreign, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (opened, ==, "vkey_foreign");

  derived = vowel_vault_derive (vault, "one");
  g_assert_cmpuint (strlen (derived), ==, 64);
  same = vowel_vault_derive (vault, "one");
  g_assert_cmpstr (derived, ==, same);
  for_others = vowel_vault_derive (vault, "two");
  g_assert_cmpstr (derived, !=, for_others);
  of_others = vowel_vault_derive (other, "one");
  g_assert_cmpstr (derived, !=, of_others);

  g_assert_null (vowel_vault_new ("short", &error));
  g_assert_nonnull (strstr (error->message, "ENCRYPTION_KEY"));
}

static void
test_key_text (void)
{
  g_autofree gchar *key = vowel_key_make ();
  g_autofree gchar *other = vowel_key_make ();
  g_autofree gchar *hash = vowel_key_hash ("vkey_abc");
  g_autofree gchar *mask = vowel_key_mask ("vkey_ab12c34567899f3e");
  g_autofree gchar *nothing = vowel_key_mask (NULL);
  const gchar *scopes[] = {"direct_ws", "root", "direct_ws", NULL};
  const gchar *providers[] = {"vowel-prime", "aws", "engine", "grok", NULL};
  const gchar *none[] = {"aws", NULL};
  g_auto (GStrv) kept = vowel_key_filter_scopes (scopes);
  g_auto (GStrv) allowed = vowel_key_filter_providers (providers);
  g_auto (GStrv) fallback = vowel_key_filter_providers (none);

  g_assert_cmpuint (strlen (key), ==, strlen ("vkey_") + 64);
  g_assert_true (vowel_key_has_prefix (key));
  g_assert_cmpstr (key, !=, other);
  g_assert_cmpuint (strlen (hash), ==, 64);
  g_assert_cmpstr (mask, ==, "vkey_ab12c...9f3e");
  g_assert_true (g_str_has_prefix (nothing, "vkey_"));
  g_assert_cmpuint (g_strv_length (kept), ==, 1);
  g_assert_cmpuint (g_strv_length (allowed), ==, 2);
  g_assert_cmpstr (allowed[0], ==, "engine");
  g_assert_cmpstr (fallback[0], ==, "engine");
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func)                                                        \
  g_test_add ("/store/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("apps", test_apps);
  ADD ("keys", test_keys);
  ADD ("provider-keys", test_provider_keys);
  ADD ("audit", test_audit);
  ADD ("calls", test_calls);
  ADD ("documents", test_documents);
  ADD ("many-documents", test_many_documents);
  ADD ("reopen", test_reopen);
  ADD ("unusable", test_unusable);
  g_test_add_func ("/store/object-ids", test_object_ids);
  g_test_add_func ("/store/vault", test_vault);
  g_test_add_func ("/store/key-text", test_key_text);
  return g_test_run ();
}
