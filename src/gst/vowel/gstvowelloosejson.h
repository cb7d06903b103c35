/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel-prelude.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* JSON as language models write it when they write it themselves: with commas
 * too many or missing, unquoted names, single quotes, Python's True, False and
 * None, and without its end.
 *
 * Reads the value that begins at *@at, in text that is valid UTF-8 and ends in
 * a zero byte, and moves *@at behind it. What is open at the end is closed.
 * (transfer full) (nullable): NULL when this is no value even so, or one that
 * nests deeper than GST_VOWEL_JSON_MAX_DEPTH; *@at is where that shows. */
GST_VOWEL_API JsonNode *gst_vowel_loose_json_read (const gchar **at);

G_END_DECLS
