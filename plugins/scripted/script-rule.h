/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "script-reader.h"
#include "script.h"

G_BEGIN_DECLS

/* One rule of a script, see docs/scripted-model.md for its fields. */

GstVowelScriptRule *gst_vowel_script_rule_new (void);
void gst_vowel_script_rule_free (gpointer rule);
/* Fills a new rule, whose name is known. @lists: of the script, by name */
gboolean gst_vowel_script_rule_read (GstVowelScriptRule *rule,
    const GstVowelReader *reader, GHashTable *lists, GError **error);

G_END_DECLS
