/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

/*
 * FakeTurns: fakestt as a recogniser that decides about turns. A turn is what
 * is loud; it may be over after 100 ms of quiet, and is after 300. Its text is
 * "level N", the loudest sample in thousands. Worker thread only.
 */
typedef struct {
  gboolean open;
  gboolean ending;
  gint peak;
  GstClockTime quiet;
  GstClockTime position;
} FakeTurns;

void fake_turns_begin (FakeTurns *turns);
void fake_turns_feed (
    FakeTurns *turns, GstVowelStt *stt, GstBuffer *audio, gint peak);
void fake_turns_end (FakeTurns *turns, GstVowelStt *stt);

G_END_DECLS
