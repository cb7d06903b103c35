/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vatel-voice.h"

#include "../audio-chain.h"

const VowelAudioFormat vowel_vatel_format = {VOWEL_ENCODING_PCM16, 24000};

struct _VowelVatelVoice {
  VowelAudioChain *chain; /* (nullable): while it is needed */
  VowelAudioFormat format;
  gchar *turn_id; /* (nullable): whose samples it holds */
};

VowelVatelVoice *
vowel_vatel_voice_new (void)
{
  return g_new0 (VowelVatelVoice, 1);
}

void
vowel_vatel_voice_free (VowelVatelVoice *voice)
{
  g_clear_pointer (&voice->chain, vowel_audio_chain_free);
  g_free (voice->turn_id);
  g_free (voice);
}

static gboolean
prepare (VowelVatelVoice *voice, const gchar *turn_id,
    const VowelAudioFormat *format, GError **error)
{
  if (voice->chain == NULL
      || !vowel_audio_format_equal (&voice->format, format)) {
    g_clear_pointer (&voice->chain, vowel_audio_chain_free);
    voice->chain =
        vowel_audio_chain_new_converter (format, &vowel_vatel_format, error);
    voice->format = *format;
  } else if (g_strcmp0 (voice->turn_id, turn_id) != 0) {
    vowel_audio_chain_reset (voice->chain);
  }
  if (g_strcmp0 (voice->turn_id, turn_id) != 0) {
    g_free (voice->turn_id);
    voice->turn_id = g_strdup (turn_id);
  }
  return voice->chain != NULL;
}

GBytes *
vowel_vatel_voice_push (VowelVatelVoice *voice, const gchar *turn_id,
    const VowelAudioFormat *format, GBytes *audio)
{
  g_autoptr (GError) error = NULL;
  GBytes *told = NULL;

  if (vowel_audio_format_equal (format, &vowel_vatel_format))
    return g_bytes_ref (audio);
  if (prepare (voice, turn_id, format, &error))
    told = vowel_audio_chain_push (voice->chain, audio, &error);
  if (told == NULL)
    g_warning ("What is said cannot be told at 24 kHz: %s", error->message);
  return told;
}

GBytes *
vowel_vatel_voice_finish (VowelVatelVoice *voice, const gchar *turn_id)
{
  return voice->chain != NULL && g_strcmp0 (voice->turn_id, turn_id) == 0
             ? vowel_audio_chain_finish (voice->chain, NULL)
             : NULL;
}
