/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstWsFraming:
 * @GST_WS_FRAMING_BINARY: binary messages of bare audio
 * @GST_WS_FRAMING_OPENAI: JSON text messages as in OpenAI Realtime, audio in
 *   base64
 */
typedef enum {
  GST_WS_FRAMING_BINARY,
  GST_WS_FRAMING_OPENAI,
} GstWsFraming;

#define GST_TYPE_WS_FRAMING (gst_ws_framing_get_type ())
G_GNUC_INTERNAL GType gst_ws_framing_get_type (void);

/**
 * GstWsEventType:
 * @GST_WS_EVENT_APPEND: `input_audio_buffer.append`, as a client sends
 * @GST_WS_EVENT_OUTPUT_AUDIO_DELTA: `response.output_audio.delta`, as a server
 * @GST_WS_EVENT_AUDIO_DELTA: `response.audio.delta`, its older name
 */
typedef enum {
  GST_WS_EVENT_APPEND,
  GST_WS_EVENT_OUTPUT_AUDIO_DELTA,
  GST_WS_EVENT_AUDIO_DELTA,
} GstWsEventType;

#define GST_TYPE_WS_EVENT_TYPE (gst_ws_event_type_get_type ())
G_GNUC_INTERNAL GType gst_ws_event_type_get_type (void);

/* One audio event as JSON text. */
G_GNUC_INTERNAL GBytes *gst_ws_framing_encode (
    GstWsEventType type, const guint8 *data, gsize size);
/* NULL without an error: an event that carries no audio. */
G_GNUC_INTERNAL GBytes *gst_ws_framing_decode (
    const gchar *text, gsize length, GError **error);

G_END_DECLS
