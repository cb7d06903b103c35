/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio-audio.h"

#include "../audio-chain.h"

static const VowelAudioFormat telephone = {VOWEL_ENCODING_PCMU, 8000};

/* A converter and what it was made for. */
typedef struct {
  VowelAudioChain *chain; /* (nullable): nothing is to be converted */
  VowelAudioFormat format;
} Side;

struct _VowelTwilioAudio {
  Side speaks;
  Side hears;
};

VowelTwilioAudio *
vowel_twilio_audio_new (void)
{
  VowelTwilioAudio *audio = g_new0 (VowelTwilioAudio, 1);

  audio->speaks.format = telephone;
  audio->hears.format = telephone;
  return audio;
}

void
vowel_twilio_audio_free (VowelTwilioAudio *audio)
{
  g_clear_pointer (&audio->speaks.chain, vowel_audio_chain_free);
  g_clear_pointer (&audio->hears.chain, vowel_audio_chain_free);
  g_free (audio);
}

static gboolean
set_format (Side *side, const VowelAudioFormat *format, gboolean speaks)
{
  if (vowel_audio_format_equal (&side->format, format))
    return TRUE;
  g_clear_pointer (&side->chain, vowel_audio_chain_free);
  side->format = telephone;
  if (vowel_audio_format_equal (&telephone, format))
    return TRUE;
  side->chain =
      speaks ? vowel_audio_chain_new_converter (format, &telephone, NULL)
             : vowel_audio_chain_new_converter (&telephone, format, NULL);
  if (side->chain == NULL)
    return FALSE;
  side->format = *format;
  return TRUE;
}

GBytes *
vowel_twilio_audio_encode (
    VowelTwilioAudio *audio, const VowelAudioFormat *format, GBytes *speech)
{
  if (!set_format (&audio->speaks, format, TRUE))
    return NULL;
  return audio->speaks.chain != NULL
             ? vowel_audio_chain_push (audio->speaks.chain, speech, NULL)
             : g_bytes_ref (speech);
}

GBytes *
vowel_twilio_audio_finish (VowelTwilioAudio *audio)
{
  GBytes *rest = audio->speaks.chain != NULL
                     ? vowel_audio_chain_finish (audio->speaks.chain, NULL)
                     : NULL;

  return rest != NULL ? rest : g_bytes_new (NULL, 0);
}

void
vowel_twilio_audio_reset (VowelTwilioAudio *audio)
{
  if (audio->speaks.chain != NULL)
    vowel_audio_chain_reset (audio->speaks.chain);
}

GBytes *
vowel_twilio_audio_decode (
    VowelTwilioAudio *audio, const VowelAudioFormat *format, GBytes *mulaw)
{
  if (!set_format (&audio->hears, format, FALSE))
    return NULL;
  return audio->hears.chain != NULL
             ? vowel_audio_chain_push (audio->hears.chain, mulaw, NULL)
             : g_bytes_ref (mulaw);
}
