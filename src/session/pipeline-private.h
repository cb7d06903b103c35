/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "pipeline-place.h"
#include "pipeline.h"

#include <gst/vowel/gstvowelchat.h>
#include <gst/vowel/gstvowelpushsrc.h>

G_BEGIN_DECLS

typedef enum {
  VOWEL_REPORT_MESSAGE,
  VOWEL_REPORT_PACKET,
  VOWEL_REPORT_RESPONSE_END,
} VowelReportType;

/* What a generation still awaits; only those that await something are
 * reported. */
enum {
  VOWEL_AWAITS_GENERATED = 1 << 0,
  VOWEL_AWAITS_AUDIO_END = 1 << 1,
};

/* Something that left the pipeline, on its way to the listener. */
typedef struct {
  VowelReportType type;
  GstMiniObject *object; /* (nullable): message or buffer */
  guint64 generation;    /* of a response end */
} VowelReport;

typedef struct {
  guint64 number;
  GBytes *audio;
  VowelAudioFormat format;
} VowelRecording;

struct _VowelPipeline {
  GObject parent;

  /* Constant after construction. */
  gchar *name;
  GstVowelWorker *worker;
  VowelPipelineRecipe *recipe;

  /* Worker thread only. */
  VowelSessionConfig *config;          /* (nullable) */
  const VowelEngineListener *listener; /* (nullable): while it runs */
  gpointer user_data;
  GHashTable *live;              /* generation to what it still awaits */
  gint64 format_us;              /* audio before the last change of format */
  guint64 format_bytes;          /* since then */
  gint64 utterance_end_us;       /* of the last one */
  VowelAudioFormat input_format; /* as the elements have it */
  VowelAudioFormat output_format;
  gchar *noise_reduction; /* (nullable) */
  gboolean native_turns;  /* the recogniser decides about them */
  GstElement *pipeline;
  GstElement *in;
  VowelPipelinePlace in_codec;
  VowelPipelinePlace in_noise;
  GstElement *vad;
  GstElement *stt;
  GstElement *llm;
  GstElement *tts;
  GstElement *out_caps;
  VowelPipelinePlace out_codec;
  GstElement *out;
  /* recordings: a pipeline of their own writes them down, one after the other
   */
  VowelPipeline *recogniser; /* (nullable) */
  GQueue recordings;         /* VowelRecording; the first is under way */
  gboolean transcribing;
  /* texts beside the answers: a pipeline of their own speaks them */
  VowelPipeline *speaker; /* (nullable) */
  gboolean only_speaks;   /* this is one of these */
  GQueue speeches;        /* the first is under way */
  gboolean speaking;
  GByteArray *spoken;   /* (nullable): of it, so far */
  GError *speech_error; /* (nullable): why it is not */
  /* other models */
  GHashTable *models; /* (nullable): name to Model */
  GHashTable *asked;  /* generation to its element, borrowed */
  /* what the recipe wants */
  gint detector;
  gchar *own_voice; /* (nullable) */
  gdouble own_speed;

  /* Protected by the lock: any thread of the pipeline. */
  GMutex lock;
  GQueue reports; /* VowelReport */
  gboolean scheduled;
};

/* pipeline.c */
/* How long all audio is that was pushed so far. */
gint64 vowel_pipeline_get_input_us (VowelPipeline *self);

/* pipeline-reports.c */
/* Takes @object. */
void vowel_pipeline_report (VowelPipeline *self, VowelReportType type,
    gpointer object, guint64 generation);
void vowel_pipeline_drop_reports (VowelPipeline *self);
/* Tells of the reports that wait only what providers did. */
void vowel_pipeline_report_last_usage (
    VowelPipeline *self, const VowelEngineListener *listener);
/* (transfer full) (nullable): the first error among the reports */
GError *vowel_pipeline_find_error (VowelPipeline *self);

/* pipeline-request.c; (transfer full) */
GstVowelChatRequest *vowel_pipeline_make_request (
    const VowelGeneration *generation);

/* pipeline-recordings.c */
void vowel_pipeline_transcribe (VowelEngine *engine, guint64 number,
    GBytes *audio, const VowelAudioFormat *format);
void vowel_pipeline_drop_recordings (VowelPipeline *self);

/* pipeline-auxiliary.c */
/* The model that is asked, made if need be; (transfer none) (nullable). */
GstElement *vowel_pipeline_find_llm (
    VowelPipeline *self, const gchar *auxiliary, GError **error);
void vowel_pipeline_drop_models (VowelPipeline *self);

/* pipeline-speech.c */
void vowel_pipeline_speak (VowelEngine *engine, const VowelSpeech *speech);
void vowel_pipeline_drop_speeches (VowelPipeline *self);

/* pipeline-voice.c */
/* (transfer full) (nullable): who has a property: the element, or the provider
 * inside it. */
GObject *vowel_pipeline_find_property (
    GstElement *element, const gchar *property);
void vowel_pipeline_read_voice (VowelPipeline *self);
void vowel_pipeline_set_voice (
    VowelPipeline *self, const VowelGeneration *generation);

/* pipeline-recogniser.c */
void vowel_pipeline_read_turns (VowelPipeline *self);
void vowel_pipeline_configure_recogniser (
    VowelPipeline *self, const VowelSessionConfig *config);

/* pipeline-noise.c: @kind (nullable) "near_field" or "far_field" */
gboolean vowel_pipeline_set_noise_reduction (
    VowelPipeline *self, const gchar *kind, GError **error);

/* pipeline-format.c */
gboolean vowel_pipeline_set_input_format (
    VowelPipeline *self, const VowelAudioFormat *format, GError **error);
gboolean vowel_pipeline_set_output_format (
    VowelPipeline *self, const VowelAudioFormat *format, GError **error);

G_END_DECLS
