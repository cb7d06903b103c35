/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/agents/agents.h"
#include "server/control/control.h"
#include "server/http/routes.h"
#include "server/sessions/doorway.h"

G_BEGIN_DECLS

/**
 * VowelOpenaiRoutes:
 *
 * OpenAI's API over HTTP: tokens, models, and the way into a session. The
 * accepting thread.
 */
typedef struct _VowelOpenaiRoutes VowelOpenaiRoutes;

/* All must outlive it. */
VowelOpenaiRoutes *vowel_openai_routes_new (VowelControl *control,
    VowelAgents *agents, VowelSessionManager *manager, VowelDoorway *doorway,
    VowelMetrics *metrics);
void vowel_openai_routes_free (VowelOpenaiRoutes *routes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelOpenaiRoutes, vowel_openai_routes_free)

/* Its routes; their user data is the VowelOpenaiRoutes. */
const VowelRoute *vowel_openai_routes_get (void);

G_END_DECLS
