/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "messages-body.h"

static void
expect_for (const GstVowelChatRequest *request, const gchar *model,
    const gchar *effort, const gchar *expected)
{
  g_autoptr (GBytes) body =
      messages_body_new (request, &(MessagesBodyOptions){model, 1024, effort});
  g_autofree gchar *text =
      g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  g_autofree gchar *wanted = g_strdup_printf (
      "{\"model\":\"%s\",\"stream\":true,%s}", model, expected);

  g_assert_cmpstr (text, ==, wanted);
}

#define LIMIT "\"max_tokens\":1024,"
#define TEXT(text) "{\"type\":\"text\",\"text\":\"" text "\"}"
#define MESSAGE(role, content)                                                 \
  "{\"role\":\"" role "\",\"content\":[" content "]}"

static void
expect (const GstVowelChatRequest *request, const gchar *messages)
{
  g_autofree gchar *wanted =
      g_strdup_printf (LIMIT "\"messages\":[%s]", messages);

  expect_for (request, "m", NULL, wanted);
}

static GstVowelChatRequest *
new_request (void)
{
  return gst_vowel_chat_request_new ("resp_1", 1);
}

static void
test_limits (void)
{
  g_autoptr (GstVowelChatRequest) request = new_request ();
  const gchar *plain =
      "\"max_tokens\":300,\"messages\":[" MESSAGE ("user", TEXT ("Hi")) "]";

  gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_USER, "Hi");
  expect (request, MESSAGE ("user", TEXT ("Hi")));
  gst_vowel_chat_request_set_max_tokens (request, 300);
  gst_vowel_chat_request_set_temperature (request, 1.5);
  expect_for (request, "claude-haiku-5-5", NULL, plain);
  expect_for (request, "claude-opus-4-7", NULL, plain);
  expect_for (request, "claude-haiku-4-5", NULL,
      "\"max_tokens\":300,\"temperature\":1.0,\"messages\":[" MESSAGE (
          "user", TEXT ("Hi")) "]");
  expect_for (request, "m", "none",
      "\"max_tokens\":300,\"thinking\":{\"type\":\"disabled\"},\"messages\":"
      "[" MESSAGE ("user", TEXT ("Hi")) "]");
  expect_for (request, "m", "low",
      "\"max_tokens\":300,\"output_config\":{\"effort\":\"low\"},\"messages\":"
      "[" MESSAGE ("user", TEXT ("Hi")) "]");
}

/* Instructions wherever they stand; neighbours of one role; nothing empty; the
 * user first and last. */
static void
test_roles (void)
{
  g_autoptr (GstVowelChatRequest) request = new_request ();
  g_autoptr (GstVowelChatRequest) nothing = new_request ();

  gst_vowel_chat_request_add_message (
      request, GST_VOWEL_CHAT_SYSTEM, "Be brief.");
  gst_vowel_chat_request_add_message (
      request, GST_VOWEL_CHAT_ASSISTANT, "Hello.");
  gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_USER, "a");
  gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_SYSTEM, "Hm.");
  gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_USER, " ");
  gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_ASSISTANT, "");
  gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_USER, "b");
  gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_ASSISTANT, "c");
  expect_for (request, "m", NULL,
      LIMIT "\"system\":\"Be brief.\\n\\nHm.\",\"messages\":[" MESSAGE ("user",
          TEXT ("(The user has not said anything yet.)")) "," MESSAGE ("assista"
                                                                       "nt",
          TEXT ("Hello.")) "," MESSAGE ("user",
          TEXT ("a") "," TEXT ("b")) "," MESSAGE ("assistant",
          TEXT ("c")) "," MESSAGE ("user",
          TEXT ("(The user waits for you to go on.)")) "]");
  expect (nothing,
      MESSAGE ("user", TEXT ("(The user has not said anything yet.)")));
}

#define IMAGE(source) "{\"type\":\"image\",\"source\":{" source "}}"

