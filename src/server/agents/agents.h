/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "agent-version.h"
#include "agent.h"

#include "server/config/runtime-config.h"
#include "server/store/keyring.h"

G_BEGIN_DECLS

/**
 * VowelAgents:
 *
 * The agents of all apps, in the store: documents of the kind "agent", with
 * their versions beside them. Errors are #VOWEL_STORE_ERROR. The accepting
 * thread only.
 */
typedef struct _VowelAgents VowelAgents;

/**
 * VowelAgentAccount:
 * @api_key: (nullable): for the provider
 * @base_url: (nullable): where it is
 *
 * An app's own account with a provider. Its strings belong to whoever asks.
 */
typedef struct {
  gchar *api_key;
  gchar *base_url;
} VowelAgentAccount;

/* The account of @app_id that @service names, which is with its provider.
 * %FALSE: there is none such, or it is switched off. */
typedef gboolean (*VowelAgentAccountFunc) (const gchar *app_id,
    const VowelAgentService *service, VowelAgentAccount *ret_account,
    gpointer user_data);

/* Both must outlive it. */
VowelAgents *vowel_agents_new (
    VowelKeyring *keyring, VowelRuntimeConfig *runtime);
void vowel_agents_free (VowelAgents *agents);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelAgents, vowel_agents_free)

/* Where the accounts are that #VowelAgentService names; until then there are
 * none. */
void vowel_agents_set_account_func (
    VowelAgents *agents, VowelAgentAccountFunc func, gpointer user_data);
gboolean vowel_agents_find_account (VowelAgents *agents, const gchar *app_id,
    const VowelAgentService *service, VowelAgentAccount *ret_account);
/* (transfer none) */
VowelRuntimeConfig *vowel_agents_get_runtime (VowelAgents *agents);

/* Of one app, the oldest first. (transfer full) (element-type VowelAgent) */
GPtrArray *vowel_agents_list (
    VowelAgents *agents, const gchar *app_id, GError **error);
/* @id: a UUID, or the 24 hexadecimal digits that Voicex knows it by. @app_id:
 * (nullable): whose it must be; of another app it is not found. (transfer full)
 */
VowelAgent *vowel_agents_get (
    VowelAgents *agents, const gchar *app_id, const gchar *id, GError **error);
/* Who answers when nobody is asked for: the oldest that is active. (transfer
 * full) */
VowelAgent *vowel_agents_get_default (
    VowelAgents *agents, const gchar *app_id, GError **error);

/* See vowel_store_catch_up(). For requests with the method PATCH it is done
 * before they are handed to a route. */
void vowel_agents_catch_up (VowelAgents *agents);

/* Whether the providers of @agent are installed, have their keys and know what
 * is said about them. Fails with #VOWEL_ERROR, and the field "llm", "voice" or
 * "stt" where it is known. */
gboolean vowel_agents_check (
    VowelAgents *agents, const VowelAgent *agent, GError **error);
/* Writes @agent, new or changed; its times become those of now. @publish: what
 * it says holds for the sessions that begin from now on; otherwise a change of
 * prompt or tools waits in a draft (see #VowelAgentVersion) until that is
 * published. The first version is always published. Ends as writes of the store
 * do. */
void vowel_agents_put (VowelAgents *agents, VowelAgent *agent, gboolean publish,
    GAsyncReadyCallback callback, gpointer user_data);
/* The same in two steps, for those who make their answer of what is written:
 * after the first @agent has its times and its version. (transfer full)
 * (element-type VowelDocument) */
GPtrArray *vowel_agents_prepare (
    VowelAgents *agents, VowelAgent *agent, gboolean publish);
void vowel_agents_write (VowelAgents *agents, GPtrArray *documents,
    GAsyncReadyCallback callback, gpointer user_data);
/* With its versions. */
void vowel_agents_delete (VowelAgents *agents, const VowelAgent *agent,
    GAsyncReadyCallback callback, gpointer user_data);

/* Versions of an agent that are kept. */
#define VOWEL_AGENT_MAX_VERSIONS 50

/* The newest first. (transfer full) (element-type VowelAgentVersion) */
GPtrArray *vowel_agents_list_versions (
    VowelAgents *agents, const VowelAgent *agent, GError **error);
/* (transfer full) */
VowelAgentVersion *vowel_agents_get_version (VowelAgents *agents,
    const VowelAgent *agent, const gchar *version_id, GError **error);
/* Sessions use it from now on. Fails with CONFLICT when it is published
 * already. @version and @agent are changed. */
void vowel_agents_publish (VowelAgents *agents, VowelAgent *agent,
    VowelAgentVersion *version, GAsyncReadyCallback callback,
    gpointer user_data);
/* Whether sessions do not use yet what @agent says. */
gboolean vowel_agents_has_draft (VowelAgents *agents, const VowelAgent *agent);
/* @agent as it is in its sessions: as of @version_id, or (NULL) of the version
 * that is in use. (transfer full) */
VowelAgent *vowel_agents_resolve (VowelAgents *agents, VowelAgent *agent,
    const gchar *version_id, GError **error);

G_END_DECLS
