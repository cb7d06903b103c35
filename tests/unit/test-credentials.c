/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/access/credentials.h"

#include <string.h>

#define SECRET "0123456789abcdef0123456789abcdef"
#define ALL_RIGHTS                                                             \
  (VOWEL_RIGHT_CONNECT | VOWEL_RIGHT_MINT | VOWEL_RIGHT_TRUSTED                \
      | VOWEL_RIGHT_ADMIN | VOWEL_RIGHT_AGENTS)
#define NOW G_GINT64_CONSTANT (1700000000)

static void
assert_found (VowelCredentialRequest request, VowelCredentialSource source,
    const gchar *expected)
{
  VowelCredentialSource found_source;
  g_autofree gchar *found = vowel_credential_find (&request, &found_source);

  g_assert_cmpstr (found, ==, expected);
  g_assert_cmpint (found_source, ==, source);
}

#define FOUND(source, expected, ...)                                           \
  assert_found ((VowelCredentialRequest){__VA_ARGS__},                         \
      VOWEL_CREDENTIAL_##source, expected)

static void
test_header (void)
{
  FOUND (BEARER, "k", .authorization = "Bearer k");
  FOUND (BEARER, "k", .authorization = "bearer   k ");
  FOUND (BEARER, "k", .authorization = "BEARER k");
  FOUND (BEARER, "k", .authorization = "k");
  FOUND (BEARER, "bearerless", .authorization = "bearerless");
  FOUND (NONE, NULL, .authorization = "Bearer");
  FOUND (NONE, NULL, .authorization = "Bearer null");
  FOUND (NONE, NULL, .authorization = "Bearer undefined");
  FOUND (API_KEY_HEADER, "k", .api_key = "k");
  FOUND (NONE, NULL, .api_key = "");
}

static void
test_subprotocol (void)
{
  FOUND (SUBPROTOCOL, "sk-1",
      .subprotocols = "realtime, openai-insecure-api-key.sk-1");
  FOUND (SUBPROTOCOL, "ek_a.b.c",
      .subprotocols = "realtime,openai-insecure-api-key.ek_a.b.c,"
                      "openai-beta.realtime-v1");
  FOUND (SUBPROTOCOL, "key",
      .subprotocols = "openai-insecure-api-key, key, realtime");
  FOUND (NONE, NULL, .subprotocols = "openai-insecure-api-key, realtime");
  FOUND (NONE, NULL, .subprotocols = "openai-insecure-api-key.null");
  FOUND (SUBPROTOCOL, "ek_x", .subprotocols = "realtime, ek_x");
  FOUND (NONE, NULL, .subprotocols = "realtime");
}

static void
test_precedence (void)
{
  FOUND (QUERY, "q", .query_token = "q");
  FOUND (SUBPROTOCOL, "s", .query_token = "q",
      .subprotocols = "openai-insecure-api-key.s");
  FOUND (BEARER, "b", .query_token = "q", .authorization = "Bearer b",
      .api_key = "a", .subprotocols = "openai-insecure-api-key.s");
  FOUND (QUERY, "q", .query_token = "q", .authorization = "Bearer null");
}

static VowelServerConfig *
make_config (const gchar *api_key)
{
  VowelServerConfig *config = vowel_server_config_new ();

  config->api_key = g_strdup (api_key);
  config->jwt_secret = g_strdup (SECRET);
  return config;
}

static gchar *
mint (void)
{
  VowelToken token = {
      .subject = (gchar *) "sess_1", .issued_at = NOW, .expires_at = NOW + 300};

  return vowel_token_mint (&token, SECRET, NULL);
}

static void
test_with_key (void)
{
  g_autoptr (VowelServerConfig) config = make_config ("the key");
  g_autofree gchar *token = mint ();
  static const gchar *const bad[] = {
      NULL, "", "the key ", "the ke", "the keys", "ek_", "ek_a.b.c"};
  g_auto (VowelGrant) grant = {0};

  g_assert_true (
      vowel_credential_check (config, NULL, "the key", NOW, &grant, NULL));
  g_assert_cmpint (grant.rights, ==, ALL_RIGHTS);
  g_assert_true (
      vowel_credential_check (config, NULL, token, NOW, &grant, NULL));
  g_assert_cmpint (grant.rights, ==, VOWEL_RIGHT_CONNECT);
  g_assert_cmpstr (grant.token->subject, ==, "sess_1");
  vowel_grant_clear (&grant);
  g_assert_false (
      vowel_credential_check (config, NULL, token, NOW + 300, &grant, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (
        vowel_credential_check (config, NULL, bad[i], NOW, &grant, &error));
    g_assert_nonnull (error);
    g_assert_cmpint (grant.rights, ==, VOWEL_RIGHT_NONE);
  }
}

static void
test_admin_key (void)
{
  g_autoptr (VowelServerConfig) config = make_config ("the key");
  g_auto (VowelGrant) grant = {0};

  config->admin_key = g_strdup ("the admin's");
  g_assert_true (
      vowel_credential_check (config, NULL, "the key", NOW, &grant, NULL));
  g_assert_cmpint (grant.rights, ==, ALL_RIGHTS & ~VOWEL_RIGHT_ADMIN);
  g_assert_true (
      vowel_credential_check (config, NULL, "the admin's", NOW, &grant, NULL));
  g_assert_cmpint (grant.rights, ==, ALL_RIGHTS);
}

static void
test_agents_keys (void)
{
  g_autoptr (VowelServerConfig) config = make_config ("the key");
  static const gchar *const good[] = {"one", "two"};
  static const gchar *const bad[] = {"", "three", "one,two", "one, two", " "};

  config->voicex_keys = g_strdup ("one, two,,");
  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    g_auto (VowelGrant) grant = {0};

    g_assert_true (
        vowel_credential_check (config, NULL, good[i], NOW, &grant, NULL));
    g_assert_cmpint (grant.rights, ==, VOWEL_RIGHT_AGENTS);
  }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_auto (VowelGrant) grant = {0};

    g_assert_false (
        vowel_credential_check (config, NULL, bad[i], NOW, &grant, NULL));
  }
}

