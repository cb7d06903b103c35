/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

#define GST_TYPE_LLM_BIN (gst_llm_bin_get_type ())
G_DECLARE_FINAL_TYPE (GstLlmBin, gst_llm_bin, GST, LLM_BIN, GstVowelProviderBin)

GST_ELEMENT_REGISTER_DECLARE (llmbin);

G_END_DECLS
