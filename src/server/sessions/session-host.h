/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gate.h"
#include "session-request.h"

#include "server/config/runtime-config.h"
#include "server/http/peer.h"
#include "server/store/store.h"
#include "server/telemetry/metrics.h"
#include "server/telemetry/trace-exporter.h"
#include "session/engine.h"
#include "session/usage-ledger.h"

#include <gst/vowel/gstvowelworker.h>

G_BEGIN_DECLS

/* Makes what hears, thinks and speaks for one session, on its worker.
 * @snapshot: shared by all workers. (transfer full). */
typedef VowelEngine *(*VowelEngineFactory) (GstVowelWorker *worker,
    const gchar *session_id, VowelConfigSnapshot *snapshot, GError **error);

/**
 * VowelSessionHost:
 *
 * One session on its worker with everything that belongs to it: connections
 * with their faces, engine, clock. Made on the accepting thread, then works on
 * the worker; the functions below may be called from any thread.
 */
#define VOWEL_TYPE_SESSION_HOST (vowel_session_host_get_type ())
G_DECLARE_FINAL_TYPE (
    VowelSessionHost, vowel_session_host, VOWEL, SESSION_HOST, GObject)

typedef void (*VowelSessionHostFunc) (
    VowelSessionHost *host, gpointer user_data);

/* @snapshot: the session's for its life. @metrics: must outlive the host.
 * @request: that it will be opened with.
 * @gone: on the worker, once, when session and connections are over and freed.
 */
VowelSessionHost *vowel_session_host_new (GstVowelWorker *worker,
    VowelConfigSnapshot *snapshot, VowelMetrics *metrics,
    const VowelSessionRequest *request, VowelSessionHostFunc gone,
    gpointer user_data);
/* Before it is opened: who is sent traces of its turns. */
void vowel_session_host_set_traces (
    VowelSessionHost *host, VowelTraceExporter *traces);
/* Begins the session. @request: (transfer full), with an id */
void vowel_session_host_open (VowelSessionHost *host, GIOStream *stream,
    VowelPeer *peer, VowelSessionRequest *request, VowelEngineFactory factory);
/* The same for a connection that waits at @gate. */
void vowel_session_host_open_at_gate (VowelSessionHost *host, VowelGate *gate,
    VowelSessionRequest *request, VowelEngineFactory factory);
/* Attaches another connection to it. @request: (transfer full) */
void vowel_session_host_join (VowelSessionHost *host, GIOStream *stream,
    VowelPeer *peer, VowelSessionRequest *request);
/* Ends the session as soon as no response is running, after @timeout_ms in any
 * case. */
void vowel_session_host_drain (VowelSessionHost *host, guint timeout_ms);
/* What its session's providers did. (transfer none) */
VowelUsageLedger *vowel_session_host_get_usage (VowelSessionHost *host);

/* What was known when it began; and, read atomically, how many answers there
 * were so far. */
const VowelCall *vowel_session_host_get_call (VowelSessionHost *host);
/* How it stands: what was said, and the times of its turns, as
 * vowel_call_add_record() shows them. @func: called in the thread-default main
 * context; it owns @record. */
typedef void (*VowelSessionHostRecordFunc) (
    JsonObject *record, gpointer user_data);
void vowel_session_host_describe (VowelSessionHost *host,
    VowelSessionHostRecordFunc func, gpointer user_data);
/* What is to be kept of it, once it is gone. (nullable): of one that did not
 * begin */
VowelCall *vowel_session_host_get_record (VowelSessionHost *host);

G_END_DECLS