/* What the service does not take is told in words. */
static void
test_images (void)
{
  static const GstVowelChatImage images[] = {
      {"data:image/png;base64,AAAA", "low"}, {"https://example.org/x.jpg"},
      {"data:image/svg+xml;base64,AAAA"}};
  g_autoptr (GstVowelChatRequest) request = new_request ();

  gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_USER, "Look");
  gst_vowel_chat_request_add_images (request, images, 3);
  gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_USER, "");
  gst_vowel_chat_request_add_images (request, images, 1);
  expect (request,
      MESSAGE ("user",
          IMAGE (
              "\"type\":\"base64\",\"media_type\":\"image/png\","
              "\"data\":\"AAAA\"") "," IMAGE ("\"type\":\"url\",\"url\":"
                                              "\"https://example.org/"
                                              "x.jpg\"") "," TEXT ("(The user "
                                                                   "has shown "
                                                                   "an image "
                                                                   "of a kind "
                                                                   "that is "
                                                                   "not "
                                                                   "taken.)") "," TEXT ("Look") "," IMAGE ("\"type\":\"base64\","
                                                                                                           "\"media_type\":\"image/"
                                                                                                           "png\","
                                                                                                           "\"data\":\"AAAA\"")));
}

#define CALL(id, name, input)                                                  \
  "{\"type\":\"tool_use\",\"id\":\"" id "\",\"name\":\"" name                  \
  "\",\"input\":" input "}"
#define RESULT(id, content)                                                    \
  "{\"type\":\"tool_result\",\"tool_use_id\":\"" id                            \
  "\",\"content\":\"" content "\"}"
#define TOOL(name)                                                             \
  "{\"name\":\"" name "\",\"input_schema\":{\"type\":\"object\"}}"

static void
test_calls (void)
{
  g_autoptr (GstVowelChatRequest) request = new_request ();

  gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_USER, "a");
  gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_ASSISTANT, "b");
  gst_vowel_chat_request_add_tool_call (request, "1.x", "f", "{\"z\":1}");
  gst_vowel_chat_request_add_tool_call (request, "2", "g", "nonsense");
  gst_vowel_chat_request_add_tool_call (request, "3", "f", "[]");
  gst_vowel_chat_request_add_tool_result (request, "2", "two");
  gst_vowel_chat_request_add_tool_result (request, "1.x", "one");
  gst_vowel_chat_request_add_tool_result (request, "9", "nobody's");
  gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_USER, "c");
  /* Whoever has called tools must have some. */
  expect_for (request, "m", NULL,
      LIMIT "\"tools\":[" TOOL ("f") "," TOOL (
          "g") "],\"tool_choice\":{\"type\":"
               "\"none\"},\"messages\":[" MESSAGE (
                   "user", TEXT ("a")) "," MESSAGE ("assistant",
                   TEXT ("b") "," CALL ("1_x", "f", "{\"z\":1}") "," CALL ("2",
                       "g",
                       "{}") "," CALL ("3", "f", "{}")) "," MESSAGE ("user",
                   RESULT ("1_x", "one") "," RESULT ("2", "two") "," RESULT (
                       "3", "The tool has not answered.") "," TEXT ("c")) "]");
}

static void
expect_choice (const gchar *choice, gboolean parallel, const gchar *expected)
{
  g_autoptr (GstVowelChatRequest) request = new_request ();
  g_autofree gchar *wanted = g_strdup_printf (LIMIT
      "\"tools\":[{\"name\":\"f\",\"description\":\"d\",\"input_schema\":{"
      "\"type\":\"object\",\"properties\":{}}}," TOOL (
          "g") "],\"tool_choice\":{%s},\"messages\":[" MESSAGE ("user",
          TEXT ("a")) "]",
      expected);

  gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_USER, "a");
  gst_vowel_chat_request_add_tool (
      request, "f", "d", "{\"type\":\"object\",\"properties\":{}}");
  gst_vowel_chat_request_add_tool (request, "g", NULL, "{}");
  gst_vowel_chat_request_set_tool_choice (request, choice);
  gst_vowel_chat_request_set_parallel_tool_calls (request, parallel);
  expect_for (request, "m", NULL, wanted);
}

static void
test_tools (void)
{
  expect_choice ("auto", TRUE, "\"type\":\"auto\"");
  expect_choice ("none", TRUE, "\"type\":\"none\"");
  expect_choice ("none", FALSE, "\"type\":\"none\"");
  expect_choice (
      "required", FALSE, "\"type\":\"any\",\"disable_parallel_tool_use\":true");
  expect_choice ("function:g", TRUE, "\"type\":\"tool\",\"name\":\"g\"");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/messages-body/limits", test_limits);
  g_test_add_func ("/messages-body/roles", test_roles);
  g_test_add_func ("/messages-body/images", test_images);
  g_test_add_func ("/messages-body/calls", test_calls);
  g_test_add_func ("/messages-body/tools", test_tools);
  return g_test_run ();
}
