/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "plan.h"

#include "server/store/keyring.h"

G_BEGIN_DECLS

/**
 * VowelVoiceModel:
 * @id: its name for its provider; of a voice, the voice's
 * @label: its name for people
 * @description: what it is good for
 */
typedef struct {
  gchar *id;
  gchar *label;
  gchar *description;
} VowelVoiceModel;

VowelVoiceModel *vowel_voice_model_new (
    const gchar *id, const gchar *label, const gchar *description);
void vowel_voice_model_free (VowelVoiceModel *model);

/**
 * VowelVoiceProvider:
 * @id: a UUID
 * @app_id: (nullable): whose account it is; NULL: the server's, for everybody
 * @stage: what it does
 * @key: which service it is, by its name in the configuration
 * @name: what people call it
 * @models: (element-type VowelVoiceModel): that agents may choose
 * @settings: what its owner has said of it, which is kept as it is
 * @credentials: (nullable): a JSON object of texts, sealed: `apiKey`, `baseUrl`
 * @active: whether agents may use it
 * @created_at: milliseconds since 1970
 * @updated_at: milliseconds since 1970
 *
 * A service that hears, thinks or speaks, in Voicex's terms.
 */
typedef struct {
  gchar *id;
  gchar *app_id;
  VowelPlanStage stage;
  gchar *key;
  gchar *name;
  GPtrArray *models;
  JsonObject *settings;
  gchar *credentials;
  gboolean active;
  gint64 created_at;
  gint64 updated_at;
} VowelVoiceProvider;

/* Active, with an id of its own. @app_id: (nullable) */
VowelVoiceProvider *vowel_voice_provider_new (const gchar *app_id,
    VowelPlanStage stage, const gchar *key, const gchar *name);
void vowel_voice_provider_free (VowelVoiceProvider *provider);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelVoiceProvider, vowel_voice_provider_free)

/* Takes over `name`, `models`, `settings` and `active` of @body, as far as they
 * are there and make sense. */
gboolean vowel_voice_provider_apply (
    VowelVoiceProvider *provider, JsonObject *body, GError **error);
/* {_id, orgId, category, providerKey, name, models, settings, active,
 * createdAt, updatedAt} (transfer full) */
JsonObject *vowel_voice_provider_to_json (const VowelVoiceProvider *provider);
/* [{modelId, label, description}] (transfer full) */
JsonArray *vowel_voice_models_to_json (GPtrArray *models);

/* --- accounts of apps, in the store --- */

/* The oldest first. (transfer full) (element-type VowelVoiceProvider) */
GPtrArray *vowel_voice_provider_list (
    VowelStore *store, const gchar *app_id, GError **error);
/* Fails with CONFLICT when another one of the app has the name. */
void vowel_voice_provider_put (VowelStore *store,
    const VowelVoiceProvider *provider, GAsyncReadyCallback callback,
    gpointer user_data);
void vowel_voice_provider_delete (VowelStore *store,
    const VowelVoiceProvider *provider, GAsyncReadyCallback callback,
    gpointer user_data);
/* @credentials: an object of texts */
void vowel_voice_provider_seal (VowelVoiceProvider *provider,
    VowelKeyring *keyring, JsonObject *credentials);
/* (transfer full) (nullable): that credential */
gchar *vowel_voice_provider_open (const VowelVoiceProvider *provider,
    VowelKeyring *keyring, const gchar *name);

G_END_DECLS
