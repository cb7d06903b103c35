/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "openai-response-json.h"
#include "openai-errors.h"
#include "openai-fields.h"
#include "openai-item-json.h"
#include "openai-session-json.h"

#define PATH "response"
#define MAX_METADATA 16
#define MAX_METADATA_KEY 64
#define MAX_METADATA_VALUE 512
/* What beta clients are told when the model's default applies. */
#define BETA_TEMPERATURE 0.8

/* A session's end has no word of its own there: no reason is given. */
static const gchar *const reason_names[] = {
    [VOWEL_REASON_NONE] = NULL,
    [VOWEL_REASON_TURN_DETECTED] = "turn_detected",
    [VOWEL_REASON_CLIENT_CANCELLED] = "client_cancelled",
    [VOWEL_REASON_MAX_OUTPUT_TOKENS] = "max_output_tokens",
    [VOWEL_REASON_CONTENT_FILTER] = "content_filter",
    [VOWEL_REASON_SESSION_ENDED] = NULL,
};

static void
render_status (JsonObject *object, const VowelResponse *response)
{
  const gchar *status = vowel_response_status_get_name (response->status);
  const gchar *reason = reason_names[response->reason];
  JsonObject *details;

  json_object_set_string_member (object, "status", status);
  if (response->status == VOWEL_RESPONSE_IN_PROGRESS
      || response->status == VOWEL_RESPONSE_COMPLETED) {
    json_object_set_null_member (object, "status_details");
    return;
  }

  details = json_object_new ();
  json_object_set_string_member (details, "type", status);
  if (response->status == VOWEL_RESPONSE_FAILED)
    json_object_set_object_member (details, "error",
        vowel_openai_provider_error_to_object (
            response->error_code, response->error_message));
  else if (reason != NULL)
    json_object_set_string_member (details, "reason", reason);
  json_object_set_object_member (object, "status_details", details);
}

static void
render_usage (JsonObject *object, const VowelResponse *response)
{
  const VowelUsage *usage = &response->usage;
  gint64 output_tokens = (gint64) usage->output_tokens + usage->speech_tokens;
  JsonObject *total;
  JsonObject *input;
  JsonObject *cached;
  JsonObject *output;

  if (!response->has_usage) {
    json_object_set_null_member (object, "usage");
    return;
  }

  cached = json_object_new ();
  json_object_set_int_member (cached, "text_tokens", usage->cached_tokens);
  json_object_set_int_member (cached, "audio_tokens", 0);
  json_object_set_int_member (cached, "image_tokens", 0);

  input = json_object_new ();
  json_object_set_int_member (input, "text_tokens", usage->input_tokens);
  json_object_set_int_member (input, "audio_tokens", 0);
  json_object_set_int_member (input, "image_tokens", 0);
  json_object_set_int_member (input, "cached_tokens", usage->cached_tokens);
  json_object_set_object_member (input, "cached_tokens_details", cached);

  output = json_object_new ();
  json_object_set_int_member (output, "text_tokens", usage->output_tokens);
  json_object_set_int_member (output, "audio_tokens", usage->speech_tokens);

  total = json_object_new ();
  json_object_set_int_member (
      total, "total_tokens", usage->input_tokens + output_tokens);
  json_object_set_int_member (total, "input_tokens", usage->input_tokens);
  json_object_set_int_member (total, "output_tokens", output_tokens);
  json_object_set_object_member (total, "input_token_details", input);
  json_object_set_object_member (total, "output_token_details", output);
  json_object_set_object_member (object, "usage", total);
}

static void
render_metadata (JsonObject *object, const VowelResponse *response)
{
  JsonObject *metadata;
  GHashTableIter iter;
  gpointer key, value;

  if (response->metadata == NULL) {
    json_object_set_null_member (object, "metadata");
    return;
  }

  metadata = json_object_new ();
  g_hash_table_iter_init (&iter, response->metadata);
  while (g_hash_table_iter_next (&iter, &key, &value))
    json_object_set_string_member (metadata, key, value);
  json_object_set_object_member (object, "metadata", metadata);
}

static void
render_nested (JsonObject *object, const VowelResponse *response)
{
  JsonObject *audio = json_object_new ();
  JsonObject *output = json_object_new ();

  vowel_openai_render_modalities (
      object, "output_modalities", response->modality, VOWEL_OPENAI_GA);
  json_object_set_object_member (
      output, "format", vowel_openai_render_format (&response->output_format));
  /* A plain string: real clients drop the event for an object. */
  json_object_set_string_member (
      output, "voice", response->voice != NULL ? response->voice : "");
  json_object_set_object_member (audio, "output", output);
  json_object_set_object_member (object, "audio", audio);
}

static void
render_flat (JsonObject *object, const VowelResponse *response)
{
  vowel_openai_render_modalities (
      object, "modalities", response->modality, VOWEL_OPENAI_BETA);
  json_object_set_string_member (
      object, "voice", response->voice != NULL ? response->voice : "");
  json_object_set_string_member (object, "output_audio_format",
      vowel_openai_beta_format_name (&response->output_format));
  json_object_set_double_member (object, "temperature",
      response->temperature < 0 ? BETA_TEMPERATURE : response->temperature);
}

