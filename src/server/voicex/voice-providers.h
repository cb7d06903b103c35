/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "voice-provider.h"

#include "server/agents/agent-voicex-json.h"
#include "server/agents/agents.h"

G_BEGIN_DECLS

/**
 * VowelVoiceProviders:
 *
 * The services that agents may choose: those that the server has for
 * everybody, and the accounts that apps have themselves. Used where HTTP is
 * answered.
 */
typedef struct _VowelVoiceProviders VowelVoiceProviders;

/* Both must outlive it. */
VowelVoiceProviders *vowel_voice_providers_new (
    VowelKeyring *keyring, VowelRuntimeConfig *runtime);
void vowel_voice_providers_free (VowelVoiceProviders *providers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelVoiceProviders, vowel_voice_providers_free)

/* The names of what is installed for @stage. (transfer none) */
const gchar *const *vowel_voice_providers_get_installed (
    VowelVoiceProviders *providers, VowelPlanStage stage);
/* Whether the service is of no use without a key. */
gboolean vowel_voice_providers_need_key (
    VowelPlanStage stage, const gchar *key);
/* What is known of a service's models, whoever's account it is. (transfer full)
 * (element-type VowelVoiceModel) */
GPtrArray *vowel_voice_providers_list_models (
    VowelVoiceProviders *providers, VowelPlanStage stage, const gchar *key);

/* Those that @app_id may use: the server's first, unless @own. (transfer full)
 * (element-type VowelVoiceProvider) */
GPtrArray *vowel_voice_providers_list (VowelVoiceProviders *providers,
    const gchar *app_id, gboolean own, GError **error);
/* One of them. @id: 24 digits, or a UUID. NULL without an error: there is none.
 * (transfer full) (nullable) */
VowelVoiceProvider *vowel_voice_providers_find (VowelVoiceProviders *providers,
    const gchar *app_id, const gchar *id, GError **error);
/* The one that does a part of an agent's work. NULL: it is gone. (transfer
 * full) (nullable) */
VowelVoiceProvider *vowel_voice_providers_find_service (
    VowelVoiceProviders *providers, const gchar *app_id, VowelPlanStage stage,
    const VowelAgentService *service);

/**
 * VowelVoiceProvidersOfApp:
 *
 * What is needed to show agents of an app and to change them.
 */
typedef struct {
  VowelVoiceProviders *providers;
  const gchar *app_id;
  VowelAgentProviders functions;
} VowelVoiceProvidersOfApp;

void vowel_voice_providers_init_of_app (VowelVoiceProvidersOfApp *of_app,
    VowelVoiceProviders *providers, const gchar *app_id);
/* See vowel_agents_set_account_func(); @user_data: the providers */
gboolean vowel_voice_providers_find_account (const gchar *app_id,
    const VowelAgentService *service, VowelAgentAccount *ret_account,
    gpointer user_data);

G_END_DECLS
