/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/config/server-config.h"
#include "server/store/keyring.h"
#include "server/tokens/token.h"

G_BEGIN_DECLS

/**
 * VowelCredentialSource:
 *
 * Where a request brought its key or token.
 */
typedef enum {
  VOWEL_CREDENTIAL_NONE,
  VOWEL_CREDENTIAL_BEARER,
  VOWEL_CREDENTIAL_API_KEY_HEADER,
  VOWEL_CREDENTIAL_SUBPROTOCOL,
  VOWEL_CREDENTIAL_QUERY,
} VowelCredentialSource;

/**
 * VowelCredentialRequest:
 * @authorization: (nullable): the header of that name
 * @api_key: (nullable): api-key or X-API-Key header
 * @subprotocols: (nullable): Sec-WebSocket-Protocol header
 * @query_token: (nullable): `token` of the query
 *
 * The parts of a request that can carry a credential.
 */
typedef struct {
  const gchar *authorization;
  const gchar *api_key;
  const gchar *subprotocols;
  const gchar *query_token;
} VowelCredentialRequest;

/* The credential of a request: the first of the above in that order, even if
 * a later one were right. `null` and `undefined`, which browser code sends for
 * a missing key, count as none. (transfer full) (nullable) */
gchar *vowel_credential_find (
    const VowelCredentialRequest *request, VowelCredentialSource *ret_source);
/* The entries of a Sec-WebSocket-Protocol header. */
GStrv vowel_credential_split_subprotocols (const gchar *header);

/**
 * VowelRights:
 *
 * What a route asks of the caller, and what a credential gives.
 */
typedef enum {
  VOWEL_RIGHT_NONE = 0,
  VOWEL_RIGHT_CONNECT = 1 << 0, /* open a session */
  VOWEL_RIGHT_MINT = 1 << 1,    /* make tokens */
  VOWEL_RIGHT_TRUSTED = 1 << 2, /* make tokens of backends */
  VOWEL_RIGHT_ADMIN = 1 << 3,   /* apps, keys, settings */
  VOWEL_RIGHT_AGENTS = 1 << 4,  /* the app's agents, and calls with them */
} VowelRights;

/**
 * VowelGrant:
 * @rights: what the caller may do
 * @token: (nullable): when the credential was an ephemeral token
 * @key: (nullable): when it was a key of an app
 */
typedef struct {
  VowelRights rights;
  VowelToken *token;
  VowelApiKey *key;
} VowelGrant;

/* (nullable): whose key it is, or has made it; NULL for the server's own */
const gchar *vowel_grant_get_app (const VowelGrant *grant);
void vowel_grant_clear (VowelGrant *grant);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VowelGrant, vowel_grant_clear)

/* What @credential (nullable) is worth at @now (seconds since 1970). Without an
 * API key in @config everybody may do everything (only this machine can
 * connect then), and a token's session counts if the token is good. @keyring:
 * (nullable): knows the keys of apps; one that it had and that is revoked is
 * refused in any case. */
gboolean vowel_credential_check (const VowelServerConfig *config,
    VowelKeyring *keyring, const gchar *credential, gint64 now,
    VowelGrant *ret_grant, GError **error);

/* Whether a web page of @origin (nullable: no browser) may use the server: with
 * an API key every page may, it needs the key; without one only pages of this
 * machine and those that the configuration names. */
gboolean vowel_origin_is_allowed (
    const VowelServerConfig *config, const gchar *origin);

G_END_DECLS
