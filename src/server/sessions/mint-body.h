/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "mint.h"

G_BEGIN_DECLS

/**
 * VowelMintBody:
 * @session: the session's settings alone
 * @ttl: seconds
 *
 * What a request for a token asks for, beside what goes into the token: the
 * fields of @token that a client chooses are set.
 */
typedef struct {
  JsonObject *session;
  guint ttl;
} VowelMintBody;

void vowel_mint_body_clear (VowelMintBody *body);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (VowelMintBody, vowel_mint_body_clear)

/* The error names the field. */
gboolean vowel_mint_body_parse (VowelMintBody *ret_body, VowelToken *token,
    const VowelServerConfig *config, VowelMintRoute route, const gchar *text,
    gsize length, GError **error);
/* Whether it can name a session that several connections share. */
gboolean vowel_session_key_is_valid (const gchar *key);

G_END_DECLS
