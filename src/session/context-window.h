/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "item.h"
#include "session-config.h"

G_BEGIN_DECLS

/*
 * Which of the last items a model is given: what its context has room for.
 * Tokens are our own guess (vowel_tokens_of_item()).
 */

/* Moves *@start, the first of @items that is given, on until the rest takes no
 * more than @limit tokens (0: no limit): the oldest items go first, and an
 * answer goes with its question. What is said last always stays. Fails, and
 * changes nothing, when something had to go but truncation is disabled. */
gboolean vowel_context_window_fit (GPtrArray *items, guint *start, guint limit,
    const VowelTruncation *truncation, GError **error);

G_END_DECLS
