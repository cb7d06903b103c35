/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "openai-vowel-session.h"
#include "openai-errors.h"
#include "openai-fields.h"

#include "session/language-names.h"

/* What Vowel's client writes for a voice that nobody has chosen. */
#define NO_VOICE "Ashley"
#define NO_TRANSCRIPTION_MODEL "gpt-4o-mini-transcribe"

static gboolean
read_greeting (JsonObject *session, const gchar *path,
    VowelSessionConfig *config, GError **error)
{
  const gchar *prompt = config->greeting;
  g_autofree gchar *kept = NULL;

  if (!vowel_openai_read_string (
          session, path, "initial_greeting_prompt", &prompt, error))
    return FALSE;
  kept = prompt != NULL && *prompt != '\0' ? g_strdup (prompt) : NULL;
  g_free (config->greeting);
  config->greeting = g_steal_pointer (&kept);
  return TRUE;
}

static gboolean
read_language (JsonObject *session, const gchar *path,
    VowelSessionConfig *config, GError **error)
{
  const gchar *tag = NULL;
  g_autofree gchar *code = NULL;

  if (!vowel_openai_has (session, "language"))
    return TRUE;
  if (!vowel_openai_read_string (session, path, "language", &tag, error))
    return FALSE;
  if (tag != NULL && *tag != '\0'
      && (code = vowel_language_normalize (tag)) == NULL) {
    g_autofree gchar *param = vowel_openai_path (path, "language");

    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_VALUE, param,
        "Invalid '%s': expected an ISO 639-1 code like 'en', or null.", param);
    return FALSE;
  }
  g_free (config->language);
  config->language = g_steal_pointer (&code);
  return TRUE;
}

gboolean
vowel_openai_read_vowel_fields (JsonObject *session, const gchar *path,
    VowelSessionConfig *config, GError **error)
{
  return read_greeting (session, path, config, error)
         && read_language (session, path, config, error)
         && vowel_openai_read_double (
             session, path, "speaking_rate", 0.25, 1.5, &config->speed, error);
}

void
vowel_openai_render_vowel_fields (
    JsonObject *session, const VowelSessionConfig *config)
{
  if (config->kind != VOWEL_SESSION_REALTIME)
    return;
  json_object_set_double_member (session, "speaking_rate", config->speed);
  if (config->greeting != NULL)
    json_object_set_string_member (
        session, "initial_greeting_prompt", config->greeting);
  if (config->language != NULL)
    json_object_set_string_member (session, "language", config->language);
}

/* (nullable) */
static JsonObject *
get_object (JsonObject *parent, const gchar *key)
{
  JsonNode *node = parent != NULL ? json_object_get_member (parent, key) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node)
             ? json_node_get_object (node)
             : NULL;
}

static void
drop_string (JsonObject *object, const gchar *key, const gchar *value)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, key) : NULL;

  if (node != NULL && json_node_get_value_type (node) == G_TYPE_STRING
      && g_str_equal (json_node_get_string (node), value))
    json_object_remove_member (object, key);
}

static gboolean
is_one (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node)
         && json_node_get_value_type (node) != G_TYPE_STRING
         && json_node_get_double (node) == 1.0;
}

void
vowel_openai_drop_sdk_defaults (JsonObject *session)
{
  JsonObject *audio = get_object (session, "audio");
  JsonObject *output = get_object (audio, "output");

  drop_string (output, "voice", NO_VOICE);
  if (output != NULL && is_one (json_object_get_member (output, "speed")))
    json_object_remove_member (output, "speed");
  drop_string (get_object (get_object (audio, "input"), "transcription"),
      "model", NO_TRANSCRIPTION_MODEL);
}
