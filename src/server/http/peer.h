/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/telemetry/metrics.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VowelPeer:
 *
 * One accepted TCP connection while HTTP is spoken on it: its deadline, and its
 * place in the counts. The accepting thread only, except that the last
 * reference may go anywhere.
 *
 * libsoup has no deadline for the headers of a request, so that whoever sends a
 * byte a second would hold a connection forever.
 */
typedef struct _VowelPeer VowelPeer;

VowelPeer *vowel_peer_new (
    GSocket *socket, gboolean encrypted, VowelMetrics *metrics);
VowelPeer *vowel_peer_ref (VowelPeer *peer);
void vowel_peer_unref (VowelPeer *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelPeer, vowel_peer_unref)

GSocket *vowel_peer_get_socket (VowelPeer *peer);
gboolean vowel_peer_is_encrypted (VowelPeer *peer);
/* Shuts the socket when it is not called again within @timeout_ms; 0: no
 * deadline. @what: that is late then; NULL: nothing, nobody waits for it. */
void vowel_peer_set_deadline (
    VowelPeer *peer, guint timeout_ms, const gchar *what);
/* It has become a WebSocket: no deadline, not pending any more. */
void vowel_peer_release (VowelPeer *peer);

G_END_DECLS
