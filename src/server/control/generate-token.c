/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "generate-token.h"

#include "app-instructions.h"

#include "server/mint.h"
#include "server/store/key-text.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define ENGINE "engine"
#define ENGINE_FOR_CLIENTS "vowel-core"
#define SAMPLE_RATE 24000

G_DEFINE_QUARK (vowel - generate - error - quark, vowel_generate_error)

/* What the request is about, as far as it is known. */
typedef struct {
  const VowelApiKey *key;
  VowelApp *app;
  JsonObject *wishes;   /* of the client */
  JsonObject *settings; /* of the app */
} Context;

static void
context_clear (Context *context)
{
  g_clear_pointer (&context->app, vowel_app_free);
  g_clear_pointer (&context->wishes, json_object_unref);
  g_clear_pointer (&context->settings, json_object_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Context, context_clear)

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
  if (vowel_api_key_has_scope (key, VOWEL_SCOPE_MINT))
    return g_steal_pointer (&key);
  g_set_error_literal (error, VOWEL_GENERATE_ERROR,
      VOWEL_GENERATE_ERROR_FORBIDDEN,
      "The API key lacks the scope " VOWEL_SCOPE_MINT);
  return NULL;
}

static gboolean
find_app (VowelKeyring *keyring, const VowelGenerateRequest *request,
    Context *context, GError **error)
{
  const gchar *wanted = get_string (request->body, "appId");

  /* The client sends its key as the app's id as well. */
  if (wanted != NULL && !vowel_key_has_prefix (wanted)
      && !g_str_equal (wanted, context->key->app_id)) {
    g_set_error (error, VOWEL_GENERATE_ERROR, VOWEL_GENERATE_ERROR_FORBIDDEN,
        "The API key does not belong to the app %s", wanted);
    return FALSE;
  }
  context->app = vowel_store_get_app (
      vowel_keyring_get_store (keyring), context->key->app_id, NULL);
  if (context->app != NULL)
    return TRUE;
  g_set_error_literal (error, VOWEL_GENERATE_ERROR,
      VOWEL_GENERATE_ERROR_NOT_FOUND, "The app of this API key is gone");
  return FALSE;
}

/* --- what is asked for --- */

/* Clients put their wishes into `config`, or beside the app's id. */
static void
read_wishes (const VowelGenerateRequest *request, Context *context)
{
  JsonObject *config = gst_vowel_json_get_object (request->body, "config");

  context->wishes = json_object_ref (config != NULL ? config : request->body);
}

static void
read_settings (Context *context)
{
  const gchar *text = context->app->runtime_config;
  g_autoptr (JsonNode) node = text != NULL ? gst_vowel_json_parse (
                                  text, strlen (text), strlen (text), NULL)
                                           : NULL;

  context->settings = node != NULL && JSON_NODE_HOLDS_OBJECT (node)
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
check_origin (
    const Context *context, const VowelGenerateRequest *request, GError **error)
{
  JsonArray *allowed =
      gst_vowel_json_get_array (context->settings, "allowedOrigins");
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
check_provider (const Context *context, GError **error)
{
  const gchar *name = get_string (context->settings, "provider");
  const gchar *provider;

  if (name == NULL)
    name = get_string (context->wishes, "provider");
  provider = name != NULL ? vowel_key_normalize_provider (name) : ENGINE;
  if (provider == NULL)
    provider = ENGINE;
  if (!vowel_api_key_allows (context->key, provider)) {
    g_set_error (error, VOWEL_GENERATE_ERROR, VOWEL_GENERATE_ERROR_FORBIDDEN,
        "The provider %s is not allowed for this API key", provider);
    return FALSE;
  }
  if (g_str_equal (provider, ENGINE))
    return TRUE;
  g_set_error (error, VOWEL_GENERATE_ERROR, VOWEL_GENERATE_ERROR_INVALID,
      "No API key for %s: this server speaks itself, with the provider "
      "vowel-core",
      provider);
  return FALSE;
}

/* Of a name that both may have: the app's. */
static JsonNode *
choose (const Context *context, const gchar *name)
{
  JsonObject *voice =
      gst_vowel_json_get_object (context->settings, "voiceConfig");
  JsonNode *node = voice != NULL ? json_object_get_member (voice, name) : NULL;

  if (node == NULL)
    node = json_object_get_member (context->settings, name);
  return node;
}

static void
copy_setting (const Context *context, const gchar *name, JsonObject *session,
    const gchar *as)
{
  JsonNode *node = choose (context, name);

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node))
    json_object_set_member (session, as, json_node_copy (node));
}

