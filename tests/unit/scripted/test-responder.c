/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the scripted model answers, without an element: the shipped script, and
 * the directives that tests are written with. Tools: test-responder-tools.c. */

#include "responder-fixture.h"

#include <gst/gst.h>
#include <string.h>

static void
assert_answer (Fixture *fixture, const gchar *question, const gchar *answer)
{
  g_autoptr (GstVowelChatRequest) request = fixture_request_new ();

  fixture_assert_says (fixture, request, question, answer);
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
    g_autoptr (GstVowelChatRequest) request = fixture_request_new ();
    g_autoptr (GstVowelScriptReply) reply =
        fixture_ask (fixture, request, questions[i]);
    g_auto (GStrv) sentences = g_strsplit (reply->text, ". ", -1);

    g_assert_cmpuint (g_strv_length (sentences), >=, 10);
  }
}

static void
test_memory (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstVowelChatRequest) request = fixture_request_new ();
  g_autoptr (GstVowelChatRequest) other = fixture_request_new ();

  gst_vowel_chat_request_add_message (
      request, GST_VOWEL_CHAT_SYSTEM, "Greet the user by name.");
  fixture_assert_says (fixture, request, "what is my name",
      "I do not know your name yet. What is your name?");
  fixture_assert_says (
      fixture, request, "my name is anna", "Nice to meet you, Anna.");
  fixture_assert_says (fixture, request, "What is seven times eight?",
      "Seven times eight is fifty six.");
  fixture_assert_says (
      fixture, request, "what's my name?", "Your name is Anna.");
  /* Another conversation, meanwhile. */
  fixture_assert_says (fixture, other, "what is my name",
      "I do not know your name yet. What is your name?");
  fixture_assert_says (fixture, other, "Call me Bob", "Nice to meet you, Bob.");
  fixture_assert_says (
      fixture, request, "hello", "Hello Anna. How can I help you?");
  fixture_assert_says (
      fixture, request, "say that again", "Hello Anna. How can I help you?");
  fixture_assert_says (
      fixture, other, "goodbye", "Goodbye Bob. Have a nice day.");
  fixture_assert_says (
      fixture, request, "forget my name", "I have forgotten your name.");
  fixture_assert_says (fixture, request, "who am i",
      "I do not know your name yet. What is your name?");
}

/* A long conversation: the cache must not change what is remembered. */
static void
test_memory_window (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstVowelChatRequest) request = fixture_request_new ();
  guint i;

  fixture_assert_says (
      fixture, request, "my name is anna", "Nice to meet you, Anna.");
  for (i = 1; i < 600; i++) {
    g_autoptr (GstVowelScriptReply) cached = NULL;
    g_autoptr (GstVowelScriptReply) fresh = NULL;
    g_autoptr (GstVowelResponder) responder = NULL;

    gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_USER,
        i == 300 ? "my name is bob" : "what is my name");
    cached = fixture_reply_to (fixture, request);
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
    g_autoptr (GstVowelChatRequest) request = fixture_request_new ();
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
    fixture_add_tools (request);
    gst_vowel_chat_request_add_tool (request, "odd", "\"", "[[[[");
    gst_vowel_chat_request_add_tool (
        request, "", NULL, "{\"required\":[1,{}]}");
    reply = fixture_ask (fixture, request, text);
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
  g_autoptr (GstVowelChatRequest) request = fixture_request_new ();
  g_autoptr (GstVowelScriptReply) fixed =
      fixture_ask (fixture, request, "fixed");
  g_autoptr (GstVowelScriptReply) again =
      fixture_ask (fixture, request, "fixed");
  g_autoptr (GstVowelScriptReply) fail = fixture_ask (fixture, request, "fail");
  g_autoptr (GstVowelScriptReply) stall =
      fixture_ask (fixture, request, "stall");
  g_autoptr (GstVowelScriptReply) slow = fixture_ask (fixture, request, "slow");
  g_autoptr (GstVowelScriptReply) calls =
      fixture_ask (fixture, request, "call 3 anna lee");
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
  after = fixture_reply_to (fixture, request);
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
  g_autoptr (GstVowelChatRequest) request = fixture_request_new ();
  g_autoptr (GstVowelScriptReply) plain =
      fixture_ask (fixture, request, "fixed");
  g_autoptr (GstVowelScriptReply) fail = fixture_ask (fixture, request, "fail");
  g_autoptr (GstVowelScriptReply) stall =
      fixture_ask (fixture, request, "stall");
  g_autoptr (GstVowelScriptReply) calls =
      fixture_ask (fixture, request, "call 3 anna");
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
  g_autoptr (GstVowelChatRequest) request = fixture_request_new ();
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
  fixture_set_up (&fixture, begin);
  fixture_assert_says (&fixture, request,
      "um, I want two extra large pizzas please",
      "two pizzas with cheese, at Vowel Pizza.");
  fixture_assert_says (&fixture, request,
      "give me 3 small pizzas with ham and eggs",
      "three pizzas with ham and eggs, at Vowel Pizza.");
  fixture_assert_says (
      &fixture, request, "What did I order?", "Something with ham and eggs.");
  fixture_assert_says (&fixture, request, "hello", "Only pizza.");
  fixture_tear_down (&fixture, NULL);
}

static void
add (const gchar *path, const gchar *script,
    void (*func) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, script, fixture_set_up, func, fixture_tear_down);
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
  add ("/responder/odd-input", NULL, test_odd_input);
  add ("/responder/directives", DIRECTIVES, test_directives);
  add ("/responder/plan", DIRECTIVES, test_plan);
  g_test_add_func ("/responder/documentation", test_documentation);
  return g_test_run ();
}
