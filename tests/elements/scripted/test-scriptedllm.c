/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* scriptedllm as an element: actions, messages, timing, and the conversation
 * that it keeps when it stands alone in a pipeline. */

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/check/gsttestclock.h>
#include <gst/vowel/vowel.h>
#include <string.h>

/* A test that waits longer than this has failed. */
#define PATIENCE (10 * GST_SECOND)

#define SCRIPT                                                                 \
  "{\"rules\":["                                                               \
  "{\"name\":\"words\",\"patterns\":\"words\",\"reply\":\"one two three "      \
  "four\"},"                                                                   \
  "{\"name\":\"sentences\",\"patterns\":\"sentences\",\"reply\":\"One. Two "   \
  "two. "                                                                      \
  "Three.\",\"usage\":{\"input_tokens\":9,\"output_tokens\":4}},"              \
  "{\"name\":\"echo\",\"patterns\":\"echo {x}\",\"reply\":\"{x}\"},"           \
  "{\"name\":\"now\",\"patterns\":\"now\",\"reply\":\"{date} {year} "          \
  "{time}\"},"                                                                 \
  "{\"name\":\"fail\",\"patterns\":\"fail\",\"reply\":\"a b c\","              \
  "\"fail\":{\"kind\":\"bad-request\",\"http_status\":400,\"after_tokens\":2," \
  "\"message\":\"no\"}},"                                                      \
  "{\"name\":\"flaky\",\"patterns\":\"flaky\",\"reply\":\"fine\","             \
  "\"fail\":{\"retryable\":true,\"http_status\":503,\"times\":2}},"            \
  "{\"name\":\"stall\",\"patterns\":\"stall\",\"reply\":\"a "                  \
  "b\",\"stall_after\":1},"                                                    \
  "{\"name\":\"calls\",\"patterns\":\"calls {n:number}\",\"reply\":\"Wait.\"," \
  "\"calls\":[{\"name\":\"first\",\"id\":\"id_1\",\"arguments\":{\"n\":\"{n:"  \
  "number}\"}},"                                                               \
  "{\"name\":\"second\"}],\"result\":\"It is {result}\"}"                      \
  "],\"fallback\":\"What?\"}"

typedef struct {
  GstElement *llm;
  GstBus *bus;
  GstTestClock *clock;
  GstVowelWorker *worker;
  guint64 generation;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer script)
{
  g_autoptr (GstContext) context = NULL;

  fixture->clock = GST_TEST_CLOCK (gst_test_clock_new ());
  fixture->worker = gst_vowel_worker_new ("test", GST_CLOCK (fixture->clock));
  fixture->llm = gst_element_factory_make ("scriptedllm", NULL);
  g_assert_nonnull (fixture->llm);
  gst_object_ref_sink (fixture->llm);
  fixture->bus = gst_bus_new ();
  gst_element_set_bus (fixture->llm, fixture->bus);
  context = gst_vowel_worker_context_new (fixture->worker);
  gst_element_set_context (fixture->llm, context);
  g_object_set (fixture->llm, "script-text", script, "fixed-time",
      "2026-11-21T10:35:00Z", NULL);
  g_assert_cmpint (gst_element_set_state (fixture->llm, GST_STATE_READY), ==,
      GST_STATE_CHANGE_SUCCESS);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gst_element_set_state (fixture->llm, GST_STATE_NULL);
  gst_element_set_bus (fixture->llm, NULL);
  gst_object_unref (fixture->bus);
  gst_object_unref (fixture->llm);
  gst_object_unref (fixture->worker);
  gst_object_unref (fixture->clock);
}

static GstVowelChatRequest *
request_new (Fixture *fixture, const gchar *text)
{
  g_autofree gchar *id =
      g_strdup_printf ("resp_%" G_GUINT64_FORMAT, ++fixture->generation);
  GstVowelChatRequest *request =
      gst_vowel_chat_request_new (id, fixture->generation);

  gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_USER, text);
  return request;
}

static void
generate (Fixture *fixture, GstVowelChatRequest *request)
{
  g_signal_emit_by_name (fixture->llm, "generate", request);
}

