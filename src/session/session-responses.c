/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Responses: who may start one, what the engine makes of it, how it ends. */

#include "session-private.h"

#include <string.h>

/* A model that keeps calling tools that do not exist must come to an end. */
#define MAX_CHAIN 4
#define MAX_PARALLEL 16

#define TOOL_TIMED_OUT "{\"error\":\"The tool did not answer in time.\"}"
#define TOOL_GONE "{\"error\":\"The tool is no longer available.\"}"

static void
active_free (VowelActiveResponse *active)
{
  vowel_response_writer_unref (active->writer);
  if (active->requester != NULL)
    vowel_participant_unref (active->requester);
  g_free (active->instructions);
  g_clear_pointer (&active->tools, g_ptr_array_unref);
  g_free (active->tool_choice);
  g_clear_pointer (&active->input, g_ptr_array_unref);
  g_free (active->hint);
  g_free (active);
}

static VowelResponse *
get_response (VowelActiveResponse *active)
{
  return vowel_response_writer_get_response (active->writer);
}

static gboolean
is_spoken (VowelActiveResponse *active)
{
  return get_response (active)->modality == VOWEL_MODALITY_AUDIO;
}

VowelActiveResponse *
vowel_session_find_generation (VowelSession *session, guint64 generation)
{
  guint i;

  for (i = 0; i < session->active->len; i++) {
    VowelActiveResponse *active = g_ptr_array_index (session->active, i);

    if (get_response (active)->generation == generation)
      return active;
  }
  return NULL;
}

/* The one that writes to the conversation. */
static VowelActiveResponse *
get_current (VowelSession *session)
{
  guint i;

  for (i = 0; i < session->active->len; i++) {
    VowelActiveResponse *active = g_ptr_array_index (session->active, i);

    if (!get_response (active)->out_of_band)
      return active;
  }
  return NULL;
}

/* The engine's part. */

static void
generate (VowelSession *session, VowelActiveResponse *active)
{
  VowelResponse *response = get_response (active);
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GPtrArray) tools = NULL;
  VowelGeneration generation = {
      .generation = response->generation,
      .response_id = response->id,
      .instructions = active->instructions,
      .tool_choice = active->tool_choice,
      .max_output_tokens = response->max_output_tokens,
      .temperature = response->temperature,
      .spoken = is_spoken (active),
      .voice = response->voice,
      .speed = session->config->speed,
      .output_format = response->output_format,
  };

  items = active->input != NULL
              ? vowel_conversation_make_context (active->input)
              : vowel_conversation_get_context (session->conversation);
  if (active->hint != NULL) {
    VowelItem *hint = vowel_item_new_message (NULL, VOWEL_ROLE_SYSTEM);

    vowel_item_add_part (hint, VOWEL_PART_TEXT, active->hint);
    g_ptr_array_add (items, hint);
  }
  tools = active->tools != NULL ? g_ptr_array_ref (active->tools)
                                : vowel_tool_router_dup_all (session->router);
  generation.items = items;
  generation.tools = tools;
  active->generating = TRUE;
  vowel_engine_generate (session->engine, &generation);
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

    speaking |= active->generating && is_spoken (active);
  }
  for (i = 0; i < session->active->len; i++) {
    VowelActiveResponse *active = g_ptr_array_index (session->active, i);

    if (active->generating || (is_spoken (active) && speaking))
      continue;
    if (!get_response (active)->out_of_band && active->input == NULL
        && vowel_turn_controller_awaits_transcript (session->turns))
      continue;
    speaking |= is_spoken (active);
    generate (session, active);
  }
}

static void
cancel_in_engine (VowelSession *session, VowelActiveResponse *active)
{
  if (active->generating)
    vowel_engine_cancel (session->engine, get_response (active)->generation);
}

/* The response writer's callbacks. */

static void
writer_emit (gpointer user_data, VowelEvent *event)
{
  vowel_session_emit (user_data, event);
}

static const gchar *
writer_add_item (gpointer user_data, VowelItem *item)
{
  VowelSession *session = user_data;
  g_autoptr (GError) error = NULL;

  /* Ids are random and not told before: an insertion at the end succeeds. */
  if (!vowel_conversation_insert (session->conversation, item, NULL, &error))
    g_warning ("session %s: %s", session->id, error->message);
  return vowel_conversation_get_previous_id (session->conversation, item->id);
}

