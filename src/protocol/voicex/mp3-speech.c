/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "mp3-speech.h"

#include "../audio-chain.h"
#include "../audio-converter.h"

#include <string.h>

#define RATE 24000
#define KBIT_PER_S 64
/* MPEG 2, layer III. At this rate no frame has padding. */
#define FRAME_SAMPLES 576
#define FRAME_SIZE (KBIT_PER_S * 1000 / 8 * FRAME_SAMPLES / RATE)
#define HEADER_SIZE 4
#define SIDE_INFO_SIZE 9 /* mono */
/* What LAME is behind with. */
#define ENCODER_DELAY 576
#define MAX_PADDING 4095 /* 12 bits */

struct _VowelMp3Speech {
  VowelAudioChain *encode;
  VowelAudioConverter *convert; /* what is not 24 kHz PCM */

  GByteArray *frames; /* of this sentence */
  guint64 n_samples;  /* that were encoded */
};

static const VowelAudioFormat pcm = {VOWEL_ENCODING_PCM16, RATE};

VowelMp3Speech *
vowel_mp3_speech_new (GError **error)
{
  g_autoptr (VowelMp3Speech) speech = NULL;
  g_autofree gchar *encoder = g_strdup_printf (
      "lamemp3enc target=bitrate cbr=true mono=true bitrate=%d", KBIT_PER_S);
  VowelAudioChain *encode = vowel_audio_chain_new (encoder, &pcm, error);

  if (encode == NULL)
    return NULL;

  speech = g_new0 (VowelMp3Speech, 1);
  speech->encode = encode;
  speech->convert = vowel_audio_converter_new ();
  speech->frames = g_byte_array_new ();
  return g_steal_pointer (&speech);
}

void
vowel_mp3_speech_free (VowelMp3Speech *speech)
{
  vowel_audio_converter_free (speech->convert);
  vowel_audio_chain_free (speech->encode);
  g_byte_array_unref (speech->frames);
  g_free (speech);
}

void
vowel_mp3_speech_drop (VowelMp3Speech *speech)
{
  vowel_audio_converter_reset (speech->convert);
  vowel_audio_chain_reset (speech->encode);
  g_byte_array_set_size (speech->frames, 0);
  speech->n_samples = 0;
}

static void
append (GByteArray *array, GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  if (size > 0)
    g_byte_array_append (array, data, (guint) size);
}

static gboolean
encode (VowelMp3Speech *speech, GBytes *samples, GError **error)
{
  g_autoptr (GBytes) frames =
      vowel_audio_chain_push (speech->encode, samples, error);

  if (frames == NULL)
    return FALSE;

  speech->n_samples += g_bytes_get_size (samples) / sizeof (gint16);
  append (speech->frames, frames);
  return TRUE;
}

static gboolean
add (VowelMp3Speech *speech, const VowelAudioFormat *format, GBytes *audio,
    GError **error)
{
  g_autoptr (GBytes) samples =
      vowel_audio_converter_push (speech->convert, format, &pcm, audio, error);

  return samples != NULL && encode (speech, samples, error);
}

gboolean
vowel_mp3_speech_add (VowelMp3Speech *speech, const VowelAudioFormat *format,
    GBytes *audio, GError **error)
{
  if (add (speech, format, audio, error))
    return TRUE;

  vowel_mp3_speech_drop (speech);
  return FALSE;
}

/* What rate converters keep back. */
static gboolean
finish_conversion (VowelMp3Speech *speech, GError **error)
{
  g_autoptr (GBytes) rest =
      vowel_audio_converter_finish (speech->convert, error);

  return rest != NULL && encode (speech, rest, error);
}

static void
put_be32 (guint8 *at, guint32 value)
{
  value = GUINT32_TO_BE (value);
  memcpy (at, &value, sizeof value);
}

/* A frame of silence, in which decoders look for an "Info" tag with LAME's
 * extension: how long the file is, and how much of that was added. */
static void
write_info (guint8 *frame, const guint8 *first_frame, guint32 n_frames,
    guint64 n_samples)
{
  guint8 *tag = frame + HEADER_SIZE + SIDE_INFO_SIZE;
  guint8 *lame = tag + 16;
  guint64 padding =
      (guint64) n_frames * FRAME_SAMPLES - ENCODER_DELAY - n_samples;
  guint32 delays = (ENCODER_DELAY << 12) | (guint32) MIN (padding, MAX_PADDING);

  memset (frame, 0, FRAME_SIZE);
  memcpy (frame, first_frame, HEADER_SIZE);
  memcpy (tag, "Info", 4);
  put_be32 (tag + 4, 3); /* both numbers are there */
  put_be32 (tag + 8, n_frames);
  put_be32 (tag + 12, (n_frames + 1) * FRAME_SIZE);
  memcpy (lame, "LAME3.100", 9);
  lame[9] = 1; /* constant bit rate */
  lame[20] = KBIT_PER_S;
  lame[21] = (guint8) (delays >> 16);
  lame[22] = (guint8) (delays >> 8);
  lame[23] = (guint8) delays;
}

static GBytes *
make_file (VowelMp3Speech *speech)
{
  gsize size = FRAME_SIZE + speech->frames->len;
  guint8 *file = g_malloc (size);

  write_info (file, speech->frames->data, speech->frames->len / FRAME_SIZE,
      speech->n_samples);
  memcpy (file + FRAME_SIZE, speech->frames->data, speech->frames->len);
  return g_bytes_new_take (file, size);
}

GBytes *
vowel_mp3_speech_finish (VowelMp3Speech *speech, GError **error)
{
  g_autoptr (GBytes) rest = NULL;
  GBytes *file = NULL;

  if (finish_conversion (speech, error))
    rest = vowel_audio_chain_finish (speech->encode, error);
  if (rest != NULL)
    append (speech->frames, rest);
  if (rest != NULL && speech->n_samples > 0)
    file = make_file (speech);
  vowel_mp3_speech_drop (speech);
  return file;
}
