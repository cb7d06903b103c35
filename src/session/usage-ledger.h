/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "engine.h"

G_BEGIN_DECLS

/**
 * VowelUsageLedger:
 *
 * What each provider did and how much of it: requests, tokens, characters and
 * seconds. One is kept for each session; it counts only up. Reference counted;
 * any thread.
 */
typedef struct _VowelUsageLedger VowelUsageLedger;

VowelUsageLedger *vowel_usage_ledger_new (void);
VowelUsageLedger *vowel_usage_ledger_ref (VowelUsageLedger *ledger);
void vowel_usage_ledger_unref (VowelUsageLedger *ledger);

/* Adds to what the provider has done before in that stage. */
void vowel_usage_ledger_add (
    VowelUsageLedger *ledger, const VowelProviderUsage *usage);
/* Adds all of @other. */
void vowel_usage_ledger_add_all (
    VowelUsageLedger *ledger, VowelUsageLedger *other);
/* (transfer full) (element-type VowelProviderUsage): a copy, by stage and then
 * as they were first used */
GArray *vowel_usage_ledger_list (VowelUsageLedger *ledger);
/* "stt", "llm" or "tts". */
const gchar *vowel_usage_get_stage_name (const VowelProviderUsage *usage);
/* "llm groq: 3 requests, 1204 tokens in (200 cached), 61 out; …"; "nothing"
 * when no provider did anything. */
gchar *vowel_usage_ledger_to_string (VowelUsageLedger *ledger);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelUsageLedger, vowel_usage_ledger_unref)

G_END_DECLS
