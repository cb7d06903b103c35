/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "document.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The same as vowel_document_new() with a body that is not written yet. */
VowelDocument *vowel_document_new_json (const gchar *kind, const gchar *id,
    const gchar *app_id, const gchar *key, JsonObject *body);
/* What it says; an empty object when that is none. (transfer full) */
JsonObject *vowel_document_parse (const VowelDocument *document);

G_END_DECLS
