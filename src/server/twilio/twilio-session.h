/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "twilio-tickets.h"

#include "server/doorway.h"

G_BEGIN_DECLS

/* Milliseconds that speech is ahead of a caller's ear at most: the rest of it
 * is stopped here, not by Twilio. */
#define VOWEL_TWILIO_LEAD_MS 800

/* The session of a call, placed in @doorway. Others join it by the call's name.
 * Fails with #VOWEL_GATE_ERROR. (transfer full) of both */
VowelSessionRequest *vowel_twilio_session_request (VowelDoorway *doorway,
    const VowelTwilioCall *call, VowelConfigSnapshot **ret_snapshot,
    GError **error);

G_END_DECLS
