/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "event-recorder.h"
#include "manual-clock.h"

#include "session/error.h"
#include "session/turn-controller.h"

G_BEGIN_DECLS

/* A turn controller whose actions are recorded. */
typedef struct {
  ManualClock *clock;
  EventRecorder *log;
  VowelTurnController *turns;
  VowelTurnDetection detection;
  gboolean takes_back;
  gboolean guesses;   /* are recorded */
  gboolean clears;    /* who hears that a turn has begun does away with it */
  gint64 heard_until; /* clock time */
} Fixture;

/* @data: the type of turn detection */
void fixture_set_up (Fixture *f, gconstpointer data);
void fixture_tear_down (Fixture *f, gconstpointer data);
void fixture_started (Fixture *f, guint64 utterance, guint ms);
void fixture_begun (Fixture *f, guint64 utterance, guint ms);
void fixture_stopped (Fixture *f, guint64 utterance, guint ms);
void fixture_interim (Fixture *f, guint64 utterance, const gchar *text);
void fixture_final (Fixture *f, guint64 utterance, const gchar *text);
/* All of it: started, stopped, final. */
void fixture_said (Fixture *f, guint64 utterance, guint from_ms, guint to_ms,
    const gchar *text);
void fixture_ending (Fixture *f, guint64 utterance, const gchar *text);
void fixture_ended (Fixture *f, guint64 utterance, guint ms);
void fixture_failed (Fixture *f, guint64 utterance);
gboolean fixture_commit (Fixture *f, guint start_ms, guint end_ms);
void fixture_advance (Fixture *f, guint ms);

G_END_DECLS
