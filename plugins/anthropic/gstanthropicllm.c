/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-anthropicllm
 * @title: anthropicllm
 * @short_description: Anthropic's language models
 *
 * Asks a model of Anthropic's over the Messages API (`/v1/messages`), and says
 * the answer while it comes. What the model thinks before is not said. A
 * cancelled response breaks off its HTTP request at once.
 *
 * The service wants a limit of every request: where `max-tokens` or the
 * application sets none, it is `default-max-tokens`. Models that refuse a
 * temperature are not sent one; it is at most 1 for the others.
 *
 * ## Example launch line
 * |[
 * ANTHROPIC_API_KEY=… gst-launch-1.0 -m fdsrc ! text/x-raw,format=utf8 !
 * llmbin provider=anthropic ! fdsink
 * ]|
 */

#include "config.h"

#include "gstanthropicllm.h"
#include "llm-answer.h"
#include "messages-body.h"
#include "messages-stream.h"
#include "remote-settings.h"

GST_DEBUG_CATEGORY_STATIC (gst_anthropic_llm_debug);
#define GST_CAT_DEFAULT gst_anthropic_llm_debug

/* The newer one, 2026-10-21, knows no temperature, and nothing else that is
 * asked for here differs. */
#define API_VERSION "2023-06-01"
#define DEFAULT_MODEL "claude-haiku-5-5"
#define DEFAULT_MAX_TOKENS 1024

enum {
  PROP_DEFAULT_MAX_TOKENS = REMOTE_N_PROPS,
  PROP_REASONING_EFFORT,
};

struct _GstAnthropicLlm {
  GstVowelLlm parent;

  /* Protected by the object lock. */
  RemoteSettings settings;
  guint default_max_tokens;
  gchar *reasoning_effort;

  /* Worker thread. */
  LlmAnswers *answers;
};

static const RemoteService service = {
    .name = "anthropic",
    .base_url = "https://api.anthropic.com",
    .header = "x-api-key",
    .scheme = "",
};

G_DEFINE_FINAL_TYPE (GstAnthropicLlm, gst_anthropic_llm, GST_TYPE_VOWEL_LLM)
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE (anthropicllm, "anthropicllm",
    GST_RANK_NONE, GST_TYPE_ANTHROPIC_LLM,
    GST_DEBUG_CATEGORY_INIT (gst_anthropic_llm_debug, "anthropicllm", 0,
        "Anthropic's language models"));

/* --- requests --- */

static GBytes *
make_body (GstAnthropicLlm *self, GstVowelChatRequest *request)
{
  g_autofree gchar *model = NULL;
  g_autofree gchar *effort = NULL;
  MessagesBodyOptions options = {0};

  g_object_get (self, "model", &model, NULL);
  GST_OBJECT_LOCK (self);
  effort = g_strdup (self->reasoning_effort);
  options.max_tokens = self->default_max_tokens;
  GST_OBJECT_UNLOCK (self);
  options.model = model != NULL && *model != '\0' ? model : DEFAULT_MODEL;
  options.reasoning_effort = effort;
  GST_DEBUG_OBJECT (self, "%s: asking anthropic, model %s",
      gst_vowel_chat_request_get_response_id (request), options.model);
  return messages_body_new (request, &options);
}

static gboolean
gst_anthropic_llm_generate (
    GstVowelLlm *llm, GstVowelChatRequest *request, GError **error)
{
  GstAnthropicLlm *self = GST_ANTHROPIC_LLM (llm);
  g_auto (RemoteTarget) target = {0};
  g_autoptr (GBytes) body = NULL;
  GstVowelHttpRequest *http;
  LlmAnswer *answer;

  if (!remote_settings_resolve (
          &self->settings, GST_ELEMENT_CAST (self), &target, error))
    return FALSE;
  body = make_body (self, request);
  http = remote_target_request (
      &target, gst_vowel_llm_get_worker (llm), "POST", "/v1/messages");
  gst_vowel_http_request_set_header (http, "anthropic-version", API_VERSION);
  answer = llm_answer_new (
      self->answers, request, service.name, target.api_key, http);
  llm_answer_start (answer, &messages_stream_class,
      messages_stream_new (&llm_answer_callbacks, answer), body);
  return TRUE;
}

static void
gst_anthropic_llm_cancel (GstVowelLlm *llm, GstVowelChatRequest *request)
{
  llm_answers_cancel (GST_ANTHROPIC_LLM (llm)->answers, request);
}

