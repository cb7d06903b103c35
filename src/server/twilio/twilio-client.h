/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define VOWEL_TWILIO_API_URL "https://api.twilio.com"

/**
 * VowelTwilioAccount:
 * @api_url: where Twilio's REST API is
 * @account_sid: whose it is
 * @auth_token: of that account
 *
 * Who asks Twilio for something. Its strings belong to whoever asks.
 */
typedef struct {
  const gchar *api_url;
  const gchar *account_sid;
  const gchar *auth_token;
} VowelTwilioAccount;

/* The address of what the account has. @resource: as in "Calls.json".
 * (transfer full) */
gchar *vowel_twilio_account_make_url (
    const VowelTwilioAccount *account, const gchar *resource);
/* The value of an Authorization header. (transfer full) */
gchar *vowel_twilio_account_make_authorization (
    const VowelTwilioAccount *account);

/**
 * VowelTwilioOrder:
 * @to: who is called
 * @from: a number of the account
 * @twiml: what the call does once it is answered
 * @status_callback: (nullable): where Twilio reports how it went
 *
 * A call that Twilio is to place. Its strings belong to whoever asks.
 */
typedef struct {
  const gchar *to;
  const gchar *from;
  const gchar *twiml;
  const gchar *status_callback;
} VowelTwilioOrder;

/* Asks Twilio's REST API to place a call. */
void vowel_twilio_client_call_async (SoupSession *soup,
    const VowelTwilioAccount *account, const VowelTwilioOrder *order,
    GAsyncReadyCallback callback, gpointer user_data);
/* The name of the call. Fails with #G_IO_ERROR, with what Twilio says:
 * PERMISSION_DENIED when it does not know the account, INVALID_ARGUMENT for
 * what it does not take, BUSY for too much of it, else FAILED. (transfer full)
 */
gchar *vowel_twilio_client_call_finish (GAsyncResult *result, GError **error);

/* Asks whether the account has @number (E.164), and can speak over it. */
void vowel_twilio_client_find_number_async (SoupSession *soup,
    const VowelTwilioAccount *account, const gchar *number,
    GAsyncReadyCallback callback, gpointer user_data);
/* What Twilio calls it. Fails as vowel_twilio_client_call_finish() does, and
 * with NOT_FOUND when the account has no such number, or none for voice.
 * (transfer full) */
gchar *vowel_twilio_client_find_number_finish (
    GAsyncResult *result, GError **error);

G_END_DECLS
