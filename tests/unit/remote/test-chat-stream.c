/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Every deviation that servers are known for. */

#include "config.h"

#include <string.h>

#include <gst/vowel/gstvowelerror.h>

#include "chat-stream.h"

typedef struct {
  GString *log;
  guint wanted; /* callbacks until nobody wants more */
} Sink;

static gboolean
note (Sink *sink)
{
  return --sink->wanted > 0;
}

static gboolean
on_text (const gchar *delta, gpointer user_data)
{
  Sink *sink = user_data;

  g_string_append (sink->log, delta);
  return note (sink);
}

static gboolean
on_call_begin (
    guint slot, const gchar *id, const gchar *name, gpointer user_data)
{
  Sink *sink = user_data;

  g_string_append_printf (
      sink->log, "[%u %s %s]", slot, id != NULL ? id : "-", name);
  return note (sink);
}

static gboolean
on_call_arguments (guint slot, const gchar *delta, gpointer user_data)
{
  Sink *sink = user_data;

  g_string_append_printf (sink->log, "(%u %s)", slot, delta);
  return note (sink);
}

static gboolean
on_call_end (guint slot, gpointer user_data)
{
  Sink *sink = user_data;

  g_string_append_printf (sink->log, "[%u end]", slot);
  return note (sink);
}

static const LlmStreamCallbacks callbacks = {
    on_text, on_call_begin, on_call_arguments, on_call_end};

/* @chunks: one per line; "event: error " in front names an event. */
static gchar *
run_with (ChatStream *stream, Sink *sink, const gchar *chunks, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (chunks, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    const gchar *event = NULL;
    const gchar *data = lines[i];

    if (*data == '\0')
      continue;
    if (g_str_has_prefix (data, "event: error ")) {
      event = "error";
      data += strlen ("event: error ");
    }
    if (!chat_stream_feed (stream, event, data, strlen (data), error))
      return g_strdup (sink->log->str);
  }
  chat_stream_end (stream, error);
  return g_strdup (sink->log->str);
}

static gchar *
run (const gchar *chunks, GstVowelFinishReason *reason, GError **error)
{
  Sink sink = {g_string_new (NULL), G_MAXUINT};
  g_autoptr (ChatStream) stream = chat_stream_new ("acme", &callbacks, &sink);
  gchar *log = run_with (stream, &sink, chunks, error);

  if (reason != NULL)
    *reason = chat_stream_get_reason (stream);
  g_string_free (sink.log, TRUE);
  return log;
}

static void
expect (const gchar *chunks, const gchar *expected,
    GstVowelFinishReason expected_reason)
{
  g_autoptr (GError) error = NULL;
  GstVowelFinishReason reason;
  g_autofree gchar *log = run (chunks, &reason, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (log, ==, expected);
  g_assert_cmpint (reason, ==, expected_reason);
}

static void
expect_error (const gchar *chunks, const gchar *expected, GstVowelError code,
    const gchar *words)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *log = run (chunks, NULL, &error);

  g_assert_error (error, GST_VOWEL_ERROR, (gint) code);
  g_assert_cmpstr (log, ==, expected);
  if (strstr (error->message, words) == NULL)
    g_error ("\"%s\" does not say \"%s\"", error->message, words);
  g_assert_true (g_str_has_prefix (error->message, "acme: "));
}

#define DELTA(delta) "{\"choices\":[{\"index\":0,\"delta\":" delta "}]}\n"
#define TEXT(text) DELTA ("{\"content\":\"" text "\"}")
#define CALL(call) DELTA ("{\"tool_calls\":[" call "]}")
#define FINISH(reason)                                                         \
  "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" reason        \
  "\"}]}\n"
#define DONE "[DONE]\n"

