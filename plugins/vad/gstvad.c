/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-vad
 * @title: vad
 *
 * Detects speech. The audio passes through untouched and undelayed; a decision
 * splits the buffer in which it falls: behind the last sample that was needed
 * for it, a serialized speech-start or speech-stop event goes downstream (see
 * gst_vowel_event_parse_speech_start()), and the same fact is posted as an
 * element message `vowel-speech-start` or `vowel-speech-stop`. Times are exact
 * to the sample, and neither they nor the place of the events depends on the
 * size of the buffers. An utterance that is open at EOS or at a flush is
 * stopped (at a flush: discarded).
 *
 * Speech events that come from upstream (push-to-talk, a client that commits
 * or clears its audio) are numbered and passed on, and govern: a start opens
 * an utterance that only a stop from upstream, EOS or a flush closes; a start
 * inside an utterance takes that one over; a stop without a number, or with the
 * current one, closes what is open. A stop with "discard" that closes nothing
 * is passed on as it is: with a number it throws away an utterance of the past,
 * without one what was heard since, which then does not come back as prefix
 * padding either.
 *
 * The detector is the Silero neural network, evaluated natively (about 15 us
 * for 32 ms of audio). In an application that shares a #GstVowelWorker among
 * pipelines and pushes their audio on it, windows of several pipelines are
 * evaluated together, which takes a third of the time. A buffer in which a
 * window ends then passes at the end of the turn of the worker's loop; where
 * there are many pipelines, up to 4 ms later. Events stand where they would.
 * Its weights are looked for in the file that #GstVowelVad:model names, else
 * the one that the environment variable `VOWEL_SILERO_MODEL` names, else
 * `models/silero_vad.onnx` in the folder `VOWEL_DATA_DIR`, else in the
 * installed data folder; `scripts/fetch-silero` fetches them. Without them the
 * element warns once and uses a weaker detector.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 -m filesrc location=talk.wav ! decodebin ! audioconvert !
 * audioresample ! vad ! fakesink
 * ]| Prints a message where somebody begins and ends to speak.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstvad-priv.h"

#include <gst/audio/audio.h>

#include "gstvaddetector.h"
#include "silero-weights.h"

GST_DEBUG_CATEGORY (gst_vowel_vad_debug);
#define GST_CAT_DEFAULT gst_vowel_vad_debug

enum {
  PROP_ACTIVE_DETECTOR = GST_VOWEL_VAD_N_SETTINGS,
  PROP_SPEAKING,
  N_PROPS
};

/* Timestamps that differ less from the count of samples are jitter. */
#define ALIGNMENT_THRESHOLD (40 * GST_MSECOND)
/* Holes up to this length are heard as silence; longer ones start afresh. */
#define GAP_LIMIT (2 * GST_SECOND)

static GParamSpec *properties[N_PROPS];

#define CAPS                                                                   \
  "audio/x-raw, format=(string)" GST_AUDIO_NE (                                \
      S16) ", layout=(string)interleaved, rate=(int){ 16000, 8000 }, "         \
           "channels=(int)1"

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE (
    "sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS (CAPS));
static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (CAPS));

G_DEFINE_FINAL_TYPE_WITH_CODE (GstVowelVad, gst_vowel_vad,
    GST_TYPE_BASE_TRANSFORM,
    GST_DEBUG_CATEGORY_INIT (
        gst_vowel_vad_debug, "vad", 0, "voice activity detection"))
GST_ELEMENT_REGISTER_DEFINE (vad, "vad", GST_RANK_NONE, GST_TYPE_VOWEL_VAD)

static void
announce (GstVowelVad *self, gboolean active)
{
  guint announced = active ? ANNOUNCED_ACTIVE : ANNOUNCED_INACTIVE;

  if (self->announced == announced)
    return;
  self->announced = announced;
  gst_pad_push_event (
      GST_BASE_TRANSFORM_SRC_PAD (self), gst_vowel_event_new_detector (active));
}

static void
set_active_detector (GstVowelVad *self, GstVowelVadDetector active)
{
  gboolean changed;

  GST_OBJECT_LOCK (self);
  changed = self->active_detector != active;
  self->active_detector = active;
  GST_OBJECT_UNLOCK (self);

  if (changed)
    g_object_notify_by_pspec (
        G_OBJECT (self), properties[PROP_ACTIVE_DETECTOR]);
}

