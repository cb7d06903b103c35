/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/config/config-file.h"
#include "server/config/config-preset.h"
#include "server/config/config-sources.h"
#include "server/config/config-tree.h"
#include "server/config/config-yaml.h"
#include "server/config/provider-settings.h"

#include <glib/gstdio.h>
#include <gst/gst.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static JsonNode *
parse (const gchar *yaml)
{
  g_autoptr (GError) error = NULL;
  JsonNode *tree = vowel_yaml_parse (yaml, -1, &error);

  g_assert_no_error (error);
  return tree;
}

static gchar *
get_setting (const VowelServerConfig *config, const gchar *path)
{
  return g_strdup (g_hash_table_lookup (config->provider_settings, path));
}

/* The table. */

static void
test_schema (void)
{
  guint n;
  const VowelSetting *settings = vowel_settings_list (&n);

  for (guint i = 0; i < n; i++) {
    g_assert_nonnull (settings[i].path);
    g_assert_true (vowel_setting_find (settings[i].name) == &settings[i]);
    g_assert_true (vowel_setting_find_path (settings[i].path) == &settings[i]);
    g_assert_false (vowel_setting_is_section (settings[i].path));
    g_assert_nonnull (settings[i].variable);
    g_assert_true (g_utf8_strlen (settings[i].summary, -1) > 10);
    /* A section of a provider's own settings is not a place for ours. */
    g_assert_true (settings[i].type != VOWEL_SETTING_CHOICE
                   || settings[i].choices != NULL);
  }
}

static void
test_vendors (void)
{
  static const gchar *const pairs[][2] = {
      {"GROQ_BASE_URL", "vendors.groq.baseUrl"},
      {"GROQ_WHISPER_MODEL", "vendors.groq.whisperModel"},
      {"OPENAI_BASE_URL", "vendors.openai.baseUrl"},
      {"OPENAI_COMPATIBLE_BASE_URL", "vendors.openai-compatible.baseUrl"},
      {"LLAMA_CPP_BASE_URL", "vendors.llama-cpp.baseUrl"},
      {"ECHOLINE_TTS_RESPONSE_FORMAT", "vendors.echoline.ttsResponseFormat"},
  };
  guint n;
  const VowelProviderVariable *variables = vowel_provider_variables_list (&n);

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++) {
    g_autofree gchar *path = vowel_provider_dup_vendor_path (pairs[i][0]);

    g_assert_cmpstr (path, ==, pairs[i][1]);
    g_assert_true (vowel_provider_is_setting_path (path));
  }
  /* Each variable belongs to somebody. */
  for (guint i = 0; i < n; i++) {
    g_autofree gchar *path =
        vowel_provider_dup_vendor_path (variables[i].variable);

    g_assert_false (g_str_has_prefix (path, "vendors.other."));
  }
}

/* Each service that is known can be somewhere else. */
static void
test_addresses (void)
{
  guint n_setups, n;
  const VowelProviderSetup *setups = vowel_provider_setups_list (&n_setups);
  const VowelProviderVariable *variables = vowel_provider_variables_list (&n);

  for (guint s = 0; s < n_setups; s++) {
    gboolean found = FALSE;

    for (guint v = 0; v < n && !found; v++)
      found = variables[v].kind == setups[s].kind
              && g_str_equal (variables[v].name, setups[s].name)
              && g_str_equal (variables[v].property, "base-url")
              && g_str_has_suffix (variables[v].variable, "_BASE_URL");
    g_test_message ("%s", setups[s].name);
    g_assert_true (found);
  }
}

/* Applying. */

