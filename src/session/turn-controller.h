/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "barge-in.h"
#include "clock.h"
#include "session-config.h"
#include "turn-judge.h"

G_BEGIN_DECLS

/**
 * VowelTurnController:
 *
 * Decides when the caller's turn begins and ends, when a response is due, when
 * speech interrupts one, and when silence has lasted too long.
 *
 * A turn is one user item. With server VAD it is one utterance of the
 * detector; with semantic VAD it goes on over pauses until what was said looks
 * complete, or the eagerness's time has passed (here or in the audio, which may
 * come faster than it was spoken); without a detector the client begins and
 * commits it.
 *
 * A turn is answered when its transcript is known. One without words (noise)
 * is committed but not answered; if it interrupted an answer of which nothing
 * had been heard yet, that answer is started again. While the caller speaks
 * no answer begins: one that is due waits for the end of the next turn.
 *
 * Instead of a detector a recogniser may decide: then its word about the end of
 * a turn counts, whatever the type of detection. It may also foresee the end.
 * So does the controller with foresight, when a pause has lasted a while and
 * what was said looks complete.
 *
 * Where speech alone does not interrupt, see #VowelBargeInConfig, a turn that
 * begins while an answer is heard has to say enough first. Until then nothing
 * is told of what it says.
 *
 * Owner thread only.
 */
typedef struct _VowelTurnController VowelTurnController;

/**
 * VowelTurnActions:
 * @speech_started: announce; @item_id is reserved for the coming item;
 *   @emulated: no detector has heard it
 * @speech_stopped: announce
 * @interrupt: speech: stop what is being said. Returns %TRUE when that took
 *   back an answer to the caller of which nothing had been heard
 * @commit: the turn has ended: make its item
 * @heard_until: (nullable): clock time at which all that was said to the caller
 *   has been heard; may lie in the past; 0: nothing was said
 * @confidence: (nullable): how sure the recogniser is of the final transcript
 *   that follows, 0 to 1; when it has told of all of it
 * @language: (nullable): what the recogniser has found the last words of the
 *   final transcript that follows to be in; when it has told
 * @guess: (nullable): what the recogniser takes the turn to have said so far,
 *   also while it goes on
 * @transcript: what the turn's item says so far, or in all
 * @transcript_failed: it never will be known
 * @respond: an answer is due; @item_id is the last one that was said
 * @ending: (nullable): the turn may end now, having said @text, and would be
 *   answered
 * @not_ending: (nullable): what was done because of @ending is of no use: the
 *   caller goes on, or the turn has ended and been dealt with
 * @idle: nobody has spoken for the idle timeout
 *
 * What a controller decides. None may free the controller.
 */
typedef struct {
  void (*speech_started) (gpointer user_data, const gchar *item_id,
      gint64 at_us, gboolean emulated);
  void (*speech_stopped) (
      gpointer user_data, const gchar *item_id, gint64 at_us);
  gboolean (*interrupt) (gpointer user_data);
  gint64 (*heard_until) (gpointer user_data);
  void (*commit) (
      gpointer user_data, const gchar *item_id, gint64 start_us, gint64 end_us);
  void (*confidence) (gpointer user_data, gdouble confidence);
  void (*language) (gpointer user_data, const gchar *language);
  void (*guess) (gpointer user_data, const gchar *item_id, const gchar *text);
  void (*transcript) (gpointer user_data, const gchar *item_id,
      const gchar *text, gboolean final);
  void (*transcript_failed) (gpointer user_data, const gchar *item_id,
      const gchar *code, const GError *error);
  void (*respond) (gpointer user_data, const gchar *item_id);
  void (*ending) (gpointer user_data, const gchar *item_id, const gchar *text);
  void (*not_ending) (gpointer user_data, const gchar *item_id);
  void (*idle) (gpointer user_data);
} VowelTurnActions;

/* How long a recogniser may take after the end of a turn. */
#define VOWEL_TURN_TRANSCRIPT_TIMEOUT_MS 15000

