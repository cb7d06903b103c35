/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sessions/session-host.h"

G_BEGIN_DECLS

/**
 * VowelServer:
 *
 * The daemon: one listener for HTTP and WebSockets, and the sessions behind it.
 * Everything on the thread that made it, whose thread-default main context it
 * uses; sessions run on workers.
 */
#define VOWEL_TYPE_SERVER (vowel_server_get_type ())
G_DECLARE_FINAL_TYPE (VowelServer, vowel_server, VOWEL, SERVER, GObject)

typedef void (*VowelServerFunc) (gpointer user_data);

/* @runtime: (transfer full) */
VowelServer *vowel_server_new (
    VowelRuntimeConfig *runtime, VowelEngineFactory factory);
gboolean vowel_server_start (VowelServer *server, GError **error);
/* "http://127.0.0.1:8787" (transfer full) */
gchar *vowel_server_dup_url (VowelServer *server);
/* The same of the port that serves the control plane. (transfer full) */
gchar *vowel_server_dup_control_url (VowelServer *server);
const VowelServerConfig *vowel_server_get_config (VowelServer *server);
/* Reads the configuration again, as somebody at this machine has asked for. On
 * an error everything stays as it is. */
gboolean vowel_server_reload (VowelServer *server, GError **error);
/* Accepts nobody any more, lets running responses end (for the configured time
 * at most), closes every session; then @done.  To be called before the server
 * is freed. */
void vowel_server_stop (
    VowelServer *server, VowelServerFunc done, gpointer user_data);
/* After stop: does not wait for responses any longer. */
void vowel_server_hurry (VowelServer *server);

G_END_DECLS
