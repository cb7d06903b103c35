/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Responses: who may start one, and what the engine makes of it. */

#include "session-private.h"
#include "tokens.h"

#include <string.h>

/* A model that keeps calling tools that do not exist must come to an end. */
#define MAX_CHAIN 4
#define MAX_PARALLEL 16

void
vowel_active_response_free (VowelActiveResponse *active)
{
  vowel_clock_clear_timer (active->session->clock, &active->watchdog);
  vowel_response_writer_unref (active->writer);
  if (active->requester != NULL)
    vowel_participant_unref (active->requester);
  g_free (active->instructions);
  g_free (active->told);
  g_clear_pointer (&active->tools, g_ptr_array_unref);
  g_clear_pointer (&active->delegated, g_ptr_array_unref);
  g_free (active->tool_choice);
  g_clear_pointer (&active->input, g_ptr_array_unref);
  g_free (active->hint);
  g_free (active->script);
  g_free (active->asked);
  g_clear_error (&active->regret);
  g_free (active->regret_code);
  g_free (active);
}

VowelResponse *
vowel_active_response_get (VowelActiveResponse *active)
{
  return vowel_response_writer_get_response (active->writer);
}

gboolean
vowel_active_response_is_spoken (VowelActiveResponse *active)
{
  return vowel_active_response_get (active)->modality == VOWEL_MODALITY_AUDIO;
}

VowelActiveResponse *
vowel_session_find_generation (VowelSession *session, guint64 generation)
{
  guint i;

  for (i = 0; i < session->active->len; i++) {
    VowelActiveResponse *active = g_ptr_array_index (session->active, i);

    if (vowel_active_response_get (active)->generation == generation)
      return active;
  }
  return NULL;
}

/* The one that writes to the conversation. */
VowelActiveResponse *
vowel_session_get_current (VowelSession *session)
{
  guint i;

  for (i = 0; i < session->active->len; i++) {
    VowelActiveResponse *active = g_ptr_array_index (session->active, i);

    if (!vowel_active_response_get (active)->out_of_band)
      return active;
  }
  return NULL;
}

/* The engine's part. */

gboolean
vowel_session_make_question (VowelSession *session, VowelActiveResponse *active,
    VowelItem *next, VowelGeneration *ret_question, GError **error)
{
  VowelResponse *response = vowel_active_response_get (active);
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GPtrArray) tools = NULL;
  const gchar *tool_choice;

  tools = active->tools != NULL ? g_ptr_array_ref (active->tools)
                                : vowel_tool_router_dup_all (session->router);
  tool_choice = active->tool_choice;
  g_clear_pointer (&active->delegated, g_ptr_array_unref);
  if (tools->len > 0 && vowel_session_delegates (session, active)) {
    active->delegated = g_steal_pointer (&tools);
    tools = vowel_session_make_delegating_tools (session, active->delegated);
    tool_choice = vowel_session_get_delegating_choice (session, tool_choice);
  }
  g_free (active->told);
  active->told = vowel_session_dup_instructions (session, active->instructions,
      vowel_active_response_is_spoken (active), tools->len > 0,
      active->delegated != NULL);
  active->fixed_tokens =
      vowel_tokens_of_text (active->told) + vowel_tokens_of_tools (tools);
  items = next != NULL ? vowel_session_foresee_context (
              session, next, active->fixed_tokens, error)
                       : vowel_session_make_context (session, active->input,
                           active->hint, active->fixed_tokens, error);
  if (items == NULL)
    return FALSE;
  active->input_tokens = active->fixed_tokens + vowel_tokens_of_items (items);
  *ret_question = (VowelGeneration){
      .generation = response->generation,
      .response_id = response->id,
      .items = g_steal_pointer (&items),
      .instructions = active->told,
      .tools = g_steal_pointer (&tools),
      .tool_choice = tool_choice,
      .parallel_tool_calls = active->parallel_tool_calls,
      .max_output_tokens = response->max_output_tokens,
      .temperature = response->temperature,
      .spoken = vowel_active_response_is_spoken (active),
      .skip_failed = session->behaviours->skip_failed_speech,
      .voice = response->voice,
      .speed = session->config->speed,
      .output_format = response->output_format,
  };
  return TRUE;
}