static void
test_text (void)
{
  expect (DELTA ("{\"role\":\"assistant\",\"content\":\"\"}") TEXT ("It ")
              TEXT ("is.") FINISH ("stop") DONE,
      "It is.", GST_VOWEL_FINISH_STOP);
  expect (TEXT ("a") FINISH ("length") DONE, "a", GST_VOWEL_FINISH_LENGTH);
  expect (TEXT ("a") FINISH ("content_filter") DONE, "a",
      GST_VOWEL_FINISH_CONTENT_FILTER);
  expect (TEXT ("a") FINISH ("eos") DONE, "a", GST_VOWEL_FINISH_STOP);
  /* Without [DONE]; with nothing but [DONE]. */
  expect (TEXT ("a") FINISH ("stop"), "a", GST_VOWEL_FINISH_STOP);
  expect (TEXT ("a") " [DONE] \n", "a", GST_VOWEL_FINISH_STOP);
  expect (DELTA ("{\"refusal\":\"I will not.\"}") FINISH ("stop"),
      "I will not.", GST_VOWEL_FINISH_STOP);
  /* Text with the reason. */
  expect ("{\"choices\":[{\"delta\":{\"content\":\"a\"},\"finish_reason\":"
          "\"stop\"}]}",
      "a", GST_VOWEL_FINISH_STOP);
}

static void
test_odd_chunks (void)
{
  expect ("{}\n{\"choices\":[]}\n{\"choices\":null}\n{\"choices\":[null]}\n"
          "{\"choices\":[{}]}\n{\"choices\":[{\"delta\":null}]}\n"
          "{\"choices\":[],\"usage\":null,\"error\":null}\n" DELTA (
              "{\"content\":null}") DELTA ("{\"content\":7}")
              DELTA ("{\"tool_calls\":null}") DELTA ("{\"tool_calls\":[null]}")
                  TEXT ("a") FINISH ("stop") DONE,
      "a", GST_VOWEL_FINISH_STOP);
  expect (DELTA ("{\"content\":[{\"type\":\"text\",\"text\":\"a\"}]}")
              FINISH ("stop"),
      "a", GST_VOWEL_FINISH_STOP);
  /* A server that does not stream. */
  expect ("{\"object\":\"chat.completion\",\"choices\":[{\"message\":{\"role\":"
          "\"assistant\",\"content\":\"a\"},\"finish_reason\":\"stop\"}],"
          "\"usage\":{\"prompt_tokens\":1}}",
      "a", GST_VOWEL_FINISH_STOP);
}

static void
test_reasoning (void)
{
  expect (DELTA ("{\"reasoning\":\"Hm.\"}")
              DELTA ("{\"reasoning_content\":\"Hm.\"}")
                  DELTA ("{\"reasoning_details\":[{\"text\":\"Hm.\"}]}")
                      TEXT ("a") FINISH ("stop"),
      "a", GST_VOWEL_FINISH_STOP);
  expect (TEXT ("<th") TEXT ("ink>Hm.</thi") TEXT ("nk>a <") TEXT (" b<")
              FINISH ("stop"),
      "a < b<", GST_VOWEL_FINISH_STOP);
  expect (DELTA ("{\"reasoning\":\"Hm.\"}") FINISH ("stop"), "",
      GST_VOWEL_FINISH_STOP);
}

/* The answer came as reasoning, which was switched off. */
static void
test_misplaced_answer (void)
{
  Sink sink = {g_string_new (NULL), G_MAXUINT};
  g_autoptr (ChatStream) stream = chat_stream_new ("acme", &callbacks, &sink);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *log = NULL;

  chat_stream_set_speak_reasoning (stream, TRUE);
  log = run_with (stream, &sink,
      DELTA ("{\"reasoning\":\"It \"}") DELTA ("{\"reasoning\":\"is.\"}")
          FINISH ("stop"),
      &error);
  g_assert_no_error (error);
  g_assert_cmpstr (log, ==, "It is.");
  g_string_free (sink.log, TRUE);
}

