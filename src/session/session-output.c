/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is said on its way from the engine to the response writers: speech
 * through the pacer, text at once. */

#include "session-private.h"

VowelResponseWriter *
vowel_session_ref_writer (VowelSession *session, guint64 generation)
{
  VowelActiveResponse *active =
      session->ended ? NULL
                     : vowel_session_find_generation (session, generation);

  return active != NULL && active->generating
             ? vowel_response_writer_ref (active->writer)
             : NULL;
}

/* What the pacer lets go. */

static void
send_text (gpointer user_data, guint64 generation, const gchar *delta)
{
  g_autoptr (VowelResponseWriter) writer =
      vowel_session_ref_writer (user_data, generation);

  if (writer != NULL)
    vowel_response_writer_text (writer, delta);
}

static void
send_audio (gpointer user_data, guint64 generation, GBytes *audio,
    guint text_start, guint text_end, gboolean sentence_end)
{
  VowelSession *session = user_data;
  g_autoptr (VowelResponseWriter) writer =
      vowel_session_ref_writer (session, generation);
  VowelItem *message;

  if (writer == NULL)
    return;
  /* Real speech cuts what filled the time until it. */
  vowel_filler_stop (session->filler);
  session->is_acknowledged = TRUE;
  if (!vowel_response_writer_audio (
          writer, audio, text_start, text_end, sentence_end))
    return;
  session->has_spoken = TRUE;
  message = vowel_response_writer_get_message (writer);
  vowel_playout_clock_sent (session->playout, message->id,
      vowel_audio_format_duration_us (
          &vowel_response_writer_get_response (writer)->output_format,
          g_bytes_get_size (audio)),
      text_start, text_end);
}

static void
send_generated (gpointer user_data, guint64 generation, VowelFinish finish,
    const VowelUsage *usage)
{
  g_autoptr (VowelResponseWriter) writer =
      vowel_session_ref_writer (user_data, generation);

  if (writer == NULL)
    return;
  switch (finish) {
    case VOWEL_FINISH_STOP:
    case VOWEL_FINISH_TOOL_CALLS:
      vowel_response_writer_generated (
          writer, VOWEL_RESPONSE_COMPLETED, VOWEL_REASON_NONE, usage);
      break;
    case VOWEL_FINISH_LENGTH:
      vowel_response_writer_generated (writer, VOWEL_RESPONSE_INCOMPLETE,
          VOWEL_REASON_MAX_OUTPUT_TOKENS, usage);
      break;
    case VOWEL_FINISH_CONTENT_FILTER:
      vowel_response_writer_generated (writer, VOWEL_RESPONSE_INCOMPLETE,
          VOWEL_REASON_CONTENT_FILTER, usage);
      break;
  }
}

static void
send_failed (gpointer user_data, guint64 generation, const gchar *code,
    const GError *error)
{
  VowelSession *session = user_data;
  g_autoptr (VowelResponseWriter) writer =
      vowel_session_ref_writer (session, generation);

  if (writer == NULL)
    return;
  vowel_session_forget_unsent (session, writer);
  vowel_response_writer_fail (writer, code, error->message);
}

static void
send_audio_ended (gpointer user_data, guint64 generation)
{
  g_autoptr (VowelResponseWriter) writer =
      vowel_session_ref_writer (user_data, generation);
  VowelActiveResponse *active =
      vowel_session_find_generation (user_data, generation);

  if (writer == NULL)
    return;
  if (active->regret != NULL)
    send_failed (user_data, generation, active->regret_code, active->regret);
  else
    vowel_response_writer_audio_ended (writer);
}

static void
hold_voice (gpointer user_data, gboolean hold)
{
  VowelSession *session = user_data;

  if (session->started && !session->ended)
    vowel_engine_hold_voice (session->engine, hold);
}

static const VowelOutputActions output_actions = {
    .text = send_text,
    .audio = send_audio,
    .generated = send_generated,
    .audio_ended = send_audio_ended,
    .failed = send_failed,
    .hold = hold_voice,
};

/* What the engine reports. */

