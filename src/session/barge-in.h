/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VowelBargeInConfig:
 * @min_chars: characters that must have been understood before the caller stops
 *   an answer that is being heard; 0: speech alone does
 * @guard_ms: for how long after its end an answer counts as being heard
 *
 * How easily a caller interrupts. What is said into an answer and is too short
 * for that (a cough, "hm", an echo) counts as no words.
 */
typedef struct {
  guint min_chars;
  guint guard_ms;
} VowelBargeInConfig;

/* Whether speech that begins at @now must prove itself. @heard_until: when all
 * that was sent has been heard, 0 when nothing was sent. Both clock times. */
gboolean vowel_barge_in_is_guarded (
    const VowelBargeInConfig *config, gint64 now, gint64 heard_until);
gboolean vowel_barge_in_suffices (
    const VowelBargeInConfig *config, const gchar *text);

G_END_DECLS