JsonObject *
vowel_openai_response_render (VowelResponse *response,
    const gchar *conversation_id, VowelOpenaiDialect dialect)
{
  JsonObject *object = json_object_new ();
  JsonArray *output = json_array_new ();

  json_object_set_string_member (object, "object", "realtime.response");
  json_object_set_string_member (object, "id", response->id);
  render_status (object, response);

  for (guint i = 0; i < response->output->len; i++)
    json_array_add_object_element (output,
        vowel_openai_item_render (g_ptr_array_index (response->output, i),
            dialect, VOWEL_OPENAI_ITEM_WHOLE));
  json_object_set_array_member (object, "output", output);

  if (response->out_of_band)
    json_object_set_null_member (object, "conversation_id");
  else
    json_object_set_string_member (object, "conversation_id", conversation_id);

  if (dialect == VOWEL_OPENAI_BETA)
    render_flat (object, response);
  else
    render_nested (object, response);
  vowel_openai_render_max_tokens (
      object, "max_output_tokens", response->max_output_tokens);
  render_usage (object, response);
  render_metadata (object, response);

  return object;
}

static gboolean
parse_metadata (
    JsonObject *object, VowelResponseRequest *request, GError **error)
{
  JsonObject *metadata = NULL;
  JsonObjectIter iter;
  const gchar *key;
  JsonNode *node;

  if (!vowel_openai_read_object (object, PATH, "metadata", &metadata, error))
    return FALSE;
  if (metadata == NULL)
    return TRUE;

  if (json_object_get_size (metadata) > MAX_METADATA) {
    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_OBJECT_TOO_LARGE,
        PATH ".metadata",
        "Invalid 'response.metadata': expected at most %d pairs, but got %u.",
        MAX_METADATA, json_object_get_size (metadata));
    return FALSE;
  }

  request->metadata =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  json_object_iter_init (&iter, metadata);
  while (json_object_iter_next (&iter, &key, &node)) {
    g_autofree gchar *param = vowel_openai_path (PATH ".metadata", key);
    const gchar *value = NULL;

    if (!vowel_openai_require_string (
            metadata, PATH ".metadata", key, &value, error))
      return FALSE;
    if (g_utf8_strlen (key, -1) > MAX_METADATA_KEY
        || g_utf8_strlen (value, -1) > MAX_METADATA_VALUE) {
      vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_STRING_TOO_LONG, param,
          "Invalid '%s': keys have at most %d characters, values at most %d.",
          param, MAX_METADATA_KEY, MAX_METADATA_VALUE);
      return FALSE;
    }
    g_hash_table_insert (request->metadata, g_strdup (key), g_strdup (value));
  }

  return TRUE;
}

/* A reference becomes the item itself. */
static VowelItem *
parse_input (JsonObject *object, const gchar *path,
    const VowelSessionConfig *config, VowelOpenaiItemLookup lookup,
    gpointer user_data, GError **error)
{
  g_autofree gchar *param = vowel_openai_path (path, "id");
  const gchar *type = NULL;
  const gchar *id = NULL;
  VowelItem *item;

  if (!vowel_openai_require_string (object, path, "type", &type, error))
    return NULL;

  if (!g_str_equal (type, "item_reference"))
    return vowel_openai_item_parse (object, path, &config->input_format, error);

  if (!vowel_openai_require_string (object, path, "id", &id, error))
    return NULL;

  item = lookup (id, user_data);
  if (item != NULL)
    return vowel_item_ref (item);

  vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_VALUE, param,
      "Invalid '%s': there is no item '%s' in the conversation.", param, id);
  return NULL;
}

static gboolean
parse_inputs (JsonObject *object, const VowelSessionConfig *config,
    VowelOpenaiItemLookup lookup, gpointer user_data,
    VowelResponseRequest *request, GError **error)
{
  JsonArray *array = NULL;

  if (!vowel_openai_read_array (object, PATH, "input", &array, error))
    return FALSE;
  if (array == NULL)
    return TRUE;

  request->input =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_item_unref);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    g_autofree gchar *path = vowel_openai_path_index (PATH ".input", i);
    JsonObject *element;
    VowelItem *item;

    if (!vowel_openai_element_object (array, i, PATH ".input", &element, error))
      return FALSE;
    item = parse_input (element, path, config, lookup, user_data, error);
    if (item == NULL)
      return FALSE;
    g_ptr_array_add (request->input, item);
  }

  return TRUE;
}

static gboolean
parse_output (JsonObject *object, const gchar *path, const gchar *format_key,
    const VowelSessionConfig *config, VowelResponseRequest *request,
    GError **error)
{
  VowelAudioFormat format = config->output_format;
  const gchar *voice = NULL;
  gboolean set = FALSE;

  if (!vowel_openai_read_format (object, path, format_key, &format, &set, error)
      || !vowel_openai_read_voice (object, path, "voice", &voice, error))
    return FALSE;

  if (set) {
    g_free (request->output_format);
    request->output_format = g_memdup2 (&format, sizeof format);
  }
  if (voice != NULL) {
    g_free (request->voice);
    request->voice = g_strdup (voice);
  }
  return TRUE;
}

