/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gate.h"
#include "session-manager.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * VowelDoorway:
 *
 * From a WebSocket's handshake to its session, for all wire APIs. The accepting
 * thread only.
 */
typedef struct _VowelDoorway VowelDoorway;

/* All must outlive it, and the connections that it has accepted. */
VowelDoorway *vowel_doorway_new (VowelSessionManager *manager,
    VowelRuntimeConfig *runtime, VowelMetrics *metrics);
void vowel_doorway_free (VowelDoorway *doorway);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelDoorway, vowel_doorway_free)

/* The configuration that sessions begin with. (transfer none) */
VowelConfigSnapshot *vowel_doorway_get_snapshot (VowelDoorway *doorway);
/* See vowel_session_manager_place(). */
gboolean vowel_doorway_place (VowelDoorway *doorway,
    VowelSessionRequest *request, const VowelSessionWish *wish, GError **error);
/* Accepts the handshake of @message, then opens or joins the session that
 * @request was placed in. @request: (transfer full). Whoever asks for no
 * WebSocket has been answered an error when it returns. */
void vowel_doorway_accept (VowelDoorway *doorway, SoupServerMessage *message,
    VowelSessionRequest *request, VowelConfigSnapshot *snapshot);
/* Accepts the handshake, says @text (nullable) and closes. */
void vowel_doorway_refuse (VowelDoorway *doorway, SoupServerMessage *message,
    const gchar *text, guint16 code, const gchar *reason);
/* Accepts the handshake, and waits for what it says. @visitor: (transfer full)
 */
void vowel_doorway_wait (
    VowelDoorway *doorway, SoupServerMessage *message, VowelVisitor *visitor);
/* Whether @message asks for a WebSocket at all; else it has been answered. */
gboolean vowel_doorway_check (SoupServerMessage *message, const gchar *path);

G_END_DECLS
