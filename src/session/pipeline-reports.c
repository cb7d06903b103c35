/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What leaves a pipeline leaves in order: messages and audio through one queue
 * to the worker. */

#include "pipeline-private.h"

#include "error.h"

#include <gst/vowel/vowel.h>

GST_DEBUG_CATEGORY_EXTERN (vowel_pipeline_debug);
#define GST_CAT_DEFAULT vowel_pipeline_debug

static void
report_free (VowelReport *report)
{
  g_clear_pointer (&report->object, gst_mini_object_unref);
  g_free (report);
}

static VowelReport *
pop_report (VowelPipeline *self)
{
  VowelReport *report;

  g_mutex_lock (&self->lock);
  report = g_queue_pop_head (&self->reports);
  if (report == NULL)
    self->scheduled = FALSE;
  g_mutex_unlock (&self->lock);
  return report;
}

void
vowel_pipeline_drop_reports (VowelPipeline *self)
{
  GQueue dropped;

  g_mutex_lock (&self->lock);
  dropped = self->reports;
  g_queue_init (&self->reports);
  g_mutex_unlock (&self->lock);
  g_queue_clear_full (&dropped, (GDestroyNotify) report_free);
}

/* The cause, by the name of the element that has it; the log tells more. */
static GError *
take_error (VowelPipeline *self, GstMessage *message)
{
  GError *error = NULL;
  g_autofree gchar *debug = NULL;

  gst_message_parse_error (message, &error, &debug);
  GST_ERROR ("%s: %s: %s (%s)", self->name, GST_MESSAGE_SRC_NAME (message),
      error->message, debug != NULL ? debug : "");
  g_prefix_error (&error, "%s: ", GST_MESSAGE_SRC_NAME (message));
  return error;
}

GError *
vowel_pipeline_find_error (VowelPipeline *self)
{
  GError *error = NULL;
  GList *l;

  g_mutex_lock (&self->lock);
  for (l = self->reports.head; l != NULL && error == NULL; l = l->next) {
    VowelReport *report = l->data;

    if (report->type == VOWEL_REPORT_MESSAGE
        && GST_MESSAGE_TYPE (report->object) == GST_MESSAGE_ERROR)
      error = take_error (self, GST_MESSAGE_CAST (report->object));
  }
  g_mutex_unlock (&self->lock);
  return error;
}

static gboolean
is_live (VowelPipeline *self, guint64 generation)
{
  return g_hash_table_contains (self->live, &generation);
}

/* FALSE: not awaited. */
static gboolean
settle (VowelPipeline *self, guint64 generation, guint what)
{
  guint awaits =
      GPOINTER_TO_UINT (g_hash_table_lookup (self->live, &generation));

  if ((awaits & what) == 0)
    return FALSE;
  awaits &= ~what;
  if (awaits == 0) {
    g_hash_table_remove (self->live, &generation);
    g_hash_table_remove (self->asked, &generation);
  } else
    g_hash_table_insert (self->live, g_memdup2 (&generation, sizeof generation),
        GUINT_TO_POINTER (awaits));
  return TRUE;
}

static VowelStage
parse_stage (const gchar *name)
{
  if (g_strcmp0 (name, "llm") == 0)
    return VOWEL_STAGE_LLM;
  return g_strcmp0 (name, "tts") == 0 ? VOWEL_STAGE_TTS : VOWEL_STAGE_STT;
}

static void
deliver_failure (VowelPipeline *self, GstMessage *message)
{
  const gchar *stage_name = NULL;
  const GstStructure *details = NULL;
  g_autoptr (GError) error = NULL;
  const gchar *code = NULL;
  VowelStage stage;
  guint64 id = 0;

  gst_vowel_message_parse_failure (message, &stage_name, &id, &error, &details);
  GST_WARNING ("%s: %s failed (%" G_GUINT64_FORMAT "): %s", self->name,
      stage_name, id, error->message);
  if (g_error_matches (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_CANCELLED))
    return;
  stage = parse_stage (stage_name);
  if (stage != VOWEL_STAGE_STT && !is_live (self, id))
    return;
  if (details != NULL)
    code = gst_structure_get_string (details, "code");
  self->listener->failed (
      self->user_data, stage, id, code != NULL ? code : "upstream", error);
}

