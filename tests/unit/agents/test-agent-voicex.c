/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "json.h"

#include "server/agents/agent-voicex-json.h"

#include <string.h>

#define GROQ "aaaaaaaaaaaaaaaaaaaaaaaa"
#define OWN "bbbbbbbbbbbbbbbbbbbbbbbb"
#define OWN_UUID "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb"
#define NOBODY "cccccccccccccccccccccccc"

#define IDS                                                                    \
  "'llmProviderId': '" GROQ "', 'llmModelId': 'llama',"                        \
  "'ttsProviderId': '" OWN "', 'ttsModelId': 'alloy',"                         \
  "'sttProviderId': '" GROQ "'"
#define ANN "{'name': 'Ann', " IDS "}"

static gboolean
find (gpointer user_data, const gchar *category, const gchar *id,
    VowelAgentProviderRef *ret_ref)
{
  if (g_str_equal (id, GROQ) || g_str_equal (id, "groq")) {
    ret_ref->provider = g_strdup ("groq");
    return TRUE;
  }
  if (!g_str_equal (id, OWN))
    return FALSE;
  ret_ref->provider = g_strdup ("openai");
  ret_ref->provider_id = g_strdup (OWN_UUID);
  return TRUE;
}

static void
describe (gpointer user_data, const gchar *category,
    const VowelAgentService *service, const gchar *model, gchar **ret_id,
    gchar **ret_model)
{
  *ret_id = g_strdup (service->provider_id != NULL ? OWN : GROQ);
  *ret_model = model != NULL ? NULL : g_strdup ("the-server's");
}

static const VowelAgentProviders providers = {
    .find = find, .describe = describe};

static VowelAgent *
make (const gchar *text, GError **error)
{
  g_autoptr (JsonObject) object = parse_object (text);

  return vowel_agent_voicex_new ("app", object, &providers, error);
}

static VowelAgent *
make_ann (void)
{
  g_autoptr (GError) error = NULL;
  VowelAgent *agent = make (ANN, &error);

  g_assert_no_error (error);
  return agent;
}

static gboolean
patch (VowelAgent *agent, const gchar *text, GError **error)
{
  g_autoptr (JsonObject) object = parse_object (text);

  return vowel_agent_voicex_apply (agent, object, &providers, error);
}

static void
test_create (void)
{
  g_autoptr (VowelAgent) agent = make_ann ();
  g_autoptr (JsonObject) shown = NULL;
  JsonObject *persona;

  agent->created_at = 1769860800123;
  shown = vowel_agent_voicex_to_json (agent, &providers);
  assert_has (shown,
      "{'name': 'Ann', " IDS ", 'active': true,"
      "'llmConfig': {'temperature': 0.4, 'maxTokens': 200},"
      "'ttsConfig': {'speed': 1.0},"
      "'thresholds': {'silenceTimeoutMs': 700, 'maxCallDurationSec': 1800,"
      "'endpointingMs': 200, 'interruptionSensitivity': 'medium'},"
      "'createdAt': '2026-01-31T12:00:00.123Z'}");
  g_assert_cmpuint (
      strlen (json_object_get_string_member (shown, "_id")), ==, 24);
  g_assert_cmpuint (
      strlen (json_object_get_string_member (shown, "orgId")), ==, 24);
  persona = json_object_get_object_member (shown, "persona");
  assert_has (persona, "{'personality': 'professional', 'language': 'en'}");
  g_assert_cmpuint (json_array_get_length (
                        json_object_get_array_member (persona, "guardrails")),
      ==, 4);
  g_assert_nonnull (json_object_get_string_member (persona, "systemPrompt"));
  g_assert_nonnull (json_object_get_string_member (persona, "greeting"));
  g_assert_cmpstr (agent->tts.provider_id, ==, OWN_UUID);
  g_assert_true (agent->voice_style);
}

static void
test_create_merged (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelAgent) agent =
      make ("{'name': 'Ann', " IDS
            ", 'persona': {'greeting': '', 'language': 'en-US',"
            "'guardrails': 'Only cheese.'}, 'llmConfig': {'maxTokens': 50},"
            "'thresholds': {'interruptionSensitivity': 'low'}}",
          &error);

  g_assert_no_error (error);
  g_assert_null (agent->first_message);
  g_assert_nonnull (agent->prompt);
  g_assert_cmpstr (agent->language, ==, "en-US");
  g_assert_cmpstr (agent->guardrails[0], ==, "Only cheese.");
  g_assert_null (agent->guardrails[1]);
  g_assert_cmpuint (agent->max_tokens, ==, 50);
  g_assert_cmpfloat (agent->temperature, ==, 0.4);
  g_assert_cmpuint (agent->stop_ms, ==, 700);
  g_assert_cmpuint (vowel_agent_get_interruption_chars (agent), ==, 5);
}

static void
test_create_old (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelAgent) agent =
      make ("{'name': 'Ann', 'llm': {'provider': 'groq', 'model': 'llama',"
            "'temperature': 0.9}, 'voice': {'provider': 'groq',"
            "'voiceId': 'Fritz', 'speed': 0.8}}",
          &error);

  g_assert_no_error (error);
  g_assert_cmpstr (agent->llm.provider, ==, "groq");
  g_assert_cmpstr (agent->llm.model, ==, "llama");
  g_assert_cmpfloat (agent->temperature, ==, 0.9);
  g_assert_cmpstr (agent->tts.provider, ==, "groq");
  g_assert_cmpstr (agent->voice, ==, "Fritz");
  g_assert_cmpfloat (agent->speed, ==, 0.8);
}

