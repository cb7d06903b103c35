/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-openaillm
 * @title: openaillm
 * @short_description: language models behind OpenAI's Chat Completions
 *
 * Asks a server that speaks OpenAI's Chat Completions, and says the answer
 * while it comes. `profile` tells which kind of server: `openai`, `groq`,
 * `openrouter`, `ollama`, `llama.cpp`, `vllm`, or `openai-compatible` for any
 * other, with `base-url`. Each is also a provider name of `llmbin`.
 *
 * What a model thinks before it answers is not said. A cancelled response
 * breaks off its HTTP request at once.
 *
 * ## Example launch lines
 * |[
 * GROQ_API_KEY=… gst-launch-1.0 -m fdsrc ! text/x-raw,format=utf8 !
 * llmbin provider=groq ! fdsink
 * ]|
 * |[
 * gst-launch-1.0 -m fdsrc ! text/x-raw,format=utf8 !
 * openaillm profile=ollama model=llama3.2 ! fdsink
 * ]|
 */

#include "config.h"

#include <string.h>

#include "chat-body.h"
#include "remote-error.h"
#include "chat-stream.h"
#include "gstopenaillm.h"
#include "llm-answer.h"
#include "openai-endpoint.h"

GST_DEBUG_CATEGORY_STATIC (gst_openai_llm_debug);
#define GST_CAT_DEFAULT gst_openai_llm_debug

/* The temperature of a second try, after a call that made no sense. */
#define COOL 0.2

enum {
  PROP_REASONING_EFFORT = OPENAI_N_PROPS,
  PROP_TOOL_TEXT,
  PROP_FREQUENCY_PENALTY,
  PROP_PRESENCE_PENALTY,
  PROP_REPETITION_PENALTY,
  PROP_SERVICE_TIER,
  PROP_PROMPT_CACHE_KEY,
  PROP_VERBOSITY,
  PROP_ROUTING,
  PROP_ROUTING_ORDER,
  PROP_FALLBACK_MODELS,
  PROP_SITE_URL,
  PROP_APP_NAME,
};

/**
 * GstOpenaiToolText:
 * @GST_OPENAI_TOOL_TEXT_AUTO: of models that are known for it
 * @GST_OPENAI_TOOL_TEXT_OFF: never
 * @GST_OPENAI_TOOL_TEXT_ON: always
 *
 * Whether tool calls in the text of an answer are understood.
 */
typedef enum {
  GST_OPENAI_TOOL_TEXT_AUTO,
  GST_OPENAI_TOOL_TEXT_OFF,
  GST_OPENAI_TOOL_TEXT_ON,
} GstOpenaiToolText;

#define GST_TYPE_OPENAI_TOOL_TEXT (gst_openai_tool_text_get_type ())
GType gst_openai_tool_text_get_type (void);
G_DEFINE_ENUM_TYPE (GstOpenaiToolText, gst_openai_tool_text,
    {GST_OPENAI_TOOL_TEXT_AUTO, "Those of models that are known for it",
        "auto"},
    {GST_OPENAI_TOOL_TEXT_OFF, "Never", "off"},
    {GST_OPENAI_TOOL_TEXT_ON, "Always", "on"})

struct _GstOpenaiLlm {
  GstVowelLlm parent;

  /* Protected by the object lock. */
  OpenaiEndpoint endpoint;
  gchar *reasoning_effort;
  GstOpenaiToolText tool_text;
  gdouble frequency_penalty;
  gdouble presence_penalty;
  gdouble repetition_penalty;
  gchar *service_tier;
  gchar *prompt_cache_key;
  gchar *verbosity;
  gchar *routing;
  gchar *routing_order;
  gchar *fallback_models;
  gchar *site_url;
  gchar *app_name;

  /* Worker thread. */
  LlmAnswers *answers;
  GstVowelChatRequest *failed; /* the newest whose call made no sense */
};

G_DEFINE_FINAL_TYPE (GstOpenaiLlm, gst_openai_llm, GST_TYPE_VOWEL_LLM)
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE (openaillm, "openaillm", GST_RANK_NONE,
    GST_TYPE_OPENAI_LLM,
    GST_DEBUG_CATEGORY_INIT (gst_openai_llm_debug, "openaillm", 0,
        "language models behind OpenAI's Chat Completions"));

/* --- requests --- */

