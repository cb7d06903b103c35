/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The caller's audio and what the turn controller decides about it. */

#include "session-private.h"

#include <string.h>

#define MIN_COMMIT_US (100 * 1000)
#define MAX_TURN_US (600 * (gint64) G_USEC_PER_SEC)
#define MAX_APPEND_BYTES (15 * 1024 * 1024)

gint64
vowel_session_get_input_us (VowelSession *session)
{
  return session->format_us
         + vowel_audio_format_duration_us (
             &session->config->input_format, session->format_bytes);
}

void
vowel_session_input_format_changed (
    VowelSession *session, const VowelAudioFormat *before)
{
  session->format_us +=
      vowel_audio_format_duration_us (before, session->format_bytes);
  session->format_bytes = 0;
  session->has_odd_byte = FALSE;
}

/* Whole samples of what was left over and what came; (nullable). */
static GBytes *
join_samples (VowelSession *session, GBytes *audio)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (audio, &size);
  guint8 *joined;
  gsize total;

  if (vowel_audio_format_sample_size (&session->config->input_format) == 1
      || (!session->has_odd_byte && size % 2 == 0))
    return size > 0 ? g_bytes_ref (audio) : NULL;

  total = size + (session->has_odd_byte ? 1 : 0);
  joined = g_malloc (MAX (total, 1));
  if (session->has_odd_byte)
    joined[0] = session->odd_byte;
  memcpy (joined + total - size, data, size);
  session->has_odd_byte = total % 2 != 0;
  if (session->has_odd_byte)
    session->odd_byte = joined[--total];
  if (total == 0) {
    g_free (joined);
    return NULL;
  }
  return g_bytes_new_take (joined, total);
}

gboolean
vowel_session_push_audio (VowelSession *session, VowelParticipant *participant,
    GBytes *audio, GError **error)
{
  g_autoptr (GBytes) samples = NULL;
  gint64 now_us = vowel_session_get_input_us (session);
  gint64 start_us = 0;

  if (!vowel_session_check (session, participant, VOWEL_RIGHT_SPEAK, error))
    return FALSE;
  if (!session->started) {
    g_set_error_literal (error, VOWEL_ERROR, VOWEL_ERROR_NOT_ALLOWED,
        "the session has not started");
    return FALSE;
  }
  if (g_bytes_get_size (audio) > MAX_APPEND_BYTES) {
    vowel_set_field_error (error, VOWEL_ERROR_TOO_LONG, "audio",
        "%" G_GSIZE_FORMAT " bytes are more than the %d of one append",
        g_bytes_get_size (audio), MAX_APPEND_BYTES);
    return FALSE;
  }
  if (session->config->turn_detection.type == VOWEL_TURN_NONE
      && vowel_turn_controller_is_open (session->turns, &start_us)
      && now_us - start_us > MAX_TURN_US) {
    vowel_set_field_error (error, VOWEL_ERROR_TOO_LONG, "audio",
        "the input buffer holds %d s: commit or clear it",
        (gint) (MAX_TURN_US / G_USEC_PER_SEC));
    return FALSE;
  }

  if (!vowel_floor_take (session->floor, participant))
    return TRUE;
  samples = join_samples (session, audio);
  if (samples == NULL)
    return TRUE;
  if (session->config->turn_detection.type == VOWEL_TURN_NONE
      && !vowel_turn_controller_is_open (session->turns, NULL)) {
    if (session->config->turn_detection.interrupt_response)
      vowel_session_interrupt (session);
    vowel_turn_controller_begin (session->turns, now_us);
    vowel_engine_begin_utterance (session->engine, now_us);
  }
  if (session->input_func != NULL)
    session->input_func (
        samples, &session->config->input_format, session->input_data);
  session->format_bytes += g_bytes_get_size (samples);
  vowel_engine_push_audio (session->engine, samples);
  return TRUE;
}

