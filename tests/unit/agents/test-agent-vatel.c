/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "json.h"

#include "server/agents/agent-vatel-json.h"

#define ANN                                                                    \
  "{'name': 'Ann', 'llm': 'openrouter/meta/llama', 'prompt': 'Be Ann.',"       \
  "'first_message': 'Hi.', 'first_message_interruption_time': 1.5,"            \
  "'default_language': 'multi', 'summarize_calls': true,"                      \
  "'noise_cancel_settings': {'enabled': true, 'level': 40},"                   \
  "'vad_settings': {'starting_secs': 0.3, 'stop_secs': 0.7},"                  \
  "'voice_settings': {'id': 'v', 'provider': 'elevenlabs', 'speed': 1.2},"     \
  "'timeout_settings': {'default_timeout': 60, 'silenceCounter': 2},"          \
  "'keyterms': ['Vowel'], 'tts_strategy': 'x'}"

static VowelAgent *
make (const gchar *text, GError **error)
{
  g_autoptr (JsonObject) object = parse_object (text);

  return vowel_agent_vatel_new ("app", object, error);
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

  return vowel_agent_vatel_apply (agent, object, error);
}

static void
test_create (void)
{
  g_autoptr (VowelAgent) agent = make_ann ();
  g_autoptr (VowelAgent) blank = make ("{'name': 'Bob'}", NULL);
  g_autoptr (JsonObject) shown = NULL;

  agent->created_at = 1769860800123;
  agent->updated_at = 1769860801000;
  g_assert_cmpuint (blank->start_ms, ==, 200);
  g_assert_cmpstr (agent->llm.provider, ==, "openrouter");
  g_assert_cmpstr (agent->llm.model, ==, "meta/llama");
  g_assert_cmpuint (agent->first_message_guard_ms, ==, 1500);
  g_assert_cmpuint (agent->start_ms, ==, 300);
  shown = vowel_agent_vatel_to_json (agent);
  assert_has (shown,
      "{'name': 'Ann', 'status': 'active', 'phone_number_id': '',"
      "'llm': 'openrouter/meta/llama', 'first_message_interruption_time': 1.5,"
      "'default_language': 'multi', 'summarize_calls': true,"
      "'enable_first_message_outbound': true, 'keyterms': ['Vowel'],"
      "'noise_cancel_settings': {'enabled': true, 'level': 40},"
      "'vad_settings': {'start_secs': 0.3, 'stop_secs': 0.7,"
      "'silence_timeout_secs': 10.0},"
      "'voice_settings': {'id': 'v', 'provider': 'elevenlabs', 'speed': 1.2},"
      "'timeout_settings': {'default_timeout': 60, 'timeout_action': "
      "'end_call',"
      "'silence_counter': 2, 'silence_timeout_action': 'end_call'},"
      "'tools': [], 'created_at': '2026-01-31T12:00:00.123Z',"
      "'updated_at': '2026-01-31T12:00:01.000Z'}");
  g_assert_false (json_object_has_member (shown, "fallback_llm"));
}

static void
test_patch (void)
{
  g_autoptr (VowelAgent) agent = make_ann ();
  g_autoptr (JsonObject) shown = NULL;
  g_autoptr (GError) error = NULL;

  /* What others have set. */
  change (agent, "{'guardrails': ['No.'], 'turns': {'sensitivity': 'low'}}");
  patch (agent,
      "{'vad_settings': {'stop_secs': 1}, 'status': 'inactive',"
      "'phone_number_id': '6f1c3a52-7a0b-4c37-9d68-2b6f0b8f1e11',"
      "'keyterms': [], 'first_message': null, 'llm': 'groq/m'}",
      &error);
  g_assert_no_error (error);
  shown = vowel_agent_vatel_to_json (agent);
  assert_has (shown,
      "{'status': 'inactive', 'llm': 'groq/m', 'keyterms': [],"
      "'phone_number_id': '6f1c3a52-7a0b-4c37-9d68-2b6f0b8f1e11',"
      "'vad_settings': {'start_secs': 0.3, 'stop_secs': 1.0,"
      "'silence_timeout_secs': 10.0}, 'prompt': 'Be Ann.'}");
  g_assert_null (agent->first_message);
  g_assert_cmpstr (agent->guardrails[0], ==, "No.");
  g_assert_cmpuint (agent->sensitivity, ==, VOWEL_AGENT_INTERRUPTED_BY_LOW);
  patch (
      agent, "{'phone_number_id': null, 'status': null, 'llm': null}", &error);
  g_assert_no_error (error);
  g_assert_null (agent->phone_number_id);
  g_assert_true (agent->active);
  g_assert_null (agent->llm.provider);
  g_assert_null (agent->llm.model);
}

