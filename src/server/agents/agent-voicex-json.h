/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "agent.h"

G_BEGIN_DECLS

/**
 * VowelAgentProviderRef:
 * @provider: (nullable): its name in our configuration; NULL: the server's
 * @provider_id: (nullable): of the app's own account, a UUID; NULL: everybody's
 *
 * What the id of a provider stands for. Its strings belong to whoever asks.
 */
typedef struct {
  gchar *provider;
  gchar *provider_id;
} VowelAgentProviderRef;

/**
 * VowelAgentProviders:
 * @find: the provider of @category ("llm", "tts", "stt") that @id names, 24
 *   hexadecimal digits, or its key as in "groq"; %FALSE when there is none that
 *   the app may use
 * @describe: the id of what @service stands for, and its model, or voice, where
 *   @model is %NULL: the one that the server has. Both (transfer full)
 *   (nullable)
 * @user_data: for both
 *
 * Voicex's clients know providers by the ids of records; agents know them by
 * name.
 */
typedef struct {
  gboolean (*find) (gpointer user_data, const gchar *category, const gchar *id,
      VowelAgentProviderRef *ret_ref);
  void (*describe) (gpointer user_data, const gchar *category,
      const VowelAgentService *service, const gchar *model, gchar **ret_id,
      gchar **ret_model);
  gpointer user_data;
} VowelAgentProviders;

/* An agent as Voicex's REST API shows it, and what becomes of one there. Errors
 * are #VOWEL_ERROR, with the field as Voicex's clients know it. What Voicex has
 * no word for stays as others have set it. */

/* With Voicex' defaults. (transfer full) */
VowelAgent *vowel_agent_voicex_new (const gchar *app_id, JsonObject *object,
    const VowelAgentProviders *providers, GError **error);
/* What a PATCH says becomes part of @agent, which is a copy: it is unusable
 * after an error. */
gboolean vowel_agent_voicex_apply (VowelAgent *agent, JsonObject *object,
    const VowelAgentProviders *providers, GError **error);
/* Without `status` and `pauseReason`, which follow from plans. (transfer full)
 */
JsonObject *vowel_agent_voicex_to_json (
    const VowelAgent *agent, const VowelAgentProviders *providers);

G_END_DECLS
