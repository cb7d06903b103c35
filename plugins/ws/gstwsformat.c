/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstwsformat.h"

#define OPUS_RATE 48000

gboolean
gst_ws_format_from_caps (GstWsFormat *format, GstCaps *caps)
{
  const GstStructure *structure;

  if (!gst_caps_is_fixed (caps))
    return FALSE;

  structure = gst_caps_get_structure (caps, 0);
  if (gst_structure_has_name (structure, "audio/x-opus")) {
    *format = (GstWsFormat){OPUS_RATE, 0};
    return TRUE;
  }
  format->sample_size =
      gst_structure_has_name (structure, "audio/x-raw") ? 2 : 1;
  return gst_structure_get_int (structure, "rate", &format->rate);
}

GstCaps *
gst_ws_complete_caps (GstCaps *caps)
{
  GstCaps *complete = gst_caps_copy (caps);
  GstStructure *structure = gst_caps_get_structure (complete, 0);

  if (!gst_structure_has_name (structure, "audio/x-opus"))
    return complete;
  if (!gst_structure_has_field (structure, "channel-mapping-family"))
    gst_structure_set (
        structure, "channel-mapping-family", G_TYPE_INT, 0, NULL);
  if (!gst_structure_has_field (structure, "channels"))
    gst_structure_set (structure, "channels", G_TYPE_INT, 1, NULL);
  if (!gst_structure_has_field (structure, "rate"))
    gst_structure_set (structure, "rate", G_TYPE_INT, OPUS_RATE, NULL);
  return complete;
}

/* RFC 6716 section 3.1: the first byte tells the frames' length and, with the
 * second, their number. */
static guint64
count_opus_samples (const guint8 *data, gsize size)
{
  static const guint silk_ms[] = {10, 20, 40, 60};
  guint config, n_frames;
  guint64 frame;

  if (size == 0)
    return 0;

  config = data[0] >> 3;
  if (config < 12)
    frame = silk_ms[config & 3] * OPUS_RATE / 1000;
  else if (config < 16)
    frame = (config & 1 ? 20 : 10) * OPUS_RATE / 1000;
  else
    frame = (OPUS_RATE / 400) << (config & 3);

  switch (data[0] & 3) {
    case 0:
      n_frames = 1;
      break;
    case 3:
      n_frames = size > 1 ? data[1] & 0x3f : 0;
      break;
    default:
      n_frames = 2;
      break;
  }
  return frame * n_frames;
}

guint64
gst_ws_format_count_samples (
    const GstWsFormat *format, const guint8 *data, gsize size)
{
  if (format->sample_size == 0)
    return count_opus_samples (data, size);
  return size / format->sample_size;
}
