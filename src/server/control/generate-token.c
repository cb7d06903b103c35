/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "generate-token.h"

#include "app-instructions.h"
#include "app-session.h"
#include "remote-mint.h"

#include "server/sessions/mint.h"
#include "server/store/key-text.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define SAMPLE_RATE 24000
#define REMOTE_MODEL "gpt-realtime"
#define REMOTE_VOICE "alloy"

G_DEFINE_QUARK (vowel - generate - error - quark, vowel_generate_error)

/* What the request is about, as far as it is known. */
struct _VowelGeneration {
  VowelServerConfig *config;
  VowelKeyring *keyring;
  VowelApiKey *key;
  VowelApp *app;
  JsonObject *wishes;   /* of the client */
  JsonObject *settings; /* of the app */
  JsonObject *voice;    /* of both, what counts */
  gchar *provider;
  gchar *url; /* where the client connects */
  gint64 now;
};

void
vowel_generation_free (VowelGeneration *generation)
{
  vowel_server_config_unref (generation->config);
  g_clear_pointer (&generation->key, vowel_api_key_free);
  g_clear_pointer (&generation->app, vowel_app_free);
  g_clear_pointer (&generation->wishes, json_object_unref);
  g_clear_pointer (&generation->settings, json_object_unref);
  g_clear_pointer (&generation->voice, json_object_unref);
  g_free (generation->provider);
  g_free (generation->url);
  g_free (generation);
}

static const gchar *
get_string (JsonObject *object, const gchar *name)
{
  const gchar *text =
      object != NULL ? gst_vowel_json_get_string (object, name) : NULL;

  return text != NULL && *text != '\0' ? text : NULL;
}

/* --- who asks, for which app --- */

static const gchar *
find_key_text (const VowelGenerateRequest *request)
{
  static const gchar *const members[] = {"apiKey", "appId"};

  if (request->credential != NULL)
    return request->credential;
  for (guint i = 0; i < G_N_ELEMENTS (members); i++) {
    const gchar *text = get_string (request->body, members[i]);

    if (text != NULL && vowel_key_has_prefix (text))
      return text;
  }
  return NULL;
}

VowelApiKey *
vowel_generate_token_find_key (
    VowelKeyring *keyring, const VowelGenerateRequest *request, GError **error)
{
  const gchar *text = find_key_text (request);
  g_autoptr (VowelApiKey) key = NULL;

  if (text == NULL) {
    g_set_error_literal (error, VOWEL_GENERATE_ERROR,
        VOWEL_GENERATE_ERROR_UNKNOWN_KEY,
        "An API key is needed: send it as Authorization: Bearer vkey_…");
    return NULL;
  }
  key = vowel_keyring_check (keyring, text, NULL);
  if (key == NULL) {
    g_set_error_literal (error, VOWEL_GENERATE_ERROR,
        VOWEL_GENERATE_ERROR_UNKNOWN_KEY, "Invalid API key");
    return NULL;
  }
  return g_steal_pointer (&key);
}

gboolean
vowel_generate_token_check_scope (const VowelApiKey *key, GError **error)
{
  if (vowel_api_key_has_scope (key, VOWEL_SCOPE_MINT))
    return TRUE;
  g_set_error_literal (error, VOWEL_GENERATE_ERROR,
      VOWEL_GENERATE_ERROR_FORBIDDEN,
      "The API key lacks the scope " VOWEL_SCOPE_MINT);
  return FALSE;
}

static gboolean
find_app (VowelKeyring *keyring, const VowelGenerateRequest *request,
    VowelGeneration *generation, GError **error)
{
  const gchar *wanted = get_string (request->body, "appId");

  /* The client sends its key as the app's id as well. */
  if (wanted != NULL && !vowel_key_has_prefix (wanted)
      && !g_str_equal (wanted, generation->key->app_id)) {
    g_set_error (error, VOWEL_GENERATE_ERROR, VOWEL_GENERATE_ERROR_FORBIDDEN,
        "The API key does not belong to the app %s", wanted);
    return FALSE;
  }
  generation->app = vowel_store_get_app (
      vowel_keyring_get_store (keyring), generation->key->app_id, NULL);
  if (generation->app != NULL)
    return TRUE;
  g_set_error_literal (error, VOWEL_GENERATE_ERROR,
      VOWEL_GENERATE_ERROR_NOT_FOUND, "The app of this API key is gone");
  return FALSE;
}

/* --- what is asked for --- */

/* Clients put their wishes into `config`, or beside the app's id. */
static void
read_wishes (const VowelGenerateRequest *request, VowelGeneration *generation)
{
  JsonObject *config = gst_vowel_json_get_object (request->body, "config");

  generation->wishes =
      json_object_ref (config != NULL ? config : request->body);
}

