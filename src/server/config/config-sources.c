/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "config-sources.h"

#include "config-file.h"
#include "config-preset.h"
#include "config-tree.h"

#include <string.h>

#define FILE_OPTION "config"

VowelConfigSources *
vowel_config_sources_new (gchar **environ_)
{
  VowelConfigSources *sources = g_new0 (VowelConfigSources, 1);

  sources->environ_ = environ_ ? g_strdupv (environ_) : g_get_environ ();
  sources->file = vowel_config_file_find (sources->environ_);
  sources->options = g_ptr_array_new_with_free_func (g_free);
  return sources;
}

void
vowel_config_sources_free (VowelConfigSources *sources)
{
  g_strfreev (sources->environ_);
  g_free (sources->file);
  g_ptr_array_unref (sources->options);
  g_free (sources);
}

/* The command line. */

static gboolean
on_option (
    const gchar *option_name, const gchar *value, gpointer data, GError **error)
{
  VowelConfigSources *sources = data;
  const gchar *name = option_name + strlen ("--");
  g_autoptr (VowelServerConfig) trial = vowel_server_config_new ();

  if (g_str_equal (name, FILE_OPTION)) {
    g_free (sources->file);
    sources->file = g_strdup (value);
    sources->file_named = TRUE;
    return TRUE;
  }
  if (!vowel_server_config_set (trial, name, value, error))
    return FALSE;
  g_ptr_array_add (sources->options, g_strdup (name));
  g_ptr_array_add (sources->options, g_strdup (value));
  return TRUE;
}

static void
set_entry (GOptionEntry *entry, const gchar *name, const gchar *summary,
    const gchar *argument)
{
  entry->long_name = name;
  entry->arg = G_OPTION_ARG_CALLBACK;
  entry->arg_data = on_option;
  entry->description = summary;
  entry->arg_description = argument;
}

GOptionGroup *
vowel_config_sources_get_option_group (VowelConfigSources *sources)
{
  guint n;
  const VowelSetting *settings = vowel_settings_list (&n);
  g_autofree GOptionEntry *entries = g_new0 (GOptionEntry, n + 2);
  GOptionGroup *group = g_option_group_new (
      "serve", "Server options:", "Show server options", sources, NULL);

  set_entry (&entries[0], FILE_OPTION, "Configuration file (YAML)", "FILE");
  for (guint i = 0; i < n; i++)
    set_entry (&entries[i + 1], settings[i].name, settings[i].summary,
        settings[i].argument);
  g_option_group_add_entries (group, entries);
  return group;
}

VowelConfigSources *
vowel_config_sources_read_command (gint *argc, gchar **argv,
    const gchar *arguments, const gchar *summary, const GOptionEntry *more,
    GError **error)
{
  g_autoptr (VowelConfigSources) sources = vowel_config_sources_new (NULL);
  g_autoptr (GOptionContext) context = g_option_context_new (arguments);

  g_option_context_set_summary (context, summary);
  g_option_context_set_description (context,
      "Every option can also be set in the configuration file and in the "
      "environment:\nvowel-gst config list tells how it is called there. An "
      "option wins over the file,\nthe file over the environment. Without "
      "--config the file is RUNTIME_CONFIG_PATH,\n"
      "~/.config/vowel-gst/runtime.yaml or /etc/vowel-gst/runtime.yaml.");
  g_option_context_set_main_group (
      context, vowel_config_sources_get_option_group (sources));
  if (more != NULL)
    g_option_context_add_main_entries (context, more, NULL);
  if (!g_option_context_parse (context, argc, &argv, error))
    return NULL;
  if (sources->file_named && arguments == NULL
      && !g_file_test (sources->file, G_FILE_TEST_EXISTS)) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_FILE,
        "--config is \"%s\", but there is no such file", sources->file);
    return NULL;
  }
  if (*argc > 1 && arguments == NULL) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
        "\"%s\" means nothing to %s", argv[1], g_get_prgname ());
    return NULL;
  }
  return g_steal_pointer (&sources);
}

/* Together. */

JsonNode *
vowel_config_sources_read_file (
    const VowelConfigSources *sources, GError **error)
{
  if (sources->file)
    return vowel_config_file_read (sources->file, NULL, error);
  return vowel_config_tree_new ();
}

/* @as: how the user calls the setting that names it */
static gboolean
apply_preset (VowelServerConfig *config, JsonNode *presets, const gchar *id,
    const gchar *as, GError **error)
{
  JsonNode *tree;

  if (id == NULL || *id == '\0')
    return TRUE;
  tree = vowel_presets_find (presets, id, error);
  if (tree == NULL) {
    g_prefix_error (error, "%s: ", as);
    return FALSE;
  }
  if (vowel_config_tree_apply (tree, config, error))
    return TRUE;
  g_prefix_error (error, "preset %s: ", id);
  return FALSE;
}

static const gchar *
find_option (const VowelConfigSources *sources, const gchar *name)
{
  const gchar *value = NULL;

  for (guint i = 0; i < sources->options->len; i += 2)
    if (g_str_equal (g_ptr_array_index (sources->options, i), name))
      value = g_ptr_array_index (sources->options, i + 1);
  return value;
}

static gboolean
apply_environment (VowelServerConfig *config, JsonNode *presets,
    const VowelConfigSources *sources, GError **error)
{
  g_autofree gchar *preset =
      vowel_server_config_dup_variable ("VOWEL_PRESET", sources->environ_);

  return apply_preset (config, presets, preset, "VOWEL_PRESET", error)
         && vowel_server_config_read_environment (
             config, sources->environ_, error);
}

static gboolean
apply_file (VowelServerConfig *config, JsonNode *presets, JsonNode *file,
    GError **error)
{
  JsonNode *preset = vowel_config_tree_get (file, "preset");
  const gchar *id = preset && json_node_get_value_type (preset) == G_TYPE_STRING
                        ? json_node_get_string (preset)
                        : NULL;

  return apply_preset (config, presets, id, "preset", error)
         && vowel_config_tree_apply (file, config, error);
}

static gboolean
apply_options (VowelServerConfig *config, JsonNode *presets,
    const VowelConfigSources *sources, GError **error)
{
  GPtrArray *options = sources->options;

  if (!apply_preset (
          config, presets, find_option (sources, "preset"), "--preset", error))
    return FALSE;
  for (guint i = 0; i < options->len; i += 2)
    if (!vowel_server_config_set (config, g_ptr_array_index (options, i),
            g_ptr_array_index (options, i + 1), error))
      return FALSE;
  return TRUE;
}

VowelServerConfig *
vowel_config_sources_load (
    const VowelConfigSources *sources, JsonNode *file, GError **error)
{
  g_autoptr (VowelServerConfig) config = vowel_server_config_new ();
  g_autoptr (JsonNode) read =
      file ? NULL : vowel_config_sources_read_file (sources, error);
  g_autoptr (JsonNode) presets = NULL;
  JsonNode *tree = file ? file : read;

  if (tree == NULL)
    return NULL;
  presets = vowel_presets_list (tree, error);
  if (presets == NULL || !apply_environment (config, presets, sources, error))
    return NULL;
  if (!apply_file (config, presets, tree, error)) {
    if (file == NULL && sources->file)
      g_prefix_error (error, "%s: ", sources->file);
    return NULL;
  }
  if (!apply_options (config, presets, sources, error)
      || !vowel_server_config_complete (config, error))
    return NULL;
  return g_steal_pointer (&config);
}
