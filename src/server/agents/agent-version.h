/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "agent.h"

G_BEGIN_DECLS

/**
 * VowelAgentVersion:
 * @id: a UUID
 * @agent_id: whose it is
 * @app_id: whose that is
 * @created_at: milliseconds since 1970
 * @published_at: milliseconds since 1970; 0 for a draft
 * @number: counted up from 1
 * @prompt: (nullable): the agent's
 * @tools: (element-type VowelAgentTool): the agent's
 *
 * What an agent is told to be and can do, at some time. All else of an agent
 * has no versions.
 */
typedef struct {
  gchar *id;
  gchar *agent_id;
  gchar *app_id;
  gint64 created_at;
  gint64 published_at;
  guint number;
  gchar *prompt;
  GPtrArray *tools;
} VowelAgentVersion;

/* What @agent says. */
VowelAgentVersion *vowel_agent_version_new (
    const VowelAgent *agent, guint number);
void vowel_agent_version_free (VowelAgentVersion *version);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelAgentVersion, vowel_agent_version_free)

/* It says what @agent says. */
void vowel_agent_version_take (
    VowelAgentVersion *version, const VowelAgent *agent);
/* Whether it does. */
gboolean vowel_agent_version_equals (
    const VowelAgentVersion *version, const VowelAgent *agent);
/* Secrets have no versions: those of webhooks that @agent still has become what
 * they are there. Whether any was different. */
gboolean vowel_agent_version_take_secrets (
    VowelAgentVersion *version, const VowelAgent *agent);
/* @agent as it was then. (transfer full) */
VowelAgent *vowel_agent_version_apply (
    const VowelAgentVersion *version, const VowelAgent *agent);
/* "v1" (transfer full) */
gchar *vowel_agent_version_dup_tag (const VowelAgentVersion *version);

/* {publishedAt, number, prompt, tools}, with the secrets of tools left out.
 * (transfer full) */
JsonObject *vowel_agent_version_to_json (const VowelAgentVersion *version);
void vowel_agent_version_restore_json (
    VowelAgentVersion *version, JsonObject *object);

G_END_DECLS
