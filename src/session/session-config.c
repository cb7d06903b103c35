/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "session-config.h"

#include "error.h"

#include <string.h>

/* Semantic detection looks at pauses itself, so the detector reports each. */
#define SEMANTIC_PAUSE_MS 250
#define MAX_INSTRUCTIONS (256 * 1024)

VowelTool *
vowel_tool_new (
    const gchar *name, const gchar *description, const gchar *parameters)
{
  VowelTool *tool = g_new0 (VowelTool, 1);

  tool->name = g_strdup (name);
  tool->description = g_strdup (description);
  tool->parameters = g_strdup (parameters);
  return tool;
}

VowelTool *
vowel_tool_copy (const VowelTool *tool)
{
  return vowel_tool_new (tool->name, tool->description, tool->parameters);
}

void
vowel_tool_free (VowelTool *tool)
{
  g_free (tool->name);
  g_free (tool->description);
  g_free (tool->parameters);
  g_free (tool);
}

void
vowel_turn_detection_init (
    VowelTurnDetection *detection, VowelTurnDetectionType type)
{
  *detection = (VowelTurnDetection){
      .type = type,
      .threshold = 0.5,
      .prefix_padding_ms = 300,
      .silence_duration_ms = 500,
      .eagerness = VOWEL_EAGERNESS_AUTO,
      .create_response = type != VOWEL_TURN_NONE,
      .interrupt_response = type != VOWEL_TURN_NONE,
  };
}

guint
vowel_turn_detection_get_pause_ms (
    const VowelTurnDetection *detection, gboolean foresight)
{
  if (detection->type == VOWEL_TURN_SEMANTIC_VAD)
    return SEMANTIC_PAUSE_MS;
  if (detection->type == VOWEL_TURN_SERVER_VAD && foresight)
    return detection->silence_duration_ms / 2;
  return detection->silence_duration_ms;
}

VowelSessionConfig *
vowel_session_config_new (void)
{
  VowelSessionConfig *config = g_new0 (VowelSessionConfig, 1);

  config->model = g_strdup ("");
  config->instructions = g_strdup ("");
  config->output_modality = VOWEL_MODALITY_AUDIO;
  config->voice = g_strdup ("");
  config->speed = 1.0;
  config->input_format = (VowelAudioFormat){VOWEL_ENCODING_PCM16, 24000};
  config->output_format = config->input_format;
  vowel_turn_detection_init (&config->turn_detection, VOWEL_TURN_SERVER_VAD);
  config->detector = config->turn_detection;
  config->tool_choice = g_strdup ("auto");
  config->parallel_tool_calls = TRUE;
  config->temperature = -1.0;
  return config;
}

VowelSessionConfig *
vowel_session_config_copy (const VowelSessionConfig *config)
{
  VowelSessionConfig *copy = g_memdup2 (config, sizeof *config);

  copy->model = g_strdup (config->model);
  copy->instructions = g_strdup (config->instructions);
  copy->greeting = g_strdup (config->greeting);
  copy->language = g_strdup (config->language);
  copy->voice = g_strdup (config->voice);
  copy->transcription_model = g_strdup (config->transcription_model);
  copy->transcription_language = g_strdup (config->transcription_language);
  copy->transcription_prompt = g_strdup (config->transcription_prompt);
  copy->transcription_languages = g_strdupv (config->transcription_languages);
  copy->transcription_keywords = g_strdupv (config->transcription_keywords);
  copy->transcription_delay = g_strdup (config->transcription_delay);
  copy->noise_reduction = g_strdup (config->noise_reduction);
  copy->tool_choice = g_strdup (config->tool_choice);
  copy->tracing = g_strdup (config->tracing);
  copy->prompt = g_strdup (config->prompt);
  copy->reasoning = g_strdup (config->reasoning);
  return copy;
}

void
vowel_session_config_free (VowelSessionConfig *config)
{
  g_free (config->model);
  g_free (config->instructions);
  g_free (config->greeting);
  g_free (config->language);
  g_free (config->voice);
  g_free (config->transcription_model);
  g_free (config->transcription_language);
  g_free (config->transcription_prompt);
  g_strfreev (config->transcription_languages);
  g_strfreev (config->transcription_keywords);
  g_free (config->transcription_delay);
  g_free (config->noise_reduction);
  g_free (config->tool_choice);
  g_free (config->tracing);
  g_free (config->prompt);
  g_free (config->reasoning);
  g_free (config);
}

void
vowel_session_config_set_detection (
    VowelSessionConfig *config, VowelTurnDetectionType type)
{
  VowelTurnDetection *detection = &config->turn_detection;

  vowel_turn_detection_init (detection, type);
  detection->threshold = config->detector.threshold;
  detection->prefix_padding_ms = config->detector.prefix_padding_ms;
  detection->silence_duration_ms = config->detector.silence_duration_ms;
}

gboolean
vowel_session_config_has_foresight (const VowelSessionConfig *config)
{
  return config->speculation == VOWEL_SPECULATION_ON
         && config->kind == VOWEL_SESSION_REALTIME
         && config->turn_detection.create_response;
}

