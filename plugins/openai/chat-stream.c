/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "chat-stream.h"

#include "remote-error.h"
#include "think-filter.h"

#include <string.h>

#include <gst/vowel/gstvowelerror.h>
#include <gst/vowel/gstvoweljson.h>

#define MAX_CHUNK_SIZE (1024 * 1024)
#define MAX_CALLS 16
#define MAX_ARGUMENTS (64 * 1024)
#define MAX_REASONING (64 * 1024)

typedef struct {
  gint64 index; /* as the server counts; -1 when it does not */
  gchar *id;
  gchar *name;
  GString *pending; /* arguments that came before the name */
  gsize size;       /* of all arguments */
  gboolean begun;
} Slot;

struct _ChatStream {
  gchar *server;
  LlmStreamCallbacks callbacks;
  gpointer user_data;

  ThinkFilter *think;
  GPtrArray *slots; /* of Slot */
  GString *reasoning;
  gboolean speak_reasoning;

  gboolean unwanted; /* a callback said so */
  gboolean said;     /* any text */
  gboolean has_reason;
  gboolean has_usage;
  gboolean done; /* the server says that this was all */
  GstVowelFinishReason reason;
  GstVowelUsage usage;
};

static void
slot_free (Slot *slot)
{
  g_string_free (slot->pending, TRUE);
  g_free (slot->id);
  g_free (slot->name);
  g_free (slot);
}

ChatStream *
chat_stream_new (const gchar *server, const LlmStreamCallbacks *callbacks,
    gpointer user_data)
{
  ChatStream *self = g_new0 (ChatStream, 1);

  self->server = g_strdup (server);
  self->callbacks = *callbacks;
  self->user_data = user_data;
  self->think = think_filter_new ();
  self->slots = g_ptr_array_new_with_free_func ((GDestroyNotify) slot_free);
  self->reasoning = g_string_new (NULL);
  self->reason = GST_VOWEL_FINISH_STOP;
  return self;
}

void
chat_stream_free (ChatStream *self)
{
  think_filter_free (self->think);
  g_ptr_array_unref (self->slots);
  g_string_free (self->reasoning, TRUE);
  g_free (self->server);
  g_free (self);
}

void
chat_stream_set_speak_reasoning (ChatStream *self, gboolean speak)
{
  self->speak_reasoning = speak;
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
  if (*text == '\0' || self->unwanted)
    return;
  self->said = TRUE;
  if (!self->callbacks.text (text, self->user_data))
    self->unwanted = TRUE;
}

static void
handle_text (ChatStream *self, const gchar *text)
{
  g_autofree gchar *spoken = NULL;

  if (text == NULL)
    return;
  spoken = think_filter_feed (self->think, text);
  say (self, spoken);
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

/* --- calls --- */

static Slot *
add_slot (ChatStream *self, gint64 index, GError **error)
{
  Slot *slot;

  if (self->slots->len == MAX_CALLS) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
        "%s: the model calls more than %d tools at once", self->server,
        MAX_CALLS);
    return NULL;
  }
  slot = g_new0 (Slot, 1);
  slot->index = index;
  slot->pending = g_string_new (NULL);
  g_ptr_array_add (self->slots, slot);
  return slot;
}

/* The newest with that index; the newest of all when there is none. */
static Slot *
find_slot (ChatStream *self, gint64 index)
{
  for (guint i = self->slots->len; i-- > 0;) {
    Slot *slot = g_ptr_array_index (self->slots, i);

    if (index < 0 || slot->index == index)
      return slot;
  }
  return NULL;
}

/* Some servers give every call the index 0: another id, or another name after
 * arguments, is another call. */
static gboolean
is_another (Slot *slot, const gchar *id, const gchar *name)
{
  if (id != NULL && slot->id != NULL)
    return !g_str_equal (id, slot->id);
  return name != NULL && slot->name != NULL && slot->size > 0
         && (id != NULL || !g_str_equal (name, slot->name));
}

static guint
slot_number (ChatStream *self, Slot *slot)
{
  guint number = 0;

  g_ptr_array_find (self->slots, slot, &number);
  return number;
}

static void
push_arguments (ChatStream *self, Slot *slot, const gchar *text)
{
  if (*text != '\0' && !self->unwanted
      && !self->callbacks.call_arguments (
          slot_number (self, slot), text, self->user_data))
    self->unwanted = TRUE;
}

static void
begin_call (ChatStream *self, Slot *slot)
{
  if (slot->begun || slot->name == NULL || self->unwanted)
    return;
  slot->begun = TRUE;
  if (!self->callbacks.call_begin (
          slot_number (self, slot), slot->id, slot->name, self->user_data)) {
    self->unwanted = TRUE;
    return;
  }
  push_arguments (self, slot, slot->pending->str);
  g_string_truncate (slot->pending, 0);
}