static gchar *
choose_model (GstOpenaiLlm *self, const OpenaiProfile *profile, GError **error)
{
  gchar *model = NULL;

  g_object_get (self, "model", &model, NULL);
  if (model != NULL && *model != '\0')
    return model;
  g_free (model);
  if (profile->model != NULL)
    return g_strdup (profile->model);
  g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST,
      "%s has many models: set model to one of its names", profile->name);
  return NULL;
}

/* OpenRouter shows them in its rankings. */
static void
add_attribution (GstOpenaiLlm *self, GstVowelHttpRequest *http)
{
  g_autofree gchar *site = NULL;
  g_autofree gchar *app = NULL;

  GST_OBJECT_LOCK (self);
  site = g_strdup (self->site_url);
  app = g_strdup (self->app_name);
  GST_OBJECT_UNLOCK (self);
  if (site != NULL)
    gst_vowel_http_request_set_header (
        http, "HTTP-Referer", g_strdelimit (site, "\r\n", ' '));
  if (app != NULL)
    gst_vowel_http_request_set_header (
        http, "X-Title", g_strdelimit (app, "\r\n", ' '));
}

/* Small open models, which their servers do not always understand. */
static gboolean
writes_tool_text (
    GstOpenaiLlm *self, const OpenaiProfile *profile, const gchar *model)
{
  g_autofree gchar *lower = g_ascii_strdown (model, -1);
  GstOpenaiToolText setting;

  GST_OBJECT_LOCK (self);
  setting = self->tool_text;
  GST_OBJECT_UNLOCK (self);
  if (setting != GST_OPENAI_TOOL_TEXT_AUTO)
    return setting == GST_OPENAI_TOOL_TEXT_ON;
  return profile->slow_start && strstr (lower, "lfm") != NULL;
}

static void
set_tools (
    ChatStream *stream, const GstVowelChatRequest *request, gboolean read_text)
{
  guint n = gst_vowel_chat_request_get_n_tools (request);
  g_autofree const gchar **names = g_new0 (const gchar *, n + 1);

  for (guint i = 0; i < n; i++)
    names[i] = gst_vowel_chat_request_get_tool (request, i)->name;
  chat_stream_set_tools (stream, names, read_text);
}

static gboolean
on_failed (GstVowelLlm *llm, GstVowelChatRequest *request, gpointer stream)
{
  GstOpenaiLlm *self = GST_OPENAI_LLM (llm);

  if (!chat_stream_has_failed_call (stream) || self->failed == request)
    return FALSE;
  g_clear_pointer (&self->failed, gst_vowel_chat_request_unref);
  self->failed = gst_vowel_chat_request_ref (request);
  return TRUE;
}

static void
ask (GstOpenaiLlm *self, GstVowelChatRequest *request,
    const OpenaiTarget *target, const ChatBodyOptions *options)
{
  const gchar *server = target->profile->name;
  GstVowelHttpRequest *http = openai_target_request (target,
      gst_vowel_llm_get_worker (GST_VOWEL_LLM (self)), "POST",
      "/chat/completions");
  LlmAnswer *answer =
      llm_answer_new (self->answers, request, server, target->api_key, http);
  ChatStream *stream = chat_stream_new (server, &llm_answer_callbacks, answer);
  g_autoptr (GBytes) body = chat_body_new (request, options);

  if (g_str_equal (server, "openrouter"))
    add_attribution (self, http);
  chat_stream_set_speak_reasoning (
      stream, g_strcmp0 (options->reasoning_effort, "none") == 0);
  set_tools (stream, request,
      writes_tool_text (self, target->profile, options->model));
  llm_answer_set_failed_func (answer, on_failed);
  llm_answer_start (answer, &chat_stream_class, stream, body);
}

/* The properties as they are now; the strings are kept by @keep. */
static void
read_options (GstOpenaiLlm *self, ChatBodyOptions *options, GStringChunk *keep)
{
  const struct {
    gchar **field;
    const gchar **option;
  } strings[] = {
      {&self->reasoning_effort, &options->reasoning_effort},
      {&self->service_tier, &options->service_tier},
      {&self->prompt_cache_key, &options->prompt_cache_key},
      {&self->verbosity, &options->verbosity},
      {&self->routing, &options->routing},
      {&self->routing_order, &options->routing_order},
      {&self->fallback_models, &options->fallback_models},
  };

  GST_OBJECT_LOCK (self);
  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    if (*strings[i].field != NULL)
      *strings[i].option = g_string_chunk_insert (keep, *strings[i].field);
  options->frequency_penalty = self->frequency_penalty;
  options->presence_penalty = self->presence_penalty;
  options->repetition_penalty = self->repetition_penalty;
  GST_OBJECT_UNLOCK (self);
}

