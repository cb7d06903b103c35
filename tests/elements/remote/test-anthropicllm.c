/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* anthropicllm against a strict fake: what works, and everything that can go
 * wrong. */

#include "config.h"

#include "remote.h"

#include <string.h>

#define CAPS "text/x-raw,format=utf8"

static void
setup (Fixture *f, const gchar *faults)
{
  fixture_init_live (f, "anthropicllm", CAPS);
  g_object_set (f->element, "api-key", REMOTE_KEY, NULL);
  remote_set_target (f->element, "anthropic", faults);
}

static void
expect_generated (Fixture *f, GstVowelFinishReason reason)
{
  g_autoptr (GstMessage) message =
      fixture_expect (f, GST_VOWEL_MESSAGE_GENERATED);
  GstVowelFinishReason got;
  GstVowelUsage usage;

  g_assert_true (
      gst_vowel_message_parse_generated (message, NULL, NULL, &got, &usage));
  g_assert_cmpint (got, ==, reason);
  g_assert_false (usage.estimated);
  /* 3, 4 from the cache, 2 into it */
  g_assert_cmpuint (usage.input_tokens, ==, 9);
  g_assert_cmpuint (usage.cached_tokens, ==, 4);
  g_assert_cmpuint (usage.output_tokens, ==, 5);
}

/* The element is as good as new. */
static void
expect_next_turn (Fixture *f, guint number)
{
  g_autofree gchar *expected =
      g_strdup_printf ("You said: go on.[resp_%u]", number);

  g_object_set (f->element, "api-key", REMOTE_KEY, NULL);
  remote_set_target (f->element, "anthropic", "ok");
  fixture_push_text (f, "go on");
  expect_generated (f, GST_VOWEL_FINISH_STOP);
  fixture_expect_text (f, expected);
}

/* Whatever is set, the service takes it. */
static void
test_settings (void)
{
  static const gchar *const models[] = {
      NULL, "claude-haiku-4-5", "claude-opus-4-7", "m"};
  static const gchar *const efforts[] = {NULL, "none", "low"};

  for (guint i = 0; i < G_N_ELEMENTS (models); i++) {
    for (guint j = 0; j < G_N_ELEMENTS (efforts); j++) {
      Fixture f;

      setup (&f, "ok");
      g_object_set (f.element, "model", models[i], "reasoning-effort",
          efforts[j], "instructions", "Be brief.", "temperature", 1.5,
          "max-tokens", 7 * j, NULL);
      fixture_push_text (&f, "hello there");
      expect_generated (&f, GST_VOWEL_FINISH_STOP);
      fixture_expect_text (&f, "You said: hello there.[resp_1]");
      expect_next_turn (&f, 2);
      fixture_clear (&f);
    }
  }
}

/* Whatever form the answer has, it is the same answer. */
static void
test_forms (void)
{
  static const gchar *const forms[] = {"bytes", "crlf", "bytes,crlf",
      "comments", "odd", "no-stop", "no-stop,no-blank", "no-end",
      "no-stop,no-end", "thinking", "thinking,bytes", "whole", "pause_turn",
      "comments,odd,thinking,crlf,bytes,no-blank"};
  Fixture f;

  setup (&f, "ok");
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_autofree gchar *expected =
        g_strdup_printf ("You said: gr\xc3\xbc\xc3\x9f dich.[resp_%u]", i + 1);

    remote_set_target (f.element, "anthropic", forms[i]);
    fixture_push_text (&f, "gr\xc3\xbc\xc3\x9f dich");
    expect_generated (&f, GST_VOWEL_FINISH_STOP);
    fixture_expect_text (&f, expected);
  }
  fixture_clear (&f);
}

