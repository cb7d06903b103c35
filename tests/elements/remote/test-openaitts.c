/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* openaitts against strict fakes, which speak 60 ms per character. */

#include "config.h"

#include "speaking.h"

#include <string.h>

static void
setup (Fixture *f, const gchar *vendor, const gchar *faults)
{
  speaking_init (f, "openaitts");
  g_object_set (f->element, "api-key", REMOTE_KEY, NULL);
  remote_set_target (f->element, vendor, faults);
}

static void
test_vendors (void)
{
  static const struct {
    const gchar *vendor;
    gint rate;
  } cases[] = {
      {"openai", 24000}, {"groq", 48000}, {"openai-compatible", 22050}};

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Fixture f;

    setup (&f, cases[i].vendor, "ok");
    g_object_set (f.element, "speed", 1.5, NULL);
    speaking_expect (&f, "Hello there, all of you.", cases[i].rate);
    fixture_clear (&f);
  }
}

/* Whatever form the speech has, it is the same speech. */
static void
test_forms (void)
{
  Fixture f;

  setup (&f, "openai", "ok");
  speaking_expect (&f, "Hello there, all of you.", 24000);
  remote_set_target (f.element, "openai", "odd");
  speaking_expect (&f, "Hello there, all of you.", 24000);
  remote_set_target (f.element, "openai", "riff,odd");
  speaking_expect (&f, "Hello there, all of you.", 24000);
  g_object_set (f.element, "format", "wav", NULL);
  remote_set_target (f.element, "openai", "odd,extra-chunk");
  speaking_expect (&f, "Hello there, all of you.", 24000);
  g_object_set (f.element, "format", "pcm", "sample-rate", 22050,
      "instructions", "calm", NULL);
  remote_set_target (f.element, "openai-compatible", "odd");
  speaking_expect (&f, "Hello there, all of you.", 22050);
  fixture_clear (&f);
}

static const Fault matrix[] = {
    {"429-once", -1},
    {"500-once", -1},
    {"503-once", -1},
    {"reset-once", -1},
    {"429-long", GST_VOWEL_ERROR_RATE_LIMIT},
    {"quota", GST_VOWEL_ERROR_BILLING},
    {"422", GST_VOWEL_ERROR_BAD_REQUEST},
    {"500", GST_VOWEL_ERROR_UPSTREAM},
    {"html", GST_VOWEL_ERROR_UPSTREAM},
    {"redirect", GST_VOWEL_ERROR_PROTOCOL},
    {"not-http", GST_VOWEL_ERROR_PROTOCOL},
    {"error-in-200", GST_VOWEL_ERROR_PROTOCOL},
    {"mp3", GST_VOWEL_ERROR_PROTOCOL},
    {"riff,stereo", GST_VOWEL_ERROR_PROTOCOL},
    {"cut", GST_VOWEL_ERROR_UPSTREAM},
};

static void
test_fault (gconstpointer data)
{
  const Fault *fault = data;
  Fixture f;

  setup (&f, "openai", fault->faults);
  if (fault->code < 0) {
    speaking_expect (&f, "Hello there, all of you.", 24000);
  } else {
    g_object_set (f.element, "retries", 0, NULL);
    speaking_start (&f, "Hello there, all of you.");
    g_error_free (remote_expect_failure (&f, fault->code));
    speaking_skip (&f);
  }
  remote_set_target (f.element, "openai", "ok");
  speaking_expect (&f, "Go on.", 24000);
  fixture_clear (&f);
}

static void
test_refused (void)
{
  Fixture f;

  setup (&f, "openai", "ok");
  g_object_set (f.element, "voice", "nobody", NULL);
  speaking_start (&f, "Hello there.");
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_BAD_REQUEST));
  speaking_skip (&f);
  g_object_set (f.element, "voice", "marin", "api-key", REMOTE_KEY "x", NULL);
  speaking_start (&f, "Hello there.");
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_AUTH));
  speaking_skip (&f);
  g_object_set (f.element, "api-key", REMOTE_KEY, NULL);
  speaking_expect (&f, "Go on.", 24000);
  fixture_clear (&f);
}

static void
test_silence_and_cancel (void)
{
  Fixture f;

  setup (&f, "openai", "mute");
  g_object_set (f.element, "retries", 0, "first-audio-timeout",
      (guint64) (50 * GST_MSECOND), NULL);
  speaking_start (&f, "Hello there.");
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_TIMEOUT));
  remote_expect_abort ();
  speaking_skip (&f);

  /* What is interrupted is broken off at once, heard or not. */
  g_object_set (
      f.element, "first-audio-timeout", (guint64) (20 * GST_SECOND), NULL);
  remote_set_target (f.element, "openai", "stall");
  speaking_start (&f, "Hello there, all of you.");
  gst_buffer_unref (gst_harness_pull (f.harness));
  fixture_flush (&f);
  remote_expect_abort ();
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_FAILURE);
  g_free (fixture_take_text (&f));
  gst_harness_set_src_caps_str (f.harness, "text/x-raw,format=utf8");
  remote_set_target (f.element, "openai", "ok");
  speaking_expect (&f, "Go on.", 24000);

  remote_set_target (f.element, "openai", "stall");
  speaking_start (&f, "Hello there, all of you.");
  gst_buffer_unref (gst_harness_pull (f.harness));
  gst_element_set_state (f.element, GST_STATE_NULL);
  remote_expect_abort ();
  fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  int result;

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  remote_start ();
  g_test_add_func ("/openaitts/vendors", test_vendors);
  g_test_add_func ("/openaitts/forms", test_forms);
  for (guint i = 0; i < G_N_ELEMENTS (matrix); i++) {
    g_autofree gchar *path =
        g_strconcat ("/openaitts/fault/", matrix[i].faults, NULL);

    g_test_add_data_func (path, &matrix[i], test_fault);
  }
  g_test_add_func ("/openaitts/refused", test_refused);
  g_test_add_func ("/openaitts/silence-and-cancel", test_silence_and_cancel);
  result = g_test_run ();
  remote_stop ();
  return result;
}
