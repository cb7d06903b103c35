/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "runtime-config.h"

#include "behaviours-config.h"
#include "config-file.h"
#include "config-preset.h"
#include "config-tree.h"
#include "pipeline-factory.h"
#include "provider-config.h"

#include <gst/vowel/gstvowelsecret.h>

GST_DEBUG_CATEGORY_STATIC (vowel_config_debug);
#define GST_CAT_DEFAULT vowel_config_debug

/* Choices that are remembered. */
#define MAX_DERIVED 256

struct _VowelRuntimeConfig {
  VowelConfigSources *sources;
  VowelConfigSnapshot *snapshot;
  GHashTable *derived; /* key of a choice to VowelConfigSnapshot */
  JsonNode *file;      /* what the file said when it was last read */
  GDateTime *loaded;   /* when that was */
  VowelRuntimeConfigFunc func;
  gpointer func_data;
};

/* Snapshots. */

VowelConfigSnapshot *
vowel_config_snapshot_ref (VowelConfigSnapshot *snapshot)
{
  return g_atomic_rc_box_acquire (snapshot);
}

static void
snapshot_clear (gpointer data)
{
  VowelConfigSnapshot *snapshot = data;

  g_clear_pointer (&snapshot->config, vowel_server_config_unref);
  g_clear_pointer (&snapshot->recipe, vowel_pipeline_recipe_unref);
}

void
vowel_config_snapshot_unref (VowelConfigSnapshot *snapshot)
{
  g_atomic_rc_box_release_full (snapshot, snapshot_clear);
}

/* Tokens stay good when their secret was made up: @old: (nullable). */
static void
keep_secret (VowelServerConfig *config, const VowelServerConfig *old)
{
  if (old == NULL || !config->jwt_secret_made_up || !old->jwt_secret_made_up)
    return;
  g_free (config->jwt_secret);
  config->jwt_secret = g_strdup (old->jwt_secret);
}

/* @file: (nullable): instead of the file that is there. @choice: (nullable) */
static VowelConfigSnapshot *
make_snapshot (VowelRuntimeConfig *self, JsonNode *file,
    const VowelProviderChoice *choice, GError **error)
{
  g_autoptr (VowelConfigSnapshot) snapshot =
      g_atomic_rc_box_new0 (VowelConfigSnapshot);

  snapshot->config = vowel_config_sources_load (self->sources, file, error);
  if (snapshot->config == NULL
      || !vowel_behaviours_config_load (snapshot->config, error)
      || !vowel_provider_config_choose (snapshot->config, error))
    return NULL;
  keep_secret (
      snapshot->config, self->snapshot ? self->snapshot->config : NULL);
  if (choice)
    vowel_provider_choice_apply (choice, snapshot->config);
  snapshot->recipe = vowel_pipeline_factory_load (snapshot->config, error);
  if (snapshot->recipe && choice)
    vowel_provider_choice_apply_recipe (choice, snapshot->recipe);
  return snapshot->recipe ? g_steal_pointer (&snapshot) : NULL;
}

static gboolean
is_changed (const VowelSetting *setting, const VowelServerConfig *a,
    const VowelServerConfig *b)
{
  g_autoptr (JsonNode) old = vowel_setting_to_json (setting, a);
  g_autoptr (JsonNode) new = vowel_setting_to_json (setting, b);

  return old && new ? !json_node_equal (old, new) : old != new;
}

static void
note_restart (const VowelServerConfig *old, const VowelServerConfig *new)
{
  guint n;
  const VowelSetting *settings = vowel_settings_list (&n);

  for (guint i = 0; i < n; i++)
    if ((settings[i].flags & VOWEL_SETTING_AT_START)
        && is_changed (&settings[i], old, new))
      GST_WARNING ("%s has changed, which needs a restart", settings[i].path);
}

/* @file, @snapshot: (transfer full) */
static void
take (VowelRuntimeConfig *self, JsonNode *file, VowelConfigSnapshot *snapshot)
{
  g_autoptr (VowelConfigSnapshot) old = self->snapshot;
  g_autofree gchar *idle = vowel_server_config_dup_idle (snapshot->config);
  g_autofree gchar *note =
      vowel_pipeline_factory_dup_note (snapshot->config, snapshot->recipe);

  if (old)
    note_restart (old->config, snapshot->config);
  if (idle)
    GST_WARNING ("known, but without an effect in this server: %s", idle);
  if (note)
    GST_WARNING ("%s", note);
  g_clear_pointer (&self->file, json_node_unref);
  g_clear_pointer (&self->loaded, g_date_time_unref);
  self->file = file;
  self->loaded = g_date_time_new_now_utc ();
  self->snapshot = snapshot;
  g_hash_table_remove_all (self->derived);
  if (self->func)
    self->func (snapshot, self->func_data);
}

