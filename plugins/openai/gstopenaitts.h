/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

#define GST_TYPE_OPENAI_TTS (gst_openai_tts_get_type ())
G_DECLARE_FINAL_TYPE (
    GstOpenaiTts, gst_openai_tts, GST, OPENAI_TTS, GstVowelTts)

GST_ELEMENT_REGISTER_DECLARE (openaitts)

G_END_DECLS
