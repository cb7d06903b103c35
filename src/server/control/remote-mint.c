/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "remote-mint.h"

#include "server/config/provider-config.h"
#include "server/http/http.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define LIFETIME 300
#define MAX_ANSWER (64 * 1024)
#define MAX_COMPLAINT 200

typedef struct {
  const gchar *provider;
  GstVowelProviderKind kind; /* of whose settings it uses the address */
  const gchar *origin;       /* up to the version */
} Service;

static const Service services[] = {
    {"openai", GST_VOWEL_PROVIDER_LLM, "https://api.openai.com"},
    {"grok", GST_VOWEL_PROVIDER_TTS, "https://api.x.ai"},
};

static const Service *
find_service (const gchar *provider)
{
  for (guint i = 0; i < G_N_ELEMENTS (services); i++)
    if (g_str_equal (services[i].provider, provider))
      return &services[i];
  g_return_val_if_reached (&services[0]);
}

/* Of the address that is set some have the version in it, others not. */
static gchar *
make_url (
    const VowelServerConfig *config, const gchar *provider, const gchar *path)
{
  const Service *service = find_service (provider);
  g_autofree gchar *base = vowel_provider_config_dup_value (
      config, NULL, service->kind, provider, "base-url");
  gsize length;

  if (base == NULL)
    base = g_strdup (service->origin);
  length = strlen (base);
  if (g_str_has_suffix (base, "/"))
    base[--length] = '\0';
  if (g_str_has_suffix (base, "/v1"))
    base[length - strlen ("/v1")] = '\0';
  return g_strconcat (base, path, NULL);
}

gchar *
vowel_remote_mint_dup_url (
    const VowelServerConfig *config, const gchar *provider)
{
  g_autofree gchar *url = make_url (config, provider, "/v1/realtime");

  return g_str_has_prefix (url, "http")
             ? g_strconcat ("ws", url + strlen ("http"), NULL)
             : g_steal_pointer (&url);
}

gchar *
vowel_remote_mint_dup_key (
    const VowelServerConfig *config, const gchar *provider)
{
  return vowel_provider_config_dup_key (
      config, find_service (provider)->kind, provider, NULL);
}

/* What a service says of itself, short and on one line. */
static gchar *
find_complaint (JsonObject *answer, guint status)
{
  JsonNode *node = answer ? json_object_get_member (answer, "error") : NULL;
  const gchar *text = NULL;
  gchar *complaint;

  if (node && JSON_NODE_HOLDS_OBJECT (node))
    text = gst_vowel_json_get_string (json_node_get_object (node), "message");
  else if (node && json_node_get_value_type (node) == G_TYPE_STRING)
    text = json_node_get_string (node);
  if (text == NULL)
    return g_strdup_printf ("status %u", status);
  complaint =
      g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), MAX_COMPLAINT));
  return g_strdelimit (complaint, "\r\n", ' ');
}

/* Services quote the key that is wrong. */
static gchar *
hide_key (const gchar *text, const gchar *key)
{
  g_auto (GStrv) parts = g_strsplit (text, key, -1);

  return g_strjoinv ("***", parts);
}

typedef struct {
  const gchar *provider;
  gchar *key;
  SoupMessage *message;
} Mint;

static void
mint_free (gpointer data)
{
  Mint *mint = data;

  g_free (mint->key);
  g_object_unref (mint->message);
  g_free (mint);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Mint *mint = g_task_get_task_data (task);
  guint status = soup_message_get_status (mint->message);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  g_autoptr (JsonObject) answer =
      bytes ? vowel_http_parse_answer (bytes, MAX_ANSWER) : NULL;
  g_autofree gchar *complaint = NULL;
  g_autofree gchar *shown = NULL;

  if (answer && status == SOUP_STATUS_OK
      && gst_vowel_json_get_string (answer, "value")) {
    g_task_return_pointer (
        task, g_steal_pointer (&answer), (GDestroyNotify) json_object_unref);
    return;
  }
  complaint = error                      ? g_strdup (error->message)
              : status == SOUP_STATUS_OK ? g_strdup ("its answer has no token")
                                         : find_complaint (answer, status);
  shown = hide_key (complaint, mint->key);
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
      "%s gave no token: %s", mint->provider, shown);
}

static GBytes *
make_body (void)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *body = json_object_new ();
  JsonObject *after = json_object_new ();
  gchar *text;

  json_object_set_int_member (after, "seconds", LIFETIME);
  json_object_set_object_member (body, "expires_after", after);
  json_node_take_object (root, body);
  text = json_to_string (root, FALSE);
  return g_bytes_new_take (text, strlen (text));
}

void
vowel_remote_mint_async (SoupSession *soup, const VowelServerConfig *config,
    const gchar *provider, const gchar *key, GAsyncReadyCallback callback,
    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  g_autofree gchar *url =
      make_url (config, provider, "/v1/realtime/client_secrets");
  g_autofree gchar *authorization = g_strconcat ("Bearer ", key, NULL);
  g_autoptr (GBytes) body = make_body ();
  Mint *mint;

  mint = g_new0 (Mint, 1);
  mint->provider = find_service (provider)->provider;
  mint->key = g_strdup (key);
  mint->message = soup_message_new (SOUP_METHOD_POST, url);
  if (mint->message == NULL) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
        "The base URL of %s is none", provider);
    g_free (mint->key);
    g_free (mint);
    return;
  }
  g_task_set_task_data (task, mint, mint_free);
  /* The key is for nobody else. */
  soup_message_add_flags (mint->message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_replace (
      soup_message_get_request_headers (mint->message), "Authorization",
      authorization);
  soup_message_set_request_body_from_bytes (
      mint->message, "application/json", body);
  soup_session_send_and_read_async (soup, mint->message, G_PRIORITY_DEFAULT,
      NULL, on_answer, g_steal_pointer (&task));
}

gchar *
vowel_remote_mint_finish (
    GAsyncResult *result, gint64 *ret_expires_at, GError **error)
{
  g_autoptr (JsonObject) answer =
      g_task_propagate_pointer (G_TASK (result), error);

  JsonNode *expires;

  if (answer == NULL)
    return NULL;
  expires = json_object_get_member (answer, "expires_at");
  *ret_expires_at =
      expires && json_node_get_value_type (expires) == G_TYPE_INT64
          ? json_node_get_int (expires)
          : g_get_real_time () / G_USEC_PER_SEC + LIFETIME;
  return g_strdup (gst_vowel_json_get_string (answer, "value"));
}