/* An account, and a model, are of one provider. */
static void
test_change_provider (void)
{
  g_autoptr (VowelAgent) agent = make_ann ();
  g_autoptr (GError) error = NULL;

  agent->tts.provider_id = g_strdup ("account");
  agent->llm.provider_id = g_strdup ("account");
  patch (agent, "{'llm': 'openrouter/other', 'voice_settings': {'id': 'w'}}",
      &error);
  g_assert_no_error (error);
  g_assert_cmpstr (agent->tts.provider_id, ==, "account");
  g_assert_cmpstr (agent->llm.provider_id, ==, "account");
  patch (agent,
      "{'llm': 'openai/other', 'voice_settings': {'provider': 'openai'}}",
      &error);
  g_assert_no_error (error);
  g_assert_null (agent->tts.provider_id);
  g_assert_null (agent->llm.provider_id);
}

static gboolean
patch_ann (const gchar *json, GError **error)
{
  g_autoptr (VowelAgent) agent = make_ann ();

  return patch (agent, json, error);
}

static void
test_errors (void)
{
  static const Mistake mistakes[] = {
      {"{'name': null}", "name"},
      {"{'llm': 'gpt'}", "llm"},
      {"{'llm': 1}", "llm"},
      {"{'fallback_llm': 'x/'}", "fallback_llm"},
      {"{'status': 'on'}", "status"},
      {"{'default_language': 'nl'}", "default_language"},
      {"{'phone_number_id': 'x'}", "phone_number_id"},
      {"{'vad_settings': []}", "vad_settings"},
      {"{'vad_settings': {'stop_secs': 11}}", "vad_settings.stop_secs"},
      {"{'voice_settings': {'speed': 2.5}}", "voice_settings.speed"},
      {"{'voice_settings': {'id': null}}", "voice_settings.id"},
      {"{'voice_settings': {'provider': ''}}", "voice_settings.provider"},
      {"{'timeout_settings': {'timeout_action': 'hang_up'}}",
          "timeout_settings.timeout_action"},
      {"{'timeout_settings': {'transfer_number': '911'}}",
          "timeout_settings.transfer_number"},
      {"{'tools': 1}", "tools"},
      {"{'tools': [{'name': ''}]}", "tools[0].name"},
  };

  assert_refused (mistakes, G_N_ELEMENTS (mistakes), patch_ann);
}

static void
test_arguments (void)
{
  g_autoptr (VowelAgent) agent = make_ann ();
  g_autoptr (JsonArray) array = NULL;
  g_autoptr (JsonArray) free_array = NULL;
  g_autoptr (GError) error = NULL;

  patch (agent,
      "{'tools': [{'name': 'order', 'parameters': ["
      "{'name': 'id', 'description': 'Number', 'required': true},"
      "{'name': 'shop', 'type': 'static', 'value': 7, 'dataType': 'number'},"
      "{'name': 'note'}]}]}",
      &error);
  g_assert_no_error (error);
  array = vowel_agent_vatel_make_arguments (
      vowel_agent_find_tool (agent, "order"), "{\"id\":\"A-17\"}");
  g_assert_cmpuint (json_array_get_length (array), ==, 3);
  assert_has (json_array_get_object_element (array, 0),
      "{'name': 'id', 'type': 'resolved', 'dataType': 'string',"
      "'description': 'Number', 'required': true, 'value': 'A-17'}");
  assert_has (json_array_get_object_element (array, 1),
      "{'name': 'shop', 'type': 'static', 'dataType': 'number',"
      "'required': false, 'value': 7}");
  assert_has (json_array_get_object_element (array, 2),
      "{'name': 'note', 'value': null}");
  free_array = vowel_agent_vatel_make_arguments (NULL, "{\"a\":{},\"b\":1.5}");
  assert_has (json_array_get_object_element (free_array, 0),
      "{'name': 'a', 'type': 'resolved', 'dataType': 'object'}");
  assert_has (json_array_get_object_element (free_array, 1),
      "{'name': 'b', 'dataType': 'number', 'value': 1.5}");
}

static void
test_nodes (void)
{
  g_autoptr (VowelAgent) agent = make_ann ();
  g_autoptr (JsonArray) nodes = NULL;

  patch (agent,
      "{'tools': [{'name': 'a'}, {'name': 'b', 'webhook':"
      "{'url': 'http://localhost/b', 'secret': 'hush'}}]}",
      NULL);
  nodes = vowel_agent_vatel_make_nodes (agent);
  g_assert_cmpuint (json_array_get_length (nodes), ==, 3);
  assert_has (json_array_get_object_element (nodes, 0),
      "{'id': 'prompt', 'type': 'prompt', 'prompt': 'Be Ann.'}");
  assert_has (json_array_get_object_element (nodes, 1),
      "{'id': 'a', 'type': 'client_tool'}");
  assert_has (json_array_get_object_element (nodes, 2),
      "{'id': 'b', 'type': 'function',"
      "'webhook': {'url': 'http://localhost/b', 'hasSecret': true}}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/agent-vatel/create", test_create);
  g_test_add_func ("/agent-vatel/patch", test_patch);
  g_test_add_func ("/agent-vatel/change-provider", test_change_provider);
  g_test_add_func ("/agent-vatel/errors", test_errors);
  g_test_add_func ("/agent-vatel/arguments", test_arguments);
  g_test_add_func ("/agent-vatel/nodes", test_nodes);
  return g_test_run ();
}
