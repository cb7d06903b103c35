/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

#define GST_TYPE_INWORLD_TTS (gst_inworld_tts_get_type ())
G_DECLARE_FINAL_TYPE (
    GstInworldTts, gst_inworld_tts, GST, INWORLD_TTS, GstVowelTts)

GST_ELEMENT_REGISTER_DECLARE (inworldtts)

G_END_DECLS
