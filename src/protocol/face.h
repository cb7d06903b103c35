/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session/session.h"

G_BEGIN_DECLS

/**
 * VowelTransport:
 *
 * What a face writes to: one WebSocket, or a recorder in tests. Owner thread
 * only. Nothing is sent after close.
 */
#define VOWEL_TYPE_TRANSPORT (vowel_transport_get_type ())
G_DECLARE_INTERFACE (VowelTransport, vowel_transport, VOWEL, TRANSPORT, GObject)

/**
 * VowelTransportInterface:
 * @send_text: queue one text message; @text need not outlive the call
 * @send_binary: queue one binary message
 * @close: after what is queued, with a WebSocket close code (0: none) and
 * reason (cut to 123 bytes)
 */
struct _VowelTransportInterface {
  GTypeInterface parent;

  void (*send_text) (
      VowelTransport *transport, const gchar *text, gsize length);
  void (*send_binary) (VowelTransport *transport, GBytes *bytes);
  void (*close) (VowelTransport *transport, guint16 code, const gchar *reason);
};

void vowel_transport_send_text (
    VowelTransport *transport, const gchar *text, gsize length);
void vowel_transport_send_binary (VowelTransport *transport, GBytes *bytes);
void vowel_transport_close (
    VowelTransport *transport, guint16 code, const gchar *reason);

/**
 * VowelFace:
 *
 * One connection's protocol adapter: messages in become session commands,
 * session events become messages out. Owner thread only.
 */
#define VOWEL_TYPE_FACE (vowel_face_get_type ())
G_DECLARE_INTERFACE (VowelFace, vowel_face, VOWEL, FACE, GObject)

/**
 * VowelFaceInterface:
 * @receive_text: one whole text message, valid UTF-8, not terminated
 * @receive_binary: one whole binary message
 * @closed: the peer is gone, or has closed with @code: leave the session
 * @refuse: say why the session that it was made for cannot begin, and close
 */
struct _VowelFaceInterface {
  GTypeInterface parent;

  void (*receive_text) (VowelFace *face, const gchar *text, gsize length);
  void (*receive_binary) (VowelFace *face, const guint8 *data, gsize length);
  void (*closed) (VowelFace *face, guint16 code);
  void (*refuse) (VowelFace *face, const GError *error);
};

void vowel_face_receive_text (VowelFace *face, const gchar *text, gsize length);
void vowel_face_receive_binary (
    VowelFace *face, const guint8 *data, gsize length);
void vowel_face_closed (VowelFace *face, guint16 code);
void vowel_face_refuse (VowelFace *face, const GError *error);

/**
 * VowelFaceMaker:
 * @make: the face of a connection of @session, which it joins, with @tools
 *   (nullable) (element-type VowelTool) of its client. With an error it may
 *   return a face nevertheless, which is then told to refuse. (transfer full)
 *   (nullable)
 * @free: frees the maker, which any thread may do
 *
 * Which wire API a connection speaks, and what its face must know. Made where
 * HTTP is answered, used once, on the session's thread.
 */
typedef struct _VowelFaceMaker VowelFaceMaker;
struct _VowelFaceMaker {
  VowelFace *(*make) (VowelFaceMaker *maker, VowelSession *session,
      VowelTransport *transport, GPtrArray *tools, GError **error);
  void (*free) (VowelFaceMaker *maker);
};

void vowel_face_maker_free (VowelFaceMaker *maker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelFaceMaker, vowel_face_maker_free)

G_END_DECLS