static void
test_apply (void)
{
  g_autoptr (VowelServerConfig) config = vowel_server_config_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) tree = parse (
      "llm: {provider: [groq, openrouter], model: m, baseUrl: 'http://x/v1', "
      "apiKey: '', openrouterSiteUrl: s, openrouterProvider: 'a,b'}\n"
      "agent: {defaultFrequencyPenalty: 0.5, defaultRepetitionPenalty: 1.1}\n"
      "providers:\n"
      "  stt: {provider: groq-whisper, config: {whisperModel: w}}\n"
      "  vad: {enabled: false, config: {threshold: 0.6, sampleRate: 16000}}\n"
      "server: {port: 1, allowOrigins: [a, b], env: production}\n"
      "session: {summaries: on, instructions: 'Be brief'}\n"
      "vendors: {groq: {apiKey: sk-1}}\n"
      "speech: {defaultMode: explicit}\n"
      "testMode: false\n");
  g_autofree gchar *url = NULL;
  g_autofree gchar *key = NULL;

  g_assert_true (vowel_config_tree_apply (tree, config, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (config->llm_provider, ==, "groq,openrouter");
  g_assert_cmpstr (config->llm_model, ==, "m");
  g_assert_cmpstr (config->vad_enabled, ==, "off");
  g_assert_cmpfloat (config->vad_threshold, ==, 0.6);
  g_assert_cmpuint (config->port, ==, 1);
  g_assert_cmpstr (config->allow_origins, ==, "a,b");
  g_assert_cmpstr (config->summaries, ==, "on");
  g_assert_cmpstr (config->speech_mode, ==, "explicit");
  url = get_setting (config, "llm.baseUrl");
  key = get_setting (config, "vendors.groq.apiKey");
  g_assert_cmpstr (url, ==, "http://x/v1");
  g_assert_cmpstr (key, ==, "sk-1");
  g_assert_cmpstr (
      vowel_provider_find_setting (config, GST_VOWEL_PROVIDER_LLM, "site-url"),
      ==, "s");
  g_assert_cmpstr (vowel_provider_find_setting (
                       config, GST_VOWEL_PROVIDER_LLM, "routing-order"),
      ==, "a,b");
  g_assert_cmpfloat (config->frequency_penalty, ==, 0.5);
  g_assert_cmpfloat (config->repetition_penalty, ==, 1.1);
  g_assert_cmpstr (
      vowel_provider_find_setting (config, GST_VOWEL_PROVIDER_STT, "model"), ==,
      "w");
  g_assert_null (
      vowel_provider_find_setting (config, GST_VOWEL_PROVIDER_LLM, "api-key"));
  /* Known, without effect, and wished for. */
  g_assert_cmpuint (config->idle->len, ==, 2);
  g_assert_cmpstr (
      vowel_server_config_get_title (config, "port"), ==, "server.port");
  g_assert_cmpstr (vowel_server_config_get_title (config, "host"), ==, "HOST");
}

static void
assert_not_applied (const gchar *yaml, const gchar *hint, const gchar *hint2)
{
  g_autoptr (VowelServerConfig) config = vowel_server_config_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) tree = parse (yaml);

  g_assert_false (vowel_config_tree_apply (tree, config, &error));
  g_assert_true (error->domain == VOWEL_CONFIG_ERROR);
  if (!strstr (error->message, hint) || !strstr (error->message, hint2))
    g_error ("%s: %s", yaml, error->message);
  g_assert_null (strstr (error->message, "canary"));
}

static void
test_not_applied (void)
{
  assert_not_applied ("sever: {port: 1}", "sever", "vowel-gst config list");
  assert_not_applied ("server: {prt: 1}", "server.prt", "server.port?");
  assert_not_applied ("server: {port: [1]}", "server.port", "a number");
  assert_not_applied ("server: {port: 70000}", "70000", "0 to 65535");
  assert_not_applied ("server: 3", "server is a value", "section");
  assert_not_applied ("session: {voice: true}", "session.voice", "text");
  assert_not_applied ("session: {beta: 3}", "session.beta", "on|off");
  assert_not_applied ("session: {voice: {a: 1}}", "session.voice", "text");
  assert_not_applied (
      "vendors: {groq: {baseURL: x}}", "baseURL", "vendors.groq.baseUrl?");
  assert_not_applied ("vendors: {grok: 1}", "vendors.gro", "");
  assert_not_applied ("llm: {apiKey: 'canary x'}", "llm.apiKey", "key");
  assert_not_applied ("llm: {a: {b: 1}}", "llm.a", "must be a value");
  assert_not_applied ("[1]", "a list", "sections");
}

/* Merging and masks. */

