/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/config/config-yaml.h"

#include <string.h>

static gchar *
to_json (const gchar *yaml)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = vowel_yaml_parse (yaml, -1, &error);

  g_assert_no_error (error);
  return json_to_string (node, FALSE);
}

static void
assert_json (const gchar *yaml, const gchar *json)
{
  g_autofree gchar *text = to_json (yaml);

  g_assert_cmpstr (text, ==, json);
}

static void
assert_refused (const gchar *yaml, gssize length, const gchar *hint)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = vowel_yaml_parse (yaml, length, &error);

  g_assert_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_SYNTAX);
  g_assert_null (node);
  g_assert_nonnull (strstr (error->message, hint));
}

static void
test_values (void)
{
  assert_json ("a: 1\nb: [x, 2.5, true, ~]\nc: {d: \"1\"}",
      "{\"a\":1,\"b\":[\"x\",2.5,true,null],\"c\":{\"d\":\"1\"}}");
  /* Neither YAML 1.1's switches nor codes that look like numbers. */
  assert_json ("[on, no, 0123, 1.2.3, -5, .5, 1e3, +7, '', 12:30, 0x1f]",
      "[\"on\",\"no\",\"0123\",\"1.2.3\",-5,0.5,1000.0,7,\"\",\"12:30\","
      "\"0x1f\"]");
  assert_json ("", "{}");
  assert_json ("# nothing\n", "{}");
  assert_json ("a: |\n  one\n  two\n", "{\"a\":\"one\\ntwo\\n\"}");
  assert_json (
      "a: 99999999999999999999999", "{\"a\":\"99999999999999999999999\"}");
}

static void
test_refused (void)
{
  g_autofree gchar *deep = g_strnfill (VOWEL_YAML_MAX_DEPTH + 1, '[');
  g_autofree gchar *large = g_strnfill (VOWEL_YAML_MAX_SIZE + 1, ' ');

  assert_refused ("a: &x 1\nb: *x", -1, "line 1, column 4: anchors (&x)");
  assert_refused ("b: *x", -1, "aliases (*x)");
  assert_refused ("a:\n  <<: {b: 1}", -1, "line 2, column 3: merge keys");
  assert_refused ("a: !!binary aGk=", -1, "tags");
  assert_refused ("a: 1\nb: 2\na: 3", -1, "line 3, column 1: \"a\" is there");
  assert_refused ("a: 1\n---\nb: 1", -1, "second document");
  assert_refused ("? [a, b]\n: 1", -1, "plain word");
  assert_refused ("a: [1, 2", -1, "line ");
  assert_refused ("a: b: c", -1, "line 1");
  assert_refused (deep, -1, "levels of nesting");
  assert_refused (large, -1, "at most");
  assert_refused ("a: \xff", -1, "UTF-8");
  assert_refused ("a: \"x\\0y\"", -1, "NUL");
  assert_refused ("a: b\0c", 6, "UTF-8");
}

/* What is written is read as the same. */
static void
test_round_trip (void)
{
  static const gchar *const documents[] = {
      "{\"a\":\"1\",\"b\":\"true\",\"c\":\"null\",\"d\":\"~\",\"e\":\"\"}",
      "{\"text\":\"line\\nline\\ttab \\\"quoted\\\" # no comment: here\"}",
      "{\"a\":{},\"b\":[],\"c\":[[1,2],{\"d\":null}],\"e\":-0.25,\"f\":true}",
      "{\"\":\"\",\"key: odd\":\"*x\",\"&\":\"!y\"}",
      "{\"e\":\"\xc3\xa9\xe2\x82\xac\",\"s\":\" space "
      "\",\"q\":\"'\",\"l\":\"0123\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (documents); i++) {
    g_autoptr (JsonNode) node = json_from_string (documents[i], NULL);
    g_autofree gchar *yaml = vowel_yaml_write (node);

    assert_json (yaml, documents[i]);
  }
}

/* Bytes at random: refused or taken, never worse. */
static void
test_noise (void)
{
  static const gchar letters[] = "ab:-[]{}&*!|>'\"%@`#,?~ \n\n  1.\t\\<";

  for (guint i = 0; i < 20000; i++) {
    gchar text[48];
    gint length = g_test_rand_int_range (0, sizeof text);
    g_autoptr (JsonNode) node = NULL;

    for (gint c = 0; c < length; c++)
      text[c] = letters[g_test_rand_int_range (0, sizeof letters - 1)];
    node = vowel_yaml_parse (text, length, NULL);
    if (node) {
      g_autofree gchar *json = json_to_string (node, FALSE);
      g_autofree gchar *yaml = vowel_yaml_write (node);

      assert_json (yaml, json);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/config-yaml/values", test_values);
  g_test_add_func ("/config-yaml/refused", test_refused);
  g_test_add_func ("/config-yaml/round-trip", test_round_trip);
  g_test_add_func ("/config-yaml/noise", test_noise);
  return g_test_run ();
}
