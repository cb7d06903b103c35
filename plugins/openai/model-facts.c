/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "model-facts.h"

#include <string.h>

/* Nobody is to wait for long, and it is only advice. */
#define PATIENCE_MS 1000
#define MAX_ANSWER (1024 * 1024)
#define MAX_VOICES 1000

typedef struct {
  ModelFactsFunc func;
  gpointer user_data;
} Watcher;

struct _ModelFacts {
  GstVowelHttpRequest *http; /* (nullable): while it is asked */
  GByteArray *body;
  gboolean answered;
  gint rate;
  GStrv voices; /* (nullable) */
  GArray *watchers;
};

static void
facts_free (gpointer data)
{
  ModelFacts *self = data;

  if (self->http != NULL)
    gst_vowel_http_request_cancel (self->http);
  g_clear_object (&self->http);
  g_byte_array_unref (self->body);
  g_strfreev (self->voices);
  g_array_unref (self->watchers);
  g_free (self);
}

/* Voices are objects, or just their names. */
static const gchar *
get_voice (JsonNode *node)
{
  JsonObject *object;
  const gchar *name;

  if (JSON_NODE_HOLDS_VALUE (node))
    return json_node_get_value_type (node) == G_TYPE_STRING
               ? json_node_get_string (node)
               : NULL;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return NULL;
  object = json_node_get_object (node);
  name = gst_vowel_json_get_string (object, "id");
  return name != NULL ? name : gst_vowel_json_get_string (object, "name");
}

static GStrv
read_voices (JsonArray *array)
{
  g_autoptr (GStrvBuilder) voices = g_strv_builder_new ();

  for (guint i = 0; i < MIN (json_array_get_length (array), MAX_VOICES); i++) {
    const gchar *voice = get_voice (json_array_get_element (array, i));

    if (voice != NULL)
      g_strv_builder_add (voices, voice);
  }
  return g_strv_builder_end (voices);
}

static void
read_answer (ModelFacts *self)
{
  g_autoptr (JsonNode) root = gst_vowel_json_parse (
      (const gchar *) self->body->data, self->body->len, MAX_ANSWER, NULL);
  JsonObject *object;
  JsonArray *voices;
  gint64 rate;

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return;
  object = json_node_get_object (root);
  rate = gst_vowel_json_get_int (object, "sample_rate", 0);
  self->rate = rate >= 8000 && rate <= 48000 ? rate : 0;
  voices = gst_vowel_json_get_array (object, "voices");
  if (voices != NULL && json_array_get_length (voices) > 0)
    self->voices = read_voices (voices);
}

static void
on_data (GstVowelHttpRequest *http, const guint8 *data, gsize size,
    gpointer user_data)
{
  ModelFacts *self = user_data;

  if (self->body->len + size <= MAX_ANSWER)
    g_byte_array_append (self->body, data, size);
}

static void
on_done (GstVowelHttpRequest *http, const GError *error, gpointer user_data)
{
  ModelFacts *self = user_data;
  g_autoptr (GArray) watchers = g_steal_pointer (&self->watchers);

  g_clear_object (&self->http);
  self->watchers = g_array_new (FALSE, FALSE, sizeof (Watcher));
  self->answered = error == NULL;
  if (self->answered)
    read_answer (self);
  for (guint i = 0; i < watchers->len; i++) {
    Watcher *watcher = &g_array_index (watchers, Watcher, i);

    watcher->func (watcher->user_data);
  }
}

static void
ask (ModelFacts *self, GstVowelWorker *worker, const OpenaiTarget *target,
    const gchar *model)
{
  static const GstVowelHttpCallbacks callbacks = {
      .data = on_data,
      .done = on_done,
  };
  g_autofree gchar *escaped = g_uri_escape_string (model, "/", FALSE);
  g_autofree gchar *path = g_strconcat ("/models/", escaped, NULL);

  g_byte_array_set_size (self->body, 0);
  self->http = openai_target_request (target, worker, "GET", path);
  gst_vowel_http_request_set_deadlines (
      self->http, PATIENCE_MS, PATIENCE_MS, PATIENCE_MS);
  gst_vowel_http_request_start (self->http, &callbacks, self);
}

static GHashTable *
get_table (GstVowelWorker *worker)
{
  GQuark quark = g_quark_from_static_string ("vowel-openai-model-facts");
  GHashTable *table = g_object_get_qdata (G_OBJECT (worker), quark);

  if (table == NULL) {
    table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, facts_free);
    g_object_set_qdata_full (
        G_OBJECT (worker), quark, table, (GDestroyNotify) g_hash_table_unref);
  }
  return table;
}

ModelFacts *
model_facts_get (
    GstVowelWorker *worker, const OpenaiTarget *target, const gchar *model)
{
  GHashTable *table = get_table (worker);
  g_autofree gchar *key = g_strjoin (" ", target->base_url,
      target->api_key ? target->api_key : "", model, NULL);
  ModelFacts *self = g_hash_table_lookup (table, key);

  if (self == NULL) {
    self = g_new0 (ModelFacts, 1);
    self->body = g_byte_array_new ();
    self->watchers = g_array_new (FALSE, FALSE, sizeof (Watcher));
    g_hash_table_insert (table, g_steal_pointer (&key), self);
  }
  if (!self->answered && self->http == NULL)
    ask (self, worker, target, model);
  return self;
}

gboolean
model_facts_are_coming (ModelFacts *self)
{
  return self->http != NULL;
}

gint
model_facts_get_rate (ModelFacts *self)
{
  return self->rate;
}

const gchar *const *
model_facts_get_voices (ModelFacts *self)
{
  return (const gchar *const *) self->voices;
}

void
model_facts_watch (ModelFacts *self, ModelFactsFunc func, gpointer user_data)
{
  Watcher watcher = {func, user_data};

  g_array_append_val (self->watchers, watcher);
}

void
model_facts_unwatch (ModelFacts *self, gpointer user_data)
{
  for (guint i = self->watchers->len; i > 0; i--)
    if (g_array_index (self->watchers, Watcher, i - 1).user_data == user_data)
      g_array_remove_index (self->watchers, i - 1);
}
