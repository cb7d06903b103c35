/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "conversation.h"

#include "error.h"

#include <string.h>

#define NO_OUTPUT_YET                                                          \
  "{\"status\":\"pending\",\"message\":\"The tool has not answered yet.\"}"

struct _VowelConversation {
  GPtrArray *items;  /* (element-type VowelItem) */
  GHashTable *by_id; /* id to VowelItem, both owned by items */
  guint start;       /* of what the model is given */
  gsize bytes;       /* as counted at insertion */
  GHashTable *sizes; /* id to what was counted for it */
};

VowelConversation *
vowel_conversation_new (void)
{
  VowelConversation *conversation = g_new0 (VowelConversation, 1);

  conversation->items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_item_unref);
  conversation->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  conversation->sizes = g_hash_table_new (g_str_hash, g_str_equal);
  return conversation;
}

void
vowel_conversation_free (VowelConversation *conversation)
{
  g_hash_table_unref (conversation->by_id);
  g_hash_table_unref (conversation->sizes);
  g_ptr_array_unref (conversation->items);
  g_free (conversation);
}

guint
vowel_conversation_get_n_items (VowelConversation *conversation)
{
  return conversation->items->len;
}

VowelItem *
vowel_conversation_get_nth (VowelConversation *conversation, guint index)
{
  g_return_val_if_fail (index < conversation->items->len, NULL);

  return g_ptr_array_index (conversation->items, index);
}

GPtrArray *
vowel_conversation_get_items (VowelConversation *conversation)
{
  return conversation->items;
}

guint
vowel_conversation_get_start (VowelConversation *conversation)
{
  return conversation->start;
}

void
vowel_conversation_set_start (VowelConversation *conversation, guint start)
{
  conversation->start = MIN (start, conversation->items->len);
}

VowelItem *
vowel_conversation_get_item (VowelConversation *conversation, const gchar *id)
{
  return g_hash_table_lookup (conversation->by_id, id);
}

const gchar *
vowel_conversation_get_last_id (VowelConversation *conversation)
{
  guint n = conversation->items->len;

  return n > 0 ? ((VowelItem *) g_ptr_array_index (conversation->items, n - 1))
                     ->id
               : NULL;
}

/* Almost always asked for an item near the end. */
gint
vowel_conversation_find (VowelConversation *conversation, const gchar *id)
{
  VowelItem *item = vowel_conversation_get_item (conversation, id);
  gint i;

  if (item == NULL)
    return -1;
  for (i = conversation->items->len - 1; i >= 0; i--) {
    if (g_ptr_array_index (conversation->items, i) == item)
      return i;
  }
  return -1;
}

const gchar *
vowel_conversation_get_previous_id (
    VowelConversation *conversation, const gchar *id)
{
  gint index = vowel_conversation_find (conversation, id);

  return index > 0 ? vowel_conversation_get_nth (conversation, index - 1)->id
                   : NULL;
}

VowelItem *
vowel_conversation_find_call (
    VowelConversation *conversation, const gchar *call_id)
{
  gint i;

  for (i = conversation->items->len - 1; i >= 0; i--) {
    VowelItem *item = g_ptr_array_index (conversation->items, i);

    if (item->type == VOWEL_ITEM_FUNCTION_CALL
        && g_str_equal (item->call_id, call_id))
      return item;
  }
  return NULL;
}

gsize
vowel_conversation_item_size (VowelItem *item)
{
  gsize size = item->output != NULL ? strlen (item->output) : 0;
  guint i;

  if (item->arguments != NULL)
    size += item->arguments->len;
  for (i = 0; item->parts != NULL && i < item->parts->len; i++) {
    VowelPart *part = g_ptr_array_index (item->parts, i);

    size += part->text != NULL ? part->text->len : 0;
    size += part->audio != NULL ? part->audio->len : 0;
    size += part->image_url != NULL ? strlen (part->image_url) : 0;
  }
  return size;
}

gboolean
vowel_conversation_check_room (
    VowelConversation *conversation, gsize bytes, GError **error)
{
  if (conversation->items->len >= VOWEL_CONVERSATION_MAX_ITEMS) {
    vowel_set_field_error (error, VOWEL_ERROR_TOO_LONG, "item",
        "the conversation holds %d items, the most it may; delete some first",
        VOWEL_CONVERSATION_MAX_ITEMS);
    return FALSE;
  }
  if (conversation->bytes + bytes > VOWEL_CONVERSATION_MAX_BYTES) {
    vowel_set_field_error (error, VOWEL_ERROR_TOO_LONG, "item",
        "the conversation would hold more than %d MiB; delete items first",
        VOWEL_CONVERSATION_MAX_BYTES / 1024 / 1024);
    return FALSE;
  }
  return TRUE;
}

