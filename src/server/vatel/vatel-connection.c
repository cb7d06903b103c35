/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* GET /v1/connection: a call with an agent, or with `call_id` the place of a
 * listener in one that goes on. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vatel-private.h"
#include "vatel-token.h"

#include "protocol/vatel/vatel-face.h"
#include "protocol/vatel/vatel-messages.h"
#include "server/agents/agent-session.h"
#include "server/agents/agent-vatel-json.h"
#include "server/store/object-id.h"
#include "server/tokens/web-token.h"

#define SOURCE "vatel"
/* What the clients' players take without being too far ahead. */
#define MAX_LEAD_MS 1500
#define RATE 24000

/* --- the face --- */

typedef struct {
  VowelFaceMaker base;
  VowelVatelOptions options;
  VowelAgent *agent; /* (nullable): who calls the client's tools */
} Maker;

static JsonArray *
describe_arguments (
    const gchar *name, const gchar *arguments, gpointer user_data)
{
  VowelAgent *agent = user_data;

  return vowel_agent_vatel_make_arguments (
      vowel_agent_find_tool (agent, name), arguments);
}

static VowelFace *
make_face (VowelFaceMaker *base, VowelSession *session,
    VowelTransport *transport, GPtrArray *tools, GError **error)
{
  Maker *maker = (Maker *) base;
  g_autofree gchar *id = vowel_object_uuid (vowel_session_get_id (session));
  VowelVatelFace *face;

  maker->options.call_id = id;
  face = vowel_vatel_face_new (session, transport, &maker->options);
  if (maker->agent != NULL && tools != NULL)
    vowel_vatel_face_set_tools (face, tools, describe_arguments,
        vowel_agent_ref (maker->agent), (GDestroyNotify) vowel_agent_unref,
        error);
  return VOWEL_FACE (face);
}

static void
maker_free (VowelFaceMaker *base)
{
  Maker *maker = (Maker *) base;

  g_clear_pointer (&maker->agent, vowel_agent_unref);
  g_free (maker);
}

/* @agent: (nullable) */
static VowelFaceMaker *
maker_new (
    const VowelServerConfig *config, VowelAgent *agent, gboolean only_listens)
{
  Maker *maker = g_new0 (Maker, 1);

  maker->base.make = make_face;
  maker->base.free = maker_free;
  maker->agent = agent != NULL ? vowel_agent_ref (agent) : NULL;
  maker->options = (VowelVatelOptions){
      .only_listens = only_listens,
      .no_interim_text = g_str_equal (config->vatel_interim_text, "off"),
      .no_interim_transcripts =
          g_str_equal (config->vatel_interim_transcripts, "off"),
  };
  return &maker->base;
}

/* --- who comes --- */

static gboolean
is_expired (gpointer id, gpointer expires_at, gpointer now)
{
  return *(gint64 *) expires_at <= *(gint64 *) now;
}

/* Whether a token may open (another) connection. */
static gboolean
spend (VowelVatel *self, const VowelVatelToken *token, gint64 now)
{
  if (!g_str_equal (vowel_vatel_get_config (self)->vatel_single_use, "on"))
    return TRUE;
  g_hash_table_foreach_remove (self->spent, is_expired, &now);
  return g_hash_table_insert (self->spent, g_strdup (token->id),
      g_memdup2 (&token->expires_at, sizeof (token->expires_at)));
}

/* NULL: the answer has been given. */
static VowelVatelToken *
read_token (VowelVatel *self, VowelRequest *request)
{
  const VowelServerConfig *config = vowel_vatel_get_config (self);
  const gchar *text = vowel_request_get_query (request, "token");
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GError) error = NULL;
  VowelVatelToken *token;

  if (text == NULL) {
    vowel_http_reply_error (request->message, SOUP_STATUS_BAD_REQUEST, NULL,
        NULL, "token is missing: POST /v1/session-token makes one");
    return NULL;
  }
  token = vowel_vatel_token_verify (text, config->jwt_secret, now, &error);
  if (token == NULL && config->jwt_secret_previous)
    token =
        vowel_vatel_token_verify (text, config->jwt_secret_previous, now, NULL);
  if (token == NULL) {
    g_atomic_int_inc (&self->metrics->unauthorized);
    vowel_http_reply_error (request->message, SOUP_STATUS_UNAUTHORIZED, NULL,
        NULL, "%s", error->message);
  }
  return token;
}

/* What the address says of the agent must be what the token says; a version
 * may be another. FALSE: the answer has been given. */
static gboolean
read_agent (VowelRequest *request, VowelVatelToken *token)
{
  static const gchar *const names[] = {"agentId", "versionId"};
  const gchar *agent_id, *version_id;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    const gchar *value = vowel_request_get_query (request, names[i]);

    if (value == NULL || g_uuid_string_is_valid (value))
      continue;
    vowel_http_reply_error (request->message, SOUP_STATUS_BAD_REQUEST, NULL,
        NULL, "%s: expected a UUID", names[i]);
    return FALSE;
  }
  agent_id = vowel_request_get_query (request, names[0]);
  version_id = vowel_request_get_query (request, names[1]);
  if (agent_id != NULL && g_ascii_strcasecmp (agent_id, token->agent_id) != 0) {
    vowel_http_reply_error (request->message, SOUP_STATUS_FORBIDDEN, NULL, NULL,
        "The token is for another agent");
    return FALSE;
  }
  if (version_id != NULL) {
    g_free (token->version_id);
    token->version_id = g_ascii_strdown (version_id, -1);
  }
  return TRUE;
}

