/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio-webhook.h"

#include "twilio-signature.h"

#include "server/http/http.h"
#include "server/http/listener.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define SIGNATURE "X-Twilio-Signature"

void
vowel_twilio_webhook_free (VowelTwilioWebhook *webhook)
{
  g_free (webhook->url);
  g_clear_pointer (&webhook->query, g_ptr_array_unref);
  g_clear_pointer (&webhook->form, g_ptr_array_unref);
  g_clear_pointer (&webhook->body, g_bytes_unref);
  g_free (webhook->signature);
  g_free (webhook);
}

/* The rest of an address that may have a scheme. */
static const gchar *
skip_scheme (const gchar *url)
{
  const gchar *separator = strstr (url, "://");

  return separator ? separator + strlen ("://") : url;
}

static gboolean
is_plain (const gchar *url)
{
  return g_str_has_prefix (url, "http://") || g_str_has_prefix (url, "ws://");
}

/* Twilio does without encryption nowhere; who tries things out at home does. */
static gboolean
is_encrypted (SoupServerMessage *message, const gchar *host)
{
  VowelPeer *peer = vowel_listener_get_peer (message);

  return (peer && vowel_peer_is_encrypted (peer))
         || !(g_str_has_prefix (host, "127.")
              || g_str_has_prefix (host, "localhost")
              || g_str_has_prefix (host, "[::1]"));
}

gchar *
vowel_twilio_dup_base_url (SoupServerMessage *message,
    const VowelServerConfig *config, const gchar *scheme)
{
  const gchar *set = config->twilio_public_url;
  const gchar *host = vowel_http_get_header (message, "Host");
  g_autofree gchar *rest = g_strdup (set    ? skip_scheme (set)
                                     : host ? host
                                            : "");
  gboolean secure = set ? !is_plain (set) : is_encrypted (message, rest);
  gsize length = strlen (rest);

  while (length > 0 && rest[length - 1] == '/')
    rest[--length] = '\0';
  return g_strconcat (scheme, secure ? "s" : "", "://", rest, NULL);
}

gchar *
vowel_twilio_dup_url (SoupServerMessage *message,
    const VowelServerConfig *config, const gchar *scheme)
{
  GUri *uri = soup_server_message_get_uri (message);
  g_autofree gchar *base = vowel_twilio_dup_base_url (message, config, scheme);
  const gchar *query = g_uri_get_query (uri);

  return g_strconcat (
      base, g_uri_get_path (uri), query ? "?" : "", query ? query : "", NULL);
}

static gboolean
is_post (SoupServerMessage *message)
{
  return g_str_equal (soup_server_message_get_method (message), "POST");
}

static gboolean
is_json (SoupServerMessage *message)
{
  const gchar *type = soup_message_headers_get_content_type (
      soup_server_message_get_request_headers (message), NULL);

  return type && g_str_equal (type, "application/json");
}

static GPtrArray *
read_form (VowelTwilioWebhook *webhook, SoupServerMessage *message)
{
  g_autoptr (GBytes) body = NULL;
  const gchar *text;
  gsize length;

  if (!is_post (message))
    return g_ptr_array_ref (webhook->query);
  body = soup_message_body_flatten (
      soup_server_message_get_request_body (message));
  if (is_json (message)) {
    webhook->body = g_steal_pointer (&body);
    return vowel_twilio_form_parse ("", 0);
  }
  text = g_bytes_get_data (body, &length);
  return vowel_twilio_form_parse (length > 0 ? text : "", length);
}

VowelTwilioWebhook *
vowel_twilio_webhook_read (
    SoupServerMessage *message, const VowelServerConfig *config)
{
  g_autoptr (VowelTwilioWebhook) webhook = g_new0 (VowelTwilioWebhook, 1);

  webhook->url = vowel_twilio_dup_url (message, config, "http");
  webhook->signature = g_strdup (vowel_http_get_header (message, SIGNATURE));
  webhook->query = vowel_twilio_form_parse_query (
      g_uri_get_query (soup_server_message_get_uri (message)));
  if (webhook->query == NULL)
    return NULL;
  webhook->form = read_form (webhook, message);
  return webhook->form ? g_steal_pointer (&webhook) : NULL;
}

gboolean
vowel_twilio_webhook_is_signed (
    const VowelTwilioWebhook *webhook, const gchar *auth_token)
{
  gboolean is_get = webhook->form == webhook->query;
  const gchar *body;
  gsize length;

  if (webhook->body == NULL)
    return vowel_twilio_check_signature (auth_token, webhook->signature,
        webhook->url, is_get ? NULL : webhook->form);
  body = g_bytes_get_data (webhook->body, &length);
  return vowel_twilio_check_signature (
             auth_token, webhook->signature, webhook->url, NULL)
         && vowel_twilio_check_body (
             webhook->query, length > 0 ? body : "", length);
}

const gchar *
vowel_twilio_webhook_get (const VowelTwilioWebhook *webhook, const gchar *name)
{
  return vowel_twilio_form_get (webhook->form, name);
}
