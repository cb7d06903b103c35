/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The language model base class, by way of fakellm. */

#include "config.h"

#include "fixture.h"

#include <string.h>

static void
setup (Fixture *f, const gchar *mode)
{
  fixture_init (f, "fakellm", "text/x-raw,format=utf8");
  fixture_set_mode (f, mode);
}

static void
expect_generated (Fixture *f, const gchar *id, GstVowelFinishReason reason)
{
  g_autoptr (GstMessage) message =
      fixture_expect (f, GST_VOWEL_MESSAGE_GENERATED);
  GstVowelFinishReason got;
  GstVowelUsage usage;
  const gchar *got_id;

  g_assert_true (
      gst_vowel_message_parse_generated (message, &got_id, NULL, &got, &usage));
  g_assert_cmpstr (got_id, ==, id);
  g_assert_cmpint (got, ==, reason);
  g_assert_true (usage.estimated);
  g_assert_cmpuint (usage.output_tokens, >, 0);
}

static void
test_alone (void)
{
  Fixture f;

  setup (&f, "ok");
  g_object_set (f.element, "instructions", "Be brief.", NULL);
  fixture_push_text (&f, " hello ");
  expect_generated (&f, "resp_1", GST_VOWEL_FINISH_STOP);
  fixture_expect_text (&f, "You said: hello.[resp_1]");
  g_assert_cmpuint (fixture_get_uint (&f, "n-messages"), ==, 2);
  fixture_push_text (&f, "again");
  fixture_expect_text (&f, "You said: again.[resp_2]");
  g_assert_cmpuint (fixture_get_uint (&f, "n-messages"), ==, 4);

  g_signal_emit_by_name (f.element, "reset");
  fixture_push_text (&f, "new");
  g_assert_cmpuint (fixture_get_uint (&f, "n-messages"), ==, 2);
  g_object_set (f.element, "history", 2, NULL);
  fixture_push_text (&f, "a");
  fixture_push_text (&f, "b");
  g_assert_cmpuint (fixture_get_uint (&f, "n-messages"), ==, 3);
  gst_harness_push_event (f.harness, gst_event_new_eos ());
  fixture_expect_text (&f,
      "You said: new.You said: a.You said: b.[resp_3][resp_4][resp_5][eos]");
  fixture_clear (&f);
}

static void
test_retry (void)
{
  Fixture f;

  setup (&f, "fail");
  g_object_set (f.element, "failures", 2, NULL);
  fixture_push_text (&f, "hello");
  g_assert_cmpuint (fixture_get_uint (&f, "tries"), ==, 1);
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_FAILURE);
  fixture_advance (&f, 500 * GST_MSECOND);
  while (fixture_get_uint (&f, "tries") < 2)
    g_thread_yield ();
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_FAILURE);
  fixture_advance (&f, GST_SECOND);
  expect_generated (&f, "resp_1", GST_VOWEL_FINISH_STOP);
  g_assert_cmpuint (fixture_get_uint (&f, "tries"), ==, 3);
  fixture_expect_text (&f, "You said: hello.[resp_1]");
  fixture_clear (&f);
}

static void
test_give_up (void)
{
  Fixture f;

  setup (&f, "fail");
  g_object_set (f.element, "retries", 0, NULL);
  fixture_push_text (&f, "hello");
  fixture_expect_failure (&f, "llm", 1, GST_VOWEL_ERROR_OVERLOADED);
  fixture_expect_text (&f, "[resp_1]");
  fixture_set_mode (&f, "ok");
  fixture_push_text (&f, "still there");
  fixture_expect_text (&f, "You said: still there.[resp_2]");
  fixture_clear (&f);
}

static void
test_refusal (void)
{
  Fixture f;

  setup (&f, "refuse");
  g_object_set (f.element, "retries", 1, NULL);
  fixture_push_text (&f, "hello");
  fixture_advance (&f, 500 * GST_MSECOND);
  fixture_expect_refusal (&f, "llm", 1);
  fixture_expect_text (&f, "[resp_1]");
  fixture_clear (&f);
}

