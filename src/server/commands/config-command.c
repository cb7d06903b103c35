/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "commands.h"
#include "prompt.h"
#include "trial.h"

#include "server/config/config-file.h"
#include "server/config/config-import.h"
#include "server/config/config-sources.h"
#include "server/config/config-tree.h"
#include "server/config/config-yaml.h"
#include "server/config/provider-settings.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define FROM_INPUT "-"

typedef struct {
  VowelConfigSources *sources;
  gchar **arguments; /* behind the name of the action */
  guint n_arguments;
  gboolean print;
} Call;

/* Showing. */

static void
print_setting (const gchar *path, const gchar *variable, const gchar *option,
    const gchar *initial, const gchar *summary)
{
  printf ("%s\n    %s%s%s, default %s\n    %s\n", path, variable,
      option ? ", --" : "", option ? option : "", initial ? initial : "none",
      summary);
}

static gboolean
list (const Call *call, GError **error)
{
  guint n;
  const VowelSetting *settings = vowel_settings_list (&n);
  guint n_variables;
  const VowelProviderVariable *variables =
      vowel_provider_variables_list (&n_variables);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < n; i++)
    print_setting (settings[i].path, settings[i].variable, settings[i].name,
        settings[i].initial, settings[i].summary);
  for (guint i = 0; i < n_variables; i++) {
    const gchar *variable = variables[i].variable;
    g_autofree gchar *path = vowel_provider_dup_vendor_path (variable);

    if (g_hash_table_add (seen, (gpointer) variable))
      print_setting (path, variable, NULL, "the vendor's",
          "Of the service, whichever stage uses it");
  }
  return TRUE;
}

static gboolean
print_tree (JsonNode *tree, GError **error)
{
  g_autofree gchar *text = vowel_yaml_write (tree);

  printf ("%s", text);
  return TRUE;
}

static JsonNode *
load_tree (const Call *call, GError **error)
{
  g_autoptr (VowelServerConfig) config =
      vowel_config_sources_load (call->sources, NULL, error);

  return config ? vowel_config_tree_from_config (config, TRUE) : NULL;
}

static gboolean
show (const Call *call, GError **error)
{
  g_autoptr (JsonNode) tree = load_tree (call, error);

  return tree && print_tree (tree, error);
}

static gboolean
get (const Call *call, GError **error)
{
  const gchar *path = call->arguments[0];
  g_autoptr (JsonNode) tree = load_tree (call, error);
  JsonNode *node;

  if (tree == NULL)
    return FALSE;
  node = vowel_config_tree_get (tree, path);
  if (node && JSON_NODE_HOLDS_VALUE (node)
      && json_node_get_value_type (node) == G_TYPE_STRING)
    printf ("%s\n", json_node_get_string (node));
  else if (node)
    return print_tree (node, error);
  else if (!vowel_setting_find_path (path)
           && !vowel_provider_is_setting_path (path)
           && !vowel_provider_is_section (path)
           && !vowel_setting_is_section (path)) {
    const gchar *guess = vowel_setting_guess_path (path);

    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_UNKNOWN,
        "There is no setting %s%s%s%s", path, guess ? ": do you mean " : "",
        guess ? guess : "", guess ? "?" : "");
    return FALSE;
  }
  return TRUE;
}

/* Changing. */

static const gchar *
find_target (const Call *call)
{
  if (call->sources->file == NULL)
    call->sources->file = vowel_config_file_dup_default ();
  return call->sources->file;
}

/* Beyond what the table of settings says. */
static gboolean
would_start (VowelServerConfig *config, GError **error)
{
  g_autoptr (VowelPipelineRecipe) recipe = vowel_trial_load (config, error);

  return recipe != NULL;
}

/* Whatever is written can be read again. It need not be enough for a server
 * yet: a provider is set before its key. */
static gboolean
write_tree (const Call *call, JsonNode *tree, GError **error)
{
  const gchar *path = find_target (call);
  g_autoptr (GError) lack = NULL;
  g_autoptr (VowelServerConfig) config =
      vowel_config_sources_load (call->sources, tree, error);

  if (config == NULL || !vowel_config_file_write (path, tree, NULL, error))
    return FALSE;
  fprintf (
      stderr, "written to %s; a server that runs takes it at SIGHUP\n", path);
  if (!would_start (config, &lack))
    fprintf (stderr, "note: so far no server takes it: %s\n", lack->message);
  return TRUE;
}

static JsonNode *
read_value (const gchar *path, const gchar *text, GError **error)
{
  const VowelSetting *setting = vowel_setting_find_path (path);
  g_autofree gchar *secret = NULL;
  JsonNode *value;

  if (!vowel_config_path_is_secret (path)) {
    /* Text is meant as it stands. */
    if (setting && setting->type == VOWEL_SETTING_STRING
        && !(text[0] == '[' && vowel_setting_takes_list (setting)))
      return json_node_init_string (json_node_alloc (), text);
    value = vowel_yaml_parse (text, -1, error);
    if (value == NULL)
      g_prefix_error (error, "%s: ", path);
    return value;
  }
  if (!g_str_equal (text, FROM_INPUT)) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
        "%s is a secret, and everybody on this machine can see arguments: give "
        "- instead, and the secret at the prompt or in standard input",
        path);
    return NULL;
  }
  secret = vowel_prompt_secret (path, error);
  return secret ? json_node_init_string (json_node_alloc (), secret) : NULL;
}