/* What was used up is not what these tests are about. */
static GstMessage *
next_message (Fixture *fixture)
{
  for (;;) {
    GstMessage *message = gst_bus_timed_pop_filtered (
        fixture->bus, PATIENCE, GST_MESSAGE_ELEMENT);

    g_assert_nonnull (message);
    if (gst_vowel_message_get_kind (message) != GST_VOWEL_MESSAGE_USAGE)
      return message;
    gst_message_unref (message);
  }
}

/* What a message says, in short: "1:text", "1 call id name {arguments}". */
static gchar *
describe (GstMessage *message)
{
  const gchar *id, *delta, *stage;
  g_autoptr (GError) error = NULL;
  const GstStructure *details;
  GstVowelFinishReason reason;
  GstVowelToolCall call;
  GstVowelUsage usage;
  guint64 generation;
  guint status;
  gboolean retryable;

  switch (gst_vowel_message_get_kind (message)) {
    case GST_VOWEL_MESSAGE_TEXT:
      gst_vowel_message_parse_text (message, &id, &generation, &delta);
      return g_strdup_printf ("%" G_GUINT64_FORMAT ":%s", generation, delta);
    case GST_VOWEL_MESSAGE_TOOL_CALL_DELTA:
      gst_vowel_message_parse_tool_call (message, &call);
      return g_strdup_printf (
          "%" G_GUINT64_FORMAT " delta %s", call.generation, call.arguments);
    case GST_VOWEL_MESSAGE_TOOL_CALL:
      gst_vowel_message_parse_tool_call (message, &call);
      return g_strdup_printf ("%" G_GUINT64_FORMAT " call %s %s %s",
          call.generation, call.call_id, call.name, call.arguments);
    case GST_VOWEL_MESSAGE_GENERATED:
      gst_vowel_message_parse_generated (
          message, &id, &generation, &reason, &usage);
      return g_strdup_printf ("%" G_GUINT64_FORMAT " done %d %s%u", generation,
          reason, usage.estimated ? "~" : "",
          usage.estimated ? 0 : usage.output_tokens);
    case GST_VOWEL_MESSAGE_FAILURE:
      gst_vowel_message_parse_failure (
          message, &stage, &generation, &error, &details);
      g_assert_true (gst_structure_get (details, "http-status", G_TYPE_UINT,
          &status, "retryable", G_TYPE_BOOLEAN, &retryable, NULL));
      return g_strdup_printf ("%" G_GUINT64_FORMAT " failed %s %u %d %s",
          generation, stage, status, retryable, error->message);
    default:
      g_assert_not_reached ();
  }
}

static void
expect (Fixture *fixture, const gchar *expected)
{
  g_autoptr (GstMessage) message = next_message (fixture);
  g_autofree gchar *actual = describe (message);

  g_assert_cmpstr (actual, ==, expected);
}

static void
nothing (gpointer user_data)
{
}

/* What is due has come out when this returns, and nothing more. */
static void
expect_silence (Fixture *fixture)
{
  gst_vowel_worker_call (fixture->worker, nothing, NULL);
  gst_vowel_worker_call (fixture->worker, nothing, NULL);
  for (;;) {
    g_autoptr (GstMessage) message =
        gst_bus_pop_filtered (fixture->bus, GST_MESSAGE_ELEMENT);

    if (message == NULL)
      return;
    g_assert_cmpint (
        gst_vowel_message_get_kind (message), ==, GST_VOWEL_MESSAGE_USAGE);
  }
}

static void
advance (Fixture *fixture, GstClockTime time)
{
  gst_test_clock_advance_time (fixture->clock, time);
  gst_vowel_worker_kick (fixture->worker);
}

static void
ask (Fixture *fixture, const gchar *text)
{
  g_autoptr (GstVowelChatRequest) request = request_new (fixture, text);

  generate (fixture, request);
}

