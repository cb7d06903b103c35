/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "config/runtime-config.h"
#include "http/routes.h"
#include "sessions/session-manager.h"

G_BEGIN_DECLS

/**
 * VowelStatus:
 *
 * What an operator sees at a glance: which services are set up, and which
 * sessions there are. The accepting thread.
 */
typedef struct _VowelStatus VowelStatus;

/* Both must outlive it. */
VowelStatus *vowel_status_new (
    VowelRuntimeConfig *runtime, VowelSessionManager *manager);
void vowel_status_free (VowelStatus *status);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelStatus, vowel_status_free)

/* GET /api/status and /api/sessions; their user data is the status. */
const VowelRoute *vowel_status_get_routes (void);

G_END_DECLS
