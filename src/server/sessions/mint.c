/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "mint.h"

#include "mint-body.h"
#include "session-request.h"

#include "protocol/openai/openai-session-json.h"
#include "session/item.h"

#include <string.h>

static const struct {
  const gchar *endpoint;
  VowelOpenaiDialect dialect;
} routes[] = {
    [VOWEL_MINT_SESSION] = {"sessions", VOWEL_OPENAI_BETA},
    [VOWEL_MINT_CLIENT_SECRET] = {"client_secrets", VOWEL_OPENAI_GA},
    [VOWEL_MINT_TRANSCRIPTION] = {"transcription_sessions", VOWEL_OPENAI_BETA},
    [VOWEL_MINT_APP] = {"generateToken", VOWEL_OPENAI_BETA},
};

void
vowel_mint_add_secret (JsonObject *answer, const gchar *text, gint64 expires_at)
{
  JsonObject *secret = json_object_new ();

  json_object_set_string_member (secret, "value", text);
  json_object_set_int_member (secret, "expires_at", expires_at);
  json_object_set_object_member (answer, "client_secret", secret);
}

void
vowel_mint_add_vowel_fields (
    JsonObject *answer, const gchar *text, gint64 issued_at, gint64 expires_at)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (expires_at);
  g_autofree gchar *iso =
      time ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%S.000Z") : NULL;

  json_object_set_string_member (answer, "value", text);
  json_object_set_string_member (answer, "token", text);
  json_object_set_string_member (answer, "tokenName", text);
  json_object_set_int_member (answer, "expires_in", expires_at - issued_at);
  json_object_set_string_member (answer, "expiresAt", iso ? iso : "");
}

/* Takes @session. */
static JsonObject *
make_answer (VowelMintRoute route, JsonObject *session, const VowelToken *token,
    const gchar *text)
{
  JsonObject *answer;

  switch (route) {
    case VOWEL_MINT_CLIENT_SECRET:
      answer = json_object_new ();
      json_object_set_string_member (answer, "value", text);
      json_object_set_int_member (answer, "expires_at", token->expires_at);
      json_object_set_object_member (answer, "session", session);
      return answer;
    case VOWEL_MINT_TRANSCRIPTION:
      vowel_mint_add_secret (session, text, token->expires_at);
      return session;
    default:
      vowel_mint_add_secret (session, text, token->expires_at);
      vowel_mint_add_vowel_fields (
          session, text, token->issued_at, token->expires_at);
      if (token->session_key)
        json_object_set_string_member (
            session, "sessionKey", token->session_key);
      return session;
  }
}

JsonObject *
vowel_mint (const VowelServerConfig *config, VowelMintRoute route,
    const VowelMinter *minter, const gchar *body, gsize length, gint64 now,
    VowelToken **ret_token, GError **error)
{
  g_autoptr (VowelToken) token = g_new0 (VowelToken, 1);
  g_autoptr (VowelSessionRequest) request =
      vowel_session_request_new_default (config);
  g_auto (VowelMintBody) parsed = {0};
  g_autofree gchar *text = NULL;
  JsonObject *session;
  JsonObject *answer;

  token->subject = vowel_make_id ("sess");
  token->endpoint = g_strdup (routes[route].endpoint);
  if (minter) {
    token->app_id = g_strdup (minter->app_id);
    token->key_id = g_strdup (minter->key_id);
  }
  if (!vowel_mint_body_parse (
          &parsed, token, config, route, body, length, error))
    return NULL;
  if (!vowel_session_claims_settle_providers (parsed.session, config, error))
    return NULL;
  token->session = g_steal_pointer (&parsed.session);
  token->issued_at = now;
  token->expires_at = now + parsed.ttl;
  /* What the token will be used for is tried now. */
  if (!vowel_session_request_apply_token (request, token, error)
      || !vowel_session_config_validate (request->config, error))
    return NULL;
  text = vowel_token_mint (token, config->jwt_secret, error);
  if (text == NULL)
    return NULL;
  session = vowel_openai_session_render (request->config, request->tools,
      token->subject, token->expires_at, routes[route].dialect);
  answer = make_answer (route, session, token, text);
  if (ret_token)
    *ret_token = g_steal_pointer (&token);
  return answer;
}
