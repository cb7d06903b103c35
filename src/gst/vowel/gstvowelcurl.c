/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/vowel/gstvowelerror.h>

#include "gstvowelcurl-priv.h"
#include "gstvowelwarmth-priv.h"

GST_DEBUG_CATEGORY_EXTERN (gst_vowel_worker_debug);
#define GST_CAT_DEFAULT gst_vowel_worker_debug

/* Kept at least, and for each session's element that asks for it: a voice has
 * two sentences under way. */
#define MIN_IDLE_CONNECTIONS 256L
#define CONNECTIONS_PER_USER 2L
/* A router that forgets a silent connection does so after minutes. */
#define KEEP_ALIVE_S 30L

struct _GstVowelCurl {
  GstVowelLoop *loop; /* owns this */
  CURLM *multi;
  GstVowelTimer *timer;
  gboolean busy; /* inside curl, which may be calling us */
  GstVowelCurlDone done;
  guint users;
  GHashTable *origins; /* of GstVowelWarmth */
};

static void
take_finished (GstVowelCurl *self)
{
  CURLMsg *message;
  gint left;

  while ((message = curl_multi_info_read (self->multi, &left)) != NULL) {
    CURL *easy = message->easy_handle;
    CURLcode result = message->data.result;
    gpointer user_data = NULL;

    if (message->msg != CURLMSG_DONE)
      continue;
    curl_easy_getinfo (easy, CURLINFO_PRIVATE, &user_data);
    curl_multi_remove_handle (self->multi, easy);
    self->done (result, user_data);
  }
}

static void
act (GstVowelCurl *self, curl_socket_t fd, gint flags)
{
  gint running;

  self->busy = TRUE;
  curl_multi_socket_action (self->multi, fd, flags, &running);
  self->busy = FALSE;
  take_finished (self);
}

static void
on_fd (gint fd, GIOCondition condition, gpointer user_data)
{
  gint flags = 0;

  if (condition & (G_IO_IN | G_IO_HUP))
    flags |= CURL_CSELECT_IN;
  if (condition & G_IO_OUT)
    flags |= CURL_CSELECT_OUT;
  if (condition & G_IO_ERR)
    flags |= CURL_CSELECT_ERR;
  act (user_data, fd, flags);
}

static int
on_socket (
    CURL *easy, curl_socket_t fd, int what, void *user_data, void *socket_data)
{
  GstVowelCurl *self = user_data;
  GstVowelFdWatch *watch = socket_data;
  GIOCondition condition = 0;

  if (what == CURL_POLL_REMOVE) {
    if (watch != NULL)
      gst_vowel_loop_unwatch_fd (self->loop, watch);
    curl_multi_assign (self->multi, fd, NULL);
    return 0;
  }

  if (what & CURL_POLL_IN)
    condition |= G_IO_IN;
  if (what & CURL_POLL_OUT)
    condition |= G_IO_OUT;
  if (watch != NULL) {
    gst_vowel_loop_modify_fd (self->loop, watch, condition);
  } else {
    watch = gst_vowel_loop_watch_fd (self->loop, fd, condition, on_fd, self);
    curl_multi_assign (self->multi, fd, watch);
  }
  return 0;
}

static void
on_timer (gpointer user_data)
{
  GstVowelCurl *self = user_data;

  self->timer = NULL;
  act (self, CURL_SOCKET_TIMEOUT, 0);
}

static int
on_set_timer (CURLM *multi, long timeout_ms, void *user_data)
{
  GstVowelCurl *self = user_data;

  if (self->timer != NULL)
    gst_vowel_loop_cancel_timer (self->loop, g_steal_pointer (&self->timer));
  if (timeout_ms >= 0)
    self->timer = gst_vowel_loop_add_timer (self->loop,
        gst_vowel_loop_get_time (self->loop) + timeout_ms * GST_MSECOND,
        on_timer, self);
  return 0;
}

static void
curl_free_all (gpointer data)
{
  GstVowelCurl *self = data;

  curl_multi_cleanup (self->multi);
  g_hash_table_unref (self->origins);
  if (self->timer != NULL)
    gst_vowel_loop_cancel_timer (self->loop, self->timer);
  g_free (self);
}

/* What all workers share. */
static GMutex share_locks[CURL_LOCK_DATA_LAST];

static void
lock_shared (
    CURL *easy, curl_lock_data data, curl_lock_access access, void *user_data)
{
  g_mutex_lock (&share_locks[data]);
}

static void
unlock_shared (CURL *easy, curl_lock_data data, void *user_data)
{
  g_mutex_unlock (&share_locks[data]);
}