/* --- its session --- */

/* (transfer full): for the record */
static gchar *
describe_call (const VowelVatelToken *token, const VowelAgent *agent)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node = NULL;
  const gchar *version_id =
      token->version_id != NULL ? token->version_id : agent->version_id;

  if (version_id != NULL)
    json_object_set_string_member (object, "versionId", version_id);
  if (token->chat_id != NULL)
    json_object_set_string_member (object, "chatId", token->chat_id);
  node = json_node_init_object (json_node_alloc (), object);
  return json_to_string (node, FALSE);
}

static void
set_wire (VowelSessionRequest *session, const VowelServerConfig *config)
{
  const VowelAudioFormat format = {VOWEL_ENCODING_PCM16, RATE};

  session->source = SOURCE;
  session->config->input_format = format;
  session->config->output_format = format;
  session->output_lead_ms = session->output_lead_ms > 0
                                ? MIN (session->output_lead_ms, MAX_LEAD_MS)
                                : MAX_LEAD_MS;
  /* Those that are too large for it get its farewell. */
  session->max_message = 2 * VOWEL_VATEL_MAX_MESSAGE;
}

/* A call with the agent; NULL: the answer has been given. */
static VowelSessionRequest *
request_call (VowelVatel *self, VowelRequest *request,
    const VowelVatelToken *token, VowelConfigSnapshot **ret_snapshot)
{
  g_autoptr (VowelAgent) agent = vowel_vatel_find_callee (
      self, request, token->agent_id, token->version_id);
  const VowelAgentOverrides overrides = {
      .version_id = token->version_id,
      .prompt = token->prompt,
      .first_message = token->first_message,
      .variables = token->variables,
      .tools = VOWEL_AGENT_TOOLS_OF_CLIENT,
  };
  g_autoptr (GError) error = NULL;
  VowelSessionRequest *session;
  g_autoptr (VowelAgent) then = NULL;

  if (agent == NULL)
    return NULL;
  then = vowel_agents_resolve (self->agents, agent, token->version_id, &error);
  session = then != NULL ? vowel_agent_session_request (
                self->agents, agent, &overrides, ret_snapshot, &error)
                         : NULL;
  if (session == NULL) {
    vowel_http_reply_error (request->message, SOUP_STATUS_INTERNAL_SERVER_ERROR,
        NULL, NULL, "%s", error->message);
    return NULL;
  }
  session->id = g_uuid_string_random ();
  session->details = describe_call (token, agent);
  session->maker = maker_new ((*ret_snapshot)->config, then, FALSE);
  return session;
}

/* The place of a listener. */
static VowelSessionRequest *
request_place (VowelVatel *self, VowelConfigSnapshot **ret_snapshot)
{
  VowelConfigSnapshot *snapshot = vowel_doorway_get_snapshot (self->doorway);
  VowelSessionRequest *session =
      vowel_session_request_new_default (snapshot->config);

  *ret_snapshot = vowel_config_snapshot_ref (snapshot);
  session->maker = maker_new (snapshot->config, NULL, TRUE);
  return session;
}

static void
reply_no_place (
    VowelVatel *self, SoupServerMessage *message, const GError *error)
{
  guint status = SOUP_STATUS_FORBIDDEN;

  if (g_error_matches (
          error, VOWEL_DIRECTORY_ERROR, VOWEL_DIRECTORY_ERROR_NOT_FOUND)) {
    status = SOUP_STATUS_NOT_FOUND;
  } else if (error->domain != VOWEL_DIRECTORY_ERROR) {
    g_atomic_int_inc (&self->metrics->sessions_refused);
    soup_message_headers_replace (
        soup_server_message_get_response_headers (message), "Retry-After", "5");
    status = SOUP_STATUS_SERVICE_UNAVAILABLE;
  }
  vowel_http_reply_error (message, status, NULL, NULL, "%s", error->message);
}

void
vowel_vatel_on_connection (VowelRequest *request, gpointer user_data)
{
  VowelVatel *self = user_data;
  g_autoptr (VowelVatelToken) token = NULL;
  g_autoptr (VowelSessionRequest) session = NULL;
  g_autoptr (VowelConfigSnapshot) snapshot = NULL;
  g_autoptr (GError) error = NULL;
  VowelSessionWish wish = {.has_key = TRUE};

  if (!vowel_doorway_check (request->message, request->path))
    return;
  token = read_token (self, request);
  if (token == NULL || !read_agent (request, token))
    return;
  wish.app_id = token->org_id;
  wish.call_id = vowel_request_get_query (request, "call_id");
  session = wish.call_id != NULL
                ? request_place (self, &snapshot)
                : request_call (self, request, token, &snapshot);
  if (session == NULL)
    return;
  session->key_id = g_strdup (token->key_id);
  set_wire (session, snapshot->config);
  if (!vowel_doorway_place (self->doorway, session, &wish, &error)) {
    reply_no_place (self, request->message, error);
    return;
  }
  if (!spend (self, token, g_get_real_time () / G_USEC_PER_SEC)) {
    vowel_http_reply_error (request->message, SOUP_STATUS_UNAUTHORIZED, NULL,
        NULL, "The token has opened a connection already");
    return;
  }
  vowel_doorway_accept (
      self->doorway, request->message, g_steal_pointer (&session), snapshot);
}
