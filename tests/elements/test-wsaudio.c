/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <glib/gstdio.h>
#include <gst/check/gstharness.h>
#include <gst/vowel/vowel.h>
#include <libsoup/soup.h>

#define TIMEOUT (10 * GST_SECOND)

/* Two gst-launch-1.0 processes */

typedef struct {
  const gchar *name;
  const gchar *encode; /* makes what the wire carries */
  const gchar *sink;   /* properties of wsaudiosink */
  const gchar *src;    /* properties of wsaudiosrc */
  gboolean src_listens;
} Pair;

static GSubprocess *
launch (const gchar *description)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *line =
      g_strconcat ("gst-launch-1.0 -v ", description, NULL);
  g_auto (GStrv) argv = NULL;
  GSubprocess *process;

  g_assert_true (g_shell_parse_argv (line, NULL, &argv, &error));
  process = g_subprocess_newv (
      (const gchar *const *) argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);
  return process;
}

/* gst-launch-1.0 -v tells when the property changes. */
static guint
read_bound_port (GDataInputStream *output)
{
  for (;;) {
    g_autofree gchar *line =
        g_data_input_stream_read_line (output, NULL, NULL, NULL);
    const gchar *found;

    g_assert_nonnull (line);
    found = strstr (line, "bound-port = ");
    if (found != NULL)
      return g_ascii_strtoull (found + strlen ("bound-port = "), NULL, 10);
  }
}

static void
drain_output (GDataInputStream *output)
{
  g_autofree gchar *line = NULL;

  do {
    g_free (line);
    line = g_data_input_stream_read_line (output, NULL, NULL, NULL);
  } while (line != NULL);
}

static gchar *
fill_in (const gchar *description, const gchar *where)
{
  g_auto (GStrv) parts = g_strsplit (description, "WHERE", 2);

  return g_strjoinv (where, parts);
}

static void
test_pair (gconstpointer data)
{
  const Pair *pair = data;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *dir = g_dir_make_tmp ("wsaudio-XXXXXX", &error);
  g_autofree gchar *sent = g_build_filename (dir, "sent", NULL);
  g_autofree gchar *heard = g_build_filename (dir, "heard", NULL);
  g_autofree gchar *sent_data = NULL, *heard_data = NULL;
  g_autofree gchar *first = NULL, *second = NULL, *uri = NULL;
  g_autoptr (GSubprocess) listener = NULL, client = NULL;
  g_autoptr (GDataInputStream) output = NULL, client_output = NULL;
  g_autofree gchar *sender = NULL, *receiver = NULL;
  gsize sent_size, heard_size;
  guint port;

#ifdef __SANITIZE_ADDRESS__
  g_rmdir (dir);
  g_test_skip ("gst-launch-1.0 is not sanitized and cannot run our plugins");
  return;
#endif
  g_assert_no_error (error);
  sender = g_strdup_printf (
      "audiotestsrc num-buffers=40 wave=pink-noise ! %s ! tee name=t ! queue ! "
      "filesink location=%s t. ! queue ! wsaudiosink %s WHERE",
      pair->encode, sent, pair->sink);
  receiver = g_strdup_printf (
      "wsaudiosrc %s WHERE ! filesink location=%s", pair->src, heard);

  first = fill_in (pair->src_listens ? receiver : sender, "port=0");
  listener = launch (first);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (listener));
  port = read_bound_port (output);
  g_assert_cmpuint (port, >, 0);
  uri = g_strdup_printf ("uri=ws://127.0.0.1:%u/", port);
  second = fill_in (pair->src_listens ? sender : receiver, uri);
  client = launch (second);
  client_output =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (client));
  drain_output (client_output);
  drain_output (output);
  g_assert_true (g_subprocess_wait_check (client, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (listener, NULL, &error));
  g_assert_no_error (error);

  g_assert_true (g_file_get_contents (sent, &sent_data, &sent_size, &error));
  g_assert_true (g_file_get_contents (heard, &heard_data, &heard_size, &error));
  g_assert_cmpuint (sent_size, >, 0);
  g_assert_cmpmem (heard_data, heard_size, sent_data, sent_size);
  g_unlink (sent);
  g_unlink (heard);
  g_rmdir (dir);
}

