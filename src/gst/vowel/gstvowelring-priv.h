/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* The last samples (S16, mono) of a stream, in a block of memory of just that
 * size: thousands of streams listen at once, and buffers of 40 ms would take
 * half as much again.  All zeros at the start. */
typedef struct {
  gint16 *samples;
  guint size;
  guint begin;      /* place of the oldest */
  guint length;     /* samples that are there */
  GstClockTime end; /* time behind the newest */
} GstVowelRing;

/* Keeps the last @keep samples at least up to the end of @buffer, which has a
 * valid PTS and duration and goes on where the last one ended. */
void gst_vowel_ring_add (GstVowelRing *ring, GstBuffer *buffer, guint keep);

/* (transfer full) (nullable): a copy of all that is there */
GstBuffer *gst_vowel_ring_copy (const GstVowelRing *ring, gint rate);

void gst_vowel_ring_clear (GstVowelRing *ring);

G_END_DECLS
