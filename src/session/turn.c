/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "turn.h"

#include "item.h"

static void
utterance_free (VowelTurnUtterance *utterance)
{
  g_clear_error (&utterance->error);
  g_free (utterance->code);
  g_free (utterance->text);
  g_free (utterance->language);
  g_free (utterance);
}

VowelTurn *
vowel_turn_new (VowelClock *clock, gpointer owner, gint64 start_us)
{
  VowelTurn *turn = g_new0 (VowelTurn, 1);

  turn->clock = clock;
  turn->owner = owner;
  turn->item_id = vowel_make_id ("item");
  turn->utterances =
      g_ptr_array_new_with_free_func ((GDestroyNotify) utterance_free);
  turn->open = TRUE;
  turn->start_us = start_us;
  turn->end_us = start_us;
  return turn;
}

void
vowel_turn_free (VowelTurn *turn)
{
  vowel_clock_clear_timer (turn->clock, &turn->timer);
  g_ptr_array_unref (turn->utterances);
  g_free (turn->foreseen);
  g_free (turn->item_id);
  g_free (turn);
}

VowelTurnUtterance *
vowel_turn_add (VowelTurn *turn, guint64 number)
{
  VowelTurnUtterance *utterance = g_new0 (VowelTurnUtterance, 1);

  utterance->number = number;
  utterance->confidence = -1.0;
  g_ptr_array_add (turn->utterances, utterance);
  return utterance;
}

VowelTurnUtterance *
vowel_turn_find (VowelTurn *turn, guint64 number)
{
  guint i;

  for (i = 0; i < turn->utterances->len; i++) {
    VowelTurnUtterance *utterance = g_ptr_array_index (turn->utterances, i);

    if (utterance->number == number)
      return utterance;
  }
  return NULL;
}

gboolean
vowel_turn_all_stopped (VowelTurn *turn)
{
  guint i;

  for (i = 0; i < turn->utterances->len; i++) {
    VowelTurnUtterance *utterance = g_ptr_array_index (turn->utterances, i);

    if (!utterance->stopped)
      return FALSE;
  }
  return !turn->expecting;
}

gboolean
vowel_turn_all_done (VowelTurn *turn)
{
  guint i;

  for (i = 0; i < turn->utterances->len; i++) {
    VowelTurnUtterance *utterance = g_ptr_array_index (turn->utterances, i);

    if (!utterance->done)
      return FALSE;
  }
  return !turn->expecting;
}

gchar *
vowel_turn_dup_text (VowelTurn *turn)
{
  GString *text = g_string_new (NULL);
  guint i;

  for (i = 0; i < turn->utterances->len; i++) {
    VowelTurnUtterance *utterance = g_ptr_array_index (turn->utterances, i);

    if (utterance->text == NULL || *utterance->text == '\0')
      continue;
    if (text->len > 0)
      g_string_append_c (text, ' ');
    g_string_append (text, utterance->text);
  }
  return g_string_free (text, FALSE);
}

gdouble
vowel_turn_get_confidence (VowelTurn *turn)
{
  gdouble confidence = 1.0;
  guint i;

  for (i = 0; i < turn->utterances->len; i++) {
    VowelTurnUtterance *utterance = g_ptr_array_index (turn->utterances, i);

    if (utterance->text != NULL && *utterance->text != '\0')
      confidence = MIN (confidence, utterance->confidence);
  }
  return confidence;
}

const gchar *
vowel_turn_get_language (VowelTurn *turn)
{
  guint i;

  for (i = turn->utterances->len; i > 0; i--) {
    VowelTurnUtterance *utterance = g_ptr_array_index (turn->utterances, i - 1);

    if (utterance->text != NULL && *utterance->text != '\0')
      return utterance->language;
  }
  return NULL;
}

VowelTurnUtterance *
vowel_turn_get_failed (VowelTurn *turn)
{
  g_autofree gchar *text = vowel_turn_dup_text (turn);
  VowelTurnUtterance *failed = NULL;
  guint i;

  for (i = 0; i < turn->utterances->len && *text == '\0'; i++) {
    VowelTurnUtterance *utterance = g_ptr_array_index (turn->utterances, i);

    if (utterance->error != NULL)
      failed = utterance;
  }
  return failed;
}
