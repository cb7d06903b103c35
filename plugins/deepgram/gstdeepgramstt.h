/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

#define GST_TYPE_DEEPGRAM_STT (gst_deepgram_stt_get_type ())
G_DECLARE_FINAL_TYPE (
    GstDeepgramStt, gst_deepgram_stt, GST, DEEPGRAM_STT, GstVowelStt)

GST_ELEMENT_REGISTER_DECLARE (deepgramstt)

G_END_DECLS