static void
test_calls (void)
{
  const GstVowelFinishReason calls = GST_VOWEL_FINISH_TOOL_CALLS;

  expect (
      TEXT ("Hm. ") CALL ("{\"index\":0,\"id\":\"c1\",\"type\":\"function\","
                          "\"function\":{\"name\":\"f\",\"arguments\":\"\"}}")
          CALL ("{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\"}}")
              CALL ("{\"index\":0,\"function\":{\"arguments\":\"\\\":1}\"}}")
                  FINISH ("tool_calls") DONE,
      "Hm. [0 c1 f](0 {\"a)(0 \":1})[0 end]", calls);
  /* Parallel, interleaved, and with the wrong reason. */
  expect (CALL ("{\"index\":0,\"id\":\"c1\",\"function\":{\"name\":\"f\"}}")
              CALL ("{\"index\":1,\"id\":\"c2\",\"function\":{\"name\":\"g\"}}")
                  CALL ("{\"index\":0,\"function\":{\"arguments\":\"{}\"}}")
                      CALL ("{\"index\":1,\"function\":{\"arguments\":\"[]\"}}")
                          FINISH ("stop"),
      "[0 c1 f][1 c2 g](0 {})(1 [])[0 end][1 end]", calls);
  /* Always index 0. */
  expect (CALL ("{\"index\":0,\"id\":\"c1\",\"function\":{\"name\":\"f\","
                "\"arguments\":\"{}\"}}")
              CALL ("{\"index\":0,\"id\":\"c2\",\"function\":{\"name\":\"f\","
                    "\"arguments\":\"{}\"}}") FINISH ("tool_calls"),
      "[0 c1 f](0 {})[1 c2 f](1 {})[0 end][1 end]", calls);
  /* No index; the second piece belongs to the last. */
  expect (CALL ("{\"id\":\"c1\",\"function\":{\"name\":\"f\"}}")
              CALL ("{\"id\":\"c2\",\"function\":{\"name\":\"g\"}}") CALL (
                  "{\"function\":{\"arguments\":\"{}\"}}") FINISH ("stop"),
      "[0 c1 f][1 c2 g](1 {})[0 end][1 end]", calls);
}

static void
test_odd_calls (void)
{
  const GstVowelFinishReason calls = GST_VOWEL_FINISH_TOOL_CALLS;

  /* Name and id again and again, or empty. */
  expect (
      CALL ("{\"index\":0,\"id\":\"c1\",\"function\":{\"name\":\"f\","
            "\"arguments\":\"{\"}}")
          CALL ("{\"index\":0,\"id\":\"c1\",\"function\":{\"name\":\"f\","
                "\"arguments\":\"}\"}}")
              CALL ("{\"index\":0,\"id\":\"\",\"function\":{\"name\":\"\"}}")
                  FINISH ("tool_calls"),
      "[0 c1 f](0 {)(0 })[0 end]", calls);
  /* No id; arguments as an object. */
  expect (CALL ("{\"index\":0,\"function\":{\"name\":\"f\","
                "\"arguments\":{\"a\":[1]}}}") FINISH ("tool_calls"),
      "[0 - f](0 {\"a\":[1]})[0 end]", calls);
  /* Arguments before the name. */
  expect (CALL ("{\"index\":0,\"id\":\"c1\",\"function\":{\"arguments\":"
                "\"{\"}}")
              CALL ("{\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":"
                    "\"}\"}}") FINISH ("tool_calls"),
      "[0 c1 f](0 {)(0 })[0 end]", calls);
  /* Two in one chunk. */
  expect (CALL ("{\"index\":0,\"id\":\"c1\",\"function\":{\"name\":\"f\"}},"
                "{\"index\":1,\"id\":\"c2\",\"function\":{\"name\":\"g\"}}")
              FINISH ("tool_calls"),
      "[0 c1 f][1 c2 g][0 end][1 end]", calls);
  expect_error (CALL ("{\"index\":0,\"id\":\"c1\"}") FINISH ("tool_calls"), "",
      GST_VOWEL_ERROR_PROTOCOL, "does not say which");
}