static gboolean
offers (GPtrArray *tools, const gchar *name)
{
  guint i;

  for (i = 0; tools != NULL && i < tools->len; i++) {
    if (g_str_equal (((VowelTool *) g_ptr_array_index (tools, i))->name, name))
      return TRUE;
  }
  return FALSE;
}

static VowelParticipant *
find_owner (
    VowelSession *session, VowelActiveResponse *active, const gchar *name)
{
  if (active->tools != NULL && active->requester != NULL
      && !active->requester->left)
    return offers (active->tools, name) ? active->requester : NULL;
  return vowel_tool_router_find_owner (session->router, name);
}

static VowelParticipant *
writer_tool_call (gpointer user_data, VowelResponse *response, VowelItem *call)
{
  VowelSession *session = user_data;
  VowelActiveResponse *active =
      vowel_session_find_generation (session, response->generation);
  VowelParticipant *owner = NULL;

  if (active == NULL)
    return NULL;
  owner = find_owner (session, active, call->name);
  active->n_calls++;
  if (owner != NULL)
    vowel_tool_router_begin_call (
        session->router, response->id, call->call_id, call->name, owner);
  else
    active->n_refused++;
  return owner;
}

static VowelActiveResponse *begin_response (VowelSession *session,
    VowelParticipant *requester, const VowelResponseRequest *request,
    const gchar *hint, guint chain);

static gboolean
may_respond_by_itself (VowelSession *session)
{
  return session->started && !session->ended && !session->ending
         && !session->draining;
}

static void
writer_done (gpointer user_data, VowelResponse *response)
{
  VowelSession *session = user_data;
  VowelActiveResponse *active =
      vowel_session_find_generation (session, response->generation);
  gboolean goes_on;
  guint chain;

  if (active == NULL)
    return;
  /* All its calls were answered here: nobody else will ask for the rest. */
  goes_on = response->status == VOWEL_RESPONSE_COMPLETED
            && !response->out_of_band && active->n_refused > 0
            && active->n_refused == active->n_calls
            && active->chain < MAX_CHAIN;
  chain = active->chain;
  g_ptr_array_remove (session->active, active);

  if (session->ended || session->ending)
    return;
  if (!response->out_of_band)
    vowel_turn_controller_response_ended (
        session->turns, vowel_playout_clock_get_end (session->playout));
  if (get_current (session) == NULL && may_respond_by_itself (session)
      && (goes_on || session->respond_queued)) {
    session->respond_queued = FALSE;
    begin_response (session, NULL, NULL, NULL, goes_on ? chain + 1 : 0);
  }
  vowel_session_start_waiting (session);
  if (session->draining && session->active->len == 0)
    vowel_session_drained (session);
}

