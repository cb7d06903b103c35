/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session-claims.h"

#include "protocol/openai/openai-face.h"
#include "server/companion.h"
#include "server/config/server-config.h"
#include "server/tokens/paradigm.h"
#include "server/tokens/token.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * VowelSessionRequest:
 * @id: (nullable): the session's id, when the token names one
 * @app_id: (nullable): whose session it is
 * @key_id: (nullable): of the app's key that opened it or made its token
 * @service_id: (nullable): which backend it is
 * @paradigm: how it came
 * @key: (nullable): by which others may join the session that begins
 * @join: (nullable): id or key of the session that is joined instead
 * @config: what the session begins with
 * @tools: (nullable) (element-type VowelTool): of the connection, from the
 *   token
 * @server_tools: (nullable) (element-type VowelTool): of the session's
 *   backends, from the token
 * @resumable: whether another connection may take its place when it breaks
 * @resume: (nullable): whose place it takes, see #VowelResumable
 * @last_event_id: (nullable): the last event that it has of that one
 * @output_lead_ms: how far ahead of the caller's ear speech is sent, see
 *   #VowelServerConfig
 * @behaviours: what the session does of its own accord
 * @limits: how long it lasts
 * @handshake: what OpenAI's face must know; its strings belong to the request
 * @maker: (nullable): of another face
 * @companions: (nullable) (element-type VowelCompanion): of a session that
 *   begins
 * @items: (nullable) (element-type VowelItem): what was said in a session that
 *   begins, before
 * @lingers: it goes on for a while when everybody has left
 * @agent_id: (nullable): who answers
 * @source: (nullable): the wire API, if it is not OpenAI's: "vatel", "voicex",
 *   "twilio"
 * @party: (nullable): the number of who calls, or is called
 * @details: (nullable): what else is to be in its record, a JSON object
 * @summarize: a model is asked what it was about when it is over
 * @missing_code: the WebSocket close code when the session to be joined is over
 *   meanwhile; 0: 1008
 * @max_message: bytes of a message of this connection; 0: as the server says
 *
 * What a client asked for at the upgrade: all that a worker needs to begin the
 * session without looking at HTTP.
 */
typedef struct {
  gchar *id;
  gchar *app_id;
  gchar *key_id;
  gchar *service_id;
  VowelParadigm paradigm;
  gchar *key;
  gchar *join;
  VowelSessionConfig *config;
  GPtrArray *tools;
  GPtrArray *server_tools;
  gboolean resumable;
  gchar *resume;
  gchar *last_event_id;
  guint output_lead_ms;
  VowelBehaviours *behaviours;
  VowelSessionLimits limits;
  VowelOpenaiHandshake handshake;
  VowelFaceMaker *maker;
  GPtrArray *companions;
  GPtrArray *items;
  gboolean lingers;
  gchar *agent_id;
  const gchar *source;
  gchar *party;
  gchar *details;
  gboolean summarize;
  guint16 missing_code;
  guint64 max_message;
} VowelSessionRequest;

/* The session that the server's settings describe. */
VowelSessionConfig *vowel_session_config_from_server (
    const VowelServerConfig *config);
/* One that asks for nothing. */
VowelSessionRequest *vowel_session_request_new_default (
    const VowelServerConfig *config);
/* What the token says becomes part of the request. */
gboolean vowel_session_request_apply_token (
    VowelSessionRequest *request, const VowelToken *token, GError **error);
/* @token: (nullable). @vowel_key: the credential is one of Vowel's keys. Fails
 * when the token's session is not valid. */
VowelSessionRequest *vowel_session_request_new (const VowelServerConfig *config,
    SoupServerMessage *message, GHashTable *query, const VowelToken *token,
    gboolean vowel_key, GError **error);
void vowel_session_request_free (VowelSessionRequest *request);
/* @companion: (transfer full) */
void vowel_session_request_add_companion (
    VowelSessionRequest *request, VowelCompanion *companion);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelSessionRequest, vowel_session_request_free)

G_END_DECLS
