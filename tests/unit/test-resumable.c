/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "server/sessions/resumable.h"

#include <string.h>

/* Both sides of it: what the face hears, what a connection is given. */

#define FAKE_TYPE_PEER (fake_peer_get_type ())
G_DECLARE_FINAL_TYPE (FakePeer, fake_peer, FAKE, PEER, GObject)

struct _FakePeer {
  GObject parent;
  GString *log;
};

static void fake_peer_transport_init (VowelTransportInterface *iface);
static void fake_peer_face_init (VowelFaceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakePeer, fake_peer, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VOWEL_TYPE_TRANSPORT, fake_peer_transport_init)
        G_IMPLEMENT_INTERFACE (VOWEL_TYPE_FACE, fake_peer_face_init))

/* The type is enough; events of this test's own end in their padding. */
static void
fake_peer_send_text (VowelTransport *transport, const gchar *text, gsize length)
{
  const gchar *end = memchr (text + strlen ("{\"type\":\""), '"', length);
  const gchar *begin = text + strlen ("{\"type\":\"");

  g_string_append_len (FAKE_PEER (transport)->log, begin, end - begin);
  g_string_append_c (FAKE_PEER (transport)->log, ' ');
}

static void
fake_peer_close (VowelTransport *transport, guint16 code, const gchar *reason)
{
  g_string_append_printf (FAKE_PEER (transport)->log, "close%u ", code);
}

static void
fake_peer_transport_init (VowelTransportInterface *iface)
{
  iface->send_text = fake_peer_send_text;
  iface->close = fake_peer_close;
}

static void
fake_peer_receive_text (VowelFace *face, const gchar *text, gsize length)
{
  g_string_append_printf (
      FAKE_PEER (face)->log, "'%.*s' ", (gint) length, text);
}

static void
fake_peer_closed (VowelFace *face, guint16 code)
{
  g_string_append_printf (FAKE_PEER (face)->log, "closed%u ", code);
}

static void
fake_peer_face_init (VowelFaceInterface *iface)
{
  iface->receive_text = fake_peer_receive_text;
  iface->closed = fake_peer_closed;
}

static void
fake_peer_init (FakePeer *self)
{
  self->log = g_string_new (NULL);
}

static void
fake_peer_finalize (GObject *object)
{
  g_string_free (FAKE_PEER (object)->log, TRUE);
  G_OBJECT_CLASS (fake_peer_parent_class)->finalize (object);
}

static void
fake_peer_class_init (FakePeerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_peer_finalize;
}

static void
expect (FakePeer *peer, const gchar *expected)
{
  g_assert_cmpstr (peer->log->str, ==, expected);
  g_string_truncate (peer->log, 0);
}

typedef struct {
  GstVowelWorker *worker;
  FakePeer *face;
  FakePeer *first;
  FakePeer *second;
  VowelResumable *resumable;
  GAsyncQueue *told; /* that it is over */
  gint waiting;      /* atomic, as the next */
  gint over;
} Fixture;

static void
on_changed (VowelResumable *resumable, gpointer user_data)
{
  Fixture *f = user_data;

  g_atomic_int_set (&f->waiting, vowel_resumable_is_waiting (resumable));
}

static void
on_over (VowelResumable *resumable, gpointer user_data)
{
  Fixture *f = user_data;

  g_atomic_int_inc (&f->over);
  g_async_queue_push (f->told, f);
}

static void
set_up_on_worker (gpointer user_data)
{
  static const VowelResumableCallbacks callbacks = {on_changed, on_over};
  Fixture *f = user_data;

  f->face = g_object_new (FAKE_TYPE_PEER, NULL);
  f->first = g_object_new (FAKE_TYPE_PEER, NULL);
  f->second = g_object_new (FAKE_TYPE_PEER, NULL);
  f->resumable = vowel_resumable_new (
      f->worker, "token", 1, VOWEL_TRANSPORT (f->first), &callbacks, f);
  vowel_resumable_set_face (f->resumable, VOWEL_FACE (f->face));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->told = g_async_queue_new ();
  f->worker = gst_vowel_worker_new ("test", NULL);
  gst_vowel_worker_call (f->worker, set_up_on_worker, f);
}

static void
tear_down_on_worker (gpointer user_data)
{
  Fixture *f = user_data;

  vowel_resumable_forget (f->resumable);
  g_assert_finalize_object (f->resumable);
  g_assert_finalize_object (f->face);
  g_assert_finalize_object (f->first);
  g_assert_finalize_object (f->second);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gst_vowel_worker_call (f->worker, tear_down_on_worker, f);
  gst_object_unref (f->worker);
  g_async_queue_unref (f->told);
}

static void
send (Fixture *f, const gchar *type, const gchar *rest, gsize padding)
{
  g_autofree gchar *spaces = g_strnfill (padding, ' ');
  g_autofree gchar *text =
      g_strdup_printf ("{\"type\":\"%s\",%s}%s", type, rest, spaces);

  vowel_transport_send_text (
      VOWEL_TRANSPORT (f->resumable), text, strlen (text));
}

static gboolean
has (Fixture *f, const gchar *event_id)
{
  g_autoptr (GError) error = NULL;

  if (vowel_resumable_check (f->resumable, event_id, &error))
    return TRUE;
  g_assert_nonnull (error);
  return FALSE;
}

