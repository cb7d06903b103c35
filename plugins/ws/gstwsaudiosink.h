/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_TYPE_WS_AUDIO_SINK (gst_ws_audio_sink_get_type ())
G_GNUC_INTERNAL
G_DECLARE_FINAL_TYPE (
    GstWsAudioSink, gst_ws_audio_sink, GST, WS_AUDIO_SINK, GstElement)

GST_ELEMENT_REGISTER_DECLARE (wsaudiosink)

G_END_DECLS