/* FALSE: it has failed, and what was waiting behind it has begun. */
static gboolean
generate (VowelSession *session, VowelActiveResponse *active)
{
  VowelResponse *response = vowel_active_response_get (active);
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GPtrArray) tools = NULL;
  g_autoptr (GError) error = NULL;
  VowelGeneration question;

  /* It may have waited while others were begun: engines take a lower number
   * than the last for one that is over. */
  if (response->generation != session->generation)
    response->generation = ++session->generation;
  if (active->script != NULL) {
    vowel_session_recite (session, active);
    return TRUE;
  }
  if (!vowel_session_make_question (session, active, NULL, &question, &error)) {
    g_autoptr (VowelResponseWriter) writer =
        vowel_response_writer_ref (active->writer);

    vowel_response_writer_fail (writer, "context-length", error->message);
    return FALSE;
  }
  items = question.items;
  tools = question.tools;
  active->generating = TRUE;
  vowel_session_note_asked (session, active);
  vowel_session_watch (active, question.spoken
                                   ? VOWEL_AWAITED_TEXT | VOWEL_AWAITED_VOICE
                                   : VOWEL_AWAITED_TEXT);
  if (question.spoken)
    vowel_session_note_voice (session, response->voice);
  if (question.spoken && !response->out_of_band)
    vowel_session_await_voice (session);
  if (!vowel_session_use_prepared (session, active, &question))
    vowel_engine_generate (session->engine, &question);
  return TRUE;
}

void
vowel_session_start_waiting (VowelSession *session)
{
  gboolean speaking = FALSE;
  guint i;

  if (session->ended || session->ending)
    return;
  for (i = 0; i < session->active->len; i++) {
    VowelActiveResponse *active = g_ptr_array_index (session->active, i);

    speaking |= active->generating && vowel_active_response_is_spoken (active);
  }
  for (i = 0; i < session->active->len; i++) {
    VowelActiveResponse *active = g_ptr_array_index (session->active, i);

    if (active->generating
        || (vowel_active_response_is_spoken (active) && speaking))
      continue;
    if (vowel_session_awaits_words (session, active->input))
      continue;
    speaking |= vowel_active_response_is_spoken (active);
    if (!generate (session, active))
      return;
    /* What it tells may change what is waiting. */
    if (vowel_session_tell_prepared (session)) {
      vowel_session_start_waiting (session);
      return;
    }
  }
}

/* The response writer's callbacks. */

static void
writer_emit (gpointer user_data, VowelEvent *event)
{
  if (event->type == VOWEL_EVENT_OUTPUT_STARTED)
    vowel_session_route_call (user_data, event->response, event->item);
  vowel_session_emit (user_data, event);
}

static const gchar *
writer_add_item (gpointer user_data, VowelItem *item)
{
  VowelSession *session = user_data;
  VowelActiveResponse *current = vowel_session_get_current (session);
  g_autoptr (GError) error = NULL;

  item->is_apology = current != NULL && current->regret != NULL;
  /* Ids are random and not told before: an insertion at the end succeeds. */
  if (!vowel_conversation_insert (session->conversation, item, NULL, &error))
    g_warning ("session %s: %s", session->id, error->message);
  return vowel_conversation_get_previous_id (session->conversation, item->id);
}

static void begin_response (VowelSession *session, VowelParticipant *requester,
    const VowelResponseRequest *request, const gchar *hint, guint chain);

gboolean
vowel_session_may_respond_by_itself (VowelSession *session)
{
  return session->started && !session->ended && !session->ending
         && !session->draining
         && session->config->kind == VOWEL_SESSION_REALTIME;
}

static void
tell_rate_limits (VowelSession *session, VowelResponse *response)
{
  VowelRateLimit limits[VOWEL_N_RATE_LIMITS];
  VowelEvent event = {.type = VOWEL_EVENT_RATE_LIMITS,
      .response = response,
      .rate_limits = limits};

  vowel_rate_limits_get (
      &session->rate_limits, vowel_clock_now (session->clock), limits);
  vowel_session_emit (session, &event);
}

