/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "protocol/openai/openai-dialect.h"
#include "protocol/openai/openai-errors.h"

static void
test_handshake (void)
{
  static const struct {
    const gchar *why;
    VowelOpenaiHandshake handshake;
    VowelOpenaiDialect dialect;
  } table[] = {
      {"nothing", {0}, VOWEL_OPENAI_PROVISIONAL},
      {"beta header", {.beta_header = "realtime=v1"}, VOWEL_OPENAI_BETA},
      {"one of a list, in any case",
          {.beta_header = "assistants=v2, Realtime=V1"}, VOWEL_OPENAI_BETA},
      {"another beta", {.beta_header = "assistants=v2"},
          VOWEL_OPENAI_PROVISIONAL},
      {"beta subprotocol",
          {.subprotocols =
                  "realtime,openai-insecure-api-key.k,openai-beta.realtime-v1"},
          VOWEL_OPENAI_BETA},
      {"beta header beats a call",
          {.beta_header = "realtime=v1", .call_id = "rtc_1"},
          VOWEL_OPENAI_BETA},
      {"a call", {.call_id = "rtc_1"}, VOWEL_OPENAI_GA},
      {"a session key is Vowel's use of it",
          {.call_id = "sesskey_0123456789abcdef"}, VOWEL_OPENAI_PROVISIONAL},
      {"transcription", {.intent = "transcription"}, VOWEL_OPENAI_GA},
      {"another intent", {.intent = "conversation"}, VOWEL_OPENAI_PROVISIONAL},
      {"agents subprotocol",
          {.subprotocols = "realtime, openai-agents-sdk.0.2.1"},
          VOWEL_OPENAI_GA},
      {"agents header", {.agents_sdk_header = "openai-agents-sdk.0.20.0"},
          VOWEL_OPENAI_GA},
      {"agents user agent", {.user_agent = "Agents/JavaScript 0.20.0"},
          VOWEL_OPENAI_GA},
      {"ga secret", {.token_endpoint = "client_secrets"}, VOWEL_OPENAI_GA},
      {"beta secret is a hint", {.token_endpoint = "sessions"},
          VOWEL_OPENAI_PROVISIONAL},
      {"a token may say it", {.dialect = "vowel", .beta_header = "realtime=v1"},
          VOWEL_OPENAI_VOWEL},
      {"or another", {.dialect = "beta", .user_agent = "OpenAI/JS 7"},
          VOWEL_OPENAI_BETA},
      {"but nothing unknown", {.dialect = "klingon"}, VOWEL_OPENAI_PROVISIONAL},
      {"ga beats vowel's mint",
          {.token_endpoint = "sessions", .user_agent = "Agents/JavaScript 0.2"},
          VOWEL_OPENAI_GA},
      {"beta beats vowel's mint",
          {.token_endpoint = "sessions", .beta_header = "realtime=v1"},
          VOWEL_OPENAI_BETA},
      {"vowel's key is a hint", {.vowel_key = TRUE}, VOWEL_OPENAI_PROVISIONAL},
      {"openai for js", {.user_agent = "OpenAI/JS 7.55.0"}, VOWEL_OPENAI_GA},
      {"openai for python", {.user_agent = "OpenAI/Python 2.0"},
          VOWEL_OPENAI_GA},
      {"a browser", {.user_agent = "Mozilla/5.0", .subprotocols = "realtime"},
          VOWEL_OPENAI_PROVISIONAL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_test_message ("%s", table[i].why);
    g_assert_cmpint (vowel_openai_dialect_from_handshake (&table[i].handshake),
        ==, table[i].dialect);
  }
}

static void
test_first_event (void)
{
  static const struct {
    const gchar *event;
    VowelOpenaiDialect dialect;
  } table[] = {
      {"{\"type\":\"session.update\",\"session\":{\"type\":\"realtime\"}}",
          VOWEL_OPENAI_GA},
      {"{\"type\":\"session.update\",\"session\":{\"audio\":{}}}",
          VOWEL_OPENAI_GA},
      {"{\"type\":\"session.update\",\"session\":{\"max_output_tokens\":5}}",
          VOWEL_OPENAI_GA},
      {"{\"type\":\"session.update\",\"session\":{\"modalities\":[\"text\"]}}",
          VOWEL_OPENAI_BETA},
      {"{\"type\":\"session.update\",\"session\":{\"turn_detection\":null}}",
          VOWEL_OPENAI_BETA},
      {"{\"type\":\"session.update\",\"session\":{\"instructions\":\"x\"}}",
          VOWEL_OPENAI_BETA},
      {"{\"type\":\"session.update\"}", VOWEL_OPENAI_PROVISIONAL},
      {"{\"type\":\"session.update\",\"session\":3}", VOWEL_OPENAI_PROVISIONAL},
      {"{\"type\":\"transcription_session.update\"}", VOWEL_OPENAI_BETA},
      {"{\"type\":\"response.create\"}", VOWEL_OPENAI_PROVISIONAL},
      {"{\"type\":\"response.create\",\"response\":{\"instructions\":\"x\"}}",
          VOWEL_OPENAI_PROVISIONAL},
      {"{\"type\":\"response.create\",\"response\":{\"modalities\":[]}}",
          VOWEL_OPENAI_BETA},
      {"{\"type\":\"response.create\",\"response\":{\"voice\":\"v\"}}",
          VOWEL_OPENAI_BETA},
      {"{\"type\":\"response.create\",\"response\":{\"output_modalities\":[]}}",
          VOWEL_OPENAI_GA},
      {"{\"type\":\"input_audio_buffer.append\",\"audio\":\"AA==\"}",
          VOWEL_OPENAI_PROVISIONAL},
      {"{\"type\":\"conversation.item.create\",\"item\":{}}",
          VOWEL_OPENAI_PROVISIONAL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (JsonNode) node = json_from_string (table[i].event, NULL);
    JsonObject *object = json_node_get_object (node);

    g_test_message ("%s", table[i].event);
    g_assert_cmpint (
        vowel_openai_dialect_from_event (
            json_object_get_string_member (object, "type"), object),
        ==, table[i].dialect);
  }
}

static void
test_fallback (void)
{
  VowelOpenaiHandshake none = {0};
  VowelOpenaiHandshake beta = {.token_endpoint = "transcription_sessions"};
  VowelOpenaiHandshake vowel = {.token_endpoint = "sessions"};
  VowelOpenaiHandshake core = {.token_endpoint = "generateToken"};
  VowelOpenaiHandshake key = {.vowel_key = TRUE};

  g_assert_cmpint (vowel_openai_dialect_fallback (&none), ==, VOWEL_OPENAI_GA);
  g_assert_cmpint (
      vowel_openai_dialect_fallback (&beta), ==, VOWEL_OPENAI_BETA);
  g_assert_cmpint (
      vowel_openai_dialect_fallback (&vowel), ==, VOWEL_OPENAI_VOWEL);
  g_assert_cmpint (
      vowel_openai_dialect_fallback (&core), ==, VOWEL_OPENAI_VOWEL);
  g_assert_cmpint (
      vowel_openai_dialect_fallback (&key), ==, VOWEL_OPENAI_VOWEL);
}

static void
test_settings (void)
{
  VowelOpenaiHandshake raw = {.default_dialect = "beta"};
  VowelOpenaiHandshake open = {.default_dialect = "auto"};
  VowelOpenaiHandshake said = {
      .default_dialect = "beta", .user_agent = "OpenAI/JS 7"};
  VowelOpenaiHandshake vowel = {
      .default_dialect = "ga", .token_endpoint = "sessions"};
  VowelOpenaiHandshake beta = {.beta_header = "realtime=v1", .no_beta = TRUE};
  VowelOpenaiHandshake ga = {.no_beta = TRUE};
  VowelOpenaiHandshake minted = {
      .token_endpoint = "transcription_sessions", .no_beta = TRUE};
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (
      vowel_openai_dialect_from_handshake (&raw), ==, VOWEL_OPENAI_BETA);
  g_assert_cmpint (vowel_openai_dialect_from_handshake (&open), ==,
      VOWEL_OPENAI_PROVISIONAL);
  g_assert_cmpint (
      vowel_openai_dialect_from_handshake (&said), ==, VOWEL_OPENAI_GA);
  g_assert_cmpint (vowel_openai_dialect_from_handshake (&vowel), ==,
      VOWEL_OPENAI_PROVISIONAL);
  g_assert_false (vowel_openai_handshake_check (&beta, &error));
  g_assert_error (error, VOWEL_OPENAI_ERROR, VOWEL_OPENAI_ERROR_BETA_DISABLED);
  g_assert_true (vowel_openai_handshake_check (&ga, NULL));
  g_assert_cmpint (
      vowel_openai_dialect_fallback (&minted), ==, VOWEL_OPENAI_GA);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/openai/dialect/handshake", test_handshake);
  g_test_add_func ("/openai/dialect/first-event", test_first_event);
  g_test_add_func ("/openai/dialect/fallback", test_fallback);
  g_test_add_func ("/openai/dialect/settings", test_settings);

  return g_test_run ();
}
