/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who asks: Twilio, by its signature, for whom, by a key. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio-private.h"
#include "twilio-signature.h"

#include "server/http/http.h"

#include <gst/gst.h>

GST_DEBUG_CATEGORY_EXTERN (vowel_twilio_debug);
#define GST_CAT_DEFAULT vowel_twilio_debug

#define SIGNATURE "X-Twilio-Signature"

#define MAY_CALL (VOWEL_RIGHT_CONNECT | VOWEL_RIGHT_AGENTS)

static gboolean
is_required (VowelTwilio *self)
{
  return g_str_equal (
      vowel_twilio_get_config (self)->twilio_require_signature, "on");
}

static void
reply_unsigned (VowelTwilio *self, SoupServerMessage *message)
{
  GST_WARNING (SIGNATURE
      " is missing or wrong: it is made with TWILIO_AUTH_TOKEN of the URL that "
      "Twilio asks for, which TWILIO_APP_URL must begin");
  g_atomic_int_inc (&self->metrics->unauthorized);
  soup_server_message_set_status (message, SOUP_STATUS_FORBIDDEN, NULL);
}

void
vowel_twilio_signer_clear (VowelTwilioSigner *signer)
{
  g_clear_pointer (&signer->number, vowel_phone_number_free);
}

/* (nullable): of the account that the request is of, as the server is set up */
static const gchar *
find_auth_token (VowelTwilio *self, const gchar *account)
{
  const VowelServerConfig *config = vowel_twilio_get_config (self);

  return config->twilio_account_sid == NULL || account == NULL
                 || g_str_equal (account, config->twilio_account_sid)
             ? config->twilio_auth_token
             : NULL;
}

/* (transfer full) (nullable): one without a token is no use */
static VowelPhoneNumber *
find_number_of_call (VowelTwilio *self, const VowelTwilioCall *call)
{
  g_autoptr (VowelPhoneNumber) number =
      call->number_id ? vowel_phone_number_get (
          self->keyring, call->app_id, call->number_id, NULL)
                      : NULL;

  return number && number->auth_token ? g_steal_pointer (&number) : NULL;
}

/* Of a stream Twilio only says of which call it is. (transfer full) (nullable)
 */
static VowelPhoneNumber *
find_number_by_name (VowelTwilio *self, const VowelTwilioWebhook *webhook)
{
  const VowelTwilioKnownCall *known = vowel_twilio_calls_find (
      self->calls, vowel_twilio_webhook_get (webhook, "CallSid"));

  return known ? find_number_of_call (self, known->call) : NULL;
}

/* An app's number that the call is with, when it is one of the account that the
 * request is of and has that account's token. (transfer full) (nullable) */
static VowelPhoneNumber *
find_number (
    VowelTwilio *self, const VowelTwilioWebhook *webhook, const gchar *account)
{
  const gchar *direction = vowel_twilio_webhook_get (webhook, "Direction");
  const gchar *text = vowel_twilio_webhook_get (webhook,
      direction && g_str_has_prefix (direction, "outbound") ? "From" : "To");
  g_autoptr (VowelPhoneNumber) number =
      text ? vowel_phone_number_find (self->keyring, text, NULL)
           : find_number_by_name (self, webhook);

  return number && number->auth_token
                 && g_strcmp0 (number->account_sid, account) == 0
             ? g_steal_pointer (&number)
             : NULL;
}

/* Anybody may say that a number is his: it only counts for what his own token
 * has signed. */
gboolean
vowel_twilio_check_webhook (VowelTwilio *self, SoupServerMessage *message,
    const VowelTwilioWebhook *webhook, VowelTwilioSigner *ret_signer)
{
  const gchar *account = vowel_twilio_webhook_get (webhook, "AccountSid");
  const gchar *auth_token = find_auth_token (self, account);
  g_autoptr (VowelPhoneNumber) number = find_number (self, webhook, account);

  if (number && vowel_twilio_webhook_is_signed (webhook, number->auth_token)) {
    ret_signer->is_known = TRUE;
    ret_signer->number = g_steal_pointer (&number);
    return TRUE;
  }
  ret_signer->is_known =
      auth_token && vowel_twilio_webhook_is_signed (webhook, auth_token);
  if (ret_signer->is_known
      || (auth_token == NULL && number == NULL && !is_required (self)))
    return TRUE;
  reply_unsigned (self, message);
  return FALSE;
}

void
vowel_twilio_claim_clear (VowelTwilioClaim *claim)
{
  g_clear_pointer (&claim->url, g_free);
  g_clear_pointer (&claim->signature, g_free);
}

