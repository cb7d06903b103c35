/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fake-engine.h"

#include "session/error.h"

#include <string.h>

struct _FakeEngine {
  GObject parent;

  EventRecorder *recorder;
  const VowelEngineListener *listener; /* (nullable) while it runs */
  gpointer user_data;
  gboolean fail_start;
  gboolean mute;
  gboolean skips_failed;
  gsize n_bytes;
  /* the last generation */
  guint64 generation;
  guint n_given;
  gchar *given;
  gchar *configured;
  VowelAudioFormat output_format;
  gchar *generated;
  gchar *asked;
};

static void fake_engine_iface_init (VowelEngineInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeEngine, fake_engine, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VOWEL_TYPE_ENGINE, fake_engine_iface_init))

static void
fake_engine_init (FakeEngine *engine)
{
}

static void
fake_engine_finalize (GObject *object)
{
  FakeEngine *self = FAKE_ENGINE (object);

  g_free (self->configured);
  g_free (self->generated);
  g_free (self->asked);
  g_free (self->given);
  G_OBJECT_CLASS (fake_engine_parent_class)->finalize (object);
}

static void
fake_engine_class_init (FakeEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_engine_finalize;
}

static gboolean
fake_engine_start (VowelEngine *engine, const VowelEngineListener *listener,
    gpointer user_data, GError **error)
{
  FakeEngine *self = FAKE_ENGINE (engine);

  if (self->fail_start) {
    g_set_error_literal (error, VOWEL_ERROR, VOWEL_ERROR_PROVIDER, "no engine");
    return FALSE;
  }
  self->listener = listener;
  self->user_data = user_data;
  return TRUE;
}

static void
fake_engine_stop (VowelEngine *engine)
{
  FAKE_ENGINE (engine)->listener = NULL;
}

static gboolean
fake_engine_configure (
    VowelEngine *engine, const VowelSessionConfig *config, GError **error)
{
  FakeEngine *self = FAKE_ENGINE (engine);
  const VowelTurnDetection *turns = &config->turn_detection;

  g_autofree gchar *languages =
      config->transcription_languages != NULL
          ? g_strjoinv (",", config->transcription_languages)
          : NULL;
  g_autofree gchar *keywords =
      config->transcription_keywords != NULL
          ? g_strjoinv (",", config->transcription_keywords)
          : NULL;

  self->output_format = config->output_format;
  g_free (self->configured);
  self->configured = g_strdup_printf (
      "input %d/%u, language %s (%s), prompt %s (%s), noise reduction %s, "
      "turns %d: threshold %g, "
      "padding %u, silence %u, idle %u, eagerness %d, respond %d, "
      "interrupt %d",
      config->input_format.encoding, config->input_format.rate,
      config->transcription_language, languages, config->transcription_prompt,
      keywords, config->noise_reduction, turns->type, turns->threshold,
      turns->prefix_padding_ms, turns->silence_duration_ms,
      turns->idle_timeout_ms, turns->eagerness, turns->create_response,
      turns->interrupt_response);
  return TRUE;
}

static void
fake_engine_push_audio (VowelEngine *engine, GBytes *audio)
{
  FAKE_ENGINE (engine)->n_bytes += g_bytes_get_size (audio);
}

static void
fake_engine_begin_utterance (VowelEngine *engine, gint64 start_us)
{
  event_recorder_note (
      FAKE_ENGINE (engine)->recorder, "> begin %u", (guint) (start_us / 1000));
}

static void
fake_engine_end_utterance (VowelEngine *engine)
{
  event_recorder_note (FAKE_ENGINE (engine)->recorder, "> end");
}

static void
fake_engine_discard_utterance (VowelEngine *engine)
{
  event_recorder_note (FAKE_ENGINE (engine)->recorder, "> discard");
}

static void
describe_message (VowelItem *item, GString *text)
{
  static const gchar *const roles[] = {"system", "user", "assistant"};
  g_autofree gchar *words = vowel_item_dup_text (item);

  g_string_append_printf (text, "%s: %s", roles[item->role], words);
  for (guint i = 0; i < item->parts->len; i++)
    if (vowel_item_get_part (item, i)->type == VOWEL_PART_IMAGE)
      g_string_append_printf (
          text, "[%s]", vowel_item_get_part (item, i)->image_url);
}

/* "system: …; user: …; call f({}) c1; output c1: …" */
static gchar *
describe (GPtrArray *items)
{
  GString *text = g_string_new (NULL);
  guint i;

  for (i = 0; i < items->len; i++) {
    VowelItem *item = g_ptr_array_index (items, i);

    if (i > 0)
      g_string_append (text, "; ");
    switch (item->type) {
      case VOWEL_ITEM_MESSAGE:
        describe_message (item, text);
        break;
      case VOWEL_ITEM_FUNCTION_CALL:
        g_string_append_printf (text, "call %s(%s) %s", item->name,
            item->arguments->str, item->call_id);
        break;
      case VOWEL_ITEM_FUNCTION_CALL_OUTPUT:
        g_string_append_printf (
            text, "output %s: %s", item->call_id, item->output);
        break;
    }
  }
  return g_string_free (text, FALSE);
}

