/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "peer.h"

#include "server/config/server-config.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * VowelListener:
 *
 * The listening socket: accepts connections for a #SoupServer, counts them,
 * limits them, and gives each request a deadline. libsoup's own listening
 * socket has a backlog of 10, which loses most of 200 simultaneous clients.
 */
#define VOWEL_TYPE_LISTENER (vowel_listener_get_type ())
G_DECLARE_FINAL_TYPE (VowelListener, vowel_listener, VOWEL, LISTENER, GObject)

/* @metrics: must outlive the listener. */
VowelListener *vowel_listener_new (
    SoupServer *soup, VowelServerConfig *config, VowelMetrics *metrics);
/* What @config names; NULL when it names none. (transfer full) */
gboolean vowel_listener_load_certificate (const VowelServerConfig *config,
    GTlsCertificate **ret_certificate, GError **error);
/* Binds and accepts on the thread-default main context. @port: 0 for any free
 * one. @setting: what the user calls it. */
gboolean vowel_listener_open (
    VowelListener *listener, guint port, const gchar *setting, GError **error);
/* Accepts nobody any more. */
void vowel_listener_close (VowelListener *listener);
/* "http://127.0.0.1:8787", with the real port; after open. (transfer full) */
gchar *vowel_listener_dup_url (VowelListener *listener);
guint vowel_listener_get_port (VowelListener *listener);
/* The connection that @message came on. (transfer none) */
VowelPeer *vowel_listener_get_peer (SoupServerMessage *message);

G_END_DECLS
