/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "openai-session-json.h"
#include "openai-errors.h"
#include "openai-fields.h"
#include "openai-vowel-session.h"

#include <gst/vowel/gstvoweljson.h>

#define MAX_WORDS 256

/* What only one of the dialects has. */
static const gchar *const ga_keys[] = {
    "audio", "output_modalities", "max_output_tokens", NULL};
static const gchar *const beta_keys[] = {"modalities", "voice", "speed",
    "input_audio_format", "output_audio_format", "input_audio_transcription",
    "input_audio_noise_reduction", "turn_detection", "temperature",
    "max_response_output_tokens", NULL};

/* What means nothing where nothing is answered. */
static const gchar *const answer_keys[] = {"model", "instructions",
    "output_modalities", "max_output_tokens", "max_response_output_tokens",
    "tools", "tool_choice", "parallel_tool_calls", "voice", "speed",
    "output_audio_format", "temperature", "truncation", "tracing", "prompt",
    "reasoning", NULL};

static gboolean
refuse_keys (JsonObject *session, const gchar *path, const gchar *const *keys,
    GError **error)
{
  for (; *keys != NULL; keys++) {
    g_autofree gchar *param = NULL;

    if (!vowel_openai_has (session, *keys))
      continue;

    param = vowel_openai_path (path, *keys);
    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_UNKNOWN_PARAMETER, param,
        "Unknown parameter: '%s'.", param);
    return FALSE;
  }

  return TRUE;
}

/* Values that are not given stay when the type stays, and become the type's
 * defaults when it changes. */
static gboolean
read_turn_detection (JsonObject *object, const gchar *path,
    VowelSessionConfig *config, GError **error)
{
  /* "none" is how some clients write null. Who says "disabled" detects speech
   * itself, sends it when it is over, and expects to be answered. */
  static const gchar *const types[] = {
      "none", "server_vad", "semantic_vad", "disabled", NULL};
  static const gchar *const levels[] = {"auto", "low", "medium", "high", NULL};
  g_autofree gchar *inner = vowel_openai_path (path, "turn_detection");
  VowelTurnDetection *detection = &config->turn_detection;
  JsonObject *value = NULL;
  guint type = detection->type;
  guint eagerness;
  gboolean by_client;

  if (vowel_openai_is_null (object, "turn_detection")) {
    vowel_session_config_set_detection (config, VOWEL_TURN_NONE);
    return TRUE;
  }

  if (!vowel_openai_read_object (object, path, "turn_detection", &value, error))
    return FALSE;
  if (value == NULL)
    return TRUE;

  if (!vowel_openai_has (value, "type") && type == VOWEL_TURN_NONE)
    type = VOWEL_TURN_SERVER_VAD;
  if (!vowel_openai_read_choice (value, inner, "type", types, &type, error))
    return FALSE;
  by_client = type > VOWEL_TURN_SEMANTIC_VAD;
  if (by_client)
    type = VOWEL_TURN_NONE;
  if (type != detection->type || type == VOWEL_TURN_NONE)
    vowel_session_config_set_detection (config, (VowelTurnDetectionType) type);
  if (by_client)
    detection->create_response = detection->interrupt_response = TRUE;

  if (!vowel_openai_read_boolean (
          value, inner, "create_response", &detection->create_response, error)
      || !vowel_openai_read_boolean (value, inner, "interrupt_response",
          &detection->interrupt_response, error))
    return FALSE;

  if (type == VOWEL_TURN_SERVER_VAD) {
    if (!vowel_openai_read_double (
            value, inner, "threshold", 0, 1, &detection->threshold, error)
        || !vowel_openai_read_uint (value, inner, "prefix_padding_ms", 0, 5000,
            &detection->prefix_padding_ms, error)
        || !vowel_openai_read_uint (value, inner, "silence_duration_ms", 0,
            10000, &detection->silence_duration_ms, error)
        || !vowel_openai_read_uint (value, inner, "idle_timeout_ms", 5000,
            30000, &detection->idle_timeout_ms, error))
      return FALSE;
    if (vowel_openai_is_null (value, "idle_timeout_ms"))
      detection->idle_timeout_ms = 0;
  } else if (type == VOWEL_TURN_SEMANTIC_VAD) {
    eagerness = detection->eagerness;
    if (!vowel_openai_read_choice (
            value, inner, "eagerness", levels, &eagerness, error))
      return FALSE;
    detection->eagerness = (VowelEagerness) eagerness;
  }
  return TRUE;
}

static void
replace_string (gchar **target, const gchar *value)
{
  g_free (*target);
  *target = g_strdup (value);
}

