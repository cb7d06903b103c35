/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "protocol/openai/openai-errors.h"
#include "protocol/openai/openai-session-json.h"

#include <string.h>

typedef struct {
  VowelSessionConfig *config;
  GPtrArray *tools;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->config = vowel_session_config_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  vowel_session_config_free (fixture->config);
  g_clear_pointer (&fixture->tools, g_ptr_array_unref);
}

static gboolean
try_patch (Fixture *fixture, VowelOpenaiDialect dialect, gboolean pinned,
    const gchar *json, GError **error)
{
  g_autoptr (JsonNode) node = json_from_string (json, NULL);
  g_autoptr (GPtrArray) tools = NULL;

  g_assert_nonnull (node);
  if (!vowel_openai_session_patch (json_node_get_object (node), "session",
          dialect, pinned, fixture->config, &tools, error))
    return FALSE;

  if (tools != NULL) {
    g_clear_pointer (&fixture->tools, g_ptr_array_unref);
    fixture->tools = g_steal_pointer (&tools);
  }
  return TRUE;
}

static void
patch (Fixture *fixture, VowelOpenaiDialect dialect, const gchar *json)
{
  g_autoptr (GError) error = NULL;

  try_patch (fixture, dialect, TRUE, json, &error);
  g_assert_no_error (error);
}

static JsonNode *
render (Fixture *fixture, VowelOpenaiDialect dialect)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (
      node, vowel_openai_session_render (fixture->config, fixture->tools,
                "sess_1", 1790000000, dialect));
  return node;
}

static void
assert_renders (
    Fixture *fixture, VowelOpenaiDialect dialect, const gchar *expected)
{
  g_autoptr (JsonNode) node = render (fixture, dialect);
  g_autoptr (JsonNode) wanted = json_from_string (expected, NULL);
  g_autofree gchar *got = json_to_string (node, TRUE);

  g_assert_nonnull (wanted);
  if (!json_node_equal (node, wanted))
    g_error ("%s\nis not\n%s", got, expected);
}

static void
test_ga_whole (Fixture *fixture, gconstpointer data)
{
  patch (fixture, VOWEL_OPENAI_GA,
      "{\"type\":\"realtime\",\"model\":\"m\",\"instructions\":\"Be brief.\","
      "\"output_modalities\":[\"text\"],\"max_output_tokens\":100,"
      "\"tool_choice\":{\"type\":\"function\",\"name\":\"f\"},"
      "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"description\":\"d\","
      "\"parameters\":{\"type\":\"object\"}},{\"name\":\"g\"}],"
      "\"tracing\":\"auto\",\"truncation\":\"disabled\","
      "\"audio\":{\"input\":{\"format\":{\"type\":\"audio/pcmu\"},"
      "\"transcription\":{\"model\":\"whisper-9\",\"language\":\"en\"},"
      "\"noise_reduction\":{\"type\":\"far_field\"},"
      "\"turn_detection\":{\"type\":\"semantic_vad\",\"eagerness\":\"low\"}},"
      "\"output\":{\"format\":{\"type\":\"audio/pcma\"},\"voice\":\"v1\","
      "\"speed\":1.25}}}");

  assert_renders (fixture, VOWEL_OPENAI_GA,
      "{\"id\":\"sess_1\",\"object\":\"realtime.session\",\"model\":\"m\","
      "\"expires_at\":1790000000,\"instructions\":\"Be brief.\","
      "\"tools\":[{\"type\":\"function\",\"name\":\"f\",\"description\":\"d\","
      "\"parameters\":{\"type\":\"object\"}},"
      "{\"type\":\"function\",\"name\":\"g\"}],"
      "\"tool_choice\":{\"type\":\"function\",\"name\":\"f\"},"
      "\"tracing\":\"auto\",\"include\":null,\"prompt\":null,"
      "\"truncation\":\"disabled\",\"type\":\"realtime\","
      "\"output_modalities\":[\"text\"],\"max_output_tokens\":100,"
      "\"parallel_tool_calls\":true,"
      "\"audio\":{\"input\":{\"format\":{\"type\":\"audio/pcmu\"},"
      "\"transcription\":{\"model\":\"whisper-9\",\"language\":\"en\"},"
      "\"noise_reduction\":{\"type\":\"far_field\"},"
      "\"turn_detection\":{\"type\":\"semantic_vad\",\"eagerness\":\"low\","
      "\"create_response\":true,\"interrupt_response\":true}},"
      "\"output\":{\"format\":{\"type\":\"audio/pcma\"},\"voice\":\"v1\","
      "\"speed\":1.25}}}");
}

