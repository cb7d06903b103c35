/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "protocol/base64.h"
#include "protocol/openai/audio-frames.h"

#include <json-glib/json-glib.h>
#include <string.h>

static gboolean
scan (const gchar *text)
{
  const gchar *audio, *id;
  gsize audio_length, id_length;

  return vowel_append_scan (
      text, strlen (text), &audio, &audio_length, &id, &id_length);
}

static void
test_scan_takes (void)
{
  static const gchar *const texts[] = {
      "{\"type\":\"input_audio_buffer.append\",\"audio\":\"AAAA\"}",
      "{\"audio\":\"AAAA\",\"type\":\"input_audio_buffer.append\"}",
      (" {\n\t\"audio\" : \"AAAA\" ,\r\"event_id\": \"e1\","
       "\"type\":\"input_audio_buffer.append\" } "),
      "{\"type\":\"input_audio_buffer.append\",\"audio\":\"\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_test_message ("%s", texts[i]);
    g_assert_true (scan (texts[i]));
  }
}

static void
test_scan_leaves (void)
{
  static const gchar *const texts[] = {
      "",
      "{",
      "[]",
      "{}",
      "{\"type\":\"input_audio_buffer.append\"}",
      "{\"audio\":\"AAAA\"}",
      "{\"type\":\"input_audio_buffer.commit\",\"audio\":\"AAAA\"}",
      "{\"type\":\"input_audio_buffer.append\",\"audio\":null}",
      "{\"type\":\"input_audio_buffer.append\",\"audio\":\"AAAA\",\"x\":\"y\"}",
      "{\"type\":\"input_audio_buffer.append\",\"audio\":\"AAAA\",}",
      "{\"type\":\"input_audio_buffer.append\",\"audio\":\"AAAA\"}}",
      "{\"type\":\"input_audio_buffer.append\",\"audio\":\"AAAA\"} x",
      "{\"type\":\"input_audio_buffer.append\",\"audio\":\"AAAA\"",
      "{\"type\":\"input_audio_buffer.append\",\"audio\":\"AA",
      "{\"type\":\"input_audio_buffer.append\",\"audio\":\"A\",\"audio\":"
      "\"B\"}",
      "{\"type\":\"input_audio_buffer\\u002eappend\",\"audio\":\"AAAA\"}",
      "{\"type\":\"input_audio_buffer.append\",\"audio\":\"AAAA\","
      "\"event_id\":\"a\\\\b\"}",
      "{\"type\":\"input_audio_buffer.append\",\"audio\":\"AAAA\","
      "\"event_id\":\"\xc3\xa4\"}",
      "{'type':'input_audio_buffer.append','audio':'AAAA'}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_test_message ("%s", texts[i]);
    g_assert_false (scan (texts[i]));
  }
}

static gchar *
random_base64 (gsize max)
{
  gsize length = g_test_rand_int_range (0, (gint32) max);
  g_autofree guint8 *data = g_malloc (length + 1);

  for (gsize i = 0; i < length; i++)
    data[i] = (guint8) g_test_rand_int_range (0, 256);
  return g_base64_encode (data, length);
}

/* Whatever the fast path takes, json-glib reads the same way. */
static void
test_scan_agrees_with_json (void)
{
  static const gchar noise[] = "\"\\{}[],: \n\tAtype=e\x01\x7f";
  guint taken = 0;

  for (guint round = 0; round < 20000; round++) {
    g_autoptr (JsonParser) parser = json_parser_new ();
    g_autofree gchar *base64 = random_base64 (60);
    g_autofree gchar *text = NULL;
    const gchar *audio, *id;
    gsize audio_length, id_length;
    g_autofree gchar *taken_audio = NULL;
    g_autofree gchar *taken_id = NULL;
    g_autoptr (GBytes) bytes = NULL;
    JsonObject *object;

    text = round % 2 == 0 ? g_strdup_printf (
               "{\"type\":\"input_audio_buffer.append\",\"event_id\":"
               "\"e%u\",\"audio\":\"%s\"}",
               round, base64)
                          : g_strdup_printf ("{ \"audio\": \"%s\",\"type\":"
                                             "\"input_audio_buffer.append\"}",
                              base64);
    for (gint i = g_test_rand_int_range (0, 3); i > 0; i--)
      text[g_test_rand_int_range (0, (gint32) strlen (text))] =
          noise[g_test_rand_int_range (0, sizeof noise - 1)];

    if (!vowel_append_scan (
            text, strlen (text), &audio, &audio_length, &id, &id_length))
      continue;
    bytes = vowel_base64_decode (audio, audio_length);
    if (bytes == NULL)
      continue; /* goes the long way */

    taken++;
    g_assert_true (json_parser_load_from_data (parser, text, -1, NULL));
    object = json_node_get_object (json_parser_get_root (parser));
    taken_audio = g_strndup (audio, audio_length);
    g_assert_cmpstr (json_object_get_string_member (object, "type"), ==,
        "input_audio_buffer.append");
    g_assert_cmpstr (
        json_object_get_string_member (object, "audio"), ==, taken_audio);
    if (id != NULL) {
      taken_id = g_strndup (id, id_length);
      g_assert_cmpstr (
          json_object_get_string_member (object, "event_id"), ==, taken_id);
    } else {
      g_assert_false (json_object_has_member (object, "event_id"));
    }
  }

  g_assert_cmpuint (taken, >, 5000);
}

