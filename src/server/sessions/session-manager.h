/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session-directory.h"
#include "session-host.h"

G_BEGIN_DECLS

/**
 * VowelSessionManager:
 *
 * The workers and the sessions on them. The accepting thread only.
 */
#define VOWEL_TYPE_SESSION_MANAGER (vowel_session_manager_get_type ())
G_DECLARE_FINAL_TYPE (
    VowelSessionManager, vowel_session_manager, VOWEL, SESSION_MANAGER, GObject)

typedef void (*VowelSessionManagerFunc) (gpointer user_data);
/* A session is over. */
typedef void (*VowelSessionRecordFunc) (VowelCall *call, gpointer user_data);

/* Starts the workers. @metrics: must outlive the manager. */
VowelSessionManager *vowel_session_manager_new (VowelConfigSnapshot *snapshot,
    VowelMetrics *metrics, VowelEngineFactory factory);
void vowel_session_manager_set_record_func (VowelSessionManager *manager,
    VowelSessionRecordFunc func, gpointer user_data);
/* For sessions that begin from now on: who is sent traces of their turns. */
void vowel_session_manager_set_traces (
    VowelSessionManager *manager, VowelTraceExporter *traces);
/* (transfer full) (element-type VowelWorkerMetrics) */
GArray *vowel_session_manager_list_workers (VowelSessionManager *manager);
/* How many connections each trusted server has made. (transfer none)
 * (element-type utf8 guint) */
GHashTable *vowel_session_manager_get_services (VowelSessionManager *manager);
/* For sessions that begin from now on. */
void vowel_session_manager_set_snapshot (
    VowelSessionManager *manager, VowelConfigSnapshot *snapshot);
/* A token was minted for a session that several connections share. @app_id:
 * (nullable): whose */
void vowel_session_manager_expect (VowelSessionManager *manager,
    const gchar *app_id, const gchar *key, gint64 expires_at, gint64 now);
/* Which session the connection gets, written into @request. Fails with
 * #VOWEL_DIRECTORY_ERROR, or with %G_IO_ERROR_BUSY when none more can begin:
 * when full, or during a drain. */
gboolean vowel_session_manager_place (VowelSessionManager *manager,
    VowelSessionRequest *request, const VowelSessionWish *wish, gint64 now,
    GError **error);
/* Joins the session that was found; or begins one with @snapshot, on the worker
 * with the fewest. @request: (transfer full) */
void vowel_session_manager_open (VowelSessionManager *manager,
    GIOStream *stream, VowelPeer *peer, VowelSessionRequest *request,
    VowelConfigSnapshot *snapshot);
/* The same for a connection that waits at @gate, whose place is the number of
 * its worker; it is sent back when there is no room. */
void vowel_session_manager_open_at_gate (VowelSessionManager *manager,
    VowelGate *gate, VowelSessionRequest *request,
    VowelConfigSnapshot *snapshot);
/* The number of the worker with the fewest sessions. */
guint vowel_session_manager_pick_worker (VowelSessionManager *manager);
/* (transfer none) */
GstVowelWorker *vowel_session_manager_get_worker (
    VowelSessionManager *manager, guint worker);
/* Ends all sessions, each when its running response is over, or after
 * @timeout_ms. @done: when none is left. Can be called again with a shorter
 * time. */
void vowel_session_manager_drain (VowelSessionManager *manager,
    guint timeout_ms, VowelSessionManagerFunc done, gpointer user_data);

/* The sessions that there are: see vowel_session_host_get_call(). */
typedef void (*VowelSessionManagerCallFunc) (
    const VowelCall *call, guint worker, gpointer user_data);
void vowel_session_manager_foreach_call (VowelSessionManager *manager,
    VowelSessionManagerCallFunc func, gpointer user_data);

/* See vowel_session_host_describe(). FALSE: there is no such session. */
gboolean vowel_session_manager_describe (VowelSessionManager *manager,
    const gchar *session_id, VowelSessionHostRecordFunc func,
    gpointer user_data);

/* What providers did for all sessions so far. (transfer full) */
VowelUsageLedger *vowel_session_manager_sum_usage (
    VowelSessionManager *manager);
/* For those that are not over. */
typedef void (*VowelSessionManagerUsageFunc) (
    const gchar *session_id, VowelUsageLedger *usage, gpointer user_data);
void vowel_session_manager_foreach_usage (VowelSessionManager *manager,
    VowelSessionManagerUsageFunc func, gpointer user_data);

G_END_DECLS
