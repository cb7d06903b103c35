/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "json.h"

#include "server/agents/agent.h"

static void
test_defaults (void)
{
  g_autoptr (VowelAgent) agent = vowel_agent_new ("app");
  g_autoptr (JsonObject) json = vowel_agent_to_json (agent);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_uuid_string_is_valid (agent->id));
  g_assert_cmpstr (agent->app_id, ==, "app");
  assert_has (json,
      "{'name': null, 'active': true, 'prompt': null, 'language': 'en',"
      "'firstMessage': {'text': null, 'guardMs': 0, 'outbound': true},"
      "'voice': {'provider': null, 'providerId': null, 'model': null,"
      "'id': null, 'speed': null, 'stability': null, 'similarityBoost': null,"
      "'volume': null},"
      "'turns': {'startMs': 64, 'stopMs': 800, 'endpointingMs': 200,"
      "'sensitivity': 'speech'}, 'guardrails': [], 'tools': []}");
  g_assert_false (vowel_agent_validate (agent, &error));
  assert_field (error, "name");
}

static void
test_round_trip (void)
{
  const gchar *text =
      "{'name': 'Ann', 'active': false, 'prompt': 'Be Ann.',"
      "'personality': 'calm', 'guardrails': ['No.', 'Never.'],"
      "'voiceStyle': true, 'firstMessage': {'text': 'Hi.', 'guardMs': 1500,"
      "'outbound': false}, 'language': 'de-AT',"
      "'llm': {'provider': 'groq', 'providerId': null, 'model': 'm',"
      "'temperature': 0.3, 'maxTokens': 99},"
      "'fallbackLlm': {'provider': 'openai',"
      "'model': 'n'},"
      "'voice': {'provider': 'elevenlabs', 'providerId': null, 'model': "
      "'turbo',"
      "'id': 'v', 'speed': 1.1, 'stability': 0.5, 'similarityBoost': 0.7,"
      "'volume': 1.0},"
      "'stt': {'provider': 'deepgram', 'providerId': null, 'model': 'nova-3',"
      "'keyterms': ['Vowel'], 'noiseCancel': true, 'noiseLevel': 50},"
      "'turns': {'startMs': 100, 'stopMs': 600, 'endpointingMs': 300,"
      "'sensitivity': 'low'},"
      "'limits': {'silenceMs': 8000, 'silenceCount': 2,"
      "'silenceAction': 'end_call', 'silenceTransferNumber': null,"
      "'maxCallSeconds': 300, 'timeoutAction': 'transfer_call',"
      "'transferNumber': '+4311234567', 'transferMessage': 'One moment.'},"
      "'summarize': true, 'dtmf': true, "
      "'phoneNumberId': '6f1c3a52-7a0b-4c37-9d68-2b6f0b8f1e11',"
      "'tools': [{'name': 't', 'description': 'd', 'parameters': [],"
      "'webhook': null}]}";
  g_autoptr (JsonObject) object = parse_object (text);
  g_autoptr (VowelAgent) agent = vowel_agent_new ("app");
  g_autoptr (VowelAgent) restored = vowel_agent_new ("app");
  g_autoptr (VowelAgent) copy = NULL;
  g_autoptr (JsonObject) again = NULL;
  g_autoptr (JsonObject) copied = NULL;
  g_autoptr (JsonObject) stored = NULL;
  g_autoptr (GError) error = NULL;

  vowel_agent_apply_json (agent, object, &error);
  g_assert_no_error (error);
  vowel_agent_validate (agent, &error);
  g_assert_no_error (error);
  again = vowel_agent_to_json (agent);
  g_assert_cmpuint (
      json_object_get_size (again), ==, json_object_get_size (object));
  assert_has (again, text);
  copy = vowel_agent_copy (agent);
  g_assert_cmpstr (copy->id, ==, agent->id);
  copied = vowel_agent_to_json (copy);
  assert_has (copied, text);
  vowel_agent_restore_json (restored, again);
  stored = vowel_agent_to_json (restored);
  assert_has (stored, text);
}

static void
test_patch (void)
{
  g_autoptr (VowelAgent) agent = vowel_agent_new ("app");

  change (agent,
      "{'name': 'Ann', 'voice': {'provider': 'x', 'id': 'v', 'speed': 0.5},"
      "'turns': {'stopMs': 1}}");
  change (agent, "{'voice': {'speed': null}, 'turns': null, 'language': ''}");
  g_assert_cmpstr (agent->name, ==, "Ann");
  g_assert_cmpstr (agent->voice, ==, "v");
  g_assert_cmpfloat (agent->speed, ==, 0);
  g_assert_cmpuint (agent->stop_ms, ==, 800);
  g_assert_cmpstr (agent->language, ==, "en");
}

