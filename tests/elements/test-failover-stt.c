/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Lists of recognisers: who takes over from whom, and when nobody does. */

#include "failover.h"

static void
push_audio (Fixture *f, guint ms)
{
  for (guint at = 0; at < ms; at += 20) {
    GstBuffer *buffer = gst_buffer_new_allocate (NULL, 640, NULL);

    gst_buffer_memset (buffer, 0, 0, 640);
    g_assert_cmpint (gst_harness_push (f->harness, buffer), ==, GST_FLOW_OK);
  }
}

static void
setup_stt (Fixture *f, const gchar *list, const gchar *more)
{
  g_autofree gchar *settings =
      g_strconcat ("flush-on-speech=false ", more, NULL);

  failover_init (f, "sttsink", list, settings);
  g_assert_true (
      gst_harness_push_event (f->harness, gst_vowel_event_new_detector (TRUE)));
}

static void
begin_speech (Fixture *f, guint64 number)
{
  const GstVowelSpeechStart start = {number, 0, 0, FALSE};

  g_assert_true (gst_harness_push_event (
      f->harness, gst_vowel_event_new_speech_start (&start)));
}

static void
end_speech (Fixture *f, guint64 number)
{
  const GstVowelSpeechStop stop = {
      number, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE, FALSE};

  g_assert_true (gst_harness_push_event (
      f->harness, gst_vowel_event_new_speech_stop (&stop)));
  fixture_sync (f);
}

static void
expect_transcript (
    Fixture *f, guint64 number, const gchar *text, const gchar *element)
{
  for (;;) {
    g_autoptr (GstMessage) message =
        fixture_expect (f, GST_VOWEL_MESSAGE_TRANSCRIPT);
    GstVowelTranscript t;

    g_assert_true (gst_vowel_message_parse_transcript (message, &t));
    if (!t.final)
      continue;
    g_assert_cmpuint (t.utterance, ==, number);
    g_assert_cmpstr (t.text, ==, text);
    g_assert_cmpstr (GST_MESSAGE_SRC_NAME (message), ==, element);
    return;
  }
}

/* It fails at once; the stand-in hears all. */
static void
test_stt_take_over (void)
{
  Fixture f;
  GstVowelProviderUsage usage;

  setup_stt (&f, "fake,spare", "retries=0 provider::mode=fail");
  begin_speech (&f, 1);
  push_audio (&f, 1000);
  end_speech (&f, 1);
  failover_expect_usage (&f, "fake", 1, 1, 0, 0, &usage);
  g_assert_cmpuint (usage.audio, ==, 0);
  failover_expect_take_over (
      &f, "stt", 1, "fake", "spare", GST_VOWEL_ERROR_OVERLOADED);
  failover_expect_usage (&f, "spare", 1, 0, 0, 1, &usage);
  g_assert_cmpuint (usage.audio, ==, GST_SECOND);
  expect_transcript (&f, 1, "16000 samples", "provider-1");
  fixture_expect_text (&f, "16000 samples");
  fixture_clear (&f);
}

/* It never answers, though it has shown what it heard. What it says when
 * another has taken over is too late. */
static void
test_stt_timeout (void)
{
  Fixture f;

  setup_stt (&f, "fake,spare", "provider::mode=hold provider::interim=true");
  begin_speech (&f, 1);
  push_audio (&f, 500);
  end_speech (&f, 1);
  fixture_advance (&f, 15 * GST_SECOND);
  failover_expect_take_over (
      &f, "stt", 1, "fake", "spare", GST_VOWEL_ERROR_TIMEOUT);
  expect_transcript (&f, 1, "8000 samples", "provider-1");
  g_assert_cmpuint (failover_get_uint (&f, "provider", "cancelled"), ==, 1);
  failover_release (&f, "provider");
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_TRANSCRIPT);
  fixture_expect_text (&f, "8000 samples");
  fixture_clear (&f);
}

/* The stand-in has as long as the first had. */
static void
test_stt_all_fail (void)
{
  Fixture f;

  setup_stt (&f, "fake,spare", "provider::mode=never provider-1::mode=never");
  begin_speech (&f, 7);
  push_audio (&f, 500);
  end_speech (&f, 7);
  fixture_advance (&f, 15 * GST_SECOND);
  failover_expect_take_over (
      &f, "stt", 7, "fake", "spare", GST_VOWEL_ERROR_TIMEOUT);
  while (failover_get_uint (&f, "provider-1", "tries") == 0)
    g_thread_yield ();
  fixture_advance (&f, 15 * GST_SECOND - 1);
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_FAILURE);
  fixture_advance (&f, 1);
  failover_expect_failure (&f, "stt", 7, "spare", GST_VOWEL_ERROR_TIMEOUT);
  failover_set_mode (&f, "provider", "ok");
  begin_speech (&f, 8);
  push_audio (&f, 100);
  end_speech (&f, 8);
  expect_transcript (&f, 8, "9600 samples", "provider");
  fixture_clear (&f);
}

/* Who decides about turns hears no utterances: the one behind it does. */
static void
test_stt_turns (void)
{
  Fixture f;

  setup_stt (&f, "fake,spare,third",
      "retries=0 provider::mode=fail provider-1::turns=true");
  begin_speech (&f, 1);
  push_audio (&f, 500);
  end_speech (&f, 1);
  failover_expect_take_over (
      &f, "stt", 1, "fake", "third", GST_VOWEL_ERROR_OVERLOADED);
  expect_transcript (&f, 1, "8000 samples", "provider-2");
  fixture_clear (&f);
}

/* What comes of a stream with a list ends as any stream does. */
static void
test_stt_eos (void)
{
  Fixture f;

  failover_init (&f, "sttsink", "fake,spare", "retries=0 provider::mode=fail");
  push_audio (&f, 100);
  gst_harness_push_event (f.harness, gst_event_new_eos ());
  expect_transcript (&f, 0, "1600 samples", "provider-1");
  fixture_expect_eos (&f);
  fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/failover/stt/take-over", test_stt_take_over);
  g_test_add_func ("/failover/stt/timeout", test_stt_timeout);
  g_test_add_func ("/failover/stt/all-fail", test_stt_all_fail);
  g_test_add_func ("/failover/stt/turns", test_stt_turns);
  g_test_add_func ("/failover/stt/eos", test_stt_eos);
  return g_test_run ();
}
