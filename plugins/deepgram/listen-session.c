/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "listen-session.h"

#include <string.h>

#include <gst/vowel/gstvoweljson.h>

#include "ws-client.h"

GST_DEBUG_CATEGORY_EXTERN (gst_deepgram_stt_debug);
#define GST_CAT_DEFAULT gst_deepgram_stt_debug

#define MAX_MESSAGE (1024 * 1024)
#define UNKNOWN_CONFIDENCE (-1.0)
#define RATE 16000.0
/* How exact the service's times are, in seconds. */
#define PRECISION 0.05

typedef struct {
  gpointer tag; /* NULL: not wanted any more */
  gboolean ended;
  gdouble from, to; /* seconds of the connection's audio */
  GString *text;    /* of the final results so far */
  gdouble confidence;
} Utterance;

struct _ListenSession {
  GstVowelWorker *worker;
  WsClient *client;
  ListenOptions options;
  ListenCallbacks callbacks;
  gpointer user_data;
  gchar *secret;

  GQueue utterances;       /* of Utterance; results are the first one's */
  GstVowelTimer *finalize; /* for the first utterance */
  GstVowelTimer *keepalive;
  GstClockTime last_sent;
  guint64 sent; /* samples */
};

static void watch_finalize (ListenSession *self);

static void
utterance_free (gpointer data)
{
  Utterance *utterance = data;

  g_string_free (utterance->text, TRUE);
  g_free (utterance);
}

static void
clear_timer (ListenSession *self, GstVowelTimer **timer)
{
  if (*timer != NULL)
    gst_vowel_worker_cancel_timer (self->worker, g_steal_pointer (timer));
}

void
listen_session_free (ListenSession *self)
{
  clear_timer (self, &self->finalize);
  clear_timer (self, &self->keepalive);
  ws_client_abort (self->client);
  ws_client_unref (self->client);
  g_queue_clear_full (&self->utterances, utterance_free);
  g_free (self->secret);
  gst_object_unref (self->worker);
  g_free (self);
}

/* --- utterances --- */

/* The first one has got all that it gets. */
static void
finish_first (ListenSession *self)
{
  Utterance *utterance = g_queue_pop_head (&self->utterances);
  gpointer tag = utterance->tag;
  g_autofree gchar *text = g_strdup (utterance->text->str);
  gdouble confidence = utterance->confidence;

  utterance_free (utterance);
  clear_timer (self, &self->finalize);
  watch_finalize (self);
  /* Last: we may be freed by it. */
  if (tag != NULL)
    self->callbacks.result (tag, text, TRUE, confidence, self->user_data);
}

static void
on_finalize_timeout (gpointer user_data)
{
  ListenSession *self = user_data;

  self->finalize = NULL;
  GST_DEBUG ("no answer to Finalize: taking what there is");
  finish_first (self);
}

static void
watch_finalize (ListenSession *self)
{
  Utterance *first = g_queue_peek_head (&self->utterances);

  if (first == NULL || !first->ended || self->finalize != NULL)
    return;
  self->finalize = gst_vowel_worker_add_timer (self->worker,
      gst_vowel_worker_get_time (self->worker) + self->options.finalize_timeout,
      on_finalize_timeout, self);
}

void
listen_session_begin (ListenSession *self, gpointer tag)
{
  Utterance *utterance = g_new0 (Utterance, 1);

  utterance->tag = tag;
  utterance->text = g_string_new (NULL);
  utterance->confidence = UNKNOWN_CONFIDENCE;
  utterance->from = self->sent / RATE;
  g_queue_push_tail (&self->utterances, utterance);
}

void
listen_session_feed (ListenSession *self, const guint8 *data, gsize size)
{
  Utterance *utterance = g_queue_peek_tail (&self->utterances);

  /* An empty message would be the end of the stream. */
  if (utterance == NULL || utterance->ended || size == 0)
    return;
  self->sent += size / 2;
  self->last_sent = gst_vowel_worker_get_time (self->worker);
  ws_client_send_binary (self->client, data, size);
}

static void
end_utterance (ListenSession *self, Utterance *utterance)
{
  utterance->ended = TRUE;
  utterance->to = self->sent / RATE;
  ws_client_send_text (self->client, "{\"type\":\"Finalize\"}");
  watch_finalize (self);
}

void
listen_session_end (ListenSession *self)
{
  Utterance *utterance = g_queue_peek_tail (&self->utterances);

  if (utterance != NULL && !utterance->ended)
    end_utterance (self, utterance);
}

static Utterance *
find_utterance (ListenSession *self, gpointer tag)
{
  for (GList *l = self->utterances.head; l != NULL; l = l->next) {
    Utterance *utterance = l->data;

    if (utterance->tag == tag)
      return utterance;
  }
  return NULL;
}

gboolean
listen_session_has (ListenSession *self, gpointer tag)
{
  return find_utterance (self, tag) != NULL;
}

void
listen_session_forget (ListenSession *self, gpointer tag)
{
  Utterance *utterance = find_utterance (self, tag);

  if (utterance == NULL)
    return;
  /* Its results still come, and must not be taken for the next one's. */
  utterance->tag = NULL;
  if (!utterance->ended)
    end_utterance (self, utterance);
}

/* --- what the service says --- */

static gboolean
get_boolean (JsonObject *object, const gchar *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && json_node_get_value_type (node) == G_TYPE_BOOLEAN
         && json_node_get_boolean (node);
}

static gdouble
get_confidence (JsonObject *object)
{
  JsonNode *node =
      object != NULL ? json_object_get_member (object, "confidence") : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || !g_type_is_a (json_node_get_value_type (node), G_TYPE_DOUBLE))
    return UNKNOWN_CONFIDENCE;
  return CLAMP (json_node_get_double (node), 0.0, 1.0);
}

