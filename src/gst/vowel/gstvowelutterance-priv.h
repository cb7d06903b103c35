/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gstvowelcharge-priv.h"
#include "gstvowelhandle-priv.h"
#include "gstvowelstt.h"

G_BEGIN_DECLS

/* Worker thread only. */
struct _GstVowelUtterance {
  GstVowelHandle handle;

  guint64 number;
  gint rate;
  GstVowelStt *stt; /* borrowed; the one that it came to */
  GstVowelCharge charge;
  GstClockTime start; /* PTS of its first sample */
  GstClockTime end;   /* PTS behind the last sample that was fed */
  gboolean live;
  gboolean ended;
  GstVowelTimer *deadline;
  gchar *language; /* (nullable): recognised */
  gchar *result;   /* (nullable): text that waits for earlier utterances */

  GQueue heard;         /* of GstBuffer: what a further try is fed */
  gboolean told;        /* text of it is known: no second try */
  gboolean forgotten;   /* too long to be heard again by anybody */
  GstVowelTimer *retry; /* a recogniser has failed; it, or another, begins then
                         */
};

G_GNUC_INTERNAL GstVowelUtterance *gst_vowel_utterance_new (
    GstVowelStt *stt, guint64 number, gint rate, GstClockTime start);
G_GNUC_INTERNAL void gst_vowel_utterance_forget_audio (GstVowelUtterance *self);

G_END_DECLS
