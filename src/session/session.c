/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "session-private.h"

#include <string.h>

#define DEFAULT_MAX_DURATION_MS (60 * 60 * 1000)
#define MAX_TOOLS 256

G_DEFINE_FINAL_TYPE (VowelSession, vowel_session, G_TYPE_OBJECT)

static void
vowel_session_init (VowelSession *session)
{
  session->conversation_id = vowel_make_id ("conv");
  session->participants =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_participant_unref);
  session->gone =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_participant_unref);
  session->conversation = vowel_conversation_new ();
  session->max_duration_ms = DEFAULT_MAX_DURATION_MS;
  session->behaviours = vowel_behaviours_new ();
}

static void
vowel_session_dispose (GObject *object)
{
  VowelSession *session = VOWEL_SESSION (object);

  /* Nobody is left to be told; the engine must not report any more. */
  if (session->started && !session->ended) {
    session->ended = TRUE;
    vowel_engine_stop (session->engine);
  }
  if (session->clock != NULL) {
    vowel_clock_clear_timer (session->clock, &session->expiry_timer);
    vowel_clock_clear_timer (session->clock, &session->linger_timer);
    vowel_clock_clear_timer (session->clock, &session->idle_timer);
    vowel_clock_clear_timer (session->clock, &session->hibernation_timer);
    vowel_clock_clear_timer (session->clock, &session->guard_timer);
  }
  g_clear_pointer (&session->active, g_ptr_array_unref);
  g_clear_pointer (&session->recordings, g_hash_table_unref);
  if (session->clock != NULL)
    vowel_session_clear_summary (session);
  if (session->clock != NULL)
    vowel_session_clear_auxiliaries (session);
  g_clear_pointer (&session->prepared, vowel_prepared_answer_free);
  vowel_session_clear_subagents (session);
  if (session->filler != NULL)
    vowel_session_clear_filler (session);
  g_clear_pointer (&session->greeting, vowel_greeting_free);
  g_clear_pointer (&session->queue, vowel_response_queue_free);
  g_clear_pointer (&session->floor, vowel_floor_free);
  g_clear_pointer (&session->turns, vowel_turn_controller_free);
  g_clear_pointer (&session->judge, vowel_turn_judge_free);
  g_clear_pointer (&session->router, vowel_tool_router_free);
  g_clear_pointer (&session->pacer, vowel_output_pacer_free);
  g_clear_pointer (&session->playout, vowel_playout_clock_free);
  g_clear_object (&session->engine);
  g_clear_object (&session->clock);

  G_OBJECT_CLASS (vowel_session_parent_class)->dispose (object);
}

static void
vowel_session_finalize (GObject *object)
{
  VowelSession *session = VOWEL_SESSION (object);

  g_free (session->id);
  g_free (session->conversation_id);
  g_free (session->answering);
  g_free (session->apology);
  g_free (session->first_item_id);
  g_free (session->heard_language);
  vowel_session_config_free (session->config);
  vowel_behaviours_free (session->behaviours);
  g_clear_pointer (&session->transcript_filter, vowel_transcript_filter_free);
  g_clear_pointer (&session->languages, vowel_language_tracker_free);
  g_free (session->initial_voice);
  vowel_conversation_free (session->conversation);
  vowel_usage_ledger_unref (session->usage);
  g_ptr_array_unref (session->participants);
  g_ptr_array_unref (session->gone);
  vowel_participant_unref (session->backend);
  g_hash_table_unref (session->transcripts);

  G_OBJECT_CLASS (vowel_session_parent_class)->finalize (object);
}

static void
vowel_session_class_init (VowelSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vowel_session_dispose;
  object_class->finalize = vowel_session_finalize;
}

VowelSession *
vowel_session_new (const gchar *id, const VowelSessionConfig *config,
    VowelEngine *engine, VowelClock *clock)
{
  VowelSession *session = g_object_new (VOWEL_TYPE_SESSION, NULL);

  session->id = id != NULL ? g_strdup (id) : vowel_make_id ("sess");
  session->config = vowel_session_config_copy (config);
  session->initial_voice = g_strdup (config->voice);
  session->engine = g_object_ref (engine);
  session->clock = g_object_ref (clock);
  session->start_us = vowel_clock_now (clock);
  session->usage = vowel_usage_ledger_new ();
  vowel_session_init_output (session);
  vowel_session_init_filler (session);
  vowel_session_init_input (session);
  vowel_session_init_queue (session);
  vowel_session_init_participants (session);
  vowel_session_init_responses (session);
  vowel_session_init_tools (session);
  vowel_session_init_subagents (session);
  vowel_session_init_recordings (session);
  vowel_session_init_greeting (session);
  vowel_session_set_max_duration (session, DEFAULT_MAX_DURATION_MS);
  return session;
}