static void
deliver_generated (VowelPipeline *self, GstMessage *message)
{
  GstVowelFinishReason reason = GST_VOWEL_FINISH_STOP;
  GstVowelUsage counted = {0};
  VowelFinish finish = VOWEL_FINISH_STOP;
  VowelUsage usage;
  guint64 generation = 0;

  gst_vowel_message_parse_generated (
      message, NULL, &generation, &reason, &counted);
  if (!settle (self, generation, VOWEL_AWAITS_GENERATED))
    return;
  switch (reason) {
    case GST_VOWEL_FINISH_STOP:
      finish = VOWEL_FINISH_STOP;
      break;
    case GST_VOWEL_FINISH_TOOL_CALLS:
      finish = VOWEL_FINISH_TOOL_CALLS;
      break;
    case GST_VOWEL_FINISH_LENGTH:
      finish = VOWEL_FINISH_LENGTH;
      break;
    case GST_VOWEL_FINISH_CONTENT_FILTER:
      finish = VOWEL_FINISH_CONTENT_FILTER;
      break;
  }
  usage = (VowelUsage){.input_tokens = counted.input_tokens,
      .output_tokens = counted.output_tokens,
      .cached_tokens = counted.cached_tokens,
      .estimated = counted.estimated};
  self->listener->generated (self->user_data, generation, finish, &usage);
}

static void
deliver_tool_call (VowelPipeline *self, GstMessage *message, gboolean delta)
{
  GstVowelToolCall call = {0};

  gst_vowel_message_parse_tool_call (message, &call);
  if (!is_live (self, call.generation))
    return;
  if (delta)
    self->listener->tool_arguments (self->user_data, call.generation,
        call.call_id, call.name, call.arguments);
  else
    self->listener->tool_call (self->user_data, call.generation, call.call_id,
        call.name, call.arguments);
}

static void
log_take_over (VowelPipeline *self, GstMessage *message)
{
  GstVowelTakeOver take_over;

  if (gst_vowel_message_parse_take_over (message, &take_over))
    GST_WARNING ("%s: %s takes over from %s (%s %" G_GUINT64_FORMAT "): %s",
        self->name, take_over.provider, take_over.failed, take_over.stage,
        take_over.id, take_over.error->message);
}

static void
deliver_usage (VowelPipeline *self, const VowelEngineListener *listener,
    GstMessage *message)
{
  GstVowelProviderUsage counted;
  VowelProviderUsage usage;

  if (listener->usage == NULL
      || !gst_vowel_message_parse_usage (message, &counted))
    return;
  usage = (VowelProviderUsage){.stage = parse_stage (counted.stage),
      .provider = counted.provider,
      .requests = counted.requests,
      .failures = counted.failures,
      .retries = counted.retries,
      .take_overs = counted.take_overs,
      .input_tokens = counted.input_tokens,
      .output_tokens = counted.output_tokens,
      .cached_tokens = counted.cached_tokens,
      .characters = counted.characters,
      .audio_us = counted.audio / GST_USECOND};
  listener->usage (self->user_data, &usage);
}

void
vowel_pipeline_report_last_usage (
    VowelPipeline *self, const VowelEngineListener *listener)
{
  VowelReport *report;

  while ((report = pop_report (self)) != NULL) {
    if (report->type == VOWEL_REPORT_MESSAGE
        && gst_vowel_message_get_kind (GST_MESSAGE_CAST (report->object))
               == GST_VOWEL_MESSAGE_USAGE)
      deliver_usage (self, listener, GST_MESSAGE_CAST (report->object));
    report_free (report);
  }
}

/* Whoever decides about turns is the only one who tells of speech. */
static void
deliver_speech (VowelPipeline *self, GstMessage *message)
{
  GstVowelSpeechStart start;
  GstVowelSpeechStop stop;

  if (self->native_turns && GST_MESSAGE_SRC (message) == (gpointer) self->vad)
    return;
  if (gst_vowel_message_parse_speech_start (message, &start)) {
    self->listener->speech_started (self->user_data, start.utterance,
        start.start / GST_USECOND, start.emulated);
    return;
  }
  gst_vowel_message_parse_speech_stop (message, &stop);
  self->utterance_end_us = stop.end / GST_USECOND;
  if (self->native_turns && self->listener->turn_ended != NULL)
    self->listener->turn_ended (
        self->user_data, stop.utterance, stop.end / GST_USECOND);
  else
    self->listener->speech_stopped (
        self->user_data, stop.utterance, stop.end / GST_USECOND);
}

static void
deliver_turn (VowelPipeline *self, GstMessage *message)
{
  const gchar *text = NULL;
  guint64 utterance = 0;

  if (gst_vowel_message_parse_turn_ending (message, &utterance, &text)) {
    if (self->listener->turn_ending != NULL)
      self->listener->turn_ending (self->user_data, utterance, text);
    return;
  }
  gst_vowel_message_parse_turn_resumed (message, &utterance);
  if (self->listener->turn_resumed != NULL)
    self->listener->turn_resumed (self->user_data, utterance);
}

