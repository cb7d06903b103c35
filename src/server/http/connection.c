/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "connection.h"

#include "byte-stream.h"
#include "keep-alive.h"
#include "websocket-codec.h"

GST_DEBUG_CATEGORY_STATIC (vowel_connection_debug);
#define GST_CAT_DEFAULT vowel_connection_debug

#define MAX_FRAGMENTS 65536
#define READ_SIZE (32 * 1024)
/* Of one connection before the worker turns to the next one. */
#define READS_PER_TURN 8
/* Written at once; less waits for what else the same task has to say. */
#define WRITE_SIZE (16 * 1024)
/* Read and thrown away from a peer whose connection is being failed. */
#define LINGER_MAX_BYTES (64 * 1024 * 1024)
#define CODE_ABNORMAL 1006
#define CODE_TRY_AGAIN_LATER 1013

typedef enum {
  STATE_OPEN,
  STATE_CLOSING,   /* our close frame is queued, theirs awaited */
  STATE_LINGERING, /* all is said: the peer is to hang up */
  STATE_GONE,
} State;

struct _VowelConnection {
  GObject parent;

  /* All on the worker. */
  GstVowelWorker *worker;
  VowelByteStream *stream;
  VowelWebsocketCodec *codec;
  VowelConnectionLimits limits;
  VowelMetrics *metrics;
  gchar *name;
  GstVowelFdWatch *watch;
  GIOCondition watched;
  State state;

  VowelFace *face;
  VowelConnectionFunc gone;
  gpointer gone_data;
  guint16 code;  /* for the face's closed */
  gboolean told; /* that it is over */

  gsize lingered;     /* bytes */
  gboolean consuming; /* what it says meanwhile is sent afterwards */
  gboolean flush_posted;

  VowelKeepAlive *alive;
  GstVowelTimer *stall_timer; /* of the peer not reading or not closing */
};

static void vowel_connection_transport_init (VowelTransportInterface *iface);
static void on_ready (gint fd, GIOCondition condition, gpointer user_data);

G_DEFINE_FINAL_TYPE_WITH_CODE (VowelConnection, vowel_connection, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (
        VOWEL_TYPE_TRANSPORT, vowel_connection_transport_init)
        GST_DEBUG_CATEGORY_INIT (vowel_connection_debug, "vowel-connection", 0,
            "WebSocket connections of the server"))

/* The end. */

static void
stop_stall_timer (VowelConnection *self)
{
  if (self->stall_timer)
    gst_vowel_worker_cancel_timer (self->worker, self->stall_timer);
  self->stall_timer = NULL;
}

static void
tell_gone (gpointer user_data)
{
  VowelConnection *self = user_data;

  self->told = TRUE;
  if (self->face) {
    g_autoptr (VowelFace) face = g_steal_pointer (&self->face);

    vowel_face_closed (face, self->code);
  }
  if (self->gone)
    self->gone (self, self->gone_data);
}

/* The socket is of no more use. */
static void
hang_up (VowelConnection *self)
{
  if (self->state == STATE_GONE)
    return;
  GST_DEBUG ("%s: gone with code %u", self->name, self->code);
  self->state = STATE_GONE;
  vowel_keep_alive_stop (self->alive);
  stop_stall_timer (self);
  if (self->watch)
    gst_vowel_worker_unwatch_fd (self->worker, self->watch);
  self->watch = NULL;
  vowel_byte_stream_close (self->stream);
  gst_vowel_worker_post (
      self->worker, tell_gone, g_object_ref (self), g_object_unref);
}

static void
on_stalled (gpointer user_data)
{
  VowelConnection *self = user_data;

  self->stall_timer = NULL;
  if (self->state == STATE_OPEN) {
    GST_WARNING ("%s: cut off: takes nothing, %" G_GSIZE_FORMAT " bytes wait",
        self->name, vowel_byte_stream_get_queued (self->stream));
    g_atomic_int_inc (&self->metrics->cut_off_slow);
    self->metrics->dropped += vowel_byte_stream_get_queued (self->stream);
    self->code = CODE_TRY_AGAIN_LATER;
  }
  hang_up (self);
}

static void
restart_stall_timer (VowelConnection *self, guint timeout_ms)
{
  stop_stall_timer (self);
  self->stall_timer = gst_vowel_worker_add_timer (self->worker,
      gst_vowel_worker_get_time (self->worker) + timeout_ms * GST_MSECOND,
      on_stalled, self);
}