gboolean
vowel_twilio_check_stream (VowelTwilio *self, SoupServerMessage *message,
    gboolean has_credential, VowelTwilioClaim *ret_claim)
{
  const VowelServerConfig *config = vowel_twilio_get_config (self);
  const gchar *signature = vowel_http_get_header (message, SIGNATURE);
  g_autofree gchar *url = vowel_twilio_dup_url (message, config, "ws");

  if (!is_required (self)
      || (config->twilio_auth_token
          && vowel_twilio_check_stream_signature (
              config->twilio_auth_token, signature, url)))
    return TRUE;
  if (has_credential || signature == NULL) {
    reply_unsigned (self, message);
    return FALSE;
  }
  ret_claim->url = g_steal_pointer (&url);
  ret_claim->signature = g_strdup (signature);
  return TRUE;
}

gboolean
vowel_twilio_check_claim (VowelTwilio *self, const VowelTwilioClaim *claim,
    const VowelTwilioCall *call)
{
  g_autoptr (VowelPhoneNumber) number = NULL;

  if (claim->signature == NULL)
    return TRUE;
  number = find_number_of_call (self, call);
  return number
         && vowel_twilio_check_stream_signature (
             number->auth_token, claim->signature, claim->url);
}

/* Who answers the number. (transfer full) (nullable) */
static gchar *
dup_agent_of (VowelTwilio *self, const VowelPhoneNumber *number)
{
  g_autoptr (GPtrArray) agents =
      vowel_agents_list (self->agents, number->app_id, NULL);

  for (guint i = 0; agents && i < agents->len; i++) {
    const VowelAgent *agent = g_ptr_array_index (agents, i);

    if (agent->active && g_strcmp0 (agent->phone_number_id, number->id) == 0)
      return g_strdup (agent->id);
  }
  return NULL;
}

static void
set_number (
    VowelTwilio *self, VowelTwilioCall *call, const VowelPhoneNumber *number)
{
  if (call->app_id == NULL)
    call->app_id = g_strdup (number->app_id);
  if (!g_str_equal (call->app_id, number->app_id))
    return;
  call->number_id = g_strdup (number->id);
  if (call->agent_id == NULL)
    call->agent_id = dup_agent_of (self, number);
}

/* Whom a key is of. A token is for the session that it was minted for: who has
 * one does not choose among the app's agents. */
static gboolean
check_credential (VowelTwilio *self, const gchar *credential,
    VowelTwilioCall *call, GError **error)
{
  g_auto (VowelGrant) grant = {0};

  if (!vowel_credential_check (vowel_twilio_get_config (self), self->keyring,
          credential, g_get_real_time () / G_USEC_PER_SEC, &grant, error))
    return FALSE;
  if ((grant.rights & (grant.token ? VOWEL_RIGHT_AGENTS : MAY_CALL)) == 0) {
    g_set_error_literal (error, VOWEL_TOKEN_ERROR, VOWEL_TOKEN_ERROR_SIGNATURE,
        grant.token ? "The token is for a session, not for a telephone call"
                    : "The key opens no sessions");
    return FALSE;
  }
  call->app_id = g_strdup (vowel_grant_get_app (&grant));
  call->key_id = g_strdup (grant.key ? grant.key->id : NULL);
  return TRUE;
}

/* The same of a token of Voicex's. */
static gboolean
check_voicex_token (
    VowelTwilio *self, const gchar *credential, VowelTwilioCall *call)
{
  g_autoptr (VowelAccount) account = vowel_accounts_identify (self->accounts,
      credential, NULL, g_get_real_time () / G_USEC_PER_SEC, NULL);

  if (account == NULL)
    return FALSE;
  call->app_id = g_strdup (account->app->id);
  return TRUE;
}

/* The server's own keys, and its own account at Twilio, stand for the first
 * app. */
static gboolean
ensure_app (VowelTwilio *self, VowelTwilioCall *call, GError **error)
{
  g_autoptr (VowelAccount) account = NULL;

  if (call->app_id)
    return TRUE;
  account = vowel_accounts_find_first (self->accounts, error);
  if (account)
    call->app_id = g_strdup (account->app->id);
  return account != NULL;
}

VowelTwilioCall *
vowel_twilio_identify (VowelTwilio *self, const VowelRequest *request,
    const VowelTwilioSigner *signer, GError **error)
{
  const gchar *api_key = vowel_request_get_query (request, "api_key");
  const gchar *credential = api_key ? api_key : request->credential;
  g_autoptr (VowelTwilioCall) call = g_new0 (VowelTwilioCall, 1);
  g_autoptr (GError) cause = NULL;

  if (!(credential == NULL && signer && signer->is_known)
      && !check_credential (self, credential, call, &cause)
      && !(credential && check_voicex_token (self, credential, call))) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return NULL;
  }
  call->agent_id = g_strdup (vowel_request_get_query (request, "agent_id"));
  if (signer && signer->number)
    set_number (self, call, signer->number);
  call->is_own = signer && signer->is_known && signer->number == NULL;
  call->inbound = TRUE;
  return ensure_app (self, call, error) ? g_steal_pointer (&call) : NULL;
}
