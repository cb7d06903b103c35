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

/* G.711: a sign, the place of the highest bit, and the four bits below it. */

static guint8
encode_mu_law (gint sample)
{
  gint magnitude = MIN (ABS (sample), 32635) + 132;
  gint exponent = (gint) g_bit_nth_msf ((gulong) magnitude, -1) - 7;
  gint mantissa = (magnitude >> (exponent + 3)) & 0x0f;

  return (guint8) ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | mantissa);
}

static guint8
encode_a_law (gint sample)
{
  gint magnitude = sample < 0 ? MIN (-(sample + 1), 32767) : sample;
  gint exponent = MAX ((gint) g_bit_nth_msf ((gulong) magnitude, -1) - 7, 0);
  gint mantissa = (magnitude >> (exponent > 0 ? exponent + 3 : 4)) & 0x0f;

  return (
      guint8) (((sample < 0 ? 0 : 0x80) | (exponent << 4) | mantissa) ^ 0x55);
}

GBytes *
vowel_audio_format_encode (
    const VowelAudioFormat *format, const gint16 *samples, gsize n)
{
  gsize size = n * vowel_audio_format_sample_size (format);
  guint8 *bytes = g_malloc (size);

  for (gsize i = 0; i < n; i++) {
    switch (format->encoding) {
      case VOWEL_ENCODING_PCM16:
        bytes[2 * i] = (guint8) (samples[i] & 0xff);
        bytes[2 * i + 1] = (guint8) ((samples[i] >> 8) & 0xff);
        break;
      case VOWEL_ENCODING_PCMU:
        bytes[i] = encode_mu_law (samples[i]);
        break;
      case VOWEL_ENCODING_PCMA:
        bytes[i] = encode_a_law (samples[i]);
        break;
    }
  }
  return g_bytes_new_take (bytes, size);
}
