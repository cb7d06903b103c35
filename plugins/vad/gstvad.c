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
 * for 32 ms of audio). Its weights are looked for in the file that
 * #GstVowelVad:model names, else the one that the environment variable
 * `VOWEL_SILERO_MODEL` names, else `models/silero_vad.onnx` in the folder
 * `VOWEL_DATA_DIR`, else in the installed data folder; `scripts/fetch-silero`
 * fetches them. Without them the element warns once and uses a weaker detector.
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

#include "gstvad.h"

#include <gst/audio/audio.h>
#include <gst/vowel/gstvowelevent.h>
#include <gst/vowel/gstvowelmessage.h>

#include "gstvadsettings.h"
#include "silero-weights.h"
#include "vad-stream.h"

GST_DEBUG_CATEGORY_STATIC (vad_debug);
#define GST_CAT_DEFAULT vad_debug

enum {
  PROP_ACTIVE_DETECTOR = GST_VOWEL_VAD_N_SETTINGS,
  PROP_SPEAKING,
  N_PROPS
};

/* Timestamps that differ less from the count of samples are jitter. */
#define ALIGNMENT_THRESHOLD (40 * GST_MSECOND)
/* Holes up to this length are heard as silence; longer ones start afresh. */
#define GAP_LIMIT (2 * GST_SECOND)

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
  /* A decision behind a piece of audio that is on its way downstream. */
  VadVerdict verdict;
  enum {
    NOT_ANNOUNCED,
    ANNOUNCED_INACTIVE,
    ANNOUNCED_ACTIVE,
  } announced;
  gboolean warned;
};

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
    GST_DEBUG_CATEGORY_INIT (vad_debug, "vad", 0, "voice activity detection"))
GST_ELEMENT_REGISTER_DEFINE (vad, "vad", GST_RANK_NONE, GST_TYPE_VOWEL_VAD)

/* Time of a sample; @position is not before the anchor. */
static GstClockTime
time_at (GstVowelVad *self, guint64 position)
{
  return self->anchor_pts
         + gst_util_uint64_scale_int (
             position - self->anchor_position, GST_SECOND, self->stream.rate);
}

static void
anchor (GstVowelVad *self, GstClockTime pts)
{
  self->anchor_pts = pts;
  self->anchor_position = self->stream.position;
}

static GstClockTime
current_time (GstVowelVad *self)
{
  return self->stream.rate > 0 ? time_at (self, self->stream.position)
                               : self->anchor_pts;
}

static void
set_speaking (GstVowelVad *self, gboolean speaking)
{
  GST_OBJECT_LOCK (self);
  self->speaking = speaking;
  GST_OBJECT_UNLOCK (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SPEAKING]);
}

/* The message goes first: nothing that an event causes downstream may be on
 * the bus before it. */
static void
emit_start (GstVowelVad *self, const GstVowelSpeechStart *start)
{
  GST_INFO_OBJECT (self,
      "utterance %" G_GUINT64_FORMAT " starts at %" GST_TIME_FORMAT
      ", decided at %" GST_TIME_FORMAT "%s",
      start->utterance, GST_TIME_ARGS (start->start),
      GST_TIME_ARGS (start->detected), start->emulated ? ", emulated" : "");

  set_speaking (self, TRUE);
  gst_element_post_message (GST_ELEMENT (self),
      gst_vowel_message_new_speech_start (GST_OBJECT (self), start));
  gst_pad_push_event (GST_BASE_TRANSFORM_SRC_PAD (self),
      gst_vowel_event_new_speech_start (start));
}

static void
emit_stop (GstVowelVad *self, const GstVowelSpeechStop *stop)
{
  GST_INFO_OBJECT (self,
      "utterance %" G_GUINT64_FORMAT " ends at %" GST_TIME_FORMAT
      ", decided at %" GST_TIME_FORMAT "%s",
      stop->utterance, GST_TIME_ARGS (stop->end),
      GST_TIME_ARGS (stop->detected), stop->discard ? ", discarded" : "");

  self->upstream_governs = FALSE;
  self->stream.held = FALSE;
  set_speaking (self, FALSE);
  gst_element_post_message (GST_ELEMENT (self),
      gst_vowel_message_new_speech_stop (GST_OBJECT (self), stop));
  gst_pad_push_event (GST_BASE_TRANSFORM_SRC_PAD (self),
      gst_vowel_event_new_speech_stop (stop));
}

