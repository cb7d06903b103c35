/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "openai-audience.h"
#include "openai-commands.h"
#include "openai-errors.h"
#include "openai-face.h"
#include "openai-vowel.h"

G_BEGIN_DECLS

#define CLOSE_INTERNAL 1011

struct _VowelOpenaiFace {
  GObject parent;

  /* All on the session's thread. */
  VowelTransport *transport;
  VowelOpenaiCommands commands; /* holds a reference to the session */
  VowelOpenaiDialect fallback;
  VowelOpenaiVowel *vowel; /* (nullable): for Vowel's clients */
  VowelOpenaiAudience *audience;
  gboolean no_beta;
  gboolean lets_client_begin;
  guint greeting_timer;
  gboolean is_vowel;  /* speaks the dialect `vowel` */
  GPtrArray *history; /* (nullable): what was there when it came late */
  gboolean agents_sdk;
  gboolean started;
  gboolean finished; /* closed by the peer or by us */

  /* (element-type GBytes): received before the start; NULL: a binary one */
  GPtrArray *early;
  gsize early_size;

  gchar *farewell; /* (nullable): why the session ends, as it was said */

  gchar *event_id_prefix;
  guint64 n_events;
  GString *delta; /* reused for every audio delta */
};

/* openai-face-output.c */
void vowel_openai_face_send_error (VowelOpenaiFace *face, const GError *error,
    VowelOpenaiAbout about, const gchar *event_id);
/* session.created, or session.updated. */
void vowel_openai_face_send_session (VowelOpenaiFace *face, gboolean created);
void vowel_openai_face_send_conversation (VowelOpenaiFace *face);
/* What happens in the session; decides the dialect if it must. */
void vowel_openai_face_send_event (
    VowelOpenaiFace *face, const VowelEvent *event);
/* A #VowelOpenaiSendFunc. */
void vowel_openai_face_send_extension (JsonObject *object, gpointer user_data);
/* The session is over: says why, and closes. */
void vowel_openai_face_send_end (VowelOpenaiFace *face, VowelEndReason reason);
/* Whether its client has Vowel's own error for a session that took too long,
 * instead of OpenAI's. */
gboolean vowel_openai_face_times_out (VowelOpenaiFace *face);
void vowel_openai_face_finish (
    VowelOpenaiFace *face, guint16 code, const gchar *reason);

/* From now on the connection speaks @dialect. */
void vowel_openai_face_settle_dialect (
    VowelOpenaiFace *face, VowelOpenaiDialect dialect);
/* Waits for the dialect: items look different in each. */
void vowel_openai_face_tell_history (VowelOpenaiFace *face);
gboolean vowel_openai_face_only_transcribes (VowelOpenaiFace *face);

G_END_DECLS