/* All that can still be asked do. */
static gboolean
gst_anthropic_llm_takes_images (GstVowelLlm *llm)
{
  return TRUE;
}

static void
gst_anthropic_llm_stop (GstVowelLlm *llm)
{
  llm_answers_stop (GST_ANTHROPIC_LLM (llm)->answers);
}

/* --- element --- */

static gboolean
gst_anthropic_llm_identify_service (
    GstVowelProviderElement *element, gchar **ret_base_url, gchar **ret_secret)
{
  return remote_settings_identify (&GST_ANTHROPIC_LLM (element)->settings,
      element, ret_base_url, ret_secret);
}

static void
gst_anthropic_llm_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  remote_settings_set_property (
      &GST_ANTHROPIC_LLM (object)->settings, object, id, value, pspec);
}

static void
gst_anthropic_llm_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  remote_settings_get_property (
      &GST_ANTHROPIC_LLM (object)->settings, object, id, value, pspec);
}

static void
gst_anthropic_llm_finalize (GObject *object)
{
  GstAnthropicLlm *self = GST_ANTHROPIC_LLM (object);

  llm_answers_free (self->answers);
  remote_settings_clear (&self->settings);
  g_free (self->reasoning_effort);
  G_OBJECT_CLASS (gst_anthropic_llm_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  remote_settings_install_properties (object_class, &service);
  /**
   * GstAnthropicLlm:default-max-tokens:
   *
   * The limit of a response for which neither `max-tokens` nor the application
   * sets one: the service wants one always.
   */
  gst_vowel_field_install (object_class, PROP_DEFAULT_MAX_TOKENS,
      g_param_spec_uint ("default-max-tokens", "Default of max-tokens",
          "Longest response, in tokens, where max-tokens is 0: the service "
          "wants a limit always; what the model thinks counts, too",
          1, G_MAXINT32, DEFAULT_MAX_TOKENS, flags),
      G_STRUCT_OFFSET (GstAnthropicLlm, default_max_tokens));
  /**
   * GstAnthropicLlm:reasoning-effort:
   *
   * How much the model thinks before it speaks: `none`, `low`, `medium`,
   * `high`, `xhigh`, `max`, as the model knows them; unset for the model's
   * default.
   */
  gst_vowel_field_install (object_class, PROP_REASONING_EFFORT,
      g_param_spec_string ("reasoning-effort", "Reasoning effort",
          "How much the model thinks before it speaks: none, low, medium, "
          "high, xhigh, max, as far as the model knows them; unset = the "
          "model's default",
          NULL, flags),
      G_STRUCT_OFFSET (GstAnthropicLlm, reasoning_effort));
}

static void
gst_anthropic_llm_class_init (GstAnthropicLlmClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstVowelLlmClass *llm_class = GST_VOWEL_LLM_CLASS (klass);

  object_class->finalize = gst_anthropic_llm_finalize;
  object_class->set_property = gst_anthropic_llm_set_property;
  object_class->get_property = gst_anthropic_llm_get_property;
  GST_VOWEL_PROVIDER_ELEMENT_CLASS (klass)->identify_service =
      GST_DEBUG_FUNCPTR (gst_anthropic_llm_identify_service);
  GST_VOWEL_PROVIDER_ELEMENT_CLASS (klass)->keep_warm = TRUE;
  llm_class->stop = GST_DEBUG_FUNCPTR (gst_anthropic_llm_stop);
  llm_class->generate = GST_DEBUG_FUNCPTR (gst_anthropic_llm_generate);
  llm_class->cancel = GST_DEBUG_FUNCPTR (gst_anthropic_llm_cancel);
  llm_class->takes_images = GST_DEBUG_FUNCPTR (gst_anthropic_llm_takes_images);
  install_properties (object_class);

  gst_element_class_set_static_metadata (element_class,
      "Anthropic language model", "Filter/Text",
      "Answers by a model of Anthropic's, over the Messages API; the default "
      "is " DEFAULT_MODEL,
      "The vowel-gst authors");
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_LLM, "anthropic");
}

static void
gst_anthropic_llm_init (GstAnthropicLlm *self)
{
  remote_settings_init (&self->settings, &service);
  self->default_max_tokens = DEFAULT_MAX_TOKENS;
  self->answers = llm_answers_new (GST_VOWEL_LLM (self));
}