static void
emit_verdict (GstVowelVad *self, const VadVerdict *verdict)
{
  if (verdict->decision == VAD_DECISION_START) {
    GstVowelSpeechStart start = {
        .utterance = ++self->utterance,
        .start = time_at (self, verdict->position),
        .detected = time_at (self, verdict->decided),
    };

    emit_start (self, &start);
  } else {
    GstVowelSpeechStop stop = {
        .utterance = self->utterance,
        .end = time_at (self, verdict->position),
        .detected = time_at (self, verdict->decided),
    };

    emit_stop (self, &stop);
  }
}

/* Closes an utterance of our own; one that upstream governs stays open. */
static void
finish_own (GstVowelVad *self)
{
  VadVerdict verdict;

  if (vad_stream_finish (&self->stream, &verdict))
    emit_verdict (self, &verdict);
}

/* Closes whatever is open. */
static void
finish_any (GstVowelVad *self, gboolean discard)
{
  GstVowelSpeechStop stop = {.utterance = self->utterance, .discard = discard};
  VadVerdict verdict;

  if (vad_stream_finish (&self->stream, &verdict)) {
    stop.end = time_at (self, verdict.position);
    stop.detected = time_at (self, verdict.decided);
  } else if (self->upstream_governs) {
    stop.end = stop.detected = current_time (self);
  } else {
    return;
  }

  emit_stop (self, &stop);
}

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

static gboolean
use_silero (GstVowelVad *self, const gchar *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VadSileroModel) model = NULL;

  model = vad_silero_weights_find (path, &error);
  if (model == NULL) {
    if (!self->warned)
      GST_ELEMENT_WARNING (self, RESOURCE, NOT_FOUND,
          ("The weights of the Silero voice detector cannot be had, so a much "
           "weaker detector listens. Run scripts/fetch-silero (or make run), "
           "or name the file in the property 'model' or in "
           "VOWEL_SILERO_MODEL."),
          ("%s", error->message));
    self->warned = TRUE;
    return FALSE;
  }

  if (!vad_silero_model_is_verified (model))
    GST_WARNING_OBJECT (self,
        "the Silero weights are not the verified ones (SHA-256 "
        "%s): probabilities may differ; scripts/fetch-silero fetches those",
        VAD_SILERO_SHA256);
  GST_INFO_OBJECT (
      self, "Silero, kernel %s", vad_silero_model_get_kernel (model)->name);

  return vad_stream_set_detector (&self->stream, VAD_DETECTOR_SILERO, model);
}

static gboolean
use_webrtc (GstVowelVad *self, gboolean wanted)
{
  if (vad_stream_set_detector (&self->stream, VAD_DETECTOR_WEBRTC, NULL))
    return TRUE;

  if (wanted && !self->warned) {
    GST_ELEMENT_WARNING (self, LIBRARY, SETTINGS,
        ("This build has no WebRTC voice detection, so loudness alone decides. "
         "Build with -Dwebrtc-vad=enabled, or set the property 'detector' to "
         "'auto'."),
        (NULL));
    self->warned = TRUE;
  }
  return FALSE;
}

/* Stream lock held, rate known: makes @detector listen, or the best that can
 * be had instead. */
static GstVowelVadDetector
choose_detector (
    GstVowelVad *self, GstVowelVadDetector detector, const gchar *model)
{
  gboolean silero = detector == GST_VOWEL_VAD_DETECTOR_AUTO
                    || detector == GST_VOWEL_VAD_DETECTOR_SILERO;

  if (detector == GST_VOWEL_VAD_DETECTOR_NONE) {
    vad_stream_set_detector (&self->stream, VAD_DETECTOR_NONE, NULL);
    return GST_VOWEL_VAD_DETECTOR_NONE;
  }
  if (silero && use_silero (self, model))
    return GST_VOWEL_VAD_DETECTOR_SILERO;
  if (detector != GST_VOWEL_VAD_DETECTOR_ENERGY
      && use_webrtc (self, detector == GST_VOWEL_VAD_DETECTOR_WEBRTC))
    return GST_VOWEL_VAD_DETECTOR_WEBRTC;

  vad_stream_set_detector (&self->stream, VAD_DETECTOR_ENERGY, NULL);
  return GST_VOWEL_VAD_DETECTOR_ENERGY;
}

/* Takes over properties that changed since the last buffer. */
static void
apply_properties (GstVowelVad *self)
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

  finish_own (self);
  set_active_detector (self, choose_detector (self, detector, model));
  announce (self, detector != GST_VOWEL_VAD_DETECTOR_NONE);
}

static void
push_samples (GstVowelVad *self, const gint16 *samples, guint64 n_samples)
{
  VadVerdict verdict;

  while (vad_stream_push (&self->stream, &samples, &n_samples, &verdict))
    emit_verdict (self, &verdict);
}

