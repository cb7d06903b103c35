/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One WebSocket against a client that is not one: bytes over a socket pair. */

#include "server/http/connection.h"

#include <gst/check/gsttestclock.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PATIENCE_MS 20000
#define FLOOD_MESSAGE (256 * 1024)

/* A face that does as the client says: "flood" sends without end, "bye" closes,
 * everything else comes back. */

#define ECHO_TYPE_FACE (echo_face_get_type ())
G_DECLARE_FINAL_TYPE (EchoFace, echo_face, ECHO, FACE, GObject)

struct _EchoFace {
  GObject parent;

  VowelTransport *transport;
  gint closed; /* atomic: code */
  gint times_closed;
  gint received;
};

static void echo_face_iface_init (VowelFaceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (EchoFace, echo_face, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VOWEL_TYPE_FACE, echo_face_iface_init))

static void
flood (EchoFace *self)
{
  g_autofree gchar *text = g_strnfill (FLOOD_MESSAGE, 'f');

  for (guint i = 0; i < 64; i++)
    vowel_transport_send_text (self->transport, text, FLOOD_MESSAGE);
}

static void
echo_face_receive_text (VowelFace *face, const gchar *text, gsize length)
{
  EchoFace *self = ECHO_FACE (face);
  g_autofree gchar *reason = NULL;

  g_atomic_int_inc (&self->received);
  if (length == 5 && memcmp (text, "flood", 5) == 0) {
    flood (self);
  } else if (length == 3 && memcmp (text, "bye", 3) == 0) {
    /* 61 characters of two bytes and half of another fit. */
    reason = g_strnfill (200, 'x');
    for (guint i = 1; i + 1 < 200; i += 2)
      memcpy (reason + i, "ä", 2);
    vowel_transport_close (self->transport, 1001, reason);
    vowel_transport_send_text (self->transport, "late", 4);
  } else {
    vowel_transport_send_text (self->transport, text, length);
  }
}

static void
echo_face_receive_binary (VowelFace *face, const guint8 *data, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);

  vowel_transport_send_binary (ECHO_FACE (face)->transport, bytes);
}

static void
echo_face_closed (VowelFace *face, guint16 code)
{
  EchoFace *self = ECHO_FACE (face);

  g_atomic_int_set (&self->closed, code);
  g_atomic_int_inc (&self->times_closed);
}

static void
echo_face_iface_init (VowelFaceInterface *iface)
{
  iface->receive_text = echo_face_receive_text;
  iface->receive_binary = echo_face_receive_binary;
  iface->closed = echo_face_closed;
}

static void
echo_face_class_init (EchoFaceClass *klass)
{
}

static void
echo_face_init (EchoFace *self)
{
}

typedef struct {
  GstClock *clock;
  GstVowelWorker *worker;
  VowelMetrics *metrics;
  VowelConnectionLimits limits;
  VowelConnection *connection;
  EchoFace *face;
  gint fd; /* the client's end */
  gint server_fd;
  GMutex lock;
  GCond cond;
  gboolean gone;
  gpointer weak;
} Fixture;

static void
on_gone (VowelConnection *connection, gpointer user_data)
{
  Fixture *f = user_data;

  g_clear_object (&f->connection);
  g_mutex_lock (&f->lock);
  f->gone = TRUE;
  g_cond_signal (&f->cond);
  g_mutex_unlock (&f->lock);
}

