/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VOWEL_HISTOGRAM_N_BUCKETS 14

/**
 * VowelHistogram:
 *
 * How long something took, counted by size. Any thread, without locks; zeroed
 * memory is an empty one.
 */
typedef struct {
  _Atomic guint64 counts[VOWEL_HISTOGRAM_N_BUCKETS + 1]; /* the last: beyond */
  _Atomic guint64 sum_us;
} VowelHistogram;

void vowel_histogram_add (VowelHistogram *histogram, gint64 duration_us);
/* The upper bound of a bucket, in microseconds. */
gint64 vowel_histogram_get_bound (guint bucket);
/* How many were added that took no longer than the bound of @bucket; all of
 * them for VOWEL_HISTOGRAM_N_BUCKETS. */
guint64 vowel_histogram_count (VowelHistogram *histogram, guint bucket);
guint64 vowel_histogram_get_sum_us (VowelHistogram *histogram);

G_END_DECLS
