/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvowelllm
 * @title: GstVowelLlm
 * @short_description: Base class of language model providers
 *
 * This file has the element: pads, properties, actions, and the conversation
 * of an element that stands alone in its pipeline. What becomes of one request
 * is in the run beside it.
 *
 * Alone, responses are called `resp_1`, `resp_2`, … and that number is their
 * generation. What the user says while a response is running, or while a tool
 * has not answered, is answered after it; a flush (barge-in) ends both.
 */

#include "config.h"

#include <string.h>

#include "gstvowelevent.h"
#include "gstvoweljson.h"
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
#define MAX_PARAMETERS (256 * 1024)

enum {
  PROP_0,
  PROP_MODEL,
  PROP_INSTRUCTIONS,
  PROP_TEMPERATURE,
  PROP_MAX_TOKENS,
  PROP_FIRST_TOKEN_TIMEOUT,
  PROP_STALL_TIMEOUT,
  PROP_HISTORY,
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

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (GstVowelLlm, gst_vowel_llm,
    GST_TYPE_VOWEL_PROVIDER_ELEMENT,
    G_ADD_PRIVATE (GstVowelLlm) GST_DEBUG_CATEGORY_INIT (gst_vowel_llm_debug,
        "vowelllm", 0, "vowel-gst language model base class"))

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

static void
respond (GstVowelLlm *self)
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
    respond (self);
    return;
  }
  if (priv->runs->len == 0
      && !gst_vowel_conversation_is_waiting (priv->conversation))
    gst_vowel_provider_element_finish_eos (GST_VOWEL_PROVIDER_ELEMENT (self));
}

static void
cancel_runs (GstVowelLlm *self, guint64 generation, gboolean spoken_only)
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
static void
gst_vowel_llm_flush (GstVowelProviderElement *element)
{
  GstVowelLlm *self = GST_VOWEL_LLM (element);
  GstVowelLlmPrivate *priv = PRIV (self);

  priv->turn_pending = FALSE;
  cancel_runs (self, 0, TRUE);
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
  respond (self);
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
  cancel_runs (GST_VOWEL_LLM (element), 0, FALSE);
}

/* --- actions; any thread --- */

typedef struct {
  GstVowelLlm *self;
  GstVowelChatRequest *request;
  guint64 generation;
  gchar *call_id;
  gchar *output;
} Action;

static void
action_free (gpointer data)
{
  Action *action = data;

  gst_object_unref (action->self);
  g_clear_pointer (&action->request, gst_vowel_chat_request_unref);
  g_free (action->call_id);
  g_free (action->output);
  g_free (action);
}

static Action *
action_new (GstVowelLlm *self)
{
  Action *action = g_new0 (Action, 1);

  action->self = gst_object_ref (self);
  return action;
}

/* (transfer full) @action */
static void
perform (Action *action, GstVowelWorkerFunc func, const gchar *name)
{
  gst_vowel_provider_element_perform (GST_VOWEL_PROVIDER_ELEMENT (action->self),
      name, func, action, action_free);
}

static void
do_generate (gpointer user_data)
{
  Action *action = user_data;

  gst_vowel_llm_run_start (action->self, action->request, FALSE);
}

static void
gst_vowel_llm_generate (GstVowelLlm *self, GstVowelChatRequest *request)
{
  Action *action;

  g_return_if_fail (request != NULL);

  action = action_new (self);
  action->request = gst_vowel_chat_request_ref (request);
  perform (action, do_generate, "generate");
}

static void
do_cancel (gpointer user_data)
{
  Action *action = user_data;
  GstVowelLlm *self = action->self;
  GstVowelLlmPrivate *priv = PRIV (self);
  GstVowelSrcPad *srcpad = ELEMENT_PRIV (self)->srcpad;
  guint64 generation = action->generation;
  gboolean spoken =
      priv->spoken_generation != 0
      && (generation == 0 || generation == priv->spoken_generation);

  if (generation == 0 || generation == priv->generation) {
    priv->turn_pending = FALSE;
    gst_vowel_conversation_drop_calls (priv->conversation);
  }
  cancel_runs (self, generation, FALSE);
  if (spoken && gst_pad_is_linked (GST_PAD_CAST (srcpad))) {
    priv->spoken_generation = 0;
    gst_vowel_src_pad_flush (srcpad);
  }
  gst_vowel_llm_run_ended (self);
}

static void
gst_vowel_llm_cancel (GstVowelLlm *self, guint64 generation)
{
  Action *action = action_new (self);

  action->generation = generation;
  perform (action, do_cancel, "cancel");
}

