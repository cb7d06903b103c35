/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/config/server-config.h"
#include "server/tokens/token.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * VowelMintRoute:
 * @VOWEL_MINT_SESSION: POST /v1/realtime/sessions: a flat (beta) session, with
 *   Vowel's fields `sessionKey`, `serverTools`, `connectionType`, `config` and
 *   `dialect`
 * @VOWEL_MINT_CLIENT_SECRET: POST /v1/realtime/client_secrets: `session` (GA)
 *   and `expires_after`
 * @VOWEL_MINT_APP: POST /vowel/api/generateToken: a flat session that the
 *   server has put together, see vowel_generate_token()
 * @VOWEL_MINT_TRANSCRIPTION: POST /v1/realtime/transcription_sessions: a flat
 *   transcription session
 *
 * The ways to an ephemeral token.
 */
typedef enum {
  VOWEL_MINT_SESSION,
  VOWEL_MINT_CLIENT_SECRET,
  VOWEL_MINT_TRANSCRIPTION,
  VOWEL_MINT_APP,
} VowelMintRoute;

/**
 * VowelMinter:
 * @app_id: (nullable): whose key mints; NULL for the server's own
 * @key_id: (nullable): which key
 */
typedef struct {
  const gchar *app_id;
  const gchar *key_id;
} VowelMinter;

/* An ephemeral token for one session's settings. @minter: (nullable). @body:
 * the request's, or nothing at all for the defaults. @now: seconds since 1970.
 * @ret_token: (nullable): what the token says. The answer is what the route
 * answers. (transfer full) */
JsonObject *vowel_mint (const VowelServerConfig *config, VowelMintRoute route,
    const VowelMinter *minter, const gchar *body, gsize length, gint64 now,
    VowelToken **ret_token, GError **error);
/* How clients of either kind read a token: OpenAI's `client_secret`; and the
 * names that Vowel's have for it. Seconds since 1970. */
void vowel_mint_add_secret (
    JsonObject *answer, const gchar *text, gint64 expires_at);
void vowel_mint_add_vowel_fields (
    JsonObject *answer, const gchar *text, gint64 issued_at, gint64 expires_at);

G_END_DECLS
