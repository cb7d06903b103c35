/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "token.h"

#include <gst/vowel/gstvoweljson.h>

#include <gnutls/crypto.h>
#include <string.h>

#define SECRET_BYTES 32
#define CONNECTION_TRUSTED_SERVER "trusted_server"

void
vowel_token_free (VowelToken *token)
{
  g_free (token->subject);
  g_free (token->endpoint);
  g_free (token->dialect);
  g_free (token->app_id);
  g_free (token->key_id);
  g_free (token->service_id);
  g_free (token->session_key);
  g_clear_pointer (&token->server_tools, json_array_unref);
  g_clear_pointer (&token->session, json_object_unref);
  g_free (token);
}

gchar *
vowel_token_make_secret (void)
{
  guint8 bytes[SECRET_BYTES];
  GString *text = g_string_sized_new (2 * SECRET_BYTES);

  /* A guessable secret is worse than none. */
  if (gnutls_rnd (GNUTLS_RND_KEY, bytes, sizeof (bytes)) != 0)
    g_error ("The system has no random numbers for a token secret");
  for (guint i = 0; i < sizeof (bytes); i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  return g_string_free (text, FALSE);
}

/* Claims that are a text. */
static const struct {
  const gchar *claim;
  gsize offset;
} texts[] = {
    {"sub", G_STRUCT_OFFSET (VowelToken, subject)},
    {"endpoint", G_STRUCT_OFFSET (VowelToken, endpoint)},
    {"dialect", G_STRUCT_OFFSET (VowelToken, dialect)},
    {"app_id", G_STRUCT_OFFSET (VowelToken, app_id)},
    {"key_id", G_STRUCT_OFFSET (VowelToken, key_id)},
    {"service_id", G_STRUCT_OFFSET (VowelToken, service_id)},
    {"session_key", G_STRUCT_OFFSET (VowelToken, session_key)},
};

static JsonObject *
make_claims (const VowelToken *token)
{
  JsonObject *claims = json_object_new ();
  g_autofree gchar *id = g_uuid_string_random ();

  json_object_set_string_member (claims, "iss", VOWEL_TOKEN_ISSUER);
  json_object_set_string_member (claims, "aud", VOWEL_TOKEN_AUDIENCE);
  json_object_set_string_member (claims, "jti", id);
  json_object_set_int_member (claims, "iat", token->issued_at);
  json_object_set_int_member (claims, "exp", token->expires_at);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    const gchar *text = G_STRUCT_MEMBER (gchar *, token, texts[i].offset);

    if (text)
      json_object_set_string_member (claims, texts[i].claim, text);
  }
  if (token->trusted_server)
    json_object_set_string_member (
        claims, "connection_type", CONNECTION_TRUSTED_SERVER);
  if (token->server_tools)
    json_object_set_array_member (
        claims, "server_tools", json_array_ref (token->server_tools));
  if (token->session)
    json_object_set_object_member (
        claims, "session", json_object_ref (token->session));
  return claims;
}

gchar *
vowel_token_mint (const VowelToken *token, const gchar *secret, GError **error)
{
  g_autoptr (JsonObject) claims = make_claims (token);
  g_autofree gchar *signed_claims =
      vowel_web_token_sign (claims, secret, error);
  gchar *text;

  if (signed_claims == NULL)
    return NULL;
  text = g_strconcat (VOWEL_TOKEN_PREFIX, signed_claims, NULL);
  if (strlen (text) > VOWEL_TOKEN_MAX_LENGTH) {
    g_set_error (error, VOWEL_TOKEN_ERROR, VOWEL_TOKEN_ERROR_TOO_LARGE,
        "The session makes a token of %" G_GSIZE_FORMAT " bytes, but at most "
        "%d fit into a request header: shorten instructions or tools, or send "
        "them in session.update",
        strlen (text), VOWEL_TOKEN_MAX_LENGTH);
    g_clear_pointer (&text, g_free);
  }
  return text;
}

static VowelToken *
token_from_claims (JsonObject *claims)
{
  VowelToken *token = g_new0 (VowelToken, 1);
  JsonNode *session = json_object_get_member (claims, "session");
  JsonNode *tools = json_object_get_member (claims, "server_tools");

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    G_STRUCT_MEMBER (gchar *, token, texts[i].offset) =
        g_strdup (gst_vowel_json_get_string (claims, texts[i].claim));
  token->trusted_server =
      g_strcmp0 (gst_vowel_json_get_string (claims, "connection_type"),
          CONNECTION_TRUSTED_SERVER)
      == 0;
  if (tools && JSON_NODE_HOLDS_ARRAY (tools))
    token->server_tools = json_node_dup_array (tools);
  if (session && JSON_NODE_HOLDS_OBJECT (session))
    token->session = json_node_dup_object (session);
  token->issued_at = vowel_web_token_get_time (claims, "iat");
  token->expires_at = vowel_web_token_get_time (claims, "exp");
  return token;
}

/* What others have made with the secret need not have an audience: who has
 * signed in to a Voicex opens no session with it. */
static gboolean
is_of_user (JsonObject *claims)
{
  return !json_object_has_member (claims, "aud")
         && json_object_has_member (claims, "userId")
         && json_object_has_member (claims, "orgId");
}

VowelToken *
vowel_token_verify (
    const gchar *text, const gchar *secret, gint64 now, GError **error)
{
  g_autoptr (JsonObject) claims = NULL;

  if (g_str_has_prefix (text, VOWEL_TOKEN_PREFIX))
    text += strlen (VOWEL_TOKEN_PREFIX);
  claims = vowel_web_token_verify (text, secret, now, error);
  if (claims == NULL)
    return NULL;
  if (!vowel_web_token_is_for (claims, VOWEL_TOKEN_AUDIENCE)
      || is_of_user (claims)
      || (json_object_has_member (claims, "iss")
          && g_strcmp0 (
                 gst_vowel_json_get_string (claims, "iss"), VOWEL_TOKEN_ISSUER)
                 != 0)) {
    g_set_error_literal (error, VOWEL_TOKEN_ERROR, VOWEL_TOKEN_ERROR_AUDIENCE,
        "The token was made by or for another service");
    return NULL;
  }
  return token_from_claims (claims);
}
