/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

/*
 * GstWsTransport: one WebSocket, as a client or as a listener for one peer at
 * a time, on a worker. Its owner may be any GObject; no callback runs after
 * stop() has returned on the worker, nor once the owner is gone.
 */
typedef struct _GstWsTransport GstWsTransport;

/**
 * GstWsTransportCallbacks:
 * @message: a message has come
 * @closed: the peer is gone; @error is %NULL after a proper close.
 *   @http_status is not 0 when the handshake was answered otherwise
 * @finished: after gst_ws_transport_finish(): everything has been sent and the
 *   WebSocket closed
 *
 * All run on the worker.
 */
typedef struct {
  void (*message) (GObject *owner, gboolean text, GBytes *data);
  void (*closed) (GObject *owner, guint http_status, const GError *error);
  void (*finished) (GObject *owner);
} GstWsTransportCallbacks;

G_GNUC_INTERNAL GstWsTransport *gst_ws_transport_new_client (
    GstVowelWorker *worker, const gchar *uri, GError **error);
/* Binds at once. */
G_GNUC_INTERNAL GstWsTransport *gst_ws_transport_new_listener (
    GstVowelWorker *worker, const gchar *address, guint port, const gchar *path,
    GError **error);
G_GNUC_INTERNAL GstWsTransport *gst_ws_transport_ref (
    GstWsTransport *transport);
G_GNUC_INTERNAL void gst_ws_transport_unref (GstWsTransport *transport);
/* @many_peers: a listener takes the next peer when one has gone. */
G_GNUC_INTERNAL void gst_ws_transport_set_owner (GstWsTransport *transport,
    const GstWsTransportCallbacks *callbacks, GObject *owner,
    gboolean many_peers);
/* -1: does not listen */
G_GNUC_INTERNAL gint gst_ws_transport_get_port (GstWsTransport *transport);

/* Any thread; they take effect on the worker, in order. */
G_GNUC_INTERNAL void gst_ws_transport_start (GstWsTransport *transport);
G_GNUC_INTERNAL void gst_ws_transport_finish (GstWsTransport *transport);
G_GNUC_INTERNAL void gst_ws_transport_stop (GstWsTransport *transport);
/* Until stop() has taken effect and the port is free again. */
G_GNUC_INTERNAL void gst_ws_transport_wait_stopped (
    GstWsTransport *transport, guint timeout_ms);

/* Any thread. (transfer full) @data. When more than @max_queued bytes would
 * wait, the oldest go; returns how many bytes that were. */
G_GNUC_INTERNAL gsize gst_ws_transport_send (
    GstWsTransport *transport, gboolean text, GBytes *data, gsize max_queued);
/* Throws away what waits. */
G_GNUC_INTERNAL void gst_ws_transport_flush (GstWsTransport *transport);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstWsTransport, gst_ws_transport_unref)

G_END_DECLS
