/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "messages-stream.h"

#include "remote-error.h"

#include <gst/vowel/gstvowelerror.h>
#include <gst/vowel/gstvoweljson.h>

#define SERVER "anthropic"
#define MAX_EVENT_SIZE (1024 * 1024)
#define MAX_CALLS 16

struct _MessagesStream {
  LlmStreamCallbacks callbacks;
  gpointer user_data;

  GArray *slots; /* of gint64: the number of a call's content block */

  gboolean unwanted; /* a callback said so */
  gboolean said;     /* any text */
  gboolean has_reason;
  gboolean has_usage;
  gboolean done; /* the service says that this was all */
  GstVowelFinishReason reason;
  GstVowelUsage usage;
};

MessagesStream *
messages_stream_new (const LlmStreamCallbacks *callbacks, gpointer user_data)
{
  MessagesStream *self = g_new0 (MessagesStream, 1);

  self->callbacks = *callbacks;
  self->user_data = user_data;
  self->slots = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->reason = GST_VOWEL_FINISH_STOP;
  return self;
}

static void
messages_stream_free (gpointer stream)
{
  MessagesStream *self = stream;

  g_array_unref (self->slots);
  g_free (self);
}

/* --- content --- */

static void
say (MessagesStream *self, const gchar *text)
{
  if (text == NULL || *text == '\0' || self->unwanted)
    return;
  self->said = TRUE;
  if (!self->callbacks.text (text, self->user_data))
    self->unwanted = TRUE;
}

static void
push_arguments (MessagesStream *self, guint number, const gchar *text)
{
  if (text == NULL || *text == '\0' || self->unwanted)
    return;
  if (!self->callbacks.call_arguments (number, text, self->user_data))
    self->unwanted = TRUE;
}

/* Some proxies give all of the input at once, where an empty object belongs. */
static void
push_whole_input (MessagesStream *self, guint number, JsonObject *block)
{
  JsonObject *input = gst_vowel_json_get_object (block, "input");
  g_autofree gchar *text = NULL;

  if (input == NULL || json_object_get_size (input) == 0)
    return;
  text = json_to_string (json_object_get_member (block, "input"), FALSE);
  push_arguments (self, number, text);
}

static gboolean
begin_call (
    MessagesStream *self, gint64 index, JsonObject *block, GError **error)
{
  const gchar *name = gst_vowel_json_get_string (block, "name");
  guint number = self->slots->len;

  if (name == NULL || *name == '\0') {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
        SERVER ": the model calls a tool and does not say which");
    return FALSE;
  }
  if (number == MAX_CALLS) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
        SERVER ": the model calls more than %d tools at once", MAX_CALLS);
    return FALSE;
  }
  if (self->unwanted)
    return TRUE;
  g_array_append_val (self->slots, index);
  if (!self->callbacks.call_begin (number,
          gst_vowel_json_get_string (block, "id"), name, self->user_data))
    self->unwanted = TRUE;
  push_whole_input (self, number, block);
  return TRUE;
}

static gboolean
handle_block (
    MessagesStream *self, gint64 index, JsonObject *block, GError **error)
{
  const gchar *type = gst_vowel_json_get_string (block, "type");

  if (g_strcmp0 (type, "text") == 0)
    say (self, gst_vowel_json_get_string (block, "text"));
  else if (g_strcmp0 (type, "tool_use") == 0)
    return begin_call (self, index, block, error);
  return TRUE;
}

/* The newest block of that number. */
static gint
find_slot (MessagesStream *self, gint64 index)
{
  for (guint i = self->slots->len; i-- > 0;)
    if (g_array_index (self->slots, gint64, i) == index)
      return i;
  return -1;
}

/* What it thinks, what it signs and what it cites is not said. */
static void
handle_delta (MessagesStream *self, gint64 index, JsonObject *delta)
{
  const gchar *type = gst_vowel_json_get_string (delta, "type");
  gint number = find_slot (self, index);

  if (g_strcmp0 (type, "text_delta") == 0)
    say (self, gst_vowel_json_get_string (delta, "text"));
  else if (g_strcmp0 (type, "input_json_delta") == 0 && number >= 0)
    push_arguments (
        self, number, gst_vowel_json_get_string (delta, "partial_json"));
}

/* --- the message --- */

static void
handle_reason (MessagesStream *self, JsonObject *object)
{
  const gchar *reason = gst_vowel_json_get_string (object, "stop_reason");

  if (reason == NULL)
    return;
  self->has_reason = TRUE;
  if (g_str_equal (reason, "max_tokens")
      || g_str_equal (reason, "model_context_window_exceeded"))
    self->reason = GST_VOWEL_FINISH_LENGTH;
  else if (g_str_equal (reason, "refusal"))
    self->reason = GST_VOWEL_FINISH_CONTENT_FILTER;
}

static guint
get_count (JsonObject *usage, const gchar *name, guint fallback)
{
  return CLAMP (
      gst_vowel_json_get_int (usage, name, fallback), 0, G_MAXINT32 / 4);
}

/* The counts are those so far. What was read from the cache, or written into
 * it, is not among the input tokens. */
