/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "static-files.h"

#include <string.h>

#define PREFIX "/org/vowel/console"

/* Everything is ours, and no text becomes markup. 'self' includes sockets of
 * the same host; the icon is an empty data URL. */
#define CONTENT_POLICY                                                         \
  "default-src 'none'; script-src 'self'; style-src 'self'; "                  \
  "connect-src 'self'; img-src data:; worker-src 'self'; "                     \
  "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "              \
  "require-trusted-types-for 'script'; trusted-types 'none'"

static const struct {
  const gchar *suffix;
  const gchar *type;
} types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".wav", "audio/wav"},
    {".wasm", "application/wasm"},
};

static const gchar *
find_type (const gchar *path)
{
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_has_suffix (path, types[i].suffix))
      return types[i].type;
  return "application/octet-stream";
}

/* Where the pages of Vowel Core's console, as people have kept their addresses,
 * are in this one. (transfer full) (nullable) */
static gchar *
find_place (const gchar *path)
{
  static const struct {
    const gchar *page;
    const gchar *place;
  } pages[] = {
      {"/apps", "/#/apps"},
      {"/providers", "/#/configuration"},
      {"/test", "/#/test-lab"},
  };
  g_autofree gchar *rest = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    if (g_str_equal (path, pages[i].page))
      return g_strdup (pages[i].place);
  if (!g_str_has_prefix (path, "/apps/"))
    return NULL;
  rest = g_uri_escape_string (path + strlen ("/apps/"), NULL, FALSE);
  return g_strconcat ("/#/apps/", rest, NULL);
}

gboolean
vowel_static_files_reply (SoupServerMessage *message, const gchar *path)
{
  const gchar *file = g_str_equal (path, "/") ? "/index.html" : path;
  g_autofree gchar *name = g_strconcat (PREFIX, file, NULL);
  g_autoptr (GBytes) bytes =
      g_resources_lookup_data (name, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  SoupMessageHeaders *headers =
      soup_server_message_get_response_headers (message);
  g_autofree gchar *place = bytes ? NULL : find_place (path);

  if (place) {
    soup_message_headers_replace (headers, "Location", place);
    soup_server_message_set_status (message, SOUP_STATUS_FOUND, NULL);
    return TRUE;
  }
  if (bytes == NULL)
    return FALSE;
  soup_message_headers_replace (headers, "Content-Type", find_type (file));
  soup_message_headers_replace (headers, "Cache-Control", "no-cache");
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace (
      headers, "Content-Security-Policy", CONTENT_POLICY);
  soup_message_headers_replace (headers, "Referrer-Policy", "no-referrer");
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_body_append_bytes (
      soup_server_message_get_response_body (message), bytes);
  return TRUE;
}
