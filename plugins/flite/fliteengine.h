/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvowelttstask.h>

G_BEGIN_DECLS

/*
 * FliteEngine:
 *
 * Flite for the whole process: as many threads as processors, each sentence on
 * one of them with a voice object that nobody else uses meanwhile (a voice
 * counts references without atomics). Reference counted; any thread.
 */
typedef struct _FliteEngine FliteEngine;

/* The process's engine, made when there is none. */
FliteEngine *flite_engine_ref_shared (void);
void flite_engine_unref (FliteEngine *engine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FliteEngine, flite_engine_unref)

/* -1 when there is no such voice. */
gint flite_engine_find_voice (const gchar *name);
/* The names, the default one first. (transfer full) */
gchar **flite_engine_list_voices (void);
/* Speaks @task with @voice (from flite_engine_find_voice()), @stretch times as
 * long as the voice would. */
void flite_engine_speak (
    FliteEngine *engine, GstVowelTtsTask *task, gint voice, gdouble stretch);

G_END_DECLS
