/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "voicex-private.h"

#include "voicex-json.h"

#include <string.h>

#define DEFAULT_LIMIT 10
#define MAX_LIMIT 50

/* A model that agents could use. */
typedef struct {
  const VowelVoiceProvider *provider;
  const VowelVoiceModel *model;
  gboolean allowed;
} Offer;

static gboolean
may_use (const VowelAccount *account, const VowelVoiceProvider *provider,
    const gchar *model)
{
  /* What it pays for itself is its own business; how it hears is no matter of
   * plans. */
  return provider->app_id != NULL || provider->stage == VOWEL_PLAN_STT
         || vowel_plan_has_model (
             account->plan, provider->stage, provider->key, model);
}

static gboolean
has_text (const gchar *text, const gchar *wanted)
{
  g_autofree gchar *folded = g_utf8_casefold (text, -1);

  return strstr (folded, wanted) != NULL;
}

/* @wanted: folded */
static gboolean
matches (const Offer *offer, const gchar *wanted)
{
  return has_text (offer->model->label, wanted)
         || has_text (offer->model->id, wanted)
         || has_text (offer->provider->key, wanted)
         || has_text (offer->provider->name, wanted);
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  const Offer *first = a, *second = b;

  if (first->allowed != second->allowed)
    return first->allowed ? -1 : 1;
  if ((first->provider->app_id != NULL) != (second->provider->app_id != NULL))
    return first->provider->app_id != NULL ? -1 : 1;
  return g_utf8_collate (first->model->label, second->model->label);
}

static GArray *
find_offers (GPtrArray *providers, const VowelAccount *account,
    VowelPlanStage stage, const gchar *wanted)
{
  GArray *offers = g_array_new (FALSE, FALSE, sizeof (Offer));

  for (guint i = 0; i < providers->len; i++) {
    const VowelVoiceProvider *provider = g_ptr_array_index (providers, i);

    for (guint j = 0; j < provider->models->len; j++) {
      Offer offer = {provider, g_ptr_array_index (provider->models, j)};

      if (provider->stage != stage || !provider->active
          || !matches (&offer, wanted))
        continue;
      offer.allowed = may_use (account, provider, offer.model->id);
      g_array_append_val (offers, offer);
    }
  }
  g_array_sort (offers, compare);
  return offers;
}

static JsonObject *
offer_to_json (const Offer *offer, VowelPlans *plans)
{
  const VowelVoiceProvider *provider = offer->provider;
  JsonObject *item = json_object_new ();
  const VowelPlan *plan =
      offer->allowed ? NULL
                     : vowel_plans_find_cheapest (plans, provider->stage,
                         provider->key, offer->model->id);

  vowel_voicex_set_id (item, "providerId", provider->id);
  json_object_set_string_member (item, "providerKey", provider->key);
  json_object_set_string_member (item, "providerName", provider->name);
  json_object_set_string_member (item, "modelId", offer->model->id);
  json_object_set_string_member (item, "label", offer->model->label);
  json_object_set_string_member (
      item, "description", offer->model->description);
  json_object_set_string_member (
      item, "category", vowel_plan_stage_get_name (provider->stage));
  json_object_set_string_member (
      item, "source", provider->app_id != NULL ? "custom" : "platform");
  json_object_set_boolean_member (item, "allowed", offer->allowed);
  if (plan != NULL)
    json_object_set_string_member (item, "requiredPlan", plan->slug);
  return item;
}

static JsonObject *
make_page (GArray *offers, const VowelVoicexPage *page, VowelPlans *plans)
{
  JsonArray *items = json_array_new ();
  JsonObject *answer = json_object_new ();
  guint end = MIN (offers->len, page->skip + page->limit);

  for (guint i = page->skip; i < end; i++)
    json_array_add_object_element (
        items, offer_to_json (&g_array_index (offers, Offer, i), plans));
  json_object_set_array_member (answer, "items", items);
  json_object_set_int_member (answer, "total", offers->len);
  json_object_set_boolean_member (answer, "hasMore", end < offers->len);
  json_object_set_int_member (answer, "skip", page->skip);
  json_object_set_int_member (answer, "limit", page->limit);
  return answer;
}

void
vowel_voicex_on_search_models (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  g_autoptr (VowelAccount) account = vowel_voicex_begin (self, request);
  const gchar *category = vowel_request_get_query (request, "category");
  const gchar *query = vowel_request_get_query (request, "q");
  g_autofree gchar *wanted = NULL;
  g_autoptr (GPtrArray) providers = NULL;
  g_autoptr (GArray) offers = NULL;
  g_autoptr (GError) error = NULL;
  VowelPlanStage stage = VOWEL_PLAN_LLM;
  VowelVoicexPage page;

  if (account == NULL)
    return;
  if (category != NULL && !vowel_plan_stage_parse (category, &stage)) {
    vowel_voicex_reply_error (request->message, SOUP_STATUS_BAD_REQUEST,
        "category must be llm, tts or stt");
    return;
  }
  if (query == NULL)
    query = vowel_request_get_query (request, "query");
  wanted = g_utf8_casefold (query != NULL ? query : "", -1);
  page = vowel_voicex_get_page (request, DEFAULT_LIMIT, MAX_LIMIT);
  providers = vowel_voice_providers_list (
      self->providers, account->app->id, FALSE, &error);
  if (providers == NULL) {
    vowel_voicex_reply_gerror (request->message, error);
    return;
  }
  offers = find_offers (providers, account, stage, wanted);
  vowel_http_reply_json (request->message, SOUP_STATUS_OK,
      make_page (offers, &page, vowel_accounts_get_plans (self->accounts)));
}

/* --- the plan --- */

/* "provider/model" of all that the plan has here; where it is about what is not
 * installed, as the plan says it. */
static JsonArray *
list_models (GPtrArray *providers, const VowelPlan *plan, VowelPlanStage stage)
{
  JsonArray *models = json_array_new ();

  for (guint i = 0; plan->models[stage][i] != NULL; i++)
    if (strchr (plan->models[stage][i], '*') == NULL)
      json_array_add_string_element (models, plan->models[stage][i]);
  for (guint i = 0; i < providers->len; i++) {
    const VowelVoiceProvider *provider = g_ptr_array_index (providers, i);

    for (guint j = 0; provider->stage == stage && provider->app_id == NULL
                      && j < provider->models->len;
         j++) {
      const VowelVoiceModel *model = g_ptr_array_index (provider->models, j);
      g_autofree gchar *name =
          g_strconcat (provider->key, "/", model->id, NULL);

      if (vowel_plan_has_model (plan, stage, provider->key, model->id)
          && !g_strv_contains (
              (const gchar *const *) plan->models[stage], name))
        json_array_add_string_element (models, name);
    }
  }
  return models;
}

void
vowel_voicex_on_get_plan (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  g_autoptr (VowelAccount) account = vowel_voicex_begin (self, request);
  g_autoptr (GPtrArray) providers = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *plan, *models;

  if (account == NULL)
    return;
  providers = vowel_voice_providers_list (
      self->providers, account->app->id, FALSE, &error);
  if (providers == NULL) {
    vowel_voicex_reply_gerror (request->message, error);
    return;
  }
  plan = vowel_plan_to_json (account->plan);
  models = json_object_new ();
  for (guint i = 0; i < VOWEL_N_PLAN_STAGES; i++)
    json_object_set_array_member (models, vowel_plan_stage_get_name (i),
        list_models (providers, account->plan, i));
  json_object_set_object_member (plan, "models", models);
  vowel_http_reply_json (request->message, SOUP_STATUS_OK, plan);
}
