/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/config/server-config.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* The opening handshake of a WebSocket on a libsoup server. libsoup does the
 * handshake only: the connection is taken from it as soon as the answer is
 * written, because its framing has no dead-peer timeout, no bound on what waits
 * to be sent, and a GMainContext source for every connection. */

gboolean vowel_websocket_is_upgrade (SoupServerMessage *message);

/* @stream: with pollable streams, may hold bytes that were read already. */
typedef void (*VowelWebsocketFunc) (
    GIOStream *stream, SoupServerMessage *message, gpointer user_data);

/* Answers 101 and calls @func when that is written, or answers an error and
 * returns FALSE.  Subprotocol `realtime` is chosen when offered; nothing else
 * is ever echoed, because the other entries can be keys. @user_data is freed
 * with @notify in any case. */
gboolean vowel_websocket_accept (SoupServerMessage *message,
    VowelWebsocketFunc func, gpointer user_data, GDestroyNotify notify);

/* Where the client that sent @message reaches the WebSocket of sessions. */
gchar *vowel_websocket_dup_url (
    const VowelServerConfig *config, SoupServerMessage *message);

G_END_DECLS
