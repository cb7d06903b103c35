/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "listener.h"

#include <errno.h>
#include <gst/gst.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

GST_DEBUG_CATEGORY (vowel_listener_debug);
#define GST_CAT_DEFAULT vowel_listener_debug

#define BACKLOG 1024
#define ACCEPTS_PER_TURN 64
/* Out of descriptors: how long to wait for one. */
#define EXHAUSTED_PAUSE_MS 100

struct _VowelListener {
  GObject parent;

  /* The accepting thread. */
  SoupServer *soup;
  VowelServerConfig *config;
  VowelMetrics *metrics;
  GTlsCertificate *certificate;
  GSocket *socket;
  GSource *source;
  GSource *pause;
  gint silent_fd;  /* the other end of what libsoup listens on, or -1 */
  gboolean warned; /* that connections are refused */
};

static void resume (VowelListener *self);

G_DEFINE_FINAL_TYPE_WITH_CODE (VowelListener, vowel_listener, G_TYPE_OBJECT,
    GST_DEBUG_CATEGORY_INIT (vowel_listener_debug, "vowel-listener", 0,
        "listening socket of the server"))

static GQuark
peer_quark (void)
{
  return g_quark_from_static_string ("vowel-peer");
}

VowelPeer *
vowel_listener_get_peer (SoupServerMessage *message)
{
  GSocketAddress *address = soup_server_message_get_remote_address (message);

  return address ? g_object_get_qdata (G_OBJECT (address), peer_quark ())
                 : NULL;
}

static void
on_got_headers (SoupServerMessage *message, gpointer user_data)
{
  VowelListener *self = user_data;
  VowelPeer *peer = vowel_listener_get_peer (message);

  if (peer)
    vowel_peer_set_deadline (
        peer, self->config->body_timeout_ms, "request body");
}

static void
on_request_started (
    SoupServer *soup, SoupServerMessage *message, gpointer user_data)
{
  g_signal_connect_object (
      message, "got-headers", G_CALLBACK (on_got_headers), user_data, 0);
}

static void
on_request_finished (
    SoupServer *soup, SoupServerMessage *message, gpointer user_data)
{
  VowelListener *self = user_data;
  VowelPeer *peer = vowel_listener_get_peer (message);

  if (peer)
    vowel_peer_set_deadline (peer, self->config->header_timeout_ms, NULL);
}

static gboolean
is_full (VowelListener *self)
{
  gboolean full = g_atomic_int_get (&self->metrics->connections)
                      >= (gint) self->config->max_connections
                  || g_atomic_int_get (&self->metrics->pending)
                         >= (gint) self->config->max_pending;

  if (full && !self->warned)
    GST_WARNING ("refusing connections: %d are open, %d of them no WebSocket "
                 "(see --max-connections, --max-pending)",
        g_atomic_int_get (&self->metrics->connections),
        g_atomic_int_get (&self->metrics->pending));
  self->warned = full;
  return full;
}

static gboolean
hand_over (VowelListener *self, GSocket *socket, GError **error)
{
  g_autoptr (GSocketConnection) connection =
      g_socket_connection_factory_create_connection (socket);
  g_autoptr (GSocketAddress) local = NULL;
  g_autoptr (GSocketAddress) remote = NULL;
  g_autoptr (GIOStream) stream = NULL;
  VowelPeer *peer;

  local = g_socket_connection_get_local_address (connection, error);
  remote =
      local ? g_socket_connection_get_remote_address (connection, error) : NULL;
  if (remote == NULL)
    return FALSE;
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  if (self->certificate) {
    stream = g_tls_server_connection_new (
        G_IO_STREAM (connection), self->certificate, error);
    if (stream == NULL)
      return FALSE;
    g_object_set (stream, "require-close-notify", FALSE, NULL);
  } else {
    stream = G_IO_STREAM (g_object_ref (connection));
  }
  /* Lives as long as the connection; its messages find it by the address. */
  peer = vowel_peer_new (socket, self->certificate != NULL, self->metrics);
  g_object_set_qdata_full (G_OBJECT (remote), peer_quark (),
      vowel_peer_ref (peer), (GDestroyNotify) vowel_peer_unref);
  g_object_set_qdata_full (G_OBJECT (connection), peer_quark (), peer,
      (GDestroyNotify) vowel_peer_unref);
  vowel_peer_set_deadline (
      peer, self->config->header_timeout_ms, "request headers");
  return soup_server_accept_iostream (self->soup, stream, local, remote, error);
}

static gboolean
on_pause_over (gpointer user_data)
{
  VowelListener *self = user_data;

  g_clear_pointer (&self->pause, g_source_unref);
  resume (self);
  return G_SOURCE_REMOVE;
}

static void
stop_source (GSource **source)
{
  if (*source)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static gboolean
on_incoming (GSocket *listening, GIOCondition condition, gpointer user_data)
{
  VowelListener *self = user_data;

  for (guint i = 0; i < ACCEPTS_PER_TURN; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GSocket) socket = g_socket_accept (listening, NULL, &error);

    if (socket == NULL) {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        break;
      GST_WARNING ("cannot accept a connection: %s", error->message);
      stop_source (&self->source);
      self->pause = g_timeout_source_new (EXHAUSTED_PAUSE_MS);
      g_source_set_callback (self->pause, on_pause_over, self, NULL);
      g_source_attach (self->pause, g_main_context_get_thread_default ());
      return G_SOURCE_REMOVE;
    }
    if (is_full (self)) {
      g_atomic_int_inc (&self->metrics->connections_refused);
      continue;
    }
    if (!hand_over (self, socket, &error))
      GST_INFO ("connection lost at once: %s", error->message);
  }
  return G_SOURCE_CONTINUE;
}

