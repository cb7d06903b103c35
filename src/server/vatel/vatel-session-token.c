/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* POST /v1/session-token: what opens a connection to an agent. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vatel-private.h"
#include "vatel-token-body.h"

VowelAgent *
vowel_vatel_find_callee (VowelVatel *self, const VowelRequest *request,
    const gchar *id, const gchar *version_id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelAgent) agent =
      vowel_agents_get (self->agents, NULL, id, &error);
  g_autoptr (VowelAgentVersion) version = NULL;

  if (agent != NULL && !vowel_vatel_may_see (request, agent->app_id))
    return NULL;
  if (agent != NULL && !agent->active)
    g_set_error (&error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_NOT_FOUND,
        "The agent %s is inactive", id);
  if (agent != NULL && error == NULL && version_id != NULL)
    version =
        vowel_agents_get_version (self->agents, agent, version_id, &error);
  if (version != NULL && version->published_at == 0)
    vowel_set_field_error (&error, VOWEL_ERROR_INVALID, "version_id",
        "this version has not been published");
  if (error == NULL)
    return g_steal_pointer (&agent);
  vowel_vatel_reply_error (request->message, error);
  return NULL;
}

static void
reply_token (
    VowelVatel *self, const VowelRequest *request, VowelVatelToken *token)
{
  const VowelServerConfig *config = vowel_vatel_get_config (self);
  const VowelApiKey *key = request->grant.key;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text = NULL;
  JsonObject *answer;

  token->id = g_uuid_string_random ();
  token->key_id = g_strdup (key != NULL ? key->id : NULL);
  token->issued_at = g_get_real_time () / G_USEC_PER_SEC;
  token->expires_at = token->issued_at + config->vatel_token_ttl;
  text = vowel_vatel_token_sign (token, config->jwt_secret, &error);
  if (text == NULL) {
    vowel_vatel_reply_error (request->message, error);
    return;
  }
  g_atomic_int_inc (&self->metrics->tokens_minted);
  answer = json_object_new ();
  json_object_set_string_member (answer, "token", text);
  vowel_http_reply_json (request->message, SOUP_STATUS_OK, answer);
}

void
vowel_vatel_on_session_token (VowelRequest *request, gpointer user_data)
{
  VowelVatel *self = user_data;
  g_autoptr (JsonObject) body = vowel_vatel_read_body (request);
  g_autoptr (VowelVatelToken) token = NULL;
  g_autoptr (VowelAgent) agent = NULL;
  g_autoptr (GError) error = NULL;
  gboolean webrtc = FALSE;

  if (body == NULL)
    return;
  token = vowel_vatel_token_from_body (body, request->query, &webrtc, &error);
  if (token == NULL) {
    vowel_vatel_reply_error (request->message, error);
    return;
  }
  agent = vowel_vatel_find_callee (
      self, request, token->agent_id, token->version_id);
  if (agent == NULL)
    return;
  if (webrtc) {
    vowel_http_reply_error (request->message, SOUP_STATUS_SERVICE_UNAVAILABLE,
        NULL, NULL,
        "WebRTC is not available on this server: use the transport websocket");
    return;
  }
  if (!vowel_control_may_mint (
          self->control, request->message, &request->grant))
    return;
  token->org_id = g_strdup (agent->app_id);
  reply_token (self, request, token);
}
