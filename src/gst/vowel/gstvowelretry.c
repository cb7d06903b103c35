/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvowelretry
 * @title: Retry policy
 * @short_description: when to ask a provider again
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/vowel/gstvowelerror.h>
#include <gst/vowel/gstvowelretry.h>

#define MAX_JITTER 0.25

/**
 * gst_vowel_retry_policy_default:
 *
 * Returns: (transfer none): two retries, 500 ms doubling to 8 s, patience 2 s
 */
const GstVowelRetryPolicy *
gst_vowel_retry_policy_default (void)
{
  static const GstVowelRetryPolicy policy = {
      .max_retries = 2,
      .base_ms = 500,
      .cap_ms = 8000,
      .patience_ms = 2000,
  };

  return &policy;
}

/**
 * gst_vowel_retry_policy_next:
 * @policy: a policy
 * @attempt: how many retries there have been already
 * @error: why the last try failed
 * @retry_after_ms: the wait that the provider asked for, -1 when it did not
 * @jitter: a random number in [0,1), shortens the wait by up to 25 %
 * @ret_wait_ms: (out): milliseconds to wait first
 *
 * Decides whether another try is worth it.
 *
 * Returns: %FALSE to give up; @ret_wait_ms is then left alone
 */
gboolean
gst_vowel_retry_policy_next (const GstVowelRetryPolicy *policy, guint attempt,
    const GError *error, gint retry_after_ms, gdouble jitter,
    guint *ret_wait_ms)
{
  guint64 wait;

  g_return_val_if_fail (policy != NULL, FALSE);
  g_return_val_if_fail (ret_wait_ms != NULL, FALSE);

  if (attempt >= policy->max_retries || !gst_vowel_error_is_retryable (error))
    return FALSE;

  if (retry_after_ms >= 0) {
    if ((guint) retry_after_ms > policy->patience_ms)
      return FALSE;
    *ret_wait_ms = retry_after_ms;
    return TRUE;
  }

  wait = MIN ((guint64) policy->base_ms << MIN (attempt, 31), policy->cap_ms);
  *ret_wait_ms = wait - (guint) (wait * MAX_JITTER * CLAMP (jitter, 0.0, 1.0));
  return TRUE;
}