static void
test_reasons (void)
{
  Fixture f;

  setup (&f, "max_tokens");
  fixture_push_text (&f, "hello");
  expect_generated (&f, GST_VOWEL_FINISH_LENGTH);
  remote_set_target (f.element, "anthropic", "refusal");
  fixture_push_text (&f, "hello");
  expect_generated (&f, GST_VOWEL_FINISH_CONTENT_FILTER);
  remote_set_target (
      f.element, "anthropic", "model_context_window_exceeded,whole");
  fixture_push_text (&f, "hello");
  expect_generated (&f, GST_VOWEL_FINISH_LENGTH);
  g_free (fixture_take_text (&f));
  expect_next_turn (&f, 4);
  fixture_clear (&f);
}

static void
expect_call (Fixture *f, const gchar *name, const gchar *arguments)
{
  g_autoptr (GstMessage) message =
      fixture_expect (f, GST_VOWEL_MESSAGE_TOOL_CALL);
  GstVowelToolCall call;

  g_assert_true (gst_vowel_message_parse_tool_call (message, &call));
  g_assert_cmpstr (call.name, ==, name);
  g_assert_cmpstr (call.arguments, ==, arguments);
  g_signal_emit_by_name (f->element, "tool-result", call.call_id, name);
}

static void
test_calls (void)
{
  static const gchar *const forms[] = {
      "ok", "bytes", "whole-call", "whole", "thinking,odd,crlf", "no-stop"};

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
    Fixture f;

    setup (&f, forms[i]);
    g_signal_emit_by_name (f.element, "add-tool", "weather", "The weather",
        "{\"type\":\"object\",\"properties\":{\"city\":{}}}");
    g_signal_emit_by_name (f.element, "add-tool", "clock", NULL, NULL);
    fixture_push_text (
        &f, "call weather {\"city\":\"Oslo\"}; clock {\"z\":[1]}; clock ");
    expect_call (&f, "weather", "{\"city\":\"Oslo\"}");
    expect_call (&f, "clock", "{\"z\":[1]}");
    expect_call (&f, "clock", "{}");
    expect_generated (&f, GST_VOWEL_FINISH_TOOL_CALLS);
    expect_generated (&f, GST_VOWEL_FINISH_STOP);
    fixture_expect_text (
        &f, "The tool says: weather and clock and clock.[resp_1][resp_2]");
    expect_next_turn (&f, 3);
    fixture_clear (&f);
  }
}

/* What the limit has cut off is not called. */
static void
test_half_call (void)
{
  Fixture f;

  setup (&f, "max_tokens");
  g_signal_emit_by_name (f.element, "add-tool", "clock", NULL, NULL);
  fixture_push_text (&f, "call clock {\"a\":1}; clock {\"b\":");
  expect_call (&f, "clock", "{\"a\":1}");
  expect_generated (&f, GST_VOWEL_FINISH_TOOL_CALLS);
  remote_set_target (f.element, "anthropic", "ok");
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_TOOL_CALL);
  fixture_clear (&f);
}

typedef struct {
  const gchar *faults;
  gint code; /* -1: it works, after a second try */
  const gchar *said;
} Fault;

static const Fault matrix[] = {
    {"429-once", -1, "You said: hello."},
    {"500-once", -1, "You said: hello."},
    {"503-once", -1, "You said: hello."},
    {"529-once", -1, "You said: hello."},
    {"reset-once", -1, "You said: hello."},
    {"error-in-200-once", -1, "You said: hello."},
    {"error-overloaded-first-once", -1, "You said: hello."},
    {"error-api-first-once", -1, "You said: hello."},
    {"429-long", GST_VOWEL_ERROR_RATE_LIMIT, ""},
    {"429", GST_VOWEL_ERROR_RATE_LIMIT, ""},
    {"402", GST_VOWEL_ERROR_BILLING, ""},
    {"422", GST_VOWEL_ERROR_BAD_REQUEST, ""},
    {"500", GST_VOWEL_ERROR_UPSTREAM, ""},
    {"503", GST_VOWEL_ERROR_OVERLOADED, ""},
    {"529", GST_VOWEL_ERROR_OVERLOADED, ""},
    {"html", GST_VOWEL_ERROR_UPSTREAM, ""},
    {"redirect", GST_VOWEL_ERROR_PROTOCOL, ""},
    {"not-http", GST_VOWEL_ERROR_PROTOCOL, ""},
    {"garbage-first", GST_VOWEL_ERROR_PROTOCOL, ""},
    {"deep-first", GST_VOWEL_ERROR_PROTOCOL, ""},
    {"huge-first", GST_VOWEL_ERROR_LIMIT, ""},
    {"error-limit-first", GST_VOWEL_ERROR_RATE_LIMIT, ""},
    {"binary", GST_VOWEL_ERROR_PROTOCOL, "You said: hello."},
    {"garbage", GST_VOWEL_ERROR_PROTOCOL, "You said: hello."},
    {"error-overloaded", GST_VOWEL_ERROR_OVERLOADED, "You said: hello."},
    {"error-api", GST_VOWEL_ERROR_UPSTREAM, "You said: hello."},
    {"error-limit", GST_VOWEL_ERROR_RATE_LIMIT, "You said: hello."},
    /* A reset may overtake what was sent before it. */
    {"cut", GST_VOWEL_ERROR_UPSTREAM, NULL},
    {"close", GST_VOWEL_ERROR_PROTOCOL, NULL},
};

