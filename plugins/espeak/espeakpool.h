/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvowelttstask.h>

G_BEGIN_DECLS

/*
 * EspeakPool:
 *
 * The helper processes of a program, each with a thread that talks to it.
 * Shared by all elements; a helper that dies, or stays silent for longer than
 * a job allows, is replaced, and its job runs once more. Reference counted;
 * any thread.
 */
typedef struct _EspeakPool EspeakPool;

/* The pool for the helper program at @path, made when there is none and made
 * larger when it has fewer than @size processes. One process starts at
 * once. */
EspeakPool *espeak_pool_ref_shared (const gchar *path, guint size);
void espeak_pool_unref (EspeakPool *pool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EspeakPool, espeak_pool_unref)

/*
 * EspeakJob:
 * @task: what to speak, and where the audio goes
 * @voice: espeak-ng's name of the voice
 * @rate: words per minute
 * @pitch: 0 to 100
 * @volume: 0 to 200
 * @timeout: how many milliseconds a helper may stay silent
 *
 * One text. Reference counted; the fields are set by whoever makes the job and
 * never change.
 */
typedef struct {
  GstVowelTtsTask *task;
  gchar *voice;
  guint rate;
  guint pitch;
  guint volume;
  guint timeout;

  /*< private >*/
  /* The helper's thread. */
  guint64 n_samples;
  guint n_words;
  /* The pool's lock: the descriptor that wakes the helper's thread while it
   * works on this job, else -1. */
  gint wake_fd;
} EspeakJob;

/* @task: (transfer full), @voice: copied */
EspeakJob *espeak_job_new (GstVowelTtsTask *task, const gchar *voice);
EspeakJob *espeak_job_ref (EspeakJob *job);
void espeak_job_unref (EspeakJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EspeakJob, espeak_job_unref)

void espeak_pool_speak (EspeakPool *pool, EspeakJob *job);
/* After the job's task was cancelled: stop working on it. */
void espeak_pool_cancel (EspeakPool *pool, EspeakJob *job);

G_END_DECLS
