/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/tokens/token.h"

#include <jwt.h>
#include <stdlib.h>
#include <string.h>

#define SECRET "0123456789abcdef0123456789abcdef"
#define NOW G_GINT64_CONSTANT (1700000000)

static gchar *
base64url (const gchar *text, gsize length)
{
  gchar *coded = g_base64_encode ((const guchar *) text, length);

  g_strdelimit (coded, "+", '-');
  g_strdelimit (coded, "/", '_');
  coded[strcspn (coded, "=")] = '\0';
  return coded;
}

/* A token with any header and payload, its HS256 signature right. */
static gchar *
forge (const gchar *header, const gchar *payload)
{
  g_autofree gchar *h = base64url (header, strlen (header));
  g_autofree gchar *p = base64url (payload, strlen (payload));
  g_autofree gchar *signed_part = g_strjoin (".", h, p, NULL);
  g_autofree gchar *s = NULL;
  guint8 digest[32];
  gsize length = sizeof (digest);
  GHmac *hmac =
      g_hmac_new (G_CHECKSUM_SHA256, (const guchar *) SECRET, strlen (SECRET));

  g_hmac_update (hmac, (const guchar *) signed_part, strlen (signed_part));
  g_hmac_get_digest (hmac, digest, &length);
  g_hmac_unref (hmac);
  s = base64url ((const gchar *) digest, length);
  return g_strjoin (".", signed_part, s, NULL);
}

/* A token of libjwt with another algorithm of the same family. */
static gchar *
sign_with (jwt_alg_t algorithm)
{
  jwt_t *jwt = NULL;
  char *encoded;
  gchar *text;

  g_assert_cmpint (jwt_new (&jwt), ==, 0);
  g_assert_cmpint (jwt_add_grant_int (jwt, "exp", NOW + 300), ==, 0);
  g_assert_cmpint (
      jwt_set_alg (jwt, algorithm,
          algorithm == JWT_ALG_NONE ? NULL : (const guchar *) SECRET,
          algorithm == JWT_ALG_NONE ? 0 : strlen (SECRET)),
      ==, 0);
  encoded = jwt_encode_str (jwt);
  text = g_strdup (encoded);
  free (encoded);
  jwt_free (jwt);
  return text;
}

static void
assert_refused (const gchar *text, gint64 now, gint code)
{
  g_autoptr (GError) error = NULL;
  VowelToken *token = vowel_token_verify (text, SECRET, now, &error);

  g_assert_null (token);
  g_assert_error (error, VOWEL_TOKEN_ERROR, code);
}

static gchar *
mint (void)
{
  g_autoptr (GError) error = NULL;
  VowelToken token = {.subject = (gchar *) "sess_1",
      .endpoint = (gchar *) "sessions",
      .issued_at = NOW,
      .expires_at = NOW + 300};
  gchar *text;

  token.session = json_object_new ();
  json_object_set_string_member (token.session, "voice", "käthe");
  text = vowel_token_mint (&token, SECRET, &error);
  g_assert_no_error (error);
  json_object_unref (token.session);
  return text;
}

static void
test_round_trip (void)
{
  g_autofree gchar *text = mint ();
  g_autofree gchar *again = mint ();
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelToken) token =
      vowel_token_verify (text, SECRET, NOW + 299, &error);

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (text, "ek_"));
  g_assert_cmpstr (text, !=, again);
  g_assert_cmpstr (token->subject, ==, "sess_1");
  g_assert_cmpstr (token->endpoint, ==, "sessions");
  g_assert_cmpint (token->issued_at, ==, NOW);
  g_assert_cmpint (token->expires_at, ==, NOW + 300);
  g_assert_cmpstr (
      json_object_get_string_member (token->session, "voice"), ==, "käthe");
}

static void
test_without_prefix_and_claims (void)
{
  g_autofree gchar *text =
      forge ("{\"alg\":\"HS256\"}", "{\"exp\":1700000001.5}");
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelToken) token = vowel_token_verify (text, SECRET, NOW, &error);

  g_assert_no_error (error);
  g_assert_null (token->subject);
  g_assert_null (token->session);
}

static void
test_expired (void)
{
  g_autofree gchar *text = mint ();
  g_autofree gchar *eternal = forge ("{\"alg\":\"HS256\"}", "{\"sub\":\"x\"}");
  g_autofree gchar *early =
      forge ("{\"alg\":\"HS256\"}", "{\"exp\":1700000300,\"nbf\":1700000100}");

  assert_refused (text, NOW + 300, VOWEL_TOKEN_ERROR_EXPIRED);
  assert_refused (eternal, NOW, VOWEL_TOKEN_ERROR_MALFORMED);
  assert_refused (early, NOW, VOWEL_TOKEN_ERROR_NOT_YET);
}

static void
test_algorithms (void)
{
  static const jwt_alg_t algorithms[] = {
      JWT_ALG_NONE, JWT_ALG_HS384, JWT_ALG_HS512};
  static const gchar *const headers[] = {"{\"alg\":\"none\"}",
      "{\"alg\":\"NONE\"}", "{\"alg\":\"RS256\"}", "{\"alg\":\"ES256\"}",
      "{\"alg\":\"hs256\"}", "{\"alg\":256}", "{\"typ\":\"JWT\"}", "{}",
      "{\"alg\":\"HS256\",\"alg\":\"none\"}"};

  for (guint i = 0; i < G_N_ELEMENTS (algorithms); i++) {
    g_autofree gchar *text = sign_with (algorithms[i]);

    assert_refused (text, NOW, VOWEL_TOKEN_ERROR_ALGORITHM);
  }
  for (guint i = 0; i < G_N_ELEMENTS (headers); i++) {
    g_autofree gchar *text = forge (headers[i], "{\"exp\":1700000300}");

    assert_refused (text, NOW, VOWEL_TOKEN_ERROR_ALGORITHM);
  }
}

