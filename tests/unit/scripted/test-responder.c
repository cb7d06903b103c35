/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the scripted model answers, without an element: the shipped script,
 * tools of a session, and the directives that tests are written with. */

#include "script-plan.h"
#include "script-store.h"

#include <gst/gst.h>
#include <string.h>

#define WEATHER_SCHEMA                                                         \
  "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},"      \
  "\"required\":[\"city\"]}"
#define TIMER_SCHEMA                                                           \
  "{\"type\":\"object\",\"properties\":{\"minutes\":{\"type\":\"integer\"}},"  \
  "\"required\":[\"minutes\"]}"
#define LIGHT_SCHEMA                                                           \
  "{\"type\":\"object\",\"properties\":{"                                      \
  "\"room\":{\"type\":\"string\",\"enum\":[\"kitchen\",\"living_room\","       \
  "\"bedroom\"]},"                                                             \
  "\"on\":{\"type\":\"boolean\"}},\"required\":[\"room\",\"on\"]}"

typedef struct {
  GstVowelScript *script;
  GstVowelResponder *responder;
  GDateTime *now;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const gchar *text = data;

  fixture->script = text != NULL ? gst_vowel_script_parse (
                        text, strlen (text), "test", &error)
                                 : gst_vowel_script_load ("assistant", &error);
  g_assert_no_error (error);
  fixture->responder = gst_vowel_responder_new (fixture->script);
  fixture->now = g_date_time_new_from_iso8601 ("2026-11-21T10:35:00Z", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gst_vowel_responder_free (fixture->responder);
  gst_vowel_script_unref (fixture->script);
  g_date_time_unref (fixture->now);
}

static GstVowelChatRequest *
request_new (void)
{
  return gst_vowel_chat_request_new ("resp_1", 1);
}

static void
add_tools (GstVowelChatRequest *request)
{
  gst_vowel_chat_request_add_tool (
      request, "get_weather", "Tells the weather in a city", WEATHER_SCHEMA);
  gst_vowel_chat_request_add_tool (
      request, "setTimer", "Sets a timer for some minutes", TIMER_SCHEMA);
  gst_vowel_chat_request_add_tool (
      request, "set_light", "Turn a light on or off", LIGHT_SCHEMA);
}

static GstVowelScriptReply *
reply_to (Fixture *fixture, GstVowelChatRequest *request)
{
  g_autoptr (GError) error = NULL;
  GstVowelScriptReply *reply = gst_vowel_responder_reply (
      fixture->responder, request, fixture->now, &error);

  g_assert_no_error (error);
  return reply;
}

static GstVowelScriptReply *
ask (Fixture *fixture, GstVowelChatRequest *request, const gchar *text)
{
  gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_USER, text);
  return reply_to (fixture, request);
}

/* One question, one answer, remembered in @request. */
static void
assert_says (Fixture *fixture, GstVowelChatRequest *request,
    const gchar *question, const gchar *answer)
{
  g_autoptr (GstVowelScriptReply) reply = ask (fixture, request, question);

  g_assert_cmpuint (reply->calls->len, ==, 0);
  g_assert_cmpstr (reply->text, ==, answer);
  gst_vowel_chat_request_add_message (
      request, GST_VOWEL_CHAT_ASSISTANT, reply->text);
}

static void
assert_answer (Fixture *fixture, const gchar *question, const gchar *answer)
{
  g_autoptr (GstVowelChatRequest) request = request_new ();

  assert_says (fixture, request, question, answer);
}

/* @expected: "tool {arguments}", several in lines */
static void
assert_calls (Fixture *fixture, const gchar *question, const gchar *expected)
{
  g_autoptr (GstVowelChatRequest) request = request_new ();
  g_autoptr (GstVowelScriptReply) reply = NULL;
  g_autoptr (GString) calls = g_string_new (NULL);
  guint i;

  add_tools (request);
  reply = ask (fixture, request, question);
  for (i = 0; i < reply->calls->len; i++) {
    const GstVowelScriptReplyCall *call = reply->calls->pdata[i];

    g_string_append_printf (
        calls, "%s%s %s", i > 0 ? "\n" : "", call->tool, call->arguments);
  }
  g_test_message ("%s -> %s | %s", question, reply->text, calls->str);
  g_assert_cmpstr (calls->str, ==, expected);
}

