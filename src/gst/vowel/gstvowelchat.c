/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvowelchat
 * @title: GstVowelChatRequest
 * @short_description: What a language model is asked
 *
 * A request is built by one thread, handed to a language model element with
 * its "generate" action and then only read.
 */

#include "config.h"

#include <string.h>

#include "gstvowelchat.h"
#include "gstvowelchat-priv.h"

struct _GstVowelChatRequest {
  gatomicrefcount ref_count;

  /* Immutable after the hand-over, except that the worker keeps strings. */
  GStringChunk *strings;
  const gchar *response_id;
  guint64 generation;
  GArray *messages; /* of GstVowelChatMessage */
  GArray *tools;    /* of GstVowelChatTool */
  const gchar *tool_choice;
  gboolean parallel_tool_calls;
  guint max_tokens;
  gdouble temperature;
  gboolean spoken;
  GPtrArray *images; /* of arrays of GstVowelChatImage */

  /* Worker thread. */
  GstVowelChatRequest *without_images; /* made when it is asked for */
};

G_DEFINE_BOXED_TYPE (GstVowelChatRequest, gst_vowel_chat_request,
    gst_vowel_chat_request_ref, gst_vowel_chat_request_unref)

G_DEFINE_ENUM_TYPE (GstVowelFinishReason, gst_vowel_finish_reason,
    G_DEFINE_ENUM_VALUE (GST_VOWEL_FINISH_STOP, "stop"),
    G_DEFINE_ENUM_VALUE (GST_VOWEL_FINISH_TOOL_CALLS, "tool-calls"),
    G_DEFINE_ENUM_VALUE (GST_VOWEL_FINISH_LENGTH, "length"),
    G_DEFINE_ENUM_VALUE (GST_VOWEL_FINISH_CONTENT_FILTER, "content-filter"))

/* A token of English text is four characters long, near enough for counting
 * what a provider does not count. */
#define CHARACTERS_PER_TOKEN 4
/* An image of moderate size. */
#define IMAGE_TOKENS 255

/* What a model is told that sees none. */
#define UNSEEN "(The user has shown an image, which you cannot see.)"

/**
 * gst_vowel_chat_request_new:
 * @response_id: what the response will be called
 * @generation: its generation; newer responses have greater ones
 *
 * Returns: (transfer full): an empty request: spoken, tool choice "auto", no
 *   token limit, the provider's own temperature
 */
