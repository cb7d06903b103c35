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