static void
assert_tree (JsonNode *tree, const gchar *json)
{
  g_autofree gchar *text = json_to_string (tree, FALSE);

  g_assert_cmpstr (text, ==, json);
}

static void
test_merge (void)
{
  g_autoptr (JsonNode) below = parse ("a: {b: 1, c: 2}\nd: 3");
  g_autoptr (JsonNode) above = parse ("a: {b: null, e: {f: 4}}\nd: {g: 5}");
  g_autoptr (JsonNode) merged = vowel_config_tree_merge (below, above);

  assert_tree (merged, "{\"a\":{\"c\":2,\"e\":{\"f\":4}},\"d\":{\"g\":5}}");
  assert_tree (below, "{\"a\":{\"b\":1,\"c\":2},\"d\":3}");
  assert_tree (above, "{\"a\":{\"b\":null,\"e\":{\"f\":4}},\"d\":{\"g\":5}}");
  vowel_config_tree_set (
      merged, "x.y.z", json_node_init_int (json_node_alloc (), 1));
  vowel_config_tree_set (merged, "a", NULL);
  vowel_config_tree_set (merged, "no.such.thing", NULL);
  assert_tree (merged, "{\"d\":{\"g\":5},\"x\":{\"y\":{\"z\":1}}}");
  g_assert_null (vowel_config_tree_get (merged, "x.y.z.w"));
  g_assert_cmpint (
      json_node_get_int (vowel_config_tree_get (merged, "x.y.z")), ==, 1);
}

static void
test_mask (void)
{
  g_autoptr (JsonNode) tree = parse (
      "apiKey: short\njwtSecret: 0123456789abcdef0123456789abcdef\n"
      "llm: {apiKey: sk-canary-5e21f0-abcd, model: m}\n"
      "presets: [{id: a, config: {llm: {apiKey: another-long-key-wxyz}}}]\n");
  g_autoptr (JsonNode) masked = vowel_config_tree_mask (tree);

  assert_tree (masked,
      "{\"apiKey\":\"***\",\"jwtSecret\":\"***cdef\",\"llm\":{\"apiKey\":\"***"
      "abcd\",\"model\":\"m\"},\"presets\":[{\"id\":\"a\",\"config\":{\"llm\":{"
      "\"apiKey\":\"***wxyz\"}}}]}");
  /* What did not change is no change, but lists are replaced as a whole. */
  vowel_config_tree_unmask (masked, tree);
  assert_tree (masked, "{\"llm\":{\"model\":\"m\"},\"presets\":[{\"id\":\"a\","
                       "\"config\":{\"llm\":{"
                       "\"apiKey\":\"another-long-key-wxyz\"}}}]}");
}

/* Precedence. */

static gchar *
write_file (const gchar *yaml)
{
  g_autoptr (GError) error = NULL;
  gchar *path = NULL;
  gint fd = g_file_open_tmp ("vowel-config-XXXXXX.yaml", &path, &error);

  g_assert_no_error (error);
  close (fd);
  g_assert_true (g_file_set_contents (path, yaml, -1, NULL));
  return path;
}

static VowelConfigSources *make_sources (
    const gchar *file, ...) G_GNUC_NULL_TERMINATED;

/* Variables: name, value. Then, behind "--", options: name, value. */
static VowelConfigSources *
make_sources (const gchar *file, ...)
{
  g_auto (GStrv) variables = NULL;
  VowelConfigSources *sources;
  g_autoptr (GPtrArray) options = g_ptr_array_new ();
  gboolean variable = TRUE;
  va_list args;
  const gchar *name;

  va_start (args, file);
  while ((name = va_arg (args, const gchar *)) != NULL) {
    const gchar *value;

    if (g_str_equal (name, "--")) {
      variable = FALSE;
      continue;
    }
    value = va_arg (args, const gchar *);
    if (variable) {
      variables = g_environ_setenv (variables, name, value, TRUE);
    } else {
      g_ptr_array_add (options, (gpointer) name);
      g_ptr_array_add (options, (gpointer) value);
    }
  }
  va_end (args);
  if (file)
    variables = g_environ_setenv (variables, "RUNTIME_CONFIG_PATH", file, TRUE);
  sources = vowel_config_sources_new (variables);
  for (guint i = 0; i < options->len; i++)
    g_ptr_array_add (
        sources->options, g_strdup (g_ptr_array_index (options, i)));
  return sources;
}

