/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vatel-token-body.h"

#include "server/http/http.h"
#include "session/error.h"

#include <gst/vowel/gstvoweljson.h>

#define TRANSPORT_WEBSOCKET "websocket"
#define TRANSPORT_WEBRTC "webrtc"

static gboolean
check_members (JsonObject *body, GError **error)
{
  static const gchar *const known[] = {"agent_id", "agentId", "version_id",
      "versionId", "transport", "prompt", "first_message", "chat", "chat_id",
      "variables", NULL};
  g_autoptr (GList) names = json_object_get_members (body);

  for (GList *l = names; l != NULL; l = l->next) {
    if (g_strv_contains (known, l->data))
      continue;
    vowel_set_field_error (error, VOWEL_ERROR_UNKNOWN_FIELD, l->data,
        "there is no such property: expected agent_id, version_id, transport, "
        "prompt, first_message, chat, chat_id or variables");
    return FALSE;
  }
  return TRUE;
}

/* (nullable): absent, or null */
static JsonNode *
get_member (JsonObject *body, const gchar *name)
{
  JsonNode *node = json_object_get_member (body, name);

  return node != NULL && !JSON_NODE_HOLDS_NULL (node) ? node : NULL;
}

static gboolean
read_text (
    JsonObject *body, const gchar *name, gchar **ret_text, GError **error)
{
  JsonNode *node = get_member (body, name);

  if (node == NULL)
    return TRUE;
  if (json_node_get_value_type (node) != G_TYPE_STRING) {
    vowel_set_field_error (
        error, VOWEL_ERROR_INVALID, name, "expected a string");
    return FALSE;
  }
  g_free (*ret_text);
  *ret_text = json_node_dup_string (node);
  return TRUE;
}

static gboolean
check_id (gchar **id, const gchar *name, GError **error)
{
  gchar *small;

  if (*id == NULL)
    return TRUE;
  if (!g_uuid_string_is_valid (*id)) {
    vowel_set_field_error (error, VOWEL_ERROR_INVALID, name, "expected a UUID");
    return FALSE;
  }
  small = g_ascii_strdown (*id, -1);
  g_free (*id);
  *id = small;
  return TRUE;
}

/* By either of its names, or (@query: (nullable)) in the address. */
static gboolean
read_id (JsonObject *body, GHashTable *query, const gchar *name,
    const gchar *camel_name, gchar **ret_id, GError **error)
{
  *ret_id = g_strdup (vowel_http_get_query (query, camel_name));
  return read_text (body, camel_name, ret_id, error)
         && read_text (body, name, ret_id, error)
         && check_id (ret_id, name, error);
}

static gboolean
read_transport (JsonObject *body, gboolean *ret_webrtc, GError **error)
{
  g_autofree gchar *transport = NULL;

  if (!read_text (body, "transport", &transport, error))
    return FALSE;
  *ret_webrtc = g_strcmp0 (transport, TRANSPORT_WEBRTC) == 0;
  if (transport == NULL || *ret_webrtc
      || g_str_equal (transport, TRANSPORT_WEBSOCKET))
    return TRUE;
  vowel_set_field_error (error, VOWEL_ERROR_INVALID, "transport",
      "expected \"" TRANSPORT_WEBSOCKET "\" or \"" TRANSPORT_WEBRTC "\"");
  return FALSE;
}

static gboolean
read_chat (JsonObject *body, gboolean *ret_chat, GError **error)
{
  JsonNode *node = get_member (body, "chat");

  if (node == NULL)
    return TRUE;
  if (json_node_get_value_type (node) != G_TYPE_BOOLEAN) {
    vowel_set_field_error (
        error, VOWEL_ERROR_INVALID, "chat", "expected true or false");
    return FALSE;
  }
  *ret_chat = json_node_get_boolean (node);
  return TRUE;
}

static gboolean
read_variables (JsonObject *body, GHashTable **ret_variables, GError **error)
{
  JsonNode *node = get_member (body, "variables");
  g_autoptr (GHashTable) variables = NULL;
  JsonArray *array;

  if (node == NULL)
    return TRUE;
  array = JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  variables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    JsonNode *element = json_array_get_element (array, i);
    JsonObject *pair = JSON_NODE_HOLDS_OBJECT (element)
                           ? json_node_get_object (element)
                           : NULL;
    const gchar *key = gst_vowel_json_get_string (pair, "key");
    const gchar *value = gst_vowel_json_get_string (pair, "value");

    if (key != NULL && value != NULL)
      g_hash_table_insert (variables, g_strdup (key), g_strdup (value));
    else
      array = NULL;
  }
  if (array == NULL) {
    vowel_set_field_error (error, VOWEL_ERROR_INVALID, "variables",
        "expected a list of {\"key\": \"…\", \"value\": \"…\"}");
    return FALSE;
  }
  *ret_variables = g_steal_pointer (&variables);
  return TRUE;
}

VowelVatelToken *
vowel_vatel_token_from_body (
    JsonObject *body, GHashTable *query, gboolean *ret_webrtc, GError **error)
{
  g_autoptr (VowelVatelToken) token = g_new0 (VowelVatelToken, 1);

  if (!check_members (body, error)
      || !read_id (body, query, "agent_id", "agentId", &token->agent_id, error))
    return NULL;
  if (token->agent_id == NULL) {
    vowel_set_field_error (error, VOWEL_ERROR_MISSING, "agent_id",
        "expected the UUID of an agent");
    return NULL;
  }
  if (!read_id (
          body, query, "version_id", "versionId", &token->version_id, error)
      || !read_transport (body, ret_webrtc, error)
      || !read_text (body, "prompt", &token->prompt, error)
      || !read_text (body, "first_message", &token->first_message, error)
      || !read_chat (body, &token->chat, error)
      || !read_text (body, "chat_id", &token->chat_id, error)
      || !check_id (&token->chat_id, "chat_id", error)
      || !read_variables (body, &token->variables, error))
    return NULL;
  return g_steal_pointer (&token);
}
