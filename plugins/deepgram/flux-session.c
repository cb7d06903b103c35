/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "flux-session.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#include "flux-times.h"
#include "live-session.h"
#include "ws-client.h"

GST_DEBUG_CATEGORY_STATIC (flux_session_debug);
#define GST_CAT_DEFAULT flux_session_debug

#define MAX_MESSAGE (1024 * 1024)
#define READY_TIMEOUT (5 * GST_SECOND)
/* What Deepgram recommends. */
#define CHUNK_BYTES (FLUX_RATE * 80 / 1000 * 2)
/* The end of a turn is decided by audio: when it stops, this long after, as
 * much silence is heard, again and again. */
#define SILENCE (500 * GST_MSECOND)
#define SILENCE_BYTES (FLUX_RATE / 2 * 2)
/* How long silence may take to end a turn. */
#define SILENT_END_TIMEOUT (4 * GST_SECOND)
/* How exact the service's times are, in seconds. */
#define PRECISION 0.05
#define NO_TURN (-1)

struct _FluxSession {
  GstVowelWorker *worker;
  WsClient *client;
  FluxOptions options;
  FluxCallbacks callbacks;
  gpointer user_data;
  gchar *secret;
  const gchar *name; /* the service's */

  gboolean ready;
  GstVowelTimer *unready;
  GByteArray *chunk; /* is not sent yet */
  FluxTimes *times;
  GstClockTime last_sent;
  GstVowelTimer *silence;

  gint64 turn;         /* index, or NO_TURN */
  gint64 given_up;     /* index of one whose end came too late */
  gdouble given_up_to; /* seconds: turns that began before are not wanted */
  gchar *text;         /* of the turn */
  gdouble confidence;
  GQueue ends; /* of gdouble: where the end of a turn was asked for, seconds */
  GstVowelTimer *finalize; /* for the first of them */

  gboolean configuring;
  gchar *configure; /* (nullable): waits */
};

static void watch_silence (FluxSession *self);
static void watch_ends (FluxSession *self);

static void
init_debug (void)
{
  static gsize done;

  if (g_once_init_enter (&done)) {
    GST_DEBUG_CATEGORY_INIT (
        flux_session_debug, "deepgramflux", 0, "connections to Deepgram Flux");
    g_once_init_leave (&done, 1);
  }
}

static void
clear_timer (FluxSession *self, GstVowelTimer **timer)
{
  if (*timer != NULL)
    gst_vowel_worker_cancel_timer (self->worker, g_steal_pointer (timer));
}

static GstVowelTimer *
add_timer (FluxSession *self, GstClockTime after, GstVowelWorkerFunc func)
{
  return gst_vowel_worker_add_timer (self->worker,
      gst_vowel_worker_get_time (self->worker) + after, func, self);
}

static void
clear_timers (FluxSession *self)
{
  clear_timer (self, &self->unready);
  clear_timer (self, &self->silence);
  clear_timer (self, &self->finalize);
}

void
flux_session_free (FluxSession *self)
{
  clear_timers (self);
  if (self->ready)
    ws_client_close (self->client, "{\"type\":\"CloseStream\"}");
  else
    ws_client_abort (self->client);
  ws_client_unref (self->client);
  g_byte_array_unref (self->chunk);
  flux_times_free (self->times);
  g_queue_clear_full (&self->ends, g_free);
  g_free (self->text);
  g_free (self->configure);
  g_free (self->secret);
  gst_object_unref (self->worker);
  g_free (self);
}

static void
fail (FluxSession *self, guint status, gboolean no_force, const GError *cause)
{
  g_autoptr (GError) error = g_error_copy (cause);

  clear_timers (self);
  ws_client_abort (self->client);
  self->ready = FALSE;
  gst_vowel_secret_redact_error (error, self->secret);
  self->callbacks.closed (status, no_force, error, self->user_data);
}

static void
fail_with (FluxSession *self, GstVowelError code, gboolean no_force,
    const gchar *reason)
{
  g_autoptr (GError) error =
      g_error_new (GST_VOWEL_ERROR, code, "%s: %s", self->name, reason);

  fail (self, 0, no_force, error);
}

/* --- audio --- */

static gdouble
get_seconds (FluxSession *self)
{
  return (gdouble) flux_times_get_length (self->times) / FLUX_RATE;
}

static void
send_audio (FluxSession *self, const guint8 *data, gsize size)
{
  self->last_sent = gst_vowel_worker_get_time (self->worker);
  ws_client_send_binary (self->client, data, size);
}