static void
resume (VowelListener *self)
{
  self->source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_incoming), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
}

static GInetAddress *
resolve_host (const gchar *host, GError **error)
{
  GInetAddress *address = g_inet_address_new_from_string (host);

  if (address == NULL && g_ascii_strcasecmp (host, "localhost") == 0)
    address = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  if (address == NULL)
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
        "HOST is \"%s\", but must be an IP address of this machine, such as "
        "127.0.0.1, ::1 or 0.0.0.0",
        host);
  return address;
}

/* libsoup keeps a connection for the next request only while it listens itself.
 * It is given a socket that nothing will ever come from. */
static gboolean
keep_connections (VowelListener *self, GError **error)
{
  g_autoptr (GSList) listening = soup_server_get_listeners (self->soup);
  g_autoptr (GSocket) silent = NULL;
  gint ends[2];

  if (listening != NULL)
    return TRUE;
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno),
        "Cannot make a socket: %s", g_strerror (errno));
    return FALSE;
  }
  self->silent_fd = ends[1];
  silent = g_socket_new_from_fd (ends[0], error);
  return silent != NULL
         && soup_server_listen_socket (self->soup, silent, 0, error);
}

gboolean
vowel_listener_load_certificate (const VowelServerConfig *config,
    GTlsCertificate **ret_certificate, GError **error)
{
  *ret_certificate = NULL;
  if (config->tls_cert == NULL)
    return TRUE;
  *ret_certificate = g_tls_certificate_new_from_files (
      config->tls_cert, config->tls_key, error);
  if (*ret_certificate == NULL)
    g_prefix_error (error, "TLS certificate or key: ");
  return *ret_certificate != NULL;
}

gboolean
vowel_listener_open (
    VowelListener *self, guint port, const gchar *setting, GError **error)
{
  g_autoptr (GInetAddress) host = resolve_host (self->config->host, error);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocket) socket = NULL;

  if (host == NULL)
    return FALSE;
  if (!vowel_listener_load_certificate (
          self->config, &self->certificate, error))
    return FALSE;
  address = g_inet_socket_address_new (host, port);
  socket = g_socket_new (g_inet_address_get_family (host), G_SOCKET_TYPE_STREAM,
      G_SOCKET_PROTOCOL_TCP, error);
  if (socket == NULL)
    return FALSE;
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_listen_backlog (socket, BACKLOG);
  if (!g_socket_bind (socket, address, TRUE, error)
      || !g_socket_listen (socket, error)) {
    g_prefix_error (error,
        "Cannot listen on %s port %u (choose another with "
        "%s): ",
        self->config->host, port, setting);
    return FALSE;
  }
  if (!keep_connections (self, error))
    return FALSE;
  self->socket = g_steal_pointer (&socket);
  resume (self);
  return TRUE;
}

void
vowel_listener_close (VowelListener *self)
{
  stop_source (&self->source);
  stop_source (&self->pause);
  if (self->socket)
    g_socket_close (self->socket, NULL);
  g_clear_object (&self->socket);
}

guint
vowel_listener_get_port (VowelListener *self)
{
  g_autoptr (GSocketAddress) address = NULL;

  g_return_val_if_fail (self->socket, 0);
  address = g_socket_get_local_address (self->socket, NULL);
  return address
             ? g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address))
             : 0;
}

gchar *
vowel_listener_dup_url (VowelListener *self)
{
  const gchar *host = self->config->host;

  /* Every address of the machine: say the one that works in a browser here. */
  if (g_str_equal (host, "0.0.0.0") || g_str_equal (host, "::"))
    host = "127.0.0.1";
  return g_uri_join (G_URI_FLAGS_NONE, self->certificate ? "https" : "http",
      NULL, host, vowel_listener_get_port (self), "", NULL, NULL);
}

static void
vowel_listener_dispose (GObject *object)
{
  VowelListener *self = VOWEL_LISTENER (object);

  vowel_listener_close (self);
  if (self->soup)
    g_signal_handlers_disconnect_by_data (self->soup, self);
  g_clear_object (&self->soup);
  g_clear_object (&self->certificate);
  if (self->silent_fd >= 0)
    close (self->silent_fd);
  self->silent_fd = -1;
  G_OBJECT_CLASS (vowel_listener_parent_class)->dispose (object);
}

static void
vowel_listener_finalize (GObject *object)
{
  vowel_server_config_unref (VOWEL_LISTENER (object)->config);
  G_OBJECT_CLASS (vowel_listener_parent_class)->finalize (object);
}

static void
vowel_listener_class_init (VowelListenerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = vowel_listener_dispose;
  G_OBJECT_CLASS (klass)->finalize = vowel_listener_finalize;
}

static void
vowel_listener_init (VowelListener *self)
{
  self->silent_fd = -1;
}

VowelListener *
vowel_listener_new (
    SoupServer *soup, VowelServerConfig *config, VowelMetrics *metrics)
{
  VowelListener *self = g_object_new (VOWEL_TYPE_LISTENER, NULL);

  self->soup = g_object_ref (soup);
  self->config = vowel_server_config_ref (config);
  self->metrics = metrics;
  g_signal_connect (
      soup, "request-started", G_CALLBACK (on_request_started), self);
  g_signal_connect (
      soup, "request-finished", G_CALLBACK (on_request_finished), self);
  return self;
}