void
gst_vowel_vad_apply_properties (GstVowelVad *self)
{
  g_autofree gchar *model = NULL;
  GstVowelVadDetector detector;
  gboolean detector_changed;

  GST_OBJECT_LOCK (self);
  if (!self->settings.changed) {
    GST_OBJECT_UNLOCK (self);
    return;
  }
  gst_vowel_vad_settings_get_config (
      &self->settings, self->stream.rate, &self->stream.config);
  detector = self->settings.detector;
  model = g_strdup (self->settings.model);
  detector_changed = self->settings.detector_changed;
  self->settings.changed = FALSE;
  self->settings.detector_changed = FALSE;
  GST_OBJECT_UNLOCK (self);

  if (!detector_changed)
    return;

  gst_vowel_vad_finish_own (self);
  set_active_detector (
      self, gst_vowel_vad_choose_detector (GST_ELEMENT (self), &self->stream,
                detector, model, &self->warned));
  announce (self, detector != GST_VOWEL_VAD_DETECTOR_NONE);
}

static void
push_samples (GstVowelVad *self, const gint16 *samples, guint64 n_samples)
{
  VadVerdict verdict;

  while (vad_stream_push (&self->stream, &samples, &n_samples, &verdict))
    gst_vowel_vad_emit_verdict (self, &verdict);
}

/* What follows does not continue what was: the times begin anew at @pts. */
static void
start_afresh (GstVowelVad *self, GstClockTime pts)
{
  gst_vowel_vad_finish_own (self);
  vad_stream_discont (&self->stream);
  gst_vowel_vad_anchor (self, pts);
}

void
gst_vowel_vad_follow_time (GstVowelVad *self, GstClockTime pts)
{
  GstClockTime expected;

  if (self->anchor_pts == GST_CLOCK_TIME_NONE) {
    gst_vowel_vad_anchor (self, GST_CLOCK_TIME_IS_VALID (pts) ? pts : 0);
    return;
  }
  if (!GST_CLOCK_TIME_IS_VALID (pts))
    return;

  expected = gst_vowel_vad_current_time (self);
  if (pts > expected + ALIGNMENT_THRESHOLD) {
    GstClockTime gap = pts - expected;

    GST_DEBUG_OBJECT (self,
        "gap of %" GST_TIME_FORMAT " before %" GST_TIME_FORMAT,
        GST_TIME_ARGS (gap), GST_TIME_ARGS (pts));
    push_samples (self, NULL,
        gst_util_uint64_scale_round (
            MIN (gap, GAP_LIMIT), self->stream.rate, GST_SECOND));
    if (gap > GAP_LIMIT)
      start_afresh (self, pts);
  } else if (pts + ALIGNMENT_THRESHOLD < expected) {
    GST_DEBUG_OBJECT (self,
        "time goes back from %" GST_TIME_FORMAT " to %" GST_TIME_FORMAT,
        GST_TIME_ARGS (expected), GST_TIME_ARGS (pts));
    start_afresh (self, pts);
  }
}

/* Buffers leave from there and not from the base class: an evaluation that is
 * shared comes later than the call. */
static GstFlowReturn
gst_vowel_vad_generate_output (GstBaseTransform *trans, GstBuffer **outbuf)
{
  GstBuffer *buffer = g_steal_pointer (&trans->queued_buf);

  if (buffer == NULL)
    return GST_FLOW_OK;
  return gst_vowel_vad_take (GST_VOWEL_VAD (trans), buffer);
}

/* An injected event may come before the first buffer, and behind a property
 * change that no buffer has brought into effect yet. */
static void
prepare_for_event (GstVowelVad *self)
{
  if (self->stream.rate > 0)
    gst_vowel_vad_apply_properties (self);
  if (self->anchor_pts == GST_CLOCK_TIME_NONE) {
    const GstSegment *segment = &GST_BASE_TRANSFORM (self)->segment;

    gst_vowel_vad_anchor (
        self, segment->format == GST_FORMAT_TIME
                      && GST_CLOCK_TIME_IS_VALID (segment->start)
                  ? segment->start
                  : 0);
  }
}

static void
handle_gap (GstVowelVad *self, GstEvent *event)
{
  GstClockTime pts, duration;

  if (self->stream.rate == 0)
    return;

  gst_event_parse_gap (event, &pts, &duration);
  gst_vowel_vad_apply_properties (self);
  gst_vowel_vad_follow_time (self, pts);
  if (GST_CLOCK_TIME_IS_VALID (duration))
    push_samples (self, NULL,
        gst_util_uint64_scale_round (
            MIN (duration, GAP_LIMIT), self->stream.rate, GST_SECOND));
}

