/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

#define GST_TYPE_MISTRAL_STT (gst_mistral_stt_get_type ())
G_DECLARE_FINAL_TYPE (
    GstMistralStt, gst_mistral_stt, GST, MISTRAL_STT, GstVowelStt)

GST_ELEMENT_REGISTER_DECLARE (mistralstt)

G_END_DECLS
