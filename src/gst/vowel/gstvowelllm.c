/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvowelllm
 * @title: GstVowelLlm
 * @short_description: Base class of language model providers
 *
 * This file has the element: pads, properties, and the conversation of an
 * element that stands alone in its pipeline. The actions and what becomes of
 * one request are in the files beside it.
 *
 * Alone, responses are called `resp_1`, `resp_2`, … and that number is their
 * generation. What the user says while a response is running, or while a tool
 * has not answered, is answered after it; a flush (barge-in) ends both.
 */

#include "config.h"

#include "gstvowelfield.h"
#include "gstvowelllm-priv.h"

GST_DEBUG_CATEGORY (gst_vowel_llm_debug);
#define GST_CAT_DEFAULT gst_vowel_llm_debug

#define DEFAULT_TEMPERATURE -1.0
#define DEFAULT_MAX_TOKENS 0
#define DEFAULT_FIRST_TOKEN_TIMEOUT (10 * GST_SECOND)
#define DEFAULT_STALL_TIMEOUT (10 * GST_SECOND)
#define DEFAULT_HISTORY 100

/* Bytes of text that wait for the worker. */
#define MAX_QUEUED (64 * 1024)

enum {
  PROP_0,
  PROP_MODEL,
  PROP_INSTRUCTIONS,
  PROP_TEMPERATURE,
  PROP_MAX_TOKENS,
  PROP_FIRST_TOKEN_TIMEOUT,
  PROP_STALL_TIMEOUT,
  PROP_HISTORY,
  PROP_IMAGES,
  PROP_SPEAK_TOOL,
};

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (GstVowelLlm, gst_vowel_llm,
    GST_TYPE_VOWEL_PROVIDER_ELEMENT,
    G_ADD_PRIVATE (GstVowelLlm) GST_DEBUG_CATEGORY_INIT (gst_vowel_llm_debug,
        "vowelllm", 0, "vowel-gst language model base class"))

G_DEFINE_ENUM_TYPE (GstVowelLlmImages, gst_vowel_llm_images,
    G_DEFINE_ENUM_VALUE (GST_VOWEL_LLM_IMAGES_AUTO, "auto"),
    G_DEFINE_ENUM_VALUE (GST_VOWEL_LLM_IMAGES_ON, "on"),
    G_DEFINE_ENUM_VALUE (GST_VOWEL_LLM_IMAGES_OFF, "off"))

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("text/x-raw, format=utf8"));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("text/x-raw, format=utf8"));

GstVowelLlmPrivate *
gst_vowel_llm_get_private (GstVowelLlm *self)
{
  return gst_vowel_llm_get_instance_private (self);
}

#define PRIV(self) gst_vowel_llm_get_private (self)

/* --- the conversation; all on the worker --- */

static gboolean
has_standalone_run (GstVowelLlmPrivate *priv)
{
  for (guint i = 0; i < priv->runs->len; i++) {
    if (gst_vowel_llm_run_is_standalone (g_ptr_array_index (priv->runs, i)))
      return TRUE;
  }
  return FALSE;
}

void
gst_vowel_llm_respond (GstVowelLlm *self)
{
  GstVowelLlmPrivate *priv = PRIV (self);
  g_autofree gchar *id = NULL;
  g_autoptr (GstVowelChatRequest) request = NULL;

  if (has_standalone_run (priv)
      || gst_vowel_conversation_is_waiting (priv->conversation)) {
    priv->turn_pending = TRUE;
    return;
  }
  priv->turn_pending = FALSE;
  priv->generation++;
  id = g_strdup_printf ("resp_%" G_GUINT64_FORMAT, priv->generation);
  request = gst_vowel_conversation_make_request (
      priv->conversation, id, priv->generation);
  GST_OBJECT_LOCK (self);
  gst_vowel_chat_request_set_temperature (request, priv->temperature);
  gst_vowel_chat_request_set_max_tokens (request, priv->max_tokens);
  GST_OBJECT_UNLOCK (self);
  gst_vowel_llm_run_start (self, request, TRUE);
}

void
gst_vowel_llm_run_ended (GstVowelLlm *self)
{
  GstVowelLlmPrivate *priv = PRIV (self);

  if (priv->turn_pending) {
    gst_vowel_llm_respond (self);
    return;
  }
  if (priv->runs->len == 0
      && !gst_vowel_conversation_is_waiting (priv->conversation))
    gst_vowel_provider_element_finish_eos (GST_VOWEL_PROVIDER_ELEMENT (self));
}