static void
connect_on_worker (gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GSocket) socket = g_socket_new_from_fd (f->server_fd, NULL);
  g_autoptr (GSocketConnection) stream =
      g_socket_connection_factory_create_connection (socket);

  f->connection = vowel_connection_new (
      f->worker, G_IO_STREAM (stream), socket, FALSE, &f->limits, f->metrics);
  g_object_add_weak_pointer (G_OBJECT (f->connection), &f->weak);
  f->weak = f->connection;
  f->face->transport = VOWEL_TRANSPORT (f->connection);
  vowel_connection_start (f->connection, VOWEL_FACE (f->face), on_gone, f);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  gint fds[2];

  g_assert_cmpint (
      socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  f->fd = fds[0];
  f->server_fd = fds[1];
  f->clock = gst_test_clock_new ();
  f->worker = gst_vowel_worker_new ("test", f->clock);
  f->metrics = vowel_metrics_new ();
  f->limits = (VowelConnectionLimits){.max_message = 24 * 1024 * 1024,
      .max_fragments = 1000,
      .max_queue = 1024 * 1024,
      .ping_interval_ms = 1000,
      .pong_timeout_ms = 500,
      .close_timeout_ms = 300};
  f->face = g_object_new (ECHO_TYPE_FACE, NULL);
  g_mutex_init (&f->lock);
  g_cond_init (&f->cond);
  gst_vowel_worker_call (f->worker, connect_on_worker, f);
}

static void
nothing (gpointer user_data)
{
}

static void
wait_gone (Fixture *f)
{
  gint64 deadline = g_get_monotonic_time () + PATIENCE_MS * 1000;

  g_mutex_lock (&f->lock);
  while (!f->gone)
    if (!g_cond_wait_until (&f->cond, &f->lock, deadline))
      g_error ("the connection does not end");
  g_mutex_unlock (&f->lock);
  gst_vowel_worker_call (f->worker, nothing, NULL);
  g_assert_null (f->weak);
  g_assert_cmpint (f->face->times_closed, ==, 1);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  if (f->fd >= 0)
    close (f->fd);
  wait_gone (f);
  g_assert_finalize_object (f->face);
  gst_object_unref (f->worker);
  gst_object_unref (f->clock);
  vowel_metrics_unref (f->metrics);
  g_mutex_clear (&f->lock);
  g_cond_clear (&f->cond);
}

static void
advance (Fixture *f, guint ms)
{
  gst_test_clock_advance_time (GST_TEST_CLOCK (f->clock), ms * GST_MSECOND);
  gst_vowel_worker_kick (f->worker);
}

/* What the client has sent was read. */
static void
settle (Fixture *f)
{
  gst_vowel_worker_call (f->worker, nothing, NULL);
}

/* The client. */

static void
wait_fd (gint fd, gshort events)
{
  struct pollfd poll_fd = {fd, events, 0};

  if (poll (&poll_fd, 1, PATIENCE_MS) != 1)
    g_error ("the server does not %s", events == POLLIN ? "answer" : "read");
}

/* FALSE when the server has hung up. */
static gboolean
send_bytes (Fixture *f, gconstpointer data, gsize length)
{
  gsize sent = 0;

  while (sent < length) {
    gssize n;

    wait_fd (f->fd, POLLOUT);
    n = send (f->fd, (const guint8 *) data + sent, length - sent,
        MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n < 0)
      return FALSE;
    sent += n;
  }
  return TRUE;
}

static gboolean
read_bytes (Fixture *f, gpointer data, gsize length)
{
  gsize received = 0;

  while (received < length) {
    gssize n;

    wait_fd (f->fd, POLLIN);
    n = recv (f->fd, (guint8 *) data + received, length - received, 0);
    if (n <= 0)
      return FALSE;
    received += n;
  }
  return TRUE;
}

#define FIN 0x80
#define TEXT 1
#define BINARY 2
#define CLOSE 8
#define PING 9
#define PONG 10

static gboolean
send_header (Fixture *f, guint8 first, guint64 length)
{
  guint8 header[14] = {first};
  gsize size = 2;

  if (length < 126) {
    header[1] = 0x80 | length;
  } else if (length < 65536) {
    header[1] = 0x80 | 126;
    header[2] = length >> 8;
    header[3] = length & 0xff;
    size = 4;
  } else {
    header[1] = 0x80 | 127;
    for (guint i = 0; i < 8; i++)
      header[2 + i] = length >> (56 - 8 * i);
    size = 10;
  }
  return send_bytes (f, header, size + 4); /* the mask is 0 */
}

static gboolean
send_frame (Fixture *f, guint8 first, gconstpointer data, gsize length)
{
  return send_header (f, first, length) && send_bytes (f, data, length);
}

