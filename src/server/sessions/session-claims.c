/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "session-claims.h"

#include "protocol/openai/openai-errors.h"
#include "protocol/openai/openai-fields.h"
#include "server/config/provider-config.h"
#include "session/language-names.h"

#include <gst/vowel/gstvoweljson.h>

#define LIMIT_MIN_MS 1000

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

/* How patient a listener is, by the names of Vowel's clients. */
static gboolean
apply_preset (VowelSessionConfig *config, const gchar *preset,
    const gchar *param, GError **error)
{
  static const struct {
    const gchar *name;
    VowelEagerness eagerness;
  } presets[] = {
      {"aggressive", VOWEL_EAGERNESS_HIGH},
      {"balanced", VOWEL_EAGERNESS_MEDIUM},
      {"conservative", VOWEL_EAGERNESS_LOW},
  };

  for (guint i = 0; i < G_N_ELEMENTS (presets); i++)
    if (g_str_equal (presets[i].name, preset)) {
      vowel_session_config_set_detection (config, VOWEL_TURN_SEMANTIC_VAD);
      config->turn_detection.eagerness = presets[i].eagerness;
      return TRUE;
    }
  vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_VALUE, param,
      "Invalid '%s': expected 'aggressive', 'balanced' or 'conservative'.",
      param);
  return FALSE;
}

static gboolean
read_server_vad (
    JsonObject *object, VowelTurnDetection *detection, GError **error)
{
  const gchar *path = "turnDetection.serverVAD";
  JsonObject *vad = NULL;

  if (!vowel_openai_read_object (
          object, "turnDetection", "serverVAD", &vad, error))
    return FALSE;
  return vad == NULL
         || (vowel_openai_read_double (
                 vad, path, "threshold", 0, 1, &detection->threshold, error)
             && vowel_openai_read_uint (vad, path, "prefixPaddingMs", 0, 5000,
                 &detection->prefix_padding_ms, error)
             && vowel_openai_read_uint (vad, path, "silenceDurationMs", 0,
                 10000, &detection->silence_duration_ms, error)
             && vowel_openai_read_boolean (vad, path, "createResponse",
                 &detection->create_response, error)
             && vowel_openai_read_boolean (vad, path, "interruptResponse",
                 &detection->interrupt_response, error));
}

/* Who detects speech itself sends it when it is over, and expects an answer;
 * "none" does not. */
static gboolean
read_turn_mode (JsonObject *object, VowelSessionConfig *config, GError **error)
{
  static const gchar *const modes[] = {
      "none", "server_vad", "semantic_vad", "client_vad", "disabled", NULL};
  VowelTurnDetection *detection = &config->turn_detection;
  guint mode = VOWEL_TURN_SERVER_VAD;
  gboolean by_client;

  if (!vowel_openai_read_choice (
          object, "turnDetection", "mode", modes, &mode, error))
    return FALSE;
  by_client = mode > VOWEL_TURN_SEMANTIC_VAD;
  vowel_session_config_set_detection (
      config, by_client ? VOWEL_TURN_NONE : (VowelTurnDetectionType) mode);
  if (by_client)
    detection->create_response = detection->interrupt_response = TRUE;
  return by_client || read_server_vad (object, detection, error);
}

/* A null, or nothing, leaves it to the server. */
static gboolean
read_turn_detection (
    JsonObject *claims, VowelSessionConfig *config, GError **error)
{
  JsonNode *node = json_object_get_member (claims, "turnDetection");
  const gchar *name = node && !JSON_NODE_HOLDS_NULL (node)
                          ? "turnDetection"
                          : "turnDetectionPreset";
  JsonObject *object = NULL;
  const gchar *preset = NULL;

  if (node && JSON_NODE_HOLDS_OBJECT (node))
    return vowel_openai_read_object (
               claims, NULL, "turnDetection", &object, error)
           && read_turn_mode (object, config, error);
  if (!vowel_openai_has (claims, name))
    return TRUE;
  return vowel_openai_read_string (claims, NULL, name, &preset, error)
         && (preset == NULL || apply_preset (config, preset, name, error));
}

static gboolean
read_limit (JsonObject *claims, const gchar *name, guint *limit, GError **error)
{
  guint value = 0;

  if (!vowel_openai_read_uint (
          claims, NULL, name, LIMIT_MIN_MS, G_MAXINT32, &value, error))
    return FALSE;
  if (value > 0 && (*limit == 0 || value < *limit))
    *limit = value;
  return TRUE;
}

/* --- services --- */

