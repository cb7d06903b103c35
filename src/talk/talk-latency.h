/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  VOWEL_TALK_TRANSCRIPT,
  VOWEL_TALK_FIRST_TOKEN,
  VOWEL_TALK_FIRST_AUDIO,
  VOWEL_TALK_DONE,
  VOWEL_TALK_N_STEPS,
} VowelTalkStep;

/**
 * VowelTalkLatency:
 *
 * When the steps of one turn happened, in microseconds; -1 = not yet.
 */
typedef struct {
  gint64 start;
  gint64 steps[VOWEL_TALK_N_STEPS];
} VowelTalkLatency;

/* The user's speech ended, or the text was sent. */
void vowel_talk_latency_begin (VowelTalkLatency *latency, gint64 now);
/* Only the first of each kind counts. */
void vowel_talk_latency_mark (
    VowelTalkLatency *latency, VowelTalkStep step, gint64 now);
/* A line of table, with a header line before it when @header. */
gchar *vowel_talk_latency_format (
    const VowelTalkLatency *latency, gboolean header);

G_END_DECLS