static void
test_small_talk (Fixture *fixture, gconstpointer data)
{
  static const gchar *const cases[][2] = {
      {"Hello!", "Hello. How can I help you?"},
      {"um, good morning", "Hello. How can I help you?"},
      {"What time is it?", "It is ten thirty five in the morning."},
      {"what's the time please", "It is ten thirty five in the morning."},
      {"What day is it today?", "Today is Saturday."},
      {"what is the date", "Today is Saturday November twenty first."},
      {"what year is it", "It is twenty twenty six."},
      {"What is seven times eight?", "Seven times eight is fifty six."},
      {"12 / 4", "Twelve divided by four is three."},
      {"calculate ten minus three point five",
          "Ten minus three point five is six point five."},
      {"what is one divided by zero", "That has no answer that I can say."},
      {"Say the moon is round.", "the moon is round"},
      {"repeat after me: Hello, World", "Hello, World"},
      {"count to three", "One, two, three."},
      {"count to a million", "I can count from one to one thousand."},
      {"What are you?", "I am a script. I am not an AI model."},
      {"are you an AI", "I am a script. I am not an AI model."},
      {"what's your name", "I am a script. I am not an AI model."},
      {"what can you do", "I can tell the time and the date, do sums, remember "
                          "your name and repeat "
                          "what you say."},
      {"Thanks, bye!", "Goodbye. Have a nice day."},
      {"thank you", "You are welcome."},
      {"hello and what is two plus two",
          "Hello. How can I help you? Two plus two is four."},
      {"I was thinking. What is two plus two?", "Two plus two is four."},
      {"colorless green ideas sleep furiously",
          "Sorry, I do not understand that. Ask me what I can do."},
      {"", "Hello. How can I help you?"},
      {"   ...  ", "Hello. How can I help you?"},
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_test_message ("%s", cases[i][0]);
    assert_answer (fixture, cases[i][0], cases[i][1]);
  }
}

static void
test_long_answers (Fixture *fixture, gconstpointer data)
{
  static const gchar *const questions[] = {"tell me a story",
      "Tell me a long story.", "can you tell me a story about a dog please",
      "count to one hundred"};
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (questions); i++) {
    g_autoptr (GstVowelChatRequest) request = request_new ();
    g_autoptr (GstVowelScriptReply) reply =
        ask (fixture, request, questions[i]);
    g_auto (GStrv) sentences = g_strsplit (reply->text, ". ", -1);

    g_assert_cmpuint (g_strv_length (sentences), >=, 10);
  }
}

static void
test_memory (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstVowelChatRequest) request = request_new ();
  g_autoptr (GstVowelChatRequest) other = request_new ();

  gst_vowel_chat_request_add_message (
      request, GST_VOWEL_CHAT_SYSTEM, "Greet the user by name.");
  assert_says (fixture, request, "what is my name",
      "I do not know your name yet. What is your name?");
  assert_says (fixture, request, "my name is anna", "Nice to meet you, Anna.");
  assert_says (fixture, request, "What is seven times eight?",
      "Seven times eight is fifty six.");
  assert_says (fixture, request, "what's my name?", "Your name is Anna.");
  /* Another conversation, meanwhile. */
  assert_says (fixture, other, "what is my name",
      "I do not know your name yet. What is your name?");
  assert_says (fixture, other, "Call me Bob", "Nice to meet you, Bob.");
  assert_says (fixture, request, "hello", "Hello Anna. How can I help you?");
  assert_says (
      fixture, request, "say that again", "Hello Anna. How can I help you?");
  assert_says (fixture, other, "goodbye", "Goodbye Bob. Have a nice day.");
  assert_says (
      fixture, request, "forget my name", "I have forgotten your name.");
  assert_says (fixture, request, "who am i",
      "I do not know your name yet. What is your name?");
}

