/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-scriptedllm
 * @title: scriptedllm
 * @short_description: a language model that follows a script
 *
 * Answers by the rules of a data file: patterns, variables, replies, tool
 * calls. It needs no network and no account, and the same conversation always
 * gets the same answer, which makes it the offline assistant and a model to
 * test with. It is no artificial intelligence, and says so when asked.
 *
 * The shipped script greets, tells time and date, calculates, remembers a name,
 * repeats, tells a story, and calls any tool whose name or description a
 * request matches. A script may also fail, stall and make calls on request.
 *
 * The element keeps nothing between two requests: what was said before is found
 * in the conversation that a request carries. Parallel and cancelled requests
 * therefore never mix.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 -m fdsrc ! text/x-raw,format=utf8 ! scriptedllm ! fdsink fd=1
 * ]|
 */

#include "config.h"

#include "gstscriptedllm.h"
#include "script-plan.h"
#include "script-store.h"

#include <string.h>

GST_DEBUG_CATEGORY_STATIC (scripted_llm_debug);
#define GST_CAT_DEFAULT scripted_llm_debug

#define DEFAULT_SCRIPT "assistant"
#define DEFAULT_DELAY 0
#define DEFAULT_TOKENS_PER_SECOND 0.0

/* Responses whose failed attempts are counted at a time. */
#define MAX_ATTEMPTS 64

enum {
  PROP_0,
  PROP_SCRIPT,
  PROP_SCRIPT_TEXT,
  PROP_DELAY,
  PROP_TOKENS_PER_SECOND,
  PROP_FIXED_TIME,
};

struct _GstScriptedLlm {
  GstVowelLlm parent;

  /* Protected by the object lock. */
  gchar *script;
  gchar *script_text;
  GstClockTime delay;
  gdouble tokens_per_second;
  gchar *fixed_time;

  /* From NULL->READY to READY->NULL; the worker only, in between. */
  GstVowelResponder *responder;
  GPtrArray *runs;      /* of ScriptRun */
  GHashTable *attempts; /* response id -> failed attempts */
};

/* A reply on its way out.  Worker only. */
typedef struct {
  grefcount ref_count;
  GstScriptedLlm *llm; /* borrowed; valid while not ended */
  GstVowelChatRequest *request;
  GstVowelScriptReply *reply;
  GstVowelPlan *plan;
  guint step;
  GstClockTime begin;
  GstClockTime token_time;
  GstVowelTimer *timer;
  gchar *call_id; /* of the call that is being made */
  gboolean ended;
} ScriptRun;

#define gst_scripted_llm_parent_class parent_class
G_DEFINE_TYPE (GstScriptedLlm, gst_scripted_llm, GST_TYPE_VOWEL_LLM)
GST_ELEMENT_REGISTER_DEFINE (
    scriptedllm, "scriptedllm", GST_RANK_MARGINAL, GST_TYPE_SCRIPTED_LLM)

static void
run_unref (gpointer data)
{
  ScriptRun *self = data;

  if (!g_ref_count_dec (&self->ref_count))
    return;
  gst_vowel_chat_request_unref (self->request);
  gst_vowel_script_reply_free (self->reply);
  gst_vowel_plan_free (self->plan);
  g_free (self->call_id);
  g_free (self);
}

static ScriptRun *
run_ref (ScriptRun *self)
{
  g_ref_count_inc (&self->ref_count);
  return self;
}

/* Nothing comes out of it any more. */
static void
run_end (ScriptRun *self)
{
  if (self->ended)
    return;
  self->ended = TRUE;
  if (self->timer != NULL)
    gst_vowel_worker_cancel_timer (
        gst_vowel_llm_get_worker (GST_VOWEL_LLM (self->llm)),
        g_steal_pointer (&self->timer));
  g_ptr_array_remove_fast (self->llm->runs, self);
}

/* The same request always gets the same ids, and no two responses share one. */
static gchar *
make_call_id (const GstVowelChatRequest *request, guint index)
{
  g_autofree gchar *name = g_strdup_printf (
      "%s/%u", gst_vowel_chat_request_get_response_id (request), index);
  g_autofree gchar *digest =
      g_compute_checksum_for_string (G_CHECKSUM_SHA256, name, -1);

  return g_strdup_printf ("call_%.24s", digest);
}

static guint
count_attempts (GstScriptedLlm *self, const GstVowelChatRequest *request)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (
      self->attempts, gst_vowel_chat_request_get_response_id (request)));
}

static void
count_failure (GstScriptedLlm *self, const GstVowelChatRequest *request)
{
  guint n = count_attempts (self, request);

  if (g_hash_table_size (self->attempts) >= MAX_ATTEMPTS)
    g_hash_table_remove_all (self->attempts);
  g_hash_table_insert (self->attempts,
      g_strdup (gst_vowel_chat_request_get_response_id (request)),
      GUINT_TO_POINTER (n + 1));
}

