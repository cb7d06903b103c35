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

/* Gives @details the members of @news as well, which count more. */
void vowel_call_details_merge (JsonObject *details, JsonObject *news);
/* The same with the text that a record has: one that is no JSON object is as
 * good as none. @details: (nullable). (transfer full) */
gchar *vowel_call_details_add (const gchar *details, JsonObject *news);

G_END_DECLS
