/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Texts that are spoken beside the answers. A second pipeline of the same
 * recipe says them, so that any voice serves and no answer waits behind them;
 * it exists only while there is something to say, and nothing but the voice
 * runs in it. */

#include "pipeline-private.h"

#include "error.h"

static const VowelEngineListener speaker_listener;

typedef struct {
  guint64 number;
  gchar *text;
  gchar *voice;
  gdouble speed;
  VowelAudioFormat format;
} Speech;

static void
speech_free (Speech *speech)
{
  g_free (speech->text);
  g_free (speech->voice);
  g_free (speech);
}

void
vowel_pipeline_drop_speeches (VowelPipeline *self)
{
  g_autoptr (VowelPipeline) speaker = g_steal_pointer (&self->speaker);

  g_queue_clear_full (&self->speeches, (GDestroyNotify) speech_free);
  g_clear_pointer (&self->spoken, g_byte_array_unref);
  g_clear_error (&self->speech_error);
  self->speaking = FALSE;
  if (speaker != NULL)
    vowel_engine_stop (VOWEL_ENGINE (speaker));
}

static gboolean
prepare (VowelPipeline *self, const VowelAudioFormat *format, GError **error)
{
  g_autoptr (VowelSessionConfig) config =
      vowel_session_config_copy (self->config);
  g_autofree gchar *name = g_strconcat (self->name, "-speech", NULL);

  vowel_turn_detection_init (&config->turn_detection, VOWEL_TURN_NONE);
  config->output_format = *format;
  if (self->speaker != NULL)
    return vowel_engine_configure (VOWEL_ENGINE (self->speaker), config, error);

  self->speaker = vowel_pipeline_new (name, self->worker, self->recipe);
  self->speaker->only_speaks = TRUE;
  return vowel_engine_configure (VOWEL_ENGINE (self->speaker), config, error)
         && vowel_engine_start (
             VOWEL_ENGINE (self->speaker), &speaker_listener, self, error);
}

static void begin_next (VowelPipeline *self);

/* Takes the first speech off the list and tells what became of it. */
static void
finish (VowelPipeline *self)
{
  g_autoptr (GByteArray) spoken = g_steal_pointer (&self->spoken);
  g_autoptr (GError) error = g_steal_pointer (&self->speech_error);
  Speech *speech = g_queue_pop_head (&self->speeches);
  guint64 number;

  if (speech == NULL)
    return;
  number = speech->number;
  speech_free (speech);
  self->speaking = FALSE;
  if (error != NULL) {
    self->listener->failed (
        self->user_data, VOWEL_STAGE_SPEECH, number, "upstream", error);
  } else {
    g_autoptr (GBytes) audio =
        g_byte_array_free_to_bytes (g_steal_pointer (&spoken));

    self->listener->spoken (self->user_data, number, audio);
  }
  /* The listener may have ended it. */
  if (self->listener != NULL)
    begin_next (self);
}

/* In the pipeline that only speaks. FALSE: it has no voice. */
static gboolean
say (VowelPipeline *speaker, const Speech *speech)
{
  guint64 number = speech->number;
  VowelGeneration generation = {.generation = number,
      .spoken = TRUE,
      .voice = speech->voice,
      .speed = speech->speed,
      .output_format = speech->format};

  if (speaker->tts == NULL
      || g_signal_lookup ("speak", G_OBJECT_TYPE (speaker->tts)) == 0)
    return FALSE;
  vowel_pipeline_set_voice (speaker, &generation);
  g_hash_table_insert (speaker->live, g_memdup2 (&number, sizeof number),
      GUINT_TO_POINTER (VOWEL_AWAITS_AUDIO_END));
  g_signal_emit_by_name (speaker->tts, "speak", "speech", number, speech->text);
  return TRUE;
}

/* Never from inside the call that gave it. */
static void
speak (gpointer user_data)
{
  VowelPipeline *self = user_data;
  Speech *speech = g_queue_peek_head (&self->speeches);

  if (self->listener == NULL || speech == NULL)
    return;
  self->spoken = g_byte_array_new ();
  if (!prepare (self, &speech->format, &self->speech_error)) {
    g_clear_object (&self->speaker);
    finish (self);
    return;
  }
  if (!say (self->speaker, speech)) {
    g_set_error_literal (&self->speech_error, VOWEL_ERROR, VOWEL_ERROR_INVALID,
        "the recipe has no voice that speaks beside the answers");
    finish (self);
  }
}

static void
begin_next (VowelPipeline *self)
{
  if (self->speaking)
    return;
  if (g_queue_is_empty (&self->speeches)) {
    vowel_pipeline_drop_speeches (self);
    return;
  }
  self->speaking = TRUE;
  gst_vowel_worker_post (
      self->worker, speak, g_object_ref (self), g_object_unref);
}

void
vowel_pipeline_speak (VowelEngine *engine, const VowelSpeech *wanted)
{
  VowelPipeline *self = VOWEL_PIPELINE (engine);
  Speech *speech;

  if (self->listener == NULL)
    return;
  speech = g_new0 (Speech, 1);
  speech->number = wanted->number;
  speech->text = g_strdup (wanted->text);
  speech->voice = g_strdup (wanted->voice);
  speech->speed = wanted->speed;
  speech->format = wanted->output_format;
  g_queue_push_tail (&self->speeches, speech);
  begin_next (self);
}

/* What the pipeline that speaks reports. */

static void
on_audio (gpointer user_data, guint64 generation, GBytes *audio,
    guint text_start, guint text_end, gboolean sentence_end)
{
  VowelPipeline *self = user_data;
  gsize size;
  const guint8 *data = g_bytes_get_data (audio, &size);

  if (self->spoken != NULL)
    g_byte_array_append (self->spoken, data, size);
}

static void
on_audio_ended (gpointer user_data, guint64 generation)
{
  VowelPipeline *self = user_data;

  if (self->spoken != NULL)
    finish (self);
}

static void
on_failed (gpointer user_data, VowelStage stage, guint64 id, const gchar *code,
    const GError *error)
{
  VowelPipeline *self = user_data;

  if (stage == VOWEL_STAGE_TTS && self->spoken != NULL
      && self->speech_error == NULL)
    self->speech_error = g_error_copy (error);
}

static void
on_fatal (gpointer user_data, const GError *error)
{
  VowelPipeline *self = user_data;
  g_autoptr (VowelPipeline) speaker = g_steal_pointer (&self->speaker);

  vowel_engine_stop (VOWEL_ENGINE (speaker));
  if (self->speech_error == NULL)
    self->speech_error = g_error_copy (error);
  finish (self);
}

static void
on_usage (gpointer user_data, const VowelProviderUsage *usage)
{
  VowelPipeline *self = user_data;

  if (self->listener != NULL && self->listener->usage != NULL)
    self->listener->usage (self->user_data, usage);
}

static const VowelEngineListener speaker_listener = {
    .audio = on_audio,
    .audio_ended = on_audio_ended,
    .failed = on_failed,
    .usage = on_usage,
    .fatal = on_fatal,
};
