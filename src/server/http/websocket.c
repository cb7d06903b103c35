/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "websocket.h"

#include "http.h"

#include "server/access/credentials.h"

#include <string.h>

#define PATH "/v1/realtime"
#define SUBPROTOCOL "realtime"

typedef struct {
  VowelWebsocketFunc func;
  gpointer user_data;
  GDestroyNotify notify;
} Handshake;

static void
handshake_free (gpointer data, GClosure *closure)
{
  Handshake *handshake = data;

  handshake->notify (handshake->user_data);
  g_free (handshake);
}

gboolean
vowel_websocket_is_upgrade (SoupServerMessage *message)
{
  return soup_message_headers_header_contains (
      soup_server_message_get_request_headers (message), "Upgrade",
      "websocket");
}

static gboolean
offers_subprotocol (SoupServerMessage *message)
{
  const gchar *header =
      vowel_http_get_header (message, "Sec-WebSocket-Protocol");
  g_auto (GStrv) offered = NULL;

  if (header == NULL)
    return FALSE;
  offered = vowel_credential_split_subprotocols (header);
  return g_strv_contains ((const gchar *const *) offered, SUBPROTOCOL);
}

static void
on_answered (SoupServerMessage *message, gpointer user_data)
{
  Handshake *handshake = user_data;
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);

  handshake->func (stream, message, handshake->user_data);
}

gboolean
vowel_websocket_accept (SoupServerMessage *message, VowelWebsocketFunc func,
    gpointer user_data, GDestroyNotify notify)
{
  static gchar *subprotocols[] = {(gchar *) SUBPROTOCOL, NULL};
  gchar **chosen = offers_subprotocol (message) ? subprotocols : NULL;
  g_autoptr (GError) error = NULL;
  Handshake *handshake;

  if (!soup_websocket_server_check_handshake (
          message, NULL, chosen, NULL, &error)) {
    vowel_http_reply_error (message, SOUP_STATUS_BAD_REQUEST, NULL,
        "invalid_handshake", "Not a valid WebSocket handshake: %s",
        error->message);
    notify (user_data);
    return FALSE;
  }
  soup_websocket_server_process_handshake (message, NULL, chosen, NULL, NULL);
  handshake = g_new0 (Handshake, 1);
  handshake->func = func;
  handshake->user_data = user_data;
  handshake->notify = notify;
  g_signal_connect_data (message, "wrote-informational",
      G_CALLBACK (on_answered), handshake, handshake_free, 0);
  return TRUE;
}

gchar *
vowel_websocket_dup_url (
    const VowelServerConfig *config, SoupServerMessage *message)
{
  const gchar *set = config->ws_url;
  const gchar *host = vowel_http_get_header (message, "Host");
  g_autoptr (GUri) uri = NULL;

  if (set == NULL)
    return g_strdup_printf ("%s://%s" PATH,
        config->tls_cert != NULL ? "wss" : "ws",
        host != NULL ? host : "127.0.0.1");
  uri = g_uri_parse (set, G_URI_FLAGS_NONE, NULL);
  if (uri != NULL && strlen (g_uri_get_path (uri)) > 1)
    return g_strdup (set);
  return g_strconcat (
      set, g_str_has_suffix (set, "/") ? "" : "/", &PATH[1], NULL);
}