static void
test_without_key (void)
{
  g_autoptr (VowelServerConfig) config = make_config (NULL);
  g_autofree gchar *token = mint ();
  g_auto (VowelGrant) grant = {0};

  g_assert_true (
      vowel_credential_check (config, NULL, NULL, NOW, &grant, NULL));
  g_assert_cmpint (grant.rights, ==, ALL_RIGHTS);
  g_assert_true (
      vowel_credential_check (config, NULL, "ek_a.b.c", NOW, &grant, NULL));
  g_assert_null (grant.token);
  g_assert_true (
      vowel_credential_check (config, NULL, token, NOW, &grant, NULL));
  g_assert_nonnull (grant.token);
}

static void
test_origin (void)
{
  g_autoptr (VowelServerConfig) open = make_config (NULL);
  g_autoptr (VowelServerConfig) closed = make_config ("key");
  static const gchar *const ours[] = {"http://localhost:5173",
      "http://127.0.0.1:8787", "http://[::1]:3000", "https://app.localhost"};
  static const gchar *const others[] = {"https://evil.example", "null",
      "http://localhost.evil.example", "http://127.0.0.1.evil.example", ""};

  g_assert_true (vowel_origin_is_allowed (open, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (ours); i++)
    g_assert_true (vowel_origin_is_allowed (open, ours[i]));
  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    g_assert_false (vowel_origin_is_allowed (open, others[i]));
    g_assert_true (vowel_origin_is_allowed (closed, others[i]));
  }
  open->allow_origins = g_strdup ("https://a.example, https://evil.example");
  g_assert_true (vowel_origin_is_allowed (open, "https://evil.example"));
  g_assert_false (vowel_origin_is_allowed (open, "https://b.example"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/credentials/header", test_header);
  g_test_add_func ("/credentials/subprotocol", test_subprotocol);
  g_test_add_func ("/credentials/precedence", test_precedence);
  g_test_add_func ("/credentials/with-key", test_with_key);
  g_test_add_func ("/credentials/admin-key", test_admin_key);
  g_test_add_func ("/credentials/agents-keys", test_agents_keys);
  g_test_add_func ("/credentials/without-key", test_without_key);
  g_test_add_func ("/credentials/origin", test_origin);
  return g_test_run ();
}
