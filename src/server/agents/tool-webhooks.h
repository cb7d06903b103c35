/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "agent.h"

#include "server/companion.h"

G_BEGIN_DECLS

/* Executes the tools of @agent that have a webhook: each call becomes
 *
 *   POST url
 *   {"tool", "callId", "arguments": {…}, "sessionId", "agentId"}
 *
 * and what comes back, as text, is the tool's output; a failure is one that
 * says so. (transfer full) (nullable): NULL when it has none such */
VowelCompanion *vowel_tool_webhooks_new (VowelAgent *agent);

G_END_DECLS
