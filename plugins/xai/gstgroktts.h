/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

#define GST_TYPE_GROK_TTS (gst_grok_tts_get_type ())
G_DECLARE_FINAL_TYPE (GstGrokTts, gst_grok_tts, GST, GROK_TTS, GstVowelTts)

GST_ELEMENT_REGISTER_DECLARE (groktts)

G_END_DECLS
