/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/config/server-config.h"
#include "server/store/keyring.h"
#include "server/tokens/token.h"

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
  VOWEL_GENERATE_ERROR_FAILED,      /* 500 */
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

/* Whether a key makes tokens at all. */
gboolean vowel_generate_token_check_scope (
    const VowelApiKey *key, GError **error);
/* The key that asks; what is wrong with it. (transfer full) */
VowelApiKey *vowel_generate_token_find_key (
    VowelKeyring *keyring, const VowelGenerateRequest *request, GError **error);

/**
 * VowelGeneration:
 *
 * The making of a token, once it is known who asks for it. What the app says
 * wins over what the client wishes. The accepting thread.
 */
typedef struct _VowelGeneration VowelGeneration;

/* @key: who asks; @keyring must outlive it. */
VowelGeneration *vowel_generation_new (VowelServerConfig *config,
    VowelKeyring *keyring, const VowelApiKey *key,
    const VowelGenerateRequest *request, GError **error);
void vowel_generation_free (VowelGeneration *generation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelGeneration, vowel_generation_free)

/* The service that the client will connect to, "openai" or "grok"; NULL: this
 * server. (nullable) */
const gchar *vowel_generation_get_remote (VowelGeneration *generation);
/* The key of that service: the app's, else the server's. (transfer full) */
gchar *vowel_generation_dup_remote_key (
    VowelGeneration *generation, GError **error);
/* The answer of POST /vowel/api/generateToken with a token of this server.
 * (transfer full) */
JsonObject *vowel_generation_mint (VowelGeneration *generation, GError **error);
/* The same with one of the service. (transfer full) */
JsonObject *vowel_generation_answer_remote (
    VowelGeneration *generation, const gchar *token, gint64 expires_at);

G_END_DECLS
