/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/store/store.h"
#include "server/telemetry/metrics.h"
#include "server/telemetry/turn-trace.h"
#include "session/event.h"

G_BEGIN_DECLS

/**
 * VowelCallRecorder:
 *
 * Follows a session's events: counts what it sees, and writes down what was
 * said. On the session's worker.
 */
typedef struct _VowelCallRecorder VowelCallRecorder;

/* @call: (transfer full): with what is known at its beginning; while it is
 * written no other thread may look at it. @metrics: must outlive it. @lines:
 * whether what is said is kept, too. */
VowelCallRecorder *vowel_call_recorder_new (
    VowelCall *call, VowelMetrics *metrics, gboolean lines);
void vowel_call_recorder_free (VowelCallRecorder *recorder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelCallRecorder, vowel_call_recorder_free)

/* Has @func told of each answer, with what the recorder knows of it; times are
 * counted from @began_us, microseconds since 1970. @provider: of the model.
 */
typedef void (*VowelTurnTraceFunc) (
    const VowelTurnTrace *trace, gpointer user_data);
void vowel_call_recorder_set_trace_func (VowelCallRecorder *recorder,
    gint64 began_us, const gchar *provider, VowelTurnTraceFunc func,
    gpointer user_data);
/* Every event of the session, in order. */
void vowel_call_recorder_note (
    VowelCallRecorder *recorder, const VowelEvent *event);
/* Completes the record. @ended_at: milliseconds since 1970. */
void vowel_call_recorder_finish (VowelCallRecorder *recorder, gint64 ended_at);

G_END_DECLS
