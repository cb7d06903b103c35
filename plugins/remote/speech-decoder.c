/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "speech-decoder.h"

#include <string.h>

#include <gst/vowel/gstvowelerror.h>

/* Of all that may stand before the samples. */
#define MAX_HEADER (64 * 1024)
#define FORMAT_PCM 1
#define FORMAT_EXTENSIBLE 0xfffe

typedef enum {
  STATE_START,  /* bare samples or a file? */
  STATE_CHUNKS, /* of a file, up to the samples */
  STATE_SAMPLES,
} State;

struct _SpeechDecoder {
  State state;
  gint bare_rate;
  gint rate;
  GByteArray *held; /* of the header; of a sample, half */
};

SpeechDecoder *
speech_decoder_new (gint rate)
{
  SpeechDecoder *self = g_new0 (SpeechDecoder, 1);

  self->bare_rate = rate;
  self->held = g_byte_array_new ();
  return self;
}

void
speech_decoder_free (SpeechDecoder *self)
{
  g_byte_array_unref (self->held);
  g_free (self);
}

void
speech_decoder_begin_message (SpeechDecoder *self)
{
  /* Half a sample is the beginning of bare ones. */
  if (self->state == STATE_SAMPLES && self->held->len == 0)
    self->state = STATE_START;
}

gint
speech_decoder_get_rate (SpeechDecoder *self)
{
  return self->rate;
}

static guint
read16 (const guint8 *at)
{
  return at[0] | at[1] << 8;
}

static guint32
read32 (const guint8 *at)
{
  return read16 (at) | (guint32) read16 (at + 2) << 16;
}

static gboolean
read_format (
    SpeechDecoder *self, const guint8 *body, guint32 size, GError **error)
{
  static const guint8 none[16];
  const guint8 *at = size >= 16 ? body : none;
  guint format = read16 (at);
  guint channels = read16 (at + 2);
  guint32 rate = read32 (at + 4);
  guint bits = read16 (at + 14);

  if ((format != FORMAT_PCM && format != FORMAT_EXTENSIBLE) || bits != 16
      || channels != 1 || rate < 8000 || rate > 48000) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
        "The speech is a WAV file of format %u, %u channels, %u Hz, %u bits; "
        "only 16 bit mono of 8000 to 48000 Hz is understood",
        format, channels, rate, bits);
    return FALSE;
  }
  self->rate = rate;
  return TRUE;
}

/* Steps over whole chunks.  Sizes of RIFF and data are not to be trusted. */
static gboolean
read_chunks (SpeechDecoder *self, GError **error)
{
  gsize at = 12;

  while (self->held->len >= at + 8) {
    const guint8 *chunk = self->held->data + at;
    guint32 size = read32 (chunk + 4);

    if (memcmp (chunk, "data", 4) == 0) {
      if (self->rate == 0)
        return read_format (self, NULL, 0, error);
      g_byte_array_remove_range (self->held, 0, at + 8);
      self->state = STATE_SAMPLES;
      return TRUE;
    }
    if (size > MAX_HEADER || at + 8 + size > MAX_HEADER) {
      g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
          "The speech is a WAV file without samples");
      return FALSE;
    }
    if (self->held->len < at + 8 + size)
      return TRUE;
    if (memcmp (chunk, "fmt ", 4) == 0
        && !read_format (self, chunk + 8, size, error))
      return FALSE;
    at += 8 + size + (size & 1);
  }
  return TRUE;
}

static gboolean
read_start (SpeechDecoder *self)
{
  gsize n = MIN (self->held->len, 12);

  if (memcmp (self->held->data, "RIFF", MIN (n, 4)) != 0
      || (n == 12 && memcmp (self->held->data + 8, "WAVE", 4) != 0)) {
    self->rate = self->bare_rate;
    self->state = STATE_SAMPLES;
    return TRUE;
  }
  if (n < 12)
    return FALSE;
  self->state = STATE_CHUNKS;
  return TRUE;
}

gboolean
speech_decoder_feed (SpeechDecoder *self, const guint8 *data, gsize size,
    GByteArray *out, GError **error)
{
  gsize whole;

  if (size == 0)
    return TRUE;
  g_byte_array_append (self->held, data, size);
  if (self->state == STATE_START && !read_start (self))
    return TRUE;
  if (self->state == STATE_CHUNKS && !read_chunks (self, error))
    return FALSE;
  if (self->state != STATE_SAMPLES)
    return TRUE;
  whole = self->held->len & ~(gsize) 1;
  if (whole > 0) {
    g_byte_array_append (out, self->held->data, whole);
    g_byte_array_remove_range (self->held, 0, whole);
  }
  return TRUE;
}

static void
append16 (GByteArray *out, guint value)
{
  const guint8 bytes[2] = {value & 0xff, value >> 8 & 0xff};

  g_byte_array_append (out, bytes, 2);
}

static void
append32 (GByteArray *out, guint32 value)
{
  append16 (out, value & 0xffff);
  append16 (out, value >> 16);
}

GBytes *
speech_encode_wav (const guint8 *pcm, gsize size, gint rate)
{
  GByteArray *out = g_byte_array_sized_new (44 + size);

  g_byte_array_append (out, (const guint8 *) "RIFF", 4);
  append32 (out, 36 + size);
  g_byte_array_append (out, (const guint8 *) "WAVEfmt ", 8);
  append32 (out, 16);
  append16 (out, FORMAT_PCM);
  append16 (out, 1);
  append32 (out, rate);
  append32 (out, rate * 2);
  append16 (out, 2);
  append16 (out, 16);
  g_byte_array_append (out, (const guint8 *) "data", 4);
  append32 (out, size);
  g_byte_array_append (out, pcm, size);
  return g_byte_array_free_to_bytes (out);
}
