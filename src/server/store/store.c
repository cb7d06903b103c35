/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "store.h"

G_DEFINE_QUARK (vowel - store - error - quark, vowel_store_error)
G_DEFINE_INTERFACE (VowelStore, vowel_store, G_TYPE_OBJECT)

static void
vowel_store_default_init (VowelStoreInterface *iface)
{
}

/* --- rows --- */

VowelApp *
vowel_app_copy (const VowelApp *app)
{
  VowelApp *copy = g_new0 (VowelApp, 1);

  copy->id = g_strdup (app->id);
  copy->name = g_strdup (app->name);
  copy->description = g_strdup (app->description);
  copy->default_provider = g_strdup (app->default_provider);
  copy->runtime_config = g_strdup (app->runtime_config);
  copy->created_at = app->created_at;
  copy->updated_at = app->updated_at;
  return copy;
}

void
vowel_app_free (VowelApp *app)
{
  g_free (app->id);
  g_free (app->name);
  g_free (app->description);
  g_free (app->default_provider);
  g_free (app->runtime_config);
  g_free (app);
}

VowelApiKey *
vowel_api_key_copy (const VowelApiKey *key)
{
  VowelApiKey *copy = g_new0 (VowelApiKey, 1);

  *copy = *key;
  copy->id = g_strdup (key->id);
  copy->app_id = g_strdup (key->app_id);
  copy->hash = g_strdup (key->hash);
  copy->sealed = key->sealed ? g_bytes_ref (key->sealed) : NULL;
  copy->scopes = g_strdupv (key->scopes);
  copy->label = g_strdup (key->label);
  copy->allowed_providers = g_strdupv (key->allowed_providers);
  return copy;
}

void
vowel_api_key_free (VowelApiKey *key)
{
  g_free (key->id);
  g_free (key->app_id);
  g_free (key->hash);
  g_clear_pointer (&key->sealed, g_bytes_unref);
  g_strfreev (key->scopes);
  g_free (key->label);
  g_strfreev (key->allowed_providers);
  g_free (key);
}

VowelProviderKey *
vowel_provider_key_copy (const VowelProviderKey *key)
{
  VowelProviderKey *copy = g_new0 (VowelProviderKey, 1);

  copy->id = g_strdup (key->id);
  copy->app_id = g_strdup (key->app_id);
  copy->provider = g_strdup (key->provider);
  copy->label = g_strdup (key->label);
  copy->sealed = key->sealed ? g_bytes_ref (key->sealed) : NULL;
  copy->created_at = key->created_at;
  return copy;
}

void
vowel_provider_key_free (VowelProviderKey *key)
{
  g_free (key->id);
  g_free (key->app_id);
  g_free (key->provider);
  g_free (key->label);
  g_clear_pointer (&key->sealed, g_bytes_unref);
  g_free (key);
}

static void
line_free (gpointer data)
{
  VowelCallLine *line = data;

  g_free (line->speaker);
  g_free (line->item_id);
  g_free (line->text);
  g_free (line->call_id);
  g_free (line->tool);
  g_free (line);
}

static void
turn_free (gpointer data)
{
  VowelCallTurn *turn = data;

  g_free (turn->item_id);
  g_free (turn->response_id);
  g_free (turn->status);
  g_free (turn->times);
  g_free (turn);
}

VowelCall *
vowel_call_new (const gchar *id)
{
  VowelCall *call = g_atomic_rc_box_new0 (VowelCall);

  call->id = g_strdup (id);
  call->source = g_strdup ("openai");
  call->lines = g_ptr_array_new_with_free_func (line_free);
  call->turns = g_ptr_array_new_with_free_func (turn_free);
  return call;
}

VowelCall *
vowel_call_ref (VowelCall *call)
{
  return g_atomic_rc_box_acquire (call);
}

static void
call_clear (gpointer data)
{
  VowelCall *call = data;

  g_free (call->id);
  g_free (call->app_id);
  g_free (call->key_id);
  g_free (call->service_id);
  g_free (call->model);
  g_free (call->voice);
  g_free (call->end_reason);
  g_free (call->usage);
  g_free (call->agent_id);
  g_free (call->source);
  g_free (call->party);
  g_free (call->details);
  g_ptr_array_unref (call->lines);
  g_ptr_array_unref (call->turns);
}

void
vowel_call_unref (VowelCall *call)
{
  g_atomic_rc_box_release_full (call, call_clear);
}

void
vowel_call_add_line (VowelCall *call, gint64 at_ms, const gchar *speaker,
    const gchar *item_id, const gchar *text)
{
  VowelCallLine *line = g_new0 (VowelCallLine, 1);

  line->at_ms = at_ms;
  line->speaker = g_strdup (speaker);
  line->item_id = g_strdup (item_id);
  line->text = g_strdup (text);
  g_ptr_array_add (call->lines, line);
}