static void
start_closing (VowelConnection *self, guint16 code)
{
  if (self->state != STATE_OPEN)
    return;
  self->state = STATE_CLOSING;
  self->code = code;
  vowel_keep_alive_stop (self->alive);
  restart_stall_timer (self, self->limits.close_timeout_ms);
}

/* Output. */

/* Takes over what the codec has to say as one part of the queue. */
static void
take_frames (VowelConnection *self)
{
  GBytes *frames = vowel_websocket_codec_take (self->codec);

  if (frames)
    vowel_byte_stream_push (self->stream, frames);
}

static gsize
get_queued (VowelConnection *self)
{
  return vowel_byte_stream_get_queued (self->stream);
}

static void
watch (VowelConnection *self)
{
  GIOCondition wanted = G_IO_IN | (get_queued (self) > 0 ? G_IO_OUT : 0);

  if (self->watch == NULL || wanted == self->watched)
    return;
  self->watched = wanted;
  gst_vowel_worker_modify_fd (self->worker, self->watch, wanted);
}

/* What is queued is dropped except for a frame that has begun, and the close
 * frame put in its place. */
static void
cut_off (VowelConnection *self)
{
  gsize waiting = get_queued (self);

  GST_WARNING (
      "%s: cut off: %" G_GSIZE_FORMAT " bytes wait", self->name, waiting);
  vowel_byte_stream_drop_unbegun (self->stream);
  self->metrics->dropped += waiting - get_queued (self);
  vowel_websocket_codec_send_close (
      self->codec, CODE_TRY_AGAIN_LATER, "too slow in reading");
  take_frames (self);
  start_closing (self, CODE_TRY_AGAIN_LATER);
  g_atomic_int_inc (&self->metrics->cut_off_slow);
}

/* FALSE when nothing more can be written at the moment. */
static gboolean
write_some (VowelConnection *self)
{
  g_autoptr (GError) error = NULL;
  gsize written;
  GPollableReturn result =
      vowel_byte_stream_write (self->stream, &written, &error);

  if (result == G_POLLABLE_RETURN_FAILED) {
    GST_DEBUG ("%s: cannot write: %s", self->name, error->message);
    if (self->state == STATE_OPEN)
      self->code = CODE_ABNORMAL;
    hang_up (self);
    return FALSE;
  }
  self->metrics->sent += written;
  if (written > 0 && self->state == STATE_OPEN) {
    if (get_queued (self) > 0)
      restart_stall_timer (self, self->limits.pong_timeout_ms);
    else
      stop_stall_timer (self);
  }
  return result == G_POLLABLE_RETURN_OK && written > 0;
}

static void
flush (VowelConnection *self)
{
  if (self->state == STATE_GONE || self->consuming)
    return;
  take_frames (self);
  while (get_queued (self) > 0)
    if (!write_some (self))
      break;
  if (self->state == STATE_GONE)
    return;
  if (self->state == STATE_OPEN && get_queued (self) > self->limits.max_queue) {
    cut_off (self);
  } else if (self->state == STATE_OPEN && get_queued (self) > 0
             && self->stall_timer == NULL) {
    restart_stall_timer (self, self->limits.pong_timeout_ms);
  }
  if (self->state == STATE_CLOSING && get_queued (self) == 0
      && vowel_websocket_codec_is_over (self->codec)) {
    /* Closing with bytes unread would reset the connection and take the close
     * frame with it. */
    self->state = STATE_LINGERING;
    vowel_byte_stream_shut_output (self->stream);
  }
  watch (self);
}

static void
on_flush (gpointer user_data)
{
  VowelConnection *self = user_data;

  self->flush_posted = FALSE;
  flush (self);
}

/* The events of one step leave in one write: a system call and a packet for
 * each would cost more than making them. */
static void
flush_soon (VowelConnection *self)
{
  if (get_queued (self) >= WRITE_SIZE) {
    flush (self);
    return;
  }
  if (self->consuming || self->flush_posted)
    return;
  self->flush_posted = TRUE;
  gst_vowel_worker_post (
      self->worker, on_flush, g_object_ref (self), g_object_unref);
}

/* What was just sent is taken at once: for the codec a close frame would
 * overtake it. */
