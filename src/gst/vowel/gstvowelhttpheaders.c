/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <curl/curl.h>
#include <string.h>
#include <time.h>

#include <gst/vowel/gstvowelhttp.h>

#include "gstvowelhttpheaders-priv.h"

/* Of one answer; those behind them are forgotten. */
#define MAX_HEADERS 256

struct _GstVowelHttpHeaders {
  GHashTable *values; /* by name in lower case */
};

GstVowelHttpHeaders *
gst_vowel_http_headers_new (void)
{
  GstVowelHttpHeaders *headers = g_new (GstVowelHttpHeaders, 1);

  headers->values =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return headers;
}

void
gst_vowel_http_headers_free (GstVowelHttpHeaders *headers)
{
  g_hash_table_unref (headers->values);
  g_free (headers);
}

gboolean
gst_vowel_http_headers_take (
    GstVowelHttpHeaders *headers, const gchar *line, gsize length)
{
  g_autofree gchar *text = g_strchomp (g_strndup (line, length));
  gchar *colon = strchr (text, ':');

  if (g_str_has_prefix (text, "HTTP/")) {
    g_hash_table_remove_all (headers->values);
  } else if (colon != NULL
             && g_hash_table_size (headers->values) < MAX_HEADERS) {
    *colon = '\0';
    g_hash_table_replace (headers->values, g_ascii_strdown (text, -1),
        g_strdup (g_strstrip (colon + 1)));
  }
  return *text == '\0';
}

const gchar *
gst_vowel_http_headers_get (GstVowelHttpHeaders *headers, const gchar *name)
{
  g_autofree gchar *lower = g_ascii_strdown (name, -1);

  return g_hash_table_lookup (headers->values, lower);
}

/**
 * gst_vowel_http_parse_retry_after:
 * @retry_after_ms: (nullable): the header `retry-after-ms`
 * @retry_after: (nullable): the header `retry-after`, seconds or a date
 *
 * Any thread. For answers that did not come by a #GstVowelHttpRequest.
 *
 * Returns: how long to wait before trying again, from @retry_after_ms or else
 *   @retry_after; -1 when neither says
 */
gint
gst_vowel_http_parse_retry_after (
    const gchar *retry_after_ms, const gchar *retry_after)
{
  gchar *end;
  gdouble ms;

  if (retry_after_ms != NULL) {
    ms = g_ascii_strtod (retry_after_ms, &end);
    if (end != retry_after_ms && *end == '\0' && ms >= 0)
      return MIN (ms, G_MAXINT);
  }
  if (retry_after == NULL)
    return -1;
  ms = g_ascii_strtod (retry_after, &end) * 1000;
  if (end == retry_after || *end != '\0') {
    time_t when = curl_getdate (retry_after, NULL);

    if (when < 0)
      return -1;
    ms = MAX (0, when * 1000.0 - g_get_real_time () / 1000.0);
  }
  return ms >= 0 ? (gint) MIN (ms, G_MAXINT) : -1;
}