static gboolean
parse_limits (JsonObject *object, const gchar *const *token_keys,
    const gchar *modalities_key, VowelOpenaiDialect names,
    VowelResponseRequest *request, GError **error)
{
  VowelModality modality = VOWEL_MODALITY_AUDIO;
  guint tokens = 0;
  gboolean has_tokens = FALSE;
  gboolean has_modality = FALSE;

  for (; *token_keys != NULL; token_keys++)
    if (!vowel_openai_read_max_tokens (
            object, PATH, *token_keys, &tokens, &has_tokens, error))
      return FALSE;

  if (!vowel_openai_read_modalities (
          object, PATH, modalities_key, names, &modality, &has_modality, error))
    return FALSE;

  if (has_tokens)
    request->max_output_tokens = (gint) tokens;
  if (has_modality)
    request->modality = (gint) modality;
  return TRUE;
}

static gboolean
parse_parallel (
    JsonObject *object, VowelResponseRequest *request, GError **error)
{
  gboolean parallel = TRUE;

  if (!vowel_openai_read_boolean (
          object, PATH, "parallel_tool_calls", &parallel, error))
    return FALSE;
  if (vowel_openai_has (object, "parallel_tool_calls"))
    request->parallel_tool_calls = parallel;
  return TRUE;
}

/* They mean nothing to the engines, but must be what they ought to be. */
static gboolean
parse_ignored (JsonObject *object, GError **error)
{
  JsonObject *ignored = NULL;

  return vowel_openai_read_object (object, PATH, "prompt", &ignored, error)
         && vowel_openai_read_object (
             object, PATH, "reasoning", &ignored, error);
}

static gboolean
parse_nested (JsonObject *object, const VowelSessionConfig *config,
    VowelResponseRequest *request, GError **error)
{
  static const gchar *const token_keys[] = {"max_output_tokens", NULL};
  JsonObject *audio = NULL;
  JsonObject *output = NULL;

  if (!parse_limits (object, token_keys, "output_modalities", VOWEL_OPENAI_GA,
          request, error)
      || !vowel_openai_read_object (object, PATH, "audio", &audio, error))
    return FALSE;
  if (audio == NULL)
    return TRUE;

  if (!vowel_openai_read_object (
          audio, PATH ".audio", "output", &output, error))
    return FALSE;

  return output == NULL
         || parse_output (
             output, PATH ".audio.output", "format", config, request, error);
}

static gboolean
parse_flat (JsonObject *object, const VowelSessionConfig *config,
    VowelResponseRequest *request, GError **error)
{
  static const gchar *const token_keys[] = {
      "max_output_tokens", "max_response_output_tokens", NULL};

  return parse_limits (object, token_keys, "modalities", VOWEL_OPENAI_BETA,
             request, error)
         && vowel_openai_read_double (object, PATH, "temperature", 0.6, 1.2,
             &request->temperature, error)
         && parse_output (
             object, PATH, "output_audio_format", config, request, error);
}

VowelResponseRequest *
vowel_openai_response_request_parse (JsonObject *object,
    VowelOpenaiDialect dialect, gboolean pinned,
    const VowelSessionConfig *config, VowelOpenaiItemLookup lookup,
    gpointer user_data, GError **error)
{
  static const gchar *const conversations[] = {"auto", "none", NULL};
  static const gchar *const ga_keys[] = {"output_modalities", "audio", NULL};
  static const gchar *const beta_keys[] = {"modalities", "voice",
      "output_audio_format", "temperature", "max_response_output_tokens", NULL};
  g_autoptr (VowelResponseRequest) request = vowel_response_request_new ();
  const gchar *const *refused =
      dialect == VOWEL_OPENAI_GA ? beta_keys : ga_keys;
  const gchar *instructions = NULL;
  guint conversation = 0;

  for (; pinned && *refused != NULL; refused++) {
    if (vowel_openai_has (object, *refused)) {
      g_autofree gchar *param = vowel_openai_path (PATH, *refused);

      vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_UNKNOWN_PARAMETER,
          param, "Unknown parameter: '%s'.", param);
      return NULL;
    }
  }

  if (!vowel_openai_read_string (
          object, PATH, "instructions", &instructions, error)
      || !vowel_openai_read_tools (object, PATH, &request->tools, error)
      || !vowel_openai_read_tool_choice (
          object, PATH, &request->tool_choice, error)
      || !parse_parallel (object, request, error)
      || !parse_ignored (object, error)
      || !vowel_openai_read_choice (
          object, PATH, "conversation", conversations, &conversation, error)
      || !parse_metadata (object, request, error)
      || !parse_inputs (object, config, lookup, user_data, request, error)
      || !parse_nested (object, config, request, error)
      || !parse_flat (object, config, request, error))
    return NULL;

  request->instructions = g_strdup (instructions);
  request->out_of_band = conversation == 1;
  return g_steal_pointer (&request);
}
