/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "chat-stream.h"

#include "chat-calls.h"
#include "remote-error.h"
#include "think-filter.h"
#include "tool-text.h"

#include <string.h>

#include <gst/vowel/gstvowelerror.h>
#include <gst/vowel/gstvoweljson.h>

#define MAX_CHUNK_SIZE (1024 * 1024)
#define MAX_REASONING (64 * 1024)
#define MAX_MESSAGE 300

struct _ChatStream {
  gchar *server;
  LlmStreamCallbacks callbacks;
  gpointer user_data;

  ThinkFilter *think;
  ToolText *tool_text; /* NULL: there are no tools */
  gboolean reads_tool_text;
  GString *collected; /* text that may not be for anybody; else NULL */
  ChatCalls *calls;
  GString *reasoning;
  gboolean speak_reasoning;

  gboolean unwanted; /* a callback said so */
  gboolean said;     /* any text */
  gboolean has_reason;
  gboolean has_usage;
  gboolean failed_call; /* the model called a tool and made no sense */
  gboolean done;        /* the server says that this was all */
  GstVowelFinishReason reason;
  GstVowelUsage usage;
};

ChatStream *
chat_stream_new (const gchar *server, const LlmStreamCallbacks *callbacks,
    gpointer user_data)
{
  ChatStream *self = g_new0 (ChatStream, 1);

  self->server = g_strdup (server);
  self->callbacks = *callbacks;
  self->user_data = user_data;
  self->think = think_filter_new ();
  self->calls = chat_calls_new (server, callbacks, user_data);
  self->reasoning = g_string_new (NULL);
  self->reason = GST_VOWEL_FINISH_STOP;
  return self;
}

void
chat_stream_free (ChatStream *self)
{
  think_filter_free (self->think);
  g_clear_pointer (&self->tool_text, tool_text_free);
  chat_calls_free (self->calls);
  g_string_free (self->reasoning, TRUE);
  g_free (self->server);
  g_free (self);
}

void
chat_stream_set_speak_reasoning (ChatStream *self, gboolean speak)
{
  self->speak_reasoning = speak;
}

static gboolean
is_unwanted (ChatStream *self)
{
  return self->unwanted || chat_calls_is_unwanted (self->calls);
}

/* --- JSON, where every member may be missing or of another type --- */

/* (nullable): never empty */
static const gchar *
get_string (JsonObject *object, const gchar *name)
{
  const gchar *text = gst_vowel_json_get_string (object, name);

  return text != NULL && *text != '\0' ? text : NULL;
}

static JsonObject *
get_element (JsonArray *array, guint index)
{
  JsonNode *node = json_array_get_element (array, index);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* --- text --- */

static void
say (ChatStream *self, const gchar *text)
{
  if (*text == '\0' || is_unwanted (self))
    return;
  self->said = TRUE;
  if (!self->callbacks.text (text, self->user_data))
    self->unwanted = TRUE;
}

/* What is spoken may hold calls. */
static void
say_or_call (ChatStream *self, const gchar *text)
{
  if (self->reads_tool_text)
    tool_text_feed (self->tool_text, text);
  else
    say (self, text);
}

static void
on_tool_text (const gchar *text, gpointer user_data)
{
  ChatStream *self = user_data;

  if (self->collected != NULL)
    g_string_append (self->collected, text);
  else
    say (self, text);
}

static void
on_tool_call (const gchar *name, const gchar *arguments, gpointer user_data)
{
  ChatStream *self = user_data;

  if (!is_unwanted (self))
    chat_calls_add_whole (self->calls, name, arguments);
}

void
chat_stream_set_tools (
    ChatStream *self, const gchar *const *names, gboolean read_text)
{
  static const ToolTextCallbacks callbacks = {on_tool_text, on_tool_call};

  g_clear_pointer (&self->tool_text, tool_text_free);
  self->tool_text = tool_text_new (names, &callbacks, self);
  self->reads_tool_text = read_text;
}

static void
handle_text (ChatStream *self, const gchar *text)
{
  g_autofree gchar *spoken = NULL;

  if (text == NULL)
    return;
  spoken = think_filter_feed (self->think, text);
  say_or_call (self, spoken);
}

/* Content is text, or with some servers a list of parts. */
static void
handle_content (ChatStream *self, JsonObject *delta)
{
  JsonArray *parts = gst_vowel_json_get_array (delta, "content");

  handle_text (self, get_string (delta, "content"));
  for (guint i = 0; parts != NULL && i < json_array_get_length (parts); i++) {
    JsonObject *part = get_element (parts, i);

    if (g_strcmp0 (get_string (part, "type"), "text") == 0)
      handle_text (self, get_string (part, "text"));
  }
  handle_text (self, get_string (delta, "refusal"));
}

static void
handle_reasoning (ChatStream *self, JsonObject *delta)
{
  const gchar *text = get_string (delta, "reasoning");

  if (text == NULL)
    text = get_string (delta, "reasoning_content");
  if (text != NULL && self->speak_reasoning
      && self->reasoning->len + strlen (text) <= MAX_REASONING)
    g_string_append (self->reasoning, text);
}

static gboolean
handle_calls (ChatStream *self, JsonObject *delta, GError **error)
{
  JsonArray *calls = gst_vowel_json_get_array (delta, "tool_calls");

  for (guint i = 0; calls != NULL && i < json_array_get_length (calls); i++) {
    JsonObject *call = get_element (calls, i);

    if (call != NULL && !chat_calls_add (self->calls, call, error))
      return FALSE;
  }
  return TRUE;
}

/* --- chunks --- */

static gboolean
handle_reason (ChatStream *self, const gchar *reason, GError **error)
{
  if (reason == NULL)
    return TRUE;
  if (g_str_equal (reason, "error")) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_UPSTREAM,
        "%s: the model failed and does not say why", self->server);
    return FALSE;
  }
  self->has_reason = TRUE;
  if (g_str_equal (reason, "length"))
    self->reason = GST_VOWEL_FINISH_LENGTH;
  else if (g_str_equal (reason, "content_filter"))
    self->reason = GST_VOWEL_FINISH_CONTENT_FILTER;
  return TRUE;
}

