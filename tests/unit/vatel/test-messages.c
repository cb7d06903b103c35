/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What clients of Vatel's say: the short way of reading it finds what the long
 * one finds. */

#include "protocol/vatel/vatel-messages.h"
#include "session/error.h"

#include <string.h>

static void
expect_audio (const gchar *text, gsize size, guint8 first)
{
  g_auto (VowelVatelCommand) command = {NULL};
  g_autoptr (GError) error = NULL;
  gsize length;
  const guint8 *data;

  g_assert_true (
      vowel_vatel_command_parse (text, strlen (text), &command, &error));
  g_assert_no_error (error);
  g_assert_nonnull (command.audio);
  data = g_bytes_get_data (command.audio, &length);
  g_assert_cmpuint (length, ==, size);
  if (size > 0)
    g_assert_cmpuint (data[0], ==, first);
}

static void
expect_error (const gchar *text, const gchar *field)
{
  g_auto (VowelVatelCommand) command = {NULL};
  g_autoptr (GError) error = NULL;
  g_autofree gchar *found = NULL;

  g_assert_false (
      vowel_vatel_command_parse (text, strlen (text), &command, &error));
  g_assert_nonnull (error);
  g_assert_null (command.audio);
  found = field != NULL ? vowel_error_dup_field (error) : NULL;
  g_assert_cmpstr (found, ==, field);
}

static void
test_audio (void)
{
  expect_audio (
      "{\"type\":\"input_audio\",\"data\":{\"audio\":\"AQID\"}}", 3, 1);
  /* As Python writes it, and in the other order. */
  expect_audio (
      "{\"type\": \"input_audio\", \"data\": {\"audio\": \"AQI=\"}}", 2, 1);
  expect_audio (
      " { \"data\" : {\"audio\":\"AQID\"} , \"type\":\"input_audio\" } ", 3, 1);
  expect_audio ("{\"type\":\"input_audio\",\"data\":{\"audio\":\"\"}}", 0, 0);
  /* What only the long way understands. */
  expect_audio (
      "{\"type\":\"input_audio\",\"data\":{\"audio\":\"\\/\\/\\/\\/\"}}", 3,
      0xff);
  expect_audio (
      "{\"type\":\"input\\u005faudio\",\"data\":{\"audio\":\"AQID\"}}", 3, 1);
  expect_audio ("{\"id\":1,\"type\":\"input_audio\",\"data\":{\"audio\":"
                "\"AQID\",\"more\":[{}]}}",
      3, 1);
}

static void
test_errors (void)
{
  expect_error ("", NULL);
  expect_error ("{", NULL);
  expect_error (
      "{\"type\":\"input_audio\",\"data\":{\"audio\":\"AQID\"}", NULL);
  expect_error (
      "{\"type\":\"input_audio\",\"data\":{\"audio\":\"AQID\"}} x", NULL);
  expect_error (
      "{\"type\":\"input_audio\",\"data\":{\"audio\":\"AQI\"}}", "data.audio");
  expect_error ("{\"type\":\"input_audio\",\"data\":{}}", "data.audio");
  expect_error ("{\"type\":\"input_audio\",\"data\":7}", "data");
  expect_error ("{\"data\":{\"audio\":\"AQID\"}}", "type");
  expect_error ("[]", "type");
  expect_error (
      "{\"type\":\"output_audio\",\"data\":{\"audio\":\"AQID\"}}", "type");
}

static void
test_output (void)
{
  static const gchar *const text =
      "{\"type\":\"tool_call_output\",\"data\":"
      "{\"toolCallId\":\"c\",\"output\":{\"a\":[1,null]}}}";
  g_auto (VowelVatelCommand) command = {NULL};

  g_assert_true (
      vowel_vatel_command_parse (text, strlen (text), &command, NULL));
  g_assert_null (command.audio);
  g_assert_cmpstr (command.call_id, ==, "c");
  g_assert_cmpstr (command.output, ==, "{\"a\":[1,null]}");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vatel/messages/audio", test_audio);
  g_test_add_func ("/vatel/messages/errors", test_errors);
  g_test_add_func ("/vatel/messages/output", test_output);
  return g_test_run ();
}
