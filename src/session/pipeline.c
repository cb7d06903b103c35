/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "pipeline-private.h"

#include "error.h"

#include <gst/vowel/vowel.h>

GST_DEBUG_CATEGORY (vowel_pipeline_debug);
#define GST_CAT_DEFAULT vowel_pipeline_debug

/* What a recogniser keeps of the past, for a commit without detected speech. */
#define LOOK_BACK_US (1 * (gint64) G_USEC_PER_SEC)
/* Audio is pushed in pieces of at most this. */
#define INPUT_PIECE_MS 40
/* Samples per second. */
#define TELEPHONE_RATE 8000

static void vowel_pipeline_iface_init (VowelEngineInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VowelPipeline, vowel_pipeline, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VOWEL_TYPE_ENGINE, vowel_pipeline_iface_init)
        GST_DEBUG_CATEGORY_INIT (
            vowel_pipeline_debug, "vowelpipeline", 0, "pipelines of sessions"))

static void
vowel_pipeline_init (VowelPipeline *self)
{
  g_mutex_init (&self->lock);
  g_queue_init (&self->reports);
  g_queue_init (&self->recordings);
  g_queue_init (&self->speeches);
  self->asked =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->live =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

static void
clear_elements (VowelPipeline *self)
{
  gst_clear_object (&self->in);
  vowel_pipeline_place_clear (&self->in_codec);
  vowel_pipeline_place_clear (&self->in_noise);
  g_clear_pointer (&self->noise_reduction, g_free);
  gst_clear_object (&self->vad);
  gst_clear_object (&self->stt);
  gst_clear_object (&self->llm);
  gst_clear_object (&self->tts);
  gst_clear_object (&self->out_caps);
  vowel_pipeline_place_clear (&self->out_codec);
  gst_clear_object (&self->out);
  gst_clear_object (&self->pipeline);
}

static void
vowel_pipeline_finalize (GObject *object)
{
  VowelPipeline *self = VOWEL_PIPELINE (object);

  g_assert (self->pipeline == NULL);
  vowel_pipeline_drop_reports (self);
  g_hash_table_unref (self->live);
  g_hash_table_unref (self->asked);
  g_clear_pointer (&self->config, vowel_session_config_free);
  vowel_pipeline_recipe_unref (self->recipe);
  gst_object_unref (self->worker);
  g_mutex_clear (&self->lock);
  g_free (self->own_voice);
  g_free (self->name);
  G_OBJECT_CLASS (vowel_pipeline_parent_class)->finalize (object);
}

static void
vowel_pipeline_class_init (VowelPipelineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vowel_pipeline_finalize;
}

VowelPipeline *
vowel_pipeline_new (
    const gchar *name, GstVowelWorker *worker, VowelPipelineRecipe *recipe)
{
  VowelPipeline *self = g_object_new (VOWEL_TYPE_PIPELINE, NULL);

  self->name = g_strdup (name);
  self->worker = gst_object_ref (worker);
  self->recipe = vowel_pipeline_recipe_ref (recipe);
  return self;
}

static void
configure_vad (VowelPipeline *self, const VowelSessionConfig *config)
{
  const VowelTurnDetection *detection = &config->turn_detection;
  guint silence_ms = vowel_turn_detection_get_pause_ms (
      detection, vowel_session_config_has_foresight (config));

  if (self->vad == NULL)
    return;
  if (detection->type == VOWEL_TURN_NONE || self->native_turns) {
    gst_util_set_object_arg (G_OBJECT (self->vad), "detector", "none");
    return;
  }
  g_object_set (self->vad, "detector", self->detector, "threshold",
      detection->threshold, "prefix-padding",
      (guint64) (detection->prefix_padding_ms * GST_MSECOND), "min-silence",
      (guint64) (silence_ms * GST_MSECOND), NULL);
}

static gboolean
apply_config (
    VowelPipeline *self, const VowelSessionConfig *config, GError **error)
{
  if (!vowel_pipeline_set_input_format (self, &config->input_format, error)
      || !vowel_pipeline_set_output_format (self, &config->output_format, error)
      || !vowel_pipeline_set_noise_reduction (
          self, config->noise_reduction, error))
    return FALSE;
  configure_vad (self, config);
  vowel_pipeline_configure_recogniser (self, config);
  return TRUE;
}

static gboolean
vowel_pipeline_configure (
    VowelEngine *engine, const VowelSessionConfig *config, GError **error)
{
  VowelPipeline *self = VOWEL_PIPELINE (engine);

  if (self->pipeline != NULL && !apply_config (self, config, error)) {
    /* What was refused changes nothing. */
    apply_config (self, self->config, NULL);
    return FALSE;
  }
  g_clear_pointer (&self->config, vowel_session_config_free);
  self->config = vowel_session_config_copy (config);
  return TRUE;
}

/* Any thread of the pipeline, in the middle of a push: nothing happens here. */
static GstBusSyncReply
on_bus_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  VowelPipeline *self = user_data;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ELEMENT:
    case GST_MESSAGE_ERROR:
    case GST_MESSAGE_WARNING:
      vowel_pipeline_report (self, VOWEL_REPORT_MESSAGE, message, 0);
      break;
    default:
      gst_message_unref (message);
      break;
  }
  return GST_BUS_DROP;
}