static void
test_base64_agrees_with_glib (void)
{
  for (guint round = 0; round < 5000; round++) {
    gsize length = g_test_rand_int_range (0, 200);
    g_autofree guint8 *data = g_malloc (length + 1);
    g_autofree gchar *expected = NULL;
    g_autoptr (GString) out = g_string_new ("x");
    g_autoptr (GBytes) back = NULL;

    for (gsize i = 0; i < length; i++)
      data[i] = (guint8) g_test_rand_int_range (0, 256);
    expected = g_base64_encode (data, length);
    vowel_base64_append (out, data, length);
    g_assert_cmpstr (out->str + 1, ==, expected);
    g_assert_cmpuint (out->len, ==, strlen (expected) + 1);

    back = vowel_base64_decode (expected, strlen (expected));
    g_assert_nonnull (back);
    g_assert_cmpmem (
        g_bytes_get_data (back, NULL), g_bytes_get_size (back), data, length);
  }
}

static void
test_base64_refuses (void)
{
  static const gchar *const texts[] = {"A", "AA", "AAA", "AAAAA",
      "====", "A===", "AA=A", "=AAA", "AAA-", "AAA_", "AA A", "AA\nA",
      "AAAA\\/AA", "AAAAAA=A", "AA==AAAA",
      ("\xc3\xa4"
       "AA"),
      "AAAAA==="};

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_test_message ("%s", texts[i]);
    g_assert_null (vowel_base64_decode (texts[i], strlen (texts[i])));
  }
}

/* Every byte that is not in the alphabet is refused at every place. */
static void
test_base64_every_byte (void)
{
  for (guint place = 0; place < 8; place++) {
    for (guint byte = 0; byte < 256; byte++) {
      gchar text[] = "AAAAAAAA";
      gboolean valid = g_ascii_isalnum ((gchar) byte) || byte == '+'
                       || byte == '/' || (byte == '=' && place == 7);
      g_autoptr (GBytes) bytes = NULL;

      text[place] = (gchar) byte;
      bytes = vowel_base64_decode (text, 8);
      g_assert_cmpint (bytes != NULL, ==, valid);
    }
  }
}

static void
test_delta_is_json (void)
{
  static const gchar *const ids[] = {"item_1", "quote\"back\\slash",
      "tab\tnewline\n", "\xc3\xa4\xe2\x82\xac", ""};
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autoptr (JsonParser) parser = json_parser_new ();
    guint8 data[] = {1, 2, 3, 4};
    JsonObject *object;

    vowel_audio_delta_write (out, "response.output_audio.delta", "event_1",
        "resp_1", ids[i], 3, 2, data, sizeof data);
    g_assert_true (
        json_parser_load_from_data (parser, out->str, out->len, NULL));
    object = json_node_get_object (json_parser_get_root (parser));
    g_assert_cmpuint (json_object_get_size (object), ==, 7);
    g_assert_cmpstr (json_object_get_string_member (object, "type"), ==,
        "response.output_audio.delta");
    g_assert_cmpstr (
        json_object_get_string_member (object, "event_id"), ==, "event_1");
    g_assert_cmpstr (
        json_object_get_string_member (object, "response_id"), ==, "resp_1");
    g_assert_cmpstr (
        json_object_get_string_member (object, "item_id"), ==, ids[i]);
    g_assert_cmpint (
        json_object_get_int_member (object, "output_index"), ==, 3);
    g_assert_cmpint (
        json_object_get_int_member (object, "content_index"), ==, 2);
    g_assert_cmpstr (
        json_object_get_string_member (object, "delta"), ==, "AQIDBA==");
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/openai/append/takes", test_scan_takes);
  g_test_add_func ("/openai/append/leaves", test_scan_leaves);
  g_test_add_func (
      "/openai/append/agrees-with-json", test_scan_agrees_with_json);
  g_test_add_func (
      "/openai/base64/agrees-with-glib", test_base64_agrees_with_glib);
  g_test_add_func ("/openai/base64/refuses", test_base64_refuses);
  g_test_add_func ("/openai/base64/every-byte", test_base64_every_byte);
  g_test_add_func ("/openai/audio-delta/is-json", test_delta_is_json);

  return g_test_run ();
}
