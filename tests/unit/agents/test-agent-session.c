/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What becomes of an agent in a session. */

#include "json.h"

#include "server/agents/agent-session.h"

#include "../temporary-store.h"

#include <gst/gst.h>

#define SECRET "0123456789abcdef0123456789abcdef"

typedef struct {
  VowelTemporaryStore *temporary;
  VowelKeyring *keyring;
  VowelRuntimeConfig *runtime;
  VowelAgents *agents;
} Fixture;

static VowelRuntimeConfig *
make_runtime (void)
{
  g_autofree gchar *style = g_build_filename (
      g_getenv ("VOWEL_DATA_DIR"), "prompts", "voice-style.txt", NULL);
  g_autofree gchar *variables =
      g_strconcat ("STT_PROVIDER=fake|LLM_PROVIDER=fake|TTS_PROVIDER=fake"
                   "|MAX_CALL_DURATION_MS=400000|VOWEL_VOICE_STYLE=",
          style, NULL);
  g_auto (GStrv) environment = g_strsplit (variables, "|", -1);
  g_autoptr (GError) error = NULL;
  VowelRuntimeConfig *runtime =
      vowel_runtime_config_new (vowel_config_sources_new (environment), &error);

  g_assert_no_error (error);
  return runtime;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->temporary = vowel_temporary_store_new ();
  f->keyring = vowel_keyring_new (
      vowel_temporary_store_get (f->temporary), SECRET, NULL);
  f->runtime = make_runtime ();
  f->agents = vowel_agents_new (f->keyring, f->runtime);
  vowel_temporary_store_put_app (f->temporary, "app");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vowel_agents_free (f->agents);
  vowel_runtime_config_free (f->runtime);
  vowel_keyring_free (f->keyring);
  vowel_temporary_store_free (f->temporary);
}

static VowelAgent *
make (const gchar *text)
{
  VowelAgent *agent = vowel_agent_new ("app");

  agent->name = g_strdup ("Ann");
  change (agent, text);
  return agent;
}

static VowelSessionRequest *
request (Fixture *f, VowelAgent *agent, const VowelAgentOverrides *overrides)
{
  g_autoptr (VowelConfigSnapshot) snapshot = NULL;
  g_autoptr (GError) error = NULL;
  VowelSessionRequest *session = vowel_agent_session_request (
      f->agents, agent, overrides, &snapshot, &error);

  g_assert_no_error (error);
  g_assert_nonnull (snapshot);
  return session;
}

static GHashTable *
make_variables (void)
{
  GHashTable *variables =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  g_hash_table_insert (variables, g_strdup ("name"), g_strdup ("Ann"));
  g_hash_table_insert (variables, g_strdup ("empty"), g_strdup (""));
  return variables;
}

static void
test_fill_in (void)
{
  static const struct {
    const gchar *text;
    const gchar *filled;
  } table[] = {
      {"", ""},
      {"Hi {{name}}, {{ name }}!", "Hi Ann, Ann!"},
      {"{{other}} {{", "{{other}} {{"},
      {"{{name", "{{name"},
      {"}} {{name}}{{empty}}.", "}} Ann."},
  };
  g_autoptr (GHashTable) variables = make_variables ();

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autofree gchar *filled = vowel_agent_fill_in (table[i].text, variables);
    g_autofree gchar *same = vowel_agent_fill_in (table[i].text, NULL);

    g_assert_cmpstr (filled, ==, table[i].filled);
    g_assert_cmpstr (same, ==, table[i].text);
  }
}

/* A prompt may ask for a value often; nobody's memory is filled so. */
static void
test_fill_in_much (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelAgent) agent = make ("{}");
  g_autoptr (GString) prompt = g_string_new (NULL);
  g_autoptr (GHashTable) variables = make_variables ();
  const VowelAgentOverrides overrides = {.variables = variables};
  VowelConfigSnapshot *snapshot = NULL;
  g_autofree gchar *filled = NULL;
  g_autofree gchar *field = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 2000; i++)
    g_string_append (prompt, "{{much}}");
  g_hash_table_insert (
      variables, g_strdup ("much"), g_strnfill (40 * 1024, 'x'));
  filled = vowel_agent_fill_in (prompt->str, variables);
  g_assert_cmpuint (strlen (filled), <, 512 * 1024);
  agent->prompt = g_strdup (prompt->str);
  g_assert_null (vowel_agent_session_request (
      f->agents, agent, &overrides, &snapshot, &error));
  g_assert_null (snapshot);
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_TOO_LONG);
  field = vowel_error_dup_field (error);
  g_assert_cmpstr (field, ==, "instructions");
}

