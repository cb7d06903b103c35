/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vatel-turns.h"

/* More than can wait to be heard. */
#define MAX_TURNS 32

struct _VowelVatelTurns {
  GQueue turns; /* VowelVatelTurn, the newest first */
};

static void
turn_free (VowelVatelTurn *turn)
{
  g_free (turn->id);
  g_free (turn->item_id);
  g_free (turn);
}

VowelVatelTurns *
vowel_vatel_turns_new (void)
{
  return g_new0 (VowelVatelTurns, 1);
}

void
vowel_vatel_turns_free (VowelVatelTurns *turns)
{
  g_queue_clear_full (&turns->turns, (GDestroyNotify) turn_free);
  g_free (turns);
}

VowelVatelTurn *
vowel_vatel_turns_find (VowelVatelTurns *turns, const gchar *item_id)
{
  for (GList *l = turns->turns.head; l != NULL; l = l->next) {
    VowelVatelTurn *turn = l->data;

    if (g_str_equal (turn->item_id, item_id))
      return turn;
  }
  return NULL;
}

VowelVatelTurn *
vowel_vatel_turns_ensure (VowelVatelTurns *turns, const VowelEvent *event)
{
  VowelVatelTurn *turn = vowel_vatel_turns_find (turns, event->item->id);

  if (turn != NULL)
    return turn;
  turn = g_new0 (VowelVatelTurn, 1);
  turn->id = g_strdup (event->response->id);
  turn->item_id = g_strdup (event->item->id);
  g_queue_push_head (&turns->turns, turn);
  if (turns->turns.length > MAX_TURNS)
    turn_free (g_queue_pop_tail (&turns->turns));
  return turn;
}
