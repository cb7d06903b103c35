/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the engine reports, on its way to the turn controller and the response
 * writers. */

#include "session-private.h"

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
  g_autofree gchar *kept = NULL;

  if (!session->ended && *text != '\0')
    vowel_turn_controller_words_heard (
        session->turns, utterance, vowel_session_get_input_us (session));
  if (session->ended)
    return;
  if (final)
    kept = vowel_session_filter_transcript (session, text);
  vowel_turn_controller_transcript (
      session->turns, utterance, final ? kept : text, final);
}

static void
on_engine_turn_ending (gpointer user_data, guint64 utterance, const gchar *text)
{
  VowelSession *session = user_data;

  if (!session->ended)
    vowel_turn_controller_turn_ending (session->turns, utterance, text);
}

static void
on_engine_turn_resumed (gpointer user_data, guint64 utterance)
{
  VowelSession *session = user_data;

  if (!session->ended)
    vowel_turn_controller_turn_resumed (session->turns, utterance);
}

static void
on_engine_turn_ended (gpointer user_data, guint64 utterance, gint64 end_us)
{
  VowelSession *session = user_data;

  if (!session->ended)
    vowel_turn_controller_turn_ended (session->turns, utterance, end_us);
}

static void
on_engine_confidence (gpointer user_data, guint64 utterance, gdouble confidence)
{
  VowelSession *session = user_data;

  if (!session->ended)
    vowel_turn_controller_confidence (session->turns, utterance, confidence);
}

static void
on_engine_language (
    gpointer user_data, guint64 utterance, const gchar *language)
{
  VowelSession *session = user_data;

  if (!session->ended)
    vowel_turn_controller_language (session->turns, utterance, language);
}

static void
on_engine_failed (gpointer user_data, VowelStage stage, guint64 id,
    const gchar *code, const GError *error)
{
  VowelSession *session = user_data;
  VowelEvent event = {.type = VOWEL_EVENT_ERROR, .error = error};

  if (stage == VOWEL_STAGE_STT && id == 0)
    /* Nobody is heard at all, so there is no item to tell of it. */
    vowel_session_emit (session, &event);
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
  if (stage == VOWEL_STAGE_SPEECH) {
    if (!session->ended)
      vowel_session_spoken (session, id, NULL);
    return;
  }
  if (vowel_session_find_prepared (session, id) != NULL)
    /* Nobody has asked yet; whoever does asks anew. */
    vowel_session_drop_prepared (session, NULL);
  else if (session->ended || !vowel_session_auxiliary_failed (session, id))
    vowel_session_output_failed (session, id, code, error);
}

static void
on_engine_text (gpointer user_data, guint64 generation, const gchar *delta)
{
  VowelPreparedAnswer *prepared =
      vowel_session_find_prepared (user_data, generation);

  if (prepared != NULL)
    vowel_prepared_answer_text (prepared, delta);
  else if (!vowel_session_auxiliary_text (user_data, generation, delta))
    vowel_session_output_text (user_data, generation, delta);
}

static void
on_engine_generated (gpointer user_data, guint64 generation, VowelFinish finish,
    const VowelUsage *usage)
{
  VowelPreparedAnswer *prepared =
      vowel_session_find_prepared (user_data, generation);

  if (prepared != NULL)
    vowel_prepared_answer_generated (prepared, finish, usage);
  else if (!vowel_session_auxiliary_generated (user_data, generation, usage))
    vowel_session_output_generated (user_data, generation, finish, usage);
}

static void
on_engine_tool_arguments (gpointer user_data, guint64 generation,
    const gchar *call_id, const gchar *name, const gchar *delta)
{
  VowelPreparedAnswer *prepared =
      vowel_session_find_prepared (user_data, generation);
  g_autoptr (VowelResponseWriter) writer =
      vowel_session_ref_writer (user_data, generation);

  if (prepared != NULL)
    vowel_prepared_answer_tool_arguments (prepared, call_id, name, delta);
  vowel_session_reported (user_data, generation, 0);
  if (writer != NULL)
    vowel_response_writer_tool_arguments (writer, call_id, name, delta);
}

