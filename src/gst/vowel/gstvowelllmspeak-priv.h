/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gstvowelllmcalls-priv.h"

G_BEGIN_DECLS

/* A model that is heard only when it calls the tool `speak`. */

/* @request with that tool, and with what the model has said before as calls of
 * it.  (transfer full) (nullable): NULL when somebody else has a tool of that
 * name */
G_GNUC_INTERNAL GstVowelChatRequest *gst_vowel_llm_speak_make_question (
    const GstVowelChatRequest *request);
G_GNUC_INTERNAL gboolean gst_vowel_llm_speak_is_call (
    const GstVowelLlmCall *call);
/* What a call that has ended says. (transfer full) */
G_GNUC_INTERNAL gchar *gst_vowel_llm_speak_dup_words (
    const GstVowelLlmCall *call);
/* Whether the model did nothing but speak. */
G_GNUC_INTERNAL gboolean gst_vowel_llm_speak_is_all (GPtrArray *calls);
/* @question once more, at the end what was said by @calls. (transfer full) */
G_GNUC_INTERNAL GstVowelChatRequest *gst_vowel_llm_speak_go_on (
    GPtrArray *calls, const GstVowelChatRequest *question);

G_END_DECLS
