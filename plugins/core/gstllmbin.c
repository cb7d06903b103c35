/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-llmbin
 * @title: llmbin
 * @short_description: A language model by any provider
 *
 * Answers text with the provider that the property
 * #GstVowelProviderBin:provider names. Alone in a pipeline it keeps the
 * conversation itself; an application that does so calls the action
 * #GstLlmBin::generate instead.
 *
 * Tool calls leave as `vowel-tool-call` messages; the action
 * #GstLlmBin::tool-result brings the answer back.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 -m autoaudiosrc ! audioconvert ! audioresample ! vad ! sttsink
 * name=stt  stt.transcript ! llmbin ! tts.text  ttssrc name=tts ! audioconvert
 * ! autoaudiosink
 * ]|
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "forward.h"
#include "gstllmbin.h"

enum {
  PROP_0,
  PROP_FORWARDED,
};

enum {
  SIGNAL_GENERATE,
  SIGNAL_CANCEL,
  SIGNAL_TOOL_RESULT,
  SIGNAL_ADD_TOOL,
  SIGNAL_RESET,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static const gchar *const forwarded[] = {"model", "instructions", "temperature",
    "max-tokens", "first-token-timeout", "stall-timeout", "retries",
    "failure-limit", "cool-down", "history", "speak-tool", NULL};

typedef struct {
  gchar *name;
  gchar *description;
  gchar *parameters;
} Tool;

struct _GstLlmBin {
  GstVowelProviderBin parent;

  GstPad *sinkpad; /* constant */
  GstPad *srcpad;  /* constant */

  /* Protected by the object lock. */
  GPtrArray *tools; /* of Tool: for a provider that is made later */
};

G_DEFINE_FINAL_TYPE (GstLlmBin, gst_llm_bin, GST_TYPE_VOWEL_PROVIDER_BIN)
GST_ELEMENT_REGISTER_DEFINE (llmbin, "llmbin", GST_RANK_NONE, GST_TYPE_LLM_BIN)

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("text/x-raw, format=utf8"));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("text/x-raw, format=utf8"));

static void
tool_free (Tool *tool)
{
  g_free (tool->name);
  g_free (tool->description);
  g_free (tool->parameters);
  g_free (tool);
}

static gboolean
gst_llm_bin_provider_added (GstVowelProviderBin *bin, GstElement *provider)
{
  GstLlmBin *self = GST_LLM_BIN (bin);

  for (guint i = 0; i < self->tools->len; i++) {
    Tool *tool = g_ptr_array_index (self->tools, i);

    g_signal_emit_by_name (
        provider, "add-tool", tool->name, tool->description, tool->parameters);
  }
  return vowel_core_retarget (self->sinkpad, provider, "sink")
         && vowel_core_retarget (self->srcpad, provider, "src");
}

static void
gst_llm_bin_provider_removed (GstVowelProviderBin *bin, GstElement *provider)
{
  GstLlmBin *self = GST_LLM_BIN (bin);

  gst_ghost_pad_set_target (GST_GHOST_PAD_CAST (self->sinkpad), NULL);
  gst_ghost_pad_set_target (GST_GHOST_PAD_CAST (self->srcpad), NULL);
}

/* (transfer full) (nullable): without making one */
static GstElement *
peek_provider (GstLlmBin *self)
{
  return gst_bin_get_by_name (GST_BIN_CAST (self), "provider");
}

static GstElement *
running_provider (GstLlmBin *self, const gchar *action)
{
  GstElement *provider = peek_provider (self);

  if (provider == NULL)
    GST_WARNING_OBJECT (
        self, "action \"%s\" needs an element that is READY at least", action);
  return provider;
}

static void
gst_llm_bin_generate (GstLlmBin *self, GstVowelChatRequest *request)
{
  g_autoptr (GstElement) provider = running_provider (self, "generate");

  if (provider != NULL)
    g_signal_emit_by_name (provider, "generate", request);
}

static void
gst_llm_bin_cancel (GstLlmBin *self, guint64 generation)
{
  g_autoptr (GstElement) provider = running_provider (self, "cancel");

  if (provider != NULL)
    g_signal_emit_by_name (provider, "cancel", generation);
}

static void
gst_llm_bin_tool_result (
    GstLlmBin *self, const gchar *call_id, const gchar *output)
{
  g_autoptr (GstElement) provider = running_provider (self, "tool-result");

  if (provider != NULL)
    g_signal_emit_by_name (provider, "tool-result", call_id, output);
}

static void
gst_llm_bin_add_tool (GstLlmBin *self, const gchar *name,
    const gchar *description, const gchar *parameters)
{
  g_autoptr (GstElement) provider = peek_provider (self);
  Tool *tool;

  g_return_if_fail (name != NULL);

  tool = g_new0 (Tool, 1);
  tool->name = g_strdup (name);
  tool->description = g_strdup (description);
  tool->parameters = g_strdup (parameters);
  GST_OBJECT_LOCK (self);
  g_ptr_array_add (self->tools, tool);
  GST_OBJECT_UNLOCK (self);
  if (provider != NULL)
    g_signal_emit_by_name (provider, "add-tool", name, description, parameters);
}

