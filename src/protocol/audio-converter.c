/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "audio-converter.h"

#include "audio-chain.h"

struct _VowelAudioConverter {
  VowelAudioChain *chain; /* (nullable): nothing is to be done */
  VowelAudioFormat from;
  VowelAudioFormat to;
};

VowelAudioConverter *
vowel_audio_converter_new (void)
{
  return g_new0 (VowelAudioConverter, 1);
}

void
vowel_audio_converter_free (VowelAudioConverter *converter)
{
  g_clear_pointer (&converter->chain, vowel_audio_chain_free);
  g_free (converter);
}

static gboolean
prepare (VowelAudioConverter *converter, const VowelAudioFormat *from,
    const VowelAudioFormat *to, GError **error)
{
  if (converter->chain != NULL
      && vowel_audio_format_equal (&converter->from, from)
      && vowel_audio_format_equal (&converter->to, to))
    return TRUE;
  g_clear_pointer (&converter->chain, vowel_audio_chain_free);
  converter->from = *from;
  converter->to = *to;
  converter->chain = vowel_audio_chain_new_converter (from, to, error);
  return converter->chain != NULL;
}

GBytes *
vowel_audio_converter_push (VowelAudioConverter *converter,
    const VowelAudioFormat *from, const VowelAudioFormat *to, GBytes *audio,
    GError **error)
{
  if (vowel_audio_format_equal (from, to)) {
    g_clear_pointer (&converter->chain, vowel_audio_chain_free);
    return g_bytes_ref (audio);
  }
  return prepare (converter, from, to, error)
             ? vowel_audio_chain_push (converter->chain, audio, error)
             : NULL;
}

GBytes *
vowel_audio_converter_finish (VowelAudioConverter *converter, GError **error)
{
  return converter->chain != NULL
             ? vowel_audio_chain_finish (converter->chain, error)
             : g_bytes_new (NULL, 0);
}

void
vowel_audio_converter_reset (VowelAudioConverter *converter)
{
  if (converter->chain != NULL)
    vowel_audio_chain_reset (converter->chain);
}
