/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "openai-dialect.h"
#include "openai-errors.h"

/* Whether one entry of a comma-separated header passes @match. */
static gboolean
list_has (const gchar *list, const gchar *entry, gboolean prefix)
{
  g_auto (GStrv) entries = NULL;

  if (list == NULL)
    return FALSE;

  entries = g_strsplit (list, ",", -1);
  for (guint i = 0; entries[i] != NULL; i++) {
    const gchar *value = g_strstrip (entries[i]);

    if (prefix ? g_ascii_strncasecmp (value, entry, strlen (entry)) == 0
               : g_ascii_strcasecmp (value, entry) == 0)
      return TRUE;
  }

  return FALSE;
}

static gboolean
has_prefix (const gchar *text, const gchar *prefix)
{
  return text != NULL && g_str_has_prefix (text, prefix);
}

gboolean
vowel_openai_handshake_is_agents_sdk (const VowelOpenaiHandshake *handshake)
{
  return handshake->agents_sdk_header != NULL
         || list_has (handshake->subprotocols, "openai-agents-sdk.", TRUE)
         || has_prefix (handshake->user_agent, "Agents/");
}

gboolean
vowel_openai_dialect_parse (const gchar *name, VowelOpenaiDialect *ret_dialect)
{
  static const struct {
    const gchar *name;
    VowelOpenaiDialect dialect;
  } names[] = {
      {"ga", VOWEL_OPENAI_GA},
      {"beta", VOWEL_OPENAI_BETA},
      {"vowel", VOWEL_OPENAI_VOWEL},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    if (g_strcmp0 (name, names[i].name) == 0) {
      *ret_dialect = names[i].dialect;
      return TRUE;
    }
  }

  return FALSE;
}

/* Vowel's own use of call_id, which says nothing about the dialect. */
static gboolean
is_session_key (const gchar *call_id)
{
  return g_str_has_prefix (call_id, "sesskey_");
}

gboolean
vowel_openai_handshake_is_vowel (const VowelOpenaiHandshake *handshake)
{
  return handshake->vowel_key
         || g_strcmp0 (handshake->token_endpoint, "sessions") == 0
         || g_strcmp0 (handshake->token_endpoint, "generateToken") == 0;
}

gboolean
vowel_openai_handshake_is_vowels (const VowelOpenaiHandshake *handshake)
{
  VowelOpenaiDialect dialect = vowel_openai_dialect_from_handshake (handshake);

  if (dialect == VOWEL_OPENAI_VOWEL)
    return TRUE;
  return handshake->dialect == NULL && dialect != VOWEL_OPENAI_BETA
         && vowel_openai_handshake_is_vowel (handshake);
}

VowelOpenaiDialect
vowel_openai_dialect_from_handshake (const VowelOpenaiHandshake *handshake)
{
  VowelOpenaiDialect forced;

  if (vowel_openai_dialect_parse (handshake->dialect, &forced))
    return forced;

  if (list_has (handshake->beta_header, "realtime=v1", FALSE)
      || list_has (handshake->subprotocols, "openai-beta.realtime-v1", FALSE))
    return VOWEL_OPENAI_BETA;

  if ((handshake->call_id != NULL && !is_session_key (handshake->call_id))
      || g_strcmp0 (handshake->intent, "transcription") == 0)
    return VOWEL_OPENAI_GA;

  if (vowel_openai_handshake_is_agents_sdk (handshake))
    return VOWEL_OPENAI_GA;

  if (g_strcmp0 (handshake->token_endpoint, "client_secrets") == 0)
    return VOWEL_OPENAI_GA;

  if (has_prefix (handshake->user_agent, "OpenAI/JS")
      || has_prefix (handshake->user_agent, "OpenAI/Python"))
    return VOWEL_OPENAI_GA;

  if (!vowel_openai_handshake_is_vowel (handshake)
      && vowel_openai_dialect_parse (handshake->default_dialect, &forced))
    return forced;

  return VOWEL_OPENAI_PROVISIONAL;
}

VowelOpenaiDialect
vowel_openai_dialect_fallback (const VowelOpenaiHandshake *handshake)
{
  if (vowel_openai_handshake_is_vowel (handshake))
    return VOWEL_OPENAI_VOWEL;
  if (g_strcmp0 (handshake->token_endpoint, "transcription_sessions") == 0
      && !handshake->no_beta)
    return VOWEL_OPENAI_BETA;

  return VOWEL_OPENAI_GA;
}

gboolean
vowel_openai_handshake_check (
    const VowelOpenaiHandshake *handshake, GError **error)
{
  if (!handshake->no_beta
      || vowel_openai_dialect_from_handshake (handshake) != VOWEL_OPENAI_BETA)
    return TRUE;

  vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_BETA_DISABLED, NULL,
      "The beta form of the Realtime API is not spoken here: connect without "
      "'OpenAI-Beta: realtime=v1' and use the GA form.");
  return FALSE;
}

static gboolean
has_any (JsonObject *object, const gchar *const *keys)
{
  for (; *keys != NULL; keys++)
    if (json_object_has_member (object, *keys))
      return TRUE;

  return FALSE;
}

static JsonObject *
get_object (JsonObject *event, const gchar *key)
{
  JsonNode *node = json_object_get_member (event, key);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node)
             ? json_node_get_object (node)
             : NULL;
}

VowelOpenaiDialect
vowel_openai_dialect_from_event (const gchar *type, JsonObject *event)
{
  static const gchar *const ga_session[] = {
      "type", "audio", "output_modalities", "max_output_tokens", NULL};
  static const gchar *const ga_response[] = {
      "output_modalities", "audio", NULL};
  static const gchar *const beta_response[] = {"modalities", "voice",
      "output_audio_format", "temperature", "max_response_output_tokens", NULL};
  JsonObject *body;

  if (g_str_equal (type, "transcription_session.update"))
    return VOWEL_OPENAI_BETA;

  if (g_str_equal (type, "session.update")) {
    body = get_object (event, "session");
    if (body == NULL)
      return VOWEL_OPENAI_PROVISIONAL;
    /* GA always carries a type, so fields of both shapes mean beta, too. */
    return has_any (body, ga_session) ? VOWEL_OPENAI_GA : VOWEL_OPENAI_BETA;
  }

  if (g_str_equal (type, "response.create")) {
    body = get_object (event, "response");
    if (body == NULL)
      return VOWEL_OPENAI_PROVISIONAL;
    if (has_any (body, ga_response))
      return VOWEL_OPENAI_GA;
    if (has_any (body, beta_response))
      return VOWEL_OPENAI_BETA;
  }

  return VOWEL_OPENAI_PROVISIONAL;
}