/* A long conversation: the cache must not change what is remembered. */
static void
test_memory_window (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstVowelChatRequest) request = request_new ();
  guint i;

  assert_says (fixture, request, "my name is anna", "Nice to meet you, Anna.");
  for (i = 1; i < 600; i++) {
    g_autoptr (GstVowelScriptReply) cached = NULL;
    g_autoptr (GstVowelScriptReply) fresh = NULL;
    g_autoptr (GstVowelResponder) responder = NULL;

    gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_USER,
        i == 300 ? "my name is bob" : "what is my name");
    cached = reply_to (fixture, request);
    if (i == 254)
      g_assert_cmpstr (cached->text, ==, "Your name is Anna.");
    if (i == 400)
      g_assert_cmpstr (cached->text, ==, "Your name is Bob.");
    if (i % 50 != 0)
      continue;
    responder = gst_vowel_responder_new (fixture->script);
    fresh = gst_vowel_responder_reply (responder, request, fixture->now, NULL);
    g_assert_cmpstr (cached->text, ==, fresh->text);
  }
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
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GstVowelChatRequest) request = request_new ();
    g_autoptr (GstVowelScriptReply) reply = NULL;
    g_autofree gchar *schema = g_strdup_printf (
        "{\"type\":\"object\",\"properties\":{%s},\"required\":[%s]}",
        cases[i].properties, cases[i].required);
    g_autoptr (JsonNode) expected = json_from_string (cases[i].arguments, NULL);
    g_autoptr (JsonNode) actual = NULL;
    const GstVowelScriptReplyCall *call;

    gst_vowel_chat_request_add_tool (request, cases[i].name, NULL, schema);
    reply = ask (fixture, request, cases[i].question);
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
  g_autoptr (GstVowelChatRequest) request = request_new ();
  g_autoptr (GstVowelScriptReply) called = NULL;
  g_autoptr (GstVowelScriptReply) lit = NULL;
  const GstVowelScriptReplyCall *call;

  add_tools (request);
  assert_says (
      fixture, request, "what is the weather like", "What is the city?");
  called = ask (fixture, request, "in paris please");
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
  assert_says (fixture, request, "set a timer", "How many minutes?");
  assert_says (
      fixture, request, "what is two plus two", "Two plus two is four.");
  assert_says (fixture, request, "set a timer", "How many minutes?");
  assert_says (fixture, request, "purple",
      "Sorry, I did not understand. How many minutes?");
  assert_says (fixture, request, "never mind", "All right.");
  assert_says (fixture, request, "switch the light",
      "Which room: kitchen, living room or bedroom?");
  assert_says (fixture, request, "the bedroom", "Shall I set on, yes or no?");
  lit = ask (fixture, request, "yes");
  g_assert_cmpuint (lit->calls->len, ==, 1);
  call = lit->calls->pdata[0];
  g_assert_cmpstr (call->arguments, ==, "{\"room\":\"bedroom\",\"on\":true}");
}

static void
test_tool_choice (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstVowelChatRequest) none = request_new ();
  g_autoptr (GstVowelChatRequest) required = request_new ();
  g_autoptr (GstVowelChatRequest) named = request_new ();
  g_autoptr (GstVowelChatRequest) unknown = request_new ();
  g_autoptr (GstVowelChatRequest) empty = request_new ();
  g_autoptr (GstVowelScriptReply) reply = NULL;
  g_autoptr (GError) error = NULL;
  const GstVowelScriptReplyCall *call;

  add_tools (none);
  gst_vowel_chat_request_set_tool_choice (none, "none");
  reply = ask (fixture, none, "what is the weather in London");
  g_assert_cmpuint (reply->calls->len, ==, 0);
  g_assert_cmpstr (reply->text, !=, "");
  g_clear_pointer (&reply, gst_vowel_script_reply_free);

  add_tools (required);
  gst_vowel_chat_request_set_tool_choice (required, "required");
  reply = ask (fixture, required, "hello");
  g_assert_cmpuint (reply->calls->len, ==, 1);
  g_clear_pointer (&reply, gst_vowel_script_reply_free);

  add_tools (named);
  gst_vowel_chat_request_set_tool_choice (named, "function:setTimer");
  reply = ask (fixture, named, "what is the weather in London");
  g_assert_cmpuint (reply->calls->len, ==, 1);
  call = reply->calls->pdata[0];
  g_assert_cmpstr (call->tool, ==, "setTimer");
  g_assert_cmpstr (call->arguments, ==, "{\"minutes\":1}");

  add_tools (unknown);
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
    g_autoptr (GstVowelChatRequest) request = request_new ();
    g_autoptr (GstVowelScriptReply) reply = NULL;

    add_tools (request);
    gst_vowel_chat_request_set_tool_choice (request, "required");
    gst_vowel_chat_request_add_message (
        request, GST_VOWEL_CHAT_USER, "what is the weather in London");
    gst_vowel_chat_request_add_tool_call (
        request, "c1", "get_weather", "{\"city\":\"London\"}");
    gst_vowel_chat_request_add_tool_result (request, "c1", cases[i][0]);
    reply = reply_to (fixture, request);
    g_assert_cmpuint (reply->calls->len, ==, 0);
    g_assert_cmpstr (reply->text, ==, cases[i][1]);
  }
}

