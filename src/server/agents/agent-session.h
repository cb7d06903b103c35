/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "agents.h"

#include "server/sessions/session-request.h"

G_BEGIN_DECLS

/**
 * VowelAgentTools:
 * @VOWEL_AGENT_TOOLS_OF_CLIENT: the connection that begins the session
 * @VOWEL_AGENT_TOOLS_OF_SERVERS: whatever backend joins it, now or later
 * @VOWEL_AGENT_TOOLS_OF_NOBODY: there are none such
 *
 * Who executes an agent's tools that have no webhook.
 */
typedef enum {
  VOWEL_AGENT_TOOLS_OF_CLIENT,
  VOWEL_AGENT_TOOLS_OF_SERVERS,
  VOWEL_AGENT_TOOLS_OF_NOBODY,
} VowelAgentTools;

/**
 * VowelAgentOverrides:
 * @version_id: (nullable): of the agent; NULL: the one in use
 * @prompt: (nullable): instead of the agent's
 * @first_message: (nullable): instead of the agent's; "" for none
 * @variables: (nullable) (element-type utf8 utf8): what stands for {{name}} in
 *   prompt and first message
 * @outbound: it is us who calls
 * @tools: who executes what has no webhook
 *
 * What is different in one session. Its strings belong to whoever asks.
 */
typedef struct {
  const gchar *version_id;
  const gchar *prompt;
  const gchar *first_message;
  GHashTable *variables;
  gboolean outbound;
  VowelAgentTools tools;
} VowelAgentOverrides;

/* A session with @agent: app, agent, configuration, behaviours, limits, tools,
 * and companions that execute webhooks. What remains is the wire API's: face,
 * source, formats, lead, history. @overrides: (nullable). @ret_snapshot: what
 * it begins with. Fails with #VOWEL_STORE_ERROR when there is no such version,
 * with #VOWEL_ERROR when the server cannot do what the agent wants. Whether the
 * agent takes calls at all (`active`) is the caller's to ask. (transfer full)
 * of both */
VowelSessionRequest *vowel_agent_session_request (VowelAgents *agents,
    VowelAgent *agent, const VowelAgentOverrides *overrides,
    VowelConfigSnapshot **ret_snapshot, GError **error);

/* The same for a session that a client has asked for by itself: what the agent
 * says takes the place of what @request says. */
gboolean vowel_agent_session_apply (VowelAgents *agents, VowelAgent *agent,
    const VowelAgentOverrides *overrides, VowelSessionRequest *request,
    VowelConfigSnapshot **ret_snapshot, GError **error);

/* @text with each {{name}} replaced by what @variables (nullable) has for it;
 * what it does not have stays. (transfer full) */
gchar *vowel_agent_fill_in (const gchar *text, GHashTable *variables);
/* What the model of @agent is told. (transfer full) */
gchar *vowel_agent_make_instructions (
    const VowelAgent *agent, GHashTable *variables);

G_END_DECLS
