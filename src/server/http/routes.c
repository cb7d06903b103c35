/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "routes.h"

#include "server/store/key-text.h"

#include <gst/gst.h>
#include <string.h>

GST_DEBUG_CATEGORY_STATIC (vowel_routes_debug);
#define GST_CAT_DEFAULT vowel_routes_debug

struct _VowelRoutes {
  GObject parent;

  /* The accepting thread. */
  SoupServer *soup;
  VowelServerConfig *config;
  VowelMetrics *metrics;
  VowelKeyring *keyring; /* (nullable) */
  struct {
    const VowelRoute *routes;
    gpointer user_data;
  } tables[VOWEL_ROUTES_MAX_TABLES];
  guint n_tables;
  GHashTable *forms; /* root to VowelErrorForm */
  VowelRouteFallback fallback;
  gpointer fallback_data;
  guint control_port;
  VowelAuditFunc audit; /* (nullable) */
  gpointer audit_data;
  VowelAppCheckFunc check_app; /* (nullable) */
  gpointer check_app_data;
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
      .query_token = vowel_http_get_query (query, "token"),
  };

  if (request.api_key == NULL)
    request.api_key = vowel_http_get_header (message, "X-API-Key");
  return vowel_credential_find (&request, ret_source);
}

static const gchar *
find_scope (VowelRights needed)
{
  if (needed & VOWEL_RIGHT_MINT)
    return VOWEL_SCOPE_MINT;
  if (needed & VOWEL_RIGHT_AGENTS)
    return VOWEL_SCOPE_VOICE;
  return needed & VOWEL_RIGHT_CONNECT ? VOWEL_SCOPE_CONNECT : NULL;
}

static void
reply_forbidden (const VowelRequest *request, VowelRights needed)
{
  const gchar *scope = find_scope (needed);

  if (needed & VOWEL_RIGHT_ADMIN)
    vowel_http_reply_error (request->message, SOUP_STATUS_FORBIDDEN, NULL,
        "insufficient_rights",
        "This needs the admin key (VOWEL_ADMIN_KEY, else API_KEY)");
  else if (request->grant.key && scope)
    vowel_http_reply_error (request->message, SOUP_STATUS_FORBIDDEN, NULL,
        "insufficient_rights", "The key lacks the scope %s", scope);
  else
    vowel_http_reply_error (request->message, SOUP_STATUS_FORBIDDEN, NULL,
        "insufficient_rights",
        "A token cannot do this: use the API key itself");
}

const gchar *
vowel_request_get_query (const VowelRequest *request, const gchar *name)
{
  return vowel_http_get_query (request->query, name);
}

/* Of a key that has the rights. */
static gboolean
check_app (VowelRoutes *self, VowelRequest *request, VowelRights needed)
{
  g_autoptr (GError) error = NULL;

  if (request->grant.key == NULL || (needed & VOWEL_RIGHT_AGENTS) == 0
      || self->check_app == NULL
      || self->check_app (
          request->grant.key->app_id, self->check_app_data, &error))
    return TRUE;
  g_atomic_int_inc (&self->metrics->unauthorized);
  vowel_http_reply_error (request->message, SOUP_STATUS_FORBIDDEN, NULL,
      "organization_pending", "%s", error->message);
  return FALSE;
}

static gboolean
check_rights (VowelRoutes *self, VowelRequest *request, VowelRights needed)
{
  g_autoptr (GError) error = NULL;
  const gchar *credential;

  request->credential =
      find_credential (request->message, request->query, &request->source);
  credential = request->credential;
  request->vowel_key = credential && vowel_key_has_prefix (credential);
  if (needed == VOWEL_RIGHT_NONE)
    return TRUE;
  if (!vowel_credential_check (self->config, self->keyring, credential,
          g_get_real_time () / G_USEC_PER_SEC, &request->grant, &error)) {
    g_atomic_int_inc (&self->metrics->unauthorized);
    GST_INFO ("%s: refused: %s", request->path, error->message);
    vowel_http_reply_error (request->message, SOUP_STATUS_UNAUTHORIZED, NULL,
        "invalid_api_key", "%s", error->message);
    return FALSE;
  }
  vowel_audit_note_grant (request->message, &request->grant);
  if ((request->grant.rights & needed) == 0) {
    g_atomic_int_inc (&self->metrics->unauthorized);
    reply_forbidden (request, needed);
    return FALSE;
  }
  if (!check_app (self, request, needed))
    return FALSE;
  if (request->grant.key)
    vowel_store_note_api_key_used (vowel_keyring_get_store (self->keyring),
        request->grant.key->id, g_get_real_time () / 1000);
  return TRUE;
}

