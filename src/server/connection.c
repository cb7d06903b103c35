/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "connection.h"

#include "byte-stream.h"
#include "frames.h"

#include <string.h>
#include <wslay/wslay.h>

GST_DEBUG_CATEGORY_STATIC (vowel_connection_debug);
#define GST_CAT_DEFAULT vowel_connection_debug

#define MAX_FRAGMENTS 65536
#define READ_SIZE (32 * 1024)
/* Of one connection before the worker turns to the next one. */
#define READS_PER_TURN 8
/* Written at once; less waits for what else the same task has to say. */
#define WRITE_SIZE (16 * 1024)
#define REASON_MAX_LENGTH 123
/* Read and thrown away from a peer whose connection is being failed. */
#define LINGER_MAX_BYTES (64 * 1024 * 1024)
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

  /* Input. */
  VowelFrames in_frames;
  wslay_event_context_ptr ws;
  const guint8 *chunk; /* what wslay reads at the moment */
  gsize chunk_length;
  guint fragments; /* frames of the message so far */
  gsize lingered;
  guint busy; /* inside wslay or a flush */

  /* Output. */
  GByteArray *frame; /* what wslay writes at the moment */
  gboolean flush_posted;

  /* Timers: of silence, and of the peer not reading or not closing. */
  GstVowelTimer *alive_timer;
  GstVowelTimer *stall_timer;
  GstClockTime last_received;
  GstClockTime pinged_at; /* NONE: not since it was last heard */
};

static void vowel_connection_transport_init (VowelTransportInterface *iface);
static void flush (VowelConnection *self);
static void on_ready (gint fd, GIOCondition condition, gpointer user_data);

G_DEFINE_FINAL_TYPE_WITH_CODE (VowelConnection, vowel_connection, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (
        VOWEL_TYPE_TRANSPORT, vowel_connection_transport_init)
        GST_DEBUG_CATEGORY_INIT (vowel_connection_debug, "vowel-connection", 0,
            "WebSocket connections of the server"))

/* The end. */

static void
clear_timer (VowelConnection *self, GstVowelTimer **timer)
{
  if (*timer)
    gst_vowel_worker_cancel_timer (self->worker, *timer);
  *timer = NULL;
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
  clear_timer (self, &self->alive_timer);
  clear_timer (self, &self->stall_timer);
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
  clear_timer (self, &self->stall_timer);
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
  clear_timer (self, &self->alive_timer);
  restart_stall_timer (self, self->limits.close_timeout_ms);
}

/* Output. */

static ssize_t
on_send (wslay_event_context_ptr ws, const uint8_t *data, size_t length,
    int flags, void *user_data)
{
  VowelConnection *self = user_data;

  g_byte_array_append (self->frame, data, length);
  return length;
}

/* Takes over what wslay has to say as one frame of the queue. */
static void
take_frames (VowelConnection *self)
{
  if (!wslay_event_want_write (self->ws))
    return;
  self->frame = g_byte_array_new ();
  wslay_event_send (self->ws);
  if (self->frame->len > 0)
    vowel_byte_stream_push (self->stream,
        g_byte_array_free_to_bytes (g_steal_pointer (&self->frame)));
  else
    g_clear_pointer (&self->frame, g_byte_array_unref);
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
  static const gchar reason[] = "too slow in reading";

  GST_WARNING ("%s: cut off: %" G_GSIZE_FORMAT " bytes wait", self->name,
      get_queued (self));
  self->metrics->dropped += get_queued (self);
  vowel_byte_stream_drop_unbegun (self->stream);
  self->metrics->dropped -= get_queued (self);
  wslay_event_queue_close (
      self->ws, CODE_TRY_AGAIN_LATER, (const guint8 *) reason, strlen (reason));
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
      self->code = WSLAY_CODE_ABNORMAL_CLOSURE;
    hang_up (self);
    return FALSE;
  }
  self->metrics->sent += written;
  if (written > 0 && self->state == STATE_OPEN) {
    if (get_queued (self) > 0)
      restart_stall_timer (self, self->limits.pong_timeout_ms);
    else
      clear_timer (self, &self->stall_timer);
  }
  return result == G_POLLABLE_RETURN_OK && written > 0;
}