#define RAW "audio/x-raw,format=S16LE,rate=24000,channels=1"
#define RAW8K "audio/x-raw,format=S16LE,rate=8000,channels=1"

static const Pair pairs[] = {
    {"raw", RAW, "", "", FALSE},
    {"raw-src-listens", RAW, "packet-duration=20000000", "", TRUE},
    {"openai", RAW, "framing=openai packet-duration=33000000", "framing=openai",
        FALSE},
    {"openai-server-events", RAW,
        "framing=openai event-type=output-audio-delta", "framing=openai",
        FALSE},
    {"openai-old-server-events", RAW, "framing=openai event-type=audio-delta",
        "framing=openai", FALSE},
    {"mulaw", RAW8K " ! mulawenc", "packet-duration=20000000",
        "caps=audio/x-mulaw,rate=8000,channels=1", FALSE},
    {"alaw", RAW8K " ! alawenc", "", "caps=audio/x-alaw,rate=8000,channels=1",
        FALSE},
    {"opus", "audio/x-raw,rate=48000,channels=1 ! opusenc", "",
        "caps=audio/x-opus", FALSE},
};

/* In one process */

static GstMessage *
wait_message (GstElement *pipeline, GstMessageType types)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstMessage *message = gst_bus_timed_pop_filtered (bus, TIMEOUT, types);

  g_assert_nonnull (message);
  return message;
}

static GstElement *
parse (const gchar *description)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (description, &error);

  g_assert_no_error (error);
  return pipeline;
}

/* What opusenc sends is what opusdec plays, and timestamps follow the
 * packets. */
