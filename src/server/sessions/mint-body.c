/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "mint-body.h"

#include "session-claims.h"

#include "protocol/openai/openai-errors.h"
#include "protocol/openai/openai-fields.h"
#include "server/store/key-text.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define TTL_MIN 10
#define TTL_MAX 3600
/* What OpenAI allows: longer than our longest, which it becomes. */
#define TTL_MAX_OPENAI 7200
#define KEY_MIN_LENGTH 8
#define KEY_MAX_LENGTH 128
#define SERVICE_ID_MAX_LENGTH 128
#define TRUSTED_SERVER "trusted_server"

void
vowel_mint_body_clear (VowelMintBody *body)
{
  g_clear_pointer (&body->session, json_object_unref);
}

gboolean
vowel_session_key_is_valid (const gchar *key)
{
  gsize length = strlen (key);

  for (const gchar *c = key; *c; c++)
    if (!g_ascii_isalnum (*c) && *c != '_' && *c != '-')
      return FALSE;
  return length >= KEY_MIN_LENGTH && length <= KEY_MAX_LENGTH;
}

static JsonObject *
parse_object (const VowelServerConfig *config, const gchar *text, gsize length,
    GError **error)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) parse_error = NULL;

  if (length == 0)
    return json_object_new ();
  node = gst_vowel_json_parse (text, length, config->max_body, &parse_error);
  if (node == NULL) {
    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_JSON, NULL,
        "The body is not valid: %s", parse_error->message);
    return NULL;
  }
  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_TYPE, NULL,
        "The body must be a JSON object");
    return NULL;
  }
  return json_node_dup_object (node);
}

static gboolean
read_lifetime (JsonObject *parent, const gchar *path, guint max, guint *ttl,
    GError **error)
{
  static const gchar *const anchors[] = {"created_at", NULL};
  g_autofree gchar *inner = vowel_openai_path (path, "expires_after");
  JsonObject *after = NULL;
  guint seconds = *ttl;
  guint anchor = 0;

  if (!vowel_openai_read_object (parent, path, "expires_after", &after, error))
    return FALSE;
  if (after == NULL)
    return TRUE;
  if (!vowel_openai_read_choice (
          after, inner, "anchor", anchors, &anchor, error)
      || !vowel_openai_read_uint (
          after, inner, "seconds", TTL_MIN, max, &seconds, error))
    return FALSE;
  *ttl = MIN (seconds, TTL_MAX);
  return TRUE;
}

/* Takes `client_secret` out of a flat session, and `expires_after`, as some
 * say it outside. */
static gboolean
take_lifetime (JsonObject *session, guint *ttl, GError **error)
{
  JsonObject *secret = NULL;

  if (!vowel_openai_read_object (session, NULL, "client_secret", &secret, error)
      || (secret
          && !read_lifetime (secret, "client_secret", TTL_MAX, ttl, error))
      || !read_lifetime (session, NULL, TTL_MAX_OPENAI, ttl, error))
    return FALSE;
  json_object_remove_member (session, "expires_after");
  json_object_remove_member (session, "client_secret");
  return TRUE;
}

static gboolean
invalid (GError **error, const gchar *param, const gchar *text)
{
  vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_VALUE, param,
      "Invalid '%s': %s.", param, text);
  return FALSE;
}

/* What every route takes beside OpenAI's fields. */
static gboolean
take_claims (VowelToken *token, JsonObject *body, GError **error)
{
  static const gchar *const dialects[] = {"ga", "beta", "vowel", NULL};
  const gchar *key = NULL;
  guint dialect = G_MAXUINT;

  if (!vowel_openai_read_string (body, NULL, "sessionKey", &key, error)
      || !vowel_openai_read_choice (
          body, NULL, "dialect", dialects, &dialect, error))
    return FALSE;
  if (key && !vowel_session_key_is_valid (key))
    return invalid (error, "sessionKey",
        "expected \"sesskey_\" and random letters and digits, or another "
        "string of 8 to 128 letters, digits, '_' and '-'");
  token->session_key = g_strdup (key);
  if (dialect != G_MAXUINT)
    token->dialect = g_strdup (dialects[dialect]);
  json_object_remove_member (body, "sessionKey");
  json_object_remove_member (body, "dialect");
  return TRUE;
}

static void
move_member (JsonObject *from, const gchar *name, JsonObject *to)
{
  JsonNode *node = from ? json_object_dup_member (from, name) : NULL;

  if (node && !json_object_has_member (to, name))
    json_object_set_member (to, name, node);
  else
    g_clear_pointer (&node, json_node_unref);
}

/* Tokens of other services are made elsewhere; a name that is not known is ours
 * by another name. */
static gboolean
check_provider (JsonObject *body, const gchar *path, GError **error)
{
  g_autofree gchar *param = vowel_openai_path (path, "provider");
  const gchar *name = NULL;
  const gchar *known;

  if (!vowel_openai_read_string (body, path, "provider", &name, error))
    return FALSE;
  known = name ? vowel_key_normalize_provider (name) : NULL;
  if (known == NULL || g_str_equal (known, VOWEL_KEY_ENGINE))
    return TRUE;
  return invalid (error, param,
      "tokens made here are for this server, 'vowel-core'; those of other "
      "services are made by POST /vowel/api/generateToken");
}