static void
test_timeouts (void)
{
  Fixture f;

  setup (&f, "never");
  g_object_set (f.element, "retries", 0, NULL);
  fixture_push_text (&f, "hello");
  fixture_advance (&f, 10 * GST_SECOND);
  fixture_expect_failure (&f, "llm", 1, GST_VOWEL_ERROR_TIMEOUT);
  g_assert_cmpuint (fixture_get_uint (&f, "cancelled"), ==, 1);

  /* Stalls after the first word: no second try. */
  g_object_set (f.element, "retries", 5, NULL);
  fixture_set_mode (&f, "hold");
  fixture_push_text (&f, "hello");
  fixture_advance (&f, 10 * GST_SECOND);
  fixture_expect_failure (&f, "llm", 2, GST_VOWEL_ERROR_TIMEOUT);
  g_assert_cmpuint (fixture_get_uint (&f, "tries"), ==, 2);
  fixture_expect_text (&f, "You[resp_1][resp_2]");
  fixture_release (&f);
  fixture_expect_text (&f, "");
  fixture_clear (&f);
}

typedef struct {
  GstVowelLlm *llm;
  GstVowelChatRequest *request;
} Sign;

static void
give_sign (gpointer user_data)
{
  Sign *sign = user_data;

  gst_vowel_llm_keep_alive (sign->llm, sign->request);
}

/* Signs of life count in the middle of an answer, not before it. */
static void
test_keep_alive (void)
{
  Fixture f;
  g_autoptr (GstVowelChatRequest) mute = gst_vowel_chat_request_new ("a", 1);
  g_autoptr (GstVowelChatRequest) slow = gst_vowel_chat_request_new ("b", 2);
  Sign sign;

  setup (&f, "never");
  g_object_set (f.element, "retries", 0, NULL);
  sign = (Sign){GST_VOWEL_LLM (f.element), mute};
  g_signal_emit_by_name (f.element, "generate", mute);
  fixture_sync (&f);
  fixture_advance (&f, 6 * GST_SECOND);
  fixture_sync (&f);
  gst_vowel_worker_invoke (f.worker, give_sign, &sign, NULL);
  fixture_sync (&f);
  fixture_advance (&f, 4 * GST_SECOND);
  fixture_expect_failure (&f, "llm", 1, GST_VOWEL_ERROR_TIMEOUT);

  fixture_set_mode (&f, "hold");
  sign.request = slow;
  g_signal_emit_by_name (f.element, "generate", slow);
  fixture_sync (&f);
  fixture_advance (&f, 6 * GST_SECOND);
  fixture_sync (&f);
  gst_vowel_worker_invoke (f.worker, give_sign, &sign, NULL);
  fixture_sync (&f);
  fixture_advance (&f, 6 * GST_SECOND);
  fixture_sync (&f);
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_FAILURE);
  fixture_advance (&f, 4 * GST_SECOND);
  fixture_expect_failure (&f, "llm", 2, GST_VOWEL_ERROR_TIMEOUT);
  fixture_clear (&f);
}

static void
test_cancel (void)
{
  Fixture f;

  setup (&f, "hold");
  fixture_push_text (&f, "hello");
  fixture_expect_text (&f, "You");
  g_signal_emit_by_name (f.element, "cancel", (guint64) 77);
  fixture_expect_text (&f, "");
  g_assert_cmpuint (fixture_get_uint (&f, "cancelled"), ==, 0);
  g_signal_emit_by_name (f.element, "cancel", (guint64) 1);
  g_signal_emit_by_name (f.element, "cancel", (guint64) 1);
  fixture_expect_text (&f, "[flush]");
  g_assert_cmpuint (fixture_get_uint (&f, "cancelled"), ==, 1);

  /* What comes late is dropped. */
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_GENERATED);
  fixture_release (&f);
  fixture_expect_text (&f, "");
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_TEXT);
  fixture_clear (&f);
}

