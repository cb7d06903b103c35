/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <gio/gio.h>
#include <gst/vowel/vowel.h>

#define TIMEOUT_SECONDS 10

/* A server that answers by path, byte by byte as each test wants it. */

static void
write_all (GOutputStream *out, const gchar *text)
{
  g_output_stream_write_all (out, text, strlen (text), NULL, NULL, NULL);
  g_output_stream_flush (out, NULL, NULL);
}

/* Until the client hangs up. */
static void
wait_for_hangup (GInputStream *in)
{
  gchar byte;

  while (g_input_stream_read (in, &byte, 1, NULL, NULL) > 0)
    ;
}

static void
answer_stream (GOutputStream *out)
{
  write_all (out, "HTTP/1.1 200 OK\r\nX-Thing:  Value \r\n"
                  "Transfer-Encoding: chunked\r\n\r\n");
  write_all (out, "3\r\none\r\n");
  write_all (out, "3\r\ntwo\r\n");
  write_all (out, "5\r\nthree\r\n0\r\n\r\n");
}

static void
answer_big_error (GOutputStream *out)
{
  g_autofree gchar *body = g_strnfill (1024, 'x');

  write_all (out, "HTTP/1.1 500 Broken\r\nContent-Length: 10240000\r\n\r\n");
  for (guint i = 0; i < 10000; i++)
    if (!g_output_stream_write_all (out, body, 1024, NULL, NULL, NULL))
      break;
}

