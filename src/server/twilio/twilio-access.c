/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who asks: Twilio, by its signature, for whom, by a key. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio-private.h"
#include "twilio-signature.h"

#include "server/http.h"

#include <gst/gst.h>

GST_DEBUG_CATEGORY_EXTERN (vowel_twilio_debug);
#define GST_CAT_DEFAULT vowel_twilio_debug

#define SIGNATURE "X-Twilio-Signature"

#define MAY_CALL (VOWEL_RIGHT_CONNECT | VOWEL_RIGHT_AGENTS)

const gchar *
vowel_twilio_get_query (const VowelRequest *request, const gchar *name)
{
  const gchar *value =
      request->query ? g_hash_table_lookup (request->query, name) : NULL;

  return value && value[0] ? value : NULL;
}

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

/* (nullable): of the account that the call is of */
static const gchar *
find_auth_token (
    const VowelServerConfig *config, const VowelTwilioWebhook *webhook)
{
  const gchar *account = vowel_twilio_webhook_get (webhook, "AccountSid");

  if (config->twilio_account_sid && account
      && !g_str_equal (account, config->twilio_account_sid))
    return NULL;
  return config->twilio_auth_token;
}

gboolean
vowel_twilio_check_webhook (VowelTwilio *self, SoupServerMessage *message,
    const VowelTwilioWebhook *webhook, gboolean *ret_signed)
{
  const gchar *auth_token =
      find_auth_token (vowel_twilio_get_config (self), webhook);

  *ret_signed =
      auth_token && vowel_twilio_webhook_is_signed (webhook, auth_token);
  if (*ret_signed || (auth_token == NULL && !is_required (self)))
    return TRUE;
  reply_unsigned (self, message);
  return FALSE;
}

gboolean
vowel_twilio_check_stream (VowelTwilio *self, SoupServerMessage *message)
{
  const VowelServerConfig *config = vowel_twilio_get_config (self);
  g_autofree gchar *url = vowel_twilio_dup_url (message, config, "ws");

  if (!is_required (self)
      || (config->twilio_auth_token
          && vowel_twilio_check_stream_signature (config->twilio_auth_token,
              vowel_http_get_header (message, SIGNATURE), url)))
    return TRUE;
  reply_unsigned (self, message);
  return FALSE;
}

/* Whose keys the server's own ones stand for. (transfer full) (nullable) */
static gchar *
dup_first_app (VowelTwilio *self)
{
  g_autoptr (GPtrArray) apps =
      vowel_store_list_apps (vowel_keyring_get_store (self->keyring), NULL);

  if (apps == NULL || apps->len == 0)
    return NULL;
  return g_strdup (((VowelApp *) g_ptr_array_index (apps, apps->len - 1))->id);
}

VowelTwilioCall *
vowel_twilio_identify (VowelTwilio *self, const VowelRequest *request,
    gboolean is_signed, GError **error)
{
  const gchar *api_key = vowel_twilio_get_query (request, "api_key");
  const gchar *credential = api_key ? api_key : request->credential;
  g_auto (VowelGrant) grant = {0};
  VowelTwilioCall *call;

  if (!(credential == NULL && is_signed)
      && !vowel_credential_check (vowel_twilio_get_config (self), self->keyring,
          credential, g_get_real_time () / G_USEC_PER_SEC, &grant, error))
    return NULL;
  if (grant.key && (grant.rights & MAY_CALL) == 0) {
    g_set_error_literal (error, VOWEL_TOKEN_ERROR, VOWEL_TOKEN_ERROR_SIGNATURE,
        "The key opens no sessions");
    return NULL;
  }
  call = g_new0 (VowelTwilioCall, 1);
  call->app_id = g_strdup (vowel_grant_get_app (&grant));
  if (call->app_id == NULL)
    call->app_id = dup_first_app (self);
  call->key_id = g_strdup (grant.key ? grant.key->id : NULL);
  call->agent_id = g_strdup (vowel_twilio_get_query (request, "agent_id"));
  call->inbound = TRUE;
  return call;
}
