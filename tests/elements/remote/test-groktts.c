/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* groktts against a strict fake, which speaks 60 ms per character. */

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
    {"groktts", "grok", "rest", 24000, rest_faults},
    {"groktts", "grok", "websocket", 24000, websocket_faults},
};

static void
test_options (gconstpointer data)
{
  Fixture f;

  voice_setup (&f, data, "ok");
  g_object_set (
      f.element, "voice", "rex", "language", "de", "sample-rate", 16000, NULL);
  speaking_expect (&f, VOICE_TEXT, 16000);
  g_object_set (f.element, "voice", "nobody", NULL);
  speaking_start (&f, VOICE_TEXT);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_BAD_REQUEST));
  speaking_skip (&f);
  g_object_set (f.element, "voice", NULL, NULL);
  speaking_expect (&f, VOICE_TEXT, 16000);
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
  g_test_add_data_func ("/groktts/rest/options", &voices[0], test_options);
  g_test_add_data_func ("/groktts/websocket/options", &voices[1], test_options);
  result = g_test_run ();
  remote_stop ();
  return result;
}