static gboolean
validate_format (
    const VowelAudioFormat *format, const gchar *field, GError **error)
{
  if (format->encoding == VOWEL_ENCODING_PCM16) {
    if (format->rate >= 8000 && format->rate <= 48000)
      return TRUE;
    vowel_set_field_error (error, VOWEL_ERROR_OUT_OF_RANGE, field,
        "rate %u is not between 8000 and 48000", format->rate);
    return FALSE;
  }
  if (format->rate == 8000)
    return TRUE;
  vowel_set_field_error (error, VOWEL_ERROR_INVALID, field,
      "G.711 has a rate of 8000, not %u", format->rate);
  return FALSE;
}

static gboolean
validate_turn_detection (const VowelTurnDetection *detection, GError **error)
{
  if (detection->type == VOWEL_TURN_NONE)
    return TRUE;
  if (!(detection->threshold >= 0.0 && detection->threshold <= 1.0)) {
    vowel_set_field_error (error, VOWEL_ERROR_OUT_OF_RANGE,
        "turn_detection.threshold", "%g is not between 0 and 1",
        detection->threshold);
    return FALSE;
  }
  if (detection->prefix_padding_ms > 5000) {
    vowel_set_field_error (error, VOWEL_ERROR_OUT_OF_RANGE,
        "turn_detection.prefix_padding_ms", "%u is more than 5000",
        detection->prefix_padding_ms);
    return FALSE;
  }
  if (detection->silence_duration_ms > 10000) {
    vowel_set_field_error (error, VOWEL_ERROR_OUT_OF_RANGE,
        "turn_detection.silence_duration_ms", "%u is more than 10000",
        detection->silence_duration_ms);
    return FALSE;
  }
  if (detection->idle_timeout_ms != 0
      && (detection->idle_timeout_ms < 5000
          || detection->idle_timeout_ms > 30000)) {
    vowel_set_field_error (error, VOWEL_ERROR_OUT_OF_RANGE,
        "turn_detection.idle_timeout_ms", "%u is not between 5000 and 30000",
        detection->idle_timeout_ms);
    return FALSE;
  }
  if (detection->idle_timeout_ms != 0
      && detection->type != VOWEL_TURN_SERVER_VAD) {
    vowel_set_field_error (error, VOWEL_ERROR_INVALID,
        "turn_detection.idle_timeout_ms", "needs server_vad");
    return FALSE;
  }
  return TRUE;
}

gboolean
vowel_session_config_validate (const VowelSessionConfig *config, GError **error)
{
  if (strlen (config->instructions) > MAX_INSTRUCTIONS) {
    vowel_set_field_error (error, VOWEL_ERROR_TOO_LONG, "instructions",
        "longer than %d bytes", MAX_INSTRUCTIONS);
    return FALSE;
  }
  if (config->greeting != NULL
      && strlen (config->greeting) > MAX_INSTRUCTIONS) {
    vowel_set_field_error (error, VOWEL_ERROR_TOO_LONG, "greeting",
        "longer than %d bytes", MAX_INSTRUCTIONS);
    return FALSE;
  }
  if (!(config->speed >= 0.25 && config->speed <= 1.5)) {
    vowel_set_field_error (error, VOWEL_ERROR_OUT_OF_RANGE, "speed",
        "%g is not between 0.25 and 1.5", config->speed);
    return FALSE;
  }
  if (!validate_format (&config->input_format, "input_format", error)
      || !validate_format (&config->output_format, "output_format", error)
      || !validate_turn_detection (&config->turn_detection, error))
    return FALSE;
  if (config->noise_reduction != NULL
      && !g_str_equal (config->noise_reduction, "near_field")
      && !g_str_equal (config->noise_reduction, "far_field")) {
    vowel_set_field_error (error, VOWEL_ERROR_INVALID, "noise_reduction",
        "\"%s\" is neither near_field nor far_field", config->noise_reduction);
    return FALSE;
  }
  if (!g_str_equal (config->tool_choice, "auto")
      && !g_str_equal (config->tool_choice, "none")
      && !g_str_equal (config->tool_choice, "required")
      && !(g_str_has_prefix (config->tool_choice, "function:")
           && config->tool_choice[9] != '\0')) {
    vowel_set_field_error (error, VOWEL_ERROR_INVALID, "tool_choice",
        "\"%s\" is none of auto, none, required, function:NAME",
        config->tool_choice);
    return FALSE;
  }
  if (!(config->truncation.retention_ratio >= 0.0
          && config->truncation.retention_ratio <= 1.0)) {
    vowel_set_field_error (error, VOWEL_ERROR_OUT_OF_RANGE,
        "truncation.retention_ratio", "%g is not between 0 and 1",
        config->truncation.retention_ratio);
    return FALSE;
  }
  if (config->temperature > 2.0) {
    vowel_set_field_error (error, VOWEL_ERROR_OUT_OF_RANGE, "temperature",
        "%g is more than 2", config->temperature);
    return FALSE;
  }
  return TRUE;
}
