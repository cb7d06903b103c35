/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "twilio-form.h"

G_BEGIN_DECLS

/* X-Twilio-Signature: who asks is Twilio, on behalf of the account whose auth
 * token signed. URLs are what Twilio asked for, letter by letter: the public
 * ones, not what a proxy has made of them. */

/* (transfer full). @form: (nullable) (element-type VowelTwilioField): the body
 * of a POST */
gchar *vowel_twilio_sign (
    const gchar *auth_token, const gchar *url, GPtrArray *form);
/* With and without the port, as Twilio's own libraries take it. @signature:
 * (nullable): the header */
gboolean vowel_twilio_check_signature (const gchar *auth_token,
    const gchar *signature, const gchar *url, GPtrArray *form);
/* Of the upgrade of a stream: @url, which begins with wss, may have been signed
 * as https, and with a slash at its end. */
gboolean vowel_twilio_check_stream_signature (
    const gchar *auth_token, const gchar *signature, const gchar *url);
/* Of a body that is no form the query's bodySHA256 is signed instead. @query:
 * (element-type VowelTwilioField) */
gboolean vowel_twilio_check_body (
    GPtrArray *query, const gchar *body, gsize length);

G_END_DECLS
