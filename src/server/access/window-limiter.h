/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VowelWindowLimiter:
 *
 * How often somebody may do something in a window of time, which begins with
 * the first time and is the same length for all. One thread at a time.
 */
typedef struct _VowelWindowLimiter VowelWindowLimiter;

/* @most: in each window; 0 = any number.  @window_us: how long that is */
VowelWindowLimiter *vowel_window_limiter_new (guint most, gint64 window_us);
void vowel_window_limiter_free (VowelWindowLimiter *limiter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelWindowLimiter, vowel_window_limiter_free)

/**
 * VowelWindow:
 * @most: as given
 * @left: how often it may still be done
 * @reset_s: seconds until the window ends, rounded up
 */
typedef struct {
  guint most;
  guint left;
  guint reset_s;
} VowelWindow;

/* @who: any name.  @now_us: of a clock that does not jump.  FALSE: not now;
 * @ret_window is set in any case. */
gboolean vowel_window_limiter_take (VowelWindowLimiter *limiter,
    const gchar *who, gint64 now_us, VowelWindow *ret_window);

G_END_DECLS
