/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "plan.h"
#include "voice-providers.h"

#include "server/agents/agent.h"

G_BEGIN_DECLS

/* Whether an agent can take calls, in Voicex's terms. */

/* Whether the models of @agent that are not of accounts of its app are on
 * @plan. @ret_reason: otherwise, which one is not. (transfer full) */
gboolean vowel_agent_status_is_on_plan (const VowelAgent *agent,
    const VowelPlan *plan, VowelVoiceProviders *providers, gchar **ret_reason);
/* "inactive", "paused_provider", "paused_plan" or "active". @ret_reason:
 * (nullable): why it is paused. (transfer full) */
const gchar *vowel_agent_status_get (const VowelAgent *agent,
    const VowelPlan *plan, VowelVoiceProviders *providers, gchar **ret_reason);

G_END_DECLS
