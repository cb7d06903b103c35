/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvowelwarmth
 * @title: GstVowelWarmth
 * @short_description: connections that are there before they are needed
 *
 * Name resolution, TCP and TLS take several round trips; the first words of an
 * answer should not wait for them. While a session that uses a server lives,
 * the worker keeps a connection to it: a `HEAD` without a key, which nobody
 * bills, opens it, and another follows when nothing was asked of the server
 * for a minute. However many sessions share the worker, it is asked once.
 *
 * The environment variable `VOWEL_KEEP_WARM` says for which servers: `auto`,
 * the default, for those with https; `on` for all; `off` for none. A server
 * without TLS mostly stands beside us, and its connection is there at once.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstvowelhttp.h"
#include "gstvowelwarmth-priv.h"

GST_DEBUG_CATEGORY_EXTERN (gst_vowel_worker_debug);
#define GST_CAT_DEFAULT gst_vowel_worker_debug

/* Less than curl keeps a connection that nobody uses (118 s), and than most
 * servers do. */
#define PERIOD (60 * GST_SECOND)
#define CONNECT_MS 3000
#define ANSWER_MS 8000

/* A server, as one worker knows it. It is remembered when nobody wants it warm
 * any more, so that sessions that come and go do not ask it again and again. */
typedef struct {
  GstVowelCurl *curl;     /* owns this */
  GstVowelWorker *worker; /* held by those who want it warm */
  gchar *provider;
  gchar *uri;
  guint wanted; /* by so many */
  GstClockTime last_request;
  GstVowelTimer *timer; /* NULL: nobody wants it warm */
} Origin;

struct _GstVowelWarmth {
  GstVowelWorker *worker;
  Origin *origin;
};

static void
origin_free (gpointer data)
{
  Origin *origin = data;

  g_free (origin->provider);
  g_free (origin->uri);
  g_free (origin);
}

/* (nullable): the address of the server itself */
static gchar *
dup_origin (const gchar *uri)
{
  g_autofree gchar *scheme = NULL;
  g_autofree gchar *host = NULL;
  gint port;

  if (!g_uri_split_network (
          uri, G_URI_FLAGS_SCHEME_NORMALIZE, &scheme, &host, &port, NULL)
      || host == NULL)
    return NULL;
  return g_uri_join (
      G_URI_FLAGS_NONE, scheme, NULL, host, port, "/", NULL, NULL);
}

static gboolean
is_wanted (const gchar *uri)
{
  const gchar *wish = g_getenv ("VOWEL_KEEP_WARM");

  if (g_strcmp0 (wish, "on") == 0)
    return TRUE;
  if (g_strcmp0 (wish, "off") == 0)
    return FALSE;
  if (wish != NULL && *wish != '\0' && g_strcmp0 (wish, "auto") != 0)
    GST_WARNING ("VOWEL_KEEP_WARM is \"%s\"; it can be auto, on or off", wish);
  return g_ascii_strncasecmp (uri, "https://", 8) == 0;
}

static void
on_done (GstVowelHttpRequest *request, const GError *error, gpointer user_data)
{
  /* Whatever it answers; the connection is what counts. */
  GST_DEBUG ("warmed up: HTTP %u", gst_vowel_http_request_get_status (request));
}

static void
ask (Origin *origin)
{
  static const GstVowelHttpCallbacks callbacks = {.done = on_done};
  g_autoptr (GstVowelHttpRequest) request = gst_vowel_http_request_new (
      origin->worker, origin->provider, "HEAD", origin->uri);

  GST_DEBUG ("%s: warming the connection", origin->provider);
  gst_vowel_http_request_set_deadlines (request, CONNECT_MS, ANSWER_MS, 0);
  gst_vowel_http_request_start (request, &callbacks, NULL);
}

static void
keep_warm (gpointer user_data)
{
  Origin *origin = user_data;
  GstClockTime now = gst_vowel_worker_get_time (origin->worker);

  origin->timer = NULL;
  if (!GST_CLOCK_TIME_IS_VALID (origin->last_request)
      || now >= origin->last_request + PERIOD)
    ask (origin);
  origin->timer = gst_vowel_worker_add_timer (
      origin->worker, origin->last_request + PERIOD, keep_warm, origin);
}

static Origin *
find_origin (GstVowelWorker *worker, const gchar *provider, const gchar *uri)
{
  GstVowelCurl *curl = gst_vowel_curl_get (gst_vowel_worker_get_loop (worker));
  GHashTable *origins = gst_vowel_curl_get_origins (curl);
  g_autofree gchar *name = dup_origin (uri);
  Origin *origin;

  if (name == NULL)
    return NULL;
  origin = g_hash_table_lookup (origins, name);
  if (origin == NULL) {
    origin = g_new0 (Origin, 1);
    origin->curl = curl;
    origin->provider = g_strdup (provider);
    origin->uri = g_steal_pointer (&name);
    origin->last_request = GST_CLOCK_TIME_NONE;
    g_hash_table_insert (origins, origin->uri, origin);
  }
  return origin;
}

GHashTable *
gst_vowel_warmth_new_origins (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, NULL, origin_free);
}

void
gst_vowel_warmth_note_request (
    GstVowelCurl *curl, const gchar *uri, GstClockTime now)
{
  GHashTable *origins = gst_vowel_curl_get_origins (curl);
  g_autofree gchar *name = NULL;
  Origin *origin;

  if (g_hash_table_size (origins) == 0)
    return;
  name = dup_origin (uri);
  origin = name != NULL ? g_hash_table_lookup (origins, name) : NULL;
  if (origin != NULL)
    origin->last_request = now;
}

/**
 * gst_vowel_warmth_new:
 * @worker: a worker
 * @provider: who is asked, for logs
 * @uri: an address of the server, of which only scheme, host and port matter
 *
 * Opens a connection unless @worker has asked that server within the last
 * minute, and keeps it until gst_vowel_warmth_free(). Worker thread only.
 *
 * Returns: (transfer full) (nullable): the wish; %NULL when this kind of server
 *   is not to be kept warm (`VOWEL_KEEP_WARM`), or @uri is none
 */
GstVowelWarmth *
gst_vowel_warmth_new (
    GstVowelWorker *worker, const gchar *provider, const gchar *uri)
{
  GstVowelWarmth *warmth;
  Origin *origin;

  g_return_val_if_fail (GST_VOWEL_IS_WORKER (worker), NULL);
  g_return_val_if_fail (gst_vowel_worker_is_current (worker), NULL);
  g_return_val_if_fail (provider != NULL && uri != NULL, NULL);

  if (!is_wanted (uri))
    return NULL;
  origin = find_origin (worker, provider, uri);
  if (origin == NULL)
    return NULL;
  warmth = g_new (GstVowelWarmth, 1);
  warmth->worker = gst_object_ref (worker);
  warmth->origin = origin;
  origin->worker = worker;
  if (origin->wanted++ == 0)
    keep_warm (origin);
  gst_vowel_curl_add_users (origin->curl, 1);
  return warmth;
}

/**
 * gst_vowel_warmth_free:
 * @warmth: a wish
 *
 * Worker thread only.
 */
void
gst_vowel_warmth_free (GstVowelWarmth *warmth)
{
  Origin *origin = warmth->origin;

  gst_vowel_curl_add_users (origin->curl, -1);
  if (--origin->wanted == 0)
    gst_vowel_worker_cancel_timer (
        warmth->worker, g_steal_pointer (&origin->timer));
  gst_object_unref (warmth->worker);
  g_free (warmth);
}