/* Events. */

static void
stamp (VowelSession *session, VowelEvent *event)
{
  event->sequence = ++session->sequence;
  event->time_us = vowel_clock_now (session->clock) - session->start_us;
}

void
vowel_session_emit (VowelSession *session, VowelEvent *event)
{
  g_autoptr (GPtrArray) audience =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_participant_unref);
  guint i;

  if (session->ended)
    return;

  if (session->hibernates)
    vowel_session_awaken (session, event->type);
  stamp (session, event);
  /* A participant may join or leave in its callback. */
  for (i = 0; i < session->participants->len; i++)
    g_ptr_array_add (audience,
        vowel_participant_ref (g_ptr_array_index (session->participants, i)));
  for (i = 0; i < audience->len; i++)
    vowel_participant_notify (g_ptr_array_index (audience, i), event);
}

void
vowel_session_emit_to (
    VowelSession *session, VowelParticipant *participant, VowelEvent *event)
{
  if (session->ended)
    return;
  stamp (session, event);
  vowel_participant_notify (participant, event);
}

void
vowel_session_emit_item (
    VowelSession *session, VowelEventType type, VowelItem *item)
{
  VowelEvent event = {.type = type, .item = item, .item_id = item->id};

  event.previous_item_id =
      vowel_conversation_get_previous_id (session->conversation, item->id);
  vowel_session_emit (session, &event);
}

static void
emit_simple (VowelSession *session, VowelEventType type)
{
  VowelEvent event = {.type = type};

  vowel_session_emit (session, &event);
}

gboolean
vowel_session_check (VowelSession *session, VowelParticipant *participant,
    VowelRight right, GError **error)
{
  if (session->ended) {
    g_set_error_literal (
        error, VOWEL_ERROR, VOWEL_ERROR_ENDED, "the session is over");
    return FALSE;
  }
  if (!vowel_participant_check (participant, right, error))
    return FALSE;
  /* With voice detection an open microphone alone says nothing. */
  if (participant->role == VOWEL_PARTICIPANT_CLIENT
      && (right != VOWEL_RIGHT_SPEAK
          || session->config->turn_detection.type == VOWEL_TURN_NONE))
    vowel_session_note_caller (session, vowel_clock_now (session->clock));
  return TRUE;
}

/* Life. */

