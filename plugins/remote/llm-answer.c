/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "llm-answer.h"

#include "remote-error.h"
#include "sse-parser.h"

#include <string.h>

GST_DEBUG_CATEGORY_STATIC (llm_answer_debug);
#define GST_CAT_DEFAULT llm_answer_debug

#define CONNECT_MS 3000
#define MAX_WHOLE_ANSWER (1024 * 1024)
#define MAX_ERROR_BODY (64 * 1024)
/* For the token counts after the last word, and for the end of the connection
 * after those. */
#define LINGER (500 * GST_MSECOND)

struct _LlmAnswers {
  GstVowelLlm *llm; /* borrowed */
  GPtrArray *all;   /* of LlmAnswer */
};

struct _LlmAnswer {
  grefcount ref_count;
  LlmAnswers *answers;          /* NULL once nothing may be called any more */
  GstVowelChatRequest *request; /* NULL once its end was reported */
  GstVowelHttpRequest *http;
  gchar *server;
  gchar *api_key;

  SseParser *parser;
  const LlmStreamClass *klass;
  gpointer stream;
  LlmAnswerFailedFunc failed_func;
  GString *whole;      /* of a server that does not stream */
  GPtrArray *call_ids; /* by slot; owned by the request */
  GstVowelTimer *linger;
};

/* --- the life of an answer --- */

static LlmAnswer *
answer_ref (LlmAnswer *self)
{
  g_ref_count_inc (&self->ref_count);
  return self;
}

static void
answer_unref (LlmAnswer *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->request, gst_vowel_chat_request_unref);
  g_clear_object (&self->http);
  g_clear_pointer (&self->parser, sse_parser_free);
  if (self->stream != NULL)
    self->klass->free (self->stream);
  if (self->whole != NULL)
    g_string_free (self->whole, TRUE);
  g_ptr_array_unref (self->call_ids);
  g_free (self->server);
  g_free (self->api_key);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LlmAnswer, answer_unref)

static GstVowelWorker *
get_worker (LlmAnswer *self)
{
  return gst_vowel_llm_get_worker (self->answers->llm);
}

static void
stop_linger (LlmAnswer *self)
{
  if (self->linger != NULL)
    gst_vowel_worker_cancel_timer (
        get_worker (self), g_steal_pointer (&self->linger));
}

static void
start_linger (LlmAnswer *self, GstVowelWorkerFunc func)
{
  stop_linger (self);
  self->linger = gst_vowel_worker_add_timer (get_worker (self),
      gst_vowel_worker_get_time (get_worker (self)) + LINGER, func, self);
}

/* Breaks the connection off, if it is still there, and forgets the answer. */
static void
drop (LlmAnswer *self)
{
  g_autoptr (LlmAnswer) keep = answer_ref (self);
  LlmAnswers *answers = self->answers;

  if (answers == NULL)
    return;
  stop_linger (self);
  self->answers = NULL;
  gst_vowel_http_request_cancel (self->http);
  g_ptr_array_remove_fast (answers->all, self);
}

static void
on_linger (gpointer user_data)
{
  LlmAnswer *self = user_data;

  self->linger = NULL;
  drop (self);
}

static void
fail (LlmAnswer *self, guint status, gint retry_after_ms, const GError *cause)
{
  g_autoptr (LlmAnswer) keep = answer_ref (self);
  g_autoptr (GstVowelChatRequest) request = g_steal_pointer (&self->request);
  g_autoptr (GError) error = g_error_copy (cause);
  GstVowelLlm *llm;

  if (self->answers == NULL)
    return; /* cancelled by what it has brought */
  llm = self->answers->llm;
  gst_vowel_secret_redact_error (error, self->api_key);
  drop (self);
  if (request == NULL)
    return;
  if (self->failed_func != NULL
      && self->failed_func (llm, request, self->stream))
    retry_after_ms = 0;
  gst_vowel_llm_fail (llm, request, status, retry_after_ms, error);
}

/* The answer is whole. The connection is left to end by itself, so that it can
 * be used again; only not for ever. */
