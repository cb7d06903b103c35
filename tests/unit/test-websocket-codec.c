/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Messages out of bytes and back, without a socket. */

#include "server/http/websocket-codec.h"

#include <string.h>

#define FIN 0x80
#define TEXT 1
#define BINARY 2
#define CLOSE 8
#define PING 9
#define MASKED 0x80
#define MAX_MESSAGE 1000
#define MAX_FRAGMENTS 4

typedef struct {
  VowelWebsocketCodec *codec;
  GString *said; /* what the callbacks were told, a line each */
} Fixture;

static void
on_text (const gchar *text, gsize length, gpointer user_data)
{
  Fixture *f = user_data;

  g_string_append_printf (f->said, "text %.*s\n", (int) length, text);
}

static void
on_binary (const guint8 *data, gsize length, gpointer user_data)
{
  Fixture *f = user_data;

  g_string_append_printf (f->said, "binary %" G_GSIZE_FORMAT "\n", length);
}

static void
on_closed (guint16 code, gpointer user_data)
{
  Fixture *f = user_data;

  g_string_append_printf (f->said, "closed %u\n", code);
}

static void
on_failed (guint16 code, const gchar *reason, gpointer user_data)
{
  Fixture *f = user_data;

  g_string_append_printf (f->said, "failed %u %s\n", code, reason);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  static const VowelWebsocketCodecCallbacks callbacks = {
      .text = on_text,
      .binary = on_binary,
      .closed = on_closed,
      .failed = on_failed,
  };

  f->said = g_string_new (NULL);
  f->codec =
      vowel_websocket_codec_new (MAX_MESSAGE, MAX_FRAGMENTS, &callbacks, f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vowel_websocket_codec_free (f->codec);
  g_string_free (f->said, TRUE);
}

/* A client's frame, with a mask that changes nothing. */
static void
add_frame (GByteArray *wire, guint8 first, gconstpointer data, guint8 length)
{
  const guint8 head[6] = {first, MASKED | length};

  g_assert_cmpuint (length, <, 126);
  g_byte_array_append (wire, head, sizeof (head));
  g_byte_array_append (wire, data, length);
}

static gsize
feed (Fixture *f, const GByteArray *wire, gsize piece)
{
  g_autofree guint8 *copy = g_memdup2 (wire->data, wire->len);
  gsize taken = 0;

  for (gsize at = 0; at < wire->len; at += piece)
    taken += vowel_websocket_codec_feed (
        f->codec, copy + at, MIN (piece, wire->len - at));
  return taken;
}

static void
assert_taken (Fixture *f, const gchar *expected, gsize length)
{
  g_autoptr (GBytes) bytes = vowel_websocket_codec_take (f->codec);

  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
      expected, length);
  g_assert_null (vowel_websocket_codec_take (f->codec));
}

/* However the stream is cut, the same is said. */
static void
test_pieces (Fixture *f, gconstpointer data)
{
  static const gchar expected[] = "text one\ntext tw\xc3\xb6\nbinary 3\n"
                                  "text three\n";
  g_autoptr (GByteArray) wire = g_byte_array_new ();

  add_frame (wire, FIN | TEXT, "one", 3);
  add_frame (wire, TEXT, "tw\xc3", 3);
  add_frame (wire, FIN | PING, "?", 1);
  add_frame (wire, FIN, "\xb6", 1);
  add_frame (wire, FIN | BINARY, "\0\1\2", 3);
  add_frame (wire, FIN | TEXT, "three", 5);
  for (gsize piece = 1; piece <= wire->len; piece++) {
    g_string_truncate (f->said, 0);
    g_assert_cmpuint (feed (f, wire, piece), ==, wire->len);
    g_assert_cmpstr (f->said->str, ==, expected);
    assert_taken (f, "\x8a\1?", 3);
  }
}

