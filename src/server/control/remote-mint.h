/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/config/server-config.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Tokens of the services whose clients connect there and not here. */

/* The WebSocket of @provider ("openai", "grok"). (transfer full) */
gchar *vowel_remote_mint_dup_url (
    const VowelServerConfig *config, const gchar *provider);
/* The key of @provider that the server itself has. (transfer full) (nullable)
 */
gchar *vowel_remote_mint_dup_key (
    const VowelServerConfig *config, const gchar *provider);
/* Asks @provider for a client secret. @key: its API key. */
void vowel_remote_mint_async (SoupSession *soup,
    const VowelServerConfig *config, const gchar *provider, const gchar *key,
    GAsyncReadyCallback callback, gpointer user_data);
/* @ret_expires_at: seconds since 1970. The error's text has no secret in it.
 * (transfer full): the token */
gchar *vowel_remote_mint_finish (
    GAsyncResult *result, gint64 *ret_expires_at, GError **error);

G_END_DECLS