static void
on_packet (GstElement *out, GstBuffer *buffer, VowelPipeline *self)
{
  vowel_pipeline_report (self, VOWEL_REPORT_PACKET, gst_buffer_ref (buffer), 0);
}

static void
on_response_end (GstElement *out, const gchar *response_id, guint64 generation,
    VowelPipeline *self)
{
  vowel_pipeline_report (self, VOWEL_REPORT_RESPONSE_END, NULL, generation);
}

/* Most agents are as loud as their voice. */
static void
relieve_volume (VowelPipeline *self)
{
  VowelPipelinePlace volume = {NULL};

  vowel_pipeline_place_find (&volume, self->pipeline, "out-volume");
  vowel_pipeline_place_relieve (&volume);
  vowel_pipeline_place_clear (&volume);
}

static void
find_elements (VowelPipeline *self)
{
  GstBin *bin = GST_BIN (self->pipeline);

  self->in = gst_bin_get_by_name (bin, "in");
  vowel_pipeline_place_find (&self->in_codec, self->pipeline, "in-codec");
  vowel_pipeline_place_find (&self->in_noise, self->pipeline, "in-noise");
  self->vad = gst_bin_get_by_name (bin, "vad");
  self->stt = gst_bin_get_by_name (bin, "stt");
  self->llm = gst_bin_get_by_name (bin, "llm");
  self->tts = gst_bin_get_by_name (bin, "tts");
  self->out_caps = gst_bin_get_by_name (bin, "out-caps");
  vowel_pipeline_place_find (&self->out_codec, self->pipeline, "out-codec");
  self->out = gst_bin_get_by_name (bin, "out");
  vowel_pipeline_place_relieve (&self->out_codec);
  vowel_pipeline_place_relieve (&self->in_noise);
  vowel_pipeline_place_relieve (&self->in_codec);
  relieve_volume (self);
}

static void
stop (VowelPipeline *self)
{
  const VowelEngineListener *listener = self->listener;

  vowel_pipeline_drop_recordings (self);
  vowel_pipeline_drop_speeches (self);
  self->listener = NULL;
  if (self->pipeline == NULL)
    return;
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  if (self->out != NULL)
    g_signal_handlers_disconnect_by_data (self->out, self);
  vowel_pipeline_drop_models (self);
  g_hash_table_remove_all (self->asked);
  if (listener != NULL)
    vowel_pipeline_report_last_usage (self, listener);
  vowel_pipeline_drop_reports (self);
  g_hash_table_remove_all (self->live);
  clear_elements (self);
}

/* A bus without a socket pair: at thousands of sessions that is what counts. */
static void
set_bus (VowelPipeline *self)
{
  g_autoptr (GstBus) bus =
      g_object_new (GST_TYPE_BUS, "enable-async", FALSE, NULL);

  gst_bus_set_sync_handler (bus, on_bus_message, self, NULL);
  gst_element_set_bus (self->pipeline, bus);
}

/* Neither ears nor a model, which may cost somebody money. */
static void
keep_from_running (VowelPipeline *self)
{
  GstElement *others[] = {self->in, self->vad, self->stt, self->llm};

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (others[i] != NULL)
      gst_element_set_locked_state (others[i], TRUE);
}

static gboolean
build (VowelPipeline *self, GError **error)
{
  g_autoptr (GstContext) context = gst_vowel_worker_context_new (self->worker);

  self->pipeline =
      self->config->input_format.rate == TELEPHONE_RATE
          ? vowel_pipeline_recipe_build_telephone (
              self->recipe, self->name, error)
          : vowel_pipeline_recipe_build (self->recipe, self->name, error);
  if (self->pipeline == NULL)
    return FALSE;
  /* Logs of its elements are found by it. */
  gst_object_set_name (GST_OBJECT (self->pipeline), self->name);
  set_bus (self);
  gst_element_set_context (self->pipeline, context);
  if (!vowel_pipeline_recipe_check (self->pipeline, error))
    return FALSE;
  find_elements (self);
  if (self->vad != NULL)
    g_object_get (self->vad, "detector", &self->detector, NULL);
  vowel_pipeline_read_voice (self);
  vowel_pipeline_read_turns (self);
  if (self->only_speaks)
    keep_from_running (self);
  if (self->out != NULL) {
    g_signal_connect (self->out, "packet", G_CALLBACK (on_packet), self);
    g_signal_connect (
        self->out, "response-end", G_CALLBACK (on_response_end), self);
  }
  return apply_config (self, self->config, error);
}