static void
test_fault (gconstpointer data)
{
  const Fault *fault = data;
  g_autofree gchar *text = NULL;
  Fixture f;

  setup (&f, fault->faults);
  if (fault->code >= 0)
    g_object_set (f.element, "retries", 0, NULL);
  fixture_push_text (&f, "hello");
  if (fault->code >= 0) {
    g_autoptr (GError) error = remote_expect_failure (&f, fault->code);

    g_assert_true (g_str_has_prefix (error->message, "anthropic: "));
  } else {
    expect_generated (&f, GST_VOWEL_FINISH_STOP);
  }
  text = fixture_take_text (&f);
  g_assert_true (g_str_has_suffix (text, "[resp_1]"));
  text[strlen (text) - strlen ("[resp_1]")] = '\0';
  if (fault->said != NULL)
    g_assert_cmpstr (text, ==, fault->said);
  expect_next_turn (&f, 2);
  fixture_clear (&f);
}

static void
test_refused (void)
{
  Fixture f;
  guint before = remote_count_requests ();

  /* A wrong key, which the fake puts into its answer. */
  setup (&f, "ok");
  g_object_set (f.element, "api-key", REMOTE_KEY "x", NULL);
  fixture_push_text (&f, "hello");
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_AUTH));
  g_object_set (
      f.element, "api-key", REMOTE_KEY, "model", "no-such-model", NULL);
  fixture_push_text (&f, "hello");
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_NOT_FOUND));
  /* Not tried again. */
  g_assert_cmpuint (remote_count_requests (), ==, before + 2);
  g_free (fixture_take_text (&f));
  g_object_set (f.element, "model", NULL, NULL);
  expect_next_turn (&f, 3);
  fixture_clear (&f);
}

/* What is wrong before anything is sent. */
static void
test_not_set_up (void)
{
  Fixture f;
  guint before = remote_count_requests ();
  g_autoptr (GError) no_key = NULL;

  fixture_init_live (&f, "anthropicllm", CAPS);
  fixture_push_text (&f, "hello");
  no_key = remote_expect_failure (&f, GST_VOWEL_ERROR_AUTH);
  g_assert_nonnull (strstr (no_key->message, "ANTHROPIC_API_KEY"));
  g_object_set (
      f.element, "api-key", REMOTE_KEY, "base-url", "ftp://localhost/", NULL);
  fixture_push_text (&f, "hello");
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_BAD_REQUEST));
  g_assert_cmpuint (remote_count_requests (), ==, before);
  g_free (fixture_take_text (&f));
  expect_next_turn (&f, 3);
  fixture_clear (&f);
}

