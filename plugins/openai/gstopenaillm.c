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
#include "chat-error.h"
#include "chat-stream.h"
#include "gstopenaillm.h"
#include "openai-endpoint.h"
#include "sse-parser.h"

GST_DEBUG_CATEGORY_STATIC (gst_openai_llm_debug);
#define GST_CAT_DEFAULT gst_openai_llm_debug

#define MAX_WHOLE_ANSWER (1024 * 1024)
/* For the token counts after the last word, and for the end of the connection
 * after those. */
#define LINGER (500 * GST_MSECOND)

enum {
  PROP_REASONING_EFFORT = OPENAI_N_PROPS,
  PROP_SITE_URL,
  PROP_APP_NAME,
};

struct _GstOpenaiLlm {
  GstVowelLlm parent;

  /* Protected by the object lock. */
  OpenaiEndpoint endpoint;
  gchar *reasoning_effort;
  gchar *site_url;
  gchar *app_name;

  /* Worker thread. */
  GPtrArray *answers; /* of Answer */
};

/* One request to the server. */
typedef struct {
  grefcount ref_count;
  GstOpenaiLlm *self;           /* NULL once nothing may be called any more */
  GstVowelChatRequest *request; /* NULL once its end was reported */
  GstVowelHttpRequest *http;
  OpenaiTarget target;

  SseParser *parser;
  ChatStream *stream;
  GString *whole;      /* of a server that does not stream */
  GPtrArray *call_ids; /* by slot; owned by the request */
  GstVowelTimer *linger;
} Answer;

G_DEFINE_FINAL_TYPE (GstOpenaiLlm, gst_openai_llm, GST_TYPE_VOWEL_LLM)
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE (openaillm, "openaillm", GST_RANK_NONE,
    GST_TYPE_OPENAI_LLM,
    GST_DEBUG_CATEGORY_INIT (gst_openai_llm_debug, "openaillm", 0,
        "language models behind OpenAI's Chat Completions"));

/* --- the life of an answer; all on the worker --- */

static Answer *
answer_ref (Answer *answer)
{
  g_ref_count_inc (&answer->ref_count);
  return answer;
}

static void
answer_unref (Answer *answer)
{
  if (!g_ref_count_dec (&answer->ref_count))
    return;
  g_clear_pointer (&answer->request, gst_vowel_chat_request_unref);
  g_clear_object (&answer->http);
  g_clear_pointer (&answer->parser, sse_parser_free);
  g_clear_pointer (&answer->stream, chat_stream_free);
  if (answer->whole != NULL)
    g_string_free (answer->whole, TRUE);
  g_ptr_array_unref (answer->call_ids);
  openai_target_clear (&answer->target);
  g_free (answer);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Answer, answer_unref)

static GstVowelWorker *
get_worker (Answer *answer)
{
  return gst_vowel_llm_get_worker (GST_VOWEL_LLM (answer->self));
}

static void
stop_linger (Answer *answer)
{
  if (answer->linger != NULL)
    gst_vowel_worker_cancel_timer (
        get_worker (answer), g_steal_pointer (&answer->linger));
}

/* Breaks the connection off, if it is still there, and forgets the answer. */
static void
drop (Answer *answer)
{
  g_autoptr (Answer) keep = answer_ref (answer);
  GstOpenaiLlm *self = answer->self;

  if (self == NULL)
    return;
  stop_linger (answer);
  answer->self = NULL;
  gst_vowel_http_request_cancel (answer->http);
  g_ptr_array_remove_fast (self->answers, answer);
}

static void
on_linger (gpointer user_data)
{
  Answer *answer = user_data;

  answer->linger = NULL;
  drop (answer);
}

static void
fail (Answer *answer, guint status, gint retry_after_ms, const GError *cause)
{
  g_autoptr (Answer) keep = answer_ref (answer);
  g_autoptr (GstVowelChatRequest) request = g_steal_pointer (&answer->request);
  g_autoptr (GError) error = g_error_copy (cause);
  GstOpenaiLlm *self = answer->self;

  if (self == NULL)
    return; /* cancelled by what it has brought */
  gst_vowel_secret_redact_error (error, answer->target.api_key);
  drop (answer);
  if (request != NULL)
    gst_vowel_llm_fail (
        GST_VOWEL_LLM (self), request, status, retry_after_ms, error);
}

/* The answer is whole. The connection is left to end by itself, so that it can
 * be used again; only not for ever. */
static void
complete (Answer *answer)
{
  g_autoptr (Answer) keep = answer_ref (answer);
  g_autoptr (GstVowelChatRequest) request = NULL;
  g_autoptr (GError) error = NULL;
  GstVowelLlm *llm = GST_VOWEL_LLM (answer->self);

  if (!chat_stream_end (answer->stream, &error)) {
    fail (answer, 0, -1, error);
    return;
  }
  if (answer->self == NULL)
    return; /* cancelled by what its end has brought */
  request = g_steal_pointer (&answer->request);
  stop_linger (answer);
  answer->linger = gst_vowel_worker_add_timer (get_worker (answer),
      gst_vowel_worker_get_time (get_worker (answer)) + LINGER, on_linger,
      answer);
  gst_vowel_llm_finish (llm, request, chat_stream_get_reason (answer->stream),
      chat_stream_get_usage (answer->stream));
}

