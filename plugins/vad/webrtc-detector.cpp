/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "webrtc-detector.h"

#include <cstring>
#include <memory>

#include <webrtc/modules/audio_processing/include/audio_processing.h>
#include <webrtc/modules/interface/module_common_types.h>

struct _VadWebrtc {
  std::unique_ptr<webrtc::AudioProcessing> processing;
  webrtc::AudioFrame frame;
};

VadWebrtc *
vad_webrtc_new (guint rate)
{
  std::unique_ptr<VadWebrtc> webrtc (new VadWebrtc ());
  const webrtc::StreamConfig stream (rate, 1, false);
  const webrtc::ProcessingConfig config = {{stream, stream, stream, stream}};

  webrtc->processing.reset (webrtc::AudioProcessing::Create ());
  if (webrtc->processing == nullptr
      || webrtc->processing->Initialize (config) != 0)
    return nullptr;

  webrtc::VoiceDetection *detection = webrtc->processing->voice_detection ();
  if (detection->set_likelihood (webrtc::VoiceDetection::kVeryLowLikelihood)
          != 0
      || detection->Enable (true) != 0)
    return nullptr;

  webrtc->frame.num_channels_ = 1;
  webrtc->frame.sample_rate_hz_ = rate;
  webrtc->frame.samples_per_channel_ = rate / 100;

  return webrtc.release ();
}

void
vad_webrtc_free (VadWebrtc *webrtc)
{
  delete webrtc;
}

gfloat
vad_webrtc_process (VadWebrtc *webrtc, const gint16 *window)
{
  std::memcpy (webrtc->frame.data_, window,
      webrtc->frame.samples_per_channel_ * sizeof (gint16));
  if (webrtc->processing->ProcessStream (&webrtc->frame) != 0)
    return 0.0f;

  return webrtc->processing->voice_detection ()->stream_has_voice () ? 1.0f
                                                                     : 0.0f;
}