static void
test_flush (void)
{
  Fixture f;

  setup (&f, "hold");
  fixture_push_text (&f, "hello");
  fixture_expect_text (&f, "You");
  fixture_flush (&f);
  fixture_expect_text (&f, "[flush]");
  g_assert_cmpuint (fixture_get_uint (&f, "cancelled"), ==, 1);
  fixture_release (&f);
  fixture_expect_text (&f, "");

  fixture_set_mode (&f, "ok");
  gst_harness_set_src_caps_str (f.harness, "text/x-raw,format=utf8");
  fixture_push_text (&f, "go on");
  fixture_expect_text (&f, "You said: go on.[resp_2]");
  /* hello, what was said of the answer, go on */
  g_assert_cmpuint (fixture_get_uint (&f, "n-messages"), ==, 3);
  fixture_clear (&f);
}

static void
test_tool (void)
{
  Fixture f;
  g_autoptr (GstMessage) delta = NULL;
  g_autoptr (GstMessage) message = NULL;
  GstVowelToolCall call;

  setup (&f, "ok");
  g_object_set (
      f.element, "tool", "clock", "tool-arguments", "{\"z\":1}", NULL);
  g_signal_emit_by_name (f.element, "add-tool", "clock", "Tells the time",
      "{\"type\":\"object\"}");
  g_assert_null (gst_bus_pop_filtered (f.bus, GST_MESSAGE_WARNING));
  fixture_push_text (&f, "time?");
  delta = fixture_expect (&f, GST_VOWEL_MESSAGE_TOOL_CALL_DELTA);
  message = fixture_expect (&f, GST_VOWEL_MESSAGE_TOOL_CALL);
  g_assert_true (gst_vowel_message_parse_tool_call (message, &call));
  g_assert_cmpstr (call.name, ==, "clock");
  g_assert_cmpstr (call.arguments, ==, "{\"z\":1}");
  g_assert_true (g_str_has_prefix (call.call_id, "call_"));
  expect_generated (&f, "resp_1", GST_VOWEL_FINISH_TOOL_CALLS);

  /* Nothing goes on before the tool has answered, not even the user. */
  fixture_push_text (&f, "well?");
  g_assert_cmpuint (fixture_get_uint (&f, "tries"), ==, 1);
  g_signal_emit_by_name (f.element, "tool-result", "nobody's", "x");
  g_assert_cmpuint (fixture_get_uint (&f, "tries"), ==, 1);
  g_object_set (f.element, "tool", NULL, NULL);
  g_signal_emit_by_name (f.element, "tool-result", call.call_id, "noon");
  expect_generated (&f, "resp_2", GST_VOWEL_FINISH_STOP);
  /* user, call, result, user */
  fixture_expect_text (&f, "You said: well?.[resp_1][resp_2]");
  g_assert_cmpuint (fixture_get_uint (&f, "n-messages"), ==, 4);
  gst_clear_message (&delta);
  gst_clear_message (&message);
  fixture_clear (&f);
}

/* What the model gets nearly right is put right before anybody hears of it. */
static void
test_tool_repaired (void)
{
  Fixture f;
  g_autoptr (GstMessage) begin = NULL;
  g_autoptr (GstMessage) delta = NULL;
  g_autoptr (GstMessage) message = NULL;
  GstVowelToolCall call;

  setup (&f, "ok");
  g_object_set (f.element, "tool", "clock<|call|>", "tool-arguments",
      "{\"z\":\"1\",", NULL);
  g_signal_emit_by_name (f.element, "add-tool", "clock", NULL,
      "{\"type\":\"object\",\"properties\":{\"z\":{\"type\":"
      "\"integer\"}}}");
  fixture_push_text (&f, "time?");
  begin = fixture_expect (&f, GST_VOWEL_MESSAGE_TOOL_CALL_DELTA);
  g_assert_true (gst_vowel_message_parse_tool_call (begin, &call));
  g_assert_cmpstr (call.arguments, ==, "");
  delta = fixture_expect (&f, GST_VOWEL_MESSAGE_TOOL_CALL_DELTA);
  g_assert_true (gst_vowel_message_parse_tool_call (delta, &call));
  g_assert_cmpstr (call.arguments, ==, "{\"z\":1}");
  message = fixture_expect (&f, GST_VOWEL_MESSAGE_TOOL_CALL);
  g_assert_true (gst_vowel_message_parse_tool_call (message, &call));
  g_assert_cmpstr (call.name, ==, "clock");
  g_assert_cmpstr (call.arguments, ==, "{\"z\":1}");
  expect_generated (&f, "resp_1", GST_VOWEL_FINISH_TOOL_CALLS);
  gst_clear_message (&begin);
  gst_clear_message (&delta);
  gst_clear_message (&message);
  fixture_clear (&f);
}