static gchar *
describe_tools (GPtrArray *tools)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < tools->len; i++) {
    VowelTool *tool = g_ptr_array_index (tools, i);

    g_string_append_printf (
        text, "%s (%s) %s; ", tool->name, tool->description, tool->parameters);
  }
  return g_string_free (text, FALSE);
}

static void
fake_engine_generate (VowelEngine *engine, const VowelGeneration *generation)
{
  FakeEngine *self = FAKE_ENGINE (engine);
  g_autofree gchar *context = describe (generation->items);
  g_autofree gchar *tools = describe_tools (generation->tools);

  g_free (self->generated);
  self->generated =
      g_strdup_printf ("%s, instructions %s, tools %s, choice %s, parallel %d, "
                       "tokens %u, temperature %g, "
                       "spoken %d by %s at %g in %d/%u",
          context, generation->instructions, tools, generation->tool_choice,
          generation->parallel_tool_calls, generation->max_output_tokens,
          generation->temperature, generation->spoken, generation->voice,
          generation->speed, generation->output_format.encoding,
          generation->output_format.rate);

  event_recorder_note (FAKE_ENGINE (engine)->recorder, "> generate %u [%s]",
      (guint) generation->generation, context);
  self->skips_failed = generation->skip_failed;
  g_free (FAKE_ENGINE (engine)->given);
  FAKE_ENGINE (engine)->given = g_steal_pointer (&context);
  FAKE_ENGINE (engine)->generation = generation->generation;
  FAKE_ENGINE (engine)->n_given = generation->items->len;
}

static gboolean
fake_engine_say (
    VowelEngine *engine, const VowelGeneration *generation, const gchar *text)
{
  FakeEngine *self = FAKE_ENGINE (engine);

  if (self->mute)
    return FALSE;
  self->skips_failed = generation->skip_failed;
  event_recorder_note (
      self->recorder, "> say %u [%s]", (guint) generation->generation, text);
  return TRUE;
}

static void
fake_engine_cancel (VowelEngine *engine, guint64 generation)
{
  event_recorder_note (
      FAKE_ENGINE (engine)->recorder, "> cancel %u", (guint) generation);
}

static void
fake_engine_transcribe (VowelEngine *engine, guint64 recording, GBytes *audio,
    const VowelAudioFormat *format)
{
  event_recorder_note (FAKE_ENGINE (engine)->recorder,
      "> transcribe %u (%u ms)", (guint) recording,
      (guint) (vowel_audio_format_duration_us (format, g_bytes_get_size (audio))
               / 1000));
}

static void
fake_engine_speak (VowelEngine *engine, const VowelSpeech *speech)
{
  event_recorder_note (FAKE_ENGINE (engine)->recorder, "> speak %u \"%s\"",
      (guint) speech->number, speech->text);
}

static void
fake_engine_hold_voice (VowelEngine *engine, gboolean hold)
{
  event_recorder_note (
      FAKE_ENGINE (engine)->recorder, hold ? "> hold" : "> go on");
}

static void
fake_engine_iface_init (VowelEngineInterface *iface)
{
  iface->start = fake_engine_start;
  iface->stop = fake_engine_stop;
  iface->configure = fake_engine_configure;
  iface->push_audio = fake_engine_push_audio;
  iface->begin_utterance = fake_engine_begin_utterance;
  iface->end_utterance = fake_engine_end_utterance;
  iface->discard_utterance = fake_engine_discard_utterance;
  iface->generate = fake_engine_generate;
  iface->say = fake_engine_say;
  iface->cancel = fake_engine_cancel;
  iface->hold_voice = fake_engine_hold_voice;
  iface->transcribe = fake_engine_transcribe;
  iface->speak = fake_engine_speak;
}

FakeEngine *
fake_engine_new (EventRecorder *recorder)
{
  FakeEngine *engine = g_object_new (FAKE_TYPE_ENGINE, NULL);

  engine->recorder = recorder;
  return engine;
}

void
fake_engine_fail_start (FakeEngine *engine)
{
  engine->fail_start = TRUE;
}

const gchar *
fake_engine_get_asked (FakeEngine *engine)
{
  g_free (engine->asked);
  engine->asked =
      g_strdup_printf ("%s\n%s", engine->configured, engine->generated);
  return engine->asked;
}

void
fake_engine_mute (FakeEngine *engine)
{
  engine->mute = TRUE;
}

gboolean
fake_engine_skips_failed (FakeEngine *engine)
{
  return engine->skips_failed;
}

gsize
fake_engine_get_n_bytes (FakeEngine *engine)
{
  return engine->n_bytes;
}

