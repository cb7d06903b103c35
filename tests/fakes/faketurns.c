/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "faketurns.h"

#define LOUD 500
#define ENDING (100 * GST_MSECOND)
#define OVER (300 * GST_MSECOND)

void
fake_turns_begin (FakeTurns *turns)
{
  *turns = (FakeTurns){.position = 0};
}

static gchar *
make_text (FakeTurns *turns)
{
  return g_strdup_printf ("level %d", (turns->peak + 500) / 1000);
}

static void
hear (FakeTurns *turns, GstVowelStt *stt, GstBuffer *audio, gint peak)
{
  turns->quiet = 0;
  if (!turns->open) {
    turns->open = TRUE;
    turns->peak = 0;
    gst_vowel_stt_turn_started (stt, GST_BUFFER_PTS (audio));
  } else if (turns->ending) {
    turns->ending = FALSE;
    gst_vowel_stt_turn_resumed (stt);
  }
  turns->peak = MAX (turns->peak, peak);
}

void
fake_turns_feed (
    FakeTurns *turns, GstVowelStt *stt, GstBuffer *audio, gint peak)
{
  g_autofree gchar *text = NULL;

  turns->position = GST_BUFFER_PTS (audio) + GST_BUFFER_DURATION (audio);
  if (peak >= LOUD) {
    hear (turns, stt, audio, peak);
    return;
  }
  if (!turns->open)
    return;
  turns->quiet += GST_BUFFER_DURATION (audio);
  text = make_text (turns);
  if (turns->quiet >= ENDING && !turns->ending) {
    turns->ending = TRUE;
    gst_vowel_stt_turn_text (stt, text, 0.5);
    gst_vowel_stt_turn_ending (stt, text);
  }
  if (turns->quiet >= OVER)
    fake_turns_end (turns, stt);
}

void
fake_turns_end (FakeTurns *turns, GstVowelStt *stt)
{
  g_autofree gchar *text = turns->open ? make_text (turns) : g_strdup ("");

  turns->open = FALSE;
  turns->ending = FALSE;
  gst_vowel_stt_turn_ended (stt, turns->position, text, 0.75);
}