static void
answer (const gchar *path, const gchar *request, GInputStream *in,
    GOutputStream *out)
{
  if (g_str_equal (path, "/stream")) {
    answer_stream (out);
  } else if (g_str_equal (path, "/echo")) {
    g_autofree gchar *text =
        g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Length: %u\r\n\r\n%s",
            (guint) strlen (request), request);
    write_all (out, text);
  } else if (g_str_equal (path, "/429")) {
    write_all (out, "HTTP/1.1 429 Slow\r\nRetry-After: 2\r\nContent-Length: "
                    "40\r\n\r\n{\"error\":{\"message\":\"slow down please\"}}");
  } else if (g_str_equal (path, "/429-ms")) {
    write_all (out, "HTTP/1.1 429 Slow\r\nRetry-After: 2\r\n"
                    "retry-after-ms: 150.5\r\nContent-Length: 0\r\n\r\n");
  } else if (g_str_equal (path, "/quota")) {
    write_all (out, "HTTP/1.1 429 Slow\r\nContent-Length: 39\r\n\r\n"
                    "{\"error\":{\"code\":\"insufficient_quota\"}}");
  } else if (g_str_equal (path, "/big-error")) {
    answer_big_error (out);
  } else if (g_str_equal (path, "/short")) {
    write_all (out, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
  } else if (g_str_equal (path, "/stall")) {
    write_all (out, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    wait_for_hangup (in);
  } else {
    wait_for_hangup (in);
  }
}

static gboolean
on_connection (GThreadedSocketService *service, GSocketConnection *connection,
    GObject *source, gpointer data)
{
  g_autoptr (GDataInputStream) in = g_data_input_stream_new (
      g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_autoptr (GString) request = g_string_new (NULL);
  g_auto (GStrv) words = NULL;
  gsize length = 0;

  g_data_input_stream_set_newline_type (in, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  for (;;) {
    g_autofree gchar *line =
        g_data_input_stream_read_line (in, NULL, NULL, NULL);

    if (line == NULL)
      return TRUE;
    g_string_append_printf (request, "%s\n", line);
    if (g_ascii_strncasecmp (line, "content-length:", 15) == 0)
      length = g_ascii_strtoull (line + 15, NULL, 10);
    if (*line == '\0')
      break;
  }
  if (length > 0) {
    g_autofree gchar *body = g_malloc0 (length + 1);

    g_input_stream_read_all (
        G_INPUT_STREAM (in), body, length, NULL, NULL, NULL);
    g_string_append (request, body);
  }
  words = g_strsplit (request->str, " ", 3);
  answer (words[1], request->str, G_INPUT_STREAM (in), out);
  return TRUE;
}

/* A request from start to end */

typedef struct {
  GSocketService *service;
  guint16 port;
  GstVowelWorker *worker;

  GMutex lock;
  GCond cond;
  gboolean ended;

  /* Worker thread, then, once ended, the test's. */
  GstVowelHttpRequest *request;
  GString *body;
  guint n_headers, n_done;
  guint cancel_after; /* bytes; 0: never */
  GError *error;
} Fixture;

static void
set_ended (Fixture *f)
{
  g_mutex_lock (&f->lock);
  f->ended = TRUE;
  g_cond_signal (&f->cond);
  g_mutex_unlock (&f->lock);
}

static void
on_headers (GstVowelHttpRequest *request, guint status, gpointer data)
{
  Fixture *f = data;

  f->n_headers++;
  g_assert_cmpuint (status, ==, gst_vowel_http_request_get_status (request));
}

static void
on_data (GstVowelHttpRequest *request, const guint8 *bytes, gsize size,
    gpointer data)
{
  Fixture *f = data;

  g_string_append_len (f->body, (const gchar *) bytes, size);
  if (f->cancel_after > 0 && f->body->len >= f->cancel_after) {
    gst_vowel_http_request_cancel (request);
    set_ended (f);
  }
}

static void
on_done (GstVowelHttpRequest *request, const GError *error, gpointer data)
{
  Fixture *f = data;

  g_assert_true (gst_vowel_worker_is_current (f->worker));
  f->n_done++;
  f->error = error != NULL ? g_error_copy (error) : NULL;
  set_ended (f);
}

static const GstVowelHttpCallbacks callbacks = {on_headers, on_data, on_done};

static void
start (gpointer data)
{
  Fixture *f = data;

  gst_vowel_http_request_start (f->request, &callbacks, f);
}

static void
cancel (gpointer data)
{
  gst_vowel_http_request_cancel (((Fixture *) data)->request);
}

static void
nothing (gpointer data)
{
}

static void
fixture_set_up (Fixture *f, gconstpointer data)
{
  g_mutex_init (&f->lock);
  g_cond_init (&f->cond);
  f->body = g_string_new (NULL);
  f->worker = gst_vowel_worker_new ("test-http", NULL);
  f->service = g_threaded_socket_service_new (-1);
  f->port = g_socket_listener_add_any_inet_port (
      G_SOCKET_LISTENER (f->service), NULL, NULL);
  g_assert_cmpuint (f->port, >, 0);
  g_signal_connect (f->service, "run", G_CALLBACK (on_connection), NULL);
  g_socket_service_start (f->service);
}

static void
fixture_tear_down (Fixture *f, gconstpointer data)
{
  g_clear_object (&f->request);
  gst_clear_object (&f->worker);
  g_socket_service_stop (f->service);
  g_socket_listener_close (G_SOCKET_LISTENER (f->service));
  g_clear_object (&f->service);
  g_clear_error (&f->error);
  g_string_free (f->body, TRUE);
  g_cond_clear (&f->cond);
  g_mutex_clear (&f->lock);
}

static void
prepare (Fixture *f, const gchar *method, const gchar *path)
{
  g_autofree gchar *uri =
      g_strdup_printf ("http://127.0.0.1:%u%s", f->port, path);

  g_clear_object (&f->request);
  g_clear_error (&f->error);
  g_string_truncate (f->body, 0);
  f->n_headers = f->n_done = 0;
  f->ended = FALSE;
  f->request = gst_vowel_http_request_new (f->worker, "fake", method, uri);
}

/* The server runs on the main context; so it is iterated here. */
static gboolean
on_tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static gboolean
has_ended (Fixture *f)
{
  gboolean ended;

  g_mutex_lock (&f->lock);
  ended = f->ended;
  g_mutex_unlock (&f->lock);
  return ended;
}

static void
run (Fixture *f)
{
  gint64 end = g_get_monotonic_time () + TIMEOUT_SECONDS * G_TIME_SPAN_SECOND;
  guint tick = g_timeout_add (5, on_tick, NULL);

  gst_vowel_worker_invoke (f->worker, start, f, NULL);
  while (!has_ended (f)) {
    g_main_context_iteration (NULL, TRUE);
    g_assert_cmpint (g_get_monotonic_time (), <, end);
  }
  g_source_remove (tick);
  /* The worker is through with the callback. */
  gst_vowel_worker_call (f->worker, nothing, NULL);
}

static void
test_stream (Fixture *f, gconstpointer data)
{
  prepare (f, "GET", "/stream");
  run (f);
  g_assert_no_error (f->error);
  g_assert_cmpstr (f->body->str, ==, "onetwothree");
  g_assert_cmpuint (f->n_headers, ==, 1);
  g_assert_cmpuint (f->n_done, ==, 1);
  g_assert_cmpuint (gst_vowel_http_request_get_status (f->request), ==, 200);
  g_assert_cmpstr (
      gst_vowel_http_request_get_response_header (f->request, "x-THING"), ==,
      "Value");
  g_assert_cmpint (
      gst_vowel_http_request_get_retry_after_ms (f->request), ==, -1);
}

static void
test_send (Fixture *f, gconstpointer data)
{
  g_autofree gchar *large = g_strnfill (5000, 'b');
  g_autoptr (GBytes) body = g_bytes_new (large, 5000);
  g_autoptr (GBytes) small = g_bytes_new_static ("{}", 2);

  prepare (f, "POST", "/echo");
  gst_vowel_http_request_set_header (f->request, "X-Key", "secret");
  gst_vowel_http_request_set_body (f->request, "application/json", body);
  run (f);
  g_assert_no_error (f->error);
  g_assert_true (g_str_has_prefix (f->body->str, "POST /echo HTTP/1.1\n"));
  g_assert_nonnull (strstr (f->body->str, "\nX-Key: secret\n"));
  g_assert_nonnull (
      strstr (f->body->str, "\nContent-Type: application/json\n"));
  g_assert_null (strstr (f->body->str, "Expect:"));
  g_assert_nonnull (strstr (f->body->str, large));

  /* The last body counts, and a form before any. */
  prepare (f, "POST", "/echo");
  gst_vowel_http_request_set_body (f->request, "text/plain", body);
  gst_vowel_http_request_set_body (f->request, "application/json", small);
  run (f);
  g_assert_no_error (f->error);
  g_assert_null (strstr (f->body->str, "text/plain"));
  g_assert_nonnull (strstr (f->body->str, "{}"));

  prepare (f, "POST", "/echo");
  gst_vowel_http_request_set_body (f->request, "application/json", body);
  gst_vowel_http_request_add_part (f->request, "field", NULL, NULL, small);
  run (f);
  g_assert_no_error (f->error);
  g_assert_null (strstr (f->body->str, "application/json"));
  g_assert_nonnull (strstr (f->body->str, "multipart/form-data"));

  prepare (f, "DELETE", "/echo");
  run (f);
  g_assert_true (g_str_has_prefix (f->body->str, "DELETE /echo HTTP/1.1\n"));
}

static void
test_refusals (Fixture *f, gconstpointer data)
{
  prepare (f, "GET", "/429");
  run (f);
  g_assert_error (f->error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_RATE_LIMIT);
  g_assert_cmpstr (f->error->message, ==, "fake: HTTP 429: slow down please");
  g_assert_cmpint (
      gst_vowel_http_request_get_retry_after_ms (f->request), ==, 2000);
  g_assert_cmpstr (f->body->str, ==, "");

  prepare (f, "GET", "/429-ms");
  run (f);
  g_assert_error (f->error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_RATE_LIMIT);
  g_assert_cmpint (
      gst_vowel_http_request_get_retry_after_ms (f->request), ==, 150);

  prepare (f, "GET", "/quota");
  run (f);
  g_assert_error (f->error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BILLING);
}

/* 10 MB of error are not read to the end. */
static void
test_big_error (Fixture *f, gconstpointer data)
{
  prepare (f, "GET", "/big-error");
  run (f);
  g_assert_error (f->error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_UPSTREAM);
  g_assert_cmpuint (strlen (f->error->message), <, 400);
}

static void
test_deadlines (Fixture *f, gconstpointer data)
{
  prepare (f, "GET", "/silent");
  gst_vowel_http_request_set_deadlines (f->request, 0, 50, 0);
  run (f);
  g_assert_error (f->error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_TIMEOUT);
  g_assert_nonnull (strstr (f->error->message, "no answer within 50 ms"));

  prepare (f, "GET", "/stall");
  gst_vowel_http_request_set_deadlines (f->request, 0, 0, 50);
  run (f);
  g_assert_error (f->error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_TIMEOUT);
  g_assert_nonnull (strstr (f->error->message, "stalled for 50 ms"));
  g_assert_cmpstr (f->body->str, ==, "half");
  g_assert_cmpuint (f->n_done, ==, 1);
}

static void
test_broken (Fixture *f, gconstpointer data)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autofree gchar *uri = g_strdup_printf ("http://127.0.0.1:%u/", port);

  prepare (f, "GET", "/short");
  run (f);
  g_assert_error (f->error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_UPSTREAM);
  g_assert_cmpstr (f->body->str, ==, "half");

  g_socket_listener_close (listener);
  prepare (f, "GET", "/");
  g_clear_object (&f->request);
  f->request = gst_vowel_http_request_new (f->worker, "fake", "GET", uri);
  run (f);
  g_assert_error (f->error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_UPSTREAM);
  g_assert_true (gst_vowel_error_is_retryable (f->error));

  prepare (f, "GET", "/");
  g_clear_object (&f->request);
  f->request = gst_vowel_http_request_new (
      f->worker, "fake", "GET", "file:///etc/passwd");
  run (f);
  g_assert_error (f->error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST);
}

/* From outside, and from inside curl's own callback. */
static void
test_cancel (Fixture *f, gconstpointer data)
{
  prepare (f, "GET", "/silent");
  gst_vowel_worker_call (f->worker, start, f);
  gst_vowel_worker_call (f->worker, cancel, f);
  gst_vowel_worker_call (f->worker, nothing, NULL);
  g_assert_cmpuint (f->n_done, ==, 0);

  prepare (f, "GET", "/stall");
  f->cancel_after = 1;
  run (f);
  g_assert_cmpstr (f->body->str, ==, "half");
  g_assert_cmpuint (f->n_done, ==, 0);
  f->cancel_after = 0;

  prepare (f, "GET", "/stream");
  run (f);
  g_assert_no_error (f->error);
}

static void
ignore (GstVowelHttpRequest *request, const GError *error, gpointer data)
{
}

static void
start_silent (gpointer data)
{
  static const GstVowelHttpCallbacks silent = {.done = ignore};

  gst_vowel_http_request_start (data, &silent, NULL);
}

static void
cancel_silent (gpointer data)
{
  gst_vowel_http_request_cancel (data);
}

/* A server that does not answer one request may answer the next one. */
static void
test_beside (Fixture *f, gconstpointer data)
{
  g_autoptr (GstVowelHttpRequest) silent = NULL;

  prepare (f, "GET", "/silent");
  silent = g_steal_pointer (&f->request);
  prepare (f, "GET", "/stream");
  gst_vowel_worker_invoke (f->worker, start_silent, silent, NULL);
  run (f);
  g_assert_no_error (f->error);
  g_assert_cmpstr (f->body->str, ==, "onetwothree");
  gst_vowel_worker_call (f->worker, cancel_silent, silent);
}

#define ADD(name, func)                                                        \
  g_test_add (                                                                 \
      "/http/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_setenv ("no_proxy", "*", TRUE);
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);

  ADD ("stream", test_stream);
  ADD ("send", test_send);
  ADD ("refusals", test_refusals);
  ADD ("big-error", test_big_error);
  ADD ("deadlines", test_deadlines);
  ADD ("broken", test_broken);
  ADD ("cancel", test_cancel);
  ADD ("beside", test_beside);
  return g_test_run ();
}
