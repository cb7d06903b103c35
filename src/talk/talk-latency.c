/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "talk-latency.h"

static const gchar *const titles[VOWEL_TALK_N_STEPS] = {
    "transcript", "first token", "first audio", "done"};

#define COLUMN 12

void
vowel_talk_latency_begin (VowelTalkLatency *latency, gint64 now)
{
  latency->start = now;
  for (guint i = 0; i < VOWEL_TALK_N_STEPS; i++)
    latency->steps[i] = -1;
}

void
vowel_talk_latency_mark (
    VowelTalkLatency *latency, VowelTalkStep step, gint64 now)
{
  if (latency->steps[step] < 0)
    latency->steps[step] = now - latency->start;
}

gchar *
vowel_talk_latency_format (const VowelTalkLatency *latency, gboolean header)
{
  GString *text = g_string_new (NULL);

  if (header) {
    g_string_append (text, "  ");
    for (guint i = 0; i < VOWEL_TALK_N_STEPS; i++)
      g_string_append_printf (text, "%*s", COLUMN, titles[i]);
    g_string_append_c (text, '\n');
  }
  g_string_append (text, "  ");
  for (guint i = 0; i < VOWEL_TALK_N_STEPS; i++) {
    if (latency->steps[i] < 0)
      g_string_append_printf (text, "%*s", COLUMN, "-");
    else
      g_string_append_printf (
          text, "%*.1f ms", COLUMN - 3, latency->steps[i] / 1000.0);
  }
  g_string_append_c (text, '\n');
  return g_string_free (text, FALSE);
}
