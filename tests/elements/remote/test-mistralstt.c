/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* mistralstt against a strict fake, which says how long an utterance was. */

#include "config.h"

#include "listening.h"

static const ListeningSubject subject = {
    .factory = "mistralstt",
    .vendor = "mistral",
    .single_use = TRUE,
};

static void
test_options (void)
{
  Fixture f;

  listening_init (&f, &subject, "ok");
  g_object_set (f.element, "delay", (guint64) GST_SECOND, NULL);
  hearing_restart (&f);
  hearing_say (&f, 500);
  hearing_expect_language (&f, "500 milliseconds at 16000.", "en");
  gst_element_set_state (f.element, GST_STATE_NULL);
  g_object_set (f.element, "model", "nobody", NULL);
  hearing_restart (&f);
  hearing_say (&f, 500);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_BAD_REQUEST));
  fixture_clear (&f);
}

/* Text grows, and is shown while it does. */
static void
test_interim (void)
{
  Fixture f;
  g_autoptr (GstMessage) message = NULL;
  GstVowelTranscript t;

  listening_init (&f, &subject, "ok");
  hearing_restart (&f);
  hearing_begin (&f, 1000);
  message = fixture_expect (&f, GST_VOWEL_MESSAGE_TRANSCRIPT);
  g_assert_true (gst_vowel_message_parse_transcript (message, &t));
  g_assert_false (t.final);
  g_assert_cmpstr (t.text, ==, "Well");
  gst_clear_message (&message);
  message = fixture_expect (&f, GST_VOWEL_MESSAGE_TRANSCRIPT);
  g_assert_true (gst_vowel_message_parse_transcript (message, &t));
  g_assert_cmpstr (t.text, ==, "Well well");
  gst_clear_message (&message);
  hearing_end (&f);
  hearing_expect (&f, "1000 milliseconds at 16000.");
  fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  int result;

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  remote_start ();
  listening_add_tests (&subject);
  g_test_add_func ("/mistralstt/options", test_options);
  g_test_add_func ("/mistralstt/interim", test_interim);
  result = g_test_run ();
  remote_stop ();
  return result;
}