static void
send_text (Fixture *f, const gchar *text)
{
  g_assert_true (send_frame (f, FIN | TEXT, text, strlen (text)));
}

/* (nullable): NULL at the end of the stream. */
static GByteArray *
read_frame (Fixture *f, guint8 *ret_first)
{
  guint8 header[2], extended[8];
  guint64 length;
  GByteArray *payload;

  if (!read_bytes (f, header, 2))
    return NULL;
  g_assert_cmpint (header[1] & 0x80, ==, 0);
  length = header[1];
  if (length >= 126) {
    guint n = length == 126 ? 2 : 8;

    g_assert_true (read_bytes (f, extended, n));
    length = 0;
    for (guint i = 0; i < n; i++)
      length = length << 8 | extended[i];
  }
  payload = g_byte_array_new ();
  g_byte_array_set_size (payload, length);
  g_assert_true (read_bytes (f, payload->data, length));
  *ret_first = header[0];
  return payload;
}

static void
assert_frame (Fixture *f, guint8 expected, gconstpointer data, gsize length)
{
  guint8 first = 0;
  g_autoptr (GByteArray) frame = read_frame (f, &first);

  g_assert_nonnull (frame);
  g_assert_cmphex (first, ==, expected);
  g_assert_cmpmem (frame->data, frame->len, data, length);
}

static void
assert_close (Fixture *f, guint16 code)
{
  guint8 first = 0;
  g_autoptr (GByteArray) frame = read_frame (f, &first);

  g_assert_nonnull (frame);
  g_assert_cmphex (first, ==, FIN | CLOSE);
  g_assert_cmpuint (frame->len, >=, 2);
  g_assert_cmpuint (frame->data[0] << 8 | frame->data[1], ==, code);
}

static void
assert_end (Fixture *f)
{
  guint8 byte;

  g_assert_false (read_bytes (f, &byte, 1));
}

static void
hang_up (Fixture *f)
{
  close (f->fd);
  f->fd = -1;
  wait_gone (f);
}

/* Messages. */

static void
test_echo (Fixture *f, gconstpointer data)
{
  static const gsize sizes[] = {0, 1, 125, 126, 65535, 65536, 200 * 1024};

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autofree gchar *text = g_strnfill (sizes[i], 'a' + i);

    g_assert_true (send_frame (f, FIN | TEXT, text, sizes[i]));
    assert_frame (f, FIN | TEXT, text, sizes[i]);
  }
  send_frame (f, FIN | BINARY, "\0\1", 2);
  assert_frame (f, FIN | BINARY, "\0\1", 2);
}

static void
test_large (Fixture *f, gconstpointer data)
{
  gsize size = 20 * 1024 * 1024;
  g_autofree gchar *text = g_strnfill (size, 'x');

  g_assert_true (send_frame (f, FIN | TEXT, text, size));
  /* It comes back faster than this client reads. */
  while (g_atomic_int_get (&f->face->received) == 0)
    g_thread_yield ();
  g_assert_cmpint (f->metrics->protocol_errors, ==, 0);
}

static void
test_fragments (Fixture *f, gconstpointer data)
{
  send_frame (f, TEXT, "one ", 4);
  send_frame (f, FIN | PING, "?", 1);
  send_frame (f, 0, "two ", 4);
  send_frame (f, FIN, "three", 5);
  assert_frame (f, FIN | PONG, "?", 1);
  assert_frame (f, FIN | TEXT, "one two three", 13);
}

/* Limits and violations. */

static void
test_oversized (Fixture *f, gconstpointer data)
{
  send_header (f, FIN | TEXT, 1024 * 1024 * 1024);
  send_bytes (f, "x", 1);
  assert_close (f, 1009);
  assert_end (f);
  hang_up (f);
  g_assert_cmpint (f->face->closed, ==, 1009);
  g_assert_cmpint (f->metrics->protocol_errors, ==, 1);
}

/* The client goes on sending: it must still get the close frame, and the server
 * must not keep what comes. */
