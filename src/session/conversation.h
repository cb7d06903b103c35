/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "item.h"

G_BEGIN_DECLS

/**
 * VowelConversation:
 *
 * The ordered items of one session. Owner thread only.
 */
typedef struct _VowelConversation VowelConversation;

/* How much a client may put in: items, and bytes of text, images and sound. */
#define VOWEL_CONVERSATION_MAX_ITEMS 8192
#define VOWEL_CONVERSATION_MAX_BYTES (64 * 1024 * 1024)

VowelConversation *vowel_conversation_new (void);
void vowel_conversation_free (VowelConversation *conversation);

guint vowel_conversation_get_n_items (VowelConversation *conversation);
VowelItem *vowel_conversation_get_nth (
    VowelConversation *conversation, guint index);
/* (transfer none): all of them, oldest first */
GPtrArray *vowel_conversation_get_items (VowelConversation *conversation);
/* The position of an item; -1 when there is none with that id. */
gint vowel_conversation_find (VowelConversation *conversation, const gchar *id);
/* The first item that the model is still given. Those before it keep their
 * place, and one that is put before it is not given either. */
guint vowel_conversation_get_start (VowelConversation *conversation);
void vowel_conversation_set_start (
    VowelConversation *conversation, guint start);
/* (nullable) (transfer none) */
VowelItem *vowel_conversation_get_item (
    VowelConversation *conversation, const gchar *id);
/* (nullable): the id of the last item */
const gchar *vowel_conversation_get_last_id (VowelConversation *conversation);
/* (nullable): the id of the item before */
const gchar *vowel_conversation_get_previous_id (
    VowelConversation *conversation, const gchar *id);
/* (nullable): the first call with that id */
VowelItem *vowel_conversation_find_call (
    VowelConversation *conversation, const gchar *call_id);

/* Whether a client may add @bytes more. */
gboolean vowel_conversation_check_room (
    VowelConversation *conversation, gsize bytes, GError **error);
/* What an item counts for the limit. */
gsize vowel_conversation_item_size (VowelItem *item);
/* Takes a reference.  @previous_id: NULL = at the end, "root" = at the front.
 */
gboolean vowel_conversation_insert (VowelConversation *conversation,
    VowelItem *item, const gchar *previous_id, GError **error);
gboolean vowel_conversation_delete (
    VowelConversation *conversation, const gchar *id, GError **error);

/* (element-type VowelItem): what the model is given, oldest first. It holds
 * heard text only; messages without any are left out. A call is followed by
 * its first output (one that was given for the tool yields to a later one of
 * its own), or by one that says that there is none yet, because models refuse a
 * call without an output; outputs without a call and calls that were
 * cut off are left out. */
GPtrArray *vowel_conversation_make_context (GPtrArray *items);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelConversation, vowel_conversation_free)

G_END_DECLS