static void
send_rest (FluxSession *self)
{
  if (self->chunk->len > 0)
    send_audio (self, self->chunk->data, self->chunk->len);
  g_byte_array_set_size (self->chunk, 0);
}

static void
send_chunks (FluxSession *self)
{
  gsize at;

  for (at = 0; self->chunk->len - at >= CHUNK_BYTES; at += CHUNK_BYTES)
    send_audio (self, self->chunk->data + at, CHUNK_BYTES);
  if (at > 0)
    g_byte_array_remove_range (self->chunk, 0, at);
}

void
flux_session_feed (
    FluxSession *self, const guint8 *data, gsize size, GstClockTime pts)
{
  size -= size % 2;
  if (size == 0)
    return;
  flux_times_add (self->times, size / 2, pts);
  g_byte_array_append (self->chunk, data, size);
  send_chunks (self);
}

static void
feed_silence (FluxSession *self, gsize size)
{
  guint heard = self->chunk->len;

  flux_times_add_silence (self->times, size / 2);
  g_byte_array_set_size (self->chunk, heard + size);
  memset (self->chunk->data + heard, 0, size);
  send_chunks (self);
}

static gboolean
is_waiting (FluxSession *self)
{
  return self->turn != NO_TURN || !g_queue_is_empty (&self->ends);
}

static GstClockTime
get_patience (FluxSession *self)
{
  return is_waiting (self) ? SILENCE : self->options.keepalive;
}

static void
on_silence (gpointer user_data)
{
  FluxSession *self = user_data;
  GstClockTime now = gst_vowel_worker_get_time (self->worker);

  self->silence = NULL;
  if (self->ready && now >= self->last_sent + get_patience (self))
    feed_silence (self, is_waiting (self) ? SILENCE_BYTES : CHUNK_BYTES);
  watch_silence (self);
}

static void
watch_silence (FluxSession *self)
{
  GstClockTime now = gst_vowel_worker_get_time (self->worker);
  GstClockTime due = self->last_sent + get_patience (self);

  clear_timer (self, &self->silence);
  self->silence = gst_vowel_worker_add_timer (
      self->worker, MAX (due, now + GST_MSECOND), on_silence, self);
}

/* --- turns --- */

/* @asked: it is the answer to the oldest question for an end, no other turn
 * that ended before that. */
static void
end_turn (FluxSession *self, gdouble end, gboolean asked)
{
  g_autofree gchar *text = g_steal_pointer (&self->text);
  g_autofree gdouble *asked_at = asked ? g_queue_pop_head (&self->ends) : NULL;
  GstClockTime pts;

  if (asked_at != NULL)
    end = MAX (end, *asked_at);
  pts = flux_times_find (self->times, end);
  self->turn = NO_TURN;
  if (asked_at != NULL)
    clear_timer (self, &self->finalize);
  watch_ends (self);
  watch_silence (self);
  flux_times_forget (self->times, end);
  self->callbacks.ended (
      pts, text != NULL ? text : "", self->confidence, self->user_data);
}

static void
on_no_end (gpointer user_data)
{
  FluxSession *self = user_data;
  gdouble end = *(gdouble *) g_queue_peek_head (&self->ends);

  self->finalize = NULL;
  GST_DEBUG ("nothing more comes of the turn that was to end");
  self->given_up = self->turn;
  self->given_up_to = end;
  end_turn (self, end, TRUE);
}

/* What waits for the connection has not been asked yet. */
static void
watch_ends (FluxSession *self)
{
  if (!self->ready || g_queue_is_empty (&self->ends) || self->finalize != NULL)
    return;
  /* When nobody has begun to speak, there probably is no end. */
  self->finalize = add_timer (self,
      self->options.no_force
          ? MAX (self->options.finalize_timeout, SILENT_END_TIMEOUT)
      : self->turn != NO_TURN ? self->options.finalize_timeout
                              : self->options.finalize_timeout / 2,
      on_no_end);
}

void
flux_session_end_turn (FluxSession *self)
{
  gdouble *at = g_new (gdouble, 1);

  *at = get_seconds (self);
  g_queue_push_tail (&self->ends, at);
  if (self->options.no_force) {
    feed_silence (self, 2 * SILENCE_BYTES);
  } else {
    send_rest (self);
    ws_client_send_text (self->client, "{\"type\":\"ForceEndTurn\"}");
  }
  watch_ends (self);
  watch_silence (self);
}