void
gst_vowel_llm_cancel_runs (
    GstVowelLlm *self, guint64 generation, gboolean spoken_only)
{
  GstVowelLlmPrivate *priv = PRIV (self);

  /* From the end, again after each: a provider may finish others meanwhile. */
  for (guint i = priv->runs->len; i-- > 0;) {
    GstVowelLlmRun *run;
    GstVowelChatRequest *request;

    if (i >= priv->runs->len)
      continue;
    run = g_ptr_array_index (priv->runs, i);
    request = gst_vowel_llm_run_get_request (run);
    if (generation != 0
        && gst_vowel_chat_request_get_generation (request) != generation)
      continue;
    if (spoken_only && !gst_vowel_chat_request_get_spoken (request))
      continue;
    gst_vowel_llm_run_cancel (run);
  }
}

/* A flush: what is being said is over, and so is what it waited for. */
void
gst_vowel_llm_flush (GstVowelProviderElement *element)
{
  GstVowelLlm *self = GST_VOWEL_LLM (element);
  GstVowelLlmPrivate *priv = PRIV (self);

  priv->turn_pending = FALSE;
  gst_vowel_llm_cancel_runs (self, 0, TRUE);
  gst_vowel_conversation_drop_calls (priv->conversation);
}

/* (transfer full) */
static void
handle_text (GstVowelLlm *self, GstBuffer *buffer)
{
  GstVowelLlmPrivate *priv = PRIV (self);
  GstMapInfo map;
  g_autofree gchar *text = NULL;

  if (gst_buffer_map (buffer, &map, GST_MAP_READ)) {
    text = g_utf8_make_valid ((const gchar *) map.data, map.size);
    gst_buffer_unmap (buffer, &map);
  }
  gst_buffer_unref (buffer);
  if (text == NULL || *g_strstrip (text) == '\0')
    return;
  GST_DEBUG_OBJECT (self, "user: %s", text);
  gst_vowel_conversation_add_user (priv->conversation, text);
  gst_vowel_llm_respond (self);
}

static void
gst_vowel_llm_handle_item (
    GstVowelProviderElement *element, GstMiniObject *item)
{
  GstVowelLlm *self = GST_VOWEL_LLM (element);

  if (GST_IS_BUFFER (item)) {
    handle_text (self, GST_BUFFER_CAST (item));
    return;
  }
  if (GST_EVENT_TYPE (item) == GST_EVENT_EOS) {
    gst_event_replace (&ELEMENT_PRIV (self)->eos, GST_EVENT_CAST (item));
    gst_vowel_llm_run_ended (self);
  }
  gst_mini_object_unref (item);
}

static void
gst_vowel_llm_reset (GstVowelProviderElement *element)
{
  gst_vowel_llm_flush (element);
  gst_vowel_llm_cancel_runs (GST_VOWEL_LLM (element), 0, FALSE);
}

/* --- element --- */

static gboolean
gst_vowel_llm_start (GstVowelProviderElement *element)
{
  GstVowelLlmClass *klass = GST_VOWEL_LLM_GET_CLASS (element);

  return klass->start == NULL || klass->start (GST_VOWEL_LLM (element));
}

static void
gst_vowel_llm_stop (GstVowelProviderElement *element)
{
  GstVowelLlm *self = GST_VOWEL_LLM (element);
  GstVowelLlmClass *klass = GST_VOWEL_LLM_GET_CLASS (self);
  GstVowelLlmPrivate *priv = PRIV (self);

  gst_vowel_conversation_reset (priv->conversation);
  priv->generation = 0;
  priv->spoken_generation = 0;
  priv->images_unseen = FALSE;
  if (klass->stop != NULL)
    klass->stop (self);
}

static void
gst_vowel_llm_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstVowelConversation *conversation =
      PRIV (GST_VOWEL_LLM (object))->conversation;

  switch (id) {
    case PROP_INSTRUCTIONS:
      gst_vowel_conversation_set_instructions (
          conversation, g_value_get_string (value));
      break;
    case PROP_HISTORY:
      gst_vowel_conversation_set_limit (conversation, g_value_get_uint (value));
      G_GNUC_FALLTHROUGH;
    default:
      gst_vowel_field_set_property (object, id, value, pspec);
      break;
  }
}

