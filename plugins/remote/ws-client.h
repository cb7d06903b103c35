/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvowelworker.h>

G_BEGIN_DECLS

/*
 * WsClient: one WebSocket to a service. All on the worker; what is sent before
 * the connection is up waits. Reference counted.
 */
typedef struct _WsClient WsClient;

/**
 * WsClientCallbacks:
 * @opened: (nullable): the connection is up
 * @message: a text message
 * @closed: the connection could not be made, or is gone; nothing is called
 *   after it. @status: the HTTP status of a refused handshake, else 0
 * @binary: (nullable): a binary message
 *
 * None runs after ws_client_abort().
 */
typedef struct {
  void (*opened) (WsClient *client, gpointer user_data);
  void (*message) (
      WsClient *client, const gchar *text, gsize size, gpointer user_data);
  void (*closed) (
      WsClient *client, guint status, const GError *error, gpointer user_data);
  void (*binary) (
      WsClient *client, const guint8 *data, gsize size, gpointer user_data);
} WsClientCallbacks;

/* @provider: for errors and logs; @uri: ws or wss, or http or https; @header,
 * @value: one more header. Begins to connect. */
WsClient *ws_client_new (GstVowelWorker *worker, const gchar *provider,
    const gchar *uri, const gchar *header, const gchar *value,
    const WsClientCallbacks *callbacks, gpointer user_data);
WsClient *ws_client_ref (WsClient *client);
void ws_client_unref (WsClient *client);
void ws_client_send_text (WsClient *client, const gchar *text);
/* Never an empty message. */
void ws_client_send_binary (WsClient *client, const guint8 *data, gsize size);
/* Of a refused handshake: how long to wait before the next; -1 when it does not
 * say. */
gint ws_client_get_retry_after_ms (WsClient *client);
/* From now on what is sent waits, until it is released; @first (nullable) goes
 * ahead of it. For services that say when they are ready. */
void ws_client_hold (WsClient *client);
void ws_client_release (WsClient *client, const gchar *first);
/* Of a connection that the other side has closed; 0 for none. */
guint ws_client_get_close_code (WsClient *client);
/* Says @last and closes as agreed, silently. The client may be unreferenced. */
void ws_client_close (WsClient *client, const gchar *last);
/* At once, and silently. */
void ws_client_abort (WsClient *client);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WsClient, ws_client_unref)

G_END_DECLS