/* What follows does not continue what was: the times begin anew at @pts. */
static void
start_afresh (GstVowelVad *self, GstClockTime pts)
{
  finish_own (self);
  vad_stream_discont (&self->stream);
  anchor (self, pts);
}

/* Compares the timestamp of what comes next with the count of samples. */
static void
follow_time (GstVowelVad *self, GstClockTime pts)
{
  GstClockTime expected;

  if (self->anchor_pts == GST_CLOCK_TIME_NONE) {
    anchor (self, GST_CLOCK_TIME_IS_VALID (pts) ? pts : 0);
    return;
  }
  if (!GST_CLOCK_TIME_IS_VALID (pts))
    return;

  expected = current_time (self);
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

/* Tells what was decided at the end of the audio that went downstream last. */
static void
emit_pending (GstVowelVad *self)
{
  VadVerdict verdict = self->verdict;

  if (verdict.decision == VAD_DECISION_NONE)
    return;
  self->verdict.decision = VAD_DECISION_NONE;
  emit_verdict (self, &verdict);
}

/* (transfer full) @buffer: what of it lies in front of and behind @offset. */
static GstBuffer *
split (GstVowelVad *self, GstBuffer *buffer, gsize offset, GstBuffer **rest)
{
  gsize size = gst_buffer_get_size (buffer);
  GstClockTime pts = GST_BUFFER_PTS (buffer);
  GstClockTime duration = gst_util_uint64_scale_int (
      offset / sizeof (gint16), GST_SECOND, self->stream.rate);
  GstBuffer *first =
      gst_buffer_copy_region (buffer, GST_BUFFER_COPY_ALL, 0, offset);

  *rest = gst_buffer_copy_region (
      buffer, GST_BUFFER_COPY_ALL, offset, size - offset);
  GST_BUFFER_FLAG_UNSET (*rest, GST_BUFFER_FLAG_DISCONT);
  GST_BUFFER_FLAG_UNSET (*rest, GST_BUFFER_FLAG_RESYNC);
  if (GST_CLOCK_TIME_IS_VALID (pts))
    GST_BUFFER_PTS (*rest) = pts + duration;
  if (GST_BUFFER_DURATION_IS_VALID (buffer)) {
    GST_BUFFER_DURATION (first) = MIN (duration, GST_BUFFER_DURATION (buffer));
    GST_BUFFER_DURATION (*rest) =
        GST_BUFFER_DURATION (buffer) - GST_BUFFER_DURATION (first);
  }
  if (GST_BUFFER_OFFSET_IS_VALID (buffer)) {
    GST_BUFFER_OFFSET (*rest) =
        GST_BUFFER_OFFSET (buffer) + offset / sizeof (gint16);
    GST_BUFFER_OFFSET_END (*rest) = GST_BUFFER_OFFSET_END (buffer);
    GST_BUFFER_OFFSET_END (first) = GST_BUFFER_OFFSET (*rest);
  }
  gst_buffer_unref (buffer);
  return first;
}

/* A buffer whose downstream went away in the middle has no rest. */
static GstFlowReturn
gst_vowel_vad_submit_input_buffer (
    GstBaseTransform *trans, gboolean is_discont, GstBuffer *buffer)
{
  GstVowelVad *self = GST_VOWEL_VAD (trans);

  gst_clear_buffer (&trans->queued_buf);
  emit_pending (self);
  return GST_BASE_TRANSFORM_CLASS (gst_vowel_vad_parent_class)
      ->submit_input_buffer (trans, is_discont, buffer);
}

/* Called until nothing is left: gives the audio up to the next decision, or
 * all of it, so that the event stands between the pieces. */
static GstFlowReturn
gst_vowel_vad_generate_output (GstBaseTransform *trans, GstBuffer **outbuf)
{
  GstVowelVad *self = GST_VOWEL_VAD (trans);
  GstBuffer *buffer;
  const gint16 *samples;
  GstMapInfo map;
  guint64 left;
  gsize passed;

  emit_pending (self);
  buffer = g_steal_pointer (&trans->queued_buf);
  if (buffer == NULL)
    return GST_FLOW_OK;

  apply_properties (self);
  follow_time (self, GST_BUFFER_PTS (buffer));

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ)) {
    GST_ELEMENT_ERROR (
        self, RESOURCE, READ, ("The audio cannot be read."), (NULL));
    gst_buffer_unref (buffer);
    return GST_FLOW_ERROR;
  }
  samples = (const gint16 *) map.data;
  left = map.size / sizeof (gint16);
  if (!vad_stream_push (&self->stream, &samples, &left, &self->verdict))
    self->verdict.decision = VAD_DECISION_NONE;
  passed = map.size - left * sizeof (gint16);
  gst_buffer_unmap (buffer, &map);

  *outbuf =
      left > 0 ? split (self, buffer, passed, &trans->queued_buf) : buffer;
  return GST_FLOW_OK;
}

