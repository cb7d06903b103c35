/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "ws-client.h"

#include <libsoup/soup.h>
#include <string.h>

#include <gst/vowel/gstvowelerror.h>
#include <gst/vowel/gstvowelhttp.h>

#define HANDSHAKE_TIMEOUT (5 * GST_SECOND)
/* How long the other side may take to agree that it is over. */
#define CLOSE_TIMEOUT GST_SECOND
#define MAX_MESSAGE (16 * 1024 * 1024)
/* Half a minute of speech: a service that takes none for so long is gone. */
#define MAX_WAITING (1024 * 1024)

typedef struct {
  gboolean text;
  GBytes *data;
} Waiting;

struct _WsClient {
  grefcount ref_count;

  GstVowelWorker *worker;
  gchar *provider;
  WsClientCallbacks callbacks;
  gpointer user_data;

  gboolean over;     /* there is no connection any more */
  gboolean silenced; /* nothing may be called any more */
  gboolean held;     /* what is sent waits */
  gboolean closing;  /* holds itself until the other side has closed, too */
  guint status;
  guint close_code;
  SoupSession *session;
  GCancellable *cancellable;
  SoupMessage *handshake;
  GstVowelTimer *deadline;
  gboolean timed_out;
  SoupWebsocketConnection *connection;
  GError *error;  /* why the connection is about to close */
  GQueue waiting; /* of Waiting */
  gsize waiting_size;
};

static void
waiting_free (gpointer data)
{
  Waiting *waiting = data;

  g_bytes_unref (waiting->data);
  g_free (waiting);
}

WsClient *
ws_client_ref (WsClient *self)
{
  g_ref_count_inc (&self->ref_count);
  return self;
}

void
ws_client_unref (WsClient *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;
  ws_client_abort (self);
  g_clear_object (&self->session);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->handshake);
  g_clear_error (&self->error);
  g_queue_clear_full (&self->waiting, waiting_free);
  g_free (self->provider);
  gst_object_unref (self->worker);
  g_free (self);
}

static void
cancel_deadline (WsClient *self)
{
  if (self->deadline != NULL)
    gst_vowel_worker_cancel_timer (
        self->worker, g_steal_pointer (&self->deadline));
}

static void
tear_down (WsClient *self)
{
  SoupWebsocketConnection *connection;

  self->over = TRUE;
  cancel_deadline (self);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  connection = g_steal_pointer (&self->connection);
  if (connection == NULL)
    return;
  g_signal_handlers_disconnect_by_data (connection, self);
  g_io_stream_close (
      soup_websocket_connection_get_io_stream (connection), NULL, NULL);
  g_object_unref (connection);
}

void
ws_client_abort (WsClient *self)
{
  self->silenced = TRUE;
  tear_down (self);
}

static void
finish_closing (gpointer user_data)
{
  WsClient *self = user_data;

  self->deadline = NULL;
  self->closing = FALSE;
  tear_down (self);
  ws_client_unref (self);
}

static void
tell_closed (gpointer user_data)
{
  WsClient *self = user_data;

  if (self->closing)
    finish_closing (self);
  else if (!self->silenced)
    self->callbacks.closed (self, self->status, self->error, self->user_data);
}

/* The end shows in the middle of sending, too: it is told later. */
static void
end (WsClient *self, guint status, const GError *error)
{
  if (self->over)
    return;
  tear_down (self);
  self->status = status;
  g_clear_error (&self->error);
  self->error = g_error_copy (error);
  gst_vowel_worker_post (self->worker, tell_closed, ws_client_ref (self),
      (GDestroyNotify) ws_client_unref);
}

/* --- sending --- */

static void
transmit (WsClient *self, gboolean text, GBytes *data)
{
  g_autoptr (SoupWebsocketConnection) connection = NULL;

  if (self->connection == NULL
      || soup_websocket_connection_get_state (self->connection)
             != SOUP_WEBSOCKET_STATE_OPEN)
    return;
  connection = g_object_ref (self->connection);
  soup_websocket_connection_send_message (connection,
      text ? SOUP_WEBSOCKET_DATA_TEXT : SOUP_WEBSOCKET_DATA_BINARY, data);
}

static void
fail_stuck (WsClient *self)
{
  g_autoptr (GError) error = g_error_new (GST_VOWEL_ERROR,
      GST_VOWEL_ERROR_TIMEOUT, "%s: takes no audio", self->provider);

  end (self, 0, error);
}

