/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "silence-watch.h"
#include "turn-controller.h"
#include "turn.h"

G_BEGIN_DECLS

struct _VowelTurnController {
  VowelClock *clock;
  VowelTurnActions actions;
  gpointer user_data;
  VowelTurnDetection detection;
  VowelTurnJudge *judge; /* (nullable) (not owned) */
  gboolean foresight;    /* pauses are judged before they end a turn */
  VowelBargeInConfig barge_in;

  GQueue turns;  /* VowelTurn, oldest first: at most the last one is open */
  guint64 last;  /* the newest utterance */
  guint64 early; /* the newest whose words came before anything else of it */
  gboolean owed; /* an answer is due */
  gchar *owed_item;
  VowelSilenceWatch *silence;
};

/* What becomes of turns; the controller says when. The comments are with the
 * functions. */
VowelTurn *vowel_turns_get_open (VowelTurnController *turns);
void vowel_turns_watch_silence (VowelTurnController *turns);
void vowel_turns_watch_silence_from_now (VowelTurnController *turns);
void vowel_turns_take_back (VowelTurnController *turns, VowelTurn *turn);
void vowel_turns_foretell (
    VowelTurnController *turns, VowelTurn *turn, const gchar *text);
VowelTurn *vowel_turns_add_turn (VowelTurnController *turns, gint64 start_us);
void vowel_turns_drop_turn (VowelTurnController *turns, VowelTurn *turn);
VowelTurnUtterance *vowel_turns_find_utterance (
    VowelTurnController *turns, guint64 number, VowelTurn **ret_turn);
void vowel_turns_respond_if_owed (VowelTurnController *turns);
void vowel_turns_settle (VowelTurnController *turns, VowelTurn *turn);
void vowel_turns_interrupt (VowelTurnController *turns);
gboolean vowel_turns_must_guard (VowelTurnController *turns);
gboolean vowel_turns_guess (
    VowelTurnController *turns, VowelTurn *turn, gboolean tell);
void vowel_turns_end_turn (
    VowelTurnController *turns, VowelTurn *turn, gboolean by_client);
gboolean vowel_turns_judges_pauses (VowelTurnController *turns);
gint64 vowel_turns_get_wait_us (VowelTurnController *turns, VowelTurn *turn);
void vowel_turns_foresee_end (VowelTurnController *turns, VowelTurn *turn);
void vowel_turns_consider_end (VowelTurnController *turns, VowelTurn *turn);
void vowel_turns_reconsider_end (VowelTurnController *turns, VowelTurn *turn);

G_END_DECLS