/* Nonsense goes back to the model, in the same response; nobody else hears of
 * it. */
static void
test_tool_corrected (void)
{
  Fixture f;

  setup (&f, "ok");
  g_object_set (f.element, "tool", "clock", "tool-arguments", "nonsense", NULL);
  fixture_push_text (&f, "time?");
  fixture_advance (&f, 1);
  expect_generated (&f, "resp_1", GST_VOWEL_FINISH_STOP);
  fixture_expect_text (&f,
      "The tool says: Error: The arguments are not a JSON object. The tool was "
      "not called. Call it again, with a JSON object that fits its "
      "parameters..[resp_1]");
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_TOOL_CALL);
  g_assert_cmpuint (fixture_get_uint (&f, "tries"), ==, 2);
  /* user, call, result; the conversation remembers only what came out of it */
  g_assert_cmpuint (fixture_get_uint (&f, "n-messages"), ==, 3);
  g_object_set (f.element, "tool", NULL, NULL);
  fixture_push_text (&f, "well?");
  fixture_expect_text (&f, "You said: well?.[resp_2]");
  g_assert_cmpuint (fixture_get_uint (&f, "n-messages"), ==, 3);
  fixture_clear (&f);
}

static void
test_tool_incorrigible (void)
{
  Fixture f;

  setup (&f, "ok");
  g_object_set (f.element, "tool", "clock", "tool-arguments", "nonsense",
      "insist", TRUE, NULL);
  fixture_push_text (&f, "time?");
  fixture_advance (&f, 1);
  fixture_advance (&f, 1);
  fixture_expect_failure (&f, "llm", 1, GST_VOWEL_ERROR_PROTOCOL);
  g_assert_cmpuint (fixture_get_uint (&f, "tries"), ==, 3);
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_TOOL_CALL);
  fixture_expect_text (&f, "[resp_1]");
  g_object_set (f.element, "tool", NULL, "insist", FALSE, NULL);
  fixture_push_text (&f, "well?");
  fixture_expect_text (&f, "You said: well?.[resp_2]");
  fixture_clear (&f);
}

/* Only what it says by the tool is heard, and remembered as said by it. */
static void
test_speak_tool (void)
{
  Fixture f;

  setup (&f, "ok");
  g_object_set (f.element, "speak-tool", TRUE, "tool", "speak",
      "tool-arguments", "{\"message\":\" Half past nine. \"}", NULL);
  fixture_push_text (&f, "time?");
  fixture_advance (&f, 1);
  expect_generated (&f, "resp_1", GST_VOWEL_FINISH_STOP);
  /* What follows ("The tool says: Said..") is not for the user. */
  fixture_expect_text (&f, "Half past nine. [resp_1]");
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_TOOL_CALL);
  g_assert_cmpuint (fixture_get_uint (&f, "tries"), ==, 2);
  /* the rule, user, call, result */
  g_assert_cmpuint (fixture_get_uint (&f, "n-messages"), ==, 4);

  g_object_set (f.element, "tool", NULL, NULL);
  fixture_push_text (&f, "well?");
  expect_generated (&f, "resp_2", GST_VOWEL_FINISH_STOP);
  fixture_expect_text (&f, "[resp_2]");
  /* the rule, user, call, result, user */
  g_assert_cmpuint (fixture_get_uint (&f, "n-messages"), ==, 5);
  g_object_set (f.element, "speak-tool", FALSE, NULL);
  fixture_push_text (&f, "hm?");
  fixture_expect_text (&f, "You said: hm?.[resp_3]");
  fixture_clear (&f);
}

