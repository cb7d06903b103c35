/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvoweltts.h>

G_BEGIN_DECLS

#define GST_TYPE_ESPEAK_TTS (gst_espeak_tts_get_type ())
G_DECLARE_FINAL_TYPE (
    GstEspeakTts, gst_espeak_tts, GST, ESPEAK_TTS, GstVowelTts)

GST_ELEMENT_REGISTER_DECLARE (espeaktts);

G_END_DECLS
