/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "openai-session-json.h"
#include "openai-errors.h"
#include "openai-fields.h"

#include <gst/vowel/gstvoweljson.h>

#define MAX_SESSION_SIZE (1024 * 1024)
#define MAX_OUTPUT_TOKENS 4096
#define MAX_TOOL_NAME 64
#define MIN_RATE 8000
#define MAX_RATE 48000
#define DEFAULT_RATE 24000

/* What only one of the dialects has. */
static const gchar *const ga_keys[] = {
    "audio", "output_modalities", "max_output_tokens", NULL};
static const gchar *const beta_keys[] = {"modalities", "voice", "speed",
    "input_audio_format", "output_audio_format", "input_audio_transcription",
    "input_audio_noise_reduction", "turn_detection", "temperature",
    "max_response_output_tokens", NULL};

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

/* Either a beta name, or GA's object, which is merged when it keeps the type:
 * clients of one dialect do borrow the other's form here. */
gboolean
vowel_openai_read_format (JsonObject *object, const gchar *path,
    const gchar *key, VowelAudioFormat *format, gboolean *ret_set,
    GError **error)
{
  static const gchar *const beta_names[] = {
      "pcm16", "g711_ulaw", "g711_alaw", NULL};
  static const gchar *const ga_names[] = {
      "audio/pcm", "audio/pcmu", "audio/pcma", NULL};
  JsonNode *node = json_object_get_member (object, key);
  VowelAudioFormat result = *format;
  guint encoding = format->encoding;

  if (ret_set != NULL)
    *ret_set = FALSE;
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;

  if (JSON_NODE_HOLDS_OBJECT (node)) {
    JsonObject *value = json_node_get_object (node);
    g_autofree gchar *inner = vowel_openai_path (path, key);

    if (!vowel_openai_read_choice (
            value, inner, "type", ga_names, &encoding, error))
      return FALSE;
    if (encoding != format->encoding)
      result.rate = DEFAULT_RATE;
    if (!vowel_openai_read_uint (
            value, inner, "rate", MIN_RATE, MAX_RATE, &result.rate, error))
      return FALSE;
  } else {
    if (!vowel_openai_read_choice (
            object, path, key, beta_names, &encoding, error))
      return FALSE;
    result.rate = DEFAULT_RATE;
  }

  result.encoding = (VowelEncoding) encoding;
  if (result.encoding != VOWEL_ENCODING_PCM16)
    result.rate = 8000;

  *format = result;
  if (ret_set != NULL)
    *ret_set = TRUE;
  return TRUE;
}

gboolean
vowel_openai_read_voice (JsonObject *object, const gchar *path,
    const gchar *key, const gchar **ret_voice, GError **error)
{
  JsonNode *node = json_object_get_member (object, key);

  *ret_voice = NULL;
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node)) {
    g_autofree gchar *inner = vowel_openai_path (path, key);

    return vowel_openai_require_string (
        json_node_get_object (node), inner, "id", ret_voice, error);
  }

  return vowel_openai_read_string (object, path, key, ret_voice, error);
}

gboolean
vowel_openai_read_tool_choice (
    JsonObject *object, const gchar *path, gchar **ret_choice, GError **error)
{
  static const gchar *const words[] = {"auto", "none", "required", NULL};
  static const gchar *const types[] = {"function", NULL};
  JsonNode *node = json_object_get_member (object, "tool_choice");
  guint index = 0;

  *ret_choice = NULL;
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;

  if (JSON_NODE_HOLDS_OBJECT (node)) {
    JsonObject *choice = json_node_get_object (node);
    g_autofree gchar *inner = vowel_openai_path (path, "tool_choice");
    const gchar *name = NULL;

    if (!vowel_openai_read_choice (choice, inner, "type", types, &index, error)
        || !vowel_openai_require_string (choice, inner, "name", &name, error))
      return FALSE;
    *ret_choice = g_strconcat ("function:", name, NULL);
    return TRUE;
  }

  if (!vowel_openai_read_choice (
          object, path, "tool_choice", words, &index, error))
    return FALSE;
  *ret_choice = g_strdup (words[index]);
  return TRUE;
}

