/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/store/store.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* A call as Vatel's REST API shows it. @is_over: it has been recorded; of one
 * that goes on only what was known at its beginning is looked at. What was said
 * is shown when it was read. (transfer full) */
JsonObject *vowel_vatel_call_to_json (const VowelCall *call, gboolean is_over);

G_END_DECLS
