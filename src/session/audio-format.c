/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "audio-format.h"

/* Splits the multiplication so that no realistic stream overflows. */
static gint64
scale (gint64 value, gint64 num, gint64 denom)
{
  return value / denom * num + value % denom * num / denom;
}

guint
vowel_audio_format_sample_size (const VowelAudioFormat *format)
{
  return format->encoding == VOWEL_ENCODING_PCM16 ? 2 : 1;
}

gint64
vowel_audio_format_duration_us (const VowelAudioFormat *format, gsize bytes)
{
  g_return_val_if_fail (format->rate > 0, 0);

  return scale (bytes / vowel_audio_format_sample_size (format), G_USEC_PER_SEC,
      format->rate);
}

gsize
vowel_audio_format_bytes (const VowelAudioFormat *format, gint64 duration_us)
{
  if (duration_us <= 0)
    return 0;

  return scale (duration_us, format->rate, G_USEC_PER_SEC)
         * vowel_audio_format_sample_size (format);
}

gboolean
vowel_audio_format_equal (const VowelAudioFormat *a, const VowelAudioFormat *b)
{
  return a->encoding == b->encoding && a->rate == b->rate;
}
