/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "audit.h"
#include "http.h"

#include "server/access/credentials.h"
#include "server/telemetry/metrics.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define VOWEL_ROUTE_MAX_PARAMS 2

/**
 * VowelRequest:
 * @message: to be answered before the handler returns, or after it was paused
 * @path: decoded
 * @params: the parts of @path that a route leaves open, in their order
 * @query: (nullable): decoded
 * @credential: (nullable): what it brought
 * @source: where the credential came from
 * @vowel_key: it is one of Vowel's keys, by its look
 * @grant: what it is worth
 *
 * A request whose rights have been checked.
 */
typedef struct {
  SoupServerMessage *message;
  const gchar *path;
  gchar *params[VOWEL_ROUTE_MAX_PARAMS];
  GHashTable *query;
  gchar *credential;
  VowelCredentialSource source;
  gboolean vowel_key;
  VowelGrant grant;
} VowelRequest;

/* A value of the query; NULL when it is empty, too. (nullable) */
const gchar *vowel_request_get_query (
    const VowelRequest *request, const gchar *name);

/* May take the token out of the grant. */
typedef void (*VowelRouteFunc) (VowelRequest *request, gpointer user_data);

/**
 * VowelRoute:
 * @method: GET also answers HEAD
 * @path: exact; one that ends with a slash and a star stands for anything
 * below; a part that begins with a colon may be anything
 * @rights: of which the caller's credential must be worth at least one
 * @func: answers
 * @action: (nullable): what the audit log calls it, as in "key.create"
 * @audit: which requests are in the audit log
 */
typedef struct {
  const gchar *method;
  const gchar *path;
  VowelRights rights;
  VowelRouteFunc func;
  const gchar *action;
  VowelAudit audit;
} VowelRoute;

/**
 * VowelRoutes:
 *
 * The table of what the server answers, and what holds for every request
 * before it: origin, size of the body, credential, method.
 */
#define VOWEL_TYPE_ROUTES (vowel_routes_get_type ())
G_DECLARE_FINAL_TYPE (VowelRoutes, vowel_routes, VOWEL, ROUTES, GObject)

/* @table: static, ends with a NULL path.  @fallback: for GET of a path that is
 * not in it; returns FALSE when there is nothing there either. */
typedef gboolean (*VowelRouteFallback) (
    SoupServerMessage *message, const gchar *path, gpointer user_data);
VowelRoutes *vowel_routes_new (SoupServer *soup, VowelServerConfig *config,
    VowelMetrics *metrics, const VowelRoute *table, VowelRouteFallback fallback,
    gpointer user_data);
/* More of the same, with their own data. At most VOWEL_ROUTES_MAX_TABLES in
 * all; where two serve a path the earlier one does. */
#define VOWEL_ROUTES_MAX_TABLES 16
void vowel_routes_add (
    VowelRoutes *routes, const VowelRoute *table, gpointer user_data);
/* Errors of what is at @root, and below it, have this form, whether there are
 * routes or not; of two roots the longer one counts. Others have OpenAI's. */
void vowel_routes_set_error_form (
    VowelRoutes *routes, const gchar *root, VowelErrorForm form);
/* What is not for clients (as is everything below /v1, /ws and /api/twilio,
 * / and /health, and what Voicex has below /api) is served on @port alone,
 * which serves the rest as well; 0: there is one port. */
void vowel_routes_set_control_port (VowelRoutes *routes, guint port);
/* Whether @message came to that one, or there is no other. */
gboolean vowel_routes_is_control_port (
    VowelRoutes *routes, SoupServerMessage *message);
/* Who writes down what the routes say is to be. */
void vowel_routes_set_audit_func (
    VowelRoutes *routes, VowelAuditFunc func, gpointer user_data);
/* Who knows the keys of apps. (nullable) */
void vowel_routes_set_keyring (VowelRoutes *routes, VowelKeyring *keyring);
/* Whether the keys of @app_id serve its agents at present. */
typedef gboolean (*VowelAppCheckFunc) (
    const gchar *app_id, gpointer user_data, GError **error);
/* Who says that. Routes that need VOWEL_RIGHT_AGENTS refuse other keys. */
void vowel_routes_set_app_check (
    VowelRoutes *routes, VowelAppCheckFunc func, gpointer user_data);
/* For requests that come from now on. */
void vowel_routes_set_config (VowelRoutes *routes, VowelServerConfig *config);

G_END_DECLS