VowelTurnController *vowel_turn_controller_new (
    VowelClock *clock, const VowelTurnActions *actions, gpointer user_data);
void vowel_turn_controller_free (VowelTurnController *turns);
/* Judge pauses before they end a turn: the detector reports them after
 * vowel_turn_detection_get_pause_ms(). For configure(), which follows. */
void vowel_turn_controller_set_foresight (
    VowelTurnController *turns, gboolean foresight);
/* A turn that has begun goes on when the detector is switched off, and is
 * forgotten when it is switched on. FALSE: the engine must forget it too. A
 * pause that is lasting is judged anew. */
gboolean vowel_turn_controller_configure (
    VowelTurnController *turns, const VowelTurnDetection *detection);

/* Default: speech alone interrupts. */
void vowel_turn_controller_set_barge_in (
    VowelTurnController *turns, const VowelBargeInConfig *config);
/* @judge: (nullable): who is asked whether a pause is the end, instead of the
 * looks of the words; not owned. */
void vowel_turn_controller_set_judge (
    VowelTurnController *turns, VowelTurnJudge *judge);
/* The judge has made up its mind. */
void vowel_turn_controller_reconsider (VowelTurnController *turns);

/* The engine's reports. */
void vowel_turn_controller_speech_started (VowelTurnController *turns,
    guint64 utterance, gint64 start_us, gboolean emulated);
void vowel_turn_controller_speech_stopped (
    VowelTurnController *turns, guint64 utterance, gint64 end_us);
/* A recogniser that decides about turns. */
void vowel_turn_controller_turn_ending (
    VowelTurnController *turns, guint64 utterance, const gchar *text);
void vowel_turn_controller_turn_resumed (
    VowelTurnController *turns, guint64 utterance);
void vowel_turn_controller_turn_ended (
    VowelTurnController *turns, guint64 utterance, gint64 end_us);
/* Before a transcript: what has words was spoken, whether a detector has told
 * of it or not.  @at_us: of the audio so far. */
void vowel_turn_controller_words_heard (
    VowelTurnController *turns, guint64 utterance, gint64 at_us);
void vowel_turn_controller_transcript (VowelTurnController *turns,
    guint64 utterance, const gchar *text, gboolean final);
void vowel_turn_controller_confidence (
    VowelTurnController *turns, guint64 utterance, gdouble confidence);
void vowel_turn_controller_language (
    VowelTurnController *turns, guint64 utterance, const gchar *language);
void vowel_turn_controller_failed (VowelTurnController *turns,
    guint64 utterance, const gchar *code, const GError *error);

/* The client's commands.  Times are those of all audio so far. */

/* Push-to-talk: the first audio after a commit. The engine has been told to
 * begin an utterance. */
void vowel_turn_controller_begin (VowelTurnController *turns, gint64 start_us);
/* TRUE: the engine must end its utterance. @start_us: where the turn begins
 * when no speech was detected. */
gboolean vowel_turn_controller_commit (
    VowelTurnController *turns, gint64 start_us, gint64 end_us);
void vowel_turn_controller_clear (VowelTurnController *turns);
/* The client asked for a response itself: it answers all that was committed. */
void vowel_turn_controller_response_requested (VowelTurnController *turns);

/* For the idle timeout, which runs from the end of an answer and begins anew
 * when what was heard were no words. @quiet_from: clock time at which the
 * answer has been heard. */
void vowel_turn_controller_response_started (VowelTurnController *turns);
void vowel_turn_controller_response_ended (
    VowelTurnController *turns, gint64 quiet_from);

/* A turn has begun and not ended. @ret_start_us: (optional) */
gboolean vowel_turn_controller_is_open (
    VowelTurnController *turns, gint64 *ret_start_us);
/* One has begun that stops what is being said, or would have. */
gboolean vowel_turn_controller_interrupts (VowelTurnController *turns);
/* Ended turns whose words are not known yet. */
gboolean vowel_turn_controller_awaits_transcript (VowelTurnController *turns);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelTurnController, vowel_turn_controller_free)

G_END_DECLS
