/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Fields of a session that change how it is kept and told, not how it sounds.
 * Tracing, stored prompts and reasoning mean nothing to the engines: clients
 * get them back as they wrote them. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "openai-errors.h"
#include "openai-fields.h"
#include "openai-session-json.h"

#define MAX_OPAQUE (16 * 1024)
#define LOGPROBS "item.input_audio_transcription.logprobs"

static gboolean
is_string (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node)
         && json_node_get_value_type (node) == G_TYPE_STRING;
}

static gboolean
fail (const gchar *path, const gchar *key, VowelOpenaiErrorCode code,
    const gchar *expected, GError **error)
{
  g_autofree gchar *param = vowel_openai_path (path, key);

  vowel_openai_set_error (
      error, code, param, "Invalid '%s': expected %s.", param, expected);
  return FALSE;
}

static gboolean
read_include (JsonObject *session, const gchar *path,
    VowelSessionConfig *config, GError **error)
{
  g_autofree gchar *list = vowel_openai_path (path, "include");
  JsonArray *array = NULL;
  gboolean logprobs = FALSE;

  if (!vowel_openai_has (session, "include"))
    return TRUE;
  if (!vowel_openai_read_array (session, path, "include", &array, error))
    return FALSE;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);
    g_autofree gchar *param = vowel_openai_path_index (list, i);

    if (!is_string (node)
        || !g_str_equal (json_node_get_string (node), LOGPROBS))
      return fail (NULL, param, VOWEL_OPENAI_ERROR_INVALID_VALUE,
          "'" LOGPROBS "'", error);
    logprobs = TRUE;
  }

  config->include_logprobs = logprobs;
  return TRUE;
}

static gboolean
read_retention (JsonObject *object, const gchar *path,
    VowelTruncation *truncation, GError **error)
{
  static const gchar *const types[] = {"retention_ratio", NULL};
  g_autofree gchar *inner = vowel_openai_path (path, "truncation");
  g_autofree gchar *limits_path = vowel_openai_path (inner, "token_limits");
  VowelTruncation result = {.type = VOWEL_TRUNCATION_RETENTION_RATIO};
  JsonObject *value = NULL;
  JsonObject *limits = NULL;
  const gchar *type = NULL;
  guint index = 0;

  if (!vowel_openai_read_object (object, path, "truncation", &value, error)
      || !vowel_openai_require_string (value, inner, "type", &type, error)
      || !vowel_openai_read_choice (value, inner, "type", types, &index, error))
    return FALSE;
  if (!vowel_openai_has (value, "retention_ratio")
      || vowel_openai_is_null (value, "retention_ratio"))
    return fail (inner, "retention_ratio", VOWEL_OPENAI_ERROR_MISSING_PARAMETER,
        "a decimal from 0 to 1", error);
  if (!vowel_openai_read_double (
          value, inner, "retention_ratio", 0, 1, &result.retention_ratio, error)
      || !vowel_openai_read_object (
          value, inner, "token_limits", &limits, error)
      || (limits != NULL
          && !vowel_openai_read_uint (limits, limits_path, "post_instructions",
              0, G_MAXINT, &result.post_instructions_tokens, error)))
    return FALSE;

  *truncation = result;
  return TRUE;
}

static gboolean
read_truncation (JsonObject *session, const gchar *path,
    VowelTruncation *truncation, GError **error)
{
  static const gchar *const words[] = {"auto", "disabled", NULL};
  JsonNode *node = json_object_get_member (session, "truncation");
  guint index = VOWEL_TRUNCATION_AUTO;

  if (node == NULL)
    return TRUE;
  if (JSON_NODE_HOLDS_OBJECT (node))
    return read_retention (session, path, truncation, error);
  if (!JSON_NODE_HOLDS_NULL (node) && !is_string (node))
    return fail (path, "truncation", VOWEL_OPENAI_ERROR_INVALID_TYPE,
        "'auto', 'disabled' or an object", error);
  if (!vowel_openai_read_choice (
          session, path, "truncation", words, &index, error))
    return FALSE;

  *truncation = (VowelTruncation){.type = (VowelTruncationType) index};
  return TRUE;
}

