/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "provider-setups.h"

#define STT GST_VOWEL_PROVIDER_STT
#define LLM GST_VOWEL_PROVIDER_LLM
#define TTS GST_VOWEL_PROVIDER_TTS
#define MODELS "/models"

/* Of those that "auto" may take the best come first. */
static const VowelProviderSetup setups[] = {
    {STT, "deepgram", "deepgram", TRUE, TRUE, "/v1/projects"},
    {STT, "groq-whisper", "groq", TRUE, TRUE, MODELS},
    {STT, "openai", "openai", TRUE, TRUE, MODELS},
    {STT, "openai-compatible", "echoline", FALSE, FALSE, MODELS},
    {STT, "whisper.cpp", NULL, FALSE, FALSE, "/"},
    {STT, "grok", "grok", TRUE, TRUE, "/v1/models"},
    {STT, "assemblyai", "assemblyai", TRUE, TRUE,
        "/v3/token?expires_in_seconds=60"},
    {STT, "elevenlabs", "elevenlabs", TRUE, TRUE, "/v1/user"},
    {STT, "mistral-voxtral-realtime", "mistral", TRUE, TRUE, "/v1/models"},
    {STT, "mistral", "mistral", TRUE, FALSE, "/v1/models"},
    {LLM, "groq", "groq", TRUE, TRUE, MODELS},
    {LLM, "openai", "openai", TRUE, TRUE, MODELS},
    {LLM, "anthropic", "anthropic", TRUE, TRUE, "/v1/models"},
    {LLM, "openrouter", "openrouter", TRUE, TRUE, MODELS},
    {LLM, "ollama", NULL, FALSE, FALSE, MODELS},
    {LLM, "llama.cpp", NULL, FALSE, FALSE, MODELS},
    {LLM, "vllm", "vllm", FALSE, FALSE, MODELS},
    {LLM, "openai-compatible", "openai-compatible", FALSE, FALSE, MODELS},
    {TTS, "deepgram", "deepgram", TRUE, TRUE, "/v1/projects"},
    {TTS, "openai", "openai", TRUE, TRUE, MODELS},
    {TTS, "groq", "groq", TRUE, FALSE, MODELS},
    {TTS, "openai-compatible", "echoline", FALSE, FALSE, MODELS},
    {TTS, "elevenlabs", "elevenlabs", TRUE, TRUE, "/v1/user"},
    {TTS, "cartesia", "cartesia", TRUE, TRUE, "/voices"},
    {TTS, "inworld", "inworld", TRUE, TRUE, "/tts/v1/voices"},
    {TTS, "grok", "grok", TRUE, TRUE, "/v1/models"},
};