static void
test_endless_fragments (Fixture *f, gconstpointer data)
{
  g_autofree gchar *text = g_strnfill (64 * 1024, 'x');
  guint sent = 0;

  send_frame (f, TEXT, text, 64 * 1024);
  while (sent < 600 && send_frame (f, 0, text, 64 * 1024))
    sent++;
  g_assert_cmpuint (sent, >=, 24 * 16 - 1);
  assert_close (f, 1009);
  hang_up (f);
  g_assert_cmpint (f->face->received, ==, 0);
  g_assert_cmpint (f->face->closed, ==, 1009);
}

static void
test_empty_fragments (Fixture *f, gconstpointer data)
{
  send_frame (f, TEXT, "", 0);
  for (guint i = 0; i < f->limits.max_fragments; i++)
    if (!send_frame (f, 0, "", 0))
      break;
  assert_close (f, 1009);
  hang_up (f);
  g_assert_cmpint (f->metrics->protocol_errors, ==, 1);
}

static void
test_brackets (Fixture *f, gconstpointer data)
{
  g_autofree gchar *text = g_strnfill (1024 * 1024, '[');

  send_frame (f, FIN | TEXT, text, 1024 * 1024);
  assert_frame (f, FIN | TEXT, text, 1024 * 1024);
}

static void
test_bad_utf8 (Fixture *f, gconstpointer data)
{
  send_frame (f, FIN | TEXT, "\xc3\x28", 2);
  assert_close (f, 1007);
  hang_up (f);
  g_assert_cmpint (f->face->received, ==, 0);
}

static void
test_unmasked (Fixture *f, gconstpointer data)
{
  send_bytes (f, "\x81\x02hi", 4);
  assert_close (f, 1002);
}

static void
test_reserved_bits (Fixture *f, gconstpointer data)
{
  send_frame (f, FIN | 0x40 | TEXT, "hi", 2);
  assert_close (f, 1002);
}

/* Slow and dead peers. */

static void
test_never_reads (Fixture *f, gconstpointer data)
{
  guint8 first;

  send_text (f, "flood");
  /* Made to wait for the flood: 16 MiB at a limit of 1 MiB. */
  while (g_atomic_int_get (&f->metrics->cut_off_slow) == 0)
    g_thread_yield ();
  for (;;) {
    g_autoptr (GByteArray) frame = read_frame (f, &first);

    g_assert_nonnull (frame);
    if (first == (FIN | CLOSE)) {
      g_assert_cmpuint (frame->data[0] << 8 | frame->data[1], ==, 1013);
      break;
    }
    /* What had begun came whole. */
    g_assert_cmpuint (frame->len, ==, FLOOD_MESSAGE);
  }
  hang_up (f);
  g_assert_cmpint (f->face->closed, ==, 1013);
  g_assert_cmpint (f->metrics->cut_off_slow, ==, 1);
}

static void
test_never_reads_nor_closes (Fixture *f, gconstpointer data)
{
  send_text (f, "flood");
  while (g_atomic_int_get (&f->metrics->cut_off_slow) == 0)
    g_thread_yield ();
  advance (f, f->limits.close_timeout_ms);
  wait_gone (f);
  g_assert_cmpint (f->face->closed, ==, 1013);
}

static void
test_stalled (Fixture *f, gconstpointer data)
{
  g_autofree gchar *text = g_strnfill (900 * 1024, 's');

  /* Less than the limit, more than the socket takes. */
  send_frame (f, FIN | TEXT, text, 900 * 1024);
  while (g_atomic_int_get (&f->face->received) == 0)
    g_thread_yield ();
  settle (f);
  advance (f, f->limits.pong_timeout_ms - 1);
  g_assert_cmpint (f->metrics->cut_off_slow, ==, 0);
  advance (f, 1);
  wait_gone (f);
  g_assert_cmpint (f->metrics->cut_off_slow, ==, 1);
}

