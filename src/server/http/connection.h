/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "protocol/face.h"
#include "server/config/server-config.h"
#include "server/telemetry/metrics.h"

#include <gio/gio.h>
#include <gst/vowel/gstvowelworker.h>

G_BEGIN_DECLS

/**
 * VowelConnectionLimits:
 * @max_message: bytes of one message, whole or in fragments
 * @max_fragments: frames of one message
 * @max_queue: bytes waiting to be sent
 * @ping_interval_ms: silence before a ping
 * @pong_timeout_ms: silence after it that counts as dead, and how long the
 *   peer may take nothing of what waits
 * @close_timeout_ms: for the closing handshake
 */
typedef struct {
  guint64 max_message;
  guint max_fragments;
  gsize max_queue;
  guint ping_interval_ms;
  guint pong_timeout_ms;
  guint close_timeout_ms;
} VowelConnectionLimits;

/* As the settings say. */
void vowel_connection_limits_init (
    VowelConnectionLimits *limits, const VowelServerConfig *config);

/**
 * VowelConnection:
 *
 * One WebSocket after its handshake, as a #VowelTransport: a #VowelByteStream
 * in the worker's epoll set, and what a #VowelWebsocketCodec makes of it. Made
 * and used on its worker only.
 *
 * Whatever ends it (the peer's close, its silence, a broken frame, a limit, or
 * vowel_transport_close()), the face's closed comes exactly once, last, and
 * never from inside a call into the connection.
 *
 * A client that does not take what is sent is cut off: with @max_queue bytes
 * waiting the rest is dropped and close code 1013 (try again later) put in its
 * place; if it takes nothing at all for @pong_timeout_ms the socket is shut.
 */
#define VOWEL_TYPE_CONNECTION (vowel_connection_get_type ())
G_DECLARE_FINAL_TYPE (
    VowelConnection, vowel_connection, VOWEL, CONNECTION, GObject)

typedef void (*VowelConnectionFunc) (
    VowelConnection *connection, gpointer user_data);

/* @stream: what the handshake left, with pollable streams; bytes that it has
 * already read from the socket are taken from it. @socket: under it.
 * @encrypted: the stream is TLS's, which may hold bytes that the socket does
 * not show.
 */
VowelConnection *vowel_connection_new (GstVowelWorker *worker,
    GIOStream *stream, GSocket *socket, gboolean encrypted,
    const VowelConnectionLimits *limits, VowelMetrics *metrics);
/* From here on messages go to @face (nullable). @gone: after the face's closed.
 */
void vowel_connection_start (VowelConnection *connection, VowelFace *face,
    VowelConnectionFunc gone, gpointer user_data);
/* The same for one that was started already: it goes on with another face. If
 * it is over meanwhile, that is told once more. */
void vowel_connection_hand_over (VowelConnection *connection, VowelFace *face,
    VowelConnectionFunc gone, gpointer user_data);
/* What its lines in the log begin with: the session's id. */
void vowel_connection_set_name (VowelConnection *connection, const gchar *name);
/* Closes; neither messages nor the end reach the face any more, @gone still
 * comes. */
void vowel_connection_disown (
    VowelConnection *connection, guint16 code, const gchar *reason);

G_END_DECLS
