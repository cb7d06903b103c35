/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "web-token.h"

#include <gst/vowel/gstvoweljson.h>

#include <jwt.h>
#include <stdlib.h>
#include <string.h>

G_DEFINE_QUARK (vowel_token_error_quark, vowel_token_error)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (jwt_t, jwt_free)

gchar *
vowel_web_token_sign (JsonObject *claims, const gchar *secret, GError **error)
{
  g_autoptr (jwt_t) jwt = NULL;
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree gchar *json = NULL;
  gchar *encoded;
  gchar *text;

  json_node_set_object (node, claims);
  json = json_to_string (node, FALSE);
  if (jwt_new (&jwt) != 0
      || jwt_set_alg (
             jwt, JWT_ALG_HS256, (const guchar *) secret, strlen (secret))
             != 0
      || jwt_add_grants_json (jwt, json) != 0
      || (encoded = jwt_encode_str (jwt)) == NULL) {
    g_set_error_literal (error, VOWEL_TOKEN_ERROR, VOWEL_TOKEN_ERROR_MALFORMED,
        "The claims cannot be written into a token");
    return NULL;
  }
  text = g_strdup (encoded);
  free (encoded);
  return text;
}

/* One part of a JWT: base64url without padding around a JSON object. */
static JsonObject *
decode_part (const gchar *part, gsize length)
{
  g_autofree gchar *base64 = g_malloc (length + 4);
  g_autofree guchar *bytes = NULL;
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
  return gst_vowel_json_parse_object (
      (const gchar *) bytes, size, VOWEL_TOKEN_MAX_LENGTH, NULL);
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
is_text (JsonNode *node, const gchar *text)
{
  return json_node_get_value_type (node) == G_TYPE_STRING
         && g_str_equal (json_node_get_string (node), text);
}

gboolean
vowel_web_token_is_for (JsonObject *claims, const gchar *audience)
{
  JsonNode *node = json_object_get_member (claims, "aud");
  JsonArray *array;

  if (node == NULL || is_text (node, audience))
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return FALSE;
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (is_text (json_array_get_element (array, i), audience))
      return TRUE;
  return FALSE;
}

gint64
vowel_web_token_get_time (JsonObject *claims, const gchar *name)
{
  gdouble time = 0;

  return get_time (claims, name, &time) ? (gint64) time : 0;
}

static gboolean
check_times (JsonObject *claims, gint64 now, GError **error)
{
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
  return TRUE;
}

JsonObject *
vowel_web_token_verify (
    const gchar *text, const gchar *secret, gint64 now, GError **error)
{
  g_autoptr (JsonObject) header = NULL;
  g_autoptr (JsonObject) claims = NULL;
  g_autoptr (jwt_t) jwt = NULL;
  const gchar *payload, *signature;

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
  return check_times (claims, now, error) ? g_steal_pointer (&claims) : NULL;
}
