/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "runtime-config.h"

#include "behaviours-config.h"
#include "config-file.h"
#include "config-tree.h"
#include "pipeline-factory.h"
#include "provider-config.h"

#include <gst/vowel/gstvowelsecret.h>

GST_DEBUG_CATEGORY_STATIC (vowel_config_debug);
#define GST_CAT_DEFAULT vowel_config_debug

struct _VowelRuntimeConfig {
  VowelConfigSources *sources;
  VowelConfigSnapshot *snapshot;
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

/* @file: (nullable): instead of the file that is there */
static VowelConfigSnapshot *
make_snapshot (VowelRuntimeConfig *self, JsonNode *file, GError **error)
{
  g_autoptr (VowelConfigSnapshot) snapshot =
      g_atomic_rc_box_new0 (VowelConfigSnapshot);
  g_autofree gchar *idle = NULL;

  snapshot->config = vowel_config_sources_load (self->sources, file, error);
  if (snapshot->config == NULL
      || !vowel_behaviours_config_load (snapshot->config, error)
      || !vowel_provider_config_choose (snapshot->config, error))
    return NULL;
  keep_secret (
      snapshot->config, self->snapshot ? self->snapshot->config : NULL);
  snapshot->recipe = vowel_pipeline_factory_load (snapshot->config, error);
  if (snapshot->recipe == NULL)
    return NULL;
  idle = vowel_server_config_dup_idle (snapshot->config);
  if (idle)
    GST_WARNING ("known, but without an effect in this server: %s", idle);
  return g_steal_pointer (&snapshot);
}

/* Life. */

VowelRuntimeConfig *
vowel_runtime_config_new (VowelConfigSources *sources, GError **error)
{
  g_autoptr (VowelRuntimeConfig) self = g_new0 (VowelRuntimeConfig, 1);

  GST_DEBUG_CATEGORY_INIT (
      vowel_config_debug, "vowel-config", 0, "the server's configuration");
  self->sources = sources;
  self->snapshot = make_snapshot (self, NULL, error);
  return self->snapshot ? g_steal_pointer (&self) : NULL;
}

void
vowel_runtime_config_free (VowelRuntimeConfig *self)
{
  g_clear_pointer (&self->sources, vowel_config_sources_free);
  g_clear_pointer (&self->snapshot, vowel_config_snapshot_unref);
  g_free (self);
}

VowelConfigSnapshot *
vowel_runtime_config_get (VowelRuntimeConfig *self)
{
  return self->snapshot;
}

void
vowel_runtime_config_set_func (
    VowelRuntimeConfig *self, VowelRuntimeConfigFunc func, gpointer user_data)
{
  self->func = func;
  self->func_data = user_data;
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

/* @snapshot: (transfer full) */
static void
take (VowelRuntimeConfig *self, VowelConfigSnapshot *snapshot)
{
  g_autoptr (VowelConfigSnapshot) old = self->snapshot;

  note_restart (old->config, snapshot->config);
  self->snapshot = snapshot;
  if (self->func)
    self->func (snapshot, self->func_data);
}

gboolean
vowel_runtime_config_reload (VowelRuntimeConfig *self, GError **error)
{
  VowelConfigSnapshot *snapshot;

  gst_vowel_secret_refresh ();
  snapshot = make_snapshot (self, NULL, error);
  if (snapshot == NULL)
    return FALSE;
  take (self, snapshot);
  GST_INFO ("configuration loaded%s%s", self->sources->file ? " from " : "",
      self->sources->file ? self->sources->file : "");
  return TRUE;
}
