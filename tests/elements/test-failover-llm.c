/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Lists of language models: who takes over from whom, and when nobody does. */

#include "failover.h"

static void
test_llm_take_over (void)
{
  Fixture f;
  GstVowelProviderUsage usage;

  failover_init (&f, "llmbin", "fake,spare", "retries=1 provider::mode=fail");
  fixture_push_text (&f, "hello");
  g_assert_cmpuint (failover_get_uint (&f, "provider-1", "tries"), ==, 0);
  fixture_advance (&f, 500 * GST_MSECOND);
  failover_expect_usage (&f, "fake", 2, 2, 1, 0, NULL);
  failover_expect_take_over (
      &f, "llm", 1, "fake", "spare", GST_VOWEL_ERROR_OVERLOADED);
  failover_expect_usage (&f, "spare", 1, 0, 0, 1, &usage);
  g_assert_cmpuint (usage.input_tokens, >, 0);
  g_assert_cmpuint (usage.output_tokens, >, 0);
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_FAILURE);
  fixture_expect_text (&f, "You said: hello.[resp_1]");

  /* The next one begins with the first again, and has the conversation. */
  failover_set_mode (&f, "provider", "ok");
  fixture_push_text (&f, "again");
  fixture_expect_text (&f, "You said: again.[resp_2]");
  g_assert_cmpuint (failover_get_uint (&f, "provider", "n-messages"), ==, 3);
  g_assert_cmpuint (failover_get_uint (&f, "provider-1", "tries"), ==, 1);
  fixture_clear (&f);
}

/* What is never tried again goes to the next at once. */
static void
test_llm_forbidden (void)
{
  static const struct {
    const gchar *name;
    GstVowelError code;
  } errors[] = {
      {"auth", GST_VOWEL_ERROR_AUTH},
      {"bad-request", GST_VOWEL_ERROR_BAD_REQUEST},
      {"not-found", GST_VOWEL_ERROR_NOT_FOUND},
  };

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    g_autofree gchar *more = g_strdup_printf (
        "provider::mode=fail provider::error=%s", errors[i].name);
    Fixture f;

    failover_init (&f, "llmbin", "fake,spare", more);
    fixture_push_text (&f, "hello");
    failover_expect_take_over (&f, "llm", 1, "fake", "spare", errors[i].code);
    failover_await (&f, GST_VOWEL_MESSAGE_GENERATED);
    fixture_expect_text (&f, "You said: hello.[resp_1]");
    g_assert_cmpuint (failover_get_uint (&f, "provider", "tries"), ==, 1);
    fixture_clear (&f);
  }
}

static void
test_llm_refusal (void)
{
  Fixture f;

  failover_init (&f, "llmbin", "fake,spare", "retries=0 provider::mode=refuse");
  fixture_push_text (&f, "hello");
  failover_expect_take_over (
      &f, "llm", 1, "fake", "spare", GST_VOWEL_ERROR_UPSTREAM);
  failover_await (&f, GST_VOWEL_MESSAGE_GENERATED);
  fixture_expect_text (&f, "You said: hello.[resp_1]");
  fixture_clear (&f);
}

/* Each has its own time. */
static void
test_llm_timeout (void)
{
  Fixture f;

  failover_init (&f, "llmbin", "fake,spare,third",
      "retries=0 provider::mode=never provider-1::mode=never "
      "provider-1::first-token-timeout=3000000000");
  fixture_push_text (&f, "hello");
  fixture_advance (&f, 10 * GST_SECOND);
  failover_expect_take_over (
      &f, "llm", 1, "fake", "spare", GST_VOWEL_ERROR_TIMEOUT);
  g_assert_cmpuint (failover_get_uint (&f, "provider", "cancelled"), ==, 1);
  while (failover_get_uint (&f, "provider-1", "tries") == 0)
    g_thread_yield ();
  fixture_expect_text (&f, "");
  fixture_advance (&f, 3 * GST_SECOND);
  failover_expect_take_over (
      &f, "llm", 1, "spare", "third", GST_VOWEL_ERROR_TIMEOUT);
  failover_await (&f, GST_VOWEL_MESSAGE_GENERATED);
  fixture_expect_text (&f, "You said: hello.[resp_1]");
  fixture_clear (&f);
}

static void
test_llm_all_fail (void)
{
  Fixture f;

  failover_init (&f, "llmbin", "fake,spare,third",
      "retries=0 provider::mode=fail provider-1::mode=fail "
      "provider-2::mode=fail provider-2::error=auth");
  fixture_push_text (&f, "hello");
  failover_expect_usage (&f, "fake", 1, 1, 0, 0, NULL);
  failover_expect_usage (&f, "spare", 1, 1, 0, 1, NULL);
  failover_expect_usage (&f, "third", 1, 1, 0, 1, NULL);
  failover_expect_failure (&f, "llm", 1, "third", GST_VOWEL_ERROR_AUTH);
  fixture_expect_text (&f, "[resp_1]");
  failover_set_mode (&f, "provider-1", "ok");
  fixture_push_text (&f, "still there");
  failover_await (&f, GST_VOWEL_MESSAGE_GENERATED);
  fixture_expect_text (&f, "You said: still there.[resp_2]");
  fixture_clear (&f);
}

