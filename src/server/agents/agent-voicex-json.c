/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "agent-voicex-json.h"

#include "agent-fields.h"
#include "agent-mappings.h"

#include "server/iso-time.h"
#include "server/store/object-id.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

static const VowelAgentMapping mappings[] = {
    {"name", "name"},
    {"active", "active"},
    {"persona.systemPrompt", "prompt"},
    {"persona.greeting", "firstMessage.text"},
    {"persona.personality", "personality"},
    {"persona.language", "language"},
    {"llmConfig.temperature", "llm.temperature"},
    {"llmConfig.maxTokens", "llm.maxTokens"},
    {"ttsConfig.speed", "voice.speed"},
    {"thresholds.silenceTimeoutMs", "turns.stopMs"},
    {"thresholds.maxCallDurationSec", "limits.maxCallSeconds"},
    {"thresholds.endpointingMs", "turns.endpointingMs"},
};

/* What older clients say when they create an agent. */
static const VowelAgentMapping old_mappings[] = {
    {"llm.temperature", "llm.temperature"},
    {"llm.maxTokens", "llm.maxTokens"},
    {"voice.speed", "voice.speed"},
};

/* What an agent is that was only given a name and providers. */
static const struct {
  const gchar *field;
  const gchar *value; /* JSON */
} defaults[] = {
    {"prompt", "\"You are a friendly assistant on a voice call. Listen, find "
               "out what the caller needs, and help with it step by step.\""},
    {"firstMessage.text", "\"Hello! How can I help you today?\""},
    {"personality", "\"professional\""},
    {"guardrails",
        "[\"Stay with what you are here for, and say so when asked for "
        "something else.\", \"Never make up facts, prices or promises.\", "
        "\"Do not give medical, legal or financial advice.\", \"Do not ask for "
        "passwords, and do not repeat card numbers.\"]"},
    {"voiceStyle", "true"},
    {"llm.temperature", "0.4"},
    {"llm.maxTokens", "200"},
    {"voice.speed", "1"},
    {"turns.stopMs", "700"},
    {"turns.endpointingMs", "200"},
    {"turns.sensitivity", "\"medium\""},
    {"limits.maxCallSeconds", "1800"},
    {"limits.silenceMs", "0"},
    {"summarize", "true"},
};

static const struct {
  const gchar *category;
  const gchar *id_name;
  const gchar *model_name; /* (nullable) */
  const gchar *missing;
  const gchar *unknown;
  gsize service;
  gsize model;
} stages[] = {
    {"llm", "llmProviderId", "llmModelId",
        "llmProviderId and llmModelId required", "LLM provider not found",
        G_STRUCT_OFFSET (VowelAgent, llm),
        G_STRUCT_OFFSET (VowelAgent, llm.model)},
    {"tts", "ttsProviderId", "ttsModelId",
        "ttsProviderId and ttsModelId required", "TTS provider not found",
        G_STRUCT_OFFSET (VowelAgent, tts), G_STRUCT_OFFSET (VowelAgent, voice)},
    {"stt", "sttProviderId", NULL, "sttProviderId required",
        "STT provider not found", G_STRUCT_OFFSET (VowelAgent, stt),
        G_STRUCT_OFFSET (VowelAgent, stt.model)},
};

#define N_STAGES G_N_ELEMENTS (stages)

/* --- reading --- */

static gboolean
refuse (GError **error, VowelError code, const gchar *field, const gchar *text)
{
  vowel_set_field_error (error, code, field, "%s", text);
  return FALSE;
}

static void
take_text (gchar **field, gchar *text)
{
  g_free (*field);
  *field = text;
}

/* (nullable): also when it is no string, which check_ids() has refused */
static const gchar *
get_text (JsonObject *object, const gchar *name)
{
  const gchar *text =
      object != NULL ? gst_vowel_json_get_string (object, name) : NULL;

  return text != NULL && *text != '\0' ? text : NULL;
}

