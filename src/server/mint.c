/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "mint.h"

#include "session-request.h"

#include "protocol/openai/openai-errors.h"
#include "session/item.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define TTL_MIN 10
#define TTL_MAX 3600

static JsonObject *
parse_body (const VowelServerConfig *config, const gchar *body, gsize length,
    GError **error)
{
  g_autoptr (JsonNode) node = NULL;
  g_autoptr (GError) parse_error = NULL;

  if (length == 0)
    return json_object_new ();
  node = gst_vowel_json_parse (body, length, config->max_body, &parse_error);
  if (node == NULL) {
    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_JSON, NULL,
        "The body is not valid: %s", parse_error->message);
    return NULL;
  }
  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_TYPE, NULL,
        "The body must be a JSON object: a session");
    return NULL;
  }
  return json_node_dup_object (node);
}

static JsonObject *
get_object (JsonObject *object, const gchar *name)
{
  JsonNode *node = object ? json_object_get_member (object, name) : NULL;

  return node && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node)
                                               : NULL;
}

/* Takes `client_secret` out of @session. */
static gboolean
take_lifetime (JsonObject *session, guint *ttl, GError **error)
{
  JsonObject *after =
      get_object (get_object (session, "client_secret"), "expires_after");
  JsonNode *node = after ? json_object_get_member (after, "seconds") : NULL;
  gint64 seconds;

  if (node) {
    seconds = json_node_get_value_type (node) == G_TYPE_INT64
                  ? json_node_get_int (node)
                  : 0;
    if (seconds < TTL_MIN || seconds > TTL_MAX) {
      vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_VALUE,
          "client_secret.expires_after.seconds",
          "Must be a whole number from %d to %d", TTL_MIN, TTL_MAX);
      return FALSE;
    }
    *ttl = seconds;
  }
  json_object_remove_member (session, "client_secret");
  return TRUE;
}

static gchar *
object_to_text (JsonObject *object)
{
  g_autoptr (JsonNode) node =
      json_node_init_object (json_node_alloc (), object);

  return json_to_string (node, FALSE);
}

static JsonObject *
render_session (const VowelSessionConfig *config, GPtrArray *tools,
    const gchar *id, gint64 expires_at, GError **error)
{
  g_autofree gchar *text = vowel_openai_session_to_json (
      config, tools, id, expires_at, VOWEL_OPENAI_BETA);
  g_autoptr (JsonNode) node = json_from_string (text, error);

  return node ? json_node_dup_object (node) : NULL;
}

static void
add_secret (
    JsonObject *answer, const gchar *token, gint64 expires_at, guint ttl)
{
  JsonObject *secret = json_object_new ();

  json_object_set_string_member (secret, "value", token);
  json_object_set_int_member (secret, "expires_at", expires_at);
  json_object_set_object_member (answer, "client_secret", secret);
  json_object_set_string_member (answer, "value", token);
  json_object_set_string_member (answer, "token", token);
  json_object_set_int_member (answer, "expires_in", ttl);
}

JsonObject *
vowel_mint_session (const VowelServerConfig *config, const gchar *body,
    gsize length, gint64 now, GError **error)
{
  g_autoptr (JsonObject) session = parse_body (config, body, length, error);
  g_autoptr (VowelSessionConfig) effective =
      vowel_session_config_from_server (config);
  g_autoptr (GPtrArray) tools = NULL;
  g_autoptr (JsonObject) answer = NULL;
  g_autofree gchar *id = vowel_make_id ("sess");
  g_autofree gchar *text = NULL;
  g_autofree gchar *token_text = NULL;
  guint ttl = config->token_ttl;
  VowelToken token = {.subject = id, .endpoint = (gchar *) "sessions"};

  if (session == NULL || !take_lifetime (session, &ttl, error))
    return NULL;
  text = object_to_text (session);
  if (!vowel_openai_session_from_json (
          text, strlen (text), VOWEL_OPENAI_BETA, effective, &tools, error)
      || !vowel_session_config_validate (effective, error))
    return NULL;
  token.session = session;
  token.issued_at = now;
  token.expires_at = now + ttl;
  token_text = vowel_token_mint (&token, config->jwt_secret, error);
  answer = token_text
               ? render_session (effective, tools, id, token.expires_at, error)
               : NULL;
  if (answer == NULL)
    return NULL;
  add_secret (answer, token_text, token.expires_at, ttl);
  return g_steal_pointer (&answer);
}