static void
copy_number (
    JsonObject *from, const gchar *name, JsonObject *to, const gchar *as)
{
  JsonNode *node = from != NULL ? json_object_get_member (from, name) : NULL;

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node)
      && json_node_get_value_type (node) != G_TYPE_STRING)
    json_object_set_member (to, as, json_node_copy (node));
}

static void
add_turn_detection (const Context *context, JsonObject *session)
{
  JsonNode *node = choose (context, "turnDetection");
  JsonObject *settings = node != NULL && JSON_NODE_HOLDS_OBJECT (node)
                             ? json_node_get_object (node)
                             : NULL;
  const gchar *mode = get_string (settings, "mode");
  JsonObject *server, *detection;

  if (settings == NULL)
    return;
  if (mode != NULL && !g_str_equal (mode, "server_vad")) {
    json_object_set_null_member (session, "turn_detection");
    return;
  }
  server = gst_vowel_json_get_object (settings, "serverVAD");
  detection = json_object_new ();
  json_object_set_string_member (detection, "type", "server_vad");
  copy_number (server, "threshold", detection, "threshold");
  copy_number (server, "prefixPaddingMs", detection, "prefix_padding_ms");
  copy_number (server, "silenceDurationMs", detection, "silence_duration_ms");
  json_object_set_object_member (session, "turn_detection", detection);
}

/* Instructions and tools are not in it: the client brings them itself. */
static gchar *
make_session (const Context *context)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *session = json_object_new ();

  json_node_take_object (root, session);
  copy_setting (context, "model", session, "model");
  copy_setting (context, "voice", session, "voice");
  copy_setting (context, "speakingRate", session, "speed");
  add_turn_detection (context, session);
  return json_to_string (root, FALSE);
}

/* --- the answer --- */

static void
add_metadata (
    JsonObject *answer, const VowelGenerateRequest *request, const gchar *voice)
{
  JsonObject *metadata = json_object_new ();

  json_object_set_string_member (metadata, "baseUrl", request->url);
  json_object_set_string_member (metadata, "voice", voice);
  json_object_set_string_member (metadata, "audioFormat", "pcm16");
  json_object_set_int_member (metadata, "sampleRate", SAMPLE_RATE);
  json_object_set_boolean_member (
      metadata, "sessionConfigDeliveredViaClient", TRUE);
  json_object_set_object_member (answer, "metadata", metadata);
}

static JsonObject *
make_answer (const Context *context, const VowelGenerateRequest *request,
    JsonObject *minted, const VowelToken *token)
{
  static const gchar *const copied[] = {"tokenName", "token", "value", "model",
      "expiresAt", "expires_in", "client_secret"};
  JsonObject *answer = json_object_new ();
  g_autofree gchar *instructions = vowel_app_instructions_make (
      context->app, context->settings, context->wishes);

  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    json_object_set_member (
        answer, copied[i], json_object_dup_member (minted, copied[i]));
  json_object_set_string_member (answer, "provider", ENGINE_FOR_CLIENTS);
  json_object_set_string_member (answer, "wsUrl", request->url);
  json_object_set_int_member (answer, "expires_at", token->expires_at);
  json_object_set_string_member (answer, "appId", context->app->id);
  json_object_set_string_member (answer, "sessionId", token->subject);
  json_object_set_string_member (answer, "systemInstructions", instructions);
  add_metadata (answer, request,
      json_object_get_string_member_with_default (minted, "voice", ""));
  return answer;
}

JsonObject *
vowel_generate_token (const VowelServerConfig *config, VowelKeyring *keyring,
    const VowelApiKey *key, const VowelGenerateRequest *request, GError **error)
{
  g_auto (Context) context = {.key = key};
  g_autofree gchar *session = NULL;
  VowelMinter minter;
  g_autoptr (JsonObject) minted = NULL;
  g_autoptr (VowelToken) token = NULL;

  if (!find_app (keyring, request, &context, error))
    return NULL;
  read_wishes (request, &context);
  read_settings (&context);
  if (!check_origin (&context, request, error)
      || !check_provider (&context, error))
    return NULL;
  session = make_session (&context);
  minter.app_id = context.app->id;
  minter.key_id = context.key->id;
  minted = vowel_mint (config, VOWEL_MINT_APP, &minter, session,
      strlen (session), request->now, &token, error);
  if (minted == NULL) {
    g_prefix_error (error, "The settings of the app do not fit: ");
    return NULL;
  }
  vowel_store_note_api_key_used (
      vowel_keyring_get_store (keyring), context.key->id, request->now * 1000);
  return make_answer (&context, request, minted, token);
}
