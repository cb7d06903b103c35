/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/config/server-config.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What an app says of its sessions, and what a client may wish beside it. */

/* The `voiceConfig` that counts. @settings: of the app, whose own wins.
 * @wishes: of the client: its `voiceConfig`, and below that the `_voiceConfig`
 * of Vowel's browser client, count only with @with_wishes. A null is nothing
 * said. (transfer full) */
JsonObject *vowel_app_session_merge_voice (
    JsonObject *settings, JsonObject *wishes, gboolean with_wishes);
/* The body of a request for a token. @voice: see above. The prompt of the first
 * words, the language and the patience of a client that its app says nothing
 * about are taken from @wishes. Instructions and tools are not in it: the
 * client brings them itself. (transfer full) */
gchar *vowel_app_session_make (
    JsonObject *settings, JsonObject *voice, JsonObject *wishes);

G_END_DECLS
