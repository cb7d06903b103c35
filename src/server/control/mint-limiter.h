/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VowelMintLimiter:
 *
 * How many tokens each key may still make. A key that has rested may make a
 * minute's worth at once; then they come back one by one.
 */
typedef struct _VowelMintLimiter VowelMintLimiter;

/* @per_minute: 0 = no limit */
VowelMintLimiter *vowel_mint_limiter_new (guint per_minute);
void vowel_mint_limiter_free (VowelMintLimiter *limiter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelMintLimiter, vowel_mint_limiter_free)

/* @key: its id.  @now_us: of a clock that does not jump.  FALSE: not now, but
 * in @ret_retry_s seconds. */
gboolean vowel_mint_limiter_take (VowelMintLimiter *limiter, const gchar *key,
    gint64 now_us, guint *ret_retry_s);

G_END_DECLS
