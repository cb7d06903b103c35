/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* How tRPC 11, with superjson as its transformer, wraps what the JSON routes
 * take and answer (trpc.io, "HTTP RPC Specification"). */

#define VOWEL_TRPC_PREFIX "/trpc/"

gboolean vowel_trpc_is_path (const gchar *path);
/* What a call brings: the object in @call's `json`, or @call itself from
 * clients without a transformer. (transfer full) */
JsonObject *vowel_trpc_unwrap (JsonObject *call);
/* @answer, or what its `message` says for a @status above 399.
 * (transfer full) */
JsonNode *vowel_trpc_wrap (const gchar *path, guint status, JsonNode *answer);

G_END_DECLS