static void
note_sent (VowelConnection *self)
{
  take_frames (self);
  flush_soon (self);
}

/* Input. */

static void
on_text (const gchar *text, gsize length, gpointer user_data)
{
  VowelConnection *self = user_data;

  if (self->state == STATE_OPEN)
    vowel_face_receive_text (self->face, text, length);
}

static void
on_binary (const guint8 *data, gsize length, gpointer user_data)
{
  VowelConnection *self = user_data;

  if (self->state == STATE_OPEN)
    vowel_face_receive_binary (self->face, data, length);
}

static void
on_closed (guint16 code, gpointer user_data)
{
  start_closing (user_data, code);
}

static void
on_failed (guint16 code, const gchar *reason, gpointer user_data)
{
  VowelConnection *self = user_data;

  GST_WARNING ("%s: closing with %u: %s", self->name, code, reason);
  g_atomic_int_inc (&self->metrics->protocol_errors);
  start_closing (self, code);
}

static void
consume (VowelConnection *self, guint8 *data, gsize length)
{
  self->consuming = TRUE;
  self->lingered +=
      length - vowel_websocket_codec_feed (self->codec, data, length);
  self->consuming = FALSE;
  take_frames (self);
  if (self->lingered > LINGER_MAX_BYTES)
    hang_up (self);
}