static void
writer_done (gpointer user_data, VowelResponse *response)
{
  VowelSession *session = user_data;
  VowelActiveResponse *active =
      vowel_session_find_generation (session, response->generation);
  g_autofree gchar *unanswered = NULL;
  gboolean goes_on;
  gboolean calls;
  guint chain;
  guint fixed_tokens;

  if (active == NULL)
    return;
  unanswered = vowel_active_response_steal_unanswered (active);
  /* All its calls were answered here: nobody else will ask for the rest. */
  goes_on = response->status == VOWEL_RESPONSE_COMPLETED
            && !response->out_of_band && active->n_refused > 0
            && active->n_refused == active->n_calls
            && active->chain < MAX_CHAIN;
  calls = active->n_calls > 0;
  chain = active->chain;
  fixed_tokens = active->fixed_tokens;
  if (active->script != NULL)
    vowel_session_recited (session, active);
  if (active->hint == NULL)
    vowel_session_note_caller (
        session, vowel_playout_clock_get_end (session->playout));
  g_ptr_array_remove (session->active, active);
  tell_rate_limits (session, response);
  vowel_session_filler_response_done (session, response);

  if (session->ended || session->ending)
    return;
  /* A client may have done so meanwhile. */
  if (unanswered != NULL)
    vowel_session_remove_item (session, unanswered, NULL);
  if (response->status == VOWEL_RESPONSE_CANCELLED
      || response->status == VOWEL_RESPONSE_FAILED)
    vowel_session_undelegate (session, response->id);
  if (!response->out_of_band && !calls)
    session->delegations = 0;
  if (!response->out_of_band)
    vowel_session_summarise (session, fixed_tokens);
  if (!response->out_of_band && !vowel_session_is_delegating (session))
    vowel_turn_controller_response_ended (
        session->turns, vowel_playout_clock_get_end (session->playout));
  if (vowel_session_get_current (session) == NULL
      && !vowel_session_is_delegating (session)
      && vowel_session_may_respond_by_itself (session)
      && (goes_on || session->respond_queued)) {
    session->respond_queued = FALSE;
    begin_response (session, NULL, NULL, NULL, goes_on ? chain + 1 : 0);
  }
  if (!response->out_of_band)
    vowel_response_queue_ended (session->queue);
  vowel_session_start_waiting (session);
  if (session->draining && session->active->len == 0)
    vowel_session_drained (session);
}

/* Most models count only what they have finished. */
static void
writer_count (gpointer user_data, VowelResponse *response)
{
  VowelSession *session = user_data;
  VowelActiveResponse *active =
      vowel_session_find_generation (session, response->generation);
  VowelUsage *usage = &response->usage;
  guint i;

  if (active == NULL || !active->generating || active->regret != NULL
      || active->script != NULL)
    return;
  if (!response->has_usage && response->output->len > 0) {
    response->has_usage = TRUE;
    *usage = (VowelUsage){.input_tokens = active->input_tokens,
        .output_tokens = vowel_tokens_of_items (response->output),
        .estimated = TRUE};
  }
  for (i = 0; i < response->output->len; i++) {
    VowelItem *item = g_ptr_array_index (response->output, i);
    VowelPart *part = vowel_item_get_part (item, 0);

    if (part != NULL)
      usage->speech_tokens += vowel_tokens_of_speech (part->audio_ms);
  }
  vowel_rate_limits_use (&session->rate_limits,
      vowel_clock_now (session->clock),
      usage->input_tokens + usage->output_tokens + usage->speech_tokens);
}

static const VowelResponseWriterCallbacks writer_callbacks = {
    .emit = writer_emit,
    .add_item = writer_add_item,
    .tool_call = vowel_session_begin_call,
    .done = writer_done,
    .count = writer_count,
};

/* Beginning. */

static gpointer
copy_tool (gconstpointer tool, gpointer user_data)
{
  return vowel_tool_copy (tool);
}

