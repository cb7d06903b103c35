/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gstvowelproviderelement-priv.h"
#include "gstvowelring-priv.h"
#include "gstvowelsttturns-priv.h"
#include "gstvowelutterance-priv.h"

G_BEGIN_DECLS

typedef struct {
  /* Protected by the object lock. */
  GstClockTime pre_roll;
  GstClockTime result_timeout;
  gboolean flush_on_speech;

  /* Worker thread only. */
  gint rate;
  GstSegment segment;
  gboolean detector;
  GstVowelRing ring;
  GstClockTime look_back; /* longest that a start event has asked for */
  GstClockTime next_pts;
  GstVowelUtterance *current; /* is being fed; in live too */
  GPtrArray *live;            /* of GstVowelUtterance: no final result yet */
  GQueue order; /* of GstVowelUtterance: text has not left, oldest first */
  GstVowelSttTurns turns;
} GstVowelSttPrivate;

G_GNUC_INTERNAL GstVowelSttPrivate *gst_vowel_stt_get_private (
    GstVowelStt *self);

static inline guint64
gst_vowel_stt_samples_of (GstBuffer *buffer)
{
  return gst_buffer_get_size (buffer) / sizeof (gint16);
}

/* Of a buffer with valid times. */
static inline GstClockTime
gst_vowel_stt_end_of (GstBuffer *buffer)
{
  return GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
}

/* All of these on the worker. */
G_GNUC_INTERNAL void gst_vowel_stt_handle_item (
    GstVowelProviderElement *element, GstMiniObject *item);
/* A flush: forgets audio and utterances; the stream goes on. */
G_GNUC_INTERNAL void gst_vowel_stt_flush (GstVowelProviderElement *element);
/* Forgets the stream, too. */
G_GNUC_INTERNAL void gst_vowel_stt_reset (GstVowelProviderElement *element);

/* (transfer full) both; gives the buffer valid times. */
G_GNUC_INTERNAL GstBuffer *gst_vowel_stt_stamp (
    GstVowelStt *self, GstBuffer *buffer);
G_GNUC_INTERNAL void gst_vowel_stt_push_text (
    GstVowelStt *self, const gchar *text, GstClockTime start, GstClockTime end);
G_GNUC_INTERNAL void gst_vowel_stt_maybe_finish_eos (GstVowelStt *self);

/* Utterances, of which at most one is being fed: the current one. */
G_GNUC_INTERNAL void gst_vowel_stt_begin (
    GstVowelStt *self, guint64 number, GstClockTime start);
/* Feeds what of @buffer lies behind the utterance's start. */
G_GNUC_INTERNAL void gst_vowel_stt_feed (GstVowelStt *self, GstBuffer *buffer);
G_GNUC_INTERNAL void gst_vowel_stt_end_current (GstVowelStt *self);
/* Nothing comes of it any more. */
G_GNUC_INTERNAL void gst_vowel_stt_cancel (
    GstVowelStt *self, GstVowelUtterance *utterance);
G_GNUC_INTERNAL void gst_vowel_stt_cancel_all (GstVowelStt *self);

/* The tries of one utterance. */
G_GNUC_INTERNAL void gst_vowel_stt_attempt_begin (GstVowelUtterance *utterance);
G_GNUC_INTERNAL void gst_vowel_stt_attempt_feed (
    GstVowelUtterance *utterance, GstBuffer *audio);
G_GNUC_INTERNAL void gst_vowel_stt_attempt_end (GstVowelUtterance *utterance);
G_GNUC_INTERNAL void gst_vowel_stt_attempt_cancel (
    GstVowelUtterance *utterance);
/* FALSE: this failure is the last. @again: by the same recogniser, too */
G_GNUC_INTERNAL gboolean gst_vowel_stt_attempt_retry (
    GstVowelUtterance *utterance, gboolean again, const GError *error);
/* How long after its end an utterance may take, from now on. */
G_GNUC_INTERNAL void gst_vowel_stt_watch (GstVowelUtterance *utterance);

G_END_DECLS
