/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "config-routes.h"

#include "config/config-yaml.h"
#include "http/audit.h"
#include "http/http.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define MAX_NAMES_LENGTH 500

/* "server.port" of "server.port is …": the setting that an error is about.
 * (nullable) */
static gchar *
find_param (const gchar *text)
{
  const gchar *start = g_str_has_prefix (text, "There is no setting ")
                           ? text + strlen ("There is no setting ")
                           : text;
  gsize length = strcspn (start, " ;:");

  return length > 0 && g_ascii_islower (*start) && start[length] != '\0'
             ? g_strndup (start, length)
             : NULL;
}

static void
reply_error (SoupServerMessage *message, const GError *error)
{
  g_autofree gchar *param = find_param (error->message);
  guint status = SOUP_STATUS_BAD_REQUEST;

  if (g_error_matches (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_CHANGED))
    status = SOUP_STATUS_CONFLICT;
  else if (g_error_matches (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_FILE))
    status = SOUP_STATUS_INTERNAL_SERVER_ERROR;
  vowel_http_reply_error (
      message, status, param, "invalid_configuration", "%s", error->message);
}

/* The change: as it is, or as the member "config". Answers when there is none.
 * (transfer full) (nullable) */
static JsonNode *
read_change (SoupServerMessage *message)
{
  g_autoptr (GBytes) bytes = soup_message_body_flatten (
      soup_server_message_get_request_body (message));
  gsize length;
  const gchar *text = g_bytes_get_data (bytes, &length);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = gst_vowel_json_parse (
      text ? text : "", length, VOWEL_YAML_MAX_SIZE, &error);
  JsonObject *wrapped = NULL;

  if (node == NULL) {
    vowel_http_reply_error (message, SOUP_STATUS_BAD_REQUEST, NULL,
        "invalid_json", "%s", error->message);
    return NULL;
  }
  if (JSON_NODE_HOLDS_OBJECT (node))
    wrapped = gst_vowel_json_get_object (json_node_get_object (node), "config");
  return wrapped ? json_node_init_object (json_node_alloc (), wrapped)
                 : g_steal_pointer (&node);
}

/* Which settings, with commas; not what they are. */
static void
append_names (GString *names, const gchar *path, JsonNode *node)
{
  JsonObjectIter iter;
  const gchar *name;
  JsonNode *member;

  if (names->len > MAX_NAMES_LENGTH)
    return;
  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    g_string_append_printf (names, "%s%s", names->len > 0 ? "," : "", path);
    return;
  }
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &name, &member)) {
    g_autofree gchar *below =
        path != NULL ? g_strconcat (path, ".", name, NULL) : g_strdup (name);

    append_names (names, below, member);
  }
}

static void
note_change (VowelRequest *request, JsonNode *change)
{
  g_autoptr (GString) names = g_string_new (NULL);

  append_names (names, NULL, change);
  vowel_audit_note_target (request->message, NULL, names->str);
}

static void
on_get (VowelRequest *request, gpointer user_data)
{
  vowel_http_reply_json (request->message, SOUP_STATUS_OK,
      vowel_runtime_config_describe (user_data));
}

static void
on_put (VowelRequest *request, gpointer user_data)
{
  g_autoptr (JsonNode) change = read_change (request->message);
  g_autoptr (GError) error = NULL;
  const gchar *force = vowel_request_get_query (request, "force");

  if (change == NULL)
    return;
  if (vowel_runtime_config_update (
          user_data, change, g_strcmp0 (force, "1") == 0, &error)) {
    note_change (request, change);
    on_get (request, user_data);
  } else
    reply_error (request->message, error);
}