/* An account's key is not shown to another provider. */
static void
test_change_provider (void)
{
  g_autoptr (VowelAgent) agent = vowel_agent_new ("app");

  change (agent,
      "{'llm': {'provider': 'openai', 'providerId': 'x', 'model': 'm'},"
      "'voice': {'provider': 'openai', 'providerId': 'y', 'model': 'n'}}");
  change (
      agent, "{'llm': {'provider': 'openai', 'maxTokens': 9}, 'stt': null}");
  g_assert_cmpstr (agent->llm.provider_id, ==, "x");
  g_assert_cmpstr (agent->llm.model, ==, "m");
  change (agent, "{'llm': {'provider': 'groq'},"
                 "'voice': {'providerId': 'z', 'provider': 'cartesia'}}");
  g_assert_null (agent->llm.provider_id);
  g_assert_null (agent->llm.model);
  g_assert_cmpstr (agent->tts.provider_id, ==, "z");
  g_assert_null (agent->tts.model);
}

static gboolean
read_agent (const gchar *json, GError **error)
{
  g_autoptr (VowelAgent) agent = vowel_agent_new ("app");
  g_autoptr (JsonObject) object = parse_object (json);

  agent->name = g_strdup ("Ann");
  return vowel_agent_apply_json (agent, object, error)
         && vowel_agent_validate (agent, error);
}

static void
test_errors (void)
{
  static const Mistake mistakes[] = {
      {"{'name': 1}", "name"},
      {"{'active': 'yes'}", "active"},
      {"{'colour': 1}", "colour"},
      {"{'limits': {'transferNumber': 'the boss'}}", "limits.transferNumber"},
      {"{'limits': {'silenceTransferNumber': '0500'}}",
          "limits.silenceTransferNumber"},
      {"{'phoneNumberId': '+15005550006'}", "phoneNumberId"},
      {"{'fallbackLlm': {'providerId': 'x'}}", "fallbackLlm.providerId"},
      {"{'voice': 1}", "voice"},
      {"{'voice': {'pitch': 1}}", "voice.pitch"},
      {"{'voice': {'speed': 3}}", "voice.speed"},
      {"{'voice': {'speed': -0.1}}", "voice.speed"},
      {"{'voice': {'speed': [1]}}", "voice.speed"},
      {"{'turns': {'stopMs': 1.5}}", "turns.stopMs"},
      {"{'turns': {'sensitivity': 'huge'}}", "turns.sensitivity"},
      {"{'turns': {'sensitivity': {}}}", "turns.sensitivity"},
      {"{'guardrails': 'no'}", "guardrails"},
      {"{'guardrails': ['no', 1]}", "guardrails[1]"},
      {"{'tools': {}}", "tools"},
      {"{'language': 'English'}", "language"},
      {"{'llm': {'model': 'm'}}", "llm.provider"},
      {"{'name': '  '}", "name"},
  };

  assert_refused (mistakes, G_N_ELEMENTS (mistakes), read_agent);
}

static void
test_long (void)
{
  g_autoptr (VowelAgent) agent = vowel_agent_new ("app");
  g_autoptr (GError) error = NULL;

  agent->name = g_strdup ("Ann");
  agent->prompt = g_strnfill (200 * 1024, 'x');
  g_assert_true (vowel_agent_validate (agent, NULL));
  g_strfreev (agent->guardrails);
  agent->guardrails = g_new0 (gchar *, 2);
  agent->guardrails[0] = g_strnfill (41 * 1024, 'x');
  g_assert_false (vowel_agent_validate (agent, &error));
  assert_field (error, "prompt");
}

static void
test_restore (void)
{
  g_autoptr (VowelAgent) agent = vowel_agent_new ("app");
  g_autoptr (JsonObject) object = parse_object (
      "{'colour': 1, 'voice': {'pitch': 1, 'speed': 7, 'id': 'v'},"
      "'turns': 3, 'tools': 4, 'name': 'Ann'}");

  vowel_agent_restore_json (agent, object);
  g_assert_cmpstr (agent->name, ==, "Ann");
  g_assert_cmpstr (agent->voice, ==, "v");
  g_assert_cmpfloat (agent->speed, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/agent/defaults", test_defaults);
  g_test_add_func ("/agent/round-trip", test_round_trip);
  g_test_add_func ("/agent/patch", test_patch);
  g_test_add_func ("/agent/change-provider", test_change_provider);
  g_test_add_func ("/agent/errors", test_errors);
  g_test_add_func ("/agent/long", test_long);
  g_test_add_func ("/agent/restore", test_restore);
  return g_test_run ();
}
