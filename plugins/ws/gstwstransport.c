/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <libsoup/soup.h>

#include "gstwsqueue.h"
#include "gstwstransport.h"

/* One append event of OpenAI Realtime may carry 15 MiB of audio. */
#define MAX_PAYLOAD_SIZE (24 * 1024 * 1024)
#define LISTEN_BACKLOG 1024
#define HANDSHAKE_TIMEOUT (5 * GST_SECOND)
/* Bytes handed to libsoup at once; its own queue has no bound. */
#define SEND_BATCH (64 * 1024)

struct _GstWsTransport {
  gatomicrefcount refs;

  /* Constant after start(). */
  GstVowelWorker *worker;
  GUri *uri; /* client */
  gchar *path;
  gint port;
  GWeakRef owner;
  GstWsTransportCallbacks callbacks;
  gboolean many_peers;

  /* Worker thread only. */
  GSocket *socket; /* listener, until the server takes it */
  SoupServer *server;
  SoupSession *session;
  GCancellable *cancellable;
  GstVowelTimer *deadline;
  gboolean timed_out;
  SoupWebsocketConnection *connection;
  GError *connection_error; /* why the connection is about to close */
  GSource *drain;
  gboolean had_peer;
  gboolean finishing;
  gboolean stopped;

  GstWsQueue *queue; /* what waits for the peer; any thread */

  GMutex lock;
  gboolean closed; /* stopped, the port is free again; protected by lock */
  GCond cond;      /* closed has changed */
};

static void start_drain (GstWsTransport *self);

static GstWsTransport *
transport_new (GstVowelWorker *worker)
{
  GstWsTransport *self = g_new0 (GstWsTransport, 1);

  g_atomic_ref_count_init (&self->refs);
  self->worker = gst_object_ref (worker);
  self->port = -1;
  g_weak_ref_init (&self->owner, NULL);
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->queue = gst_ws_queue_new ();
  return self;
}

GstWsTransport *
gst_ws_transport_new_client (
    GstVowelWorker *worker, const gchar *uri, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GUri) parsed = g_uri_parse (uri, SOUP_HTTP_URI_FLAGS, &cause);
  GstWsTransport *self;

  if (parsed == NULL || g_uri_get_host (parsed) == NULL
      || (g_strcmp0 (g_uri_get_scheme (parsed), "ws") != 0
          && g_strcmp0 (g_uri_get_scheme (parsed), "wss") != 0)) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST,
        "uri must be a WebSocket address like ws://host:port/path%s%s",
        cause != NULL ? ": " : "", cause != NULL ? cause->message : "");
    return NULL;
  }
  self = transport_new (worker);
  self->uri = g_steal_pointer (&parsed);
  return self;
}

static GSocket *
bind_socket (const gchar *address, guint port, GError **error)
{
  g_autoptr (GSocketAddress) where =
      g_inet_socket_address_new_from_string (address, port);
  g_autoptr (GSocket) socket = NULL;

  if (where == NULL) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST,
        "address must be an IP address like 127.0.0.1 or ::, not %s", address);
    return NULL;
  }
  socket = g_socket_new (g_socket_address_get_family (where),
      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  if (socket == NULL)
    return NULL;
  g_socket_set_listen_backlog (socket, LISTEN_BACKLOG);
  if (!g_socket_bind (socket, where, TRUE, error)
      || !g_socket_listen (socket, error)) {
    g_prefix_error (error, "Cannot listen on port %u of %s: ", port, address);
    return NULL;
  }
  return g_steal_pointer (&socket);
}

GstWsTransport *
gst_ws_transport_new_listener (GstVowelWorker *worker, const gchar *address,
    guint port, const gchar *path, GError **error)
{
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketAddress) bound = NULL;
  GstWsTransport *self;

  if (path == NULL || *path != '/') {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST,
        "path must begin with a slash");
    return NULL;
  }
  socket = bind_socket (address != NULL ? address : "", port, error);
  bound = socket != NULL ? g_socket_get_local_address (socket, error) : NULL;
  if (bound == NULL)
    return NULL;

  self = transport_new (worker);
  self->path = g_strdup (path);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  self->socket = g_steal_pointer (&socket);
  return self;
}

