/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

#define GST_TYPE_ELEVENLABS_TTS (gst_elevenlabs_tts_get_type ())
G_DECLARE_FINAL_TYPE (
    GstElevenlabsTts, gst_elevenlabs_tts, GST, ELEVENLABS_TTS, GstVowelTts)

GST_ELEMENT_REGISTER_DECLARE (elevenlabstts)

G_END_DECLS
