/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvowelworker.h>

#include "silero.h"

G_BEGIN_DECLS

/*
 * Windows of the streams of one worker, evaluated together: the weights of the
 * network are more than a CPU keeps near, so fetching them costs more than the
 * arithmetic.  A window waits until the end of the worker's turn; where there
 * are many streams it waits a few milliseconds for others, unless enough of
 * them have come.
 */
typedef struct _VadBatch VadBatch;

/* What an element has in a batch, one window at a time; all zeros at the
 * start. */
typedef struct {
  /* Constant while the window waits. */
  GstElement *element;
  GstVowelWorkerFunc func;
  VadSilero *silero;
  const gint16 *window;

  /* Protected by the batch's lock. */
  enum {
    VAD_DUE_NOTHING,
    VAD_DUE_WAITING,
    VAD_DUE_DONE,
  } state;
  gfloat probability;
} VadDue;

/* (transfer full): the batch of that worker, which counts the caller in */
VadBatch *vad_batch_join (GstVowelWorker *worker);
void vad_batch_leave (VadBatch *batch);

/**
 * vad_batch_add:
 * @due: nothing may be due in it
 * @element: kept alive until @func has run
 * @func: called with @element, later on the worker, when the probability is
 *   known; must ask vad_batch_take() whether it still counts
 *
 * On the worker.
 */
void vad_batch_add (VadBatch *batch, VadDue *due, GstElement *element,
    GstVowelWorkerFunc func, VadSilero *silero, const gint16 *window);

/**
 * vad_batch_take:
 * @ret_probability: (out) (optional): %NULL when nobody wants to know
 *
 * Any thread. Ends the waiting, at once when need be.
 *
 * Returns: whether a window was due
 */
gboolean vad_batch_take (VadBatch *batch, VadDue *due, gfloat *ret_probability);

G_END_DECLS
