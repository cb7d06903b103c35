/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "plan-private.h"

#include "server/config/config-error.h"
#include "server/config/config-yaml.h"

/* A member of a plan that is a number. */
typedef struct {
  const gchar *group;
  const gchar *name;
  gsize offset;
  gboolean whole; /* guint, else gdouble */
} Number;

#define AT(field) G_STRUCT_OFFSET (VowelPlan, field)
static const Number numbers[] = {
    {"pricing", "monthly", AT (monthly), FALSE},
    {"pricing", "monthlyMaxDiscount", AT (monthly_max_discount), FALSE},
    {"pricing", "annual", AT (annual), FALSE},
    {"pricing", "annualMaxDiscount", AT (annual_max_discount), FALSE},
    {"limits", "maxAgents", AT (max_agents), TRUE},
    {"limits", "maxConcurrentCalls", AT (max_calls), TRUE},
    {"limits", "maxCallDurationSec", AT (max_call_s), TRUE},
    {"limits", "maxMonthlyMinutes", AT (max_minutes), TRUE},
    {"features", "maxCustomProviders", AT (max_providers), TRUE},
};

static const gchar *const groups[] = {
    "pricing", "limits", "features", "models", NULL};
static const gchar *const members[] = {"slug", "name", "description", "pricing",
    "limits", "features", "models", "listed", "custom", NULL};

static gboolean
refuse (const gchar *member, const gchar *expected, GError **error)
{
  g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
      "%s must be %s", member, expected);
  return FALSE;
}

static gboolean
read_text (
    JsonObject *object, const gchar *name, gchar **ret_text, GError **error)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL)
    return TRUE;
  if (json_node_get_value_type (node) != G_TYPE_STRING)
    return refuse (name, "a text", error);
  *ret_text = json_node_dup_string (node);
  return TRUE;
}

static gboolean
read_boolean (
    JsonObject *object, const gchar *name, gboolean *ret_value, GError **error)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL)
    return TRUE;
  if (json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return refuse (name, "true or false", error);
  *ret_value = json_node_get_boolean (node);
  return TRUE;
}

/* (nullable): left out */
static JsonObject *
get_group (JsonObject *object, const gchar *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL ? json_node_get_object (node) : NULL;
}

static gboolean
check_members (JsonObject *object, GError **error)
{
  g_autoptr (GList) names = json_object_get_members (object);

  for (GList *name = names; name != NULL; name = name->next) {
    if (!g_strv_contains (members, name->data))
      return refuse (name->data, "left out: plans have no such member", error);
    if (g_strv_contains (groups, name->data)
        && !JSON_NODE_HOLDS_OBJECT (
            json_object_get_member (object, name->data)))
      return refuse (name->data, "an object", error);
  }
  return TRUE;
}

static gboolean
read_number (
    JsonObject *object, const Number *number, VowelPlan *plan, GError **error)
{
  JsonObject *group = get_group (object, number->group);
  JsonNode *node = group ? json_object_get_member (group, number->name) : NULL;
  gdouble value;

  if (node == NULL)
    return TRUE;
  value = json_node_get_value_type (node) == G_TYPE_INT64
                  || json_node_get_value_type (node) == G_TYPE_DOUBLE
              ? json_node_get_double (node)
              : -1;
  if (!(value >= 0 && value <= G_MAXINT32)
      || (number->whole && value != (guint) value))
    return refuse (number->name,
        number->whole ? "a whole number from 0" : "a number from 0", error);
  if (number->whole)
    G_STRUCT_MEMBER (guint, plan, number->offset) = (guint) value;
  else
    G_STRUCT_MEMBER (gdouble, plan, number->offset) = value;
  return TRUE;
}

static gboolean
read_models (
    JsonObject *object, VowelPlanStage stage, VowelPlan *plan, GError **error)
{
  const gchar *name = vowel_plan_stage_get_name (stage);
  JsonObject *group = get_group (object, "models");
  JsonNode *node = group ? json_object_get_member (group, name) : NULL;
  g_autoptr (GStrvBuilder) models = g_strv_builder_new ();

  if (node != NULL && !JSON_NODE_HOLDS_ARRAY (node))
    return refuse (name, "a list of provider/model", error);
  for (guint i = 0;
       node && i < json_array_get_length (json_node_get_array (node)); i++) {
    JsonNode *element = json_array_get_element (json_node_get_array (node), i);

    if (json_node_get_value_type (element) != G_TYPE_STRING)
      return refuse (name, "a list of provider/model", error);
    g_strv_builder_add (models, json_node_get_string (element));
  }
  plan->models[stage] = g_strv_builder_end (models);
  return TRUE;
}

static VowelPlan *
read_plan (JsonNode *node, GError **error)
{
  g_autoptr (VowelPlan) plan = g_new0 (VowelPlan, 1);
  JsonObject *object;

  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    refuse ("each of plans", "an object", error);
    return NULL;
  }
  object = json_node_get_object (node);
  plan->listed = TRUE;
  if (!check_members (object, error)
      || !read_text (object, "slug", &plan->slug, error)
      || !read_text (object, "name", &plan->name, error)
      || !read_text (object, "description", &plan->description, error)
      || !read_boolean (object, "listed", &plan->listed, error)
      || !read_boolean (object, "custom", &plan->custom, error))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (!read_number (object, &numbers[i], plan, error))
      return NULL;
  for (guint i = 0; i < VOWEL_N_PLAN_STAGES; i++)
    if (!read_models (object, i, plan, error))
      return NULL;
  if (plan->slug == NULL || *plan->slug == '\0') {
    refuse ("slug", "there: a plan's name for programs", error);
    return NULL;
  }
  if (plan->name == NULL)
    plan->name = g_strdup (plan->slug);
  return g_steal_pointer (&plan);
}

static VowelPlans *
read_plans (JsonNode *root, GError **error)
{
  JsonNode *node =
      json_object_get_member (json_node_get_object (root), "plans");
  g_autoptr (GPtrArray) list =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_plan_free);
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node)
                         ? json_node_get_array (node)
                         : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    VowelPlan *plan = read_plan (json_array_get_element (array, i), error);

    if (plan == NULL) {
      g_prefix_error (error, "plans[%u]: ", i);
      return NULL;
    }
    g_ptr_array_add (list, plan);
  }
  if (list->len == 0) {
    refuse ("plans", "a list of one plan at least", error);
    return NULL;
  }
  return vowel_plans_new (g_steal_pointer (&list));
}

VowelPlans *
vowel_plans_load (const gchar *path, GError **error)
{
  g_autofree gchar *text = NULL;
  gsize length;
  g_autoptr (JsonNode) root = NULL;
  VowelPlans *plans = NULL;

  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;
  root = vowel_yaml_parse (text, length, error);
  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    plans = read_plans (root, error);
  else if (root != NULL)
    refuse ("the file", "an object with plans", error);
  if (plans == NULL)
    g_prefix_error (error, "%s: ", path);
  return plans;
}