/* All providers and models are there, or in @object's older words. */
static gboolean
check_complete (JsonObject *object, GError **error)
{
  JsonObject *llm = gst_vowel_json_get_object (object, "llm");
  JsonObject *voice = gst_vowel_json_get_object (object, "voice");
  const gboolean old[N_STAGES] = {
      get_text (llm, "provider") != NULL && get_text (llm, "model") != NULL,
      get_text (voice, "provider") != NULL
          && get_text (voice, "voiceId") != NULL,
      llm != NULL && voice != NULL};

  if (get_text (object, "name") == NULL)
    return refuse (error, VOWEL_ERROR_MISSING, "name", "name required");
  for (guint i = 0; i < N_STAGES; i++) {
    gboolean said = get_text (object, stages[i].id_name) != NULL
                    && (stages[i].model_name == NULL
                        || get_text (object, stages[i].model_name) != NULL);

    if (!said && !old[i])
      return refuse (
          error, VOWEL_ERROR_MISSING, stages[i].id_name, stages[i].missing);
  }
  return TRUE;
}

static gboolean
check_ids (JsonObject *object, GError **error)
{
  for (guint i = 0; i < N_STAGES; i++) {
    JsonNode *node = json_object_get_member (object, stages[i].id_name);
    g_autofree gchar *hex = NULL;

    if (node == NULL)
      continue;
    if (json_node_get_value_type (node) == G_TYPE_STRING)
      hex = vowel_object_hex_check (json_node_get_string (node));
    if (hex == NULL)
      return refuse (
          error, VOWEL_ERROR_INVALID, stages[i].id_name, "invalid id");
  }
  return TRUE;
}

static gboolean
choose (VowelAgent *agent, guint stage, const gchar *id,
    const VowelAgentProviders *providers, GError **error)
{
  VowelAgentService *service = G_STRUCT_MEMBER_P (agent, stages[stage].service);
  VowelAgentProviderRef ref = {NULL};

  if (!providers->find (providers->user_data, stages[stage].category, id, &ref))
    return refuse (error, VOWEL_ERROR_INVALID, stages[stage].id_name,
        stages[stage].unknown);
  /* A model is one of its provider. */
  if (g_strcmp0 (service->provider, ref.provider) != 0)
    g_clear_pointer (&service->model, g_free);
  take_text (&service->provider, ref.provider);
  take_text (&service->provider_id, ref.provider_id);
  return TRUE;
}

static gboolean
read_model (VowelAgent *agent, guint stage, JsonObject *object, GError **error)
{
  const gchar *name = stages[stage].model_name;
  JsonNode *node = name != NULL ? json_object_get_member (object, name) : NULL;

  if (node == NULL)
    return TRUE;
  if (json_node_get_value_type (node) != G_TYPE_STRING)
    return refuse (error, VOWEL_ERROR_INVALID, name, "expected a string");
  take_text (G_STRUCT_MEMBER_P (agent, stages[stage].model),
      json_node_dup_string (node));
  return TRUE;
}

static gboolean
read_stages (VowelAgent *agent, JsonObject *object,
    const VowelAgentProviders *providers, GError **error)
{
  if (!check_ids (object, error))
    return FALSE;
  for (guint i = 0; i < N_STAGES; i++) {
    const gchar *id = get_text (object, stages[i].id_name);

    if ((id != NULL && !choose (agent, i, id, providers, error))
        || !read_model (agent, i, object, error))
      return FALSE;
  }
  return TRUE;
}

