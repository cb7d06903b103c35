/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "config-sources.h"
#include "provider-choice.h"

#include "session/pipeline-recipe.h"

G_BEGIN_DECLS

/**
 * VowelConfigSnapshot:
 * @config: the settings
 * @recipe: the pipeline of a session that begins with them
 *
 * The configuration at one time. Immutable and reference counted: a session
 * keeps the one that it began with. Any thread.
 */
typedef struct {
  VowelServerConfig *config;
  VowelPipelineRecipe *recipe;
} VowelConfigSnapshot;

VowelConfigSnapshot *vowel_config_snapshot_ref (VowelConfigSnapshot *snapshot);
void vowel_config_snapshot_unref (VowelConfigSnapshot *snapshot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelConfigSnapshot, vowel_config_snapshot_unref)

/**
 * VowelRuntimeConfig:
 *
 * The configuration of a running server: what it is now, and how it becomes
 * another. A new one replaces the old as a whole, or not at all. The accepting
 * thread only.
 */
typedef struct _VowelRuntimeConfig VowelRuntimeConfig;

/* Reads the configuration and tries whether it works. @sources: (transfer full)
 */
VowelRuntimeConfig *vowel_runtime_config_new (
    VowelConfigSources *sources, GError **error);
void vowel_runtime_config_free (VowelRuntimeConfig *runtime);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelRuntimeConfig, vowel_runtime_config_free)

/* (transfer none) */
VowelConfigSnapshot *vowel_runtime_config_get (VowelRuntimeConfig *runtime);
/* What it would be if @choice were made for everybody: for sessions of those
 * who have made it. Made once for each choice, as long as the configuration
 * stays the same. Fails with #VOWEL_CONFIG_ERROR. (transfer full) */
VowelConfigSnapshot *vowel_runtime_config_derive (VowelRuntimeConfig *runtime,
    const VowelProviderChoice *choice, GError **error);
/* Called with each new snapshot. */
typedef void (*VowelRuntimeConfigFunc) (
    VowelConfigSnapshot *snapshot, gpointer user_data);
void vowel_runtime_config_set_func (VowelRuntimeConfig *runtime,
    VowelRuntimeConfigFunc func, gpointer user_data);

/* Reads the file and the keyring again. On an error everything stays as it is.
 */
gboolean vowel_runtime_config_reload (
    VowelRuntimeConfig *runtime, GError **error);

/* What it is and where it comes from: version, lastUpdated, path, config, with
 * secrets masked. (transfer full) */
JsonObject *vowel_runtime_config_describe (VowelRuntimeConfig *runtime);
/* @change: what becomes different; null takes a setting out of the file, an
 * unchanged mask leaves a secret as it is. Fails with
 * #VOWEL_CONFIG_ERROR_LOCAL for keys of the server itself and for files.
 * (transfer full): the whole configuration, masked */
JsonNode *vowel_runtime_config_validate (
    VowelRuntimeConfig *runtime, JsonNode *change, GError **error);
/* The same, and it is written into the file and holds from now on. @force: also
 * when somebody has changed the file since it was read; otherwise
 * #VOWEL_CONFIG_ERROR_CHANGED. */
gboolean vowel_runtime_config_update (VowelRuntimeConfig *runtime,
    JsonNode *change, gboolean force, GError **error);
/* A list of {id, name, description, config}, masked. (transfer full) */
JsonNode *vowel_runtime_config_list_presets (
    VowelRuntimeConfig *runtime, GError **error);
/* (nullable) */
const gchar *vowel_runtime_config_get_path (VowelRuntimeConfig *runtime);
/* ISO 8601. (transfer full) */
gchar *vowel_runtime_config_dup_time (VowelRuntimeConfig *runtime);

G_END_DECLS
