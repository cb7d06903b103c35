/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * VowelVatelToken:
 * @id: of the token
 * @org_id: the app that it was made for
 * @key_id: (nullable): with which key of that
 * @agent_id: a UUID: who answers
 * @version_id: (nullable): which version of the agent, a UUID
 * @chat: it is for a chat as well
 * @prompt: (nullable): instead of the agent's
 * @first_message: (nullable): instead of the agent's
 * @chat_id: (nullable): the chat that the session belongs to, a UUID
 * @variables: (nullable) (element-type utf8 utf8): what the prompts have in
 *   braces
 * @issued_at: seconds since 1970
 * @expires_at: seconds since 1970
 *
 * A session token of Vatel's API: whom its connections talk to.
 */
typedef struct {
  gchar *id;
  gchar *org_id;
  gchar *key_id;
  gchar *agent_id;
  gchar *version_id;
  gboolean chat;
  gchar *prompt;
  gchar *first_message;
  gchar *chat_id;
  GHashTable *variables;
  gint64 issued_at;
  gint64 expires_at;
} VowelVatelToken;

void vowel_vatel_token_free (VowelVatelToken *token);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelVatelToken, vowel_vatel_token_free)

/* As a JWT. Fails with #VOWEL_TOKEN_ERROR when it would be too long.
 * (transfer full) */
gchar *vowel_vatel_token_sign (
    const VowelVatelToken *token, const gchar *secret, GError **error);
/* Fails with #VOWEL_TOKEN_ERROR, also when it is not for a call. @now: seconds
 * since 1970. (transfer full) */
VowelVatelToken *vowel_vatel_token_verify (
    const gchar *text, const gchar *secret, gint64 now, GError **error);

G_END_DECLS
