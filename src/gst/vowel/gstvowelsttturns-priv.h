/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gstvowelmessage.h"
#include "gstvowelstt.h"
#include "gstvowelworker.h"

G_BEGIN_DECLS

/* From its begin until its words are known. */
typedef struct {
  guint64 number;
  GstClockTime start;
  GstClockTime end;
  GString *said;      /* in turns of the recogniser that are over */
  gchar *language;    /* (nullable): recognised */
  gboolean by_client; /* begun or taken over from outside */
  gboolean ended;     /* from outside: the recogniser still owes the rest */
  gboolean dropped;
} GstVowelSttTurn;

/* What becomes of audio when the recogniser decides itself about turns. Worker
 * thread only. */
typedef struct {
  gboolean active;    /* constant from READY on */
  gboolean running;   /* the recogniser has been begun */
  gboolean finishing; /* EOS waits for its last word */
  guint64 n_turns;    /* numbers given */
  GQueue turns; /* of GstVowelSttTurn, oldest first; the last may be open */
  GQueue heard; /* of GstBuffer: what is said again after a failure */
  GstClockTime heard_from; /* but nothing of turns that are over */
  GstVowelTimer *retry;
  guint attempt;
  guint n_given_up; /* since it was heard of last */
  GstClockTime rest_until;
  GstVowelProviderUsage usage; /* since it was posted last */
} GstVowelSttTurns;

G_GNUC_INTERNAL void gst_vowel_stt_turns_init (GstVowelSttTurns *turns);
/* All of these on the worker. */
G_GNUC_INTERNAL void gst_vowel_stt_turns_start (GstVowelStt *self);
/* A buffer or event (transfer none). FALSE: of no interest to turns. */
G_GNUC_INTERNAL gboolean gst_vowel_stt_turns_handle_item (
    GstVowelStt *self, GstMiniObject *item);
G_GNUC_INTERNAL void gst_vowel_stt_turns_flush (GstVowelStt *self);
G_GNUC_INTERNAL void gst_vowel_stt_turns_reset (GstVowelStt *self);
/* Something of what was said is not known yet. */
G_GNUC_INTERNAL gboolean gst_vowel_stt_turns_are_pending (GstVowelStt *self);

/* Drops audio that is not heard again. */
G_GNUC_INTERNAL void gst_vowel_stt_turns_trim (GstVowelStt *self);

/* gstvowelsttturn.c */
G_GNUC_INTERNAL void gst_vowel_stt_turn_free (gpointer turn);
/* (nullable): whose words come next */
G_GNUC_INTERNAL GstVowelSttTurn *gst_vowel_stt_turns_get_first (
    GstVowelStt *self);
G_GNUC_INTERNAL GstClockTime gst_vowel_stt_turns_get_now (GstVowelStt *self);
G_GNUC_INTERNAL GstVowelSttTurn *gst_vowel_stt_turn_add (
    GstVowelStt *self, GstClockTime start, gboolean by_client);
G_GNUC_INTERNAL void gst_vowel_stt_turn_post_stop (
    GstVowelStt *self, GstVowelSttTurn *turn);
/* All that the recogniser was asked since the last time. */
G_GNUC_INTERNAL void gst_vowel_stt_turns_post_usage (GstVowelStt *self);

G_END_DECLS
