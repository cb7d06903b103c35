/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "protocol/openai/openai-errors.h"
#include "protocol/openai/openai-item-json.h"
#include "protocol/openai/openai-response-json.h"

#include <string.h>

static const VowelAudioFormat pcm = {VOWEL_ENCODING_PCM16, 24000};

static VowelItem *
parse (const gchar *json, GError **error)
{
  g_autoptr (JsonNode) node = json_from_string (json, NULL);

  g_assert_nonnull (node);
  return vowel_openai_item_parse (
      json_node_get_object (node), "item", &pcm, error);
}

static void
assert_json (JsonObject *object, const gchar *expected)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonNode) wanted = json_from_string (expected, NULL);
  g_autofree gchar *got = NULL;

  g_assert_nonnull (wanted);
  json_node_take_object (node, object);
  got = json_to_string (node, FALSE);
  if (!json_node_equal (node, wanted))
    g_error ("%s\nis not\n%s", got, expected);
}

static void
test_round_trip (void)
{
  static const struct {
    const gchar *in;
    const gchar *ga;
    const gchar *beta;
  } table[] = {
      {"{\"id\":\"a\",\"type\":\"message\",\"role\":\"system\","
       "\"status\":\"incomplete\","
       "\"content\":[{\"type\":\"input_text\",\"text\":\"x\"}]}",
          "{\"id\":\"a\",\"object\":\"realtime.item\",\"type\":\"message\","
          "\"status\":\"completed\",\"role\":\"system\","
          "\"content\":[{\"type\":\"input_text\",\"text\":\"x\"}]}",
          NULL},
      {"{\"id\":\"a\",\"type\":\"message\",\"role\":\"assistant\","
       "\"content\":[{\"type\":\"text\",\"text\":\"x\"}]}",
          "{\"id\":\"a\",\"object\":\"realtime.item\",\"type\":\"message\","
          "\"status\":\"completed\",\"role\":\"assistant\","
          "\"content\":[{\"type\":\"output_text\",\"text\":\"x\"}]}",
          "{\"id\":\"a\",\"object\":\"realtime.item\",\"type\":\"message\","
          "\"status\":\"completed\",\"role\":\"assistant\","
          "\"content\":[{\"type\":\"text\",\"text\":\"x\"}]}"},
      {"{\"id\":\"a\",\"type\":\"message\",\"role\":\"user\","
       "\"content\":[{\"type\":\"input_audio\",\"audio\":\"AQIDBA==\"},"
       "{\"type\":\"input_image\",\"image_url\":\"data:image/"
       "png;base64,AA\"},{\"type\":\"input_image\",\"detail\":\"low\","
       "\"image_url\":\"data:image/JPEG;base64,AA==\"}]}",
          "{\"id\":\"a\",\"object\":\"realtime.item\",\"type\":\"message\","
          "\"status\":\"completed\",\"role\":\"user\","
          "\"content\":[{\"type\":\"input_audio\",\"transcript\":null},"
          "{\"type\":\"input_image\","
          "\"image_url\":\"data:image/png;base64,AA\"},"
          "{\"type\":\"input_image\",\"image_url\":"
          "\"data:image/JPEG;base64,AA==\",\"detail\":\"low\"}]}",
          "{\"id\":\"a\",\"object\":\"realtime.item\",\"type\":\"message\","
          "\"status\":\"completed\",\"role\":\"user\","
          "\"content\":[{\"type\":\"input_audio\",\"transcript\":null}]}"},
      {"{\"id\":\"a\",\"type\":\"function_call\",\"call_id\":\"c\","
       "\"name\":\"f\",\"arguments\":\"{}\"}",
          "{\"id\":\"a\",\"object\":\"realtime.item\",\"type\":\"function_"
          "call\","
          "\"status\":\"completed\",\"call_id\":\"c\",\"name\":\"f\","
          "\"arguments\":\"{}\"}",
          NULL},
      {"{\"id\":\"a\",\"type\":\"function_call_output\",\"call_id\":\"c\","
       "\"output\":\"\"}",
          "{\"id\":\"a\",\"object\":\"realtime.item\","
          "\"type\":\"function_call_output\",\"status\":\"completed\","
          "\"call_id\":\"c\",\"output\":\"\"}",
          NULL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (VowelItem) item = parse (table[i].in, &error);

    g_test_message ("%s", table[i].in);
    g_assert_no_error (error);
    assert_json (vowel_openai_item_render (
                     item, VOWEL_OPENAI_GA, VOWEL_OPENAI_ITEM_WHOLE),
        table[i].ga);
    assert_json (vowel_openai_item_render (
                     item, VOWEL_OPENAI_BETA, VOWEL_OPENAI_ITEM_WHOLE),
        table[i].beta != NULL ? table[i].beta : table[i].ga);
  }
}

static void
test_views (void)
{
  g_autoptr (VowelItem) call = vowel_item_new_function_call ("a", "c", "f");
  g_autoptr (VowelItem) said =
      vowel_item_new_message ("b", VOWEL_ROLE_ASSISTANT);
  g_autoptr (VowelItem) heard = NULL;

  g_string_assign (call->arguments, "{\"x\":1}");
  assert_json (vowel_openai_item_render (
                   call, VOWEL_OPENAI_GA, VOWEL_OPENAI_ITEM_ANNOUNCED),
      "{\"id\":\"a\",\"object\":\"realtime.item\",\"type\":\"function_call\","
      "\"status\":\"in_progress\",\"call_id\":\"c\",\"name\":\"f\","
      "\"arguments\":\"\"}");

  vowel_item_add_part (said, VOWEL_PART_AUDIO, "one two three");
  assert_json (vowel_openai_item_render (
                   said, VOWEL_OPENAI_GA, VOWEL_OPENAI_ITEM_ANNOUNCED),
      "{\"id\":\"b\",\"object\":\"realtime.item\",\"type\":\"message\","
      "\"status\":\"in_progress\",\"role\":\"assistant\",\"content\":[]}");
  assert_json (
      vowel_openai_item_render (said, VOWEL_OPENAI_GA, VOWEL_OPENAI_ITEM_WHOLE),
      "{\"id\":\"b\",\"object\":\"realtime.item\",\"type\":\"message\","
      "\"status\":\"completed\",\"role\":\"assistant\",\"content\":["
      "{\"type\":\"output_audio\",\"transcript\":\"one two three\"}]}");
  assert_json (vowel_openai_item_render (
                   said, VOWEL_OPENAI_BETA, VOWEL_OPENAI_ITEM_RETRIEVED),
      "{\"id\":\"b\",\"object\":\"realtime.item\",\"type\":\"message\","
      "\"status\":\"completed\",\"role\":\"assistant\",\"content\":["
      "{\"type\":\"audio\",\"transcript\":\"one two three\"}]}");

  heard = parse ("{\"id\":\"a\",\"type\":\"message\",\"role\":\"user\","
                 "\"content\":[{\"type\":\"input_audio\","
                 "\"audio\":\"AQIDBAU=\",\"transcript\":\"hi\"}]}",
      NULL);
  assert_json (vowel_openai_item_render (
                   heard, VOWEL_OPENAI_GA, VOWEL_OPENAI_ITEM_RETRIEVED),
      "{\"id\":\"a\",\"object\":\"realtime.item\",\"type\":\"message\","
      "\"status\":\"completed\",\"role\":\"user\",\"content\":["
      "{\"type\":\"input_audio\",\"transcript\":\"hi\","
      "\"audio\":\"AQIDBA==\"}]}");
}

static void
assert_error (const GError *error, const gchar *code, const gchar *param)
{
  JsonObject *object = vowel_openai_error_to_full_object (
      error, VOWEL_OPENAI_ABOUT_CREATE, NULL);

  g_assert_cmpstr (json_object_get_string_member (object, "code"), ==, code);
  g_assert_cmpstr (json_object_get_string_member (object, "param"), ==, param);
  g_assert_true (json_object_get_null_member (object, "event_id"));
  json_object_unref (object);
}

static void
test_item_errors (void)
{
  static const struct {
    const gchar *json;
    const gchar *code;
    const gchar *param;
  } table[] = {
      {"{}", "missing_required_parameter", "item.type"},
      {"{\"type\":\"poem\"}", "invalid_value", "item.type"},
      {"{\"type\":\"message\"}", "missing_required_parameter", "item.role"},
      {"{\"type\":\"message\",\"role\":\"dog\",\"content\":[]}",
          "invalid_value", "item.role"},
      {"{\"type\":\"message\",\"role\":\"user\"}", "missing_required_parameter",
          "item.content"},
      {"{\"type\":\"message\",\"role\":\"user\",\"content\":[{}]}",
          "missing_required_parameter", "item.content[0].type"},
      {"{\"type\":\"message\",\"role\":\"user\","
       "\"content\":[{\"type\":\"input_text\"}]}",
          "missing_required_parameter", "item.content[0].text"},
      {"{\"type\":\"message\",\"role\":\"user\","
       "\"content\":[{\"type\":\"output_text\",\"text\":\"x\"}]}",
          "invalid_value", "item.content[0].type"},
      {"{\"type\":\"message\",\"role\":\"user\","
       "\"content\":[{\"type\":\"input_audio\",\"audio\":\"!\"}]}",
          "invalid_value", "item.content[0].audio"},
      {"{\"type\":\"message\",\"role\":\"user\","
       "\"content\":[{\"type\":\"input_image\",\"image_url\":\"http://x\"}]}",
          "invalid_value", "item.content[0].image_url"},
      {"{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":"
       "\"input_image\",\"image_url\":\"data:image/svg+xml;base64,AA\"}]}",
          "invalid_value", "item.content[0].image_url"},
      {"{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":"
       "\"input_image\",\"image_url\":\"data:image/png;base64,A-\"}]}",
          "invalid_value", "item.content[0].image_url"},
      {"{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":"
       "\"input_image\",\"image_url\":\"data:image/png;base64,\"}]}",
          "invalid_value", "item.content[0].image_url"},
      {"{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":"
       "\"input_image\",\"image_url\":\"data:image/png;base64,AA\","
       "\"detail\":\"original\"}]}",
          "invalid_value", "item.content[0].detail"},
      {"{\"type\":\"message\",\"role\":\"assistant\","
       "\"content\":[{\"type\":\"output_audio\",\"audio\":\"AAAA\"}]}",
          "missing_required_parameter", "item.content[0].text"},
      {"{\"type\":\"function_call\",\"name\":\"f\"}",
          "missing_required_parameter", "item.arguments"},
      {"{\"type\":\"function_call_output\",\"output\":\"x\"}",
          "missing_required_parameter", "item.call_id"},
      {"{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":{}}",
          "invalid_type", "item.output"},
      {"{\"type\":\"message\",\"role\":\"user\",\"content\":[],\"id\":"
       "\"01234567890123456789012345678901234567890123456789012345678901234\"}",
          "string_above_max_length", "item.id"},
      {"{\"type\":\"message\",\"role\":\"user\",\"content\":[],\"id\":\"\"}",
          "invalid_value", "item.id"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", table[i].json);
    g_assert_null (parse (table[i].json, &error));
    assert_error (error, table[i].code, table[i].param);
  }
}

static VowelItem *
look_up (const gchar *id, gpointer user_data)
{
  return g_str_equal (id, "known") ? user_data : NULL;
}

static VowelResponseRequest *
parse_request (const gchar *json, VowelOpenaiDialect dialect, GError **error)
{
  g_autoptr (VowelSessionConfig) config = vowel_session_config_new ();
  g_autoptr (VowelItem) known =
      vowel_item_new_message ("known", VOWEL_ROLE_USER);
  g_autoptr (JsonNode) node = json_from_string (json, NULL);

  g_assert_nonnull (node);
  return vowel_openai_response_request_parse (json_node_get_object (node),
      dialect, TRUE, config, look_up, known, error);
}

static void
test_request (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelResponseRequest) ga = NULL;
  g_autoptr (VowelResponseRequest) beta = NULL;
  g_autoptr (VowelResponseRequest) empty = NULL;

  ga = parse_request ("{\"instructions\":\"i\",\"conversation\":\"none\","
                      "\"output_modalities\":[\"text\"],"
                      "\"metadata\":{\"topic\":\"t\"},"
                      "\"max_output_tokens\":\"inf\",\"tool_choice\":\"none\","
                      "\"tools\":[],"
                      "\"audio\":{\"output\":{\"voice\":\"v\","
                      "\"format\":{\"type\":\"audio/pcmu\"}}},"
                      "\"input\":[{\"type\":\"item_reference\","
                      "\"id\":\"known\"},{\"type\":\"message\","
                      "\"role\":\"user\",\"content\":["
                      "{\"type\":\"input_text\",\"text\":\"x\"}]}]}",
      VOWEL_OPENAI_GA, &error);
  g_assert_no_error (error);
  g_assert_true (ga->out_of_band);
  g_assert_cmpstr (ga->instructions, ==, "i");
  g_assert_cmpint (ga->modality, ==, VOWEL_MODALITY_TEXT);
  g_assert_cmpint (ga->max_output_tokens, ==, 0);
  g_assert_cmpstr (ga->tool_choice, ==, "none");
  g_assert_cmpuint (ga->tools->len, ==, 0);
  g_assert_cmpstr (ga->voice, ==, "v");
  g_assert_cmpint (ga->output_format->encoding, ==, VOWEL_ENCODING_PCMU);
  g_assert_cmpuint (ga->input->len, ==, 2);
  g_assert_cmpstr (
      ((VowelItem *) g_ptr_array_index (ga->input, 0))->id, ==, "known");
  g_assert_cmpstr (g_hash_table_lookup (ga->metadata, "topic"), ==, "t");

  beta = parse_request ("{\"modalities\":[\"text\",\"audio\"],"
                        "\"voice\":\"v\",\"output_audio_format\":\"pcm16\","
                        "\"temperature\":0.75,"
                        "\"max_response_output_tokens\":7}",
      VOWEL_OPENAI_BETA, &error);
  g_assert_no_error (error);
  g_assert_cmpint (beta->modality, ==, VOWEL_MODALITY_AUDIO);
  g_assert_cmpint (beta->max_output_tokens, ==, 7);
  g_assert_cmpfloat (beta->temperature, ==, 0.75);
  g_assert_false (beta->out_of_band);

  empty = parse_request ("{}", VOWEL_OPENAI_GA, &error);
  g_assert_no_error (error);
  g_assert_cmpint (empty->modality, ==, -1);
  g_assert_cmpint (empty->max_output_tokens, ==, -1);
  g_assert_null (empty->tools);
  g_assert_null (empty->input);
  g_assert_null (empty->metadata);
}

