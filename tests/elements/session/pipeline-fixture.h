/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel.h>

#include "session/pipeline.h"
#include "session/session.h"

G_BEGIN_DECLS

/*
 * Fixture: a session on a real pipeline: the daemon's recipe with the fake
 * providers, which answer at once and tell what went in: the user's level is in
 * the transcript, and with that in the answer, which is spoken at that level,
 * 10 ms for each character.  Everything of a session runs on its worker; the
 * test waits.
 */
typedef struct {
  VowelPipelineRecipe *recipe;
  VowelSessionConfig *config;
  GstVowelWorker *worker;
  VowelSession *session;
  VowelParticipant *client;

  /* Protected by the lock. */
  GMutex lock;
  GCond changed;
  GString *log;      /* names of events, one per line */
  GString *text;     /* of answers */
  GByteArray *audio; /* of answers */
  gchar *transcript;
  gchar *call_id;
  gchar *item_id; /* of the last answer */
  gchar *code;    /* of the last failed response */
  guint n_done;
  VowelResponseStatus status;
  guint text_end;

  /* Arguments of what runs on the worker. */
  GBytes *push;
  const gchar *say;
} Fixture;

/* Of all sessions that are not given another; main() makes it. */
extern GstVowelWorker *shared_worker;

/* Without its session. */
void fixture_init (Fixture *f, VowelTurnDetectionType detection);
void fixture_start (Fixture *f, GstVowelWorker *worker);
/* Both, on the shared worker. */
void fixture_begin (Fixture *f, VowelTurnDetectionType detection);
/* "stage.property", "value", ..., NULL: of the fakes */
void fixture_begin_with (
    Fixture *f, VowelTurnDetectionType detection, ...) G_GNUC_NULL_TERMINATED;
/* The model goes no further than its first sentence when it is told "slow". */
void fixture_begin_slow (Fixture *f, VowelTurnDetectionType detection);
void fixture_end (Fixture *f);
/* Waits until @event has come so many times. */
void fixture_wait (Fixture *f, const gchar *event, guint times);
void fixture_wait_audio (Fixture *f, gsize bytes);
/* In the session's input format. */
void fixture_push (Fixture *f, GBytes *audio);
/* A tone in the session's input format, in pieces of 20 ms. */
void fixture_push_tone (Fixture *f, guint ms, gint16 level);
/* As text; the session answers. */
void fixture_say (Fixture *f, const gchar *text);
/* All of one level, but for what a resampler makes of the edges. */
void fixture_assert_level (Fixture *f, gint level);

G_END_DECLS
