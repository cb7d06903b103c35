/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <json-glib/json-glib.h>

#include "live-utterance.h"
#include "remote-settings.h"

G_BEGIN_DECLS

/*
 * LiveSession: one live connection to a recogniser, and the utterances that
 * were said into it, 16 kHz mono. What they were comes in their order. What
 * vendors do differently is a LiveProtocol. All on the worker.
 */
typedef struct _LiveSession LiveSession;

/**
 * LiveProtocol:
 * @read: a message of the service: calls live_session_result() and the like,
 *   as the last thing, because the session may be gone after it. On %FALSE the
 *   connection has failed with @error
 * @wrap_audio: (nullable): audio as a message; %NULL: it goes as it is.
 * (transfer full)
 * @end: the messages that end an utterance; a %NULL ends them
 * @keepalive: (nullable): a sign of life
 * @goodbye: (nullable): said before the connection is given up
 * @explain_close: (nullable): what the code means by which the service has
 *   closed; %GST_VOWEL_ERROR_UPSTREAM for one that it does not know
 * @separator: stands between what is fixed and what follows
 * @says_ready: takes no audio before it has said that it is ready: @read calls
 *   live_session_set_ready() then
 * @timed: results say up to where they go, and the end of an utterance may stay
 *   without an answer. Without it a late answer would be taken for the next
 *   one's: the connection is given up, and the utterance has failed when
 *   nothing at all was heard of it
 * @single_use: a connection is for one utterance
 * @chunk_ms: the size of audio messages, but for the end of an utterance; 0: as
 *   it comes
 * @least_ms: an audio message has at least so much; an utterance that is
 *   shorter is filled up with silence
 * @least_utterance_ms: an utterance has at least so much, likewise
 * @state_size: of what live_session_get_state() gives
 *
 * What differs among the services with a live connection. Constant.
 */
typedef struct {
  gboolean (*read) (LiveSession *session, JsonObject *message, GError **error);
  gchar *(*wrap_audio) (const guint8 *data, gsize size);
  const gchar *end[3];
  const gchar *keepalive;
  const gchar *goodbye;
  GstVowelError (*explain_close) (guint code);
  const gchar *separator;
  gboolean says_ready;
  gboolean timed;
  gboolean single_use;
  guint chunk_ms;
  guint least_ms;
  guint least_utterance_ms;
  gsize state_size;
} LiveProtocol;

/**
 * LiveCallbacks:
 * @result: what was said in the utterance @tag; @language: (nullable)
 * @closed: the connection is gone, and with it the utterances that have no
 *   final result; nothing is called after it. @error: (nullable): %NULL when
 *   nobody has spoken for @idle_timeout
 */
typedef struct {
  void (*result) (LiveSession *session, gpointer tag, const gchar *text,
      gboolean final, gdouble confidence, const gchar *language,
      gpointer user_data);
  void (*closed) (LiveSession *session, guint status, const GError *error,
      gpointer user_data);
} LiveCallbacks;

/**
 * LiveOptions:
 * @finalize_timeout: how long to wait for the last words after an utterance
 * @keepalive: how long the connection may be silent
 * @idle_timeout: how long it may be without an utterance; 0: for ever
 */
typedef struct {
  GstClockTime finalize_timeout;
  GstClockTime keepalive;
  GstClockTime idle_timeout;
} LiveOptions;

/* @path: behind the base URL; @opening: (nullable). Begins to connect. */
LiveSession *live_session_new (GstVowelWorker *worker,
    const LiveProtocol *protocol, const RemoteTarget *target, const gchar *path,
    const gchar *opening, const LiveOptions *options,
    const LiveCallbacks *callbacks, gpointer user_data);
/* At once, and silently. */
void live_session_free (LiveSession *session);
void live_session_begin (LiveSession *session, gpointer tag);
void live_session_feed (LiveSession *session, const guint8 *data, gsize size);
/* The utterance that was begun last is complete. */
void live_session_end (LiveSession *session);
/* Its result is not wanted. */
void live_session_forget (LiveSession *session, gpointer tag);

/* For protocols. */

/* Audio may come now. */
void live_session_set_ready (LiveSession *session);
void live_session_result (LiveSession *session, const LiveResult *result);
/* The oldest utterance gets no more results than it has, if it has ended. */
void live_session_give_up (LiveSession *session);
/* What is fixed of the oldest utterance; "" */
const gchar *live_session_get_fixed (LiveSession *session);
/* Up to which second of the connection's audio the oldest utterance goes, when
 * it has ended; else LIVE_UNKNOWN. */
gdouble live_session_get_end (LiveSession *session);
/* The connection's own memory, zero at first. */
gpointer live_session_get_state (LiveSession *session);
/* Sets @error: the service has said that it failed. @code: of GstVowelError.
 * Always FALSE. */
gboolean live_session_refuse (LiveSession *session, GstVowelError code,
    const gchar *reason, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LiveSession, live_session_free)

G_END_DECLS
