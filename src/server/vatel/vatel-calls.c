/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Calls: those that the store has, and those that go on. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vatel-call-json.h"
#include "vatel-call-query.h"
#include "vatel-private.h"

#include "server/calls/call-recording.h"
#include "server/store/object-id.h"

/* The app of that organization; fails when the client may not see it. */
static gboolean
choose_app (VowelVatel *self, const VowelRequest *request, const gchar *wanted,
    gchar **ret_app_id)
{
  g_autofree gchar *own = vowel_vatel_dup_app_id (self, request);
  g_autofree gchar *own_uuid = vowel_object_uuid (own);
  g_autoptr (GPtrArray) apps = NULL;

  if (wanted == NULL || g_ascii_strcasecmp (wanted, own_uuid) == 0) {
    *ret_app_id = g_steal_pointer (&own);
    return TRUE;
  }
  if (!vowel_vatel_may_see (request, wanted))
    return FALSE;
  apps = vowel_store_list_apps (vowel_vatel_get_store (self), NULL);
  for (guint i = 0; apps != NULL && i < apps->len; i++) {
    VowelApp *app = g_ptr_array_index (apps, i);
    g_autofree gchar *uuid = vowel_object_uuid (app->id);

    if (g_ascii_strcasecmp (wanted, uuid) == 0) {
      *ret_app_id = g_strdup (app->id);
      return TRUE;
    }
  }
  vowel_http_reply_error (request->message, SOUP_STATUS_BAD_REQUEST, NULL, NULL,
      "organization_id: there is no organization %s", wanted);
  return FALSE;
}

typedef struct {
  const VowelVatelCallQuery *query;
  GPtrArray *found;
} Search;

static void
note_live (const VowelCall *call, guint worker, gpointer user_data)
{
  Search *search = user_data;

  if (vowel_vatel_call_query_matches (search->query, call))
    g_ptr_array_add (search->found, (gpointer) call);
}

static gint
compare_newest_first (gconstpointer a, gconstpointer b)
{
  const VowelCall *first = *(const VowelCall *const *) a;
  const VowelCall *second = *(const VowelCall *const *) b;

  return first->started_at < second->started_at   ? 1
         : first->started_at > second->started_at ? -1
                                                  : 0;
}

/* (transfer full): page of those that go on, then of those that are over.
 * @ret_total: of all pages */
static JsonArray *
list (VowelVatel *self, VowelVatelCallQuery *query, gint64 *ret_total,
    GError **error)
{
  VowelStore *store = vowel_vatel_get_store (self);
  g_autoptr (GPtrArray) live = g_ptr_array_new ();
  Search search = {query, live};
  g_autoptr (GPtrArray) ended = NULL;
  guint offset = (query->page - 1) * query->page_size;
  guint left = query->page_size;
  gint64 n_ended = 0;
  JsonArray *array;

  vowel_session_manager_foreach_call (self->manager, note_live, &search);
  g_ptr_array_sort (live, compare_newest_first);
  if (query->has_ended) {
    n_ended = vowel_store_count_calls (store, &query->filter, error);
    if (n_ended < 0)
      return NULL;
  }
  *ret_total = live->len + n_ended;
  array = json_array_new ();
  for (; left > 0 && offset < live->len; left--)
    json_array_add_object_element (array,
        vowel_vatel_call_to_json (g_ptr_array_index (live, offset++), FALSE));
  if (!query->has_ended || left == 0)
    return array;
  query->filter.offset = offset - live->len;
  query->filter.limit = left;
  ended = vowel_store_list_calls (store, &query->filter, error);
  if (ended == NULL)
    g_clear_pointer (&array, json_array_unref);
  for (guint i = 0; ended != NULL && i < ended->len; i++)
    json_array_add_object_element (
        array, vowel_vatel_call_to_json (g_ptr_array_index (ended, i), TRUE));
  return array;
}

