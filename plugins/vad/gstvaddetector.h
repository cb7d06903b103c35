/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gstvad.h"
#include "vad-stream.h"

G_BEGIN_DECLS

/* Makes @detector listen to @stream, or the best that can be had instead, and
 * posts one warning (@warned) when that is a weaker one than wished for.
 * Returns which it is. */
GstVowelVadDetector gst_vowel_vad_choose_detector (GstElement *element,
    VadStream *stream, GstVowelVadDetector detector, const gchar *model,
    gboolean *warned);

G_END_DECLS
