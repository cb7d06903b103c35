/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* inworldtts against a strict fake, which speaks 60 ms per character. */

#include "config.h"

#include "voices.h"

static const Fault rest_faults[] = {
    VOICE_REST_FAULTS,
    {"error", GST_VOWEL_ERROR_UPSTREAM},
    {"garbage", GST_VOWEL_ERROR_PROTOCOL},
    {"riff,stereo", GST_VOWEL_ERROR_PROTOCOL},
    {NULL, 0},
};

static const Fault websocket_faults[] = {
    VOICE_WEBSOCKET_FAULTS,
    {NULL, 0},
};

static const Voice voices[] = {
    {"inworldtts", "inworld", "rest", 24000, rest_faults},
    {"inworldtts", "inworld", "websocket", 24000, websocket_faults, TRUE},
};

static void
test_options (gconstpointer data)
{
  Fixture f;

  voice_setup (&f, data, "ok");
  g_object_set (f.element, "voice", "Dennis", "model", "inworld-tts-1.5-mini",
      "speed", 3.0, "sample-rate", 16000, NULL);
  speaking_expect (&f, VOICE_TEXT, 16000);
  g_object_set (f.element, "voice", "Nobody", NULL);
  speaking_start (&f, VOICE_TEXT);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_NOT_FOUND));
  speaking_skip (&f);
  g_object_set (f.element, "voice", NULL, NULL);
  speaking_expect (&f, VOICE_TEXT, 16000);
  fixture_clear (&f);
}

/* Each piece a file of its own, and a last line that does not end. */
static void
test_lines (void)
{
  static const gchar *const forms[] = {"riff", "riff,split", "no-newline"};

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
    Fixture f;

    voice_setup (&f, &voices[0], forms[i]);
    speaking_expect (&f, VOICE_TEXT, 24000);
    fixture_clear (&f);
  }
}

static void
test_keepalive (void)
{
  Fixture f;

  voice_setup (&f, &voices[1], "stall");
  g_object_set (f.element, "keepalive", (guint64) (20 * GST_MSECOND), NULL);
  speaking_start (&f, VOICE_TEXT);
  remote_expect_keepalives (2);
  fixture_flush (&f);
  remote_expect_keepalives (2);
  fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  int result;

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  remote_start ();
  for (guint i = 0; i < G_N_ELEMENTS (voices); i++)
    voice_add_tests (&voices[i]);
  g_test_add_data_func ("/inworldtts/rest/options", &voices[0], test_options);
  g_test_add_data_func (
      "/inworldtts/websocket/options", &voices[1], test_options);
  g_test_add_func ("/inworldtts/rest/lines", test_lines);
  g_test_add_func ("/inworldtts/websocket/keepalive", test_keepalive);
  result = g_test_run ();
  remote_stop ();
  return result;
}
