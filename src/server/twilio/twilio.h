/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/agents/agents.h"
#include "server/http/routes.h"
#include "server/sessions/doorway.h"
#include "server/store/keyring.h"
#include "server/voicex/accounts.h"
#include "server/voicex/voice-providers.h"

G_BEGIN_DECLS

/**
 * VowelTwilio:
 *
 * Telephone calls of Twilio: the webhook that is asked what to do with one, the
 * WebSocket over which it then speaks, and what Twilio reports of both. The
 * accepting thread.
 */
typedef struct _VowelTwilio VowelTwilio;

/* All must outlive it, and @func of vowel_twilio_set_record_func() must be set
 * before it is asked for anything. */
VowelTwilio *vowel_twilio_new (VowelDoorway *doorway, VowelAccounts *accounts,
    VowelAgents *agents, VowelVoiceProviders *providers, VowelMetrics *metrics);
void vowel_twilio_free (VowelTwilio *twilio);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelTwilio, vowel_twilio_free)

/* @func: given the records of calls that have had no session. */
void vowel_twilio_set_record_func (
    VowelTwilio *twilio, VowelSessionRecordFunc func, gpointer user_data);
/* Before a record is kept, of any API's: what Twilio has reported of the call
 * becomes part of it; what is still to come will be added to it. */
void vowel_twilio_note_record (VowelTwilio *twilio, VowelCall *record);

/**
 * VowelTwilioDial:
 * @app_id: (nullable): whose call it is
 * @key_id: (nullable): of the key with which it was asked for
 * @agent_id: (nullable): who speaks; %NULL: the app's first agent
 * @prompt: (nullable): instead of the agent's
 * @first_message: (nullable): instead of the agent's
 * @number_id: of the number that is shown
 * @account_sid: of the account at Twilio that has it
 * @auth_token: of that account
 * @from: the number itself
 * @to: who is called
 *
 * A call to be placed. Its strings belong to whoever asks.
 */
typedef struct {
  const gchar *app_id;
  const gchar *key_id;
  const gchar *agent_id;
  const gchar *prompt;
  const gchar *first_message;
  const gchar *number_id;
  const gchar *account_sid;
  const gchar *auth_token;
  const gchar *from;
  const gchar *to;
} VowelTwilioDial;

/* Has Twilio call somebody. @message: whose request that is. */
void vowel_twilio_dial_async (VowelTwilio *twilio, SoupServerMessage *message,
    const VowelTwilioDial *dial, GAsyncReadyCallback callback,
    gpointer user_data);
/* Twilio's name of the call, which rings now. Fails as
 * vowel_twilio_client_call_finish() does. (transfer full) */
gchar *vowel_twilio_dial_finish (GAsyncResult *result, GError **error);

/* Asks Twilio whether the account has @number, and can speak over it. */
void vowel_twilio_find_number_async (VowelTwilio *twilio,
    const gchar *account_sid, const gchar *auth_token, const gchar *number,
    GAsyncReadyCallback callback, gpointer user_data);
/* See vowel_twilio_client_find_number_finish(). (transfer full) */
gchar *vowel_twilio_find_number_finish (GAsyncResult *result, GError **error);

/* Its routes; their user data is what vowel_twilio_new() has made. */
const VowelRoute *vowel_twilio_get_routes (void);

G_END_DECLS
