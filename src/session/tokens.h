/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "item.h"
#include "session-config.h"

G_BEGIN_DECLS

/*
 * How many tokens something is for a model, roughly: no two models count
 * alike. Four characters of an alphabet are a token, and each one of a script
 * without spaces or of anything rare.
 */

guint vowel_tokens_of_text (const gchar *text);
/* What the model is told of an item, with what frames it. */
guint vowel_tokens_of_item (VowelItem *item);
/* (element-type VowelItem) (nullable) */
guint vowel_tokens_of_items (GPtrArray *items);
/* (element-type VowelTool) (nullable) */
guint vowel_tokens_of_tools (GPtrArray *tools);
/* Speech of the assistant, as OpenAI counts it: one for each 50 ms. */
guint vowel_tokens_of_speech (guint ms);

G_END_DECLS
