/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What Twilio reports of a call, as the details of its record have it. */

/* What there is to keep of a status callback: `callStatus`, when it is one with
 * which a call ends, `callDuration` (seconds), `answeredBy`, and of one for a
 * stream `streamError`. @form: (element-type VowelTwilioField). (transfer full)
 * (nullable): NULL when there is nothing */
JsonObject *vowel_twilio_report_read (GPtrArray *form);
/* Whether the call is over, as far as Twilio is concerned. */
gboolean vowel_twilio_report_is_final (JsonObject *report);

G_END_DECLS
