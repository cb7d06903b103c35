/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvowelhttp
 * @title: GstVowelHttpRequest
 * @short_description: one HTTP request on a worker
 *
 * HTTP as providers need it: bodies that arrive piece by piece, deadlines for
 * connecting, for the first byte and for silence in between, and cancellation
 * at any time. Certificates are checked, redirects are not followed.
 * Connections are kept and shared by all requests of the worker; over TLS with
 * HTTP/2, if the server has it, where a request that is cancelled ends alone.
 * The environment variable `SSL_CERT_FILE` names a file of authorities to trust
 * in place of the system's.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include <gst/vowel/gstvowelerror.h>
#include <gst/vowel/gstvowelhttp.h>

#include "gstvowelcurl-priv.h"
#include "gstvowelform-priv.h"
#include "gstvowelhttpheaders-priv.h"
#include "gstvowelwarmth-priv.h"

GST_DEBUG_CATEGORY_STATIC (gst_vowel_http_debug);
#define GST_CAT_DEFAULT gst_vowel_http_debug

#define DEFAULT_CONNECT_MS 3000
#define DEFAULT_FIRST_BYTE_MS 8000
#define DEFAULT_STALL_MS 10000
#define MAX_ERROR_BODY (64 * 1024)

typedef enum {
  STATE_NEW,
  STATE_RUNNING,
  STATE_ENDED,
} State;

struct _GstVowelHttpRequest {
  GObject parent;

  /* Constant after start. */
  GstVowelWorker *worker;
  gchar *provider;
  gchar *method;
  gchar *uri;
  struct curl_slist *headers;
  gchar *content_type; /* of the body */
  GBytes *body;
  GstVowelForm *form; /* NULL: none */
  guint connect_ms, first_byte_ms, stall_ms;
  GstVowelHttpCallbacks callbacks;
  gpointer user_data;

  /* Worker thread only. */
  State state;
  CURL *easy;
  curl_mime *mime;
  gboolean attached; /* to the multi handle */
  gchar error_text[CURL_ERROR_SIZE];
  guint status;
  gboolean headers_done;
  GstVowelHttpHeaders *response_headers;
  GString *error_body;
  GstVowelTimer *deadline;
  GstClockTime last_activity;
};

G_DEFINE_FINAL_TYPE_WITH_CODE (GstVowelHttpRequest, gst_vowel_http_request,
    G_TYPE_OBJECT,
    GST_DEBUG_CATEGORY_INIT (
        gst_vowel_http_debug, "vowelhttp", 0, "vowel-gst HTTP client"))

static void
gst_vowel_http_request_finalize (GObject *object)
{
  GstVowelHttpRequest *self = GST_VOWEL_HTTP_REQUEST (object);

  g_clear_pointer (&self->easy, curl_easy_cleanup);
  g_clear_pointer (&self->mime, curl_mime_free);
  g_clear_pointer (&self->form, gst_vowel_form_free);
  curl_slist_free_all (self->headers);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self->content_type);
  gst_vowel_http_headers_free (self->response_headers);
  g_string_free (self->error_body, TRUE);
  g_free (self->provider);
  g_free (self->method);
  g_free (self->uri);
  gst_clear_object (&self->worker);
  G_OBJECT_CLASS (gst_vowel_http_request_parent_class)->finalize (object);
}

static void
gst_vowel_http_request_class_init (GstVowelHttpRequestClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = gst_vowel_http_request_finalize;
}

static void
gst_vowel_http_request_init (GstVowelHttpRequest *self)
{
  self->connect_ms = DEFAULT_CONNECT_MS;
  self->first_byte_ms = DEFAULT_FIRST_BYTE_MS;
  self->stall_ms = DEFAULT_STALL_MS;
  self->error_body = g_string_new (NULL);
  self->response_headers = gst_vowel_http_headers_new ();
}

/**
 * gst_vowel_http_request_new:
 * @worker: the worker that the request runs on
 * @provider: who is asked, for errors and logs
 * @method: the HTTP method
 * @uri: an http or https address
 *
 * Returns: (transfer full): a request that has not started
 */
