/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "websocket-codec.h"

#include "frames.h"

#include <string.h>
#include <wslay/wslay.h>

#define REASON_MAX_LENGTH 123

struct _VowelWebsocketCodec {
  const VowelWebsocketCodecCallbacks *callbacks;
  gpointer user_data;
  guint64 max_message;
  guint max_fragments;

  wslay_event_context_ptr ws;
  VowelFrames frames;
  const guint8 *chunk; /* what wslay reads at the moment */
  gsize chunk_length;
  guint fragments;  /* frames of the message so far */
  gboolean closing; /* one side has said that it closes */
  GByteArray *out;  /* to be taken */
};

/* --- in --- */

static void
fail (VowelWebsocketCodec *codec, guint16 code, const gchar *reason)
{
  codec->closing = TRUE;
  codec->callbacks->failed (code, reason, codec->user_data);
}

static void
refuse (VowelWebsocketCodec *codec, guint16 code, const gchar *reason)
{
  wslay_event_shutdown_read (codec->ws);
  wslay_event_queue_close (
      codec->ws, code, (const guint8 *) reason, strlen (reason));
  fail (codec, code, reason);
}

static ssize_t
on_receive (wslay_event_context_ptr ws, uint8_t *buffer, size_t length,
    int flags, void *user_data)
{
  VowelWebsocketCodec *codec = user_data;
  gsize n = MIN (length, codec->chunk_length);

  if (n == 0) {
    wslay_event_set_error (ws, WSLAY_ERR_WOULDBLOCK);
    return -1;
  }
  memcpy (buffer, codec->chunk, n);
  codec->chunk += n;
  codec->chunk_length -= n;
  return n;
}

static void
on_frame_start (wslay_event_context_ptr ws,
    const struct wslay_event_on_frame_recv_start_arg *arg, void *user_data)
{
  VowelWebsocketCodec *codec = user_data;

  if (wslay_is_ctrl_frame (arg->opcode))
    return;
  if (arg->opcode != WSLAY_CONTINUATION_FRAME)
    codec->fragments = 0;
  if (++codec->fragments > codec->max_fragments && !codec->closing)
    refuse (codec, WSLAY_CODE_MESSAGE_TOO_BIG, "message in too many fragments");
}

static void
on_message (wslay_event_context_ptr ws,
    const struct wslay_event_on_msg_recv_arg *arg, void *user_data)
{
  VowelWebsocketCodec *codec = user_data;

  switch (arg->opcode) {
    case WSLAY_TEXT_FRAME:
      codec->callbacks->text (
          (const gchar *) arg->msg, arg->msg_length, codec->user_data);
      break;
    case WSLAY_BINARY_FRAME:
      codec->callbacks->binary (arg->msg, arg->msg_length, codec->user_data);
      break;
    case WSLAY_CONNECTION_CLOSE:
      codec->closing = TRUE;
      codec->callbacks->closed (
          arg->status_code ? arg->status_code : WSLAY_CODE_NO_STATUS_RCVD,
          codec->user_data);
      break;
    default:
      break;
  }
}

/* wslay has answered a violation by itself, with a code that it tells when the
 * answer has been written. */
static void
note_violation (VowelWebsocketCodec *codec)
{
  guint16 code = wslay_event_get_status_code_sent (codec->ws);

  if (codec->closing || wslay_event_get_read_enabled (codec->ws))
    return;
  if (code == WSLAY_CODE_ABNORMAL_CLOSURE)
    code = WSLAY_CODE_PROTOCOL_ERROR;
  fail (codec, code,
      code == WSLAY_CODE_MESSAGE_TOO_BIG
          ? "message too big"
          : "not what WebSocket (RFC 6455) allows");
}

/* One frame, or what has come of it. */
static void
feed_wslay (VowelWebsocketCodec *codec, const guint8 *data, gsize length)
{
  codec->chunk = data;
  codec->chunk_length = length;
  if (wslay_event_recv (codec->ws) != 0 && !codec->closing)
    refuse (codec, WSLAY_CODE_INTERNAL_SERVER_ERROR, "out of memory");
  wslay_event_send (codec->ws);
  note_violation (codec);
}