static gdouble
get_confidence (JsonArray *words)
{
  guint n = words != NULL ? json_array_get_length (words) : 0;
  gdouble sum = 0;

  for (guint i = 0; i < n; i++) {
    JsonNode *word = json_array_get_element (words, i);
    gdouble confidence =
        JSON_NODE_HOLDS_OBJECT (word) ? gst_vowel_json_get_double (
            json_node_get_object (word), "confidence", LIVE_UNKNOWN)
                                      : LIVE_UNKNOWN;

    if (confidence < 0)
      return LIVE_UNKNOWN;
    sum += confidence;
  }
  return n > 0 ? MIN (sum / n, 1.0) : LIVE_UNKNOWN;
}

/* Where the first word is, if it says so. */
static gdouble
get_start (JsonObject *info, JsonArray *words)
{
  JsonNode *first = words != NULL && json_array_get_length (words) > 0
                        ? json_array_get_element (words, 0)
                        : NULL;
  gdouble start = LIVE_UNKNOWN;

  if (first != NULL && JSON_NODE_HOLDS_OBJECT (first))
    start = gst_vowel_json_get_double (
        json_node_get_object (first), "start", LIVE_UNKNOWN);
  return start >= 0 ? start
                    : gst_vowel_json_get_double (
                        info, "audio_window_start", LIVE_UNKNOWN);
}

/* FALSE: not one that anybody waits for. */
static gboolean
start_turn (FluxSession *self, gint64 turn, gdouble start)
{
  const gdouble *end = g_queue_peek_head (&self->ends);

  if (start + PRECISION < self->given_up_to) {
    self->given_up = turn;
    return FALSE;
  }
  /* It begins behind the end that was asked for: before that was nothing. */
  if (end != NULL && start > *end + PRECISION)
    end_turn (self, *end, TRUE);
  self->turn = turn;
  clear_timer (self, &self->finalize);
  watch_ends (self);
  watch_silence (self);
  self->callbacks.started (
      flux_times_find (self->times, start), self->user_data);
  return TRUE;
}

/* Whether the end of a turn is the one that was asked for. */
static gboolean
is_asked (FluxSession *self, JsonObject *info, gdouble end)
{
  const gdouble *asked = g_queue_peek_head (&self->ends);

  return asked != NULL
         && (g_strcmp0 (gst_vowel_json_get_string (info, "trigger"), "manual")
                 == 0
             || end < 0 || end + PRECISION >= *asked);
}

static void
handle_turn (FluxSession *self, JsonObject *info)
{
  const gchar *event = gst_vowel_json_get_string (info, "event");
  const gchar *text = gst_vowel_json_get_string (info, "transcript");
  const gchar *language;
  gdouble index = gst_vowel_json_get_double (info, "turn_index", LIVE_UNKNOWN);
  gdouble end =
      gst_vowel_json_get_double (info, "audio_window_end", LIVE_UNKNOWN);
  JsonArray *words = gst_vowel_json_get_array (info, "words");
  gint64 turn = (gint64) index;

  if (event == NULL || text == NULL || index < 0) {
    fail_with (self, GST_VOWEL_ERROR_PROTOCOL, FALSE,
        "a message about a turn makes no sense");
    return;
  }
  if (turn == self->given_up)
    return;
  if (self->turn == NO_TURN && *text == '\0') {
    if (g_str_equal (event, "EndOfTurn") && is_asked (self, info, end))
      end_turn (self, end, TRUE);
    return;
  }
  if (self->turn != NO_TURN && self->turn != turn)
    end_turn (self, get_start (info, words), FALSE);
  if (self->turn == NO_TURN
      && !start_turn (self, turn, get_start (info, words)))
    return;
  g_free (self->text);
  self->text = g_strdup (text);
  self->confidence = get_confidence (words);
  language = gst_vowel_json_get_string_at (
      gst_vowel_json_get_array (info, "languages"), 0);
  if (language != NULL)
    self->callbacks.language (language, self->user_data);
  if (g_str_equal (event, "EndOfTurn")) {
    end_turn (
        self, end >= 0 ? end : get_seconds (self), is_asked (self, info, end));
    return;
  }
  if (g_str_equal (event, "TurnResumed"))
    self->callbacks.resumed (self->user_data);
  self->callbacks.text (self->text, self->confidence, self->user_data);
  if (g_str_equal (event, "EagerEndOfTurn"))
    self->callbacks.ending (self->text, self->user_data);
}