static void
test_beta_whole (Fixture *fixture, gconstpointer data)
{
  patch (fixture, VOWEL_OPENAI_BETA,
      "{\"modalities\":[\"audio\",\"text\"],\"instructions\":\"Hi\","
      "\"model\":\"m\",\"voice\":\"v2\",\"speed\":0.5,"
      "\"input_audio_format\":\"g711_ulaw\",\"output_audio_format\":\"pcm16\","
      "\"input_audio_transcription\":{\"model\":\"whisper-1\"},"
      "\"input_audio_noise_reduction\":{\"type\":\"near_field\"},"
      "\"turn_detection\":{\"type\":\"server_vad\",\"threshold\":0.25,"
      "\"prefix_padding_ms\":100,\"silence_duration_ms\":700,"
      "\"create_response\":false},"
      "\"temperature\":0.75,\"max_response_output_tokens\":\"inf\","
      "\"tools\":[{\"name\":\"f\"}],"
      "\"tool_choice\":{\"type\":\"function\",\"name\":\"f\"}}");

  assert_renders (fixture, VOWEL_OPENAI_BETA,
      "{\"id\":\"sess_1\",\"object\":\"realtime.session\",\"model\":\"m\","
      "\"expires_at\":1790000000,\"instructions\":\"Hi\","
      "\"tools\":[{\"type\":\"function\",\"name\":\"f\"}],"
      "\"tool_choice\":\"f\",\"tracing\":null,\"include\":null,"
      "\"prompt\":null,\"modalities\":[\"text\",\"audio\"],\"voice\":\"v2\","
      "\"speed\":0.5,\"input_audio_format\":\"g711_ulaw\","
      "\"output_audio_format\":\"pcm16\","
      "\"input_audio_transcription\":{\"model\":\"whisper-1\"},"
      "\"input_audio_noise_reduction\":{\"type\":\"near_field\"},"
      "\"turn_detection\":{\"type\":\"server_vad\",\"threshold\":0.25,"
      "\"prefix_padding_ms\":100,\"silence_duration_ms\":700,"
      "\"create_response\":false,\"interrupt_response\":true},"
      "\"temperature\":0.75,\"max_response_output_tokens\":\"inf\"}");
}

/* Until the dialect is known the session is written both ways. */
static void
test_superset (Fixture *fixture, gconstpointer data)
{
  g_autoptr (JsonNode) both = render (fixture, VOWEL_OPENAI_PROVISIONAL);
  JsonObject *object = json_node_get_object (both);

  for (VowelOpenaiDialect dialect = VOWEL_OPENAI_GA;
       dialect <= VOWEL_OPENAI_BETA; dialect++) {
    g_autoptr (JsonNode) one = render (fixture, dialect);
    JsonObjectIter iter;
    const gchar *key;
    JsonNode *value;

    json_object_iter_init (&iter, json_node_get_object (one));
    while (json_object_iter_next (&iter, &key, &value)) {
      g_test_message ("%s", key);
      g_assert_true (
          json_node_equal (json_object_get_member (object, key), value));
    }
  }
}

/* What comes out can go in again and changes nothing. */
static void
test_round_trip (Fixture *fixture, gconstpointer data)
{
  for (VowelOpenaiDialect dialect = VOWEL_OPENAI_GA;
       dialect <= VOWEL_OPENAI_BETA; dialect++) {
    g_autoptr (JsonNode) before = NULL;
    g_autoptr (JsonNode) after = NULL;
    g_autofree gchar *text = NULL;

    patch (fixture, VOWEL_OPENAI_BETA, "{\"turn_detection\":null}");
    before = render (fixture, dialect);
    text = json_to_string (before, FALSE);
    patch (fixture, dialect, text);
    after = render (fixture, dialect);
    g_assert_true (json_node_equal (before, after));
  }
}

