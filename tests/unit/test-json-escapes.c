/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What json-glib makes of odd escapes must never become a string. */

#include <gst/vowel/gstvowelerror.h>
#include <gst/vowel/gstvoweljson.h>

#include <string.h>

static void
test_refused (void)
{
  static const gchar *const texts[] = {
      "[\"a\\ud800b\"]",
      "[\"\\ud83dx\"]",
      "[\"\\udc00\"]",
      "[\"\\uD83D\\u0041\"]",
      "[\"\\ud800\\ud800\"]",
      "[\"\\ud800\\",
      "[\"\\ud800\\udc",
      "[\"a\\u0000b\"]",
      "{\"\\ud800\":1}",
      "[\"\\ud8h0x\"]",
      "[\"\\u12\"]",
      "[\"\\u\"]",
      "[\"\\u",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", texts[i]);
    g_assert_null (
        gst_vowel_json_parse (texts[i], strlen (texts[i]), 1000, &error));
    g_assert_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL);
  }
}

static void
test_taken (void)
{
  static const struct {
    const gchar *text;
    const gchar *value;
  } table[] = {
      {"[\"\\ud83d\\ude00\"]", "\xf0\x9f\x98\x80"},
      {"[\"\\u00e4\\u20AC\"]", "\xc3\xa4\xe2\x82\xac"},
      {"[\"\\\\ud800\"]", "\\ud800"},
      {"[\"\\\"\\\\\\/\"]", "\"\\/"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (JsonNode) node = gst_vowel_json_parse (
        table[i].text, strlen (table[i].text), 1000, &error);

    g_test_message ("%s", table[i].text);
    g_assert_no_error (error);
    g_assert_cmpstr (
        json_array_get_string_element (json_node_get_array (node), 0), ==,
        table[i].value);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json/escapes/refused", test_refused);
  g_test_add_func ("/json/escapes/taken", test_taken);

  return g_test_run ();
}
