/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "protocol/face.h"

#include <gst/vowel/gstvowelworker.h>

G_BEGIN_DECLS

/**
 * VowelResumable:
 *
 * Stands between a face and its connection, so that the connection may break
 * and another take its place: to the face it is the transport, to the
 * connection the face. It keeps the last events that were sent, up to 4 MiB,
 * and sends those again that the client has missed.
 *
 * A client that closes the connection leaves; one whose connection breaks is
 * waited for. The worker only.
 */
#define VOWEL_TYPE_RESUMABLE (vowel_resumable_get_type ())
G_DECLARE_FINAL_TYPE (
    VowelResumable, vowel_resumable, VOWEL, RESUMABLE, GObject)

typedef void (*VowelResumableFunc) (
    VowelResumable *resumable, gpointer user_data);

/**
 * VowelResumableCallbacks:
 * @changed: somebody is waited for, or not any more
 * @over: nobody came, or the face closed meanwhile; the face has left. Not
 *   called while there is a connection, and never from inside a call
 */
typedef struct {
  VowelResumableFunc changed;
  VowelResumableFunc over;
} VowelResumableCallbacks;

/* @token: what a client must know to come back.
 * @transport: the first connection. */
VowelResumable *vowel_resumable_new (GstVowelWorker *worker, const gchar *token,
    guint window_ms, VowelTransport *transport,
    const VowelResumableCallbacks *callbacks, gpointer user_data);
void vowel_resumable_set_face (VowelResumable *resumable, VowelFace *face);
/* No callback any more. */
void vowel_resumable_forget (VowelResumable *resumable);
const gchar *vowel_resumable_get_token (VowelResumable *resumable);
gboolean vowel_resumable_is_waiting (VowelResumable *resumable);

/* Tells the client how it can come back. */
void vowel_resumable_announce (
    VowelResumable *resumable, const gchar *session_id);
/* Whether everything after that event (nullable: everything) is still there. */
gboolean vowel_resumable_check (
    VowelResumable *resumable, const gchar *last_event_id, GError **error);
/* Goes on with @transport; vowel_resumable_check() has been asked. */
void vowel_resumable_resume (VowelResumable *resumable,
    VowelTransport *transport, const gchar *last_event_id);
/* Tells a client that it cannot come back, and closes. */
void vowel_resumable_refuse (VowelTransport *transport, const GError *error);

G_END_DECLS
