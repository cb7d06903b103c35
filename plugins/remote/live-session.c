/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "live-session.h"

#include <string.h>

#include <gst/vowel/gstvoweljson.h>

#include "ws-client.h"

GST_DEBUG_CATEGORY_STATIC (live_session_debug);
#define GST_CAT_DEFAULT live_session_debug

#define MAX_MESSAGE (1024 * 1024)
#define READY_TIMEOUT (5 * GST_SECOND)
#define MS_BYTES (LIVE_RATE / 1000 * 2)
/* How exact services' times are, in seconds. */
#define PRECISION 0.05

struct _LiveSession {
  GstVowelWorker *worker;
  const LiveProtocol *protocol;
  const RemoteService *service;
  WsClient *client;
  LiveOptions options;
  LiveCallbacks callbacks;
  gpointer user_data;
  gchar *secret;
  gchar *opening;
  gpointer state;

  gboolean ready;
  gboolean lost;           /* whose results come is not known any more */
  GQueue utterances;       /* of LiveUtterance; results are the first one's */
  GstVowelTimer *finalize; /* for the first utterance */
  GstVowelTimer *keepalive;
  GstVowelTimer *unready; /* until it says that it is ready */
  GstVowelTimer *idle;    /* or until it is lost */
  GstClockTime last_sent;
  GByteArray *chunk; /* is not sent yet */
  guint64 sent;      /* samples */
};

static void watch_finalize (LiveSession *self);
static void watch_idle (LiveSession *self);

static void
init_debug (void)
{
  static gsize done;

  if (g_once_init_enter (&done)) {
    GST_DEBUG_CATEGORY_INIT (
        live_session_debug, "vowellive", 0, "live connections to recognisers");
    g_once_init_leave (&done, 1);
  }
}

static void
clear_timer (LiveSession *self, GstVowelTimer **timer)
{
  if (*timer != NULL)
    gst_vowel_worker_cancel_timer (self->worker, g_steal_pointer (timer));
}

static GstVowelTimer *
add_timer (LiveSession *self, GstClockTime after, GstVowelWorkerFunc func)
{
  return gst_vowel_worker_add_timer (self->worker,
      gst_vowel_worker_get_time (self->worker) + after, func, self);
}

static void
clear_timers (LiveSession *self)
{
  clear_timer (self, &self->finalize);
  clear_timer (self, &self->keepalive);
  clear_timer (self, &self->unready);
  clear_timer (self, &self->idle);
}

void
live_session_free (LiveSession *self)
{
  clear_timers (self);
  if (self->ready && self->protocol->goodbye != NULL)
    ws_client_close (self->client, self->protocol->goodbye);
  else
    ws_client_abort (self->client);
  ws_client_unref (self->client);
  g_queue_clear_full (&self->utterances, (GDestroyNotify) live_utterance_free);
  g_byte_array_unref (self->chunk);
  g_free (self->secret);
  g_free (self->opening);
  g_free (self->state);
  gst_object_unref (self->worker);
  g_free (self);
}

static void
fail (LiveSession *self, guint status, const GError *cause)
{
  g_autoptr (GError) error = g_error_copy (cause);

  clear_timers (self);
  ws_client_abort (self->client);
  gst_vowel_secret_redact_error (error, self->secret);
  self->callbacks.closed (self, status, error, self->user_data);
}

/* --- utterances --- */

static void
fail_lost (LiveSession *self)
{
  g_autoptr (GError) error =
      g_error_new (GST_VOWEL_ERROR, GST_VOWEL_ERROR_TIMEOUT,
          "%s: an utterance was not answered in time", self->service->name);

  fail (self, 0, error);
}

static void
on_lost (gpointer user_data)
{
  LiveSession *self = user_data;

  self->idle = NULL;
  fail_lost (self);
}