static gboolean
load (VowelRuntimeConfig *self, GError **error)
{
  g_autoptr (JsonNode) file =
      vowel_config_sources_read_file (self->sources, error);
  /* Reads it once more, to say of errors in it that they are there. */
  VowelConfigSnapshot *snapshot =
      file ? make_snapshot (self, NULL, NULL, error) : NULL;

  if (snapshot == NULL)
    return FALSE;
  take (self, g_steal_pointer (&file), snapshot);
  return TRUE;
}

/* Life. */

VowelRuntimeConfig *
vowel_runtime_config_new (VowelConfigSources *sources, GError **error)
{
  g_autoptr (VowelRuntimeConfig) self = g_new0 (VowelRuntimeConfig, 1);

  GST_DEBUG_CATEGORY_INIT (
      vowel_config_debug, "vowel-config", 0, "the server's configuration");
  self->sources = sources;
  self->derived = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      (GDestroyNotify) vowel_config_snapshot_unref);
  return load (self, error) ? g_steal_pointer (&self) : NULL;
}

void
vowel_runtime_config_free (VowelRuntimeConfig *self)
{
  g_clear_pointer (&self->sources, vowel_config_sources_free);
  g_clear_pointer (&self->snapshot, vowel_config_snapshot_unref);
  g_clear_pointer (&self->derived, g_hash_table_unref);
  g_clear_pointer (&self->file, json_node_unref);
  g_clear_pointer (&self->loaded, g_date_time_unref);
  g_free (self);
}

VowelConfigSnapshot *
vowel_runtime_config_get (VowelRuntimeConfig *self)
{
  return self->snapshot;
}

VowelConfigSnapshot *
vowel_runtime_config_derive (
    VowelRuntimeConfig *self, const VowelProviderChoice *choice, GError **error)
{
  g_autofree gchar *key = NULL;
  VowelConfigSnapshot *snapshot;

  if (vowel_provider_choice_is_empty (choice))
    return vowel_config_snapshot_ref (self->snapshot);
  key = vowel_provider_choice_dup_key (choice);
  snapshot = g_hash_table_lookup (self->derived, key);
  if (snapshot)
    return vowel_config_snapshot_ref (snapshot);
  snapshot = make_snapshot (self, self->file, choice, error);
  if (snapshot == NULL)
    return NULL;
  if (g_hash_table_size (self->derived) >= MAX_DERIVED)
    g_hash_table_remove_all (self->derived);
  g_hash_table_insert (self->derived, g_steal_pointer (&key),
      vowel_config_snapshot_ref (snapshot));
  return snapshot;
}

void
vowel_runtime_config_set_func (
    VowelRuntimeConfig *self, VowelRuntimeConfigFunc func, gpointer user_data)
{
  self->func = func;
  self->func_data = user_data;
}

gboolean
vowel_runtime_config_reload (VowelRuntimeConfig *self, GError **error)
{
  gst_vowel_secret_refresh ();
  if (!load (self, error))
    return FALSE;
  GST_INFO ("configuration loaded%s%s", self->sources->file ? " from " : "",
      self->sources->file ? self->sources->file : "");
  return TRUE;
}

/* Over HTTP. */

const gchar *
vowel_runtime_config_get_path (VowelRuntimeConfig *self)
{
  return self->sources->file;
}

gchar *
vowel_runtime_config_dup_time (VowelRuntimeConfig *self)
{
  return g_date_time_format_iso8601 (self->loaded);
}

/* With presets, which are no setting. */
static JsonNode *
make_tree (
    VowelRuntimeConfig *self, const VowelServerConfig *config, JsonNode *file)
{
  JsonNode *tree = vowel_config_tree_from_config (config, FALSE);
  JsonNode *presets = vowel_config_tree_get (file, "presets");

  if (presets)
    vowel_config_tree_set (tree, "presets", json_node_copy (presets));
  return tree;
}

JsonObject *
vowel_runtime_config_describe (VowelRuntimeConfig *self)
{
  JsonObject *object = json_object_new ();
  g_autoptr (JsonNode) tree =
      make_tree (self, self->snapshot->config, self->file);
  g_autofree gchar *time = vowel_runtime_config_dup_time (self);

  json_object_set_string_member (object, "version", VERSION);
  json_object_set_string_member (object, "lastUpdated", time);
  if (self->sources->file)
    json_object_set_string_member (object, "path", self->sources->file);
  else
    json_object_set_null_member (object, "path");
  json_object_set_member (object, "config", vowel_config_tree_mask (tree));
  return object;
}