static VowelTool *
read_tool (JsonObject *object, const gchar *path, GError **error)
{
  const gchar *type = NULL;
  const gchar *name = NULL;
  const gchar *description = NULL;
  JsonObject *parameters = NULL;
  g_autofree gchar *text = NULL;
  g_autofree gchar *param = NULL;

  if (!vowel_openai_read_string (object, path, "type", &type, error))
    return NULL;

  if (type != NULL && !g_str_equal (type, "function")) {
    param = vowel_openai_path (path, "type");
    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_NOT_SUPPORTED, param,
        "Unsupported tool type '%s' in '%s': this server offers 'function' "
        "tools only.",
        type, param);
    return NULL;
  }

  if (!vowel_openai_require_string (object, path, "name", &name, error)
      || !vowel_openai_read_string (
          object, path, "description", &description, error)
      || !vowel_openai_read_object (
          object, path, "parameters", &parameters, error))
    return NULL;

  if (*name == '\0' || strlen (name) > MAX_TOOL_NAME) {
    param = vowel_openai_path (path, "name");
    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_VALUE, param,
        "Invalid '%s': expected a name of 1 to %d characters.", param,
        MAX_TOOL_NAME);
    return NULL;
  }

  if (parameters != NULL)
    text =
        json_to_string (json_object_get_member (object, "parameters"), FALSE);

  return vowel_tool_new (name, description, text);
}

gboolean
vowel_openai_read_tools (JsonObject *object, const gchar *path,
    GPtrArray **ret_tools, GError **error)
{
  g_autoptr (GPtrArray) tools = NULL;
  g_autofree gchar *list = vowel_openai_path (path, "tools");
  JsonArray *array = NULL;

  *ret_tools = NULL;
  if (!vowel_openai_read_array (object, path, "tools", &array, error))
    return FALSE;
  if (array == NULL && !vowel_openai_is_null (object, "tools"))
    return TRUE;

  tools = g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_tool_free);
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    g_autofree gchar *element = vowel_openai_path_index (list, i);
    JsonObject *tool_object;
    VowelTool *tool;

    if (!vowel_openai_element_object (array, i, list, &tool_object, error))
      return FALSE;
    tool = read_tool (tool_object, element, error);
    if (tool == NULL)
      return FALSE;
    g_ptr_array_add (tools, tool);
  }

  *ret_tools = g_steal_pointer (&tools);
  return TRUE;
}

gboolean
vowel_openai_read_max_tokens (JsonObject *object, const gchar *path,
    const gchar *key, guint *value, gboolean *ret_set, GError **error)
{
  static const gchar *const words[] = {"inf", NULL};
  JsonNode *node = json_object_get_member (object, key);
  guint index = 0;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;

  if (ret_set != NULL)
    *ret_set = TRUE;

  if (JSON_NODE_HOLDS_VALUE (node)
      && json_node_get_value_type (node) == G_TYPE_STRING) {
    *value = 0;
    return vowel_openai_read_choice (object, path, key, words, &index, error);
  }

  return vowel_openai_read_uint (
      object, path, key, 1, MAX_OUTPUT_TOKENS, value, error);
}

gboolean
vowel_openai_read_modalities (JsonObject *object, const gchar *path,
    const gchar *key, VowelOpenaiDialect names, VowelModality *value,
    gboolean *ret_set, GError **error)
{
  gboolean text = FALSE;
  gboolean audio = FALSE;
  gboolean other = FALSE;
  g_autofree gchar *param = NULL;
  JsonArray *array = NULL;

  if (!vowel_openai_read_array (object, path, key, &array, error))
    return FALSE;
  if (array == NULL)
    return TRUE;

  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);
    const gchar *word = NULL;

    if (JSON_NODE_HOLDS_VALUE (node)
        && json_node_get_value_type (node) == G_TYPE_STRING)
      word = json_node_get_string (node);
    if (g_strcmp0 (word, "text") == 0)
      text = TRUE;
    else if (g_strcmp0 (word, "audio") == 0)
      audio = TRUE;
    else
      other = TRUE;
  }

  if (!other && text && !audio) {
    *value = VOWEL_MODALITY_TEXT;
  } else if (!other && audio && text == (names == VOWEL_OPENAI_BETA)) {
    *value = VOWEL_MODALITY_AUDIO;
  } else {
    param = vowel_openai_path (path, key);
    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_VALUE, param,
        "Invalid '%s': supported combinations are ['text'] and %s.", param,
        names == VOWEL_OPENAI_BETA ? "['audio', 'text']" : "['audio']");
    return FALSE;
  }

  if (ret_set != NULL)
    *ret_set = TRUE;
  return TRUE;
}

