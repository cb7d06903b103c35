/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvowelllm.h>

G_BEGIN_DECLS

#define GST_TYPE_SCRIPTED_LLM (gst_scripted_llm_get_type ())
G_DECLARE_FINAL_TYPE (
    GstScriptedLlm, gst_scripted_llm, GST, SCRIPTED_LLM, GstVowelLlm)

GST_ELEMENT_REGISTER_DECLARE (scriptedllm);

G_END_DECLS
