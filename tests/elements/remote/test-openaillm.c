/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* openaillm against strict fakes: what works, and everything that can go
 * wrong. */

#include "config.h"

#include "remote.h"

#include <string.h>

#define CAPS "text/x-raw,format=utf8"

static void
setup (Fixture *f, const gchar *vendor, const gchar *faults)
{
  fixture_init_live (f, "openaillm", CAPS);
  g_object_set (f->element, "api-key", REMOTE_KEY, "model", "m", NULL);
  remote_set_target (f->element, vendor, faults);
}

static void
expect_generated (Fixture *f, GstVowelFinishReason reason, gboolean estimated)
{
  g_autoptr (GstMessage) message =
      fixture_expect (f, GST_VOWEL_MESSAGE_GENERATED);
  GstVowelFinishReason got;
  GstVowelUsage usage;

  g_assert_true (
      gst_vowel_message_parse_generated (message, NULL, NULL, &got, &usage));
  g_assert_cmpint (got, ==, reason);
  g_assert_cmpint (usage.estimated, ==, estimated);
  if (!estimated) {
    g_assert_cmpuint (usage.input_tokens, ==, 9);
    g_assert_cmpuint (usage.output_tokens, ==, 5);
  }
}

/* The element is as good as new. */
static void
expect_next_turn (Fixture *f, guint number)
{
  g_autofree gchar *expected =
      g_strdup_printf ("You said: go on.[resp_%u]", number);

  g_object_set (f->element, "api-key", REMOTE_KEY, NULL);
  remote_set_target (f->element, "openai", "ok");
  fixture_push_text (f, "go on");
  expect_generated (f, GST_VOWEL_FINISH_STOP, FALSE);
  fixture_expect_text (f, expected);
}

static void
test_vendors (void)
{
  static const gchar *const vendors[] = {"openai", "groq", "openrouter",
      "ollama", "llama.cpp", "vllm", "openai-compatible"};

  for (guint i = 0; i < G_N_ELEMENTS (vendors); i++) {
    Fixture f;

    setup (&f, vendors[i], "ok");
    g_object_set (f.element, "instructions", "Be brief.", "temperature", 0.5,
        "max-tokens", 100, "reasoning-effort", "low", "site-url",
        "https://example.org/", "app-name", "Test", NULL);
    g_object_set (
        f.element, "repetition-penalty", 1.1, "routing-order", "x,y", NULL);
    g_object_set (f.element, "frequency-penalty", 0.5, "service-tier", "auto",
        "routing", "{\"only\":[\"groq\"]}", "fallback-models", "a,b", NULL);
    if (g_str_equal (vendors[i], "groq"))
      g_object_set (f.element, "model", "openai/gpt-oss-20b", NULL);
    if (g_str_equal (vendors[i], "openai"))
      g_object_set (f.element, "model", "gpt-5-mini", "prompt-cache-key", "k",
          "verbosity", "low", NULL);
    fixture_push_text (&f, "hello there");
    expect_generated (&f, GST_VOWEL_FINISH_STOP, FALSE);
    fixture_expect_text (&f, "You said: hello there.[resp_1]");
    expect_next_turn (&f, 2);
    fixture_clear (&f);
  }
}

