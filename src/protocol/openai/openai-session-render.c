/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "openai-session-json.h"

/* The only one that OpenAI's API has. Another is left unsaid: whoever asked for
 * it knows, and the strict client of one who joins would refuse it. */
#define PCM_RATE 24000
/* What beta clients are told when the model's default applies. */
#define BETA_TEMPERATURE 0.8

JsonObject *
vowel_openai_render_format (const VowelAudioFormat *format)
{
  JsonObject *object = json_object_new ();

  switch (format->encoding) {
    case VOWEL_ENCODING_PCM16:
      json_object_set_string_member (object, "type", "audio/pcm");
      if (format->rate == PCM_RATE)
        json_object_set_int_member (object, "rate", format->rate);
      break;
    case VOWEL_ENCODING_PCMU:
      json_object_set_string_member (object, "type", "audio/pcmu");
      break;
    case VOWEL_ENCODING_PCMA:
      json_object_set_string_member (object, "type", "audio/pcma");
      break;
  }

  return object;
}

const gchar *
vowel_openai_beta_format_name (const VowelAudioFormat *format)
{
  switch (format->encoding) {
    case VOWEL_ENCODING_PCMU:
      return "g711_ulaw";
    case VOWEL_ENCODING_PCMA:
      return "g711_alaw";
    default:
      return "pcm16";
  }
}

void
vowel_openai_render_max_tokens (
    JsonObject *object, const gchar *key, guint max_output_tokens)
{
  if (max_output_tokens == 0)
    json_object_set_string_member (object, key, "inf");
  else
    json_object_set_int_member (object, key, max_output_tokens);
}

void
vowel_openai_render_modalities (JsonObject *object, const gchar *key,
    VowelModality modality, VowelOpenaiDialect dialect)
{
  JsonArray *array = json_array_new ();

  if (modality == VOWEL_MODALITY_TEXT || dialect == VOWEL_OPENAI_BETA)
    json_array_add_string_element (array, "text");
  if (modality == VOWEL_MODALITY_AUDIO)
    json_array_add_string_element (array, "audio");
  json_object_set_array_member (object, key, array);
}

/* @kind: what is transcribed only is not answered. */
static void
render_turn_detection (JsonObject *parent, const VowelTurnDetection *detection,
    VowelSessionKind kind, VowelOpenaiDialect dialect)
{
  static const gchar *const levels[] = {
      [VOWEL_EAGERNESS_AUTO] = "auto",
      [VOWEL_EAGERNESS_LOW] = "low",
      [VOWEL_EAGERNESS_MEDIUM] = "medium",
      [VOWEL_EAGERNESS_HIGH] = "high",
  };
  JsonObject *object;

  if (detection->type == VOWEL_TURN_NONE) {
    json_object_set_null_member (parent, "turn_detection");
    return;
  }

  object = json_object_new ();
  if (detection->type == VOWEL_TURN_SERVER_VAD) {
    json_object_set_string_member (object, "type", "server_vad");
    json_object_set_double_member (object, "threshold", detection->threshold);
    json_object_set_int_member (
        object, "prefix_padding_ms", detection->prefix_padding_ms);
    json_object_set_int_member (
        object, "silence_duration_ms", detection->silence_duration_ms);
    if (kind == VOWEL_SESSION_REALTIME && detection->idle_timeout_ms > 0)
      json_object_set_int_member (
          object, "idle_timeout_ms", detection->idle_timeout_ms);
    else if (kind == VOWEL_SESSION_REALTIME && dialect != VOWEL_OPENAI_BETA)
      json_object_set_null_member (object, "idle_timeout_ms");
  } else {
    json_object_set_string_member (object, "type", "semantic_vad");
    json_object_set_string_member (
        object, "eagerness", levels[detection->eagerness]);
  }
  json_object_set_object_member (parent, "turn_detection", object);
  if (kind == VOWEL_SESSION_TRANSCRIPTION)
    return;

  /* Clients decide by these who cancels: always said. */
  json_object_set_boolean_member (
      object, "create_response", detection->create_response);
  json_object_set_boolean_member (
      object, "interrupt_response", detection->interrupt_response);
}

static void
render_words (JsonObject *parent, const gchar *key, gchar **words)
{
  JsonArray *array;

  if (words == NULL)
    return;

  array = json_array_new ();
  for (; *words != NULL; words++)
    json_array_add_string_element (array, *words);
  json_object_set_array_member (parent, key, array);
}

static void
render_transcription (
    JsonObject *parent, const gchar *key, const VowelSessionConfig *config)
{
  JsonObject *object;

  if (!config->transcription) {
    json_object_set_null_member (parent, key);
    return;
  }

  object = json_object_new ();
  if (config->transcription_model != NULL)
    json_object_set_string_member (
        object, "model", config->transcription_model);
  if (config->transcription_language != NULL)
    json_object_set_string_member (
        object, "language", config->transcription_language);
  if (config->transcription_prompt != NULL)
    json_object_set_string_member (
        object, "prompt", config->transcription_prompt);
  render_words (object, "languages", config->transcription_languages);
  render_words (object, "keywords", config->transcription_keywords);
  if (config->transcription_delay != NULL)
    json_object_set_string_member (
        object, "delay", config->transcription_delay);
  json_object_set_object_member (parent, key, object);
}

static void
render_noise_reduction (
    JsonObject *parent, const gchar *key, const VowelSessionConfig *config)
{
  JsonObject *object;

  if (config->noise_reduction == NULL) {
    json_object_set_null_member (parent, key);
    return;
  }

  object = json_object_new ();
  json_object_set_string_member (object, "type", config->noise_reduction);
  json_object_set_object_member (parent, key, object);
}

