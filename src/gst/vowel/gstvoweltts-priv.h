/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/base/gstadapter.h>

#include "gstvowelcharge-priv.h"
#include "gstvowelhandle-priv.h"
#include "gstvowelproviderelement-priv.h"
#include "gstvowelsentence.h"
#include "gstvoweltts.h"
#include "gstvowelrepeats-priv.h"

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
  GstVowelRepeats *repeats; /* nullable */
  GQueue jobs;              /* of GstVowelTtsJob, in the order they are heard */
  guint voice;              /* who begins with a sentence: number of the list */
  gboolean text_done;
  gboolean heard; /* a sentence of it, or a part of one */
  /* The first sentence that was left out. */
  GError *failure; /* nullable */
  guint failure_status;
  GstVowelProviderElement *failed; /* nullable */
} GstVowelTtsResponse;

struct _GstVowelTtsJob {
  GstVowelHandle handle;

  /* Constant. */
  GstVowelTts *tts; /* borrowed: it outlives its live jobs */
  gchar *text;
  guint n_chars;
  guint text_start; /* of the job in its response */
  gdouble speed;
  guint64 generation;

  /* Worker thread only. */
  GstVowelCharge charge;
  gchar *wanted_voice; /* (nullable) */
  gchar *voice;        /* (nullable): of the provider in charge */
  GstVowelTtsJobState state;
  gboolean dropped; /* cancelled: nothing of it may leave */
  GstVowelTimer *deadline;
  GstVowelTimer *retry;
  GstClockTime last_audio;
  gint rate;
  GstAdapter *adapter; /* audio that has not left yet */
  guint64 received;    /* samples */
  guint64 emitted;     /* samples */
  guint text_pos;      /* characters of the job that have been heard */
  GArray *marks;       /* of Mark */
};

typedef struct {
  /* Protected by the object lock. */
  gchar *voice;
  gdouble speed;
  guint in_flight;
  gboolean hold;
  guint drop_repeats;
  gboolean skip_failed;
  GstClockTime first_audio_timeout;
  gchar *text;
  gboolean started; /* PAUSED at least */

  /* Worker thread only. */
  GQueue responses;   /* of GstVowelTtsResponse, in the order they are heard */
  guint64 closed;     /* no text of this generation or an older is taken */
  guint64 newest;     /* newest generation that was seen */
  guint64 audible;    /* newest generation of which audio has left */
  gboolean said;      /* audio has left since the last flush */
  gboolean unheard;   /* audio has left in this turn of the loop */
  gboolean advancing; /* guards against itself */
  gboolean again;
  gint next_rate;
  gdouble pace;

  /* Worker thread only: the output stream. */
  gint rate;
  GstClockTime base;          /* running time of the segment */
  guint64 position;           /* samples in the segment, at rate */
  GstClockTime position_base; /* what went before a change of rate */
  gboolean resync;            /* the next buffer begins a segment */
  gboolean discont;
} GstVowelTtsPrivate;

G_GNUC_INTERNAL GstVowelTtsPrivate *gst_vowel_tts_get_private (
    GstVowelTts *self);

/* All of these on the worker. */
G_GNUC_INTERNAL void gst_vowel_tts_handle_item (
    GstVowelProviderElement *element, GstMiniObject *item);
/* A text of its own. */
G_GNUC_INTERNAL void gst_vowel_tts_speak (GstVowelTts *self, const gchar *text);
/* A text that is a whole response. */
G_GNUC_INTERNAL void gst_vowel_tts_speak_response (
    GstVowelTts *self, const gchar *id, guint64 generation, const gchar *text);
/* Everything that can go on goes on. */
G_GNUC_INTERNAL void gst_vowel_tts_advance (GstVowelTts *self);
/* The tries of one sentence, by the voice in charge of it. */
G_GNUC_INTERNAL void gst_vowel_tts_attempt_begin (
    GstVowelTts *self, GstVowelTtsResponse *response, GstVowelTtsJob *job);
G_GNUC_INTERNAL gboolean gst_vowel_tts_attempt_is_by (
    GstVowelTts *tts, GstVowelTtsJob *job);
G_GNUC_INTERNAL void gst_vowel_tts_attempt_failed (GstVowelTtsJob *job,
    guint http_status, gint retry_after_ms, const GError *error);
/* All its audio is here. */
G_GNUC_INTERNAL void gst_vowel_tts_attempt_finish (GstVowelTtsJob *job);
/* All its sentences were tried: a failure when each of them was left out. */
G_GNUC_INTERNAL void gst_vowel_tts_attempt_settle (
    GstVowelTtsResponse *response);
/* Nothing of it may leave any more. */
G_GNUC_INTERNAL void gst_vowel_tts_attempt_drop (GstVowelTtsJob *job);
/* Pushes what may leave of the job that is being heard. */
G_GNUC_INTERNAL void gst_vowel_tts_emit_job (
    GstVowelTts *self, GstVowelTtsResponse *response, GstVowelTtsJob *job);
/* @generation: 0 for all. */
G_GNUC_INTERNAL void gst_vowel_tts_drop_responses (
    GstVowelTts *self, guint64 generation);
/* A flush from upstream: nothing of what was being said may be heard any
 * more. */
G_GNUC_INTERNAL void gst_vowel_tts_flush (GstVowelProviderElement *element);
G_GNUC_INTERNAL void gst_vowel_tts_reset (GstVowelProviderElement *element);

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