static void
run_fail (ScriptRun *self)
{
  const GstVowelScriptFailure *failure = self->reply->failure;
  GstScriptedLlm *llm = self->llm;
  g_autoptr (GError) error = NULL;

  error =
      g_error_new_literal (GST_VOWEL_ERROR, failure->code, failure->message);
  count_failure (llm, self->request);
  run_end (self);
  gst_vowel_llm_fail (GST_VOWEL_LLM (llm), self->request, failure->http_status,
      failure->retry_after_ms, error);
}

/* FALSE when nothing more is to come. */
static gboolean
run_step (ScriptRun *self, const GstVowelPlanStep *step)
{
  GstVowelLlm *llm = GST_VOWEL_LLM (self->llm);
  const GstVowelScriptReplyCall *call =
      step->call < self->reply->calls->len
          ? self->reply->calls->pdata[step->call]
          : NULL;

  switch (step->kind) {
    case GST_VOWEL_PLAN_TEXT:
      return gst_vowel_llm_push_text (llm, self->request, step->text);
    case GST_VOWEL_PLAN_CALL_BEGIN:
      g_free (self->call_id);
      self->call_id = call->id != NULL
                          ? g_strdup (call->id)
                          : make_call_id (self->request, step->call);
      return gst_vowel_llm_begin_tool_call (
                 llm, self->request, self->call_id, step->text)
             != NULL;
    case GST_VOWEL_PLAN_CALL_ARGUMENTS:
      return gst_vowel_llm_push_tool_arguments (
          llm, self->request, self->call_id, step->text);
    case GST_VOWEL_PLAN_CALL_END:
      return gst_vowel_llm_end_tool_call (llm, self->request, self->call_id);
    case GST_VOWEL_PLAN_FAIL:
      run_fail (self);
      return FALSE;
    case GST_VOWEL_PLAN_FINISH:
      g_hash_table_remove (self->llm->attempts,
          gst_vowel_chat_request_get_response_id (self->request));
      run_end (self);
      gst_vowel_llm_finish (
          llm, self->request, self->plan->finish, self->reply->usage);
      return FALSE;
    case GST_VOWEL_PLAN_STALL:
      GST_DEBUG_OBJECT (llm, "stalls, as the script says");
      return FALSE;
  }
  return FALSE;
}

/* Lets out everything that is due. */
static void
run_continue (gpointer user_data)
{
  ScriptRun *self = run_ref (user_data);
  GstVowelWorker *worker = NULL;

  self->timer = NULL;
  while (!self->ended && self->step < self->plan->steps->len) {
    const GstVowelPlanStep *step =
        &g_array_index (self->plan->steps, GstVowelPlanStep, self->step);
    GstClockTime due = self->begin + step->token * self->token_time;

    if (worker == NULL)
      worker = gst_vowel_llm_get_worker (GST_VOWEL_LLM (self->llm));
    if (due > self->begin && due > gst_vowel_worker_get_time (worker)) {
      self->timer =
          gst_vowel_worker_add_timer (worker, due, run_continue, self);
      break;
    }
    self->step++;
    if (!run_step (self, step))
      break;
  }
  run_unref (self);
}

static void
run_begin (gpointer user_data)
{
  ScriptRun *self = user_data;
  GstVowelWorker *worker;

  if (self->ended)
    return;
  worker = gst_vowel_llm_get_worker (GST_VOWEL_LLM (self->llm));
  if (self->begin > gst_vowel_worker_get_time (worker))
    self->timer =
        gst_vowel_worker_add_timer (worker, self->begin, run_continue, self);
  else
    run_continue (self);
}

static GDateTime *
parse_time (const gchar *text, GError **error)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  GDateTime *time = g_date_time_new_from_iso8601 (text, utc);

  if (time == NULL)
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST,
        "property \"fixed-time\" is \"%s\", which is no ISO 8601 time; write "
        "for "
        "example 2026-11-21T10:35:00Z",
        text);
  return time;
}

static GDateTime *
get_now (GstScriptedLlm *self, GError **error)
{
  g_autofree gchar *fixed_time = NULL;

  GST_OBJECT_LOCK (self);
  fixed_time = g_strdup (self->fixed_time);
  GST_OBJECT_UNLOCK (self);
  if (fixed_time == NULL || *fixed_time == '\0')
    return g_date_time_new_now_local ();
  return parse_time (fixed_time, error);
}