/* One that would speak for ever ends, and a tool of the same name is one. */
static void
test_speak_tool_limits (void)
{
  Fixture f;
  g_autoptr (GstVowelChatRequest) silent =
      gst_vowel_chat_request_new ("resp_s", 50);

  setup (&f, "ok");
  g_object_set (f.element, "speak-tool", TRUE, "tool", "speak",
      "tool-arguments", "{\"message\":\"Hm.\"}", "insist", TRUE, NULL);
  fixture_push_text (&f, "time?");
  for (guint i = 0; i < 8; i++)
    fixture_advance (&f, 1);
  expect_generated (&f, "resp_1", GST_VOWEL_FINISH_STOP);
  fixture_expect_text (&f, "Hm. Hm. Hm. Hm. Hm. Hm. Hm. Hm. Hm. [resp_1]");
  g_assert_cmpuint (fixture_get_uint (&f, "tries"), ==, 9);

  g_object_set (f.element, "tool", NULL, "insist", FALSE, NULL);
  gst_vowel_chat_request_add_message (silent, GST_VOWEL_CHAT_USER, "two");
  gst_vowel_chat_request_set_spoken (silent, FALSE);
  g_signal_emit_by_name (f.element, "generate", silent);
  expect_generated (&f, "resp_s", GST_VOWEL_FINISH_STOP);
  g_assert_cmpuint (fixture_get_uint (&f, "n-messages"), ==, 1);

  g_signal_emit_by_name (f.element, "add-tool", "speak", NULL, NULL);
  fixture_push_text (&f, "hm?");
  fixture_expect_text (&f, "You said: hm?.[resp_2]");
  fixture_clear (&f);
}

/* Nonsense is told to the model, and to nobody else. */
static void
test_speak_tool_nonsense (void)
{
  Fixture f;

  setup (&f, "ok");
  g_object_set (f.element, "speak-tool", TRUE, "tool", "speak",
      "tool-arguments", "nonsense", NULL);
  fixture_push_text (&f, "time?");
  fixture_advance (&f, 1);
  expect_generated (&f, "resp_1", GST_VOWEL_FINISH_STOP);
  fixture_expect_text (&f, "[resp_1]");
  g_assert_cmpuint (fixture_get_uint (&f, "tries"), ==, 2);
  fixture_clear (&f);
}

/* More than anybody needs fails the response. */
static void
test_tool_too_long (void)
{
  Fixture f;
  g_autofree gchar *long_arguments = g_strnfill (2 * 64 * 1024 + 4, ' ');

  setup (&f, "ok");
  g_object_set (f.element, "retries", 0, "tool", "clock", "tool-arguments",
      long_arguments, NULL);
  fixture_push_text (&f, "time?");
  fixture_expect_failure (&f, "llm", 1, GST_VOWEL_ERROR_LIMIT);
  fixture_expect_text (&f, "[resp_1]");
  fixture_clear (&f);
}

static void
test_tool_parameters_checked (void)
{
  Fixture f;
  g_autoptr (GstMessage) message = NULL;

  setup (&f, "ok");
  g_signal_emit_by_name (f.element, "add-tool", "clock", NULL, "[1");
  message = gst_bus_pop_filtered (f.bus, GST_MESSAGE_WARNING);
  g_assert_nonnull (message);
  gst_clear_message (&message);
  fixture_clear (&f);
}

