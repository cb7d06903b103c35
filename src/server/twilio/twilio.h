/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/doorway.h"
#include "server/routes.h"
#include "server/store/keyring.h"

G_BEGIN_DECLS

/**
 * VowelTwilio:
 *
 * Telephone calls of Twilio: the webhook that is asked what to do with one, the
 * WebSocket over which it then speaks, and what Twilio reports of both. The
 * accepting thread.
 */
typedef struct _VowelTwilio VowelTwilio;

/* All must outlive it. */
VowelTwilio *vowel_twilio_new (
    VowelDoorway *doorway, VowelKeyring *keyring, VowelMetrics *metrics);
void vowel_twilio_free (VowelTwilio *twilio);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelTwilio, vowel_twilio_free)

/* Its routes; their user data is what vowel_twilio_new() has made. */
const VowelRoute *vowel_twilio_get_routes (void);

G_END_DECLS