static void
test_ping (Fixture *f, gconstpointer data)
{
  /* What was sent before keeps it from being asked. */
  send_text (f, "hi");
  assert_frame (f, FIN | TEXT, "hi", 2);
  advance (f, f->limits.ping_interval_ms);
  assert_frame (f, FIN | PING, "", 0);
  send_frame (f, FIN | PONG, "", 0);
  send_text (f, "alive");
  assert_frame (f, FIN | TEXT, "alive", 5);
  advance (f, f->limits.pong_timeout_ms);
  advance (f, f->limits.ping_interval_ms - f->limits.pong_timeout_ms);
  assert_frame (f, FIN | PING, "", 0);
  advance (f, f->limits.pong_timeout_ms - 1);
  g_assert_false (f->gone);
  advance (f, 1);
  assert_end (f);
  wait_gone (f);
  g_assert_cmpint (f->metrics->cut_off_dead, ==, 1);
  g_assert_cmpint (f->face->closed, ==, 1006);
}

/* Closing. */

static void
test_client_closes (Fixture *f, gconstpointer data)
{
  send_frame (f, FIN | CLOSE, "\x03\xe8", 2);
  assert_close (f, 1000);
  assert_end (f);
  hang_up (f);
  g_assert_cmpint (f->face->closed, ==, 1000);
  g_assert_cmpint (f->metrics->protocol_errors, ==, 0);
}

static void
test_client_closes_without_code (Fixture *f, gconstpointer data)
{
  send_frame (f, FIN | CLOSE, "", 0);
  assert_frame (f, FIN | CLOSE, "", 0);
  hang_up (f);
  g_assert_cmpint (f->face->closed, ==, 1005);
}

static void
test_client_vanishes (Fixture *f, gconstpointer data)
{
  send_frame (f, TEXT, "half of", 7);
  hang_up (f);
  g_assert_cmpint (f->face->closed, ==, 1006);
}

static void
assert_farewell (Fixture *f)
{
  guint8 first = 0;
  g_autoptr (GByteArray) frame = read_frame (f, &first);

  g_assert_cmphex (first, ==, FIN | CLOSE);
  g_assert_cmpuint (frame->data[0] << 8 | frame->data[1], ==, 1001);
  g_assert_cmpuint (frame->len, >, 2 + 120);
  g_assert_cmpuint (frame->len, <=, 125);
  g_assert_true (
      g_utf8_validate ((const gchar *) frame->data + 2, frame->len - 2, NULL));
}

static void
test_server_closes (Fixture *f, gconstpointer data)
{
  send_text (f, "bye");
  assert_farewell (f);
  send_text (f, "not heard");
  send_frame (f, FIN | CLOSE, "\x03\xe9", 2);
  assert_end (f);
  hang_up (f);
  g_assert_cmpint (f->face->received, ==, 1);
  g_assert_cmpint (f->face->closed, ==, 1001);
}

static void
test_server_closes_alone (Fixture *f, gconstpointer data)
{
  send_text (f, "bye");
  assert_farewell (f);
  advance (f, f->limits.close_timeout_ms - 1);
  g_assert_false (f->gone);
  advance (f, 1);
  assert_end (f);
  wait_gone (f);
  g_assert_cmpint (f->face->closed, ==, 1001);
}

#define ADD(name, func)                                                        \
  g_test_add ("/connection/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  gst_init (NULL, NULL);
  g_test_init (&argc, &argv, NULL);
  ADD ("echo", test_echo);
  ADD ("large", test_large);
  ADD ("fragments", test_fragments);
  ADD ("oversized", test_oversized);
  ADD ("endless-fragments", test_endless_fragments);
  ADD ("empty-fragments", test_empty_fragments);
  ADD ("brackets", test_brackets);
  ADD ("bad-utf8", test_bad_utf8);
  ADD ("unmasked", test_unmasked);
  ADD ("reserved-bits", test_reserved_bits);
  ADD ("never-reads", test_never_reads);
  ADD ("never-reads-nor-closes", test_never_reads_nor_closes);
  ADD ("stalled", test_stalled);
  ADD ("ping", test_ping);
  ADD ("client-closes", test_client_closes);
  ADD ("client-closes-without-code", test_client_closes_without_code);
  ADD ("client-vanishes", test_client_vanishes);
  ADD ("server-closes", test_server_closes);
  ADD ("server-closes-alone", test_server_closes_alone);
  return g_test_run ();
}
