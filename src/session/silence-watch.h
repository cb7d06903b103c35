/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "clock.h"

G_BEGIN_DECLS

/**
 * VowelSilenceWatch:
 *
 * Counts how long not a word has come since the last answer was heard, and
 * tells once when that is too long. Owner thread only.
 */
typedef struct _VowelSilenceWatch VowelSilenceWatch;

/* @expired: nobody has spoken for the timeout. It may not free the watch. */
VowelSilenceWatch *vowel_silence_watch_new (
    VowelClock *clock, VowelTimerFunc expired, gpointer user_data);
void vowel_silence_watch_free (VowelSilenceWatch *watch);

/* An answer is over, which is heard until @from (clock time). Silence counts
 * from then on, once vowel_silence_watch_go_on() was called. */
void vowel_silence_watch_begin (VowelSilenceWatch *watch, gint64 from);
/* Words have come: until the next answer there is no silence. */
void vowel_silence_watch_end (VowelSilenceWatch *watch);
/* Somebody speaks: nothing expires meanwhile. */
void vowel_silence_watch_pause (VowelSilenceWatch *watch);
/* What was heard were no words: silence counts from now. */
void vowel_silence_watch_restart (VowelSilenceWatch *watch);
/* Nobody speaks, and nothing is about to be answered. @timeout_ms: 0: silence
 * may last as long as it likes */
void vowel_silence_watch_go_on (VowelSilenceWatch *watch, guint timeout_ms);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelSilenceWatch, vowel_silence_watch_free)

G_END_DECLS
