/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VowelWebsocketCodecCallbacks:
 * @text: a text message, valid UTF-8, without a NUL behind it
 * @binary: a binary message
 * @closed: the peer closes with @code
 * @failed: the peer has done what is not allowed, and is closed with @code
 *
 * None may free the codec. After the last two nothing more comes.
 */
typedef struct {
  void (*text) (const gchar *text, gsize length, gpointer user_data);
  void (*binary) (const guint8 *data, gsize length, gpointer user_data);
  void (*closed) (guint16 code, gpointer user_data);
  void (*failed) (guint16 code, const gchar *reason, gpointer user_data);
} VowelWebsocketCodecCallbacks;

/**
 * VowelWebsocketCodec:
 *
 * The messages of a WebSocket (RFC 6455) after its handshake, and the bytes
 * that they are on the wire, as a server has them. It answers pings and closing
 * handshakes by itself; it knows neither sockets nor time. One thread.
 */
typedef struct _VowelWebsocketCodec VowelWebsocketCodec;

/* @max_message: bytes of one message, whole or in fragments. @max_fragments:
 * frames of one message. @callbacks: static */
VowelWebsocketCodec *vowel_websocket_codec_new (guint64 max_message,
    guint max_fragments, const VowelWebsocketCodecCallbacks *callbacks,
    gpointer user_data);
void vowel_websocket_codec_free (VowelWebsocketCodec *codec);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelWebsocketCodec, vowel_websocket_codec_free)

/**
 * vowel_websocket_codec_feed:
 * @data: what has come, which is changed in its place
 *
 * Returns: how many bytes it took: all, until nothing more is of interest
 */
gsize vowel_websocket_codec_feed (
    VowelWebsocketCodec *codec, guint8 *data, gsize length);
/* Whether it is still of interest what comes. */
gboolean vowel_websocket_codec_is_listening (VowelWebsocketCodec *codec);

/* What becomes of these is to be taken. Nothing is sent after the close. */
void vowel_websocket_codec_send_text (
    VowelWebsocketCodec *codec, const gchar *text, gsize length);
void vowel_websocket_codec_send_binary (
    VowelWebsocketCodec *codec, gconstpointer data, gsize length);
void vowel_websocket_codec_send_ping (VowelWebsocketCodec *codec);
/* @reason: (nullable): cut at what fits. A second one is not sent. */
void vowel_websocket_codec_send_close (
    VowelWebsocketCodec *codec, guint16 code, const gchar *reason);
/* Whole frames, to be sent in this order. (transfer full) (nullable): there are
 * none */
GBytes *vowel_websocket_codec_take (VowelWebsocketCodec *codec);
/* Whether both sides have said that it is over, and that has been taken. */
gboolean vowel_websocket_codec_is_over (VowelWebsocketCodec *codec);

G_END_DECLS