/* An application keeps the conversation; several at once, one not spoken. */
static void
test_generate (void)
{
  Fixture f;
  g_autoptr (GstVowelChatRequest) spoken =
      gst_vowel_chat_request_new ("resp_a", 10);
  g_autoptr (GstVowelChatRequest) silent =
      gst_vowel_chat_request_new ("resp_b", 11);

  setup (&f, "hold");
  gst_vowel_chat_request_add_message (spoken, GST_VOWEL_CHAT_USER, "one");
  gst_vowel_chat_request_add_message (silent, GST_VOWEL_CHAT_USER, "two");
  gst_vowel_chat_request_set_spoken (silent, FALSE);
  g_signal_emit_by_name (f.element, "generate", spoken);
  g_signal_emit_by_name (f.element, "generate", silent);
  fixture_expect_text (&f, "You");
  /* A flush ends what is spoken only. */
  fixture_flush (&f);
  g_assert_cmpuint (fixture_get_uint (&f, "cancelled"), ==, 1);
  fixture_release (&f);
  expect_generated (&f, "resp_b", GST_VOWEL_FINISH_STOP);
  fixture_expect_text (&f, "[flush]");
  fixture_clear (&f);
}

/* A model that cannot see is told so, every time; whoever runs it, once. */
static void
test_images (void)
{
  static const GstVowelChatImage images[] = {
      {"data:image/png;base64,AAAA"}, {"https://example.org/x.jpg"}};
  Fixture f;
  GstMessage *first;

  setup (&f, "ok");
  for (guint i = 1; i <= 2; i++) {
    g_autoptr (GstVowelChatRequest) request =
        gst_vowel_chat_request_new ("resp_a", i);

    gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_USER, "look");
    gst_vowel_chat_request_add_images (request, images, 2);
    g_signal_emit_by_name (f.element, "generate", request);
    first = gst_bus_timed_pop_filtered (
        f.bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_WARNING | GST_MESSAGE_ELEMENT);
    g_assert_cmpint (GST_MESSAGE_TYPE (first), ==,
        i == 1 ? GST_MESSAGE_WARNING : GST_MESSAGE_ELEMENT);
    gst_message_unref (first);
    expect_generated (&f, "resp_a", GST_VOWEL_FINISH_STOP);
    fixture_expect_text (&f,
        "You said: look (The user has shown an image, which you cannot see.) "
        "(The user has shown an image, which you cannot see.).[resp_a]");
  }
  fixture_clear (&f);
}

static GstBusSyncReply
cancel_on_warning (GstBus *bus, GstMessage *message, gpointer element)
{
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING)
    g_signal_emit_by_name (element, "cancel", (guint64) 0);
  return GST_BUS_PASS;
}

/* By who hears that the model cannot see: it is not asked then. */
static void
test_images_cancelled (void)
{
  static const GstVowelChatImage image = {"data:image/png;base64,AAAA"};
  g_autoptr (GstVowelChatRequest) request =
      gst_vowel_chat_request_new ("resp_a", 1);
  Fixture f;

  setup (&f, "ok");
  gst_bus_set_sync_handler (f.bus, cancel_on_warning, f.element, NULL);
  gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_USER, "look");
  gst_vowel_chat_request_add_images (request, &image, 1);
  g_signal_emit_by_name (f.element, "generate", request);
  fixture_sync (&f);
  g_assert_cmpuint (fixture_get_uint (&f, "tries"), ==, 0);
  fixture_advance (&f, 60 * GST_SECOND);
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_FAILURE);
  gst_bus_set_sync_handler (f.bus, NULL, NULL, NULL);
  fixture_clear (&f);
}

static void
test_turn_waits (void)
{
  Fixture f;

  setup (&f, "hold");
  fixture_push_text (&f, "one");
  fixture_push_text (&f, "two");
  g_assert_cmpuint (fixture_get_uint (&f, "tries"), ==, 1);
  fixture_set_mode (&f, "ok");
  gst_harness_push_event (f.harness, gst_event_new_eos ());
  fixture_release (&f);
  fixture_expect_text (&f, "You said: one.You said: two.[resp_1][resp_2][eos]");
  fixture_clear (&f);
}

