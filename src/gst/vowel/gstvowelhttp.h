/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvowelworker.h>

G_BEGIN_DECLS

/**
 * GstVowelHttpRequest:
 *
 * One HTTP request on a worker's shared connection cache (curl multi). All of
 * it happens on the worker; the callbacks run there too. `done` runs exactly
 * once unless the request is cancelled, then not at all.
 */
#define GST_TYPE_VOWEL_HTTP_REQUEST (gst_vowel_http_request_get_type ())
GST_VOWEL_API
G_DECLARE_FINAL_TYPE (GstVowelHttpRequest, gst_vowel_http_request, GST_VOWEL,
    HTTP_REQUEST, GObject)

/**
 * GstVowelHttpCallbacks:
 * @headers: (nullable): status line and headers are in
 * @data: (nullable): bytes of a 2xx body as they arrive; other bodies are
 *   collected (64 KiB at most) for the error
 * @done: finished; @error is %NULL after a 2xx answer that came whole, else a
 *   GST_VOWEL_ERROR
 */
typedef struct {
  void (*headers) (
      GstVowelHttpRequest *request, guint status, gpointer user_data);
  void (*data) (GstVowelHttpRequest *request, const guint8 *data, gsize size,
      gpointer user_data);
  void (*done) (
      GstVowelHttpRequest *request, const GError *error, gpointer user_data);
} GstVowelHttpCallbacks;

/* @provider names who is asked, in errors and logs. */
GST_VOWEL_API GstVowelHttpRequest *gst_vowel_http_request_new (
    GstVowelWorker *worker, const gchar *provider, const gchar *method,
    const gchar *uri);
GST_VOWEL_API void gst_vowel_http_request_set_header (
    GstVowelHttpRequest *request, const gchar *name, const gchar *value);
GST_VOWEL_API const gchar *gst_vowel_http_request_get_response_header (
    GstVowelHttpRequest *request, const gchar *name);
GST_VOWEL_API void gst_vowel_http_request_set_body (
    GstVowelHttpRequest *request, const gchar *content_type, GBytes *body);
/* A part of a multipart/form-data body, which then takes the place of any
 * other.
 * @filename, @content_type: (nullable): for a part that is a file */
GST_VOWEL_API void gst_vowel_http_request_add_part (
    GstVowelHttpRequest *request, const gchar *name, const gchar *filename,
    const gchar *content_type, GBytes *body);
/* Milliseconds; 0 leaves one out.  Defaults: 3000, 8000, 10000. */
GST_VOWEL_API void gst_vowel_http_request_set_deadlines (
    GstVowelHttpRequest *request, guint connect_ms, guint first_byte_ms,
    guint stall_ms);
GST_VOWEL_API void gst_vowel_http_request_start (GstVowelHttpRequest *request,
    const GstVowelHttpCallbacks *callbacks, gpointer user_data);
GST_VOWEL_API void gst_vowel_http_request_cancel (GstVowelHttpRequest *request);
GST_VOWEL_API guint gst_vowel_http_request_get_status (
    GstVowelHttpRequest *request);
/* What an answer that is not 2xx had to say; "" for none. */
GST_VOWEL_API const gchar *gst_vowel_http_request_get_error_body (
    GstVowelHttpRequest *request);
/* From retry-after-ms or retry-after; -1 when the answer had none. */
GST_VOWEL_API gint gst_vowel_http_request_get_retry_after_ms (
    GstVowelHttpRequest *request);
/* The same of two headers' values, either of which may be NULL. */
GST_VOWEL_API gint gst_vowel_http_parse_retry_after (
    const gchar *retry_after_ms, const gchar *retry_after);

G_END_DECLS