static void
test_merge (Fixture *fixture, gconstpointer data)
{
  VowelTurnDetection *detection = &fixture->config->turn_detection;

  patch (fixture, VOWEL_OPENAI_GA,
      "{\"type\":\"realtime\",\"instructions\":\"one\",\"audio\":{\"input\":{"
      "\"turn_detection\":{\"type\":\"server_vad\",\"threshold\":0.75,"
      "\"silence_duration_ms\":900,\"idle_timeout_ms\":6000,"
      "\"interrupt_response\":false}}}}");

  /* The same type: what is not said stays. */
  patch (fixture, VOWEL_OPENAI_GA,
      "{\"type\":\"realtime\",\"audio\":{\"input\":{\"turn_detection\":"
      "{\"type\":\"server_vad\",\"prefix_padding_ms\":50,"
      "\"idle_timeout_ms\":null}},\"output\":{\"voice\":{\"id\":\"v3\"}}}}");
  g_assert_cmpfloat (detection->threshold, ==, 0.75);
  g_assert_cmpuint (detection->silence_duration_ms, ==, 900);
  g_assert_cmpuint (detection->prefix_padding_ms, ==, 50);
  g_assert_cmpuint (detection->idle_timeout_ms, ==, 0);
  g_assert_false (detection->interrupt_response);
  g_assert_cmpstr (fixture->config->voice, ==, "v3");
  g_assert_cmpstr (fixture->config->instructions, ==, "one");

  /* Another type: its defaults. */
  patch (fixture, VOWEL_OPENAI_GA,
      "{\"type\":\"realtime\",\"instructions\":\"\",\"audio\":{\"input\":{"
      "\"turn_detection\":{\"type\":\"semantic_vad\"}}}}");
  g_assert_cmpint (detection->type, ==, VOWEL_TURN_SEMANTIC_VAD);
  g_assert_true (detection->interrupt_response);
  g_assert_cmpstr (fixture->config->instructions, ==, "");

  patch (fixture, VOWEL_OPENAI_GA,
      "{\"type\":\"realtime\",\"audio\":{\"input\":{\"turn_detection\":null}}"
      "}");
  g_assert_cmpint (detection->type, ==, VOWEL_TURN_NONE);
}

/* The server's own settings are what a type begins with. */
static void
test_detector (Fixture *fixture, gconstpointer data)
{
  VowelTurnDetection *detection = &fixture->config->turn_detection;

  fixture->config->detector.silence_duration_ms = 800;
  fixture->config->detector.threshold = 0.25;
  patch (fixture, VOWEL_OPENAI_BETA, "{\"turn_detection\":null}");
  patch (fixture, VOWEL_OPENAI_BETA,
      "{\"turn_detection\":{\"type\":\"server_vad\",\"threshold\":0.75}}");
  g_assert_cmpuint (detection->silence_duration_ms, ==, 800);
  g_assert_cmpfloat (detection->threshold, ==, 0.75);
  patch (fixture, VOWEL_OPENAI_BETA,
      "{\"turn_detection\":{\"type\":\"semantic_vad\"}}");
  g_assert_cmpfloat (detection->threshold, ==, 0.25);
}

static void
test_disabled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (JsonNode) node = NULL;

  patch (fixture, VOWEL_OPENAI_GA,
      "{\"type\":\"realtime\",\"audio\":{\"input\":{\"turn_detection\":"
      "{\"type\":\"disabled\"}}}}");
  g_assert_cmpint (fixture->config->turn_detection.type, ==, VOWEL_TURN_NONE);

  node = render (fixture, VOWEL_OPENAI_BETA);
  g_assert_true (json_object_get_null_member (
      json_node_get_object (node), "turn_detection"));
}

static void
test_transcription (Fixture *fixture, gconstpointer data)
{
  patch (fixture, VOWEL_OPENAI_BETA,
      "{\"input_audio_transcription\":{\"enabled\":true,\"model\":\"a\","
      "\"prompt\":\"p\"}}");
  patch (fixture, VOWEL_OPENAI_BETA,
      "{\"input_audio_transcription\":{\"language\":\"de\"}}");
  g_assert_true (fixture->config->transcription);
  g_assert_cmpstr (fixture->config->transcription_model, ==, "a");
  g_assert_cmpstr (fixture->config->transcription_language, ==, "de");
  g_assert_cmpstr (fixture->config->transcription_prompt, ==, "p");

  patch (fixture, VOWEL_OPENAI_BETA, "{\"input_audio_transcription\":null}");
  g_assert_false (fixture->config->transcription);
  g_assert_null (fixture->config->transcription_model);
}

