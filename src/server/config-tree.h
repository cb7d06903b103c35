/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server-config.h"

G_BEGIN_DECLS

/* The daemon's configuration as a tree of sections, as the configuration file
 * and HTTP have it. */

/* (nullable) (transfer none): what stands at @path, names joined by dots. */
JsonNode *vowel_config_tree_get (JsonNode *tree, const gchar *path);
/* Makes the sections that are missing. @value: (transfer full) (nullable): NULL
 * takes it away */
void vowel_config_tree_set (JsonNode *tree, const gchar *path, JsonNode *value);
/* @below with everything that @above says; null takes away. (transfer full) */
JsonNode *vowel_config_tree_merge (JsonNode *below, JsonNode *above);

/* Sets in @config what @tree says. Fails with the path of what is unknown or
 * not allowed. */
gboolean vowel_config_tree_apply (
    JsonNode *tree, VowelServerConfig *config, GError **error);
/* All of @config; @masked: without secrets. (transfer full) */
JsonNode *vowel_config_tree_from_config (
    const VowelServerConfig *config, gboolean masked);
/* Whether a secret stands at @path. */
gboolean vowel_config_path_is_secret (const gchar *path);
/* A copy of @tree in which secrets are masked. (transfer full) */
JsonNode *vowel_config_tree_mask (JsonNode *tree);
/* Puts the secrets of @known where @tree has only their masks. */
void vowel_config_tree_unmask (JsonNode *tree, JsonNode *known);

G_END_DECLS
