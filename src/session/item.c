/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "item.h"

#define ID_LENGTH 21

G_DEFINE_BOXED_TYPE (VowelItem, vowel_item, vowel_item_ref, vowel_item_unref)

gchar *
vowel_make_id (const gchar *prefix)
{
  static const gchar alphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  GString *id = g_string_sized_new (32);
  guint i;

  g_string_append (id, prefix);
  g_string_append_c (id, '_');
  for (i = 0; i < ID_LENGTH; i++)
    g_string_append_c (
        id, alphabet[g_random_int_range (0, sizeof alphabet - 1)]);
  return g_string_free (id, FALSE);
}

static void
part_free (VowelPart *part)
{
  if (part->text != NULL)
    g_string_free (part->text, TRUE);
  g_clear_pointer (&part->audio, g_byte_array_unref);
  g_free (part->image_url);
  g_free (part->image_detail);
  g_free (part);
}

static VowelItem *
item_new (const gchar *id, VowelItemType type)
{
  VowelItem *item = g_new0 (VowelItem, 1);

  g_atomic_ref_count_init (&item->ref_count);
  item->id = id != NULL ? g_strdup (id) : vowel_make_id ("item");
  item->type = type;
  item->status = VOWEL_ITEM_COMPLETED;
  item->heard_chars = G_MAXUINT;
  return item;
}

VowelItem *
vowel_item_new_message (const gchar *id, VowelRole role)
{
  VowelItem *item = item_new (id, VOWEL_ITEM_MESSAGE);

  item->role = role;
  item->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) part_free);
  return item;
}

VowelItem *
vowel_item_new_function_call (
    const gchar *id, const gchar *call_id, const gchar *name)
{
  VowelItem *item = item_new (id, VOWEL_ITEM_FUNCTION_CALL);

  item->role = VOWEL_ROLE_ASSISTANT;
  item->call_id = call_id != NULL ? g_strdup (call_id) : vowel_make_id ("call");
  item->name = g_strdup (name);
  item->arguments = g_string_new (NULL);
  return item;
}

VowelItem *
vowel_item_new_function_call_output (
    const gchar *id, const gchar *call_id, const gchar *output)
{
  VowelItem *item = item_new (id, VOWEL_ITEM_FUNCTION_CALL_OUTPUT);

  item->role = VOWEL_ROLE_USER;
  item->call_id = g_strdup (call_id);
  item->output = g_strdup (output);
  return item;
}

VowelItem *
vowel_item_ref (VowelItem *item)
{
  g_atomic_ref_count_inc (&item->ref_count);
  return item;
}

void
vowel_item_unref (VowelItem *item)
{
  if (!g_atomic_ref_count_dec (&item->ref_count))
    return;

  g_free (item->id);
  g_clear_pointer (&item->parts, g_ptr_array_unref);
  g_free (item->call_id);
  g_free (item->name);
  if (item->arguments != NULL)
    g_string_free (item->arguments, TRUE);
  g_free (item->output);
  g_free (item);
}

VowelPart *
vowel_item_add_part (VowelItem *item, VowelPartType type, const gchar *text)
{
  VowelPart *part;

  g_return_val_if_fail (item->type == VOWEL_ITEM_MESSAGE, NULL);

  part = g_new0 (VowelPart, 1);
  part->type = type;
  if (text != NULL)
    part->text = g_string_new (text);
  g_ptr_array_add (item->parts, part);
  return part;
}

VowelPart *
vowel_item_get_part (VowelItem *item, guint index)
{
  return item->parts != NULL && index < item->parts->len
             ? g_ptr_array_index (item->parts, index)
             : NULL;
}

gchar *
vowel_item_dup_text (VowelItem *item)
{
  GString *text = g_string_new (NULL);
  guint i;

  for (i = 0; item->parts != NULL && i < item->parts->len; i++) {
    VowelPart *part = g_ptr_array_index (item->parts, i);

    if (part->text == NULL || part->text->len == 0)
      continue;
    if (text->len > 0)
      g_string_append_c (text, ' ');
    g_string_append_len (text, part->text->str, part->text->len);
  }
  return g_string_free (text, FALSE);
}

/* Scripts without spaces may be cut between any two characters. */
static gboolean
is_word_char (gunichar c)
{
  return (g_unichar_isalnum (c) && !g_unichar_iswide (c)) || c == '\''
         || c == 0x2019;
}

gchar *
vowel_text_cut (const gchar *text, guint chars)
{
  const gchar *end = text;
  guint i;

  for (i = 0; i < chars && *end != '\0'; i++)
    end = g_utf8_next_char (end);
  if (*end != '\0') {
    while (end > text) {
      const gchar *before = g_utf8_prev_char (end);

      if (!is_word_char (g_utf8_get_char (end))
          || !is_word_char (g_utf8_get_char (before)))
        break;
      end = before;
    }
  }
  while (end > text
         && g_unichar_isspace (g_utf8_get_char (g_utf8_prev_char (end))))
    end = g_utf8_prev_char (end);
  return g_strndup (text, end - text);
}

VowelItem *
vowel_item_copy_heard (VowelItem *item)
{
  VowelItem *copy;
  guint left = item->heard_chars;
  guint i;

  if (item->heard_chars == G_MAXUINT || item->type != VOWEL_ITEM_MESSAGE)
    return vowel_item_ref (item);

  copy = vowel_item_new_message (item->id, item->role);
  copy->status = item->status;
  for (i = 0; i < item->parts->len; i++) {
    VowelPart *part = g_ptr_array_index (item->parts, i);
    VowelPart *heard = vowel_item_add_part (copy, part->type, NULL);

    heard->audio_rate = part->audio_rate;
    heard->audio_encoding = part->audio_encoding;
    heard->audio_ms = part->audio_ms;
    heard->image_url = g_strdup (part->image_url);
    heard->image_detail = g_strdup (part->image_detail);
    if (part->audio != NULL)
      heard->audio = g_byte_array_ref (part->audio);
    if (part->text == NULL)
      continue;
    if (part->type == VOWEL_PART_AUDIO) {
      g_autofree gchar *text = vowel_text_cut (part->text->str, left);
      guint length = g_utf8_strlen (part->text->str, -1);

      heard->text = g_string_new (text);
      left -= MIN (left, length);
    } else {
      heard->text = g_string_new (part->text->str);
    }
  }
  return copy;
}
