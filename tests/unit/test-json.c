/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <gst/vowel/vowel.h>

#define MIB (1024 * 1024)

static gchar *
nested (guint depth, const gchar *open, const gchar *inner, const gchar *close)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, open);
  g_string_append (text, inner);
  for (guint i = 0; i < depth; i++)
    g_string_append (text, close);
  return g_string_free (text, FALSE);
}

static void
assert_parse (const gchar *text, gint code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node =
      gst_vowel_json_parse (text, strlen (text), 2 * MIB, &error);

  if (code < 0) {
    g_assert_no_error (error);
    g_assert_nonnull (node);
  } else {
    g_assert_error (error, GST_VOWEL_ERROR, code);
    /* Clients are shown it. */
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    g_assert_null (node);
  }
}

static void
test_depth (void)
{
  g_autofree gchar *flood = g_strnfill (MIB, '[');
  g_autofree gchar *deepest = nested (64, "[", "1", "]");
  g_autofree gchar *deeper = nested (65, "[", "1", "]");
  g_autofree gchar *objects = nested (64, "{\"a\":", "1", "}");
  g_autofree gchar *more_objects = nested (65, "{\"a\":", "1", "}");
  g_autoptr (GError) error = NULL;

  assert_parse (flood, GST_VOWEL_ERROR_LIMIT);
  g_assert_false (gst_vowel_json_scan (flood, MIB, 2 * MIB, &error));
  g_assert_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_LIMIT);
  assert_parse (deepest, -1);
  assert_parse (deeper, GST_VOWEL_ERROR_LIMIT);
  assert_parse (objects, -1);
  assert_parse (more_objects, GST_VOWEL_ERROR_LIMIT);
}

/* What brackets within strings, comments and escapes would smuggle in. */
static void
test_disguise (void)
{
  g_autofree gchar *brackets = g_strnfill (1000, '[');
  g_autofree gchar *in_string = g_strdup_printf ("{\"a\":\"%s\"}", brackets);
  g_autofree gchar *escaped = g_strdup_printf ("[\"\\\"%s\\\\\"]", brackets);
  g_autofree gchar *behind = g_strdup_printf ("[\"\\\\\",%s", brackets);
  g_autofree gchar *comment = g_strdup_printf ("[/*\"*/%s", brackets);
  g_autofree gchar *line = g_strdup_printf ("[//\"\n%s", brackets);
  g_autofree gchar *single = g_strdup_printf ("['\"',%s", brackets);

  assert_parse (in_string, -1);
  assert_parse (escaped, -1);
  assert_parse (behind, GST_VOWEL_ERROR_LIMIT);
  assert_parse (comment, GST_VOWEL_ERROR_PROTOCOL);
  assert_parse (line, GST_VOWEL_ERROR_PROTOCOL);
  assert_parse (single, GST_VOWEL_ERROR_PROTOCOL);
}

static void
test_broken (void)
{
  static const gchar *const texts[] = {"", "  ", "{", "[1,", "\"abc", "{\"a\"",
      "\"a\\", "{\"a\":\"\xff\"}", "[1]]", "{} {}", "[1] x", "var a = 1", "0{}",
      "1 [2]", "\"a\"{\"b\":1}", "{\"a\":\"\\ud8h00\":1}"};

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    assert_parse (texts[i], GST_VOWEL_ERROR_PROTOCOL);
  assert_parse (" {\"a\" : [1, -2.5e3, true, null, \"\xc3\xa4\"]} \n", -1);
}

static void
test_size (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (gst_vowel_json_scan ("[12]", 4, 4, &error));
  g_assert_no_error (error);
  g_assert_false (gst_vowel_json_scan ("[12]", 4, 3, &error));
  g_assert_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_LIMIT);
  /* Only as much as said is looked at. */
  g_assert_true (gst_vowel_json_scan ("[1]]]]]", 3, 3, NULL));
}

/* Any member may be missing or of another type. */
static void
test_members (void)
{
  const gchar *text = "{\"text\":\"a\",\"number\":1,\"none\":null,"
                      "\"object\":{},\"array\":[],\"real\":2.5,\"yes\":true}";
  const gchar *const names[] = {
      "text", "number", "none", "object", "array", "missing", "real", "yes"};
  g_autoptr (JsonNode) root =
      gst_vowel_json_parse (text, strlen (text), MIB, NULL);
  JsonObject *object = json_node_get_object (root);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_assert_cmpstr (
        gst_vowel_json_get_string (object, names[i]), ==, i == 0 ? "a" : NULL);
    g_assert_true (
        (gst_vowel_json_get_object (object, names[i]) != NULL) == (i == 3));
    g_assert_true (
        (gst_vowel_json_get_array (object, names[i]) != NULL) == (i == 4));
    g_assert_cmpint (
        gst_vowel_json_get_int (object, names[i], -1), ==, i == 1 ? 1 : -1);
    g_assert_cmpfloat (gst_vowel_json_get_double (object, names[i], -1), ==,
        i == 1   ? 1
        : i == 6 ? 2.5
                 : -1);
    g_assert_true (gst_vowel_json_get_boolean (object, names[i]) == (i == 7));
  }
  g_assert_null (gst_vowel_json_get_string (NULL, "text"));
  g_assert_cmpfloat (gst_vowel_json_get_double (NULL, "real", -1), ==, -1);
  g_assert_false (gst_vowel_json_get_boolean (NULL, "yes"));
}

int
main (int argc, char *argv[])
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/json/depth", test_depth);
  g_test_add_func ("/json/disguise", test_disguise);
  g_test_add_func ("/json/broken", test_broken);
  g_test_add_func ("/json/size", test_size);
  g_test_add_func ("/json/members", test_members);
  return g_test_run ();
}