static void
handle_usage (ChatStream *self, JsonObject *usage)
{
  JsonObject *details =
      gst_vowel_json_get_object (usage, "prompt_tokens_details");

  if (usage == NULL)
    return;
  self->has_usage = TRUE;
  self->usage.input_tokens =
      CLAMP (gst_vowel_json_get_int (usage, "prompt_tokens", 0), 0, G_MAXINT32);
  self->usage.output_tokens = CLAMP (
      gst_vowel_json_get_int (usage, "completion_tokens", 0), 0, G_MAXINT32);
  self->usage.cached_tokens = CLAMP (
      gst_vowel_json_get_int (details, "cached_tokens", 0), 0, G_MAXINT32);
}

/* What Groq has to say at the end. */
static gboolean
handle_x_groq (ChatStream *self, JsonObject *x_groq, GError **error)
{
  const gchar *text = get_string (x_groq, "error");
  g_autofree gchar *message = NULL;

  if (!self->has_usage)
    handle_usage (self, gst_vowel_json_get_object (x_groq, "usage"));
  if (text == NULL)
    return TRUE;
  message =
      g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), MAX_MESSAGE));
  g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_UPSTREAM,
      "%s: the answer broke off: %s", self->server, message);
  return FALSE;
}

static gboolean
handle_chunk (ChatStream *self, JsonObject *chunk, GError **error)
{
  JsonArray *choices = gst_vowel_json_get_array (chunk, "choices");
  JsonObject *choice = choices != NULL && json_array_get_length (choices) > 0
                           ? get_element (choices, 0)
                           : NULL;
  JsonObject *delta = gst_vowel_json_get_object (choice, "delta");

  if (delta == NULL)
    delta = gst_vowel_json_get_object (choice, "message");
  if (delta != NULL) {
    handle_reasoning (self, delta);
    handle_content (self, delta);
    if (!handle_calls (self, delta, error))
      return FALSE;
  }
  if (!handle_reason (self, get_string (choice, "finish_reason"), error))
    return FALSE;
  handle_usage (self, gst_vowel_json_get_object (chunk, "usage"));
  return handle_x_groq (
      self, gst_vowel_json_get_object (chunk, "x_groq"), error);
}

static gboolean
is_done_marker (const gchar *data)
{
  while (g_ascii_isspace (*data))
    data++;
  return g_str_has_prefix (data, "[DONE]");
}

/* Prose, or calls with prose around them. */
static void
read_failed_generation (ChatStream *self, const gchar *text)
{
  g_autoptr (GString) collected = g_string_new (NULL);
  gboolean said = self->said;

  text += strspn (text, " \t\r\n");
  if (*text == '{' || *text == '[') {
    tool_text_read_json (self->tool_text, text);
    return;
  }
  self->collected = collected;
  tool_text_feed (self->tool_text, text);
  tool_text_end (self->tool_text, FALSE);
  self->collected = NULL;
  if (!said
      && (chat_calls_get_n (self->calls) > 0
          || !tool_text_saw_token (self->tool_text)))
    say (self, collected->str);
}

/* Groq checks calls before it passes them on, and refuses those that make no
 * sense to it. They may make sense to us, or be no calls at all. */