/* Whatever form the answer has, it is the same answer. */
static void
test_forms (void)
{
  static const gchar *const forms[] = {"bytes", "crlf", "cr", "bytes,crlf",
      "comments", "odd", "no-done", "no-blank", "no-done,no-blank",
      "usage-on-finish", "reasoning", "think", "think,bytes", "whole",
      "no-done,no-end", "comments,odd,reasoning,think,crlf,bytes"};
  Fixture f;

  setup (&f, "openai", "ok");
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_autofree gchar *expected =
        g_strdup_printf ("You said: gr\xc3\xbc\xc3\x9f dich.[resp_%u]", i + 1);

    remote_set_target (f.element, "openai", forms[i]);
    fixture_push_text (&f, "gr\xc3\xbc\xc3\x9f dich");
    expect_generated (&f, GST_VOWEL_FINISH_STOP, FALSE);
    fixture_expect_text (&f, expected);
  }
  /* Without token counts; also when the server then falls silent. */
  remote_set_target (f.element, "openai", "no-usage");
  fixture_push_text (&f, "hello");
  expect_generated (&f, GST_VOWEL_FINISH_STOP, TRUE);
  remote_set_target (f.element, "openai", "no-usage,no-done,no-end");
  fixture_push_text (&f, "hello");
  expect_generated (&f, GST_VOWEL_FINISH_STOP, TRUE);
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
  static const gchar *const forms[] = {"ok", "bytes", "index0", "no-index",
      "repeat-name", "object-arguments", "whole-call", "finish-stop",
      "whole-call,index0", "repeat-name,bytes,finish-stop",
      "object-arguments,no-id,finish-stop", "whole"};

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
    Fixture f;

    setup (&f, "openai", forms[i]);
    g_signal_emit_by_name (f.element, "add-tool", "weather", "The weather",
        "{\"type\":\"object\",\"properties\":{\"city\":{}}}");
    g_signal_emit_by_name (f.element, "add-tool", "clock", "The time", NULL);
    fixture_push_text (
        &f, "call weather {\"city\":\"Oslo\"}; clock {\"z\":[1]}");
    expect_call (&f, "weather", "{\"city\":\"Oslo\"}");
    expect_call (&f, "clock", "{\"z\":[1]}");
    expect_generated (&f, GST_VOWEL_FINISH_TOOL_CALLS, FALSE);
    expect_generated (&f, GST_VOWEL_FINISH_STOP, FALSE);
    fixture_expect_text (
        &f, "The tool says: weather and clock.[resp_1][resp_2]");
    expect_next_turn (&f, 3);
    fixture_clear (&f);
  }
}

/* Calls that the model writes into its text. */
static void
test_written_calls (void)
{
  static const gchar *const forms[] = {
      "written-python", "written-json", "written-function", "written-tagged"};

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
    Fixture f;

    setup (&f, "openai", forms[i]);
    remote_set_target (f.element, "llama.cpp", forms[i]);
    g_object_set (f.element, "model", "LiquidAI/LFM2-1.2B", NULL);
    g_signal_emit_by_name (f.element, "add-tool", "weather", "The weather",
        "{\"type\":\"object\",\"properties\":{\"city\":{}}}");
    g_signal_emit_by_name (f.element, "add-tool", "clock", "The time", NULL);
    fixture_push_text (
        &f, "call weather {\"city\":\"Oslo\"}; clock {\"z\":[1]}");
    expect_call (&f, "weather", "{\"city\":\"Oslo\"}");
    expect_call (&f, "clock", "{\"z\":[1]}");
    expect_generated (&f, GST_VOWEL_FINISH_TOOL_CALLS, FALSE);
    expect_generated (&f, GST_VOWEL_FINISH_STOP, FALSE);
    fixture_expect_text (
        &f, "Well. The tool says: weather and clock.[resp_1][resp_2]");
    /* Where nobody looks for them they are text. */
    g_object_set (f.element, "model", "m", NULL);
    fixture_push_text (&f, "call clock {}");
    expect_generated (&f, GST_VOWEL_FINISH_STOP, FALSE);
    fixture_expect_none (&f, GST_VOWEL_MESSAGE_TOOL_CALL);
    g_free (fixture_take_text (&f));
    gst_util_set_object_arg (G_OBJECT (f.element), "tool-text", "on");
    fixture_push_text (&f, "call clock {}");
    expect_call (&f, "clock", "{}");
    fixture_clear (&f);
  }
}

