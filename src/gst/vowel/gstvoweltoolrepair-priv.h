/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gstvowelchat.h"

G_BEGIN_DECLS

/*
 * What language models get wrong when they call tools, put right as far as it
 * is plain what they meant. Plain logic.
 */

/* The tool of @request that is meant by @name; @name without the model's
 * control tokens when it is none of them. (transfer full) */
G_GNUC_INTERNAL gchar *gst_vowel_tool_repair_name (
    const gchar *name, const GstVowelChatRequest *request);
/* Arguments that fit @schema, the tool's parameters (nullable), as JSON text;
 * those that fit already stay as they are, byte for byte.  Fails with
 * GST_VOWEL_ERROR_PROTOCOL when they are not even nearly a JSON object.
 * (transfer full) */
G_GNUC_INTERNAL gchar *gst_vowel_tool_repair_arguments (
    const gchar *arguments, const gchar *schema, GError **error);

G_END_DECLS