/* A list, or one. */
static gboolean
read_guardrails (VowelAgent *agent, JsonObject *object, GError **error)
{
  JsonObject *persona = gst_vowel_json_get_object (object, "persona");
  JsonNode *node =
      persona != NULL ? json_object_get_member (persona, "guardrails") : NULL;
  g_autoptr (JsonNode) list = NULL;

  if (node == NULL)
    return TRUE;
  if (json_node_get_value_type (node) == G_TYPE_STRING) {
    JsonArray *array = json_array_new ();

    list = json_node_new (JSON_NODE_ARRAY);
    if (*json_node_get_string (node) != '\0')
      json_array_add_string_element (array, json_node_get_string (node));
    json_node_take_array (list, array);
  }
  return vowel_agent_field_read (vowel_agent_field_get ("guardrails"), agent,
      list != NULL ? list : node, "persona.guardrails", 1, error);
}

/* What Voicex has no word for is its "high". */
static gboolean
read_sensitivity (VowelAgent *agent, JsonObject *object, GError **error)
{
  static const gchar *const words[] = {"low", "medium", "high", NULL};
  JsonObject *thresholds = gst_vowel_json_get_object (object, "thresholds");
  JsonNode *node = thresholds != NULL ? json_object_get_member (
                       thresholds, "interruptionSensitivity")
                                      : NULL;
  const gchar *word;

  if (node == NULL)
    return TRUE;
  word = json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
  if (word == NULL || !g_strv_contains (words, word))
    return refuse (error, VOWEL_ERROR_INVALID,
        "thresholds.interruptionSensitivity", "expected low, medium or high");
  if (agent->sensitivity == VOWEL_AGENT_INTERRUPTED_BY_SPEECH
      && g_str_equal (word, "high"))
    return TRUE;
  return vowel_agent_field_read (vowel_agent_field_get ("turns.sensitivity"),
      agent, node, "thresholds.interruptionSensitivity", 1, error);
}

gboolean
vowel_agent_voicex_apply (VowelAgent *agent, JsonObject *object,
    const VowelAgentProviders *providers, GError **error)
{
  return read_stages (agent, object, providers, error)
         && vowel_agent_mappings_read (
             mappings, G_N_ELEMENTS (mappings), agent, object, error)
         && read_guardrails (agent, object, error)
         && read_sensitivity (agent, object, error)
         && vowel_agent_validate (agent, error);
}

static void
apply_defaults (VowelAgent *agent)
{
  for (guint i = 0; i < G_N_ELEMENTS (defaults); i++) {
    g_autoptr (JsonNode) node = json_from_string (defaults[i].value, NULL);

    vowel_agent_field_read (vowel_agent_field_get (defaults[i].field), agent,
        node, defaults[i].field, 1, NULL);
  }
}

/* {llm: {provider, model, …}, voice: {provider, voiceId, …}} */
static gboolean
apply_old (VowelAgent *agent, JsonObject *object,
    const VowelAgentProviders *providers, GError **error)
{
  JsonObject *llm = gst_vowel_json_get_object (object, "llm");
  JsonObject *voice = gst_vowel_json_get_object (object, "voice");
  const gchar *provider = get_text (llm, "provider");
  const gchar *speaker = get_text (voice, "provider");

  if ((provider != NULL && !choose (agent, 0, provider, providers, error))
      || (speaker != NULL && !choose (agent, 1, speaker, providers, error)))
    return FALSE;
  if (get_text (llm, "model") != NULL)
    take_text (&agent->llm.model, g_strdup (get_text (llm, "model")));
  if (get_text (voice, "voiceId") != NULL)
    take_text (&agent->voice, g_strdup (get_text (voice, "voiceId")));
  return vowel_agent_mappings_read (
      old_mappings, G_N_ELEMENTS (old_mappings), agent, object, error);
}

VowelAgent *
vowel_agent_voicex_new (const gchar *app_id, JsonObject *object,
    const VowelAgentProviders *providers, GError **error)
{
  g_autoptr (VowelAgent) agent = vowel_agent_new (app_id);

  apply_defaults (agent);
  if (!check_complete (object, error)
      || !apply_old (agent, object, providers, error)
      || !vowel_agent_voicex_apply (agent, object, providers, error))
    return NULL;
  return g_steal_pointer (&agent);
}