static gboolean
is_paced (VowelSession *session, guint64 generation)
{
  VowelActiveResponse *active =
      vowel_session_find_generation (session, generation);

  return active != NULL && vowel_active_response_is_spoken (active);
}

void
vowel_session_output_text (
    gpointer user_data, guint64 generation, const gchar *delta)
{
  VowelSession *session = user_data;
  VowelActiveResponse *active =
      vowel_session_find_generation (session, generation);

  if (active != NULL)
    active->has_words = TRUE;
  vowel_session_reported (session, generation, 0);
  if (is_paced (session, generation))
    vowel_output_pacer_text (session->pacer, generation, delta);
  else
    send_text (session, generation, delta);
}

void
vowel_session_output_audio (gpointer user_data, guint64 generation,
    GBytes *audio, guint text_start, guint text_end, gboolean sentence_end)
{
  VowelSession *session = user_data;
  VowelActiveResponse *active =
      vowel_session_find_generation (session, generation);

  vowel_session_reported (session, generation, 0);
  if (active != NULL && active->regret != NULL)
    vowel_session_word_apology (session, active);
  if (active != NULL && vowel_active_response_is_spoken (active))
    vowel_output_pacer_audio (session->pacer, generation,
        &vowel_active_response_get (active)->output_format, audio, text_start,
        text_end, sentence_end);
}

void
vowel_session_output_generated (gpointer user_data, guint64 generation,
    VowelFinish finish, const VowelUsage *usage)
{
  VowelSession *session = user_data;
  VowelActiveResponse *active =
      vowel_session_find_generation (session, generation);

  if (active == NULL)
    return;
  vowel_session_reported (session, generation, VOWEL_AWAITED_TEXT);
  active->generated = TRUE;
  if (!vowel_active_response_is_spoken (active)) {
    send_generated (session, generation, finish, usage);
    return;
  }
  if (vowel_output_pacer_is_muted (session->pacer, generation))
    vowel_engine_cancel (session->engine, generation);
  vowel_output_pacer_generated (session->pacer, generation, finish, usage);
}

void
vowel_session_output_audio_ended (gpointer user_data, guint64 generation)
{
  VowelSession *session = user_data;

  vowel_session_reported (session, generation, VOWEL_AWAITED_VOICE);
  if (is_paced (session, generation))
    vowel_output_pacer_audio_ended (session->pacer, generation);
}

/* The caller still hears what was made before the failure. */
void
vowel_session_output_failed (VowelSession *session, guint64 generation,
    const gchar *code, const GError *error)
{
  g_autoptr (VowelResponseWriter) writer =
      vowel_session_ref_writer (session, generation);
  VowelActiveResponse *active =
      vowel_session_find_generation (session, generation);

  if (writer == NULL
      || vowel_session_apologise (session, generation, code, error))
    return;
  /* Of an apology that fails, too, only the cause is told. */
  if (active->regret != NULL) {
    code = active->regret_code;
    error = active->regret;
  }
  vowel_engine_cancel (session->engine, generation);
  if (is_paced (session, generation))
    vowel_output_pacer_failed (session->pacer, generation, code, error);
  else
    send_failed (session, generation, code, error);
}

gboolean
vowel_session_is_only_sending (VowelSession *session)
{
  VowelActiveResponse *current = vowel_session_get_current (session);

  return current != NULL && current->generated
         && vowel_active_response_is_spoken (current)
         && vowel_output_pacer_has_all (
             session->pacer, vowel_active_response_get (current)->generation);
}

void
vowel_session_init_output (VowelSession *session)
{
  session->playout = vowel_playout_clock_new (session->clock);
  session->pacer = vowel_output_pacer_new (
      session->clock, session->playout, &output_actions, session);
}

void
vowel_session_set_output_lead (VowelSession *session, guint lead_ms)
{
  vowel_output_pacer_set_lead (session->pacer, lead_ms);
}

void
vowel_session_pause_output (VowelSession *session, gboolean paused)
{
  guint n_clients = vowel_session_count (session, VOWEL_PARTICIPANT_CLIENT);

  if (paused && n_clients <= 1)
    vowel_filler_stop (session->filler);
  vowel_output_pacer_set_paused (session->pacer, paused && n_clients <= 1);
}