static gboolean
gst_openai_llm_generate (
    GstVowelLlm *llm, GstVowelChatRequest *request, GError **error)
{
  GstOpenaiLlm *self = GST_OPENAI_LLM (llm);
  g_auto (OpenaiTarget) target = {0};
  g_autofree gchar *model = NULL;
  g_autoptr (GStringChunk) keep = g_string_chunk_new (256);
  ChatBodyOptions options = {
      .max_temperature = request == self->failed ? COOL : 2.0};

  if (!openai_endpoint_resolve (
          &self->endpoint, GST_ELEMENT_CAST (self), &target, error))
    return FALSE;
  model = choose_model (self, target.profile, error);
  if (model == NULL)
    return FALSE;
  options.profile = target.profile;
  options.model = model;
  read_options (self, &options, keep);
  if (options.routing != NULL && *options.routing != '\0'
      && !chat_body_check_routing (options.routing, error))
    return FALSE;
  GST_DEBUG_OBJECT (self, "%s: asking %s, model %s",
      gst_vowel_chat_request_get_response_id (request), target.profile->name,
      model);
  ask (self, request, &target, &options);
  return TRUE;
}

static void
gst_openai_llm_cancel (GstVowelLlm *llm, GstVowelChatRequest *request)
{
  llm_answers_cancel (GST_OPENAI_LLM (llm)->answers, request);
}

static gboolean
gst_openai_llm_takes_images (GstVowelLlm *llm)
{
  GstOpenaiLlm *self = GST_OPENAI_LLM (llm);
  g_auto (OpenaiTarget) target = {0};
  g_autofree gchar *model = NULL;

  if (openai_endpoint_resolve (
          &self->endpoint, GST_ELEMENT_CAST (self), &target, NULL))
    model = choose_model (self, target.profile, NULL);
  return model != NULL && openai_model_takes_images (model);
}

static void
gst_openai_llm_stop (GstVowelLlm *llm)
{
  GstOpenaiLlm *self = GST_OPENAI_LLM (llm);

  llm_answers_stop (self->answers);
  g_clear_pointer (&self->failed, gst_vowel_chat_request_unref);
}

/* --- element --- */

static gboolean
gst_openai_llm_identify_service (
    GstVowelProviderElement *element, gchar **ret_base_url, gchar **ret_secret)
{
  return openai_endpoint_identify (
      &GST_OPENAI_LLM (element)->endpoint, element, ret_base_url, ret_secret);
}

static void
gst_openai_llm_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  openai_endpoint_set_property (
      &GST_OPENAI_LLM (object)->endpoint, object, id, value, pspec);
}

static void
gst_openai_llm_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  openai_endpoint_get_property (
      &GST_OPENAI_LLM (object)->endpoint, object, id, value, pspec);
}