static void
render_tools (JsonObject *parent, GPtrArray *tools)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; tools != NULL && i < tools->len; i++) {
    const VowelTool *tool = g_ptr_array_index (tools, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "type", "function");
    json_object_set_string_member (object, "name", tool->name);
    if (tool->description != NULL)
      json_object_set_string_member (object, "description", tool->description);
    if (tool->parameters != NULL) {
      JsonNode *parameters = json_from_string (tool->parameters, NULL);

      if (parameters != NULL)
        json_object_set_member (object, "parameters", parameters);
    }
    json_array_add_object_element (array, object);
  }

  json_object_set_array_member (parent, "tools", array);
}

/* Beta knows a plain string only. */
static void
render_tool_choice (
    JsonObject *parent, const gchar *choice, VowelOpenaiDialect dialect)
{
  const gchar *name = choice;
  JsonObject *object;

  if (!g_str_has_prefix (choice, "function:")) {
    json_object_set_string_member (parent, "tool_choice", choice);
    return;
  }

  name += strlen ("function:");
  if (dialect == VOWEL_OPENAI_BETA) {
    json_object_set_string_member (parent, "tool_choice", name);
    return;
  }

  object = json_object_new ();
  json_object_set_string_member (object, "type", "function");
  json_object_set_string_member (object, "name", name);
  json_object_set_object_member (parent, "tool_choice", object);
}

static JsonObject *
render_input (const VowelSessionConfig *config)
{
  JsonObject *input = json_object_new ();

  json_object_set_object_member (
      input, "format", vowel_openai_render_format (&config->input_format));
  render_transcription (input, "transcription", config);
  render_noise_reduction (input, "noise_reduction", config);
  render_turn_detection (
      input, &config->turn_detection, config->kind, VOWEL_OPENAI_GA);
  return input;
}

static void
render_nested (JsonObject *session, const VowelSessionConfig *config)
{
  JsonObject *audio = json_object_new ();
  JsonObject *output = json_object_new ();

  json_object_set_string_member (session, "type", "realtime");
  vowel_openai_render_modalities (
      session, "output_modalities", config->output_modality, VOWEL_OPENAI_GA);
  vowel_openai_render_max_tokens (
      session, "max_output_tokens", config->max_output_tokens);
  json_object_set_boolean_member (
      session, "parallel_tool_calls", config->parallel_tool_calls);

  json_object_set_object_member (audio, "input", render_input (config));

  json_object_set_object_member (
      output, "format", vowel_openai_render_format (&config->output_format));
  json_object_set_string_member (output, "voice", config->voice);
  json_object_set_double_member (output, "speed", config->speed);
  json_object_set_object_member (audio, "output", output);

  json_object_set_object_member (session, "audio", audio);
}

static void
render_flat_input (JsonObject *session, const VowelSessionConfig *config)
{
  vowel_openai_render_modalities (
      session, "modalities", config->output_modality, VOWEL_OPENAI_BETA);
  json_object_set_string_member (session, "input_audio_format",
      vowel_openai_beta_format_name (&config->input_format));
  render_transcription (session, "input_audio_transcription", config);
  render_noise_reduction (session, "input_audio_noise_reduction", config);
  render_turn_detection (
      session, &config->turn_detection, config->kind, VOWEL_OPENAI_BETA);
}

static void
render_flat (JsonObject *session, const VowelSessionConfig *config)
{
  render_flat_input (session, config);
  json_object_set_string_member (session, "voice", config->voice);
  json_object_set_double_member (session, "speed", config->speed);
  json_object_set_string_member (session, "output_audio_format",
      vowel_openai_beta_format_name (&config->output_format));
  json_object_set_double_member (session, "temperature",
      config->temperature < 0 ? BETA_TEMPERATURE : config->temperature);
  vowel_openai_render_max_tokens (
      session, "max_response_output_tokens", config->max_output_tokens);
}

/* A session that only hears has nothing but its input. */
static void
render_transcription_session (JsonObject *session,
    const VowelSessionConfig *config, VowelOpenaiDialect dialect)
{
  JsonObject *audio;

  json_object_set_string_member (
      session, "object", "realtime.transcription_session");
  vowel_openai_render_include (session, config);
  if (dialect != VOWEL_OPENAI_GA)
    render_flat_input (session, config);
  if (dialect == VOWEL_OPENAI_BETA)
    return;

  audio = json_object_new ();
  json_object_set_object_member (audio, "input", render_input (config));
  json_object_set_string_member (session, "type", "transcription");
  json_object_set_object_member (session, "audio", audio);
}

JsonObject *
vowel_openai_session_render (const VowelSessionConfig *config, GPtrArray *tools,
    const gchar *session_id, gint64 expires_at, VowelOpenaiDialect dialect)
{
  JsonObject *session = json_object_new ();

  json_object_set_string_member (session, "id", session_id);
  if (expires_at > 0)
    json_object_set_int_member (session, "expires_at", expires_at);
  if (config->kind == VOWEL_SESSION_TRANSCRIPTION) {
    render_transcription_session (session, config, dialect);
    return session;
  }

  json_object_set_string_member (session, "object", "realtime.session");
  json_object_set_string_member (
      session, "model", config->model != NULL ? config->model : "");
  json_object_set_string_member (session, "instructions",
      config->instructions != NULL ? config->instructions : "");
  render_tools (session, tools);
  render_tool_choice (session, config->tool_choice, dialect);
  vowel_openai_render_upkeep (session, config, dialect);

  if (dialect != VOWEL_OPENAI_BETA)
    render_nested (session, config);
  if (dialect != VOWEL_OPENAI_GA)
    render_flat (session, config);

  return session;
}
