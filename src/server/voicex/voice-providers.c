/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "voice-providers.h"

#include "model-catalogue.h"

#include "server/config/provider-config.h"
#include "server/store/object-id.h"

struct _VowelVoiceProviders {
  VowelKeyring *keyring;
  VowelRuntimeConfig *runtime;
  GStrv installed[VOWEL_N_PLAN_STAGES];
  gint64 started_at; /* since when the server's own have been there */
};

static const GstVowelProviderKind kinds[VOWEL_N_PLAN_STAGES] = {
    [VOWEL_PLAN_LLM] = GST_VOWEL_PROVIDER_LLM,
    [VOWEL_PLAN_TTS] = GST_VOWEL_PROVIDER_TTS,
    [VOWEL_PLAN_STT] = GST_VOWEL_PROVIDER_STT,
};

VowelVoiceProviders *
vowel_voice_providers_new (VowelKeyring *keyring, VowelRuntimeConfig *runtime)
{
  VowelVoiceProviders *self = g_new0 (VowelVoiceProviders, 1);

  self->keyring = keyring;
  self->runtime = runtime;
  for (guint i = 0; i < VOWEL_N_PLAN_STAGES; i++)
    self->installed[i] = gst_vowel_provider_list (kinds[i]);
  self->started_at = g_get_real_time () / 1000;
  return self;
}

void
vowel_voice_providers_free (VowelVoiceProviders *self)
{
  for (guint i = 0; i < VOWEL_N_PLAN_STAGES; i++)
    g_strfreev (self->installed[i]);
  g_free (self);
}

static const VowelServerConfig *
get_config (VowelVoiceProviders *self)
{
  return vowel_runtime_config_get (self->runtime)->config;
}

const gchar *const *
vowel_voice_providers_get_installed (
    VowelVoiceProviders *self, VowelPlanStage stage)
{
  return (const gchar *const *) self->installed[stage];
}

gboolean
vowel_voice_providers_need_key (VowelPlanStage stage, const gchar *key)
{
  const VowelProviderSetup *setup =
      vowel_provider_setup_find (kinds[stage], key);

  return setup != NULL && setup->needs_key;
}

/* --- models --- */

static gboolean
has_model (GPtrArray *models, const gchar *id)
{
  for (guint i = 0; i < models->len; i++)
    if (g_str_equal (
            ((VowelVoiceModel *) g_ptr_array_index (models, i))->id, id))
      return TRUE;
  return FALSE;
}

/* What the operator has chosen, of the model or the voice. (transfer full)
 * (nullable) */
static gchar *
find_configured (
    VowelVoiceProviders *self, VowelPlanStage stage, const gchar *key)
{
  const VowelServerConfig *config = get_config (self);

  if (stage == VOWEL_PLAN_TTS && config->voice != NULL
      && g_str_equal (vowel_provider_get_name (config, kinds[stage]), key))
    return g_strdup (config->voice);
  return vowel_provider_config_dup_value (config, NULL, kinds[stage], key,
      stage == VOWEL_PLAN_TTS ? "voice" : "model");
}

GPtrArray *
vowel_voice_providers_list_models (
    VowelVoiceProviders *self, VowelPlanStage stage, const gchar *key)
{
  GPtrArray *models =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_voice_model_free);
  g_autofree gchar *configured = find_configured (self, stage, key);
  guint n;
  const VowelCatalogueModel *catalogue = vowel_model_catalogue_list (&n);

  for (guint i = 0; i < n; i++)
    if (catalogue[i].stage == stage && g_str_equal (catalogue[i].provider, key))
      g_ptr_array_add (
          models, vowel_voice_model_new (catalogue[i].id, catalogue[i].label,
                      catalogue[i].description));
  if (configured != NULL && !has_model (models, configured))
    g_ptr_array_insert (
        models, 0, vowel_voice_model_new (configured, NULL, NULL));
  /* One that lets nobody choose still is a model of its own. */
  if (models->len == 0)
    g_ptr_array_add (models, vowel_voice_model_new (key,
                                 vowel_model_catalogue_get_title (key), NULL));
  return models;
}

/* --- providers --- */

static gchar *
make_id (VowelPlanStage stage, const gchar *key)
{
  g_autofree gchar *name = g_strdup_printf (
      "provider/%s/%s", vowel_plan_stage_get_name (stage), key);

  return vowel_object_uuid (name);
}

/* One of the server's. */
static VowelVoiceProvider *
make_global (VowelVoiceProviders *self, VowelPlanStage stage, const gchar *key)
{
  VowelVoiceProvider *provider = vowel_voice_provider_new (
      NULL, stage, key, vowel_model_catalogue_get_title (key));

  g_free (provider->id);
  provider->id = make_id (stage, key);
  g_ptr_array_unref (provider->models);
  provider->models = vowel_voice_providers_list_models (self, stage, key);
  provider->created_at = provider->updated_at = self->started_at;
  return provider;
}

/* Whether the server has what the service needs. */
static gboolean
is_set_up (VowelVoiceProviders *self, VowelPlanStage stage, const gchar *key)
{
  g_autofree gchar *secret = NULL;

  if (!vowel_voice_providers_need_key (stage, key))
    return TRUE;
  secret = vowel_provider_config_dup_key (
      get_config (self), kinds[stage], key, NULL);
  return secret != NULL;
}

static gboolean
is_installed (VowelVoiceProviders *self, VowelPlanStage stage, const gchar *key)
{
  return g_strv_contains ((const gchar *const *) self->installed[stage], key);
}

