/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "token.h"

#include <gst/vowel/gstvoweljson.h>

#include <gnutls/crypto.h>
#include <jwt.h>
#include <stdlib.h>
#include <string.h>

G_DEFINE_QUARK (vowel_token_error_quark, vowel_token_error)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (jwt_t, jwt_free)

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

static gchar *
claims_to_json (const VowelToken *token)
{
  g_autoptr (JsonObject) claims = json_object_new ();
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
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
  json_node_set_object (node, claims);
  return json_to_string (node, FALSE);
}

gchar *
vowel_token_mint (const VowelToken *token, const gchar *secret, GError **error)
{
  g_autoptr (jwt_t) jwt = NULL;
  g_autofree gchar *claims = claims_to_json (token);
  gchar *encoded;
  gchar *text;

  if (jwt_new (&jwt) != 0
      || jwt_set_alg (
             jwt, JWT_ALG_HS256, (const guchar *) secret, strlen (secret))
             != 0
      || jwt_add_grants_json (jwt, claims) != 0
      || (encoded = jwt_encode_str (jwt)) == NULL) {
    g_set_error_literal (error, VOWEL_TOKEN_ERROR, VOWEL_TOKEN_ERROR_MALFORMED,
        "The session cannot be written into a token");
    return NULL;
  }
  text = g_strconcat (VOWEL_TOKEN_PREFIX, encoded, NULL);
  free (encoded);
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

/* One part of a JWT: base64url without padding around a JSON object. */
static JsonObject *
decode_part (const gchar *part, gsize length)
{
  g_autofree gchar *base64 = g_malloc (length + 4);
  g_autofree guchar *bytes = NULL;
  g_autoptr (JsonNode) node = NULL;
  gsize size = 0;

  for (gsize i = 0; i < length; i++) {
    gchar c = part[i];

    if (!g_ascii_isalnum (c) && c != '-' && c != '_')
      return NULL;
    base64[i] = c == '-' ? '+' : c == '_' ? '/' : c;
  }
  for (size = length; size % 4; size++)
    base64[size] = '=';
  base64[size] = '\0';
  bytes = g_base64_decode (base64, &size);
  node = gst_vowel_json_parse (
      (const gchar *) bytes, size, VOWEL_TOKEN_MAX_LENGTH, NULL);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  return json_node_dup_object (node);
}

/* NumericDate: fractions are allowed. */
static gboolean
get_time (JsonObject *object, const gchar *name, gdouble *ret_time)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || (json_node_get_value_type (node) != G_TYPE_INT64
          && json_node_get_value_type (node) != G_TYPE_DOUBLE))
    return FALSE;
  *ret_time = json_node_get_double (node);
  return *ret_time >= 0 && *ret_time < (gdouble) G_MAXINT64;
}

static gboolean
check_header (JsonObject *header, GError **error)
{
  const gchar *type = gst_vowel_json_get_string (header, "typ");

  if (g_strcmp0 (gst_vowel_json_get_string (header, "alg"), "HS256") != 0) {
    g_set_error_literal (error, VOWEL_TOKEN_ERROR, VOWEL_TOKEN_ERROR_ALGORITHM,
        "The token is not signed with HS256");
    return FALSE;
  }
  if (json_object_has_member (header, "crit")
      || (json_object_has_member (header, "typ")
          && (type == NULL || g_ascii_strcasecmp (type, "JWT") != 0))) {
    g_set_error_literal (error, VOWEL_TOKEN_ERROR, VOWEL_TOKEN_ERROR_MALFORMED,
        "The token's header asks for what is not understood");
    return FALSE;
  }
  return TRUE;
}

static gboolean
names_audience (JsonNode *node)
{
  JsonArray *array;

  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return g_str_equal (json_node_get_string (node), VOWEL_TOKEN_AUDIENCE);
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *element = json_array_get_element (array, i);

    if (json_node_get_value_type (element) == G_TYPE_STRING
        && g_str_equal (json_node_get_string (element), VOWEL_TOKEN_AUDIENCE))
      return TRUE;
  }
  return FALSE;
}