static void
test_instructions (void)
{
  g_autoptr (VowelAgent) agent =
      make ("{'prompt': 'Be {{name}}.', 'personality': 'calm',"
            "'guardrails': ['No.', 'Never.']}");
  g_autoptr (VowelAgent) blank = make ("{}");
  g_autoptr (GHashTable) variables = make_variables ();
  g_autofree gchar *text = NULL;
  g_autofree gchar *nothing = vowel_agent_make_instructions (blank, NULL);

  text = vowel_agent_make_instructions (agent, variables);
  g_assert_cmpstr (text, ==,
      "Be Ann.\n\nYour manner is calm.\n\nRules that always hold:\n- No.\n"
      "- Never.");
  g_assert_cmpstr (nothing, ==, "");
}

static void
test_settings (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelAgent) agent = make (
      "{'prompt': 'Be Ann.', 'firstMessage': {'text': 'Hi.', 'guardMs': 900},"
      "'language': 'de-AT', 'llm': {'temperature': 0.3, 'maxTokens': 99},"
      "'voice': {'speed': 1.75}, 'stt': {'keyterms': ['Vowel']},"
      "'turns': {'stopMs': 300, 'endpointingMs': 450, 'sensitivity': 'low'},"
      "'limits': {'maxCallSeconds': 300, 'silenceMs': 1000,"
      "'silenceCount': 2}}");
  g_autoptr (VowelSessionRequest) session = request (f, agent, NULL);
  const VowelSessionConfig *config = session->config;
  const VowelBehaviours *behaviours = session->behaviours;
  g_autoptr (GError) error = NULL;

  vowel_session_config_validate (config, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (session->app_id, ==, "app");
  g_assert_cmpstr (session->agent_id, ==, agent->id);
  g_assert_cmpstr (config->instructions, ==, "Be Ann.");
  g_assert_cmpstr (config->language, ==, "de");
  g_assert_cmpstr (config->transcription_language, ==, "de");
  g_assert_cmpstr (config->transcription_keywords[0], ==, "Vowel");
  g_assert_cmpfloat (config->temperature, ==, 0.3);
  g_assert_cmpuint (config->max_output_tokens, ==, 99);
  g_assert_cmpfloat (config->speed, ==, 1.5);
  g_assert_cmpuint (config->turn_detection.silence_duration_ms, ==, 450);
  g_assert_cmpuint (config->turn_detection.idle_timeout_ms, ==, 5000);
  g_assert_cmpstr (behaviours->first_message, ==, "Hi.");
  g_assert_cmpuint (behaviours->first_message_guard_ms, ==, 900);
  g_assert_cmpuint (behaviours->silence_count, ==, 2);
  g_assert_cmpuint (behaviours->barge_in.min_chars, ==, 5);
  g_assert_cmpuint (behaviours->barge_in.guard_ms, ==, 500);
  g_assert_null (behaviours->voice_style);
  g_assert_cmpuint (session->limits.max_duration_ms, ==, 300000);
  g_assert_null (session->tools);
  g_assert_null (session->companions);
}

/* The server allows less. */
static void
test_other_settings (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelAgent) agent =
      make ("{'language': 'multi', 'voiceStyle': true,"
            "'limits': {'silenceMs': 0, 'maxCallSeconds': 3600}}");
  g_autoptr (VowelSessionRequest) session = request (f, agent, NULL);

  g_assert_null (session->config->language);
  g_assert_null (session->config->transcription_language);
  g_assert_cmpuint (session->config->turn_detection.idle_timeout_ms, ==, 0);
  g_assert_cmpuint (session->behaviours->barge_in.min_chars, ==, 0);
  g_assert_null (session->behaviours->first_message);
  g_assert_nonnull (session->behaviours->voice_style);
  g_assert_cmpuint (session->limits.max_duration_ms, ==, 400000);
}

