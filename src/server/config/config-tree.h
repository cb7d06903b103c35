/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server-config.h"

G_BEGIN_DECLS

/* The daemon's configuration as a tree of sections, as the configuration file
 * and HTTP have it. */

/* (nullable) (transfer none): what stands at @path, names joined by dots. */
JsonNode *vowel_config_tree_get (JsonNode *tree, const gchar *path);
/* An empty one. (transfer full) */
JsonNode *vowel_config_tree_new (void);
/* Makes the sections that are missing. @value: (transfer full) (nullable): NULL
 * takes it away */
void vowel_config_tree_set (JsonNode *tree, const gchar *path, JsonNode *value);
/* @below with everything that @above says; null takes away. (transfer full) */
JsonNode *vowel_config_tree_merge (JsonNode *below, JsonNode *above);

/* Sets in @config what @tree says. Fails with the path of what is unknown or
 * not allowed. */
gboolean vowel_config_tree_apply (
    JsonNode *tree, VowelServerConfig *config, GError **error);
/* All of @config but a secret that nobody has set; @masked: without any secret.
 * (transfer full) */
JsonNode *vowel_config_tree_from_config (
    const VowelServerConfig *config, gboolean masked);
/* Whether a secret stands at @path. */
gboolean vowel_config_path_is_secret (const gchar *path);
/* A copy of @tree in which secrets are masked. (transfer full) */
JsonNode *vowel_config_tree_mask (JsonNode *tree);
/* Makes of an edited copy of what was shown a change: @tree says nothing any
 * more where it only has the masks of secrets of @known. In a list, which is
 * replaced as a whole, the secrets come back. */
void vowel_config_tree_unmask (JsonNode *tree, JsonNode *known);

G_END_DECLS
