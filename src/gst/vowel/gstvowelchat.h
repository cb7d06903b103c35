/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel-prelude.h>

G_BEGIN_DECLS

/**
 * GstVowelChatRole:
 *
 * Who speaks in a #GstVowelChatMessage.
 */
typedef enum {
  GST_VOWEL_CHAT_SYSTEM,
  GST_VOWEL_CHAT_USER,
  GST_VOWEL_CHAT_ASSISTANT,
  GST_VOWEL_CHAT_TOOL_CALL,
  GST_VOWEL_CHAT_TOOL_RESULT,
} GstVowelChatRole;

/**
 * GstVowelChatImage:
 * @url: where it is: a `data:` URI, or an `https:` one that the provider's
 *   server fetches
 * @detail: (nullable): how closely the model looks: "auto", "low" or "high"
 *
 * Something that the user shows.
 */
typedef struct {
  const gchar *url;
  const gchar *detail;
} GstVowelChatImage;

/**
 * GstVowelChatMessage:
 * @role: who speaks
 * @text: the words; for a tool result its output; %NULL for a tool call
 * @call_id: (nullable): for tool calls and results
 * @name: (nullable): the tool's name, for calls (and for results when known)
 * @arguments: (nullable): JSON text, for calls
 * @images: (nullable) (array length=n_images): what the user shows with the
 *   words, which may be empty then
 * @n_images: how many; 0 in what an element is given that takes none
 */
typedef struct {
  GstVowelChatRole role;
  const gchar *text;
  const gchar *call_id;
  const gchar *name;
  const gchar *arguments;
  const GstVowelChatImage *images;
  guint n_images;
} GstVowelChatMessage;

/**
 * GstVowelChatTool:
 * @name: function name
 * @description: (nullable): what it does, for the model
 * @parameters: (nullable): its JSON Schema as text
 */
typedef struct {
  const gchar *name;
  const gchar *description;
  const gchar *parameters;
} GstVowelChatTool;

/**
 * GstVowelUsage:
 * @input_tokens: tokens of the prompt
 * @output_tokens: tokens generated
 * @cached_tokens: part of @input_tokens that came from a cache
 * @estimated: %TRUE when the provider gave no counts and ours are a guess
 */
typedef struct {
  guint input_tokens;
  guint output_tokens;
  guint cached_tokens;
  gboolean estimated;
} GstVowelUsage;

/**
 * GstVowelFinishReason:
 * @GST_VOWEL_FINISH_STOP: the model was done
 * @GST_VOWEL_FINISH_TOOL_CALLS: the model waits for tool results
 * @GST_VOWEL_FINISH_LENGTH: the token limit was reached
 * @GST_VOWEL_FINISH_CONTENT_FILTER: the provider withheld the rest
 */
typedef enum {
  GST_VOWEL_FINISH_STOP,
  GST_VOWEL_FINISH_TOOL_CALLS,
  GST_VOWEL_FINISH_LENGTH,
  GST_VOWEL_FINISH_CONTENT_FILTER,
} GstVowelFinishReason;

#define GST_TYPE_VOWEL_FINISH_REASON (gst_vowel_finish_reason_get_type ())
GST_VOWEL_API GType gst_vowel_finish_reason_get_type (void);

/**
 * GstVowelChatRequest:
 *
 * Everything a language model needs for one response: the conversation so
 * far, the tools, the limits. Reference counted; immutable once it has been
 * handed to an element.
 */
typedef struct _GstVowelChatRequest GstVowelChatRequest;
#define GST_TYPE_VOWEL_CHAT_REQUEST (gst_vowel_chat_request_get_type ())
GST_VOWEL_API GType gst_vowel_chat_request_get_type (void);

GST_VOWEL_API GstVowelChatRequest *gst_vowel_chat_request_new (
    const gchar *response_id, guint64 generation);
GST_VOWEL_API GstVowelChatRequest *gst_vowel_chat_request_ref (
    GstVowelChatRequest *request);
GST_VOWEL_API void gst_vowel_chat_request_unref (GstVowelChatRequest *request);

/* Building */
GST_VOWEL_API void gst_vowel_chat_request_add_message (
    GstVowelChatRequest *request, GstVowelChatRole role, const gchar *text);
GST_VOWEL_API void gst_vowel_chat_request_add_images (
    GstVowelChatRequest *request, const GstVowelChatImage *images,
    guint n_images);
GST_VOWEL_API void gst_vowel_chat_request_add_tool_call (
    GstVowelChatRequest *request, const gchar *call_id, const gchar *name,
    const gchar *arguments);
GST_VOWEL_API void gst_vowel_chat_request_add_tool_result (
    GstVowelChatRequest *request, const gchar *call_id, const gchar *output);
GST_VOWEL_API void gst_vowel_chat_request_add_tool (
    GstVowelChatRequest *request, const gchar *name, const gchar *description,
    const gchar *parameters);
/* "auto", "none", "required" or the name of a tool prefixed with "function:" */
GST_VOWEL_API void gst_vowel_chat_request_set_tool_choice (
    GstVowelChatRequest *request, const gchar *choice);
/* Whether one response may hold several calls (default TRUE). */
GST_VOWEL_API void gst_vowel_chat_request_set_parallel_tool_calls (
    GstVowelChatRequest *request, gboolean parallel);
GST_VOWEL_API void gst_vowel_chat_request_set_max_tokens (
    GstVowelChatRequest *request, guint max_tokens);
GST_VOWEL_API void gst_vowel_chat_request_set_temperature (
    GstVowelChatRequest *request, gdouble temperature);
/* Whether the text goes on downstream to be spoken (default TRUE); the
 * messages are posted either way. */
GST_VOWEL_API void gst_vowel_chat_request_set_spoken (
    GstVowelChatRequest *request, gboolean spoken);

/* Reading */
GST_VOWEL_API const gchar *gst_vowel_chat_request_get_response_id (
    const GstVowelChatRequest *request);
GST_VOWEL_API guint64 gst_vowel_chat_request_get_generation (
    const GstVowelChatRequest *request);
GST_VOWEL_API guint gst_vowel_chat_request_get_n_messages (
    const GstVowelChatRequest *request);
GST_VOWEL_API const GstVowelChatMessage *gst_vowel_chat_request_get_message (
    const GstVowelChatRequest *request, guint index);
GST_VOWEL_API guint gst_vowel_chat_request_get_n_tools (
    const GstVowelChatRequest *request);
GST_VOWEL_API const GstVowelChatTool *gst_vowel_chat_request_get_tool (
    const GstVowelChatRequest *request, guint index);
GST_VOWEL_API const gchar *gst_vowel_chat_request_get_tool_choice (
    const GstVowelChatRequest *request);
GST_VOWEL_API gboolean gst_vowel_chat_request_get_parallel_tool_calls (
    const GstVowelChatRequest *request);
/* 0: no limit */
GST_VOWEL_API guint gst_vowel_chat_request_get_max_tokens (
    const GstVowelChatRequest *request);
/* negative: the provider's default */
GST_VOWEL_API gdouble gst_vowel_chat_request_get_temperature (
    const GstVowelChatRequest *request);
GST_VOWEL_API gboolean gst_vowel_chat_request_get_spoken (
    const GstVowelChatRequest *request);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (
    GstVowelChatRequest, gst_vowel_chat_request_unref)

G_END_DECLS
