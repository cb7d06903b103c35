/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "gstvowelchat-priv.h"
#include "gstvowelerror.h"
#include "gstvowelevent.h"
#include "gstvowelllmcalls-priv.h"
#include "gstvowelllmrun-priv.h"
#include "gstvowelllmspeak-priv.h"
#include "gstvowelmessage.h"

GST_DEBUG_CATEGORY_EXTERN (gst_vowel_llm_debug);
#define GST_CAT_DEFAULT gst_vowel_llm_debug

/* How often a model is told that its calls make no sense. */
#define MAX_CORRECTIONS 2
/* How often a model that speaks by the tool is asked whether there is more. */
#define MAX_SPOKEN 8

static void try_generate (GstVowelLlmRun *run);

static GstVowelLlmRun *
run_ref (GstVowelLlmRun *run)
{
  g_ref_count_inc (&run->ref_count);
  return run;
}

void
gst_vowel_llm_run_unref (GstVowelLlmRun *run)
{
  if (!g_ref_count_dec (&run->ref_count))
    return;
  gst_vowel_chat_request_unref (run->question);
  g_string_free (run->text, TRUE);
  g_ptr_array_unref (run->calls);
  g_free (run);
}

GstVowelChatRequest *
gst_vowel_llm_run_get_request (GstVowelLlmRun *run)
{
  return run->request;
}

gboolean
gst_vowel_llm_run_is_standalone (GstVowelLlmRun *run)
{
  return run->standalone;
}

GstVowelLlm *
gst_vowel_llm_run_get_model (GstVowelLlmRun *run)
{
  return GST_VOWEL_LLM (run->charge.provider);
}

static void
clear_timer (GstVowelLlmRun *run, GstVowelTimer **timer)
{
  gst_vowel_provider_element_clear_timer (
      GST_VOWEL_PROVIDER_ELEMENT (run->llm), timer);
}

/* No longer live: whatever the provider still pushes is dropped. */
static void
retire (GstVowelLlmRun *run)
{
  run->live = FALSE;
  run->active = FALSE;
  clear_timer (run, &run->deadline);
  clear_timer (run, &run->retry);
  g_ptr_array_remove_fast (gst_vowel_llm_get_private (run->llm)->runs, run);
}

static void
stop_provider (GstVowelLlmRun *run)
{
  GstVowelLlmClass *klass =
      GST_VOWEL_LLM_GET_CLASS (gst_vowel_llm_run_get_model (run));

  if (!run->active)
    return;
  run->active = FALSE;
  if (klass->cancel != NULL)
    klass->cancel (gst_vowel_llm_run_get_model (run), run->request);
}

/* What a model says that another has taken over from comes too late. */
GstVowelLlmRun *
gst_vowel_llm_find_run (GstVowelLlm *self, GstVowelChatRequest *request)
{
  GstVowelProviderElement *owner =
      gst_vowel_provider_element_get_owner (GST_VOWEL_PROVIDER_ELEMENT (self));
  GPtrArray *runs = gst_vowel_llm_get_private (GST_VOWEL_LLM (owner))->runs;

  for (guint i = 0; i < runs->len; i++) {
    GstVowelLlmRun *run = g_ptr_array_index (runs, i);

    if (run->request == request)
      return run->active && gst_vowel_llm_run_get_model (run) == self
                 ? run_ref (run)
                 : NULL;
  }
  return NULL;
}

static GstClockTime
now (GstVowelLlmRun *run)
{
  return gst_vowel_worker_get_time (gst_vowel_llm_get_worker (run->llm));
}

static void
estimate_usage (GstVowelLlmRun *run, GstVowelUsage *usage)
{
  gsize characters = gst_vowel_llm_calls_count_characters (run->calls);

  /* What it says by the tool is in the calls. */
  characters += run->by_tool ? run->unsaid
                             : (gsize) g_utf8_strlen (
                                 run->text->str + run->told_text, -1);
  usage->input_tokens = gst_vowel_chat_request_estimate_tokens (run->request);
  usage->output_tokens = gst_vowel_chat_estimate_tokens (characters);
  usage->cached_tokens = 0;
  usage->estimated = TRUE;
}

