/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "control.h"
#include "mint-limiter.h"

#include "server/http/http.h"
#include "server/http/later-answer.h"

G_BEGIN_DECLS

struct _VowelControl {
  VowelServerConfig *config;
  VowelKeyring *keyring;
  VowelAgents *agents; /* (nullable) borrowed */
  VowelMintLimiter *limiter;
  VowelMintLimiter *refusals; /* that are written down */
  SoupSession *soup;          /* for tokens of other services */
  gint64 forgot_at; /* calls that are too old; milliseconds since 1970 */
};

static inline VowelStore *
vowel_control_get_store (VowelControl *control)
{
  return vowel_keyring_get_store (control->keyring);
}

/* What the store refused, as the answer. */
void vowel_control_reply_error (
    SoupServerMessage *message, const GError *error);
/* A message that is answered with @answer (transfer full) once something is
 * written, or with why it is not. */
VowelLaterAnswer *vowel_control_answer_later (
    SoupServerMessage *message, JsonObject *answer);
/* {"ok": true} */
JsonObject *vowel_control_make_ok (void);

/* Members of a body.  Absent and null leave @ret_value alone; a wrong type is
 * an error that names the member. */
gboolean vowel_control_read_string (JsonObject *body, const gchar *name,
    const gchar **ret_value, GError **error);
/* (transfer full) */
gboolean vowel_control_read_strings (
    JsonObject *body, const gchar *name, GStrv *ret_value, GError **error);

/* Which part of a list is wanted: `limit` and `before` of a query. */
gboolean vowel_control_read_page (const VowelRequest *request, guint *ret_limit,
    gint64 *ret_before, GError **error);

/* What is older than is wanted, now and then. @now: milliseconds since 1970 */
void vowel_control_forget_old (VowelControl *control, gint64 now);

/* (transfer full) */
JsonObject *vowel_control_app_to_json (const VowelApp *app);
/* @text: (nullable): the key itself, for its mask */
JsonObject *vowel_control_key_to_json (
    const VowelApiKey *key, const gchar *text);
JsonObject *vowel_control_provider_key_to_json (
    const VowelProviderKey *key, const gchar *masked);

/* Handlers of the routes. */
void vowel_control_on_list_agents (VowelRequest *request, gpointer control);
void vowel_control_on_create_agent (VowelRequest *request, gpointer control);
void vowel_control_on_get_agent (VowelRequest *request, gpointer control);
void vowel_control_on_update_agent (VowelRequest *request, gpointer control);
void vowel_control_on_delete_agent (VowelRequest *request, gpointer control);
void vowel_control_on_list_audit (VowelRequest *request, gpointer control);
void vowel_control_on_list_calls (VowelRequest *request, gpointer control);
void vowel_control_on_get_call (VowelRequest *request, gpointer control);
void vowel_control_on_delete_call (VowelRequest *request, gpointer control);
void vowel_control_on_generate_token (VowelRequest *request, gpointer control);
void vowel_control_on_list_apps (VowelRequest *request, gpointer control);
void vowel_control_on_create_app (VowelRequest *request, gpointer control);
void vowel_control_on_get_app (VowelRequest *request, gpointer control);
void vowel_control_on_update_app (VowelRequest *request, gpointer control);
void vowel_control_on_delete_app (VowelRequest *request, gpointer control);
void vowel_control_on_list_keys (VowelRequest *request, gpointer control);
void vowel_control_on_create_key (VowelRequest *request, gpointer control);
void vowel_control_on_reveal_key (VowelRequest *request, gpointer control);
void vowel_control_on_update_key (VowelRequest *request, gpointer control);
void vowel_control_on_revoke_key (VowelRequest *request, gpointer control);
void vowel_control_on_delete_key (VowelRequest *request, gpointer control);
void vowel_control_on_list_provider_keys (
    VowelRequest *request, gpointer control);
void vowel_control_on_create_provider_key (
    VowelRequest *request, gpointer control);
void vowel_control_on_delete_provider_key (
    VowelRequest *request, gpointer control);
void vowel_control_on_trpc (VowelRequest *request, gpointer control);

G_END_DECLS
