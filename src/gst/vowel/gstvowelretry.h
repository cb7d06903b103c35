/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel-prelude.h>

G_BEGIN_DECLS

/**
 * GstVowelRetryPolicy:
 * @max_retries: tries after the first one
 * @base_ms: wait before the first retry; doubles each time
 * @cap_ms: longest wait
 * @patience_ms: a provider that asks for a longer wait than this (Retry-After)
 *   is not worth waiting for in a live turn
 *
 * When to try again, and how long to wait first. Plain logic.
 */
typedef struct {
  guint max_retries;
  guint base_ms;
  guint cap_ms;
  guint patience_ms;
} GstVowelRetryPolicy;

/* 2 retries, 500 ms doubling to 8 s, patience 2 s. */
GST_VOWEL_API const GstVowelRetryPolicy *gst_vowel_retry_policy_default (void);
/* FALSE: give up.  @attempt counts from 0; @retry_after_ms is -1 when unknown;
 * @jitter is a random number in [0,1), which shortens the wait by up to 25 %.
 */
GST_VOWEL_API gboolean gst_vowel_retry_policy_next (
    const GstVowelRetryPolicy *policy, guint attempt, const GError *error,
    gint retry_after_ms, gdouble jitter, guint *ret_wait_ms);

G_END_DECLS
