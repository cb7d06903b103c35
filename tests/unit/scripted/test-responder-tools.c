/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How the scripted model calls the tools of a session, and what it makes of
 * their results. */

#include "responder-fixture.h"

#include <gst/gst.h>
#include <string.h>

/* @expected: "tool {arguments}", several in lines */
static void
assert_calls (Fixture *fixture, const gchar *question, const gchar *expected)
{
  g_autoptr (GstVowelChatRequest) request = fixture_request_new ();
  g_autoptr (GstVowelScriptReply) reply = NULL;
  g_autoptr (GString) calls = g_string_new (NULL);
  guint i;

  fixture_add_tools (request);
  reply = fixture_ask (fixture, request, question);
  for (i = 0; i < reply->calls->len; i++) {
    const GstVowelScriptReplyCall *call = reply->calls->pdata[i];

    g_string_append_printf (
        calls, "%s%s %s", i > 0 ? "\n" : "", call->tool, call->arguments);
  }
  g_test_message ("%s -> %s | %s", question, reply->text, calls->str);
  g_assert_cmpstr (calls->str, ==, expected);
}

static void
test_tools (Fixture *fixture, gconstpointer data)
{
  static const gchar *const cases[][2] = {
      {"What is the weather in London?", "get_weather {\"city\":\"London\"}"},
      {"what is the weather in new york today please",
          "get_weather {\"city\":\"New York\"}"},
      {"weather paris", "get_weather {\"city\":\"Paris\"}"},
      {"tell me the weather for \"São Paulo\"",
          "get_weather {\"city\":\"S\303\243o Paulo\"}"},
      {"set a timer for five minutes", "setTimer {\"minutes\":5}"},
      {"set a timer for an hour", "setTimer {\"minutes\":60}"},
      {"please start a timer of 1 hour and twenty minutes",
          "setTimer {\"minutes\":80}"},
      {"turn on the light in the kitchen",
          "set_light {\"room\":\"kitchen\",\"on\":true}"},
      {"could you switch off the living room light",
          "set_light {\"room\":\"living_room\",\"on\":false}"},
      {"what is the weather in Paris and set a timer for ten minutes",
          "get_weather {\"city\":\"Paris\"}\nsetTimer {\"minutes\":10}"},
      {"What's the weather in Rome? And the weather in Berlin?",
          "get_weather {\"city\":\"Rome\"}\nget_weather {\"city\":\"Berlin\"}"},
      {"weather in paris and london",
          "get_weather {\"city\":\"Paris\"}\nget_weather "
          "{\"city\":\"London\"}"},
      {"what is the weather in Paris, London and New York",
          "get_weather {\"city\":\"Paris\"}\nget_weather "
          "{\"city\":\"London\"}\nget_weather {\"city\":\"New York\"}"},
      {"tell me the weather in Rome and Oslo and set a timer for two minutes",
          "get_weather {\"city\":\"Rome\"}\nget_weather "
          "{\"city\":\"Oslo\"}\nsetTimer {\"minutes\":2}"},
      /* Plain talk stays talk. */
      {"my name is anna", ""},
      {"I had a light lunch in the kitchen", ""},
      {"we talked about the weather in London", ""},
      {"what are you", ""},
      {"what time is it", ""},
      {"say what is the weather in London", ""},
      {"hello", ""},
      {"what is seven times eight", ""},
      {"I like the city", ""},
      {"set", ""},
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_calls (fixture, cases[i][0], cases[i][1]);
}

static void
test_tool_parameters (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const gchar *name;
    const gchar *properties;
    const gchar *required;
    const gchar *question;
    const gchar *arguments;
  } cases[] = {
      {"send_message",
          "\"recipient\":{\"type\":\"string\"},\"message\":{\"type\":"
          "\"string\"}",
          "\"recipient\",\"message\"",
          "send a message to bob saying I will be late in the morning",
          "{\"message\":\"I will be late in the "
          "morning\",\"recipient\":\"Bob\"}"},
      {"lookup_order", "\"order_id\":{\"type\":\"string\"}", "\"order_id\"",
          "look up order 12345", "{\"order_id\":\"12345\"}"},
      {"book_flight",
          "\"from\":{\"type\":\"string\"},\"to\":{\"type\":\"string\"},"
          "\"passengers\":{\"type\":\"integer\"}",
          "\"from\",\"to\"",
          "book a flight from Paris to Rome for two passengers",
          "{\"passengers\":2,\"from\":\"Paris\",\"to\":\"Rome\"}"},
      {"set_temperature",
          "\"degrees\":{\"type\":\"number\"},\"unit\":{\"enum\":[\"celsius\","
          "\"fahrenheit\"]}",
          "\"degrees\"",
          "set the temperature to minus twenty one point five celsius",
          "{\"unit\":\"celsius\",\"degrees\":-21.5}"},
      {"add_items",
          "\"items\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}",
          "\"items\"", "add the items milk, eggs and bread",
          "{\"items\":[\"milk\",\"eggs\",\"bread\"]}"},
      {"play_music", "\"genre\":{\"type\":\"string\"}", "\"genre\"",
          "please play some jazz music", "{\"genre\":\"jazz\"}"},
      {"get_forecast",
          "\"location\":{\"type\":\"string\"},\"date\":{\"type\":\"string\"}",
          "\"location\"", "what is the forecast for Paris tomorrow",
          "{\"date\":\"tomorrow\",\"location\":\"Paris\"}"},
      {"set_alarm",
          "\"seconds\":{\"type\":\"integer\",\"default\":30},"
          "\"loud\":{\"type\":\"boolean\",\"default\":true}",
          "\"seconds\",\"loud\"", "set an alarm",
          "{\"seconds\":30,\"loud\":true}"},
      {"ping", "", "", "ping", "{}"},
      {"update_settings",
          "\"settings\":{\"type\":\"object\",\"properties\":{\"volume\":{"
          "\"type\":\"integer\"}},\"required\":[\"volume\"]}",
          "\"settings\"", "update the settings to volume seven",
          "{\"settings\":{\"volume\":7}}"},
      {"save_data", "\"data\":{\"type\":\"object\"}", "\"data\"",
          "save the data", "{\"data\":{}}"},
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GstVowelChatRequest) request = fixture_request_new ();
    g_autoptr (GstVowelScriptReply) reply = NULL;
    g_autofree gchar *schema = g_strdup_printf (
        "{\"type\":\"object\",\"properties\":{%s},\"required\":[%s]}",
        cases[i].properties, cases[i].required);
    g_autoptr (JsonNode) expected = json_from_string (cases[i].arguments, NULL);
    g_autoptr (JsonNode) actual = NULL;
    const GstVowelScriptReplyCall *call;

    gst_vowel_chat_request_add_tool (request, cases[i].name, NULL, schema);
    reply = fixture_ask (fixture, request, cases[i].question);
    g_test_message ("%s -> %s", cases[i].question, reply->text);
    g_assert_cmpuint (reply->calls->len, ==, 1);
    call = reply->calls->pdata[0];
    g_test_message ("%s", call->arguments);
    actual = json_from_string (call->arguments, NULL);
    g_assert_true (json_node_equal (expected, actual));
  }
}