/* Calls that the server does not let pass. */
static void
test_failed_calls (void)
{
  static const gchar *const forms[] = {
      "400-written-once", "400-json-once", "error-groq-call-first-once"};
  g_autofree gchar *log = NULL;
  Fixture f;
  guint before;

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
    setup (&f, "groq", forms[i]);
    g_signal_emit_by_name (f.element, "add-tool", "weather", NULL, NULL);
    fixture_push_text (&f, "hello");
    expect_call (&f, "weather", "{\"city\":\"Oslo\"}");
    gst_message_unref (fixture_expect (&f, GST_VOWEL_MESSAGE_GENERATED));
    expect_generated (&f, GST_VOWEL_FINISH_STOP, FALSE);
    fixture_expect_text (&f, "The tool says: weather.[resp_1][resp_2]");
    fixture_clear (&f);
  }

  setup (&f, "groq", "400-prose");
  fixture_push_text (&f, "hello");
  expect_generated (&f, GST_VOWEL_FINISH_STOP, TRUE);
  fixture_expect_text (&f, "Just words.[resp_1]");

  /* Makes no sense to anybody: asked again, with less fantasy. */
  before = remote_count_requests ();
  remote_set_target (f.element, "groq", "400-call-once");
  fixture_push_text (&f, "hello");
  expect_generated (&f, GST_VOWEL_FINISH_STOP, FALSE);
  fixture_expect_text (&f, "You said: hello.[resp_2]");
  g_assert_cmpuint (remote_count_requests (), ==, before + 2);
  log = remote_get ("/__log");
  g_assert_nonnull (
      strstr (g_strrstr (log, "\"method\""), "\\\"temperature\\\":0.2"));
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
    {"400-call-once", -1, "You said: hello."},
    {"error-groq-first-once", -1, "You said: hello."},
    {"error-openrouter-first-once", -1, "You said: hello."},
    {"429-long", GST_VOWEL_ERROR_RATE_LIMIT, ""},
    {"429", GST_VOWEL_ERROR_RATE_LIMIT, ""},
    {"quota", GST_VOWEL_ERROR_BILLING, ""},
    {"402", GST_VOWEL_ERROR_BILLING, ""},
    {"422", GST_VOWEL_ERROR_BAD_REQUEST, ""},
    {"500", GST_VOWEL_ERROR_UPSTREAM, ""},
    {"503", GST_VOWEL_ERROR_OVERLOADED, ""},
    {"html", GST_VOWEL_ERROR_UPSTREAM, ""},
    {"redirect", GST_VOWEL_ERROR_PROTOCOL, ""},
    {"not-http", GST_VOWEL_ERROR_PROTOCOL, ""},
    {"garbage-first", GST_VOWEL_ERROR_PROTOCOL, ""},
    {"deep-first", GST_VOWEL_ERROR_PROTOCOL, ""},
    {"huge-first", GST_VOWEL_ERROR_LIMIT, ""},
    {"binary", GST_VOWEL_ERROR_PROTOCOL, "You said: hello."},
    {"garbage", GST_VOWEL_ERROR_PROTOCOL, "You said: hello."},
    {"error-openai", GST_VOWEL_ERROR_UPSTREAM, "You said: hello."},
    {"error-groq", GST_VOWEL_ERROR_UPSTREAM, "You said: hello."},
    {"error-vllm", GST_VOWEL_ERROR_UPSTREAM, "You said: hello."},
    {"error-openrouter", GST_VOWEL_ERROR_UPSTREAM, "You said: hello."},
    {"error-llamacpp", GST_VOWEL_ERROR_UPSTREAM, "You said: hello."},
    /* A reset may overtake what was sent before it. */
    {"cut", GST_VOWEL_ERROR_UPSTREAM, NULL},
    {"close", GST_VOWEL_ERROR_PROTOCOL, "You said:"},
};

