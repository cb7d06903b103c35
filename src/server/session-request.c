/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "session-request.h"

#include "http.h"

#include <string.h>

VowelSessionConfig *
vowel_session_config_from_server (const VowelServerConfig *config)
{
  VowelSessionConfig *session = vowel_session_config_new ();

  if (config->voice) {
    g_free (session->voice);
    session->voice = g_strdup (config->voice);
  }
  if (config->instructions) {
    g_free (session->instructions);
    session->instructions = g_strdup (config->instructions);
  }
  /* Until a client names another: what it talks to. */
  g_free (session->model);
  session->model = g_strdup (config->llm_provider);
  session->turn_detection.threshold = config->vad_threshold;
  session->turn_detection.silence_duration_ms = config->vad_min_silence_ms;
  session->turn_detection.prefix_padding_ms = config->vad_prefix_padding_ms;
  return session;
}

static const gchar *
get_query (GHashTable *query, const gchar *name)
{
  const gchar *value = query ? g_hash_table_lookup (query, name) : NULL;

  return value && value[0] ? value : NULL;
}

static gboolean
apply_token (
    VowelSessionRequest *request, const VowelToken *token, GError **error)
{
  g_autoptr (JsonNode) node = NULL;
  g_autofree gchar *text = NULL;

  request->id = g_strdup (token->subject);
  request->handshake.token_endpoint = g_strdup (token->endpoint);
  if (token->session == NULL)
    return TRUE;
  node = json_node_init_object (json_node_alloc (), token->session);
  text = json_to_string (node, FALSE);
  return vowel_openai_session_from_json (text, strlen (text), VOWEL_OPENAI_BETA,
      request->config, &request->tools, error);
}

VowelSessionRequest *
vowel_session_request_new (const VowelServerConfig *config,
    SoupServerMessage *message, GHashTable *query, const VowelToken *token,
    GError **error)
{
  g_autoptr (VowelSessionRequest) request = g_new0 (VowelSessionRequest, 1);
  VowelOpenaiHandshake *handshake = &request->handshake;
  const gchar *model = get_query (query, "model");

  request->config = vowel_session_config_from_server (config);
  handshake->beta_header =
      g_strdup (vowel_http_get_header (message, "OpenAI-Beta"));
  handshake->subprotocols =
      g_strdup (vowel_http_get_header (message, "Sec-WebSocket-Protocol"));
  handshake->user_agent =
      g_strdup (vowel_http_get_header (message, "User-Agent"));
  handshake->agents_sdk_header =
      g_strdup (vowel_http_get_header (message, "X-OpenAI-Agents-SDK"));
  handshake->intent = g_strdup (get_query (query, "intent"));
  handshake->call_id = g_strdup (get_query (query, "call_id"));
  if (token && !apply_token (request, token, error))
    return NULL;
  if (model) {
    g_free (request->config->model);
    request->config->model = g_strdup (model);
  }
  return g_steal_pointer (&request);
}

void
vowel_session_request_free (VowelSessionRequest *request)
{
  g_free (request->id);
  vowel_session_config_free (request->config);
  g_clear_pointer (&request->tools, g_ptr_array_unref);
  g_free ((gchar *) request->handshake.beta_header);
  g_free ((gchar *) request->handshake.subprotocols);
  g_free ((gchar *) request->handshake.user_agent);
  g_free ((gchar *) request->handshake.agents_sdk_header);
  g_free ((gchar *) request->handshake.intent);
  g_free ((gchar *) request->handshake.call_id);
  g_free ((gchar *) request->handshake.token_endpoint);
  g_free (request);
}
