/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/config/pipeline-factory.h"

G_BEGIN_DECLS

/* What a server with @config would load before its first caller, with what is
 * installed here; initializes GStreamer. (transfer full) (nullable): NULL when
 * it would not start */
VowelPipelineRecipe *vowel_trial_load (
    VowelServerConfig *config, GError **error);

G_END_DECLS
