/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "remote-settings.h"

G_BEGIN_DECLS

/*
 * FluxSession: one connection to Deepgram's Flux (`/v2/listen`), which hears
 * all audio, 16 kHz mono, and tells of turns. All on the worker.
 */
typedef struct _FluxSession FluxSession;

#define FLUX_RATE 16000

/**
 * FluxCallbacks:
 * @started: somebody has begun to speak
 * @text: what was said in the turn so far
 * @language: what it is in; before @text and @ended
 * @ending: the turn may be over
 * @resumed: it goes on
 * @ended: it is over, having said @text; also the answer to
 *   flux_session_end_turn() when there was none: @text is ""
 * @closed: the connection is gone; nothing is called after it. @no_force: it
 *   does not know how to end a turn
 *
 * Times are those of the audio that it was fed.
 */
typedef struct {
  void (*started) (GstClockTime start, gpointer user_data);
  void (*language) (const gchar *language, gpointer user_data);
  void (*text) (const gchar *text, gdouble confidence, gpointer user_data);
  void (*ending) (const gchar *text, gpointer user_data);
  void (*resumed) (gpointer user_data);
  void (*ended) (GstClockTime end, const gchar *text, gdouble confidence,
      gpointer user_data);
  void (*closed) (
      guint status, gboolean no_force, const GError *error, gpointer user_data);
} FluxCallbacks;

/**
 * FluxOptions:
 * @finalize_timeout: how long to wait for the end of a turn that was asked for
 * @keepalive: how long the connection may be without audio between turns
 * @no_force: a turn cannot be ended but by silence
 */
typedef struct {
  GstClockTime finalize_timeout;
  GstClockTime keepalive;
  gboolean no_force;
} FluxOptions;

/* @path: behind the base URL, with its query. Begins to connect. */
FluxSession *flux_session_new (GstVowelWorker *worker,
    const RemoteTarget *target, const gchar *path, const FluxOptions *options,
    const FluxCallbacks *callbacks, gpointer user_data);
/* Silently. */
void flux_session_free (FluxSession *session);
void flux_session_feed (
    FluxSession *session, const guint8 *data, gsize size, GstClockTime pts);
void flux_session_end_turn (FluxSession *session);
/* @message: a Configure message. One after the other; only the newest of those
 * that wait counts. */
void flux_session_configure (FluxSession *session, const gchar *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FluxSession, flux_session_free)

G_END_DECLS