GstWsTransport *
gst_ws_transport_ref (GstWsTransport *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
gst_ws_transport_unref (GstWsTransport *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  g_clear_object (&self->socket);
  g_clear_pointer (&self->uri, g_uri_unref);
  g_clear_error (&self->connection_error);
  g_free (self->path);
  g_weak_ref_clear (&self->owner);
  gst_ws_queue_free (self->queue);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->lock);
  gst_object_unref (self->worker);
  g_free (self);
}

static void
unref_transport (gpointer self)
{
  gst_ws_transport_unref (self);
}

void
gst_ws_transport_set_owner (GstWsTransport *self,
    const GstWsTransportCallbacks *callbacks, GObject *owner,
    gboolean many_peers)
{
  self->callbacks = *callbacks;
  self->many_peers = many_peers;
  g_weak_ref_set (&self->owner, owner);
}

gint
gst_ws_transport_get_port (GstWsTransport *self)
{
  return self->port;
}

/* Telling the owner */

static void
tell_message (GstWsTransport *self, gboolean text, GBytes *data)
{
  g_autoptr (GObject) owner = g_weak_ref_get (&self->owner);

  if (owner != NULL && !self->stopped && self->callbacks.message != NULL)
    self->callbacks.message (owner, text, data);
}

static void
tell_closed (GstWsTransport *self, guint http_status, const GError *error)
{
  g_autoptr (GObject) owner = g_weak_ref_get (&self->owner);

  if (owner != NULL && !self->stopped && self->callbacks.closed != NULL)
    self->callbacks.closed (owner, http_status, error);
}

static void
tell_finished (GstWsTransport *self)
{
  g_autoptr (GObject) owner = g_weak_ref_get (&self->owner);

  if (owner != NULL && !self->stopped && self->callbacks.finished != NULL)
    self->callbacks.finished (owner);
}

/* The connection */

static void
drop_connection (GstWsTransport *self)
{
  if (self->drain != NULL) {
    g_source_destroy (self->drain);
    g_clear_pointer (&self->drain, g_source_unref);
  }
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_object (&self->connection);
}

static void
on_message (SoupWebsocketConnection *connection, SoupWebsocketDataType type,
    GBytes *data, GstWsTransport *self)
{
  tell_message (self, type == SOUP_WEBSOCKET_DATA_TEXT, data);
}

static void
on_error (
    SoupWebsocketConnection *connection, GError *error, GstWsTransport *self)
{
  g_clear_error (&self->connection_error);
  self->connection_error = g_error_copy (error);
}

static void
on_closed (SoupWebsocketConnection *connection, GstWsTransport *self)
{
  g_autoptr (GError) error = g_steal_pointer (&self->connection_error);

  /* A peer that just closes its socket has ended too, if impolitely. */
  gst_ws_transport_ref (self);
  GST_DEBUG ("the peer has gone with code %u",
      soup_websocket_connection_get_close_code (connection));
  if (error != NULL)
    g_prefix_error (&error, "The WebSocket broke off: ");

  drop_connection (self);
  gst_ws_queue_close (self->queue);
  if (self->finishing)
    tell_finished (self);
  else
    tell_closed (self, 0, error);
  gst_ws_transport_unref (self);
}

static void
adopt (GstWsTransport *self, SoupWebsocketConnection *connection)
{
  self->had_peer = TRUE;
  self->connection = g_object_ref (connection);
  soup_websocket_connection_set_max_incoming_payload_size (
      connection, MAX_PAYLOAD_SIZE);
  g_signal_connect (connection, "message", G_CALLBACK (on_message), self);
  g_signal_connect (connection, "error", G_CALLBACK (on_error), self);
  g_signal_connect (connection, "closed", G_CALLBACK (on_closed), self);
  gst_ws_queue_open (self->queue);
  start_drain (self);
}

/* Sending */