/* The first one has got all that it gets. */
static void
finish_first (LiveSession *self)
{
  LiveUtterance *utterance = g_queue_pop_head (&self->utterances);
  gpointer tag = utterance->tag;
  g_autofree gchar *text = live_utterance_dup_text (utterance);
  g_autofree gchar *language = g_steal_pointer (&utterance->language);
  gdouble confidence = utterance->confidence;

  live_utterance_free (utterance);
  clear_timer (self, &self->finalize);
  if (self->lost)
    self->idle = add_timer (self, 0, on_lost);
  else
    watch_idle (self);
  watch_finalize (self);
  /* Last: we may be freed by it. */
  if (tag != NULL)
    self->callbacks.result (
        self, tag, text, TRUE, confidence, language, self->user_data);
}

static void
on_finalize_timeout (gpointer user_data)
{
  LiveSession *self = user_data;
  LiveUtterance *first = g_queue_peek_head (&self->utterances);

  self->finalize = NULL;
  GST_DEBUG ("%s: no answer to the end of an utterance: taking what there is",
      self->service->name);
  self->lost = !self->protocol->timed;
  if (self->lost && first->shown == NULL)
    fail_lost (self);
  else
    finish_first (self);
}

/* What waits for the connection has not been asked yet. */
static void
watch_finalize (LiveSession *self)
{
  LiveUtterance *first = g_queue_peek_head (&self->utterances);

  if (first == NULL || !first->ended || !self->ready || self->finalize != NULL)
    return;
  self->finalize =
      add_timer (self, self->options.finalize_timeout, on_finalize_timeout);
}

static void
on_idle (gpointer user_data)
{
  LiveSession *self = user_data;

  self->idle = NULL;
  GST_DEBUG ("%s: nobody speaks: closing", self->service->name);
  self->callbacks.closed (self, 0, NULL, self->user_data);
}

static void
watch_idle (LiveSession *self)
{
  clear_timer (self, &self->idle);
  if (self->options.idle_timeout > 0 && g_queue_is_empty (&self->utterances))
    self->idle = add_timer (self, self->options.idle_timeout, on_idle);
}

void
live_session_begin (LiveSession *self, gpointer tag)
{
  g_queue_push_tail (&self->utterances, live_utterance_new (tag, self->sent));
  if (!self->lost)
    watch_idle (self);
}

static void
send_audio (LiveSession *self, const guint8 *data, gsize size)
{
  g_autofree gchar *text = NULL;

  self->sent += size / 2;
  self->last_sent = gst_vowel_worker_get_time (self->worker);
  if (self->protocol->wrap_audio == NULL) {
    ws_client_send_binary (self->client, data, size);
    return;
  }
  text = self->protocol->wrap_audio (data, size);
  ws_client_send_text (self->client, text);
}

void
live_session_feed (LiveSession *self, const guint8 *data, gsize size)
{
  LiveUtterance *utterance = g_queue_peek_tail (&self->utterances);
  gsize full = self->protocol->chunk_ms * MS_BYTES;
  gsize kept = self->protocol->least_ms * MS_BYTES;
  gsize at;

  /* Services take an empty message for the end of the stream. */
  if (utterance == NULL || utterance->ended || size == 0)
    return;
  if (full == 0) {
    send_audio (self, data, size);
    return;
  }
  g_byte_array_append (self->chunk, data, size);
  /* The end must not be too short for a message. */
  for (at = 0; self->chunk->len - at >= full + kept; at += full)
    send_audio (self, self->chunk->data + at, full);
  if (at > 0)
    g_byte_array_remove_range (self->chunk, 0, at);
}

static void
send_rest (LiveSession *self, LiveUtterance *utterance)
{
  gsize said = (self->sent - utterance->began) * 2 + self->chunk->len;
  gsize least = self->protocol->least_utterance_ms * MS_BYTES;
  gsize size = self->chunk->len;

  if (said > 0 && said < least)
    size += least - said;
  if (size > 0)
    size = MAX (size, self->protocol->least_ms * MS_BYTES);
  if (size > self->chunk->len) {
    gsize heard = self->chunk->len;

    g_byte_array_set_size (self->chunk, size);
    memset (self->chunk->data + heard, 0, size - heard);
  }
  if (size > 0)
    send_audio (self, self->chunk->data, size);
  g_byte_array_set_size (self->chunk, 0);
}

