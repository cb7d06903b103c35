/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "mp3-speech.h"
#include "voicex-face.h"

#include "../audio-converter.h"

G_BEGIN_DECLS

struct _VowelVoicexFace {
  GObject parent;

  /* All on the session's thread. */
  VowelSession *session;
  VowelTransport *transport;
  VowelParticipant *participant; /* (nullable): while it takes part */
  gchar *session_id;
  gchar *history_key;
  gchar *agent_id;   /* (nullable) */
  gchar *agent_name; /* (nullable) */
  gboolean only_listens;
  gboolean started;
  gboolean finished;

  /* What the caller says. */
  GByteArray *early;            /* audio from before the start */
  VowelAudioConverter *convert; /* into what the session takes */
  gchar *heard_item;            /* (nullable): whose words these are */
  gchar *heard;                 /* what was told of them last */
  gboolean is_final;            /* as final */

  /* What it is told. */
  VowelMp3Speech *speech; /* (nullable) only when it cannot begin */
  gchar *told_item;       /* (nullable): the last one whose words were told */
  gboolean is_speaking;   /* there may be something to stop */
  gboolean end_owed;      /* the reply was heard, and goes on */
  gint64 sentence_us;     /* of the one that is not sent yet */
  gint64 playing_until;   /* clock time: with all that was sent */
};

/* Milliseconds since 1970. */
gint64 vowel_voicex_face_get_time (void);
/* @text: (transfer full) */
void vowel_voicex_face_send (VowelVoicexFace *face, gchar *text);

/* What the caller says, in words. */
void vowel_voicex_face_tell_heard (VowelVoicexFace *face, const gchar *item_id,
    const gchar *text, gboolean final);
/* What the assistant says: an event about a response, or any other. */
void vowel_voicex_face_tell_response (
    VowelVoicexFace *face, const VowelEvent *event);

G_END_DECLS
