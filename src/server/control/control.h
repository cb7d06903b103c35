/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/agents/agents.h"
#include "server/http/routes.h"
#include "server/store/keyring.h"

G_BEGIN_DECLS

/**
 * VowelControl:
 *
 * What an operator manages over HTTP: apps, their keys, keys of providers; and
 * the tokens of apps. The accepting thread.
 */
typedef struct _VowelControl VowelControl;

/* Opens the store that @config names; without a name,
 * one in the user's data folder (or the state folder that systemd gives). */
VowelControl *vowel_control_new (VowelServerConfig *config, GError **error);
/* For requests that come from now on; it keeps the store that it has. */
void vowel_control_set_config (
    VowelControl *control, VowelServerConfig *config);
void vowel_control_free (VowelControl *control);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelControl, vowel_control_free)

VowelKeyring *vowel_control_get_keyring (VowelControl *control);
/* Before its routes are served; they must outlive it. */
void vowel_control_set_agents (VowelControl *control, VowelAgents *agents);
/* Whether the key of @grant may make one more token now; else the answer has
 * been given. */
gboolean vowel_control_may_mint (
    VowelControl *control, SoupServerMessage *message, const VowelGrant *grant);
/* Writes down a session that is over, as far as the configuration wants. */
void vowel_control_keep_call (VowelControl *control, VowelCall *call);
/* Writes down what somebody did to it, or wanted to. */
void vowel_control_audit (VowelControl *control, const VowelAuditEntry *entry);
/* Its routes, all below /api and /vowel; their user data is the control. */
const VowelRoute *vowel_control_get_routes (void);

/* The store and its keys alone, for commands. */
VowelKeyring *vowel_control_open_keyring (
    const VowelServerConfig *config, GError **error);

G_END_DECLS
