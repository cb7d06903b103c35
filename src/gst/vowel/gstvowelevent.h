/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel-prelude.h>

G_BEGIN_DECLS

/*
 * In-band events.  All of them are serialized: they keep their place between
 * the buffers, so whoever is downstream cuts exactly where upstream decided.
 * Times are buffer timestamps (PTS) of the stream that the event travels in;
 * they come from sample counts, never from a clock.
 */

/**
 * GstVowelSpeechStart:
 * @utterance: number of the utterance, counted from 1 by whoever detects
 * @start: PTS at which the utterance begins, prefix padding included; lies
 *   before the buffers that follow the event
 * @detected: PTS of the sample at which the detector decided
 * @emulated: %TRUE when no detector decided but a client did (push-to-talk,
 *   commit), so that nobody treats it as a barge-in
 *
 * What a speech-start event and message say.
 */
typedef struct {
  guint64 utterance;
  GstClockTime start;
  GstClockTime detected;
  gboolean emulated;
} GstVowelSpeechStart;

/**
 * GstVowelSpeechStop:
 * @utterance: the number that the matching start carried
 * @end: PTS at which the utterance ends; may lie before the preceding buffers
 *   or at their end
 * @detected: PTS of the sample at which the detector decided
 * @discard: %TRUE when the utterance must be thrown away, not recognised
 *   (the client cleared its input buffer)
 */
typedef struct {
  guint64 utterance;
  GstClockTime end;
  GstClockTime detected;
  gboolean discard;
} GstVowelSpeechStop;

/* Speech start and stop: in-band (serialized, downstream). */
GST_VOWEL_API GstEvent *gst_vowel_event_new_speech_start (
    const GstVowelSpeechStart *start);
GST_VOWEL_API gboolean gst_vowel_event_parse_speech_start (
    GstEvent *event, GstVowelSpeechStart *ret_start);
GST_VOWEL_API GstEvent *gst_vowel_event_new_speech_stop (
    const GstVowelSpeechStop *stop);
GST_VOWEL_API gboolean gst_vowel_event_parse_speech_stop (
    GstEvent *event, GstVowelSpeechStop *ret_stop);

/* "A detector is upstream": sticky, so that a recogniser knows before the
 * first buffer that it must wait for speech events instead of taking the whole
 * stream as one utterance. */
GST_VOWEL_API GstEvent *gst_vowel_event_new_detector (gboolean active);
GST_VOWEL_API gboolean gst_vowel_event_parse_detector (
    GstEvent *event, gboolean *ret_active);

/* The end of one response's text or audio, behind its last buffer. */
GST_VOWEL_API GstEvent *gst_vowel_event_new_response_end (
    const gchar *response_id, guint64 generation);
GST_VOWEL_API gboolean gst_vowel_event_parse_response_end (
    GstEvent *event, const gchar **ret_response_id, guint64 *ret_generation);

G_END_DECLS