static void
end_utterance (LiveSession *self, LiveUtterance *utterance)
{
  send_rest (self, utterance);
  live_utterance_end (utterance, self->sent);
  for (guint i = 0; self->protocol->end[i] != NULL; i++)
    ws_client_send_text (self->client, self->protocol->end[i]);
  watch_finalize (self);
}

void
live_session_end (LiveSession *self)
{
  LiveUtterance *utterance = g_queue_peek_tail (&self->utterances);

  if (utterance != NULL && !utterance->ended)
    end_utterance (self, utterance);
}

static LiveUtterance *
find_utterance (LiveSession *self, gpointer tag)
{
  for (GList *l = self->utterances.head; l != NULL; l = l->next) {
    LiveUtterance *utterance = l->data;

    if (utterance->tag == tag)
      return utterance;
  }
  return NULL;
}

void
live_session_forget (LiveSession *self, gpointer tag)
{
  LiveUtterance *utterance = find_utterance (self, tag);

  if (utterance == NULL)
    return;
  /* Its results still come, and must not be taken for the next one's. */
  utterance->tag = NULL;
  if (!utterance->ended)
    end_utterance (self, utterance);
}

/* --- results --- */

/* The utterance that results up to @end (seconds, negative when unknown) are
 * of; NULL for results that were not waited for. */
static LiveUtterance *
find_heard (LiveSession *self, gdouble end)
{
  LiveUtterance *first = g_queue_peek_head (&self->utterances);

  /* The end is not always answered: whatever is later is the next one's. */
  while (first != NULL && first->ended && end > first->to + PRECISION
         && g_queue_get_length (&self->utterances) > 1) {
    finish_first (self);
    first = g_queue_peek_head (&self->utterances);
  }
  if (first != NULL && end >= 0 && end <= first->from)
    return NULL;
  return first;
}

void
live_session_result (LiveSession *self, const LiveResult *result)
{
  LiveUtterance *first = self->lost ? NULL : find_heard (self, result->end);
  g_autofree gchar *text = NULL;

  if (first == NULL)
    return;
  live_utterance_take (first, self->protocol->separator, result);
  if (first->ended && result->last) {
    finish_first (self);
  } else if (result->text != NULL && *result->text != '\0'
             && first->tag != NULL) {
    text = live_utterance_dup_text (first);
    self->callbacks.result (self, first->tag, text, FALSE,
        MIN (result->confidence, 1.0), first->language, self->user_data);
  }
}

void
live_session_give_up (LiveSession *self)
{
  LiveUtterance *first = g_queue_peek_head (&self->utterances);

  if (first != NULL && first->ended)
    finish_first (self);
}

const gchar *
live_session_get_fixed (LiveSession *self)
{
  LiveUtterance *first = g_queue_peek_head (&self->utterances);

  return first != NULL ? first->fixed->str : "";
}

gdouble
live_session_get_end (LiveSession *self)
{
  LiveUtterance *first = g_queue_peek_head (&self->utterances);

  return first != NULL && first->ended ? first->to : LIVE_UNKNOWN;
}

gpointer
live_session_get_state (LiveSession *self)
{
  return self->state;
}

gboolean
live_session_refuse (
    LiveSession *self, GstVowelError code, const gchar *reason, GError **error)
{
  g_set_error (error, GST_VOWEL_ERROR, code, "%s: %s", self->service->name,
      reason != NULL ? reason : "failed without a reason");
  return FALSE;
}

/* --- the connection --- */