/* --- writing --- */

static void
write_id (JsonObject *object, const gchar *name, const gchar *id)
{
  g_autofree gchar *hex = vowel_object_hex (id);

  json_object_set_string_member (object, name, hex);
}

static void
write_stage (JsonObject *object, guint stage, const VowelAgent *agent,
    const VowelAgentProviders *providers)
{
  const VowelAgentService *service =
      G_STRUCT_MEMBER_P (agent, stages[stage].service);
  const gchar *model =
      G_STRUCT_MEMBER (const gchar *, agent, stages[stage].model);
  g_autofree gchar *id = NULL;
  g_autofree gchar *found = NULL;

  providers->describe (providers->user_data, stages[stage].category, service,
      model, &id, &found);
  if (id != NULL)
    json_object_set_string_member (object, stages[stage].id_name, id);
  if (model == NULL)
    model = found;
  if (stages[stage].model_name != NULL && model != NULL)
    json_object_set_string_member (object, stages[stage].model_name, model);
}

static void
write_guardrails (JsonObject *object, const VowelAgent *agent)
{
  const gchar *name;
  JsonObject *persona =
      vowel_agent_open_path (object, "persona.guardrails", &name);

  json_object_set_member (persona, name,
      vowel_agent_field_to_json (
          vowel_agent_field_get ("guardrails"), agent, 1));
}

static void
write_sensitivity (JsonObject *object, const VowelAgent *agent)
{
  static const gchar *const words[] = {
      [VOWEL_AGENT_INTERRUPTED_BY_LOW] = "low",
      [VOWEL_AGENT_INTERRUPTED_BY_MEDIUM] = "medium",
      [VOWEL_AGENT_INTERRUPTED_BY_HIGH] = "high",
      [VOWEL_AGENT_INTERRUPTED_BY_SPEECH] = "high",
  };
  const gchar *name;
  JsonObject *thresholds = vowel_agent_open_path (
      object, "thresholds.interruptionSensitivity", &name);

  json_object_set_string_member (thresholds, name, words[agent->sensitivity]);
}

/* Voicex's clients find every member; here others may have left things to the
 * server. */
static void
write_missing (JsonObject *object)
{
  static const struct {
    const gchar *path;
    const gchar *value; /* JSON */
  } none[] = {
      {"persona.systemPrompt", "\"\""},
      {"persona.greeting", "\"\""},
      {"persona.personality", "\"professional\""},
      {"persona.language", "\"en\""},
      {"llmConfig.temperature", "0.4"},
      {"llmConfig.maxTokens", "0"},
      {"ttsConfig.speed", "1"},
      {"thresholds.silenceTimeoutMs", "700"},
      {"thresholds.maxCallDurationSec", "0"},
      {"thresholds.endpointingMs", "0"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (none); i++) {
    const gchar *name;
    JsonObject *parent = vowel_agent_open_path (object, none[i].path, &name);

    if (!json_object_has_member (parent, name))
      json_object_set_member (
          parent, name, json_from_string (none[i].value, NULL));
  }
}

static void
write_time (JsonObject *object, const gchar *name, gint64 at)
{
  g_autofree gchar *text = vowel_iso_time (at);

  json_object_set_string_member (object, name, text);
}

JsonObject *
vowel_agent_voicex_to_json (
    const VowelAgent *agent, const VowelAgentProviders *providers)
{
  JsonObject *object = json_object_new ();

  write_id (object, "_id", agent->id);
  write_id (object, "orgId", agent->app_id);
  vowel_agent_mappings_write (mappings, G_N_ELEMENTS (mappings), agent, object);
  write_missing (object);
  write_guardrails (object, agent);
  write_sensitivity (object, agent);
  for (guint i = 0; i < N_STAGES; i++)
    write_stage (object, i, agent, providers);
  write_time (object, "createdAt", agent->created_at);
  write_time (object, "updatedAt", agent->updated_at);
  return object;
}
