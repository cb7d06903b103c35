/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/store/store.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What is known of a call from its beginning, and how many answers there were
 * so far. (transfer full) */
JsonObject *vowel_call_to_json (const VowelCall *call);
/* And what it has become: `transcript`, `timeline`, `usage`. */
void vowel_call_add_record (JsonObject *object, const VowelCall *call);

G_END_DECLS