static void
read_settings (VowelGeneration *generation)
{
  const gchar *text = generation->app->runtime_config;
  g_autoptr (JsonNode) node = text != NULL ? gst_vowel_json_parse (
                                  text, strlen (text), strlen (text), NULL)
                                           : NULL;

  generation->settings = node != NULL && JSON_NODE_HOLDS_OBJECT (node)
                             ? json_node_dup_object (node)
                             : json_object_new ();
}

/* @pattern: an origin, or one of all hosts below a domain:
 * https://(*).shop.example without the brackets */
static gboolean
matches_origin (const gchar *pattern, const gchar *origin)
{
  const gchar *star = strstr (pattern, "://*.");
  gsize scheme;

  if (star == NULL)
    return g_ascii_strcasecmp (pattern, origin) == 0;
  scheme = star + strlen ("://") - pattern;
  return g_ascii_strncasecmp (pattern, origin, scheme) == 0
         && g_str_has_suffix (origin, star + strlen ("://*"))
         && strlen (origin) > scheme + strlen (star + strlen ("://*"));
}

/* An app that names its pages lets no others have its tokens. */
static gboolean
check_origin (const VowelGeneration *generation,
    const VowelGenerateRequest *request, GError **error)
{
  JsonArray *allowed =
      gst_vowel_json_get_array (generation->settings, "allowedOrigins");
  const gchar *origin = request->origin != NULL
                            ? request->origin
                            : get_string (request->body, "origin");

  for (guint i = 0;
       allowed != NULL && origin != NULL && i < json_array_get_length (allowed);
       i++) {
    JsonNode *node = json_array_get_element (allowed, i);

    if (json_node_get_value_type (node) == G_TYPE_STRING
        && matches_origin (json_node_get_string (node), origin))
      return TRUE;
  }
  if (allowed == NULL)
    return TRUE;
  g_set_error (error, VOWEL_GENERATE_ERROR, VOWEL_GENERATE_ERROR_FORBIDDEN,
      "Domain not authorized: %s is not among the app's allowedOrigins",
      origin != NULL ? origin : "a request without an origin");
  return FALSE;
}

static gboolean
choose_provider (VowelGeneration *generation, GError **error)
{
  const gchar *name = get_string (generation->settings, "provider");
  const gchar *provider;

  if (name == NULL)
    name = get_string (generation->wishes, "provider");
  provider =
      name != NULL ? vowel_key_normalize_provider (name) : VOWEL_KEY_ENGINE;
  if (provider == NULL)
    provider = VOWEL_KEY_ENGINE;
  generation->provider = g_strdup (provider);
  if (vowel_api_key_allows (generation->key, provider))
    return TRUE;
  g_set_error (error, VOWEL_GENERATE_ERROR, VOWEL_GENERATE_ERROR_FORBIDDEN,
      "The provider %s is not allowed for this API key", provider);
  return FALSE;
}

/* Whom the client connects to decides what it may say about its voice. */
static void
choose_voice (VowelGeneration *generation)
{
  gboolean remote = vowel_generation_get_remote (generation) != NULL;
  gboolean own =
      gst_vowel_json_get_object (generation->settings, "voiceConfig") != NULL;
  gboolean developing =
      g_str_equal (generation->config->dev_voice_overrides, "on");

  generation->voice = vowel_app_session_merge_voice (
      generation->settings, generation->wishes, developing || (remote && !own));
}

VowelGeneration *
vowel_generation_new (VowelServerConfig *config, VowelKeyring *keyring,
    const VowelApiKey *key, const VowelGenerateRequest *request, GError **error)
{
  VowelGeneration *generation = g_new0 (VowelGeneration, 1);

  generation->config = vowel_server_config_ref (config);
  generation->keyring = keyring;
  generation->key = vowel_api_key_copy (key);
  generation->url = g_strdup (request->url);
  generation->now = request->now;
  if (find_app (keyring, request, generation, error)) {
    read_wishes (request, generation);
    read_settings (generation);
    if (check_origin (generation, request, error)
        && choose_provider (generation, error)) {
      choose_voice (generation);
      return generation;
    }
  }
  vowel_generation_free (generation);
  return NULL;
}

const gchar *
vowel_generation_get_remote (VowelGeneration *generation)
{
  return g_str_equal (generation->provider, VOWEL_KEY_ENGINE)
             ? NULL
             : generation->provider;
}