static void
test_overrides (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelAgent) agent =
      make ("{'prompt': 'Be Ann.', 'guardrails': ['No.'],"
            "'firstMessage': {'text': 'Hi.', 'outbound': false}}");
  VowelAgentOverrides overrides = {
      .prompt = "Be Bob.", .first_message = "Hello."};
  g_autoptr (VowelSessionRequest) session = request (f, agent, &overrides);
  g_autoptr (VowelSessionRequest) silent = NULL;
  g_autoptr (VowelSessionRequest) outbound = NULL;

  g_assert_cmpstr (session->config->instructions, ==,
      "Be Bob.\n\nRules that always hold:\n- No.");
  g_assert_cmpstr (session->behaviours->first_message, ==, "Hello.");
  overrides.first_message = "";
  silent = request (f, agent, &overrides);
  g_assert_null (silent->behaviours->first_message);
  overrides.first_message = NULL;
  overrides.outbound = TRUE;
  outbound = request (f, agent, &overrides);
  g_assert_null (outbound->behaviours->first_message);
}

static void
test_tools (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelAgent) agent =
      make ("{'tools': [{'name': 'a'}, {'name': 'b', 'webhook':"
            "{'url': 'http://localhost/b'}}]}");
  VowelAgentOverrides overrides = {.tools = VOWEL_AGENT_TOOLS_OF_CLIENT};
  g_autoptr (VowelSessionRequest) client = request (f, agent, &overrides);
  g_autoptr (VowelSessionRequest) servers = NULL;
  g_autoptr (VowelSessionRequest) nobody = NULL;

  g_assert_cmpuint (client->tools->len, ==, 1);
  g_assert_cmpstr (((VowelTool *) client->tools->pdata[0])->name, ==, "a");
  g_assert_cmpuint (client->companions->len, ==, 1);
  overrides.tools = VOWEL_AGENT_TOOLS_OF_SERVERS;
  servers = request (f, agent, &overrides);
  g_assert_null (servers->tools);
  g_assert_cmpuint (servers->server_tools->len, ==, 1);
  overrides.tools = VOWEL_AGENT_TOOLS_OF_NOBODY;
  nobody = request (f, agent, &overrides);
  g_assert_null (nobody->tools);
  g_assert_null (nobody->server_tools);
  g_assert_cmpuint (nobody->companions->len, ==, 1);
}

static VowelConfigSnapshot *
derive (Fixture *f, VowelAgent *agent)
{
  VowelConfigSnapshot *snapshot = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelSessionRequest) session =
      vowel_agent_session_request (f->agents, agent, NULL, &snapshot, &error);

  g_assert_no_error (error);
  return snapshot;
}

/* An agent that wants nothing special shares the server's configuration, and
 * those that want the same share theirs. */
static void
test_snapshots (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelAgent) plain = make ("{}");
  g_autoptr (VowelAgent) other =
      make ("{'llm': {'provider': 'scripted'}, 'voice': {'id': 'v'},"
            "'fallbackLlm': {'provider': 'fake', 'model': 'm'}}");
  g_autoptr (VowelConfigSnapshot) usual = derive (f, plain);
  g_autoptr (VowelConfigSnapshot) first = derive (f, other);
  g_autoptr (VowelConfigSnapshot) second = derive (f, other);
  g_autoptr (VowelConfigSnapshot) after = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (usual == vowel_runtime_config_get (f->runtime));
  g_assert_true (first == second);
  g_assert_true (first != usual);
  g_assert_cmpstr (first->config->llm_provider, ==, "scripted,fake");
  g_assert_cmpstr (first->config->tts_provider, ==, "fake");
  g_assert_cmpstr (first->config->voice, ==, "v");
  g_assert_cmpstr (first->config->jwt_secret, ==, usual->config->jwt_secret);
  vowel_runtime_config_reload (f->runtime, &error);
  g_assert_no_error (error);
  after = derive (f, other);
  g_assert_true (after != first);
}

static void
get_child_property (GstElement *pipeline, const gchar *name,
    const gchar *property, GValue *ret_value)
{
  g_autoptr (GstElement) element =
      gst_bin_get_by_name (GST_BIN (pipeline), name);

  g_assert_nonnull (element);
  if (GST_IS_CHILD_PROXY (element))
    gst_child_proxy_get_property (
        GST_CHILD_PROXY (element), property, ret_value);
  else
    g_object_get_property (G_OBJECT (element), property, ret_value);
}