void
vowel_call_add_tool_line (VowelCall *call, gint64 at_ms, const gchar *item_id,
    const gchar *text, const gchar *call_id, const gchar *tool)
{
  VowelCallLine *line;

  vowel_call_add_line (call, at_ms, "tool", item_id, text);
  line = g_ptr_array_index (call->lines, call->lines->len - 1);
  line->call_id = g_strdup (call_id);
  line->tool = g_strdup (tool);
}

void
vowel_call_add_turn (VowelCall *call, gint64 at_ms, const gchar *item_id,
    const gchar *response_id, const gchar *status, const gchar *times)
{
  VowelCallTurn *turn = g_new0 (VowelCallTurn, 1);

  turn->at_ms = at_ms;
  turn->item_id = g_strdup (item_id);
  turn->response_id = g_strdup (response_id);
  turn->status = g_strdup (status);
  turn->times = g_strdup (times);
  g_ptr_array_add (call->turns, turn);
}

VowelAuditEntry *
vowel_audit_entry_copy (const VowelAuditEntry *entry)
{
  VowelAuditEntry *copy = g_memdup2 (entry, sizeof (*entry));

  copy->actor = g_strdup (entry->actor);
  copy->address = g_strdup (entry->address);
  copy->action = g_strdup (entry->action);
  copy->method = g_strdup (entry->method);
  copy->path = g_strdup (entry->path);
  copy->app_id = g_strdup (entry->app_id);
  copy->target = g_strdup (entry->target);
  return copy;
}

void
vowel_audit_entry_free (VowelAuditEntry *entry)
{
  g_free (entry->actor);
  g_free (entry->address);
  g_free (entry->action);
  g_free (entry->method);
  g_free (entry->path);
  g_free (entry->app_id);
  g_free (entry->target);
  g_free (entry);
}

/* --- the interface --- */

GPtrArray *
vowel_store_list_apps (VowelStore *store, GError **error)
{
  return VOWEL_STORE_GET_IFACE (store)->list_apps (store, error);
}

VowelApp *
vowel_store_get_app (VowelStore *store, const gchar *id, GError **error)
{
  return VOWEL_STORE_GET_IFACE (store)->get_app (store, id, error);
}

void
vowel_store_put_app (VowelStore *store, const VowelApp *app,
    GAsyncReadyCallback callback, gpointer user_data)
{
  VOWEL_STORE_GET_IFACE (store)->put_app (store, app, callback, user_data);
}

void
vowel_store_delete_app (VowelStore *store, const gchar *id,
    GAsyncReadyCallback callback, gpointer user_data)
{
  VOWEL_STORE_GET_IFACE (store)->delete_app (store, id, callback, user_data);
}

GPtrArray *
vowel_store_list_api_keys (
    VowelStore *store, const gchar *app_id, GError **error)
{
  return VOWEL_STORE_GET_IFACE (store)->list_api_keys (store, app_id, error);
}

VowelApiKey *
vowel_store_get_api_key (VowelStore *store, const gchar *id, GError **error)
{
  return VOWEL_STORE_GET_IFACE (store)->get_api_key (store, id, error);
}

VowelApiKey *
vowel_store_find_api_key (VowelStore *store, const gchar *hash, GError **error)
{
  return VOWEL_STORE_GET_IFACE (store)->find_api_key (store, hash, error);
}

void
vowel_store_put_api_key (VowelStore *store, const VowelApiKey *key,
    GAsyncReadyCallback callback, gpointer user_data)
{
  VOWEL_STORE_GET_IFACE (store)->put_api_key (store, key, callback, user_data);
}

void
vowel_store_revoke_api_key (VowelStore *store, const gchar *id, gint64 at,
    GAsyncReadyCallback callback, gpointer user_data)
{
  VOWEL_STORE_GET_IFACE (store)->revoke_api_key (
      store, id, at, callback, user_data);
}

void
vowel_store_delete_api_key (VowelStore *store, const gchar *id,
    GAsyncReadyCallback callback, gpointer user_data)
{
  VOWEL_STORE_GET_IFACE (store)->delete_api_key (
      store, id, callback, user_data);
}

void
vowel_store_note_api_key_used (VowelStore *store, const gchar *id, gint64 at)
{
  VOWEL_STORE_GET_IFACE (store)->note_api_key_used (store, id, at);
}

GPtrArray *
vowel_store_list_provider_keys (
    VowelStore *store, const gchar *app_id, GError **error)
{
  return VOWEL_STORE_GET_IFACE (store)->list_provider_keys (
      store, app_id, error);
}

void
vowel_store_put_provider_key (VowelStore *store, const VowelProviderKey *key,
    GAsyncReadyCallback callback, gpointer user_data)
{
  VOWEL_STORE_GET_IFACE (store)->put_provider_key (
      store, key, callback, user_data);
}

