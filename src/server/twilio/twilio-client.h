/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define VOWEL_TWILIO_API_URL "https://api.twilio.com"

/**
 * VowelTwilioOrder:
 * @account_sid: whose telephone it is
 * @auth_token: of that account
 * @to: who is called
 * @from: a number of the account
 * @twiml: what the call does once it is answered
 * @status_callback: (nullable): where Twilio reports how it went
 *
 * A call that Twilio is to place. Its strings belong to whoever asks.
 */
typedef struct {
  const gchar *account_sid;
  const gchar *auth_token;
  const gchar *to;
  const gchar *from;
  const gchar *twiml;
  const gchar *status_callback;
} VowelTwilioOrder;

/* Asks Twilio's REST API at @api_url to place a call. */
void vowel_twilio_client_call_async (SoupSession *soup, const gchar *api_url,
    const VowelTwilioOrder *order, GAsyncReadyCallback callback,
    gpointer user_data);
/* The name of the call. Fails with #G_IO_ERROR, with what Twilio says:
 * PERMISSION_DENIED when it does not know the account, INVALID_ARGUMENT for
 * what it does not take, BUSY for too much of it, else FAILED. (transfer full)
 */
gchar *vowel_twilio_client_call_finish (GAsyncResult *result, GError **error);

G_END_DECLS