static void
flush (VowelConnection *self)
{
  if (self->state == STATE_GONE || self->busy)
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
      && wslay_event_get_close_sent (self->ws)
      && !wslay_event_get_read_enabled (self->ws)) {
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
  if (self->busy || self->flush_posted)
    return;
  self->flush_posted = TRUE;
  gst_vowel_worker_post (
      self->worker, on_flush, g_object_ref (self), g_object_unref);
}

static void
queue_message (
    VowelConnection *self, guint8 opcode, gconstpointer data, gsize length)
{
  struct wslay_event_msg message = {opcode, data, length};

  if (self->state != STATE_OPEN)
    return;
  wslay_event_queue_msg (self->ws, &message);
  /* At once: for wslay a close frame would overtake it. */
  take_frames (self);
  flush_soon (self);
}

/* Input. */

static ssize_t
on_receive (wslay_event_context_ptr ws, uint8_t *buffer, size_t length,
    int flags, void *user_data)
{
  VowelConnection *self = user_data;
  gsize n = MIN (length, self->chunk_length);

  if (n == 0) {
    wslay_event_set_error (ws, WSLAY_ERR_WOULDBLOCK);
    return -1;
  }
  memcpy (buffer, self->chunk, n);
  self->chunk += n;
  self->chunk_length -= n;
  return n;
}

static void
fail (VowelConnection *self, guint16 code, const gchar *reason)
{
  GST_WARNING ("%s: closing with %u: %s", self->name, code, reason);
  g_atomic_int_inc (&self->metrics->protocol_errors);
  wslay_event_shutdown_read (self->ws);
  wslay_event_queue_close (
      self->ws, code, (const guint8 *) reason, strlen (reason));
  start_closing (self, code);
}

static void
on_frame_start (wslay_event_context_ptr ws,
    const struct wslay_event_on_frame_recv_start_arg *arg, void *user_data)
{
  VowelConnection *self = user_data;

  if (wslay_is_ctrl_frame (arg->opcode))
    return;
  if (arg->opcode != WSLAY_CONTINUATION_FRAME)
    self->fragments = 0;
  if (++self->fragments > self->limits.max_fragments
      && self->state == STATE_OPEN)
    fail (self, WSLAY_CODE_MESSAGE_TOO_BIG, "message in too many fragments");
}

static void
on_message (wslay_event_context_ptr ws,
    const struct wslay_event_on_msg_recv_arg *arg, void *user_data)
{
  VowelConnection *self = user_data;

  switch (arg->opcode) {
    case WSLAY_TEXT_FRAME:
      if (self->state == STATE_OPEN)
        vowel_face_receive_text (
            self->face, (const gchar *) arg->msg, arg->msg_length);
      break;
    case WSLAY_BINARY_FRAME:
      if (self->state == STATE_OPEN)
        vowel_face_receive_binary (self->face, arg->msg, arg->msg_length);
      break;
    case WSLAY_CONNECTION_CLOSE:
      start_closing (self,
          arg->status_code ? arg->status_code : WSLAY_CODE_NO_STATUS_RCVD);
      break;
    default:
      break;
  }
}

/* wslay has answered a violation by itself. */
static void
note_violation (VowelConnection *self)
{
  guint16 code = wslay_event_get_status_code_sent (self->ws);

  if (self->state != STATE_OPEN || wslay_event_get_read_enabled (self->ws))
    return;
  if (code == WSLAY_CODE_ABNORMAL_CLOSURE)
    code = WSLAY_CODE_PROTOCOL_ERROR;
  GST_WARNING ("%s: closing with %u: %s", self->name, code,
      code == WSLAY_CODE_MESSAGE_TOO_BIG
          ? "message too big"
          : "not what WebSocket (RFC 6455) allows");
  g_atomic_int_inc (&self->metrics->protocol_errors);
  start_closing (self, code);
}

/* One frame, or what has come of it. */
static void
feed_wslay (VowelConnection *self, const guint8 *data, gsize length)
{
  self->chunk = data;
  self->chunk_length = length;
  if (wslay_event_recv (self->ws) != 0 && self->state == STATE_OPEN)
    fail (self, WSLAY_CODE_INTERNAL_SERVER_ERROR, "out of memory");
  take_frames (self);
  note_violation (self);
}

static gboolean
is_listening (VowelConnection *self)
{
  return self->state != STATE_LINGERING
         && wslay_event_get_read_enabled (self->ws);
}

