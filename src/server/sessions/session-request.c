/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "session-request.h"

#include "protocol/openai/openai-errors.h"
#include "protocol/openai/openai-session-json.h"
#include "server/config/behaviours-config.h"
#include "server/http/http.h"

#include <gst/vowel/gstvoweljson.h>
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
  session->greeting = g_strdup (config->greeting_prompt);
  /* Until a client names another: what it talks to. */
  g_free (session->model);
  session->model = g_strdup (vowel_server_config_get_model (config));
  session->turn_detection.threshold = config->vad_threshold;
  session->turn_detection.silence_duration_ms = config->vad_min_silence_ms;
  session->turn_detection.prefix_padding_ms = config->vad_prefix_padding_ms;
  session->detector = session->turn_detection;
  session->temperature = config->temperature;
  if (g_str_equal (config->speculation, "off"))
    session->speculation = VOWEL_SPECULATION_OFF;
  else if (g_str_equal (config->speculation, "on"))
    session->speculation = VOWEL_SPECULATION_ON;
  if (g_str_equal (config->vad_enabled, "off")
      || g_str_equal (config->vad_provider, "none"))
    session->turn_detection.type = VOWEL_TURN_NONE;
  return session;
}

VowelSessionRequest *
vowel_session_request_new_default (const VowelServerConfig *config)
{
  VowelSessionRequest *request = g_new0 (VowelSessionRequest, 1);

  request->config = vowel_session_config_from_server (config);
  request->output_lead_ms = config->output_lead_ms;
  request->behaviours = vowel_behaviours_from_server (config);
  request->limits.max_duration_ms = config->max_duration_ms;
  request->limits.idle_timeout_ms = config->idle_timeout_ms;
  return request;
}

static gboolean
apply_session (
    VowelSessionRequest *request, const VowelToken *token, GError **error)
{
  gboolean is_ga = g_strcmp0 (token->endpoint, "client_secrets") == 0;

  return vowel_openai_session_patch (token->session, is_ga ? "session" : NULL,
             is_ga ? VOWEL_OPENAI_GA : VOWEL_OPENAI_BETA, is_ga,
             request->config, &request->tools, error)
         && vowel_session_claims_apply (token->session, request->config,
             request->behaviours, &request->limits, error);
}

static gboolean
read_tools (JsonArray *array, GPtrArray **ret_tools, GError **error)
{
  g_autoptr (JsonObject) object = json_object_new ();

  json_object_set_array_member (object, "tools", json_array_ref (array));
  return vowel_openai_read_tools (object, NULL, ret_tools, error);
}

/* Both for a session that is one of transcription from its beginning. */
static gboolean
is_transcription (const VowelToken *token)
{
  const gchar *type = token->session
                          ? gst_vowel_json_get_string (token->session, "type")
                          : NULL;

  return g_strcmp0 (token->endpoint, "transcription_sessions") == 0
         || g_strcmp0 (type, "transcription") == 0;
}

static void
shake_hands (VowelSessionRequest *request, const VowelToken *token)
{
  VowelOpenaiHandshake *handshake = &request->handshake;

  request->id = g_strdup (token->subject);
  request->key_id = g_strdup (token->key_id);
  request->service_id = g_strdup (token->service_id);
  handshake->token_endpoint = g_strdup (token->endpoint);
  handshake->dialect = g_strdup (token->dialect);
  if (token->trusted_server)
    handshake->role = VOWEL_PARTICIPANT_SERVER;
}

static gboolean
apply_token (
    VowelSessionRequest *request, const VowelToken *token, GError **error)
{
  GPtrArray **tools =
      token->trusted_server ? &request->tools : &request->server_tools;

  if (is_transcription (token))
    request->config->kind = VOWEL_SESSION_TRANSCRIPTION;
  if (token->session && !apply_session (request, token, error))
    return FALSE;
  if (token->server_tools == NULL)
    return TRUE;
  g_clear_pointer (tools, g_ptr_array_unref);
  return read_tools (token->server_tools, tools, error);
}

gboolean
vowel_session_request_apply_token (
    VowelSessionRequest *request, const VowelToken *token, GError **error)
{
  shake_hands (request, token);
  return apply_token (request, token, error);
}

/* "resume=1" wishes for it, anything longer is what the server then gave. */
static void
read_resume (VowelSessionRequest *request, const VowelServerConfig *config,
    GHashTable *query)
{
  static const gchar *const wishes[] = {"1", "on", "true", "yes", NULL};
  static const gchar *const refusals[] = {"0", "off", "false", "no", NULL};
  const gchar *resume = vowel_http_get_query (query, "resume");

  if (resume == NULL || g_strv_contains (refusals, resume))
    return;
  if (g_strv_contains (wishes, resume)) {
    request->resumable = config->resume_window_ms > 0;
    return;
  }
  request->resume = g_strdup (resume);
  request->last_event_id =
      g_strdup (vowel_http_get_query (query, "last_event_id"));
}

