/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "accounts.h"
#include "voicex.h"

#include "server/agents/agents.h"
#include "server/http/routes.h"
#include "server/sessions/doorway.h"

G_BEGIN_DECLS

/**
 * VowelVoicexVoice:
 *
 * The WebSocket /ws/voice, over which Voicex's clients talk to agents. Whoever
 * may not is told so by a close code after the handshake, as browsers see
 * nothing else. The accepting thread.
 */
typedef struct _VowelVoicexVoice VowelVoicexVoice;

/* All must outlive it; it must outlive the sessions that it begins. */
VowelVoicexVoice *vowel_voicex_voice_new (VowelDoorway *doorway,
    VowelAccounts *accounts, VowelAgents *agents,
    VowelVoiceProviders *providers, VowelVoicex *voicex);
void vowel_voicex_voice_free (VowelVoicexVoice *voice);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelVoicexVoice, vowel_voicex_voice_free)

/* Its routes; their user data is the VowelVoicexVoice. */
const VowelRoute *vowel_voicex_voice_get_routes (void);

G_END_DECLS