static gboolean
set (const Call *call, GError **error)
{
  const gchar *path = call->arguments[0];
  JsonNode *value = read_value (path, call->arguments[1], error);
  g_autoptr (JsonNode) tree = NULL;

  if (value == NULL)
    return FALSE;
  tree = vowel_config_sources_read_file (call->sources, error);
  if (tree == NULL || !JSON_NODE_HOLDS_OBJECT (tree)) {
    json_node_unref (value);
    return FALSE;
  }
  vowel_config_tree_set (tree, path, value);
  return write_tree (call, tree, error);
}

static gboolean
unset (const Call *call, GError **error)
{
  g_autoptr (JsonNode) tree =
      vowel_config_sources_read_file (call->sources, error);

  if (tree == NULL)
    return FALSE;
  vowel_config_tree_set (tree, call->arguments[0], NULL);
  return write_tree (call, tree, error);
}

static gboolean
validate (const Call *call, GError **error)
{
  g_autoptr (VowelServerConfig) config = NULL;
  g_autofree gchar *idle = NULL;

  if (call->n_arguments > 0) {
    g_free (call->sources->file);
    call->sources->file = g_strdup (call->arguments[0]);
    if (!g_file_test (call->arguments[0], G_FILE_TEST_EXISTS)) {
      g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_FILE,
          "There is no file %s", call->arguments[0]);
      return FALSE;
    }
  }
  config = vowel_config_sources_load (call->sources, NULL, error);
  if (config == NULL || !would_start (config, error))
    return FALSE;
  idle = vowel_server_config_dup_idle (config);
  if (idle)
    printf ("known, but without an effect in this server: %s\n", idle);
  printf ("good\n");
  return TRUE;
}

static gboolean
import (const Call *call, GError **error)
{
  g_autoptr (GPtrArray) skipped = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (JsonNode) hosted = NULL;
  g_autoptr (JsonNode) imported = NULL;
  g_autoptr (JsonNode) old = NULL;
  g_autoptr (JsonNode) tree = NULL;

  if (!g_file_test (call->arguments[0], G_FILE_TEST_EXISTS)) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_FILE,
        "There is no file %s", call->arguments[0]);
    return FALSE;
  }
  hosted = vowel_config_file_read (call->arguments[0], NULL, error);
  imported = hosted ? vowel_config_import (hosted, skipped, error) : NULL;
  if (imported == NULL)
    return FALSE;
  for (guint i = 0; i < skipped->len; i++)
    fprintf (stderr, "left out: %s\n",
        (const gchar *) g_ptr_array_index (skipped, i));
  if (call->print)
    return print_tree (imported, error);
  old = vowel_config_sources_read_file (call->sources, error);
  if (old == NULL)
    return FALSE;
  tree = vowel_config_tree_merge (old, imported);
  return write_tree (call, tree, error);
}

static const struct {
  const gchar *name;
  const gchar *arguments;
  guint min, max;
  gboolean (*run) (const Call *call, GError **error);
} actions[] = {
    {"list", "", 0, 0, list},
    {"show", "", 0, 0, show},
    {"get", " PATH", 1, 1, get},
    {"set", " PATH VALUE", 2, 2, set},
    {"unset", " PATH", 1, 1, unset},
    {"validate", " [FILE]", 0, 1, validate},
    {"import", " FILE", 1, 1, import},
};

static gboolean
run (Call *call, gint argc, gchar **argv, GError **error)
{
  const gchar *name = argc > 1 ? argv[1] : "";

  call->arguments = argv + MIN (argc, 2);
  call->n_arguments = (guint) MAX (argc - 2, 0);
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++) {
    if (!g_str_equal (actions[i].name, name))
      continue;
    if (call->n_arguments >= actions[i].min
        && call->n_arguments <= actions[i].max)
      return actions[i].run (call, error);
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "Usage: vowel-gst config %s%s", name, actions[i].arguments);
    return FALSE;
  }
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
      "Usage: vowel-gst config list|show|get|set|unset|validate|import; see "
      "vowel-gst config --help");
  return FALSE;
}

gint
vowel_config_main (gint argc, gchar **argv)
{
  Call call = {0};
  const GOptionEntry entries[] = {
      {"print", 0, 0, G_OPTION_ARG_NONE, &call.print,
          "import: print what would be written", NULL},
      {NULL},
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelConfigSources) sources = vowel_config_sources_read_command (
      &argc, argv, "ACTION",
      "Actions:\n"
      "  list             every setting: in the file, in the environment, as "
      "an option\n"
      "  show             what the server would run with; secrets masked\n"
      "  get PATH         one of that, or a section\n"
      "  set PATH VALUE   writes a setting into the file; VALUE is - for a "
      "secret\n"
      "  unset PATH       takes it out\n"
      "  validate [FILE]  tells whether a server would start with it\n"
      "  import FILE      takes over a configuration of the hosted engine",
      entries, &error);

  call.sources = sources;
  if (sources && run (&call, argc, argv, &error))
    return EX_OK;
  fprintf (stderr, "vowel-gst: %s\n", error->message);
  return error->domain == G_OPTION_ERROR ? EX_USAGE : EX_CONFIG;
}