static gboolean
gst_scripted_llm_generate (
    GstVowelLlm *llm, GstVowelChatRequest *request, GError **error)
{
  GstScriptedLlm *self = GST_SCRIPTED_LLM (llm);
  GstVowelWorker *worker = gst_vowel_llm_get_worker (llm);
  g_autoptr (GDateTime) now = get_now (self, error);
  g_autoptr (GstVowelScriptReply) reply = NULL;
  gdouble tokens_per_second;
  GstClockTime delay;
  gboolean fail;
  ScriptRun *run;

  if (now == NULL)
    return FALSE;
  reply = gst_vowel_responder_reply (self->responder, request, now, error);
  if (reply == NULL)
    return FALSE;
  fail = reply->failure != NULL
         && (reply->failure->times == 0
             || count_attempts (self, request) < reply->failure->times);

  GST_OBJECT_LOCK (self);
  delay = self->delay;
  tokens_per_second = self->tokens_per_second;
  GST_OBJECT_UNLOCK (self);
  if (reply->delay_ms >= 0)
    delay = reply->delay_ms * GST_MSECOND;
  if (reply->tokens_per_second >= 0)
    tokens_per_second = reply->tokens_per_second;

  run = g_new0 (ScriptRun, 1);
  g_ref_count_init (&run->ref_count);
  run->llm = self;
  run->request = gst_vowel_chat_request_ref (request);
  run->plan = gst_vowel_plan_new (reply,
      gst_vowel_chat_request_get_max_tokens (request), tokens_per_second > 0,
      fail);
  run->reply = g_steal_pointer (&reply);
  run->begin = gst_vowel_worker_get_time (worker) + delay;
  if (tokens_per_second > 0)
    run->token_time = (GstClockTime) (GST_SECOND / tokens_per_second);
  g_ptr_array_add (self->runs, run);
  GST_DEBUG_OBJECT (self, "%s: \"%s\", %u calls",
      gst_vowel_chat_request_get_response_id (request), run->reply->text,
      run->reply->calls->len);
  /* On the next turn: whoever asked is done asking then. */
  gst_vowel_worker_post (worker, run_begin, run_ref (run), run_unref);
  return TRUE;
}

static void
gst_scripted_llm_cancel (GstVowelLlm *llm, GstVowelChatRequest *request)
{
  GstScriptedLlm *self = GST_SCRIPTED_LLM (llm);
  guint i;

  g_hash_table_remove (
      self->attempts, gst_vowel_chat_request_get_response_id (request));
  for (i = 0; i < self->runs->len; i++) {
    ScriptRun *run = self->runs->pdata[i];

    if (run->request == request) {
      run_end (run);
      return;
    }
  }
}

static void
gst_scripted_llm_stop (GstVowelLlm *llm)
{
  GstScriptedLlm *self = GST_SCRIPTED_LLM (llm);

  while (self->runs->len > 0)
    run_end (self->runs->pdata[0]);
  g_hash_table_remove_all (self->attempts);
}

/* Reads the script before the worker begins: it must not wait for a disk. */
static gboolean
prepare (GstScriptedLlm *self)
{
  g_autofree gchar *name = NULL, *text = NULL;
  g_autoptr (GstVowelScript) script = NULL;
  g_autoptr (GDateTime) now = NULL;
  g_autoptr (GError) error = NULL;

  GST_OBJECT_LOCK (self);
  name = g_strdup (self->script);
  text = g_strdup (self->script_text);
  GST_OBJECT_UNLOCK (self);

  if (text != NULL && *text != '\0')
    script = gst_vowel_script_parse (
        text, strlen (text), "property \"script-text\"", &error);
  else
    script = gst_vowel_script_load (
        name != NULL && *name != '\0' ? name : DEFAULT_SCRIPT, &error);
  if (script != NULL)
    now = get_now (self, &error);
  if (now == NULL) {
    GST_ELEMENT_ERROR (
        self, RESOURCE, SETTINGS, ("%s", error->message), (NULL));
    return FALSE;
  }
  self->responder = gst_vowel_responder_new (script);
  return TRUE;
}

static GstStateChangeReturn
gst_scripted_llm_change_state (GstElement *element, GstStateChange transition)
{
  GstScriptedLlm *self = GST_SCRIPTED_LLM (element);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_NULL_TO_READY && !prepare (self))
    return GST_STATE_CHANGE_FAILURE;

  ret = GST_ELEMENT_CLASS (parent_class)->change_state (element, transition);

  if (transition == GST_STATE_CHANGE_READY_TO_NULL
      || (transition == GST_STATE_CHANGE_NULL_TO_READY
          && ret == GST_STATE_CHANGE_FAILURE))
    g_clear_pointer (&self->responder, gst_vowel_responder_free);
  return ret;
}

