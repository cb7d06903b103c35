/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the engine reports, on its way to the turn controller and the response
 * writers. */

#include "session-private.h"

#define NO_SUCH_TOOL "{\"error\":\"There is no such tool.\"}"

static void
on_engine_speech_started (
    gpointer user_data, guint64 utterance, gint64 start_us, gboolean emulated)
{
  VowelSession *session = user_data;

  if (!session->ended)
    vowel_turn_controller_speech_started (
        session->turns, utterance, start_us, emulated);
}

static void
on_engine_speech_stopped (gpointer user_data, guint64 utterance, gint64 end_us)
{
  VowelSession *session = user_data;

  if (!session->ended)
    vowel_turn_controller_speech_stopped (session->turns, utterance, end_us);
}

static void
on_engine_transcript (
    gpointer user_data, guint64 utterance, const gchar *text, gboolean final)
{
  VowelSession *session = user_data;

  if (!session->ended)
    vowel_turn_controller_transcript (session->turns, utterance, text, final);
}

/* (nullable) (transfer full): whoever calls a writer holds a reference. */
static VowelResponseWriter *
ref_writer (VowelSession *session, guint64 generation)
{
  VowelActiveResponse *active =
      session->ended ? NULL
                     : vowel_session_find_generation (session, generation);

  return active != NULL && active->generating
             ? vowel_response_writer_ref (active->writer)
             : NULL;
}

static void
on_engine_failed (gpointer user_data, VowelStage stage, guint64 id,
    const gchar *code, const GError *error)
{
  VowelSession *session = user_data;
  g_autoptr (VowelResponseWriter) writer = NULL;

  if (stage == VOWEL_STAGE_STT) {
    if (!session->ended)
      vowel_turn_controller_failed (session->turns, id, code, error);
    return;
  }
  if (stage == VOWEL_STAGE_RECORDING) {
    if (!session->ended)
      vowel_session_recording_failed (session, id, code, error);
    return;
  }
  writer = ref_writer (session, id);
  if (writer == NULL)
    return;
  vowel_engine_cancel (session->engine, id);
  vowel_session_forget_unsent (session, writer);
  vowel_response_writer_fail (writer, code, error->message);
}

static void
on_engine_text (gpointer user_data, guint64 generation, const gchar *delta)
{
  g_autoptr (VowelResponseWriter) writer = ref_writer (user_data, generation);

  if (writer != NULL)
    vowel_response_writer_text (writer, delta);
}

static void
on_engine_tool_arguments (gpointer user_data, guint64 generation,
    const gchar *call_id, const gchar *name, const gchar *delta)
{
  g_autoptr (VowelResponseWriter) writer = ref_writer (user_data, generation);

  if (writer != NULL)
    vowel_response_writer_tool_arguments (writer, call_id, name, delta);
}

static void
on_engine_tool_call (gpointer user_data, guint64 generation,
    const gchar *call_id, const gchar *name, const gchar *arguments)
{
  VowelSession *session = user_data;
  g_autoptr (VowelResponseWriter) writer = ref_writer (session, generation);
  VowelActiveResponse *active;
  guint n_refused;

  if (writer == NULL)
    return;
  n_refused = vowel_session_find_generation (session, generation)->n_refused;
  vowel_response_writer_tool_call (writer, call_id, name, arguments);

  active = session->ended ? NULL
                          : vowel_session_find_generation (session, generation);
  if (active != NULL && active->n_refused > n_refused
      && !vowel_response_writer_get_response (active->writer)->out_of_band) {
    g_autoptr (VowelItem) output =
        vowel_item_new_function_call_output (NULL, call_id, NO_SUCH_TOOL);

    vowel_session_append_item (session, output);
  }
}

static void
on_engine_generated (gpointer user_data, guint64 generation, VowelFinish finish,
    const VowelUsage *usage)
{
  g_autoptr (VowelResponseWriter) writer = ref_writer (user_data, generation);

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
on_engine_audio (gpointer user_data, guint64 generation, GBytes *audio,
    guint text_start, guint text_end)
{
  VowelSession *session = user_data;
  g_autoptr (VowelResponseWriter) writer = ref_writer (session, generation);
  VowelItem *message;

  if (writer == NULL
      || !vowel_response_writer_audio (writer, audio, text_start, text_end))
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
on_engine_audio_ended (gpointer user_data, guint64 generation)
{
  g_autoptr (VowelResponseWriter) writer = ref_writer (user_data, generation);

  if (writer != NULL)
    vowel_response_writer_audio_ended (writer);
}

static void
on_engine_transcribed (gpointer user_data, guint64 recording, const gchar *text)
{
  VowelSession *session = user_data;

  if (!session->ended)
    vowel_session_transcribed (session, recording, text);
}

static void
on_engine_fatal (gpointer user_data, const GError *error)
{
  VowelSession *session = user_data;
  VowelEvent event = {.type = VOWEL_EVENT_ERROR, .error = error};

  vowel_session_emit (session, &event);
  vowel_session_end (session, VOWEL_END_FAILED);
}

const VowelEngineListener vowel_session_listener = {
    .speech_started = on_engine_speech_started,
    .speech_stopped = on_engine_speech_stopped,
    .transcript = on_engine_transcript,
    .failed = on_engine_failed,
    .text = on_engine_text,
    .tool_arguments = on_engine_tool_arguments,
    .tool_call = on_engine_tool_call,
    .generated = on_engine_generated,
    .audio = on_engine_audio,
    .audio_ended = on_engine_audio_ended,
    .transcribed = on_engine_transcribed,
    .fatal = on_engine_fatal,
};
