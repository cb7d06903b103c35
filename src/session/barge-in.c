/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "barge-in.h"

gboolean
vowel_barge_in_is_guarded (
    const VowelBargeInConfig *config, gint64 now, gint64 heard_until)
{
  return config->min_chars > 0 && heard_until > 0
         && now < heard_until + config->guard_ms * (gint64) 1000;
}

gboolean
vowel_barge_in_suffices (const VowelBargeInConfig *config, const gchar *text)
{
  g_autofree gchar *words = g_strstrip (g_strdup (text));

  return g_utf8_strlen (words, -1) >= config->min_chars;
}
