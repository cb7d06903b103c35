/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "plan.h"

#include "plan-private.h"

#include <string.h>

/* Nobody reaches it, and programs can show and compare it. */
#define UNLIMITED 999999

struct _VowelPlans {
  GPtrArray *list; /* (element-type VowelPlan) */
};

static const gchar *const stages[VOWEL_N_PLAN_STAGES] = {
    [VOWEL_PLAN_LLM] = "llm",
    [VOWEL_PLAN_TTS] = "tts",
    [VOWEL_PLAN_STT] = "stt",
};

const gchar *
vowel_plan_stage_get_name (VowelPlanStage stage)
{
  return stages[stage];
}

gboolean
vowel_plan_stage_parse (const gchar *name, VowelPlanStage *ret_stage)
{
  for (guint i = 0; i < VOWEL_N_PLAN_STAGES; i++)
    if (g_str_equal (stages[i], name)) {
      *ret_stage = i;
      return TRUE;
    }
  return FALSE;
}

/* --- a plan --- */

void
vowel_plan_free (VowelPlan *plan)
{
  g_free (plan->slug);
  g_free (plan->name);
  g_free (plan->description);
  for (guint i = 0; i < VOWEL_N_PLAN_STAGES; i++)
    g_strfreev (plan->models[i]);
  g_free (plan);
}

gboolean
vowel_plan_has_model (const VowelPlan *plan, VowelPlanStage stage,
    const gchar *provider, const gchar *model)
{
  g_autofree gchar *name = g_strconcat (provider, "/", model, NULL);

  for (guint i = 0; plan->models[stage][i] != NULL; i++)
    if (g_pattern_match_simple (plan->models[stage][i], name))
      return TRUE;
  return FALSE;
}

JsonObject *
vowel_plan_limits_to_json (const VowelPlan *plan)
{
  JsonObject *limits = json_object_new ();

  json_object_set_int_member (limits, "maxAgents", plan->max_agents);
  json_object_set_int_member (limits, "maxConcurrentCalls", plan->max_calls);
  json_object_set_int_member (limits, "maxCallDurationSec", plan->max_call_s);
  json_object_set_int_member (limits, "maxMonthlyMinutes", plan->max_minutes);
  return limits;
}

/* Whole numbers without a point: clients compare them as text. */
static void
set_number (JsonObject *object, const gchar *name, gdouble number)
{
  if (number == (gint64) number)
    json_object_set_int_member (object, name, (gint64) number);
  else
    json_object_set_double_member (object, name, number);
}

static JsonObject *
make_pricing (const VowelPlan *plan)
{
  JsonObject *pricing = json_object_new ();

  set_number (pricing, "monthly", plan->monthly);
  set_number (pricing, "monthlyMaxDiscount", plan->monthly_max_discount);
  set_number (pricing, "annual", plan->annual);
  set_number (pricing, "annualMaxDiscount", plan->annual_max_discount);
  return pricing;
}

static JsonObject *
make_features (const VowelPlan *plan)
{
  JsonObject *features = json_object_new ();

  json_object_set_boolean_member (
      features, "customProviders", plan->max_providers > 0);
  json_object_set_int_member (
      features, "maxCustomProviders", plan->max_providers);
  return features;
}

JsonObject *
vowel_plan_to_json (const VowelPlan *plan)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "slug", plan->slug);
  json_object_set_string_member (object, "name", plan->name);
  json_object_set_string_member (
      object, "description", plan->description ? plan->description : "");
  json_object_set_object_member (object, "pricing", make_pricing (plan));
  json_object_set_object_member (
      object, "limits", vowel_plan_limits_to_json (plan));
  json_object_set_object_member (object, "features", make_features (plan));
  return object;
}

/* --- all of them --- */

VowelPlans *
vowel_plans_new (GPtrArray *list)
{
  VowelPlans *self = g_new0 (VowelPlans, 1);

  self->list = list;
  return self;
}

VowelPlans *
vowel_plans_new_default (void)
{
  static const gchar *const everything[] = {"*", NULL};
  GPtrArray *list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_plan_free);
  VowelPlan *plan = g_new0 (VowelPlan, 1);

  plan->slug = g_strdup ("self-hosted");
  plan->name = g_strdup ("Self-hosted");
  plan->description = g_strdup ("Everything that this server has");
  plan->listed = TRUE;
  plan->max_agents = plan->max_calls = plan->max_call_s = plan->max_minutes =
      plan->max_providers = UNLIMITED;
  for (guint i = 0; i < VOWEL_N_PLAN_STAGES; i++)
    plan->models[i] = g_strdupv ((gchar **) everything);
  g_ptr_array_add (list, plan);
  return vowel_plans_new (list);
}

void
vowel_plans_free (VowelPlans *self)
{
  g_ptr_array_unref (self->list);
  g_free (self);
}

const VowelPlan *
vowel_plans_get_first (VowelPlans *self)
{
  return g_ptr_array_index (self->list, 0);
}

const VowelPlan *
vowel_plans_find (VowelPlans *self, const gchar *slug)
{
  for (guint i = 0; i < self->list->len; i++) {
    const VowelPlan *plan = g_ptr_array_index (self->list, i);

    if (g_strcmp0 (plan->slug, slug) == 0)
      return plan;
  }
  return NULL;
}

const VowelPlan *
vowel_plans_find_cheapest (VowelPlans *self, VowelPlanStage stage,
    const gchar *provider, const gchar *model)
{
  const VowelPlan *cheapest = NULL;

  for (guint i = 0; i < self->list->len; i++) {
    const VowelPlan *plan = g_ptr_array_index (self->list, i);

    if (vowel_plan_has_model (plan, stage, provider, model)
        && (cheapest == NULL || plan->monthly < cheapest->monthly))
      cheapest = plan;
  }
  return cheapest;
}

static gint
compare_prices (gconstpointer a, gconstpointer b)
{
  gdouble first = (*(const VowelPlan *const *) a)->monthly;
  gdouble second = (*(const VowelPlan *const *) b)->monthly;

  return (first > second) - (first < second);
}

JsonArray *
vowel_plans_to_json (VowelPlans *self)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_copy (self->list, NULL, NULL);
  JsonArray *array = json_array_new ();

  g_ptr_array_set_free_func (sorted, NULL);
  g_ptr_array_sort (sorted, compare_prices);
  for (guint i = 0; i < sorted->len; i++) {
    const VowelPlan *plan = g_ptr_array_index (sorted, i);

    if (plan->listed && !plan->custom)
      json_array_add_object_element (array, vowel_plan_to_json (plan));
  }
  return array;
}
