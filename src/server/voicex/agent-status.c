/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "agent-status.h"

static const struct {
  const gchar *title;
  const gchar *model; /* in what tells that it is not on the plan */
} words[VOWEL_N_PLAN_STAGES] = {
    [VOWEL_PLAN_LLM] = {"LLM", "LLM"},
    [VOWEL_PLAN_TTS] = {"TTS", "Voice"},
    [VOWEL_PLAN_STT] = {"STT", "STT"},
};

static const VowelAgentService *
get_service (const VowelAgent *agent, VowelPlanStage stage)
{
  switch (stage) {
    case VOWEL_PLAN_LLM:
      return &agent->llm;
    case VOWEL_PLAN_TTS:
      return &agent->tts;
    default:
      return &agent->stt;
  }
}

/* What the agent has said, or the server does for it. */
static const gchar *
get_model (const VowelAgent *agent, VowelPlanStage stage,
    const VowelVoiceProvider *provider)
{
  const gchar *said = stage == VOWEL_PLAN_TTS
                          ? agent->voice
                          : get_service (agent, stage)->model;

  return said != NULL || provider->models->len == 0
             ? said
             : ((VowelVoiceModel *) g_ptr_array_index (provider->models, 0))
                   ->id;
}

static VowelVoiceProvider *
find (const VowelAgent *agent, VowelPlanStage stage,
    VowelVoiceProviders *providers)
{
  return vowel_voice_providers_find_service (
      providers, agent->app_id, stage, get_service (agent, stage));
}

gboolean
vowel_agent_status_is_on_plan (const VowelAgent *agent, const VowelPlan *plan,
    VowelVoiceProviders *providers, gchar **ret_reason)
{
  /* How it hears is no matter of plans. */
  static const VowelPlanStage gated[] = {VOWEL_PLAN_LLM, VOWEL_PLAN_TTS};

  for (guint i = 0; i < G_N_ELEMENTS (gated); i++) {
    g_autoptr (VowelVoiceProvider) provider = find (agent, gated[i], providers);
    const gchar *model =
        provider != NULL ? get_model (agent, gated[i], provider) : NULL;

    if (provider == NULL || provider->app_id != NULL || model == NULL
        || vowel_plan_has_model (plan, gated[i], provider->key, model))
      continue;
    *ret_reason =
        g_strdup_printf ("%s \"%s/%s\" is not available on your plan.",
            words[gated[i]].model, provider->key, model);
    return FALSE;
  }
  return TRUE;
}

const gchar *
vowel_agent_status_get (const VowelAgent *agent, const VowelPlan *plan,
    VowelVoiceProviders *providers, gchar **ret_reason)
{
  if (!agent->active)
    return "inactive";
  for (guint stage = 0; stage < VOWEL_N_PLAN_STAGES; stage++) {
    g_autoptr (VowelVoiceProvider) provider = find (agent, stage, providers);

    if (provider != NULL && provider->active)
      continue;
    *ret_reason = g_strdup_printf ("The %s provider is %s.", words[stage].title,
        provider != NULL ? "disabled" : "not there");
    return "paused_provider";
  }
  return vowel_agent_status_is_on_plan (agent, plan, providers, ret_reason)
             ? "active"
             : "paused_plan";
}
