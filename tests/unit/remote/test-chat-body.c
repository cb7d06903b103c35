/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "chat-body.h"

static void
expect (const GstVowelChatRequest *request, const gchar *profile,
    const gchar *model, const gchar *effort, const gchar *expected)
{
  g_autoptr (GBytes) body = chat_body_new (
      request, &(ChatBodyOptions){openai_profile_find (OPENAI_CHAT, profile),
                   model, effort, 2.0});
  g_autofree gchar *text =
      g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  g_autofree gchar *wanted =
      g_strdup_printf ("{\"model\":\"%s\",\"stream\":true,\"stream_options\":{"
                       "\"include_usage\":true},%s}",
          model, expected);

  g_assert_cmpstr (text, ==, wanted);
}

#define USER "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]"

static GstVowelChatRequest *
hi (void)
{
  GstVowelChatRequest *request = gst_vowel_chat_request_new ("resp_1", 1);

  gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_USER, "Hi");
  return request;
}

static void
test_limits (void)
{
  g_autoptr (GstVowelChatRequest) request = hi ();

  expect (request, "openai", "m", NULL, USER);
  gst_vowel_chat_request_set_max_tokens (request, 300);
  gst_vowel_chat_request_set_temperature (request, 0.5);
  expect (request, "openai", "gpt-4.1", NULL,
      USER ",\"max_completion_tokens\":300,\"temperature\":0.5");
  expect (request, "openai", "gpt-5-mini", NULL,
      USER ",\"max_completion_tokens\":300");
  expect (request, "vllm", "gpt-5-mini", NULL,
      USER ",\"max_tokens\":300,\"temperature\":0.5");
}

static void
test_reasoning (void)
{
  g_autoptr (GstVowelChatRequest) request = hi ();

  expect (request, "groq", "openai/gpt-oss-20b", NULL,
      USER ",\"reasoning_effort\":\"low\",\"include_reasoning\":false");
  expect (request, "groq", "openai/gpt-oss-20b", "minimal",
      USER ",\"reasoning_effort\":\"low\",\"include_reasoning\":false");
  expect (request, "groq", "openai/gpt-oss-20b", "high",
      USER ",\"reasoning_effort\":\"high\",\"include_reasoning\":false");
  expect (request, "groq", "qwen/qwen3-32b", NULL,
      USER ",\"reasoning_effort\":\"none\"");
  expect (request, "groq", "qwen/qwen3-32b", "low",
      USER ",\"reasoning_effort\":\"default\"");
  expect (request, "groq", "llama-3.1-8b-instant", "low", USER);
  expect (
      request, "openai", "gpt-5", "low", USER ",\"reasoning_effort\":\"low\"");
  expect (request, "openrouter", "m", "low",
      USER ",\"reasoning\":{\"effort\":\"low\"}");
  expect (request, "openrouter", "m", "none",
      USER ",\"reasoning\":{\"enabled\":false}");
  expect (request, "llama.cpp", "m", "none",
      USER ",\"chat_template_kwargs\":{\"enable_thinking\":false}");
}

static void
test_tools (void)
{
  g_autoptr (GstVowelChatRequest) request = hi ();

  /* Without tools a choice among them is refused by servers. */
  gst_vowel_chat_request_set_tool_choice (request, "required");
  expect (request, "openai", "m", NULL, USER);
  gst_vowel_chat_request_add_tool (
      request, "f", "Does f", "{\"type\":\"object\"}");
  gst_vowel_chat_request_add_tool (request, "g", NULL, NULL);
  gst_vowel_chat_request_set_tool_choice (request, "function:g");
  expect (request, "openai", "m", NULL,
      USER ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\","
           "\"description\":\"Does f\",\"parameters\":{\"type\":\"object\"}}},"
           "{\"type\":\"function\",\"function\":{\"name\":\"g\","
           "\"parameters\":{\"type\":\"object\",\"properties\":{}}}}],"
           "\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":"
           "\"g\"}}");
}

/* Each call has its result right behind it, whatever the conversation was. */
static void
test_calls (void)
{
  g_autoptr (GstVowelChatRequest) request = hi ();

  gst_vowel_chat_request_add_message (
      request, GST_VOWEL_CHAT_ASSISTANT, "Wait.");
  gst_vowel_chat_request_add_tool_call (request, "c1", "f", "{\"a\":1}");
  gst_vowel_chat_request_add_tool_call (request, "c2", "g", "not JSON");
  gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_USER, "Well?");
  gst_vowel_chat_request_add_tool_result (request, "c1", "one");
  gst_vowel_chat_request_add_tool_result (request, "c9", "nobody's");
  gst_vowel_chat_request_add_tool_call (request, "c3", "f", NULL);
  gst_vowel_chat_request_add_tool_result (request, "c3", "three");
  expect (request, "openai", "m", NULL,
      "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"},"
      "{\"role\":\"assistant\",\"content\":\"Wait.\",\"tool_calls\":["
      "{\"id\":\"c1\",\"type\":\"function\",\"function\":{\"name\":\"f\","
      "\"arguments\":\"{\\\"a\\\":1}\"}},"
      "{\"id\":\"c2\",\"type\":\"function\",\"function\":{\"name\":\"g\","
      "\"arguments\":\"{}\"}}]},"
      "{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"one\"},"
      "{\"role\":\"tool\",\"tool_call_id\":\"c2\",\"content\":"
      "\"The tool has not answered.\"},"
      "{\"role\":\"user\",\"content\":\"Well?\"},"
      "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":["
      "{\"id\":\"c3\",\"type\":\"function\",\"function\":{\"name\":\"f\","
      "\"arguments\":\"{}\"}}]},"
      "{\"role\":\"tool\",\"tool_call_id\":\"c3\",\"content\":\"three\"}]");
}

static void
test_uri (void)
{
  g_autofree gchar *plain = openai_profile_make_uri ("http://a/v1", "/x");
  g_autofree gchar *slash = openai_profile_make_uri ("http://a/v1/", "/x");

  g_assert_cmpstr (plain, ==, "http://a/v1/x");
  g_assert_cmpstr (slash, ==, "http://a/v1/x");
  g_assert_null (openai_profile_find (OPENAI_CHAT, "nobody"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat-body/limits", test_limits);
  g_test_add_func ("/chat-body/reasoning", test_reasoning);
  g_test_add_func ("/chat-body/tools", test_tools);
  g_test_add_func ("/chat-body/calls", test_calls);
  g_test_add_func ("/chat-body/uri", test_uri);
  return g_test_run ();
}
