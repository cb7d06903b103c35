/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "engine.h"

G_DEFINE_INTERFACE (VowelEngine, vowel_engine, G_TYPE_OBJECT)

static void
vowel_engine_default_init (VowelEngineInterface *iface)
{
}

gboolean
vowel_engine_start (VowelEngine *engine, const VowelEngineListener *listener,
    gpointer user_data, GError **error)
{
  return VOWEL_ENGINE_GET_IFACE (engine)->start (
      engine, listener, user_data, error);
}

void
vowel_engine_stop (VowelEngine *engine)
{
  VOWEL_ENGINE_GET_IFACE (engine)->stop (engine);
}

gboolean
vowel_engine_configure (
    VowelEngine *engine, const VowelSessionConfig *config, GError **error)
{
  return VOWEL_ENGINE_GET_IFACE (engine)->configure (engine, config, error);
}

void
vowel_engine_push_audio (VowelEngine *engine, GBytes *audio)
{
  VOWEL_ENGINE_GET_IFACE (engine)->push_audio (engine, audio);
}

void
vowel_engine_begin_utterance (VowelEngine *engine, gint64 start_us)
{
  VOWEL_ENGINE_GET_IFACE (engine)->begin_utterance (engine, start_us);
}

void
vowel_engine_end_utterance (VowelEngine *engine)
{
  VOWEL_ENGINE_GET_IFACE (engine)->end_utterance (engine);
}

void
vowel_engine_discard_utterance (VowelEngine *engine)
{
  VOWEL_ENGINE_GET_IFACE (engine)->discard_utterance (engine);
}

void
vowel_engine_generate (VowelEngine *engine, const VowelGeneration *generation)
{
  VOWEL_ENGINE_GET_IFACE (engine)->generate (engine, generation);
}

gboolean
vowel_engine_say (
    VowelEngine *engine, const VowelGeneration *generation, const gchar *text)
{
  VowelEngineInterface *iface = VOWEL_ENGINE_GET_IFACE (engine);

  return iface->say != NULL && iface->say (engine, generation, text);
}

void
vowel_engine_cancel (VowelEngine *engine, guint64 generation)
{
  VOWEL_ENGINE_GET_IFACE (engine)->cancel (engine, generation);
}

void
vowel_engine_transcribe (VowelEngine *engine, guint64 recording, GBytes *audio,
    const VowelAudioFormat *format)
{
  VOWEL_ENGINE_GET_IFACE (engine)->transcribe (
      engine, recording, audio, format);
}

void
vowel_engine_hold_voice (VowelEngine *engine, gboolean hold)
{
  VowelEngineInterface *iface = VOWEL_ENGINE_GET_IFACE (engine);

  if (iface->hold_voice != NULL)
    iface->hold_voice (engine, hold);
}

gboolean
vowel_engine_speak (VowelEngine *engine, const VowelSpeech *speech)
{
  VowelEngineInterface *iface = VOWEL_ENGINE_GET_IFACE (engine);

  if (iface->speak == NULL)
    return FALSE;
  iface->speak (engine, speech);
  return TRUE;
}
