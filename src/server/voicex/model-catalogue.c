/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "model-catalogue.h"

#define LLM VOWEL_PLAN_LLM
#define TTS VOWEL_PLAN_TTS
#define STT VOWEL_PLAN_STT

/* clang-format off */
static const VowelCatalogueModel models[] = {
  {LLM, "anthropic", "claude-haiku-5-5", "Claude Haiku 5.5", "Fast, for conversations"},
  {LLM, "anthropic", "claude-haiku-4-5", "Claude Haiku 4.5", "Fast, for conversations"},
  {LLM, "anthropic", "claude-sonnet-4-5", "Claude Sonnet 4.5", "For difficult tasks"},
  {LLM, "groq", "llama-3.3-70b-versatile", "Llama 3.3 70B", "Answers quickly and well"},
  {LLM, "groq", "llama-3.1-8b-instant", "Llama 3.1 8B", "Answers at once"},
  {LLM, "groq", "openai/gpt-oss-120b", "GPT OSS 120B", "For difficult tasks"},
  {LLM, "groq", "openai/gpt-oss-20b", "GPT OSS 20B", "Answers at once"},
  {LLM, "ollama", "llama3.2:3b", "Llama 3.2 3B", "Small, on a machine of one's own"},
  {LLM, "openai", "gpt-4o-mini", "GPT-4o mini", "Fast, for conversations"},
  {LLM, "openai", "gpt-4o", "GPT-4o", "For difficult tasks"},
  {LLM, "openai", "gpt-4.1-mini", "GPT-4.1 mini", "Fast, for conversations"},
  {TTS, "deepgram", "thalia", "Thalia", "American, a woman's voice"},
  {TTS, "deepgram", "apollo", "Apollo", "American, a man's voice"},
  {TTS, "deepgram", "athena", "Athena", "American, a calm woman's voice"},
  {TTS, "deepgram", "draco", "Draco", "British, a man's voice"},
  {TTS, "elevenlabs", "21m00Tcm4TlvDq8ikWAM", "Rachel", "American, a calm woman's voice"},
  {TTS, "elevenlabs", "EXAVITQu4vr4xnSDxMaL", "Sarah", "American, a soft woman's voice"},
  {TTS, "elevenlabs", "pNInz6obpgDQGcFmaJgB", "Adam", "American, a deep man's voice"},
  {TTS, "openai", "alloy", "Alloy", "Neutral"},
  {TTS, "openai", "echo", "Echo", "A man's voice"},
  {TTS, "openai", "nova", "Nova", "A woman's voice"},
  {TTS, "openai", "shimmer", "Shimmer", "A woman's voice"},
  {STT, "assemblyai", "universal-streaming-english", "Universal Streaming", "English"},
  {STT, "deepgram", "nova-3", "Nova 3", "The most accurate one"},
  {STT, "deepgram", "nova-2", "Nova 2", "For many languages"},
  {STT, "groq-whisper", "whisper-large-v3-turbo", "Whisper Large v3 Turbo", "For many languages"},
  {STT, "openai", "gpt-4o-mini-transcribe", "GPT-4o mini Transcribe", "For many languages"},
  {STT, "openai", "whisper-1", "Whisper", "For many languages"},
};

static const struct {
  const gchar *provider;
  const gchar *title;
} titles[] = {
  {"anthropic", "Anthropic"},
  {"assemblyai", "AssemblyAI"},
  {"cartesia", "Cartesia"},
  {"deepgram", "Deepgram"},
  {"elevenlabs", "ElevenLabs"},
  {"espeak", "eSpeak NG"},
  {"flite", "Flite"},
  {"grok", "xAI"},
  {"groq", "Groq"},
  {"groq-whisper", "Groq Whisper"},
  {"inworld", "Inworld"},
  {"llama.cpp", "llama.cpp"},
  {"mistral", "Mistral"},
  {"mistral-voxtral-realtime", "Mistral Voxtral"},
  {"ollama", "Ollama"},
  {"openai", "OpenAI"},
  {"openai-compatible", "OpenAI-compatible"},
  {"openrouter", "OpenRouter"},
  {"pocketsphinx", "PocketSphinx"},
  {"scripted", "Scripted"},
  {"vllm", "vLLM"},
  {"whisper.cpp", "whisper.cpp"},
};
/* clang-format on */

const VowelCatalogueModel *
vowel_model_catalogue_list (guint *ret_n)
{
  *ret_n = G_N_ELEMENTS (models);
  return models;
}

const gchar *
vowel_model_catalogue_get_title (const gchar *provider)
{
  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    if (g_str_equal (titles[i].provider, provider))
      return titles[i].title;
  return provider;
}