/* Text by the protocol; an object from servers that parse it. (transfer full)
 */
static gchar *
dup_arguments (JsonObject *function)
{
  JsonNode *node =
      function != NULL ? json_object_get_member (function, "arguments") : NULL;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return NULL;
  if (JSON_NODE_HOLDS_OBJECT (node) || JSON_NODE_HOLDS_ARRAY (node))
    return json_to_string (node, FALSE);
  return g_strdup (get_string (function, "arguments"));
}

static gboolean
handle_call (ChatStream *self, JsonObject *call, GError **error)
{
  JsonObject *function = gst_vowel_json_get_object (call, "function");
  const gchar *id = get_string (call, "id");
  const gchar *name = get_string (function, "name");
  gint64 index = gst_vowel_json_get_int (call, "index", -1);
  g_autofree gchar *arguments = dup_arguments (function);
  Slot *slot = find_slot (self, index);

  if (slot == NULL || is_another (slot, id, name)) {
    slot = add_slot (self, index, error);
    if (slot == NULL)
      return FALSE;
  }
  /* An id cannot change once it was told. */
  if (slot->id == NULL && !slot->begun)
    slot->id = g_strdup (id);
  if (slot->name == NULL)
    slot->name = g_strdup (name);
  begin_call (self, slot);
  if (arguments == NULL)
    return TRUE;
  slot->size += strlen (arguments);
  if (slot->size > MAX_ARGUMENTS) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
        "%s: the arguments of a call have more than %d bytes", self->server,
        MAX_ARGUMENTS);
    return FALSE;
  }
  if (slot->begun)
    push_arguments (self, slot, arguments);
  else
    g_string_append (slot->pending, arguments);
  return TRUE;
}

static gboolean
handle_calls (ChatStream *self, JsonObject *delta, GError **error)
{
  JsonArray *calls = gst_vowel_json_get_array (delta, "tool_calls");

  for (guint i = 0; calls != NULL && i < json_array_get_length (calls); i++) {
    JsonObject *call = get_element (calls, i);

    if (call != NULL && !handle_call (self, call, error))
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
  if (!self->has_usage)
    handle_usage (
        self, gst_vowel_json_get_object (
                  gst_vowel_json_get_object (chunk, "x_groq"), "usage"));
  return TRUE;
}

static gboolean
is_done_marker (const gchar *data)
{
  while (g_ascii_isspace (*data))
    data++;
  return g_str_has_prefix (data, "[DONE]");
}

gboolean
chat_stream_feed (ChatStream *self, const gchar *event, const gchar *data,
    gsize size, GError **error)
{
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) parse_error = NULL;
  GError *reported;

  if (self->done || self->unwanted)
    return TRUE;
  if (is_done_marker (data)) {
    self->done = TRUE;
    return TRUE;
  }
  root = gst_vowel_json_parse (data, size, MAX_CHUNK_SIZE, &parse_error);
  reported = remote_error_find (self->server, event, 200, root, data);
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

static void
end_calls (ChatStream *self)
{
  for (guint i = 0; i < self->slots->len; i++) {
    Slot *slot = g_ptr_array_index (self->slots, i);

    if (slot->begun && !self->unwanted
        && !self->callbacks.call_end (i, self->user_data))
      self->unwanted = TRUE;
  }
}

static gboolean
has_calls (ChatStream *self)
{
  for (guint i = 0; i < self->slots->len; i++)
    if (((Slot *) g_ptr_array_index (self->slots, i))->begun)
      return TRUE;
  return FALSE;
}

gboolean
chat_stream_end (ChatStream *self, GError **error)
{
  g_autofree gchar *rest = NULL;

  if (!self->done && !self->has_reason) {
    g_set_error (error, GST_VOWEL_ERROR,
        self->said || self->slots->len > 0 ? GST_VOWEL_ERROR_PROTOCOL
                                           : GST_VOWEL_ERROR_UPSTREAM,
        "%s: the answer broke off", self->server);
    return FALSE;
  }
  if (self->slots->len > 0 && !has_calls (self)) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
        "%s: the model calls a tool and does not say which", self->server);
    return FALSE;
  }
  rest = think_filter_end (self->think);
  say (self, rest);
  if (!self->said && !has_calls (self))
    say (self, self->reasoning->str);
  end_calls (self);
  if (has_calls (self))
    self->reason = GST_VOWEL_FINISH_TOOL_CALLS;
  return TRUE;
}

gboolean
chat_stream_is_complete (ChatStream *self)
{
  return self->done || self->unwanted || (self->has_reason && self->has_usage);
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
    .free = free_stream,
};
