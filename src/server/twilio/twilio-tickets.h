/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Milliseconds until a call that was answered has opened its stream. */
#define VOWEL_TWILIO_TICKET_MS 60000

/**
 * VowelTwilioCall:
 * @call_sid: (nullable): Twilio's name of the call; %NULL: not known yet
 * @app_id: (nullable): whose call it is
 * @key_id: (nullable): of the app's key that the webhook brought
 * @agent_id: (nullable): who answers; %NULL: the app's default agent
 * @prompt: (nullable): instead of the agent's
 * @first_message: (nullable): instead of the agent's
 * @party: (nullable): the number at the other end
 * @number_id: (nullable): of the imported number at this end
 * @is_own: it is known to be of the server's own account at Twilio
 * @inbound: the party has called
 *
 * What a webhook knows of a call and its stream does not say.
 */
typedef struct {
  gchar *call_sid;
  gchar *app_id;
  gchar *key_id;
  gchar *agent_id;
  gchar *prompt;
  gchar *first_message;
  gchar *party;
  gchar *number_id;
  gboolean is_own;
  gboolean inbound;
} VowelTwilioCall;

/* (transfer full) */
VowelTwilioCall *vowel_twilio_call_copy (const VowelTwilioCall *call);
void vowel_twilio_call_free (VowelTwilioCall *call);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelTwilioCall, vowel_twilio_call_free)

/**
 * VowelTwilioTickets:
 *
 * Random words, each good for one stream of one call within a while: what a
 * stream authenticates itself with, so that no key is in its URL. One thread.
 */
typedef struct _VowelTwilioTickets VowelTwilioTickets;

VowelTwilioTickets *vowel_twilio_tickets_new (void);
void vowel_twilio_tickets_free (VowelTwilioTickets *tickets);
/* @call: (transfer full). @now: microseconds of any clock that does not jump.
 * (transfer none): valid until it is taken or expires. */
const gchar *vowel_twilio_tickets_issue (VowelTwilioTickets *tickets,
    VowelTwilioCall *call, guint lifetime_ms, gint64 now);
/* A call that was not known when its ticket was made has got its name. */
void vowel_twilio_tickets_bind (
    VowelTwilioTickets *tickets, const gchar *ticket, const gchar *call_sid);
/* It will not be used. */
void vowel_twilio_tickets_drop (
    VowelTwilioTickets *tickets, const gchar *ticket);
/* What the ticket was made for, when it is for the call @call_sid. It is used
 * up in any case. (transfer full) (nullable) */
VowelTwilioCall *vowel_twilio_tickets_take (VowelTwilioTickets *tickets,
    const gchar *ticket, const gchar *call_sid, gint64 now);
guint vowel_twilio_tickets_get_n (VowelTwilioTickets *tickets);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelTwilioTickets, vowel_twilio_tickets_free)

G_END_DECLS
