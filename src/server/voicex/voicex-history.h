/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/companion.h"
#include "server/store/store.h"

G_BEGIN_DECLS

/* How many messages are remembered, and for how long after the last one. */
#define VOWEL_VOICEX_HISTORY_LENGTH 20
#define VOWEL_VOICEX_HISTORY_HOURS 24

/**
 * VowelVoicexHistory:
 *
 * What was said in the sessions of clients that may come back, in the store:
 * documents of the kind "history". A key is good with the agent of the app that
 * it was given for, and with no other. Made and asked on the thread that has
 * the store; outlives the sessions that it keeps.
 */
typedef struct _VowelVoicexHistory VowelVoicexHistory;

VowelVoicexHistory *vowel_voicex_history_new (VowelStore *store);
void vowel_voicex_history_free (VowelVoicexHistory *history);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelVoicexHistory, vowel_voicex_history_free)

/* What was said before, oldest first; nothing for a key that nobody was given,
 * or too long ago. @agent_id: (nullable). (transfer full) (element-type
 * VowelItem) */
GPtrArray *vowel_voicex_history_load (VowelVoicexHistory *history,
    const gchar *app_id, const gchar *agent_id, const gchar *key);
/* Goes along with a session, and remembers what is said there: of answers that
 * were interrupted what was heard. (transfer full) */
VowelCompanion *vowel_voicex_history_keep (VowelVoicexHistory *history,
    const gchar *app_id, const gchar *agent_id, const gchar *key);

G_END_DECLS