static gboolean
on_drained (GObject *stream, gpointer user_data)
{
  GstWsTransport *self = user_data;
  gsize sent = 0;
  GBytes *data;
  gboolean text;

  if (soup_websocket_connection_get_state (self->connection)
      != SOUP_WEBSOCKET_STATE_OPEN)
    sent = SEND_BATCH;
  while (sent < SEND_BATCH
         && (data = gst_ws_queue_pop (self->queue, &text)) != NULL) {
    sent += g_bytes_get_size (data) + 1;
    soup_websocket_connection_send_message (self->connection,
        text ? SOUP_WEBSOCKET_DATA_TEXT : SOUP_WEBSOCKET_DATA_BINARY, data);
    g_bytes_unref (data);
  }
  if (sent > 0
      && soup_websocket_connection_get_state (self->connection)
             == SOUP_WEBSOCKET_STATE_OPEN)
    return G_SOURCE_CONTINUE;

  g_clear_pointer (&self->drain, g_source_unref);
  if (self->finishing
      && soup_websocket_connection_get_state (self->connection)
             == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (
        self->connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  return G_SOURCE_REMOVE;
}

/* libsoup queues without bound and does not say how much. But while it has
 * something to write, its own source is ready whenever the socket is, and goes
 * before this one, which has a lower priority: so this one runs when all that
 * libsoup had is written. */
static void
start_drain (GstWsTransport *self)
{
  GOutputStream *stream;

  if (self->connection == NULL || self->drain != NULL)
    return;
  stream = g_io_stream_get_output_stream (
      soup_websocket_connection_get_io_stream (self->connection));
  self->drain = g_pollable_output_stream_create_source (
      G_POLLABLE_OUTPUT_STREAM (stream), NULL);
  g_source_set_name (self->drain, "wsaudio-drain");
  g_source_set_priority (self->drain, G_PRIORITY_DEFAULT_IDLE);
  g_source_set_callback (self->drain, G_SOURCE_FUNC (on_drained),
      gst_ws_transport_ref (self), unref_transport);
  g_source_attach (
      self->drain, gst_vowel_worker_get_main_context (self->worker));
}

static void
wake (gpointer user_data)
{
  GstWsTransport *self = user_data;

  gst_ws_queue_awake (self->queue);
  start_drain (self);
}

gsize
gst_ws_transport_send (
    GstWsTransport *self, gboolean text, GBytes *data, gsize max_queued)
{
  gsize dropped;

  if (gst_ws_queue_push (self->queue, text, data, max_queued, &dropped))
    gst_vowel_worker_post (
        self->worker, wake, gst_ws_transport_ref (self), unref_transport);
  return dropped;
}

void
gst_ws_transport_flush (GstWsTransport *self)
{
  gst_ws_queue_clear (self->queue);
}

/* Listening */

static gboolean
is_busy (GstWsTransport *self)
{
  return self->connection != NULL || (self->had_peer && !self->many_peers);
}

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path,
    GHashTable *query, gpointer user_data)
{
  static const gchar text[] = "One peer at a time: there is one already.\n";

  if (!is_busy (user_data))
    return;
  soup_server_message_set_status (
      message, SOUP_STATUS_SERVICE_UNAVAILABLE, NULL);
  soup_server_message_set_response (
      message, "text/plain", SOUP_MEMORY_STATIC, text, sizeof (text) - 1);
}

static void
on_websocket (SoupServer *server, SoupServerMessage *message, const char *path,
    SoupWebsocketConnection *connection, gpointer user_data)
{
  GstWsTransport *self = user_data;

  /* Two handshakes may have been under way at once. */
  if (is_busy (self))
    soup_websocket_connection_close (connection,
        SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION, "one peer at a time");
  else
    adopt (self, connection);
}

static void
start_listening (GstWsTransport *self)
{
  g_autoptr (GError) error = NULL;

  self->server = soup_server_new (NULL, NULL);
  soup_server_remove_websocket_extension (
      self->server, SOUP_TYPE_WEBSOCKET_EXTENSION_DEFLATE);
  soup_server_add_early_handler (
      self->server, self->path, on_request, self, NULL);
  soup_server_add_websocket_handler (
      self->server, self->path, NULL, NULL, on_websocket, self, NULL);
  if (!soup_server_listen_socket (self->server, self->socket, 0, &error))
    tell_closed (self, 0, error);
  g_clear_object (&self->socket);
}

/* Connecting */

static void
cancel_deadline (GstWsTransport *self)
{
  if (self->deadline != NULL)
    gst_vowel_worker_cancel_timer (
        self->worker, g_steal_pointer (&self->deadline));
}

static void
on_deadline (gpointer user_data)
{
  GstWsTransport *self = user_data;

  self->deadline = NULL;
  self->timed_out = TRUE;
  g_cancellable_cancel (self->cancellable);
}

typedef struct {
  GstWsTransport *self;
  SoupMessage *message;
} Handshake;

static GError *
explain (GstWsTransport *self, guint status, const GError *cause)
{
  g_autofree gchar *where = g_uri_to_string_partial (
      self->uri, G_URI_HIDE_PASSWORD | G_URI_HIDE_QUERY);

  if (self->timed_out)
    return g_error_new (GST_VOWEL_ERROR, GST_VOWEL_ERROR_TIMEOUT,
        "%s did not answer the WebSocket handshake within %u s", where,
        (guint) (HANDSHAKE_TIMEOUT / GST_SECOND));
  if (status != 0 && status != SOUP_STATUS_SWITCHING_PROTOCOLS)
    return gst_vowel_error_from_http (where, status, cause->message);
  return g_error_new (cause->domain, cause->code, "Cannot connect to %s: %s",
      where, cause->message);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Handshake *handshake = user_data;
  GstWsTransport *self = handshake->self;
  guint status = soup_message_get_status (handshake->message);
  g_autoptr (GError) cause = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupWebsocketConnection) connection =
      soup_session_websocket_connect_finish (
          SOUP_SESSION (source), result, &cause);

  cancel_deadline (self);
  if (self->stopped) {
    /* Nobody waits any more. */
  } else if (connection != NULL) {
    adopt (self, connection);
  } else {
    if (status == SOUP_STATUS_SWITCHING_PROTOCOLS)
      status = 0;
    error = explain (self, status, cause);
    gst_ws_queue_close (self->queue);
    tell_closed (self, status, error);
  }

  g_object_unref (handshake->message);
  gst_ws_transport_unref (self);
  g_free (handshake);
}