GstVowelHttpRequest *
gst_vowel_http_request_new (GstVowelWorker *worker, const gchar *provider,
    const gchar *method, const gchar *uri)
{
  GstVowelHttpRequest *self;

  g_return_val_if_fail (GST_VOWEL_IS_WORKER (worker), NULL);
  g_return_val_if_fail (
      provider != NULL && method != NULL && uri != NULL, NULL);

  self = g_object_new (GST_TYPE_VOWEL_HTTP_REQUEST, NULL);
  self->worker = gst_object_ref (worker);
  self->provider = g_strdup (provider);
  self->method = g_strdup (method);
  self->uri = g_strdup (uri);
  return self;
}

static void
append_header (GstVowelHttpRequest *self, const gchar *name, const gchar *value)
{
  /* curl's way to send a header without a value ends in a semicolon. */
  g_autofree gchar *line = *value != '\0'
                               ? g_strdup_printf ("%s: %s", name, value)
                               : g_strdup_printf ("%s;", name);

  self->headers = curl_slist_append (self->headers, line);
}

/**
 * gst_vowel_http_request_set_header:
 * @request: a request that has not started
 * @name: the header's name
 * @value: its value
 *
 * Adds a header. Neither may contain a line break.
 */
void
gst_vowel_http_request_set_header (
    GstVowelHttpRequest *request, const gchar *name, const gchar *value)
{
  g_return_if_fail (GST_VOWEL_IS_HTTP_REQUEST (request));
  g_return_if_fail (request->state == STATE_NEW);
  g_return_if_fail (name != NULL && strpbrk (name, "\r\n:") == NULL);
  g_return_if_fail (value != NULL && strpbrk (value, "\r\n") == NULL);

  append_header (request, name, value);
}

/**
 * gst_vowel_http_request_get_response_header:
 * @request: a request
 * @name: the header's name, in any case
 *
 * Returns: (nullable): the answer's header; %NULL when it has none
 */