static void
test_tools (Fixture *fixture, gconstpointer data)
{
  patch (fixture, VOWEL_OPENAI_BETA,
      "{\"tools\":[{\"name\":\"a\"},{\"type\":\"function\",\"name\":\"b\"}]}");
  g_assert_cmpuint (fixture->tools->len, ==, 2);

  /* Not said: unchanged. */
  patch (fixture, VOWEL_OPENAI_BETA, "{\"instructions\":\"x\"}");
  g_assert_cmpuint (fixture->tools->len, ==, 2);

  patch (fixture, VOWEL_OPENAI_BETA, "{\"tools\":[]}");
  g_assert_cmpuint (fixture->tools->len, ==, 0);
}

/* A rate that OpenAI's API does not have is not told, and no wrong one. */
static void
test_rate (Fixture *fixture, gconstpointer data)
{
  static const VowelOpenaiDialect dialects[] = {
      VOWEL_OPENAI_GA, VOWEL_OPENAI_PROVISIONAL};

  patch (fixture, VOWEL_OPENAI_GA,
      "{\"type\":\"realtime\",\"audio\":{\"input\":{\"format\":{\"type\":"
      "\"audio/pcm\",\"rate\":16000}}}}");
  for (guint i = 0; i < G_N_ELEMENTS (dialects); i++) {
    g_autoptr (JsonNode) node = render (fixture, dialects[i]);
    JsonObject *audio =
        json_object_get_object_member (json_node_get_object (node), "audio");
    JsonObject *input = json_object_get_object_member (audio, "input");
    JsonObject *output = json_object_get_object_member (audio, "output");

    g_assert_false (json_object_has_member (
        json_object_get_object_member (input, "format"), "rate"));
    g_assert_cmpint (
        json_object_get_int_member (
            json_object_get_object_member (output, "format"), "rate"),
        ==, 24000);
  }
}

/* A client that has not said what it speaks may mix. */
static void
test_translate (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  try_patch (fixture, VOWEL_OPENAI_GA, FALSE,
      "{\"voice\":\"v4\",\"audio\":{\"input\":{\"format\":\"g711_alaw\"}},"
      "\"turn_detection\":{\"type\":\"none\"},\"vendor\":{\"x\":1}}",
      &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fixture->config->voice, ==, "v4");
  g_assert_cmpint (
      fixture->config->input_format.encoding, ==, VOWEL_ENCODING_PCMA);
  g_assert_cmpuint (fixture->config->input_format.rate, ==, 8000);
  g_assert_cmpint (fixture->config->turn_detection.type, ==, VOWEL_TURN_NONE);
}