static void
replay (gpointer user_data)
{
  Fixture *f = user_data;

  send (f, "one", "\"event_id\":\"event_1\"", 0);
  send (f, "two", "\"event_id\":\"event_2\"", 0);
  /* The id of the client's event is not that of the server's. */
  send (f, "error",
      "\"error\":{\"event_id\":\"mine\"},\"text\":\"\\\"event_id\\\":"
      "\\\"x\\\"\","
      "\"event_id\":\"event_3\"",
      0);
  expect (f->first, "one two error ");
  vowel_face_receive_text (VOWEL_FACE (f->resumable), "hello", 5);
  expect (f->face, "'hello' ");
  g_assert_true (has (f, NULL));
  g_assert_true (has (f, "event_1"));
  g_assert_true (has (f, "event_3"));
  g_assert_false (has (f, "mine"));
  g_assert_false (has (f, "x"));

  vowel_face_closed (VOWEL_FACE (f->resumable), 1006);
  g_assert_true (g_atomic_int_get (&f->waiting));
  send (f, "four", "\"event_id\":\"event_4\"", 0);
  vowel_resumable_resume (f->resumable, VOWEL_TRANSPORT (f->second), "event_2");
  expect (f->second, "error four session.reconnected ");
  expect (f->face, "");
  g_assert_false (g_atomic_int_get (&f->waiting));
  send (f, "five", "\"event_id\":\"event_5\"", 0);
  expect (f->second, "five ");
  expect (f->first, "");
  /* In due form. */
  vowel_face_closed (VOWEL_FACE (f->resumable), 1000);
  expect (f->face, "closed1000 ");
  g_assert_false (has (f, "event_5"));
}

static void
test_replay (Fixture *f, gconstpointer data)
{
  gst_vowel_worker_call (f->worker, replay, f);
  g_assert_cmpint (g_atomic_int_get (&f->over), ==, 0);
}

static void
bound (gpointer user_data)
{
  Fixture *f = user_data;
  guint i;

  for (i = 0; i < 6; i++) {
    g_autofree gchar *id = g_strdup_printf ("\"event_id\":\"event_%u\"", i);

    send (f, "big", id, 1000 * 1000);
  }
  g_assert_false (has (f, NULL));
  g_assert_false (has (f, "event_1"));
  g_assert_true (has (f, "event_2"));
  vowel_face_closed (VOWEL_FACE (f->resumable), 1006);
  vowel_resumable_resume (f->resumable, VOWEL_TRANSPORT (f->second), "event_3");
  expect (f->second, "big big session.reconnected ");
}

static void
test_bound (Fixture *f, gconstpointer data)
{
  gst_vowel_worker_call (f->worker, bound, f);
}

static void
break_off (gpointer user_data)
{
  Fixture *f = user_data;

  vowel_face_closed (VOWEL_FACE (f->resumable), 1006);
}

static void
expect_left (gpointer user_data)
{
  Fixture *f = user_data;

  expect (f->face, "closed1006 ");
  g_assert_false (has (f, NULL));
}

static void
await_over (Fixture *f)
{
  g_assert_nonnull (
      g_async_queue_timeout_pop (f->told, 30 * (guint64) G_USEC_PER_SEC));
  gst_vowel_worker_call (f->worker, expect_left, f);
  g_assert_cmpint (g_atomic_int_get (&f->over), ==, 1);
}

static void
test_nobody_comes (Fixture *f, gconstpointer data)
{
  gst_vowel_worker_call (f->worker, break_off, f);
  await_over (f);
}

static void
end_meanwhile (gpointer user_data)
{
  Fixture *f = user_data;

  break_off (f);
  vowel_transport_close (VOWEL_TRANSPORT (f->resumable), 1001, "over");
  vowel_transport_close (VOWEL_TRANSPORT (f->resumable), 1001, "over");
  g_assert_false (has (f, NULL));
  /* Not from inside the call. */
  g_assert_cmpint (g_atomic_int_get (&f->over), ==, 0);
}

static void
test_session_ends_meanwhile (Fixture *f, gconstpointer data)
{
  gst_vowel_worker_call (f->worker, end_meanwhile, f);
  await_over (f);
}

static void
close_connected (gpointer user_data)
{
  Fixture *f = user_data;

  vowel_transport_close (VOWEL_TRANSPORT (f->resumable), 1001, "over");
  expect (f->first, "close1001 ");
  send (f, "late", "\"event_id\":\"event_9\"", 0);
  expect (f->first, "");
  /* Whatever the peer makes of it: it is over. */
  vowel_face_closed (VOWEL_FACE (f->resumable), 1006);
  expect (f->face, "closed1006 ");
  g_assert_false (vowel_resumable_is_waiting (f->resumable));
}

static void
test_closed_by_us (Fixture *f, gconstpointer data)
{
  gst_vowel_worker_call (f->worker, close_connected, f);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func)                                                        \
  g_test_add ("/resumable/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("replay", test_replay);
  ADD ("bound", test_bound);
  ADD ("nobody-comes", test_nobody_comes);
  ADD ("session-ends-meanwhile", test_session_ends_meanwhile);
  ADD ("closed-by-us", test_closed_by_us);
#undef ADD
  return g_test_run ();
}
