/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* elevenlabstts against a strict fake, which speaks 60 ms per character. */

#include "config.h"

#include "voices.h"

static const Fault rest_faults[] = {
    VOICE_REST_FAULTS,
    {"quota-401", GST_VOWEL_ERROR_BILLING},
    {"busy-once", -1},
    {"busy", GST_VOWEL_ERROR_RATE_LIMIT},
    {"concurrent-once", -1},
    {"concurrent", GST_VOWEL_ERROR_RATE_LIMIT},
    {NULL, 0},
};

static const Fault websocket_faults[] = {
    VOICE_WEBSOCKET_FAULTS,
    {NULL, 0},
};

static const Voice voices[] = {
    {"elevenlabstts", "elevenlabs", "rest", 24000, rest_faults},
    {"elevenlabstts", "elevenlabs", "websocket", 24000, websocket_faults, TRUE},
};

static void
test_options (gconstpointer data)
{
  Fixture f;

  voice_setup (&f, data, "ok");
  g_object_set (f.element, "voice", "sarah", "language", "de", "speed", 3.0,
      "sample-rate", 16000, "stability", 0.1, "similarity-boost", 1.0, "style",
      0.5, "use-speaker-boost", FALSE, NULL);
  speaking_expect (&f, VOICE_TEXT, 16000);
  /* This one must not be told the language. */
  g_object_set (f.element, "model", "eleven_multilingual_v2", NULL);
  speaking_expect (&f, VOICE_TEXT, 16000);
  g_object_set (f.element, "voice", "nobody", NULL);
  speaking_start (&f, VOICE_TEXT);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_NOT_FOUND));
  speaking_skip (&f);
  g_object_set (f.element, "voice", "21m00Tcm4TlvDq8ikWAM", NULL);
  speaking_expect (&f, VOICE_TEXT, 16000);
  fixture_clear (&f);
}

/* Without knowing what is spoken the end is found all the same. */
static void
test_no_alignment (void)
{
  Fixture f;

  voice_setup (&f, &voices[1], "no-alignment");
  g_object_set (f.element, "end-timeout", (guint64) (400 * GST_MSECOND), NULL);
  speaking_expect (&f, VOICE_TEXT, 24000);
  speaking_expect (&f, VOICE_TEXT, 24000);
  fixture_clear (&f);
}

/* Only so many may be spoken at a time. */
static void
test_many (void)
{
  Fixture f;

  voice_setup (&f, &voices[1], "ok");
  g_object_set (f.element, "in-flight", 16, NULL);
  speaking_start (&f,
      "This is one sentence. This is another sentence. This is "
      "the third of them. This is number four now. And here is "
      "the fifth one. The sixth has to wait. So has the seventh "
      "one. The eighth is the last.");
  speaking_skip (&f);
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_FAILURE);
  fixture_clear (&f);
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
  g_test_add_data_func (
      "/elevenlabstts/rest/options", &voices[0], test_options);
  g_test_add_data_func (
      "/elevenlabstts/websocket/options", &voices[1], test_options);
  g_test_add_func ("/elevenlabstts/websocket/no-alignment", test_no_alignment);
  g_test_add_func ("/elevenlabstts/websocket/many", test_many);
  g_test_add_func ("/elevenlabstts/websocket/keepalive", test_keepalive);
  result = g_test_run ();
  remote_stop ();
  return result;
}
