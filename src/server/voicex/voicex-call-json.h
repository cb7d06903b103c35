/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/store/store.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* A call of an agent as Voicex shows it. @is_over: otherwise it goes on, and
 * little is known of it yet. (transfer full) */
JsonObject *vowel_voicex_call_to_json (const VowelCall *call, gboolean is_over);

G_END_DECLS