GPtrArray *
vowel_voice_providers_list (VowelVoiceProviders *self, const gchar *app_id,
    gboolean own, GError **error)
{
  g_autoptr (GPtrArray) accounts = vowel_voice_provider_list (
      vowel_keyring_get_store (self->keyring), app_id, error);
  GPtrArray *providers;

  if (accounts == NULL)
    return NULL;
  providers = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vowel_voice_provider_free);
  for (guint stage = 0; !own && stage < VOWEL_N_PLAN_STAGES; stage++)
    for (guint i = 0; self->installed[stage][i] != NULL; i++)
      if (is_set_up (self, stage, self->installed[stage][i]))
        g_ptr_array_add (
            providers, make_global (self, stage, self->installed[stage][i]));
  g_ptr_array_extend_and_steal (providers, g_steal_pointer (&accounts));
  return providers;
}

VowelVoiceProvider *
vowel_voice_providers_find (VowelVoiceProviders *self, const gchar *app_id,
    const gchar *id, GError **error)
{
  g_autoptr (GPtrArray) providers =
      vowel_voice_providers_list (self, app_id, FALSE, error);
  g_autofree gchar *wanted = vowel_object_hex_check (id);

  if (wanted == NULL)
    wanted = vowel_object_hex_from_uuid (id);
  for (guint i = 0; wanted && providers && i < providers->len; i++) {
    VowelVoiceProvider *provider = g_ptr_array_index (providers, i);
    g_autofree gchar *hex = vowel_object_hex (provider->id);

    if (g_str_equal (hex, wanted))
      return g_ptr_array_steal_index (providers, i);
  }
  return NULL;
}

VowelVoiceProvider *
vowel_voice_providers_find_service (VowelVoiceProviders *self,
    const gchar *app_id, VowelPlanStage stage, const VowelAgentService *service)
{
  const gchar *key = service->provider;

  if (service->provider_id != NULL)
    return vowel_voice_providers_find (
        self, app_id, service->provider_id, NULL);
  if (key == NULL || g_str_equal (key, "auto"))
    key = vowel_provider_get_name (get_config (self), kinds[stage]);
  return is_installed (self, stage, key) && is_set_up (self, stage, key)
             ? make_global (self, stage, key)
             : NULL;
}

/* --- what agents know of them --- */

/* By its id, or its key. */
static VowelVoiceProvider *
find_any (
    VowelVoiceProvidersOfApp *of_app, VowelPlanStage stage, const gchar *id)
{
  VowelVoiceProvider *provider =
      vowel_voice_providers_find (of_app->providers, of_app->app_id, id, NULL);

  if (provider != NULL && provider->stage != stage)
    g_clear_pointer (&provider, vowel_voice_provider_free);
  if (provider == NULL && is_installed (of_app->providers, stage, id)
      && is_set_up (of_app->providers, stage, id))
    provider = make_global (of_app->providers, stage, id);
  return provider;
}

static gboolean
find (gpointer user_data, const gchar *category, const gchar *id,
    VowelAgentProviderRef *ret_ref)
{
  VowelVoiceProvidersOfApp *of_app = user_data;
  VowelPlanStage stage;
  g_autoptr (VowelVoiceProvider) provider =
      vowel_plan_stage_parse (category, &stage) ? find_any (of_app, stage, id)
                                                : NULL;

  if (provider == NULL)
    return FALSE;
  ret_ref->provider = g_strdup (provider->key);
  ret_ref->provider_id =
      provider->app_id != NULL ? g_strdup (provider->id) : NULL;
  return TRUE;
}

/* Of one that is gone the id is still known. */
static void
describe (gpointer user_data, const gchar *category,
    const VowelAgentService *service, const gchar *model, gchar **ret_id,
    gchar **ret_model)
{
  VowelVoiceProvidersOfApp *of_app = user_data;
  VowelPlanStage stage = VOWEL_PLAN_LLM;
  const gchar *key = service->provider;
  g_autoptr (GPtrArray) models = NULL;
  g_autofree gchar *id = g_strdup (service->provider_id);

  vowel_plan_stage_parse (category, &stage);
  if (key == NULL || g_str_equal (key, "auto"))
    key =
        vowel_provider_get_name (get_config (of_app->providers), kinds[stage]);
  if (id == NULL)
    id = make_id (stage, key);
  *ret_id = vowel_object_hex (id);
  if (model != NULL)
    return;
  models = vowel_voice_providers_list_models (of_app->providers, stage, key);
  *ret_model =
      g_strdup (((VowelVoiceModel *) g_ptr_array_index (models, 0))->id);
}

void
vowel_voice_providers_init_of_app (VowelVoiceProvidersOfApp *of_app,
    VowelVoiceProviders *providers, const gchar *app_id)
{
  of_app->providers = providers;
  of_app->app_id = app_id;
  of_app->functions.find = find;
  of_app->functions.describe = describe;
  of_app->functions.user_data = of_app;
}

gboolean
vowel_voice_providers_find_account (const gchar *app_id,
    const VowelAgentService *service, VowelAgentAccount *ret_account,
    gpointer user_data)
{
  VowelVoiceProviders *self = user_data;
  g_autoptr (VowelVoiceProvider) provider =
      vowel_voice_providers_find (self, app_id, service->provider_id, NULL);

  /* Its key is for nobody else's ears. */
  if (provider == NULL || provider->app_id == NULL || !provider->active
      || !g_str_equal (provider->key, service->provider))
    return FALSE;
  ret_account->api_key =
      vowel_voice_provider_open (provider, self->keyring, "apiKey");
  ret_account->base_url =
      vowel_voice_provider_open (provider, self->keyring, "baseUrl");
  return TRUE;
}
