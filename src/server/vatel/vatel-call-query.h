/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/store/store.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * VowelVatelCallQuery:
 * @filter: of calls that are over; its lists and texts belong to the query
 * @organization_id: (nullable): as the client says it
 * @has_ended: calls that are over are wanted
 * @has_live: calls that go on are wanted
 * @page: from 1
 * @page_size: calls of a page
 *
 * Which calls a client wants to see.
 */
typedef struct {
  VowelCallFilter filter;
  const gchar *organization_id;
  gboolean has_ended;
  gboolean has_live;
  guint page;
  guint page_size;
  GStrv agent_ids;
} VowelVatelCallQuery;

/* @query: (nullable) (element-type utf8 utf8): of the address, which must
 * outlive @ret_query. Fails with #VOWEL_ERROR, and the parameter. */
gboolean vowel_vatel_call_query_read (
    GHashTable *query, VowelVatelCallQuery *ret_query, GError **error);
void vowel_vatel_call_query_clear (VowelVatelCallQuery *query);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (
    VowelVatelCallQuery, vowel_vatel_call_query_clear)

/* Whether a call that goes on is among them. */
gboolean vowel_vatel_call_query_matches (
    const VowelVatelCallQuery *query, const VowelCall *call);
/* {page, page_size, total, …} (transfer full) */
JsonObject *vowel_vatel_call_query_paginate (
    const VowelVatelCallQuery *query, gint64 total);

G_END_DECLS
