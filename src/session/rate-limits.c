/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rate-limits.h"

#define WINDOW_US (60 * (gint64) G_USEC_PER_SEC)

static void
move_on (VowelRateLimits *limits, gint64 now_us)
{
  if (now_us - limits->window_us < WINDOW_US)
    return;
  limits->window_us = now_us;
  limits->requests = 0;
  limits->tokens = 0;
}

gboolean
vowel_rate_limits_allow (VowelRateLimits *limits, gint64 now_us)
{
  move_on (limits, now_us);
  return (limits->max_requests == 0 || limits->requests < limits->max_requests)
         && (limits->max_tokens == 0 || limits->tokens < limits->max_tokens);
}

gboolean
vowel_rate_limits_begin (VowelRateLimits *limits, gint64 now_us)
{
  if (!vowel_rate_limits_allow (limits, now_us))
    return FALSE;
  limits->requests++;
  return TRUE;
}

void
vowel_rate_limits_use (VowelRateLimits *limits, gint64 now_us, guint tokens)
{
  move_on (limits, now_us);
  limits->tokens += MIN (tokens, G_MAXUINT - limits->tokens);
}

static VowelRateLimit
describe (const VowelRateLimits *limits, gint64 now_us, const gchar *name,
    guint max, guint used)
{
  gboolean over = now_us - limits->window_us >= WINDOW_US;
  VowelRateLimit limit = {name, G_MAXINT32, G_MAXINT32, 0};

  if (max == 0)
    return limit;
  limit.limit = max;
  limit.remaining = over ? max : max - MIN (used, max);
  if (limit.remaining < max)
    limit.reset_s =
        (limits->window_us + WINDOW_US - now_us) / (gdouble) G_USEC_PER_SEC;
  return limit;
}

void
vowel_rate_limits_get (const VowelRateLimits *limits, gint64 now_us,
    VowelRateLimit ret_limits[VOWEL_N_RATE_LIMITS])
{
  ret_limits[0] = describe (
      limits, now_us, "requests", limits->max_requests, limits->requests);
  ret_limits[1] =
      describe (limits, now_us, "tokens", limits->max_tokens, limits->tokens);
}
