/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "agent-choice.h"

#include <string.h>

#define STT GST_VOWEL_PROVIDER_STT
#define LLM GST_VOWEL_PROVIDER_LLM
#define TTS GST_VOWEL_PROVIDER_TTS

static const gchar *const names[VOWEL_N_STAGES] = {
    [STT] = "stt",
    [LLM] = "llm",
    [TTS] = "voice",
};

/* What a choice is made of. */
typedef struct {
  VowelProviderChoice choice;
  VowelAgentAccount accounts[VOWEL_N_STAGES];
  GPtrArray *properties;
} Wishes;

static void
wishes_clear (Wishes *wishes)
{
  for (guint kind = 0; kind < VOWEL_N_STAGES; kind++) {
    g_free (wishes->accounts[kind].api_key);
    g_free (wishes->accounts[kind].base_url);
  }
  g_ptr_array_unref (wishes->properties);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wishes, wishes_clear)

static gboolean
check_installed (GstVowelProviderKind kind, const gchar *field,
    const gchar *provider, GError **error)
{
  g_auto (GStrv) installed = gst_vowel_provider_list (kind);
  g_autofree gchar *list = g_strjoinv (", ", installed);

  if (provider == NULL || g_str_equal (provider, "auto")
      || g_strv_contains ((const gchar *const *) installed, provider))
    return TRUE;
  vowel_set_field_error (error, VOWEL_ERROR_INVALID, field,
      "the provider \"%s\" is none of those installed: %s", provider, list);
  return FALSE;
}

static gboolean
add_stage (Wishes *wishes, GstVowelProviderKind kind, VowelAgents *agents,
    const VowelAgent *agent, const VowelAgentService *service, GError **error)
{
  VowelStageChoice *stage = &wishes->choice.stages[kind];
  VowelAgentAccount *account = &wishes->accounts[kind];

  if (!check_installed (kind, names[kind], service->provider, error))
    return FALSE;
  stage->provider = service->provider;
  stage->model = service->model;
  if (service->provider_id == NULL)
    return TRUE;
  if (!vowel_agents_find_account (agents, agent->app_id, service, account)) {
    vowel_set_field_error (error, VOWEL_ERROR_INVALID, names[kind],
        "there is no such account with %s, or it is switched off",
        service->provider);
    return FALSE;
  }
  stage->api_key = account->api_key;
  stage->base_url = account->base_url;
  return TRUE;
}

/* @value: (transfer full) */
static void
add_property (Wishes *wishes, const gchar *name, gchar *value)
{
  g_ptr_array_add (wishes->properties, g_strdup (name));
  g_ptr_array_add (wishes->properties, value);
}

static void
add_number (Wishes *wishes, const gchar *name, gdouble value)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  if (value > 0)
    add_property (
        wishes, name, g_strdup (g_ascii_dtostr (text, sizeof text, value)));
}

/* Who recognises several languages at once is told so; the others are told
 * nothing. */
static gboolean
hears_many (VowelAgents *agents, const VowelAgent *agent)
{
  VowelConfigSnapshot *snapshot =
      vowel_runtime_config_get (vowel_agents_get_runtime (agents));
  const gchar *provider = agent->stt.provider != NULL
                              ? agent->stt.provider
                              : vowel_provider_get_name (snapshot->config, STT);

  return g_str_equal (agent->language, "multi")
         && g_str_equal (provider, "deepgram");
}

static void
add_properties (Wishes *wishes, VowelAgents *agents, const VowelAgent *agent)
{
  add_number (wishes, "tts.provider::stability", agent->stability);
  add_number (
      wishes, "tts.provider::similarity-boost", agent->similarity_boost);
  add_number (wishes, "out-volume.volume", agent->volume);
  if (agent->start_ms != VOWEL_AGENT_START_MS)
    add_property (wishes, "vad.min-speech",
        g_strdup_printf ("%" G_GUINT64_FORMAT, agent->start_ms * GST_MSECOND));
  if (hears_many (agents, agent))
    add_property (wishes, "stt.provider::language", g_strdup ("multi"));
  g_ptr_array_add (wishes->properties, NULL);
  wishes->choice.properties = (const gchar *const *) wishes->properties->pdata;
}

static gboolean
collect (Wishes *wishes, VowelAgents *agents, const VowelAgent *agent,
    GError **error)
{
  VowelStageChoice *llm = &wishes->choice.stages[LLM];

  if (!add_stage (wishes, STT, agents, agent, &agent->stt, error)
      || !add_stage (wishes, LLM, agents, agent, &agent->llm, error)
      || !add_stage (wishes, TTS, agents, agent, &agent->tts, error)
      || !check_installed (
          LLM, "fallbackLlm", agent->fallback_llm.provider, error))
    return FALSE;
  llm->stand_in = agent->fallback_llm.provider;
  llm->stand_in_model = agent->fallback_llm.model;
  wishes->choice.voice = agent->voice;
  add_properties (wishes, agents, agent);
  return TRUE;
}

VowelConfigSnapshot *
vowel_agent_choice_derive (
    VowelAgents *agents, const VowelAgent *agent, GError **error)
{
  g_auto (Wishes)
      wishes = {.properties = g_ptr_array_new_with_free_func (g_free)};
  g_autoptr (GError) cause = NULL;
  VowelConfigSnapshot *snapshot;

  if (!collect (&wishes, agents, agent, error))
    return NULL;
  snapshot = vowel_runtime_config_derive (
      vowel_agents_get_runtime (agents), &wishes.choice, &cause);
  if (snapshot == NULL)
    g_set_error_literal (
        error, VOWEL_ERROR, VOWEL_ERROR_NOT_SUPPORTED, cause->message);
  return snapshot;
}
