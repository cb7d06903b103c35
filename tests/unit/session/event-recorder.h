/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session/session.h"

G_BEGIN_DECLS

/**
 * EventRecorder:
 *
 * Writes down what happens as short lines, so that a test compares whole
 * sequences. Ids are replaced by short names in the order of their first
 * appearance: i1, i2, … for items, r1, … for responses.
 */
typedef struct _EventRecorder EventRecorder;

EventRecorder *event_recorder_new (void);
void event_recorder_free (EventRecorder *recorder);
/* A VowelEventFunc */
void event_recorder_event (const VowelEvent *event, gpointer recorder);
void event_recorder_note (EventRecorder *recorder, const gchar *format, ...)
    G_GNUC_PRINTF (2, 3);
/* The short name of an id. */
const gchar *event_recorder_name (
    EventRecorder *recorder, const gchar *kind, const gchar *id);
/* (nullable): the id behind a short name */
const gchar *event_recorder_id (EventRecorder *recorder, const gchar *name);
/* Exactly these lines since the last call; @expected is one line per line. */
void event_recorder_expect_at (EventRecorder *recorder, const gchar *file,
    gint line, const gchar *expected);
#define event_recorder_expect(recorder, ...)                                   \
  event_recorder_expect_at (                                                   \
      recorder, __FILE__, __LINE__, event_recorder_join (__VA_ARGS__, NULL))
const gchar *event_recorder_join (
    const gchar *first, ...) G_GNUC_NULL_TERMINATED;
/* All lines since the last call of one that expects or forgets. */
const gchar *event_recorder_get_log (EventRecorder *recorder);
void event_recorder_forget (EventRecorder *recorder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EventRecorder, event_recorder_free)

G_END_DECLS
