/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "vatel.h"

#include "server/http/http.h"
#include "server/http/later-answer.h"

G_BEGIN_DECLS

struct _VowelVatel {
  VowelControl *control;
  VowelAgents *agents;
  VowelDoorway *doorway;
  VowelSessionManager *manager;
  VowelMetrics *metrics;
  VowelTwilio *twilio;
  GHashTable *spent; /* ids of tokens that have opened their connection, with
                        the time (gint64, seconds) at which they expire */
};

static inline VowelStore *
vowel_vatel_get_store (VowelVatel *vatel)
{
  return vowel_keyring_get_store (vowel_control_get_keyring (vatel->control));
}

static inline const VowelServerConfig *
vowel_vatel_get_config (VowelVatel *vatel)
{
  return vowel_doorway_get_snapshot (vatel->doorway)->config;
}

/* Whose things the request is about: the app of its key; of the server's own
 * key the first that there is. (transfer full) */
gchar *vowel_vatel_dup_app_id (VowelVatel *vatel, const VowelRequest *request);
/* The same, before something is written: there is such an app afterwards. */
gchar *vowel_vatel_ensure_app (VowelVatel *vatel, const VowelRequest *request);
/* Whether who asks may have what is @app_id's; the server's own keys may. Else
 * the answer has been given. */
gboolean vowel_vatel_may_see (const VowelRequest *request, const gchar *app_id);

/* What went wrong, as the answer. */
void vowel_vatel_reply_error (SoupServerMessage *message, const GError *error);
/* A part of the path that must be a UUID, in small letters (transfer full);
 * NULL: the answer has been given. */
gchar *vowel_vatel_read_id (
    const VowelRequest *request, guint index, const gchar *what);
/* NULL: the answer has been given. (transfer full) */
JsonObject *vowel_vatel_read_body (const VowelRequest *request);
/* Who is called, when that is possible: an agent that whoever asks may see,
 * that is active, in a version (nullable) that is published. NULL: the answer
 * has been given. (transfer full) */
VowelAgent *vowel_vatel_find_callee (VowelVatel *vatel,
    const VowelRequest *request, const gchar *id, const gchar *version_id);
/* The agent that a path names first; NULL: the answer has been given. (transfer
 * full) */
VowelAgent *vowel_vatel_find_agent (
    VowelVatel *vatel, const VowelRequest *request);

/* A message that is answered with @status and @answer (transfer full)
 * (nullable) once something is written, or with why it is not. */
VowelLaterAnswer *vowel_vatel_answer_later (
    SoupServerMessage *message, guint status, JsonObject *answer);

/* Handlers of the routes. */
void vowel_vatel_on_session_token (VowelRequest *request, gpointer vatel);
void vowel_vatel_on_connection (VowelRequest *request, gpointer vatel);
void vowel_vatel_on_organization (VowelRequest *request, gpointer vatel);
void vowel_vatel_on_llms (VowelRequest *request, gpointer vatel);
void vowel_vatel_on_voices (VowelRequest *request, gpointer vatel);
void vowel_vatel_on_list_agents (VowelRequest *request, gpointer vatel);
void vowel_vatel_on_create_agent (VowelRequest *request, gpointer vatel);
void vowel_vatel_on_get_agent (VowelRequest *request, gpointer vatel);
void vowel_vatel_on_update_agent (VowelRequest *request, gpointer vatel);
void vowel_vatel_on_delete_agent (VowelRequest *request, gpointer vatel);
void vowel_vatel_on_list_versions (VowelRequest *request, gpointer vatel);
void vowel_vatel_on_get_version (VowelRequest *request, gpointer vatel);
void vowel_vatel_on_publish_version (VowelRequest *request, gpointer vatel);
void vowel_vatel_on_dial (VowelRequest *request, gpointer vatel);
void vowel_vatel_on_list_calls (VowelRequest *request, gpointer vatel);
void vowel_vatel_on_get_call (VowelRequest *request, gpointer vatel);
void vowel_vatel_on_get_recording (VowelRequest *request, gpointer vatel);
void vowel_vatel_on_list_numbers (VowelRequest *request, gpointer vatel);
void vowel_vatel_on_import_number (VowelRequest *request, gpointer vatel);
void vowel_vatel_on_update_number (VowelRequest *request, gpointer vatel);
void vowel_vatel_on_list_trunks (VowelRequest *request, gpointer vatel);
void vowel_vatel_on_create_trunk (VowelRequest *request, gpointer vatel);
void vowel_vatel_on_no_trunk (VowelRequest *request, gpointer vatel);
void vowel_vatel_on_no_assignment (VowelRequest *request, gpointer vatel);

G_END_DECLS
