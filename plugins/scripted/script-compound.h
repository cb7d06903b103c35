/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "script-schema.h"

G_BEGIN_DECLS

/*
 * Parameters that are objects, and utterances that name several values for one
 * parameter.
 */

/* Fills the members of an object from words @from to @to; FALSE when a required
 * one is not among them. */
gboolean gst_vowel_compound_fill (const GstVowelProperty *property,
    const GstVowelWords *words, guint from, guint to,
    const gchar *const *tool_words, JsonObject *arguments);
/* All of words @from to @to answer the question for the object: what is not
 * told is made up, because a question can only be asked once. */
void gst_vowel_compound_answer (const GstVowelProperty *property,
    const GstVowelWords *words, guint from, guint to, JsonObject *arguments);
/* "weather in Paris and London": the arguments of one call for each place.
 * Returns: (transfer full) (nullable) (element-type JsonObject): NULL when
 *   nothing is named more than once */
GPtrArray *gst_vowel_compound_split (JsonObject *schema, JsonObject *arguments);

G_END_DECLS