/* (transfer full) @data */
static void
send (WsClient *self, gboolean text, GBytes *data)
{
  Waiting *waiting;

  if (self->over) {
    g_bytes_unref (data);
    return;
  }
  if (self->connection != NULL && !self->held) {
    transmit (self, text, data);
    g_bytes_unref (data);
    return;
  }
  waiting = g_new0 (Waiting, 1);
  waiting->text = text;
  waiting->data = data;
  g_queue_push_tail (&self->waiting, waiting);
  self->waiting_size += g_bytes_get_size (data);
  if (self->waiting_size > MAX_WAITING)
    fail_stuck (self);
}

void
ws_client_send_text (WsClient *self, const gchar *text)
{
  send (self, TRUE, g_bytes_new (text, strlen (text)));
}

void
ws_client_send_binary (WsClient *self, const guint8 *data, gsize size)
{
  if (size > 0)
    send (self, FALSE, g_bytes_new (data, size));
}

static void
send_waiting (WsClient *self)
{
  Waiting *waiting;

  while ((waiting = g_queue_pop_head (&self->waiting)) != NULL) {
    transmit (self, waiting->text, waiting->data);
    waiting_free (waiting);
  }
  self->waiting_size = 0;
}

void
ws_client_hold (WsClient *self)
{
  self->held = TRUE;
}

void
ws_client_release (WsClient *self, const gchar *first)
{
  g_autoptr (GBytes) data =
      first != NULL ? g_bytes_new (first, strlen (first)) : NULL;

  self->held = FALSE;
  if (data != NULL)
    transmit (self, TRUE, data);
  send_waiting (self);
}

void
ws_client_close (WsClient *self, const gchar *last)
{
  self->silenced = TRUE;
  if (self->over || self->connection == NULL
      || soup_websocket_connection_get_state (self->connection)
             != SOUP_WEBSOCKET_STATE_OPEN) {
    tear_down (self);
    return;
  }
  self->closing = TRUE;
  ws_client_ref (self);
  ws_client_send_text (self, last);
  soup_websocket_connection_close (
      self->connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  cancel_deadline (self);
  self->deadline = gst_vowel_worker_add_timer (self->worker,
      gst_vowel_worker_get_time (self->worker) + CLOSE_TIMEOUT, finish_closing,
      self);
}

/* --- receiving --- */

static void
on_message (SoupWebsocketConnection *connection, gint type, GBytes *data,
    gpointer user_data)
{
  g_autoptr (WsClient) self = ws_client_ref (user_data);
  gsize size;
  const gchar *text = g_bytes_get_data (data, &size);
  g_autofree gchar *terminated = NULL;

  if (self->over || self->silenced)
    return;
  if (type == SOUP_WEBSOCKET_DATA_BINARY) {
    if (self->callbacks.binary != NULL && size > 0)
      self->callbacks.binary (
          self, (const guint8 *) text, size, self->user_data);
    return;
  }
  terminated = g_strndup (text != NULL ? text : "", size);
  self->callbacks.message (self, terminated, size, self->user_data);
}

static void
on_error (
    SoupWebsocketConnection *connection, GError *error, gpointer user_data)
{
  WsClient *self = user_data;

  if (self->error == NULL)
    self->error = g_error_new (GST_VOWEL_ERROR, GST_VOWEL_ERROR_UPSTREAM,
        "%s: %s", self->provider, error->message);
}

static void
on_closed (SoupWebsocketConnection *connection, gpointer user_data)
{
  WsClient *self = user_data;
  gushort code = soup_websocket_connection_get_close_code (connection);
  const gchar *reason = soup_websocket_connection_get_close_data (connection);
  g_autoptr (GError) error = g_steal_pointer (&self->error);

  self->close_code = code;
  if (error == NULL) {
    /* 1008: what we sent is not what was agreed on. */
    g_autofree gchar *valid =
        g_utf8_make_valid (reason != NULL ? reason : "", -1);

    error = g_error_new (GST_VOWEL_ERROR,
        code == SOUP_WEBSOCKET_CLOSE_POLICY_VIOLATION
            ? GST_VOWEL_ERROR_BAD_REQUEST
            : GST_VOWEL_ERROR_UPSTREAM,
        "%s: the connection was closed (%u)%s%s", self->provider, code,
        *valid != '\0' ? ": " : "", valid);
  }
  end (self, 0, error);
}

gint
ws_client_get_retry_after_ms (WsClient *self)
{
  SoupMessageHeaders *headers;

  if (self->handshake == NULL)
    return -1;
  headers = soup_message_get_response_headers (self->handshake);
  return gst_vowel_http_parse_retry_after (
      soup_message_headers_get_one (headers, "retry-after-ms"),
      soup_message_headers_get_one (headers, "retry-after"));
}

guint
ws_client_get_close_code (WsClient *self)
{
  return self->close_code;
}

/* --- connecting --- */

static GError *
explain (WsClient *self, guint status, const GError *cause)
{
  const gchar *detail;

  if (self->timed_out)
    return g_error_new (GST_VOWEL_ERROR, GST_VOWEL_ERROR_TIMEOUT,
        "%s: no connection within %u ms", self->provider,
        (guint) (HANDSHAKE_TIMEOUT / GST_MSECOND));
  if (status < 300)
    return g_error_new (GST_VOWEL_ERROR,
        status == 0 ? GST_VOWEL_ERROR_UPSTREAM : GST_VOWEL_ERROR_PROTOCOL,
        "%s: %s", self->provider, cause->message);
  /* The body is not delivered; Deepgram has the reason in a header. */
  detail = soup_message_headers_get_one (
      soup_message_get_response_headers (self->handshake), "dg-error");
  return gst_vowel_error_from_http (self->provider, status, detail);
}

static void
adopt (WsClient *self, SoupWebsocketConnection *connection)
{
  self->connection = connection;
  soup_websocket_connection_set_max_incoming_payload_size (
      connection, MAX_MESSAGE);
  g_signal_connect (connection, "message", G_CALLBACK (on_message), self);
  g_signal_connect (connection, "error", G_CALLBACK (on_error), self);
  g_signal_connect (connection, "closed", G_CALLBACK (on_closed), self);
  if (!self->held)
    send_waiting (self);
  if (self->callbacks.opened != NULL)
    self->callbacks.opened (self, self->user_data);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WsClient) self = user_data;
  guint status = soup_message_get_status (self->handshake);
  g_autoptr (GError) cause = NULL;
  g_autoptr (GError) error = NULL;
  SoupWebsocketConnection *connection = soup_session_websocket_connect_finish (
      SOUP_SESSION (source), result, &cause);

  cancel_deadline (self);
  if (self->over) {
    g_clear_object (&connection);
  } else if (connection != NULL) {
    adopt (self, connection);
  } else {
    if (status == SOUP_STATUS_SWITCHING_PROTOCOLS)
      status = 0;
    error = explain (self, status, cause);
    end (self, status, error);
  }
}