/* What stays as it is may be there, and what @file does not have taken out of
 * it. */
static gboolean
check_local (const VowelSetting *setting, JsonNode *change, JsonNode *known,
    JsonNode *file, GError **error)
{
  JsonNode *new = vowel_config_tree_get (change, setting->path);
  JsonNode *old = vowel_config_tree_get (known, setting->path);

  if (new == NULL || (old != NULL && json_node_equal (new, old))
      || (JSON_NODE_HOLDS_NULL (new)
          && vowel_config_tree_get (file, setting->path) == NULL))
    return TRUE;
  g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_LOCAL,
      "%s cannot be set over HTTP: set %s, or run vowel-gst config set %s",
      setting->path, setting->variable, setting->path);
  return FALSE;
}

static gboolean
check_change (JsonNode *change, JsonNode *known, JsonNode *file, GError **error)
{
  const VowelSettingFlags local = VOWEL_SETTING_SECRET | VOWEL_SETTING_LOCAL;
  guint n;
  const VowelSetting *settings = vowel_settings_list (&n);

  if (!JSON_NODE_HOLDS_OBJECT (change)) {
    g_set_error_literal (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
        "A configuration is an object of settings");
    return FALSE;
  }
  for (guint i = 0; i < n; i++)
    if ((settings[i].flags & local) != 0
        && !check_local (&settings[i], change, known, file, error))
      return FALSE;
  return TRUE;
}

/* Those of the file may do what the file may; what comes over HTTP may not. */
static gboolean
check_presets (
    JsonNode *change, JsonNode *known, JsonNode *file, GError **error)
{
  g_autoptr (JsonNode) presets = vowel_presets_list (change, error);
  g_autoptr (JsonNode) old = presets ? vowel_presets_list (known, error) : NULL;
  JsonArray *list = old ? json_node_get_array (presets) : NULL;

  for (guint i = 0; list && i < json_array_get_length (list); i++) {
    JsonObject *preset = json_array_get_object_element (list, i);
    JsonNode *before = vowel_presets_find (
        old, json_object_get_string_member (preset, "id"), NULL);

    if (!check_change (json_object_get_member (preset, "config"),
            before ? before : known, file, error))
      return FALSE;
  }
  return list != NULL;
}

/* What the file would say. (transfer full) */
static JsonNode *
merge_change (
    VowelRuntimeConfig *self, JsonNode *file, JsonNode *change, GError **error)
{
  g_autoptr (JsonNode) known =
      make_tree (self, self->snapshot->config, self->file);

  vowel_config_tree_unmask (change, known);
  return check_change (change, known, file, error)
                 && check_presets (change, known, file, error)
             ? vowel_config_tree_merge (file, change)
             : NULL;
}

JsonNode *
vowel_runtime_config_validate (
    VowelRuntimeConfig *self, JsonNode *change, GError **error)
{
  g_autoptr (JsonNode) file = merge_change (self, self->file, change, error);
  g_autoptr (VowelConfigSnapshot) snapshot =
      file ? make_snapshot (self, file, NULL, error) : NULL;
  g_autoptr (JsonNode) tree =
      snapshot ? make_tree (self, snapshot->config, file) : NULL;

  return tree ? vowel_config_tree_mask (tree) : NULL;
}

gboolean
vowel_runtime_config_update (
    VowelRuntimeConfig *self, JsonNode *change, gboolean force, GError **error)
{
  g_autoptr (JsonNode) file =
      vowel_config_sources_read_file (self->sources, error);
  g_autoptr (JsonNode) merged = NULL;
  g_autoptr (VowelConfigSnapshot) snapshot = NULL;

  if (file == NULL)
    return FALSE;
  if (!force && !json_node_equal (file, self->file)) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_CHANGED,
        "%s has been changed since it was read: reload it first, or add "
        "?force=1",
        self->sources->file);
    return FALSE;
  }
  merged = merge_change (self, file, change, error);
  snapshot = merged ? make_snapshot (self, merged, NULL, error) : NULL;
  if (snapshot == NULL)
    return FALSE;
  if (self->sources->file == NULL)
    self->sources->file = vowel_config_file_dup_default ();
  if (!vowel_config_file_write (self->sources->file, merged, NULL, error))
    return FALSE;
  take (self, g_steal_pointer (&merged), g_steal_pointer (&snapshot));
  GST_INFO ("configuration changed, and written to %s", self->sources->file);
  return TRUE;
}

JsonNode *
vowel_runtime_config_list_presets (VowelRuntimeConfig *self, GError **error)
{
  g_autoptr (JsonNode) presets = vowel_presets_list (self->file, error);

  return presets ? vowel_config_tree_mask (presets) : NULL;
}
