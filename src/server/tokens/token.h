/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "web-token.h"

G_BEGIN_DECLS

#define VOWEL_TOKEN_PREFIX "ek_"
#define VOWEL_TOKEN_ISSUER "vowel-gst"
#define VOWEL_TOKEN_AUDIENCE "realtime"

/**
 * VowelToken:
 * @subject: (nullable): the session's id
 * @endpoint: (nullable): the route that minted it, "sessions"
 * @dialect: (nullable): which one its connections speak: "ga", "beta", "vowel"
 * @app_id: (nullable): whose key made it; its sessions are that app's
 * @key_id: (nullable): which key that was
 * @service_id: (nullable): which backend its connections are
 * @session_key: (nullable): all tokens with the same one open one session
 * @trusted_server: its connections are backends
 * @server_tools: (nullable): what backends of the session offer
 * @session: (nullable): session settings, as the client wrote them
 * @issued_at: seconds since 1970
 * @expires_at: seconds since 1970
 *
 * What an ephemeral token says.
 */
typedef struct {
  gchar *subject;
  gchar *endpoint;
  gchar *dialect;
  gchar *app_id;
  gchar *key_id;
  gchar *service_id;
  gchar *session_key;
  gboolean trusted_server;
  JsonArray *server_tools;
  JsonObject *session;
  gint64 issued_at;
  gint64 expires_at;
} VowelToken;

void vowel_token_free (VowelToken *token);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelToken, vowel_token_free)

/* 64 random hexadecimal digits. */
gchar *vowel_token_make_secret (void);
/* @token as "ek_" and a JWT (HS256), with an id of its own.  Fails when the
 * session does not fit into a header. */
gchar *vowel_token_mint (
    const VowelToken *token, const gchar *secret, GError **error);
/* @text with or without "ek_".  @now: seconds since 1970; no leeway.  Issuer
 * and audience must be ours where they are given. */
VowelToken *vowel_token_verify (
    const gchar *text, const gchar *secret, gint64 now, GError **error);

G_END_DECLS