GstVowelChatRequest *
gst_vowel_chat_request_new (const gchar *response_id, guint64 generation)
{
  GstVowelChatRequest *self;

  g_return_val_if_fail (response_id != NULL, NULL);

  self = g_new0 (GstVowelChatRequest, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->strings = g_string_chunk_new (512);
  self->response_id = g_string_chunk_insert (self->strings, response_id);
  self->generation = generation;
  self->messages = g_array_new (FALSE, FALSE, sizeof (GstVowelChatMessage));
  self->tools = g_array_new (FALSE, FALSE, sizeof (GstVowelChatTool));
  self->images = g_ptr_array_new_with_free_func (g_free);
  self->tool_choice = "auto";
  self->parallel_tool_calls = TRUE;
  self->temperature = -1.0;
  self->spoken = TRUE;
  return self;
}

/**
 * gst_vowel_chat_request_ref:
 * @request: a request
 *
 * Returns: (transfer full): @request
 */
GstVowelChatRequest *
gst_vowel_chat_request_ref (GstVowelChatRequest *request)
{
  g_return_val_if_fail (request != NULL, NULL);

  g_atomic_ref_count_inc (&request->ref_count);
  return request;
}

/**
 * gst_vowel_chat_request_unref:
 * @request: (transfer full): a request
 */
void
gst_vowel_chat_request_unref (GstVowelChatRequest *request)
{
  g_return_if_fail (request != NULL);

  if (!g_atomic_ref_count_dec (&request->ref_count))
    return;
  g_array_unref (request->messages);
  g_array_unref (request->tools);
  g_ptr_array_unref (request->images);
  g_clear_pointer (&request->without_images, gst_vowel_chat_request_unref);
  g_string_chunk_free (request->strings);
  g_free (request);
}

const gchar *
gst_vowel_chat_request_keep (GstVowelChatRequest *request, const gchar *text)
{
  return text != NULL ? g_string_chunk_insert (request->strings, text) : NULL;
}

/* (transfer none) */
static const GstVowelChatImage *
keep_images (
    GstVowelChatRequest *request, const GstVowelChatImage *images, guint n)
{
  GstVowelChatImage *copies = g_new (GstVowelChatImage, n);

  for (guint i = 0; i < n; i++) {
    copies[i].url = gst_vowel_chat_request_keep (request, images[i].url);
    copies[i].detail = gst_vowel_chat_request_keep (request, images[i].detail);
  }
  g_ptr_array_add (request->images, copies);
  return copies;
}

void
gst_vowel_chat_request_append (
    GstVowelChatRequest *request, const GstVowelChatMessage *message)
{
  GstVowelChatMessage copy = {
      .role = message->role,
      .text = gst_vowel_chat_request_keep (request, message->text),
      .call_id = gst_vowel_chat_request_keep (request, message->call_id),
      .name = gst_vowel_chat_request_keep (request, message->name),
      .arguments = gst_vowel_chat_request_keep (request, message->arguments),
  };

  if (message->n_images > 0) {
    copy.images = keep_images (request, message->images, message->n_images);
    copy.n_images = message->n_images;
  }
  g_array_append_val (request->messages, copy);
}

GstVowelChatRequest *
gst_vowel_chat_request_copy_without_messages (
    const GstVowelChatRequest *request)
{
  GstVowelChatRequest *copy =
      gst_vowel_chat_request_new (request->response_id, request->generation);

  for (guint i = 0; i < request->tools->len; i++) {
    const GstVowelChatTool *tool =
        &g_array_index (request->tools, GstVowelChatTool, i);

    gst_vowel_chat_request_add_tool (
        copy, tool->name, tool->description, tool->parameters);
  }
  gst_vowel_chat_request_set_tool_choice (copy, request->tool_choice);
  copy->parallel_tool_calls = request->parallel_tool_calls;
  copy->max_tokens = request->max_tokens;
  copy->temperature = request->temperature;
  copy->spoken = request->spoken;
  return copy;
}

GstVowelChatRequest *
gst_vowel_chat_request_copy (const GstVowelChatRequest *request)
{
  GstVowelChatRequest *copy =
      gst_vowel_chat_request_copy_without_messages (request);

  for (guint i = 0; i < request->messages->len; i++)
    gst_vowel_chat_request_append (
        copy, &g_array_index (request->messages, GstVowelChatMessage, i));
  return copy;
}

static void
append_without_images (
    GstVowelChatRequest *request, const GstVowelChatMessage *message)
{
  g_autoptr (GString) text = g_string_new (message->text);
  GstVowelChatMessage copy = *message;

  for (guint i = 0; i < message->n_images; i++)
    g_string_append (text, text->len > 0 ? " " UNSEEN : UNSEEN);
  if (message->n_images > 0)
    copy.text = text->str;
  copy.n_images = 0;
  gst_vowel_chat_request_append (request, &copy);
}

gboolean
gst_vowel_chat_request_has_images (const GstVowelChatRequest *request)
{
  return request->images->len > 0;
}

GstVowelChatRequest *
gst_vowel_chat_request_get_without_images (GstVowelChatRequest *request)
{
  if (request->without_images != NULL)
    return request->without_images;
  request->without_images =
      gst_vowel_chat_request_copy_without_messages (request);
  for (guint i = 0; i < request->messages->len; i++)
    append_without_images (request->without_images,
        &g_array_index (request->messages, GstVowelChatMessage, i));
  return request->without_images;
}

/**
 * gst_vowel_chat_request_add_message:
 * @request: a request under construction
 * @role: system, user or assistant
 * @text: the words
 */
void
gst_vowel_chat_request_add_message (
    GstVowelChatRequest *request, GstVowelChatRole role, const gchar *text)
{
  g_return_if_fail (request != NULL);
  g_return_if_fail (text != NULL);
  g_return_if_fail (
      role != GST_VOWEL_CHAT_TOOL_CALL && role != GST_VOWEL_CHAT_TOOL_RESULT);

  gst_vowel_chat_request_append (
      request, &(GstVowelChatMessage){.role = role, .text = text});
}

/**
 * gst_vowel_chat_request_add_images:
 * @request: a request under construction, whose newest message is the user's
 * @images: (array length=n_images): what the user shows with it
 * @n_images: how many, at least 1
 *
 * Once for a message. A model that takes no images is told that there were some
 * (see #GstVowelLlm:images).
 */
void
gst_vowel_chat_request_add_images (GstVowelChatRequest *request,
    const GstVowelChatImage *images, guint n_images)
{
  GstVowelChatMessage *message;

  g_return_if_fail (request != NULL);
  g_return_if_fail (images != NULL && n_images > 0);
  g_return_if_fail (request->messages->len > 0);

  message = &g_array_index (
      request->messages, GstVowelChatMessage, request->messages->len - 1);
  g_return_if_fail (
      message->role == GST_VOWEL_CHAT_USER && message->n_images == 0);

  message->images = keep_images (request, images, n_images);
  message->n_images = n_images;
}

/**
 * gst_vowel_chat_request_add_tool_call:
 * @request: a request under construction
 * @call_id: the call's id
 * @name: the tool
 * @arguments: JSON text
 *
 * Adds a call that the model made earlier.
 */
void
gst_vowel_chat_request_add_tool_call (GstVowelChatRequest *request,
    const gchar *call_id, const gchar *name, const gchar *arguments)
{
  g_return_if_fail (request != NULL);
  g_return_if_fail (call_id != NULL);
  g_return_if_fail (name != NULL);

  gst_vowel_chat_request_append (
      request, &(GstVowelChatMessage){.role = GST_VOWEL_CHAT_TOOL_CALL,
                   .call_id = call_id,
                   .name = name,
                   .arguments = arguments != NULL ? arguments : "{}"});
}

/**
 * gst_vowel_chat_request_add_tool_result:
 * @request: a request under construction
 * @call_id: the call that it answers
 * @output: what the tool said
 *
 * The tool's name is filled in when the call has been added before.
 */
void
gst_vowel_chat_request_add_tool_result (
    GstVowelChatRequest *request, const gchar *call_id, const gchar *output)
{
  const gchar *name = NULL;

  g_return_if_fail (request != NULL);
  g_return_if_fail (call_id != NULL);
  g_return_if_fail (output != NULL);

  for (guint i = request->messages->len; i-- > 0 && name == NULL;) {
    const GstVowelChatMessage *m =
        &g_array_index (request->messages, GstVowelChatMessage, i);

    if (m->role == GST_VOWEL_CHAT_TOOL_CALL
        && g_str_equal (m->call_id, call_id))
      name = m->name;
  }
  gst_vowel_chat_request_append (
      request, &(GstVowelChatMessage){.role = GST_VOWEL_CHAT_TOOL_RESULT,
                   .text = output,
                   .call_id = call_id,
                   .name = name});
}

/**
 * gst_vowel_chat_request_add_tool:
 * @request: a request under construction
 * @name: function name
 * @description: (nullable): what it does
 * @parameters: (nullable): JSON Schema of its arguments, as text
 */
void
gst_vowel_chat_request_add_tool (GstVowelChatRequest *request,
    const gchar *name, const gchar *description, const gchar *parameters)
{
  GstVowelChatTool tool;

  g_return_if_fail (request != NULL);
  g_return_if_fail (name != NULL);

  tool.name = gst_vowel_chat_request_keep (request, name);
  tool.description = gst_vowel_chat_request_keep (request, description);
  tool.parameters = gst_vowel_chat_request_keep (request, parameters);
  g_array_append_val (request->tools, tool);
}

/**
 * gst_vowel_chat_request_set_tool_choice:
 * @request: a request under construction
 * @choice: "auto", "none", "required", or "function:" and a tool's name
 */
void
gst_vowel_chat_request_set_tool_choice (
    GstVowelChatRequest *request, const gchar *choice)
{
  g_return_if_fail (request != NULL);
  g_return_if_fail (choice != NULL);

  request->tool_choice = gst_vowel_chat_request_keep (request, choice);
}

/**
 * gst_vowel_chat_request_set_parallel_tool_calls:
 * @request: a request under construction
 * @parallel: whether one response may hold several calls
 */
void
gst_vowel_chat_request_set_parallel_tool_calls (
    GstVowelChatRequest *request, gboolean parallel)
{
  g_return_if_fail (request != NULL);

  request->parallel_tool_calls = parallel;
}

/**
 * gst_vowel_chat_request_set_max_tokens:
 * @request: a request under construction
 * @max_tokens: most tokens to generate; 0 for no limit
 */
void
gst_vowel_chat_request_set_max_tokens (
    GstVowelChatRequest *request, guint max_tokens)
{
  g_return_if_fail (request != NULL);

  request->max_tokens = max_tokens;
}

/**
 * gst_vowel_chat_request_set_temperature:
 * @request: a request under construction
 * @temperature: 0 to 2; negative for the provider's default
 */
void
gst_vowel_chat_request_set_temperature (
    GstVowelChatRequest *request, gdouble temperature)
{
  g_return_if_fail (request != NULL);

  request->temperature = temperature;
}

/**
 * gst_vowel_chat_request_set_spoken:
 * @request: a request under construction
 * @spoken: whether the text goes on downstream
 */
void
gst_vowel_chat_request_set_spoken (
    GstVowelChatRequest *request, gboolean spoken)
{
  g_return_if_fail (request != NULL);

  request->spoken = spoken;
}

/**
 * gst_vowel_chat_request_get_response_id:
 * @request: a request
 *
 * Returns: the response's id
 */
const gchar *
gst_vowel_chat_request_get_response_id (const GstVowelChatRequest *request)
{
  g_return_val_if_fail (request != NULL, NULL);

  return request->response_id;
}

/**
 * gst_vowel_chat_request_get_generation:
 * @request: a request
 *
 * Returns: the response's generation
 */
guint64
gst_vowel_chat_request_get_generation (const GstVowelChatRequest *request)
{
  g_return_val_if_fail (request != NULL, 0);

  return request->generation;
}

/**
 * gst_vowel_chat_request_get_n_messages:
 * @request: a request
 *
 * Returns: how many messages there are
 */
guint
gst_vowel_chat_request_get_n_messages (const GstVowelChatRequest *request)
{
  g_return_val_if_fail (request != NULL, 0);

  return request->messages->len;
}

/**
 * gst_vowel_chat_request_get_message:
 * @request: a request
 * @index: from 0, oldest first
 *
 * Returns: (transfer none): the message; it lives as long as @request
 */
const GstVowelChatMessage *
gst_vowel_chat_request_get_message (
    const GstVowelChatRequest *request, guint index)
{
  g_return_val_if_fail (request != NULL, NULL);
  g_return_val_if_fail (index < request->messages->len, NULL);

  return &g_array_index (request->messages, GstVowelChatMessage, index);
}

/**
 * gst_vowel_chat_request_get_n_tools:
 * @request: a request
 *
 * Returns: how many tools the model may call
 */
guint
gst_vowel_chat_request_get_n_tools (const GstVowelChatRequest *request)
{
  g_return_val_if_fail (request != NULL, 0);

  return request->tools->len;
}

/**
 * gst_vowel_chat_request_get_tool:
 * @request: a request
 * @index: from 0
 *
 * Returns: (transfer none): the tool; it lives as long as @request
 */
const GstVowelChatTool *
gst_vowel_chat_request_get_tool (
    const GstVowelChatRequest *request, guint index)
{
  g_return_val_if_fail (request != NULL, NULL);
  g_return_val_if_fail (index < request->tools->len, NULL);

  return &g_array_index (request->tools, GstVowelChatTool, index);
}

/**
 * gst_vowel_chat_request_get_tool_choice:
 * @request: a request
 *
 * Returns: "auto", "none", "required", or "function:" and a tool's name
 */
const gchar *
gst_vowel_chat_request_get_tool_choice (const GstVowelChatRequest *request)
{
  g_return_val_if_fail (request != NULL, NULL);

  return request->tool_choice;
}

/**
 * gst_vowel_chat_request_get_parallel_tool_calls:
 * @request: a request
 *
 * Returns: whether one response may hold several calls
 */
gboolean
gst_vowel_chat_request_get_parallel_tool_calls (
    const GstVowelChatRequest *request)
{
  g_return_val_if_fail (request != NULL, TRUE);

  return request->parallel_tool_calls;
}

/**
 * gst_vowel_chat_request_get_max_tokens:
 * @request: a request
 *
 * Returns: most tokens to generate; 0 for no limit
 */
guint
gst_vowel_chat_request_get_max_tokens (const GstVowelChatRequest *request)
{
  g_return_val_if_fail (request != NULL, 0);

  return request->max_tokens;
}

/**
 * gst_vowel_chat_request_get_temperature:
 * @request: a request
 *
 * Returns: the temperature; negative for the provider's default
 */
gdouble
gst_vowel_chat_request_get_temperature (const GstVowelChatRequest *request)
{
  g_return_val_if_fail (request != NULL, -1.0);

  return request->temperature;
}

/**
 * gst_vowel_chat_request_get_spoken:
 * @request: a request
 *
 * Returns: whether the text goes on downstream
 */
gboolean
gst_vowel_chat_request_get_spoken (const GstVowelChatRequest *request)
{
  g_return_val_if_fail (request != NULL, FALSE);

  return request->spoken;
}

guint
gst_vowel_chat_estimate_tokens (gsize characters)
{
  return (characters + CHARACTERS_PER_TOKEN - 1) / CHARACTERS_PER_TOKEN;
}

static gsize
count (const gchar *text)
{
  return text != NULL ? (gsize) g_utf8_strlen (text, -1) : 0;
}

guint
gst_vowel_chat_request_estimate_tokens (const GstVowelChatRequest *request)
{
  gsize n = 0;
  guint n_images = 0;

  for (guint i = 0; i < request->messages->len; i++) {
    const GstVowelChatMessage *m =
        &g_array_index (request->messages, GstVowelChatMessage, i);

    n_images += m->n_images;
    n += count (m->text) + count (m->name) + count (m->arguments);
  }
  for (guint i = 0; i < request->tools->len; i++) {
    const GstVowelChatTool *t =
        &g_array_index (request->tools, GstVowelChatTool, i);

    n += count (t->name) + count (t->description) + count (t->parameters);
  }
  return gst_vowel_chat_estimate_tokens (n) + n_images * IMAGE_TOKENS;
}