static void
upstream_start (GstVowelVad *self, GstVowelSpeechStart *start)
{
  VadVerdict verdict;

  if (self->upstream_governs || self->stream.hysteresis.speaking) {
    GST_DEBUG_OBJECT (self,
        "upstream takes utterance %" G_GUINT64_FORMAT " over", self->utterance);
  } else {
    if (start->utterance == 0)
      start->utterance = self->utterance + 1;
    self->utterance = start->utterance;
    if (!GST_CLOCK_TIME_IS_VALID (start->start))
      start->start = current_time (self);
    if (!GST_CLOCK_TIME_IS_VALID (start->detected))
      start->detected = current_time (self);
    emit_start (self, start);
  }

  self->upstream_governs = TRUE;
  self->stream.held = TRUE;
  vad_stream_finish (&self->stream, &verdict);
}

/* One that names another utterance than the current is about the past, which
 * only downstream still knows. */
static void
upstream_stop (GstVowelVad *self, GstVowelSpeechStop *stop)
{
  gboolean past = stop->utterance != 0 && stop->utterance != self->utterance;
  gboolean closes =
      !past && (self->upstream_governs || self->stream.hysteresis.speaking);
  VadVerdict verdict;

  /* What is closed or thrown away must not come back as prefix padding. */
  if (closes || (stop->discard && !past))
    vad_stream_finish (&self->stream, &verdict);

  if (!GST_CLOCK_TIME_IS_VALID (stop->end))
    stop->end = current_time (self);
  if (!GST_CLOCK_TIME_IS_VALID (stop->detected))
    stop->detected = current_time (self);

  if (closes) {
    stop->utterance = self->utterance;
    emit_stop (self, stop);
  } else if (stop->discard) {
    gst_pad_push_event (GST_BASE_TRANSFORM_SRC_PAD (self),
        gst_vowel_event_new_speech_stop (stop));
  } else {
    GST_DEBUG_OBJECT (self, "upstream stops an utterance that is closed");
  }
}

/* An injected event may come before the first buffer, and behind a property
 * change that no buffer has brought into effect yet. */
static void
prepare_for_event (GstVowelVad *self)
{
  if (self->stream.rate > 0)
    apply_properties (self);
  if (self->anchor_pts == GST_CLOCK_TIME_NONE) {
    const GstSegment *segment = &GST_BASE_TRANSFORM (self)->segment;

    anchor (self, segment->format == GST_FORMAT_TIME
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
  apply_properties (self);
  follow_time (self, pts);
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
    emit_pending (self);

  switch (type) {
    case GST_EVENT_CUSTOM_DOWNSTREAM:
      if (gst_vowel_event_parse_speech_start (event, &start)) {
        gst_event_unref (event);
        prepare_for_event (self);
        upstream_start (self, &start);
        return TRUE;
      }
      if (gst_vowel_event_parse_speech_stop (event, &stop)) {
        gst_event_unref (event);
        prepare_for_event (self);
        upstream_stop (self, &stop);
        return TRUE;
      }
      break;
    case GST_EVENT_GAP:
      handle_gap (self, event);
      break;
    case GST_EVENT_EOS:
      finish_any (self, FALSE);
      break;
    default:
      break;
  }

  ret = GST_BASE_TRANSFORM_CLASS (gst_vowel_vad_parent_class)
            ->sink_event (trans, event);

  if (type == GST_EVENT_FLUSH_STOP) {
    gst_clear_buffer (&trans->queued_buf);
    emit_pending (self);
    finish_any (self, TRUE);
    vad_stream_discont (&self->stream);
    self->anchor_pts = GST_CLOCK_TIME_NONE;
  } else if (type == GST_EVENT_SEGMENT && self->stream.rate > 0) {
    apply_properties (self);
  }

  return ret;
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

  if (self->stream.rate > 0) {
    GstClockTime now = current_time (self);

    finish_own (self);
    vad_stream_clear (&self->stream);
    vad_stream_init (&self->stream, GST_AUDIO_INFO_RATE (&info));
    anchor (self, now);
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
  self->verdict.decision = VAD_DECISION_NONE;

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

  gst_clear_buffer (&trans->queued_buf);
  vad_stream_clear (&self->stream);
  vad_stream_init (&self->stream, 0);
  set_active_detector (self, GST_VOWEL_VAD_DETECTOR_NONE);
  set_speaking (self, FALSE);
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
  trans_class->submit_input_buffer =
      GST_DEBUG_FUNCPTR (gst_vowel_vad_submit_input_buffer);
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