static VowelServerConfig *
load (VowelConfigSources *sources)
{
  g_autoptr (VowelConfigSources) owned = sources;
  g_autoptr (GError) error = NULL;
  VowelServerConfig *config = vowel_config_sources_load (owned, NULL, &error);

  g_assert_no_error (error);
  return config;
}

static void
test_precedence (void)
{
  g_autofree gchar *file = write_file ("llm: {model: file}\n");
  g_autoptr (VowelServerConfig) nothing =
      load (make_sources ("/nowhere", NULL));
  g_autoptr (VowelServerConfig) environment =
      load (make_sources ("/nowhere", "LLM_MODEL", "environment", NULL));
  g_autoptr (VowelServerConfig) both =
      load (make_sources (file, "LLM_MODEL", "environment", NULL));
  g_autoptr (VowelServerConfig) all = load (make_sources (
      file, "LLM_MODEL", "environment", "--", "llm-model", "option", NULL));

  g_assert_null (nothing->llm_model);
  g_assert_cmpstr (environment->llm_model, ==, "environment");
  g_assert_cmpstr (both->llm_model, ==, "file");
  g_assert_cmpstr (all->llm_model, ==, "option");
  g_unlink (file);
}

#define PRESETS                                                                \
  "presets:\n"                                                                 \
  "  - {id: one, config: {llm: {provider: one, model: one}}}\n"                \
  "  - {id: two, config: {llm: {provider: two, model: two}}}\n"

static void
test_presets (void)
{
  g_autofree gchar *plain = write_file (PRESETS "llm: {model: file}\n");
  g_autofree gchar *named =
      write_file (PRESETS "preset: one\nllm: {model: file}\n");
  g_autoptr (VowelServerConfig) environment = load (make_sources (
      plain, "VOWEL_PRESET", "one", "LLM_PROVIDER", "environment", NULL));
  g_autoptr (VowelServerConfig) file =
      load (make_sources (named, "LLM_PROVIDER", "environment", NULL));
  g_autoptr (VowelServerConfig) option =
      load (make_sources (named, "--", "preset", "two", NULL));
  g_autoptr (VowelConfigSources) wrong =
      make_sources (named, "--", "preset", "three", NULL);
  g_autoptr (GError) error = NULL;

  /* Each just below the source that names it. */
  g_assert_cmpstr (environment->llm_provider, ==, "environment");
  g_assert_cmpstr (environment->llm_model, ==, "file");
  g_assert_cmpstr (file->llm_provider, ==, "one");
  g_assert_cmpstr (file->llm_model, ==, "file");
  g_assert_cmpstr (option->llm_provider, ==, "two");
  g_assert_cmpstr (option->llm_model, ==, "two");
  g_assert_null (vowel_config_sources_load (wrong, NULL, &error));
  g_assert_nonnull (strstr (error->message, "three"));
  g_assert_nonnull (strstr (error->message, "one, two"));
  g_unlink (plain);
  g_unlink (named);
}

static void
test_file_errors (void)
{
  static const gchar *const files[][2] = {
      {"a: [", "line 2"},
      {"server: {port: x}", "server.port"},
      {"presets: [{id: a}]", "config"},
      {"presets: 3", "presets"},
      {"presets: {a: {config: {x: 1}}}\npreset: a", "preset a: "},
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree gchar *file = write_file (files[i][0]);
    g_autoptr (VowelConfigSources) sources = make_sources (file, NULL);
    g_autoptr (GError) error = NULL;

    g_assert_null (vowel_config_sources_load (sources, NULL, &error));
    g_assert_true (error->domain == VOWEL_CONFIG_ERROR);
    if (!strstr (error->message, files[i][1]))
      g_error ("%s: %s", files[i][0], error->message);
    g_unlink (file);
  }
}

/* The file. */

