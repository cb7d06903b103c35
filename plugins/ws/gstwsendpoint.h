/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gstwsframing.h"
#include "gstwstransport.h"

G_BEGIN_DECLS

/* What wsaudiosrc and wsaudiosink have in common: where the peer is, how
 * messages look, and the properties for it. */
enum {
  GST_WS_PROP_URI = 1,
  GST_WS_PROP_ADDRESS,
  GST_WS_PROP_PORT,
  GST_WS_PROP_PATH,
  GST_WS_PROP_BOUND_PORT,
  GST_WS_PROP_FRAMING,
  GST_WS_N_PROPS
};

typedef struct {
  /* Protected by the element's object lock. */
  gchar *uri;
  gchar *address;
  gchar *path;
  gint port;
  gint bound_port;
  GstWsFraming framing;
  GstWsTransport *transport; /* READY to PAUSED and back */
  GstWsTransport *previous;  /* of the run before, may still be stopping */
} GstWsEndpoint;

G_GNUC_INTERNAL void gst_ws_endpoint_install_properties (GObjectClass *klass);
G_GNUC_INTERNAL void gst_ws_endpoint_init (GstWsEndpoint *endpoint);
G_GNUC_INTERNAL void gst_ws_endpoint_clear (GstWsEndpoint *endpoint);
/* With the object lock; FALSE: not one of these properties. */
G_GNUC_INTERNAL gboolean gst_ws_endpoint_set_property (
    GstWsEndpoint *endpoint, guint id, const GValue *value);
G_GNUC_INTERNAL gboolean gst_ws_endpoint_get_property (
    GstWsEndpoint *endpoint, guint id, GValue *value);

/* READY to PAUSED. Makes the transport, unless the element stands inside an
 * application; FALSE after an error message. */
G_GNUC_INTERNAL gboolean gst_ws_endpoint_open (GstWsEndpoint *endpoint,
    GstElement *element, GstVowelWorker *worker,
    const GstWsTransportCallbacks *callbacks, gboolean many_peers);
G_GNUC_INTERNAL void gst_ws_endpoint_close (
    GstWsEndpoint *endpoint, GstElement *element);
/* (transfer full) (nullable) */
G_GNUC_INTERNAL GstWsTransport *gst_ws_endpoint_get_transport (
    GstWsEndpoint *endpoint, GstElement *element);
/* Posts an element error with the details structure. */
G_GNUC_INTERNAL void gst_ws_endpoint_post_error (GstElement *element,
    GstResourceError code, guint http_status, const GError *error);

G_END_DECLS
