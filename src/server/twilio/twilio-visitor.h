/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "protocol/twilio/twilio-messages.h"
#include "server/sessions/gate.h"

G_BEGIN_DECLS

/**
 * VowelTwilioSettleFunc:
 * @start: the start of the stream
 * @ticket: (nullable): that the address or the start brought
 * @pass: what the visitor was made with
 *
 * Where HTTP is answered: the session of a call, as #VowelVisitor's settle.
 */
typedef VowelSessionRequest *(*VowelTwilioSettleFunc) (
    const VowelTwilioMessage *start, const gchar *ticket, gpointer pass,
    VowelConfigSnapshot **ret_snapshot, GError **error);

/* A stream of which nobody knows yet whose call it is: its start says it.
 * @ticket: (nullable): of its address. @pass: (transfer full), freed with
 * @free_pass anywhere. (transfer full) */
VowelVisitor *vowel_twilio_visitor_new (const gchar *ticket,
    VowelTwilioSettleFunc settle, gpointer pass, GDestroyNotify free_pass);

G_END_DECLS