gboolean
vowel_websocket_codec_is_listening (VowelWebsocketCodec *codec)
{
  return wslay_event_get_read_enabled (codec->ws);
}

gsize
vowel_websocket_codec_feed (
    VowelWebsocketCodec *codec, guint8 *data, gsize length)
{
  gsize taken = 0;

  while (taken < length && vowel_websocket_codec_is_listening (codec)) {
    const gchar *text;
    gsize text_length;
    gsize n = vowel_frames_take_text (&codec->frames, data + taken,
        length - taken, codec->max_message, &text, &text_length);

    if (n > 0) {
      codec->callbacks->text (text, text_length, codec->user_data);
    } else {
      n = vowel_frames_pass (&codec->frames, data + taken, length - taken);
      feed_wslay (codec, data + taken, n);
    }
    taken += n;
  }
  return taken;
}

/* --- out --- */

static ssize_t
on_send (wslay_event_context_ptr ws, const uint8_t *data, size_t length,
    int flags, void *user_data)
{
  VowelWebsocketCodec *codec = user_data;

  g_byte_array_append (codec->out, data, length);
  return length;
}

static void
queue_message (
    VowelWebsocketCodec *codec, guint8 opcode, gconstpointer data, gsize length)
{
  struct wslay_event_msg message = {opcode, data, length};

  wslay_event_queue_msg (codec->ws, &message);
}

void
vowel_websocket_codec_send_text (
    VowelWebsocketCodec *codec, const gchar *text, gsize length)
{
  queue_message (codec, WSLAY_TEXT_FRAME, text, length);
}

void
vowel_websocket_codec_send_binary (
    VowelWebsocketCodec *codec, gconstpointer data, gsize length)
{
  queue_message (codec, WSLAY_BINARY_FRAME, data, length);
}

void
vowel_websocket_codec_send_ping (VowelWebsocketCodec *codec)
{
  queue_message (codec, WSLAY_PING, NULL, 0);
}

void
vowel_websocket_codec_send_close (
    VowelWebsocketCodec *codec, guint16 code, const gchar *reason)
{
  gsize length = reason ? strlen (reason) : 0;

  if (length > REASON_MAX_LENGTH) {
    const gchar *end;

    g_utf8_validate (reason, REASON_MAX_LENGTH, &end);
    length = end - reason;
  }
  codec->closing = TRUE;
  wslay_event_queue_close (codec->ws, code, (const guint8 *) reason, length);
}

GBytes *
vowel_websocket_codec_take (VowelWebsocketCodec *codec)
{
  GBytes *bytes;

  wslay_event_send (codec->ws);
  if (codec->out->len == 0)
    return NULL;
  bytes = g_byte_array_free_to_bytes (codec->out);
  codec->out = g_byte_array_new ();
  return bytes;
}

gboolean
vowel_websocket_codec_is_over (VowelWebsocketCodec *codec)
{
  return wslay_event_get_close_sent (codec->ws) && codec->out->len == 0
         && !vowel_websocket_codec_is_listening (codec);
}

/* --- life --- */

VowelWebsocketCodec *
vowel_websocket_codec_new (guint64 max_message, guint max_fragments,
    const VowelWebsocketCodecCallbacks *callbacks, gpointer user_data)
{
  static const struct wslay_event_callbacks event_callbacks = {
      .recv_callback = on_receive,
      .send_callback = on_send,
      .on_frame_recv_start_callback = on_frame_start,
      .on_msg_recv_callback = on_message,
  };
  VowelWebsocketCodec *codec = g_new0 (VowelWebsocketCodec, 1);

  codec->callbacks = callbacks;
  codec->user_data = user_data;
  codec->max_message = max_message;
  codec->max_fragments = max_fragments;
  codec->out = g_byte_array_new ();
  wslay_event_context_server_init (&codec->ws, &event_callbacks, codec);
  wslay_event_config_set_max_recv_msg_length (codec->ws, max_message);
  return codec;
}

void
vowel_websocket_codec_free (VowelWebsocketCodec *codec)
{
  wslay_event_context_free (codec->ws);
  g_byte_array_unref (codec->out);
  g_free (codec);
}