static void
test_several_results (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstVowelChatRequest) request = request_new ();
  g_autoptr (GstVowelScriptReply) reply = NULL;

  add_tools (request);
  gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_USER,
      "what is the weather in Rome and set a timer for one minute");
  gst_vowel_chat_request_add_tool_call (request, "c1", "get_weather", "{}");
  gst_vowel_chat_request_add_tool_call (request, "c2", "setTimer", "{}");
  gst_vowel_chat_request_add_tool_result (request, "c1", "Sunny.");
  gst_vowel_chat_request_add_tool_result (
      request, "c2", "{\"error\":\"no clock\"}");
  reply = reply_to (fixture, request);
  g_assert_cmpstr (
      reply->text, ==, "Sunny. Sorry, set timer failed. No clock.");
}

static void
test_tool_help (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstVowelChatRequest) request = request_new ();

  add_tools (request);
  assert_says (fixture, request, "what can you do",
      "I can tell the time and the date, do sums, remember your name and "
      "repeat "
      "what you say. I can also use these tools: get weather, set timer and "
      "set "
      "light.");
}

/* Long or odd input must neither crash nor take long. */
static void
test_odd_input (Fixture *fixture, gconstpointer data)
{
  static const gchar *const cases[] = {"{\"a\":[", "((((((((", "\"", "{}{}{{{",
      "\360\237\230\200\360\237\230\200", "say", "and and and", ". . .", "-",
      "=", "what is ( ( ( ( 1", "weather in", "weather in in in",
      "set a timer for", "timer \"", "the weather \"in"};
  g_autofree gchar *digits = g_strnfill (100000, '9');
  g_autoptr (GString) many = g_string_new (NULL);
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases) + 2; i++) {
    g_autoptr (GstVowelChatRequest) request = request_new ();
    g_autoptr (GstVowelScriptReply) reply = NULL;
    const gchar *text;

    if (i == G_N_ELEMENTS (cases)) {
      text = digits;
    } else if (i > G_N_ELEMENTS (cases)) {
      while (many->len < 200000)
        g_string_append (many, "weather and timer \"x\" of ");
      text = many->str;
    } else {
      text = cases[i];
    }
    add_tools (request);
    gst_vowel_chat_request_add_tool (request, "odd", "\"", "[[[[");
    gst_vowel_chat_request_add_tool (
        request, "", NULL, "{\"required\":[1,{}]}");
    reply = ask (fixture, request, text);
    g_assert_nonnull (reply->text);
  }
}

#define DIRECTIVES                                                             \
  "{\"rules\":["                                                               \
  "{\"name\":\"fixed\",\"patterns\":\"fixed\",\"reply\":[\"one\",\"two\"],"    \
  "\"usage\":{\"input_tokens\":11,\"output_tokens\":7,\"cached_tokens\":3}},"  \
  "{\"name\":\"fail\",\"patterns\":\"fail\",\"reply\":\"a b c d\","            \
  "\"fail\":{\"kind\":\"rate-limit\",\"http_status\":429,\"retry_after_ms\":"  \
  "50,"                                                                        \
  "\"after_tokens\":2,\"message\":\"slow down\"}},"                            \
  "{\"name\":\"stall\",\"patterns\":\"stall\",\"reply\":\"a b "                \
  "c\",\"stall_after\":1},"                                                    \
  "{\"name\":\"calls\",\"patterns\":\"call {n:number} "                        \
  "{who}\",\"reply\":\"Wait.\","                                               \
  "\"calls\":[{\"name\":\"first\",\"id\":\"id_1\",\"arguments\":"              \
  "{\"n\":\"{n:number}\",\"text\":\"for "                                      \
  "{who}\",\"deep\":[{\"who\":\"{who:name}\"}],"                               \
  "\"fixed\":5}},{\"name\":\"second\",\"id\":\"id_2\"}],"                      \
  "\"result\":\"{who} got {result.a.b|nothing}.\"},"                           \
  "{\"name\":\"slow\",\"patterns\":\"slow\",\"reply\":\"x\",\"delay_ms\":700," \
  "\"tokens_per_second\":4,\"finish\":\"content-filter\"}"                     \
  "],\"fallback\":\"no\"}"

