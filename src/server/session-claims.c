/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "session-claims.h"

#include "protocol/openai/openai-errors.h"
#include "protocol/openai/openai-fields.h"

#include "session/language-names.h"

/* A null, or an empty one, is none. */
static gboolean
read_text (JsonObject *claims, const gchar *name, gchar **value, GError **error)
{
  const gchar *text = NULL;

  if (!vowel_openai_has (claims, name))
    return TRUE;
  if (!vowel_openai_read_string (claims, NULL, name, &text, error))
    return FALSE;
  g_free (*value);
  *value = text && text[0] ? g_strdup (text) : NULL;
  return TRUE;
}

static gboolean
read_language (JsonObject *claims, VowelSessionConfig *config, GError **error)
{
  g_autofree gchar *tag = NULL;
  g_autofree gchar *code = NULL;

  if (!read_text (claims, "language", &tag, error))
    return FALSE;
  if (tag == NULL)
    return TRUE;
  code = vowel_language_normalize (tag);
  if (code == NULL) {
    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_VALUE, "language",
        "Invalid 'language': expected an ISO 639-1 code like 'en'.");
    return FALSE;
  }
  g_free (config->language);
  config->language = g_steal_pointer (&code);
  return TRUE;
}

/* A null is none, as an empty list. */
static gboolean
read_texts (
    JsonObject *claims, const gchar *name, gchar ***value, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *array = NULL;

  if (!vowel_openai_has (claims, name))
    return TRUE;
  if (!vowel_openai_read_array (claims, NULL, name, &array, error))
    return FALSE;
  for (guint i = 0; array && i < json_array_get_length (array); i++) {
    JsonNode *node = json_array_get_element (array, i);

    if (json_node_get_value_type (node) != G_TYPE_STRING) {
      g_autofree gchar *param = vowel_openai_path_index (name, i);

      vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_TYPE, param,
          "Invalid type for '%s': expected a string.", param);
      return FALSE;
    }
    g_strv_builder_add (builder, json_node_get_string (node));
  }
  g_strfreev (*value);
  *value = g_strv_builder_end (builder);
  return TRUE;
}

static gboolean
read_filler (JsonObject *claims, VowelFillerConfig *filler, GError **error)
{
  return vowel_openai_read_boolean (claims, NULL, "acknowledgementEnabled",
             &filler->acknowledge, error)
         && vowel_openai_read_uint (claims, NULL, "acknowledgementDelayMs", 0,
             60000, &filler->delay_ms, error)
         && read_texts (
             claims, "acknowledgementPhrases", &filler->phrases, error)
         && vowel_openai_read_boolean (
             claims, NULL, "typingSoundEnabled", &filler->typing, error)
         && vowel_openai_read_double (claims, NULL, "typingSoundVolume", 0, 1,
             &filler->typing_volume, error)
         && vowel_openai_read_uint (claims, NULL, "typingSoundLoopDurationMs",
             500, 60000, &filler->typing_loop_ms, error);
}

static gboolean
read_detection (
    JsonObject *claims, VowelLanguageConfig *language, GError **error)
{
  JsonObject *object = NULL;
  gboolean enabled = TRUE;

  if (!vowel_openai_read_object (
          claims, NULL, "languageDetection", &object, error))
    return FALSE;
  if (object == NULL)
    return TRUE;
  if (!vowel_openai_read_boolean (
          object, "languageDetection", "enabled", &enabled, error)
      || !vowel_openai_read_double (object, "languageDetection",
          "confidenceThreshold", 0, 1, &language->threshold, error)
      || !vowel_openai_read_uint (object, "languageDetection",
          "minConsecutiveDetections", 1, 100, &language->min_consecutive,
          error))
    return FALSE;
  if (!enabled)
    g_clear_pointer (&language->detector, vowel_language_detector_unref);
  return TRUE;
}

static gboolean
read_voices (JsonObject *claims, VowelLanguageConfig *language, GError **error)
{
  g_autoptr (GHashTable) voices =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GList) names = NULL;
  JsonObject *object = NULL;

  if (!vowel_openai_read_object (
          claims, NULL, "languageVoiceMap", &object, error))
    return FALSE;
  if (object == NULL)
    return TRUE;
  names = json_object_get_members (object);
  for (GList *l = names; l; l = l->next) {
    g_autofree gchar *code = vowel_language_normalize (l->data);
    g_autofree gchar *param = vowel_openai_path ("languageVoiceMap", l->data);
    const gchar *voice = NULL;

    if (!vowel_openai_require_string (
            object, "languageVoiceMap", l->data, &voice, error))
      return FALSE;
    if (code == NULL) {
      vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_VALUE, param,
          "Invalid '%s': expected an ISO 639-1 code like 'en'.", param);
      return FALSE;
    }
    g_hash_table_replace (voices, g_steal_pointer (&code), g_strdup (voice));
  }
  g_clear_pointer (&language->voices, g_hash_table_unref);
  language->voices = g_steal_pointer (&voices);
  return TRUE;
}

static gboolean
read_judge (JsonObject *claims, VowelTurnJudgeConfig *judge, GError **error)
{
  JsonObject *object = NULL;

  if (!vowel_openai_read_object (
          claims, NULL, "llmTurnDetection", &object, error))
    return FALSE;
  return object == NULL
         || (vowel_openai_read_boolean (
                 object, "llmTurnDetection", "enabled", &judge->enabled, error)
             && vowel_openai_read_uint (object, "llmTurnDetection",
                 "debounceMs", 0, 10000, &judge->debounce_ms, error)
             && vowel_openai_read_uint (object, "llmTurnDetection", "timeoutMs",
                 100, 60000, &judge->timeout_ms, error));
}

gboolean
vowel_session_claims_apply (JsonObject *claims, VowelSessionConfig *config,
    VowelBehaviours *behaviours, GError **error)
{
  return read_text (claims, "initialGreetingPrompt", &config->greeting, error)
         && vowel_openai_read_double (
             claims, NULL, "speakingRate", 0.25, 1.5, &config->speed, error)
         && read_language (claims, config, error)
         && read_detection (claims, &behaviours->language, error)
         && read_voices (claims, &behaviours->language, error)
         && read_judge (claims, &behaviours->judge, error)
         && read_filler (claims, &behaviours->filler, error);
}
