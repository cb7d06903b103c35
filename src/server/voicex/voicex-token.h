/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/tokens/web-token.h"

G_BEGIN_DECLS

/**
 * VowelVoicexToken:
 * @user_id: (nullable): 24 digits of who has signed in
 * @email: (nullable): whose that is
 * @org_id: (nullable): 24 digits of the organization
 * @client_id: (nullable): of a token that was made with a key, which it names;
 *   then there is no user
 * @issued_at: seconds since 1970
 * @expires_at: seconds since 1970
 *
 * What a token of Voicex says.
 */
typedef struct {
  gchar *user_id;
  gchar *email;
  gchar *org_id;
  gchar *client_id;
  gint64 issued_at;
  gint64 expires_at;
} VowelVoicexToken;

void vowel_voicex_token_free (VowelVoicexToken *token);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelVoicexToken, vowel_voicex_token_free)

/* (transfer full) */
gchar *vowel_voicex_token_make (
    const VowelVoicexToken *token, const gchar *secret, GError **error);
/* One that names a user or a client; those of Voicex itself have no audience,
 * and are good, too.  @now: seconds since 1970. (transfer full) */
VowelVoicexToken *vowel_voicex_token_verify (
    const gchar *text, const gchar *secret, gint64 now, GError **error);

G_END_DECLS
