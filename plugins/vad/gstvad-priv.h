/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvowelevent.h>

#include "gstvad.h"
#include "gstvadsettings.h"
#include "vad-batch.h"
#include "vad-stream.h"

G_BEGIN_DECLS

struct _GstVowelVad {
  GstBaseTransform parent;

  /* Properties; protected by the object lock. */
  GstVowelVadSettings settings;
  GstVowelVadDetector active_detector;
  gboolean speaking;

  /* Protected by the stream lock. */
  VadStream stream;
  GstClockTime anchor_pts;   /* timestamp of... */
  guint64 anchor_position;   /* ...this sample */
  guint64 utterance;         /* number of the current or last one */
  gboolean upstream_governs; /* the current one is upstream's to close */
  GQueue waiting;            /* (element-type GstBuffer): not passed on yet */
  gboolean begun;            /* the first of them has been looked at... */
  gsize heard;               /* ...and so many bytes of it heard */
  GstFlowReturn late;        /* what became of buffers that passed in a batch */
  enum {
    NOT_ANNOUNCED,
    ANNOUNCED_INACTIVE,
    ANNOUNCED_ACTIVE,
  } announced;
  gboolean warned;

  /* Constant while streaming: NULL when nobody shares a worker. */
  GstVowelWorker *worker;
  VadBatch *batch;
  VadDue due;
};

/* All with the stream lock. */

/* Takes over properties that changed since the last buffer. */
void gst_vowel_vad_apply_properties (GstVowelVad *self);
/* Compares the timestamp of what comes next with the count of samples. */
void gst_vowel_vad_follow_time (GstVowelVad *self, GstClockTime pts);

/* gstvadflow.c */

/* (transfer full) @buffer: hears it and passes it on, now or in a batch.
 * Returns what downstream said, perhaps to a buffer before. */
GstFlowReturn gst_vowel_vad_take (GstVowelVad *self, GstBuffer *buffer);
/* Whatever comes behind the audio in the stream finds all of it passed on. */
void gst_vowel_vad_settle (GstVowelVad *self);
void gst_vowel_vad_drop (GstVowelVad *self);
/* A worker that somebody shares among pipelines. One that the library started
 * for this pipeline alone has nothing to evaluate together. */
void gst_vowel_vad_join (GstVowelVad *self);
void gst_vowel_vad_leave (GstVowelVad *self);

/* gstvadspeech.c */

/* What comes next has this time. */
void gst_vowel_vad_anchor (GstVowelVad *self, GstClockTime pts);
GstClockTime gst_vowel_vad_current_time (GstVowelVad *self);
void gst_vowel_vad_set_speaking (GstVowelVad *self, gboolean speaking);
void gst_vowel_vad_emit_verdict (GstVowelVad *self, const VadVerdict *verdict);
/* Closes an utterance of our own; one that upstream governs stays open. */
void gst_vowel_vad_finish_own (GstVowelVad *self);
/* Closes whatever is open. */
void gst_vowel_vad_finish_any (GstVowelVad *self, gboolean discard);
void gst_vowel_vad_upstream_start (
    GstVowelVad *self, GstVowelSpeechStart *start);
/* One that names another utterance than the current is about the past, which
 * only downstream still knows. */
void gst_vowel_vad_upstream_stop (GstVowelVad *self, GstVowelSpeechStop *stop);

G_END_DECLS