static void
test_usage (void)
{
  Sink sink = {g_string_new (NULL), G_MAXUINT};
  g_autoptr (ChatStream) stream = chat_stream_new ("acme", &callbacks, &sink);
  const gchar *text = TEXT ("a");
  const gchar *finish = FINISH ("stop");
  const gchar *usage =
      "{\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":5,"
      "\"prompt_tokens_details\":{\"cached_tokens\":4}}}";

  chat_stream_feed (stream, NULL, text, strlen (text), NULL);
  g_assert_false (chat_stream_is_finishing (stream));
  chat_stream_feed (stream, NULL, finish, strlen (finish), NULL);
  g_assert_true (chat_stream_is_finishing (stream));
  g_assert_null (chat_stream_get_usage (stream));
  chat_stream_feed (stream, NULL, usage, strlen (usage), NULL);
  g_assert_true (chat_stream_is_complete (stream));
  g_assert_cmpuint (chat_stream_get_usage (stream)->input_tokens, ==, 9);
  g_assert_cmpuint (chat_stream_get_usage (stream)->output_tokens, ==, 5);
  g_assert_cmpuint (chat_stream_get_usage (stream)->cached_tokens, ==, 4);
  g_assert_false (chat_stream_get_usage (stream)->estimated);
  g_string_free (sink.log, TRUE);
}

static void
test_usage_groq (void)
{
  Sink sink = {g_string_new (NULL), G_MAXUINT};
  g_autoptr (ChatStream) stream = chat_stream_new ("acme", &callbacks, &sink);
  const gchar *finish =
      "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"x_groq\":{"
      "\"id\":\"r\",\"usage\":{\"prompt_tokens\":-1,\"completion_tokens\":5}}}";

  chat_stream_feed (stream, NULL, finish, strlen (finish), NULL);
  g_assert_true (chat_stream_is_complete (stream));
  g_assert_cmpuint (chat_stream_get_usage (stream)->input_tokens, ==, 0);
  g_assert_cmpuint (chat_stream_get_usage (stream)->output_tokens, ==, 5);
  g_string_free (sink.log, TRUE);
}

static void
test_errors (void)
{
  expect_error (TEXT ("a") "{\"error\":{\"message\":\"no more\",\"type\":"
                           "\"server_error\"}}",
      "a", GST_VOWEL_ERROR_UPSTREAM, "no more");
  expect_error (
      "{\"error\":\"just words\"}", "", GST_VOWEL_ERROR_UPSTREAM, "just words");
  expect_error ("event: error {\"error\":{\"message\":\"bad call\",\"code\":"
                "\"tool_use_failed\",\"status_code\":400}}",
      "", GST_VOWEL_ERROR_UPSTREAM, "bad call");
  expect_error ("event: error {\"message\":\"slow down\",\"status_code\":429}",
      "", GST_VOWEL_ERROR_RATE_LIMIT, "slow down");
  expect_error ("event: error what", "", GST_VOWEL_ERROR_UPSTREAM, "what");
  expect_error ("{\"object\":\"error\",\"message\":\"old one\",\"code\":404}",
      "", GST_VOWEL_ERROR_NOT_FOUND, "old one");
  expect_error (
      TEXT ("a") "{\"error\":{\"code\":\"server_error\",\"message\":\"gone\"},"
                 "\"choices\":[{\"delta\":{\"content\":\"\"},"
                 "\"finish_reason\":\"error\"}]}",
      "a", GST_VOWEL_ERROR_UPSTREAM, "gone");
  expect_error ("{\"error\":{\"code\":402,\"message\":\"pay\"}}", "",
      GST_VOWEL_ERROR_BILLING, "pay");
  expect_error ("{\"error\":{\"code\":\"insufficient_quota\"}}", "",
      GST_VOWEL_ERROR_BILLING, "no reason given");
  expect_error (TEXT ("a") FINISH ("error"), "a", GST_VOWEL_ERROR_UPSTREAM,
      "does not say why");
}