static gboolean
check_claims (
    JsonObject *claims, gint64 now, gint64 *ret_expires, GError **error)
{
  JsonNode *audience = json_object_get_member (claims, "aud");
  JsonNode *issuer = json_object_get_member (claims, "iss");
  gdouble expires, begins;

  if (!get_time (claims, "exp", &expires)) {
    g_set_error_literal (error, VOWEL_TOKEN_ERROR, VOWEL_TOKEN_ERROR_MALFORMED,
        "The token does not say when it expires");
    return FALSE;
  }
  if (expires <= (gdouble) now) {
    g_set_error_literal (error, VOWEL_TOKEN_ERROR, VOWEL_TOKEN_ERROR_EXPIRED,
        "The token has expired: mint a new one");
    return FALSE;
  }
  if (json_object_has_member (claims, "nbf")
      && (!get_time (claims, "nbf", &begins) || begins > (gdouble) now)) {
    g_set_error_literal (error, VOWEL_TOKEN_ERROR, VOWEL_TOKEN_ERROR_NOT_YET,
        "The token is not valid yet");
    return FALSE;
  }
  if ((audience && !names_audience (audience))
      || (issuer
          && g_strcmp0 (
                 gst_vowel_json_get_string (claims, "iss"), VOWEL_TOKEN_ISSUER)
                 != 0)) {
    g_set_error_literal (error, VOWEL_TOKEN_ERROR, VOWEL_TOKEN_ERROR_AUDIENCE,
        "The token was made by or for another service");
    return FALSE;
  }
  *ret_expires = (gint64) expires;
  return TRUE;
}

static VowelToken *
token_from_claims (JsonObject *claims, gint64 expires_at)
{
  VowelToken *token = g_new0 (VowelToken, 1);
  JsonNode *session = json_object_get_member (claims, "session");
  JsonNode *tools = json_object_get_member (claims, "server_tools");
  gdouble issued = 0;

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
  if (get_time (claims, "iat", &issued))
    token->issued_at = (gint64) issued;
  token->expires_at = expires_at;
  return token;
}

VowelToken *
vowel_token_verify (
    const gchar *text, const gchar *secret, gint64 now, GError **error)
{
  g_autoptr (JsonObject) header = NULL;
  g_autoptr (JsonObject) claims = NULL;
  g_autoptr (jwt_t) jwt = NULL;
  const gchar *payload, *signature;
  gint64 expires_at;

  if (g_str_has_prefix (text, VOWEL_TOKEN_PREFIX))
    text += strlen (VOWEL_TOKEN_PREFIX);
  if (strlen (text) > VOWEL_TOKEN_MAX_LENGTH) {
    g_set_error_literal (error, VOWEL_TOKEN_ERROR, VOWEL_TOKEN_ERROR_TOO_LARGE,
        "The token is too long");
    return NULL;
  }
  payload = strchr (text, '.');
  signature = payload ? strchr (payload + 1, '.') : NULL;
  if (signature) {
    header = decode_part (text, payload - text);
    claims = decode_part (payload + 1, signature - payload - 1);
  }
  if (header == NULL || claims == NULL || strchr (signature + 1, '.')) {
    g_set_error_literal (error, VOWEL_TOKEN_ERROR, VOWEL_TOKEN_ERROR_MALFORMED,
        "The token is not a JWT");
    return NULL;
  }
  /* libjwt takes the algorithm from the token, so it is pinned before. */
  if (!check_header (header, error))
    return NULL;
  if (jwt_decode (&jwt, text, (const guchar *) secret, strlen (secret)) != 0
      || jwt_get_alg (jwt) != JWT_ALG_HS256) {
    g_set_error_literal (error, VOWEL_TOKEN_ERROR, VOWEL_TOKEN_ERROR_SIGNATURE,
        "The token's signature is wrong");
    return NULL;
  }
  if (!check_claims (claims, now, &expires_at, error))
    return NULL;
  return token_from_claims (claims, expires_at);
}