void
vowel_session_set_input_func (
    VowelSession *session, VowelInputFunc func, gpointer user_data)
{
  session->input_func = func;
  session->input_data = user_data;
}

gboolean
vowel_session_commit_audio (
    VowelSession *session, VowelParticipant *participant, GError **error)
{
  gint64 end_us = vowel_session_get_input_us (session);
  gint64 start_us = session->buffer_start_us;

  if (!vowel_session_check (session, participant, VOWEL_RIGHT_SPEAK, error))
    return FALSE;
  if (!vowel_turn_controller_is_open (session->turns, &start_us)
      && session->config->turn_detection.type == VOWEL_TURN_NONE)
    start_us = end_us;
  if (end_us - start_us < MIN_COMMIT_US) {
    vowel_set_field_error (error, VOWEL_ERROR_BUFFER_TOO_SHORT, "audio",
        "buffer too small: expected at least 100 ms of audio, but the buffer "
        "only has %.2f ms",
        (end_us - start_us) / 1000.0);
    return FALSE;
  }

  if (vowel_turn_controller_commit (session->turns, start_us, end_us)
      && !session->ended)
    vowel_engine_end_utterance (session->engine);
  session->buffer_start_us = end_us;
  vowel_greeting_cancel (session->greeting);
  vowel_session_input_given (session, participant);
  return TRUE;
}

gboolean
vowel_session_clear_audio (
    VowelSession *session, VowelParticipant *participant, GError **error)
{
  VowelEvent event = {.type = VOWEL_EVENT_INPUT_CLEARED};

  if (!vowel_session_check (session, participant, VOWEL_RIGHT_SPEAK, error))
    return FALSE;

  session->buffer_start_us = vowel_session_get_input_us (session);
  session->has_odd_byte = FALSE;
  vowel_engine_discard_utterance (session->engine);
  vowel_session_emit (session, &event);
  if (!session->ended)
    vowel_turn_controller_clear (session->turns);
  return TRUE;
}

/* What the turn controller decides. */

static void
on_speech_started (
    gpointer user_data, const gchar *item_id, gint64 at_us, gboolean emulated)
{
  VowelEvent event = {.type = VOWEL_EVENT_SPEECH_STARTED,
      .item_id = item_id,
      .at_ms = MAX (at_us, 0) / 1000,
      .emulated = emulated};

  vowel_session_emit (user_data, &event);
}

static void
on_speech_stopped (gpointer user_data, const gchar *item_id, gint64 at_us)
{
  VowelEvent event = {.type = VOWEL_EVENT_SPEECH_STOPPED,
      .item_id = item_id,
      .at_ms = MAX (at_us, 0) / 1000};

  vowel_session_emit (user_data, &event);
}

static gboolean
on_interrupt (gpointer user_data)
{
  return !vowel_session_guards_first (user_data)
         && vowel_session_interrupt (user_data);
}

static gint64
get_heard_until (gpointer user_data)
{
  VowelSession *session = user_data;

  return session->has_spoken ? vowel_playout_clock_get_end (session->playout)
                             : 0;
}

static VowelItem *
commit_item (VowelSession *session, const gchar *item_id, gint64 duration_us)
{
  VowelEvent event = {.type = VOWEL_EVENT_INPUT_COMMITTED, .item_id = item_id};
  g_autoptr (VowelItem) item =
      vowel_item_new_message (item_id, VOWEL_ROLE_USER);
  VowelPart *part = vowel_item_add_part (item, VOWEL_PART_AUDIO, NULL);

  part->audio_ms = MAX (duration_us, 0) / 1000;
  event.previous_item_id =
      vowel_conversation_get_last_id (session->conversation);
  vowel_session_emit (session, &event);
  vowel_session_append_item (session, item);
  return vowel_conversation_get_item (session->conversation, item_id);
}

