/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "plan.h"

G_BEGIN_DECLS

/**
 * VowelCatalogueModel:
 * @stage: what it does
 * @provider: whose it is
 * @id: its name there; of a voice, the voice's
 * @label: its name for people
 * @description: what it is good for
 *
 * A model that a provider is known to have. It may have others.
 */
typedef struct {
  VowelPlanStage stage;
  const gchar *provider;
  const gchar *id;
  const gchar *label;
  const gchar *description;
} VowelCatalogueModel;

/* Those of one provider follow each other. */
const VowelCatalogueModel *vowel_model_catalogue_list (guint *ret_n);
/* A provider's name for people. */
const gchar *vowel_model_catalogue_get_title (const gchar *provider);

G_END_DECLS