/* Values that are not given stay when the type stays, and become the type's
 * defaults when it changes. */
static gboolean
read_turn_detection (JsonObject *object, const gchar *path,
    VowelTurnDetection *detection, GError **error)
{
  /* "none" and "disabled" are how some clients write null. */
  static const gchar *const types[] = {
      "none", "server_vad", "semantic_vad", "disabled", NULL};
  static const gchar *const levels[] = {"auto", "low", "medium", "high", NULL};
  g_autofree gchar *inner = vowel_openai_path (path, "turn_detection");
  VowelTurnDetection result = *detection;
  JsonObject *value = NULL;
  guint type = detection->type;
  guint eagerness;

  if (vowel_openai_is_null (object, "turn_detection")) {
    vowel_turn_detection_init (detection, VOWEL_TURN_NONE);
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
  if (type > VOWEL_TURN_SEMANTIC_VAD)
    type = VOWEL_TURN_NONE;
  if (type != detection->type)
    vowel_turn_detection_init (&result, (VowelTurnDetectionType) type);

  if (!vowel_openai_read_boolean (
          value, inner, "create_response", &result.create_response, error)
      || !vowel_openai_read_boolean (value, inner, "interrupt_response",
          &result.interrupt_response, error))
    return FALSE;

  if (type == VOWEL_TURN_SERVER_VAD) {
    if (!vowel_openai_read_double (
            value, inner, "threshold", 0, 1, &result.threshold, error)
        || !vowel_openai_read_uint (value, inner, "prefix_padding_ms", 0, 5000,
            &result.prefix_padding_ms, error)
        || !vowel_openai_read_uint (value, inner, "silence_duration_ms", 0,
            10000, &result.silence_duration_ms, error)
        || !vowel_openai_read_uint (value, inner, "idle_timeout_ms", 5000,
            30000, &result.idle_timeout_ms, error))
      return FALSE;
    if (vowel_openai_is_null (value, "idle_timeout_ms"))
      result.idle_timeout_ms = 0;
  } else if (type == VOWEL_TURN_SEMANTIC_VAD) {
    eagerness = result.eagerness;
    if (!vowel_openai_read_choice (
            value, inner, "eagerness", levels, &eagerness, error))
      return FALSE;
    result.eagerness = (VowelEagerness) eagerness;
  }

  *detection = result;
  return TRUE;
}

static void
replace_string (gchar **target, const gchar *value)
{
  g_free (*target);
  *target = g_strdup (value);
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
    return TRUE;
  }

  if (!vowel_openai_read_object (object, path, key, &value, error))
    return FALSE;
  if (value == NULL)
    return TRUE;

  if (!vowel_openai_read_string (value, inner, "model", &model, error)
      || !vowel_openai_read_string (value, inner, "language", &language, error)
      || !vowel_openai_read_string (value, inner, "prompt", &prompt, error))
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
          || !read_turn_detection (
              input, input_path, &config->turn_detection, error)))
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
         && read_turn_detection (session, path, &config->turn_detection, error)
         && patch_voice (session, path, config, error);
}

static gboolean
is_word (JsonNode *node, const gchar *word)
{
  return JSON_NODE_HOLDS_VALUE (node)
         && json_node_get_value_type (node) == G_TYPE_STRING
         && g_str_equal (json_node_get_string (node), word);
}

