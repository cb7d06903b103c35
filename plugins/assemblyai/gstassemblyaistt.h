/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

#define GST_TYPE_ASSEMBLYAI_STT (gst_assemblyai_stt_get_type ())
G_DECLARE_FINAL_TYPE (
    GstAssemblyaiStt, gst_assemblyai_stt, GST, ASSEMBLYAI_STT, GstVowelStt)

GST_ELEMENT_REGISTER_DECLARE (assemblyaistt)

G_END_DECLS
