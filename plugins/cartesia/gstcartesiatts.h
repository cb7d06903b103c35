/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

#define GST_TYPE_CARTESIA_TTS (gst_cartesia_tts_get_type ())
G_DECLARE_FINAL_TYPE (
    GstCartesiaTts, gst_cartesia_tts, GST, CARTESIA_TTS, GstVowelTts)

GST_ELEMENT_REGISTER_DECLARE (cartesiatts)

G_END_DECLS
