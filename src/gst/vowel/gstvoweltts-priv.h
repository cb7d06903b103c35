/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/base/gstadapter.h>

#include "gstvowelsentence.h"
#include "gstvoweltts.h"

G_BEGIN_DECLS

typedef enum {
  GST_VOWEL_TTS_JOB_WAITING,
  GST_VOWEL_TTS_JOB_ACTIVE, /* the provider works on it */
  GST_VOWEL_TTS_JOB_RETRY,  /* waits for the next try */
  GST_VOWEL_TTS_JOB_DONE,   /* all its audio is here */
} GstVowelTtsJobState;

/* One text that is spoken: a response of a model, or a text of its own.
 * Worker thread only. */
typedef struct {
  grefcount ref_count;
  gchar *id; /* GRefString; NULL for a text of its own */
  guint64 generation;
  GstVowelSentenceChunker *chunker;
  GQueue jobs; /* of GstVowelTtsJob, in the order they are heard */
  gboolean text_done;
} GstVowelTtsResponse;

struct _GstVowelTtsJob {
  gatomicrefcount ref_count;

  /* Constant. */
  GstVowelTts *tts; /* borrowed: it outlives its live jobs */
  gchar *text;
  guint n_chars;
  guint text_start; /* of the job in its response */
  gchar *voice;
  gdouble speed;
  guint64 generation;

  /* Worker thread only. */
  GstVowelTtsJobState state;
  gboolean dropped; /* cancelled: nothing of it may leave */
  guint attempt;
  GstVowelTimer *deadline;
  GstVowelTimer *retry;
  GstClockTime last_audio;
  gint rate;
  GstAdapter *adapter; /* audio that has not left yet */
  guint64 received;    /* samples */
  guint64 emitted;     /* samples */
  guint text_pos;      /* characters of the job that have been heard */
  GArray *marks;       /* of Mark */

  gpointer data;
  GDestroyNotify notify;
};

G_GNUC_INTERNAL GstVowelTtsResponse *gst_vowel_tts_response_new (
    const gchar *id, guint64 generation);
G_GNUC_INTERNAL GstVowelTtsResponse *gst_vowel_tts_response_ref (
    GstVowelTtsResponse *response);
G_GNUC_INTERNAL void gst_vowel_tts_response_unref (
    GstVowelTtsResponse *response);

G_GNUC_INTERNAL GstVowelTtsJob *gst_vowel_tts_job_new (GstVowelTts *tts,
    const GstVowelSentence *sentence, guint64 generation, const gchar *voice,
    gdouble speed);
G_GNUC_INTERNAL void gst_vowel_tts_job_add_mark (
    GstVowelTtsJob *job, guint text_offset, guint64 sample_offset);
/* How many characters of the job have been heard after @sample samples.
 * @pace: characters per second at speed 1, for what no mark tells. */
G_GNUC_INTERNAL guint gst_vowel_tts_job_text_at (
    GstVowelTtsJob *job, guint64 sample, gdouble pace);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (
    GstVowelTtsResponse, gst_vowel_tts_response_unref)

G_END_DECLS
