/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

#define GST_TYPE_GROK_STT (gst_grok_stt_get_type ())
G_DECLARE_FINAL_TYPE (GstGrokStt, gst_grok_stt, GST, GROK_STT, GstVowelStt)

GST_ELEMENT_REGISTER_DECLARE (grokstt)

G_END_DECLS