static void
test_header_extras (void)
{
  g_autofree gchar *critical =
      forge ("{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"b64\":false}",
          "{\"exp\":1700000300}");
  g_autofree gchar *type =
      forge ("{\"alg\":\"HS256\",\"typ\":\"JWE\"}", "{\"exp\":1700000300}");
  g_autofree gchar *good =
      forge ("{\"alg\":\"HS256\",\"typ\":\"jwt\"}", "{\"exp\":1700000300}");
  g_autoptr (VowelToken) token = vowel_token_verify (good, SECRET, NOW, NULL);

  assert_refused (critical, NOW, VOWEL_TOKEN_ERROR_MALFORMED);
  assert_refused (type, NOW, VOWEL_TOKEN_ERROR_MALFORMED);
  g_assert_nonnull (token);
}

static void
test_tampered (void)
{
  g_autofree gchar *text = mint ();
  g_autoptr (GError) error = NULL;
  gchar *dot = strrchr (text, '.');
  gsize length = strlen (text);

  /* Every character of payload and signature counts; the last one carries
   * two bits that are padding, and is left out. */
  for (gchar *c = strchr (text, '.') + 1; c < text + length - 1; c++) {
    gchar was = *c;
    VowelToken *token;

    if (c == dot)
      continue;
    *c = was == 'A' ? 'B' : 'A';
    token = vowel_token_verify (text, SECRET, NOW, NULL);
    g_assert_null (token);
    *c = was;
  }
  g_assert_null (vowel_token_verify (
      text, "another secret of at least 32 bytes", NOW, &error));
  g_assert_error (error, VOWEL_TOKEN_ERROR, VOWEL_TOKEN_ERROR_SIGNATURE);
  *dot = '\0';
  assert_refused (text, NOW, VOWEL_TOKEN_ERROR_MALFORMED);
}

static void
test_other_audience (void)
{
  g_autofree gchar *audience =
      forge ("{\"alg\":\"HS256\"}", "{\"exp\":1700000300,\"aud\":\"mail\"}");
  g_autofree gchar *issuer =
      forge ("{\"alg\":\"HS256\"}", "{\"exp\":1700000300,\"iss\":\"mail\"}");
  g_autofree gchar *user = forge ("{\"alg\":\"HS256\"}",
      "{\"exp\":1700000300,\"userId\":\"a\",\"orgId\":\"b\",\"email\":\"c\"}");
  g_autofree gchar *list = forge ("{\"alg\":\"HS256\"}",
      "{\"exp\":1700000300,\"aud\":[\"mail\",\"realtime\"]}");
  g_autoptr (VowelToken) token = vowel_token_verify (list, SECRET, NOW, NULL);

  assert_refused (audience, NOW, VOWEL_TOKEN_ERROR_AUDIENCE);
  assert_refused (user, NOW, VOWEL_TOKEN_ERROR_AUDIENCE);
  assert_refused (issuer, NOW, VOWEL_TOKEN_ERROR_AUDIENCE);
  g_assert_nonnull (token);
}

static void
test_monsters (void)
{
  g_autofree gchar *brackets = g_strnfill (30000, '[');
  g_autofree gchar *deep_payload = forge ("{\"alg\":\"HS256\"}", brackets);
  g_autofree gchar *deep_header = forge (brackets, "{\"exp\":1700000300}");
  g_autofree gchar *huge = g_strnfill (1024 * 1024, 'A');
  static const gchar *const odd[] = {"", ".", "..", "...", "ek_", "a.b.c",
      "e30.e30.", "e30=.e30=.x", "eyJhbGciOiJIUzI1NiJ9..x"};

  assert_refused (deep_payload, NOW, VOWEL_TOKEN_ERROR_MALFORMED);
  assert_refused (deep_header, NOW, VOWEL_TOKEN_ERROR_MALFORMED);
  assert_refused (huge, NOW, VOWEL_TOKEN_ERROR_TOO_LARGE);
  for (guint i = 0; i < G_N_ELEMENTS (odd); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (vowel_token_verify (odd[i], SECRET, NOW, &error));
    g_assert_nonnull (error);
  }
}

static void
test_too_large_to_mint (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text = g_strnfill (VOWEL_TOKEN_MAX_LENGTH, 'x');
  VowelToken token = {.issued_at = NOW, .expires_at = NOW + 300};

  token.session = json_object_new ();
  json_object_set_string_member (token.session, "instructions", text);
  g_assert_null (vowel_token_mint (&token, SECRET, &error));
  g_assert_error (error, VOWEL_TOKEN_ERROR, VOWEL_TOKEN_ERROR_TOO_LARGE);
  json_object_unref (token.session);
}

static void
test_secret (void)
{
  g_autofree gchar *a = vowel_token_make_secret ();
  g_autofree gchar *b = vowel_token_make_secret ();

  g_assert_cmpuint (strlen (a), ==, 64);
  g_assert_cmpstr (a, !=, b);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/token/round-trip", test_round_trip);
  g_test_add_func (
      "/token/without-prefix-and-claims", test_without_prefix_and_claims);
  g_test_add_func ("/token/expired", test_expired);
  g_test_add_func ("/token/algorithms", test_algorithms);
  g_test_add_func ("/token/header-extras", test_header_extras);
  g_test_add_func ("/token/tampered", test_tampered);
  g_test_add_func ("/token/other-audience", test_other_audience);
  g_test_add_func ("/token/monsters", test_monsters);
  g_test_add_func ("/token/too-large-to-mint", test_too_large_to_mint);
  g_test_add_func ("/token/secret", test_secret);
  return g_test_run ();
}