static void
test_directives (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstVowelChatRequest) request = request_new ();
  g_autoptr (GstVowelScriptReply) fixed = ask (fixture, request, "fixed");
  g_autoptr (GstVowelScriptReply) again = ask (fixture, request, "fixed");
  g_autoptr (GstVowelScriptReply) fail = ask (fixture, request, "fail");
  g_autoptr (GstVowelScriptReply) stall = ask (fixture, request, "stall");
  g_autoptr (GstVowelScriptReply) slow = ask (fixture, request, "slow");
  g_autoptr (GstVowelScriptReply) calls =
      ask (fixture, request, "call 3 anna lee");
  g_autoptr (GstVowelScriptReply) after = NULL;
  const GstVowelScriptReplyCall *call;

  g_assert_cmpstr (fixed->text, ==, "one");
  g_assert_cmpstr (again->text, ==, "two");
  g_assert_cmpuint (fixed->usage->input_tokens, ==, 11);
  g_assert_cmpuint (fixed->usage->output_tokens, ==, 7);
  g_assert_cmpuint (fixed->usage->cached_tokens, ==, 3);
  g_assert_false (fixed->usage->estimated);

  g_assert_cmpint (fail->failure->code, ==, GST_VOWEL_ERROR_RATE_LIMIT);
  g_assert_cmpuint (fail->failure->http_status, ==, 429);
  g_assert_cmpint (fail->failure->retry_after_ms, ==, 50);
  g_assert_cmpuint (fail->failure->after_tokens, ==, 2);
  g_assert_cmpstr (fail->failure->message, ==, "slow down");
  g_assert_cmpint (stall->stall_after, ==, 1);
  g_assert_cmpint (slow->delay_ms, ==, 700);
  g_assert_cmpfloat (slow->tokens_per_second, ==, 4);
  g_assert_cmpint (slow->finish, ==, GST_VOWEL_FINISH_CONTENT_FILTER);

  g_assert_cmpstr (calls->text, ==, "Wait.");
  g_assert_cmpuint (calls->calls->len, ==, 2);
  call = calls->calls->pdata[0];
  g_assert_cmpstr (call->id, ==, "id_1");
  g_assert_cmpstr (call->arguments, ==,
      "{\"n\":3,\"text\":\"for anna lee\",\"deep\":[{\"who\":\"Anna Lee\"}],"
      "\"fixed\":5}");
  call = calls->calls->pdata[1];
  g_assert_cmpstr (call->arguments, ==, "{}");

  gst_vowel_chat_request_add_tool_call (request, "id_1", "first", "{}");
  gst_vowel_chat_request_add_tool_result (
      request, "id_1", "{\"a\":{\"b\":12}}");
  after = reply_to (fixture, request);
  g_assert_cmpstr (after->text, ==, "anna lee got twelve.");
}

static void
assert_plan (const GstVowelScriptReply *reply, guint max_tokens, gboolean paced,
    gboolean fail, GstVowelFinishReason finish, const gchar *expected)
{
  static const gchar marks[] = "tbae.!~";
  GstVowelPlan *plan = gst_vowel_plan_new (reply, max_tokens, paced, fail);
  g_autoptr (GString) text = g_string_new (NULL);
  guint i;

  for (i = 0; i < plan->steps->len; i++) {
    const GstVowelPlanStep *step =
        &g_array_index (plan->steps, GstVowelPlanStep, i);

    g_string_append_printf (text, "%s%u%c%s", i > 0 ? "|" : "", step->token,
        marks[step->kind], step->text != NULL ? step->text : "");
  }
  g_assert_cmpstr (text->str, ==, expected);
  g_assert_cmpint (plan->finish, ==, finish);
  gst_vowel_plan_free (plan);
}