static void
gst_vowel_llm_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstVowelLlmPrivate *priv = PRIV (GST_VOWEL_LLM (object));

  if (id == PROP_INSTRUCTIONS)
    g_value_take_string (
        value, gst_vowel_conversation_dup_instructions (priv->conversation));
  else
    gst_vowel_field_get_property (object, id, value, pspec);
}

static void
gst_vowel_llm_constructed (GObject *object)
{
  g_autoptr (GstCaps) caps = gst_static_pad_template_get_caps (&src_template);

  G_OBJECT_CLASS (gst_vowel_llm_parent_class)->constructed (object);

  gst_vowel_src_pad_set_caps (ELEMENT_PRIV (object)->srcpad, caps);
}

static void
gst_vowel_llm_finalize (GObject *object)
{
  GstVowelLlmPrivate *priv = PRIV (GST_VOWEL_LLM (object));

  g_ptr_array_unref (priv->runs);
  gst_vowel_conversation_free (priv->conversation);
  g_free (priv->model);
  G_OBJECT_CLASS (gst_vowel_llm_parent_class)->finalize (object);
}

#define PARAM_FLAGS                                                            \
  (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING)

static void
install_properties (GObjectClass *object_class)
{
  /**
   * GstVowelLlm:model:
   *
   * The provider's name of the model; unset for the provider's default.
   */
  gst_vowel_field_install (object_class, PROP_MODEL,
      g_param_spec_string ("model", "Model",
          "The provider's name of the model; unset = the provider's default",
          NULL, PARAM_FLAGS),
      G_PRIVATE_OFFSET (GstVowelLlm, model));
  /**
   * GstVowelLlm:instructions:
   *
   * The system prompt of an element that keeps the conversation itself.
   */
  g_object_class_install_property (object_class, PROP_INSTRUCTIONS,
      g_param_spec_string ("instructions", "Instructions",
          "What the assistant is told before the conversation (system prompt), "
          "when the element keeps the conversation itself",
          NULL, PARAM_FLAGS));
  /**
   * GstVowelLlm:temperature:
   *
   * 0 (always the likeliest word) to 2; negative for the provider's default.
   */
  gst_vowel_field_install (object_class, PROP_TEMPERATURE,
      g_param_spec_double ("temperature", "Temperature",
          "0 (always the likeliest word) to 2; negative = the provider's "
          "default",
          -1.0, 2.0, DEFAULT_TEMPERATURE, PARAM_FLAGS),
      G_PRIVATE_OFFSET (GstVowelLlm, temperature));
  /**
   * GstVowelLlm:max-tokens:
   *
   * Longest response, in tokens; 0 for no limit.
   */
  gst_vowel_field_install (object_class, PROP_MAX_TOKENS,
      g_param_spec_uint ("max-tokens", "Most tokens",
          "Longest response, in tokens; 0 = no limit", 0, G_MAXUINT,
          DEFAULT_MAX_TOKENS, PARAM_FLAGS),
      G_PRIVATE_OFFSET (GstVowelLlm, max_tokens));
  /**
   * GstVowelLlm:first-token-timeout:
   *
   * How long a try may take until its first output, in ns; 0 for ever.
   */
  gst_vowel_field_install (object_class, PROP_FIRST_TOKEN_TIMEOUT,
      g_param_spec_uint64 ("first-token-timeout", "First token timeout",
          "How long each try may take until its first output, in ns; 0 = for "
          "ever",
          0, G_MAXINT64, DEFAULT_FIRST_TOKEN_TIMEOUT, PARAM_FLAGS),
      G_PRIVATE_OFFSET (GstVowelLlm, first_token_timeout));
  /**
   * GstVowelLlm:stall-timeout:
   *
   * Longest pause between two outputs of a response, in ns; 0 for ever.
   */
  gst_vowel_field_install (object_class, PROP_STALL_TIMEOUT,
      g_param_spec_uint64 ("stall-timeout", "Stall timeout",
          "Longest pause inside a response, in ns; 0 = for ever", 0, G_MAXINT64,
          DEFAULT_STALL_TIMEOUT, PARAM_FLAGS),
      G_PRIVATE_OFFSET (GstVowelLlm, stall_timeout));
  /**
   * GstVowelLlm:history:
   *
   * How many messages of the conversation are kept and sent, by an element that
   * keeps the conversation itself; 0 for all.
   */
  gst_vowel_field_install (object_class, PROP_HISTORY,
      g_param_spec_uint ("history", "History",
          "How many messages of the conversation are remembered, when the "
          "element keeps it itself; 0 = all",
          0, G_MAXUINT, DEFAULT_HISTORY, PARAM_FLAGS),
      G_PRIVATE_OFFSET (GstVowelLlm, history));
  /**
   * GstVowelLlm:images:
   *
   * Whether the model is shown what the user shows. A model that is not is told
   * in words that there was an image, and a warning is posted once.
   */
  gst_vowel_field_install (object_class, PROP_IMAGES,
      g_param_spec_enum ("images", "Images",
          "Whether the model is shown images of the conversation, where the "
          "element can pass them on; auto = a model that is known to take "
          "them; otherwise it is told in words that there was one",
          GST_TYPE_VOWEL_LLM_IMAGES, GST_VOWEL_LLM_IMAGES_AUTO, PARAM_FLAGS),
      G_PRIVATE_OFFSET (GstVowelLlm, images));
  /**
   * GstVowelLlm:speak-tool:
   *
   * Whether the model is heard only when it calls the tool `speak`, which it is
   * given then: what it writes besides goes nowhere. It is asked again when it
   * has spoken, until it has nothing more to say. For spoken answers only.
   */
  gst_vowel_field_install (object_class, PROP_SPEAK_TOOL,
      g_param_spec_boolean ("speak-tool", "Speak by a tool",
          "Whether spoken answers are only what the model says by calling the "
          "tool \"speak\", which it is given then; what it writes besides goes "
          "nowhere",
          FALSE, PARAM_FLAGS),
      G_PRIVATE_OFFSET (GstVowelLlm, speak_tool));
}

