/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "openai-profile.h"

#include <string.h>

/* *INDENT-OFF* */
/* clang-format off */
#define OPENAI_URL "https://api.openai.com/v1"
#define GROQ_URL "https://api.groq.com/openai/v1"
#define LOCAL_AUDIO_URL "http://localhost:8000/v1"
static const OpenaiProfile profiles[] = {
  {OPENAI_CHAT, "openai", "openai", TRUE, OPENAI_URL, "gpt-4.1-mini", "max_completion_tokens", OPENAI_REASONING_EFFORT, FALSE},
  {OPENAI_CHAT, "groq", "groq", TRUE, GROQ_URL, "openai/gpt-oss-20b", "max_completion_tokens", OPENAI_REASONING_GROQ, FALSE},
  {OPENAI_CHAT, "openrouter", "openrouter", TRUE, "https://openrouter.ai/api/v1", "openai/gpt-oss-20b", "max_tokens", OPENAI_REASONING_OBJECT, FALSE},
  {OPENAI_CHAT, "ollama", NULL, FALSE, "http://localhost:11434/v1", NULL, "max_tokens", OPENAI_REASONING_EFFORT, TRUE},
  {OPENAI_CHAT, "llama.cpp", NULL, FALSE, "http://localhost:8080/v1", "default", "max_tokens", OPENAI_REASONING_TEMPLATE, TRUE},
  {OPENAI_CHAT, "vllm", "vllm", FALSE, "http://localhost:8000/v1", NULL, "max_tokens", OPENAI_REASONING_TEMPLATE, TRUE},
  {OPENAI_CHAT, "openai-compatible", "openai-compatible", FALSE, NULL, NULL, "max_tokens", OPENAI_REASONING_EFFORT, TRUE},
  {OPENAI_STT, "openai", "openai", TRUE, OPENAI_URL, "gpt-4o-mini-transcribe", .streams = TRUE},
  {OPENAI_STT, "groq-whisper", "groq", TRUE, GROQ_URL, "whisper-large-v3"},
  {OPENAI_STT, "openai-compatible", "echoline", FALSE, LOCAL_AUDIO_URL, "Systran/faster-whisper-tiny", .slow_start = TRUE, .streams = TRUE},
  {OPENAI_STT, "whisper.cpp", NULL, FALSE, "http://localhost:8080", "whisper", .slow_start = TRUE, .path = "/inference", .language = "auto"},
  {OPENAI_TTS, "openai", "openai", TRUE, OPENAI_URL, "gpt-4o-mini-tts", .voice = "alloy", .format = "pcm"},
  {OPENAI_TTS, "groq", "groq", TRUE, GROQ_URL, "canopylabs/orpheus-v1-english", .voice = "autumn", .format = "wav"},
  {OPENAI_TTS, "openai-compatible", "echoline", FALSE, LOCAL_AUDIO_URL, "onnx-community/Kokoro-82M-v1.0-ONNX", .voice = "af_heart", .format = "wav", .slow_start = TRUE, .tells_facts = TRUE},
};
/* clang-format on */
/* *INDENT-ON* */

const OpenaiProfile *
openai_profile_find (OpenaiKind kind, const gchar *name)
{
  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (profiles); i++)
    if (profiles[i].kind == kind && g_str_equal (profiles[i].name, name))
      return &profiles[i];
  return NULL;
}

gchar *
openai_profile_list (OpenaiKind kind, const gchar *separator)
{
  GString *list = g_string_new (NULL);
  gboolean first = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (profiles); i++) {
    if (profiles[i].kind != kind)
      continue;
    if (!first)
      g_string_append_printf (
          list, "%s%s", list->len > 0 ? separator : "", profiles[i].name);
    first = FALSE;
  }
  return g_string_free (list, FALSE);
}

gboolean
openai_model_takes_images (const gchar *model)
{
  static const gchar *const patterns[] = {"gpt-4o*", "gpt-4.1*", "gpt-4-turbo*",
      "gpt-5*", "chatgpt-4o*", "o1", "o1-2*", "o1-pro*", "o3", "o3-2*",
      "o3-pro*", "o4-mini*", "claude-*", "gemini-*", "gemma-3-*", "gemma3",
      "gemma3:*", "grok-4*", "llama-4*", "llama4*", "pixtral*", "minicpm-v*",
      "moondream*", "internvl*", "smolvlm*", "*llava*", "*vision*", "*-vl",
      "*-vl-*", "*vl:*", "qwen2.5vl"};
  const gchar *slash = strrchr (model, '/');
  g_autofree gchar *name =
      g_ascii_strdown (slash != NULL ? slash + 1 : model, -1);

  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    if (g_pattern_match_simple (patterns[i], name))
      return TRUE;
  return FALSE;
}

gchar *
openai_profile_make_uri (const gchar *base_url, const gchar *path)
{
  gsize size = strlen (base_url);

  return g_strdup_printf ("%.*s%s",
      (int) (g_str_has_suffix (base_url, "/") ? size - 1 : size), base_url,
      path);
}