static void
test_write (void)
{
  g_autofree gchar *folder = g_dir_make_tmp ("vowel-config-XXXXXX", NULL);
  g_autofree gchar *below = g_build_filename (folder, "new", NULL);
  g_autofree gchar *path = g_build_filename (below, "runtime.yaml", NULL);
  g_autofree gchar *link = g_build_filename (folder, "link.yaml", NULL);
  g_autoptr (JsonNode) tree = parse ("llm: {model: m}");
  g_autoptr (JsonNode) again = NULL;
  g_autoptr (GError) error = NULL;
  GStatBuf status;

  g_assert_true (vowel_config_file_write (path, tree, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  again = vowel_config_file_read (path, NULL, &error);
  g_assert_true (json_node_equal (again, tree));
  /* A link is not replaced by a file. */
  g_assert_cmpint (symlink (path, link), ==, 0);
  g_assert_true (vowel_config_file_write (link, tree, NULL, &error));
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  g_unlink (link);
  g_unlink (path);
  g_assert_false (
      vowel_config_file_write ("/proc/none/x.yaml", tree, NULL, &error));
  g_assert_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_FILE);
  g_rmdir (below);
  g_rmdir (folder);
}

static JsonNode *
make_large (gchar letter)
{
  g_autofree gchar *text = g_strnfill (64 * 1024, letter);
  JsonNode *tree = vowel_config_tree_new ();

  json_object_set_string_member (json_node_get_object (tree), "a", text);
  return tree;
}

/* Writes for ever; tells when each write is done. */
G_NORETURN static void
write_until_killed (const gchar *path, gint pipe_fd)
{
  JsonNode *trees[] = {make_large ('x'), make_large ('y')};

  for (guint i = 0;; i++) {
    if (!vowel_config_file_write (path, trees[i % 2], NULL, NULL)
        || write (pipe_fd, "x", 1) != 1)
      _exit (1);
  }
}

static void
assert_whole (const gchar *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) tree = vowel_config_file_read (path, NULL, &error);
  g_autoptr (JsonNode) x = make_large ('x');
  g_autoptr (JsonNode) y = make_large ('y');

  g_assert_no_error (error);
  g_assert_true (json_node_equal (tree, x) || json_node_equal (tree, y));
}

static void
remove_all (const gchar *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gchar *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_build_filename (folder, name, NULL);

    g_unlink (path);
  }
  g_rmdir (folder);
}

static void
test_killed (void)
{
  g_autofree gchar *folder = g_dir_make_tmp ("vowel-config-XXXXXX", NULL);
  g_autofree gchar *path = g_build_filename (folder, "runtime.yaml", NULL);

  for (guint round = 0; round < 100; round++) {
    gint fds[2];
    gchar byte;
    gint spins = g_test_rand_int_range (0, 200000);
    gint status;
    pid_t child;

    g_assert_cmpint (pipe (fds), ==, 0);
    child = fork ();
    if (child == 0)
      write_until_killed (path, fds[1]);
    close (fds[1]);
    for (gint i = g_test_rand_int_range (1, 4); i > 0; i--)
      g_assert_cmpint (read (fds[0], &byte, 1), ==, 1);
    for (volatile gint i = 0; i < spins; i++)
      ;
    g_assert_cmpint (kill (child, SIGKILL), ==, 0);
    g_assert_cmpint (waitpid (child, &status, 0), ==, child);
    g_assert_true (WIFSIGNALED (status));
    close (fds[0]);
    assert_whole (path);
  }
  remove_all (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/config/schema", test_schema);
  g_test_add_func ("/config/vendors", test_vendors);
  g_test_add_func ("/config/addresses", test_addresses);
  g_test_add_func ("/config/apply", test_apply);
  g_test_add_func ("/config/not-applied", test_not_applied);
  g_test_add_func ("/config/merge", test_merge);
  g_test_add_func ("/config/mask", test_mask);
  g_test_add_func ("/config/precedence", test_precedence);
  g_test_add_func ("/config/presets", test_presets);
  g_test_add_func ("/config/file-errors", test_file_errors);
  g_test_add_func ("/config/write", test_write);
  g_test_add_func ("/config/killed", test_killed);
  return g_test_run ();
}