/* With tools "f" and "g". */
static void
expect_with_tools (const gchar *chunks, gboolean read_text,
    const gchar *expected, GstVowelFinishReason reason)
{
  static const gchar *const names[] = {"f", "g", NULL};
  Sink sink = {g_string_new (NULL), G_MAXUINT};
  g_autoptr (ChatStream) stream = chat_stream_new ("acme", &callbacks, &sink);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *log = NULL;

  chat_stream_set_tools (stream, names, read_text);
  log = run_with (stream, &sink, chunks, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (log, ==, expected);
  g_assert_cmpint (chat_stream_get_reason (stream), ==, reason);
  g_string_free (sink.log, TRUE);
}

static void
test_written_calls (void)
{
  const gchar *chunks =
      TEXT ("Well. <tool_c") TEXT ("all>{\\\"name\\\":\\\"f\\\"}</tool")
          TEXT ("_call> So") FINISH ("stop") DONE;

  expect_with_tools (chunks, TRUE, "Well. [0 - f](0 {})So[0 end]",
      GST_VOWEL_FINISH_TOOL_CALLS);
  expect_with_tools (chunks, FALSE,
      "Well. <tool_call>{\"name\":\"f\"}</tool_call> So",
      GST_VOWEL_FINISH_STOP);
  /* Thoughts are not read. */
  expect_with_tools (TEXT ("<think><function=f{}></think>a<function=g{}>")
                         FINISH ("stop"),
      TRUE, "a[0 - g](0 {})[0 end]", GST_VOWEL_FINISH_TOOL_CALLS);
}

/* What the limit has cut off is not called. */
static void
test_half_calls (void)
{
  expect (CALL ("{\"index\":0,\"id\":\"c1\",\"function\":{\"name\":\"f\","
                "\"arguments\":\"{}\"}}")
              CALL ("{\"index\":1,\"id\":\"c2\",\"function\":{\"name\":\"g\","
                    "\"arguments\":\"{\"}}") FINISH ("length"),
      "[0 c1 f](0 {})[1 c2 g](1 {)[0 end]", GST_VOWEL_FINISH_TOOL_CALLS);
  expect (CALL ("{\"index\":0,\"id\":\"c1\",\"function\":{\"name\":\"f\","
                "\"arguments\":\"{\"}}") FINISH ("length"),
      "[0 c1 f](0 {)", GST_VOWEL_FINISH_LENGTH);
  expect_with_tools (TEXT ("<function=f{}> <function=g{\\\"a")
                         FINISH ("length"),
      TRUE, "[0 - f](0 {})[0 end]", GST_VOWEL_FINISH_TOOL_CALLS);
}

#define FAILED(generation)                                                     \
  "event: error {\"error\":{\"message\":\"Failed\",\"code\":"                  \
  "\"tool_use_failed\",\"failed_generation\":\"" generation "\"}}"

static void
test_failed_calls (void)
{
  expect_with_tools (FAILED ("<function=f{}>"), FALSE, "[0 - f](0 {})[0 end]",
      GST_VOWEL_FINISH_TOOL_CALLS);
  expect_with_tools (FAILED ("Hm. <function=f{}>") "\n" TEXT ("late"), FALSE,
      "[0 - f](0 {})Hm. [0 end]", GST_VOWEL_FINISH_TOOL_CALLS);
  expect_with_tools (FAILED ("{\\\"name\\\":\\\"g\\\"}"), FALSE,
      "[0 - g](0 {})[0 end]", GST_VOWEL_FINISH_TOOL_CALLS);
  expect_with_tools (
      FAILED ("Just words."), FALSE, "Just words.", GST_VOWEL_FINISH_STOP);
  expect_with_tools (TEXT ("a") FAILED ("a <function=f{}>"), FALSE,
      "a[0 - f](0 {})[0 end]", GST_VOWEL_FINISH_TOOL_CALLS);
  expect_error (
      TEXT ("a") FAILED ("a b"), "a", GST_VOWEL_ERROR_UPSTREAM, "Failed");
  expect_error (FAILED (""), "", GST_VOWEL_ERROR_UPSTREAM, "Failed");
  expect_error (TEXT ("a") "{\"choices\":[],\"x_groq\":{\"error\":\"gone\"}}",
      "a", GST_VOWEL_ERROR_UPSTREAM, "gone");
}

static void
test_broken (void)
{
  g_autofree gchar *deep = g_strnfill (100, '[');
  g_autofree gchar *arguments = g_strnfill (70000, '1');
  g_autofree gchar *large = g_strdup_printf (
      CALL ("{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\","
            "\"arguments\":\"%s\"}}"),
      arguments);
  g_autoptr (GString) many = g_string_new (NULL);

  for (guint i = 0; i < 17; i++)
    g_string_append_printf (many,
        CALL ("{\"index\":%u,\"id\":\"c%u\",\"function\":{\"arguments\":"
              "\"\"}}"),
        i, i);

  expect_error (TEXT ("a"), "a", GST_VOWEL_ERROR_PROTOCOL, "broke off");
  expect_error ("", "", GST_VOWEL_ERROR_UPSTREAM, "broke off");
  expect_error ("{\"choices\"", "", GST_VOWEL_ERROR_PROTOCOL, "no sense");
  expect_error ("[]", "", GST_VOWEL_ERROR_PROTOCOL, "no sense");
  expect_error ("<html>", "", GST_VOWEL_ERROR_PROTOCOL, "no sense");
  expect_error ("\"\xff\"", "", GST_VOWEL_ERROR_PROTOCOL, "no sense");
  expect_error (deep, "", GST_VOWEL_ERROR_PROTOCOL, "no sense");
  expect_error (
      large, "[0 c f]", GST_VOWEL_ERROR_PROTOCOL, "more than 65536 bytes");
  expect_error (many->str, "", GST_VOWEL_ERROR_PROTOCOL, "more than 16");
}

/* Whoever listens may go away at any moment: then nothing more comes. */
static void
test_unwanted (void)
{
  for (guint n = 1; n <= 6; n++) {
    Sink sink = {g_string_new (NULL), n};
    g_autoptr (ChatStream) stream = chat_stream_new ("acme", &callbacks, &sink);
    g_autofree gchar *log = run_with (stream, &sink,
        TEXT ("a") TEXT ("b")
            CALL ("{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"f\","
                  "\"arguments\":\"{}\"}}")
                CALL ("{\"index\":1,\"function\":{\"name\":\"g\"}}")
                    FINISH ("tool_calls"),
        NULL);

    g_assert_cmpuint (sink.wanted, ==, 0);
    g_string_free (sink.log, TRUE);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat-stream/text", test_text);
  g_test_add_func ("/chat-stream/odd-chunks", test_odd_chunks);
  g_test_add_func ("/chat-stream/reasoning", test_reasoning);
  g_test_add_func ("/chat-stream/misplaced-answer", test_misplaced_answer);
  g_test_add_func ("/chat-stream/calls", test_calls);
  g_test_add_func ("/chat-stream/odd-calls", test_odd_calls);
  g_test_add_func ("/chat-stream/usage", test_usage);
  g_test_add_func ("/chat-stream/usage-groq", test_usage_groq);
  g_test_add_func ("/chat-stream/errors", test_errors);
  g_test_add_func ("/chat-stream/written-calls", test_written_calls);
  g_test_add_func ("/chat-stream/half-calls", test_half_calls);
  g_test_add_func ("/chat-stream/failed-calls", test_failed_calls);
  g_test_add_func ("/chat-stream/broken", test_broken);
  g_test_add_func ("/chat-stream/unwanted", test_unwanted);
  return g_test_run ();
}
