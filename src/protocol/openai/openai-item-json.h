/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "openai-face.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * VowelOpenaiItemView:
 * @VOWEL_OPENAI_ITEM_ANNOUNCED: just begun: no content, no arguments yet
 * @VOWEL_OPENAI_ITEM_WHOLE: everything but the sound
 * @VOWEL_OPENAI_ITEM_RETRIEVED: with the sound
 */
typedef enum {
  VOWEL_OPENAI_ITEM_ANNOUNCED,
  VOWEL_OPENAI_ITEM_WHOLE,
  VOWEL_OPENAI_ITEM_RETRIEVED,
} VowelOpenaiItemView;

JsonObject *vowel_openai_item_render (
    VowelItem *item, VowelOpenaiDialect dialect, VowelOpenaiItemView view);

/* A new item from a client's. @format: of inline audio. Both dialects' part
 * names are understood in both. */
VowelItem *vowel_openai_item_parse (JsonObject *object, const gchar *path,
    const VowelAudioFormat *format, GError **error);

G_END_DECLS
