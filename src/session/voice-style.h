/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * vowel_voice_style_apply:
 * @style: a template
 * @instructions: what the client wants the model to be
 * @language: the language to begin in, in words
 * @has_tools: whether the model may call any
 *
 * Puts a client's instructions into a text that has the model answer for the
 * ear. The template has `{{INSTRUCTIONS}}` and `{{TARGET_LANGUAGE}}` where
 * these belong; what is between `{{#INSTRUCTIONS}}` and `{{/INSTRUCTIONS}}` is
 * left out when there are none, what is between `{{#TOOLS}}` and `{{/TOOLS}}`
 * when there are no tools.
 *
 * Returns: (transfer full)
 */
gchar *vowel_voice_style_apply (const gchar *style, const gchar *instructions,
    const gchar *language, gboolean has_tools);
/* Whether each section of a template has its end; the error says which. */
gboolean vowel_voice_style_check (const gchar *style, GError **error);

/**
 * vowel_instructions_split:
 * @text: instructions, maybe with Vowel's marks
 * @ret_main: (out) (transfer full): what the model is to be and do
 * @ret_tools: (out) (transfer full): what is said about tools; maybe empty
 *
 * Vowel's clients mark the parts of their instructions with
 * `<<main_instructions>` … `</main_instructions>` and `<<tool_instructions>` …
 * `</tool_instructions>`. What is not marked belongs to the main part.
 */
void vowel_instructions_split (
    const gchar *text, gchar **ret_main, gchar **ret_tools);
/* (transfer full): all of it, without the marks */
gchar *vowel_instructions_strip (const gchar *text);

G_END_DECLS