static void
test_opus_decodes (void)
{
  g_autoptr (GstElement) sender =
      parse ("audiotestsrc num-buffers=50 samplesperbuffer=960 ! "
             "audio/x-raw,rate=48000,channels=1 ! opusenc ! "
             "wsaudiosink name=sink port=0");
  g_autoptr (GstElement) receiver = NULL;
  g_autoptr (GstElement) sink = NULL, last = NULL;
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GstSample) sample = NULL;
  g_autofree gchar *line = NULL;
  gint port = -1;

  gst_element_set_state (sender, GST_STATE_PLAYING);
  gst_element_get_state (sender, NULL, NULL, TIMEOUT);
  sink = gst_bin_get_by_name (GST_BIN (sender), "sink");
  g_object_get (sink, "bound-port", &port, NULL);
  g_assert_cmpint (port, >, 0);

  line = g_strdup_printf ("wsaudiosrc uri=ws://127.0.0.1:%d/ "
                          "caps=audio/x-opus ! opusdec ! "
                          "fakesink name=last sync=false",
      port);
  receiver = parse (line);
  gst_element_set_state (receiver, GST_STATE_PLAYING);
  message = wait_message (receiver, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_assert_cmpstr (GST_MESSAGE_TYPE_NAME (message), ==, "eos");
  last = gst_bin_get_by_name (GST_BIN (receiver), "last");
  g_object_get (last, "last-sample", &sample, NULL);
  g_assert_nonnull (sample);
  /* Packets of 20 ms; opusenc may add one for its look-ahead. */
  g_assert_cmpuint (GST_BUFFER_PTS (gst_sample_get_buffer (sample)), >=,
      48 * 20 * GST_MSECOND);
  gst_element_set_state (receiver, GST_STATE_NULL);
  gst_clear_message (&message);
  message = wait_message (sender, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_assert_cmpstr (GST_MESSAGE_TYPE_NAME (message), ==, "eos");
  gst_element_set_state (sender, GST_STATE_NULL);
}

static void
assert_error (const gchar *line, const gchar *code)
{
  g_autoptr (GstElement) pipeline = parse (line);
  g_autoptr (GstMessage) message = NULL;
  const GstStructure *details = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = wait_message (pipeline, GST_MESSAGE_ERROR);
  gst_message_parse_error_details (message, &details);
  g_assert_nonnull (details);
  g_assert_cmpstr (gst_structure_get_name (details), ==, "vowel-error-details");
  g_assert_cmpstr (gst_structure_get_string (details, "code"), ==, code);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

static void
test_errors (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, &error);
  g_autofree gchar *refused = NULL, *taken = NULL;

  g_assert_no_error (error);
  taken =
      g_strdup_printf ("wsaudiosrc address=0.0.0.0 port=%u ! fakesink", port);
  assert_error (taken, "upstream");
  g_socket_listener_close (listener);
  refused =
      g_strdup_printf ("wsaudiosrc uri=ws://127.0.0.1:%u/ ! fakesink", port);
  assert_error (refused, "upstream");
  assert_error ("wsaudiosrc uri=http://127.0.0.1/ ! fakesink", "bad-request");
  assert_error (
      "wsaudiosrc uri=ws://127.0.0.1/ port=1 ! fakesink", "bad-request");
  assert_error ("wsaudiosrc port=0 path=x ! fakesink", "bad-request");
  assert_error (
      "wsaudiosrc port=0 address=somewhere ! fakesink", "bad-request");
}

typedef struct {
  GMainLoop *loop;
  SoupWebsocketConnection *connection;
  guint status;
  gushort code;
  gsize received; /* bytes */
} Peer;

static void
on_peer_message (
    SoupWebsocketConnection *connection, gint type, GBytes *bytes, Peer *peer)
{
  peer->received += g_bytes_get_size (bytes);
}

static void
on_peer_connected (GObject *session, GAsyncResult *result, gpointer data)
{
  Peer *peer = data;

  peer->connection = soup_session_websocket_connect_finish (
      SOUP_SESSION (session), result, NULL);
  if (peer->connection != NULL)
    g_signal_connect (
        peer->connection, "message", G_CALLBACK (on_peer_message), peer);
  g_main_loop_quit (peer->loop);
}

static gboolean
on_timeout (gpointer data)
{
  g_assert_not_reached ();
}

static void
run (Peer *peer)
{
  guint id = g_timeout_add_seconds (10, on_timeout, NULL);

  g_main_loop_run (peer->loop);
  g_source_remove (id);
}

static void
peer_connect (Peer *peer, SoupSession *session, gint port)
{
  g_autofree gchar *uri = g_strdup_printf ("ws://127.0.0.1:%d/", port);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", uri);

  peer->loop = g_main_loop_new (NULL, FALSE);
  soup_session_websocket_connect_async (session, message, NULL, NULL,
      G_PRIORITY_DEFAULT, NULL, on_peer_connected, peer);
  run (peer);
  peer->status = soup_message_get_status (message);
}

static void
on_peer_closed (SoupWebsocketConnection *connection, Peer *peer)
{
  g_main_loop_quit (peer->loop);
}

static void
peer_clear (Peer *peer)
{
  g_clear_object (&peer->connection);
  g_clear_pointer (&peer->loop, g_main_loop_unref);
}

/* A second peer is refused; half a sample waits for its other half; text in
 * binary framing warns once; a close is the end of the stream. */
static void
test_src_listens (void)
{
  g_autoptr (GstElement) pipeline =
      parse ("wsaudiosrc name=src port=0 ! fakesink name=sink sync=false");
  g_autoptr (GstElement) src = gst_bin_get_by_name (GST_BIN (pipeline), "src");
  g_autoptr (GstElement) sink =
      gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GstSample) sample = NULL;
  Peer first = {0}, second = {0};
  GstBuffer *buffer;
  gint port = -1;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_object_get (src, "bound-port", &port, NULL);
  peer_connect (&first, session, port);
  g_assert_nonnull (first.connection);
  peer_connect (&second, session, port);
  g_assert_null (second.connection);
  g_assert_cmpuint (second.status, ==, 503);

  soup_websocket_connection_send_binary (first.connection, "abc", 3);
  soup_websocket_connection_send_binary (first.connection, "d", 1);
  soup_websocket_connection_send_text (first.connection, "hello");
  soup_websocket_connection_send_text (first.connection, "hello again");
  soup_websocket_connection_send_binary (first.connection, "efg", 3);
  g_signal_connect (
      first.connection, "closed", G_CALLBACK (on_peer_closed), &first);
  soup_websocket_connection_close (first.connection, 1000, NULL);
  run (&first);

  message = wait_message (pipeline, GST_MESSAGE_WARNING);
  gst_clear_message (&message);
  message = wait_message (
      pipeline, GST_MESSAGE_WARNING | GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_assert_cmpstr (GST_MESSAGE_TYPE_NAME (message), ==, "eos");
  g_object_get (sink, "last-sample", &sample, NULL);
  buffer = gst_sample_get_buffer (sample);
  g_assert_cmpint (gst_buffer_memcmp (buffer, 0, "ef", 2), ==, 0);
  g_assert_cmpuint (gst_buffer_get_size (buffer), ==, 2);
  g_assert_cmpuint (GST_BUFFER_OFFSET (buffer), ==, 2);
  g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==,
      gst_util_uint64_scale (2, GST_SECOND, 24000));
  gst_element_set_state (pipeline, GST_STATE_NULL);
  peer_clear (&first);
  peer_clear (&second);
}

