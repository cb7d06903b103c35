/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "openai-routes.h"

#include "models.h"

#include "protocol/openai/openai-errors.h"
#include "server/agents/agent-session.h"
#include "server/http/http.h"
#include "server/http/websocket.h"
#include "server/sessions/mint.h"
#include "server/store/key-text.h"

#include <string.h>

struct _VowelOpenaiRoutes {
  VowelControl *control;
  VowelAgents *agents;
  VowelSessionManager *manager;
  VowelDoorway *doorway;
  VowelMetrics *metrics;
  gint64 created; /* seconds since 1970 */
};

static VowelServerConfig *
get_config (VowelOpenaiRoutes *self)
{
  return vowel_doorway_get_snapshot (self->doorway)->config;
}

static void
reply_refused (SoupServerMessage *message, guint status, const GError *error)
{
  g_autoptr (JsonObject) object =
      vowel_openai_error_to_object (error, VOWEL_OPENAI_ABOUT_SESSION);
  const gchar *code =
      json_object_get_string_member_with_default (object, "code", NULL);
  const gchar *param =
      json_object_get_string_member_with_default (object, "param", NULL);

  vowel_http_reply_error (message, status, param, code, "%s",
      json_object_get_string_member_with_default (
          object, "message", error->message));
}

static gint64
get_time (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

/* Tokens of backends and of clients need rights of their own. */
static gboolean
may_mint (const VowelRequest *request, const VowelToken *token)
{
  VowelRights needed =
      token->trusted_server ? VOWEL_RIGHT_TRUSTED : VOWEL_RIGHT_MINT;

  if (request->grant.rights & needed)
    return TRUE;
  vowel_http_reply_error (request->message, SOUP_STATUS_FORBIDDEN, NULL,
      "insufficient_scope", "The key lacks the scope %s",
      token->trusted_server ? VOWEL_SCOPE_TRUSTED : VOWEL_SCOPE_MINT);
  return FALSE;
}

/* Keys of apps may be for other services alone. */
static gboolean
may_use_engine (const VowelRequest *request)
{
  const VowelApiKey *key = request->grant.key;

  if (key == NULL || vowel_api_key_allows (key, VOWEL_KEY_ENGINE))
    return TRUE;
  vowel_http_reply_error (request->message, SOUP_STATUS_FORBIDDEN, NULL,
      "insufficient_scope",
      "The provider " VOWEL_KEY_ENGINE " is not allowed for this API key");
  return FALSE;
}

/* Where Vowel's clients find what the token is for. */
static void
add_place (
    VowelOpenaiRoutes *self, SoupServerMessage *message, JsonObject *answer)
{
  g_autofree gchar *url = vowel_websocket_dup_url (get_config (self), message);

  json_object_set_string_member (
      answer, "provider", VOWEL_KEY_ENGINE_FOR_CLIENTS);
  json_object_set_string_member (answer, "wsUrl", url);
}

static void
mint (VowelOpenaiRoutes *self, VowelRequest *request, VowelMintRoute route)
{
  SoupMessageBody *body =
      soup_server_message_get_request_body (request->message);
  g_autoptr (GBytes) bytes = soup_message_body_flatten (body);
  g_autoptr (VowelToken) token = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  const gchar *text = g_bytes_get_data (bytes, &length);
  gint64 now = get_time ();
  const VowelApiKey *key = request->grant.key;
  const VowelMinter minter = {key ? key->app_id : NULL, key ? key->id : NULL};
  JsonObject *answer;

  if (!may_use_engine (request)
      || !vowel_control_may_mint (
          self->control, request->message, &request->grant))
    return;
  answer = vowel_mint (
      get_config (self), route, &minter, text, length, now, &token, &error);

  if (answer == NULL) {
    reply_refused (request->message, SOUP_STATUS_BAD_REQUEST, error);
    return;
  }
  if (!may_mint (request, token)) {
    json_object_unref (answer);
    return;
  }
  g_atomic_int_inc (&self->metrics->tokens_minted);
  if (token->session_key)
    vowel_session_manager_expect (self->manager, token->app_id,
        token->session_key, token->expires_at, now);
  if (route == VOWEL_MINT_SESSION)
    add_place (self, request->message, answer);
  vowel_http_reply_json (request->message, SOUP_STATUS_OK, answer);
}

static void
on_mint_session (VowelRequest *request, gpointer user_data)
{
  mint (user_data, request, VOWEL_MINT_SESSION);
}

/* Whether a key is good can be asked without making anything of it. */
static void
on_probe (VowelRequest *request, gpointer user_data)
{
  soup_server_message_set_status (request->message, SOUP_STATUS_OK, NULL);
}

static void
on_mint_client_secret (VowelRequest *request, gpointer user_data)
{
  mint (user_data, request, VOWEL_MINT_CLIENT_SECRET);
}

static void
on_mint_transcription (VowelRequest *request, gpointer user_data)
{
  mint (user_data, request, VOWEL_MINT_TRANSCRIPTION);
}

static void
on_webrtc (VowelRequest *request, gpointer user_data)
{
  vowel_http_reply_error (request->message, SOUP_STATUS_NOT_IMPLEMENTED, NULL,
      "webrtc_not_supported",
      "This server has no WebRTC and no SIP: connect a WebSocket to "
      "/v1/realtime");
}

static void
on_models (VowelRequest *request, gpointer user_data)
{
  VowelOpenaiRoutes *self = user_data;

  vowel_http_reply_json (request->message, SOUP_STATUS_OK,
      vowel_models_list (get_config (self), self->created));
}

static void
on_model (VowelRequest *request, gpointer user_data)
{
  VowelOpenaiRoutes *self = user_data;
  const gchar *id = request->path + strlen ("/v1/models/");
  JsonObject *model = vowel_models_find (get_config (self), self->created, id);

  if (model)
    vowel_http_reply_json (request->message, SOUP_STATUS_OK, model);
  else
    vowel_http_reply_error (request->message, SOUP_STATUS_NOT_FOUND, "model",
        "model_not_found", "There is no model %s here: see /v1/models", id);
}

static gboolean
place (VowelOpenaiRoutes *self, const VowelRequest *request,
    VowelSessionRequest *session, GError **error)
{
  VowelSessionWish wish = {
      .call_id = vowel_request_get_query (request, "call_id"),
      .session_key = vowel_request_get_query (request, "sessionKey"),
      .token = request->grant.token,
      .has_key = request->grant.token == NULL
                 || (request->grant.rights & VOWEL_RIGHT_MINT) != 0,
      .app_id = vowel_grant_get_app (&request->grant),
  };

  /* The sideband of a backend. */
  if (wish.call_id && wish.has_key && wish.token == NULL)
    session->handshake.role = VOWEL_PARTICIPANT_SERVER;
  return vowel_doorway_place (self->doorway, session, &wish, error);
}

static void
reply_no_place (VowelOpenaiRoutes *self, SoupServerMessage *message,
    const VowelSessionRequest *session, const GError *error)
{
  if (g_error_matches (
          error, VOWEL_DIRECTORY_ERROR, VOWEL_DIRECTORY_ERROR_NOT_FOUND)) {
    vowel_http_reply_error (message, SOUP_STATUS_NOT_FOUND,
        session->resume ? "resume" : "call_id", "session_not_found", "%s",
        error->message);
  } else if (g_error_matches (
                 error, VOWEL_DIRECTORY_ERROR, VOWEL_DIRECTORY_ERROR_INVALID)) {
    vowel_http_reply_error (message, SOUP_STATUS_BAD_REQUEST, "sessionKey",
        "invalid_value", "%s", error->message);
  } else if (error->domain == VOWEL_DIRECTORY_ERROR) {
    vowel_http_reply_error (message, SOUP_STATUS_FORBIDDEN, "call_id",
        "session_forbidden", "%s", error->message);
  } else {
    g_atomic_int_inc (&self->metrics->sessions_refused);
    soup_message_headers_replace (
        soup_server_message_get_response_headers (message), "Retry-After", "5");
    vowel_http_reply_error (message, SOUP_STATUS_SERVICE_UNAVAILABLE, NULL,
        "server_busy", "%s", error->message);
  }
}

/* Where OpenAI's clients look for the call_id. */
static void
tell_id (SoupServerMessage *message, const gchar *id)
{
  g_autofree gchar *location = g_strconcat ("/v1/realtime/calls/", id, NULL);

  soup_message_headers_replace (
      soup_server_message_get_response_headers (message), "Location", location);
}

/* Who answers, and what the session begins with. (transfer full) (nullable): it
 * has been answered why not. */
static VowelConfigSnapshot *
settle_agent (VowelOpenaiRoutes *self, const VowelRequest *request,
    VowelSessionRequest *session)
{
  const gchar *id = vowel_request_get_query (request, "agent_id");
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelAgent) agent = NULL;
  VowelConfigSnapshot *snapshot;

  if (id == NULL)
    return vowel_config_snapshot_ref (
        vowel_doorway_get_snapshot (self->doorway));
  agent = vowel_agents_get (
      self->agents, vowel_grant_get_app (&request->grant), id, NULL);
  if (agent == NULL || !agent->active) {
    vowel_http_reply_error (request->message, SOUP_STATUS_NOT_FOUND, "agent_id",
        "agent_not_found", "There is no active agent %s", id);
    return NULL;
  }
  if (vowel_agent_session_apply (
          self->agents, agent, NULL, session, &snapshot, &error))
    return snapshot;
  vowel_http_reply_error (request->message, SOUP_STATUS_SERVICE_UNAVAILABLE,
      "agent_id", "agent_not_available", "%s", error->message);
  return NULL;
}