static gboolean
recover (ChatStream *self, JsonNode *root)
{
  JsonObject *report =
      root != NULL && JSON_NODE_HOLDS_OBJECT (root)
          ? gst_vowel_json_get_object (json_node_get_object (root), "error")
          : NULL;
  const gchar *text = get_string (report, "failed_generation");
  gboolean said = self->said;

  if (g_strcmp0 (get_string (report, "code"), "tool_use_failed") != 0)
    return FALSE;
  self->failed_call = TRUE;
  if (text == NULL || self->tool_text == NULL
      || chat_calls_get_n (self->calls) > 0)
    return FALSE;
  read_failed_generation (self, text);
  self->done = self->said != said || chat_calls_get_n (self->calls) > 0;
  return self->done;
}

gboolean
chat_stream_recover (ChatStream *self, const gchar *body)
{
  g_autoptr (JsonNode) root =
      gst_vowel_json_parse (body, strlen (body), MAX_CHUNK_SIZE, NULL);

  return recover (self, root);
}

gboolean
chat_stream_has_failed_call (ChatStream *self)
{
  return self->failed_call;
}

gboolean
chat_stream_feed (ChatStream *self, const gchar *event, const gchar *data,
    gsize size, GError **error)
{
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) parse_error = NULL;
  GError *reported;

  if (self->done || is_unwanted (self))
    return TRUE;
  if (is_done_marker (data)) {
    self->done = TRUE;
    return TRUE;
  }
  root = gst_vowel_json_parse (data, size, MAX_CHUNK_SIZE, &parse_error);
  reported = remote_error_find (self->server, event, 200, root, data);
  if (reported != NULL && recover (self, root)) {
    g_error_free (reported);
    return TRUE;
  }
  if (reported != NULL) {
    g_propagate_error (error, reported);
    return FALSE;
  }
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
        "%s: the answer makes no sense: %s", self->server,
        parse_error != NULL ? parse_error->message : "not a JSON object");
    return FALSE;
  }
  return handle_chunk (self, json_node_get_object (root), error);
}

gboolean
chat_stream_end (ChatStream *self, GError **error)
{
  /* Half a call is not made. */
  gboolean cut_off = self->reason == GST_VOWEL_FINISH_LENGTH;
  g_autofree gchar *rest = NULL;

  if (!self->done && !self->has_reason) {
    g_set_error (error, GST_VOWEL_ERROR,
        self->said || chat_calls_get_n (self->calls) > 0
            ? GST_VOWEL_ERROR_PROTOCOL
            : GST_VOWEL_ERROR_UPSTREAM,
        "%s: the answer broke off", self->server);
    return FALSE;
  }
  if (chat_calls_get_n (self->calls) > 0
      && !chat_calls_has_begun (self->calls)) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
        "%s: the model calls a tool and does not say which", self->server);
    return FALSE;
  }
  rest = think_filter_end (self->think);
  say_or_call (self, rest);
  if (self->reads_tool_text)
    tool_text_end (self->tool_text, cut_off);
  if (!self->said && chat_calls_get_n (self->calls) == 0)
    say (self, self->reasoning->str);
  if (chat_calls_end (self->calls, cut_off) > 0)
    self->reason = GST_VOWEL_FINISH_TOOL_CALLS;
  return TRUE;
}

gboolean
chat_stream_is_complete (ChatStream *self)
{
  return self->done || is_unwanted (self)
         || (self->has_reason && self->has_usage);
}

gboolean
chat_stream_is_finishing (ChatStream *self)
{
  return self->has_reason && !chat_stream_is_complete (self);
}

GstVowelFinishReason
chat_stream_get_reason (ChatStream *self)
{
  return self->reason;
}

const GstVowelUsage *
chat_stream_get_usage (ChatStream *self)
{
  return self->has_usage ? &self->usage : NULL;
}

static gboolean
feed (gpointer stream, const gchar *event, const gchar *data, gsize size,
    GError **error)
{
  return chat_stream_feed (stream, event, data, size, error);
}

static gboolean
end (gpointer stream, GError **error)
{
  return chat_stream_end (stream, error);
}

static gboolean
is_complete (gpointer stream)
{
  return chat_stream_is_complete (stream);
}

static gboolean
is_finishing (gpointer stream)
{
  return chat_stream_is_finishing (stream);
}

static GstVowelFinishReason
get_reason (gpointer stream)
{
  return chat_stream_get_reason (stream);
}

static const GstVowelUsage *
get_usage (gpointer stream)
{
  return chat_stream_get_usage (stream);
}

static gboolean
recover_from (gpointer stream, const gchar *body)
{
  return chat_stream_recover (stream, body);
}

static void
free_stream (gpointer stream)
{
  chat_stream_free (stream);
}

const LlmStreamClass chat_stream_class = {
    .feed = feed,
    .end = end,
    .is_complete = is_complete,
    .is_finishing = is_finishing,
    .get_reason = get_reason,
    .get_usage = get_usage,
    .recover = recover_from,
    .free = free_stream,
};