void
vowel_vatel_on_list_calls (VowelRequest *request, gpointer user_data)
{
  VowelVatel *self = user_data;
  g_auto (VowelVatelCallQuery) query = {0};
  g_autofree gchar *app_id = NULL;
  g_autoptr (GError) error = NULL;
  JsonArray *calls;
  JsonObject *object;
  gint64 total = 0;

  if (!vowel_vatel_call_query_read (request->query, &query, &error)) {
    vowel_vatel_reply_error (request->message, error);
    return;
  }
  if (!choose_app (self, request, query.organization_id, &app_id))
    return;
  query.filter.app_id = app_id;
  calls = list (self, &query, &total, &error);
  if (calls == NULL) {
    vowel_vatel_reply_error (request->message, error);
    return;
  }
  object = json_object_new ();
  json_object_set_array_member (object, "calls", calls);
  json_object_set_object_member (
      object, "pagination", vowel_vatel_call_query_paginate (&query, total));
  vowel_http_reply_json (request->message, SOUP_STATUS_OK, object);
}

/* --- one call --- */

typedef struct {
  const gchar *hex;
  const VowelCall *found;
} Hunt;

static void
look_at (const VowelCall *call, guint worker, gpointer user_data)
{
  Hunt *hunt = user_data;
  g_autofree gchar *hex = vowel_object_hex (call->id);

  if (g_str_equal (hex, hunt->hex))
    hunt->found = call;
}

/* Whether a client may see a call; an app's key knows of no other calls than
 * the app's. */
static gboolean
may_see (const VowelRequest *request, const VowelCall *call)
{
  return vowel_vatel_may_see (request, call->app_id);
}

void
vowel_vatel_on_get_call (VowelRequest *request, gpointer user_data)
{
  VowelVatel *self = user_data;
  g_autofree gchar *id = vowel_vatel_read_id (request, 0, "a call");
  g_autofree gchar *hex = id != NULL ? vowel_object_hex_from_uuid (id) : NULL;
  Hunt hunt = {hex, NULL};
  g_autoptr (VowelCall) call = NULL;
  g_autoptr (GError) error = NULL;

  if (id == NULL)
    return;
  vowel_session_manager_foreach_call (self->manager, look_at, &hunt);
  if (hunt.found != NULL) {
    if (may_see (request, hunt.found))
      vowel_http_reply_json (request->message, SOUP_STATUS_OK,
          vowel_vatel_call_to_json (hunt.found, FALSE));
    return;
  }
  call = vowel_store_find_call (vowel_vatel_get_store (self), hex, &error);
  if (call == NULL)
    vowel_vatel_reply_error (request->message, error);
  else if (may_see (request, call))
    vowel_http_reply_json (request->message, SOUP_STATUS_OK,
        vowel_vatel_call_to_json (call, TRUE));
}

/* FALSE: there is none. */
static gboolean
reply_recording (
    VowelVatel *self, SoupServerMessage *message, const VowelCall *call)
{
  const gchar *folder = vowel_vatel_get_config (self)->recordings;
  g_autofree gchar *path =
      folder != NULL ? vowel_call_recording_get_path (folder, call->id) : NULL;
  g_autoptr (GMappedFile) file =
      path != NULL ? g_mapped_file_new (path, FALSE, NULL) : NULL;
  g_autofree gchar *name = path != NULL ? g_path_get_basename (path) : NULL;
  g_autofree gchar *disposition =
      g_strdup_printf ("attachment; filename=\"%s\"", name);
  SoupMessageHeaders *headers =
      soup_server_message_get_response_headers (message);
  g_autoptr (GBytes) bytes = NULL;

  if (file == NULL)
    return FALSE;
  bytes = g_mapped_file_get_bytes (file);
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_headers_replace (headers, "Content-Type", "audio/wav");
  soup_message_headers_replace (headers, "Content-Disposition", disposition);
  soup_message_body_append_bytes (
      soup_server_message_get_response_body (message), bytes);
  return TRUE;
}

void
vowel_vatel_on_get_recording (VowelRequest *request, gpointer user_data)
{
  VowelVatel *self = user_data;
  g_autofree gchar *id = vowel_vatel_read_id (request, 0, "a call");
  g_autofree gchar *hex = id != NULL ? vowel_object_hex_from_uuid (id) : NULL;
  g_autoptr (VowelCall) call = NULL;
  g_autoptr (GError) error = NULL;

  if (id == NULL)
    return;
  call = vowel_store_find_call (vowel_vatel_get_store (self), hex, &error);
  if (call == NULL)
    vowel_vatel_reply_error (request->message, error);
  else if (may_see (request, call)
           && !reply_recording (self, request->message, call))
    vowel_http_reply_error (request->message, SOUP_STATUS_NOT_FOUND, NULL, NULL,
        "There is no recording of this call");
}
