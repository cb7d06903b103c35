/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/config/config-sources.h"

#include <string.h>

static void
assert_environment_refused (
    const gchar *variable, const gchar *value, const gchar *hint)
{
  g_autoptr (VowelServerConfig) config = vowel_server_config_new ();
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) variables = g_environ_setenv (NULL, variable, value, TRUE);

  g_assert_false (
      vowel_server_config_read_environment (config, variables, &error));
  g_assert_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, variable));
  g_assert_nonnull (strstr (error->message, value));
  g_assert_nonnull (strstr (error->message, hint));
}

static void
test_defaults (void)
{
  g_autoptr (VowelServerConfig) config = vowel_server_config_new ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (config->host, ==, "127.0.0.1");
  g_assert_cmpuint (config->port, ==, 8787);
  g_assert_cmpuint (config->token_ttl, ==, 300);
  g_assert_true (vowel_server_config_complete (config, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (config->jwt_secret), ==, 64);
}

static void
test_environment (void)
{
  g_autoptr (VowelServerConfig) config = vowel_server_config_new ();
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) variables = NULL;

  variables = g_environ_setenv (variables, "PORT", "0", TRUE);
  variables = g_environ_setenv (variables, "VAD_THRESHOLD", "0.75", TRUE);
  variables =
      g_environ_setenv (variables, "ENGINE_TTS_PROVIDER", "flite", TRUE);
  variables = g_environ_setenv (variables, "LLM_PROVIDER", "a", TRUE);
  variables =
      g_environ_setenv (variables, "VOWEL_ENGINE_LLM_PROVIDER", "b", TRUE);
  variables = g_environ_setenv (variables, "STT_PROVIDER", "", TRUE);
  g_assert_true (
      vowel_server_config_read_environment (config, variables, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (config->port, ==, 0);
  g_assert_cmpfloat (config->vad_threshold, ==, 0.75);
  g_assert_cmpstr (config->tts_provider, ==, "flite");
  g_assert_cmpstr (config->llm_provider, ==, "b");
  g_assert_cmpstr (config->stt_provider, ==, "auto");
}

static void
test_bad_values (void)
{
  assert_environment_refused ("PORT", "http", "0 to 65535");
  assert_environment_refused ("PORT", "65536", "0 to 65535");
  assert_environment_refused ("PORT", "80.5", "whole");
  assert_environment_refused ("PORT", "-1", "0 to 65535");
  assert_environment_refused ("VAD_THRESHOLD", "1.5", "0 to 1");
  assert_environment_refused ("VAD_THRESHOLD", "nan", "0 to 1");
  assert_environment_refused ("LOG_LEVEL", "loud", "error|warning|info|debug");
}

static void
test_command_line (void)
{
  const gchar *const nothing[] = {NULL};
  g_autoptr (VowelConfigSources) sources =
      vowel_config_sources_new ((gchar **) nothing);
  g_autoptr (VowelServerConfig) config = NULL;
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  const gchar *args[] = {"serve", "--port", "1234", "--stt-provider=x", NULL};
  const gchar *bad[] = {"serve", "--port", "many", NULL};
  g_auto (GStrv) argv = g_strdupv ((gchar **) args);
  g_auto (GStrv) bad_argv = g_strdupv ((gchar **) bad);

  g_option_context_add_group (
      context, vowel_config_sources_get_option_group (sources));
  g_assert_true (g_option_context_parse_strv (context, &argv, &error));
  g_assert_no_error (error);
  config = vowel_config_sources_load (sources, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (config->port, ==, 1234);
  g_assert_cmpstr (config->stt_provider, ==, "x");
  g_assert_false (g_option_context_parse_strv (context, &bad_argv, &error));
  g_assert_nonnull (strstr (error->message, "--port"));
}

static void
assert_incomplete (VowelServerConfig *config, const gchar *hint)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (vowel_server_config_complete (config, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, hint));
  vowel_server_config_unref (config);
}

static VowelServerConfig *
with (const gchar *name, const gchar *value, const gchar *name2,
    const gchar *value2)
{
  VowelServerConfig *config = vowel_server_config_new ();

  g_assert_true (vowel_server_config_set (config, name, value, NULL));
  if (name2)
    g_assert_true (vowel_server_config_set (config, name2, value2, NULL));
  return config;
}

/* A random one for every process, unless it is given. */
static void
test_secret (void)
{
  g_autoptr (VowelServerConfig) first = with ("api-key", "k", NULL, NULL);
  g_autoptr (VowelServerConfig) second = with ("api-key", "k", NULL, NULL);
  g_autoptr (VowelServerConfig) given =
      with ("api-key", "k", "jwt-secret", "0123456789abcdef0123456789abcdef");

  g_assert_true (vowel_server_config_complete (first, NULL));
  g_assert_true (vowel_server_config_complete (second, NULL));
  g_assert_true (vowel_server_config_complete (given, NULL));
  g_assert_cmpuint (strlen (first->jwt_secret), ==, 64);
  g_assert_cmpstr (first->jwt_secret, !=, second->jwt_secret);
  g_assert_true (first->jwt_secret_made_up);
  g_assert_cmpstr (given->jwt_secret, ==, "0123456789abcdef0123456789abcdef");
  g_assert_false (given->jwt_secret_made_up);
}

static void
test_combinations (void)
{
  static const gchar *const loopback[] = {
      "127.0.0.1", "127.8.8.8", "::1", "localhost"};

  assert_incomplete (with ("host", "0.0.0.0", NULL, NULL), "API_KEY");
  assert_incomplete (with ("host", "::", NULL, NULL), "API_KEY");
  assert_incomplete (with ("host", "192.0.2.1", NULL, NULL), "HOST=127.0.0.1");
  assert_incomplete (with ("api-key", "k", "jwt-secret", "too short"), "32");
  assert_incomplete (with ("tls-cert", "x", NULL, NULL), "--tls-key");
  assert_incomplete (
      with ("trusted-proxies", "10.0.0.0/33", NULL, NULL), "--trusted-proxies");
  for (guint i = 0; i < G_N_ELEMENTS (loopback); i++) {
    g_autoptr (VowelServerConfig) config = vowel_server_config_new ();

    vowel_server_config_set (config, "host", loopback[i], NULL);
    g_assert_true (vowel_server_config_complete (config, NULL));
  }
}

/* How long somebody stays signed in. */
static void
test_user_token_life (void)
{
  static const struct {
    const gchar *text;
    guint seconds; /* 0: refused */
  } table[] = {
      {"7d", 604800},
      {"12h", 43200},
      {"30m", 1800},
      {"90s", 90},
      {"3600", 3600},
      {"365d", 31536000},
      {"366d", 0},
      {"59", 0},
      {"0d", 0},
      {"d", 0},
      {"7 days", 0},
      {"-1d", 0},
      {"99999999999999999999d", 0},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (VowelServerConfig) config = vowel_server_config_new ();
    g_autoptr (GError) error = NULL;

    g_assert_true (vowel_server_config_set (
        config, "user-token-ttl", table[i].text, NULL));
    g_assert_cmpint (vowel_server_config_complete (config, &error), ==,
        table[i].seconds != 0);
    if (table[i].seconds != 0)
      g_assert_cmpuint (config->user_token_ttl, ==, table[i].seconds);
    else
      g_assert_nonnull (strstr (error->message, "--user-token-ttl"));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/server-config/defaults", test_defaults);
  g_test_add_func ("/server-config/environment", test_environment);
  g_test_add_func ("/server-config/bad-values", test_bad_values);
  g_test_add_func ("/server-config/command-line", test_command_line);
  g_test_add_func ("/server-config/secret", test_secret);
  g_test_add_func ("/server-config/combinations", test_combinations);
  g_test_add_func ("/server-config/user-token-life", test_user_token_life);
  return g_test_run ();
}
