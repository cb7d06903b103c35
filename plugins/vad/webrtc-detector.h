/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * The voice detection of WebRTC's audio processing at its strictest setting
 * (the others take noise for speech), behind a C interface.
 */
typedef struct _VadWebrtc VadWebrtc;

/* %NULL when the library refuses; @rate: 16000 or 8000. */
VadWebrtc *vad_webrtc_new (guint rate);
void vad_webrtc_free (VadWebrtc *webrtc);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VadWebrtc, vad_webrtc_free)

/* 10 ms of samples: 1 for speech, 0 for none. */
gfloat vad_webrtc_process (VadWebrtc *webrtc, const gint16 *window);

G_END_DECLS