static gpointer
init_curl (gpointer unused)
{
  CURLcode result = curl_global_init (CURL_GLOBAL_DEFAULT);
  CURLSH *share;

  if (result != CURLE_OK)
    g_error ("Cannot initialise libcurl: %s", curl_easy_strerror (result));
  share = curl_share_init ();
  curl_share_setopt (share, CURLSHOPT_LOCKFUNC, lock_shared);
  curl_share_setopt (share, CURLSHOPT_UNLOCKFUNC, unlock_shared);
  curl_share_setopt (share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
  curl_share_setopt (share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  return share;
}

static CURLSH *
get_share (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, init_curl, NULL);
}

GstVowelCurl *
gst_vowel_curl_get (GstVowelLoop *loop)
{
  GstVowelCurl *self = gst_vowel_loop_get_http (loop);

  if (self != NULL)
    return self;

  /* Initialises libcurl. */
  get_share ();
  self = g_new0 (GstVowelCurl, 1);
  self->loop = loop;
  self->origins = gst_vowel_warmth_new_origins ();
  self->multi = curl_multi_init ();
  curl_multi_setopt (self->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl_multi_setopt (self->multi, CURLMOPT_SOCKETDATA, self);
  curl_multi_setopt (self->multi, CURLMOPT_TIMERFUNCTION, on_set_timer);
  curl_multi_setopt (self->multi, CURLMOPT_TIMERDATA, self);
  curl_multi_setopt (self->multi, CURLMOPT_MAXCONNECTS, MIN_IDLE_CONNECTIONS);
  gst_vowel_loop_set_http (loop, self, curl_free_all);
  return self;
}

CURL *
gst_vowel_curl_new_easy (GstVowelCurl *self)
{
  CURL *easy = curl_easy_init ();
  const gchar *authorities = g_getenv ("SSL_CERT_FILE");

  curl_easy_setopt (easy, CURLOPT_SHARE, get_share ());
  curl_easy_setopt (easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (easy, CURLOPT_USERAGENT, "vowel-gst/" VERSION);
  curl_easy_setopt (easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt (easy, CURLOPT_SSL_VERIFYHOST, 2L);
  if (authorities != NULL && *authorities != '\0')
    curl_easy_setopt (easy, CURLOPT_CAINFO, authorities);
  curl_easy_setopt (easy, CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_2TLS);
  curl_easy_setopt (easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt (easy, CURLOPT_TCP_KEEPIDLE, KEEP_ALIVE_S);
  curl_easy_setopt (easy, CURLOPT_TCP_KEEPINTVL, KEEP_ALIVE_S);
  /* A proxy's answer to CONNECT is none of the server's. */
  curl_easy_setopt (easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  return easy;
}

void
gst_vowel_curl_add_users (GstVowelCurl *self, gint n)
{
  self->users += n;
  curl_multi_setopt (self->multi, CURLMOPT_MAXCONNECTS,
      MAX (MIN_IDLE_CONNECTIONS, CONNECTIONS_PER_USER * self->users));
}

GHashTable *
gst_vowel_curl_get_origins (GstVowelCurl *self)
{
  return self->origins;
}

gboolean
gst_vowel_curl_is_busy (GstVowelCurl *self)
{
  return self->busy;
}

CURLMcode
gst_vowel_curl_add (GstVowelCurl *self, CURL *easy, GstVowelCurlDone done)
{
  self->done = done;
  return curl_multi_add_handle (self->multi, easy);
}

void
gst_vowel_curl_remove (GstVowelCurl *self, CURL *easy)
{
  curl_multi_remove_handle (self->multi, easy);
}

GError *
gst_vowel_curl_make_error (
    const gchar *provider, const gchar *uri, CURLcode result, const gchar *text)
{
  GstVowelError code;

  switch (result) {
    case CURLE_OPERATION_TIMEDOUT:
      code = GST_VOWEL_ERROR_TIMEOUT;
      break;
    case CURLE_URL_MALFORMAT:
      code = GST_VOWEL_ERROR_BAD_REQUEST;
      break;
    case CURLE_UNSUPPORTED_PROTOCOL:
      /* Of the address; of an answer that is no HTTP otherwise. */
      code = g_ascii_strncasecmp (uri, "http", 4) == 0
                 ? GST_VOWEL_ERROR_PROTOCOL
                 : GST_VOWEL_ERROR_BAD_REQUEST;
      break;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_CONTENT_ENCODING:
      code = GST_VOWEL_ERROR_PROTOCOL;
      break;
    default:
      code = GST_VOWEL_ERROR_UPSTREAM;
      break;
  }
  return g_error_new (GST_VOWEL_ERROR, code, "%s: %s", provider,
      *text != '\0' ? text : curl_easy_strerror (result));
}
