/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which detector listens. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstvaddetector.h"

#include "silero-weights.h"

GST_DEBUG_CATEGORY_EXTERN (gst_vowel_vad_debug);
#define GST_CAT_DEFAULT gst_vowel_vad_debug

static gboolean
use_silero (
    GstElement *element, VadStream *stream, const gchar *path, gboolean *warned)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VadSileroModel) model = NULL;

  model = vad_silero_weights_find (path, &error);
  if (model == NULL) {
    if (!*warned)
      GST_ELEMENT_WARNING (element, RESOURCE, NOT_FOUND,
          ("The weights of the Silero voice detector cannot be had, so a much "
           "weaker detector listens. Run scripts/fetch-silero (or make run), "
           "or name the file in the property 'model' or in "
           "VOWEL_SILERO_MODEL."),
          ("%s", error->message));
    *warned = TRUE;
    return FALSE;
  }

  if (!vad_silero_model_is_verified (model))
    GST_WARNING_OBJECT (element,
        "the Silero weights are not the verified ones (SHA-256 "
        "%s): probabilities may differ; scripts/fetch-silero fetches those",
        VAD_SILERO_SHA256);
  GST_INFO_OBJECT (
      element, "Silero, kernel %s", vad_silero_model_get_kernel (model)->name);

  return vad_stream_set_detector (stream, VAD_DETECTOR_SILERO, model);
}

static gboolean
use_webrtc (
    GstElement *element, VadStream *stream, gboolean wanted, gboolean *warned)
{
  if (vad_stream_set_detector (stream, VAD_DETECTOR_WEBRTC, NULL))
    return TRUE;

  if (wanted && !*warned) {
    GST_ELEMENT_WARNING (element, LIBRARY, SETTINGS,
        ("This build has no WebRTC voice detection, so loudness alone decides. "
         "Build with -Dwebrtc-vad=enabled, or set the property 'detector' to "
         "'auto'."),
        (NULL));
    *warned = TRUE;
  }
  return FALSE;
}

GstVowelVadDetector
gst_vowel_vad_choose_detector (GstElement *element, VadStream *stream,
    GstVowelVadDetector detector, const gchar *model, gboolean *warned)
{
  gboolean silero = detector == GST_VOWEL_VAD_DETECTOR_AUTO
                    || detector == GST_VOWEL_VAD_DETECTOR_SILERO;

  if (detector == GST_VOWEL_VAD_DETECTOR_NONE) {
    vad_stream_set_detector (stream, VAD_DETECTOR_NONE, NULL);
    return GST_VOWEL_VAD_DETECTOR_NONE;
  }
  if (silero && use_silero (element, stream, model, warned))
    return GST_VOWEL_VAD_DETECTOR_SILERO;
  if (detector != GST_VOWEL_VAD_DETECTOR_ENERGY
      && use_webrtc (
          element, stream, detector == GST_VOWEL_VAD_DETECTOR_WEBRTC, warned))
    return GST_VOWEL_VAD_DETECTOR_WEBRTC;

  vad_stream_set_detector (stream, VAD_DETECTOR_ENERGY, NULL);
  return GST_VOWEL_VAD_DETECTOR_ENERGY;
}