void
vowel_store_delete_provider_key (VowelStore *store, const gchar *app_id,
    const gchar *id, GAsyncReadyCallback callback, gpointer user_data)
{
  VOWEL_STORE_GET_IFACE (store)->delete_provider_key (
      store, app_id, id, callback, user_data);
}

GPtrArray *
vowel_store_list_calls (
    VowelStore *store, const VowelCallFilter *filter, GError **error)
{
  return VOWEL_STORE_GET_IFACE (store)->list_calls (store, filter, error);
}

gint64
vowel_store_count_calls (
    VowelStore *store, const VowelCallFilter *filter, GError **error)
{
  return VOWEL_STORE_GET_IFACE (store)->count_calls (store, filter, error);
}

gboolean
vowel_store_sum_calls (VowelStore *store, const VowelCallFilter *filter,
    gint64 *ret_number, gint64 *ret_duration_ms, GError **error)
{
  return VOWEL_STORE_GET_IFACE (store)->sum_calls (
      store, filter, ret_number, ret_duration_ms, error);
}

VowelCall *
vowel_store_get_call (VowelStore *store, const gchar *id, GError **error)
{
  return VOWEL_STORE_GET_IFACE (store)->get_call (store, id, error);
}

void
vowel_store_put_call (VowelStore *store, VowelCall *call,
    GAsyncReadyCallback callback, gpointer user_data)
{
  VOWEL_STORE_GET_IFACE (store)->put_call (store, call, callback, user_data);
}

void
vowel_store_delete_call (VowelStore *store, const gchar *id,
    GAsyncReadyCallback callback, gpointer user_data)
{
  VOWEL_STORE_GET_IFACE (store)->delete_call (store, id, callback, user_data);
}

void
vowel_store_note_call_details (
    VowelStore *store, const gchar *id, const gchar *details)
{
  VOWEL_STORE_GET_IFACE (store)->note_call_details (store, id, details);
}

void
vowel_store_forget_calls (VowelStore *store, gint64 before)
{
  VOWEL_STORE_GET_IFACE (store)->forget_calls (store, before);
}

GPtrArray *
vowel_store_list_audit (
    VowelStore *store, const VowelAuditFilter *filter, GError **error)
{
  return VOWEL_STORE_GET_IFACE (store)->list_audit (store, filter, error);
}

void
vowel_store_add_audit (VowelStore *store, const VowelAuditEntry *entry)
{
  VOWEL_STORE_GET_IFACE (store)->add_audit (store, entry);
}

void
vowel_store_forget_audit (VowelStore *store, gint64 before)
{
  VOWEL_STORE_GET_IFACE (store)->forget_audit (store, before);
}

void
vowel_store_catch_up (VowelStore *store)
{
  VOWEL_STORE_GET_IFACE (store)->catch_up (store);
}

gboolean
vowel_store_write_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
vowel_store_note_result (
    GObject *source, GAsyncResult *result, gpointer ret_result)
{
  *(GAsyncResult **) ret_result = g_object_ref (result);
}

gboolean
vowel_store_wait (GAsyncResult **result, GError **error)
{
  gboolean written;

  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  written = vowel_store_write_finish (*result, error);
  g_clear_object (result);
  return written;
}

VowelCall *
vowel_store_find_call (VowelStore *store, const gchar *hex, GError **error)
{
  return VOWEL_STORE_GET_IFACE (store)->find_call (store, hex, error);
}

GPtrArray *
vowel_store_list_documents (
    VowelStore *store, const gchar *kind, const gchar *app_id, GError **error)
{
  return VOWEL_STORE_GET_IFACE (store)->list_documents (
      store, kind, app_id, error);
}

VowelDocument *
vowel_store_get_document (
    VowelStore *store, const gchar *kind, const gchar *id, GError **error)
{
  return VOWEL_STORE_GET_IFACE (store)->get_document (store, kind, id, error);
}

VowelDocument *
vowel_store_find_document (
    VowelStore *store, const gchar *kind, const gchar *key, GError **error)
{
  return VOWEL_STORE_GET_IFACE (store)->find_document (store, kind, key, error);
}

void
vowel_store_put_document (VowelStore *store, const VowelDocument *document,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GPtrArray) documents = g_ptr_array_new ();

  g_ptr_array_add (documents, (gpointer) document);
  vowel_store_put_documents (store, documents, callback, user_data);
}

void
vowel_store_put_documents (VowelStore *store, GPtrArray *documents,
    GAsyncReadyCallback callback, gpointer user_data)
{
  VOWEL_STORE_GET_IFACE (store)->put_documents (
      store, documents, callback, user_data);
}

void
vowel_store_delete_document (VowelStore *store, const gchar *kind,
    const gchar *id, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (VowelDocument) document =
      vowel_document_new (kind, id, NULL, NULL, NULL);

  vowel_store_put_document (store, document, callback, user_data);
}