static void
test_silence (void)
{
  Fixture f;

  setup (&f, "mute");
  g_object_set (f.element, "retries", 0, "first-token-timeout",
      (guint64) (50 * GST_MSECOND), "stall-timeout",
      (guint64) (50 * GST_MSECOND), NULL);
  fixture_push_text (&f, "hello");
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_TIMEOUT));
  remote_expect_abort ();
  fixture_expect_text (&f, "[resp_1]");

  remote_set_target (f.element, "anthropic", "stall");
  g_object_set (
      f.element, "first-token-timeout", (guint64) (20 * GST_SECOND), NULL);
  fixture_push_text (&f, "hello");
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_TIMEOUT));
  remote_expect_abort ();
  g_free (fixture_take_text (&f));
  g_object_set (f.element, "stall-timeout", (guint64) (20 * GST_SECOND), NULL);
  expect_next_turn (&f, 3);
  fixture_clear (&f);
}

/* Whoever stops listening stops the model too, at once. */
static void
test_cancel (void)
{
  Fixture f;
  guint before = remote_count_requests ();

  setup (&f, "mute");
  fixture_push_text (&f, "hello");
  while (remote_count_requests () == before)
    g_thread_yield ();
  g_signal_emit_by_name (f.element, "cancel", (guint64) 0);
  remote_expect_abort ();

  remote_set_target (f.element, "anthropic", "stall");
  fixture_push_text (&f, "one two three four");
  gst_message_unref (fixture_expect (&f, GST_VOWEL_MESSAGE_TEXT));
  g_signal_emit_by_name (f.element, "cancel", (guint64) 0);
  remote_expect_abort ();
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_FAILURE);
  g_free (fixture_take_text (&f));
  expect_next_turn (&f, 3);

  /* Stopped in the middle. */
  remote_set_target (f.element, "anthropic", "stall");
  fixture_push_text (&f, "one two three four");
  gst_message_unref (fixture_expect (&f, GST_VOWEL_MESSAGE_TEXT));
  gst_element_set_state (f.element, GST_STATE_NULL);
  remote_expect_abort ();
  fixture_clear (&f);
}

static void
test_images (void)
{
  Fixture f;

  setup (&f, "ok");
  remote_show_image (&f, "resp_a");
  expect_generated (&f, GST_VOWEL_FINISH_STOP);
  fixture_expect_text (&f, "You said: Look [image/png, 3 bytes].[resp_a]");
  gst_util_set_object_arg (G_OBJECT (f.element), "images", "off");
  remote_show_image (&f, "resp_b");
  expect_generated (&f, GST_VOWEL_FINISH_STOP);
  fixture_expect_text (&f,
      "You said: Look (The user has shown an image, which you cannot see.)."
      "[resp_b]");
  fixture_clear (&f);
}

static void
test_provider (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) element = gst_vowel_provider_make (
      GST_VOWEL_PROVIDER_LLM, "anthropic", NULL, &error);
  GParamSpec *key;

  g_assert_no_error (error);
  gst_object_ref_sink (element);
  key = g_object_class_find_property (G_OBJECT_GET_CLASS (element), "api-key");
  g_assert_false (key->flags & G_PARAM_READABLE);
}

int
main (int argc, char **argv)
{
  int result;

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  remote_start ();
  g_test_add_func ("/anthropicllm/settings", test_settings);
  g_test_add_func ("/anthropicllm/forms", test_forms);
  g_test_add_func ("/anthropicllm/reasons", test_reasons);
  g_test_add_func ("/anthropicllm/calls", test_calls);
  g_test_add_func ("/anthropicllm/half-call", test_half_call);
  for (guint i = 0; i < G_N_ELEMENTS (matrix); i++) {
    g_autofree gchar *path =
        g_strconcat ("/anthropicllm/fault/", matrix[i].faults, NULL);

    g_test_add_data_func (path, &matrix[i], test_fault);
  }
  g_test_add_func ("/anthropicllm/refused", test_refused);
  g_test_add_func ("/anthropicllm/not-set-up", test_not_set_up);
  g_test_add_func ("/anthropicllm/silence", test_silence);
  g_test_add_func ("/anthropicllm/cancel", test_cancel);
  g_test_add_func ("/anthropicllm/images", test_images);
  g_test_add_func ("/anthropicllm/provider", test_provider);
  result = g_test_run ();
  remote_stop ();
  return result;
}
