/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "config-sources.h"

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
/* Called with each new snapshot. */
typedef void (*VowelRuntimeConfigFunc) (
    VowelConfigSnapshot *snapshot, gpointer user_data);
void vowel_runtime_config_set_func (VowelRuntimeConfig *runtime,
    VowelRuntimeConfigFunc func, gpointer user_data);

/* Reads the file and the keyring again. On an error everything stays as it is.
 */
gboolean vowel_runtime_config_reload (
    VowelRuntimeConfig *runtime, GError **error);

G_END_DECLS