static void
do_tool_result (gpointer user_data)
{
  Action *action = user_data;
  GstVowelLlm *self = action->self;
  GstVowelLlmPrivate *priv = PRIV (self);

  if (!gst_vowel_conversation_add_result (
          priv->conversation, action->call_id, action->output)) {
    GST_INFO_OBJECT (
        self, "nobody waits for the result of %s", action->call_id);
    return;
  }
  if (!gst_vowel_conversation_is_waiting (priv->conversation))
    respond (self);
}

static void
gst_vowel_llm_tool_result (
    GstVowelLlm *self, const gchar *call_id, const gchar *output)
{
  Action *action;

  g_return_if_fail (call_id != NULL);
  g_return_if_fail (output != NULL);

  action = action_new (self);
  action->call_id = g_strdup (call_id);
  action->output = g_strdup (output);
  perform (action, do_tool_result, "tool-result");
}

static void
gst_vowel_llm_add_tool (GstVowelLlm *self, const gchar *name,
    const gchar *description, const gchar *parameters)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;

  g_return_if_fail (name != NULL);

  if (parameters != NULL) {
    node = gst_vowel_json_parse (
        parameters, strlen (parameters), MAX_PARAMETERS, &error);
    if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node)) {
      GST_ELEMENT_WARNING (self, LIBRARY, SETTINGS,
          ("The parameters of the tool \"%s\" must be a JSON Schema object.",
              name),
          ("%s", error != NULL ? error->message : "not an object"));
      return;
    }
  }
  gst_vowel_conversation_add_tool (
      PRIV (self)->conversation, name, description, parameters);
}

static void
do_reset (gpointer user_data)
{
  GstVowelLlm *self = ((Action *) user_data)->self;

  gst_vowel_llm_flush (GST_VOWEL_PROVIDER_ELEMENT (self));
  gst_vowel_conversation_reset (PRIV (self)->conversation);
  gst_vowel_llm_run_ended (self);
}

static void
gst_vowel_llm_forget (GstVowelLlm *self)
{
  perform (action_new (self), do_reset, "reset");
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
  if (klass->stop != NULL)
    klass->stop (self);
}

static void
gst_vowel_llm_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstVowelLlmPrivate *priv = PRIV (GST_VOWEL_LLM (object));

  if (id == PROP_INSTRUCTIONS) {
    gst_vowel_conversation_set_instructions (
        priv->conversation, g_value_get_string (value));
    return;
  }
  GST_OBJECT_LOCK (object);
  switch (id) {
    case PROP_MODEL:
      g_free (priv->model);
      priv->model = g_value_dup_string (value);
      break;
    case PROP_TEMPERATURE:
      priv->temperature = g_value_get_double (value);
      break;
    case PROP_MAX_TOKENS:
      priv->max_tokens = g_value_get_uint (value);
      break;
    case PROP_FIRST_TOKEN_TIMEOUT:
      priv->first_token_timeout = g_value_get_uint64 (value);
      break;
    case PROP_STALL_TIMEOUT:
      priv->stall_timeout = g_value_get_uint64 (value);
      break;
    case PROP_HISTORY:
      priv->history = g_value_get_uint (value);
      gst_vowel_conversation_set_limit (priv->conversation, priv->history);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (object);
}