static void
gst_scripted_llm_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstScriptedLlm *self = GST_SCRIPTED_LLM (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_SCRIPT:
      g_free (self->script);
      self->script = g_value_dup_string (value);
      break;
    case PROP_SCRIPT_TEXT:
      g_free (self->script_text);
      self->script_text = g_value_dup_string (value);
      break;
    case PROP_DELAY:
      self->delay = g_value_get_uint64 (value);
      break;
    case PROP_TOKENS_PER_SECOND:
      self->tokens_per_second = g_value_get_double (value);
      break;
    case PROP_FIXED_TIME:
      g_free (self->fixed_time);
      self->fixed_time = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_scripted_llm_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstScriptedLlm *self = GST_SCRIPTED_LLM (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_SCRIPT:
      g_value_set_string (value, self->script);
      break;
    case PROP_SCRIPT_TEXT:
      g_value_set_string (value, self->script_text);
      break;
    case PROP_DELAY:
      g_value_set_uint64 (value, self->delay);
      break;
    case PROP_TOKENS_PER_SECOND:
      g_value_set_double (value, self->tokens_per_second);
      break;
    case PROP_FIXED_TIME:
      g_value_set_string (value, self->fixed_time);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_scripted_llm_finalize (GObject *object)
{
  GstScriptedLlm *self = GST_SCRIPTED_LLM (object);

  g_ptr_array_unref (self->runs);
  g_hash_table_unref (self->attempts);
  g_clear_pointer (&self->responder, gst_vowel_responder_free);
  g_free (self->script);
  g_free (self->script_text);
  g_free (self->fixed_time);
  G_OBJECT_CLASS (parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  /**
   * GstScriptedLlm:script:
   *
   * The script: a path, or the name of one in the folder scripts/ of
   * `VOWEL_DATA_DIR` or of the installed data.
   */
  g_object_class_install_property (object_class, PROP_SCRIPT,
      g_param_spec_string ("script", "Script",
          "Path of the script (JSON), or the name of a shipped one",
          DEFAULT_SCRIPT,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_READY));
  /**
   * GstScriptedLlm:script-text:
   *
   * The script itself, instead of a file; for tests.
   */
  g_object_class_install_property (object_class, PROP_SCRIPT_TEXT,
      g_param_spec_string ("script-text", "Script text",
          "The script itself (JSON text), instead of a file", NULL,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_READY));
  /**
   * GstScriptedLlm:delay:
   *
   * Time before a response's first token, in ns, by the worker's clock. A
   * rule's own `delay_ms` goes before.
   */
  g_object_class_install_property (object_class, PROP_DELAY,
      g_param_spec_uint64 ("delay", "Delay",
          "Time before a response's first token, in ns; 0 = at once", 0,
          G_MAXINT64 / 2, DEFAULT_DELAY,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING));
  /**
   * GstScriptedLlm:tokens-per-second:
   *
   * How fast text comes, a word being a token. 0 lets everything out at once, a
   * sentence at a time.
   */
  g_object_class_install_property (object_class, PROP_TOKENS_PER_SECOND,
      g_param_spec_double ("tokens-per-second", "Tokens per second",
          "How many words come in a second; 0 = all at once, by sentences", 0,
          1e6, DEFAULT_TOKENS_PER_SECOND,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING));
  /**
   * GstScriptedLlm:fixed-time:
   *
   * What time the script thinks it is, in ISO 8601; UTC when it names no zone.
   * Unset for the real local time.
   */
  g_object_class_install_property (object_class, PROP_FIXED_TIME,
      g_param_spec_string ("fixed-time", "Fixed time",
          "What time it is to the script (ISO 8601); unset = the local time",
          NULL,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING));
}

static void
gst_scripted_llm_class_init (GstScriptedLlmClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstVowelLlmClass *llm_class = GST_VOWEL_LLM_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (
      scripted_llm_debug, "scriptedllm", 0, "Language model by script");
  object_class->set_property = gst_scripted_llm_set_property;
  object_class->get_property = gst_scripted_llm_get_property;
  object_class->finalize = gst_scripted_llm_finalize;
  element_class->change_state =
      GST_DEBUG_FUNCPTR (gst_scripted_llm_change_state);
  llm_class->generate = GST_DEBUG_FUNCPTR (gst_scripted_llm_generate);
  llm_class->cancel = GST_DEBUG_FUNCPTR (gst_scripted_llm_cancel);
  llm_class->stop = GST_DEBUG_FUNCPTR (gst_scripted_llm_stop);

  install_properties (object_class);
  gst_element_class_set_static_metadata (element_class,
      "Scripted language model", "Filter/Text",
      "Answers by the rules of a script: the offline assistant, and a "
      "deterministic model for tests",
      "The vowel-gst authors");
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_LLM, "scripted");
}

static void
gst_scripted_llm_init (GstScriptedLlm *self)
{
  self->script = g_strdup (DEFAULT_SCRIPT);
  self->delay = DEFAULT_DELAY;
  self->tokens_per_second = DEFAULT_TOKENS_PER_SECOND;
  self->runs = g_ptr_array_new_with_free_func (run_unref);
  self->attempts =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}