static void
test_tool_questions (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstVowelChatRequest) request = fixture_request_new ();
  g_autoptr (GstVowelScriptReply) called = NULL;
  g_autoptr (GstVowelScriptReply) lit = NULL;
  const GstVowelScriptReplyCall *call;

  fixture_add_tools (request);
  fixture_assert_says (
      fixture, request, "what is the weather like", "What is the city?");
  called = fixture_ask (fixture, request, "in paris please");
  g_assert_cmpuint (called->calls->len, ==, 1);
  call = called->calls->pdata[0];
  g_assert_cmpstr (call->tool, ==, "get_weather");
  g_assert_cmpstr (call->arguments, ==, "{\"city\":\"Paris\"}");
  gst_vowel_chat_request_add_tool_call (
      request, "c1", call->tool, call->arguments);
  gst_vowel_chat_request_add_tool_result (request, "c1", "sunny");
  gst_vowel_chat_request_add_message (
      request, GST_VOWEL_CHAT_ASSISTANT, "sunny");

  /* Something else may be said meanwhile. */
  fixture_assert_says (fixture, request, "set a timer", "How many minutes?");
  fixture_assert_says (
      fixture, request, "what is two plus two", "Two plus two is four.");
  fixture_assert_says (fixture, request, "set a timer", "How many minutes?");
  fixture_assert_says (fixture, request, "purple",
      "Sorry, I did not understand. How many minutes?");
  fixture_assert_says (fixture, request, "never mind", "All right.");
  fixture_assert_says (fixture, request, "switch the light",
      "Which room: kitchen, living room or bedroom?");
  fixture_assert_says (
      fixture, request, "the bedroom", "Shall I set on, yes or no?");
  lit = fixture_ask (fixture, request, "yes");
  g_assert_cmpuint (lit->calls->len, ==, 1);
  call = lit->calls->pdata[0];
  g_assert_cmpstr (call->arguments, ==, "{\"room\":\"bedroom\",\"on\":true}");
}

