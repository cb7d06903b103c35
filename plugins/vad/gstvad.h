/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/base/gstbasetransform.h>
#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GstVowelVadDetector:
 * @GST_VOWEL_VAD_DETECTOR_AUTO: Silero, or what can be had without its weights
 * @GST_VOWEL_VAD_DETECTOR_SILERO: the Silero neural network
 * @GST_VOWEL_VAD_DETECTOR_WEBRTC: WebRTC's voice detection, strictest setting
 * @GST_VOWEL_VAD_DETECTOR_ENERGY: loudness above an adaptive floor
 * @GST_VOWEL_VAD_DETECTOR_NONE: no detection; audio and events pass through
 */
typedef enum {
  GST_VOWEL_VAD_DETECTOR_AUTO,
  GST_VOWEL_VAD_DETECTOR_SILERO,
  GST_VOWEL_VAD_DETECTOR_WEBRTC,
  GST_VOWEL_VAD_DETECTOR_ENERGY,
  GST_VOWEL_VAD_DETECTOR_NONE,
} GstVowelVadDetector;

#define GST_TYPE_VOWEL_VAD_DETECTOR (gst_vowel_vad_detector_get_type ())
GType gst_vowel_vad_detector_get_type (void);

#define GST_TYPE_VOWEL_VAD (gst_vowel_vad_get_type ())
G_DECLARE_FINAL_TYPE (
    GstVowelVad, gst_vowel_vad, GST, VOWEL_VAD, GstBaseTransform)

GST_ELEMENT_REGISTER_DECLARE (vad);

G_END_DECLS
