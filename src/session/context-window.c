/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "context-window.h"

#include "error.h"
#include "tokens.h"

static gboolean
begins_turn (VowelItem *item)
{
  return item->type == VOWEL_ITEM_MESSAGE && item->role != VOWEL_ROLE_ASSISTANT;
}

/* The turn that is to be answered: the last one that somebody else began. */
static guint
find_last_turn (GPtrArray *items, guint start)
{
  guint i;

  for (i = items->len; i > start; i--) {
    if (begins_turn (g_ptr_array_index (items, i - 1)))
      return i - 1;
  }
  return start;
}

gboolean
vowel_context_window_fit (GPtrArray *items, guint *start, guint limit,
    const VowelTruncation *truncation, GError **error)
{
  guint64 tokens = 0;
  guint64 target = limit;
  guint first = *start;
  guint last_turn;
  guint i;

  for (i = first; i < items->len; i++)
    tokens += vowel_tokens_of_item (g_ptr_array_index (items, i));
  if (limit == 0 || tokens <= limit)
    return TRUE;
  if (truncation->type == VOWEL_TRUNCATION_DISABLED) {
    g_set_error (error, VOWEL_ERROR, VOWEL_ERROR_TOO_LONG,
        "The conversation has about %" G_GUINT64_FORMAT " tokens, more than "
        "the %u that fit into the model's context, and truncation is "
        "disabled: delete items, or set truncation to \"auto\".",
        tokens, limit);
    return FALSE;
  }
  if (truncation->type == VOWEL_TRUNCATION_RETENTION_RATIO)
    target = limit * truncation->retention_ratio;

  last_turn = find_last_turn (items, first);
  while (
      first < last_turn
      && (tokens > target || !begins_turn (g_ptr_array_index (items, first))))
    tokens -= vowel_tokens_of_item (g_ptr_array_index (items, first++));
  *start = first;
  return TRUE;
}