gchar *
vowel_generation_dup_remote_key (VowelGeneration *generation, GError **error)
{
  const gchar *provider = generation->provider;
  g_autofree gchar *key = NULL;
  g_autoptr (GError) open_error = NULL;

  key = vowel_keyring_find_provider_key (
      generation->keyring, generation->app->id, provider, &open_error);
  if (open_error != NULL) {
    g_set_error (error, VOWEL_GENERATE_ERROR, VOWEL_GENERATE_ERROR_FAILED,
        "The key of %s in the store cannot be read: %s", provider,
        open_error->message);
    return NULL;
  }
  if (key == NULL)
    key = vowel_remote_mint_dup_key (generation->config, provider);
  if (key == NULL)
    g_set_error (error, VOWEL_GENERATE_ERROR, VOWEL_GENERATE_ERROR_INVALID,
        "No API key for %s: give the app one (POST /api/apps/%s/provider-keys),"
        " or set %s",
        provider, generation->app->id,
        g_str_equal (provider, "grok") ? "XAI_API_KEY" : "OPENAI_API_KEY");
  return g_steal_pointer (&key);
}

/* --- the answer --- */

static void
add_metadata (JsonObject *answer, const gchar *url, const gchar *voice,
    gboolean own_engine)
{
  JsonObject *metadata = json_object_new ();

  json_object_set_string_member (metadata, "baseUrl", url);
  json_object_set_string_member (metadata, "voice", voice);
  json_object_set_string_member (metadata, "audioFormat", "pcm16");
  json_object_set_int_member (metadata, "sampleRate", SAMPLE_RATE);
  if (own_engine)
    json_object_set_boolean_member (
        metadata, "sessionConfigDeliveredViaClient", TRUE);
  json_object_set_object_member (answer, "metadata", metadata);
  json_object_set_string_member (answer, "wsUrl", url);
}

static void
add_instructions (JsonObject *answer, VowelGeneration *generation)
{
  g_autofree gchar *instructions = vowel_app_instructions_make (
      generation->app, generation->settings, generation->wishes);

  json_object_set_string_member (answer, "appId", generation->app->id);
  json_object_set_string_member (answer, "systemInstructions", instructions);
}

/* Every token counts, wherever it was made. */
static void
note_use (VowelGeneration *generation)
{
  vowel_store_note_api_key_used (vowel_keyring_get_store (generation->keyring),
      generation->key->id, generation->now * 1000);
}

static JsonObject *
make_answer (
    VowelGeneration *generation, JsonObject *minted, const VowelToken *token)
{
  static const gchar *const copied[] = {"tokenName", "token", "value", "model",
      "expiresAt", "expires_in", "client_secret"};
  const gchar *voice = get_string (minted, "voice");
  JsonObject *answer = json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    json_object_set_member (
        answer, copied[i], json_object_dup_member (minted, copied[i]));
  json_object_set_string_member (
      answer, "provider", VOWEL_KEY_ENGINE_FOR_CLIENTS);
  json_object_set_int_member (answer, "expires_at", token->expires_at);
  json_object_set_string_member (answer, "sessionId", token->subject);
  add_instructions (answer, generation);
  add_metadata (answer, generation->url, voice ? voice : "", TRUE);
  return answer;
}

JsonObject *
vowel_generation_mint (VowelGeneration *generation, GError **error)
{
  g_autofree gchar *session = vowel_app_session_make (
      generation->settings, generation->voice, generation->wishes);
  const VowelMinter minter = {generation->app->id, generation->key->id};
  g_autoptr (VowelToken) token = NULL;
  g_autoptr (JsonObject) minted =
      vowel_mint (generation->config, VOWEL_MINT_APP, &minter, session,
          strlen (session), generation->now, &token, error);

  if (minted == NULL) {
    g_prefix_error (error, "The settings of the session do not fit: ");
    return NULL;
  }
  note_use (generation);
  return make_answer (generation, minted, token);
}

JsonObject *
vowel_generation_answer_remote (
    VowelGeneration *generation, const gchar *token, gint64 expires_at)
{
  const gchar *provider = generation->provider;
  const gchar *model = get_string (generation->voice, "model");
  const gchar *voice = get_string (generation->voice, "voice");
  g_autofree gchar *url =
      vowel_remote_mint_dup_url (generation->config, provider);
  JsonObject *answer = json_object_new ();

  vowel_mint_add_secret (answer, token, expires_at);
  vowel_mint_add_vowel_fields (answer, token, generation->now, expires_at);
  json_object_set_string_member (answer, "model", model ? model : REMOTE_MODEL);
  json_object_set_string_member (answer, "provider", provider);
  json_object_set_int_member (answer, "expires_at", expires_at);
  add_instructions (answer, generation);
  add_metadata (answer, url, voice ? voice : REMOTE_VOICE, FALSE);
  note_use (generation);
  return answer;
}
