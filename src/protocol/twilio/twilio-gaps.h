/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VowelTwilioGaps:
 *
 * Finds the audio that got lost on its way, by the times that what has arrived
 * was recorded at: silence in its place keeps the caller's clock going. All
 * zeros to begin with.
 */
typedef struct {
  gboolean has_begun;
  gint64 start_ms; /* on the stream's clock, of the first audio */
  guint64 bytes;   /* since then, silence included */
} VowelTwilioGaps;

/* Audio of @bytes that was recorded at @at_ms (-1: not known) arrives: how many
 * bytes are missing before it. */
gsize vowel_twilio_gaps_note (VowelTwilioGaps *gaps, gint64 at_ms, gsize bytes);

G_END_DECLS
