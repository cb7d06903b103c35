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

static void
test_events (void)
{
  static const gchar *const forms[] = {
      "ok", "odd", "split", "huge", "no-mark", "bytes"};

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
    const gchar *text =
        strcmp (forms[i], "bytes") == 0 ? "Hi." : "Hello there, all of you.";
    Fixture f;

    setup (&f, "openai", forms[i]);
    g_object_set (f.element, "stream-format", "sse", NULL);
    speaking_expect (&f, text, 24000);
    remote_set_target (f.element, "openai-compatible", forms[i]);
    speaking_expect (&f, text, 22050);
    fixture_clear (&f);
  }
}

static void
test_events_unasked (void)
{
  Fixture f;

  setup (&f, "openai", "sse");
  speaking_expect (&f, "Hello there, all of you.", 24000);
  fixture_clear (&f);
}

/* The server says the rate of bare samples and which voices there are. */
static void
test_facts (void)
{
  g_auto (GStrv) voices = NULL;
  g_autofree gchar *all = NULL;
  g_autofree gchar *log = NULL;
  guint before;
  Fixture f;

  setup (&f, "openai-compatible", "ok");
  g_object_set (f.element, "format", "pcm", NULL);
  before = remote_count_requests ();
  speaking_expect (&f, "Hello there, all of you.", 22050);
  speaking_expect (&f, "Hello there, all of you.", 22050);
  g_object_get (f.element, "voices", &voices, NULL);
  all = g_strjoinv (" ", voices);
  g_assert_cmpstr (all, ==, "af_heart af_bella af_sky bm_george");
  /* Asked once, in the life of the worker. */
  gst_element_set_state (f.element, GST_STATE_NULL);
  gst_element_set_state (f.element, GST_STATE_PLAYING);
  gst_harness_set_src_caps_str (f.harness, "text/x-raw,format=utf8");
  g_object_set (f.element, "voice", "bm_george", NULL);
  speaking_expect (&f, "Hello there, all of you.", 22050);
  g_assert_cmpuint (remote_count_requests (), ==, before + 4);

  /* A voice of another service's, and mixes. */
  g_object_set (f.element, "voice", "cedar", NULL);
  speaking_expect (&f, "Hello there, all of you.", 22050);
  log = remote_get ("/__log");
  g_assert_null (strstr (log, "cedar"));
  g_object_set (f.element, "voice", "af_bella(2)+af_sky", NULL);
  speaking_expect (&f, "Hello there, all of you.", 22050);
  g_clear_pointer (&log, g_free);
  log = remote_get ("/__log");
  g_assert_nonnull (strstr (log, "af_bella(2)+af_sky"));
  fixture_clear (&f);
}

/* Without them it speaks as well as it can. */
static void
test_no_facts (void)
{
  static const gchar *const faults[] = {
      "no-facts", "garbage-facts", "mute-facts"};

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    Fixture f;

    setup (&f, "openai-compatible", faults[i]);
    g_object_set (f.element, "format", "pcm", NULL);
    speaking_start (&f, "Hello there, all of you.");
    speaking_skip (&f);
    fixture_expect_none (&f, GST_VOWEL_MESSAGE_FAILURE);
    /* A file says it itself, and need not wait. */
    g_object_set (f.element, "format", "wav", NULL);
    speaking_expect (&f, "Hello there, all of you.", 22050);
    fixture_clear (&f);
  }
}

/* What is interrupted while the server is still asked is not spoken. */
static void
test_facts_interrupted (void)
{
  Fixture f;

  setup (&f, "openai-compatible", "mute-facts");
  g_object_set (f.element, "format", "pcm", NULL);
  speaking_start (&f, "Hello there, all of you.");
  fixture_flush (&f);
  g_free (fixture_take_text (&f));
  gst_harness_set_src_caps_str (f.harness, "text/x-raw,format=utf8");
  remote_set_target (f.element, "openai-compatible", "ok");
  speaking_expect (&f, "Go on.", 22050);
  fixture_clear (&f);
}

static void
test_mix_refused (void)
{
  Fixture f;
  g_autoptr (GError) error = NULL;

  setup (&f, "openai-compatible", "ok");
  g_object_set (f.element, "voice", "af_bella+nobody", NULL);
  speaking_start (&f, "Hello there, all of you.");
  error = remote_expect_failure (&f, GST_VOWEL_ERROR_BAD_REQUEST);
  g_assert_nonnull (strstr (error->message, "Voice 'nobody' not found"));
  speaking_skip (&f);
  fixture_clear (&f);
}

static const Fault matrix[] = {
    {"429-once", -1},
    {"500-once", -1},
    {"503-once", -1},
    {"reset-once", -1},
    {"429-long", GST_VOWEL_ERROR_RATE_LIMIT},
    {"429", GST_VOWEL_ERROR_RATE_LIMIT},
    {"402", GST_VOWEL_ERROR_BILLING},
    {"403", GST_VOWEL_ERROR_AUTH},
    {"404", GST_VOWEL_ERROR_NOT_FOUND},
    {"503", GST_VOWEL_ERROR_OVERLOADED},
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
    {"sse,event-error", GST_VOWEL_ERROR_UPSTREAM},
    {"sse,event-garbage", GST_VOWEL_ERROR_PROTOCOL},
    {"sse,cut", GST_VOWEL_ERROR_UPSTREAM},
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
  g_test_add_func ("/openaitts/events", test_events);
  g_test_add_func ("/openaitts/events-unasked", test_events_unasked);
  g_test_add_func ("/openaitts/facts", test_facts);
  g_test_add_func ("/openaitts/no-facts", test_no_facts);
  g_test_add_func ("/openaitts/facts-interrupted", test_facts_interrupted);
  g_test_add_func ("/openaitts/mix-refused", test_mix_refused);
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
