/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvoweltts.h>

G_BEGIN_DECLS

#define GST_TYPE_FLITE_TTS (gst_flite_tts_get_type ())
G_DECLARE_FINAL_TYPE (GstFliteTts, gst_flite_tts, GST, FLITE_TTS, GstVowelTts)

GST_ELEMENT_REGISTER_DECLARE (flitetts);

G_END_DECLS