/* Without a delay nothing waits for a clock. */
static void
test_at_once (Fixture *fixture, gconstpointer data)
{
  ask (fixture, "sentences");
  expect (fixture, "1:One.");
  expect (fixture, "1: Two two.");
  expect (fixture, "1: Three.");
  expect (fixture, "1 done 0 4");
  ask (fixture, "now");
  expect (fixture,
      "2:Saturday November twenty first twenty twenty six ten thirty "
      "five in the morning");
  expect (fixture, "2 done 0 ~0");
  ask (fixture, "nonsense");
  expect (fixture, "3:What?");
  expect (fixture, "3 done 0 ~0");
  expect_silence (fixture);
}

static void
test_delay_and_speed (Fixture *fixture, gconstpointer data)
{
  g_object_set (fixture->llm, "delay", (guint64) (300 * GST_MSECOND),
      "tokens-per-second", 10.0, NULL);
  ask (fixture, "words");
  expect_silence (fixture);
  advance (fixture, 299 * GST_MSECOND);
  expect_silence (fixture);
  advance (fixture, GST_MSECOND);
  expect (fixture, "1:one");
  expect_silence (fixture);
  advance (fixture, 100 * GST_MSECOND);
  expect (fixture, "1: two");
  expect_silence (fixture);
  /* Late is late for all that is due. */
  advance (fixture, 250 * GST_MSECOND);
  expect (fixture, "1: three");
  expect (fixture, "1: four");
  expect_silence (fixture);
  advance (fixture, 50 * GST_MSECOND);
  expect (fixture, "1 done 0 ~0");
}

static void
test_parallel (Fixture *fixture, gconstpointer data)
{
  g_object_set (fixture->llm, "tokens-per-second", 10.0, NULL);
  ask (fixture, "echo a b");
  expect (fixture, "1:a");
  ask (fixture, "echo x y");
  expect (fixture, "2:x");
  expect_silence (fixture);
  /* A little later, so that it is clear who comes first. */
  advance (fixture, 30 * GST_MSECOND);
  ask (fixture, "echo p q");
  expect (fixture, "3:p");
  /* One is cancelled in the middle; nothing of it comes any more. */
  g_signal_emit_by_name (fixture->llm, "cancel", (guint64) 2);
  expect_silence (fixture);
  advance (fixture, 100 * GST_MSECOND);
  expect (fixture, "1: b");
  expect (fixture, "3: q");
  expect_silence (fixture);
  advance (fixture, 100 * GST_MSECOND);
  expect (fixture, "1 done 0 ~0");
  expect (fixture, "3 done 0 ~0");
  advance (fixture, GST_SECOND);
  expect_silence (fixture);
}

static void
test_cancel_before_begin (Fixture *fixture, gconstpointer data)
{
  g_object_set (fixture->llm, "delay", (guint64) GST_SECOND, NULL);
  ask (fixture, "words");
  ask (fixture, "echo hi");
  g_signal_emit_by_name (fixture->llm, "cancel", (guint64) 1);
  g_signal_emit_by_name (fixture->llm, "cancel", (guint64) 1);
  expect_silence (fixture);
  advance (fixture, GST_SECOND);
  expect (fixture, "2:hi");
  expect (fixture, "2 done 0 ~0");
  g_signal_emit_by_name (fixture->llm, "cancel", (guint64) 0);
  expect_silence (fixture);
}

static void
test_max_tokens (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstVowelChatRequest) request = request_new (fixture, "words");

  gst_vowel_chat_request_set_max_tokens (request, 2);
  generate (fixture, request);
  expect (fixture, "1:one two");
  expect (fixture, "1 done 2 ~0");
}

static void
test_failure (Fixture *fixture, gconstpointer data)
{
  guint i;

  ask (fixture, "fail");
  expect (fixture, "1:a b");
  expect (fixture, "1 failed llm 400 0 no");
  /* Fails twice, so that the second retry gets through. */
  ask (fixture, "flaky");
  /* A retry sets the next timer only when it has failed. */
  for (i = 0; i < 100 && !gst_bus_have_pending (fixture->bus); i++) {
    advance (fixture, GST_SECOND);
    gst_vowel_worker_call (fixture->worker, nothing, NULL);
  }
  expect (fixture, "2:fine");
  expect (fixture, "2 done 0 ~0");
  /* Without retries the failure is told. */
  g_object_set (fixture->llm, "retries", 0u, NULL);
  ask (fixture, "flaky");
  expect (fixture,
      "3 failed llm 503 1 the script's rule asks for a failure (overloaded)");
  expect_silence (fixture);
}

