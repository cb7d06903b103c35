/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "audio-format.h"
#include "engine.h"
#include "playout-clock.h"

G_BEGIN_DECLS

/**
 * VowelOutputPacer:
 *
 * A voice speaks faster than anybody listens. The pacer keeps what it makes
 * and lets it go so that what was sent is never more than a lead ahead of what
 * the caller can have heard; then an interruption has little to take back. The
 * transcript runs a few words ahead of its audio, and the ends follow what they
 * end.
 *
 * The first audio of a response never waits. The voice is asked to hold when
 * seconds of it wait here, so that neither memory nor a paid synthesizer is
 * spent on what may never be heard. One timer at most; it is set only while
 * audio waits.
 *
 * One spoken response goes through it at a time: the first report of another
 * generation drops what was left of the last one. Owner thread only.
 */
typedef struct _VowelOutputPacer VowelOutputPacer;

/**
 * VowelOutputActions:
 * @text: send more of the transcript
 * @audio: send it, and tell the playout clock
 * @generated: all text was sent
 * @audio_ended: all audio was sent
 * @failed: all that came before the failure was sent
 * @hold: the voice should (not) begin another sentence
 *
 * What a pacer lets go. None may free the pacer; each may drop the generation.
 */
typedef struct {
  void (*text) (gpointer user_data, guint64 generation, const gchar *delta);
  void (*audio) (gpointer user_data, guint64 generation, GBytes *audio,
      guint text_start, guint text_end, gboolean sentence_end);
  void (*generated) (gpointer user_data, guint64 generation, VowelFinish finish,
      const VowelUsage *usage);
  void (*audio_ended) (gpointer user_data, guint64 generation);
  void (*failed) (gpointer user_data, guint64 generation, const gchar *code,
      const GError *error);
  void (*hold) (gpointer user_data, gboolean hold);
} VowelOutputActions;

/* @playout: must outlive the pacer. */
VowelOutputPacer *vowel_output_pacer_new (VowelClock *clock,
    VowelPlayoutClock *playout, const VowelOutputActions *actions,
    gpointer user_data);
void vowel_output_pacer_free (VowelOutputPacer *pacer);
/* How far ahead of the caller's ear audio may be sent; 0: as far as it comes.
 */
void vowel_output_pacer_set_lead (VowelOutputPacer *pacer, guint lead_ms);
/* Nothing at all leaves a paused pacer. */
void vowel_output_pacer_set_paused (VowelOutputPacer *pacer, gboolean paused);

/* What the engine reports of a spoken response. */
void vowel_output_pacer_text (
    VowelOutputPacer *pacer, guint64 generation, const gchar *delta);
void vowel_output_pacer_audio (VowelOutputPacer *pacer, guint64 generation,
    const VowelAudioFormat *format, GBytes *audio, guint text_start,
    guint text_end, gboolean sentence_end);
void vowel_output_pacer_generated (VowelOutputPacer *pacer, guint64 generation,
    VowelFinish finish, const VowelUsage *usage);
void vowel_output_pacer_audio_ended (
    VowelOutputPacer *pacer, guint64 generation);
void vowel_output_pacer_failed (VowelOutputPacer *pacer, guint64 generation,
    const gchar *code, const GError *error);

/* Nothing of that generation leaves any more. */
void vowel_output_pacer_drop (VowelOutputPacer *pacer, guint64 generation);
/* The same for its audio alone: its voice counts as ended. */
void vowel_output_pacer_mute (VowelOutputPacer *pacer, guint64 generation);
gboolean vowel_output_pacer_is_muted (
    VowelOutputPacer *pacer, guint64 generation);
/* Its voice has made all: what is still to come waits here. */
gboolean vowel_output_pacer_has_all (
    VowelOutputPacer *pacer, guint64 generation);
/* Audio that waits. */
gint64 vowel_output_pacer_get_held_us (VowelOutputPacer *pacer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelOutputPacer, vowel_output_pacer_free)

G_END_DECLS