static void
on_no_usage (gpointer user_data)
{
  Answer *answer = user_data;

  answer->linger = NULL;
  complete (answer);
}

/* --- what the server says --- */

static gboolean
on_text (const gchar *delta, gpointer user_data)
{
  Answer *answer = user_data;

  return answer->self != NULL
         && gst_vowel_llm_push_text (
             GST_VOWEL_LLM (answer->self), answer->request, delta);
}

static gboolean
on_call_begin (
    guint slot, const gchar *id, const gchar *name, gpointer user_data)
{
  Answer *answer = user_data;
  const gchar *call_id;

  if (answer->self == NULL)
    return FALSE;
  call_id = gst_vowel_llm_begin_tool_call (
      GST_VOWEL_LLM (answer->self), answer->request, id, name);
  if (call_id == NULL)
    return FALSE;
  if (answer->call_ids->len <= slot)
    g_ptr_array_set_size (answer->call_ids, slot + 1);
  answer->call_ids->pdata[slot] = (gpointer) call_id;
  return TRUE;
}

static gboolean
on_call_arguments (guint slot, const gchar *delta, gpointer user_data)
{
  Answer *answer = user_data;

  return answer->self != NULL
         && gst_vowel_llm_push_tool_arguments (GST_VOWEL_LLM (answer->self),
             answer->request, g_ptr_array_index (answer->call_ids, slot),
             delta);
}

static gboolean
on_call_end (guint slot, gpointer user_data)
{
  Answer *answer = user_data;

  return answer->self != NULL
         && gst_vowel_llm_end_tool_call (GST_VOWEL_LLM (answer->self),
             answer->request, g_ptr_array_index (answer->call_ids, slot));
}

static const ChatStreamCallbacks stream_callbacks = {
    .text = on_text,
    .call_begin = on_call_begin,
    .call_arguments = on_call_arguments,
    .call_end = on_call_end,
};

static gboolean
on_event (const gchar *event, const gchar *data, gsize size, gpointer user_data)
{
  Answer *answer = user_data;
  g_autoptr (GError) error = NULL;

  GST_LOG ("%s: %s", answer->target.profile->name, data);
  if (!chat_stream_feed (answer->stream, event, data, size, &error)) {
    fail (answer, 0, -1, error);
    return FALSE;
  }
  if (answer->self == NULL || answer->request == NULL)
    return FALSE;
  if (chat_stream_is_complete (answer->stream)) {
    complete (answer);
    return FALSE;
  }
  if (chat_stream_is_finishing (answer->stream) && answer->linger == NULL)
    answer->linger = gst_vowel_worker_add_timer (get_worker (answer),
        gst_vowel_worker_get_time (get_worker (answer)) + LINGER, on_no_usage,
        answer);
  return TRUE;
}

/* A server that does not stream, or that has an error to report. */
static gboolean
is_whole_answer (GstVowelHttpRequest *http)
{
  const gchar *type =
      gst_vowel_http_request_get_response_header (http, "content-type");

  return type != NULL
         && g_ascii_strncasecmp (type, "application/json", 16) == 0;
}

static void
on_headers (GstVowelHttpRequest *http, guint status, gpointer user_data)
{
  Answer *answer = user_data;

  if (status < 300 && is_whole_answer (http))
    answer->whole = g_string_new (NULL);
}

static void
on_data (GstVowelHttpRequest *http, const guint8 *data, gsize size,
    gpointer user_data)
{
  g_autoptr (Answer) answer = answer_ref (user_data);
  g_autoptr (GError) error = NULL;

  if (answer->request == NULL)
    return;
  if (answer->whole == NULL) {
    if (!sse_parser_feed (answer->parser, data, size, &error)) {
      g_prefix_error (&error, "%s: ", answer->target.profile->name);
      fail (answer, 0, -1, error);
    }
    return;
  }
  if (answer->whole->len + size <= MAX_WHOLE_ANSWER) {
    g_string_append_len (answer->whole, (const gchar *) data, size);
    return;
  }
  g_set_error (&error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_LIMIT,
      "%s: the answer has more than %d bytes", answer->target.profile->name,
      MAX_WHOLE_ANSWER);
  fail (answer, 0, -1, error);
}

/* The body may know better than the status. */
static GError *
refine_error (
    GstVowelHttpRequest *http, const gchar *server, const GError *error)
{
  guint status = gst_vowel_http_request_get_status (http);
  const gchar *body = gst_vowel_http_request_get_error_body (http);
  g_autoptr (JsonNode) root = NULL;

  if (status >= 400 && *body != '\0')
    root = gst_vowel_json_parse (body, strlen (body), 64 * 1024, NULL);
  return root != NULL ? chat_error_find (server, NULL, status, root, body)
                      : g_error_copy (error);
}

