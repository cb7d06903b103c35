/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "password.h"
#include "usage-days.h"
#include "voicex.h"

#include "server/access/window-limiter.h"
#include "server/http/http.h"
#include "server/http/later-answer.h"
#include "server/store/key-text.h"

G_BEGIN_DECLS

struct _VowelVoicex {
  VowelAccounts *accounts;
  VowelAgents *agents;
  VowelVoiceProviders *providers;
  VowelSessionManager *manager;
  VowelUsageDays *days;
  VowelWindowLimiter *limiter;
  VowelPasswordPool *passwords;
  gboolean setting_up; /* the first organization is being written */
};

/* --- requests --- */

/* Whether the address that @request comes from may ask once more now; else the
 * answer has been given. Every handler begins with it. */
gboolean vowel_voicex_admit (VowelVoicex *voicex, VowelRequest *request);
/* The same, and who asks; NULL when it has been answered. (transfer full)
 * (nullable) */
VowelAccount *vowel_voicex_begin (VowelVoicex *voicex, VowelRequest *request);
/* The body; NULL when it has been answered. (transfer full) (nullable) */
JsonObject *vowel_voicex_get_body (VowelRequest *request);
/* A member of a body that is a text with something in it. (nullable) */
const gchar *vowel_voicex_get_text (JsonObject *body, const gchar *name);
/* The id in the path, 24 digits; NULL when it is none, which has been answered.
 * (transfer full) (nullable) */
gchar *vowel_voicex_check_id (VowelRequest *request);

/**
 * VowelVoicexPage:
 * @skip: so many are left out at the beginning
 * @limit: so many are shown
 *
 * Which part of a list is wanted.
 */
typedef struct {
  guint skip;
  guint limit;
} VowelVoicexPage;

/* `skip` and `limit` of a query, as far as they make sense. */
VowelVoicexPage vowel_voicex_get_page (
    const VowelRequest *request, guint initial_limit, guint max_limit);
/* A number of a query, from @min to @max. */
guint vowel_voicex_get_number (const VowelRequest *request, const gchar *name,
    guint initial, guint min, guint max);

/* --- answers --- */

/* {"error": text} */
void vowel_voicex_reply_error (SoupServerMessage *message, guint status,
    const gchar *format, ...) G_GNUC_PRINTF (3, 4);
/* Why somebody is not let in, or what the store has said. */
void vowel_voicex_reply_gerror (
    SoupServerMessage *message, const GError *error);
/* {"ok": true} */
JsonObject *vowel_voicex_make_ok (void);
/* A message that is answered with @answer (transfer full) once something is
 * written, or with why it is not. */
VowelLaterAnswer *vowel_voicex_answer_later (
    SoupServerMessage *message, guint status, JsonObject *answer);

/* --- handlers --- */

void vowel_voicex_on_health (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_plans (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_setup_status (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_setup (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_sign_up (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_sign_in (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_me (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_token (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_list_keys (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_create_key (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_revoke_key (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_get_organization (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_update_organization (
    VowelRequest *request, gpointer voicex);

void vowel_voicex_on_list_calls (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_count_calls (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_get_call (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_stats (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_usage (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_get_plan (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_search_models (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_list_agents (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_create_agent (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_get_agent (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_update_agent (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_delete_agent (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_list_registry (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_list_providers (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_get_provider (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_create_provider (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_update_provider (VowelRequest *request, gpointer voicex);
void vowel_voicex_on_delete_provider (VowelRequest *request, gpointer voicex);

G_END_DECLS
