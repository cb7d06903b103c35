/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server-config.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* POST /v1/realtime/sessions: an ephemeral token for one session's settings.
 * @body: a flat (beta) session object, or nothing at all for the defaults;
 * `client_secret.expires_after.seconds` sets the token's lifetime. @now:
 * seconds since 1970. The answer is the effective session with `client_secret`,
 * and `value`, `token`, `expires_in` for Vowel's clients. (transfer full) */
JsonObject *vowel_mint_session (const VowelServerConfig *config,
    const gchar *body, gsize length, gint64 now, GError **error);

G_END_DECLS
