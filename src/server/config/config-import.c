/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "config-import.h"

#include "config-tree.h"
#include "provider-settings.h"

#include <gst/vowel/gstvoweljson.h>
#include <gst/vowel/gstvowelsecret.h>
#include <string.h>

#define KEY_SUFFIX "_API_KEY"

typedef struct {
  JsonNode *tree;
  GPtrArray *skipped;
} Import;

/* Members of the hosted sections that have another place here. */
static const struct {
  const gchar *from;
  const gchar *to;
} moved[] = {
    {"settings.vad.enabled", "providers.vad.enabled"},
    {"settings.vad.threshold", "providers.vad.config.threshold"},
    {"settings.vad.minSilenceMs", "providers.vad.config.minSilenceDurationMs"},
    {"settings.vad.speechPadMs", "providers.vad.config.speechPadMs"},
    {"settings.turnDetection.provider", "turnDetection.llmProvider"},
    {"settings.turnDetection.model", "turnDetection.llmModel"},
    {"defaultPreset", "preset"},
};

/* About the document itself, or about money. */
static const gchar *const unimportant[] = {
    "version", "lastUpdated", "environment", NULL};

static gboolean
is_known (const gchar *path)
{
  return vowel_setting_find_path (path) || vowel_setting_is_idle_path (path)
         || vowel_provider_is_setting_path (path);
}

static void
skip (Import *import, const gchar *path)
{
  g_ptr_array_add (import->skipped, g_strdup (path));
}

/* @from: in the document, @to: (nullable): here */
static void
put (Import *import, const gchar *from, const gchar *to, JsonNode *node)
{
  if (JSON_NODE_HOLDS_NULL (node))
    return;
  if (to != NULL && is_known (to))
    vowel_config_tree_set (import->tree, to, json_node_copy (node));
  else
    skip (import, from);
}

/* Settings. */

static const gchar *
find_place (const gchar *path)
{
  for (guint i = 0; i < G_N_ELEMENTS (moved); i++)
    if (g_str_equal (moved[i].from, path))
      return moved[i].to;
  return g_str_has_prefix (path, "settings.") ? path + strlen ("settings.")
                                              : NULL;
}

static void
import_settings (Import *import, const gchar *path, JsonNode *node)
{
  JsonObjectIter iter;
  const gchar *name;
  JsonNode *member;

  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    put (import, path, find_place (path), node);
    return;
  }
  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &name, &member)) {
    g_autofree gchar *below = g_strconcat (path, ".", name, NULL);

    import_settings (import, below, member);
  }
}

/* Variables. */

static gchar *
find_key_path (const gchar *variable)
{
  guint n;
  const VowelProviderSetup *setups = vowel_provider_setups_list (&n);

  for (guint i = 0; i < n; i++) {
    g_autofree gchar *own =
        setups[i].secret ? gst_vowel_secret_dup_variable (setups[i].secret)
                         : NULL;

    if (g_strcmp0 (own, variable) == 0)
      return vowel_provider_dup_key_path (setups[i].secret);
  }
  return NULL;
}

/* Where the file says what @variable does. (transfer full) (nullable) */
static gchar *
find_variable_path (const gchar *variable)
{
  guint n;
  const VowelSetting *settings = vowel_settings_list (&n);
  guint n_variables;
  const VowelProviderVariable *variables =
      vowel_provider_variables_list (&n_variables);
  const VowelIdleSetting *idle;

  for (guint i = 0; i < n; i++)
    if (g_str_equal (settings[i].variable, variable))
      return g_strdup (settings[i].path);
  if (g_str_has_suffix (variable, KEY_SUFFIX))
    return find_key_path (variable);
  for (guint i = 0; i < n_variables; i++)
    if (g_str_equal (variables[i].variable, variable))
      return vowel_provider_dup_vendor_path (variable);
  idle = vowel_settings_list_idle (&n);
  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (idle[i].variable, variable) == 0)
      return g_strdup (idle[i].path);
  return NULL;
}

static void
import_variables (Import *import, const gchar *section, JsonNode *node)
{
  JsonObjectIter iter;
  const gchar *name;
  JsonNode *member;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return;
  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &name, &member)) {
    g_autofree gchar *from = g_strconcat (section, ".", name, NULL);
    g_autofree gchar *to = find_variable_path (name);

    put (import, from, to, member);
  }
}