static void
on_deadline (gpointer user_data)
{
  WsClient *self = user_data;

  self->deadline = NULL;
  self->timed_out = TRUE;
  g_cancellable_cancel (self->cancellable);
}

static gchar *
make_ws_uri (const gchar *uri)
{
  if (g_str_has_prefix (uri, "http"))
    return g_strconcat ("ws", uri + strlen ("http"), NULL);
  return g_strdup (uri);
}

static void
fail_uri (WsClient *self)
{
  g_autoptr (GError) error =
      g_error_new (GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST,
          "%s: base-url is no address", self->provider);

  end (self, 0, error);
}

WsClient *
ws_client_new (GstVowelWorker *worker, const gchar *provider, const gchar *uri,
    const gchar *header, const gchar *value, const WsClientCallbacks *callbacks,
    gpointer user_data)
{
  WsClient *self = g_new0 (WsClient, 1);
  g_autofree gchar *ws_uri = make_ws_uri (uri);

  g_ref_count_init (&self->ref_count);
  self->worker = gst_object_ref (worker);
  self->provider = g_strdup (provider);
  self->callbacks = *callbacks;
  self->user_data = user_data;
  g_queue_init (&self->waiting);
  self->handshake = soup_message_new (SOUP_METHOD_GET, ws_uri);
  if (self->handshake == NULL) {
    fail_uri (self);
    return self;
  }
  if (value != NULL)
    soup_message_headers_replace (
        soup_message_get_request_headers (self->handshake), header, value);
  self->session = soup_session_new ();
  soup_session_set_user_agent (self->session, "vowel-gst/" VERSION);
  self->cancellable = g_cancellable_new ();
  self->deadline = gst_vowel_worker_add_timer (worker,
      gst_vowel_worker_get_time (worker) + HANDSHAKE_TIMEOUT, on_deadline,
      self);
  soup_session_websocket_connect_async (self->session, self->handshake, NULL,
      NULL, G_PRIORITY_DEFAULT, self->cancellable, on_connected,
      ws_client_ref (self));
  return self;
}
