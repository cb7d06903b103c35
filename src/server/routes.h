/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "credentials.h"
#include "metrics.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * VowelRequest:
 * @message: to be answered before the handler returns
 * @path: decoded
 * @query: (nullable): decoded
 * @source: where the credential came from
 * @vowel_key: it is one of Vowel's keys, by its look
 * @grant: what it is worth
 *
 * A request whose rights have been checked.
 */
typedef struct {
  SoupServerMessage *message;
  const gchar *path;
  GHashTable *query;
  VowelCredentialSource source;
  gboolean vowel_key;
  VowelGrant grant;
} VowelRequest;

/* May take the token out of the grant. */
typedef void (*VowelRouteFunc) (VowelRequest *request, gpointer user_data);

/**
 * VowelRoute:
 * @method: GET also answers HEAD
 * @path: exact; one that ends with a slash and a star stands for anything below
 * @rights: what the caller's credential must be worth
 * @func: answers
 */
typedef struct {
  const gchar *method;
  const gchar *path;
  VowelRights rights;
  VowelRouteFunc func;
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
VowelRoutes *vowel_routes_new (SoupServer *soup,
    const VowelServerConfig *config, VowelMetrics *metrics,
    const VowelRoute *table, VowelRouteFallback fallback, gpointer user_data);

G_END_DECLS