static void
gst_vowel_llm_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstVowelLlmPrivate *priv = PRIV (GST_VOWEL_LLM (object));

  if (id == PROP_INSTRUCTIONS) {
    g_value_take_string (
        value, gst_vowel_conversation_dup_instructions (priv->conversation));
    return;
  }
  GST_OBJECT_LOCK (object);
  switch (id) {
    case PROP_MODEL:
      g_value_set_string (value, priv->model);
      break;
    case PROP_TEMPERATURE:
      g_value_set_double (value, priv->temperature);
      break;
    case PROP_MAX_TOKENS:
      g_value_set_uint (value, priv->max_tokens);
      break;
    case PROP_FIRST_TOKEN_TIMEOUT:
      g_value_set_uint64 (value, priv->first_token_timeout);
      break;
    case PROP_STALL_TIMEOUT:
      g_value_set_uint64 (value, priv->stall_timeout);
      break;
    case PROP_HISTORY:
      g_value_set_uint (value, priv->history);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (object);
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
  g_object_class_install_property (object_class, PROP_MODEL,
      g_param_spec_string ("model", "Model",
          "The provider's name of the model; unset = the provider's default",
          NULL, PARAM_FLAGS));
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
  g_object_class_install_property (object_class, PROP_TEMPERATURE,
      g_param_spec_double ("temperature", "Temperature",
          "0 (always the likeliest word) to 2; negative = the provider's "
          "default",
          -1.0, 2.0, DEFAULT_TEMPERATURE, PARAM_FLAGS));
  /**
   * GstVowelLlm:max-tokens:
   *
   * Longest response, in tokens; 0 for no limit.
   */
  g_object_class_install_property (object_class, PROP_MAX_TOKENS,
      g_param_spec_uint ("max-tokens", "Most tokens",
          "Longest response, in tokens; 0 = no limit", 0, G_MAXUINT,
          DEFAULT_MAX_TOKENS, PARAM_FLAGS));
  /**
   * GstVowelLlm:first-token-timeout:
   *
   * How long a try may take until its first output, in ns; 0 for ever.
   */
  g_object_class_install_property (object_class, PROP_FIRST_TOKEN_TIMEOUT,
      g_param_spec_uint64 ("first-token-timeout", "First token timeout",
          "How long each try may take until its first output, in ns; 0 = for "
          "ever",
          0, G_MAXINT64, DEFAULT_FIRST_TOKEN_TIMEOUT, PARAM_FLAGS));
  /**
   * GstVowelLlm:stall-timeout:
   *
   * Longest pause between two outputs of a response, in ns; 0 for ever.
   */
  g_object_class_install_property (object_class, PROP_STALL_TIMEOUT,
      g_param_spec_uint64 ("stall-timeout", "Stall timeout",
          "Longest pause inside a response, in ns; 0 = for ever", 0, G_MAXINT64,
          DEFAULT_STALL_TIMEOUT, PARAM_FLAGS));
  /**
   * GstVowelLlm:history:
   *
   * How many messages of the conversation are kept and sent, by an element that
   * keeps the conversation itself; 0 for all.
   */
  g_object_class_install_property (object_class, PROP_HISTORY,
      g_param_spec_uint ("history", "History",
          "How many messages of the conversation are remembered, when the "
          "element keeps it itself; 0 = all",
          0, G_MAXUINT, DEFAULT_HISTORY, PARAM_FLAGS));
}

static void
install_actions (GType type)
{
  const GSignalFlags flags = G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION;

  /**
   * GstVowelLlm::generate:
   * @self: the element
   * @request: what to answer
   *
   * Begins a response for an application that keeps the conversation itself.
   * Any thread; READY at least.
   */
  signals[SIGNAL_GENERATE] = g_signal_new_class_handler ("generate", type,
      flags, G_CALLBACK (gst_vowel_llm_generate), NULL, NULL, NULL, G_TYPE_NONE,
      1, GST_TYPE_VOWEL_CHAT_REQUEST);
  /**
   * GstVowelLlm::cancel:
   * @self: the element
   * @generation: which responses; 0 for all
   *
   * Ends responses. When one of them was the last to be spoken, everything
   * downstream is flushed: this is a barge-in. Any thread.
   */
  signals[SIGNAL_CANCEL] = g_signal_new_class_handler ("cancel", type, flags,
      G_CALLBACK (gst_vowel_llm_cancel), NULL, NULL, NULL, G_TYPE_NONE, 1,
      G_TYPE_UINT64);
  /**
   * GstVowelLlm::tool-result:
   * @self: the element
   * @call_id: the call that is answered
   * @output: what the tool says, to the model
   *
   * Answers a `vowel-tool-call` message, when the element keeps the
   * conversation; the model goes on when all calls are answered. Any thread.
   */
  signals[SIGNAL_TOOL_RESULT] = g_signal_new_class_handler ("tool-result", type,
      flags, G_CALLBACK (gst_vowel_llm_tool_result), NULL, NULL, NULL,
      G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  /**
   * GstVowelLlm::add-tool:
   * @self: the element
   * @name: function name
   * @description: (nullable): what it does, for the model
   * @parameters: (nullable): JSON Schema of its arguments, as text
   *
   * Tells the model of a tool, when the element keeps the conversation. A tool
   * of the same name is replaced. Any thread, any state.
   */
  signals[SIGNAL_ADD_TOOL] = g_signal_new_class_handler ("add-tool", type,
      flags, G_CALLBACK (gst_vowel_llm_add_tool), NULL, NULL, NULL, G_TYPE_NONE,
      3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
  /**
   * GstVowelLlm::reset:
   * @self: the element
   *
   * Ends what is being said and forgets the conversation; tools and
   * instructions stay. Any thread.
   */
  signals[SIGNAL_RESET] = g_signal_new_class_handler ("reset", type, flags,
      G_CALLBACK (gst_vowel_llm_forget), NULL, NULL, NULL, G_TYPE_NONE, 0);
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
  install_actions (G_TYPE_FROM_CLASS (klass));
  gst_type_mark_as_plugin_api (GST_TYPE_VOWEL_LLM, 0);
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
