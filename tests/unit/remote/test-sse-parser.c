/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include <gst/vowel/gstvowelerror.h>

#include "sse-parser.h"

static gboolean
collect (const gchar *event, const gchar *data, gsize size, gpointer user_data)
{
  GString *got = user_data;

  g_assert_cmpuint (strlen (data), ==, size);
  g_string_append_printf (got, "<%s|%s>", event != NULL ? event : "", data);
  return !g_str_equal (data, "stop");
}

/* In two pieces at every place, and byte by byte. */
static void
expect (const gchar *stream, const gchar *expected)
{
  const guint8 *bytes = (const guint8 *) stream;
  gsize size = strlen (stream);

  for (gsize split = 0; split <= size + 1; split++) {
    g_autoptr (GString) got = g_string_new (NULL);
    g_autoptr (SseParser) parser = sse_parser_new (collect, got);
    g_autoptr (GError) error = NULL;

    if (split <= size) {
      sse_parser_feed (parser, bytes, split, &error);
      sse_parser_feed (parser, bytes + split, size - split, &error);
    } else {
      for (gsize i = 0; i < size; i++)
        sse_parser_feed (parser, bytes + i, 1, &error);
    }
    sse_parser_end (parser);
    g_assert_no_error (error);
    g_assert_cmpstr (got->str, ==, expected);
  }
}

static void
test_lines (void)
{
  expect ("data: a\n\ndata: b\n\n", "<|a><|b>");
  expect ("data: a\r\n\r\ndata: b\r\n\r\n", "<|a><|b>");
  expect ("data: a\r\rdata: b\r\r", "<|a><|b>");
  expect ("data: a\r\ndata: b\r\n\r\n", "<|a\nb>");
  expect ("\n\n\r\n", "");
}

static void
test_fields (void)
{
  expect ("data:a\n\ndata:  b\n\ndata\n\n", "<|a><| b><|>");
  expect ("event: x\ndata: a\n\ndata: b\n\n", "<x|a><|b>");
  expect ("event: x\n\ndata: b\n\n", "<|b>");
  expect ("id: 1\nretry: 5\nother: 2\ndata: a\n\n", "<|a>");
  expect (": OPENROUTER PROCESSING\n\ndata: a\n\n: x\n\n", "<|a>");
  expect ("data: {\"a\":\"b: c\"}\n\n", "<|{\"a\":\"b: c\"}>");
  expect ("error: {\"code\":1}\n\n", "<error|{\"code\":1}>");
  expect ("database: x\n\n", "");
}

static void
test_ends (void)
{
  expect ("data: a\n\ndata: b\n", "<|a><|b>");
  expect ("data: a\n\ndata: b", "<|a><|b>");
  expect ("\xef\xbb\xbf"
          "data: a\n\n",
      "<|a>");
  expect ("data: gr\xc3\xbc\xc3\x9f\n\n", "<|gr\xc3\xbc\xc3\x9f>");
  expect ("data: stop\n\ndata: b\n\n", "<|stop>");
}

static void
test_too_large (void)
{
  g_autoptr (GString) got = g_string_new (NULL);
  g_autoptr (SseParser) parser = sse_parser_new (collect, got);
  g_autofree gchar *piece = g_strnfill (64 * 1024, 'x');
  g_autoptr (GError) error = NULL;
  guint n = 0;

  while (sse_parser_feed (parser, (guint8 *) piece, 64 * 1024, &error))
    g_assert_cmpuint (n++, <, 100);
  g_assert_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_LIMIT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sse/lines", test_lines);
  g_test_add_func ("/sse/fields", test_fields);
  g_test_add_func ("/sse/ends", test_ends);
  g_test_add_func ("/sse/too-large", test_too_large);
  return g_test_run ();
}
