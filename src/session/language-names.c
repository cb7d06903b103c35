/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "language-names.h"

#include <string.h>

static const struct {
  const gchar *code;
  const gchar *long_codes; /* ISO 639-2 and -3, "|"-separated */
  const gchar *name;
} languages[] = {
    {"ar", "ara|arb", "Arabic"},
    {"bg", "bul", "Bulgarian"},
    {"ca", "cat", "Catalan"},
    {"cs", "ces|cze", "Czech"},
    {"da", "dan", "Danish"},
    {"de", "deu|ger", "German"},
    {"el", "ell|gre", "Greek"},
    {"en", "eng", "English"},
    {"es", "spa", "Spanish"},
    {"fi", "fin", "Finnish"},
    {"fr", "fra|fre", "French"},
    {"he", "heb", "Hebrew"},
    {"hi", "hin", "Hindi"},
    {"hu", "hun", "Hungarian"},
    {"id", "ind", "Indonesian"},
    {"it", "ita", "Italian"},
    {"ja", "jpn", "Japanese"},
    {"ko", "kor", "Korean"},
    {"nl", "nld|dut", "Dutch"},
    {"no", "nor|nob|nno", "Norwegian"},
    {"pl", "pol", "Polish"},
    {"pt", "por", "Portuguese"},
    {"ro", "ron|rum", "Romanian"},
    {"ru", "rus", "Russian"},
    {"sv", "swe", "Swedish"},
    {"th", "tha", "Thai"},
    {"tr", "tur", "Turkish"},
    {"uk", "ukr", "Ukrainian"},
    {"vi", "vie", "Vietnamese"},
    {"zh", "zho|chi|cmn", "Chinese"},
};

static gboolean
is_long_code (const gchar *list, const gchar *code)
{
  g_auto (GStrv) codes = g_strsplit (list, "|", -1);

  return g_strv_contains ((const gchar *const *) codes, code);
}

gchar *
vowel_language_normalize (const gchar *tag)
{
  gsize length = tag != NULL ? strcspn (tag, "-_") : 0;
  g_autofree gchar *code = g_ascii_strdown (tag != NULL ? tag : "", length);

  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalpha (code[i]))
      return NULL;
  /* Recognisers of Whisper's kind write names. */
  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    if (g_str_equal (code, languages[i].code)
        || is_long_code (languages[i].long_codes, code)
        || g_ascii_strcasecmp (code, languages[i].name) == 0)
      return g_strdup (languages[i].code);
  return length == 2 || length == 3 ? g_steal_pointer (&code) : NULL;
}

gchar *
vowel_language_dup_name (const gchar *code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    if (g_str_equal (code, languages[i].code))
      return g_strdup (languages[i].name);
  return g_ascii_strup (code, -1);
}