/* Accepted and echoed: so their shape must be right, nothing else. */
static gboolean
read_extras (
    JsonObject *session, const gchar *path, JsonObject *extras, GError **error)
{
  static const struct {
    const gchar *key;
    const gchar *words[2];
    JsonNodeType shape;
    gboolean nullable;
  } known[] = {
      {"tracing", {"auto", "auto"}, JSON_NODE_OBJECT, TRUE},
      {"truncation", {"auto", "disabled"}, JSON_NODE_OBJECT, FALSE},
      {"prompt", {NULL, NULL}, JSON_NODE_OBJECT, TRUE},
      {"include", {NULL, NULL}, JSON_NODE_ARRAY, TRUE},
      {"reasoning", {NULL, NULL}, JSON_NODE_OBJECT, TRUE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++) {
    JsonNode *node = json_object_get_member (session, known[i].key);
    gboolean valid;

    if (node == NULL)
      continue;

    valid = json_node_get_node_type (node) == known[i].shape
            || (known[i].nullable && JSON_NODE_HOLDS_NULL (node))
            || (known[i].words[0] != NULL
                && (is_word (node, known[i].words[0])
                    || is_word (node, known[i].words[1])));
    if (!valid) {
      g_autofree gchar *param = vowel_openai_path (path, known[i].key);

      vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_TYPE, param,
          "Invalid type for '%s'.", param);
      return FALSE;
    }
    if (extras != NULL)
      json_object_set_member (extras, known[i].key, json_node_copy (node));
  }

  return TRUE;
}

static gboolean
read_type (
    JsonObject *session, const gchar *path, gboolean required, GError **error)
{
  static const gchar *const types[] = {"realtime", NULL};
  const gchar *type = NULL;
  guint index = 0;

  if (required
      && !vowel_openai_require_string (session, path, "type", &type, error))
    return FALSE;

  return vowel_openai_read_choice (session, path, "type", types, &index, error);
}

gboolean
vowel_openai_session_patch (JsonObject *session, const gchar *path,
    VowelOpenaiDialect dialect, gboolean pinned, VowelSessionConfig *config,
    GPtrArray **ret_tools, JsonObject *extras, GError **error)
{
  g_autoptr (GPtrArray) tools = NULL;
  g_autofree gchar *tool_choice = NULL;
  const gchar *model = NULL;
  const gchar *instructions = NULL;

  if (!read_type (session, path, pinned && dialect == VOWEL_OPENAI_GA, error))
    return FALSE;

  if (pinned
      && !refuse_keys (session, path,
          dialect == VOWEL_OPENAI_GA ? beta_keys : ga_keys, error))
    return FALSE;

  if (!vowel_openai_read_string (session, path, "model", &model, error)
      || !vowel_openai_read_string (
          session, path, "instructions", &instructions, error)
      || !vowel_openai_read_boolean (session, path, "parallel_tool_calls",
          &config->parallel_tool_calls, error)
      || !vowel_openai_read_tool_choice (session, path, &tool_choice, error)
      || !read_extras (session, path, extras, error)
      || !patch_nested (session, path, config, error)
      || !patch_flat (session, path, config, error)
      || !vowel_openai_read_tools (session, path, &tools, error))
    return FALSE;

  if (model != NULL)
    replace_string (&config->model, model);
  if (vowel_openai_has (session, "instructions"))
    replace_string (
        &config->instructions, instructions != NULL ? instructions : "");
  if (tool_choice != NULL)
    replace_string (&config->tool_choice, tool_choice);
  *ret_tools = g_steal_pointer (&tools);

  return TRUE;
}

gboolean
vowel_openai_session_from_json (const gchar *json, gsize length,
    VowelOpenaiDialect dialect, VowelSessionConfig *config,
    GPtrArray **ret_tools, GError **error)
{
  gboolean is_ga = dialect == VOWEL_OPENAI_GA;
  g_autoptr (GPtrArray) tools = NULL;
  g_autoptr (JsonNode) root = NULL;

  root = gst_vowel_json_parse (json, length, MAX_SESSION_SIZE, error);
  if (root == NULL)
    return FALSE;

  if (!JSON_NODE_HOLDS_OBJECT (root)) {
    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_TYPE, "session",
        "Invalid type for 'session': expected an object.");
    return FALSE;
  }

  if (!vowel_openai_session_patch (json_node_get_object (root),
          is_ga ? "session" : NULL, dialect, is_ga, config, &tools, NULL,
          error))
    return FALSE;

  if (ret_tools != NULL)
    *ret_tools = g_steal_pointer (&tools);
  return TRUE;
}