static GHashTable *
copy_metadata (GHashTable *metadata)
{
  GHashTable *copy;
  GHashTableIter iter;
  gpointer key, value;

  if (metadata == NULL)
    return NULL;
  copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_iter_init (&iter, metadata);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (copy, g_strdup (key), g_strdup (value));
  return copy;
}

VowelActiveResponse *
vowel_active_response_new (VowelSession *session, VowelParticipant *requester,
    const VowelResponseRequest *request, const gchar *hint)
{
  const VowelSessionConfig *config = session->config;
  g_autoptr (VowelResponseRequest) defaults = vowel_response_request_new ();
  g_autoptr (VowelResponse) response = vowel_response_new ();
  VowelActiveResponse *active = g_new0 (VowelActiveResponse, 1);

  if (request == NULL)
    request = defaults;
  response->generation = ++session->generation;
  response->out_of_band = request->out_of_band;
  response->modality = request->modality >= 0
                           ? (VowelModality) request->modality
                           : config->output_modality;
  response->voice =
      g_strdup (request->voice != NULL ? request->voice : config->voice);
  response->output_format = request->output_format != NULL
                                ? *request->output_format
                                : config->output_format;
  response->max_output_tokens = request->max_output_tokens >= 0
                                    ? (guint) request->max_output_tokens
                                    : config->max_output_tokens;
  response->temperature =
      request->temperature >= 0 ? request->temperature : config->temperature;
  response->metadata = copy_metadata (request->metadata);

  active->session = session;
  active->writer =
      vowel_response_writer_new (response, &writer_callbacks, session);
  active->requester =
      requester != NULL ? vowel_participant_ref (requester) : NULL;
  active->instructions =
      g_strdup (request->instructions != NULL ? request->instructions
                                              : config->instructions);
  active->tool_choice =
      g_strdup (request->tool_choice != NULL ? request->tool_choice
                                             : config->tool_choice);
  active->parallel_tool_calls = request->parallel_tool_calls >= 0
                                    ? request->parallel_tool_calls
                                    : config->parallel_tool_calls;
  active->hint = g_strdup (hint);
  active->repeatable =
      !vowel_response_request_has_wishes (request) && hint == NULL;
  if (request->tools != NULL) {
    active->tools = g_ptr_array_copy (request->tools, copy_tool, NULL);
    g_ptr_array_set_free_func (active->tools, (GDestroyNotify) vowel_tool_free);
  }
  if (request->input != NULL) {
    active->input = g_ptr_array_copy (
        request->input, (GCopyFunc) (GCallback) vowel_item_ref, NULL);
    g_ptr_array_set_free_func (
        active->input, (GDestroyNotify) vowel_item_unref);
  }
  return active;
}

static void
begin_response (VowelSession *session, VowelParticipant *requester,
    const VowelResponseRequest *request, const gchar *hint, guint chain)
{
  VowelActiveResponse *active =
      vowel_active_response_new (session, requester, request, hint);
  VowelResponse *response = vowel_active_response_get (active);
  g_autoptr (VowelResponseWriter) writer = NULL;
  gboolean allowed;
  guint i;

  active->chain = chain;
  for (i = 0; active->input != NULL && i < active->input->len; i++)
    vowel_session_transcribe_item (
        session, g_ptr_array_index (active->input, i));
  allowed = vowel_rate_limits_begin (
      &session->rate_limits, vowel_clock_now (session->clock));
  g_ptr_array_add (session->active, active);
  session->has_responded = TRUE;
  if (!response->out_of_band) {
    vowel_greeting_cancel (session->greeting);
    vowel_turn_controller_response_started (session->turns);
    vowel_response_queue_begun (session->queue);
  }
  writer = vowel_response_writer_ref (active->writer);
  vowel_response_writer_begin (writer);
  if (!allowed)
    vowel_response_writer_fail (
        writer, "rate-limit", "Too many responses or tokens in one minute.");
}

void
vowel_session_respond_by_itself (VowelSession *session, const gchar *hint)
{
  if (!vowel_session_may_respond_by_itself (session))
    return;
  session->delegations = 0;
  if (vowel_session_get_current (session) != NULL
      || vowel_session_is_delegating (session)) {
    session->respond_queued = TRUE;
    return;
  }
  begin_response (session, NULL, NULL, hint, 0);
  vowel_session_start_waiting (session);
}

