/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/agents/agent.h"
#include "server/companion.h"

G_BEGIN_DECLS

/**
 * VowelTwilioAccount:
 * @api_url: where Twilio's REST API is
 * @account_sid: whose call it is
 * @auth_token: of that account
 *
 * Who asks Twilio for something. Its strings belong to whoever asks.
 */
typedef struct {
  const gchar *api_url;
  const gchar *account_sid;
  const gchar *auth_token;
} VowelTwilioAccount;

/* Puts the call @call_sid through to somebody else, when it has lasted too long
 * or was silent too often, and @agent wants that. (transfer full) (nullable):
 * NULL when it does not. */
VowelCompanion *vowel_twilio_transfer_new (const VowelTwilioAccount *account,
    const gchar *call_sid, VowelAgent *agent);

G_END_DECLS
