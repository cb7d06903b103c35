/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session/usage-ledger.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What providers did, an object for each. (transfer full) */
JsonArray *vowel_usage_to_json (VowelUsageLedger *ledger);
gchar *vowel_usage_to_json_text (VowelUsageLedger *ledger);

G_END_DECLS