/* --- settings --- */

static void
send_configure (FluxSession *self)
{
  g_autofree gchar *message = g_steal_pointer (&self->configure);

  if (message == NULL)
    return;
  self->configuring = TRUE;
  ws_client_send_text (self->client, message);
}

void
flux_session_configure (FluxSession *self, const gchar *message)
{
  g_free (self->configure);
  self->configure = g_strdup (message);
  if (!self->configuring)
    send_configure (self);
}

/* --- the connection --- */

static void
set_ready (FluxSession *self)
{
  if (self->ready)
    return;
  self->ready = TRUE;
  clear_timer (self, &self->unready);
  ws_client_release (self->client, NULL);
  watch_ends (self);
}

static void
handle_error (FluxSession *self, JsonObject *error)
{
  const gchar *code = gst_vowel_json_get_string (error, "code");
  const gchar *reason = gst_vowel_json_get_string (error, "description");
  /* Ending a turn is not served everywhere. */
  gboolean no_force = g_strcmp0 (code, "UNPARSABLE_CLIENT_MESSAGE") == 0
                      && !self->options.no_force
                      && !g_queue_is_empty (&self->ends);

  fail_with (self, GST_VOWEL_ERROR_UPSTREAM, no_force,
      reason != NULL ? reason : "failed without a reason");
}

static void
on_message (WsClient *client, const gchar *text, gsize size, gpointer user_data)
{
  FluxSession *self = user_data;
  g_autoptr (JsonNode) root =
      gst_vowel_json_parse (text, size, MAX_MESSAGE, NULL);
  JsonObject *message;
  const gchar *type;

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root)) {
    fail_with (
        self, GST_VOWEL_ERROR_PROTOCOL, FALSE, "a message makes no sense");
    return;
  }
  message = json_node_get_object (root);
  type = gst_vowel_json_get_string (message, "type");
  if (g_strcmp0 (type, "Connected") == 0) {
    set_ready (self);
  } else if (g_strcmp0 (type, "TurnInfo") == 0) {
    handle_turn (self, message);
  } else if (g_strcmp0 (type, "Error") == 0) {
    handle_error (self, message);
  } else if (g_strcmp0 (type, "ConfigureSuccess") == 0
             || g_strcmp0 (type, "ConfigureFailure") == 0) {
    if (g_str_equal (type, "ConfigureFailure"))
      GST_WARNING ("%s refuses new settings", self->name);
    self->configuring = FALSE;
    send_configure (self);
  }
}

static void
on_unready (gpointer user_data)
{
  FluxSession *self = user_data;

  self->unready = NULL;
  fail_with (self, GST_VOWEL_ERROR_TIMEOUT, FALSE,
      "not ready 5 s after it was connected");
}

static void
on_opened (WsClient *client, gpointer user_data)
{
  FluxSession *self = user_data;

  self->unready = add_timer (self, READY_TIMEOUT, on_unready);
}

static void
on_closed (
    WsClient *client, guint status, const GError *error, gpointer user_data)
{
  fail (user_data, status, FALSE, error);
}

static const WsClientCallbacks client_callbacks = {
    .opened = on_opened,
    .message = on_message,
    .closed = on_closed,
};

FluxSession *
flux_session_new (GstVowelWorker *worker, const RemoteTarget *target,
    const gchar *path, const FluxOptions *options,
    const FluxCallbacks *callbacks, gpointer user_data)
{
  FluxSession *self = g_new0 (FluxSession, 1);
  g_autofree gchar *uri = g_strconcat (target->base_url, path, NULL);

  init_debug ();
  self->worker = gst_object_ref (worker);
  self->options = *options;
  self->callbacks = *callbacks;
  self->user_data = user_data;
  self->secret = g_strdup (target->api_key);
  self->name = target->service->name;
  self->chunk = g_byte_array_new ();
  self->times = flux_times_new (FLUX_RATE);
  self->turn = NO_TURN;
  self->given_up = NO_TURN;
  self->confidence = LIVE_UNKNOWN;
  g_queue_init (&self->ends);
  self->last_sent = gst_vowel_worker_get_time (worker);
  watch_silence (self);
  self->client = ws_client_new (worker, target->service->name, uri,
      target->service->header, target->authorization, &client_callbacks, self);
  ws_client_hold (self->client);
  return self;
}
