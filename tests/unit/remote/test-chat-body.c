/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include <gst/vowel/gstvowelerror.h>

#include "chat-body.h"

static void
expect_with (const GstVowelChatRequest *request, const ChatBodyOptions *options,
    const gchar *expected)
{
  g_autoptr (GBytes) body = chat_body_new (request, options);
  g_autofree gchar *text =
      g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  g_autofree gchar *wanted =
      g_strdup_printf ("{\"model\":\"%s\",\"stream\":true,\"stream_options\":{"
                       "\"include_usage\":true},%s}",
          options->model, expected);

  g_assert_cmpstr (text, ==, wanted);
}

static void
expect (const GstVowelChatRequest *request, const gchar *profile,
    const gchar *model, const gchar *effort, const gchar *expected)
{
  expect_with (request,
      &(ChatBodyOptions){.profile = openai_profile_find (OPENAI_CHAT, profile),
          .model = model,
          .reasoning_effort = effort,
          .max_temperature = 2.0},
      expected);
}

#define LATENCY ",\"provider\":{\"sort\":\"latency\"}"
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

#define IMAGE_URL(url, detail)                                                 \
  "{\"type\":\"image_url\",\"image_url\":{\"url\":\"" url "\"" detail "}}"

static void
test_images (void)
{
  static const GstVowelChatImage images[] = {
      {"data:image/png;base64,AAAA", "low"}, {"https://example.org/x.jpg"}};
  g_autoptr (GstVowelChatRequest) request = hi ();

  gst_vowel_chat_request_add_images (request, images, 2);
  gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_USER, "");
  gst_vowel_chat_request_add_images (request, images + 1, 1);
  expect (request, "openai", "m", NULL,
      "\"messages\":[{\"role\":\"user\",\"content\":["
      "{\"type\":\"text\",\"text\":\"Hi\"}," IMAGE_URL (
          "data:image/png;base64,AAAA",
          ",\"detail\":\"low\"") "," IMAGE_URL ("https://example.org/x.jpg",
          "") "]},{\"role\":\"user\","
              "\"content\":[" IMAGE_URL (
                  "https://example.org/x.jpg", "") "]}]");
}

/* By name, wherever it runs. */
static void
test_models_that_see (void)
{
  static const gchar *const seeing[] = {"gpt-4o-mini", "gpt-4.1-mini", "gpt-5",
      "openai/gpt-5-mini", "o3", "o4-mini", "anthropic/claude-haiku-4.5",
      "google/gemini-2.5-flash", "gemma3:12b", "google/gemma-3-27b-it",
      "meta-llama/llama-4-scout-17b-16e-instruct", "llama3.2-vision",
      "llava:13b", "qwen2.5vl", "qwen2.5vl:7b", "Qwen/Qwen2.5-VL-7B-Instruct",
      "mistralai/pixtral-12b", "minicpm-v:8b"};
  static const gchar *const blind[] = {"m", "default", "gpt-3.5-turbo", "gpt-4",
      "o1-mini", "o3-mini", "openai/gpt-oss-20b", "llama3.2", "qwen3:8b",
      "moonshotai/kimi-k2-instruct-0905", "lfm2.5-1.2b-instruct", "gemma-2-9b",
      ""};

  for (guint i = 0; i < G_N_ELEMENTS (seeing); i++) {
    g_test_message ("%s", seeing[i]);
    g_assert_true (openai_model_takes_images (seeing[i]));
  }
  for (guint i = 0; i < G_N_ELEMENTS (blind); i++) {
    g_test_message ("%s", blind[i]);
    g_assert_false (openai_model_takes_images (blind[i]));
  }
}

