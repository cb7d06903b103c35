/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Recordings: what is said in sound that is not the caller's live audio. A
 * second pipeline of the same recipe hears them, so that any recogniser serves
 * and none is disturbed; it exists only while there is something to hear. */

#include "pipeline-private.h"

static const VowelEngineListener recogniser_listener;

static void
recording_free (VowelRecording *recording)
{
  g_bytes_unref (recording->audio);
  g_free (recording);
}

void
vowel_pipeline_drop_recordings (VowelPipeline *self)
{
  g_autoptr (VowelPipeline) recogniser = g_steal_pointer (&self->recogniser);

  g_queue_clear_full (&self->recordings, (GDestroyNotify) recording_free);
  self->transcribing = FALSE;
  if (recogniser != NULL)
    vowel_engine_stop (VOWEL_ENGINE (recogniser));
}

static gboolean
prepare (VowelPipeline *self, const VowelAudioFormat *format, GError **error)
{
  g_autoptr (VowelSessionConfig) config =
      vowel_session_config_copy (self->config);
  g_autofree gchar *name = g_strconcat (self->name, "-recordings", NULL);

  vowel_turn_detection_init (&config->turn_detection, VOWEL_TURN_NONE);
  config->input_format = *format;
  if (self->recogniser != NULL)
    return vowel_engine_configure (
        VOWEL_ENGINE (self->recogniser), config, error);

  self->recogniser = vowel_pipeline_new (name, self->worker, self->recipe);
  return vowel_engine_configure (VOWEL_ENGINE (self->recogniser), config, error)
         && vowel_engine_start (VOWEL_ENGINE (self->recogniser),
             &recogniser_listener, self, error);
}

static void begin_next (VowelPipeline *self);

/* Takes the first recording off the list and tells what became of it.
 * @text: NULL: @error says why there is none. */
static void
finish (VowelPipeline *self, const gchar *text, const gchar *code,
    const GError *error)
{
  VowelRecording *recording = g_queue_pop_head (&self->recordings);
  guint64 number;

  if (recording == NULL)
    return;
  number = recording->number;
  recording_free (recording);
  self->transcribing = FALSE;
  if (text != NULL)
    self->listener->transcribed (self->user_data, number, text);
  else
    self->listener->failed (
        self->user_data, VOWEL_STAGE_RECORDING, number, code, error);
  /* The listener may have ended it. */
  if (self->listener != NULL)
    begin_next (self);
}

/* Never from inside the call that gave it. */
static void
hear (gpointer user_data)
{
  VowelPipeline *self = user_data;
  VowelRecording *recording = g_queue_peek_head (&self->recordings);
  g_autoptr (GError) error = NULL;
  VowelEngine *recogniser;

  if (self->listener == NULL || recording == NULL)
    return;
  if (!prepare (self, &recording->format, &error)) {
    g_clear_object (&self->recogniser);
    finish (self, NULL, "upstream", error);
    return;
  }
  recogniser = VOWEL_ENGINE (self->recogniser);
  vowel_engine_begin_utterance (
      recogniser, vowel_pipeline_get_input_us (self->recogniser));
  vowel_engine_push_audio (recogniser, recording->audio);
  vowel_engine_end_utterance (recogniser);
}

static void
begin_next (VowelPipeline *self)
{
  if (self->transcribing)
    return;
  if (g_queue_is_empty (&self->recordings)) {
    vowel_pipeline_drop_recordings (self);
    return;
  }
  self->transcribing = TRUE;
  gst_vowel_worker_post (
      self->worker, hear, g_object_ref (self), g_object_unref);
}

void
vowel_pipeline_transcribe (VowelEngine *engine, guint64 number, GBytes *audio,
    const VowelAudioFormat *format)
{
  VowelPipeline *self = VOWEL_PIPELINE (engine);
  VowelRecording *recording;

  if (self->listener == NULL)
    return;
  recording = g_new0 (VowelRecording, 1);
  recording->number = number;
  recording->audio = g_bytes_ref (audio);
  recording->format = *format;
  g_queue_push_tail (&self->recordings, recording);
  begin_next (self);
}

/* What the recogniser reports.  It hears nothing but the one recording. */

static void
on_speech_started (
    gpointer user_data, guint64 utterance, gint64 start_us, gboolean emulated)
{
}

static void
on_speech_stopped (gpointer user_data, guint64 utterance, gint64 end_us)
{
}

static void
on_transcript (
    gpointer user_data, guint64 utterance, const gchar *text, gboolean final)
{
  if (final)
    finish (user_data, text, NULL, NULL);
}

static void
on_failed (gpointer user_data, VowelStage stage, guint64 id, const gchar *code,
    const GError *error)
{
  if (stage == VOWEL_STAGE_STT)
    finish (user_data, NULL, code, error);
}

static void
on_fatal (gpointer user_data, const GError *error)
{
  VowelPipeline *self = user_data;
  g_autoptr (VowelPipeline) recogniser = g_steal_pointer (&self->recogniser);

  vowel_engine_stop (VOWEL_ENGINE (recogniser));
  finish (self, NULL, "upstream", error);
}

static void
on_usage (gpointer user_data, const VowelProviderUsage *usage)
{
  VowelPipeline *self = user_data;

  if (self->listener != NULL && self->listener->usage != NULL)
    self->listener->usage (self->user_data, usage);
}

static const VowelEngineListener recogniser_listener = {
    .speech_started = on_speech_started,
    .speech_stopped = on_speech_stopped,
    .transcript = on_transcript,
    .failed = on_failed,
    .usage = on_usage,
    .fatal = on_fatal,
};
