/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

#include "silero-kernel.h"

G_BEGIN_DECLS

/*
 * Silero voice activity detection.  A model holds the weights, packed for one
 * kernel; it never changes after loading and is shared by all streams of the
 * process.  A stream is 1.3 KB of state and belongs to one thread at a time.
 */

/* SHA-256 of the file that the project was verified with (Silero v6). */
#define VAD_SILERO_SHA256                                                      \
  "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3"

typedef struct _VadSileroModel VadSileroModel;

typedef struct {
  const VadSileroNetwork *network;
  VadSileroModel *model;
  VadSileroState state;
} VadSilero;

/* The kernels compiled into this build that this CPU can run, best first,
 * %NULL-terminated. */
const VadSileroKernel *const *vad_silero_kernels (void);

/* @kernel: %NULL for the best one. */
VadSileroModel *vad_silero_model_new_from_bytes (
    GBytes *bytes, const VadSileroKernel *kernel, GError **error);

/**
 * vad_silero_model_get_shared:
 * @path: the ONNX file
 *
 * The model of that file for the best kernel, loaded once per process and kept
 * from then on.  Threadsafe.
 */
VadSileroModel *vad_silero_model_get_shared (const gchar *path, GError **error);

VadSileroModel *vad_silero_model_ref (VadSileroModel *model);
void vad_silero_model_unref (VadSileroModel *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VadSileroModel, vad_silero_model_unref)

const VadSileroKernel *vad_silero_model_get_kernel (
    const VadSileroModel *model);

/* Whether the file was the very one that the project was verified with. */
gboolean vad_silero_model_is_verified (const VadSileroModel *model);

/* @rate: 16000 or 8000 */
void vad_silero_init (VadSilero *silero, VadSileroModel *model, guint rate);
void vad_silero_clear (VadSilero *silero);
void vad_silero_reset (VadSilero *silero);

/* Windows that are evaluated in one pass over the weights. */
#define VAD_SILERO_BATCH 8

typedef struct {
  VadSilero *silero;
  const gint16 *window;
  gfloat probability; /* out */
} VadSileroJob;

/* Samples per window: 512 at 16 kHz, 256 at 8 kHz. */
guint vad_silero_get_window (const VadSilero *silero);

/* The probability, 0 to 1, that the next window holds speech. */
gfloat vad_silero_process (VadSilero *silero, const gint16 *window);

/* The next window of each of several streams, no stream twice: cheaper than one
 * after the other where they share a network, since its weights, more than a
 * CPU keeps near, are fetched once for several. */
void vad_silero_process_many (VadSileroJob *jobs, guint n);

/* The same for samples between -1 and 1. */
gfloat vad_silero_process_float (VadSilero *silero, const gfloat *window);

G_END_DECLS
