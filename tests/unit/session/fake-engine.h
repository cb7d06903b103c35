/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "event-recorder.h"
#include "session/engine.h"

G_BEGIN_DECLS

/* An engine that does nothing but write down what it is told; the test makes
 * its reports by calling fake_engine_listener()'s functions through the
 * helpers below. */
#define FAKE_TYPE_ENGINE (fake_engine_get_type ())
G_DECLARE_FINAL_TYPE (FakeEngine, fake_engine, FAKE, ENGINE, GObject)

FakeEngine *fake_engine_new (EventRecorder *recorder);
void fake_engine_fail_start (FakeEngine *engine);
/* It has no voice. */
void fake_engine_mute (FakeEngine *engine);
/* Whether its voice leaves out what it cannot say, of the last answer. */
gboolean fake_engine_skips_failed (FakeEngine *engine);
gsize fake_engine_get_n_bytes (FakeEngine *engine);
/* What it was configured with, and asked last, in words: whatever changes what
 * an engine does is in there. */
const gchar *fake_engine_get_asked (FakeEngine *engine);

/* Items of the last generation. */
guint fake_engine_get_n_given (FakeEngine *engine);
/* Whether the context of the last generation, which is @generation, has the
 * text. */
gboolean fake_engine_was_given (
    FakeEngine *engine, guint64 generation, const gchar *text);

void fake_engine_speech_started (
    FakeEngine *engine, guint64 utterance, guint start_ms);
void fake_engine_begun (FakeEngine *engine, guint64 utterance, guint start_ms);
void fake_engine_speech_stopped (
    FakeEngine *engine, guint64 utterance, guint end_ms);
/* A recogniser that decides about turns. */
void fake_engine_turn_ending (
    FakeEngine *engine, guint64 utterance, const gchar *text);
void fake_engine_turn_resumed (FakeEngine *engine, guint64 utterance);
void fake_engine_turn_ended (
    FakeEngine *engine, guint64 utterance, guint end_ms);
void fake_engine_interim (
    FakeEngine *engine, guint64 utterance, const gchar *text);
/* Of the final transcript that follows. */
void fake_engine_language (
    FakeEngine *engine, guint64 utterance, const gchar *language);
void fake_engine_final (
    FakeEngine *engine, guint64 utterance, const gchar *text);
void fake_engine_failed (FakeEngine *engine, VowelStage stage, guint64 id);
void fake_engine_text (
    FakeEngine *engine, guint64 generation, const gchar *delta);
void fake_engine_arguments (FakeEngine *engine, guint64 generation,
    const gchar *call_id, const gchar *name, const gchar *delta);
void fake_engine_call (FakeEngine *engine, guint64 generation,
    const gchar *call_id, const gchar *name, const gchar *arguments);
void fake_engine_generated (
    FakeEngine *engine, guint64 generation, VowelFinish finish);
/* In the session's format */
void fake_engine_audio (FakeEngine *engine, guint64 generation, guint ms,
    guint text_start, guint text_end);
/* The same, at the end of a sentence. */
void fake_engine_sentence (FakeEngine *engine, guint64 generation, guint ms,
    guint text_start, guint text_end);
void fake_engine_audio_ended (FakeEngine *engine, guint64 generation);
void fake_engine_transcribed (
    FakeEngine *engine, guint64 recording, const gchar *text);
void fake_engine_spoken (FakeEngine *engine, guint64 speech, guint ms);
void fake_engine_fatal (FakeEngine *engine);

G_END_DECLS
