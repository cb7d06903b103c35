/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the model is given of a conversation: as much of its end as fits, and
 * what was summarised of the rest. */

#include "session-private.h"

#include "context-window.h"
#include "tokens.h"

/* Items that no model is given any more, but that clients may still ask for. */
#define MAX_PAST 256
#define MIN_LIMIT 256

guint
vowel_session_get_context_limit (VowelSession *session, guint fixed_tokens)
{
  const VowelTruncation *truncation = &session->config->truncation;
  guint limit = session->context_tokens;

  if (limit > 0)
    limit -= MIN (limit, fixed_tokens);
  if (limit < MIN_LIMIT && session->context_tokens > 0)
    limit = MIN (MIN_LIMIT, session->context_tokens);
  if (truncation->post_instructions_tokens > 0)
    limit = limit > 0 ? MIN (limit, truncation->post_instructions_tokens)
                      : truncation->post_instructions_tokens;
  return limit;
}

static GPtrArray *
slice (GPtrArray *items, guint start)
{
  GPtrArray *part = g_ptr_array_new ();
  guint i;

  for (i = start; i < items->len; i++)
    g_ptr_array_add (part, g_ptr_array_index (items, i));
  return part;
}

static void
add_note (GPtrArray *items, gint index, const gchar *text)
{
  VowelItem *note = vowel_item_new_message (NULL, VOWEL_ROLE_SYSTEM);

  vowel_item_add_part (note, VOWEL_PART_TEXT, text);
  g_ptr_array_insert (items, index, note);
}

/* A long session keeps no more than a client can be expected to ask for. */
static void
forget_past (VowelSession *session)
{
  while (vowel_conversation_get_start (session->conversation) > MAX_PAST) {
    VowelItem *oldest = vowel_conversation_get_nth (session->conversation, 0);
    g_autofree gchar *id = g_strdup (oldest->id);

    vowel_playout_clock_forget (session->playout, id);
    vowel_conversation_delete (session->conversation, id, NULL);
  }
}

static void
add_summary (VowelSession *session, GPtrArray *items)
{
  g_autofree gchar *note = NULL;

  if (session->summary == NULL)
    return;
  note =
      g_strconcat ("What was said before, in short:\n", session->summary, NULL);
  add_note (items, 0, note);
}

/* What is left beside a summary. */
static guint
get_room (VowelSession *session, guint fixed_tokens)
{
  guint limit = vowel_session_get_context_limit (session, fixed_tokens);

  if (session->summary != NULL && limit > 0)
    limit -= MIN (limit / 2, vowel_tokens_of_text (session->summary));
  return limit;
}

GPtrArray *
vowel_session_foresee_context (
    VowelSession *session, VowelItem *next, guint fixed_tokens, GError **error)
{
  GPtrArray *said = vowel_conversation_get_items (session->conversation);
  guint start = vowel_conversation_get_start (session->conversation);
  g_autoptr (GPtrArray) all = slice (said, 0);
  g_autoptr (GPtrArray) part = NULL;
  GPtrArray *items;

  g_ptr_array_add (all, next);
  if (!vowel_context_window_fit (all, &start, get_room (session, fixed_tokens),
          &session->config->truncation, error))
    return NULL;
  part = slice (all, start);
  items = vowel_conversation_make_context (part);
  add_summary (session, items);
  return items;
}

GPtrArray *
vowel_session_make_context (VowelSession *session, GPtrArray *input,
    const gchar *hint, guint fixed_tokens, GError **error)
{
  GPtrArray *all = input != NULL
                       ? input
                       : vowel_conversation_get_items (session->conversation);
  guint start =
      input != NULL ? 0 : vowel_conversation_get_start (session->conversation);
  guint fixed = fixed_tokens + vowel_tokens_of_text (hint);
  guint limit = input != NULL ? vowel_session_get_context_limit (session, fixed)
                              : get_room (session, fixed);
  g_autoptr (GPtrArray) part = NULL;
  GPtrArray *items;

  if (!vowel_context_window_fit (
          all, &start, limit, &session->config->truncation, error))
    return NULL;
  if (input == NULL)
    vowel_conversation_set_start (session->conversation, start);

  part = slice (all, start);
  items = vowel_conversation_make_context (part);
  if (input == NULL)
    add_summary (session, items);
  if (hint != NULL)
    add_note (items, -1, hint);
  if (input == NULL)
    forget_past (session);
  return items;
}