static void
test_stall (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstMessage) message = NULL;
  g_autofree gchar *failure = NULL;

  g_object_set (
      fixture->llm, "stall-timeout", (guint64) (2 * GST_SECOND), NULL);
  ask (fixture, "stall");
  expect (fixture, "1:a");
  expect_silence (fixture);
  advance (fixture, 2 * GST_SECOND);
  message = next_message (fixture);
  failure = describe (message);
  g_assert_true (g_str_has_prefix (failure, "1 failed llm 0 1"));
  advance (fixture, GST_SECOND);
  expect_silence (fixture);
}

static void
test_calls (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GstVowelChatRequest) request =
      request_new (fixture, "calls three");
  g_autoptr (GstMessage) message = NULL;
  g_autofree gchar *call_id = NULL;
  GstVowelToolCall call;

  generate (fixture, request);
  expect (fixture, "1:Wait.");
  expect (fixture, "1 delta ");
  expect (fixture, "1 delta {\"n\":3}");
  expect (fixture, "1 call id_1 first {\"n\":3}");
  expect (fixture, "1 delta ");
  expect (fixture, "1 delta {}");
  message = next_message (fixture);
  g_assert_true (gst_vowel_message_parse_tool_call (message, &call));
  g_assert_cmpstr (call.name, ==, "second");
  call_id = g_strdup (call.call_id);
  g_assert_true (g_str_has_prefix (call_id, "call_"));
  expect (fixture, "1 done 1 ~0");

  /* The application asks again, with the results. */
  {
    g_autoptr (GstVowelChatRequest) after =
        request_new (fixture, "calls three");

    gst_vowel_chat_request_add_tool_call (after, "id_1", "first", "{\"n\":3}");
    gst_vowel_chat_request_add_tool_call (after, call_id, "second", "{}");
    gst_vowel_chat_request_add_tool_result (after, "id_1", "Red.");
    gst_vowel_chat_request_add_tool_result (after, call_id, "Blue.");
    generate (fixture, after);
    expect (fixture, "2:It is Red.");
    expect (fixture, "2: Blue.");
    expect (fixture, "2 done 0 ~0");
  }
}

/* The same request and the same time: the same messages, ids included. */
static void
test_deterministic (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) first = g_ptr_array_new_with_free_func (g_free);
  guint round, i;

  for (round = 0; round < 3; round++) {
    g_autoptr (GstVowelChatRequest) request = NULL;

    fixture->generation = 6;
    request = request_new (fixture, "calls five");
    generate (fixture, request);
    for (i = 0; i < 8; i++) {
      g_autoptr (GstMessage) message = next_message (fixture);
      gchar *text = describe (message);

      if (round == 0) {
        g_ptr_array_add (first, text);
        continue;
      }
      g_assert_cmpstr (text, ==, first->pdata[i]);
      g_free (text);
    }
  }
}