/* Presets. */

static void
import_stage (
    Import *import, JsonObject *preset, const gchar *stage, const gchar *from)
{
  JsonObject *given = gst_vowel_json_get_object (preset, stage);
  gboolean llm = g_str_equal (stage, "llm");
  gboolean vad = g_str_equal (stage, "vad");
  JsonObjectIter iter;
  const gchar *name;
  JsonNode *member;

  if (given == NULL)
    return;
  json_object_iter_init_ordered (&iter, given);
  while (json_object_iter_next_ordered (&iter, &name, &member)) {
    gboolean direct = g_str_equal (name, "provider") || vad;
    g_autofree gchar *to = llm ? g_strconcat ("llm.", name, NULL)
                               : g_strconcat ("providers.", stage,
                                   direct ? "." : ".config.", name, NULL);
    g_autofree gchar *path = g_strconcat (from, ".", stage, ".", name, NULL);

    /* What it costs. */
    if (strstr (name, "cost") || strstr (name, "Cost")
        || strstr (name, "RateLimit") || strstr (name, "PerHour"))
      skip (import, path);
    else
      put (import, path, to, member);
  }
}

static JsonObject *
import_preset (Import *import, const gchar *id, JsonObject *given)
{
  static const gchar *const stages[] = {"llm", "stt", "tts", "vad"};
  JsonObject *preset = json_object_new ();
  Import inner = {vowel_config_tree_new (), import->skipped};
  g_autofree gchar *from = g_strconcat ("presets.", id, NULL);
  const gchar *name = gst_vowel_json_get_string (given, "name");
  const gchar *description = gst_vowel_json_get_string (given, "description");

  for (guint i = 0; i < G_N_ELEMENTS (stages); i++)
    import_stage (&inner, given, stages[i], from);
  json_object_set_string_member (preset, "id", id);
  json_object_set_string_member (preset, "name", name ? name : id);
  json_object_set_string_member (
      preset, "description", description ? description : "");
  json_object_set_member (preset, "config", inner.tree);
  return preset;
}

static void
import_presets (Import *import, JsonNode *node)
{
  JsonArray *presets = json_array_new ();
  JsonObjectIter iter;
  const gchar *id;
  JsonNode *member;

  json_object_iter_init_ordered (&iter, json_node_get_object (node));
  while (json_object_iter_next_ordered (&iter, &id, &member))
    if (JSON_NODE_HOLDS_OBJECT (member))
      json_array_add_object_element (
          presets, import_preset (import, id, json_node_get_object (member)));
  json_object_set_array_member (
      json_node_get_object (import->tree), "presets", presets);
}

static void
import_member (Import *import, const gchar *name, JsonNode *node)
{
  if (g_strv_contains (unimportant, name))
    return;
  if (g_str_equal (name, "presets"))
    import_presets (import, node);
  else if (g_str_equal (name, "settings"))
    import_settings (import, name, node);
  else if (g_str_equal (name, "runtime") || g_str_equal (name, "secrets"))
    import_variables (import, name, node);
  else
    put (import, name, find_place (name), node);
}

JsonNode *
vowel_config_import (JsonNode *hosted, GPtrArray *skipped, GError **error)
{
  /* In the order in which the hosted engine lets one go before the other. */
  static const gchar *const order[] = {"secrets", "runtime", "settings", NULL};
  JsonObject *document =
      JSON_NODE_HOLDS_OBJECT (hosted) ? json_node_get_object (hosted) : NULL;
  Import import = {NULL, skipped};
  JsonObjectIter iter;
  const gchar *name;
  JsonNode *member;

  if (gst_vowel_json_get_object (document, "presets") == NULL
      || gst_vowel_json_get_object (document, "settings") == NULL) {
    g_set_error_literal (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
        "This is no configuration of the hosted engine, which has the sections "
        "presets and settings; one of a self-hosted engine needs no import: "
        "name it with --config");
    return NULL;
  }
  import.tree = vowel_config_tree_new ();
  for (guint i = 0; order[i] != NULL; i++)
    if (json_object_has_member (document, order[i]))
      import_member (
          &import, order[i], json_object_get_member (document, order[i]));
  json_object_iter_init_ordered (&iter, document);
  while (json_object_iter_next_ordered (&iter, &name, &member))
    if (!g_strv_contains (order, name))
      import_member (&import, name, member);
  return import.tree;
}
