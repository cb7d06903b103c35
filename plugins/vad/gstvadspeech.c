/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Utterances: what was decided here or upstream, as events and messages. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstvad-priv.h"

#include <gst/vowel/gstvowelmessage.h>

GST_DEBUG_CATEGORY_EXTERN (gst_vowel_vad_debug);
#define GST_CAT_DEFAULT gst_vowel_vad_debug

/* Time of a sample; @position is not before the anchor. */
static GstClockTime
time_at (GstVowelVad *self, guint64 position)
{
  return self->anchor_pts
         + gst_util_uint64_scale_int (
             position - self->anchor_position, GST_SECOND, self->stream.rate);
}

void
gst_vowel_vad_anchor (GstVowelVad *self, GstClockTime pts)
{
  self->anchor_pts = pts;
  self->anchor_position = self->stream.position;
}

GstClockTime
gst_vowel_vad_current_time (GstVowelVad *self)
{
  return self->stream.rate > 0 ? time_at (self, self->stream.position)
                               : self->anchor_pts;
}

void
gst_vowel_vad_set_speaking (GstVowelVad *self, gboolean speaking)
{
  GST_OBJECT_LOCK (self);
  self->speaking = speaking;
  GST_OBJECT_UNLOCK (self);
  g_object_notify (G_OBJECT (self), "speaking");
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

  gst_vowel_vad_set_speaking (self, TRUE);
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
  gst_vowel_vad_set_speaking (self, FALSE);
  gst_element_post_message (GST_ELEMENT (self),
      gst_vowel_message_new_speech_stop (GST_OBJECT (self), stop));
  gst_pad_push_event (GST_BASE_TRANSFORM_SRC_PAD (self),
      gst_vowel_event_new_speech_stop (stop));
}

void
gst_vowel_vad_emit_verdict (GstVowelVad *self, const VadVerdict *verdict)
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

void
gst_vowel_vad_finish_own (GstVowelVad *self)
{
  VadVerdict verdict;

  if (vad_stream_finish (&self->stream, &verdict))
    gst_vowel_vad_emit_verdict (self, &verdict);
}

void
gst_vowel_vad_finish_any (GstVowelVad *self, gboolean discard)
{
  GstVowelSpeechStop stop = {.utterance = self->utterance, .discard = discard};
  VadVerdict verdict;

  if (vad_stream_finish (&self->stream, &verdict)) {
    stop.end = time_at (self, verdict.position);
    stop.detected = time_at (self, verdict.decided);
  } else if (self->upstream_governs) {
    stop.end = stop.detected = gst_vowel_vad_current_time (self);
  } else {
    return;
  }

  emit_stop (self, &stop);
}

void
gst_vowel_vad_upstream_start (GstVowelVad *self, GstVowelSpeechStart *start)
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
      start->start = gst_vowel_vad_current_time (self);
    if (!GST_CLOCK_TIME_IS_VALID (start->detected))
      start->detected = gst_vowel_vad_current_time (self);
    emit_start (self, start);
  }

  self->upstream_governs = TRUE;
  self->stream.held = TRUE;
  vad_stream_finish (&self->stream, &verdict);
}

void
gst_vowel_vad_upstream_stop (GstVowelVad *self, GstVowelSpeechStop *stop)
{
  gboolean past = stop->utterance != 0 && stop->utterance != self->utterance;
  gboolean closes =
      !past && (self->upstream_governs || self->stream.hysteresis.speaking);
  VadVerdict verdict;

  /* What is closed or thrown away must not come back as prefix padding. */
  if (closes || (stop->discard && !past))
    vad_stream_finish (&self->stream, &verdict);

  if (!GST_CLOCK_TIME_IS_VALID (stop->end))
    stop->end = gst_vowel_vad_current_time (self);
  if (!GST_CLOCK_TIME_IS_VALID (stop->detected))
    stop->detected = gst_vowel_vad_current_time (self);

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