static gboolean
gst_vowel_vad_sink_event (GstBaseTransform *trans, GstEvent *event)
{
  GstVowelVad *self = GST_VOWEL_VAD (trans);
  GstVowelSpeechStart start;
  GstVowelSpeechStop stop;
  GstEventType type = GST_EVENT_TYPE (event);
  gboolean ret;

  if (GST_EVENT_IS_SERIALIZED (event) && type != GST_EVENT_FLUSH_STOP)
    gst_vowel_vad_settle (self);

  switch (type) {
    case GST_EVENT_CUSTOM_DOWNSTREAM:
      if (gst_vowel_event_parse_speech_start (event, &start)) {
        gst_event_unref (event);
        prepare_for_event (self);
        gst_vowel_vad_upstream_start (self, &start);
        return TRUE;
      }
      if (gst_vowel_event_parse_speech_stop (event, &stop)) {
        gst_event_unref (event);
        prepare_for_event (self);
        gst_vowel_vad_upstream_stop (self, &stop);
        return TRUE;
      }
      break;
    case GST_EVENT_GAP:
      handle_gap (self, event);
      break;
    case GST_EVENT_EOS:
      gst_vowel_vad_finish_any (self, FALSE);
      break;
    default:
      break;
  }

  ret = GST_BASE_TRANSFORM_CLASS (gst_vowel_vad_parent_class)
            ->sink_event (trans, event);

  if (type == GST_EVENT_FLUSH_STOP) {
    gst_vowel_vad_drop (self);
    self->late = GST_FLOW_OK;
    gst_vowel_vad_finish_any (self, TRUE);
    vad_stream_discont (&self->stream);
    self->anchor_pts = GST_CLOCK_TIME_NONE;
  } else if (type == GST_EVENT_SEGMENT && self->stream.rate > 0) {
    gst_vowel_vad_apply_properties (self);
  }

  return ret;
}

static gboolean
gst_vowel_vad_query (
    GstBaseTransform *trans, GstPadDirection direction, GstQuery *query)
{
  if (direction == GST_PAD_SINK && GST_QUERY_IS_SERIALIZED (query))
    gst_vowel_vad_settle (GST_VOWEL_VAD (trans));
  return GST_BASE_TRANSFORM_CLASS (gst_vowel_vad_parent_class)
      ->query (trans, direction, query);
}

static gboolean
gst_vowel_vad_set_caps (
    GstBaseTransform *trans, GstCaps *incaps, GstCaps *outcaps)
{
  GstVowelVad *self = GST_VOWEL_VAD (trans);
  GstAudioInfo info;

  if (!gst_audio_info_from_caps (&info, incaps))
    return FALSE;
  if ((guint) GST_AUDIO_INFO_RATE (&info) == self->stream.rate)
    return TRUE;
  GST_INFO_OBJECT (
      self, "listens to %d samples per second", GST_AUDIO_INFO_RATE (&info));

  if (self->stream.rate > 0) {
    GstClockTime now = gst_vowel_vad_current_time (self);

    gst_vowel_vad_finish_own (self);
    vad_stream_clear (&self->stream);
    vad_stream_init (&self->stream, GST_AUDIO_INFO_RATE (&info));
    gst_vowel_vad_anchor (self, now);
  } else {
    vad_stream_init (&self->stream, GST_AUDIO_INFO_RATE (&info));
  }
  self->stream.held = self->upstream_governs;

  /* Taken up once the caps are downstream. */
  GST_OBJECT_LOCK (self);
  self->settings.changed = TRUE;
  self->settings.detector_changed = TRUE;
  GST_OBJECT_UNLOCK (self);
  return TRUE;
}

static gboolean
gst_vowel_vad_start (GstBaseTransform *trans)
{
  GstVowelVad *self = GST_VOWEL_VAD (trans);
  g_autoptr (VadSileroModel) model = NULL;
  g_autofree gchar *path = NULL;
  GstVowelVadDetector detector;

  self->anchor_pts = GST_CLOCK_TIME_NONE;
  self->anchor_position = 0;
  self->utterance = 0;
  self->upstream_governs = FALSE;
  self->announced = NOT_ANNOUNCED;
  self->late = GST_FLOW_OK;
  gst_vowel_vad_join (self);

  GST_OBJECT_LOCK (self);
  detector = self->settings.detector;
  path = g_strdup (self->settings.model);
  GST_OBJECT_UNLOCK (self);

  /* Now rather than with the first buffer, which it would delay by some
   * milliseconds; a failure is told when the detector is needed. */
  if (detector == GST_VOWEL_VAD_DETECTOR_AUTO
      || detector == GST_VOWEL_VAD_DETECTOR_SILERO)
    model = vad_silero_weights_find (path, NULL);

  return TRUE;
}