static gboolean
read_words (JsonObject *object, const gchar *path, const gchar *key,
    gchar ***words, GError **error)
{
  g_autofree gchar *list = vowel_openai_path (path, key);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *array = NULL;

  if (!vowel_openai_read_array (object, path, key, &array, error))
    return FALSE;
  if (array == NULL && !vowel_openai_is_null (object, key))
    return TRUE;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);
    g_autofree gchar *param = vowel_openai_path_index (list, i);

    if (!JSON_NODE_HOLDS_VALUE (node)
        || json_node_get_value_type (node) != G_TYPE_STRING || i >= MAX_WORDS) {
      vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_VALUE, param,
          "Invalid '%s': expected a string, and at most %d of them.", param,
          MAX_WORDS);
      return FALSE;
    }
    g_strv_builder_add (builder, json_node_get_string (node));
  }

  g_strfreev (*words);
  *words = array != NULL && json_array_get_length (array) > 0
               ? g_strv_builder_end (builder)
               : NULL;
  return TRUE;
}

static gboolean
read_delay (
    JsonObject *object, const gchar *path, gchar **delay, GError **error)
{
  static const gchar *const delays[] = {
      "minimal", "low", "medium", "high", "xhigh", NULL};
  guint index = G_MAXUINT;

  if (!vowel_openai_read_choice (object, path, "delay", delays, &index, error))
    return FALSE;
  if (index != G_MAXUINT)
    replace_string (delay, delays[index]);
  return TRUE;
}

/* Model names are the client's: whatever is configured here transcribes. */
static gboolean
read_transcription (JsonObject *object, const gchar *path, const gchar *key,
    VowelSessionConfig *config, GError **error)
{
  g_autofree gchar *inner = vowel_openai_path (path, key);
  const gchar *model = config->transcription_model;
  const gchar *language = config->transcription_language;
  const gchar *prompt = config->transcription_prompt;
  g_autofree gchar *kept_model = NULL;
  g_autofree gchar *kept_language = NULL;
  g_autofree gchar *kept_prompt = NULL;
  JsonObject *value = NULL;

  if (vowel_openai_is_null (object, key)) {
    config->transcription = FALSE;
    g_clear_pointer (&config->transcription_model, g_free);
    g_clear_pointer (&config->transcription_language, g_free);
    g_clear_pointer (&config->transcription_prompt, g_free);
    g_clear_pointer (&config->transcription_languages, g_strfreev);
    g_clear_pointer (&config->transcription_keywords, g_strfreev);
    g_clear_pointer (&config->transcription_delay, g_free);
    return TRUE;
  }

  if (!vowel_openai_read_object (object, path, key, &value, error))
    return FALSE;
  if (value == NULL)
    return TRUE;

  if (!vowel_openai_read_string (value, inner, "model", &model, error)
      || !vowel_openai_read_string (value, inner, "language", &language, error)
      || !vowel_openai_read_string (value, inner, "prompt", &prompt, error)
      || !read_words (
          value, inner, "languages", &config->transcription_languages, error)
      || !read_words (
          value, inner, "keywords", &config->transcription_keywords, error)
      || !read_delay (value, inner, &config->transcription_delay, error))
    return FALSE;

  kept_model = g_strdup (model);
  kept_language = g_strdup (language);
  kept_prompt = g_strdup (prompt);
  config->transcription = TRUE;
  replace_string (&config->transcription_model, kept_model);
  replace_string (&config->transcription_language, kept_language);
  replace_string (&config->transcription_prompt, kept_prompt);
  return TRUE;
}

static gboolean
read_noise_reduction (JsonObject *object, const gchar *path, const gchar *key,
    VowelSessionConfig *config, GError **error)
{
  static const gchar *const types[] = {"near_field", "far_field", NULL};
  g_autofree gchar *inner = vowel_openai_path (path, key);
  JsonObject *value = NULL;
  guint index = G_MAXUINT;

  if (vowel_openai_is_null (object, key)) {
    g_clear_pointer (&config->noise_reduction, g_free);
    return TRUE;
  }

  if (!vowel_openai_read_object (object, path, key, &value, error))
    return FALSE;
  if (value == NULL)
    return TRUE;

  if (!vowel_openai_read_choice (value, inner, "type", types, &index, error))
    return FALSE;
  if (index != G_MAXUINT)
    replace_string (&config->noise_reduction, types[index]);
  return TRUE;
}

static gboolean
patch_voice (JsonObject *object, const gchar *path, VowelSessionConfig *config,
    GError **error)
{
  const gchar *voice = NULL;

  if (!vowel_openai_read_voice (object, path, "voice", &voice, error))
    return FALSE;
  if (voice != NULL)
    replace_string (&config->voice, voice);
  return vowel_openai_read_double (
      object, path, "speed", 0.25, 1.5, &config->speed, error);
}

