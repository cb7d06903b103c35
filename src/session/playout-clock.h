/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "clock.h"

G_BEGIN_DECLS

/**
 * VowelPlayoutClock:
 *
 * What the caller has heard. Audio is sent faster than it is played; this
 * clock assumes that a caller plays it at once, in order and without a pause,
 * from the moment it was sent, and stands still while nothing is left to play.
 * A caller that reports its position (a mark, a truncate) corrects it.
 * Positions become characters by the text ranges of the audio. Owner thread
 * only.
 */
typedef struct _VowelPlayoutClock VowelPlayoutClock;

/**
 * VowelPlayout:
 * @item_id: whose audio
 * @sent_ms: how much was sent
 * @heard_ms: how much of that was heard
 * @heard_chars: how many characters of the item's text that is
 */
typedef struct {
  gchar *item_id;
  guint sent_ms;
  guint heard_ms;
  guint heard_chars;
} VowelPlayout;

void vowel_playout_free (VowelPlayout *playout);

VowelPlayoutClock *vowel_playout_clock_new (VowelClock *clock);
void vowel_playout_clock_free (VowelPlayoutClock *playout);

/* Audio of an item was sent: it speaks [@text_start, @text_end) of its text. */
void vowel_playout_clock_sent (VowelPlayoutClock *playout, const gchar *item_id,
    gint64 duration_us, guint text_start, guint text_end);
/* The caller reports that it has played this much of the item, just now.
 * FALSE when nothing is known of the item or it was interrupted. */
gboolean vowel_playout_clock_heard (
    VowelPlayoutClock *playout, const gchar *item_id, guint heard_ms);
/* Playing stops now: what was not heard never will be.  (transfer full)
 * (element-type VowelPlayout): the items that were cut off, oldest first. */
GPtrArray *vowel_playout_clock_interrupt (VowelPlayoutClock *playout);
void vowel_playout_clock_forget (
    VowelPlayoutClock *playout, const gchar *item_id);

/* When all that was sent has been played (clock time); may lie in the past. */
gint64 vowel_playout_clock_get_end (VowelPlayoutClock *playout);
gboolean vowel_playout_clock_is_playing (VowelPlayoutClock *playout);
/* 0 when the item is not known. */
guint vowel_playout_clock_get_sent_ms (
    VowelPlayoutClock *playout, const gchar *item_id);
guint vowel_playout_clock_get_heard_ms (
    VowelPlayoutClock *playout, const gchar *item_id);
/* How many characters of the item's text the first @ms of its audio speak.
 * FALSE when the item is not known (any more). */
gboolean vowel_playout_clock_get_chars (VowelPlayoutClock *playout,
    const gchar *item_id, guint ms, guint *ret_chars);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelPlayoutClock, vowel_playout_clock_free)

G_END_DECLS
