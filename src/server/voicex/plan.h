/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * VowelPlanStage:
 *
 * What a model does, by the names that Voicex has for it.
 */
typedef enum {
  VOWEL_PLAN_LLM,
  VOWEL_PLAN_TTS,
  VOWEL_PLAN_STT,
} VowelPlanStage;

#define VOWEL_N_PLAN_STAGES 3

/* "llm", "tts", "stt" */
const gchar *vowel_plan_stage_get_name (VowelPlanStage stage);
gboolean vowel_plan_stage_parse (const gchar *name, VowelPlanStage *ret_stage);

/**
 * VowelPlan:
 * @slug: its name for programs
 * @name: its name for people
 * @description: (nullable)
 * @listed: whether everybody is told of it
 * @custom: made for one organization, and told to nobody
 * @monthly: US dollars a month
 * @monthly_max_discount: per cent
 * @annual: US dollars a year
 * @annual_max_discount: per cent
 * @max_agents: that an organization may have
 * @max_calls: at once
 * @max_call_s: seconds that a call lasts
 * @max_minutes: of all calls in a month
 * @max_providers: accounts of its own with services that an organization may
 *   use; 0: none
 * @models: the models of the server that it may use, by #VowelPlanStage: each
 *   "provider/model", where "*" stands for anything
 *
 * What an organization may do. Immutable.
 */
typedef struct {
  gchar *slug;
  gchar *name;
  gchar *description;
  gboolean listed;
  gboolean custom;
  gdouble monthly;
  gdouble monthly_max_discount;
  gdouble annual;
  gdouble annual_max_discount;
  guint max_agents;
  guint max_calls;
  guint max_call_s;
  guint max_minutes;
  guint max_providers;
  GStrv models[VOWEL_N_PLAN_STAGES];
} VowelPlan;

/* Whether the model of one of the server's own providers is in it. */
gboolean vowel_plan_has_model (const VowelPlan *plan, VowelPlanStage stage,
    const gchar *provider, const gchar *model);
/* {maxAgents, maxConcurrentCalls, maxCallDurationSec, maxMonthlyMinutes}
 * (transfer full) */
JsonObject *vowel_plan_limits_to_json (const VowelPlan *plan);
/* {slug, name, description, pricing, limits, features} (transfer full) */
JsonObject *vowel_plan_to_json (const VowelPlan *plan);

/**
 * VowelPlans:
 *
 * The plans that there are, of which there is one at least; new organizations
 * get the first. Immutable.
 */
typedef struct _VowelPlans VowelPlans;

/* One plan, "self-hosted", that allows everything. */
VowelPlans *vowel_plans_new_default (void);
/* Those of a file (YAML): {plans: [...]}, with the members of
 * vowel_plan_to_json() and `models`. The error names the file and the member.
 */
VowelPlans *vowel_plans_load (const gchar *path, GError **error);
void vowel_plans_free (VowelPlans *plans);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelPlans, vowel_plans_free)

const VowelPlan *vowel_plans_get_first (VowelPlans *plans);
/* @slug: (nullable). (nullable): there is no such plan */
const VowelPlan *vowel_plans_find (VowelPlans *plans, const gchar *slug);
/* The one with the lowest monthly price that has the model. (nullable) */
const VowelPlan *vowel_plans_find_cheapest (VowelPlans *plans,
    VowelPlanStage stage, const gchar *provider, const gchar *model);
/* Those that everybody is told of, the cheapest first. (transfer full) */
JsonArray *vowel_plans_to_json (VowelPlans *plans);

G_END_DECLS