/* The shipped script, with a tool that the session brings. */
static void
test_assistant (void)
{
  GstHarness *harness = gst_harness_new ("scriptedllm");
  static const gchar *const turns[][2] = {
      {"my name is anna", "Nice to meet you, Anna."},
      {"what is my name", "Your name is Anna."},
      {"what is seven times eight", "Seven times eight is fifty six."},
  };
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GstBuffer) answer = NULL;
  GstVowelToolCall call;
  gsize i;

  gst_element_set_bus (harness->element, bus);
  gst_harness_set_src_caps_str (harness, "text/x-raw,format=utf8");
  for (i = 0; i < G_N_ELEMENTS (turns); i++) {
    gsize said = strlen (turns[i][1]);
    gsize got = 0;

    gst_harness_push (
        harness, gst_buffer_new_memdup (turns[i][0], strlen (turns[i][0])));
    while (got < said) {
      GstBuffer *buffer = gst_harness_pull (harness);

      g_assert_nonnull (buffer);
      g_assert_cmpint (gst_buffer_memcmp (buffer, 0, turns[i][1] + got,
                           gst_buffer_get_size (buffer)),
          ==, 0);
      got += gst_buffer_get_size (buffer);
      gst_buffer_unref (buffer);
    }
  }

  g_signal_emit_by_name (harness->element, "add-tool", "get_weather",
      "Tells the weather in a city",
      "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},"
      "\"required\":[\"city\"]}");
  gst_harness_push (
      harness, gst_buffer_new_memdup ("what is the weather in london", 29));
  do {
    g_clear_pointer (&message, gst_message_unref);
    message = gst_bus_timed_pop_filtered (bus, PATIENCE, GST_MESSAGE_ELEMENT);
    g_assert_nonnull (message);
  } while (gst_vowel_message_get_kind (message) != GST_VOWEL_MESSAGE_TOOL_CALL);
  g_assert_true (gst_vowel_message_parse_tool_call (message, &call));
  g_assert_cmpstr (call.name, ==, "get_weather");
  g_assert_cmpstr (call.arguments, ==, "{\"city\":\"London\"}");
  g_signal_emit_by_name (
      harness->element, "tool-result", call.call_id, "{\"weather\":\"sunny\"}");
  answer = gst_harness_pull (harness);
  g_assert_nonnull (answer);
  g_assert_cmpint (
      gst_buffer_memcmp (answer, 0, "The weather is sunny.", 21), ==, 0);
  gst_element_set_bus (harness->element, NULL);
  gst_harness_teardown (harness);
}

/* A script that cannot be used stops the element with a message that says
 * why. */
static void
test_bad_settings (void)
{
  static const gchar *const cases[][3] = {
      {"script", "/nowhere/script.json", "/nowhere/script.json"},
      {"script", "nobody", "nobody.json"},
      {"script-text", "{\"rules\":[{\"name\":\"x\"}]}", "rule \"x\""},
      {"script-text", "{\"rules\":", "script-text"},
      {"fixed-time", "noon", "fixed-time"},
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    GstElement *llm = gst_element_factory_make ("scriptedllm", NULL);
    g_autoptr (GstBus) bus = gst_bus_new ();
    g_autoptr (GstMessage) message = NULL;
    g_autoptr (GError) error = NULL;

    gst_object_ref_sink (llm);
    gst_element_set_bus (llm, bus);
    g_object_set (llm, cases[i][0], cases[i][1], NULL);
    g_assert_cmpint (gst_element_set_state (llm, GST_STATE_READY), ==,
        GST_STATE_CHANGE_FAILURE);
    message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
    g_assert_nonnull (message);
    gst_message_parse_error (message, &error, NULL);
    g_assert_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_SETTINGS);
    g_test_message ("%s", error->message);
    g_assert_nonnull (strstr (error->message, cases[i][2]));
    gst_element_set_state (llm, GST_STATE_NULL);
    gst_element_set_bus (llm, NULL);
    gst_object_unref (llm);
  }
}

/* The element goes away with responses on their way. */
static void
test_stop_in_flight (Fixture *fixture, gconstpointer data)
{
  g_object_set (fixture->llm, "tokens-per-second", 1.0, NULL);
  ask (fixture, "words");
  ask (fixture, "stall");
  expect (fixture, "1:one");
  expect (fixture, "2:a");
  ask (fixture, "words");
}

static void
add (const gchar *path, void (*func) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, SCRIPT, set_up, func, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_check_init (&argc, &argv);
  add ("/scriptedllm/at-once", test_at_once);
  add ("/scriptedllm/delay-and-speed", test_delay_and_speed);
  add ("/scriptedllm/parallel", test_parallel);
  add ("/scriptedllm/cancel-before-begin", test_cancel_before_begin);
  add ("/scriptedllm/max-tokens", test_max_tokens);
  add ("/scriptedllm/failure", test_failure);
  add ("/scriptedllm/stall", test_stall);
  add ("/scriptedllm/calls", test_calls);
  add ("/scriptedllm/deterministic", test_deterministic);
  add ("/scriptedllm/stop-in-flight", test_stop_in_flight);
  g_test_add_func ("/scriptedllm/assistant", test_assistant);
  g_test_add_func ("/scriptedllm/bad-settings", test_bad_settings);
  return g_test_run ();
}