static gboolean
vowel_pipeline_start (VowelEngine *engine, const VowelEngineListener *listener,
    gpointer user_data, GError **error)
{
  VowelPipeline *self = VOWEL_PIPELINE (engine);
  g_autoptr (GError) cause = NULL;

  g_return_val_if_fail (self->config != NULL && self->pipeline == NULL, FALSE);
  g_return_val_if_fail (gst_vowel_worker_is_current (self->worker), FALSE);

  if (!build (self, error)) {
    stop (self);
    return FALSE;
  }
  if (gst_element_set_state (self->pipeline, GST_STATE_PLAYING)
      == GST_STATE_CHANGE_FAILURE) {
    cause = vowel_pipeline_find_error (self);
    g_set_error (error, VOWEL_ERROR, VOWEL_ERROR_PROVIDER,
        "the pipeline does not start: %s",
        cause != NULL ? cause->message : "an element refused");
    stop (self);
    return FALSE;
  }
  self->listener = listener;
  self->user_data = user_data;
  return TRUE;
}

static void
vowel_pipeline_stop (VowelEngine *engine)
{
  stop (VOWEL_PIPELINE (engine));
}

/* Audio in. */

gint64
vowel_pipeline_get_input_us (VowelPipeline *self)
{
  return self->format_us
         + vowel_audio_format_duration_us (
             &self->input_format, self->format_bytes);
}

/* FALSE when the pipeline takes no more. */
static gboolean
push_piece (VowelPipeline *self, GBytes *audio)
{
  GstBuffer *buffer = gst_buffer_new_wrapped_bytes (audio);
  GstFlowReturn ret;

  GST_BUFFER_PTS (buffer) = vowel_pipeline_get_input_us (self) * GST_USECOND;
  self->format_bytes += g_bytes_get_size (audio);
  GST_BUFFER_DURATION (buffer) =
      vowel_pipeline_get_input_us (self) * GST_USECOND
      - GST_BUFFER_PTS (buffer);
  ret = gst_vowel_push_src_push (GST_VOWEL_PUSH_SRC (self->in), buffer);
  /* An element that fails has said why; a link that does not fit has not. */
  if (ret == GST_FLOW_NOT_NEGOTIATED || ret == GST_FLOW_NOT_LINKED)
    GST_ELEMENT_ERROR (self->in, STREAM, FORMAT,
        ("The pipeline cannot take the caller's audio."),
        ("flow %s", gst_flow_get_name (ret)));
  return ret == GST_FLOW_OK;
}

/* What a client sends at once, a whole recording perhaps, goes on in pieces as
 * a microphone would make them: converters need memory for one piece only, and
 * what a decision in one changes holds for the next. */
static void
vowel_pipeline_push_audio (VowelEngine *engine, GBytes *audio)
{
  VowelPipeline *self = VOWEL_PIPELINE (engine);
  gsize piece = vowel_audio_format_bytes (
      &self->input_format, INPUT_PIECE_MS * (gint64) 1000);
  gsize size = g_bytes_get_size (audio);
  gsize at = 0;
  gboolean taken = TRUE;

  while (at < size && taken && self->pipeline != NULL) {
    gsize length = MIN (piece, size - at);
    g_autoptr (GBytes) part = g_bytes_new_from_bytes (audio, at, length);

    taken = push_piece (self, part);
    at += length;
  }
  /* The client's clock goes on. */
  self->format_bytes += size - at;
}

static void
push_start (VowelPipeline *self, gint64 start_us)
{
  GstVowelSpeechStart start = {
      .start = start_us * GST_USECOND,
      .detected = vowel_pipeline_get_input_us (self) * GST_USECOND,
      .emulated = TRUE,
  };

  gst_vowel_push_src_push_event (
      GST_VOWEL_PUSH_SRC (self->in), gst_vowel_event_new_speech_start (&start));
}

static void
push_stop (VowelPipeline *self, gboolean discard)
{
  gint64 now_us = vowel_pipeline_get_input_us (self);
  GstVowelSpeechStop stop = {
      .end = now_us * GST_USECOND,
      .detected = now_us * GST_USECOND,
      .discard = discard,
  };

  gst_vowel_push_src_push_event (
      GST_VOWEL_PUSH_SRC (self->in), gst_vowel_event_new_speech_stop (&stop));
  self->utterance_end_us = now_us;
}

static void
vowel_pipeline_begin_utterance (VowelEngine *engine, gint64 start_us)
{
  VowelPipeline *self = VOWEL_PIPELINE (engine);

  if (self->pipeline != NULL)
    push_start (self, start_us);
}

