/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/agents/agents.h"
#include "server/control/control.h"
#include "server/http/routes.h"
#include "server/sessions/doorway.h"
#include "server/twilio/twilio.h"

G_BEGIN_DECLS

/**
 * VowelVatel:
 *
 * Vatel's API: tokens of sessions, the sessions themselves, and the REST
 * resources of its SDKs. An organization is an app, and its API key a key of
 * that. The accepting thread only.
 */
typedef struct _VowelVatel VowelVatel;

/* All must outlive it. */
VowelVatel *vowel_vatel_new (VowelControl *control, VowelAgents *agents,
    VowelDoorway *doorway, VowelSessionManager *manager, VowelTwilio *twilio,
    VowelMetrics *metrics);
void vowel_vatel_free (VowelVatel *vatel);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelVatel, vowel_vatel_free)

/* Adds its routes, all below /v1, to @routes, and how its clients read errors.
 */
void vowel_vatel_add_routes (VowelVatel *vatel, VowelRoutes *routes);

G_END_DECLS
