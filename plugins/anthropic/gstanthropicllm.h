/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvowelllm.h>

G_BEGIN_DECLS

#define GST_TYPE_ANTHROPIC_LLM (gst_anthropic_llm_get_type ())
G_DECLARE_FINAL_TYPE (
    GstAnthropicLlm, gst_anthropic_llm, GST, ANTHROPIC_LLM, GstVowelLlm)

GST_ELEMENT_REGISTER_DECLARE (anthropicllm);

G_END_DECLS
