/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "twilio-client.h"

#include "server/agents/agent.h"
#include "server/companion.h"

G_BEGIN_DECLS

/* Puts the call @call_sid through to somebody else, when it has lasted too long
 * or was silent too often, and @agent wants that. (transfer full) (nullable):
 * NULL when it does not. */
VowelCompanion *vowel_twilio_transfer_new (const VowelTwilioAccount *account,
    const gchar *call_sid, VowelAgent *agent);

G_END_DECLS
