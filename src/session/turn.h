/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "clock.h"

G_BEGIN_DECLS

/**
 * VowelTurnUtterance:
 * @number: the engine's
 * @stopped: its speech has ended
 * @done: its final transcript is there, or will never be
 * @unannounced: no detector has heard it, only the recogniser: it ends with its
 *   final transcript
 * @error: (nullable): why it will never be
 * @code: (nullable): of the error
 * @text: (nullable): the best known so far
 * @confidence: of the text; negative: unknown
 * @language: (nullable): what the recogniser has found it to be in
 *
 * What the engine hears in one go.
 */
typedef struct {
  guint64 number;
  gboolean stopped;
  gboolean done;
  gboolean unannounced;
  GError *error;
  gchar *code;
  gchar *text;
  gdouble confidence;
  gchar *language;
} VowelTurnUtterance;

/**
 * VowelTurn:
 *
 * What becomes one user item: one utterance, or several with short pauses in
 * between. A record of the turn controller's, which decides about it.
 */
typedef struct {
  VowelClock *clock; /* borrowed */
  gpointer owner;    /* borrowed: the turn controller */
  gchar *item_id;
  GPtrArray *utterances; /* (element-type VowelTurnUtterance) */
  gboolean expecting;    /* the engine has yet to name the utterance */
  gboolean detected;     /* by the engine, and announced */
  gboolean open;
  gboolean cleared; /* only waits for the engine to name its utterance */
  gboolean respond; /* answer it once its words are known */
  gboolean guarded; /* an answer was being heard, and still is not stopped */
  gint64 start_us;
  gint64 end_us;
  gint64 stopped_at; /* clock time of the last end of speech */
  guint timer;       /* open: end of turn; else the recogniser's deadline */
  gchar *foreseen;   /* (nullable): what was told that it may end with */
} VowelTurn;

VowelTurn *vowel_turn_new (VowelClock *clock, gpointer owner, gint64 start_us);
void vowel_turn_free (VowelTurn *turn);
VowelTurnUtterance *vowel_turn_add (VowelTurn *turn, guint64 number);
/* (nullable) */
VowelTurnUtterance *vowel_turn_find (VowelTurn *turn, guint64 number);
/* Nobody speaks, and nothing is about to be named. */
gboolean vowel_turn_all_stopped (VowelTurn *turn);
/* All words are known, or never will be. */
gboolean vowel_turn_all_done (VowelTurn *turn);
/* As far as it is known. */
gchar *vowel_turn_dup_text (VowelTurn *turn);
/* As sure as of the least sure part; negative when a part is unknown. */
gdouble vowel_turn_get_confidence (VowelTurn *turn);
/* (nullable): of the last utterance with words */
const gchar *vowel_turn_get_language (VowelTurn *turn);
/* (nullable): the utterance without whose words nothing is left to say */
VowelTurnUtterance *vowel_turn_get_failed (VowelTurn *turn);

G_END_DECLS
