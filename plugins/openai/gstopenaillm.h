/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

#define GST_TYPE_OPENAI_LLM (gst_openai_llm_get_type ())
G_DECLARE_FINAL_TYPE (
    GstOpenaiLlm, gst_openai_llm, GST, OPENAI_LLM, GstVowelLlm)

GST_ELEMENT_REGISTER_DECLARE (openaillm)

G_END_DECLS