/* Who waits for the end gets it, though the conversation is forgotten. */
static void
test_reset_ends (void)
{
  Fixture f;

  setup (&f, "hold");
  fixture_push_text (&f, "one");
  gst_harness_push_event (f.harness, gst_event_new_eos ());
  fixture_expect_text (&f, "You");
  g_signal_emit_by_name (f.element, "reset");
  fixture_expect_text (&f, "[eos]");
  fixture_clear (&f);
}

typedef struct {
  GstElement *element;
  GMutex lock;
  GCond changed;
  gboolean flushed;
} LateText;

static void
answer_after_flush (gpointer user_data)
{
  LateText *late = user_data;

  g_mutex_lock (&late->lock);
  while (!late->flushed)
    g_cond_wait (&late->changed, &late->lock);
  g_mutex_unlock (&late->lock);
  g_signal_emit_by_name (late->element, "release");
}

/* The worker answers when the flush is over but has not come to it yet. */
static void
test_late_text (void)
{
  Fixture f;
  LateText late = {0};
  g_autofree gchar *text = NULL;

  setup (&f, "hold");
  g_mutex_init (&late.lock);
  g_cond_init (&late.changed);
  late.element = f.element;
  fixture_push_text (&f, "one");
  fixture_expect_text (&f, "You");
  gst_vowel_worker_post (f.worker, answer_after_flush, &late, NULL);
  gst_harness_push_event (f.harness, gst_event_new_flush_start ());
  gst_harness_push_event (f.harness, gst_event_new_flush_stop (TRUE));
  g_mutex_lock (&late.lock);
  late.flushed = TRUE;
  g_cond_signal (&late.changed);
  g_mutex_unlock (&late.lock);
  fixture_sync (&f);
  text = fixture_take_text (&f);
  g_assert_null (strstr (text, "said"));
  fixture_clear (&f);
  g_mutex_clear (&late.lock);
  g_cond_clear (&late.changed);
}

static void
test_restart (void)
{
  Fixture f;

  setup (&f, "hold");
  fixture_push_text (&f, "one");
  fixture_restart (&f, 1, "text/x-raw,format=utf8");
  fixture_push_text (&f, "two");
  fixture_expect_text (&f, "YouYou said: two.[resp_1]");
  fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/llm/alone", test_alone);
  g_test_add_func ("/llm/retry", test_retry);
  g_test_add_func ("/llm/give-up", test_give_up);
  g_test_add_func ("/llm/refusal", test_refusal);
  g_test_add_func ("/llm/timeouts", test_timeouts);
  g_test_add_func ("/llm/keep-alive", test_keep_alive);
  g_test_add_func ("/llm/cancel", test_cancel);
  g_test_add_func ("/llm/flush", test_flush);
  g_test_add_func ("/llm/tool", test_tool);
  g_test_add_func ("/llm/tool-repaired", test_tool_repaired);
  g_test_add_func ("/llm/tool-corrected", test_tool_corrected);
  g_test_add_func ("/llm/tool-incorrigible", test_tool_incorrigible);
  g_test_add_func ("/llm/speak-tool", test_speak_tool);
  g_test_add_func ("/llm/speak-tool-limits", test_speak_tool_limits);
  g_test_add_func ("/llm/speak-tool-nonsense", test_speak_tool_nonsense);
  g_test_add_func ("/llm/tool-too-long", test_tool_too_long);
  g_test_add_func ("/llm/tool-parameters", test_tool_parameters_checked);
  g_test_add_func ("/llm/generate", test_generate);
  g_test_add_func ("/llm/images", test_images);
  g_test_add_func ("/llm/images-cancelled", test_images_cancelled);
  g_test_add_func ("/llm/turn-waits", test_turn_waits);
  g_test_add_func ("/llm/reset-ends", test_reset_ends);
  g_test_add_func ("/llm/late-text", test_late_text);
  g_test_add_func ("/llm/restart", test_restart);
  return g_test_run ();
}