static void
on_commit (
    gpointer user_data, const gchar *item_id, gint64 start_us, gint64 end_us)
{
  VowelSession *session = user_data;

  vowel_session_note_caller (session, vowel_clock_now (session->clock));
  session->buffer_start_us = end_us;
  session->is_acknowledged = FALSE;
  commit_item (session, item_id, end_us - start_us);
}

/* The stable part of a guess: a recogniser revises its last word most. */
static gsize
stable_length (const gchar *text)
{
  const gchar *space = strrchr (text, ' ');

  return space != NULL ? space - text : 0;
}

/* Deltas add up to the transcript: a guess that takes back what was told is
 * not told, and corrected by the final text alone. */
static void
emit_transcript_delta (VowelSession *session, const gchar *item_id,
    const gchar *text, gsize length)
{
  const gchar *told = g_hash_table_lookup (session->transcripts, item_id);
  g_autofree gchar *delta = NULL;
  VowelEvent event = {.type = VOWEL_EVENT_TRANSCRIPT, .item_id = item_id};
  gsize from = told != NULL ? strlen (told) : 0;

  if (length <= from || (told != NULL && !g_str_has_prefix (text, told)))
    return;
  delta = g_strndup (text + from, length - from);
  g_hash_table_replace (
      session->transcripts, g_strdup (item_id), g_strndup (text, length));
  event.text = delta;
  vowel_session_emit (session, &event);
}

static void
on_guess (gpointer user_data, const gchar *item_id, const gchar *text)
{
  VowelEvent event = {
      .type = VOWEL_EVENT_TRANSCRIPT_GUESS, .item_id = item_id, .text = text};

  vowel_session_emit (user_data, &event);
}

/* Of the transcript that comes next. */
static void
on_confidence (gpointer user_data, gdouble confidence)
{
  VowelSession *session = user_data;

  session->has_confidence = session->config->include_logprobs;
  session->confidence = confidence;
}

static void
on_language (gpointer user_data, const gchar *language)
{
  VowelSession *session = user_data;

  g_free (session->heard_language);
  session->heard_language = g_strdup (language);
}

static void
on_transcript (
    gpointer user_data, const gchar *item_id, const gchar *text, gboolean final)
{
  VowelSession *session = user_data;
  VowelItem *item =
      vowel_conversation_get_item (session->conversation, item_id);
  VowelPart *part = item != NULL ? vowel_item_get_part (item, 0) : NULL;

  if (final)
    vowel_session_hear_language (session, text);
  if (final && *text != '\0')
    session->n_silences = 0;
  if (part != NULL && final) {
    g_autoptr (VowelItem) keep = vowel_item_ref (item);
    VowelEvent event = {.type = VOWEL_EVENT_TRANSCRIPT_DONE,
        .item_id = item->id,
        .text = text,
        .has_confidence = session->has_confidence,
        .confidence = session->confidence,
        .duration_ms = part->audio_ms};

    if (part->text == NULL)
      part->text = g_string_new (NULL);
    g_string_assign (part->text, text);
    emit_transcript_delta (session, item_id, text, strlen (text));
    g_hash_table_remove (session->transcripts, item_id);
    vowel_session_emit (session, &event);
  } else if (part != NULL) {
    emit_transcript_delta (session, item_id, text, stable_length (text));
  }
  if (final) {
    session->has_confidence = FALSE;
    if (*text != '\0')
      vowel_greeting_cancel (session->greeting);
    else if (!session->ended)
      vowel_greeting_was_noise (session->greeting);
    vowel_session_start_waiting (session);
  }
}

static void
on_transcript_failed (gpointer user_data, const gchar *item_id,
    const gchar *code, const GError *error)
{
  VowelSession *session = user_data;

  g_hash_table_remove (session->transcripts, item_id);
  if (vowel_conversation_get_item (session->conversation, item_id) != NULL) {
    VowelEvent event = {.type = VOWEL_EVENT_TRANSCRIPT_FAILED,
        .item_id = item_id,
        .text = code,
        .error = error};

    vowel_session_emit (session, &event);
  }
  vowel_session_start_waiting (session);
  if (!session->ended)
    vowel_greeting_was_noise (session->greeting);
}