static gboolean
read_output_lead (
    VowelSessionRequest *request, GHashTable *query, GError **error)
{
  const gchar *lead = vowel_http_get_query (query, "output_lead_ms");
  guint64 value;

  if (lead == NULL)
    return TRUE;
  if (!g_ascii_string_to_unsigned (
          lead, 10, 0, VOWEL_OUTPUT_LEAD_MAX_MS, &value, NULL)) {
    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_VALUE,
        "output_lead_ms", "Expected milliseconds from 0 to %d.",
        VOWEL_OUTPUT_LEAD_MAX_MS);
    return FALSE;
  }
  request->output_lead_ms = (guint) value;
  return TRUE;
}

VowelSessionRequest *
vowel_session_request_new (const VowelServerConfig *config,
    SoupServerMessage *message, GHashTable *query, const VowelToken *token,
    gboolean vowel_key, GError **error)
{
  g_autoptr (VowelSessionRequest) request =
      vowel_session_request_new_default (config);
  VowelOpenaiHandshake *handshake = &request->handshake;
  const gchar *model = vowel_http_get_query (query, "model");

  handshake->beta_header =
      g_strdup (vowel_http_get_header (message, "OpenAI-Beta"));
  handshake->subprotocols =
      g_strdup (vowel_http_get_header (message, "Sec-WebSocket-Protocol"));
  handshake->user_agent =
      g_strdup (vowel_http_get_header (message, "User-Agent"));
  handshake->agents_sdk_header =
      g_strdup (vowel_http_get_header (message, "X-OpenAI-Agents-SDK"));
  handshake->vowel_key = vowel_key;
  handshake->intent = g_strdup (vowel_http_get_query (query, "intent"));
  handshake->call_id = g_strdup (vowel_http_get_query (query, "call_id"));
  request->paradigm = vowel_paradigm_find (token, vowel_key, handshake->call_id,
      vowel_http_get_query (query, "sessionKey"));
  read_resume (request, config, query);
  handshake->default_dialect = g_strdup (config->default_dialect);
  handshake->no_beta = g_str_equal (config->beta, "off");
  handshake->no_audio =
      g_strcmp0 (vowel_http_get_query (query, "audio"), "none") == 0;
  if (!read_output_lead (request, query, error))
    return NULL;
  if (token)
    shake_hands (request, token);
  if (vowel_openai_handshake_is_vowels (handshake))
    vowel_behaviours_add_vowels (request->behaviours, request->config, config);
  if (token && !apply_token (request, token, error))
    return NULL;
  if (g_strcmp0 (handshake->intent, "transcription") == 0)
    request->config->kind = VOWEL_SESSION_TRANSCRIPTION;
  if (model) {
    g_free (request->config->model);
    request->config->model = g_strdup (model);
  }
  return g_steal_pointer (&request);
}

void
vowel_session_request_add_companion (
    VowelSessionRequest *request, VowelCompanion *companion)
{
  if (request->companions == NULL)
    request->companions =
        g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_companion_free);
  g_ptr_array_add (request->companions, companion);
}

void
vowel_session_request_free (VowelSessionRequest *request)
{
  g_free (request->id);
  g_free (request->resume);
  g_free (request->last_event_id);
  g_free (request->app_id);
  g_free (request->key_id);
  g_free (request->service_id);
  g_free (request->key);
  g_free (request->join);
  vowel_session_config_free (request->config);
  vowel_behaviours_free (request->behaviours);
  g_clear_pointer (&request->tools, g_ptr_array_unref);
  g_clear_pointer (&request->server_tools, g_ptr_array_unref);
  g_free ((gchar *) request->handshake.beta_header);
  g_free ((gchar *) request->handshake.subprotocols);
  g_free ((gchar *) request->handshake.user_agent);
  g_free ((gchar *) request->handshake.agents_sdk_header);
  g_free ((gchar *) request->handshake.intent);
  g_free ((gchar *) request->handshake.call_id);
  g_free ((gchar *) request->handshake.default_dialect);
  g_free ((gchar *) request->handshake.token_endpoint);
  g_free ((gchar *) request->handshake.dialect);
  g_clear_pointer (&request->maker, vowel_face_maker_free);
  g_clear_pointer (&request->companions, g_ptr_array_unref);
  g_clear_pointer (&request->items, g_ptr_array_unref);
  g_free (request->agent_id);
  g_free (request->party);
  g_free (request->details);
  g_free (request);
}