/* Fills in @params (nullable), whose old content is forgotten. */
static gboolean
serves_parts (const VowelRoute *route, const gchar *path, gchar **params)
{
  g_auto (GStrv) wanted = g_strsplit (route->path, "/", -1);
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);
  guint n = 0;

  if (g_strv_length (wanted) != g_strv_length (parts))
    return FALSE;
  for (guint i = 0; wanted[i]; i++)
    if (wanted[i][0] == ':' ? parts[i][0] == '\0'
                            : !g_str_equal (wanted[i], parts[i]))
      return FALSE;
  for (guint i = 0; params && wanted[i]; i++)
    if (wanted[i][0] == ':')
      params[n++] = g_strdup (parts[i]);
  return TRUE;
}

static gboolean
serves_path (const VowelRoute *route, const gchar *path)
{
  gsize length = strlen (route->path);

  if (strchr (route->path, ':'))
    return serves_parts (route, path, NULL);
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
    gpointer *ret_user_data, GString *ret_allowed)
{
  for (guint i = 0; i < self->n_tables; i++) {
    *ret_user_data = self->tables[i].user_data;
    for (const VowelRoute *route = self->tables[i].routes; route->path;
         route++) {
      if (!serves_path (route, path))
        continue;
      if (serves_method (route, method))
        return route;
      g_string_append_printf (
          ret_allowed, "%s%s", ret_allowed->len ? ", " : "", route->method);
    }
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
      && self->fallback (message, path, self->fallback_data))
    return;
  vowel_http_reply_error (message, SOUP_STATUS_NOT_FOUND, NULL, "not_found",
      "There is nothing at %s", path);
}

/* The client must know that its next request needs another connection. */
static void
announce_close (SoupServerMessage *message)
{
  if (soup_server_message_get_status (message)
      != SOUP_STATUS_SWITCHING_PROTOCOLS)
    soup_message_headers_replace (
        soup_server_message_get_response_headers (message), "Connection",
        "close");
}

gboolean
vowel_routes_is_control_port (VowelRoutes *self, SoupServerMessage *message)
{
  GSocketAddress *address = soup_server_message_get_local_address (message);

  return self->control_port == 0
         || (G_IS_INET_SOCKET_ADDRESS (address)
             && g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address))
                    == self->control_port);
}

/* Whether the port that @message came to serves @path. */
static gboolean
is_served_here (
    VowelRoutes *self, SoupServerMessage *message, const gchar *path)
{
  static const gchar *const for_all[] = {"/v1/", "/ws/", "/api/twilio/",
      "/api/auth/", "/api/dashboard/", "/api/health", "/api/plans",
      "/api/setup"};

  if (g_str_equal (path, "/") || g_str_equal (path, "/health"))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (for_all); i++)
    if (g_str_has_prefix (path, for_all[i]))
      return TRUE;
  return vowel_routes_is_control_port (self, message);
}

/* Who changes a part of something reads it first: of two who do that at the
 * same time none may miss what the other has written. */
static void
catch_up (VowelRoutes *self, const gchar *method)
{
  if (self->keyring != NULL && g_str_equal (method, "PATCH"))
    vowel_store_catch_up (vowel_keyring_get_store (self->keyring));
}