static void
test_fault (gconstpointer data)
{
  const Fault *fault = data;
  g_autofree gchar *text = NULL;
  Fixture f;

  setup (&f, "openai", fault->faults);
  if (fault->code >= 0)
    g_object_set (f.element, "retries", 0, NULL);
  fixture_push_text (&f, "hello");
  if (fault->code >= 0) {
    g_autoptr (GError) error = remote_expect_failure (&f, fault->code);

    g_assert_true (g_str_has_prefix (error->message, "openai: "));
  } else {
    expect_generated (&f, GST_VOWEL_FINISH_STOP, FALSE);
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
  setup (&f, "openai", "ok");
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
  g_object_set (f.element, "model", "m", NULL);
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

  g_unsetenv ("GROQ_API_KEY");
  fixture_init_live (&f, "openaillm", CAPS);
  g_object_set (f.element, "profile", "groq", NULL);
  fixture_push_text (&f, "hello");
  no_key = remote_expect_failure (&f, GST_VOWEL_ERROR_AUTH);
  g_assert_nonnull (strstr (no_key->message, "GROQ_API_KEY"));
  g_object_set (f.element, "api-key", "with\nbreak", NULL);
  fixture_push_text (&f, "hello");
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_AUTH));
  g_object_set (
      f.element, "api-key", NULL, "profile", "openai-compatible", NULL);
  fixture_push_text (&f, "hello");
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_BAD_REQUEST));
  g_object_set (f.element, "base-url", "ftp://localhost/", NULL);
  fixture_push_text (&f, "hello");
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_BAD_REQUEST));
  g_object_set (f.element, "profile", "ollama", "base-url", NULL, NULL);
  fixture_push_text (&f, "hello");
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_BAD_REQUEST));
  g_object_set (f.element, "profile", "nobody", NULL);
  fixture_push_text (&f, "hello");
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_NOT_FOUND));
  g_object_set (f.element, "profile", "openrouter", "api-key", REMOTE_KEY,
      "model", "m", "routing", "latency", NULL);
  fixture_push_text (&f, "hello");
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_BAD_REQUEST));
  g_object_set (f.element, "routing", NULL, NULL);
  g_assert_cmpuint (remote_count_requests (), ==, before);
  g_free (fixture_take_text (&f));
  expect_next_turn (&f, 8);
  fixture_clear (&f);
}

static void
test_silence (void)
{
  Fixture f;

  setup (&f, "openai", "mute");
  g_object_set (f.element, "retries", 0, "first-token-timeout",
      (guint64) (50 * GST_MSECOND), "stall-timeout",
      (guint64) (50 * GST_MSECOND), NULL);
  fixture_push_text (&f, "hello");
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_TIMEOUT));
  remote_expect_abort ();
  fixture_expect_text (&f, "[resp_1]");

  remote_set_target (f.element, "openai", "stall");
  g_object_set (
      f.element, "first-token-timeout", (guint64) (20 * GST_SECOND), NULL);
  fixture_push_text (&f, "hello");
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_TIMEOUT));
  remote_expect_abort ();
  fixture_expect_text (&f, "You said:[resp_2]");
  g_object_set (f.element, "stall-timeout", (guint64) (20 * GST_SECOND), NULL);
  expect_next_turn (&f, 3);
  fixture_clear (&f);
}

/* Whoever stops listening stops the model too, at once. */
static void
test_cancel (void)
{
  static const gchar *const faults[] = {"mute", "stall"};
  Fixture f;

  setup (&f, "openai", "ok");
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    guint before = remote_count_requests ();

    remote_set_target (f.element, "openai", faults[i]);
    fixture_push_text (&f, "hello");
    if (i == 0) {
      while (remote_count_requests () == before)
        g_thread_yield ();
    } else {
      gst_message_unref (fixture_expect (&f, GST_VOWEL_MESSAGE_TEXT));
    }
    g_signal_emit_by_name (f.element, "cancel", (guint64) 0);
    remote_expect_abort ();
  }
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_FAILURE);
  g_free (fixture_take_text (&f));
  expect_next_turn (&f, 3);

  /* Stopped in the middle. */
  remote_set_target (f.element, "openai", "stall");
  fixture_push_text (&f, "hello");
  gst_message_unref (fixture_expect (&f, GST_VOWEL_MESSAGE_TEXT));
  gst_element_set_state (f.element, GST_STATE_NULL);
  remote_expect_abort ();
  fixture_clear (&f);
}