/* Of several for one property the first that is set wins. */
static const VowelProviderVariable variables[] = {
    {STT, "deepgram", "DEEPGRAM_BASE_URL", "base-url"},
    {STT, "deepgram", "DEEPGRAM_STT_MODEL", "model"},
    {STT, "deepgram", "DEEPGRAM_STT_LANGUAGE", "language"},
    {STT, "deepgram", "DEEPGRAM_EOT_THRESHOLD", "eot-threshold"},
    {STT, "deepgram", "DEEPGRAM_EAGER_EOT_THRESHOLD", "eager-eot-threshold"},
    {STT, "groq-whisper", "GROQ_BASE_URL", "base-url"},
    {STT, "groq-whisper", "GROQ_WHISPER_MODEL", "model"},
    {STT, "openai", "OPENAI_BASE_URL", "base-url"},
    {STT, "openai", "OPENAI_STT_MODEL", "model"},
    {STT, "openai-compatible", "ECHOLINE_BASE_URL", "base-url"},
    {STT, "openai-compatible", "ECHOLINE_STT_MODEL", "model"},
    {STT, "openai-compatible", "ECHOLINE_STT_LANGUAGE", "language"},
    {STT, "whisper.cpp", "WHISPER_CPP_BASE_URL", "base-url"},
    {STT, "whisper.cpp", "WHISPER_CPP_LANGUAGE", "language"},
    {STT, "grok", "GROK_BASE_URL", "base-url"},
    {STT, "grok", "GROK_STT_LANGUAGE", "language"},
    {STT, "assemblyai", "ASSEMBLYAI_BASE_URL", "base-url"},
    {STT, "assemblyai", "ASSEMBLYAI_STT_MODEL", "model"},
    {STT, "assemblyai", "ASSEMBLYAI_STT_LANGUAGE", "language"},
    {STT, "elevenlabs", "ELEVENLABS_BASE_URL", "base-url"},
    {STT, "elevenlabs", "ELEVENLABS_STT_MODEL", "model"},
    {STT, "elevenlabs", "ELEVENLABS_STT_LANGUAGE", "language"},
    {STT, "elevenlabs", "ELEVENLABS_STT_DETECT_LANGUAGE", "detect-language"},
    {STT, "mistral-voxtral-realtime", "MISTRAL_BASE_URL", "base-url"},
    {STT, "mistral-voxtral-realtime", "MISTRAL_VOXTRAL_MODEL", "model"},
    {STT, "mistral", "MISTRAL_BASE_URL", "base-url"},
    {STT, "mistral", "MISTRAL_VOXTRAL_MODEL", "model"},
    {LLM, "groq", "GROQ_BASE_URL", "base-url"},
    {LLM, "groq", "GROQ_MODEL", "model"},
    {LLM, "groq", "GROQ_REASONING_EFFORT", "reasoning-effort"},
    {LLM, "groq", "GROQ_SERVICE_TIER", "service-tier"},
    {LLM, "openai", "OPENAI_BASE_URL", "base-url"},
    {LLM, "openai", "OPENAI_MODEL", "model"},
    {LLM, "openai", "OPENAI_REASONING_EFFORT", "reasoning-effort"},
    {LLM, "openai", "OPENAI_SERVICE_TIER", "service-tier"},
    {LLM, "anthropic", "ANTHROPIC_BASE_URL", "base-url"},
    {LLM, "anthropic", "ANTHROPIC_MODEL", "model"},
    {LLM, "anthropic", "ANTHROPIC_REASONING_EFFORT", "reasoning-effort"},
    {LLM, "openrouter", "OPENROUTER_BASE_URL", "base-url"},
    {LLM, "openrouter", "OPENROUTER_MODEL", "model"},
    {LLM, "openrouter", "OPENROUTER_REASONING_EFFORT", "reasoning-effort"},
    {LLM, "openrouter", "OPENROUTER_PROVIDER", "routing-order"},
    {LLM, "openrouter", "OPENROUTER_ROUTING", "routing"},
    {LLM, "openrouter", "OPENROUTER_FALLBACK_MODELS", "fallback-models"},
    {LLM, "openrouter", "OPENROUTER_SITE_URL", "site-url"},
    {LLM, "openrouter", "OPENROUTER_APP_NAME", "app-name"},
    {LLM, "ollama", "OLLAMA_BASE_URL", "base-url"},
    {LLM, "ollama", "OLLAMA_MODEL", "model"},
    {LLM, "llama.cpp", "LLAMA_CPP_BASE_URL", "base-url"},
    {LLM, "vllm", "VLLM_BASE_URL", "base-url"},
    {LLM, "vllm", "VLLM_MODEL", "model"},
    {LLM, "openai-compatible", "OPENAI_COMPATIBLE_BASE_URL", "base-url"},
    {LLM, "openai-compatible", "OPENAI_COMPATIBLE_MODEL", "model"},
    {TTS, "deepgram", "DEEPGRAM_BASE_URL", "base-url"},
    {TTS, "deepgram", "DEEPGRAM_TTS_MODEL", "voice"},
    {TTS, "deepgram", "DEEPGRAM_TTS_SAMPLE_RATE", "sample-rate"},
    {TTS, "deepgram", "DEEPGRAM_TTS_TRANSPORT", "transport"},
    {TTS, "openai", "OPENAI_BASE_URL", "base-url"},
    {TTS, "openai", "OPENAI_TTS_MODEL", "model"},
    {TTS, "openai", "OPENAI_TTS_VOICE", "voice"},
    {TTS, "groq", "GROQ_BASE_URL", "base-url"},
    {TTS, "groq", "GROQ_TTS_MODEL", "model"},
    {TTS, "groq", "GROQ_TTS_VOICE", "voice"},
    {TTS, "openai-compatible", "ECHOLINE_BASE_URL", "base-url"},
    {TTS, "openai-compatible", "ECHOLINE_TTS_MODEL", "model"},
    {TTS, "openai-compatible", "ECHOLINE_TTS_VOICE", "voice"},
    {TTS, "openai-compatible", "ECHOLINE_TTS_SAMPLE_RATE", "sample-rate"},
    {TTS, "openai-compatible", "ECHOLINE_TTS_RESPONSE_FORMAT", "format"},
    {TTS, "elevenlabs", "ELEVENLABS_BASE_URL", "base-url"},
    {TTS, "elevenlabs", "ELEVENLABS_TTS_MODEL", "model"},
    {TTS, "elevenlabs", "ELEVENLABS_TTS_VOICE", "voice"},
    {TTS, "elevenlabs", "ELEVENLABS_TTS_LANGUAGE", "language"},
    {TTS, "elevenlabs", "ELEVENLABS_TTS_TRANSPORT", "transport"},
    {TTS, "cartesia", "CARTESIA_BASE_URL", "base-url"},
    {TTS, "cartesia", "CARTESIA_TTS_MODEL", "model"},
    {TTS, "cartesia", "CARTESIA_TTS_VOICE", "voice"},
    {TTS, "cartesia", "CARTESIA_TTS_LANGUAGE", "language"},
    {TTS, "cartesia", "CARTESIA_TTS_TRANSPORT", "transport"},
    {TTS, "inworld", "INWORLD_BASE_URL", "base-url"},
    {TTS, "inworld", "INWORLD_TTS_MODEL", "model"},
    {TTS, "inworld", "INWORLD_TTS_VOICE", "voice"},
    {TTS, "inworld", "INWORLD_TTS_TRANSPORT", "transport"},
    {TTS, "grok", "GROK_BASE_URL", "base-url"},
    {TTS, "grok", "GROK_TTS_VOICE", "voice"},
    {TTS, "grok", "GROK_TTS_LANGUAGE", "language"},
    {TTS, "grok", "GROK_TTS_TRANSPORT", "transport"},
};

const VowelProviderSetup *
vowel_provider_setup_find (GstVowelProviderKind kind, const gchar *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (setups); i++)
    if (setups[i].kind == kind && g_str_equal (setups[i].name, name))
      return &setups[i];
  return NULL;
}

const VowelProviderSetup *
vowel_provider_setups_list (guint *ret_n)
{
  *ret_n = G_N_ELEMENTS (setups);
  return setups;
}

const VowelProviderVariable *
vowel_provider_variables_list (guint *ret_n)
{
  *ret_n = G_N_ELEMENTS (variables);
  return variables;
}