static void
handle_usage (MessagesStream *self, JsonObject *usage)
{
  guint cached, written;

  if (usage == NULL)
    return;
  self->usage.output_tokens =
      get_count (usage, "output_tokens", self->usage.output_tokens);
  if (gst_vowel_json_get_int (usage, "input_tokens", -1) >= 0) {
    cached = get_count (usage, "cache_read_input_tokens", 0);
    written = get_count (usage, "cache_creation_input_tokens", 0);
    self->usage.input_tokens =
        get_count (usage, "input_tokens", 0) + cached + written;
    self->usage.cached_tokens = cached;
  }
  self->has_usage = TRUE;
}

/* The answer of a proxy that does not stream. */
static gboolean
handle_message (MessagesStream *self, JsonObject *message, GError **error)
{
  JsonArray *content = gst_vowel_json_get_array (message, "content");

  for (guint i = 0; content != NULL && i < json_array_get_length (content);
       i++) {
    JsonNode *block = json_array_get_element (content, i);

    if (JSON_NODE_HOLDS_OBJECT (block)
        && !handle_block (self, i, json_node_get_object (block), error))
      return FALSE;
  }
  handle_reason (self, message);
  handle_usage (self, gst_vowel_json_get_object (message, "usage"));
  self->done = TRUE;
  return TRUE;
}

/* What is not known is not for us: `ping`, ends of blocks, what comes to be. */
static gboolean
handle_event (MessagesStream *self, JsonObject *event, GError **error)
{
  const gchar *type = gst_vowel_json_get_string (event, "type");
  gint64 index = gst_vowel_json_get_int (event, "index", -1);
  JsonObject *delta = gst_vowel_json_get_object (event, "delta");

  if (g_strcmp0 (type, "message_start") == 0) {
    handle_usage (
        self, gst_vowel_json_get_object (
                  gst_vowel_json_get_object (event, "message"), "usage"));
  } else if (g_strcmp0 (type, "content_block_start") == 0) {
    return handle_block (
        self, index, gst_vowel_json_get_object (event, "content_block"), error);
  } else if (g_strcmp0 (type, "content_block_delta") == 0) {
    handle_delta (self, index, delta);
  } else if (g_strcmp0 (type, "message_delta") == 0) {
    handle_reason (self, delta);
    handle_usage (self, gst_vowel_json_get_object (event, "usage"));
  } else if (g_strcmp0 (type, "message_stop") == 0) {
    self->done = TRUE;
  } else if (g_strcmp0 (type, "message") == 0) {
    return handle_message (self, event, error);
  }
  return TRUE;
}

static gboolean
messages_stream_feed (gpointer stream, const gchar *event, const gchar *data,
    gsize size, GError **error)
{
  MessagesStream *self = stream;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) parse_error = NULL;
  GError *reported;

  if (self->done || self->unwanted)
    return TRUE;
  root = gst_vowel_json_parse (data, size, MAX_EVENT_SIZE, &parse_error);
  reported = remote_error_find (SERVER, event, 200, root, data);
  if (reported != NULL) {
    g_propagate_error (error, reported);
    return FALSE;
  }
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
        SERVER ": the answer makes no sense: %s",
        parse_error != NULL ? parse_error->message : "not a JSON object");
    return FALSE;
  }
  return handle_event (self, json_node_get_object (root), error);
}

/* Only now is it known whether the limit has cut the last one off: half a call
 * is not made. */
static guint
end_calls (MessagesStream *self)
{
  guint n = self->slots->len;

  if (n > 0 && self->reason == GST_VOWEL_FINISH_LENGTH)
    n--;
  for (guint i = 0; i < n; i++)
    if (!self->unwanted && !self->callbacks.call_end (i, self->user_data))
      self->unwanted = TRUE;
  return n;
}

static gboolean
messages_stream_end (gpointer stream, GError **error)
{
  MessagesStream *self = stream;

  if (!self->done && !self->has_reason) {
    g_set_error (error, GST_VOWEL_ERROR,
        self->said || self->slots->len > 0 ? GST_VOWEL_ERROR_PROTOCOL
                                           : GST_VOWEL_ERROR_UPSTREAM,
        SERVER ": the answer broke off");
    return FALSE;
  }
  if (end_calls (self) > 0)
    self->reason = GST_VOWEL_FINISH_TOOL_CALLS;
  return TRUE;
}

static gboolean
messages_stream_is_complete (gpointer stream)
{
  MessagesStream *self = stream;

  return self->done || self->unwanted;
}

static gboolean
messages_stream_is_finishing (gpointer stream)
{
  MessagesStream *self = stream;

  return self->has_reason && !messages_stream_is_complete (self);
}

static GstVowelFinishReason
messages_stream_get_reason (gpointer stream)
{
  return ((MessagesStream *) stream)->reason;
}

static const GstVowelUsage *
messages_stream_get_usage (gpointer stream)
{
  MessagesStream *self = stream;

  return self->has_usage ? &self->usage : NULL;
}

const LlmStreamClass messages_stream_class = {
    .feed = messages_stream_feed,
    .end = messages_stream_end,
    .is_complete = messages_stream_is_complete,
    .is_finishing = messages_stream_is_finishing,
    .get_reason = messages_stream_get_reason,
    .get_usage = messages_stream_get_usage,
    .free = messages_stream_free,
};