void
vowel_session_respond_with (VowelSession *session, const gchar *script)
{
  VowelActiveResponse *current;

  if (!vowel_session_may_respond_by_itself (session)
      || vowel_session_get_current (session) != NULL)
    return;
  begin_response (session, NULL, NULL, NULL, 0);
  current = session->ended ? NULL : vowel_session_get_current (session);
  if (current != NULL) {
    current->script = g_strdup (script);
    current->repeatable = FALSE;
  }
  vowel_session_start_waiting (session);
}

void
vowel_session_begin_queued (VowelSession *session, VowelParticipant *requester,
    const VowelResponseRequest *request)
{
  if (!vowel_session_may_respond_by_itself (session))
    return;
  begin_response (session, requester, request, NULL, 0);
  vowel_session_start_waiting (session);
}

static gboolean
check_request (
    VowelSession *session, const VowelResponseRequest *request, GError **error)
{
  g_autoptr (VowelSessionConfig) config =
      vowel_session_config_copy (session->config);

  if (request == NULL)
    return TRUE;
  if (request->output_format != NULL)
    config->output_format = *request->output_format;
  config->temperature = request->temperature;
  if (request->tool_choice != NULL) {
    g_free (config->tool_choice);
    config->tool_choice = g_strdup (request->tool_choice);
  }
  if (request->instructions != NULL) {
    g_free (config->instructions);
    config->instructions = g_strdup (request->instructions);
  }
  if (!vowel_session_config_validate (config, error))
    return FALSE;
  if (request->voice != NULL && session->has_spoken
      && !g_str_equal (request->voice, session->config->voice)) {
    vowel_set_field_error (error, VOWEL_ERROR_VOICE_LOCKED, "voice",
        "the voice cannot change after the assistant has spoken");
    return FALSE;
  }
  return TRUE;
}

gboolean
vowel_session_respond (VowelSession *session, VowelParticipant *participant,
    const VowelResponseRequest *request, GError **error)
{
  gboolean out_of_band = request != NULL && request->out_of_band;
  VowelActiveResponse *current;

  if (!vowel_session_check (session, participant, VOWEL_RIGHT_CONVERSE, error)
      || !check_request (session, request, error)
      || !vowel_conversation_check_room (session->conversation, 0, error))
    return FALSE;
  if (session->config->kind == VOWEL_SESSION_TRANSCRIPTION) {
    g_set_error_literal (error, VOWEL_ERROR, VOWEL_ERROR_INVALID,
        "a transcription session makes no responses: open a realtime session");
    return FALSE;
  }
  if (!session->started || session->ending || session->draining) {
    g_set_error_literal (error, VOWEL_ERROR, VOWEL_ERROR_NOT_ALLOWED,
        session->started ? "the session is ending and begins no new response"
                         : "the session has not started");
    return FALSE;
  }
  if (!out_of_band && vowel_session_pardon (session, participant, request))
    return TRUE;
  if (!out_of_band
      && vowel_session_queue_request (session, participant, request))
    return TRUE;
  current = vowel_session_get_current (session);
  if (current != NULL && !out_of_band) {
    g_set_error (error, VOWEL_ERROR, VOWEL_ERROR_RESPONSE_ACTIVE,
        "Conversation already has an active response in progress: %s. Wait "
        "until the response is finished before creating a new one.",
        vowel_active_response_get (current)->id);
    return FALSE;
  }
  if (out_of_band && session->active->len >= MAX_PARALLEL) {
    g_set_error (error, VOWEL_ERROR, VOWEL_ERROR_RATE_LIMITED,
        "%d responses are running already: wait for one of them", MAX_PARALLEL);
    return FALSE;
  }

  if (!out_of_band) {
    session->delegations = 0;
    vowel_turn_controller_response_requested (session->turns);
  }
  begin_response (session, participant, request, NULL, 0);
  vowel_session_start_waiting (session);
  return TRUE;
}

void
vowel_session_init_responses (VowelSession *session)
{
  session->active = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vowel_active_response_free);
}