void
vowel_session_set_max_duration (VowelSession *session, guint duration_ms)
{
  gint64 end_us = g_get_real_time () + duration_ms * (gint64) 1000;

  g_return_if_fail (!session->started);

  session->max_duration_ms = duration_ms;
  session->expires_at =
      duration_ms > 0 ? (end_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC : 0;
}

guint
vowel_session_get_max_duration (VowelSession *session)
{
  return session->max_duration_ms;
}

void
vowel_session_set_rate_limits (
    VowelSession *session, guint responses, guint tokens)
{
  session->rate_limits.max_requests = responses;
  session->rate_limits.max_tokens = tokens;
}

void
vowel_session_set_context (
    VowelSession *session, guint tokens, gboolean summaries)
{
  session->context_tokens = tokens;
  session->summaries = summaries;
}

void
vowel_session_set_parting_func (
    VowelSession *session, VowelSessionPartingFunc func, gpointer user_data)
{
  session->parting = func;
  session->parting_data = user_data;
}

gboolean
vowel_session_part (VowelSession *session, VowelEndReason reason)
{
  VowelSessionPartingFunc func = g_steal_pointer (&session->parting);

  if (func != NULL)
    session->is_parting = func (reason, session->parting_data);
  return session->is_parting;
}

static void
on_expired (gpointer user_data)
{
  g_autoptr (VowelSession) session = g_object_ref (user_data);
  g_autoptr (GError) error = NULL;
  VowelEvent event = {.type = VOWEL_EVENT_ERROR};
  gboolean whole_minutes = session->max_duration_ms % 60000 == 0;

  session->expiry_timer = 0;
  if (vowel_session_part (session, VOWEL_END_EXPIRED))
    return;
  error = g_error_new (VOWEL_ERROR, VOWEL_ERROR_EXPIRED,
      "Your session hit the maximum duration of %u %s.",
      whole_minutes ? session->max_duration_ms / 60000
                    : (session->max_duration_ms + 999) / 1000,
      whole_minutes ? "minutes" : "seconds");
  event.error = error;
  vowel_session_emit (session, &event);
  vowel_session_end (session, VOWEL_END_EXPIRED);
}

gboolean
vowel_session_start (VowelSession *session, GError **error)
{
  g_return_val_if_fail (!session->started, FALSE);

  if (!vowel_session_config_validate (session->config, error))
    return FALSE;
  if (!vowel_engine_configure (session->engine, session->config, error)
      || !vowel_engine_start (
          session->engine, &vowel_session_listener, session, error))
    return FALSE;

  session->started = TRUE;
  session->start_us = vowel_clock_now (session->clock);
  vowel_session_apply_turn_detection (session);
  if (session->max_duration_ms > 0)
    session->expiry_timer = vowel_clock_add_timer (session->clock,
        session->start_us + session->max_duration_ms * (gint64) 1000,
        on_expired, session);
  vowel_session_watch_caller (session);
  emit_simple (session, VOWEL_EVENT_SESSION_STARTED);
  /* A client may have been ready at once, while others did not know yet. */
  session->announced = TRUE;
  vowel_session_expect_ready (session);
  vowel_session_update_greeting (session);
  return TRUE;
}

void
vowel_session_end (VowelSession *session, VowelEndReason reason)
{
  g_autoptr (VowelSession) keep = g_object_ref (session);
  VowelEvent event = {.type = VOWEL_EVENT_ENDED, .reason = reason};

  if (session->ended || session->ending)
    return;
  if (session->is_parting && reason == VOWEL_END_CLIENT_LEFT)
    event.reason = VOWEL_END_TRANSFERRED;
  session->ending = TRUE;
  vowel_clock_clear_timer (session->clock, &session->expiry_timer);
  vowel_clock_clear_timer (session->clock, &session->linger_timer);
  vowel_clock_clear_timer (session->clock, &session->idle_timer);
  vowel_clock_clear_timer (session->clock, &session->hibernation_timer);
  vowel_clock_clear_timer (session->clock, &session->guard_timer);
  vowel_greeting_cancel (session->greeting);
  vowel_session_cancel_all (session, VOWEL_REASON_SESSION_ENDED);
  vowel_session_emit (session, &event);
  session->ended = TRUE;
  g_hash_table_remove_all (session->recordings);
  if (session->judge != NULL)
    vowel_turn_judge_reset (session->judge);
  vowel_session_clear_summary (session);
  vowel_session_clear_auxiliaries (session);
  if (session->started)
    vowel_engine_stop (session->engine);
  vowel_session_drained (session);
}

void
vowel_session_drained (VowelSession *session)
{
  VowelTimerFunc func = session->drain_func;

  session->drain_func = NULL;
  if (func != NULL)
    func (session->drain_data);
}

void
vowel_session_drain (
    VowelSession *session, VowelTimerFunc done, gpointer user_data)
{
  session->draining = TRUE;
  session->respond_queued = FALSE;
  session->drain_func = done;
  session->drain_data = user_data;
  if (session->ended || session->active->len == 0)
    vowel_session_drained (session);
}

const gchar *
vowel_session_get_id (VowelSession *session)
{
  return session->id;
}

const gchar *
vowel_session_get_conversation_id (VowelSession *session)
{
  return session->conversation_id;
}

gint64
vowel_session_get_expires_at (VowelSession *session)
{
  return session->expires_at;
}

const VowelSessionConfig *
vowel_session_get_config (VowelSession *session)
{
  return session->config;
}

VowelUsageLedger *
vowel_session_get_usage (VowelSession *session)
{
  return session->usage;
}

void
vowel_session_set_usage (VowelSession *session, VowelUsageLedger *usage)
{
  vowel_usage_ledger_ref (usage);
  vowel_usage_ledger_unref (session->usage);
  session->usage = usage;
}

VowelClock *
vowel_session_get_clock (VowelSession *session)
{
  return session->clock;
}

gboolean
vowel_session_is_started (VowelSession *session)
{
  return session->started;
}

gboolean
vowel_session_is_ended (VowelSession *session)
{
  return session->ended;
}

/* Configuration. */

gboolean
vowel_session_check_tools (GPtrArray *tools, GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  guint i;

  if (tools->len > MAX_TOOLS) {
    vowel_set_field_error (error, VOWEL_ERROR_TOO_LONG, "tools",
        "%u are more than the %d that a participant may have", tools->len,
        MAX_TOOLS);
    return FALSE;
  }
  for (i = 0; i < tools->len; i++) {
    VowelTool *tool = g_ptr_array_index (tools, i);
    g_autofree gchar *field = g_strdup_printf ("tools[%u].name", i);

    if (tool->name == NULL || *tool->name == '\0') {
      vowel_set_field_error (
          error, VOWEL_ERROR_MISSING, field, "a tool needs a name");
      return FALSE;
    }
    if (!g_hash_table_add (names, tool->name)) {
      vowel_set_field_error (error, VOWEL_ERROR_INVALID, field,
          "there are two tools named \"%s\"", tool->name);
      return FALSE;
    }
  }
  return TRUE;
}

/* Who was let in to have speech written down does not get answers by asking. */
static gboolean
check_kind (
    VowelSession *session, const VowelSessionConfig *config, GError **error)
{
  if (config->kind == session->config->kind)
    return TRUE;
  if (config->kind == VOWEL_SESSION_REALTIME) {
    vowel_set_field_error (error, VOWEL_ERROR_INVALID, "type",
        "a transcription session cannot become a realtime session: open one");
    return FALSE;
  }
  if (session->has_responded
      || vowel_conversation_get_last_id (session->conversation) != NULL) {
    vowel_set_field_error (error, VOWEL_ERROR_INVALID, "type",
        "the type of a session cannot change once its conversation has begun");
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_locks (
    VowelSession *session, const VowelSessionConfig *config, GError **error)
{
  if (!check_kind (session, config, error))
    return FALSE;
  if (session->has_spoken
      && !g_str_equal (config->voice, session->config->voice)) {
    vowel_set_field_error (error, VOWEL_ERROR_VOICE_LOCKED, "voice",
        "the voice cannot change after the assistant has spoken");
    return FALSE;
  }
  if (session->has_responded
      && !g_str_equal (config->model, session->config->model)) {
    vowel_set_field_error (error, VOWEL_ERROR_MODEL_LOCKED, "model",
        "the model cannot change after its first response");
    return FALSE;
  }
  return TRUE;
}

gboolean
vowel_session_configure (VowelSession *session, VowelParticipant *participant,
    const VowelSessionConfig *config, GPtrArray *tools, GError **error)
{
  VowelSessionConfig *before = session->config;

  if (!vowel_session_check (session, participant, VOWEL_RIGHT_CONFIGURE, error)
      || !vowel_session_config_validate (config, error)
      || !check_locks (session, config, error)
      || (tools != NULL && !vowel_session_check_tools (tools, error)))
    return FALSE;
  if (session->started
      && !vowel_engine_configure (session->engine, config, error))
    return FALSE;

  session->config = vowel_session_config_copy (config);
  if (!vowel_audio_format_equal (&before->input_format, &config->input_format))
    vowel_session_input_format_changed (session, &before->input_format);
  vowel_session_language_configured (session, before);
  vowel_session_config_free (before);
  if (!vowel_session_apply_turn_detection (session))
    vowel_engine_discard_utterance (session->engine);
  if (tools != NULL)
    /* The client's tool wins over a server's of the same name. */
    vowel_tool_router_set_tools (session->router, participant,
        participant->role == VOWEL_PARTICIPANT_CLIENT ? VOWEL_TOOL_RANK_CLIENT
                                                      : VOWEL_TOOL_RANK_SERVER,
        participant->tool_timeout_ms, tools);
  emit_simple (session, VOWEL_EVENT_SESSION_CHANGED);
  if (!session->ended)
    vowel_session_update_greeting (session);
  return TRUE;
}

GPtrArray *
vowel_session_get_tools (VowelSession *session, VowelParticipant *participant)
{
  return vowel_tool_router_get_tools (session->router, participant);
}
