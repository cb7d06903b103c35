/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

#include "energy-detector.h"
#include "silero.h"
#include "speech-hysteresis.h"
#include "webrtc-detector.h"

G_BEGIN_DECLS

/*
 * One stream of sound through a detector and the hysteresis: cuts it into the
 * detector's windows, whatever the pieces in which it comes, and tells
 * decisions in samples counted from the stream's begin.
 *
 * The Silero network's memory is cleared after each 5 s in which nothing came
 * near speech, so that an hour of noise cannot carry it away; at such a moment
 * there is nothing to remember.
 */

typedef enum {
  VAD_DETECTOR_NONE, /* only counts samples */
  VAD_DETECTOR_SILERO,
  VAD_DETECTOR_WEBRTC,
  VAD_DETECTOR_ENERGY,
} VadDetectorKind;

typedef struct {
  VadDecision decision;
  guint64 position; /* where the utterance starts or ends */
  guint64 decided;  /* behind the last sample that was needed to know it */
} VadVerdict;

typedef struct {
  guint rate;
  VadDetectorKind kind;
  guint window; /* samples per window; 0 for VAD_DETECTOR_NONE */
  union {
    VadSilero silero;
    VadWebrtc *webrtc;
    VadEnergy energy;
  } detector;

  VadHysteresisConfig config;
  VadHysteresis hysteresis;
  /* Somebody else decides at the moment: listen, but say nothing. */
  gboolean held;

  guint64 position; /* samples seen */
  guint64 quiet;    /* samples since anything came near speech */
  guint n_pending;  /* samples of a window that is not full yet */
  gint16 pending[VAD_SILERO_MAX_WINDOW];
} VadStream;

/* Begins with VAD_DETECTOR_NONE at position 0. */
void vad_stream_init (VadStream *stream, guint rate);
void vad_stream_clear (VadStream *stream);

/**
 * vad_stream_set_detector:
 * @model: for %VAD_DETECTOR_SILERO, else %NULL
 *
 * %FALSE, and no detector, when this one is not to be had in this build.  Does
 * not touch an utterance under way: see vad_stream_finish().
 */
gboolean vad_stream_set_detector (
    VadStream *stream, VadDetectorKind kind, VadSileroModel *model);

/**
 * vad_stream_fill:
 * @samples: (inout): moved on; points to %NULL for silence
 * @n_samples: (inout): what is left
 *
 * Goes on until all is consumed (%FALSE) or a window is full (%TRUE): then
 * vad_stream_detect() or somebody else must evaluate @pending, and
 * vad_stream_decide() be told before the next call.
 */
gboolean vad_stream_fill (
    VadStream *stream, const gint16 **samples, guint64 *n_samples);
/* The probability that the full window holds speech. */
gfloat vad_stream_detect (VadStream *stream);
/* %TRUE when a decision falls. */
gboolean vad_stream_decide (
    VadStream *stream, gfloat probability, VadVerdict *verdict);

/**
 * vad_stream_push:
 * @samples: (inout): moved on; points to %NULL for silence
 * @n_samples: (inout): what is left
 *
 * All of the above: goes on until all is consumed (%FALSE) or a decision falls
 * (%TRUE, call again with what is left).
 */
gboolean vad_stream_push (VadStream *stream, const gint16 **samples,
    guint64 *n_samples, VadVerdict *verdict);

/* Closes an utterance under way (%TRUE) and forgets what was heard; the
 * position stays, and no utterance will reach back before it. */
gboolean vad_stream_finish (VadStream *stream, VadVerdict *verdict);

/* Forgets the sound too: what follows does not continue what was. */
void vad_stream_discont (VadStream *stream);

G_END_DECLS