static void
test_plan (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstVowelChatRequest) request = request_new ();
  g_autoptr (GstVowelScriptReply) plain = ask (fixture, request, "fixed");
  g_autoptr (GstVowelScriptReply) fail = ask (fixture, request, "fail");
  g_autoptr (GstVowelScriptReply) stall = ask (fixture, request, "stall");
  g_autoptr (GstVowelScriptReply) calls = ask (fixture, request, "call 3 anna");
  GstVowelScriptReply story = *plain;

  story.text = (gchar *) "A b. C d! E f";
  assert_plan (&story, 0, FALSE, FALSE, GST_VOWEL_FINISH_STOP,
      "0tA b.|2t C d!|4t E f|6.");
  assert_plan (&story, 0, TRUE, FALSE, GST_VOWEL_FINISH_STOP,
      "0tA|1t b.|2t C|3t d!|4t E|5t f|6.");
  assert_plan (
      &story, 3, FALSE, FALSE, GST_VOWEL_FINISH_LENGTH, "0tA b.|2t C|3.");
  assert_plan (&story, 6, FALSE, FALSE, GST_VOWEL_FINISH_STOP,
      "0tA b.|2t C d!|4t E f|6.");
  assert_plan (fail, 0, FALSE, TRUE, GST_VOWEL_FINISH_STOP, "0ta b|2!");
  assert_plan (fail, 0, FALSE, FALSE, GST_VOWEL_FINISH_STOP, "0ta b c d|4.");
  assert_plan (fail, 1, FALSE, TRUE, GST_VOWEL_FINISH_LENGTH, "0ta|1.");
  assert_plan (stall, 0, TRUE, FALSE, GST_VOWEL_FINISH_STOP, "0ta|1~");
  assert_plan (calls, 0, FALSE, FALSE, GST_VOWEL_FINISH_TOOL_CALLS,
      "0tWait.|1bfirst|2a{\"n\":3,\"text\":\"for "
      "anna\",\"deep\":[{\"who\":\"Anna\"}],"
      "\"fixed\":5}|3e|3bsecond|4a{}|5e|5.");
}

/* The example of the documentation works. */
static void
test_documentation (void)
{
  g_autofree gchar *path = g_build_filename (
      g_getenv ("VOWEL_SRCDIR"), "docs", "scripted-model.md", NULL);
  g_autoptr (GstVowelChatRequest) request = request_new ();
  g_autofree gchar *text = NULL;
  Fixture fixture;
  gchar *begin, *end;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  begin = strstr (text, "```json\n");
  g_assert_nonnull (begin);
  begin += strlen ("```json\n");
  end = strstr (begin, "```");
  g_assert_nonnull (end);
  *end = '\0';
  set_up (&fixture, begin);
  assert_says (&fixture, request, "um, I want two extra large pizzas please",
      "two pizzas with cheese, at Vowel Pizza.");
  assert_says (&fixture, request, "give me 3 small pizzas with ham and eggs",
      "three pizzas with ham and eggs, at Vowel Pizza.");
  assert_says (
      &fixture, request, "What did I order?", "Something with ham and eggs.");
  assert_says (&fixture, request, "hello", "Only pizza.");
  tear_down (&fixture, NULL);
}

static void
add (const gchar *path, const gchar *script,
    void (*func) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, script, set_up, func, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  add ("/responder/small-talk", NULL, test_small_talk);
  add ("/responder/long-answers", NULL, test_long_answers);
  add ("/responder/memory", NULL, test_memory);
  add ("/responder/memory/window", NULL, test_memory_window);
  add ("/responder/tools", NULL, test_tools);
  add ("/responder/tools/parameters", NULL, test_tool_parameters);
  add ("/responder/tools/questions", NULL, test_tool_questions);
  add ("/responder/tools/choice", NULL, test_tool_choice);
  add ("/responder/tools/results", NULL, test_tool_results);
  add ("/responder/tools/several-results", NULL, test_several_results);
  add ("/responder/tools/help", NULL, test_tool_help);
  add ("/responder/odd-input", NULL, test_odd_input);
  add ("/responder/directives", DIRECTIVES, test_directives);
  add ("/responder/plan", DIRECTIVES, test_plan);
  g_test_add_func ("/responder/documentation", test_documentation);
  return g_test_run ();
}