static void
complete (LlmAnswer *self)
{
  g_autoptr (LlmAnswer) keep = answer_ref (self);
  g_autoptr (GstVowelChatRequest) request = NULL;
  g_autoptr (GError) error = NULL;
  GstVowelLlm *llm = self->answers->llm;

  if (!self->klass->end (self->stream, &error)) {
    fail (self, 0, -1, error);
    return;
  }
  if (self->answers == NULL)
    return; /* cancelled by what its end has brought */
  request = g_steal_pointer (&self->request);
  start_linger (self, on_linger);
  gst_vowel_llm_finish (llm, request, self->klass->get_reason (self->stream),
      self->klass->get_usage (self->stream));
}

static void
on_no_usage (gpointer user_data)
{
  LlmAnswer *self = user_data;

  self->linger = NULL;
  complete (self);
}

/* --- what the service says --- */

static gboolean
on_text (const gchar *delta, gpointer user_data)
{
  LlmAnswer *self = user_data;

  return self->answers != NULL
         && gst_vowel_llm_push_text (self->answers->llm, self->request, delta);
}

static gboolean
on_call_begin (
    guint slot, const gchar *id, const gchar *name, gpointer user_data)
{
  LlmAnswer *self = user_data;
  const gchar *call_id;

  if (self->answers == NULL)
    return FALSE;
  call_id = gst_vowel_llm_begin_tool_call (
      self->answers->llm, self->request, id, name);
  if (call_id == NULL)
    return FALSE;
  if (self->call_ids->len <= slot)
    g_ptr_array_set_size (self->call_ids, slot + 1);
  self->call_ids->pdata[slot] = (gpointer) call_id;
  return TRUE;
}

static gboolean
on_call_arguments (guint slot, const gchar *delta, gpointer user_data)
{
  LlmAnswer *self = user_data;

  return self->answers != NULL
         && gst_vowel_llm_push_tool_arguments (self->answers->llm,
             self->request, g_ptr_array_index (self->call_ids, slot), delta);
}

static gboolean
on_call_end (guint slot, gpointer user_data)
{
  LlmAnswer *self = user_data;

  return self->answers != NULL
         && gst_vowel_llm_end_tool_call (self->answers->llm, self->request,
             g_ptr_array_index (self->call_ids, slot));
}

const LlmStreamCallbacks llm_answer_callbacks = {
    .text = on_text,
    .call_begin = on_call_begin,
    .call_arguments = on_call_arguments,
    .call_end = on_call_end,
};

static gboolean
on_event (const gchar *event, const gchar *data, gsize size, gpointer user_data)
{
  LlmAnswer *self = user_data;
  g_autoptr (GError) error = NULL;

  GST_LOG ("%s: %s", self->server, data);
  if (!self->klass->feed (self->stream, event, data, size, &error)) {
    fail (self, 0, -1, error);
    return FALSE;
  }
  if (self->answers == NULL || self->request == NULL)
    return FALSE;
  if (self->klass->is_complete (self->stream)) {
    complete (self);
    return FALSE;
  }
  if (self->klass->is_finishing (self->stream) && self->linger == NULL)
    start_linger (self, on_no_usage);
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
  LlmAnswer *self = user_data;

  if (status < 300 && is_whole_answer (http))
    self->whole = g_string_new (NULL);
}

static void
on_data (GstVowelHttpRequest *http, const guint8 *data, gsize size,
    gpointer user_data)
{
  g_autoptr (LlmAnswer) self = answer_ref (user_data);
  g_autoptr (GError) error = NULL;

  if (self->answers == NULL || self->request == NULL)
    return;
  gst_vowel_llm_keep_alive (self->answers->llm, self->request);
  if (self->whole == NULL) {
    if (!sse_parser_feed (self->parser, data, size, &error)) {
      g_prefix_error (&error, "%s: ", self->server);
      fail (self, 0, -1, error);
    }
    return;
  }
  if (self->whole->len + size <= MAX_WHOLE_ANSWER) {
    g_string_append_len (self->whole, (const gchar *) data, size);
    return;
  }
  g_set_error (&error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_LIMIT,
      "%s: the answer has more than %d bytes", self->server, MAX_WHOLE_ANSWER);
  fail (self, 0, -1, error);
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
    root = gst_vowel_json_parse (body, strlen (body), MAX_ERROR_BODY, NULL);
  return root != NULL ? remote_error_find (server, NULL, status, root, body)
                      : g_error_copy (error);
}

