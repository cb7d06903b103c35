/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "twilio-calls.h"
#include "twilio-tickets.h"
#include "twilio-webhook.h"
#include "twilio.h"

#include "server/agents/phone-number.h"
#include "server/voicex/voicex-history.h"

G_BEGIN_DECLS

#define VOWEL_TWILIO_STREAM_PATH "/ws/twilio/stream"
#define VOWEL_TWILIO_STATUS_PATH "/api/twilio/status"
/* Of a call's record. */
#define VOWEL_TWILIO_SOURCE "twilio"

struct _VowelTwilio {
  VowelDoorway *doorway;
  VowelKeyring *keyring;
  VowelAccounts *accounts;
  VowelAgents *agents;
  VowelVoiceProviders *providers;
  VowelMetrics *metrics;
  VowelTwilioTickets *tickets;
  VowelTwilioCalls *calls;
  VowelVoicexHistory *history;
  SoupSession *soup; /* for Twilio's REST API */
  VowelSessionRecordFunc record_func;
  gpointer record_data;
};

VowelServerConfig *vowel_twilio_get_config (VowelTwilio *twilio);
/* Where Twilio's REST API is. */
const gchar *vowel_twilio_get_api_url (VowelTwilio *twilio);

/* twilio-access.c */
/**
 * VowelTwilioSigner:
 * @is_known: whoever asks is Twilio
 * @number: (nullable): of whose account the signature is; else of the server's
 *
 * Who has signed a request.
 */
typedef struct {
  gboolean is_known;
  VowelPhoneNumber *number;
} VowelTwilioSigner;

void vowel_twilio_signer_clear (VowelTwilioSigner *signer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VowelTwilioSigner, vowel_twilio_signer_clear)

/* Whether the request is Twilio's, as far as that can be known; else it has
 * been answered. */
gboolean vowel_twilio_check_webhook (VowelTwilio *twilio,
    SoupServerMessage *message, const VowelTwilioWebhook *webhook,
    VowelTwilioSigner *ret_signer);
/**
 * VowelTwilioClaim:
 * @url: what was asked for
 * @signature: (nullable): that the token of the call's number must have made
 *
 * What is left to be checked of a stream when it is known of which call it is.
 */
typedef struct {
  gchar *url;
  gchar *signature;
} VowelTwilioClaim;

void vowel_twilio_claim_clear (VowelTwilioClaim *claim);

/* The same for the upgrade of a stream, where signatures are required.
 * @has_credential: it is let in without a ticket */
gboolean vowel_twilio_check_stream (VowelTwilio *twilio,
    SoupServerMessage *message, gboolean has_credential,
    VowelTwilioClaim *ret_claim);
gboolean vowel_twilio_check_claim (VowelTwilio *twilio,
    const VowelTwilioClaim *claim, const VowelTwilioCall *call);
/* The call of whoever brings a key or a token, in the query or in a header;
 * what is signed needs none. @signer: (nullable). (transfer full) */
VowelTwilioCall *vowel_twilio_identify (VowelTwilio *twilio,
    const VowelRequest *request, const VowelTwilioSigner *signer,
    GError **error);

/* twilio-session.c */
/* Milliseconds that speech is ahead of a caller's ear at most: the rest of it
 * is stopped here, not by Twilio. */
#define VOWEL_TWILIO_LEAD_MS 800
/* Who answers: the agent that the call names, else the app's first; else
 * (@ret_agent NULL) the server does. Fails with #VOWEL_GATE_ERROR. @ret_plan:
 * what the app may do */
gboolean vowel_twilio_find_agent (VowelTwilio *twilio,
    const VowelTwilioCall *call, VowelAgent **ret_agent,
    const VowelPlan **ret_plan, GError **error);
/* The session of a call, placed. Others join it by the call's name. Fails with
 * #VOWEL_GATE_ERROR. (transfer full) of both */
VowelSessionRequest *vowel_twilio_session_request (VowelTwilio *twilio,
    const VowelTwilioCall *call, VowelConfigSnapshot **ret_snapshot,
    GError **error);

/* What is known of it for its record. (transfer full) */
gchar *vowel_twilio_describe_call (const VowelTwilioCall *call);

/* twilio-status.c */
void vowel_twilio_on_status (VowelRequest *request, gpointer twilio);

/* twilio.c */
/* (transfer full) (nullable): it is broken, or not Twilio's, and has been
 * answered */
VowelTwilioWebhook *vowel_twilio_read_webhook (VowelTwilio *twilio,
    SoupServerMessage *message, VowelTwilioSigner *ret_signer);
/* Twilio may report of it from now on. @call: with a name. (transfer none) */
VowelTwilioKnownCall *vowel_twilio_expect_call (
    VowelTwilio *twilio, const VowelTwilioCall *call);
/* What a call does for whom the ticket is. @web, @socket: where the server is,
 * by vowel_twilio_dup_base_url(). (transfer full) */
gchar *vowel_twilio_make_twiml (
    const gchar *web, const gchar *socket, const gchar *ticket);

G_END_DECLS
