/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session/engine.h"

G_BEGIN_DECLS

/* An engine that keeps to the contract of VowelEngine and otherwise does
 * whatever its input says. Reports are made from outside only: each of these
 * functions does nothing when the contract does not allow it now. */
#define FUZZ_TYPE_ENGINE (fuzz_engine_get_type ())
G_DECLARE_FINAL_TYPE (FuzzEngine, fuzz_engine, FUZZ, ENGINE, GObject)

FuzzEngine *fuzz_engine_new (void);

/* What begin, end and the detector have made due; while held it waits. */
void fuzz_engine_hold (FuzzEngine *engine, gboolean hold);
void fuzz_engine_deliver (FuzzEngine *engine);

void fuzz_engine_speech (FuzzEngine *engine);
void fuzz_engine_silence (FuzzEngine *engine);
void fuzz_engine_transcript (
    FuzzEngine *engine, const gchar *text, gboolean final);
/* Of an utterance that no detector has heard. */
void fuzz_engine_words (FuzzEngine *engine, const gchar *text, gboolean final);
void fuzz_engine_stt_failed (FuzzEngine *engine);
void fuzz_engine_transcribed (FuzzEngine *engine, const gchar *text);
void fuzz_engine_recording_failed (FuzzEngine *engine);

/* @index counts the running generations, from the newest. */
void fuzz_engine_text (FuzzEngine *engine, guint index, const gchar *delta);
void fuzz_engine_arguments (
    FuzzEngine *engine, guint index, const gchar *name, const gchar *delta);
void fuzz_engine_call (
    FuzzEngine *engine, guint index, const gchar *name, const gchar *rest);
void fuzz_engine_generated (
    FuzzEngine *engine, guint index, VowelFinish finish);
void fuzz_engine_audio (FuzzEngine *engine, guint index, guint ms);
void fuzz_engine_audio_ended (FuzzEngine *engine, guint index);
void fuzz_engine_llm_failed (FuzzEngine *engine, guint index);
void fuzz_engine_tts_failed (FuzzEngine *engine, guint index);
void fuzz_engine_fatal (FuzzEngine *engine);

/* Ends all that is open the way a provider would. */
void fuzz_engine_complete (FuzzEngine *engine);

G_END_DECLS
