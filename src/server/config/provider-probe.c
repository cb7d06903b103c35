/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "provider-probe.h"

#include <gst/vowel/gstvowelhttp.h>
#include <gst/vowel/gstvoweljson.h>
#include <gst/vowel/gstvowelsecret.h>
#include <string.h>

#define CONNECT_MS 3000
#define ANSWER_MS 5000
#define MAX_ANSWER (4 * 1024 * 1024)

/* One question. The main thread waits; the rest is the worker's. */
typedef struct {
  GstVowelHttpRequest *http;
  GByteArray *body;
  gint64 started;
  GError *error;
  guint ms;

  GMutex lock;
  GCond cond;
  gboolean done; /* protected by lock */
} Question;

void
vowel_provider_probe_clear (VowelProviderProbe *probe)
{
  g_clear_pointer (&probe->base_url, g_free);
  g_clear_error (&probe->error);
  g_clear_pointer (&probe->models, g_strfreev);
}

static void
on_data (GstVowelHttpRequest *http, const guint8 *data, gsize size,
    gpointer user_data)
{
  Question *question = user_data;

  if (question->body->len + size <= MAX_ANSWER)
    g_byte_array_append (question->body, data, size);
}

static void
on_done (GstVowelHttpRequest *http, const GError *error, gpointer user_data)
{
  Question *question = user_data;

  question->ms = (g_get_monotonic_time () - question->started) / 1000;
  question->error = error != NULL ? g_error_copy (error) : NULL;
  g_mutex_lock (&question->lock);
  question->done = TRUE;
  g_cond_signal (&question->cond);
  g_mutex_unlock (&question->lock);
}

static const GstVowelHttpCallbacks callbacks = {
    .data = on_data,
    .done = on_done,
};

static void
start (gpointer user_data)
{
  Question *question = user_data;

  question->started = g_get_monotonic_time ();
  gst_vowel_http_request_start (question->http, &callbacks, question);
}

/* {"data": [{"id": …}, …]} */
static GStrv
read_models (GByteArray *body)
{
  g_autoptr (JsonNode) root = gst_vowel_json_parse (
      (const gchar *) body->data, body->len, MAX_ANSWER, NULL);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  JsonNode *data =
      root != NULL && JSON_NODE_HOLDS_OBJECT (root)
          ? json_object_get_member (json_node_get_object (root), "data")
          : NULL;
  JsonArray *array;

  if (data == NULL || !JSON_NODE_HOLDS_ARRAY (data))
    return NULL;
  array = json_node_get_array (data);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *model = json_array_get_element (array, i);
    JsonNode *id = JSON_NODE_HOLDS_OBJECT (model) ? json_object_get_member (
                       json_node_get_object (model), "id")
                                                  : NULL;

    if (id != NULL && json_node_get_value_type (id) == G_TYPE_STRING)
      g_strv_builder_add (names, json_node_get_string (id));
  }
  return g_strv_builder_end (names);
}

/* How services are told the key that do not want it as a bearer's. */
static const struct {
  const gchar *name;
  const gchar *header;
  const gchar *scheme;
} key_headers[] = {
    {"deepgram", "Authorization", "Token "},
    {"anthropic", "x-api-key", ""},
    {"assemblyai", "Authorization", ""},
    {"elevenlabs", "xi-api-key", ""},
    {"cartesia", "X-API-Key", ""},
    {"inworld", "Authorization", "Basic "},
};

static void
add_key (GstVowelHttpRequest *http, const gchar *name, const gchar *key)
{
  const gchar *header = "Authorization";
  const gchar *scheme = "Bearer ";
  g_autofree gchar *value = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (key_headers); i++) {
    if (!g_str_equal (key_headers[i].name, name))
      continue;
    header = key_headers[i].header;
    scheme = key_headers[i].scheme;
  }
  value = g_strconcat (scheme, key, NULL);
  gst_vowel_http_request_set_header (http, header, value);
}

