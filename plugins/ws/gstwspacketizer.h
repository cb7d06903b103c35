/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/gst.h>

#include "gstwsformat.h"

G_BEGIN_DECLS

/*
 * GstWsPacketizer: cuts audio buffers into packets of equal length, and keeps
 * for each packet the response and the part of its text that it speaks.
 * Packets never mix responses or sentences: the last one may be short.
 */
typedef struct _GstWsPacketizer GstWsPacketizer;

/* (transfer full) packet */
typedef void (*GstWsPacketFunc) (GstBuffer *packet, gpointer user_data);

G_GNUC_INTERNAL GstWsPacketizer *gst_ws_packetizer_new (
    GstWsPacketFunc func, gpointer user_data);
G_GNUC_INTERNAL void gst_ws_packetizer_free (GstWsPacketizer *packetizer);
/* @duration: 0 hands buffers on as they are; so does Opus. */
G_GNUC_INTERNAL void gst_ws_packetizer_configure (GstWsPacketizer *packetizer,
    const GstWsFormat *format, GstClockTime duration);
/* (transfer full) */
G_GNUC_INTERNAL void gst_ws_packetizer_push (
    GstWsPacketizer *packetizer, GstBuffer *buffer);
/* Hands on what is left as a short packet. */
G_GNUC_INTERNAL void gst_ws_packetizer_drain (GstWsPacketizer *packetizer);
/* Throws away what is left. */
G_GNUC_INTERNAL void gst_ws_packetizer_clear (GstWsPacketizer *packetizer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstWsPacketizer, gst_ws_packetizer_free)

G_END_DECLS
