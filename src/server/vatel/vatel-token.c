/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vatel-token.h"

#include "server/tokens/web-token.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define AUDIENCE "vatel"
#define SCOPE_VOICE "voice"
#define SCOPE_CHAT "chat"

void
vowel_vatel_token_free (VowelVatelToken *token)
{
  g_free (token->id);
  g_free (token->org_id);
  g_free (token->key_id);
  g_free (token->agent_id);
  g_free (token->version_id);
  g_free (token->prompt);
  g_free (token->first_message);
  g_free (token->chat_id);
  g_clear_pointer (&token->variables, g_hash_table_unref);
  g_free (token);
}

/* Claims that are a text, of the token and of its `parameters`. */
static const struct {
  const gchar *claim;
  gsize offset;
  gboolean is_parameter;
} texts[] = {
    {"jti", G_STRUCT_OFFSET (VowelVatelToken, id), FALSE},
    {"sub", G_STRUCT_OFFSET (VowelVatelToken, org_id), FALSE},
    {"key_id", G_STRUCT_OFFSET (VowelVatelToken, key_id), FALSE},
    {"agent_id", G_STRUCT_OFFSET (VowelVatelToken, agent_id), FALSE},
    {"version_id", G_STRUCT_OFFSET (VowelVatelToken, version_id), FALSE},
    {"prompt", G_STRUCT_OFFSET (VowelVatelToken, prompt), TRUE},
    {"first_message", G_STRUCT_OFFSET (VowelVatelToken, first_message), TRUE},
    {"chat_id", G_STRUCT_OFFSET (VowelVatelToken, chat_id), TRUE},
};

static JsonObject *
variables_to_json (GHashTable *variables)
{
  JsonObject *object = json_object_new ();
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, variables);
  while (g_hash_table_iter_next (&iter, &name, &value))
    json_object_set_string_member (object, name, value);
  return object;
}

/* (transfer full) (nullable) */
static GHashTable *
variables_from_json (JsonObject *object)
{
  g_autoptr (GList) names =
      object != NULL ? json_object_get_members (object) : NULL;
  GHashTable *variables;

  if (object == NULL)
    return NULL;
  variables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  for (GList *l = names; l != NULL; l = l->next)
    g_hash_table_insert (variables, g_strdup (l->data),
        g_strdup (gst_vowel_json_get_string (object, l->data)));
  return variables;
}

gchar *
vowel_vatel_token_sign (
    const VowelVatelToken *token, const gchar *secret, GError **error)
{
  g_autoptr (JsonObject) claims = json_object_new ();
  JsonObject *parameters = json_object_new ();
  JsonArray *scopes = json_array_new ();
  g_autofree gchar *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    const gchar *value = G_STRUCT_MEMBER (gchar *, token, texts[i].offset);

    if (value != NULL)
      json_object_set_string_member (
          texts[i].is_parameter ? parameters : claims, texts[i].claim, value);
  }
  if (token->variables != NULL)
    json_object_set_object_member (
        parameters, "variables", variables_to_json (token->variables));
  json_array_add_string_element (scopes, SCOPE_VOICE);
  if (token->chat)
    json_array_add_string_element (scopes, SCOPE_CHAT);
  json_object_set_string_member (claims, "aud", AUDIENCE);
  json_object_set_array_member (claims, "scopes", scopes);
  json_object_set_object_member (claims, "parameters", parameters);
  json_object_set_int_member (claims, "iat", token->issued_at);
  json_object_set_int_member (claims, "exp", token->expires_at);
  text = vowel_web_token_sign (claims, secret, error);
  if (text == NULL || strlen (text) <= VOWEL_TOKEN_MAX_LENGTH)
    return g_steal_pointer (&text);
  g_set_error (error, VOWEL_TOKEN_ERROR, VOWEL_TOKEN_ERROR_TOO_LARGE,
      "The token would have %" G_GSIZE_FORMAT " bytes, but at most %d fit into "
      "an address: shorten prompt or variables",
      strlen (text), VOWEL_TOKEN_MAX_LENGTH);
  return NULL;
}

static gboolean
has_scope (JsonObject *claims, const gchar *scope)
{
  JsonArray *scopes = gst_vowel_json_get_array (claims, "scopes");

  for (guint i = 0; scopes != NULL && i < json_array_get_length (scopes); i++)
    if (g_strcmp0 (gst_vowel_json_get_string_at (scopes, i), scope) == 0)
      return TRUE;
  return FALSE;
}

VowelVatelToken *
vowel_vatel_token_verify (
    const gchar *text, const gchar *secret, gint64 now, GError **error)
{
  g_autoptr (JsonObject) claims =
      vowel_web_token_verify (text, secret, now, error);
  g_autoptr (VowelVatelToken) token = NULL;
  JsonObject *parameters;

  if (claims == NULL)
    return NULL;
  if (!json_object_has_member (claims, "aud")
      || !vowel_web_token_is_for (claims, AUDIENCE)
      || !has_scope (claims, SCOPE_VOICE)) {
    g_set_error_literal (error, VOWEL_TOKEN_ERROR, VOWEL_TOKEN_ERROR_AUDIENCE,
        "The token is not for a call: POST /v1/session-token makes one");
    return NULL;
  }
  token = g_new0 (VowelVatelToken, 1);
  parameters = gst_vowel_json_get_object (claims, "parameters");
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    G_STRUCT_MEMBER (gchar *, token, texts[i].offset) =
        g_strdup (gst_vowel_json_get_string (
            texts[i].is_parameter ? parameters : claims, texts[i].claim));
  token->chat = has_scope (claims, SCOPE_CHAT);
  token->variables =
      variables_from_json (gst_vowel_json_get_object (parameters, "variables"));
  token->issued_at = vowel_web_token_get_time (claims, "iat");
  token->expires_at = vowel_web_token_get_time (claims, "exp");
  if (token->id != NULL && token->org_id != NULL && token->agent_id != NULL)
    return g_steal_pointer (&token);
  g_set_error_literal (error, VOWEL_TOKEN_ERROR, VOWEL_TOKEN_ERROR_MALFORMED,
      "The token does not say whom it is for");
  return NULL;
}