static void
test_peer_closes (Fixture *f, gconstpointer data)
{
  g_autoptr (GByteArray) wire = g_byte_array_new ();
  gsize length;

  add_frame (wire, FIN | TEXT, "last", 4);
  add_frame (wire, FIN | CLOSE, "\x03\xe8", 2);
  length = wire->len;
  add_frame (wire, FIN | TEXT, "too late", 8);
  g_assert_cmpuint (feed (f, wire, wire->len), ==, length);
  g_assert_cmpstr (f->said->str, ==, "text last\nclosed 1000\n");
  g_assert_false (vowel_websocket_codec_is_listening (f->codec));
  g_assert_false (vowel_websocket_codec_is_over (f->codec));
  assert_taken (f, "\x88\2\x03\xe8", 4);
  g_assert_true (vowel_websocket_codec_is_over (f->codec));
}

/* What the peer has sent before it heard of that is still read. */
static void
test_we_close (Fixture *f, gconstpointer data)
{
  g_autoptr (GByteArray) wire = g_byte_array_new ();

  vowel_websocket_codec_send_text (f->codec, "bye", 3);
  assert_taken (f, "\x81\3bye", 5);
  vowel_websocket_codec_send_close (f->codec, 1001, NULL);
  vowel_websocket_codec_send_close (f->codec, 1011, NULL);
  vowel_websocket_codec_send_text (f->codec, "too late", 8);
  assert_taken (f, "\x88\2\x03\xe9", 4);
  g_assert_false (vowel_websocket_codec_is_over (f->codec));

  add_frame (wire, FIN | TEXT, "still", 5);
  add_frame (wire, FIN | CLOSE, "\x03\xe9", 2);
  feed (f, wire, wire->len);
  g_assert_cmpstr (f->said->str, ==, "text still\nclosed 1001\n");
  g_assert_true (vowel_websocket_codec_is_over (f->codec));
}

static void
test_long_reason (Fixture *f, gconstpointer data)
{
  g_autofree gchar *reason = g_strnfill (121, 'x');
  g_autofree gchar *whole = g_strconcat (reason, "\xc3\xa4\xc3\xa4", NULL);
  g_autofree gchar *expected =
      g_strconcat ("\x88\x7d\x03\xe8", reason, "\xc3\xa4", NULL);

  vowel_websocket_codec_send_close (f->codec, 1000, whole);
  assert_taken (f, expected, 2 + 2 + 123);
}

static void
test_violations (Fixture *f, gconstpointer data)
{
  static const struct {
    guint8 first;
    const gchar *text;
    guint n;
    const gchar *said;
  } rows[] = {
      {FIN | TEXT, "\xff", 1,
          "failed 1007 not what WebSocket (RFC 6455) allows\n"},
      {FIN | 3, "?", 1, "failed 1002 not what WebSocket (RFC 6455) allows\n"},
      {0, "?", 1, "failed 1002 not what WebSocket (RFC 6455) allows\n"},
      {TEXT, "x", MAX_FRAGMENTS + 1,
          "failed 1009 message in too many fragments\n"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GByteArray) wire = g_byte_array_new ();
    g_autoptr (GBytes) close = NULL;

    add_frame (wire, rows[i].first, rows[i].text, 1);
    for (guint n = 1; n < rows[i].n; n++)
      add_frame (wire, 0, rows[i].text, 1);
    add_frame (wire, FIN | PING, "", 0);
    feed (f, wire, 3);
    g_assert_cmpstr (f->said->str, ==, rows[i].said);
    close = vowel_websocket_codec_take (f->codec);
    g_assert_cmpuint (
        *(guint8 *) g_bytes_get_data (close, NULL), ==, FIN | CLOSE);
    g_assert_true (vowel_websocket_codec_is_over (f->codec));
    tear_down (f, NULL);
    set_up (f, NULL);
  }
}

#define add(path, func)                                                        \
  g_test_add ("/websocket-codec/" path, Fixture, NULL, set_up, func, tear_down)

gint
main (gint argc, gchar **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("pieces", test_pieces);
  add ("peer-closes", test_peer_closes);
  add ("we-close", test_we_close);
  add ("long-reason", test_long_reason);
  add ("violations", test_violations);
  return g_test_run ();
}