static void
test_extras (void)
{
  g_autoptr (GstVowelChatRequest) request = hi ();
  ChatBodyOptions options = {
      .profile = openai_profile_find (OPENAI_CHAT, "openai"),
      .model = "gpt-4.1",
      .max_temperature = 0.25,
      .frequency_penalty = 0.5,
      .presence_penalty = -1,
      .repetition_penalty = 1.5,
      .service_tier = "priority",
      .prompt_cache_key = "k",
      .verbosity = "low",
      .routing = "{}",
      .fallback_models = "a",
  };

#define MORE                                                                   \
  ",\"service_tier\":\"priority\",\"prompt_cache_key\":\"k\","                 \
  "\"verbosity\":\"low\""
  expect_with (request, &options,
      USER ",\"temperature\":0.25,\"frequency_penalty\":0.5,"
           "\"presence_penalty\":-1.0" MORE);
  options.model = "gpt-5-mini";
  expect_with (request, &options, USER MORE);
  gst_vowel_chat_request_set_temperature (request, 0.125);
  options.profile = openai_profile_find (OPENAI_CHAT, "vllm");
  options.service_tier = "";
  options.prompt_cache_key = options.verbosity = NULL;
  options.frequency_penalty = options.presence_penalty = 0;
  expect_with (request, &options, USER ",\"temperature\":0.125");
  options.profile = openai_profile_find (OPENAI_CHAT, "openrouter");
  expect_with (request, &options,
      USER ",\"temperature\":0.125,\"repetition_penalty\":1.5" LATENCY
           ",\"models\":[\"gpt-5-mini\",\"a\"]");
}

static void
expect_routing (const gchar *model, const gchar *routing,
    const gchar *routing_order, const gchar *fallback_models, gboolean tools,
    const gchar *expected)
{
  g_autoptr (GstVowelChatRequest) request = hi ();
  g_autofree gchar *wanted = g_strdup_printf (USER "%s%s",
      tools ? ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":"
              "\"f\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}"
              "}],\"tool_choice\":\"auto\""
            : "",
      expected);

  if (tools)
    gst_vowel_chat_request_add_tool (request, "f", NULL, NULL);
  expect_with (request,
      &(ChatBodyOptions){
          .profile = openai_profile_find (OPENAI_CHAT, "openrouter"),
          .model = model,
          .max_temperature = 2.0,
          .routing = routing,
          .routing_order = routing_order,
          .fallback_models = fallback_models},
      wanted);
}

static void
test_routing (void)
{
  g_autoptr (GError) error = NULL;

  expect_routing ("m", NULL, NULL, NULL, FALSE, LATENCY);
  expect_routing ("m:floor", "", "", "", FALSE, ",\"provider\":{}");
  expect_routing ("m", NULL, NULL, NULL, TRUE,
      ",\"provider\":{\"sort\":\"latency\",\"require_parameters\":true}");
  expect_routing ("m", "{\"order\":[\"groq\"],\"require_parameters\":false}",
      "novita", "a, b", TRUE,
      ",\"provider\":{\"order\":[\"groq\"],\"require_parameters\":false},"
      "\"models\":[\"m\",\"a\",\"b\"]");
  expect_routing ("m", "{\"only\":[\"x\"]}", " groq, cerebras,", NULL, FALSE,
      ",\"provider\":{\"only\":[\"x\"],\"order\":[\"groq\",\"cerebras\"]}");
  g_assert_true (chat_body_check_routing ("{}", &error));
  g_assert_no_error (error);
  g_assert_false (chat_body_check_routing ("[1]", &error));
  g_assert_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST);
  g_assert_nonnull (strstr (error->message, "routing"));
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
      USER ",\"reasoning\":{\"effort\":\"low\"}" LATENCY);
  expect (request, "openrouter", "m", "none",
      USER ",\"reasoning\":{\"enabled\":false}" LATENCY);
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
  g_test_add_func ("/chat-body/extras", test_extras);
  g_test_add_func ("/chat-body/images", test_images);
  g_test_add_func ("/chat-body/models-that-see", test_models_that_see);
  g_test_add_func ("/chat-body/routing", test_routing);
  g_test_add_func ("/chat-body/limits", test_limits);
  g_test_add_func ("/chat-body/reasoning", test_reasoning);
  g_test_add_func ("/chat-body/tools", test_tools);
  g_test_add_func ("/chat-body/calls", test_calls);
  g_test_add_func ("/chat-body/uri", test_uri);
  return g_test_run ();
}