/* The newest try is over. @usage: (nullable): of an answer that has not come
 * whole, when any of it has. */
static void
spend (GstVowelLlmRun *run, const GstVowelUsage *usage)
{
  GstVowelUsage estimate;

  if (usage == NULL && !run->output)
    return;
  if (usage == NULL) {
    estimate_usage (run, &estimate);
    usage = &estimate;
  }
  run->spent.input_tokens += usage->input_tokens;
  run->spent.output_tokens += usage->output_tokens;
  run->spent.cached_tokens += usage->cached_tokens;
  run->spent.estimated |= usage->estimated;
  /* What the provider in charge is paid for. */
  run->charge.usage.input_tokens = run->spent.input_tokens;
  run->charge.usage.output_tokens = run->spent.output_tokens;
  run->charge.usage.cached_tokens = run->spent.cached_tokens;
  run->output = FALSE;
}

/* The text is over: whoever speaks it may finish. */
static void
push_response_end (GstVowelLlmRun *run)
{
  GstVowelSrcPad *srcpad = ELEMENT_PRIV (run->llm)->srcpad;

  if (gst_vowel_chat_request_get_spoken (run->request)
      && gst_pad_is_linked (GST_PAD_CAST (srcpad)))
    gst_vowel_src_pad_push_event (
        srcpad, gst_vowel_event_new_response_end (
                    gst_vowel_chat_request_get_response_id (run->request),
                    gst_vowel_chat_request_get_generation (run->request)));
}

static void
give_up (GstVowelLlmRun *run, guint http_status, const GError *error)
{
  GstVowelLlm *self = run->llm;

  spend (run, NULL);
  gst_vowel_charge_end (&run->charge, error);
  retire (run);
  gst_vowel_provider_element_post_failure (run->charge.provider,
      gst_vowel_chat_request_get_generation (run->request), http_status, error);
  push_response_end (run);
  if (run->standalone)
    gst_vowel_conversation_add_assistant (
        gst_vowel_llm_get_private (self)->conversation, run->text->str);
  gst_vowel_llm_run_ended (self);
}

static void
retry_now (gpointer user_data)
{
  g_autoptr (GstVowelLlmRun) run = run_ref (user_data);

  run->retry = NULL;
  try_generate (run);
}

/* The provider has failed, or is too slow and has been stopped. */
static void
attempt_failed (GstVowelLlmRun *run, guint http_status, gint retry_after_ms,
    const GError *error)
{
  run->active = FALSE;
  clear_timer (run, &run->deadline);
  spend (run, NULL);
  if (!run->told)
    run->retry = gst_vowel_charge_retry (
        &run->charge, retry_after_ms, error, retry_now, run);
  if (!run->told && run->retry == NULL) {
    run->retry =
        gst_vowel_charge_hand_over (&run->charge, error, retry_now, run);
    run->spent = (GstVowelUsage){0};
  }
  if (run->retry == NULL)
    give_up (run, http_status, error);
}

/* One timer serves the wait for the first output and, moved on lazily, every
 * pause after it. */
static void
deadline_passed (gpointer user_data)
{
  g_autoptr (GstVowelLlmRun) run = run_ref (user_data);
  GstVowelLlmPrivate *priv =
      gst_vowel_llm_get_private (gst_vowel_llm_run_get_model (run));
  GstClockTime limit;
  g_autoptr (GError) error = NULL;

  run->deadline = NULL;
  GST_OBJECT_LOCK (gst_vowel_llm_run_get_model (run));
  limit = run->output ? priv->stall_timeout : priv->first_token_timeout;
  GST_OBJECT_UNLOCK (gst_vowel_llm_run_get_model (run));

  if (run->output && limit == 0)
    return;
  if (run->output && now (run) < run->last_output + limit) {
    run->deadline =
        gst_vowel_worker_add_timer (gst_vowel_llm_get_worker (run->llm),
            run->last_output + limit, deadline_passed, run);
    return;
  }
  g_set_error (&error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_TIMEOUT,
      "The language model sent nothing for %" G_GUINT64_FORMAT
      " ms (property \"%s\")",
      limit / GST_MSECOND,
      run->output ? "stall-timeout" : "first-token-timeout");
  stop_provider (run);
  attempt_failed (run, 0, -1, error);
}