/* A question for an object takes whatever is answered. */
static void
test_object_question (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstVowelChatRequest) request = fixture_request_new ();
  g_autoptr (GstVowelScriptReply) reply = NULL;
  const GstVowelScriptReplyCall *call;

  gst_vowel_chat_request_add_tool (request, "ship_parcel", NULL,
      "{\"type\":\"object\",\"required\":[\"target\"],\"properties\":{"
      "\"target\":{\"type\":\"object\",\"required\":[\"city\",\"floor\"],"
      "\"properties\":{\"city\":{\"type\":\"string\"},\"floor\":{"
      "\"type\":\"integer\"}}}}}");
  fixture_assert_says (
      fixture, request, "ship the parcel", "What is the target?");
  reply = fixture_ask (fixture, request, "oslo");
  g_assert_cmpuint (reply->calls->len, ==, 1);
  call = reply->calls->pdata[0];
  g_assert_cmpstr (
      call->arguments, ==, "{\"target\":{\"city\":\"Oslo\",\"floor\":1}}");
}

static void
test_one_call_only (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstVowelChatRequest) request = fixture_request_new ();
  g_autoptr (GstVowelScriptReply) reply = NULL;

  fixture_add_tools (request);
  gst_vowel_chat_request_set_parallel_tool_calls (request, FALSE);
  reply = fixture_ask (fixture, request, "weather in Paris and London");
  g_assert_cmpuint (reply->calls->len, ==, 1);
}

static void
test_tool_choice (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstVowelChatRequest) none = fixture_request_new ();
  g_autoptr (GstVowelChatRequest) required = fixture_request_new ();
  g_autoptr (GstVowelChatRequest) named = fixture_request_new ();
  g_autoptr (GstVowelChatRequest) unknown = fixture_request_new ();
  g_autoptr (GstVowelChatRequest) empty = fixture_request_new ();
  g_autoptr (GstVowelScriptReply) reply = NULL;
  g_autoptr (GError) error = NULL;
  const GstVowelScriptReplyCall *call;

  fixture_add_tools (none);
  gst_vowel_chat_request_set_tool_choice (none, "none");
  reply = fixture_ask (fixture, none, "what is the weather in London");
  g_assert_cmpuint (reply->calls->len, ==, 0);
  g_assert_cmpstr (reply->text, !=, "");
  g_clear_pointer (&reply, gst_vowel_script_reply_free);

  fixture_add_tools (required);
  gst_vowel_chat_request_set_tool_choice (required, "required");
  reply = fixture_ask (fixture, required, "hello");
  g_assert_cmpuint (reply->calls->len, ==, 1);
  g_clear_pointer (&reply, gst_vowel_script_reply_free);

  fixture_add_tools (named);
  gst_vowel_chat_request_set_tool_choice (named, "function:setTimer");
  reply = fixture_ask (fixture, named, "what is the weather in London");
  g_assert_cmpuint (reply->calls->len, ==, 1);
  call = reply->calls->pdata[0];
  g_assert_cmpstr (call->tool, ==, "setTimer");
  g_assert_cmpstr (call->arguments, ==, "{\"minutes\":1}");

  fixture_add_tools (unknown);
  gst_vowel_chat_request_set_tool_choice (unknown, "function:fly");
  gst_vowel_chat_request_add_message (unknown, GST_VOWEL_CHAT_USER, "hello");
  g_assert_null (gst_vowel_responder_reply (
      fixture->responder, unknown, fixture->now, &error));
  g_assert_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST);
  g_assert_nonnull (strstr (error->message, "fly"));
  g_clear_error (&error);

  gst_vowel_chat_request_set_tool_choice (empty, "required");
  gst_vowel_chat_request_add_message (empty, GST_VOWEL_CHAT_USER, "hello");
  g_assert_null (gst_vowel_responder_reply (
      fixture->responder, empty, fixture->now, &error));
  g_assert_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST);
}

