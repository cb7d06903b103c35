/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include <gst/vowel/gstvoweljson.h>
#include <gst/vowel/gstvowelloosejson.h>

/* @rest: what is left of @text */
static void
expect (const gchar *text, const gchar *expected, const gchar *rest)
{
  const gchar *at = text;
  g_autoptr (JsonNode) node = gst_vowel_loose_json_read (&at);
  g_autofree gchar *got = NULL;

  if (node == NULL && expected != NULL)
    g_error ("\"%s\" is not understood at \"%s\"", text, at);
  got = node != NULL ? json_to_string (node, FALSE) : NULL;
  g_assert_cmpstr (got, ==, expected);
  if (rest != NULL)
    g_assert_cmpstr (at, ==, rest);
}

static void
test_values (void)
{
  expect (" 1 ", "1", " ");
  expect ("-7,", "-7", ",");
  expect ("1.5]", "1.5", "]");
  expect ("1e+3", "1000.0", "");
  expect ("+2", "2", "");
  expect ("True", "true", "");
  expect ("false)", "false", ")");
  expect ("None", "null", "");
  expect ("null", "null", "");
  expect ("'it'", "\"it\"", "");
  expect ("\"it's\"", "\"it's\"", "");
  expect ("Oslo ", "\"Oslo\"", " ");
  expect ("2024-01-01", "\"2024-01-01\"", "");
  expect ("0x10", "\"0x10\"", "");
  expect ("-", "\"-\"", "");
  expect ("", NULL, "");
  expect ("]", NULL, "]");
  expect (":", NULL, ":");
}

static void
test_escapes (void)
{
  expect ("'a\\'b\\\"c\\n'", "\"a'b\\\"c\\n\"", "");
  expect ("\"\\u00fc\\ud83d\\ude00\"", "\"\xc3\xbc\xf0\x9f\x98\x80\"", "");
  expect ("\"\\ud83d!\"", "\"\xef\xbf\xbd!\"", "");
  expect ("\"\\x41\\q\\u00\\u0000\"", "\"Aq00\"", "");
  expect ("\"a\nb\"", "\"a\\nb\"", "");
  expect ("\"a\\", "\"a\"", "");
  expect ("\"\\\xc3\xbc\"", "\"\xc3\xbc\"", "");
  expect ("\"a\\u12", "\"a12\"", "");
}

static void
test_structures (void)
{
  expect ("{\"a\":1,\"b\":[1,2,],}x", "{\"a\":1,\"b\":[1,2]}", "x");
  expect ("{a: 1, 'b' : (1, 2), \"c\"=None}",
      "{\"a\":1,\"b\":[1,2],\"c\":null}", "");
  expect ("{\"a\":1 \"b\":2}", "{\"a\":1,\"b\":2}", "");
  expect ("{}", "{}", "");
  expect ("[ ]", "[]", "");
  /* Cut off at any place. */
  expect ("{\"a\":{\"b\":[1,\"c", "{\"a\":{\"b\":[1,\"c\"]}}", "");
  expect ("{\"a\":1,\"b\":", "{\"a\":1}", "");
  expect ("{\"a\":1,\"b", "{\"a\":1}", "");
  expect ("{\"a\":1,", "{\"a\":1}", "");
  expect ("{", "{}", "");
  expect ("{\"a\" 1}", NULL, NULL);
  expect ("{:}", NULL, NULL);
  expect ("[1}", NULL, NULL);
  expect ("{\"a\":]", NULL, NULL);
}

static void
test_depth (void)
{
  g_autofree gchar *deep = g_strnfill (100000, '[');
  g_autofree gchar *braces = g_strnfill (100000, '{');
  const gchar *at = deep;
  g_autoptr (JsonNode) node = NULL;

  expect (deep, NULL, NULL);
  expect (braces, NULL, NULL);
  deep[GST_VOWEL_JSON_MAX_DEPTH] = '\0';
  node = gst_vowel_loose_json_read (&at);
  g_assert_nonnull (node);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/loose-json/values", test_values);
  g_test_add_func ("/loose-json/escapes", test_escapes);
  g_test_add_func ("/loose-json/structures", test_structures);
  g_test_add_func ("/loose-json/depth", test_depth);
  return g_test_run ();
}
