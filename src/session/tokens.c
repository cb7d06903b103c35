/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tokens.h"

#define CHARACTERS_PER_TOKEN 4
/* Role and separators. */
#define FRAME_TOKENS 4
/* A picture of moderate size. */
#define IMAGE_TOKENS 255
#define MS_PER_SPEECH_TOKEN 50

guint
vowel_tokens_of_text (const gchar *text)
{
  guint n_ascii = 0;
  guint n_other = 0;

  if (text == NULL)
    return 0;
  for (; *text != '\0'; text++) {
    if ((guchar) *text < 0x80)
      n_ascii++;
    else if (((guchar) *text & 0xc0) == 0xc0)
      n_other++;
  }
  return (n_ascii + CHARACTERS_PER_TOKEN - 1) / CHARACTERS_PER_TOKEN + n_other;
}

guint
vowel_tokens_of_item (VowelItem *item)
{
  guint tokens = FRAME_TOKENS;
  guint i;

  for (i = 0; item->parts != NULL && i < item->parts->len; i++) {
    VowelPart *part = vowel_item_get_part (item, i);

    if (part->text != NULL)
      tokens += vowel_tokens_of_text (part->text->str);
    if (part->image_url != NULL)
      tokens += IMAGE_TOKENS;
  }
  if (item->arguments != NULL)
    tokens += vowel_tokens_of_text (item->arguments->str);
  return tokens + vowel_tokens_of_text (item->name)
         + vowel_tokens_of_text (item->output);
}

guint
vowel_tokens_of_items (GPtrArray *items)
{
  guint tokens = 0;
  guint i;

  for (i = 0; items != NULL && i < items->len; i++)
    tokens += vowel_tokens_of_item (g_ptr_array_index (items, i));
  return tokens;
}

guint
vowel_tokens_of_tools (GPtrArray *tools)
{
  guint tokens = 0;
  guint i;

  for (i = 0; tools != NULL && i < tools->len; i++) {
    VowelTool *tool = g_ptr_array_index (tools, i);

    tokens += FRAME_TOKENS + vowel_tokens_of_text (tool->name)
              + vowel_tokens_of_text (tool->description)
              + vowel_tokens_of_text (tool->parameters);
  }
  return tokens;
}

guint
vowel_tokens_of_speech (guint ms)
{
  return (ms + MS_PER_SPEECH_TOKEN - 1) / MS_PER_SPEECH_TOKEN;
}
