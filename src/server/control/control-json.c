/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "control-private.h"

#include "server/store/key-text.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

/* Entries in a page of a list. */
#define DEFAULT_LIMIT 50
#define MAX_LIMIT 500

static void
set_time (JsonObject *object, const gchar *name, gint64 at)
{
  if (at != 0)
    json_object_set_int_member (object, name, at);
  else
    json_object_set_null_member (object, name);
}

static void
set_strings (JsonObject *object, const gchar *name, gchar **strings)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; strings[i] != NULL; i++)
    json_array_add_string_element (array, strings[i]);
  json_object_set_array_member (object, name, array);
}

JsonObject *
vowel_control_app_to_json (const VowelApp *app)
{
  JsonObject *object = json_object_new ();
  JsonNode *config = NULL;

  if (app->runtime_config != NULL)
    config = gst_vowel_json_parse (app->runtime_config,
        strlen (app->runtime_config), strlen (app->runtime_config), NULL);
  vowel_http_set_string (object, "id", app->id);
  vowel_http_set_string (object, "name", app->name);
  vowel_http_set_string (object, "description", app->description);
  vowel_http_set_string (object, "defaultProvider", app->default_provider);
  json_object_set_member (object, "runtimeConfig",
      config != NULL ? config : json_node_new (JSON_NODE_NULL));
  json_object_set_int_member (object, "createdAt", app->created_at);
  json_object_set_int_member (object, "updatedAt", app->updated_at);
  return object;
}

JsonObject *
vowel_control_key_to_json (const VowelApiKey *key, const gchar *text)
{
  JsonObject *object = json_object_new ();
  g_autofree gchar *mask = vowel_key_mask (text);

  vowel_http_set_string (object, "id", key->id);
  vowel_http_set_string (object, "appId", key->app_id);
  set_strings (object, "scopes", key->scopes);
  vowel_http_set_string (object, "label", key->label);
  vowel_http_set_string (object, "masked", mask);
  set_strings (object, "allowedProviders", key->allowed_providers);
  set_time (object, "revokedAt", key->revoked_at);
  json_object_set_int_member (object, "createdAt", key->created_at);
  set_time (object, "lastUsedAt", key->last_used_at);
  json_object_set_int_member (object, "uses", key->uses);
  return object;
}

JsonObject *
vowel_control_provider_key_to_json (
    const VowelProviderKey *key, const gchar *masked)
{
  JsonObject *object = json_object_new ();

  vowel_http_set_string (object, "id", key->id);
  vowel_http_set_string (object, "appId", key->app_id);
  vowel_http_set_string (object, "provider", key->provider);
  vowel_http_set_string (object, "label", key->label);
  vowel_http_set_string (object, "masked", masked);
  /* Of a hosted service that is not ours; its clients expect them. */
  json_object_set_null_member (object, "vowelPrimeEnvironment");
  json_object_set_null_member (object, "vowelPrimeWorkerUrl");
  json_object_set_int_member (object, "createdAt", key->created_at);
  return object;
}

static gboolean
refuse_type (const gchar *name, const gchar *expected, GError **error)
{
  g_set_error (error, JSON_PARSER_ERROR, JSON_PARSER_ERROR_PARSE,
      "%s must be %s", name, expected);
  return FALSE;
}

gboolean
vowel_control_read_string (JsonObject *body, const gchar *name,
    const gchar **ret_value, GError **error)
{
  JsonNode *node = json_object_get_member (body, name);

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (json_node_get_value_type (node) != G_TYPE_STRING)
    return refuse_type (name, "a string", error);
  *ret_value = json_node_get_string (node);
  return TRUE;
}

gboolean
vowel_control_read_strings (
    JsonObject *body, const gchar *name, GStrv *ret_value, GError **error)
{
  JsonNode *node = json_object_get_member (body, name);
  g_autoptr (GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);
  JsonArray *array;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return refuse_type (name, "an array of strings", error);
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *element = json_array_get_element (array, i);

    if (json_node_get_value_type (element) != G_TYPE_STRING)
      return refuse_type (name, "an array of strings", error);
    g_ptr_array_add (strings, json_node_dup_string (element));
  }
  g_ptr_array_add (strings, NULL);
  *ret_value = (GStrv) g_ptr_array_steal (strings, NULL);
  return TRUE;
}

/* Absent leaves @ret_number alone. */
static gboolean
read_number (const VowelRequest *request, const gchar *name, guint64 max,
    guint64 *ret_number, GError **error)
{
  const gchar *value = vowel_request_get_query (request, name);

  if (value == NULL)
    return TRUE;
  if (g_ascii_string_to_unsigned (value, 10, 0, max, ret_number, NULL))
    return TRUE;
  g_set_error (error, JSON_PARSER_ERROR, JSON_PARSER_ERROR_PARSE,
      "%s must be a number from 0 to %" G_GUINT64_FORMAT, name, max);
  return FALSE;
}

gboolean
vowel_control_read_page (const VowelRequest *request, guint *ret_limit,
    gint64 *ret_before, GError **error)
{
  guint64 limit = DEFAULT_LIMIT, before = 0;

  if (!read_number (request, "limit", MAX_LIMIT, &limit, error)
      || !read_number (request, "before", G_MAXINT64, &before, error))
    return FALSE;
  *ret_limit = (guint) limit;
  *ret_before = (gint64) before;
  return TRUE;
}
