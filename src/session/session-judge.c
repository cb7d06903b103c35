/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A small model says whether a caller who pauses has finished. */

#include "session-private.h"

#define INSTRUCTIONS                                                           \
  "You listen to one side of a phone call and decide whether the speaker has " \
  "finished a turn. It is finished when the other side can answer it: a "      \
  "whole "                                                                     \
  "thought, a question, a short reply. It is not finished when it breaks "     \
  "off: "                                                                      \
  "after a conjunction, a preposition, an article, a hesitation, in the "      \
  "middle "                                                                    \
  "of a number or of a list. Reply with one word: true or false."
/* Models that think before they speak need room for it. */
#define MAX_TOKENS 256

static void
on_answer (VowelSession *session, guint64 generation, const gchar *text)
{
  if (generation != session->judging)
    return;
  session->judging = 0;
  vowel_turn_judge_answer (
      session->judge, text != NULL
                          && (g_ascii_strcasecmp (text, "true") == 0
                              || g_ascii_strcasecmp (text, "true.") == 0));
}

static void
ask (gpointer user_data, const gchar *text)
{
  VowelSession *session = user_data;
  g_autoptr (GPtrArray) items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_item_unref);
  VowelItem *item = vowel_item_new_message (NULL, VOWEL_ROLE_USER);
  VowelAuxiliaryQuestion question = {.model = VOWEL_AUXILIARY_TURNS,
      .instructions = INSTRUCTIONS,
      .items = items,
      .max_output_tokens = MAX_TOKENS,
      .temperature = 0,
      .timeout_ms = session->behaviours->judge.timeout_ms};

  vowel_item_add_part (item, VOWEL_PART_TEXT, text);
  g_ptr_array_add (items, item);
  session->judging = vowel_session_ask (session, &question, on_answer);
}

static void
forget (gpointer user_data)
{
  VowelSession *session = user_data;

  vowel_session_unask (session, session->judging);
  session->judging = 0;
}

static void
decided (gpointer user_data)
{
  VowelSession *session = user_data;

  vowel_turn_controller_reconsider (session->turns);
}

void
vowel_session_apply_judge (VowelSession *session)
{
  static const VowelTurnJudgeActions actions = {
      .ask = ask, .forget = forget, .decided = decided};

  vowel_turn_controller_set_judge (session->turns, NULL);
  g_clear_pointer (&session->judge, vowel_turn_judge_free);
  if (!session->behaviours->judge.enabled)
    return;
  session->judge = vowel_turn_judge_new (
      session->clock, &session->behaviours->judge, &actions, session);
  vowel_session_apply_turn_detection (session);
}
