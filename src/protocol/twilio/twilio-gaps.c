/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio-gaps.h"

#define BYTES_PER_MS 8
/* One packet: less is jitter of the clock that the times are from. */
#define MIN_GAP_MS 20
/* Who was away for longer goes on where he is. */
#define MAX_GAP_MS 5000

gsize
vowel_twilio_gaps_note (VowelTwilioGaps *gaps, gint64 at_ms, gsize bytes)
{
  gint64 heard_ms = gaps->bytes / BYTES_PER_MS;
  gint64 gap_ms = 0;

  if (at_ms >= 0 && !gaps->has_begun) {
    gaps->has_begun = TRUE;
    gaps->start_ms = at_ms - heard_ms;
  } else if (at_ms >= 0) {
    gap_ms = at_ms - gaps->start_ms - heard_ms;
  }
  if (gap_ms < MIN_GAP_MS)
    gap_ms = 0;
  if (gap_ms > MAX_GAP_MS) {
    gaps->start_ms += gap_ms - MAX_GAP_MS;
    gap_ms = MAX_GAP_MS;
  }
  gaps->bytes += gap_ms * BYTES_PER_MS + bytes;
  return gap_ms * BYTES_PER_MS;
}
