/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Turns probabilities of speech, one per window, into utterances.  Counts in
 * samples of one stream and knows no rate and no clock.
 *
 * An utterance starts once @min_speech samples in a row were at or above
 * @threshold; it then reaches back to the first of those windows and
 * @prefix_padding further, but never into the utterance before.  It stops when
 * @min_silence samples have passed since the first window below
 * @neg_threshold with no window at or above @threshold in between; it then
 * ends where that silence began, plus @suffix_padding.  After @max_utterance
 * samples it is cut (0: never), and the next one follows without a hole.
 */
typedef struct {
  gfloat threshold;
  gfloat neg_threshold;
  guint64 min_speech;
  guint64 min_silence;
  guint64 prefix_padding;
  guint64 suffix_padding;
  guint64 max_utterance;
} VadHysteresisConfig;

typedef enum {
  VAD_DECISION_NONE,
  VAD_DECISION_START,
  VAD_DECISION_STOP,
} VadDecision;

#define VAD_POSITION_NONE G_MAXUINT64

typedef struct {
  gboolean speaking;
  guint64 start;     /* while speaking: where the utterance began */
  guint64 candidate; /* first window of a run of speech, or none */
  guint64 silence;   /* while speaking: where silence began, or none */
  guint64 earliest;  /* no utterance may reach back before this */
} VadHysteresis;

/* @position: the sample at which listening begins. */
void vad_hysteresis_init (VadHysteresis *hysteresis, guint64 position);

/**
 * vad_hysteresis_step:
 * @config: may differ from call to call
 * @position: the sample at which the window begins
 * @window: its length in samples
 * @probability: of speech in it
 * @ret_position: (out): where the utterance starts or ends, when one does
 *
 * The decision falls at @position + @window.
 */
VadDecision vad_hysteresis_step (VadHysteresis *hysteresis,
    const VadHysteresisConfig *config, guint64 position, guint64 window,
    gfloat probability, guint64 *ret_position);

/**
 * vad_hysteresis_finish:
 * @position: the sample at which the stream, or the listening, ends
 * @ret_position: (out): where the utterance ends
 *
 * Forgets what was heard so far; %VAD_DECISION_STOP when that closes an
 * utterance.  None that follows reaches back before @position.
 */
VadDecision vad_hysteresis_finish (VadHysteresis *hysteresis,
    const VadHysteresisConfig *config, guint64 position, guint64 *ret_position);

G_END_DECLS