/* The key is not to be seen anywhere, whatever is looked at. */
static void
test_secret (void)
{
  g_autoptr (GstElement) pipeline = gst_pipeline_new (NULL);
  GstElement *llm = gst_element_factory_make ("openaillm", NULL);
  g_autofree gchar *dot = NULL;
  guint n = 0;
  g_autofree GParamSpec **properties =
      g_object_class_list_properties (G_OBJECT_GET_CLASS (llm), &n);

  gst_object_ref_sink (pipeline);
  gst_bin_add (GST_BIN (pipeline), llm);
  g_object_set (llm, "api-key", REMOTE_KEY, NULL);
  dot = gst_debug_bin_to_dot_data (
      GST_BIN (pipeline), GST_DEBUG_GRAPH_SHOW_VERBOSE);
  g_assert_null (strstr (dot, REMOTE_KEY));
  for (guint i = 0; i < n; i++) {
    g_auto (GValue) value = G_VALUE_INIT;
    g_autofree gchar *text = NULL;

    if (!(properties[i]->flags & G_PARAM_READABLE))
      continue;
    g_object_get_property (G_OBJECT (llm), properties[i]->name, &value);
    text = g_strdup_value_contents (&value);
    g_assert_null (strstr (text, REMOTE_KEY));
  }
}

static GString *logged;
static GMutex log_lock;

static void
collect_log (GstDebugCategory *category, GstDebugLevel level, const gchar *file,
    const gchar *function, gint line, GObject *object, GstDebugMessage *message,
    gpointer user_data)
{
  /* Describing an object may log, too. */
  const gchar *text = gst_debug_message_get (message);

  g_mutex_lock (&log_lock);
  g_string_append (logged, text);
  g_string_append_c (logged, '\n');
  g_mutex_unlock (&log_lock);
}

static void
test_secret_in_log (void)
{
  Fixture f;

  logged = g_string_new (NULL);
  gst_debug_remove_log_function (gst_debug_log_default);
  gst_debug_add_log_function (collect_log, NULL, NULL);
  gst_debug_set_default_threshold (GST_LEVEL_LOG);
  setup (&f, "openai", "ok");
  fixture_push_text (&f, "hello");
  expect_generated (&f, GST_VOWEL_FINISH_STOP, FALSE);
  g_object_set (f.element, "api-key", REMOTE_KEY "x", NULL);
  fixture_push_text (&f, "hello");
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_AUTH));
  fixture_clear (&f);
  gst_debug_set_default_threshold (GST_LEVEL_NONE);
  gst_debug_remove_log_function (collect_log);
  gst_debug_add_log_function (gst_debug_log_default, NULL, NULL);
  g_assert_nonnull (strstr (logged->str, "asking openai"));
  g_assert_null (strstr (logged->str, REMOTE_KEY));
  g_string_free (logged, TRUE);
}

#define UNSEEN "(The user has shown an image, which you cannot see.)"

/* By the name of the model, or as it is set; no server is sent what it would
 * refuse. */