static void
on_validate (VowelRequest *request, gpointer user_data)
{
  g_autoptr (JsonNode) change = read_change (request->message);
  g_autoptr (GError) error = NULL;
  JsonNode *config;
  JsonObject *body;

  if (change == NULL)
    return;
  config = vowel_runtime_config_validate (user_data, change, &error);
  if (config == NULL) {
    reply_error (request->message, error);
    return;
  }
  body = json_object_new ();
  json_object_set_boolean_member (body, "ok", TRUE);
  json_object_set_member (body, "config", config);
  vowel_http_reply_json (request->message, SOUP_STATUS_OK, body);
}

static void
on_reload (VowelRequest *request, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (vowel_runtime_config_reload (user_data, &error))
    on_get (request, user_data);
  else
    reply_error (request->message, error);
}

static JsonNode *
list_presets (VowelRequest *request, VowelRuntimeConfig *runtime)
{
  g_autoptr (GError) error = NULL;
  JsonNode *presets = vowel_runtime_config_list_presets (runtime, &error);

  if (presets == NULL)
    reply_error (request->message, error);
  return presets;
}

static void
on_presets (VowelRequest *request, gpointer user_data)
{
  JsonNode *presets = list_presets (request, user_data);
  JsonObject *body;

  if (presets == NULL)
    return;
  body = json_object_new ();
  json_object_set_member (body, "presets", presets);
  vowel_http_reply_json (request->message, SOUP_STATUS_OK, body);
}

/* For editors: a document as JSON, and as YAML. Nothing of it is checked. */
static void
on_convert (VowelRequest *request, gpointer user_data)
{
  g_autoptr (GBytes) bytes = soup_message_body_flatten (
      soup_server_message_get_request_body (request->message));
  gsize length;
  const gchar *text = g_bytes_get_data (bytes, &length);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) config =
      vowel_yaml_parse (text ? text : "", length, &error);
  g_autofree gchar *yaml = NULL;
  JsonObject *body;

  if (config == NULL) {
    vowel_http_reply_error (request->message, SOUP_STATUS_BAD_REQUEST, NULL,
        "invalid_yaml", "%s", error->message);
    return;
  }
  yaml = vowel_yaml_write (config);
  body = json_object_new ();
  json_object_set_member (body, "config", g_steal_pointer (&config));
  json_object_set_string_member (body, "yaml", yaml);
  vowel_http_reply_json (request->message, SOUP_STATUS_OK, body);
}

/* Core's list has no name. */
static void
on_bare_presets (VowelRequest *request, gpointer user_data)
{
  g_autoptr (JsonNode) presets = list_presets (request, user_data);

  if (presets)
    vowel_http_reply_array (request->message, json_node_dup_array (presets));
}

static const VowelRoute routes[] = {
    {"GET", "/config", VOWEL_RIGHT_ADMIN, on_get},
    {"PUT", "/config", VOWEL_RIGHT_ADMIN, on_put, "config.update",
        VOWEL_AUDIT_ALL},
    {"POST", "/config/validate", VOWEL_RIGHT_ADMIN, on_validate},
    {"POST", "/config/reload", VOWEL_RIGHT_ADMIN, on_reload, "config.reload",
        VOWEL_AUDIT_ALL},
    {"POST", "/config/convert", VOWEL_RIGHT_ADMIN, on_convert},
    {"GET", "/presets", VOWEL_RIGHT_ADMIN, on_presets},
    {"GET", "/api/engine/config", VOWEL_RIGHT_ADMIN, on_get},
    {"PUT", "/api/engine/config", VOWEL_RIGHT_ADMIN, on_put, "config.update",
        VOWEL_AUDIT_ALL},
    {"POST", "/api/engine/config/validate", VOWEL_RIGHT_ADMIN, on_validate},
    {"POST", "/api/engine/config/reload", VOWEL_RIGHT_ADMIN, on_reload,
        "config.reload", VOWEL_AUDIT_ALL},
    {"GET", "/api/engine/presets", VOWEL_RIGHT_ADMIN, on_bare_presets},
    {NULL},
};

const VowelRoute *
vowel_config_routes_get (void)
{
  return routes;
}