static gboolean
check_provider (const VowelServerConfig *config, GstVowelProviderKind kind,
    const gchar *name, const gchar *param, GError **error)
{
  g_auto (GStrv) used = vowel_provider_dup_names (config, kind);
  g_autofree gchar *list = g_strjoinv (", ", used);

  if (name == NULL || *name == '\0'
      || g_strv_contains ((const gchar *const *) used, name))
    return TRUE;
  vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_VALUE, param,
      "Invalid '%s': this server uses %s, not '%s'; what it uses is set up "
      "with %s, not by tokens.",
      param, list, name, vowel_provider_get_title (config, kind));
  return FALSE;
}

static void
inherit (
    JsonObject *claims, const gchar *name, JsonObject *from, const gchar *as)
{
  const gchar *text = gst_vowel_json_get_string (from, name);

  if (text && *text && !vowel_openai_has (claims, as))
    json_object_set_string_member (claims, as, text);
}

static gboolean
settle_stage (JsonObject *claims, JsonObject *parent, const gchar *path,
    const gchar *stage, const VowelServerConfig *config, GError **error)
{
  gboolean speaks = g_str_equal (stage, "tts");
  g_autofree gchar *inner = vowel_openai_path (path, stage);
  g_autofree gchar *param = vowel_openai_path (inner, "provider");
  JsonObject *object = NULL;
  JsonObject *settings;
  const gchar *name = NULL;

  if (!vowel_openai_read_object (parent, path, stage, &object, error))
    return FALSE;
  if (object == NULL)
    return TRUE;
  if (!vowel_openai_read_string (object, inner, "provider", &name, error)
      || !check_provider (config,
          speaks ? GST_VOWEL_PROVIDER_TTS : GST_VOWEL_PROVIDER_STT, name, param,
          error))
    return FALSE;
  settings = gst_vowel_json_get_object (object, "config");
  inherit (claims, speaks ? "voice" : "language", object,
      speaks ? "voice" : "language");
  if (settings)
    inherit (claims, speaks ? "voice" : "language", settings,
        speaks ? "voice" : "language");
  return TRUE;
}

gboolean
vowel_session_claims_settle_providers (
    JsonObject *claims, const VowelServerConfig *config, GError **error)
{
  static const gchar *const taken[] = {"stt", "tts", "providerConfig",
      "llmProvider", "openrouterProvider", "openrouterSiteUrl",
      "openrouterAppName", "openrouterOptions", "vowelPrimeConfig"};
  JsonObject *nested = NULL;
  const gchar *llm = NULL;

  if (!vowel_openai_read_string (claims, NULL, "llmProvider", &llm, error)
      || !check_provider (
          config, GST_VOWEL_PROVIDER_LLM, llm, "llmProvider", error)
      || !settle_stage (claims, claims, NULL, "stt", config, error)
      || !settle_stage (claims, claims, NULL, "tts", config, error)
      || !vowel_openai_read_object (
          claims, NULL, "providerConfig", &nested, error))
    return FALSE;
  if (nested
      && (!settle_stage (claims, nested, "providerConfig", "stt", config, error)
          || !settle_stage (
              claims, nested, "providerConfig", "tts", config, error)))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (taken); i++)
    json_object_remove_member (claims, taken[i]);
  return TRUE;
}

void
vowel_session_limits_shorten (VowelSessionLimits *limits, guint max_s)
{
  guint64 max_ms = max_s * G_GUINT64_CONSTANT (1000);

  if (max_ms > 0
      && (limits->max_duration_ms == 0 || max_ms < limits->max_duration_ms))
    limits->max_duration_ms = (guint) MIN (max_ms, G_MAXUINT);
}

const gchar *const *
vowel_session_claims_list (void)
{
  static const gchar *const names[] = {"initialGreetingPrompt", "speakingRate",
      "language", "languageDetection", "languageVoiceMap", "llmTurnDetection",
      "acknowledgementEnabled", "acknowledgementDelayMs",
      "acknowledgementPhrases", "typingSoundEnabled", "typingSoundVolume",
      "typingSoundLoopDurationMs", "turnDetection", "turnDetectionPreset",
      "maxCallDurationMs", "maxIdleDurationMs", NULL};

  return names;
}

gboolean
vowel_session_claims_apply (JsonObject *claims, VowelSessionConfig *config,
    VowelBehaviours *behaviours, VowelSessionLimits *limits, GError **error)
{
  return read_text (claims, "initialGreetingPrompt", &config->greeting, error)
         && vowel_openai_read_double (
             claims, NULL, "speakingRate", 0.25, 1.5, &config->speed, error)
         && read_language (claims, config, error)
         && read_detection (claims, &behaviours->language, error)
         && read_voices (claims, &behaviours->language, error)
         && read_judge (claims, &behaviours->judge, error)
         && read_filler (claims, &behaviours->filler, error)
         && read_turn_detection (claims, config, error)
         && read_limit (
             claims, "maxCallDurationMs", &limits->max_duration_ms, error)
         && read_limit (
             claims, "maxIdleDurationMs", &limits->idle_timeout_ms, error);
}