static void
test_images (void)
{
  static const struct {
    const gchar *vendor;
    const gchar *model;
    const gchar *images;
    gboolean seen;
  } cases[] = {
      {"openai", "gpt-4o-mini", "auto", TRUE},
      {"openai", "gpt-3.5-turbo", "auto", FALSE},
      {"openai", "gpt-4o-mini", "off", FALSE},
      {"groq", "openai/gpt-oss-20b", "auto", FALSE},
      {"groq", "meta-llama/llama-4-scout-17b", "auto", TRUE},
      {"openrouter", "openai/gpt-oss-20b", "auto", FALSE},
      {"ollama", "llava:13b", "auto", TRUE},
      {"vllm", "m", "auto", FALSE},
      {"vllm", "my-own-that-sees", "on", TRUE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Fixture f;

    setup (&f, cases[i].vendor, "ok");
    g_object_set (f.element, "model", cases[i].model, NULL);
    gst_util_set_object_arg (G_OBJECT (f.element), "images", cases[i].images);
    remote_show_image (&f, "resp_a");
    expect_generated (&f, GST_VOWEL_FINISH_STOP, FALSE);
    fixture_expect_text (&f, cases[i].seen
                                 ? "You said: Look [image/png, 3 bytes, low]."
                                   "[resp_a]"
                                 : "You said: Look " UNSEEN ".[resp_a]");
    fixture_clear (&f);
  }
}

/* What is set against better knowledge fails the answer, not more. */
static void
test_images_refused (void)
{
  Fixture f;
  g_autoptr (GError) error = NULL;

  setup (&f, "vllm", "ok");
  gst_util_set_object_arg (G_OBJECT (f.element), "images", "on");
  remote_show_image (&f, "resp_a");
  error = remote_expect_failure (&f, GST_VOWEL_ERROR_BAD_REQUEST);
  g_assert_nonnull (strstr (error->message, "image_url is only supported"));
  fixture_expect_text (&f, "[resp_a]");
  expect_next_turn (&f, 1);
  fixture_clear (&f);
}

static void
test_profiles (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) groq =
      gst_vowel_provider_make (GST_VOWEL_PROVIDER_LLM, "groq", NULL, &error);
  g_autoptr (GstElement) local = gst_vowel_provider_make (
      GST_VOWEL_PROVIDER_LLM, "llama.cpp", NULL, &error);
  g_autofree gchar *profile = NULL;
  guint64 timeout;

  g_assert_no_error (error);
  gst_object_ref_sink (groq);
  gst_object_ref_sink (local);
  g_object_get (
      groq, "profile", &profile, "first-token-timeout", &timeout, NULL);
  g_assert_cmpstr (profile, ==, "groq");
  g_assert_cmpuint (timeout, ==, 10 * GST_SECOND);
  /* It may have to load its model first. */
  g_object_get (local, "first-token-timeout", &timeout, NULL);
  g_assert_cmpuint (timeout, ==, 60 * GST_SECOND);
}

int
main (int argc, char **argv)
{
  int result;

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  remote_start ();
  g_test_add_func ("/openaillm/vendors", test_vendors);
  g_test_add_func ("/openaillm/forms", test_forms);
  g_test_add_func ("/openaillm/calls", test_calls);
  g_test_add_func ("/openaillm/written-calls", test_written_calls);
  g_test_add_func ("/openaillm/failed-calls", test_failed_calls);
  for (guint i = 0; i < G_N_ELEMENTS (matrix); i++) {
    g_autofree gchar *path =
        g_strconcat ("/openaillm/fault/", matrix[i].faults, NULL);

    g_test_add_data_func (path, &matrix[i], test_fault);
  }
  g_test_add_func ("/openaillm/refused", test_refused);
  g_test_add_func ("/openaillm/not-set-up", test_not_set_up);
  g_test_add_func ("/openaillm/silence", test_silence);
  g_test_add_func ("/openaillm/cancel", test_cancel);
  g_test_add_func ("/openaillm/secret", test_secret);
  g_test_add_func ("/openaillm/secret-in-log", test_secret_in_log);
  g_test_add_func ("/openaillm/images", test_images);
  g_test_add_func ("/openaillm/images-refused", test_images_refused);
  g_test_add_func ("/openaillm/profiles", test_profiles);
  result = g_test_run ();
  remote_stop ();
  return result;
}