/* What has been said is not said anew by somebody else. */
static void
test_llm_after_output (void)
{
  Fixture f;
  GstVowelProviderUsage usage;

  failover_init (&f, "llmbin", "fake,spare", "provider::mode=hold");
  fixture_push_text (&f, "hello");
  fixture_advance (&f, 10 * GST_SECOND);
  failover_expect_usage (&f, "fake", 1, 1, 0, 0, &usage);
  /* It is paid for. */
  g_assert_cmpuint (usage.output_tokens, >, 0);
  failover_expect_failure (&f, "llm", 1, "fake", GST_VOWEL_ERROR_TIMEOUT);
  g_assert_cmpuint (failover_get_uint (&f, "provider-1", "tries"), ==, 0);
  fixture_expect_text (&f, "You[resp_1]");
  fixture_clear (&f);
}

static void
test_llm_cancel (void)
{
  Fixture f;

  failover_init (&f, "llmbin", "fake,spare",
      "retries=0 provider::mode=fail "
      "provider-1::mode=hold");
  fixture_push_text (&f, "hello");
  failover_await (&f, GST_VOWEL_MESSAGE_TEXT);
  fixture_expect_text (&f, "You");
  g_signal_emit_by_name (f.element, "cancel", (guint64) 1);
  fixture_expect_text (&f, "[flush]");
  g_assert_cmpuint (failover_get_uint (&f, "provider", "cancelled"), ==, 0);
  g_assert_cmpuint (failover_get_uint (&f, "provider-1", "cancelled"), ==, 1);
  failover_release (&f, "provider-1");
  fixture_expect_text (&f, "");
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_FAILURE);

  /* Nor is anybody asked after it was cancelled. */
  failover_set_mode (&f, "provider", "never");
  fixture_push_text (&f, "hello");
  g_signal_emit_by_name (f.element, "cancel", (guint64) 2);
  fixture_advance (&f, 20 * GST_SECOND);
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_TAKE_OVER);
  fixture_clear (&f);
}

static void
test_llm_tool (void)
{
  Fixture f;
  g_autoptr (GstMessage) message = NULL;
  GstVowelToolCall call;

  failover_init (&f, "llmbin", "fake,spare",
      "retries=0 provider::mode=fail provider-1::tool=clock");
  fixture_push_text (&f, "time?");
  message = fixture_expect (&f, GST_VOWEL_MESSAGE_TOOL_CALL);
  g_assert_true (gst_vowel_message_parse_tool_call (message, &call));
  g_assert_cmpstr (call.name, ==, "clock");
  failover_await (&f, GST_VOWEL_MESSAGE_GENERATED);
  g_signal_emit_by_name (f.element, "tool-result", call.call_id, "noon");
  failover_await (&f, GST_VOWEL_MESSAGE_GENERATED);
  fixture_expect_text (&f, "The tool says: noon.[resp_1][resp_2]");
  gst_clear_message (&message);
  fixture_clear (&f);
}

/* Stopped while the stand-in works. */
static void
test_llm_stop (void)
{
  Fixture f;
  g_autoptr (GstElement) spare = NULL;
  guint cancelled;

  failover_init (&f, "llmbin", "fake,spare",
      "retries=0 provider::mode=fail "
      "provider-1::mode=hold");
  spare = failover_get_child (&f, "provider-1");
  fixture_push_text (&f, "hello");
  failover_await (&f, GST_VOWEL_MESSAGE_TEXT);
  fixture_expect_text (&f, "You");
  gst_element_set_state (f.element, GST_STATE_NULL);
  g_object_get (spare, "cancelled", &cancelled, NULL);
  g_assert_cmpuint (cancelled, ==, 1);
  gst_clear_object (&spare);
  fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/failover/llm/take-over", test_llm_take_over);
  g_test_add_func ("/failover/llm/forbidden", test_llm_forbidden);
  g_test_add_func ("/failover/llm/refusal", test_llm_refusal);
  g_test_add_func ("/failover/llm/timeout", test_llm_timeout);
  g_test_add_func ("/failover/llm/all-fail", test_llm_all_fail);
  g_test_add_func ("/failover/llm/after-output", test_llm_after_output);
  g_test_add_func ("/failover/llm/cancel", test_llm_cancel);
  g_test_add_func ("/failover/llm/tool", test_llm_tool);
  g_test_add_func ("/failover/llm/stop", test_llm_stop);
  return g_test_run ();
}
