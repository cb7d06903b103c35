/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstwsendpoint.h"

#define DEFAULT_ADDRESS "127.0.0.1"
#define DEFAULT_PATH "/"
#define DEFAULT_PORT -1
#define STOP_TIMEOUT_MS 1000
#define DEFAULT_FRAMING GST_WS_FRAMING_BINARY

#define READY_FLAGS                                                            \
  (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY)

void
gst_ws_endpoint_install_properties (GObjectClass *klass)
{
  g_object_class_install_property (klass, GST_WS_PROP_URI,
      g_param_spec_string ("uri", "URI",
          "Connect to this WebSocket, ws:// or wss:// (unset = listen, or be "
          "driven by the application)",
          NULL, READY_FLAGS));
  g_object_class_install_property (klass, GST_WS_PROP_ADDRESS,
      g_param_spec_string ("address", "Address",
          "IP address to listen on, when port is set", DEFAULT_ADDRESS,
          READY_FLAGS));
  g_object_class_install_property (klass, GST_WS_PROP_PORT,
      g_param_spec_int ("port", "Port",
          "TCP port to listen on (0 = any, see bound-port; -1 = do not listen)",
          -1, G_MAXUINT16, DEFAULT_PORT, READY_FLAGS));
  g_object_class_install_property (klass, GST_WS_PROP_PATH,
      g_param_spec_string ("path", "Path",
          "Path of the WebSocket, when port is set", DEFAULT_PATH,
          READY_FLAGS));
  g_object_class_install_property (klass, GST_WS_PROP_BOUND_PORT,
      g_param_spec_int ("bound-port", "Bound port",
          "TCP port that is listened on, from PAUSED on (-1 = none)", -1,
          G_MAXUINT16, -1, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (klass, GST_WS_PROP_FRAMING,
      g_param_spec_enum ("framing", "Framing",
          "How audio is put into messages: bare, or as OpenAI Realtime events",
          GST_TYPE_WS_FRAMING, DEFAULT_FRAMING, READY_FLAGS));
}

void
gst_ws_endpoint_init (GstWsEndpoint *self)
{
  self->address = g_strdup (DEFAULT_ADDRESS);
  self->path = g_strdup (DEFAULT_PATH);
  self->port = DEFAULT_PORT;
  self->bound_port = -1;
  self->framing = DEFAULT_FRAMING;
}

void
gst_ws_endpoint_clear (GstWsEndpoint *self)
{
  g_clear_pointer (&self->previous, gst_ws_transport_unref);
  g_clear_pointer (&self->uri, g_free);
  g_clear_pointer (&self->address, g_free);
  g_clear_pointer (&self->path, g_free);
}

gboolean
gst_ws_endpoint_set_property (
    GstWsEndpoint *self, guint id, const GValue *value)
{
  switch (id) {
    case GST_WS_PROP_URI:
      g_free (self->uri);
      self->uri = g_value_dup_string (value);
      return TRUE;
    case GST_WS_PROP_ADDRESS:
      g_free (self->address);
      self->address = g_value_dup_string (value);
      return TRUE;
    case GST_WS_PROP_PORT:
      self->port = g_value_get_int (value);
      return TRUE;
    case GST_WS_PROP_PATH:
      g_free (self->path);
      self->path = g_value_dup_string (value);
      return TRUE;
    case GST_WS_PROP_FRAMING:
      self->framing = g_value_get_enum (value);
      return TRUE;
    default:
      return FALSE;
  }
}

gboolean
gst_ws_endpoint_get_property (GstWsEndpoint *self, guint id, GValue *value)
{
  switch (id) {
    case GST_WS_PROP_URI:
      g_value_set_string (value, self->uri);
      return TRUE;
    case GST_WS_PROP_ADDRESS:
      g_value_set_string (value, self->address);
      return TRUE;
    case GST_WS_PROP_PORT:
      g_value_set_int (value, self->port);
      return TRUE;
    case GST_WS_PROP_PATH:
      g_value_set_string (value, self->path);
      return TRUE;
    case GST_WS_PROP_BOUND_PORT:
      g_value_set_int (value, self->bound_port);
      return TRUE;
    case GST_WS_PROP_FRAMING:
      g_value_set_enum (value, self->framing);
      return TRUE;
    default:
      return FALSE;
  }
}

void
gst_ws_endpoint_post_error (GstElement *element, GstResourceError code,
    guint http_status, const GError *error)
{
  gst_element_message_full_with_details (element, GST_MESSAGE_ERROR,
      GST_RESOURCE_ERROR, code, g_strdup (error->message),
      g_strdup_printf ("%s %d", g_quark_to_string (error->domain), error->code),
      __FILE__, G_STRFUNC, __LINE__,
      gst_vowel_error_details_new ("websocket", http_status, error));
}

static GstWsTransport *
make_transport (const gchar *uri, const gchar *address, const gchar *path,
    gint port, GstVowelWorker *worker, GError **error)
{
  if (uri != NULL && port >= 0) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST,
        "uri and port exclude each other: set uri to connect, port to listen");
    return NULL;
  }
  if (uri != NULL)
    return gst_ws_transport_new_client (worker, uri, error);
  return gst_ws_transport_new_listener (worker, address, port, path, error);
}