/* The request of a trusted server has its settings one level down. */
static gboolean
take_trusted_config (VowelToken *token, JsonObject *body, GError **error)
{
  static const gchar *const moved[] = {
      "model", "voice", "stt", "tts", "llmProvider"};
  const gchar *const *claims = vowel_session_claims_list ();
  const gchar *type = NULL;
  const gchar *service = NULL;
  JsonObject *config = NULL;
  JsonObject *voice = NULL;

  if (!vowel_openai_read_object (body, NULL, "config", &config, error)
      || !vowel_openai_read_string (body, NULL, "connectionType", &type, error)
      || !check_provider (body, NULL, error)
      || (config && !check_provider (config, "config", error)))
    return FALSE;
  if (config
      && (!vowel_openai_read_object (
              config, "config", "voiceConfig", &voice, error)
          || (type == NULL
              && !vowel_openai_read_string (
                  config, "config", "connectionType", &type, error))
          || !vowel_openai_read_string (
              config, "config", "serviceId", &service, error)))
    return FALSE;
  token->trusted_server = g_strcmp0 (type, TRUSTED_SERVER) == 0;
  if (type && !token->trusted_server)
    return invalid (error, "connectionType",
        "the only one there is to say is \"" TRUSTED_SERVER "\"");
  if (token->trusted_server
      && (service == NULL || *service == '\0'
          || strlen (service) > SERVICE_ID_MAX_LENGTH))
    return invalid (error, "config.serviceId",
        "a trusted server names itself, in 1 to 128 characters");
  token->service_id = g_strdup (service);
  move_member (config, "serverTools", body);
  for (guint i = 0; i < G_N_ELEMENTS (moved); i++) {
    move_member (voice, moved[i], body);
    move_member (config, moved[i], body);
  }
  for (guint i = 0; claims[i]; i++) {
    move_member (voice, claims[i], body);
    move_member (config, claims[i], body);
  }
  json_object_remove_member (body, "config");
  json_object_remove_member (body, "provider");
  json_object_remove_member (body, "connectionType");
  return TRUE;
}

/* Who shares a session declares the tools of its backend; whoever comes with
 * the token registers its own. */
static gboolean
take_server_tools (VowelToken *token, JsonObject *body, GError **error)
{
  JsonArray *tools = NULL;
  const gchar *name = "serverTools";

  if (!json_object_has_member (body, name) && token->session_key)
    name = "tools";
  else if (!json_object_has_member (body, name))
    return TRUE;
  if (!vowel_openai_read_array (body, NULL, name, &tools, error))
    return FALSE;
  for (guint i = 0; tools && i < json_array_get_length (tools); i++) {
    g_autofree gchar *path = vowel_openai_path_index (name, i);
    const gchar *tool_name = NULL;
    JsonObject *tool;

    if (!vowel_openai_element_object (tools, i, name, &tool, error)
        || !vowel_openai_require_string (tool, path, "name", &tool_name, error))
      return FALSE;
  }
  if (tools)
    token->server_tools = json_array_ref (tools);
  json_object_remove_member (body, name);
  return TRUE;
}

static gboolean
refuse_others (JsonObject *body, GError **error)
{
  g_autoptr (GList) names = json_object_get_members (body);

  for (GList *l = names; l; l = l->next) {
    const gchar *name = l->data;

    if (g_str_equal (name, "session") || g_str_equal (name, "expires_after"))
      continue;
    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_UNKNOWN_PARAMETER, name,
        "Unknown parameter: '%s'. Settings of the session belong into "
        "'session'.",
        name);
    return FALSE;
  }
  return TRUE;
}

static gboolean
parse_client_secret (VowelMintBody *ret_body, JsonObject *body, GError **error)
{
  JsonObject *session = NULL;

  if (!refuse_others (body, error)
      || !read_lifetime (body, NULL, TTL_MAX_OPENAI, &ret_body->ttl, error)
      || !vowel_openai_read_object (body, NULL, "session", &session, error))
    return FALSE;
  ret_body->session = session ? json_object_ref (session) : json_object_new ();
  if (session == NULL)
    json_object_set_string_member (ret_body->session, "type", "realtime");
  return TRUE;
}

gboolean
vowel_mint_body_parse (VowelMintBody *ret_body, VowelToken *token,
    const VowelServerConfig *config, VowelMintRoute route, const gchar *text,
    gsize length, GError **error)
{
  g_autoptr (JsonObject) body = parse_object (config, text, length, error);

  ret_body->session = NULL;
  ret_body->ttl = config->token_ttl;
  if (body == NULL || !take_claims (token, body, error))
    return FALSE;
  if (route == VOWEL_MINT_CLIENT_SECRET)
    return parse_client_secret (ret_body, body, error);
  if (!take_lifetime (body, &ret_body->ttl, error)
      || (route == VOWEL_MINT_SESSION
          && (!take_trusted_config (token, body, error)
              || !take_server_tools (token, body, error))))
    return FALSE;
  ret_body->session = g_steal_pointer (&body);
  return TRUE;
}