static void
answer (VowelRoutes *self, SoupServerMessage *message, const gchar *path,
    GHashTable *query)
{
  const gchar *method = soup_server_message_get_method (message);
  const gchar *origin = vowel_http_get_header (message, "Origin");
  g_autoptr (GString) allowed = g_string_new (NULL);
  const VowelRoute *route;
  gpointer user_data;
  VowelRequest request = {.message = message, .path = path, .query = query};

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
  if (!is_served_here (self, message, path)) {
    vowel_http_reply_error (message, SOUP_STATUS_NOT_FOUND, NULL, "not_found",
        "There is nothing at %s on this port", path);
    return;
  }
  route = find_route (self, path, method, &user_data, allowed);
  if (route != NULL && route->audit != VOWEL_AUDIT_NONE && self->audit != NULL)
    vowel_audit_follow (message, route->audit, route->action, path, self->audit,
        self->audit_data);
  if (route == NULL) {
    reply_no_route (self, message, path, allowed);
  } else if (check_rights (self, &request, route->rights)) {
    serves_parts (route, path, request.params);
    catch_up (self, method);
    route->func (&request, user_data);
  }
  for (guint i = 0; i < VOWEL_ROUTE_MAX_PARAMS; i++)
    g_free (request.params[i]);
  g_free (request.credential);
  vowel_grant_clear (&request.grant);
}

static void
on_request (SoupServer *soup, SoupServerMessage *message, const char *path,
    GHashTable *query, gpointer user_data)
{
  VowelRoutes *self = user_data;

  vowel_http_find_caller (message, self->config->proxies);
  answer (self, message, path, query);
  /* When there are many, none is kept for who may not come back. */
  if (g_atomic_int_get (&self->metrics->pending)
      > (gint) self->config->max_pending / 2)
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

static VowelErrorForm
find_form (VowelRoutes *self, const gchar *path)
{
  g_autofree gchar *root = g_strdup (path);
  gpointer form = NULL;
  gchar *end;

  while (!g_hash_table_lookup_extended (self->forms, root, NULL, &form)
         && (end = strrchr (root, '/')) != NULL)
    *end = '\0';
  return GPOINTER_TO_UINT (form);
}

static void
on_headers (SoupServer *soup, SoupServerMessage *message, const char *path,
    GHashTable *query, gpointer user_data)
{
  VowelRoutes *self = user_data;
  SoupMessageHeaders *headers =
      soup_server_message_get_request_headers (message);

  vowel_http_set_error_form (message, find_form (self, path));
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
  g_clear_pointer (&self->forms, g_hash_table_unref);
  g_clear_pointer (&self->config, vowel_server_config_unref);
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
  self->forms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
vowel_routes_add (
    VowelRoutes *self, const VowelRoute *table, gpointer user_data)
{
  g_return_if_fail (self->n_tables < VOWEL_ROUTES_MAX_TABLES);

  self->tables[self->n_tables].routes = table;
  self->tables[self->n_tables].user_data = user_data;
  self->n_tables++;
}

void
vowel_routes_set_error_form (
    VowelRoutes *self, const gchar *root, VowelErrorForm form)
{
  g_hash_table_replace (self->forms, g_strdup (root), GUINT_TO_POINTER (form));
}

void
vowel_routes_set_control_port (VowelRoutes *self, guint port)
{
  self->control_port = port;
}

void
vowel_routes_set_app_check (
    VowelRoutes *self, VowelAppCheckFunc func, gpointer user_data)
{
  self->check_app = func;
  self->check_app_data = user_data;
}

void
vowel_routes_set_audit_func (
    VowelRoutes *self, VowelAuditFunc func, gpointer user_data)
{
  self->audit = func;
  self->audit_data = user_data;
}

void
vowel_routes_set_keyring (VowelRoutes *self, VowelKeyring *keyring)
{
  self->keyring = keyring;
}

void
vowel_routes_set_config (VowelRoutes *self, VowelServerConfig *config)
{
  vowel_server_config_ref (config);
  g_clear_pointer (&self->config, vowel_server_config_unref);
  self->config = config;
}

VowelRoutes *
vowel_routes_new (SoupServer *soup, VowelServerConfig *config,
    VowelMetrics *metrics, const VowelRoute *table, VowelRouteFallback fallback,
    gpointer user_data)
{
  VowelRoutes *self = g_object_new (VOWEL_TYPE_ROUTES, NULL);

  self->soup = g_object_ref (soup);
  vowel_routes_set_config (self, config);
  self->metrics = metrics;
  self->fallback = fallback;
  self->fallback_data = user_data;
  vowel_routes_add (self, table, user_data);
  soup_server_add_early_handler (soup, NULL, on_headers, self, NULL);
  soup_server_add_handler (soup, NULL, on_request, self, NULL);
  return self;
}
