/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VOWEL_TWIML_CONTENT_TYPE "text/xml"

/* Of a parameter's name and value together. */
#define VOWEL_TWIML_MAX_PARAMETER 499

/* What Twilio is told to do with a call, as XML. */

/* (transfer full): have the call speak over the WebSocket @url, which may have
 * no query, until that is closed. @status_callback: (nullable): where Twilio
 * reports on the stream. @parameters: names and values in turn, up to a NULL;
 * the stream's start brings them back. One without a value, or that is longer
 * than VOWEL_TWIML_MAX_PARAMETER, is left out. */
gchar *vowel_twiml_connect (const gchar *url, const gchar *status_callback,
    const gchar *const *parameters);
/* (transfer full): put it through to @number. @message: (nullable): what is
 * said before */
gchar *vowel_twiml_dial (const gchar *number, const gchar *message);
/* (transfer full): refuse it. @reason: "rejected" or "busy" */
gchar *vowel_twiml_reject (const gchar *reason);

G_END_DECLS