const gchar *
gst_vowel_http_request_get_response_header (
    GstVowelHttpRequest *request, const gchar *name)
{
  g_return_val_if_fail (GST_VOWEL_IS_HTTP_REQUEST (request), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return gst_vowel_http_headers_get (request->response_headers, name);
}

/**
 * gst_vowel_http_request_set_body:
 * @request: a request that has not started
 * @content_type: the body's type
 * @body: (transfer none): the body
 *
 * Takes the place of a body that was set before.
 */
void
gst_vowel_http_request_set_body (
    GstVowelHttpRequest *request, const gchar *content_type, GBytes *body)
{
  g_return_if_fail (GST_VOWEL_IS_HTTP_REQUEST (request));
  g_return_if_fail (request->state == STATE_NEW);
  g_return_if_fail (
      content_type != NULL && strpbrk (content_type, "\r\n") == NULL);
  g_return_if_fail (body != NULL);

  g_free (request->content_type);
  request->content_type = g_strdup (content_type);
  g_clear_pointer (&request->body, g_bytes_unref);
  request->body = g_bytes_ref (body);
}

/**
 * gst_vowel_http_request_add_part:
 * @request: a request that has not started
 * @name: the field's name
 * @filename: (nullable): for a file, what it is called
 * @content_type: (nullable): for a file, its type
 * @body: (transfer none): the field's value
 *
 * Makes the body a form (multipart/form-data), in the order of the calls.
 */
void
gst_vowel_http_request_add_part (GstVowelHttpRequest *request,
    const gchar *name, const gchar *filename, const gchar *content_type,
    GBytes *body)
{
  g_return_if_fail (GST_VOWEL_IS_HTTP_REQUEST (request));
  g_return_if_fail (request->state == STATE_NEW);
  g_return_if_fail (name != NULL && body != NULL);

  if (request->form == NULL)
    request->form = gst_vowel_form_new ();
  gst_vowel_form_add (request->form, name, filename, content_type, body);
}

/**
 * gst_vowel_http_request_set_deadlines:
 * @request: a request that has not started
 * @connect_ms: until the connection is up, TLS included
 * @first_byte_ms: from the start until the answer's headers are in
 * @stall_ms: longest silence within the body
 *
 * Milliseconds; 0 leaves one out. The defaults are 3000, 8000 and 10000.
 */
void
gst_vowel_http_request_set_deadlines (GstVowelHttpRequest *request,
    guint connect_ms, guint first_byte_ms, guint stall_ms)
{
  g_return_if_fail (GST_VOWEL_IS_HTTP_REQUEST (request));
  g_return_if_fail (request->state == STATE_NEW);

  request->connect_ms = connect_ms;
  request->first_byte_ms = first_byte_ms;
  request->stall_ms = stall_ms;
}

/**
 * gst_vowel_http_request_get_status:
 * @request: a request
 *
 * Returns: the answer's HTTP status, 0 before it is known
 */
guint
gst_vowel_http_request_get_status (GstVowelHttpRequest *request)
{
  g_return_val_if_fail (GST_VOWEL_IS_HTTP_REQUEST (request), 0);

  return request->status;
}

/**
 * gst_vowel_http_request_get_retry_after_ms:
 * @request: a request
 *
 * Returns: how long to wait before trying again, from `retry-after-ms` or else
 *   `retry-after` (seconds or a date); -1 when the answer does not say
 */
gint
gst_vowel_http_request_get_retry_after_ms (GstVowelHttpRequest *request)
{
  g_return_val_if_fail (GST_VOWEL_IS_HTTP_REQUEST (request), -1);

  return gst_vowel_http_parse_retry_after (
      gst_vowel_http_request_get_response_header (request, "retry-after-ms"),
      gst_vowel_http_request_get_response_header (request, "retry-after"));
}

/**
 * gst_vowel_http_request_get_error_body:
 * @request: a request
 *
 * Returns: the body of an answer that is not 2xx, cut off at 64 KiB; empty
 *   otherwise. It is the server's text: not to be trusted, nor shown as it is
 */
const gchar *
gst_vowel_http_request_get_error_body (GstVowelHttpRequest *request)
{
  g_return_val_if_fail (GST_VOWEL_IS_HTTP_REQUEST (request), NULL);

  return request->error_body->str;
}

/* The end */

static GstVowelCurl *
get_curl (GstVowelHttpRequest *self)
{
  return gst_vowel_curl_get (gst_vowel_worker_get_loop (self->worker));
}

static void
detach (gpointer user_data)
{
  GstVowelHttpRequest *self = user_data;

  if (!self->attached)
    return;
  self->attached = FALSE;
  gst_vowel_curl_remove (get_curl (self), self->easy);
}

static void
end (GstVowelHttpRequest *self)
{
  self->state = STATE_ENDED;
  if (self->deadline != NULL)
    gst_vowel_worker_cancel_timer (
        self->worker, g_steal_pointer (&self->deadline));
  if (!self->attached)
    return;
  if (gst_vowel_curl_is_busy (get_curl (self)))
    gst_vowel_worker_post (
        self->worker, detach, g_object_ref (self), g_object_unref);
  else
    detach (self);
}

static void
finish (GstVowelHttpRequest *self, GError *error)
{
  g_autoptr (GError) owned = error;

  end (self);
  /* Not the message: a server may have put the key into it. */
  GST_DEBUG ("%s: %s ended: HTTP %u, %s", self->provider, self->method,
      self->status, error != NULL ? "failed" : "whole");
  if (self->callbacks.done != NULL)
    self->callbacks.done (self, error, self->user_data);
  g_object_unref (self);
}

static void
on_deadline (gpointer user_data)
{
  GstVowelHttpRequest *self = user_data;
  GstClockTime now = gst_vowel_worker_get_time (self->worker);
  GstClockTime end_of_patience =
      self->last_activity + self->stall_ms * GST_MSECOND;

  self->deadline = NULL;
  if (!self->headers_done) {
    finish (self,
        g_error_new (GST_VOWEL_ERROR, GST_VOWEL_ERROR_TIMEOUT,
            "%s: no answer within %u ms", self->provider, self->first_byte_ms));
  } else if (now < end_of_patience) {
    self->deadline = gst_vowel_worker_add_timer (
        self->worker, end_of_patience, on_deadline, self);
  } else {
    finish (self, g_error_new (GST_VOWEL_ERROR, GST_VOWEL_ERROR_TIMEOUT,
                      "%s: the answer stalled for %u ms", self->provider,
                      self->stall_ms));
  }
}

/* Silence is measured from the last byte; the timer finds out when it fires. */
static void
note_activity (GstVowelHttpRequest *self)
{
  self->last_activity = gst_vowel_worker_get_time (self->worker);
}

static void
watch_for_stall (GstVowelHttpRequest *self)
{
  if (self->deadline != NULL)
    gst_vowel_worker_cancel_timer (
        self->worker, g_steal_pointer (&self->deadline));
  note_activity (self);
  if (self->stall_ms > 0)
    self->deadline = gst_vowel_worker_add_timer (self->worker,
        self->last_activity + self->stall_ms * GST_MSECOND, on_deadline, self);
}

static gboolean
is_success (GstVowelHttpRequest *self)
{
  return self->status >= 200 && self->status < 300;
}

/* The handle has left curl. */
static void
on_done (CURLcode result, gpointer user_data)
{
  GstVowelHttpRequest *self = user_data;

  self->attached = FALSE;
  if (self->state != STATE_RUNNING)
    return;
  /* An error body that is cut off at its cap, or breaks off, still says what
   * went wrong. */
  if (self->headers_done && !is_success (self))
    finish (self, gst_vowel_error_from_http (
                      self->provider, self->status, self->error_body->str));
  else
    finish (self, result != CURLE_OK ? gst_vowel_curl_make_error (
                      self->provider, self->uri, result, self->error_text)
                                     : NULL);
}

/* curl's callbacks */

static gsize
on_header (char *data, size_t size, size_t n_items, void *user_data)
{
  GstVowelHttpRequest *self = user_data;
  glong status = 0;

  if (self->state != STATE_RUNNING)
    return 0;

  /* Trailers have no place here. */
  if (self->headers_done
      || !gst_vowel_http_headers_take (
          self->response_headers, data, size * n_items))
    return size * n_items;

  curl_easy_getinfo (self->easy, CURLINFO_RESPONSE_CODE, &status);
  if (status < 200)
    return size * n_items;
  self->status = status;
  self->headers_done = TRUE;
  watch_for_stall (self);
  if (self->callbacks.headers != NULL)
    self->callbacks.headers (self, status, self->user_data);
  return self->state == STATE_RUNNING ? size * n_items : 0;
}

static gsize
on_data (char *data, size_t size, size_t n_items, void *user_data)
{
  GstVowelHttpRequest *self = user_data;
  gsize length = size * n_items;

  if (self->state != STATE_RUNNING)
    return 0;
  note_activity (self);
  if (!is_success (self)) {
    gsize room = MAX_ERROR_BODY - self->error_body->len;

    g_string_append_len (self->error_body, data, MIN (length, room));
    return length <= room ? length : 0;
  }
  if (self->callbacks.data != NULL)
    self->callbacks.data (self, (const guint8 *) data, length, self->user_data);
  return self->state == STATE_RUNNING ? length : 0;
}

/* The start */

static void
make_easy (GstVowelHttpRequest *self)
{
  CURL *easy = gst_vowel_curl_new_easy (get_curl (self));
  gsize size = 0;
  const gchar *body =
      self->body != NULL ? g_bytes_get_data (self->body, &size) : NULL;

  self->easy = easy;
  if (self->form == NULL && self->body != NULL)
    append_header (self, "Content-Type", self->content_type);
  /* No wait for "100 Continue". */
  self->headers = curl_slist_append (self->headers, "Expect:");
  curl_easy_setopt (easy, CURLOPT_PRIVATE, self);
  curl_easy_setopt (easy, CURLOPT_URL, self->uri);
  curl_easy_setopt (easy, CURLOPT_ERRORBUFFER, self->error_text);
  curl_easy_setopt (easy, CURLOPT_HTTPHEADER, self->headers);
  /* Without TLS there is no HTTP/2, and a request would wait until another one
   * to the same server is over. */
  curl_easy_setopt (
      easy, CURLOPT_PIPEWAIT, g_str_has_prefix (self->uri, "https:") ? 1L : 0L);
  curl_easy_setopt (easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt (easy, CURLOPT_HEADERDATA, self);
  curl_easy_setopt (easy, CURLOPT_WRITEFUNCTION, on_data);
  curl_easy_setopt (easy, CURLOPT_WRITEDATA, self);
  if (self->connect_ms > 0)
    curl_easy_setopt (easy, CURLOPT_CONNECTTIMEOUT_MS, (long) self->connect_ms);

  if (self->form != NULL) {
    self->mime = gst_vowel_form_make_mime (self->form, easy);
    curl_easy_setopt (easy, CURLOPT_MIMEPOST, self->mime);
  } else if (self->body != NULL || g_strcmp0 (self->method, "POST") == 0) {
    curl_easy_setopt (easy, CURLOPT_POST, 1L);
    curl_easy_setopt (easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) size);
    curl_easy_setopt (easy, CURLOPT_POSTFIELDS, body != NULL ? body : "");
  } else if (g_strcmp0 (self->method, "HEAD") == 0) {
    curl_easy_setopt (easy, CURLOPT_NOBODY, 1L);
  }
  if (g_strcmp0 (self->method, "HEAD") != 0)
    curl_easy_setopt (easy, CURLOPT_CUSTOMREQUEST, self->method);
}

static void
refuse (gpointer user_data)
{
  GstVowelHttpRequest *self = user_data;

  if (self->state == STATE_RUNNING)
    finish (self,
        g_error_new (GST_VOWEL_ERROR, GST_VOWEL_ERROR_UPSTREAM,
            "%s: the HTTP client does not take the request", self->provider));
}

static void
attach (gpointer user_data)
{
  GstVowelHttpRequest *self = user_data;
  CURLMcode result;

  if (self->state != STATE_RUNNING)
    return;
  result = gst_vowel_curl_add (get_curl (self), self->easy, on_done);
  if (result == CURLM_OK) {
    self->attached = TRUE;
    return;
  }
  GST_ERROR ("%s: %s", self->provider, curl_multi_strerror (result));
  /* No callback before the start has returned. */
  gst_vowel_worker_post (
      self->worker, refuse, g_object_ref (self), g_object_unref);
}

/**
 * gst_vowel_http_request_start:
 * @request: a request that has not started
 * @callbacks: what to call; copied
 * @user_data: given to the callbacks
 *
 * Sends the request. Worker thread only; no callback runs before this has
 * returned. The request keeps itself alive until it ends.
 */
void
gst_vowel_http_request_start (GstVowelHttpRequest *request,
    const GstVowelHttpCallbacks *callbacks, gpointer user_data)
{
  gboolean busy;

  g_return_if_fail (GST_VOWEL_IS_HTTP_REQUEST (request));
  g_return_if_fail (gst_vowel_worker_is_current (request->worker));
  g_return_if_fail (request->state == STATE_NEW);
  g_return_if_fail (callbacks != NULL);

  request->callbacks = *callbacks;
  request->user_data = user_data;
  request->state = STATE_RUNNING;
  g_object_ref (request);

  GST_DEBUG ("%s: %s", request->provider, request->method);
  if (request->first_byte_ms > 0)
    request->deadline = gst_vowel_worker_add_timer (request->worker,
        gst_vowel_worker_get_time (request->worker)
            + request->first_byte_ms * GST_MSECOND,
        on_deadline, request);
  busy = gst_vowel_curl_is_busy (get_curl (request));
  gst_vowel_warmth_note_request (get_curl (request), request->uri,
      gst_vowel_worker_get_time (request->worker));
  make_easy (request);
  if (busy)
    gst_vowel_worker_post (
        request->worker, attach, g_object_ref (request), g_object_unref);
  else
    attach (request);
}

/**
 * gst_vowel_http_request_cancel:
 * @request: a request
 *
 * Breaks the request off; no callback runs any more. Worker thread only. Does
 * nothing when it has ended already.
 */
void
gst_vowel_http_request_cancel (GstVowelHttpRequest *request)
{
  g_return_if_fail (GST_VOWEL_IS_HTTP_REQUEST (request));
  g_return_if_fail (gst_vowel_worker_is_current (request->worker));

  if (request->state != STATE_RUNNING)
    return;
  end (request);
  g_object_unref (request);
}
