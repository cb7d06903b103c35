/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "fake-engine.h"
#include "manual-clock.h"

#include "session/session.h"

G_BEGIN_DECLS

/* A session with a fake engine and one client. */
typedef struct {
  ManualClock *clock;
  EventRecorder *recorder;
  FakeEngine *engine;
  VowelSessionConfig *config;
  VowelSession *session;
  VowelParticipant *client;
} Fixture;

/* @data: NULL for server VAD, or the type of turn detection + 1 */
void fixture_set_up (Fixture *f, gconstpointer data);
void fixture_tear_down (Fixture *f, gconstpointer data);
/* The same whatever has been recorded, whoever is there. */
void fixture_drop (Fixture *f, gconstpointer data);

/* In steps, for sessions that begin otherwise: all but the session, so that
 * @config can be changed; the session and its client; its start. */
void fixture_prepare (Fixture *f);
/* @behaviours: (nullable) */
void fixture_connect (Fixture *f, const VowelBehaviours *behaviours);
void fixture_start (Fixture *f);

void fixture_push_ms (Fixture *f, guint ms);
void fixture_say (Fixture *f, const gchar *text);
void fixture_respond (Fixture *f);
void fixture_register_tool (Fixture *f, const gchar *name);
void fixture_answer_call (
    Fixture *f, const gchar *call_id, const gchar *output);
/* A heard question, up to the request to the engine. */
void fixture_ask (Fixture *f, guint64 utterance, const gchar *text);
/* "Hello there, friend." with one second of sound for "Hello there," and one
 * for the rest, not yet ended. */
void fixture_speak (Fixture *f, guint64 generation);

G_END_DECLS