static void
on_engine_tool_call (gpointer user_data, guint64 generation,
    const gchar *call_id, const gchar *name, const gchar *arguments)
{
  VowelSession *session = user_data;
  g_autoptr (VowelResponseWriter) writer =
      vowel_session_ref_writer (session, generation);
  VowelPreparedAnswer *prepared =
      vowel_session_find_prepared (session, generation);
  VowelActiveResponse *active;
  guint n_refused;

  if (prepared != NULL)
    vowel_prepared_answer_tool_call (prepared, call_id, name, arguments);
  else if (vowel_session_auxiliary_tool_call (
               session, generation, call_id, name, arguments))
    return;
  if (writer == NULL)
    return;
  vowel_session_reported (session, generation, 0);
  n_refused = vowel_session_find_generation (session, generation)->n_refused;
  vowel_response_writer_tool_call (writer, call_id, name, arguments);

  active = session->ended ? NULL
                          : vowel_session_find_generation (session, generation);
  if (active != NULL && active->n_refused > n_refused
      && !vowel_response_writer_get_response (active->writer)->out_of_band) {
    g_autoptr (VowelItem) output =
        vowel_item_new_function_call_output (NULL, call_id, VOWEL_NO_SUCH_TOOL);

    output->stand_in = TRUE;
    /* For the model alone, as the call is. */
    output->is_routed = TRUE;
    vowel_session_append_item (session, output);
  }
}

static void
on_engine_audio (gpointer user_data, guint64 generation, GBytes *audio,
    guint text_start, guint text_end, gboolean sentence_end)
{
  VowelPreparedAnswer *prepared =
      vowel_session_find_prepared (user_data, generation);

  if (prepared != NULL) {
    vowel_prepared_answer_audio (
        prepared, audio, text_start, text_end, sentence_end);
    vowel_session_prepared_audio (user_data);
  } else {
    vowel_session_output_audio (
        user_data, generation, audio, text_start, text_end, sentence_end);
  }
}

static void
on_engine_audio_ended (gpointer user_data, guint64 generation)
{
  VowelPreparedAnswer *prepared =
      vowel_session_find_prepared (user_data, generation);

  if (prepared != NULL)
    vowel_prepared_answer_audio_ended (prepared);
  else
    vowel_session_output_audio_ended (user_data, generation);
}

static void
on_engine_transcribed (gpointer user_data, guint64 recording, const gchar *text)
{
  VowelSession *session = user_data;

  if (!session->ended)
    vowel_session_transcribed (session, recording, text);
}

/* Also while the session ends: that was used, too. */
static void
on_engine_usage (gpointer user_data, const VowelProviderUsage *usage)
{
  VowelSession *session = user_data;

  vowel_usage_ledger_add (session->usage, usage);
}

static void
on_engine_spoken (gpointer user_data, guint64 speech, GBytes *audio)
{
  VowelSession *session = user_data;

  if (!session->ended)
    vowel_session_spoken (session, speech, audio);
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
    .turn_ending = on_engine_turn_ending,
    .turn_resumed = on_engine_turn_resumed,
    .turn_ended = on_engine_turn_ended,
    .transcript = on_engine_transcript,
    .confidence = on_engine_confidence,
    .language = on_engine_language,
    .failed = on_engine_failed,
    .text = on_engine_text,
    .tool_arguments = on_engine_tool_arguments,
    .tool_call = on_engine_tool_call,
    .generated = on_engine_generated,
    .audio = on_engine_audio,
    .audio_ended = on_engine_audio_ended,
    .transcribed = on_engine_transcribed,
    .usage = on_engine_usage,
    .spoken = on_engine_spoken,
    .fatal = on_engine_fatal,
};
