/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

#define GST_TYPE_WS_AUDIO_SRC (gst_ws_audio_src_get_type ())
G_GNUC_INTERNAL
G_DECLARE_FINAL_TYPE (
    GstWsAudioSrc, gst_ws_audio_src, GST, WS_AUDIO_SRC, GstVowelPushSrc)

GST_ELEMENT_REGISTER_DECLARE (wsaudiosrc)

G_END_DECLS