static gboolean
takes_images (GstVowelLlm *self)
{
  GstVowelLlmClass *klass = GST_VOWEL_LLM_GET_CLASS (self);
  GstVowelLlmImages images;

  GST_OBJECT_LOCK (self);
  images = gst_vowel_llm_get_private (self)->images;
  GST_OBJECT_UNLOCK (self);
  if (klass->takes_images == NULL || images == GST_VOWEL_LLM_IMAGES_OFF)
    return FALSE;
  return images == GST_VOWEL_LLM_IMAGES_ON || klass->takes_images (self);
}

/* A model that takes no images is asked without. */
static void
choose_request (GstVowelLlmRun *run, GstVowelLlm *self)
{
  GstVowelLlmPrivate *priv = gst_vowel_llm_get_private (self);

  run->request = run->question;
  if (!gst_vowel_chat_request_has_images (run->question) || takes_images (self))
    return;
  run->request = gst_vowel_chat_request_get_without_images (run->question);
  if (priv->images_unseen)
    return;
  priv->images_unseen = TRUE;
  GST_ELEMENT_WARNING (self, STREAM, FORMAT,
      ("The model is not shown the images of this conversation; set the "
       "property \"images\" to \"on\" if it takes them"),
      (NULL));
}

static void
try_generate (GstVowelLlmRun *run)
{
  GstVowelLlm *self = gst_vowel_llm_run_get_model (run);
  GstVowelLlmPrivate *priv = gst_vowel_llm_get_private (self);
  GstClockTime timeout;
  g_autoptr (GError) error = NULL;

  choose_request (run, self);
  /* Whoever watches the bus may just have cancelled it. */
  if (!run->live)
    return;
  gst_vowel_charge_note_try (&run->charge);
  GST_OBJECT_LOCK (self);
  timeout = priv->first_token_timeout;
  GST_OBJECT_UNLOCK (self);
  run->last_output = now (run);
  run->active = TRUE;
  run->output = FALSE;
  run->unsaid = 0;
  g_ptr_array_set_size (run->calls, 0);
  if (timeout > 0)
    run->deadline = gst_vowel_worker_add_timer (gst_vowel_llm_get_worker (self),
        run->last_output + timeout, deadline_passed, run);

  if (GST_VOWEL_LLM_GET_CLASS (self)->generate (self, run->request, &error))
    return;
  gst_vowel_provider_element_ensure_error (
      GST_VOWEL_PROVIDER_ELEMENT (self), &error);
  if (run->live && run->active && gst_vowel_llm_run_get_model (run) == self)
    attempt_failed (run, 0, -1, error);
}

static void
set_question (GstVowelLlmRun *run, GstVowelChatRequest *request)
{
  GstVowelLlm *self = run->llm;
  gboolean by_tool;

  GST_OBJECT_LOCK (self);
  by_tool = gst_vowel_llm_get_private (self)->speak_tool;
  GST_OBJECT_UNLOCK (self);
  if (by_tool && gst_vowel_chat_request_get_spoken (request)) {
    run->question = gst_vowel_llm_speak_make_question (request);
    if (run->question == NULL)
      GST_WARNING_OBJECT (self, "the application has a tool \"speak\" of its "
                                "own: what the model writes is spoken");
  }
  run->by_tool = run->question != NULL;
  if (run->question == NULL)
    run->question = gst_vowel_chat_request_ref (request);
  run->request = run->question;
}