static gboolean
gst_vowel_vad_stop (GstBaseTransform *trans)
{
  GstVowelVad *self = GST_VOWEL_VAD (trans);

  gst_vowel_vad_drop (self);
  gst_vowel_vad_leave (self);
  vad_stream_clear (&self->stream);
  vad_stream_init (&self->stream, 0);
  set_active_detector (self, GST_VOWEL_VAD_DETECTOR_NONE);
  gst_vowel_vad_set_speaking (self, FALSE);
  return TRUE;
}

static void
gst_vowel_vad_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstVowelVad *self = GST_VOWEL_VAD (object);
  gboolean known;

  GST_OBJECT_LOCK (self);
  known = gst_vowel_vad_settings_set (&self->settings, id, value);
  GST_OBJECT_UNLOCK (self);

  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_vowel_vad_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstVowelVad *self = GST_VOWEL_VAD (object);
  gboolean known = TRUE;

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_ACTIVE_DETECTOR:
      g_value_set_enum (value, self->active_detector);
      break;
    case PROP_SPEAKING:
      g_value_set_boolean (value, self->speaking);
      break;
    default:
      known = gst_vowel_vad_settings_get (&self->settings, id, value);
      break;
  }
  GST_OBJECT_UNLOCK (self);

  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
gst_vowel_vad_finalize (GObject *object)
{
  GstVowelVad *self = GST_VOWEL_VAD (object);

  vad_stream_clear (&self->stream);
  gst_vowel_vad_settings_clear (&self->settings);
  G_OBJECT_CLASS (gst_vowel_vad_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  gst_vowel_vad_settings_add_specs (properties);

  /**
   * GstVowelVad:active-detector:
   *
   * The detector that listens; "none" until the format of the audio is known.
   */
  properties[PROP_ACTIVE_DETECTOR] = g_param_spec_enum ("active-detector",
      "Active detector",
      "The detector that listens (none until the format of the audio is known)",
      GST_TYPE_VOWEL_VAD_DETECTOR, GST_VOWEL_VAD_DETECTOR_NONE,
      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  /**
   * GstVowelVad:speaking:
   *
   * Whether an utterance is open.
   */
  properties[PROP_SPEAKING] = g_param_spec_boolean ("speaking", "Speaking",
      "Whether an utterance is open", FALSE,
      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
gst_vowel_vad_class_init (GstVowelVadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseTransformClass *trans_class = GST_BASE_TRANSFORM_CLASS (klass);

  object_class->set_property = gst_vowel_vad_set_property;
  object_class->get_property = gst_vowel_vad_get_property;
  object_class->finalize = gst_vowel_vad_finalize;
  install_properties (object_class);
  gst_type_mark_as_plugin_api (GST_TYPE_VOWEL_VAD_DETECTOR, 0);

  gst_element_class_set_static_metadata (element_class,
      "Voice activity detector", "Filter/Analyzer/Audio",
      "Tells where in the audio somebody speaks, by in-band events and "
      "messages",
      "The vowel-gst authors");
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);

  trans_class->start = GST_DEBUG_FUNCPTR (gst_vowel_vad_start);
  trans_class->stop = GST_DEBUG_FUNCPTR (gst_vowel_vad_stop);
  trans_class->set_caps = GST_DEBUG_FUNCPTR (gst_vowel_vad_set_caps);
  trans_class->sink_event = GST_DEBUG_FUNCPTR (gst_vowel_vad_sink_event);
  /* Without a transform function the base class passes buffers through. */
  trans_class->query = GST_DEBUG_FUNCPTR (gst_vowel_vad_query);
  trans_class->generate_output =
      GST_DEBUG_FUNCPTR (gst_vowel_vad_generate_output);
}

static void
gst_vowel_vad_init (GstVowelVad *self)
{
  gst_vowel_vad_settings_init (&self->settings);
  self->active_detector = GST_VOWEL_VAD_DETECTOR_NONE;
  self->anchor_pts = GST_CLOCK_TIME_NONE;
  vad_stream_init (&self->stream, 0);
}