static void
start_connecting (GstWsTransport *self)
{
  Handshake *handshake = g_new (Handshake, 1);

  self->session = soup_session_new ();
  self->cancellable = g_cancellable_new ();
  soup_session_remove_feature_by_type (
      self->session, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
  handshake->self = gst_ws_transport_ref (self);
  handshake->message = soup_message_new_from_uri (SOUP_METHOD_GET, self->uri);
  self->deadline = gst_vowel_worker_add_timer (self->worker,
      gst_vowel_worker_get_time (self->worker) + HANDSHAKE_TIMEOUT, on_deadline,
      self);
  soup_session_websocket_connect_async (self->session, handshake->message, NULL,
      NULL, G_PRIORITY_DEFAULT, self->cancellable, on_connected, handshake);
}

/* Life */

static void
start_on_worker (gpointer user_data)
{
  GstWsTransport *self = user_data;

  if (self->stopped || self->server != NULL || self->session != NULL)
    return;
  if (self->uri != NULL)
    start_connecting (self);
  else
    start_listening (self);
}

void
gst_ws_transport_start (GstWsTransport *self)
{
  gst_vowel_worker_post (self->worker, start_on_worker,
      gst_ws_transport_ref (self), unref_transport);
}

static void
finish_on_worker (gpointer user_data)
{
  GstWsTransport *self = user_data;

  self->finishing = TRUE;
  if (self->connection != NULL)
    start_drain (self);
  else if (self->had_peer)
    tell_finished (self);
}

void
gst_ws_transport_finish (GstWsTransport *self)
{
  gst_vowel_worker_post (self->worker, finish_on_worker,
      gst_ws_transport_ref (self), unref_transport);
}

static void
stop_on_worker (gpointer user_data)
{
  GstWsTransport *self = user_data;

  self->stopped = TRUE;
  cancel_deadline (self);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  drop_connection (self);
  if (self->server != NULL)
    soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  g_clear_object (&self->session);
  g_clear_object (&self->socket);
  g_mutex_lock (&self->lock);
  self->closed = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

void
gst_ws_transport_stop (GstWsTransport *self)
{
  gst_vowel_worker_invoke (self->worker, stop_on_worker,
      gst_ws_transport_ref (self), unref_transport);
}

void
gst_ws_transport_wait_stopped (GstWsTransport *self, guint timeout_ms)
{
  gint64 end = g_get_monotonic_time () + timeout_ms * G_TIME_SPAN_MILLISECOND;

  g_mutex_lock (&self->lock);
  while (!self->closed)
    if (!g_cond_wait_until (&self->cond, &self->lock, end))
      break;
  g_mutex_unlock (&self->lock);
}
