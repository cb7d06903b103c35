/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

#define GST_TYPE_OPENAI_STT (gst_openai_stt_get_type ())
G_DECLARE_FINAL_TYPE (
    GstOpenaiStt, gst_openai_stt, GST, OPENAI_STT, GstVowelStt)

GST_ELEMENT_REGISTER_DECLARE (openaistt)

G_END_DECLS
