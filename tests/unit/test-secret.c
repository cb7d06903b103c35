/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <glib/gstdio.h>
#include <gst/vowel/vowel.h>

static void
expect (const gchar *name, const gchar *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *value = gst_vowel_secret_lookup (name, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (value, ==, expected);
}

static void
expect_refused (const gchar *name, const gchar *secret)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *value = gst_vowel_secret_lookup (name, &error);

  g_assert_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_AUTH);
  g_assert_null (value);
  g_assert_null (strstr (error->message, secret));
}

static void
test_variable (void)
{
  g_autofree gchar *plain = gst_vowel_secret_dup_variable ("groq");
  g_autofree gchar *odd = gst_vowel_secret_dup_variable ("openai-compatible");

  g_assert_cmpstr (plain, ==, "GROQ_API_KEY");
  g_assert_cmpstr (odd, ==, "OPENAI_COMPATIBLE_API_KEY");
}

static void
test_environment (void)
{
  g_unsetenv ("CREDENTIALS_DIRECTORY");
  g_unsetenv ("ACME_API_KEY");
  expect ("acme", NULL);
  g_setenv ("ACME_API_KEY", "", TRUE);
  expect ("acme", NULL);
  g_setenv ("ACME_API_KEY", " sk-1 \n", TRUE);
  expect ("acme", "sk-1");
  g_setenv ("ACME_API_KEY", "sk-canary\r\nX-Other: 1", TRUE);
  expect_refused ("acme", "canary");
  g_setenv ("ACME_API_KEY", "sk-canary\xc3\xa9", TRUE);
  expect_refused ("acme", "canary");
  g_unsetenv ("ACME_API_KEY");
  /* Of two names the one that is ours comes first. */
  g_unsetenv ("GROK_API_KEY");
  g_setenv ("XAI_API_KEY", "sk-x", TRUE);
  expect ("grok", "sk-x");
  expect ("acme", NULL);
  g_setenv ("GROK_API_KEY", "sk-g", TRUE);
  expect ("grok", "sk-g");
  g_unsetenv ("GROK_API_KEY");
  g_unsetenv ("XAI_API_KEY");
}

static void
test_credential (void)
{
  g_autofree gchar *folder = g_dir_make_tmp ("vowel-secret-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "acme-api-key", NULL);

  g_setenv ("CREDENTIALS_DIRECTORY", folder, TRUE);
  g_unsetenv ("ACME_API_KEY");
  expect ("acme", NULL);
  g_assert_true (g_file_set_contents (path, "sk-2\n", -1, NULL));
  expect ("acme", "sk-2");
  g_setenv ("ACME_API_KEY", "sk-1", TRUE);
  expect ("acme", "sk-1");
  g_unsetenv ("ACME_API_KEY");
  g_assert_true (g_file_set_contents (path, "canary\0x", 8, NULL));
  expect_refused ("acme", "canary");
  g_unlink (path);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  expect_refused ("acme", "canary");
  g_rmdir (path);
  g_rmdir (folder);
  g_unsetenv ("CREDENTIALS_DIRECTORY");
}

static void
test_redact (void)
{
  g_autofree gchar *clean =
      gst_vowel_secret_redact ("Bad key sk-12: sk-12", "sk-12");
  g_autofree gchar *none = gst_vowel_secret_redact ("nothing", NULL);
  g_autofree gchar *brief = gst_vowel_secret_redact ("a word", "a");
  g_autoptr (GError) error =
      g_error_new (GST_VOWEL_ERROR, GST_VOWEL_ERROR_AUTH, "no: sk-12");

  g_assert_cmpstr (clean, ==, "Bad key [redacted]: [redacted]");
  g_assert_cmpstr (none, ==, "nothing");
  g_assert_cmpstr (brief, ==, "a word");
  gst_vowel_secret_redact_error (error, "sk-12");
  g_assert_cmpstr (error->message, ==, "no: [redacted]");
}

/* Without a keyring nobody waits. */
static void
test_source (void)
{
  g_autofree gchar *none = NULL;
  g_autofree gchar *variable = NULL;
  g_auto (GStrv) names = NULL;
  g_autoptr (GError) error = NULL;

  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
  g_unsetenv ("CREDENTIALS_DIRECTORY");
  g_unsetenv ("ACME_API_KEY");
  gst_vowel_secret_prepare ();
  gst_vowel_secret_refresh ();
  names = gst_vowel_secret_list_keyring ();
  g_assert_cmpuint (g_strv_length (names), ==, 0);
  none = gst_vowel_secret_dup_source ("acme");
  g_assert_null (none);
  g_setenv ("ACME_API_KEY", "sk-1", TRUE);
  variable = gst_vowel_secret_dup_source ("acme");
  g_assert_cmpstr (variable, ==, "environment, ACME_API_KEY");
  g_unsetenv ("ACME_API_KEY");
  g_assert_false (gst_vowel_secret_store ("acme", "sk 1", &error));
  g_assert_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_AUTH);
  g_assert_null (strstr (error->message, "sk 1"));
  g_clear_error (&error);
  g_assert_false (gst_vowel_secret_store ("acme", "sk-1", &error));
  g_assert_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_NOT_FOUND);
  gst_vowel_secret_free (g_strdup ("sk-1"));
  gst_vowel_secret_free (NULL);
}

int
main (int argc, char **argv)
{
  /* Not that of whoever runs the test; read before GLib looks. */
  g_setenv ("XDG_RUNTIME_DIR", "/nowhere", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secret/variable", test_variable);
  g_test_add_func ("/secret/environment", test_environment);
  g_test_add_func ("/secret/credential", test_credential);
  g_test_add_func ("/secret/redact", test_redact);
  g_test_add_func ("/secret/source", test_source);
  return g_test_run ();
}
