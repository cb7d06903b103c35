/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "provider-config.h"

G_BEGIN_DECLS

#define VOWEL_N_STAGES 3

/**
 * VowelStageChoice:
 * @provider: (nullable): NULL: the server's
 * @model: (nullable): NULL: what the server has of the provider
 * @api_key: (nullable): of an account of its own with the provider
 * @base_url: (nullable): where it is, for that account
 * @stand_in: (nullable): who does it when the provider fails; NULL: nobody,
 *   or whom the server has when the provider is the server's, too
 * @stand_in_model: (nullable)
 *
 * Who does one part of the work for some sessions.
 */
typedef struct {
  const gchar *provider;
  const gchar *model;
  const gchar *api_key;
  const gchar *base_url;
  const gchar *stand_in;
  const gchar *stand_in_model;
} VowelStageChoice;

/**
 * VowelProviderChoice:
 * @stages: by #GstVowelProviderKind
 * @voice: (nullable): of the provider that speaks; NULL: the server's, or that
 *   provider's own
 * @properties: (nullable) (array zero-terminated=1): names and values, in turn,
 *   of properties of the recipe's elements, as "tts.provider::stability"; one
 *   that an element does not have is done without
 *
 * How some sessions differ from what the server does for others. All strings
 * belong to whoever asks.
 */
typedef struct {
  VowelStageChoice stages[VOWEL_N_STAGES];
  const gchar *voice;
  const gchar *const *properties;
} VowelProviderChoice;

/* Whether it chooses anything. */
gboolean vowel_provider_choice_is_empty (const VowelProviderChoice *choice);
/* The same text for the same choice; it tells no secret. (transfer full) */
gchar *vowel_provider_choice_dup_key (const VowelProviderChoice *choice);
/* @config, in which "auto" is settled, becomes what is chosen. */
void vowel_provider_choice_apply (
    const VowelProviderChoice *choice, VowelServerConfig *config);
/* What only the recipe can say that was made of that. */
void vowel_provider_choice_apply_recipe (
    const VowelProviderChoice *choice, VowelPipelineRecipe *recipe);

G_END_DECLS
