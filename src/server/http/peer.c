/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "peer.h"

#include <gst/gst.h>

GST_DEBUG_CATEGORY_EXTERN (vowel_listener_debug);
#define GST_CAT_DEFAULT vowel_listener_debug

struct _VowelPeer {
  GSocket *socket;
  gboolean encrypted;
  VowelMetrics *metrics;
  gboolean released;
  GSource *deadline;
  const gchar *what;
};

VowelPeer *
vowel_peer_new (GSocket *socket, gboolean encrypted, VowelMetrics *metrics)
{
  VowelPeer *peer = g_atomic_rc_box_new0 (VowelPeer);

  peer->socket = g_object_ref (socket);
  peer->encrypted = encrypted;
  peer->metrics = vowel_metrics_ref (metrics);
  g_atomic_int_inc (&metrics->connections);
  g_atomic_int_inc (&metrics->pending);
  return peer;
}

VowelPeer *
vowel_peer_ref (VowelPeer *peer)
{
  return g_atomic_rc_box_acquire (peer);
}

static void
clear_deadline (VowelPeer *peer)
{
  if (peer->deadline)
    g_source_destroy (peer->deadline);
  g_clear_pointer (&peer->deadline, g_source_unref);
}

static void
peer_clear (gpointer data)
{
  VowelPeer *peer = data;

  clear_deadline (peer);
  if (!peer->released)
    g_atomic_int_add (&peer->metrics->pending, -1);
  g_atomic_int_add (&peer->metrics->connections, -1);
  vowel_metrics_unref (peer->metrics);
  g_object_unref (peer->socket);
}

void
vowel_peer_unref (VowelPeer *peer)
{
  g_atomic_rc_box_release_full (peer, peer_clear);
}

GSocket *
vowel_peer_get_socket (VowelPeer *peer)
{
  return peer->socket;
}

gboolean
vowel_peer_is_encrypted (VowelPeer *peer)
{
  return peer->encrypted;
}

static gboolean
on_deadline (gpointer user_data)
{
  VowelPeer *peer = user_data;

  if (peer->what) {
    GST_INFO ("closing a connection: no %s in time", peer->what);
    g_atomic_int_inc (&peer->metrics->headers_late);
  }
  /* libsoup reads the end of the stream and lets go; closing the descriptor
   * under its sources would not be safe. */
  g_socket_shutdown (peer->socket, TRUE, TRUE, NULL);
  clear_deadline (peer);
  return G_SOURCE_REMOVE;
}

void
vowel_peer_set_deadline (VowelPeer *peer, guint timeout_ms, const gchar *what)
{
  clear_deadline (peer);
  if (timeout_ms == 0)
    return;
  peer->what = what;
  peer->deadline = g_timeout_source_new (timeout_ms);
  g_source_set_callback (peer->deadline, on_deadline, peer, NULL);
  g_source_attach (peer->deadline, g_main_context_get_thread_default ());
}

void
vowel_peer_release (VowelPeer *peer)
{
  clear_deadline (peer);
  if (!peer->released)
    g_atomic_int_add (&peer->metrics->pending, -1);
  peer->released = TRUE;
}