static void
on_connect (VowelRequest *request, gpointer user_data)
{
  VowelOpenaiRoutes *self = user_data;
  SoupServerMessage *message = request->message;
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelSessionRequest) session = NULL;
  g_autoptr (VowelConfigSnapshot) snapshot = NULL;

  if (!vowel_doorway_check (message, request->path))
    return;
  session = vowel_session_request_new (get_config (self), message,
      request->query, request->grant.token, request->vowel_key, &error);
  if (session == NULL) {
    reply_refused (message, SOUP_STATUS_BAD_REQUEST, error);
    return;
  }
  snapshot = settle_agent (self, request, session);
  if (snapshot == NULL)
    return;
  if (request->grant.key)
    session->key_id = g_strdup (request->grant.key->id);
  if (!place (self, request, session, &error)) {
    reply_no_place (self, message, session, error);
    return;
  }
  tell_id (message, session->id);
  vowel_doorway_accept (
      self->doorway, message, g_steal_pointer (&session), snapshot);
}

static const VowelRoute routes[] = {
    {"GET", "/v1/realtime", VOWEL_RIGHT_CONNECT, on_connect},
    {"POST", "/v1/realtime", VOWEL_RIGHT_CONNECT, on_webrtc},
    {"POST", "/v1/realtime/calls", VOWEL_RIGHT_CONNECT, on_webrtc},
    {"POST", "/v1/realtime/calls/*", VOWEL_RIGHT_CONNECT, on_webrtc},
    {"POST", "/v1/realtime/sessions", VOWEL_RIGHT_MINT | VOWEL_RIGHT_TRUSTED,
        on_mint_session, "token.mint", VOWEL_AUDIT_REFUSED},
    {"HEAD", "/v1/realtime/sessions", VOWEL_RIGHT_MINT | VOWEL_RIGHT_TRUSTED,
        on_probe},
    {"POST", "/v1/realtime/client_secrets", VOWEL_RIGHT_MINT,
        on_mint_client_secret, "token.mint", VOWEL_AUDIT_REFUSED},
    {"POST", "/v1/realtime/transcription_sessions", VOWEL_RIGHT_MINT,
        on_mint_transcription, "token.mint", VOWEL_AUDIT_REFUSED},
    {"GET", "/v1/models", VOWEL_RIGHT_CONNECT, on_models},
    {"GET", "/v1/models/*", VOWEL_RIGHT_CONNECT, on_model},
    {NULL},
};

const VowelRoute *
vowel_openai_routes_get (void)
{
  return routes;
}

VowelOpenaiRoutes *
vowel_openai_routes_new (VowelControl *control, VowelAgents *agents,
    VowelSessionManager *manager, VowelDoorway *doorway, VowelMetrics *metrics)
{
  VowelOpenaiRoutes *self = g_new0 (VowelOpenaiRoutes, 1);

  self->control = control;
  self->agents = agents;
  self->manager = manager;
  self->doorway = doorway;
  self->metrics = metrics;
  self->created = get_time ();
  return self;
}

void
vowel_openai_routes_free (VowelOpenaiRoutes *self)
{
  g_free (self);
}