void
live_session_set_ready (LiveSession *self)
{
  if (self->ready)
    return;
  self->ready = TRUE;
  clear_timer (self, &self->unready);
  ws_client_release (self->client, self->opening);
  watch_finalize (self);
}

static void
on_unready (gpointer user_data)
{
  LiveSession *self = user_data;
  g_autoptr (GError) error = g_error_new (GST_VOWEL_ERROR,
      GST_VOWEL_ERROR_TIMEOUT, "%s: not ready %u ms after it was connected",
      self->service->name, (guint) (READY_TIMEOUT / GST_MSECOND));

  self->unready = NULL;
  fail (self, 0, error);
}

static void
on_opened (WsClient *client, gpointer user_data)
{
  LiveSession *self = user_data;

  if (self->protocol->says_ready)
    self->unready = add_timer (self, READY_TIMEOUT, on_unready);
  else
    live_session_set_ready (self);
}

static void
on_message (WsClient *client, const gchar *text, gsize size, gpointer user_data)
{
  LiveSession *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root =
      gst_vowel_json_parse (text, size, MAX_MESSAGE, NULL);

  GST_LOG (
      "%s: a message of %" G_GSIZE_FORMAT " bytes", self->service->name, size);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root)) {
    live_session_refuse (
        self, GST_VOWEL_ERROR_PROTOCOL, "a message makes no sense", &error);
    fail (self, 0, error);
  } else if (!self->protocol->read (
                 self, json_node_get_object (root), &error)) {
    fail (self, 0, error);
  }
}

static void
on_closed (
    WsClient *client, guint status, const GError *cause, gpointer user_data)
{
  LiveSession *self = user_data;
  guint code = ws_client_get_close_code (client);
  g_autoptr (GError) error = g_error_copy (cause);
  GstVowelError meaning = GST_VOWEL_ERROR_UPSTREAM;

  if (code != 0 && self->protocol->explain_close != NULL)
    meaning = self->protocol->explain_close (code);
  if (meaning != GST_VOWEL_ERROR_UPSTREAM)
    error->code = meaning;
  fail (self, status, error);
}

static const WsClientCallbacks client_callbacks = {
    .opened = on_opened,
    .message = on_message,
    .closed = on_closed,
};

static void
on_keepalive (gpointer user_data)
{
  LiveSession *self = user_data;
  GstClockTime now = gst_vowel_worker_get_time (self->worker);

  if (now >= self->last_sent + self->options.keepalive) {
    if (self->ready)
      ws_client_send_text (self->client, self->protocol->keepalive);
    self->last_sent = now;
  }
  self->keepalive = gst_vowel_worker_add_timer (self->worker,
      self->last_sent + self->options.keepalive, on_keepalive, self);
}

LiveSession *
live_session_new (GstVowelWorker *worker, const LiveProtocol *protocol,
    const RemoteTarget *target, const gchar *path, const gchar *opening,
    const LiveOptions *options, const LiveCallbacks *callbacks,
    gpointer user_data)
{
  LiveSession *self = g_new0 (LiveSession, 1);
  g_autofree gchar *uri = g_strconcat (target->base_url, path, NULL);

  init_debug ();
  self->worker = gst_object_ref (worker);
  self->protocol = protocol;
  self->service = target->service;
  self->options = *options;
  self->callbacks = *callbacks;
  self->user_data = user_data;
  self->secret = g_strdup (target->api_key);
  self->opening = g_strdup (opening);
  self->state = g_malloc0 (protocol->state_size);
  self->chunk = g_byte_array_new ();
  g_queue_init (&self->utterances);
  self->last_sent = gst_vowel_worker_get_time (worker);
  if (protocol->keepalive != NULL)
    self->keepalive = add_timer (self, options->keepalive, on_keepalive);
  watch_idle (self);
  self->client = ws_client_new (worker, target->service->name, uri,
      target->service->header, target->authorization, &client_callbacks, self);
  ws_client_hold (self->client);
  return self;
}