gboolean
vowel_conversation_insert (VowelConversation *conversation, VowelItem *item,
    const gchar *previous_id, GError **error)
{
  gint index = conversation->items->len;
  gsize size;

  if (g_hash_table_contains (conversation->by_id, item->id)) {
    vowel_set_field_error (error, VOWEL_ERROR_ITEM_EXISTS, "item.id",
        "the conversation already has an item \"%s\"", item->id);
    return FALSE;
  }
  if (previous_id != NULL && g_str_equal (previous_id, "root")) {
    index = 0;
  } else if (previous_id != NULL) {
    index = vowel_conversation_find (conversation, previous_id) + 1;
    if (index == 0) {
      vowel_set_field_error (error, VOWEL_ERROR_PREVIOUS_ITEM_UNKNOWN,
          "previous_item_id", "no item \"%s\" in the conversation",
          previous_id);
      return FALSE;
    }
  }

  size = vowel_conversation_item_size (item);
  conversation->bytes += size;
  g_ptr_array_insert (conversation->items, index, vowel_item_ref (item));
  if ((guint) index < conversation->start)
    conversation->start++;
  g_hash_table_insert (conversation->by_id, item->id, item);
  g_hash_table_insert (conversation->sizes, item->id, GSIZE_TO_POINTER (size));
  return TRUE;
}

gboolean
vowel_conversation_delete (
    VowelConversation *conversation, const gchar *id, GError **error)
{
  gint index = vowel_conversation_find (conversation, id);
  VowelItem *item;

  if (index < 0) {
    vowel_set_field_error (error, VOWEL_ERROR_ITEM_UNKNOWN, "item_id",
        "no item \"%s\" in the conversation", id);
    return FALSE;
  }
  item = g_ptr_array_index (conversation->items, index);
  conversation->bytes -=
      GPOINTER_TO_SIZE (g_hash_table_lookup (conversation->sizes, item->id));
  g_hash_table_remove (conversation->sizes, item->id);
  g_hash_table_remove (conversation->by_id, item->id);
  g_ptr_array_remove_index (conversation->items, index);
  if ((guint) index < conversation->start)
    conversation->start--;
  return TRUE;
}

static gboolean
has_content (VowelItem *item)
{
  guint i;

  for (i = 0; i < item->parts->len; i++) {
    VowelPart *part = g_ptr_array_index (item->parts, i);

    if ((part->text != NULL && part->text->len > 0) || part->image_url != NULL)
      return TRUE;
  }
  return FALSE;
}

/* Puts the outputs of the calls that end the context behind them. */
static void
answer_calls (GPtrArray *context, guint *n_open, GHashTable *outputs)
{
  guint first = context->len - *n_open;
  guint i;

  for (i = 0; i < *n_open; i++) {
    VowelItem *call = g_ptr_array_index (context, first + i);
    VowelItem *output = g_hash_table_lookup (outputs, call->call_id);

    g_ptr_array_add (context, output != NULL
                                  ? vowel_item_ref (output)
                                  : vowel_item_new_function_call_output (
                                      NULL, call->call_id, NO_OUTPUT_YET));
  }
  *n_open = 0;
}

/* The first counts; but what a tool says itself, however late, counts more
 * than what was said for it. */
static void
prefer_output (GHashTable *outputs, VowelItem *output)
{
  VowelItem *known = g_hash_table_lookup (outputs, output->call_id);

  if (known == NULL || (known->stand_in && !output->stand_in))
    g_hash_table_replace (outputs, output->call_id, output);
}

GPtrArray *
vowel_conversation_make_context (GPtrArray *items)
{
  GPtrArray *context =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_item_unref);
  g_autoptr (GHashTable) outputs = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) calls = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_open = 0;
  guint i;

  for (i = 0; i < items->len; i++) {
    VowelItem *item = g_ptr_array_index (items, i);

    if (item->type == VOWEL_ITEM_FUNCTION_CALL_OUTPUT && !item->is_aside)
      prefer_output (outputs, item);
  }

  for (i = 0; i < items->len; i++) {
    VowelItem *item = g_ptr_array_index (items, i);

    if (item->type == VOWEL_ITEM_FUNCTION_CALL) {
      if (item->status == VOWEL_ITEM_COMPLETED
          && g_hash_table_add (calls, item->call_id)) {
        g_ptr_array_add (context, vowel_item_ref (item));
        n_open++;
      }
      continue;
    }
    answer_calls (context, &n_open, outputs);
    if (item->type == VOWEL_ITEM_MESSAGE && !item->is_apology
        && !item->is_aside) {
      g_autoptr (VowelItem) heard = vowel_item_copy_heard (item);

      if (has_content (heard))
        g_ptr_array_add (context, g_steal_pointer (&heard));
    }
  }
  answer_calls (context, &n_open, outputs);
  return context;
}
