/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvowelstt.h>

G_BEGIN_DECLS

#define GST_TYPE_POCKETSPHINX_STT (gst_pocketsphinx_stt_get_type ())
G_DECLARE_FINAL_TYPE (GstPocketsphinxStt, gst_pocketsphinx_stt, GST,
    POCKETSPHINX_STT, GstVowelStt)

GST_ELEMENT_REGISTER_DECLARE (pocketsphinxstt);

G_END_DECLS
