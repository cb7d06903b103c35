/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gstvowelworker.h"

G_BEGIN_DECLS

/*
 * GstVowelInlet: takes buffers and serialized events from whatever thread
 * upstream streams on and hands them, in order, to a function on the element's
 * worker.
 *
 * A push from the worker itself is handled at once.  A push from another
 * thread is queued; when what is queued costs more than the limit, that thread
 * waits (files are read much faster than speech is recognised), until there is
 * room, a flush, or the element stops.
 */
typedef struct _GstVowelInlet GstVowelInlet;

/* (transfer full); on the worker. */
typedef void (*GstVowelInletFunc) (GstElement *element, GstMiniObject *item);

/* Owned by @element, whose finalize frees it. */
G_GNUC_INTERNAL GstVowelInlet *gst_vowel_inlet_new (
    GstElement *element, gsize limit, GstVowelInletFunc func);
G_GNUC_INTERNAL void gst_vowel_inlet_free (GstVowelInlet *inlet);
/* Before anything is pushed; NULL when the element lets its worker go. */
G_GNUC_INTERNAL void gst_vowel_inlet_set_worker (
    GstVowelInlet *inlet, GstVowelWorker *worker);
/* TRUE: drops what is queued, wakes who waits and refuses more. */
G_GNUC_INTERNAL void gst_vowel_inlet_set_flushing (
    GstVowelInlet *inlet, gboolean flushing);
/* @item: (transfer full). OK or FLUSHING. */
G_GNUC_INTERNAL GstFlowReturn gst_vowel_inlet_push (
    GstVowelInlet *inlet, GstMiniObject *item, gsize cost);

G_END_DECLS
