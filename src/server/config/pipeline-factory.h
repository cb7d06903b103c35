/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "runtime-config.h"

#include "session/pipeline.h"

G_BEGIN_DECLS

/* A session's engine is the GStreamer pipeline of a recipe, with the configured
 * providers. */

/* The recipe that @config names. Fails when it or a provider does not exist, so
 * that this shows at the start and not with the first caller. Sets the voice of
 * @config to the one that speaks when it names none. */
VowelPipelineRecipe *vowel_pipeline_factory_load (
    VowelServerConfig *config, GError **error);
/* What fits together, but not as somebody may think. (transfer full)
 * (nullable) */
gchar *vowel_pipeline_factory_dup_note (
    const VowelServerConfig *config, VowelPipelineRecipe *recipe);
/* A VowelEngineFactory. */
VowelEngine *vowel_pipeline_factory_make (GstVowelWorker *worker,
    const gchar *session_id, VowelConfigSnapshot *snapshot, GError **error);

G_END_DECLS
