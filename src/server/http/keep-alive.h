/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvowelworker.h>

G_BEGIN_DECLS

/**
 * VowelKeepAliveCallbacks:
 * @ping: nothing has come for a while: the peer is to be asked
 * @dead: it has not answered that either. Called once, last
 *
 * Neither may free the keep-alive.
 */
typedef struct {
  void (*ping) (gpointer user_data);
  void (*dead) (gpointer user_data);
} VowelKeepAliveCallbacks;

/**
 * VowelKeepAlive:
 *
 * Whether the peer of a connection is still there, by what comes from it. The
 * worker only.
 */
typedef struct _VowelKeepAlive VowelKeepAlive;

/* @interval_ms: of silence before a ping. @timeout_ms: of silence after it.
 * @callbacks: static */
VowelKeepAlive *vowel_keep_alive_new (GstVowelWorker *worker, guint interval_ms,
    guint timeout_ms, const VowelKeepAliveCallbacks *callbacks,
    gpointer user_data);
/* It must have been stopped. */
void vowel_keep_alive_free (VowelKeepAlive *alive);
void vowel_keep_alive_start (VowelKeepAlive *alive);
void vowel_keep_alive_stop (VowelKeepAlive *alive);
/* Something has come. */
void vowel_keep_alive_note (VowelKeepAlive *alive);

G_END_DECLS
