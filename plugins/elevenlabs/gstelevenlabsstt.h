/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

#define GST_TYPE_ELEVENLABS_STT (gst_elevenlabs_stt_get_type ())
G_DECLARE_FINAL_TYPE (
    GstElevenlabsStt, gst_elevenlabs_stt, GST, ELEVENLABS_STT, GstVowelStt)

GST_ELEMENT_REGISTER_DECLARE (elevenlabsstt)

G_END_DECLS
