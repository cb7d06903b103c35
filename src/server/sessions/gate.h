/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session-request.h"

#include "server/config/runtime-config.h"
#include "server/http/connection.h"
#include "server/http/peer.h"

G_BEGIN_DECLS

/* Errors of a visitor: their codes are the WebSocket close codes, their
 * messages the reasons. */
#define VOWEL_GATE_ERROR (vowel_gate_error_quark ())
GQuark vowel_gate_error_quark (void);

/**
 * VowelVisitor:
 * @timeout_ms: how long it may take to say what it wants
 * @read: on the worker: one text message. Returns %TRUE when it is known now
 *   which session is wanted; fails with #VOWEL_GATE_ERROR
 * @settle: where HTTP is answered: the session that it gets, which has been
 *   placed, and what it begins with. Fails with #VOWEL_GATE_ERROR. (transfer
 *   full) of both
 * @free: frees the visitor, anywhere
 *
 * A client that says only over its WebSocket which session it wants. @read and
 * @settle are never called at the same time.
 */
typedef struct _VowelVisitor VowelVisitor;
struct _VowelVisitor {
  guint timeout_ms;
  gboolean (*read) (
      VowelVisitor *visitor, const gchar *text, gsize length, GError **error);
  VowelSessionRequest *(*settle) (VowelVisitor *visitor,
      VowelConfigSnapshot **ret_snapshot, GError **error);
  void (*free) (VowelVisitor *visitor);
};

/**
 * VowelGate:
 *
 * Where a visitor's connection waits until its session is known. It lives on
 * the worker that the session will be on; what the visitor has said until then
 * is said again to the face that it gets.
 */
#define VOWEL_TYPE_GATE (vowel_gate_get_type ())
G_DECLARE_FINAL_TYPE (VowelGate, vowel_gate, VOWEL, GATE, GObject)

/* What is to be done with the session that was settled, in the context that the
 * gate was made in. @request: (transfer full) */
typedef void (*VowelGateFunc) (VowelGate *gate, VowelSessionRequest *request,
    VowelConfigSnapshot *snapshot, gpointer user_data);

/* @place: a number that the caller knows @worker by. @visitor: (transfer full).
 * @metrics, and @user_data, must outlive the gate. */
VowelGate *vowel_gate_new (GstVowelWorker *worker, guint place,
    VowelVisitor *visitor, VowelMetrics *metrics, VowelGateFunc func,
    gpointer user_data);
guint vowel_gate_get_place (VowelGate *gate);
/* Takes over a connection whose handshake is done. */
void vowel_gate_admit (VowelGate *gate, GIOStream *stream, VowelPeer *peer,
    const VowelServerConfig *config);
/* On the worker, once: the connection, which from now on is the caller's, to be
 * handed over to a face, and what it has said. (transfer full) of all;
 * @ret_said: (element-type GBytes) */
VowelConnection *vowel_gate_pass (
    VowelGate *gate, VowelPeer **ret_peer, GPtrArray **ret_said);
/* Instead, from any thread: there is no session. */
void vowel_gate_send_back (VowelGate *gate, guint16 code, const gchar *reason);

/* Says @text (nullable) and closes: nobody is let in. Needs no gate. */
void vowel_gate_turn_away (GstVowelWorker *worker, GIOStream *stream,
    VowelPeer *peer, const VowelServerConfig *config, VowelMetrics *metrics,
    const gchar *text, guint16 code, const gchar *reason);

G_END_DECLS