/* FALSE when there is nothing more to read at the moment. */
static gboolean
read_some (VowelConnection *self)
{
  guint8 buffer[READ_SIZE];
  g_autoptr (GError) error = NULL;
  gssize n =
      vowel_byte_stream_read (self->stream, buffer, sizeof (buffer), &error);

  if (n < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return FALSE;
  if (n <= 0) {
    GST_DEBUG ("%s: peer hung up: %s", self->name,
        error ? error->message : "end of stream");
    if (self->state == STATE_OPEN)
      self->code = CODE_ABNORMAL;
    hang_up (self);
    return FALSE;
  }
  vowel_keep_alive_note (self->alive);
  self->metrics->received += n;
  consume (self, buffer, n);
  /* Less than asked for: the socket was emptied, epoll tells when it is not
   * any more. */
  return n == sizeof (buffer) || vowel_byte_stream_reads_ahead (self->stream);
}

static void
read_on (gpointer user_data)
{
  VowelConnection *self = user_data;

  on_ready (-1, G_IO_IN, self);
}

static void
on_ready (gint fd, GIOCondition condition, gpointer user_data)
{
  g_autoptr (VowelConnection) self = g_object_ref (user_data);
  guint reads = 0;

  if (self->state == STATE_GONE)
    return;
  if (condition & (G_IO_IN | G_IO_HUP | G_IO_ERR)) {
    while (
        self->state != STATE_GONE && reads < READS_PER_TURN && read_some (self))
      reads++;
    if (reads == READS_PER_TURN && vowel_byte_stream_reads_ahead (self->stream))
      gst_vowel_worker_post (
          self->worker, read_on, g_object_ref (self), g_object_unref);
  }
  flush (self);
}

/* Keep-alive. */

static void
on_silence (gpointer user_data)
{
  VowelConnection *self = user_data;

  vowel_websocket_codec_send_ping (self->codec);
  note_sent (self);
}

static void
on_dead (gpointer user_data)
{
  VowelConnection *self = user_data;

  GST_WARNING ("%s: cut off: does not answer", self->name);
  g_atomic_int_inc (&self->metrics->cut_off_dead);
  self->code = CODE_ABNORMAL;
  hang_up (self);
}

/* VowelTransport */

static void
vowel_connection_send_text (
    VowelTransport *transport, const gchar *text, gsize length)
{
  VowelConnection *self = VOWEL_CONNECTION (transport);

  if (self->state != STATE_OPEN)
    return;
  vowel_websocket_codec_send_text (self->codec, text, length);
  note_sent (self);
}

static void
vowel_connection_send_binary (VowelTransport *transport, GBytes *bytes)
{
  VowelConnection *self = VOWEL_CONNECTION (transport);
  gsize length;
  gconstpointer data = g_bytes_get_data (bytes, &length);

  if (self->state != STATE_OPEN)
    return;
  vowel_websocket_codec_send_binary (self->codec, data, length);
  note_sent (self);
}

static void
vowel_connection_close (
    VowelTransport *transport, guint16 code, const gchar *reason)
{
  VowelConnection *self = VOWEL_CONNECTION (transport);

  if (self->state != STATE_OPEN)
    return;
  vowel_websocket_codec_send_close (self->codec, code, reason);
  start_closing (self, code);
  flush (self);
}

static void
vowel_connection_transport_init (VowelTransportInterface *iface)
{
  iface->send_text = vowel_connection_send_text;
  iface->send_binary = vowel_connection_send_binary;
  iface->close = vowel_connection_close;
}

/* GObject */

static void
vowel_connection_finalize (GObject *object)
{
  VowelConnection *self = VOWEL_CONNECTION (object);

  g_clear_pointer (&self->codec, vowel_websocket_codec_free);
  g_clear_pointer (&self->alive, vowel_keep_alive_free);
  g_free (self->name);
  g_clear_object (&self->face);
  g_clear_pointer (&self->stream, vowel_byte_stream_free);
  g_clear_pointer (&self->metrics, vowel_metrics_unref);
  g_clear_object (&self->worker);
  G_OBJECT_CLASS (vowel_connection_parent_class)->finalize (object);
}

static void
vowel_connection_class_init (VowelConnectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vowel_connection_finalize;
}

static void
vowel_connection_init (VowelConnection *self)
{
  self->name = g_strdup ("connection");
}

void
vowel_connection_limits_init (
    VowelConnectionLimits *limits, const VowelServerConfig *config)
{
  *limits = (VowelConnectionLimits){
      .max_message = config->max_message,
      .max_fragments = MAX_FRAGMENTS,
      .max_queue = config->max_queue,
      .ping_interval_ms = config->ping_interval_ms,
      .pong_timeout_ms = config->pong_timeout_ms,
      .close_timeout_ms = config->close_timeout_ms,
  };
}

VowelConnection *
vowel_connection_new (GstVowelWorker *worker, GIOStream *stream,
    GSocket *socket, gboolean encrypted, const VowelConnectionLimits *limits,
    VowelMetrics *metrics)
{
  static const VowelWebsocketCodecCallbacks callbacks = {
      .text = on_text,
      .binary = on_binary,
      .closed = on_closed,
      .failed = on_failed,
  };
  static const VowelKeepAliveCallbacks alive_callbacks = {
      .ping = on_silence,
      .dead = on_dead,
  };
  VowelConnection *self = g_object_new (VOWEL_TYPE_CONNECTION, NULL);

  self->worker = g_object_ref (worker);
  self->stream = vowel_byte_stream_new (stream, socket, encrypted);
  self->limits = *limits;
  self->metrics = vowel_metrics_ref (metrics);
  self->alive = vowel_keep_alive_new (worker, limits->ping_interval_ms,
      limits->pong_timeout_ms, &alive_callbacks, self);
  self->codec = vowel_websocket_codec_new (
      limits->max_message, limits->max_fragments, &callbacks, self);
  return self;
}

void
vowel_connection_start (VowelConnection *self, VowelFace *face,
    VowelConnectionFunc gone, gpointer user_data)
{
  g_set_object (&self->face, face);
  self->gone = gone;
  self->gone_data = user_data;
  if (self->state == STATE_GONE)
    return;
  self->watched = G_IO_IN;
  self->watch = gst_vowel_worker_watch_fd (self->worker,
      vowel_byte_stream_get_fd (self->stream), G_IO_IN, on_ready, self);
  if (self->state == STATE_OPEN)
    vowel_keep_alive_start (self->alive);
  /* The handshake may have read more than its request. */
  gst_vowel_worker_post (
      self->worker, read_on, g_object_ref (self), g_object_unref);
}

void
vowel_connection_hand_over (VowelConnection *self, VowelFace *face,
    VowelConnectionFunc gone, gpointer user_data)
{
  g_set_object (&self->face, face);
  self->gone = gone;
  self->gone_data = user_data;
  if (self->told)
    gst_vowel_worker_post (
        self->worker, tell_gone, g_object_ref (self), g_object_unref);
}

void
vowel_connection_disown (
    VowelConnection *self, guint16 code, const gchar *reason)
{
  vowel_transport_close (VOWEL_TRANSPORT (self), code, reason);
  g_clear_object (&self->face);
}

void
vowel_connection_set_name (VowelConnection *self, const gchar *name)
{
  g_free (self->name);
  self->name = g_strdup (name);
}
