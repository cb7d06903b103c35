/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "routes.h"

#include "http.h"

#include <gst/gst.h>
#include <string.h>

#define VOWEL_KEY_PREFIX "vkey_"

GST_DEBUG_CATEGORY_STATIC (vowel_routes_debug);
#define GST_CAT_DEFAULT vowel_routes_debug

struct _VowelRoutes {
  GObject parent;

  /* The accepting thread. */
  SoupServer *soup;
  const VowelServerConfig *config;
  VowelMetrics *metrics;
  const VowelRoute *table;
  VowelRouteFallback fallback;
  gpointer user_data;
};

G_DEFINE_FINAL_TYPE_WITH_CODE (VowelRoutes, vowel_routes, G_TYPE_OBJECT,
    GST_DEBUG_CATEGORY_INIT (
        vowel_routes_debug, "vowel-http", 0, "HTTP requests to the server"))

static gchar *
find_credential (SoupServerMessage *message, GHashTable *query,
    VowelCredentialSource *ret_source)
{
  VowelCredentialRequest request = {
      .authorization = vowel_http_get_header (message, "Authorization"),
      .api_key = vowel_http_get_header (message, "api-key"),
      .subprotocols = vowel_http_get_header (message, "Sec-WebSocket-Protocol"),
      .query_token = query ? g_hash_table_lookup (query, "token") : NULL,
  };

  if (request.api_key == NULL)
    request.api_key = vowel_http_get_header (message, "X-API-Key");
  return vowel_credential_find (&request, ret_source);
}

static gboolean
check_rights (VowelRoutes *self, VowelRequest *request, VowelRights needed)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *credential =
      find_credential (request->message, request->query, &request->source);

  request->vowel_key =
      credential && g_str_has_prefix (credential, VOWEL_KEY_PREFIX);
  if (needed == VOWEL_RIGHT_NONE)
    return TRUE;
  if (!vowel_credential_check (self->config, credential,
          g_get_real_time () / G_USEC_PER_SEC, &request->grant, &error)) {
    g_atomic_int_inc (&self->metrics->unauthorized);
    GST_INFO ("%s: refused: %s", request->path, error->message);
    vowel_http_reply_error (request->message, SOUP_STATUS_UNAUTHORIZED, NULL,
        "invalid_api_key", "%s", error->message);
    return FALSE;
  }
  if ((request->grant.rights & needed) != needed) {
    g_atomic_int_inc (&self->metrics->unauthorized);
    vowel_http_reply_error (request->message, SOUP_STATUS_FORBIDDEN, NULL,
        "insufficient_rights",
        "A token cannot do this: use the API key itself");
    return FALSE;
  }
  return TRUE;
}

static gboolean
serves_path (const VowelRoute *route, const gchar *path)
{
  gsize length = strlen (route->path);

  if (!g_str_has_suffix (route->path, "/*"))
    return g_str_equal (route->path, path);
  return strncmp (route->path, path, length - 1) == 0
         && path[length - 1] != '\0';
}

static gboolean
serves_method (const VowelRoute *route, const gchar *method)
{
  return g_str_equal (route->method, method)
         || (g_str_equal (route->method, "GET")
             && g_str_equal (method, "HEAD"));
}

/* (nullable): @ret_allowed: the methods that the path has, when there is no
 * route. */
static const VowelRoute *
find_route (VowelRoutes *self, const gchar *path, const gchar *method,
    GString *ret_allowed)
{
  for (const VowelRoute *route = self->table; route->path; route++) {
    if (!serves_path (route, path))
      continue;
    if (serves_method (route, method))
      return route;
    g_string_append_printf (
        ret_allowed, "%s%s", ret_allowed->len ? ", " : "", route->method);
  }
  return NULL;
}

static void
reply_no_route (VowelRoutes *self, SoupServerMessage *message,
    const gchar *path, const GString *allowed)
{
  const gchar *method = soup_server_message_get_method (message);

  if (allowed->len > 0) {
    soup_message_headers_replace (
        soup_server_message_get_response_headers (message), "Allow",
        allowed->str);
    vowel_http_reply_error (message, SOUP_STATUS_METHOD_NOT_ALLOWED, NULL,
        "method_not_allowed", "%s does not take %s, only %s", path, method,
        allowed->str);
    return;
  }
  if ((g_str_equal (method, "GET") || g_str_equal (method, "HEAD"))
      && self->fallback (message, path, self->user_data))
    return;
  vowel_http_reply_error (message, SOUP_STATUS_NOT_FOUND, NULL, "not_found",
      "There is nothing at %s", path);
}

