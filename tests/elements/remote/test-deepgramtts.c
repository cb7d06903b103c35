/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* deepgramtts against a strict fake, which speaks 60 ms per character. */

#include "config.h"

#include "voices.h"

static const Fault rest_faults[] = {
    VOICE_REST_FAULTS,
    {NULL, 0},
};

static const Fault websocket_faults[] = {
    VOICE_WEBSOCKET_FAULTS,
    {NULL, 0},
};

static const Voice voices[] = {
    {"deepgramtts", "deepgram", "rest", 24000, rest_faults},
    {"deepgramtts", "deepgram", "websocket", 24000, websocket_faults},
};

static void
test_options (gconstpointer data)
{
  const Voice *voice = data;
  Fixture f;

  voice_setup (&f, voice, "ok");
  g_object_set (f.element, "voice", "orion", "speed", 1.2, NULL);
  speaking_expect (&f, VOICE_TEXT, 24000);
  g_object_set (
      f.element, "voice", "aura-2-luna-es", "sample-rate", 16000, NULL);
  speaking_expect (&f, VOICE_TEXT, 16000);
  g_object_set (f.element, "voice", "nobody", NULL);
  speaking_start (&f, VOICE_TEXT);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_BAD_REQUEST));
  speaking_skip (&f);
  g_object_set (f.element, "voice", NULL, NULL);
  speaking_expect (&f, "Go on.", 16000);
  fixture_clear (&f);
}

/* Only so many sentences may be flushed in a minute: the others are requests,
 * which nobody can hear. */
static void
test_flushes (void)
{
  const guint n = 24;
  guint before = remote_count_requests ();
  Fixture f;

  voice_setup (&f, &voices[1], "ok");
  for (guint i = 0; i < n; i++)
    speaking_expect (&f, VOICE_TEXT, 24000);
  g_assert_cmpuint (remote_count_requests (), ==, before + 1 + n - 20);
  fixture_clear (&f);
}

/* Also when the service counts otherwise. */
static void
test_warning (void)
{
  Fixture f;

  voice_setup (&f, &voices[1], "few-flushes");
  for (guint i = 0; i < 3; i++)
    speaking_expect (&f, VOICE_TEXT, 24000);
  fixture_clear (&f);
}

/* It never says that it has stopped: a new connection serves. */
static void
test_no_cleared (void)
{
  Fixture f;

  voice_setup (&f, &voices[1], "no-cleared");
  g_object_set (f.element, "end-timeout", (guint64) (80 * GST_MSECOND), NULL);
  speaking_start (&f, VOICE_TEXT);
  gst_buffer_unref (gst_harness_pull (f.harness));
  fixture_flush (&f);
  g_free (fixture_take_text (&f));
  gst_harness_set_src_caps_str (f.harness, "text/x-raw,format=utf8");
  speaking_expect (&f, VOICE_TEXT, 24000);
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
  g_test_add_data_func ("/deepgramtts/rest/options", &voices[0], test_options);
  g_test_add_data_func (
      "/deepgramtts/websocket/options", &voices[1], test_options);
  g_test_add_func ("/deepgramtts/websocket/flushes", test_flushes);
  g_test_add_func ("/deepgramtts/websocket/warning", test_warning);
  g_test_add_func ("/deepgramtts/websocket/no-cleared", test_no_cleared);
  result = g_test_run ();
  remote_stop ();
  return result;
}
