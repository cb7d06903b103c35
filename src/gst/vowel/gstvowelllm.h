/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvowelchat.h>
#include <gst/vowel/gstvowelproviderelement.h>

G_BEGIN_DECLS

/**
 * GstVowelLlmImages:
 * @GST_VOWEL_LLM_IMAGES_AUTO: if the model is known to take them
 * @GST_VOWEL_LLM_IMAGES_ON: always, as far as the element can
 * @GST_VOWEL_LLM_IMAGES_OFF: never
 *
 * Whether a model is shown the images of a conversation.
 */
typedef enum {
  GST_VOWEL_LLM_IMAGES_AUTO,
  GST_VOWEL_LLM_IMAGES_ON,
  GST_VOWEL_LLM_IMAGES_OFF,
} GstVowelLlmImages;

#define GST_TYPE_VOWEL_LLM_IMAGES (gst_vowel_llm_images_get_type ())
GST_VOWEL_API GType gst_vowel_llm_images_get_type (void);

/**
 * GstVowelLlm:
 *
 * Base class of language model providers. Pads `sink` and `src` (text/x-raw,
 * utf8) are the base's; the class calls gst_vowel_provider_class_set_name().
 *
 * Two ways in. Alone in a pipeline, each text buffer is something the user
 * said: the base keeps the conversation, builds the request, and continues by
 * itself once the "tool-result" action has answered all calls. An application
 * that keeps the conversation itself calls the "generate" action with a
 * #GstVowelChatRequest instead, as often and as parallel as it likes.
 *
 * Out come messages (text, tool calls, generated, failure) and, for spoken
 * requests, text buffers followed by a response-end event on `src`.
 *
 * A flush on `sink` cancels what is spoken, and so does the "cancel" action
 * with its generation (0 = all); what a provider delivers after that is
 * dropped. When the cancelled response was the last to be spoken, the action
 * also flushes downstream, even after the model has finished: the answer may
 * still be heard. When a provider fails before its first output and the error
 * is retryable, the base tries again.
 */
#define GST_TYPE_VOWEL_LLM (gst_vowel_llm_get_type ())
GST_VOWEL_API
G_DECLARE_DERIVABLE_TYPE (
    GstVowelLlm, gst_vowel_llm, GST_VOWEL, LLM, GstVowelProviderElement)

/**
 * GstVowelLlmClass:
 * @start: (nullable): NULL to READY; posts an error before it returns %FALSE
 * @stop: (nullable): READY to NULL; all requests have been cancelled
 * @generate: begin; return at once and push from the worker. On %FALSE the
 *   request has failed with @error
 * @cancel: abort upstream work; nothing may be pushed for it any more
 * @takes_images: (nullable): whether the model that is set is known to take
 *   images; %NULL: the element cannot pass them on. Without, requests have
 *   words in their place
 *
 * All run on the worker.
 */
struct _GstVowelLlmClass {
  GstVowelProviderElementClass parent_class;

  gboolean (*start) (GstVowelLlm *llm);
  void (*stop) (GstVowelLlm *llm);
  gboolean (*generate) (
      GstVowelLlm *llm, GstVowelChatRequest *request, GError **error);
  void (*cancel) (GstVowelLlm *llm, GstVowelChatRequest *request);
  gboolean (*takes_images) (GstVowelLlm *llm);

  gpointer _gst_reserved[GST_PADDING];
};

GST_VOWEL_API GstVowelWorker *gst_vowel_llm_get_worker (GstVowelLlm *llm);

/* For providers, on the worker.  Each returns FALSE when the request is no
 * longer live: then stop. */
GST_VOWEL_API gboolean gst_vowel_llm_push_text (
    GstVowelLlm *llm, GstVowelChatRequest *request, const gchar *delta);
/* Something has come that is not part of the answer. */
GST_VOWEL_API void gst_vowel_llm_keep_alive (
    GstVowelLlm *llm, GstVowelChatRequest *request);
/* @call_id NULL: the base makes one and returns it (owned by the request). */
GST_VOWEL_API const gchar *gst_vowel_llm_begin_tool_call (GstVowelLlm *llm,
    GstVowelChatRequest *request, const gchar *call_id, const gchar *name);
GST_VOWEL_API gboolean gst_vowel_llm_push_tool_arguments (GstVowelLlm *llm,
    GstVowelChatRequest *request, const gchar *call_id, const gchar *delta);
GST_VOWEL_API gboolean gst_vowel_llm_end_tool_call (
    GstVowelLlm *llm, GstVowelChatRequest *request, const gchar *call_id);
/* @usage NULL: estimated from the text. */
GST_VOWEL_API void gst_vowel_llm_finish (GstVowelLlm *llm,
    GstVowelChatRequest *request, GstVowelFinishReason reason,
    const GstVowelUsage *usage);
GST_VOWEL_API void gst_vowel_llm_fail (GstVowelLlm *llm,
    GstVowelChatRequest *request, guint http_status, gint retry_after_ms,
    const GError *error);

G_END_DECLS
