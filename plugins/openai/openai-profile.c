/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "openai-profile.h"

#include <string.h>

/* *INDENT-OFF* */
/* clang-format off */
static const OpenaiProfile profiles[] = {
  {"openai", "openai", TRUE, "https://api.openai.com/v1", "gpt-4.1-mini", "max_completion_tokens", OPENAI_REASONING_EFFORT, FALSE},
  {"groq", "groq", TRUE, "https://api.groq.com/openai/v1", "openai/gpt-oss-20b", "max_completion_tokens", OPENAI_REASONING_GROQ, FALSE},
  {"openrouter", "openrouter", TRUE, "https://openrouter.ai/api/v1", "openai/gpt-oss-20b", "max_tokens", OPENAI_REASONING_OBJECT, FALSE},
  {"ollama", NULL, FALSE, "http://localhost:11434/v1", NULL, "max_tokens", OPENAI_REASONING_EFFORT, TRUE},
  {"llama.cpp", NULL, FALSE, "http://localhost:8080/v1", "default", "max_tokens", OPENAI_REASONING_TEMPLATE, TRUE},
  {"vllm", "vllm", FALSE, "http://localhost:8000/v1", NULL, "max_tokens", OPENAI_REASONING_TEMPLATE, TRUE},
  {"openai-compatible", "openai-compatible", FALSE, NULL, NULL, "max_tokens", OPENAI_REASONING_EFFORT, TRUE},
};
/* clang-format on */
/* *INDENT-ON* */

const OpenaiProfile *
openai_profile_find (const gchar *name)
{
  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (profiles); i++)
    if (g_str_equal (profiles[i].name, name))
      return &profiles[i];
  return NULL;
}

gchar *
openai_profile_list (const gchar *separator)
{
  GString *list = g_string_new (NULL);

  for (guint i = 1; i < G_N_ELEMENTS (profiles); i++) {
    if (i > 1)
      g_string_append (list, separator);
    g_string_append (list, profiles[i].name);
  }
  return g_string_free (list, FALSE);
}

gchar *
openai_profile_make_uri (const gchar *base_url, const gchar *path)
{
  gsize size = strlen (base_url);

  return g_strdup_printf ("%.*s%s",
      (int) (g_str_has_suffix (base_url, "/") ? size - 1 : size), base_url,
      path);
}