/* (nullable): the best of them */
static JsonObject *
get_alternative (JsonObject *results)
{
  JsonObject *channel = gst_vowel_json_get_object (results, "channel");
  JsonArray *array = gst_vowel_json_get_array (channel, "alternatives");
  JsonNode *node;

  if (array == NULL || json_array_get_length (array) == 0)
    return NULL;
  node = json_array_get_element (array, 0);
  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static gchar *
join (const gchar *before, const gchar *text)
{
  return g_strconcat (
      before, *before != '\0' && *text != '\0' ? " " : "", text, NULL);
}

static gdouble
get_number (JsonObject *object, const gchar *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
                 && json_node_get_value_type (node) != G_TYPE_STRING
             ? json_node_get_double (node)
             : -1.0;
}

/* The utterance that results up to @end (seconds, negative when unknown) are
 * of; NULL for results that were not waited for. */
static Utterance *
find_heard (ListenSession *self, gdouble end)
{
  Utterance *first = g_queue_peek_head (&self->utterances);

  /* Finalize is not always answered: whatever is later is the next one's. */
  while (first != NULL && first->ended && end > first->to + PRECISION
         && g_queue_get_length (&self->utterances) > 1) {
    finish_first (self);
    first = g_queue_peek_head (&self->utterances);
  }
  if (first != NULL && end >= 0 && end <= first->from)
    return NULL;
  return first;
}

static void
handle_results (ListenSession *self, JsonObject *results)
{
  gdouble start = get_number (results, "start");
  gdouble duration = get_number (results, "duration");
  Utterance *first =
      find_heard (self, start >= 0 && duration >= 0 ? start + duration : -1.0);
  JsonObject *alternative = get_alternative (results);
  const gchar *text = gst_vowel_json_get_string (alternative, "transcript");
  gboolean final = get_boolean (results, "is_final");
  g_autofree gchar *all = NULL;

  if (first == NULL)
    return;
  if (text == NULL)
    text = "";
  all = join (first->text->str, text);
  if (final) {
    g_string_assign (first->text, all);
    if (*text != '\0')
      first->confidence = get_confidence (alternative);
  }
  if (first->ended && get_boolean (results, "from_finalize"))
    finish_first (self);
  else if (*text != '\0' && first->tag != NULL)
    self->callbacks.result (
        first->tag, all, FALSE, get_confidence (alternative), self->user_data);
}

static void
fail (ListenSession *self, guint status, const GError *cause)
{
  g_autoptr (GError) error = g_error_copy (cause);

  clear_timer (self, &self->finalize);
  clear_timer (self, &self->keepalive);
  ws_client_abort (self->client);
  gst_vowel_secret_redact_error (error, self->secret);
  self->callbacks.closed (status, error, self->user_data);
}

static void
on_message (WsClient *client, const gchar *text, gsize size, gpointer user_data)
{
  ListenSession *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root =
      gst_vowel_json_parse (text, size, MAX_MESSAGE, &error);
  JsonObject *object;
  const gchar *type, *reason;

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root)) {
    g_clear_error (&error);
    g_set_error (&error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
        "deepgram: a message makes no sense");
    fail (self, 0, error);
    return;
  }
  object = json_node_get_object (root);
  type = gst_vowel_json_get_string (object, "type");
  GST_LOG ("%s", text);
  if (g_strcmp0 (type, "Results") == 0) {
    handle_results (self, object);
  } else if (g_strcmp0 (type, "Error") == 0) {
    reason = gst_vowel_json_get_string (object, "description");
    if (reason == NULL)
      reason = gst_vowel_json_get_string (object, "message");
    g_set_error (&error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_UPSTREAM,
        "deepgram: %s", reason != NULL ? reason : "failed without a reason");
    fail (self, 0, error);
  }
}

static void
on_closed (
    WsClient *client, guint status, const GError *error, gpointer user_data)
{
  fail (user_data, status, error);
}

static const WsClientCallbacks client_callbacks = {
    .message = on_message,
    .closed = on_closed,
};

/* --- the connection --- */

static void
on_keepalive (gpointer user_data)
{
  ListenSession *self = user_data;
  GstClockTime now = gst_vowel_worker_get_time (self->worker);

  if (now >= self->last_sent + self->options.keepalive) {
    ws_client_send_text (self->client, "{\"type\":\"KeepAlive\"}");
    self->last_sent = now;
  }
  self->keepalive = gst_vowel_worker_add_timer (self->worker,
      self->last_sent + self->options.keepalive, on_keepalive, self);
}

ListenSession *
listen_session_new (GstVowelWorker *worker, const RemoteTarget *target,
    const gchar *query, const ListenOptions *options,
    const ListenCallbacks *callbacks, gpointer user_data)
{
  ListenSession *self = g_new0 (ListenSession, 1);
  g_autofree gchar *uri =
      g_strconcat (target->base_url, "/v1/listen?", query, NULL);

  self->worker = gst_object_ref (worker);
  self->options = *options;
  self->callbacks = *callbacks;
  self->user_data = user_data;
  self->secret = g_strdup (target->api_key);
  g_queue_init (&self->utterances);
  self->last_sent = gst_vowel_worker_get_time (worker);
  self->keepalive = gst_vowel_worker_add_timer (
      worker, self->last_sent + options->keepalive, on_keepalive, self);
  self->client = ws_client_new (worker, target->service->name, uri,
      target->service->header, target->authorization, &client_callbacks, self);
  return self;
}