static void
deliver_element_message (VowelPipeline *self, GstMessage *message)
{
  GstVowelTranscript transcript;
  const gchar *delta = NULL;
  guint64 generation = 0;

  switch (gst_vowel_message_get_kind (message)) {
    case GST_VOWEL_MESSAGE_SPEECH_START:
    case GST_VOWEL_MESSAGE_SPEECH_STOP:
      deliver_speech (self, message);
      break;
    case GST_VOWEL_MESSAGE_TURN_ENDING:
    case GST_VOWEL_MESSAGE_TURN_RESUMED:
      deliver_turn (self, message);
      break;
    case GST_VOWEL_MESSAGE_TRANSCRIPT:
      gst_vowel_message_parse_transcript (message, &transcript);
      if (transcript.final && transcript.confidence >= 0
          && self->listener->confidence != NULL)
        self->listener->confidence (self->user_data, transcript.utterance,
            MIN (transcript.confidence, 1.0));
      if (transcript.final && transcript.language != NULL
          && self->listener->language != NULL)
        self->listener->language (
            self->user_data, transcript.utterance, transcript.language);
      self->listener->transcript (self->user_data, transcript.utterance,
          transcript.text, transcript.final);
      break;
    case GST_VOWEL_MESSAGE_TEXT:
      gst_vowel_message_parse_text (message, NULL, &generation, &delta);
      if (is_live (self, generation))
        self->listener->text (self->user_data, generation, delta);
      break;
    case GST_VOWEL_MESSAGE_TOOL_CALL_DELTA:
      deliver_tool_call (self, message, TRUE);
      break;
    case GST_VOWEL_MESSAGE_TOOL_CALL:
      deliver_tool_call (self, message, FALSE);
      break;
    case GST_VOWEL_MESSAGE_GENERATED:
      deliver_generated (self, message);
      break;
    case GST_VOWEL_MESSAGE_FAILURE:
      deliver_failure (self, message);
      break;
    case GST_VOWEL_MESSAGE_TAKE_OVER:
      log_take_over (self, message);
      break;
    case GST_VOWEL_MESSAGE_USAGE:
      deliver_usage (self, self->listener, message);
      break;
    case GST_VOWEL_MESSAGE_NONE:
      break;
  }
}

static void
deliver_error (VowelPipeline *self, GstMessage *message)
{
  g_autoptr (GError) error = take_error (self, message);

  GST_DEBUG_BIN_TO_DOT_FILE_WITH_TS (GST_BIN (self->pipeline),
      GST_DEBUG_GRAPH_SHOW_ALL, "vowel-session-error");
  self->listener->fatal (self->user_data, error);
}

static void
deliver_message (VowelPipeline *self, GstMessage *message)
{
  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ELEMENT:
      deliver_element_message (self, message);
      break;
    case GST_MESSAGE_ERROR:
      deliver_error (self, message);
      break;
    case GST_MESSAGE_WARNING: {
      g_autoptr (GError) error = NULL;

      gst_message_parse_warning (message, &error, NULL);
      GST_WARNING ("%s: %s: %s", self->name, GST_MESSAGE_SRC_NAME (message),
          error->message);
      break;
    }
    default:
      break;
  }
}

static void
deliver_packet (VowelPipeline *self, GstBuffer *buffer)
{
  GstVowelResponseMeta *meta = gst_buffer_get_vowel_response_meta (buffer);
  g_autoptr (GBytes) audio = NULL;
  gpointer data = NULL;
  gsize size = 0;

  if (meta == NULL || !is_live (self, meta->generation))
    return;
  gst_buffer_extract_dup (
      buffer, 0, gst_buffer_get_size (buffer), &data, &size);
  audio = g_bytes_new_take (data, size);
  self->listener->audio (self->user_data, meta->generation, audio,
      meta->text_start, meta->text_end, meta->sentence_end);
}

static void
deliver (gpointer user_data)
{
  VowelPipeline *self = user_data;
  VowelReport *report;

  while ((report = pop_report (self)) != NULL) {
    /* A report may have ended it. */
    if (self->listener != NULL) {
      switch (report->type) {
        case VOWEL_REPORT_MESSAGE:
          deliver_message (self, GST_MESSAGE_CAST (report->object));
          break;
        case VOWEL_REPORT_PACKET:
          deliver_packet (self, GST_BUFFER_CAST (report->object));
          break;
        case VOWEL_REPORT_RESPONSE_END:
          if (settle (self, report->generation, VOWEL_AWAITS_AUDIO_END))
            self->listener->audio_ended (self->user_data, report->generation);
          break;
      }
    }
    report_free (report);
  }
}

void
vowel_pipeline_report (VowelPipeline *self, VowelReportType type,
    gpointer object, guint64 generation)
{
  VowelReport *report = g_new0 (VowelReport, 1);
  gboolean schedule;

  report->type = type;
  report->object = object;
  report->generation = generation;
  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->reports, report);
  schedule = !self->scheduled;
  self->scheduled = TRUE;
  g_mutex_unlock (&self->lock);
  if (schedule)
    gst_vowel_worker_post (
        self->worker, deliver, g_object_ref (self), g_object_unref);
}
