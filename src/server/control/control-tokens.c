/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "control-private.h"

#include "generate-token.h"

#include <string.h>

#define PATH "/v1/realtime"

/* The WebSocket, as the client can reach it. (transfer full) */
static gchar *
make_url (VowelControl *self, SoupServerMessage *message)
{
  const gchar *set = self->config->ws_url;
  const gchar *host = vowel_http_get_header (message, "Host");
  g_autoptr (GUri) uri = NULL;

  if (set == NULL)
    return g_strdup_printf ("%s://%s" PATH,
        self->config->tls_cert != NULL ? "wss" : "ws",
        host != NULL ? host : "127.0.0.1");
  uri = g_uri_parse (set, G_URI_FLAGS_NONE, NULL);
  if (uri != NULL && strlen (g_uri_get_path (uri)) > 1)
    return g_strdup (set);
  return g_strconcat (
      set, g_str_has_suffix (set, "/") ? "" : "/", PATH + strlen ("/"), NULL);
}

static void
reply_refused (SoupServerMessage *message, const GError *error)
{
  static const guint statuses[] = {
      [VOWEL_GENERATE_ERROR_INVALID] = SOUP_STATUS_BAD_REQUEST,
      [VOWEL_GENERATE_ERROR_UNKNOWN_KEY] = SOUP_STATUS_UNAUTHORIZED,
      [VOWEL_GENERATE_ERROR_FORBIDDEN] = SOUP_STATUS_FORBIDDEN,
      [VOWEL_GENERATE_ERROR_NOT_FOUND] = SOUP_STATUS_NOT_FOUND,
  };
  guint status = error->domain == VOWEL_GENERATE_ERROR
                     ? statuses[error->code]
                     : SOUP_STATUS_BAD_REQUEST;

  vowel_http_reply_error (message, status, NULL, NULL, "%s", error->message);
}

void
vowel_control_on_generate_token (VowelRequest *request, gpointer control)
{
  VowelControl *self = control;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) body =
      vowel_http_get_object (request->message, &error);
  g_autofree gchar *url = make_url (self, request->message);
  const VowelGenerateRequest generate = {
      .credential = request->credential,
      .body = body,
      .origin = vowel_http_get_header (request->message, "Origin"),
      .url = url,
      .now = g_get_real_time () / G_USEC_PER_SEC,
  };
  g_auto (VowelGrant) grant = {0};
  JsonObject *answer = NULL;

  if (body != NULL)
    grant.key =
        vowel_generate_token_find_key (self->keyring, &generate, &error);
  if (grant.key != NULL
      && !vowel_control_may_mint (self, request->message, &grant))
    return;
  if (grant.key != NULL)
    answer = vowel_generate_token (
        self->config, self->keyring, grant.key, &generate, &error);
  if (answer != NULL)
    vowel_http_reply_json (request->message, SOUP_STATUS_OK, answer);
  else
    reply_refused (request->message, error);
}