static gboolean
patch_nested (JsonObject *session, const gchar *path,
    VowelSessionConfig *config, GError **error)
{
  g_autofree gchar *audio_path = vowel_openai_path (path, "audio");
  g_autofree gchar *input_path = vowel_openai_path (audio_path, "input");
  g_autofree gchar *output_path = vowel_openai_path (audio_path, "output");
  JsonObject *audio = NULL;
  JsonObject *input = NULL;
  JsonObject *output = NULL;

  if (!vowel_openai_read_modalities (session, path, "output_modalities",
          VOWEL_OPENAI_GA, &config->output_modality, NULL, error)
      || !vowel_openai_read_max_tokens (session, path, "max_output_tokens",
          &config->max_output_tokens, NULL, error)
      || !vowel_openai_read_object (session, path, "audio", &audio, error))
    return FALSE;
  if (audio == NULL)
    return TRUE;

  if (!vowel_openai_read_object (audio, audio_path, "input", &input, error)
      || !vowel_openai_read_object (
          audio, audio_path, "output", &output, error))
    return FALSE;

  if (input != NULL
      && (!vowel_openai_read_format (
              input, input_path, "format", &config->input_format, NULL, error)
          || !read_transcription (
              input, input_path, "transcription", config, error)
          || !read_noise_reduction (
              input, input_path, "noise_reduction", config, error)
          || !read_turn_detection (input, input_path, config, error)))
    return FALSE;

  return output == NULL
         || (vowel_openai_read_format (output, output_path, "format",
                 &config->output_format, NULL, error)
             && patch_voice (output, output_path, config, error));
}

static gboolean
patch_flat (JsonObject *session, const gchar *path, VowelSessionConfig *config,
    GError **error)
{
  return vowel_openai_read_modalities (session, path, "modalities",
             VOWEL_OPENAI_BETA, &config->output_modality, NULL, error)
         && vowel_openai_read_max_tokens (session, path,
             "max_response_output_tokens", &config->max_output_tokens, NULL,
             error)
         && vowel_openai_read_double (session, path, "temperature", 0.6, 1.2,
             &config->temperature, error)
         && vowel_openai_read_format (session, path, "input_audio_format",
             &config->input_format, NULL, error)
         && vowel_openai_read_format (session, path, "output_audio_format",
             &config->output_format, NULL, error)
         && read_transcription (
             session, path, "input_audio_transcription", config, error)
         && read_noise_reduction (
             session, path, "input_audio_noise_reduction", config, error)
         && read_turn_detection (session, path, config, error)
         && patch_voice (session, path, config, error);
}

static gboolean
read_type (JsonObject *session, const gchar *path, gboolean required,
    VowelSessionKind *kind, GError **error)
{
  static const gchar *const types[] = {"realtime", "transcription", NULL};
  const gchar *type = NULL;
  guint index = *kind;

  if (required
      && !vowel_openai_require_string (session, path, "type", &type, error))
    return FALSE;
  if (!vowel_openai_read_choice (session, path, "type", types, &index, error))
    return FALSE;

  *kind = (VowelSessionKind) index;
  return TRUE;
}

static gboolean
refuse_answers (JsonObject *session, const gchar *path, GError **error)
{
  g_autofree gchar *audio_path = vowel_openai_path (path, "audio");
  JsonObject *audio = NULL;
  static const gchar *const output[] = {"output", NULL};

  return refuse_keys (session, path, answer_keys, error)
         && vowel_openai_read_object (session, path, "audio", &audio, error)
         && (audio == NULL || refuse_keys (audio, audio_path, output, error));
}

static gboolean
patch_answers (JsonObject *session, const gchar *path,
    VowelSessionConfig *config, GPtrArray **ret_tools, GError **error)
{
  g_autofree gchar *tool_choice = NULL;
  const gchar *model = NULL;
  const gchar *instructions = NULL;

  if (!vowel_openai_read_string (session, path, "model", &model, error)
      || !vowel_openai_read_string (
          session, path, "instructions", &instructions, error)
      || !vowel_openai_read_boolean (session, path, "parallel_tool_calls",
          &config->parallel_tool_calls, error)
      || !vowel_openai_read_tool_choice (session, path, &tool_choice, error)
      || !vowel_openai_read_tools (session, path, ret_tools, error))
    return FALSE;

  if (model != NULL)
    replace_string (&config->model, model);
  if (vowel_openai_has (session, "instructions"))
    replace_string (
        &config->instructions, instructions != NULL ? instructions : "");
  if (tool_choice != NULL)
    replace_string (&config->tool_choice, tool_choice);
  return TRUE;
}

gboolean
vowel_openai_session_patch (JsonObject *session, const gchar *path,
    VowelOpenaiDialect dialect, gboolean pinned, VowelSessionConfig *config,
    GPtrArray **ret_tools, GError **error)
{
  g_autoptr (GPtrArray) tools = NULL;

  if (!read_type (session, path, pinned && dialect == VOWEL_OPENAI_GA,
          &config->kind, error))
    return FALSE;

  if (pinned
      && !refuse_keys (session, path,
          dialect == VOWEL_OPENAI_GA ? beta_keys : ga_keys, error))
    return FALSE;
  if (config->kind == VOWEL_SESSION_TRANSCRIPTION
      && !refuse_answers (session, path, error))
    return FALSE;

  if (!patch_answers (session, path, config, &tools, error)
      || !vowel_openai_read_upkeep (session, path, config, error)
      || !patch_nested (session, path, config, error)
      || !patch_flat (session, path, config, error)
      || !vowel_openai_read_vowel_fields (session, path, config, error))
    return FALSE;

  *ret_tools = g_steal_pointer (&tools);
  return TRUE;
}