static void
handle_refusal (LlmAnswer *self, GstVowelHttpRequest *http, const GError *error)
{
  g_autoptr (GError) refined = refine_error (http, self->server, error);

  if (self->klass->recover != NULL
      && gst_vowel_http_request_get_status (http) >= 400
      && self->klass->recover (
          self->stream, gst_vowel_http_request_get_error_body (http))) {
    if (self->answers != NULL)
      complete (self);
    if (self->answers != NULL)
      drop (self);
    return;
  }
  fail (self, gst_vowel_http_request_get_status (http),
      gst_vowel_http_request_get_retry_after_ms (http), refined);
}

static void
on_done (GstVowelHttpRequest *http, const GError *error, gpointer user_data)
{
  g_autoptr (LlmAnswer) self = answer_ref (user_data);

  if (self->answers == NULL)
    return;
  if (self->request == NULL) {
    drop (self);
    return;
  }
  if (error != NULL) {
    handle_refusal (self, http, error);
    return;
  }
  if (self->whole != NULL)
    on_event (NULL, self->whole->str, self->whole->len, self);
  else
    sse_parser_end (self->parser);
  if (self->answers != NULL && self->request != NULL)
    complete (self);
  if (self->answers != NULL)
    drop (self);
}

static const GstVowelHttpCallbacks http_callbacks = {
    .headers = on_headers,
    .data = on_data,
    .done = on_done,
};

/* --- for elements --- */

LlmAnswers *
llm_answers_new (GstVowelLlm *llm)
{
  LlmAnswers *answers = g_new0 (LlmAnswers, 1);

  if (llm_answer_debug == NULL)
    GST_DEBUG_CATEGORY_INIT (
        llm_answer_debug, "llmanswer", 0, "answers of language model services");
  answers->llm = llm;
  answers->all = g_ptr_array_new_with_free_func ((GDestroyNotify) answer_unref);
  return answers;
}

void
llm_answers_free (LlmAnswers *answers)
{
  g_ptr_array_unref (answers->all);
  g_free (answers);
}

void
llm_answers_cancel (LlmAnswers *answers, GstVowelChatRequest *request)
{
  for (guint i = 0; i < answers->all->len; i++) {
    LlmAnswer *answer = g_ptr_array_index (answers->all, i);

    if (answer->request == request) {
      drop (answer);
      return;
    }
  }
}

void
llm_answers_stop (LlmAnswers *answers)
{
  while (answers->all->len > 0)
    drop (g_ptr_array_index (answers->all, 0));
}

LlmAnswer *
llm_answer_new (LlmAnswers *answers, GstVowelChatRequest *request,
    const gchar *server, const gchar *api_key, GstVowelHttpRequest *http)
{
  LlmAnswer *self = g_new0 (LlmAnswer, 1);

  g_ref_count_init (&self->ref_count);
  self->answers = answers;
  self->request = gst_vowel_chat_request_ref (request);
  self->server = g_strdup (server);
  self->api_key = g_strdup (api_key);
  self->parser = sse_parser_new (on_event, self);
  self->call_ids = g_ptr_array_new ();
  self->http = http;
  gst_vowel_http_request_set_deadlines (http, CONNECT_MS, 0, 0);
  gst_vowel_http_request_set_header (http, "Accept", "text/event-stream");
  g_ptr_array_add (answers->all, self);
  return self;
}

void
llm_answer_set_failed_func (LlmAnswer *self, LlmAnswerFailedFunc func)
{
  self->failed_func = func;
}

void
llm_answer_start (
    LlmAnswer *self, const LlmStreamClass *klass, gpointer stream, GBytes *body)
{
  self->klass = klass;
  self->stream = stream;
  gst_vowel_http_request_set_body (self->http, "application/json", body);
  gst_vowel_http_request_start (self->http, &http_callbacks, self);
}
