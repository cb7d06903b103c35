/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/voicex/plan.h"

#include <glib/gstdio.h>
#include <string.h>

static VowelPlans *
load (const gchar *text, GError **error)
{
  g_autofree gchar *path = NULL;
  gint fd = g_file_open_tmp ("plans-XXXXXX.yaml", &path, NULL);
  VowelPlans *plans;

  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  plans = vowel_plans_load (path, error);
  g_unlink (path);
  return plans;
}

static void
test_default (void)
{
  g_autoptr (VowelPlans) plans = vowel_plans_new_default ();
  const VowelPlan *plan = vowel_plans_get_first (plans);
  g_autoptr (JsonArray) listed = vowel_plans_to_json (plans);

  g_assert_cmpstr (plan->slug, ==, "self-hosted");
  g_assert_true (vowel_plans_find (plans, "self-hosted") == plan);
  g_assert_null (vowel_plans_find (plans, "free"));
  g_assert_null (vowel_plans_find (plans, NULL));
  for (guint i = 0; i < VOWEL_N_PLAN_STAGES; i++)
    g_assert_true (vowel_plan_has_model (plan, i, "any", "model/at:all"));
  g_assert_cmpuint (json_array_get_length (listed), ==, 1);
}

#define TIERS                                                                  \
  "plans:\n"                                                                   \
  "  - slug: pro\n"                                                            \
  "    pricing: {monthly: 99.5}\n"                                             \
  "    limits: {maxAgents: 25}\n"                                              \
  "    features: {maxCustomProviders: 5}\n"                                    \
  "    models: {llm: [groq/big, 'openai/*'], tts: [edge/a]}\n"                 \
  "  - slug: free\n"                                                           \
  "    name: Free\n"                                                           \
  "    models: {llm: [groq/small]}\n"                                          \
  "  - {slug: starter, pricing: {monthly: 29}, models: {llm: [groq/big]}}\n"   \
  "  - {slug: secret, listed: false, pricing: {monthly: 1}}\n"                 \
  "  - {slug: special, custom: true}\n"

static void
test_tiers (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelPlans) plans = load (TIERS, &error);
  g_autoptr (JsonArray) listed = NULL;
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);
  g_autofree gchar *text = NULL;
  const VowelPlan *pro;

  g_assert_no_error (error);
  pro = vowel_plans_get_first (plans);
  g_assert_cmpstr (pro->slug, ==, "pro");
  g_assert_cmpstr (pro->name, ==, "pro");
  g_assert_true (vowel_plan_has_model (pro, VOWEL_PLAN_LLM, "groq", "big"));
  g_assert_true (vowel_plan_has_model (pro, VOWEL_PLAN_LLM, "openai", "x"));
  g_assert_false (vowel_plan_has_model (pro, VOWEL_PLAN_LLM, "groq", "small"));
  g_assert_false (vowel_plan_has_model (pro, VOWEL_PLAN_TTS, "groq", "big"));
  g_assert_cmpstr (
      vowel_plans_find_cheapest (plans, VOWEL_PLAN_LLM, "groq", "big")->slug,
      ==, "starter");
  g_assert_null (
      vowel_plans_find_cheapest (plans, VOWEL_PLAN_STT, "groq", "big"));

  listed = vowel_plans_to_json (plans);
  json_node_set_array (node, listed);
  text = json_to_string (node, FALSE);
  g_assert_true (g_str_has_prefix (text,
      "[{\"slug\":\"free\",\"name\":\"Free\",\"description\":\"\","
      "\"pricing\":{\"monthly\":0,\"monthlyMaxDiscount\":0,"
      "\"annual\":0,\"annualMaxDiscount\":0},"
      "\"limits\":{\"maxAgents\":0,\"maxConcurrentCalls\":0,"
      "\"maxCallDurationSec\":0,\"maxMonthlyMinutes\":0},"
      "\"features\":{\"customProviders\":false,\"maxCustomProviders\":0}},"
      "{\"slug\":\"starter\""));
  g_assert_nonnull (strstr (text, "\"monthly\":99.5"));
  g_assert_null (strstr (text, "secret"));
  g_assert_null (strstr (text, "special"));
}

static void
test_shipped (void)
{
  g_autofree gchar *path = g_build_filename (
      g_getenv ("VOWEL_SRCDIR"), "data", "voicex-plans.yaml", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelPlans) plans = vowel_plans_load (path, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (vowel_plans_get_first (plans)->slug, ==, "free");
  g_assert_cmpuint (vowel_plans_find (plans, "pro")->max_agents, ==, 25);
}

static void
test_wrong (void)
{
  static const struct {
    const gchar *text;
    const gchar *expected;
  } table[] = {
      {"[]", "object with plans"},
      {"plans: 1", "plans must be a list"},
      {"plans: []", "one plan at least"},
      {"plans: [1]", "plans[0]: each of plans must be an object"},
      {"plans: [{name: x}]", "plans[0]: slug"},
      {"plans: [{slug: 1}]", "slug must be a text"},
      {"plans: [{slug: a, price: 1}]", "price must be left out"},
      {"plans: [{slug: a, limits: 1}]", "limits must be an object"},
      {"plans: [{slug: a, listed: 1}]", "listed must be true or false"},
      {"plans: [{slug: a, limits: {maxAgents: 1.5}}]", "maxAgents must be"},
      {"plans: [{slug: a, limits: {maxAgents: -1}}]", "maxAgents must be"},
      {"plans: [{slug: a, pricing: {monthly: x}}]", "monthly must be"},
      {"plans: [{slug: a, pricing: {monthly: [1]}}]", "monthly must be"},
      {"plans: [{slug: a, models: {llm: x}}]", "llm must be a list"},
      {"plans: [{slug: a}, {slug: b, models: {tts: [1]}}]",
          "plans[1]: tts must be a list"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (load (table[i].text, &error));
    g_assert_nonnull (strstr (error->message, table[i].expected));
    g_assert_nonnull (strstr (error->message, ".yaml"));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plan/default", test_default);
  g_test_add_func ("/plan/tiers", test_tiers);
  g_test_add_func ("/plan/shipped", test_shipped);
  g_test_add_func ("/plan/wrong", test_wrong);
  return g_test_run ();
}
