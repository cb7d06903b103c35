/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/server-config.h"
#include "server/store/keyring.h"
#include "server/token.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * VowelGenerateError:
 *
 * Why Vowel Core gives no token; each is a status of its answer.
 */
typedef enum {
  VOWEL_GENERATE_ERROR_INVALID,     /* 400 */
  VOWEL_GENERATE_ERROR_UNKNOWN_KEY, /* 401 */
  VOWEL_GENERATE_ERROR_FORBIDDEN,   /* 403 */
  VOWEL_GENERATE_ERROR_NOT_FOUND,   /* 404 */
} VowelGenerateError;

#define VOWEL_GENERATE_ERROR (vowel_generate_error_quark ())
GQuark vowel_generate_error_quark (void);

/**
 * VowelGenerateRequest:
 * @credential: (nullable): from a header; a key in the body serves as well
 * @body: what the client sent
 * @origin: (nullable): of the web page that asks
 * @url: of the WebSocket, for the answer
 * @now: seconds since 1970
 *
 * A request for a token, as Vowel's clients make it.
 */
typedef struct {
  const gchar *credential;
  JsonObject *body;
  const gchar *origin;
  const gchar *url;
  gint64 now;
} VowelGenerateRequest;

/* The key that asks; what is wrong with it. (transfer full) */
VowelApiKey *vowel_generate_token_find_key (
    VowelKeyring *keyring, const VowelGenerateRequest *request, GError **error);
/* The answer of POST /vowel/api/generateToken. What the app says wins over what
 * the client wishes. @key: who asks. (transfer full) */
JsonObject *vowel_generate_token (const VowelServerConfig *config,
    VowelKeyring *keyring, const VowelApiKey *key,
    const VowelGenerateRequest *request, GError **error);

G_END_DECLS