static void
vowel_pipeline_end_utterance (VowelEngine *engine)
{
  VowelPipeline *self = VOWEL_PIPELINE (engine);

  if (self->pipeline == NULL)
    return;
  /* The detector takes over an open utterance of its own, or begins one. */
  push_start (self, MAX (self->utterance_end_us,
                        vowel_pipeline_get_input_us (self) - LOOK_BACK_US));
  push_stop (self, FALSE);
}

static void
vowel_pipeline_discard_utterance (VowelEngine *engine)
{
  VowelPipeline *self = VOWEL_PIPELINE (engine);

  if (self->pipeline != NULL)
    push_stop (self, TRUE);
}

/* Responses. */

static void
vowel_pipeline_generate (VowelEngine *engine, const VowelGeneration *generation)
{
  VowelPipeline *self = VOWEL_PIPELINE (engine);
  g_autoptr (GstVowelChatRequest) request = NULL;
  g_autoptr (GError) error = NULL;
  GstElement *llm;

  if (self->pipeline == NULL)
    return;
  request = vowel_pipeline_make_request (generation);
  vowel_pipeline_set_voice (self, generation);
  g_hash_table_insert (self->live,
      g_memdup2 (&generation->generation, sizeof generation->generation),
      GUINT_TO_POINTER (generation->spoken
                            ? VOWEL_AWAITS_GENERATED | VOWEL_AWAITS_AUDIO_END
                            : VOWEL_AWAITS_GENERATED));
  llm = vowel_pipeline_find_llm (self, generation->auxiliary, &error);
  if (llm == NULL) {
    vowel_pipeline_report (self, VOWEL_REPORT_MESSAGE,
        gst_vowel_message_new_failure (
            GST_OBJECT (self->llm), "llm", generation->generation, error, NULL),
        0);
    return;
  }
  if (llm != self->llm)
    g_hash_table_insert (self->asked,
        g_memdup2 (&generation->generation, sizeof generation->generation),
        llm);
  g_signal_emit_by_name (llm, "generate", request);
  /* Without a voice in the recipe a spoken answer is silent. */
  if (generation->spoken && self->tts == NULL)
    vowel_pipeline_report (
        self, VOWEL_REPORT_RESPONSE_END, NULL, generation->generation);
}

static gboolean
vowel_pipeline_say (
    VowelEngine *engine, const VowelGeneration *generation, const gchar *text)
{
  VowelPipeline *self = VOWEL_PIPELINE (engine);

  if (self->pipeline == NULL || self->tts == NULL
      || g_signal_lookup ("speak", G_OBJECT_TYPE (self->tts)) == 0)
    return FALSE;
  vowel_pipeline_set_voice (self, generation);
  g_hash_table_insert (self->live,
      g_memdup2 (&generation->generation, sizeof generation->generation),
      GUINT_TO_POINTER (VOWEL_AWAITS_AUDIO_END));
  g_signal_emit_by_name (self->tts, "speak", generation->response_id,
      generation->generation, text);
  return TRUE;
}

static void
vowel_pipeline_cancel (VowelEngine *engine, guint64 generation)
{
  VowelPipeline *self = VOWEL_PIPELINE (engine);
  GstElement *llm;

  if (self->pipeline == NULL || !g_hash_table_remove (self->live, &generation))
    return;
  llm = g_hash_table_lookup (self->asked, &generation);
  /* Its flush travels from the model over the voice to the output. */
  g_signal_emit_by_name (llm != NULL ? llm : self->llm, "cancel", generation);
  g_hash_table_remove (self->asked, &generation);
}

static void
vowel_pipeline_hold_voice (VowelEngine *engine, gboolean hold)
{
  VowelPipeline *self = VOWEL_PIPELINE (engine);
  g_autoptr (GObject) owner =
      self->tts != NULL ? vowel_pipeline_find_property (self->tts, "hold")
                        : NULL;

  if (owner != NULL)
    g_object_set (owner, "hold", hold, NULL);
}

static void
vowel_pipeline_iface_init (VowelEngineInterface *iface)
{
  iface->start = vowel_pipeline_start;
  iface->stop = vowel_pipeline_stop;
  iface->configure = vowel_pipeline_configure;
  iface->push_audio = vowel_pipeline_push_audio;
  iface->begin_utterance = vowel_pipeline_begin_utterance;
  iface->end_utterance = vowel_pipeline_end_utterance;
  iface->discard_utterance = vowel_pipeline_discard_utterance;
  iface->generate = vowel_pipeline_generate;
  iface->say = vowel_pipeline_say;
  iface->cancel = vowel_pipeline_cancel;
  iface->hold_voice = vowel_pipeline_hold_voice;
  iface->transcribe = vowel_pipeline_transcribe;
  iface->speak = vowel_pipeline_speak;
}
