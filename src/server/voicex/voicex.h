/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "accounts.h"
#include "voice-providers.h"

#include "server/http/routes.h"
#include "server/sessions/session-manager.h"

G_BEGIN_DECLS

/**
 * VowelVoicex:
 *
 * The REST API that Voicex has for its clients and its dashboard. Reference
 * counted; the thread that answers HTTP.
 */
typedef struct _VowelVoicex VowelVoicex;

/* All must outlive it. */
VowelVoicex *vowel_voicex_new (VowelAccounts *accounts, VowelAgents *agents,
    VowelVoiceProviders *providers, VowelSessionManager *manager);
VowelVoicex *vowel_voicex_ref (VowelVoicex *voicex);
void vowel_voicex_unref (VowelVoicex *voicex);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelVoicex, vowel_voicex_unref)

/* A session is over, whoever's it was. */
void vowel_voicex_note_call (VowelVoicex *voicex, const VowelCall *call);
/* Whether @account may begin one more call now. FALSE: @ret_reason says why
 * not. (transfer full) */
gboolean vowel_voicex_may_call (
    VowelVoicex *voicex, const VowelAccount *account, gchar **ret_reason);
/* Its routes; their user data is the VowelVoicex. */
const VowelRoute *vowel_voicex_get_routes (void);
/* Those with which the operator lets organizations in and gives them plans. */
const VowelRoute *vowel_voicex_get_operator_routes (void);

G_END_DECLS