static void
test_errors (Fixture *fixture, gconstpointer data)
{
  static const struct {
    VowelOpenaiDialect dialect;
    const gchar *json;
    const gchar *code;
    const gchar *param;
  } table[] = {
      {VOWEL_OPENAI_GA, "{}", "missing_required_parameter", "session.type"},
      {VOWEL_OPENAI_GA, "{\"type\":\"song\"}", "invalid_value", "session.type"},
      {VOWEL_OPENAI_GA, "{\"type\":\"realtime\",\"voice\":\"x\"}",
          "unknown_parameter", "session.voice"},
      {VOWEL_OPENAI_BETA, "{\"audio\":{}}", "unknown_parameter",
          "session.audio"},
      {VOWEL_OPENAI_BETA, "{\"input_audio_transcription\":{\"keywords\":[1]}}",
          "invalid_value", "session.input_audio_transcription.keywords[0]"},
      {VOWEL_OPENAI_BETA, "{\"input_audio_transcription\":{\"delay\":\"?\"}}",
          "invalid_value", "session.input_audio_transcription.delay"},
      {VOWEL_OPENAI_BETA, "{\"instructions\":5}", "invalid_type",
          "session.instructions"},
      {VOWEL_OPENAI_BETA, "{\"modalities\":[\"audio\"]}", "invalid_value",
          "session.modalities"},
      {VOWEL_OPENAI_GA,
          "{\"type\":\"realtime\",\"output_modalities\":[\"audio\",\"text\"]}",
          "invalid_value", "session.output_modalities"},
      {VOWEL_OPENAI_GA, "{\"type\":\"realtime\",\"output_modalities\":[]}",
          "invalid_value", "session.output_modalities"},
      {VOWEL_OPENAI_GA,
          "{\"type\":\"realtime\",\"audio\":{\"output\":{\"speed\":2}}}",
          "decimal_above_max_value", "session.audio.output.speed"},
      {VOWEL_OPENAI_GA,
          "{\"type\":\"realtime\",\"audio\":{\"output\":{\"speed\":\"fast\"}}}",
          "invalid_type", "session.audio.output.speed"},
      {VOWEL_OPENAI_GA,
          "{\"type\":\"realtime\",\"audio\":{\"input\":{\"format\":"
          "{\"type\":\"audio/mp3\"}}}}",
          "invalid_value", "session.audio.input.format.type"},
      {VOWEL_OPENAI_GA,
          "{\"type\":\"realtime\",\"audio\":{\"input\":{\"format\":"
          "{\"type\":\"audio/pcm\",\"rate\":100}}}}",
          "integer_below_min_value", "session.audio.input.format.rate"},
      {VOWEL_OPENAI_GA,
          "{\"type\":\"realtime\",\"audio\":{\"input\":{\"turn_detection\":"
          "{\"type\":\"server_vad\",\"idle_timeout_ms\":99000}}}}",
          "integer_above_max_value",
          "session.audio.input.turn_detection.idle_timeout_ms"},
      {VOWEL_OPENAI_BETA, "{\"turn_detection\":{\"type\":\"psychic\"}}",
          "invalid_value", "session.turn_detection.type"},
      {VOWEL_OPENAI_BETA,
          "{\"turn_detection\":{\"type\":\"server_vad\",\"threshold\":-1}}",
          "decimal_below_min_value", "session.turn_detection.threshold"},
      {VOWEL_OPENAI_BETA, "{\"temperature\":1.5}", "decimal_above_max_value",
          "session.temperature"},
      {VOWEL_OPENAI_BETA, "{\"max_response_output_tokens\":0}",
          "integer_below_min_value", "session.max_response_output_tokens"},
      {VOWEL_OPENAI_BETA, "{\"max_response_output_tokens\":\"many\"}",
          "invalid_value", "session.max_response_output_tokens"},
      {VOWEL_OPENAI_BETA, "{\"max_response_output_tokens\":1.5}",
          "invalid_type", "session.max_response_output_tokens"},
      {VOWEL_OPENAI_BETA, "{\"tools\":{}}", "invalid_type", "session.tools"},
      {VOWEL_OPENAI_BETA, "{\"tools\":[3]}", "invalid_type",
          "session.tools[0]"},
      {VOWEL_OPENAI_BETA, "{\"tools\":[{\"name\":\"a\"},{}]}",
          "missing_required_parameter", "session.tools[1].name"},
      {VOWEL_OPENAI_BETA, "{\"tools\":[{\"type\":\"mcp\"}]}",
          "unsupported_parameter", "session.tools[0].type"},
      {VOWEL_OPENAI_BETA, "{\"tool_choice\":\"perhaps\"}", "invalid_value",
          "session.tool_choice"},
      {VOWEL_OPENAI_BETA, "{\"tool_choice\":{\"type\":\"function\"}}",
          "missing_required_parameter", "session.tool_choice.name"},
      {VOWEL_OPENAI_BETA, "{\"tracing\":5}", "invalid_type", "session.tracing"},
      {VOWEL_OPENAI_BETA, "{\"tracing\":\"on\"}", "invalid_type",
          "session.tracing"},
      {VOWEL_OPENAI_BETA, "{\"prompt\":{}}", "missing_required_parameter",
          "session.prompt.id"},
      {VOWEL_OPENAI_BETA, "{\"include\":[\"item.everything\"]}",
          "invalid_value", "session.include[0]"},
      {VOWEL_OPENAI_BETA, "{\"include\":\"all\"}", "invalid_type",
          "session.include"},
      {VOWEL_OPENAI_GA, "{\"type\":\"realtime\",\"truncation\":\"never\"}",
          "invalid_value", "session.truncation"},
      {VOWEL_OPENAI_GA, "{\"type\":\"realtime\",\"truncation\":1}",
          "invalid_type", "session.truncation"},
      {VOWEL_OPENAI_GA,
          "{\"type\":\"realtime\",\"truncation\":"
          "{\"type\":\"retention_ratio\"}}",
          "missing_required_parameter", "session.truncation.retention_ratio"},
      {VOWEL_OPENAI_GA,
          "{\"type\":\"realtime\",\"truncation\":"
          "{\"retention_ratio\":0.5}}",
          "missing_required_parameter", "session.truncation.type"},
      {VOWEL_OPENAI_GA,
          "{\"type\":\"realtime\",\"truncation\":"
          "{\"type\":\"retention_ratio\",\"retention_ratio\":1.5}}",
          "decimal_above_max_value", "session.truncation.retention_ratio"},
      {VOWEL_OPENAI_GA, "{\"type\":\"transcription\",\"tools\":[]}",
          "unknown_parameter", "session.tools"},
      {VOWEL_OPENAI_GA,
          "{\"type\":\"transcription\",\"audio\":{\"output\":{}}}",
          "unknown_parameter", "session.audio.output"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (GError) error = NULL;
    JsonObject *object;

    g_test_message ("%s", table[i].json);
    g_assert_false (
        try_patch (fixture, table[i].dialect, TRUE, table[i].json, &error));
    object = vowel_openai_error_to_full_object (
        error, VOWEL_OPENAI_ABOUT_SESSION, "c1");
    g_assert_cmpstr (json_object_get_string_member (object, "type"), ==,
        "invalid_request_error");
    g_assert_cmpstr (
        json_object_get_string_member (object, "code"), ==, table[i].code);
    g_assert_cmpstr (
        json_object_get_string_member (object, "param"), ==, table[i].param);
    g_assert_cmpstr (
        json_object_get_string_member (object, "event_id"), ==, "c1");
    g_assert_nonnull (strstr (
        json_object_get_string_member (object, "message"), table[i].param));
    json_object_unref (object);
  }
}

static void
test_upkeep (Fixture *fixture, gconstpointer data)
{
  VowelTruncation *truncation = &fixture->config->truncation;
  g_autoptr (JsonNode) before = NULL;
  g_autoptr (JsonNode) after = NULL;
  g_autofree gchar *text = NULL;

  patch (fixture, VOWEL_OPENAI_GA,
      "{\"type\":\"realtime\",\"include\":"
      "[\"item.input_audio_transcription.logprobs\"],"
      "\"tracing\":{\"workflow_name\":\"w\"},"
      "\"prompt\":{\"id\":\"pmpt_1\",\"variables\":{\"a\":\"b\"}},"
      "\"reasoning\":{\"effort\":\"low\"},"
      "\"truncation\":{\"type\":\"retention_ratio\","
      "\"retention_ratio\":0.75,\"token_limits\":{\"post_instructions\":900}}"
      "}");
  g_assert_true (fixture->config->include_logprobs);
  g_assert_cmpint (truncation->type, ==, VOWEL_TRUNCATION_RETENTION_RATIO);
  g_assert_cmpfloat (truncation->retention_ratio, ==, 0.75);
  g_assert_cmpuint (truncation->post_instructions_tokens, ==, 900);

  before = render (fixture, VOWEL_OPENAI_GA);
  text = json_to_string (before, FALSE);
  g_assert_nonnull (strstr (text, "\"prompt\":{\"id\":\"pmpt_1\""));
  g_assert_nonnull (strstr (text, "\"effort\":\"low\""));
  /* What comes out can go in again, and what is not said stays. */
  patch (fixture, VOWEL_OPENAI_GA, text);
  patch (fixture, VOWEL_OPENAI_GA, "{\"type\":\"realtime\"}");
  after = render (fixture, VOWEL_OPENAI_GA);
  g_assert_true (json_node_equal (before, after));

  patch (fixture, VOWEL_OPENAI_GA,
      "{\"type\":\"realtime\",\"include\":null,\"tracing\":null,"
      "\"prompt\":null,\"truncation\":\"auto\"}");
  g_assert_false (fixture->config->include_logprobs);
  g_assert_cmpint (truncation->type, ==, VOWEL_TRUNCATION_AUTO);
  g_assert_null (fixture->config->tracing);
  g_assert_null (fixture->config->prompt);
}

/* Only what belongs to hearing, in both directions. */
static void
test_transcription_session (Fixture *fixture, gconstpointer data)
{
  patch (fixture, VOWEL_OPENAI_GA,
      "{\"type\":\"transcription\",\"include\":"
      "[\"item.input_audio_transcription.logprobs\"],\"audio\":{\"input\":{"
      "\"format\":{\"type\":\"audio/pcmu\"},\"transcription\":{"
      "\"model\":\"m\",\"languages\":[\"de\",\"en\"],"
      "\"keywords\":[\"Ulm\"],\"delay\":\"low\"},"
      "\"turn_detection\":{\"type\":\"server_vad\","
      "\"silence_duration_ms\":400}}}}");
  g_assert_cmpint (fixture->config->kind, ==, VOWEL_SESSION_TRANSCRIPTION);

  assert_renders (fixture, VOWEL_OPENAI_GA,
      "{\"id\":\"sess_1\",\"object\":\"realtime.transcription_session\","
      "\"type\":\"transcription\",\"expires_at\":1790000000,"
      "\"include\":[\"item.input_audio_transcription.logprobs\"],"
      "\"audio\":{\"input\":{\"format\":{\"type\":\"audio/pcmu\"},"
      "\"transcription\":{\"model\":\"m\",\"languages\":[\"de\",\"en\"],"
      "\"keywords\":[\"Ulm\"],\"delay\":\"low\"},\"noise_reduction\":null,"
      "\"turn_detection\":{\"type\":\"server_vad\",\"threshold\":0.5,"
      "\"prefix_padding_ms\":300,\"silence_duration_ms\":400}}}}");
  assert_renders (fixture, VOWEL_OPENAI_BETA,
      "{\"id\":\"sess_1\",\"object\":\"realtime.transcription_session\","
      "\"expires_at\":1790000000,"
      "\"include\":[\"item.input_audio_transcription.logprobs\"],"
      "\"modalities\":[\"text\",\"audio\"],"
      "\"input_audio_format\":\"g711_ulaw\",\"input_audio_transcription\":{"
      "\"model\":\"m\",\"languages\":[\"de\",\"en\"],"
      "\"keywords\":[\"Ulm\"],\"delay\":\"low\"},"
      "\"input_audio_noise_reduction\":null,"
      "\"turn_detection\":{\"type\":\"server_vad\",\"threshold\":0.5,"
      "\"prefix_padding_ms\":300,\"silence_duration_ms\":400}}");

  for (VowelOpenaiDialect dialect = VOWEL_OPENAI_GA;
       dialect <= VOWEL_OPENAI_BETA; dialect++) {
    g_autoptr (JsonNode) before = render (fixture, dialect);
    g_autofree gchar *text = json_to_string (before, FALSE);
    g_autoptr (JsonNode) after = NULL;

    patch (fixture, dialect, text);
    after = render (fixture, dialect);
    g_assert_true (json_node_equal (before, after));
  }
}

static void
test_rest (Fixture *fixture, gconstpointer data)
{
  static const gchar body[] =
      "{\"type\":\"realtime\",\"instructions\":\"REST\","
      "\"tools\":[{\"name\":\"f\"}]}";
  g_autoptr (JsonObject) session = NULL;

  patch (fixture, VOWEL_OPENAI_GA, body);
  session = vowel_openai_session_render (
      fixture->config, fixture->tools, "sess_2", 0, VOWEL_OPENAI_GA);
  g_assert_cmpstr (
      json_object_get_string_member (session, "instructions"), ==, "REST");
  g_assert_cmpstr (json_object_get_string_member (session, "id"), ==, "sess_2");
  g_assert_false (json_object_has_member (session, "expires_at"));
}

#define ADD(name, func)                                                        \
  g_test_add ("/openai/session/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("ga-whole", test_ga_whole);
  ADD ("beta-whole", test_beta_whole);
  ADD ("superset", test_superset);
  ADD ("round-trip", test_round_trip);
  ADD ("merge", test_merge);
  ADD ("detector", test_detector);
  ADD ("disabled", test_disabled);
  ADD ("transcription", test_transcription);
  ADD ("tools", test_tools);
  ADD ("rate", test_rate);
  ADD ("translate", test_translate);
  ADD ("errors", test_errors);
  ADD ("upkeep", test_upkeep);
  ADD ("transcription-session", test_transcription_session);
  ADD ("rest", test_rest);

  return g_test_run ();
}
