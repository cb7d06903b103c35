/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "twilio-tickets.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * VowelTwilioKnownCall:
 * @call: what is known of it, its name included
 * @since: when it was first heard of, milliseconds since 1970
 * @has_session: there is a session for it, or was
 * @record_id: (nullable): of its record, once that is kept
 * @reported: (nullable): what Twilio has reported of it, as details of the
 *   record
 *
 * A call that was answered with a stream, or placed.
 */
typedef struct {
  VowelTwilioCall *call;
  gint64 since;
  gboolean has_session;
  gchar *record_id;
  JsonObject *reported;
} VowelTwilioKnownCall;

/* @report: as of vowel_twilio_report_read(); the newest counts. */
void vowel_twilio_known_call_note (
    VowelTwilioKnownCall *known, JsonObject *report);

/**
 * VowelTwilioCalls:
 *
 * The calls that there were lately, by Twilio's names of them: what Twilio
 * reports of one comes before its record, or after. One thread.
 */
typedef struct _VowelTwilioCalls VowelTwilioCalls;

VowelTwilioCalls *vowel_twilio_calls_new (void);
void vowel_twilio_calls_free (VowelTwilioCalls *calls);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelTwilioCalls, vowel_twilio_calls_free)

/* @call: with a name; it is copied. @now: milliseconds since 1970. One that is
 * known already stays as it is. (transfer none), until the next is added */
VowelTwilioKnownCall *vowel_twilio_calls_add (
    VowelTwilioCalls *calls, const VowelTwilioCall *call, gint64 now);
/* @call_sid: (nullable). (transfer none) (nullable), until the next is added */
VowelTwilioKnownCall *vowel_twilio_calls_find (
    VowelTwilioCalls *calls, const gchar *call_sid);

G_END_DECLS