static GstBuffer *
make_audio (gsize size, const gchar *response, guint64 generation, guint start,
    guint end)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, size, NULL);
  GstVowelResponseMeta *meta =
      gst_buffer_add_vowel_response_meta (buffer, response, generation);

  gst_buffer_memset (buffer, 0, start, size);
  meta->text_start = start;
  meta->text_end = end;
  meta->sentence_end = TRUE;
  return buffer;
}

static void
on_packet (GstElement *sink, GstBuffer *packet, GString *log)
{
  GstVowelResponseMeta *meta = gst_buffer_get_vowel_response_meta (packet);

  g_string_append_printf (log, "%s:%" G_GSIZE_FORMAT "[%u-%u%s] ",
      meta->response_id, gst_buffer_get_size (packet), meta->text_start,
      meta->text_end, meta->sentence_end ? "." : "");
}

static void
on_response_end (GstElement *sink, const gchar *response_id, guint64 generation,
    GString *log)
{
  g_string_append_printf (log, "end:%s ", response_id);
}

static void
test_application (void)
{
  g_autoptr (GString) log = g_string_new (NULL);
  GstHarness *h = gst_harness_new ("wsaudiosink");
  GstBuffer *part;

  g_object_set (h->element, "packet-duration", 10 * GST_MSECOND, NULL);
  g_signal_connect (h->element, "packet", G_CALLBACK (on_packet), log);
  g_signal_connect (
      h->element, "response-end", G_CALLBACK (on_response_end), log);
  gst_harness_set_src_caps_str (
      h, "audio/x-raw,format=S16LE,layout=interleaved,rate=8000,channels=1");

  /* 160 bytes are 10 ms; the end of a sentence does not wait for the next. */
  gst_harness_push (h, make_audio (400, "a", 1, 0, 10));
  gst_harness_push (h, make_audio (100, "a", 1, 10, 14));
  gst_harness_push_event (h, gst_vowel_event_new_response_end ("a", 1));
  g_assert_cmpstr (
      log->str, ==, "a:160[0-4] a:160[4-8] a:80[8-10.] a:100[10-14.] end:a ");
  g_string_truncate (log, 0);

  /* Responses are not mixed, and an old one comes too late. */
  gst_harness_push (h, make_audio (100, "b", 2, 0, 2));
  gst_harness_push (h, make_audio (100, "a", 1, 0, 2));
  gst_harness_push_event (h, gst_vowel_event_new_response_end ("a", 1));
  gst_harness_push (h, make_audio (160, "c", 3, 0, 2));
  g_assert_cmpstr (log->str, ==, "b:100[0-2.] c:160[0-2.] ");
  g_string_truncate (log, 0);

  /* A flush takes what has not left. */
  part = make_audio (100, "c", 3, 0, 2);
  gst_buffer_get_vowel_response_meta (part)->sentence_end = FALSE;
  gst_harness_push (h, part);
  gst_harness_push_event (h, gst_event_new_flush_start ());
  gst_harness_push_event (h, gst_event_new_flush_stop (FALSE));
  gst_harness_push_event (h, gst_vowel_event_new_response_end ("c", 3));
  g_assert_cmpstr (log->str, ==, "end:c ");
  gst_harness_teardown (h);
}