/* libsoup keeps a connection only for sockets that it listens on itself; a
 * client must know that its next request needs a new one. */
static void
announce_close (SoupServerMessage *message)
{
  if (soup_server_message_get_status (message)
      != SOUP_STATUS_SWITCHING_PROTOCOLS)
    soup_message_headers_replace (
        soup_server_message_get_response_headers (message), "Connection",
        "close");
}

static void
answer (VowelRoutes *self, SoupServerMessage *message, const gchar *path,
    GHashTable *query)
{
  const gchar *method = soup_server_message_get_method (message);
  const gchar *origin = vowel_http_get_header (message, "Origin");
  g_autoptr (GString) allowed = g_string_new (NULL);
  const VowelRoute *route;
  VowelRequest request = {message, path, query};

  GST_DEBUG ("%s %s", method, path);
  if (!vowel_origin_is_allowed (self->config, origin)) {
    vowel_http_reply_error (message, SOUP_STATUS_FORBIDDEN, NULL,
        "origin_not_allowed",
        "Web pages of %s may not use this server, because it has no API key: "
        "set API_KEY, or name the page in --allow-origins",
        origin);
    return;
  }
  vowel_http_allow_origin (message, origin);
  if (g_str_equal (method, "OPTIONS")) {
    soup_server_message_set_status (message, SOUP_STATUS_NO_CONTENT, NULL);
    return;
  }
  route = find_route (self, path, method, allowed);
  if (route == NULL)
    reply_no_route (self, message, path, allowed);
  else if (check_rights (self, &request, route->rights))
    route->func (&request, self->user_data);
  vowel_grant_clear (&request.grant);
}

static void
on_request (SoupServer *soup, SoupServerMessage *message, const char *path,
    GHashTable *query, gpointer user_data)
{
  answer (user_data, message, path, query);
  announce_close (message);
}

/* The size of the body: stated before it comes, or found as it comes. */

static void
refuse_body (VowelRoutes *self, SoupServerMessage *message)
{
  vowel_http_reply_error (message, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, NULL,
      "request_too_large", "A request's body may have at most %u bytes",
      self->config->max_body);
  announce_close (message);
}

static void
on_got_chunk (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  VowelRoutes *self = user_data;
  SoupMessageBody *body = soup_server_message_get_request_body (message);

  if (body->length <= (goffset) self->config->max_body
      || !soup_message_body_get_accumulate (body))
    return;
  GST_INFO ("refusing a body of more than %u bytes", self->config->max_body);
  soup_message_body_set_accumulate (body, FALSE);
  refuse_body (self, message);
}

static void
on_headers (SoupServer *soup, SoupServerMessage *message, const char *path,
    GHashTable *query, gpointer user_data)
{
  VowelRoutes *self = user_data;
  SoupMessageHeaders *headers =
      soup_server_message_get_request_headers (message);

  if (soup_message_headers_get_encoding (headers)
          == SOUP_ENCODING_CONTENT_LENGTH
      && soup_message_headers_get_content_length (headers)
             > (goffset) self->config->max_body)
    refuse_body (self, message);
  else
    g_signal_connect_object (
        message, "got-chunk", G_CALLBACK (on_got_chunk), self, 0);
}

static void
vowel_routes_dispose (GObject *object)
{
  VowelRoutes *self = VOWEL_ROUTES (object);

  if (self->soup)
    soup_server_remove_handler (self->soup, NULL);
  g_clear_object (&self->soup);
  G_OBJECT_CLASS (vowel_routes_parent_class)->dispose (object);
}

static void
vowel_routes_class_init (VowelRoutesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vowel_routes_dispose;
}

static void
vowel_routes_init (VowelRoutes *self)
{
}

VowelRoutes *
vowel_routes_new (SoupServer *soup, const VowelServerConfig *config,
    VowelMetrics *metrics, const VowelRoute *table, VowelRouteFallback fallback,
    gpointer user_data)
{
  VowelRoutes *self = g_object_new (VOWEL_TYPE_ROUTES, NULL);

  self->soup = g_object_ref (soup);
  self->config = config;
  self->metrics = metrics;
  self->table = table;
  self->fallback = fallback;
  self->user_data = user_data;
  soup_server_add_early_handler (soup, NULL, on_headers, self, NULL);
  soup_server_add_handler (soup, NULL, on_request, self, NULL);
  return self;
}
