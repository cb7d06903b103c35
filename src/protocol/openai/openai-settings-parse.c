/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Settings that a session and a single response have in common. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "openai-errors.h"
#include "openai-fields.h"
#include "openai-session-json.h"

#define MAX_OUTPUT_TOKENS 4096
#define MAX_TOOL_NAME 64
#define MIN_RATE 8000
#define MAX_RATE 48000
#define DEFAULT_RATE 24000

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
