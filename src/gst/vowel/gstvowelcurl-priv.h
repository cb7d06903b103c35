/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <curl/curl.h>

#include "gstvowelloop-priv.h"

G_BEGIN_DECLS

/*
 * GstVowelCurl: the curl multi handle of a worker, driven by its epoll set and
 * timer heap, and what all its transfers have in common. Worker thread only.
 *
 * Names that were resolved and TLS sessions are shared by all workers of the
 * process, so that only the first connection to a server pays for them.
 */
typedef struct _GstVowelCurl GstVowelCurl;

/* A transfer has ended and its handle has left the multi handle. */
typedef void (*GstVowelCurlDone) (CURLcode result, gpointer user_data);

G_GNUC_INTERNAL GstVowelCurl *gst_vowel_curl_get (GstVowelLoop *loop);
/* (transfer full): a handle that uses the worker's connections, checks
 * certificates and follows no redirect */
G_GNUC_INTERNAL CURL *gst_vowel_curl_new_easy (GstVowelCurl *curl);
/* curl refuses to take or give handles from inside its callbacks. */
G_GNUC_INTERNAL gboolean gst_vowel_curl_is_busy (GstVowelCurl *curl);
/* @easy: its CURLOPT_PRIVATE is given to @done
 * @done: the same for all handles */
G_GNUC_INTERNAL CURLMcode gst_vowel_curl_add (
    GstVowelCurl *curl, CURL *easy, GstVowelCurlDone done);
G_GNUC_INTERNAL void gst_vowel_curl_remove (GstVowelCurl *curl, CURL *easy);
/* (transfer full): why a transfer to @uri failed. @text: curl's error buffer,
 * may be empty */
G_GNUC_INTERNAL GError *gst_vowel_curl_make_error (const gchar *provider,
    const gchar *uri, CURLcode result, const gchar *text);
/* So many more, or fewer, will each want connections kept for them. */
G_GNUC_INTERNAL void gst_vowel_curl_add_users (GstVowelCurl *curl, gint n);
/* (transfer none): the servers that GstVowelWarmth knows */
G_GNUC_INTERNAL GHashTable *gst_vowel_curl_get_origins (GstVowelCurl *curl);

G_END_DECLS
