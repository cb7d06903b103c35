/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The error that an answer of a chat completion server reports; NULL when it
 * reports none.  @event: (nullable): the name of the server-sent event;
 * @status: that of HTTP, 200 within a stream; @root: (nullable): @text, when it
 * is JSON.  (transfer full) */
GError *remote_error_find (const gchar *server, const gchar *event,
    guint status, JsonNode *root, const gchar *text);

G_END_DECLS
