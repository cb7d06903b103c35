/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "audio-format.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* (transfer full): what a format is called between elements. */
GstCaps *vowel_audio_format_to_caps (const VowelAudioFormat *format);

G_END_DECLS