static void
test_patch (void)
{
  g_autoptr (VowelAgent) agent = make_ann ();
  g_autoptr (JsonObject) shown = NULL;
  g_autoptr (GError) error = NULL;

  /* What others have set. */
  change (agent,
      "{'stt': {'keyterms': ['Vowel']}, 'turns': {'sensitivity': 'speech'}}");
  patch (agent,
      "{'active': false, 'persona': {'greeting': 'Yes?'},"
      "'llmModelId': 'other', 'thresholds': {'endpointingMs': 900,"
      "'interruptionSensitivity': 'high'}, 'colour': 'red'}",
      &error);
  g_assert_no_error (error);
  shown = vowel_agent_voicex_to_json (agent, &providers);
  assert_has (shown,
      "{'active': false, 'llmModelId': 'other', 'llmProviderId': '" GROQ "',"
      "'thresholds': {'silenceTimeoutMs': 700, 'maxCallDurationSec': 1800,"
      "'endpointingMs': 900, 'interruptionSensitivity': 'high'}}");
  g_assert_cmpstr (agent->first_message, ==, "Yes?");
  g_assert_cmpstr (agent->personality, ==, "professional");
  g_assert_cmpstr (agent->keyterms[0], ==, "Vowel");
  g_assert_cmpuint (agent->sensitivity, ==, VOWEL_AGENT_INTERRUPTED_BY_SPEECH);
}

/* An agent of another API says less than Voicex does. */
static void
test_foreign (void)
{
  g_autoptr (VowelAgent) agent = vowel_agent_new ("app");
  g_autoptr (JsonObject) shown = NULL;

  agent->name = g_strdup ("Bob");
  shown = vowel_agent_voicex_to_json (agent, &providers);
  assert_has (shown,
      "{'llmProviderId': '" GROQ "', 'llmModelId': 'the-server\\u0027s',"
      "'ttsModelId': 'the-server\\u0027s', 'llmConfig': {'temperature': 0.4, "
      "'maxTokens': 0}, 'ttsConfig': {'speed': 1}}");
}

static void
test_errors_of_new (void)
{
  static const struct {
    const gchar *json;
    const gchar *text;
  } table[] = {
      {"{}", "name required"},
      {"{'name': 'Ann'}", "llmProviderId and llmModelId required"},
      {"{'name': 'Ann', 'llmProviderId': 'x', 'llmModelId': 'm'}",
          "ttsProviderId and ttsModelId required"},
      {"{'name': 'Ann', 'llmProviderId': 'x', 'llmModelId': 'm',"
       "'ttsProviderId': 'x', 'ttsModelId': 'v'}",
          "sttProviderId required"},
      {"{'name': 'Ann', 'llmProviderId': 'x', 'llmModelId': 'm',"
       "'ttsProviderId': 'x', 'ttsModelId': 'v', 'sttProviderId': 'x'}",
          "invalid id"},
      {"{'name': 'Ann', 'llmProviderId': '" NOBODY "', 'llmModelId': 'm',"
       "'ttsProviderId': '" NOBODY "', 'ttsModelId': 'v',"
       "'sttProviderId': '" GROQ "'}",
          "LLM provider not found"},
      {"{'name': 'Ann', 'llmProviderId': '" GROQ "', 'llmModelId': 'm',"
       "'ttsProviderId': '" NOBODY "', 'ttsModelId': 'v',"
       "'sttProviderId': '" GROQ "'}",
          "TTS provider not found"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (make (table[i].json, &error));
    g_assert_cmpstr (vowel_error_get_text (error), ==, table[i].text);
  }
}

static gboolean
patch_ann (const gchar *json, GError **error)
{
  g_autoptr (VowelAgent) agent = make_ann ();

  return patch (agent, json, error);
}

static void
test_errors_of_patch (void)
{
  static const Mistake mistakes[] = {
      {"{'name': ''}", "name"},
      {"{'active': 1}", "active"},
      {"{'persona': 'x'}", "persona"},
      {"{'persona': {'guardrails': {}}}", "persona.guardrails"},
      {"{'persona': {'language': 'English'}}", "language"},
      {"{'llmProviderId': 7}", "llmProviderId"},
      {"{'llmProviderId': '" NOBODY "'}", "llmProviderId"},
      {"{'llmModelId': 7}", "llmModelId"},
      {"{'llmConfig': {'temperature': 3}}", "llmConfig.temperature"},
      {"{'thresholds': {'interruptionSensitivity': 'speech'}}",
          "thresholds.interruptionSensitivity"},
      {"{'thresholds': {'silenceTimeoutMs': 'x'}}",
          "thresholds.silenceTimeoutMs"},
  };

  assert_refused (mistakes, G_N_ELEMENTS (mistakes), patch_ann);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/agent-voicex/create", test_create);
  g_test_add_func ("/agent-voicex/create-merged", test_create_merged);
  g_test_add_func ("/agent-voicex/create-old", test_create_old);
  g_test_add_func ("/agent-voicex/patch", test_patch);
  g_test_add_func ("/agent-voicex/foreign", test_foreign);
  g_test_add_func ("/agent-voicex/errors-of-new", test_errors_of_new);
  g_test_add_func ("/agent-voicex/errors-of-patch", test_errors_of_patch);
  return g_test_run ();
}
