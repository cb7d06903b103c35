/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

#define GST_TYPE_DEEPGRAM_TTS (gst_deepgram_tts_get_type ())
G_DECLARE_FINAL_TYPE (
    GstDeepgramTts, gst_deepgram_tts, GST, DEEPGRAM_TTS, GstVowelTts)

GST_ELEMENT_REGISTER_DECLARE (deepgramtts)

G_END_DECLS
