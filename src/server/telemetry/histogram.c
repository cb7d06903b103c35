/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "histogram.h"

#include <stdatomic.h>

/* From what nobody notices to what nobody waits for. */
static const gint64 bounds_us[VOWEL_HISTOGRAM_N_BUCKETS] = {1000, 2500, 5000,
    10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 5000000,
    10000000, 30000000};

void
vowel_histogram_add (VowelHistogram *self, gint64 duration_us)
{
  guint bucket = 0;

  while (bucket < VOWEL_HISTOGRAM_N_BUCKETS && duration_us > bounds_us[bucket])
    bucket++;
  atomic_fetch_add_explicit (&self->counts[bucket], 1, memory_order_relaxed);
  atomic_fetch_add_explicit (
      &self->sum_us, MAX (duration_us, 0), memory_order_relaxed);
}

gint64
vowel_histogram_get_bound (guint bucket)
{
  g_return_val_if_fail (bucket < VOWEL_HISTOGRAM_N_BUCKETS, 0);

  return bounds_us[bucket];
}

guint64
vowel_histogram_count (VowelHistogram *self, guint bucket)
{
  guint64 count = 0;

  for (guint i = 0; i <= bucket && i <= VOWEL_HISTOGRAM_N_BUCKETS; i++)
    count += atomic_load_explicit (&self->counts[i], memory_order_relaxed);
  return count;
}

guint64
vowel_histogram_get_sum_us (VowelHistogram *self)
{
  return atomic_load_explicit (&self->sum_us, memory_order_relaxed);
}