static void
test_request_errors (void)
{
  static const struct {
    VowelOpenaiDialect dialect;
    const gchar *json;
    const gchar *code;
    const gchar *param;
  } table[] = {
      {VOWEL_OPENAI_GA, "{\"voice\":\"v\"}", "unknown_parameter",
          "response.voice"},
      {VOWEL_OPENAI_BETA, "{\"output_modalities\":[\"text\"]}",
          "unknown_parameter", "response.output_modalities"},
      {VOWEL_OPENAI_GA, "{\"conversation\":\"mine\"}", "invalid_value",
          "response.conversation"},
      {VOWEL_OPENAI_GA, "{\"metadata\":{\"a\":1}}", "invalid_type",
          "response.metadata.a"},
      {VOWEL_OPENAI_GA, "{\"input\":[{\"type\":\"item_reference\"}]}",
          "missing_required_parameter", "response.input[0].id"},
      {VOWEL_OPENAI_GA,
          "{\"input\":[{\"type\":\"item_reference\",\"id\":\"lost\"}]}",
          "invalid_value", "response.input[0].id"},
      {VOWEL_OPENAI_GA,
          "{\"metadata\":{\"1\":\"\",\"2\":\"\",\"3\":\"\",\"4\":\"\",\"5\":"
          "\"\","
          "\"6\":\"\",\"7\":\"\",\"8\":\"\",\"9\":\"\",\"10\":\"\",\"11\":\"\","
          "\"12\":\"\",\"13\":\"\",\"14\":\"\",\"15\":\"\",\"16\":\"\","
          "\"17\":\"\"}}",
          "object_above_max_properties", "response.metadata"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", table[i].json);
    g_assert_null (parse_request (table[i].json, table[i].dialect, &error));
    assert_error (error, table[i].code, table[i].param);
  }
}

static void
test_response (void)
{
  g_autoptr (VowelResponse) response = vowel_response_new ();

  g_free (response->id);
  response->id = g_strdup ("resp_1");
  g_free (response->voice);
  response->voice = g_strdup ("v");
  response->modality = VOWEL_MODALITY_AUDIO;
  response->output_format = pcm;
  response->max_output_tokens = 0;
  response->temperature = -1;

  assert_json (
      vowel_openai_response_render (response, "conv_1", VOWEL_OPENAI_GA),
      "{\"object\":\"realtime.response\",\"id\":\"resp_1\","
      "\"status\":\"in_progress\",\"status_details\":null,\"output\":[],"
      "\"conversation_id\":\"conv_1\",\"output_modalities\":[\"audio\"],"
      "\"audio\":{\"output\":{\"format\":{\"type\":\"audio/pcm\","
      "\"rate\":24000},\"voice\":\"v\"}},\"max_output_tokens\":\"inf\","
      "\"usage\":null,\"metadata\":null}");

  response->status = VOWEL_RESPONSE_CANCELLED;
  response->reason = VOWEL_REASON_TURN_DETECTED;
  response->out_of_band = TRUE;
  response->has_usage = TRUE;
  response->usage = (VowelUsage){20, 10, 5};
  response->metadata =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_insert (response->metadata, g_strdup ("a"), g_strdup ("b"));
  assert_json (
      vowel_openai_response_render (response, "conv_1", VOWEL_OPENAI_BETA),
      "{\"object\":\"realtime.response\",\"id\":\"resp_1\","
      "\"status\":\"cancelled\",\"status_details\":{\"type\":\"cancelled\","
      "\"reason\":\"turn_detected\"},\"output\":[],\"conversation_id\":null,"
      "\"modalities\":[\"text\",\"audio\"],\"voice\":\"v\","
      "\"output_audio_format\":\"pcm16\",\"temperature\":0.8,"
      "\"max_output_tokens\":\"inf\",\"usage\":{\"total_tokens\":30,"
      "\"input_tokens\":20,\"output_tokens\":10,\"input_token_details\":{"
      "\"text_tokens\":20,\"audio_tokens\":0,\"image_tokens\":0,"
      "\"cached_tokens\":5,\"cached_tokens_details\":{\"text_tokens\":5,"
      "\"audio_tokens\":0,\"image_tokens\":0}},\"output_token_details\":{"
      "\"text_tokens\":10,\"audio_tokens\":0}},\"metadata\":{\"a\":\"b\"}}");

  response->status = VOWEL_RESPONSE_FAILED;
  response->error_code = g_strdup ("rate-limit");
  response->error_message = g_strdup ("slow down");
  {
    JsonObject *object =
        vowel_openai_response_render (response, "c", VOWEL_OPENAI_GA);
    JsonObject *details =
        json_object_get_object_member (object, "status_details");
    JsonObject *error = json_object_get_object_member (details, "error");

    g_assert_cmpstr (
        json_object_get_string_member (details, "type"), ==, "failed");
    g_assert_false (json_object_has_member (details, "reason"));
    g_assert_cmpstr (json_object_get_string_member (error, "code"), ==,
        "rate_limit_exceeded");
    json_object_unref (object);
  }
}

static void
test_session_errors (void)
{
  static const struct {
    VowelError error;
    VowelOpenaiAbout about;
    const gchar *field;
    const gchar *code;
    const gchar *param;
  } table[] = {
      {VOWEL_ERROR_BUFFER_TOO_SHORT, VOWEL_OPENAI_ABOUT_OTHER, NULL,
          "input_audio_buffer_commit_empty", NULL},
      {VOWEL_ERROR_RESPONSE_ACTIVE, VOWEL_OPENAI_ABOUT_RESPONSE, NULL,
          "conversation_already_has_active_response", NULL},
      {VOWEL_ERROR_RESPONSE_NOT_ACTIVE, VOWEL_OPENAI_ABOUT_CANCEL, NULL,
          "response_cancel_not_active", NULL},
      {VOWEL_ERROR_ITEM_EXISTS, VOWEL_OPENAI_ABOUT_CREATE, NULL,
          "item_create_invalid_item_id", "item.id"},
      {VOWEL_ERROR_PREVIOUS_ITEM_UNKNOWN, VOWEL_OPENAI_ABOUT_CREATE, NULL,
          "item_create_invalid_item_id", "previous_item_id"},
      {VOWEL_ERROR_ITEM_UNKNOWN, VOWEL_OPENAI_ABOUT_RETRIEVE, NULL,
          "item_retrieve_invalid_item_id", "item_id"},
      {VOWEL_ERROR_ITEM_UNKNOWN, VOWEL_OPENAI_ABOUT_DELETE, NULL,
          "item_delete_invalid_item_id", "item_id"},
      {VOWEL_ERROR_ITEM_UNKNOWN, VOWEL_OPENAI_ABOUT_TRUNCATE, NULL,
          "item_truncate_invalid_item_id", "item_id"},
      {VOWEL_ERROR_NOT_AUDIO, VOWEL_OPENAI_ABOUT_TRUNCATE, NULL,
          "unsupported_content_type", "content_index"},
      {VOWEL_ERROR_VOICE_LOCKED, VOWEL_OPENAI_ABOUT_SESSION, "voice",
          "cannot_update_voice", NULL},
      {VOWEL_ERROR_OUT_OF_RANGE, VOWEL_OPENAI_ABOUT_SESSION,
          "turn_detection.threshold", "invalid_value",
          "session.audio.input.turn_detection.threshold"},
      {VOWEL_ERROR_EXPIRED, VOWEL_OPENAI_ABOUT_OTHER, NULL, "session_expired",
          NULL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (GError) error = NULL;
    JsonObject *object;

    if (table[i].field != NULL)
      vowel_set_field_error (
          &error, table[i].error, table[i].field, "some text");
    else
      error = g_error_new_literal (VOWEL_ERROR, table[i].error, "some text");
    object = vowel_openai_error_to_full_object (error, table[i].about, "e");
    g_assert_cmpstr (
        json_object_get_string_member (object, "code"), ==, table[i].code);
    g_assert_cmpstr (
        json_object_get_string_member (object, "message"), ==, "some text");
    if (table[i].param != NULL)
      g_assert_cmpstr (
          json_object_get_string_member (object, "param"), ==, table[i].param);
    else
      g_assert_true (json_object_get_null_member (object, "param"));
    json_object_unref (object);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/openai/item/round-trip", test_round_trip);
  g_test_add_func ("/openai/item/views", test_views);
  g_test_add_func ("/openai/item/errors", test_item_errors);
  g_test_add_func ("/openai/response/request", test_request);
  g_test_add_func ("/openai/response/request-errors", test_request_errors);
  g_test_add_func ("/openai/response/object", test_response);
  g_test_add_func ("/openai/errors/session", test_session_errors);

  return g_test_run ();
}
