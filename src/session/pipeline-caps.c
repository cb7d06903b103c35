/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "pipeline-caps.h"

GstCaps *
vowel_audio_format_to_caps (const VowelAudioFormat *format)
{
  switch (format->encoding) {
    case VOWEL_ENCODING_PCMU:
      return gst_caps_new_simple ("audio/x-mulaw", "rate", G_TYPE_INT,
          format->rate, "channels", G_TYPE_INT, 1, NULL);
    case VOWEL_ENCODING_PCMA:
      return gst_caps_new_simple ("audio/x-alaw", "rate", G_TYPE_INT,
          format->rate, "channels", G_TYPE_INT, 1, NULL);
    case VOWEL_ENCODING_PCM16:
      break;
  }
  return gst_caps_new_simple ("audio/x-raw", "format", G_TYPE_STRING, "S16LE",
      "layout", G_TYPE_STRING, "interleaved", "rate", G_TYPE_INT, format->rate,
      "channels", G_TYPE_INT, 1, NULL);
}