/* An object, or null, or @word (nullable). */
static gboolean
read_opaque (JsonObject *session, const gchar *path, const gchar *key,
    const gchar *word, gchar **value, GError **error)
{
  JsonNode *node = json_object_get_member (session, key);
  g_autofree gchar *text = NULL;

  if (node == NULL)
    return TRUE;
  if (JSON_NODE_HOLDS_NULL (node)) {
    g_clear_pointer (value, g_free);
    return TRUE;
  }
  if (!JSON_NODE_HOLDS_OBJECT (node)
      && !(word != NULL && is_string (node)
           && g_str_equal (json_node_get_string (node), word)))
    return fail (path, key, VOWEL_OPENAI_ERROR_INVALID_TYPE,
        word != NULL ? "an object, 'auto' or null" : "an object or null",
        error);

  text = json_to_string (node, FALSE);
  if (strlen (text) > MAX_OPAQUE)
    return fail (path, key, VOWEL_OPENAI_ERROR_STRING_TOO_LONG,
        "at most 16384 bytes", error);

  g_free (*value);
  *value = g_steal_pointer (&text);
  return TRUE;
}

/* What a stored prompt must have to be told from another one. */
static gboolean
check_prompt (JsonObject *session, const gchar *path, GError **error)
{
  g_autofree gchar *inner = vowel_openai_path (path, "prompt");
  JsonNode *node = json_object_get_member (session, "prompt");
  const gchar *id = NULL;

  return node == NULL || !JSON_NODE_HOLDS_OBJECT (node)
         || vowel_openai_require_string (
             json_node_get_object (node), inner, "id", &id, error);
}

gboolean
vowel_openai_read_upkeep (JsonObject *session, const gchar *path,
    VowelSessionConfig *config, GError **error)
{
  return read_include (session, path, config, error)
         && read_truncation (session, path, &config->truncation, error)
         && read_opaque (
             session, path, "tracing", "auto", &config->tracing, error)
         && check_prompt (session, path, error)
         && read_opaque (session, path, "prompt", NULL, &config->prompt, error)
         && read_opaque (
             session, path, "reasoning", NULL, &config->reasoning, error);
}

void
vowel_openai_render_include (
    JsonObject *session, const VowelSessionConfig *config)
{
  JsonArray *array;

  if (!config->include_logprobs) {
    json_object_set_null_member (session, "include");
    return;
  }

  array = json_array_new ();
  json_array_add_string_element (array, LOGPROBS);
  json_object_set_array_member (session, "include", array);
}

static void
render_truncation (JsonObject *session, const VowelTruncation *truncation)
{
  JsonObject *object;

  if (truncation->type != VOWEL_TRUNCATION_RETENTION_RATIO) {
    json_object_set_string_member (session, "truncation",
        truncation->type == VOWEL_TRUNCATION_DISABLED ? "disabled" : "auto");
    return;
  }

  object = json_object_new ();
  json_object_set_string_member (object, "type", "retention_ratio");
  json_object_set_double_member (
      object, "retention_ratio", truncation->retention_ratio);
  if (truncation->post_instructions_tokens > 0) {
    JsonObject *limits = json_object_new ();

    json_object_set_int_member (
        limits, "post_instructions", truncation->post_instructions_tokens);
    json_object_set_object_member (object, "token_limits", limits);
  }
  json_object_set_object_member (session, "truncation", object);
}

static void
render_opaque (JsonObject *session, const gchar *key, const gchar *text)
{
  JsonNode *node = text != NULL ? json_from_string (text, NULL) : NULL;

  if (node != NULL)
    json_object_set_member (session, key, node);
  else
    json_object_set_null_member (session, key);
}

void
vowel_openai_render_upkeep (JsonObject *session,
    const VowelSessionConfig *config, VowelOpenaiDialect dialect)
{
  render_opaque (session, "tracing", config->tracing);
  vowel_openai_render_include (session, config);
  render_opaque (session, "prompt", config->prompt);
  if (dialect == VOWEL_OPENAI_BETA)
    return;

  render_truncation (session, &config->truncation);
  if (config->reasoning != NULL)
    render_opaque (session, "reasoning", config->reasoning);
}