/* What elements have no property for is done without. */
static void
test_elements (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelAgent) agent =
      make ("{'turns': {'startMs': 200}, 'voice': {'stability': 0.5,"
            "'volume': 0.5},"
            "'llm': {'provider': 'ollama', 'model': 'm'},"
            "'fallbackLlm': {'provider': 'openai-compatible', 'model': 'n'}}");
  g_autoptr (VowelConfigSnapshot) snapshot = derive (f, agent);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline =
      vowel_pipeline_recipe_build (snapshot->recipe, "test", &error);
  g_auto (GValue) start = G_VALUE_INIT;
  g_auto (GValue) volume = G_VALUE_INIT;
  g_auto (GValue) first = G_VALUE_INIT;
  g_auto (GValue) second = G_VALUE_INIT;

  g_assert_no_error (error);
  g_value_init (&start, G_TYPE_UINT64);
  get_child_property (pipeline, "vad", "min-speech", &start);
  g_assert_cmpuint (g_value_get_uint64 (&start), ==, 200 * GST_MSECOND);
  g_value_init (&volume, G_TYPE_DOUBLE);
  get_child_property (pipeline, "out-volume", "volume", &volume);
  g_assert_cmpfloat (g_value_get_double (&volume), ==, 0.5);
  g_value_init (&first, G_TYPE_STRING);
  get_child_property (pipeline, "llm", "provider::model", &first);
  g_assert_cmpstr (g_value_get_string (&first), ==, "m");
  g_value_init (&second, G_TYPE_STRING);
  get_child_property (pipeline, "llm", "provider-1::model", &second);
  g_assert_cmpstr (g_value_get_string (&second), ==, "n");
}

static void
test_errors (Fixture *f, gconstpointer data)
{
  static const struct {
    const gchar *json;
    const gchar *field;
  } table[] = {
      {"{'llm': {'provider': 'nobody', 'model': 'm'}}", "llm"},
      {"{'fallbackLlm': {'provider': 'nobody'}}", "fallbackLlm"},
      {"{'voice': {'provider': 'nobody'}}", "voice"},
      {"{'stt': {'provider': 'nobody'}}", "stt"},
      {"{'stt': {'provider': 'fake', 'providerId': 'x'}}", "stt"},
      {"{'llm': {'provider': 'groq', 'model': 'm'}}", NULL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (VowelAgent) agent = make (table[i].json);
    g_autoptr (GError) error = NULL;
    g_autofree gchar *field = NULL;

    g_assert_false (vowel_agents_check (f->agents, agent, &error));
    g_assert_cmpint (error->domain, ==, VOWEL_ERROR);
    field = vowel_error_dup_field (error);
    g_assert_cmpstr (field, ==, table[i].field);
  }
}

static gboolean
find_account (const gchar *app_id, const VowelAgentService *service,
    VowelAgentAccount *ret_account, gpointer user_data)
{
  g_assert_cmpstr (app_id, ==, "app");
  g_assert_cmpstr (service->provider, ==, "groq");
  if (!g_str_equal (service->provider_id, "mine"))
    return FALSE;
  ret_account->api_key = g_strdup ("key");
  ret_account->base_url = g_strdup ("http://localhost:1/v1");
  return TRUE;
}

static void
test_account (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelAgent) agent = make (
      "{'llm': {'provider': 'groq', 'model': 'm', 'providerId': 'mine'}}");
  g_autoptr (GError) error = NULL;

  vowel_agents_set_account_func (f->agents, find_account, NULL);
  vowel_agents_check (f->agents, agent, &error);
  g_assert_no_error (error);
}

#define ADD(name)                                                              \
  g_test_add (                                                                 \
      "/agent-session/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_autofree gchar *recipes =
      g_build_filename (g_getenv ("VOWEL_SRCDIR"), "pipelines", NULL);

  g_setenv ("VOWEL_PIPELINES_DIR", recipes, TRUE);
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/agent-session/fill-in", test_fill_in);
  g_test_add_func ("/agent-session/instructions", test_instructions);
  ADD (fill_in_much);
  ADD (settings);
  ADD (other_settings);
  ADD (overrides);
  ADD (tools);
  ADD (snapshots);
  ADD (elements);
  ADD (errors);
  ADD (account);
  return g_test_run ();
}