static void
gst_llm_bin_reset (GstLlmBin *self)
{
  g_autoptr (GstElement) provider = peek_provider (self);

  if (provider != NULL)
    g_signal_emit_by_name (provider, "reset");
}

static void
gst_llm_bin_finalize (GObject *object)
{
  g_ptr_array_unref (GST_LLM_BIN (object)->tools);
  G_OBJECT_CLASS (gst_llm_bin_parent_class)->finalize (object);
}

static void
install_actions (GType type)
{
  const GSignalFlags flags = G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION;

  /**
   * GstLlmBin::generate:
   * @self: the element
   * @request: a #GstVowelChatRequest
   *
   * Begins a response for an application that keeps the conversation itself.
   * Any thread; READY at least.
   */
  signals[SIGNAL_GENERATE] = g_signal_new_class_handler ("generate", type,
      flags, G_CALLBACK (gst_llm_bin_generate), NULL, NULL, NULL, G_TYPE_NONE,
      1, GST_TYPE_VOWEL_CHAT_REQUEST);
  /**
   * GstLlmBin::cancel:
   * @self: the element
   * @generation: which responses; 0 for all
   *
   * Ends responses; flushes downstream when one of them was being spoken.
   */
  signals[SIGNAL_CANCEL] = g_signal_new_class_handler ("cancel", type, flags,
      G_CALLBACK (gst_llm_bin_cancel), NULL, NULL, NULL, G_TYPE_NONE, 1,
      G_TYPE_UINT64);
  /**
   * GstLlmBin::tool-result:
   * @self: the element
   * @call_id: the call that is answered
   * @output: what the tool says
   *
   * Answers a `vowel-tool-call` message.
   */
  signals[SIGNAL_TOOL_RESULT] = g_signal_new_class_handler ("tool-result", type,
      flags, G_CALLBACK (gst_llm_bin_tool_result), NULL, NULL, NULL,
      G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  /**
   * GstLlmBin::add-tool:
   * @self: the element
   * @name: function name
   * @description: (nullable): what it does, for the model
   * @parameters: (nullable): JSON Schema of its arguments, as text
   *
   * Tells the model of a tool. Any state; tools survive a change of provider.
   */
  signals[SIGNAL_ADD_TOOL] = g_signal_new_class_handler ("add-tool", type,
      flags, G_CALLBACK (gst_llm_bin_add_tool), NULL, NULL, NULL, G_TYPE_NONE,
      3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  /**
   * GstLlmBin::reset:
   * @self: the element
   *
   * Forgets the conversation; tools and instructions stay.
   */
  signals[SIGNAL_RESET] = g_signal_new_class_handler ("reset", type, flags,
      G_CALLBACK (gst_llm_bin_reset), NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
gst_llm_bin_class_init (GstLlmBinClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstVowelProviderBinClass *bin_class = GST_VOWEL_PROVIDER_BIN_CLASS (klass);

  object_class->finalize = gst_llm_bin_finalize;
  object_class->set_property = vowel_core_set_forwarded;
  object_class->get_property = vowel_core_get_forwarded;
  bin_class->kind = GST_VOWEL_PROVIDER_LLM;
  bin_class->provider_added = gst_llm_bin_provider_added;
  bin_class->provider_removed = gst_llm_bin_provider_removed;

  vowel_core_forward_properties (
      object_class, PROP_FORWARDED, GST_TYPE_VOWEL_LLM, forwarded);
  install_actions (G_TYPE_FROM_CLASS (klass));
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Language model",
      "Filter/Text", "Answers text with a provider of your choice",
      "The vowel-gst authors");
}

static void
gst_llm_bin_init (GstLlmBin *self)
{
  g_autoptr (GstPadTemplate) sink =
      gst_static_pad_template_get (&sink_template);
  g_autoptr (GstPadTemplate) src = gst_static_pad_template_get (&src_template);

  self->tools = g_ptr_array_new_with_free_func ((GDestroyNotify) tool_free);
  gst_bin_set_suppressed_flags (
      GST_BIN_CAST (self), GST_ELEMENT_FLAG_SOURCE | GST_ELEMENT_FLAG_SINK);
  self->sinkpad = gst_ghost_pad_new_no_target_from_template ("sink", sink);
  gst_element_add_pad (GST_ELEMENT_CAST (self), self->sinkpad);
  self->srcpad = gst_ghost_pad_new_no_target_from_template ("src", src);
  gst_element_add_pad (GST_ELEMENT_CAST (self), self->srcpad);
}