void
fake_engine_speech_started (
    FakeEngine *engine, guint64 utterance, guint start_ms)
{
  engine->listener->speech_started (
      engine->user_data, utterance, start_ms * (gint64) 1000, FALSE);
}

void
fake_engine_begun (FakeEngine *engine, guint64 utterance, guint start_ms)
{
  engine->listener->speech_started (
      engine->user_data, utterance, start_ms * (gint64) 1000, TRUE);
}

void
fake_engine_speech_stopped (FakeEngine *engine, guint64 utterance, guint end_ms)
{
  engine->listener->speech_stopped (
      engine->user_data, utterance, end_ms * (gint64) 1000);
}

void
fake_engine_turn_ending (
    FakeEngine *engine, guint64 utterance, const gchar *text)
{
  engine->listener->turn_ending (engine->user_data, utterance, text);
}

void
fake_engine_turn_resumed (FakeEngine *engine, guint64 utterance)
{
  engine->listener->turn_resumed (engine->user_data, utterance);
}

void
fake_engine_turn_ended (FakeEngine *engine, guint64 utterance, guint end_ms)
{
  engine->listener->turn_ended (
      engine->user_data, utterance, end_ms * (gint64) 1000);
}

void
fake_engine_interim (FakeEngine *engine, guint64 utterance, const gchar *text)
{
  engine->listener->transcript (engine->user_data, utterance, text, FALSE);
}

void
fake_engine_language (
    FakeEngine *engine, guint64 utterance, const gchar *language)
{
  engine->listener->language (engine->user_data, utterance, language);
}

void
fake_engine_final (FakeEngine *engine, guint64 utterance, const gchar *text)
{
  engine->listener->transcript (engine->user_data, utterance, text, TRUE);
}

void
fake_engine_failed (FakeEngine *engine, VowelStage stage, guint64 id)
{
  g_autoptr (GError) error = g_error_new_literal (
      VOWEL_ERROR, VOWEL_ERROR_PROVIDER, "the provider is down");

  engine->listener->failed (engine->user_data, stage, id, "upstream", error);
}

void
fake_engine_text (FakeEngine *engine, guint64 generation, const gchar *delta)
{
  engine->listener->text (engine->user_data, generation, delta);
}

void
fake_engine_arguments (FakeEngine *engine, guint64 generation,
    const gchar *call_id, const gchar *name, const gchar *delta)
{
  engine->listener->tool_arguments (
      engine->user_data, generation, call_id, name, delta);
}

void
fake_engine_call (FakeEngine *engine, guint64 generation, const gchar *call_id,
    const gchar *name, const gchar *arguments)
{
  engine->listener->tool_call (
      engine->user_data, generation, call_id, name, arguments);
}

void
fake_engine_generated (
    FakeEngine *engine, guint64 generation, VowelFinish finish)
{
  VowelUsage usage = {10, 5, 0};

  engine->listener->generated (engine->user_data, generation, finish, &usage);
}

static void
report_audio (FakeEngine *engine, guint64 generation, guint ms,
    guint text_start, guint text_end, gboolean sentence_end)
{
  gsize size =
      vowel_audio_format_bytes (&engine->output_format, ms * (gint64) 1000);
  g_autoptr (GBytes) audio = g_bytes_new_take (g_malloc0 (size), size);

  engine->listener->audio (
      engine->user_data, generation, audio, text_start, text_end, sentence_end);
}

void
fake_engine_audio (FakeEngine *engine, guint64 generation, guint ms,
    guint text_start, guint text_end)
{
  report_audio (engine, generation, ms, text_start, text_end, FALSE);
}

void
fake_engine_sentence (FakeEngine *engine, guint64 generation, guint ms,
    guint text_start, guint text_end)
{
  report_audio (engine, generation, ms, text_start, text_end, TRUE);
}

void
fake_engine_audio_ended (FakeEngine *engine, guint64 generation)
{
  engine->listener->audio_ended (engine->user_data, generation);
}

void
fake_engine_transcribed (
    FakeEngine *engine, guint64 recording, const gchar *text)
{
  engine->listener->transcribed (engine->user_data, recording, text);
}

void
fake_engine_spoken (FakeEngine *engine, guint64 speech, guint ms)
{
  g_autoptr (GBytes) audio = g_bytes_new_take (g_malloc0 (ms * 48), ms * 48);

  engine->listener->spoken (engine->user_data, speech, audio);
}

void
fake_engine_fatal (FakeEngine *engine)
{
  g_autoptr (GError) error = g_error_new_literal (
      VOWEL_ERROR, VOWEL_ERROR_PROVIDER, "the pipeline broke");

  engine->listener->fatal (engine->user_data, error);
}

guint
fake_engine_get_n_given (FakeEngine *engine)
{
  return engine->n_given;
}

gboolean
fake_engine_was_given (
    FakeEngine *engine, guint64 generation, const gchar *text)
{
  g_assert_cmpuint (engine->generation, ==, generation);
  return strstr (engine->given, text) != NULL;
}
