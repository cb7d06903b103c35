/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Session tokens of Vatel's: what is written into one comes out again, as long
 * as it is good, and of no other kind of token. */

#include "server/tokens/token.h"
#include "server/vatel/vatel-token.h"

#include <string.h>

#define SECRET "0123456789abcdef0123456789abcdef"
#define NOW 1000000

static gchar *
sign (GHashTable *variables)
{
  const VowelVatelToken token = {
      .id = (gchar *) "one",
      .org_id = (gchar *) "app",
      .agent_id = (gchar *) "6f1c0000-0000-4000-8000-000000000000",
      .chat = TRUE,
      .first_message = (gchar *) "",
      .variables = variables,
      .issued_at = NOW,
      .expires_at = NOW + 900,
  };
  g_autoptr (GError) error = NULL;
  gchar *text = vowel_vatel_token_sign (&token, SECRET, &error);

  g_assert_no_error (error);
  return text;
}

static void
test_round (void)
{
  g_autoptr (GHashTable) variables = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree gchar *text = NULL;
  g_autoptr (VowelVatelToken) token = NULL;
  g_autoptr (GError) error = NULL;

  g_hash_table_insert (
      variables, (gpointer) "name", (gpointer) "Bob \"}}\" \xc3\xa9");
  text = sign (variables);
  token = vowel_vatel_token_verify (text, SECRET, NOW + 899, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (token->org_id, ==, "app");
  g_assert_cmpstr (token->agent_id, ==, "6f1c0000-0000-4000-8000-000000000000");
  g_assert_null (token->version_id);
  g_assert_null (token->prompt);
  /* Nothing to say first is not the same as nothing said of it. */
  g_assert_cmpstr (token->first_message, ==, "");
  g_assert_true (token->chat);
  g_assert_cmpstr (g_hash_table_lookup (token->variables, "name"), ==,
      "Bob \"}}\" \xc3\xa9");
  g_assert_cmpint (token->expires_at, ==, NOW + 900);
}

static void
expect_refused (const gchar *text, const gchar *secret, gint64 now, gint code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (vowel_vatel_token_verify (text, secret, now, &error));
  g_assert_error (error, VOWEL_TOKEN_ERROR, code);
}

static void
test_refused (void)
{
  const VowelToken other = {.issued_at = NOW, .expires_at = NOW + 900};
  g_autofree gchar *text = sign (NULL);
  g_autofree gchar *ephemeral = vowel_token_mint (&other, SECRET, NULL);

  expect_refused (text, SECRET, NOW + 900, VOWEL_TOKEN_ERROR_EXPIRED);
  expect_refused (text, "another secret, of 32 characters", NOW,
      VOWEL_TOKEN_ERROR_SIGNATURE);
  expect_refused ("x.y", SECRET, NOW, VOWEL_TOKEN_ERROR_MALFORMED);
  expect_refused (ephemeral + strlen (VOWEL_TOKEN_PREFIX), SECRET, NOW,
      VOWEL_TOKEN_ERROR_AUDIENCE);
  /* Nor the other way round. */
  g_assert_null (vowel_token_verify (text, SECRET, NOW, NULL));
}

static void
test_too_long (void)
{
  g_autofree gchar *prompt = g_strnfill (64 * 1024, 'x');
  const VowelVatelToken token = {.prompt = prompt, .expires_at = NOW};
  g_autoptr (GError) error = NULL;

  g_assert_null (vowel_vatel_token_sign (&token, SECRET, &error));
  g_assert_error (error, VOWEL_TOKEN_ERROR, VOWEL_TOKEN_ERROR_TOO_LARGE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vatel/token/round", test_round);
  g_test_add_func ("/vatel/token/refused", test_refused);
  g_test_add_func ("/vatel/token/too-long", test_too_long);
  return g_test_run ();
}
