/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "agents.h"

G_BEGIN_DECLS

/* What sessions of @agent begin with: the server's configuration with the
 * agent's providers, models and voice. Fails with #VOWEL_ERROR, and the field
 * "llm", "fallbackLlm", "voice" or "stt" where it is known. (transfer full) */
VowelConfigSnapshot *vowel_agent_choice_derive (
    VowelAgents *agents, const VowelAgent *agent, GError **error);

G_END_DECLS