static void
consume (VowelConnection *self, guint8 *data, gsize length)
{
  self->busy++;
  while (length > 0 && is_listening (self)) {
    const gchar *text;
    gsize text_length;
    gsize n = vowel_frames_take_text (&self->in_frames, data, length,
        self->limits.max_message, &text, &text_length);

    if (n > 0) {
      if (self->state == STATE_OPEN)
        vowel_face_receive_text (self->face, text, text_length);
    } else {
      n = vowel_frames_pass (&self->in_frames, data, length);
      feed_wslay (self, data, n);
    }
    data += n;
    length -= n;
  }
  self->busy--;
  take_frames (self);
  self->lingered += length;
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
      self->code = WSLAY_CODE_ABNORMAL_CLOSURE;
    hang_up (self);
    return FALSE;
  }
  self->last_received = gst_vowel_worker_get_time (self->worker);
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

static void on_silence (gpointer user_data);

static void
watch_silence (VowelConnection *self)
{
  GstClockTime when =
      GST_CLOCK_TIME_IS_VALID (self->pinged_at)
          ? self->pinged_at + self->limits.pong_timeout_ms * GST_MSECOND
          : self->last_received + self->limits.ping_interval_ms * GST_MSECOND;

  self->alive_timer =
      gst_vowel_worker_add_timer (self->worker, when, on_silence, self);
}

static void
on_silence (gpointer user_data)
{
  g_autoptr (VowelConnection) self = g_object_ref (user_data);
  GstClockTime now = gst_vowel_worker_get_time (self->worker);

  self->alive_timer = NULL;
  if (GST_CLOCK_TIME_IS_VALID (self->pinged_at)) {
    if (self->last_received < self->pinged_at) {
      GST_WARNING ("%s: cut off: does not answer", self->name);
      g_atomic_int_inc (&self->metrics->cut_off_dead);
      self->code = WSLAY_CODE_ABNORMAL_CLOSURE;
      hang_up (self);
      return;
    }
    self->pinged_at = GST_CLOCK_TIME_NONE;
  } else if (now - self->last_received
             >= self->limits.ping_interval_ms * GST_MSECOND) {
    self->pinged_at = now;
    queue_message (self, WSLAY_PING, NULL, 0);
  }
  if (self->state == STATE_OPEN)
    watch_silence (self);
}

/* VowelTransport */

static void
vowel_connection_send_text (
    VowelTransport *transport, const gchar *text, gsize length)
{
  queue_message (VOWEL_CONNECTION (transport), WSLAY_TEXT_FRAME, text, length);
}

static void
vowel_connection_send_binary (VowelTransport *transport, GBytes *bytes)
{
  gsize length;
  gconstpointer data = g_bytes_get_data (bytes, &length);

  queue_message (
      VOWEL_CONNECTION (transport), WSLAY_BINARY_FRAME, data, length);
}

static void
vowel_connection_close (
    VowelTransport *transport, guint16 code, const gchar *reason)
{
  VowelConnection *self = VOWEL_CONNECTION (transport);
  gsize length = reason ? strlen (reason) : 0;

  if (self->state != STATE_OPEN)
    return;
  if (length > REASON_MAX_LENGTH) {
    const gchar *end;

    g_utf8_validate (reason, REASON_MAX_LENGTH, &end);
    length = end - reason;
  }
  wslay_event_queue_close (self->ws, code, (const guint8 *) reason, length);
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

  g_clear_pointer (&self->ws, wslay_event_context_free);
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
  self->pinged_at = GST_CLOCK_TIME_NONE;
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
  static const struct wslay_event_callbacks callbacks = {
      .recv_callback = on_receive,
      .send_callback = on_send,
      .on_frame_recv_start_callback = on_frame_start,
      .on_msg_recv_callback = on_message,
  };
  VowelConnection *self = g_object_new (VOWEL_TYPE_CONNECTION, NULL);

  self->worker = g_object_ref (worker);
  self->stream = vowel_byte_stream_new (stream, socket, encrypted);
  self->limits = *limits;
  self->metrics = vowel_metrics_ref (metrics);
  wslay_event_context_server_init (&self->ws, &callbacks, self);
  wslay_event_config_set_max_recv_msg_length (self->ws, limits->max_message);
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
  self->last_received = gst_vowel_worker_get_time (self->worker);
  self->watched = G_IO_IN;
  self->watch = gst_vowel_worker_watch_fd (self->worker,
      vowel_byte_stream_get_fd (self->stream), G_IO_IN, on_ready, self);
  if (self->state == STATE_OPEN)
    watch_silence (self);
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