gboolean
gst_ws_endpoint_open (GstWsEndpoint *self, GstElement *element,
    GstVowelWorker *worker, const GstWsTransportCallbacks *callbacks,
    gboolean many_peers)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *uri = NULL, *address = NULL, *path = NULL;
  g_autoptr (GstWsTransport) previous = NULL;
  GstWsTransport *transport;
  gint port;

  GST_OBJECT_LOCK (element);
  previous = g_steal_pointer (&self->previous);
  uri = g_strdup (self->uri);
  address = g_strdup (self->address);
  path = g_strdup (self->path);
  port = self->port;
  GST_OBJECT_UNLOCK (element);
  if (uri == NULL && port < 0)
    return TRUE;

  /* The same port again: it is free when the worker has let go of it. */
  if (previous != NULL)
    gst_ws_transport_wait_stopped (previous, STOP_TIMEOUT_MS);
  transport = make_transport (uri, address, path, port, worker, &error);
  if (transport == NULL) {
    gst_ws_endpoint_post_error (element, GST_RESOURCE_ERROR_SETTINGS, 0, error);
    return FALSE;
  }
  gst_ws_transport_set_owner (
      transport, callbacks, G_OBJECT (element), many_peers);
  GST_OBJECT_LOCK (element);
  self->transport = transport;
  self->bound_port = gst_ws_transport_get_port (transport);
  GST_OBJECT_UNLOCK (element);
  g_object_notify (G_OBJECT (element), "bound-port");
  return TRUE;
}

void
gst_ws_endpoint_close (GstWsEndpoint *self, GstElement *element)
{
  g_autoptr (GstWsTransport) transport = NULL;

  GST_OBJECT_LOCK (element);
  transport = g_steal_pointer (&self->transport);
  self->bound_port = -1;
  GST_OBJECT_UNLOCK (element);
  if (transport == NULL)
    return;
  gst_ws_transport_stop (transport);
  GST_OBJECT_LOCK (element);
  g_clear_pointer (&self->previous, gst_ws_transport_unref);
  self->previous = g_steal_pointer (&transport);
  GST_OBJECT_UNLOCK (element);
  g_object_notify (G_OBJECT (element), "bound-port");
}

GstWsTransport *
gst_ws_endpoint_get_transport (GstWsEndpoint *self, GstElement *element)
{
  GstWsTransport *transport = NULL;

  GST_OBJECT_LOCK (element);
  if (self->transport != NULL)
    transport = gst_ws_transport_ref (self->transport);
  GST_OBJECT_UNLOCK (element);
  return transport;
}