static void
on_respond (gpointer user_data, const gchar *item_id)
{
  if (item_id == NULL && vowel_session_repeat_first (user_data))
    return;
  vowel_session_respond_by_itself (user_data, NULL);
}

static void
on_ending (gpointer user_data, const gchar *item_id, const gchar *text)
{
  vowel_session_prepare_answer (user_data, item_id, text);
}

static void
on_not_ending (gpointer user_data, const gchar *item_id)
{
  vowel_session_drop_prepared (user_data, item_id);
}

/* One silence more. */
static gboolean
is_too_silent (VowelSession *session)
{
  guint count = session->behaviours->silence_count;

  session->n_silences++;
  return count > 0 && session->n_silences >= count;
}

/* The silence becomes an item, so that clients see what is answered. */
static void
on_idle (gpointer user_data)
{
  VowelSession *session = user_data;
  guint silence_ms = session->config->turn_detection.idle_timeout_ms;
  gint64 end_us = vowel_session_get_input_us (session);
  gint64 start_us =
      MAX (session->buffer_start_us, end_us - silence_ms * (gint64) 1000);
  g_autofree gchar *item_id = vowel_make_id ("item");
  g_autofree gchar *hint = NULL;
  VowelEvent event = {.type = VOWEL_EVENT_INPUT_TIMEOUT, .item_id = item_id};

  if (session->ended || session->ending || session->draining)
    return;
  event.at_ms = start_us / 1000;
  event.duration_ms = (end_us - start_us) / 1000;
  vowel_session_emit (session, &event);
  session->buffer_start_us = end_us;
  if (commit_item (session, item_id, end_us - start_us) != NULL)
    on_transcript (session, item_id, "", TRUE);
  if (is_too_silent (session)) {
    if (!vowel_session_part (session, VOWEL_END_IDLE))
      vowel_session_end (session, VOWEL_END_IDLE);
    return;
  }
  if (!session->config->turn_detection.create_response)
    return;
  hint = g_strdup_printf ("The caller has said nothing for %u seconds. Ask "
                          "briefly whether they are still there.",
      silence_ms / 1000);
  vowel_session_respond_by_itself (session, hint);
}

static const VowelTurnActions turn_actions = {
    .speech_started = on_speech_started,
    .speech_stopped = on_speech_stopped,
    .interrupt = on_interrupt,
    .heard_until = get_heard_until,
    .commit = on_commit,
    .confidence = on_confidence,
    .language = on_language,
    .guess = on_guess,
    .transcript = on_transcript,
    .transcript_failed = on_transcript_failed,
    .respond = on_respond,
    .ending = on_ending,
    .not_ending = on_not_ending,
    .idle = on_idle,
};

gboolean
vowel_session_apply_turn_detection (VowelSession *session)
{
  VowelTurnDetection detection = session->config->turn_detection;

  /* Who only has it written down pays for no other model. */
  vowel_turn_controller_set_judge (session->turns,
      session->config->kind == VOWEL_SESSION_REALTIME ? session->judge : NULL);
  if (session->config->kind == VOWEL_SESSION_TRANSCRIPTION) {
    detection.create_response = FALSE;
    detection.interrupt_response = FALSE;
    detection.idle_timeout_ms = 0;
  }
  vowel_turn_controller_set_foresight (
      session->turns, vowel_session_config_has_foresight (session->config));
  return vowel_turn_controller_configure (session->turns, &detection);
}

void
vowel_session_init_input (VowelSession *session)
{
  session->transcripts =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  session->turns =
      vowel_turn_controller_new (session->clock, &turn_actions, session);
  vowel_session_apply_turn_detection (session);
}
