/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* What the wire may carry. */
#define GST_WS_CAPS                                                            \
  "audio/x-raw, format = (string) S16LE, layout = (string) interleaved, "      \
  "rate = (int) [ 1, max ], channels = (int) 1; "                              \
  "audio/x-mulaw, rate = (int) 8000, channels = (int) 1; "                     \
  "audio/x-alaw, rate = (int) 8000, channels = (int) 1; "                      \
  "audio/x-opus"

#define GST_WS_DEFAULT_CAPS                                                    \
  "audio/x-raw, format = (string) S16LE, layout = (string) interleaved, "      \
  "rate = (int) 24000, channels = (int) 1"

/**
 * GstWsFormat:
 * @rate: samples per second; for Opus always 48000
 * @sample_size: bytes per sample, 0 for Opus: its packets are taken as a whole
 *
 * The little of caps that framing needs.
 */
typedef struct {
  gint rate;
  guint sample_size;
} GstWsFormat;

G_GNUC_INTERNAL gboolean gst_ws_format_from_caps (
    GstWsFormat *format, GstCaps *caps);
/* Opus caps may leave out what opusdec insists on. (transfer full) */
G_GNUC_INTERNAL GstCaps *gst_ws_complete_caps (GstCaps *caps);
/* Samples in @size bytes, or in one Opus packet. */
G_GNUC_INTERNAL guint64 gst_ws_format_count_samples (
    const GstWsFormat *format, const guint8 *data, gsize size);

G_END_DECLS
