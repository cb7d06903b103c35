/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "window-limiter.h"

/* Windows that are over are forgotten when there are so many. */
#define MAX_KEPT 10000

typedef struct {
  guint done;
  gint64 ends;
} Count;

struct _VowelWindowLimiter {
  guint most;
  gint64 window_us;
  GHashTable *counts;
};

VowelWindowLimiter *
vowel_window_limiter_new (guint most, gint64 window_us)
{
  VowelWindowLimiter *self = g_new0 (VowelWindowLimiter, 1);

  self->most = most;
  self->window_us = window_us;
  self->counts =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
vowel_window_limiter_free (VowelWindowLimiter *self)
{
  g_hash_table_unref (self->counts);
  g_free (self);
}

static gboolean
is_over (gpointer who, gpointer count, gpointer now_us)
{
  return ((const Count *) count)->ends <= *(gint64 *) now_us;
}

static Count *
find_count (VowelWindowLimiter *self, const gchar *who, gint64 now_us)
{
  Count *count = g_hash_table_lookup (self->counts, who);

  if (count == NULL) {
    if (g_hash_table_size (self->counts) >= MAX_KEPT)
      g_hash_table_foreach_remove (self->counts, is_over, &now_us);
    count = g_new0 (Count, 1);
    g_hash_table_insert (self->counts, g_strdup (who), count);
  }
  if (count->ends <= now_us) {
    count->done = 0;
    count->ends = now_us + self->window_us;
  }
  return count;
}

gboolean
vowel_window_limiter_take (VowelWindowLimiter *self, const gchar *who,
    gint64 now_us, VowelWindow *ret_window)
{
  Count *count;
  gboolean allowed;

  *ret_window = (VowelWindow){.most = self->most};
  if (self->most == 0)
    return TRUE;
  count = find_count (self, who, now_us);
  allowed = count->done < self->most;
  if (allowed)
    count->done++;
  ret_window->left = self->most - count->done;
  ret_window->reset_s =
      (guint) ((count->ends - now_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
  return allowed;
}