static void
gst_vowel_llm_class_init (GstVowelLlmClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstVowelProviderElementClass *provider_class =
      GST_VOWEL_PROVIDER_ELEMENT_CLASS (klass);

  object_class->constructed = gst_vowel_llm_constructed;
  object_class->finalize = gst_vowel_llm_finalize;
  object_class->set_property = gst_vowel_llm_set_property;
  object_class->get_property = gst_vowel_llm_get_property;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  provider_class->kind = GST_VOWEL_PROVIDER_LLM;
  provider_class->max_queued = MAX_QUEUED;
  provider_class->start = gst_vowel_llm_start;
  provider_class->stop = gst_vowel_llm_stop;
  provider_class->handle_item = gst_vowel_llm_handle_item;
  provider_class->flush = gst_vowel_llm_flush;
  provider_class->reset = gst_vowel_llm_reset;
  install_properties (object_class);
  gst_vowel_llm_install_actions (G_TYPE_FROM_CLASS (klass));
  gst_type_mark_as_plugin_api (GST_TYPE_VOWEL_LLM, 0);
  gst_type_mark_as_plugin_api (GST_TYPE_VOWEL_LLM_IMAGES, 0);
}

static void
gst_vowel_llm_init (GstVowelLlm *self)
{
  GstVowelLlmPrivate *priv = PRIV (self);

  priv->conversation = gst_vowel_conversation_new ();
  priv->runs =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_vowel_llm_run_unref);
  priv->temperature = DEFAULT_TEMPERATURE;
  priv->max_tokens = DEFAULT_MAX_TOKENS;
  priv->first_token_timeout = DEFAULT_FIRST_TOKEN_TIMEOUT;
  priv->stall_timeout = DEFAULT_STALL_TIMEOUT;
  priv->history = DEFAULT_HISTORY;
  gst_vowel_conversation_set_limit (priv->conversation, priv->history);
}

/**
 * gst_vowel_llm_get_worker:
 * @llm: a language model element
 *
 * Returns: (transfer none) (nullable): its worker, from READY on
 */
GstVowelWorker *
gst_vowel_llm_get_worker (GstVowelLlm *llm)
{
  g_return_val_if_fail (GST_VOWEL_IS_LLM (llm), NULL);

  return ELEMENT_PRIV (llm)->worker;
}
