/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "vatel-face.h"
#include "vatel-turns.h"

#include "../audio-converter.h"

G_BEGIN_DECLS

#define CLOSE_NORMAL 1000
#define CLOSE_GOING_AWAY 1001
#define CLOSE_POLICY 1008
#define CLOSE_TOO_BIG 1009
#define CLOSE_INTERNAL 1011

struct _VowelVatelFace {
  GObject parent;

  /* All on the session's thread. */
  VowelSession *session;
  VowelTransport *transport;
  VowelParticipant *participant; /* (nullable): while it takes part */
  gchar *call_id;
  gboolean only_listens;
  gboolean no_interim_text;
  gboolean no_interim_transcripts;
  gboolean started;
  gboolean finished;

  GByteArray *early; /* audio from before the start */
  guint n_bad;       /* messages in a row that were not understood */
  GHashTable *calls; /* (element-type utf8): ids of those without an output */
  VowelVatelDescribeFunc describe; /* (nullable): without tools */
  gpointer describe_data;
  GDestroyNotify describe_notify;
  VowelVatelTurns *turns;
  VowelAudioConverter *hears; /* for a session of another format */
  VowelAudioConverter *speaks;
  gchar *spoken_turn;  /* (nullable): whose audio @speaks holds back */
  gchar *guessed_item; /* (nullable): whose guesses were told last */
  gchar *guess;
  GString *message; /* reused for every piece of audio */
};

/* PCM 16 bit at 24 kHz, both ways. */
#define VOWEL_VATEL_FORMAT                                                     \
  ((const VowelAudioFormat){VOWEL_ENCODING_PCM16, 24000})

/* vatel-face-output.c */
/* @data: (nullable) (transfer full) */
void vowel_vatel_face_send (
    VowelVatelFace *face, const gchar *type, JsonObject *data);
/* What happens in the session, as far as the protocol has words for it. */
void vowel_vatel_face_tell (VowelVatelFace *face, const VowelEvent *event);
/* Says that the call is over, and closes. */
void vowel_vatel_face_finish (
    VowelVatelFace *face, guint16 code, const gchar *reason);

G_END_DECLS