void
gst_vowel_llm_run_start (
    GstVowelLlm *self, GstVowelChatRequest *request, gboolean standalone)
{
  GstVowelLlmPrivate *priv = gst_vowel_llm_get_private (self);
  g_autoptr (GstVowelLlmRun) run = g_new0 (GstVowelLlmRun, 1);
  g_autoptr (GError) error = NULL;

  g_ref_count_init (&run->ref_count);
  run->llm = self;
  set_question (run, request);
  run->standalone = standalone;
  run->live = TRUE;
  run->text = g_string_new (NULL);
  run->calls = gst_vowel_llm_calls_new ();
  g_ptr_array_add (priv->runs, run_ref (run));
  if (gst_vowel_chat_request_get_spoken (request))
    priv->spoken_generation = MAX (priv->spoken_generation,
        gst_vowel_chat_request_get_generation (request));
  GST_DEBUG_OBJECT (self, "%s begins, generation %" G_GUINT64_FORMAT,
      gst_vowel_chat_request_get_response_id (request),
      gst_vowel_chat_request_get_generation (request));
  if (gst_vowel_charge_begin (&run->charge, GST_VOWEL_PROVIDER_ELEMENT (self),
          gst_vowel_chat_request_get_generation (request), 0, &error))
    try_generate (run);
  else
    give_up (run, 0, error);
}

void
gst_vowel_llm_run_cancel (GstVowelLlmRun *run)
{
  g_autoptr (GstVowelLlmRun) keep = run_ref (run);
  GstVowelLlm *self = run->llm;

  if (!run->live)
    return;
  GST_DEBUG_OBJECT (self, "%s cancelled",
      gst_vowel_chat_request_get_response_id (run->request));
  run->live = FALSE;
  stop_provider (run);
  spend (run, NULL);
  gst_vowel_charge_drop (&run->charge);
  retire (run);
  if (run->standalone)
    gst_vowel_conversation_add_assistant (
        gst_vowel_llm_get_private (self)->conversation, run->text->str);
}

/* --- for providers --- */

void
gst_vowel_llm_run_note_output (GstVowelLlmRun *run)
{
  GstVowelLlm *self = gst_vowel_llm_run_get_model (run);
  GstVowelLlmPrivate *priv = gst_vowel_llm_get_private (self);
  GstClockTime timeout;

  run->last_output = now (run);
  if (run->output)
    return;
  run->output = TRUE;
  /* The deadline of the first token becomes that of a stall. */
  clear_timer (run, &run->deadline);
  GST_OBJECT_LOCK (self);
  timeout = priv->stall_timeout;
  GST_OBJECT_UNLOCK (self);
  if (timeout > 0)
    run->deadline =
        gst_vowel_worker_add_timer (gst_vowel_llm_get_worker (run->llm),
            run->last_output + timeout, deadline_passed, run);
}

/**
 * gst_vowel_llm_keep_alive:
 * @llm: a language model element
 * @request: what it answers
 *
 * Worker thread. A sign of life that is not part of the answer: what the model
 * thinks, or that it still does. It counts in the pauses of an answer, not in
 * the wait for its first word.
 */
void
gst_vowel_llm_keep_alive (GstVowelLlm *llm, GstVowelChatRequest *request)
{
  g_autoptr (GstVowelLlmRun) run = NULL;

  g_return_if_fail (GST_VOWEL_IS_LLM (llm));
  g_return_if_fail (request != NULL);

  run = gst_vowel_llm_find_run (llm, request);
  if (run != NULL)
    run->last_output = now (run);
}

void
gst_vowel_llm_run_break_off (GstVowelLlmRun *run, const GError *error)
{
  stop_provider (run);
  if (run->live)
    attempt_failed (run, 0, -1, error);
}

/* Once more within the same response, and not from within the provider.
 * @question: (transfer full) */
static void
ask_again (GstVowelLlmRun *run, GstVowelChatRequest *question)
{
  GstVowelWorker *worker = gst_vowel_llm_get_worker (run->llm);

  gst_vowel_chat_request_unref (run->question);
  run->question = run->request = question;
  run->told_text = run->text->len;
  run->active = FALSE;
  clear_timer (run, &run->deadline);
  run->retry = gst_vowel_worker_add_timer (
      worker, gst_vowel_worker_get_time (worker), retry_now, run);
}

/* The model called a tool with nonsense, and nothing else: it is told so and
 * tries again. */
