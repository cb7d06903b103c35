/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "http.h"

#include "trpc-wire.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

/* What a message is labelled with. */
#define CALLER_KEY "vowel-caller"
#define ERROR_FORM_KEY "vowel-error-form"

static const gchar *
get_path (SoupServerMessage *message)
{
  return g_uri_get_path (soup_server_message_get_uri (message));
}

static void
reply_node (SoupServerMessage *message, guint status, JsonNode *node)
{
  const gchar *path = get_path (message);
  g_autoptr (JsonNode) wrapped =
      vowel_trpc_is_path (path) ? vowel_trpc_wrap (path, status, node) : NULL;
  gchar *text = json_to_string (wrapped ? wrapped : node, FALSE);

  soup_server_message_set_status (
      message, status, status == 426 ? "Upgrade Required" : NULL);
  soup_message_headers_replace (
      soup_server_message_get_response_headers (message), "Cache-Control",
      "no-store");
  soup_server_message_set_response (
      message, "application/json", SOUP_MEMORY_TAKE, text, strlen (text));
}

void
vowel_http_reply_json (
    SoupServerMessage *message, guint status, JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);
  reply_node (message, status, node);
}

void
vowel_http_reply_array (SoupServerMessage *message, JsonArray *array)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);

  json_node_take_array (node, array);
  reply_node (message, SOUP_STATUS_OK, node);
}

static const gchar *
error_type (guint status)
{
  switch (status) {
    case SOUP_STATUS_UNAUTHORIZED:
    case SOUP_STATUS_FORBIDDEN:
      return "authentication_error";
    case 429:
      return "rate_limit_error";
    default:
      return status >= 500 ? "server_error" : "invalid_request_error";
  }
}

void
vowel_http_set_string (
    JsonObject *object, const gchar *name, const gchar *value)
{
  if (value)
    json_object_set_string_member (object, name, value);
  else
    json_object_set_null_member (object, name);
}

void
vowel_http_set_error_form (SoupServerMessage *message, VowelErrorForm form)
{
  g_object_set_data (
      G_OBJECT (message), ERROR_FORM_KEY, GUINT_TO_POINTER (form));
}

static JsonObject *
make_error (
    guint status, const gchar *param, const gchar *code, const gchar *text)
{
  JsonObject *error = json_object_new ();

  json_object_set_string_member (error, "message", text);
  json_object_set_string_member (error, "type", error_type (status));
  vowel_http_set_string (error, "param", param);
  vowel_http_set_string (error, "code", code);
  return error;
}

void
vowel_http_reply_error (SoupServerMessage *message, guint status,
    const gchar *param, const gchar *code, const gchar *format, ...)
{
  VowelErrorForm form =
      GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (message), ERROR_FORM_KEY));
  JsonObject *body = json_object_new ();
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  if (form == VOWEL_ERROR_FORM_OPENAI)
    json_object_set_object_member (
        body, "error", make_error (status, param, code, text));
  else
    json_object_set_string_member (body, "error", text);
  if (form != VOWEL_ERROR_FORM_TEXT)
    json_object_set_string_member (body, "message", text);
  if (status == SOUP_STATUS_UNAUTHORIZED)
    soup_message_headers_replace (
        soup_server_message_get_response_headers (message), "WWW-Authenticate",
        "Bearer");
  vowel_http_reply_json (message, status, body);
}

void
vowel_http_allow_origin (SoupServerMessage *message, const gchar *origin)
{
  SoupMessageHeaders *headers =
      soup_server_message_get_response_headers (message);
  const gchar *method =
      vowel_http_get_header (message, "Access-Control-Request-Method");
  const gchar *wanted =
      vowel_http_get_header (message, "Access-Control-Request-Headers");

  soup_message_headers_replace (headers, "Vary",
      "Origin, Access-Control-Request-Method, "
      "Access-Control-Request-Headers");
  soup_message_headers_replace (
      headers, "Access-Control-Allow-Origin", origin ? origin : "*");
  soup_message_headers_replace (headers, "Access-Control-Allow-Methods",
      method ? method : "GET, POST, PUT, PATCH, DELETE, OPTIONS");
  /* Libraries add headers of their own, and new ones with new versions. */
  soup_message_headers_replace (headers, "Access-Control-Allow-Headers",
      wanted ? wanted
             : "Authorization, Content-Type, api-key, X-API-Key, OpenAI-Beta, "
               "X-OpenAI-Agents-SDK, OpenAI-Safety-Identifier, "
               "OpenAI-Organization, OpenAI-Project");
  soup_message_headers_replace (headers, "Access-Control-Max-Age", "600");
  soup_message_headers_replace (
      headers, "Access-Control-Expose-Headers", "Location, Retry-After");
  /* Nothing here depends on cookies, so that this gives nothing away; pages
   * that send them with every request could not read the answer without it. */
  if (origin)
    soup_message_headers_replace (
        headers, "Access-Control-Allow-Credentials", "true");
}

JsonObject *
vowel_http_get_object (SoupServerMessage *message, GError **error)
{
  g_autoptr (GBytes) bytes = soup_message_body_flatten (
      soup_server_message_get_request_body (message));
  gsize size;
  const gchar *text = g_bytes_get_data (bytes, &size);
  g_autoptr (JsonNode) node = NULL;

  if (size == 0)
    return json_object_new ();
  /* How large it may be was decided before it came. */
  node = gst_vowel_json_parse (text, size, size, error);
  if (node == NULL) {
    g_prefix_error (error, "The body is not valid: ");
    return NULL;
  }
  if (JSON_NODE_HOLDS_OBJECT (node) && vowel_trpc_is_path (get_path (message)))
    return vowel_trpc_unwrap (json_node_get_object (node));
  if (JSON_NODE_HOLDS_OBJECT (node))
    return json_node_dup_object (node);
  g_set_error_literal (error, JSON_PARSER_ERROR, JSON_PARSER_ERROR_PARSE,
      "The body must be a JSON object");
  return NULL;
}

JsonObject *
vowel_http_parse_answer (GBytes *body, gsize max_size)
{
  gsize size;
  const gchar *text = g_bytes_get_data (body, &size);

  return gst_vowel_json_parse_object (text, size, max_size, NULL);
}

const gchar *
vowel_http_get_query (GHashTable *query, const gchar *name)
{
  const gchar *value = query != NULL ? g_hash_table_lookup (query, name) : NULL;

  return value != NULL && *value != '\0' ? value : NULL;
}

const gchar *
vowel_http_get_header (SoupServerMessage *message, const gchar *name)
{
  return soup_message_headers_get_list (
      soup_server_message_get_request_headers (message), name);
}

void
vowel_http_find_caller (
    SoupServerMessage *message, const VowelTrustedProxies *proxies)
{
  const gchar *peer = soup_server_message_get_remote_host (message);

  if (peer == NULL)
    return;
  g_object_set_data_full (G_OBJECT (message), CALLER_KEY,
      vowel_trusted_proxies_find_caller (
          proxies, peer, vowel_http_get_header (message, "X-Forwarded-For")),
      g_free);
}

const gchar *
vowel_http_get_caller (SoupServerMessage *message)
{
  return g_object_get_data (G_OBJECT (message), CALLER_KEY);
}
