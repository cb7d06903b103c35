/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "clock.h"

G_BEGIN_DECLS

/**
 * VowelRateLimit:
 * @name: "requests" or "tokens"
 * @limit: how many there may be in a minute; %G_MAXINT32: no limit
 * @remaining: how many of them are left
 * @reset_s: seconds until all are there again
 */
typedef struct {
  const gchar *name;
  guint limit;
  guint remaining;
  gdouble reset_s;
} VowelRateLimit;

#define VOWEL_N_RATE_LIMITS 2

/**
 * VowelRateLimits:
 *
 * What one session may use of the models: responses and tokens, counted by the
 * minute. Owner thread only.
 */
typedef struct {
  guint max_requests; /* in a minute; 0: no limit */
  guint max_tokens;
  gint64 window_us; /* when the minute began */
  guint requests;   /* in it */
  guint tokens;
} VowelRateLimits;

/* Counts a response that is about to begin. FALSE: there may be none now. */
gboolean vowel_rate_limits_begin (VowelRateLimits *limits, gint64 now_us);
/* Whether there may be one now. */
gboolean vowel_rate_limits_allow (VowelRateLimits *limits, gint64 now_us);
/* Counts what a response has used. */
void vowel_rate_limits_use (
    VowelRateLimits *limits, gint64 now_us, guint tokens);
void vowel_rate_limits_get (const VowelRateLimits *limits, gint64 now_us,
    VowelRateLimit ret_limits[VOWEL_N_RATE_LIMITS]);

G_END_DECLS