static void
on_done (GstVowelHttpRequest *http, const GError *error, gpointer user_data)
{
  g_autoptr (Answer) answer = answer_ref (user_data);

  if (answer->self == NULL)
    return;
  if (answer->request == NULL) {
    drop (answer);
    return;
  }
  if (error != NULL) {
    g_autoptr (GError) refined =
        refine_error (http, answer->target.profile->name, error);

    fail (answer, gst_vowel_http_request_get_status (http),
        gst_vowel_http_request_get_retry_after_ms (http), refined);
    return;
  }
  if (answer->whole != NULL)
    on_event (NULL, answer->whole->str, answer->whole->len, answer);
  else
    sse_parser_end (answer->parser);
  if (answer->self != NULL && answer->request != NULL)
    complete (answer);
  if (answer->self != NULL)
    drop (answer);
}

static const GstVowelHttpCallbacks http_callbacks = {
    .headers = on_headers,
    .data = on_data,
    .done = on_done,
};

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
add_attribution (Answer *answer)
{
  g_autofree gchar *site = NULL;
  g_autofree gchar *app = NULL;

  if (!g_str_equal (answer->target.profile->name, "openrouter"))
    return;
  GST_OBJECT_LOCK (answer->self);
  site = g_strdup (answer->self->site_url);
  app = g_strdup (answer->self->app_name);
  GST_OBJECT_UNLOCK (answer->self);
  if (site != NULL)
    gst_vowel_http_request_set_header (
        answer->http, "HTTP-Referer", g_strdelimit (site, "\r\n", ' '));
  if (app != NULL)
    gst_vowel_http_request_set_header (
        answer->http, "X-Title", g_strdelimit (app, "\r\n", ' '));
}

/* (transfer full) */
static Answer *
answer_new (GstOpenaiLlm *self, GstVowelChatRequest *request,
    OpenaiTarget *target, const gchar *effort)
{
  Answer *answer = g_new0 (Answer, 1);

  g_ref_count_init (&answer->ref_count);
  answer->self = self;
  answer->request = gst_vowel_chat_request_ref (request);
  answer->target = *target;
  *target = (OpenaiTarget){0};
  answer->parser = sse_parser_new (on_event, answer);
  answer->stream =
      chat_stream_new (answer->target.profile->name, &stream_callbacks, answer);
  chat_stream_set_speak_reasoning (
      answer->stream, g_strcmp0 (effort, "none") == 0);
  answer->call_ids = g_ptr_array_new ();
  answer->http = openai_target_post (&answer->target,
      gst_vowel_llm_get_worker (GST_VOWEL_LLM (self)), "/chat/completions");
  return answer;
}

static gboolean
gst_openai_llm_generate (
    GstVowelLlm *llm, GstVowelChatRequest *request, GError **error)
{
  GstOpenaiLlm *self = GST_OPENAI_LLM (llm);
  g_auto (OpenaiTarget) target = {0};
  g_autofree gchar *model = NULL;
  g_autofree gchar *effort = NULL;
  g_autoptr (GBytes) body = NULL;
  Answer *answer;

  if (!openai_endpoint_resolve (
          &self->endpoint, GST_ELEMENT_CAST (self), &target, error))
    return FALSE;
  model = choose_model (self, target.profile, error);
  if (model == NULL)
    return FALSE;
  GST_OBJECT_LOCK (self);
  effort = g_strdup (self->reasoning_effort);
  GST_OBJECT_UNLOCK (self);
  body = chat_body_new (request, &(ChatBodyOptions){.profile = target.profile,
                                     .model = model,
                                     .reasoning_effort = effort});

  answer = answer_new (self, request, &target, effort);
  add_attribution (answer);
  gst_vowel_http_request_set_header (
      answer->http, "Accept", "text/event-stream");
  gst_vowel_http_request_set_body (answer->http, "application/json", body);
  g_ptr_array_add (self->answers, answer);
  GST_DEBUG_OBJECT (self, "%s: asking %s, model %s",
      gst_vowel_chat_request_get_response_id (request),
      answer->target.profile->name, model);
  gst_vowel_http_request_start (answer->http, &http_callbacks, answer);
  return TRUE;
}

static void
gst_openai_llm_cancel (GstVowelLlm *llm, GstVowelChatRequest *request)
{
  GstOpenaiLlm *self = GST_OPENAI_LLM (llm);

  for (guint i = 0; i < self->answers->len; i++) {
    Answer *answer = g_ptr_array_index (self->answers, i);

    if (answer->request == request) {
      drop (answer);
      return;
    }
  }
}

static void
gst_openai_llm_stop (GstVowelLlm *llm)
{
  GstOpenaiLlm *self = GST_OPENAI_LLM (llm);

  while (self->answers->len > 0)
    drop (g_ptr_array_index (self->answers, 0));
}

/* --- element --- */

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

  g_ptr_array_unref (self->answers);
  openai_endpoint_clear (&self->endpoint);
  g_free (self->reasoning_effort);
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
  llm_class->stop = GST_DEBUG_FUNCPTR (gst_openai_llm_stop);
  llm_class->generate = GST_DEBUG_FUNCPTR (gst_openai_llm_generate);
  llm_class->cancel = GST_DEBUG_FUNCPTR (gst_openai_llm_cancel);
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
  self->answers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) answer_unref);
}