static void
correct (GstVowelLlmRun *run, const GstVowelLlmCall *call)
{
  g_autoptr (GError) error = NULL;

  if (run->corrections == MAX_CORRECTIONS) {
    g_set_error (&error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
        "The model calls %s and again makes no sense: %s", call->name,
        call->problem);
    attempt_failed (run, 0, -1, error);
    return;
  }
  run->corrections++;
  ask_again (run, gst_vowel_llm_calls_make_correction (run->calls,
                      run->question, run->text->str + run->told_text));
}

/* Whether it has spoken by the tool and may have more to say or to do. */
static gboolean
may_go_on (GstVowelLlmRun *run, GstVowelFinishReason reason)
{
  return run->n_spoken < MAX_SPOKEN
         && (reason == GST_VOWEL_FINISH_STOP
             || reason == GST_VOWEL_FINISH_TOOL_CALLS);
}

/**
 * gst_vowel_llm_finish:
 * @llm: a language model element
 * @request: the request that is answered
 * @reason: why the model stopped
 * @usage: (nullable): the tokens that it took; %NULL to have them estimated
 *
 * Worker thread. Nothing more comes for @request. Nothing happens when it is
 * no longer live.
 */
void
gst_vowel_llm_finish (GstVowelLlm *llm, GstVowelChatRequest *request,
    GstVowelFinishReason reason, const GstVowelUsage *usage)
{
  g_autoptr (GstVowelLlmRun) run = NULL;
  const GstVowelLlmCall *problem;
  GstVowelUsage estimate;

  g_return_if_fail (GST_VOWEL_IS_LLM (llm));
  g_return_if_fail (request != NULL);

  run = gst_vowel_llm_find_run (llm, request);
  if (run == NULL)
    return;
  if (usage == NULL) {
    estimate_usage (run, &estimate);
    usage = &estimate;
  }
  spend (run, usage);
  problem = gst_vowel_llm_calls_find_problem (run->calls);
  if (problem != NULL) {
    correct (run, problem);
    return;
  }
  if (run->by_tool && gst_vowel_llm_speak_is_all (run->calls)) {
    if (may_go_on (run, reason)) {
      run->n_spoken++;
      ask_again (run, gst_vowel_llm_speak_go_on (run->calls, run->question));
      return;
    }
    if (reason == GST_VOWEL_FINISH_TOOL_CALLS)
      reason = GST_VOWEL_FINISH_STOP;
  }
  gst_vowel_charge_end (&run->charge, NULL);
  retire (run);
  if (run->standalone)
    gst_vowel_conversation_add_assistant (
        gst_vowel_llm_get_private (run->llm)->conversation, run->text->str);
  gst_element_post_message (GST_ELEMENT_CAST (llm),
      gst_vowel_message_new_generated (GST_OBJECT_CAST (llm),
          gst_vowel_chat_request_get_response_id (run->request),
          gst_vowel_chat_request_get_generation (run->request), reason,
          &run->spent));
  push_response_end (run);
  gst_vowel_llm_run_ended (run->llm);
}

/**
 * gst_vowel_llm_fail:
 * @llm: a language model element
 * @request: the request that failed
 * @http_status: what the provider's server said; 0 when there was none
 * @retry_after_ms: how long it wants us to wait; -1 when it did not say
 * @error: why
 *
 * Worker thread. As long as nothing has come out yet it is tried again, when
 * that can help, and then given to the next provider of a list; otherwise a
 * failure message is posted. The element lives on.
 */
void
gst_vowel_llm_fail (GstVowelLlm *llm, GstVowelChatRequest *request,
    guint http_status, gint retry_after_ms, const GError *error)
{
  g_autoptr (GstVowelLlmRun) run = NULL;

  g_return_if_fail (GST_VOWEL_IS_LLM (llm));
  g_return_if_fail (request != NULL);
  g_return_if_fail (error != NULL);

  run = gst_vowel_llm_find_run (llm, request);
  if (run != NULL)
    attempt_failed (run, http_status, retry_after_ms, error);
}