static void
test_tool_results (Fixture *fixture, gconstpointer data)
{
  static const gchar *const cases[][2] = {
      {"{\"city\":\"London\",\"weather\":\"sunny\",\"temperature\":21.5}",
          "The city is London. The weather is sunny. The temperature is twenty "
          "one "
          "point five."},
      {"It rains in London, 12 degrees.", "It rains in London, 12 degrees."},
      {"\"cloudy\"", "cloudy"},
      {"42", "The result is forty two."},
      {"[\"milk\",\"eggs\",3]", "The result is milk, eggs and three."},
      {"{\"result\":\"Sunny and 20 degrees\"}", "Sunny and twenty degrees."},
      {"{\"ok\":true}", "Done."},
      {"{\"status\":\"success\",\"count\":2}", "The count is two."},
      {"", "Done."},
      {"null", "Done."},
      {"true", "Done."},
      {"{\"error\":\"no such city\"}",
          "Sorry, get weather failed. No such city."},
      {"{\"success\":false}", "Sorry, get weather failed."},
      {"{\"error\":{\"code\":5,\"message\":\"it is down\"}}",
          "Sorry, get weather failed. It is down."},
      {"Error: timed out", "Sorry, get weather failed. Timed out."},
      {"{\"error\":null,\"wind\":{\"speedKmh\":3,\"gusts\":false}}",
          "The wind is speed kmh three, gusts no."},
      {"{\"unclosed\":", "{\"unclosed\":"},
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GstVowelChatRequest) request = fixture_request_new ();
    g_autoptr (GstVowelScriptReply) reply = NULL;

    fixture_add_tools (request);
    gst_vowel_chat_request_set_tool_choice (request, "required");
    gst_vowel_chat_request_add_message (
        request, GST_VOWEL_CHAT_USER, "what is the weather in London");
    gst_vowel_chat_request_add_tool_call (
        request, "c1", "get_weather", "{\"city\":\"London\"}");
    gst_vowel_chat_request_add_tool_result (request, "c1", cases[i][0]);
    reply = fixture_reply_to (fixture, request);
    g_assert_cmpuint (reply->calls->len, ==, 0);
    g_assert_cmpstr (reply->text, ==, cases[i][1]);
  }
}

static void
test_several_results (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstVowelChatRequest) request = fixture_request_new ();
  g_autoptr (GstVowelScriptReply) reply = NULL;

  fixture_add_tools (request);
  gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_USER,
      "what is the weather in Rome and set a timer for one minute");
  gst_vowel_chat_request_add_tool_call (request, "c1", "get_weather", "{}");
  gst_vowel_chat_request_add_tool_call (request, "c2", "setTimer", "{}");
  gst_vowel_chat_request_add_tool_result (request, "c1", "Sunny.");
  gst_vowel_chat_request_add_tool_result (
      request, "c2", "{\"error\":\"no clock\"}");
  reply = fixture_reply_to (fixture, request);
  g_assert_cmpstr (
      reply->text, ==, "Sunny. Sorry, set timer failed. No clock.");
}

static void
test_tool_help (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstVowelChatRequest) request = fixture_request_new ();

  fixture_add_tools (request);
  fixture_assert_says (fixture, request, "what can you do",
      "I can tell the time and the date, do sums, remember your name and "
      "repeat "
      "what you say. I can also use these tools: get weather, set timer and "
      "set "
      "light.");
}

#define ADD(path, func)                                                        \
  g_test_add ("/responder/" path, Fixture, NULL, fixture_set_up, func,         \
      fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  ADD ("tools", test_tools);
  ADD ("tools/parameters", test_tool_parameters);
  ADD ("tools/questions", test_tool_questions);
  ADD ("tools/object-question", test_object_question);
  ADD ("tools/one-call-only", test_one_call_only);
  ADD ("tools/choice", test_tool_choice);
  ADD ("tools/results", test_tool_results);
  ADD ("tools/several-results", test_several_results);
  ADD ("tools/help", test_tool_help);
  return g_test_run ();
}
