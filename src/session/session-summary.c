/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Summaries: before old turns fall out of the model's context, the model says
 * in short what was in them. Nobody waits for that, and no client sees it. */

#include "session-private.h"

#include "context-window.h"
#include "tokens.h"

#define TIMEOUT_MS 60000
#define MAX_SUMMARY_TOKENS 512
/* When to begin, and how much to keep as it was said: percent of the limit. */
#define BEGIN_PERCENT 75
#define KEEP_PERCENT 40

#define INSTRUCTIONS                                                           \
  "You keep the notes of a conversation. Write down in short what a partner "  \
  "who has not heard it must know to go on: names, facts, wishes, decisions, " \
  "open questions, results of tools. No more than 200 words, plain sentences."
#define REQUEST "Write the notes for all of the above, including older notes."

struct _VowelSummary {
  guint64 generation;
  gchar *until; /* id of the first item that it does not cover */
};

static void
clear (VowelSession *session)
{
  VowelSummary *summary = g_steal_pointer (&session->summarising);

  if (summary == NULL)
    return;
  g_free (summary->until);
  g_free (summary);
}

void
vowel_session_clear_summary (VowelSession *session)
{
  clear (session);
  g_clear_pointer (&session->summary, g_free);
}

void
vowel_session_unsummarise (VowelSession *session, const gchar *item_id)
{
  gint index = vowel_conversation_find (session->conversation, item_id);
  VowelSummary *summary = session->summarising;

  if (index < 0)
    return;
  if (summary != NULL
      && index < vowel_conversation_find (
             session->conversation, summary->until)) {
    vowel_session_unask (session, summary->generation);
    clear (session);
  }
  if ((guint) index < vowel_conversation_get_start (session->conversation))
    g_clear_pointer (&session->summary, g_free);
}

static void
add_message (GPtrArray *items, VowelRole role, const gchar *text)
{
  VowelItem *item = vowel_item_new_message (NULL, role);

  vowel_item_add_part (item, VOWEL_PART_TEXT, text);
  g_ptr_array_add (items, item);
}

/* (transfer full): what is to be summarised */
static GPtrArray *
make_items (VowelSession *session, guint start, guint end)
{
  GPtrArray *all = vowel_conversation_get_items (session->conversation);
  g_autoptr (GPtrArray) old = g_ptr_array_new ();
  g_autoptr (GPtrArray) context = NULL;
  GPtrArray *items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_item_unref);
  guint i;

  for (i = start; i < end; i++)
    g_ptr_array_add (old, g_ptr_array_index (all, i));
  context = vowel_conversation_make_context (old);
  if (session->summary != NULL)
    add_message (items, VOWEL_ROLE_SYSTEM, session->summary);
  for (i = 0; i < context->len; i++)
    g_ptr_array_add (items, vowel_item_ref (g_ptr_array_index (context, i)));
  add_message (items, VOWEL_ROLE_USER, REQUEST);
  return items;
}

/* What it covers is given to the model no more, unless it went already. When it
 * has failed the next response is another occasion. */
static void
on_summary (VowelSession *session, guint64 generation, const gchar *text)
{
  VowelSummary *summary = session->summarising;
  gint until;

  if (summary == NULL || summary->generation != generation)
    return;
  until = vowel_conversation_find (session->conversation, summary->until);
  if (until >= 0 && text != NULL && *text != '\0') {
    g_free (session->summary);
    session->summary = g_strdup (text);
    vowel_conversation_set_start (session->conversation,
        MAX (vowel_conversation_get_start (session->conversation),
            (guint) until));
  }
  clear (session);
}

static void
begin (VowelSession *session, guint start, guint end)
{
  g_autoptr (GPtrArray) items = make_items (session, start, end);
  VowelAuxiliaryQuestion question = {.instructions = INSTRUCTIONS,
      .items = items,
      .max_output_tokens = MAX_SUMMARY_TOKENS,
      .temperature = -1,
      .timeout_ms = TIMEOUT_MS};
  VowelSummary *summary = g_new0 (VowelSummary, 1);

  summary->until =
      g_strdup (vowel_conversation_get_nth (session->conversation, end)->id);
  session->summarising = summary;
  summary->generation = vowel_session_ask (session, &question, on_summary);
}

void
vowel_session_summarise (VowelSession *session, guint fixed_tokens)
{
  static const VowelTruncation cut = {.type = VOWEL_TRUNCATION_AUTO};
  GPtrArray *items = vowel_conversation_get_items (session->conversation);
  guint64 limit = vowel_session_get_context_limit (session, fixed_tokens);
  guint start = vowel_conversation_get_start (session->conversation);
  guint end = start;
  guint64 tokens = 0;
  guint i;

  if (!session->summaries || session->summarising != NULL || limit == 0
      || session->config->truncation.type == VOWEL_TRUNCATION_DISABLED)
    return;
  for (i = start; i < items->len; i++)
    tokens += vowel_tokens_of_item (g_ptr_array_index (items, i));
  if (tokens < limit * BEGIN_PERCENT / 100)
    return;
  vowel_context_window_fit (
      items, &end, limit * KEEP_PERCENT / 100, &cut, NULL);
  if (end > start)
    begin (session, start, end);
}
