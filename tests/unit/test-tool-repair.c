/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include <gst/vowel/gstvowelerror.h>
#include <gst/vowel/gstvoweltoolrepair-priv.h>

static void
expect (const gchar *schema, const gchar *arguments, const gchar *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *got =
      gst_vowel_tool_repair_arguments (arguments, schema, &error);

  if (expected == NULL)
    g_assert_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL);
  else
    g_assert_no_error (error);
  g_assert_cmpstr (got, ==, expected);
}

#define SCHEMA(properties, rest)                                               \
  "{\"type\":\"object\",\"properties\":{" properties "}" rest "}"

static const gchar plain[] =
    SCHEMA ("\"s\":{\"type\":\"string\"},\"i\":{\"type\":\"integer\"},"
            "\"n\":{\"type\":\"number\"},\"b\":{\"type\":\"boolean\"},"
            "\"a\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}},"
            "\"o\":{\"type\":\"object\",\"properties\":{\"b\":{\"type\":"
            "\"boolean\"}}},\"e\":{\"type\":\"string\",\"enum\":[\"Celsius\","
            "\"kelvin\"]},\"u\":{\"type\":[\"integer\",\"null\"]},\"any\":{}",
        "");

/* Byte for byte. */
static void
test_untouched (void)
{
  static const gchar *const good[] = {"{}", " { \"s\" : \"5\" } ",
      "{\"i\":5,\"n\":1,\"b\":true,\"a\":[1, 2],\"o\":{\"b\":false}}",
      "{\"n\":1.50}", "{\"s\":\"\\u00fc\"}", "{\"u\":null}", "{\"any\":null}",
      "{\"any\":\"5\",\"other\":[\"x\"]}", "{\"e\":\"kelvin\"}",
      /* wrong, but who knows what was meant */
      "{\"i\":\"five\",\"b\":7,\"a\":\"x\",\"e\":\"K\",\"s\":[1]}"};

  for (guint i = 0; i < G_N_ELEMENTS (good); i++) {
    expect (plain, good[i], good[i]);
    expect (NULL, good[i], good[i]);
    expect ("[]", good[i], good[i]);
  }
}

static void
test_types (void)
{
  expect (plain, "{\"s\":5}", "{\"s\":\"5\"}");
  expect (plain, "{\"s\":1.5}", "{\"s\":\"1.5\"}");
  expect (plain, "{\"s\":true}", "{\"s\":\"true\"}");
  expect (plain, "{\"i\":\"5\"}", "{\"i\":5}");
  expect (plain, "{\"i\":\" -5 \"}", "{\"i\":-5}");
  expect (plain, "{\"i\":5.0}", "{\"i\":5}");
  expect (plain, "{\"i\":\"5.0\"}", "{\"i\":5}");
  expect (plain, "{\"i\":5.5}", "{\"i\":5.5}");
  expect (plain, "{\"n\":\"1.5\"}", "{\"n\":1.5}");
  expect (plain, "{\"n\":\"2\"}", "{\"n\":2}");
  expect (plain, "{\"b\":\"True\"}", "{\"b\":true}");
  expect (plain, "{\"b\":\"false\"}", "{\"b\":false}");
  expect (plain, "{\"b\":1}", "{\"b\":true}");
  expect (plain, "{\"a\":\"[1,2]\"}", "{\"a\":[1,2]}");
  expect (plain, "{\"a\":[\"1\",2]}", "{\"a\":[1,2]}");
  expect (
      plain, "{\"o\":\"{\\\"b\\\":\\\"true\\\"}\"}", "{\"o\":{\"b\":true}}");
  expect (plain, "{\"u\":\"7\"}", "{\"u\":7}");
  expect (plain, "{\"e\":\"celsius\"}", "{\"e\":\"Celsius\"}");
}

static void
test_members (void)
{
  const gchar *closed =
      SCHEMA ("\"s\":{\"type\":\"string\"},\"t\":{\"type\":\"string\"}",
          ",\"required\":[\"t\"],\"additionalProperties\":false");

  expect (
      closed, "{\"x\":1,\"s\":\"a\",\"t\":\"b\"}", "{\"s\":\"a\",\"t\":\"b\"}");
  expect (closed, "{\"s\":null,\"t\":null}", "{\"t\":null}");
  expect (plain, "{\"x\":1}", "{\"x\":1}");
  expect (plain, "{\"s\":null,\"x\":null}", "{\"x\":null}");
}

static void
test_text (void)
{
  expect (plain, "", "{}");
  expect (plain, " \n", "{}");
  expect (plain, "null", "{}");
  expect (plain, "\"{\\\"s\\\":\\\"a\\\"}\"", "{\"s\":\"a\"}");
  expect (plain, "{\"s\":\"a\",}", "{\"s\":\"a\"}");
  expect (plain, "{\"o\":{\"b\":true", "{\"o\":{\"b\":true}}");
  expect (plain, "{'i': '5', b: True}", "{\"i\":5,\"b\":true}");
  expect (plain, "{\"s\":\"a\"}}", "{\"s\":\"a\"}");
  expect (plain, "```json\n{\"s\":\"a\"}\n```", "{\"s\":\"a\"}");
  expect (plain, "{\"s\":\"a\nb\"}", "{\"s\":\"a\\nb\"}");
}

static void
test_beyond (void)
{
  g_autofree gchar *deep = g_strnfill (100000, '{');
  static const gchar *const bad[] = {"nonsense", "[1]", "5", "true", "{:}",
      "{\"s\":\"a\"} and more", "\"x\"", "\"\\\"\\\\\\\"x\\\\\\\"\\\"\"",
      "{\"s\":\"\xff\"", "]",
      /* json-glib cannot write such a number */
      "{\"n\":1e20,}"};

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    expect (plain, bad[i], NULL);
  expect (plain, deep, NULL);
}

static void
expect_name (const gchar *name, const gchar *expected)
{
  g_autoptr (GstVowelChatRequest) request =
      gst_vowel_chat_request_new ("resp_1", 1);
  g_autofree gchar *got = NULL;

  gst_vowel_chat_request_add_tool (request, "weather", NULL, NULL);
  gst_vowel_chat_request_add_tool (request, "a<|b|>", NULL, NULL);
  gst_vowel_chat_request_add_tool (request, "x.y", NULL, NULL);
  got = gst_vowel_tool_repair_name (name, request);
  g_assert_cmpstr (got, ==, expected);
}

static void
test_names (void)
{
  expect_name ("weather", "weather");
  expect_name ("a<|b|>", "a<|b|>");
  expect_name ("x.y", "x.y");
  expect_name ("<|tool|>weather<|end|>", "weather");
  expect_name ("weather<|channel|>commentary", "weather");
  expect_name (" weather <|chan", "weather");
  expect_name ("functions.weather", "weather");
  expect_name ("clock<|end|>", "clock");
  expect_name ("y", "y");
  expect_name ("<|end|>", "<|end|>");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tool-repair/untouched", test_untouched);
  g_test_add_func ("/tool-repair/types", test_types);
  g_test_add_func ("/tool-repair/members", test_members);
  g_test_add_func ("/tool-repair/text", test_text);
  g_test_add_func ("/tool-repair/beyond", test_beyond);
  g_test_add_func ("/tool-repair/names", test_names);
  return g_test_run ();
}
