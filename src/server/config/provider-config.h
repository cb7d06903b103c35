/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "provider-setups.h"
#include "server-config.h"

#include "session/pipeline-recipe.h"

G_BEGIN_DECLS

/* How the services that answer from elsewhere are set up: which one, where it
 * is, which of its models, and whether its key is there. */

/* The environment variable that chooses the provider of a stage; how the user
 * calls it in @config; the field of @config that it sets. */
const gchar *vowel_provider_get_variable (GstVowelProviderKind kind);
const gchar *vowel_provider_get_title (
    const VowelServerConfig *config, GstVowelProviderKind kind);
/* Of a list the first, which the stage's own settings are about. */
const gchar *vowel_provider_get_name (
    const VowelServerConfig *config, GstVowelProviderKind kind);
/* All of it. (transfer full) */
GStrv vowel_provider_dup_names (
    const VowelServerConfig *config, GstVowelProviderKind kind);

/* What the properties of number @number of a list begin with in a recipe.
 * (transfer full) */
gchar *vowel_provider_dup_prefix (GstVowelProviderKind kind, guint number);

/* The key of the service: what @config says, else what the secrets module
 * finds. (transfer full) (nullable) */
gchar *vowel_provider_config_dup_key (const VowelServerConfig *config,
    GstVowelProviderKind kind, const gchar *name, GError **error);
/* Replaces each "auto" by a service whose key is there, else by the best
 * provider installed. It stays where there is none. */
gboolean vowel_provider_config_choose (
    VowelServerConfig *config, GError **error);
/* Whether the chosen services of a stage have the keys that they need. */
gboolean vowel_provider_config_check (
    const VowelServerConfig *config, GstVowelProviderKind kind, GError **error);
/* Gives the recipe what the environment (NULL: the process' own) and @config
 * say about the chosen services. */
void vowel_provider_config_apply (const VowelServerConfig *config,
    gchar **environ_, VowelPipelineRecipe *recipe);
/* The same for the model of another recipe, from the service @name; NULL: from
 * those that answer. */
void vowel_provider_config_apply_llm (const VowelServerConfig *config,
    gchar **environ_, const gchar *name, VowelPipelineRecipe *recipe);
/* What @config and the environment say about the property "base-url", "model"
 * … of the service @name; NULL when they leave it alone. (transfer full) */
gchar *vowel_provider_config_dup_value (const VowelServerConfig *config,
    gchar **environ_, GstVowelProviderKind kind, const gchar *name,
    const gchar *property);

G_END_DECLS