static GstVowelHttpRequest *
make_request (GstVowelWorker *worker, const VowelProviderSetup *setup,
    const gchar *base_url, const gchar *key)
{
  gsize size = strlen (base_url);
  g_autofree gchar *uri = g_strdup_printf ("%.*s%s",
      (int) (g_str_has_suffix (base_url, "/") ? size - 1 : size), base_url,
      setup->probe);
  GstVowelHttpRequest *http =
      gst_vowel_http_request_new (worker, setup->name, "GET", uri);

  gst_vowel_http_request_set_deadlines (http, CONNECT_MS, ANSWER_MS, ANSWER_MS);
  if (key != NULL)
    add_key (http, setup->name, key);
  if (g_str_equal (setup->name, "anthropic"))
    gst_vowel_http_request_set_header (http, "anthropic-version", "2023-06-01");
  if (g_str_equal (setup->name, "cartesia"))
    gst_vowel_http_request_set_header (http, "Cartesia-Version", "2026-03-01");
  return http;
}

static void
ask_service (const VowelProviderSetup *setup, const gchar *key,
    VowelProviderProbe *probe)
{
  g_autoptr (GstVowelWorker) worker = gst_vowel_worker_new ("probe", NULL);
  Question question = {0};

  question.http = make_request (worker, setup, probe->base_url, key);
  question.body = g_byte_array_new ();
  g_mutex_init (&question.lock);
  g_cond_init (&question.cond);
  gst_vowel_worker_invoke (worker, start, &question, NULL);
  g_mutex_lock (&question.lock);
  while (!question.done)
    g_cond_wait (&question.cond, &question.lock);
  g_mutex_unlock (&question.lock);

  probe->ms = question.ms;
  probe->state = question.error == NULL ? VOWEL_PROVIDER_REACHABLE
                                        : VOWEL_PROVIDER_UNREACHABLE;
  if (question.error == NULL)
    probe->models = read_models (question.body);
  else
    gst_vowel_secret_redact_error (question.error, key);
  probe->error = question.error;
  g_object_unref (question.http);
  g_byte_array_unref (question.body);
  g_cond_clear (&question.cond);
  g_mutex_clear (&question.lock);
}

/* (nullable): the element knows where its service is by default */
static gchar *
find_base_url (const VowelServerConfig *config, GstVowelProviderKind kind,
    const gchar *name)
{
  gchar *base_url =
      vowel_provider_config_dup_value (config, NULL, kind, name, "base-url");
  g_autoptr (GstElement) element = NULL;

  if (base_url != NULL)
    return base_url;
  element = gst_vowel_provider_make (kind, name, NULL, NULL);
  if (element == NULL)
    return NULL;
  gst_object_ref_sink (element);
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), "base-url"))
    g_object_get (element, "base-url", &base_url, NULL);
  return base_url;
}

void
vowel_provider_probe (const VowelServerConfig *config,
    GstVowelProviderKind kind, const gchar *name, gboolean ask,
    VowelProviderProbe *ret_probe)
{
  const VowelProviderSetup *setup = vowel_provider_setup_find (kind, name);
  g_autofree gchar *key = NULL;

  *ret_probe = (VowelProviderProbe){0};
  if (setup == NULL)
    return;
  ret_probe->state = VOWEL_PROVIDER_NOT_SET_UP;
  ret_probe->base_url = find_base_url (config, kind, name);
  key = vowel_provider_config_dup_key (config, kind, name, &ret_probe->error);
  if (ret_probe->error != NULL)
    return;
  if (key == NULL && setup->needs_key) {
    g_autofree gchar *variable = gst_vowel_secret_dup_variable (setup->secret);

    g_set_error (&ret_probe->error, VOWEL_CONFIG_ERROR,
        VOWEL_CONFIG_ERROR_CONFLICT, "needs a key: set %s", variable);
    return;
  }
  if (ret_probe->base_url == NULL) {
    g_set_error (&ret_probe->error, VOWEL_CONFIG_ERROR,
        VOWEL_CONFIG_ERROR_CONFLICT,
        "needs an address: set OPENAI_COMPATIBLE_BASE_URL");
    return;
  }
  ret_probe->state = VOWEL_PROVIDER_NOT_ASKED;
  if (ask)
    ask_service (setup, key, ret_probe);
}
