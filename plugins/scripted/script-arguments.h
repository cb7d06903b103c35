/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "script-words.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * Filling a tool's parameters from what somebody said, by the tool's JSON
 * Schema.
 */

/* Fills into @arguments what words @from to @to (exclusive) tell about the
 * properties of @schema.  @tool_words: the tool's own words, stemmed; they are
 * no values. */
void gst_vowel_arguments_fill (JsonObject *schema, const GstVowelWords *words,
    guint from, guint to, const gchar *const *tool_words,
    JsonObject *arguments);
/* Takes all of @words as the answer to the question for @property.  FALSE when
 * they are none. */
gboolean gst_vowel_arguments_answer (JsonObject *schema, const gchar *property,
    const GstVowelWords *words, JsonObject *arguments);
/* Whether @property takes any text, so that any talk may be an answer. */
gboolean gst_vowel_arguments_is_free_text (
    JsonObject *schema, const gchar *property);
/* Fills every required property that is still missing with something of its
 * type: the call must be made. */
void gst_vowel_arguments_force (
    JsonObject *schema, const GstVowelWords *words, JsonObject *arguments);
/* The first required property that is missing; NULL when none is. */
const gchar *gst_vowel_arguments_get_missing (
    JsonObject *schema, JsonObject *arguments);
/* "What is the city?" */
gchar *gst_vowel_arguments_make_question (
    JsonObject *schema, const gchar *property);

G_END_DECLS