static void
gst_openai_llm_finalize (GObject *object)
{
  GstOpenaiLlm *self = GST_OPENAI_LLM (object);

  llm_answers_free (self->answers);
  g_clear_pointer (&self->failed, gst_vowel_chat_request_unref);
  openai_endpoint_clear (&self->endpoint);
  g_free (self->reasoning_effort);
  g_free (self->service_tier);
  g_free (self->prompt_cache_key);
  g_free (self->verbosity);
  g_free (self->routing);
  g_free (self->routing_order);
  g_free (self->fallback_models);
  g_free (self->site_url);
  g_free (self->app_name);
  G_OBJECT_CLASS (gst_openai_llm_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  openai_endpoint_install_properties (object_class, OPENAI_CHAT);
  /**
   * GstOpenaiLlm:reasoning-effort:
   *
   * How much the model thinks before it speaks: `none`, `minimal`, `low`,
   * `medium`, `high`, as the model knows them; unset for what suits speech
   * with Groq's models, and for the server's default elsewhere.
   */
  gst_vowel_field_install (object_class, PROP_REASONING_EFFORT,
      g_param_spec_string ("reasoning-effort", "Reasoning effort",
          "How much the model thinks before it speaks: none, minimal, low, "
          "medium, high, as far as the model knows them; unset = as little as "
          "possible with profile groq, the server's default with others",
          NULL, flags),
      G_STRUCT_OFFSET (GstOpenaiLlm, reasoning_effort));
  /**
   * GstOpenaiLlm:tool-text:
   *
   * Whether tool calls are understood that the model writes into its text;
   * `auto`: those of models called LFM on servers that run open models.
   */
  gst_vowel_field_install (object_class, PROP_TOOL_TEXT,
      g_param_spec_enum ("tool-text", "Tool calls in text",
          "Whether tool calls are understood that the model writes into its "
          "text (<|tool_call_start|>, <tool_call>, <function=…>), and kept "
          "from being spoken; auto = those of models called LFM, with "
          "profiles ollama, llama.cpp, vllm and openai-compatible",
          GST_TYPE_OPENAI_TOOL_TEXT, GST_OPENAI_TOOL_TEXT_AUTO, flags),
      G_STRUCT_OFFSET (GstOpenaiLlm, tool_text));
  /**
   * GstOpenaiLlm:frequency-penalty:
   *
   * How little the model likes a word the more often it has said it: -2 to 2;
   * 0 for the server's default. Models that reason at OpenAI take none.
   */
  gst_vowel_field_install (object_class, PROP_FREQUENCY_PENALTY,
      g_param_spec_double ("frequency-penalty", "Frequency penalty",
          "How little the model likes a word the more often it has said it: "
          "-2 to 2; 0 = the server's default",
          -2.0, 2.0, 0.0, flags),
      G_STRUCT_OFFSET (GstOpenaiLlm, frequency_penalty));
  /**
   * GstOpenaiLlm:presence-penalty:
   *
   * How little the model likes a word that it has said at all: -2 to 2; 0 for
   * the server's default. Models that reason at OpenAI take none.
   */
  gst_vowel_field_install (object_class, PROP_PRESENCE_PENALTY,
      g_param_spec_double ("presence-penalty", "Presence penalty",
          "How little the model likes a word that it has said at all: -2 to 2; "
          "0 = the server's default",
          -2.0, 2.0, 0.0, flags),
      G_STRUCT_OFFSET (GstOpenaiLlm, presence_penalty));
  /**
   * GstOpenaiLlm:repetition-penalty:
   *
   * How little OpenRouter's models like a word that stands in the question or
   * the answer: more than 1 for less, 1 for neither, less than 1 for more; 0
   * for the model's default. Others are not told.
   */
  gst_vowel_field_install (object_class, PROP_REPETITION_PENALTY,
      g_param_spec_double ("repetition-penalty", "Repetition penalty",
          "How little OpenRouter's models like a word that stands in the "
          "question or the answer: more than 1 for less, less than 1 for "
          "more; 0 = the model's default",
          0.0, 2.0, 0.0, flags),
      G_STRUCT_OFFSET (GstOpenaiLlm, repetition_penalty));
  /**
   * GstOpenaiLlm:service-tier:
   *
   * How fast, and how dear, the answer is to be: `auto`, `default`, `flex`,
   * `priority` (OpenAI), `on_demand`, `performance` (Groq); unset for the
   * account's.
   */
  gst_vowel_field_install (object_class, PROP_SERVICE_TIER,
      g_param_spec_string ("service-tier", "Service tier",
          "How fast, and how dear, the answer is to be: auto, default, flex, "
          "priority (OpenAI), on_demand, performance (Groq); unset = the "
          "account's",
          NULL, flags),
      G_STRUCT_OFFSET (GstOpenaiLlm, service_tier));
  /**
   * GstOpenaiLlm:prompt-cache-key:
   *
   * Requests with one key share a cache of their beginnings, at OpenAI.
   */
  gst_vowel_field_install (object_class, PROP_PROMPT_CACHE_KEY,
      g_param_spec_string ("prompt-cache-key", "Prompt cache key",
          "Requests with one key find each other's beginnings in OpenAI's "
          "cache: name what has one system prompt",
          NULL, flags),
      G_STRUCT_OFFSET (GstOpenaiLlm, prompt_cache_key));
  /**
   * GstOpenaiLlm:verbosity:
   *
   * How long answers of OpenAI's newer models are: `low`, `medium`, `high`;
   * unset for the model's default.
   */
  gst_vowel_field_install (object_class, PROP_VERBOSITY,
      g_param_spec_string ("verbosity", "Verbosity",
          "How long answers are: low, medium, high, of OpenAI's models that "
          "know it; unset = the model's default",
          NULL, flags),
      G_STRUCT_OFFSET (GstOpenaiLlm, verbosity));
  /**
   * GstOpenaiLlm:routing:
   *
   * Which providers OpenRouter may pass a request on to, as the JSON object
   * that it calls `provider`. Unless it says otherwise: who answers soonest,
   * and with tools only who understands them.
   */
  gst_vowel_field_install (object_class, PROP_ROUTING,
      g_param_spec_string ("routing", "Routing",
          "Whom OpenRouter may pass a request on to, as a JSON object: order, "
          "only, ignore, allow_fallbacks, data_collection, …; unless it says "
          "otherwise \"sort\":\"latency\", and with tools "
          "\"require_parameters\":true",
          NULL, flags),
      G_STRUCT_OFFSET (GstOpenaiLlm, routing));
  /**
   * GstOpenaiLlm:routing-order:
   *
   * Whom OpenRouter asks first, second, …, separated by commas, before all
   * others: `order` in #GstOpenaiLlm:routing, which goes before it.
   */
  gst_vowel_field_install (object_class, PROP_ROUTING_ORDER,
      g_param_spec_string ("routing-order", "Routing order",
          "Whom OpenRouter asks before all others, in this order, separated by "
          "commas; \"order\" in routing goes before it",
          NULL, flags),
      G_STRUCT_OFFSET (GstOpenaiLlm, routing_order));
  /**
   * GstOpenaiLlm:fallback-models:
   *
   * Models that OpenRouter asks when #GstVowelLlm:model is not to be had,
   * separated by commas.
   */
  gst_vowel_field_install (object_class, PROP_FALLBACK_MODELS,
      g_param_spec_string ("fallback-models", "Fallback models",
          "Models that OpenRouter asks when the first is not to be had, "
          "separated by commas",
          NULL, flags),
      G_STRUCT_OFFSET (GstOpenaiLlm, fallback_models));
  /**
   * GstOpenaiLlm:site-url:
   *
   * Your site, for OpenRouter's statistics.
   */
  gst_vowel_field_install (object_class, PROP_SITE_URL,
      g_param_spec_string ("site-url", "Site URL",
          "Your site, for OpenRouter's statistics (HTTP-Referer)", NULL, flags),
      G_STRUCT_OFFSET (GstOpenaiLlm, site_url));
  /**
   * GstOpenaiLlm:app-name:
   *
   * Your application's name, for OpenRouter's statistics.
   */
  gst_vowel_field_install (object_class, PROP_APP_NAME,
      g_param_spec_string ("app-name", "Application's name",
          "Your application's name, for OpenRouter's statistics (X-Title)",
          NULL, flags),
      G_STRUCT_OFFSET (GstOpenaiLlm, app_name));
}

static void
gst_openai_llm_class_init (GstOpenaiLlmClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstVowelLlmClass *llm_class = GST_VOWEL_LLM_CLASS (klass);
  g_autofree gchar *profiles = openai_profile_list (OPENAI_CHAT, " ");

  object_class->finalize = gst_openai_llm_finalize;
  object_class->set_property = gst_openai_llm_set_property;
  object_class->get_property = gst_openai_llm_get_property;
  GST_VOWEL_PROVIDER_ELEMENT_CLASS (klass)->identify_service =
      GST_DEBUG_FUNCPTR (gst_openai_llm_identify_service);
  GST_VOWEL_PROVIDER_ELEMENT_CLASS (klass)->keep_warm = TRUE;
  llm_class->stop = GST_DEBUG_FUNCPTR (gst_openai_llm_stop);
  llm_class->generate = GST_DEBUG_FUNCPTR (gst_openai_llm_generate);
  llm_class->cancel = GST_DEBUG_FUNCPTR (gst_openai_llm_cancel);
  llm_class->takes_images = GST_DEBUG_FUNCPTR (gst_openai_llm_takes_images);
  install_properties (object_class);

  gst_element_class_set_static_metadata (element_class,
      "OpenAI-compatible language model", "Filter/Text",
      "Answers by a language model behind Chat Completions: OpenAI, Groq, "
      "OpenRouter, Ollama, llama.cpp, vLLM and others",
      "The vowel-gst authors");
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_LLM, "openai");
  gst_vowel_provider_class_set_profiles (
      element_class, GST_VOWEL_PROVIDER_LLM, profiles);
}

static void
gst_openai_llm_init (GstOpenaiLlm *self)
{
  openai_endpoint_init (&self->endpoint, OPENAI_CHAT);
  self->answers = llm_answers_new (GST_VOWEL_LLM (self));
}
