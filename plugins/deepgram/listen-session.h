/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "remote-settings.h"

G_BEGIN_DECLS

/*
 * ListenSession: one live connection to Deepgram's recogniser, and the
 * utterances that were said into it. What they were comes in their order. All
 * on the worker.
 */
typedef struct _ListenSession ListenSession;

/**
 * ListenCallbacks:
 * @result: what was said in the utterance @tag
 * @closed: the connection is gone, and with it the utterances from @tag on that
 *   have no final result; nothing is called after it
 */
typedef struct {
  void (*result) (gpointer tag, const gchar *text, gboolean final,
      gdouble confidence, gpointer user_data);
  void (*closed) (guint status, const GError *error, gpointer user_data);
} ListenCallbacks;

/**
 * ListenOptions:
 * @finalize_timeout: how long to wait for the last words after an utterance
 * @keepalive: how long the connection may be silent
 */
typedef struct {
  GstClockTime finalize_timeout;
  GstClockTime keepalive;
} ListenOptions;

/* @query: of the address. Begins to connect. */
ListenSession *listen_session_new (GstVowelWorker *worker,
    const RemoteTarget *target, const gchar *query,
    const ListenOptions *options, const ListenCallbacks *callbacks,
    gpointer user_data);
/* At once, and silently. */
void listen_session_free (ListenSession *session);
void listen_session_begin (ListenSession *session, gpointer tag);
void listen_session_feed (
    ListenSession *session, const guint8 *data, gsize size);
/* The utterance that was begun last is complete. */
void listen_session_end (ListenSession *session);
/* Its result is not wanted. */
void listen_session_forget (ListenSession *session, gpointer tag);
/* Whether it was begun here and has no final result yet. */
gboolean listen_session_has (ListenSession *session, gpointer tag);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ListenSession, listen_session_free)

G_END_DECLS