static const VowelResponseWriterCallbacks writer_callbacks = {
    .emit = writer_emit,
    .add_item = writer_add_item,
    .tool_call = writer_tool_call,
    .done = writer_done,
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

static gboolean
has_wishes (const VowelResponseRequest *request)
{
  return request->instructions != NULL || request->modality >= 0
         || request->voice != NULL || request->output_format != NULL
         || request->tools != NULL || request->tool_choice != NULL
         || request->max_output_tokens >= 0 || request->temperature >= 0
         || request->out_of_band || request->input != NULL
         || request->metadata != NULL;
}

static VowelActiveResponse *
begin_response (VowelSession *session, VowelParticipant *requester,
    const VowelResponseRequest *request, const gchar *hint, guint chain)
{
  const VowelSessionConfig *config = session->config;
  g_autoptr (VowelResponseRequest) defaults = vowel_response_request_new ();
  g_autoptr (VowelResponse) response = vowel_response_new ();
  g_autoptr (VowelResponseWriter) writer = NULL;
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
  active->hint = g_strdup (hint);
  active->chain = chain;
  active->repeatable = !has_wishes (request) && hint == NULL;
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
  g_ptr_array_add (session->active, active);
  session->has_responded = TRUE;
  if (!response->out_of_band)
    vowel_turn_controller_response_started (session->turns);
  writer = vowel_response_writer_ref (active->writer);
  vowel_response_writer_begin (writer);
  return active;
}

void
vowel_session_respond_by_itself (VowelSession *session, const gchar *hint)
{
  if (!may_respond_by_itself (session))
    return;
  if (get_current (session) != NULL) {
    session->respond_queued = TRUE;
    return;
  }
  begin_response (session, NULL, NULL, hint, 0);
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
  if (!session->started || session->ending || session->draining) {
    g_set_error_literal (error, VOWEL_ERROR, VOWEL_ERROR_NOT_ALLOWED,
        session->started ? "the session is ending and begins no new response"
                         : "the session has not started");
    return FALSE;
  }
  current = get_current (session);
  if (current != NULL && !out_of_band) {
    g_set_error (error, VOWEL_ERROR, VOWEL_ERROR_RESPONSE_ACTIVE,
        "Conversation already has an active response in progress: %s. Wait "
        "until the response is finished before creating a new one.",
        get_response (current)->id);
    return FALSE;
  }
  if (out_of_band && session->active->len >= MAX_PARALLEL) {
    g_set_error (error, VOWEL_ERROR, VOWEL_ERROR_RATE_LIMITED,
        "%d responses are running already: wait for one of them", MAX_PARALLEL);
    return FALSE;
  }

  if (!out_of_band)
    vowel_turn_controller_response_requested (session->turns);
  begin_response (session, participant, request, NULL, 0);
  vowel_session_start_waiting (session);
  return TRUE;
}

/* Ending early. */

/* The caller hears what was sent and no more. */
void
vowel_session_forget_unsent (VowelSession *session, VowelResponseWriter *writer)
{
  VowelItem *message = vowel_response_writer_get_message (writer);
  guint sent_ms;

  if (message == NULL
      || vowel_response_writer_get_response (writer)->modality
             != VOWEL_MODALITY_AUDIO
      || message->heard_chars != G_MAXUINT)
    return;
  sent_ms = vowel_playout_clock_get_sent_ms (session->playout, message->id);
  if (!vowel_playout_clock_get_chars (
          session->playout, message->id, sent_ms, &message->heard_chars))
    message->heard_chars = 0;
}

static void
cancel_response (VowelSession *session, VowelActiveResponse *active,
    VowelResponseReason reason)
{
  g_autoptr (VowelResponseWriter) writer =
      vowel_response_writer_ref (active->writer);

  cancel_in_engine (session, active);
  vowel_session_forget_unsent (session, writer);
  vowel_response_writer_cancel (writer, reason);
}

gboolean
vowel_session_cancel (VowelSession *session, VowelParticipant *participant,
    const gchar *response_id, GError **error)
{
  VowelActiveResponse *active = NULL;
  guint i;

  if (!vowel_session_check (session, participant, VOWEL_RIGHT_CONVERSE, error))
    return FALSE;
  if (response_id == NULL)
    active = get_current (session);
  for (i = 0; response_id != NULL && i < session->active->len; i++) {
    VowelActiveResponse *candidate = g_ptr_array_index (session->active, i);

    if (g_str_equal (get_response (candidate)->id, response_id))
      active = candidate;
  }
  if (active == NULL) {
    g_set_error_literal (error, VOWEL_ERROR, VOWEL_ERROR_RESPONSE_NOT_ACTIVE,
        "Cancellation failed: no active response found");
    return FALSE;
  }

  cancel_response (session, active, VOWEL_REASON_CLIENT_CANCELLED);
  return TRUE;
}

void
vowel_session_cancel_all (VowelSession *session, VowelResponseReason reason)
{
  session->respond_queued = FALSE;
  while (session->active->len > 0)
    cancel_response (session, g_ptr_array_index (session->active, 0), reason);
}

static void
emit_interrupted (VowelSession *session, VowelResponse *response,
    const gchar *item_id, guint heard_ms)
{
  VowelEvent event = {.type = VOWEL_EVENT_INTERRUPTED,
      .response = response,
      .item_id = item_id,
      .at_ms = heard_ms};

  vowel_session_emit (session, &event);
}

/* (nullable): the running response whose message it is */
static VowelResponse *
find_by_message (GPtrArray *writers, const gchar *item_id)
{
  guint i;

  for (i = 0; i < writers->len; i++) {
    VowelItem *message =
        vowel_response_writer_get_message (g_ptr_array_index (writers, i));

    if (message != NULL && g_str_equal (message->id, item_id))
      return vowel_response_writer_get_response (
          g_ptr_array_index (writers, i));
  }
  return NULL;
}

/* An answer of which the caller knows nothing can be given again. */
static gboolean
is_unheard (VowelSession *session, VowelActiveResponse *active)
{
  VowelItem *message = vowel_response_writer_get_message (active->writer);

  if (get_response (active)->output->len > (message != NULL ? 1 : 0))
    return FALSE;
  if (message == NULL)
    return TRUE;
  return is_spoken (active)
         && vowel_playout_clock_get_heard_ms (session->playout, message->id)
                == 0;
}

static void
interrupt_items (VowelSession *session, GPtrArray *writers, GPtrArray *cut)
{
  guint i;

  for (i = 0; i < cut->len; i++) {
    VowelPlayout *playout = g_ptr_array_index (cut, i);
    VowelItem *item =
        vowel_conversation_get_item (session->conversation, playout->item_id);

    if (item != NULL)
      item->heard_chars = MIN (item->heard_chars, playout->heard_chars);
    emit_interrupted (session, find_by_message (writers, playout->item_id),
        playout->item_id, playout->heard_ms);
  }
  /* What has a text but was not (or only in part) given a voice yet. */
  for (i = 0; i < writers->len; i++) {
    VowelResponseWriter *writer = g_ptr_array_index (writers, i);
    VowelResponse *response = vowel_response_writer_get_response (writer);
    VowelItem *message = vowel_response_writer_get_message (writer);

    if (message == NULL || response->modality != VOWEL_MODALITY_AUDIO
        || message->heard_chars != G_MAXUINT)
      continue;
    vowel_session_forget_unsent (session, writer);
    emit_interrupted (session, response, message->id,
        vowel_playout_clock_get_sent_ms (session->playout, message->id));
  }
}

gboolean
vowel_session_interrupt (VowelSession *session)
{
  g_autoptr (GPtrArray) writers = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vowel_response_writer_unref);
  g_autoptr (GPtrArray) cut = NULL;
  VowelActiveResponse *current = get_current (session);
  gboolean taken_back = session->respond_queued;
  guint i;

  if (session->ended || session->ending)
    return FALSE;
  session->respond_queued = FALSE;
  if (current != NULL && current->repeatable && is_unheard (session, current))
    taken_back = TRUE;

  /* The engine first: nothing that is emitted below may be overtaken. */
  for (i = 0; i < session->active->len; i++) {
    VowelActiveResponse *active = g_ptr_array_index (session->active, i);

    if (active != current && !is_spoken (active))
      continue;
    cancel_in_engine (session, active);
    g_ptr_array_add (writers, vowel_response_writer_ref (active->writer));
  }
  cut = vowel_playout_clock_interrupt (session->playout);
  interrupt_items (session, writers, cut);
  for (i = 0; i < writers->len; i++)
    vowel_response_writer_cancel (
        g_ptr_array_index (writers, i), VOWEL_REASON_TURN_DETECTED);
  return taken_back;
}

/* Tools that gave no answer. */

static void
on_unanswered (const gchar *response_id, const gchar *call_id,
    const gchar *name, gboolean timed_out, gpointer user_data)
{
  VowelSession *session = user_data;
  g_autoptr (VowelItem) output = NULL;

  if (session->ended || session->ending)
    return;
  output = vowel_item_new_function_call_output (
      NULL, call_id, timed_out ? TOOL_TIMED_OUT : TOOL_GONE);
  vowel_session_append_item (session, output);
  if (vowel_tool_router_get_n_open (session->router, response_id) == 0
      && !vowel_turn_controller_is_open (session->turns, NULL))
    vowel_session_respond_by_itself (session, NULL);
}

void
vowel_session_init_responses (VowelSession *session)
{
  session->active =
      g_ptr_array_new_with_free_func ((GDestroyNotify) active_free);
  session->router =
      vowel_tool_router_new (session->clock, on_unanswered, session);
}