/* Nobody takes it: the oldest goes, is counted and warned of. */
static void
test_bounded (void)
{
  g_autoptr (GstElement) pipeline =
      parse ("audiotestsrc num-buffers=10 samplesperbuffer=1000 ! " RAW " ! "
             "wsaudiosink name=sink port=0 max-queued-bytes=6000");
  g_autoptr (GstElement) sink =
      gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (SoupSession) session = soup_session_new ();
  Peer peer = {0};
  guint64 dropped = 0;
  gint port = -1;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = wait_message (pipeline, GST_MESSAGE_WARNING);
  gst_clear_message (&message);
  g_object_get (sink, "bound-port", &port, NULL);
  peer_connect (&peer, session, port);
  g_signal_connect (
      peer.connection, "closed", G_CALLBACK (on_peer_closed), &peer);
  if (soup_websocket_connection_get_state (peer.connection)
      != SOUP_WEBSOCKET_STATE_CLOSED)
    run (&peer);
  g_assert_cmpuint (
      soup_websocket_connection_get_close_code (peer.connection), ==, 1000);
  message = wait_message (pipeline, GST_MESSAGE_EOS);
  g_object_get (sink, "dropped-bytes", &dropped, NULL);
  g_assert_cmpuint (dropped, >=, 2000);
  g_assert_cmpuint (peer.received, >=, 6000);
  g_assert_cmpuint (peer.received + dropped, ==, 10 * 2000);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  peer_clear (&peer);
}

/* The same port again, at once. */
static void
test_restart (void)
{
  g_autoptr (GstElement) pipeline =
      parse ("wsaudiosrc name=src port=0 ! fakesink");
  g_autoptr (GstElement) src = gst_bin_get_by_name (GST_BIN (pipeline), "src");
  gint port = -1;

  gst_element_set_state (pipeline, GST_STATE_PAUSED);
  g_object_get (src, "bound-port", &port, NULL);
  gst_element_set_state (pipeline, GST_STATE_READY);
  g_object_set (src, "port", port, NULL);
  for (guint i = 0; i < 50; i++) {
    g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_PLAYING), !=,
        GST_STATE_CHANGE_FAILURE);
    gst_element_set_state (pipeline, GST_STATE_READY);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

int
main (int argc, char *argv[])
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/wsaudio/application", test_application);
  g_test_add_func ("/wsaudio/src-listens", test_src_listens);
  g_test_add_func ("/wsaudio/bounded", test_bounded);
  g_test_add_func ("/wsaudio/errors", test_errors);
  g_test_add_func ("/wsaudio/restart", test_restart);
  g_test_add_func ("/wsaudio/opus-decodes", test_opus_decodes);
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++) {
    g_autofree gchar *path =
        g_strconcat ("/wsaudio/processes/", pairs[i].name, NULL);

    g_test_add_data_func (path, &pairs[i], test_pair);
  }
  return g_test_run ();
}
