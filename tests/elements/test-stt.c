/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The speech-to-text base class, by way of fakestt. */

#include "config.h"

#include "fixture.h"

#define RATE 16000
#define MS(n) ((n) *GST_MSECOND)
#define CAPS "audio/x-raw,format=S16LE,rate=16000,channels=1,layout=interleaved"

/* Audio from @from_ms to @to_ms in buffers of 20 ms; each sample is its own
 * number, so that a cut can be told by looking at it. */
static void
push_audio (Fixture *f, guint from_ms, guint to_ms)
{
  for (guint ms = from_ms; ms < to_ms; ms += 20) {
    GstBuffer *buffer = gst_buffer_new_allocate (NULL, 320 * 2, NULL);
    GstMapInfo map;

    g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
    for (guint i = 0; i < 320; i++)
      ((gint16 *) map.data)[i] =
          GINT16_TO_LE ((gint16) ((ms * RATE / 1000 + i) % 30000));
    gst_buffer_unmap (buffer, &map);
    GST_BUFFER_PTS (buffer) = MS (ms);
    GST_BUFFER_DURATION (buffer) = MS (20);
    g_assert_cmpint (gst_harness_push (f->harness, buffer), ==, GST_FLOW_OK);
  }
}

static void
push_start (Fixture *f, guint64 number, GstClockTime start,
    GstClockTime detected, gboolean emulated)
{
  const GstVowelSpeechStart s = {number, start, detected, emulated};

  g_assert_true (gst_harness_push_event (
      f->harness, gst_vowel_event_new_speech_start (&s)));
}

static void
push_stop (Fixture *f, guint64 number, GstClockTime end, gboolean discard)
{
  const GstVowelSpeechStop s = {number, end, end, discard};

  g_assert_true (gst_harness_push_event (
      f->harness, gst_vowel_event_new_speech_stop (&s)));
}

/* An utterance that ends when it is detected. */
static void
push_speech (Fixture *f, guint64 number, GstClockTime start, GstClockTime end,
    gboolean discard)
{
  push_start (f, number, start, end, FALSE);
  push_stop (f, number, end, discard);
}

static void
setup (Fixture *f, gboolean detector)
{
  fixture_init (f, "fakestt", CAPS);
  if (detector)
    g_assert_true (gst_harness_push_event (
        f->harness, gst_vowel_event_new_detector (TRUE)));
}

static void
expect_transcript (Fixture *f, guint64 number, const gchar *text,
    GstClockTime start, GstClockTime end)
{
  g_autoptr (GstMessage) message =
      fixture_expect (f, GST_VOWEL_MESSAGE_TRANSCRIPT);
  GstVowelTranscript t;

  g_assert_true (gst_vowel_message_parse_transcript (message, &t));
  g_assert_true (t.final);
  g_assert_cmpuint (t.utterance, ==, number);
  g_assert_cmpstr (t.text, ==, text);
  g_assert_cmpuint (t.start, ==, start);
  g_assert_cmpuint (t.end, ==, end);
}

static gint
first_sample (Fixture *f)
{
  gint sample;

  g_object_get (f->element, "first-sample", &sample, NULL);
  return sample;
}

static void
test_whole_stream (void)
{
  Fixture f;
  GstBuffer *buffer;

  setup (&f, FALSE);
  push_audio (&f, 0, 100);
  g_assert_true (gst_harness_push_event (f.harness, gst_event_new_eos ()));
  expect_transcript (&f, 0, "1600 samples", 0, MS (100));
  fixture_expect_eos (&f);
  buffer = gst_harness_pull (f.harness);
  g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==, 0);
  g_assert_cmpuint (GST_BUFFER_DURATION (buffer), ==, MS (100));
  gst_buffer_unref (buffer);
  fixture_clear (&f);
}

static void
test_cutting (void)
{
  Fixture f;
  /* 3 samples behind a buffer's begin */
  const GstClockTime start = MS (500) + 3 * GST_SECOND / RATE;

  setup (&f, TRUE);
  push_audio (&f, 0, 1000);
  push_start (&f, 1, start, MS (1000), FALSE);
  push_audio (&f, 1000, 1200);
  push_stop (&f, 1, MS (1100), FALSE);
  push_audio (&f, 1200, 1500);
  expect_transcript (&f, 1, "11197 samples", start, MS (1100));
  g_assert_cmpint (first_sample (&f), ==, 8003);

  /* Overlaps the first: the ring has kept what was fed. */
  push_speech (&f, 2, MS (1000), MS (1500), FALSE);
  expect_transcript (&f, 2, "8000 samples", MS (1000), MS (1500));
  g_assert_cmpint (first_sample (&f), ==, 16000);
  fixture_clear (&f);
}

static void
test_pre_roll (void)
{
  Fixture f;

  setup (&f, TRUE);
  push_audio (&f, 0, 2000);
  push_start (&f, 1, GST_CLOCK_TIME_NONE, MS (1900), FALSE);
  push_stop (&f, 1, MS (2000), FALSE);
  expect_transcript (&f, 1, "6400 samples", MS (1600), MS (2000));
  g_object_set (f.element, "pre-roll", (guint64) MS (100), NULL);
  push_speech (&f, 2, GST_CLOCK_TIME_NONE, MS (2000), FALSE);
  expect_transcript (&f, 2, "1600 samples", MS (1900), MS (2000));

  /* Longer ago than anything that was kept: what there is. */
  push_speech (&f, 3, 0, MS (2000), FALSE);
  expect_transcript (&f, 3, "8000 samples", 0, MS (2000));
  /* That has been remembered. */
  push_audio (&f, 2000, 5000);
  push_speech (&f, 4, MS (3200), MS (5000), FALSE);
  expect_transcript (&f, 4, "28800 samples", MS (3200), MS (5000));
  fixture_clear (&f);
}

static void
test_discard (void)
{
  Fixture f;

  setup (&f, TRUE);
  push_audio (&f, 0, 100);
  push_start (&f, 1, 0, MS (100), TRUE);
  push_audio (&f, 100, 200);
  push_stop (&f, 1, MS (200), TRUE);
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_TRANSCRIPT);
  g_assert_cmpuint (fixture_get_uint (&f, "cancelled"), ==, 1);
  push_start (&f, 2, MS (100), MS (200), TRUE);
  push_stop (&f, 2, MS (200), FALSE);
  expect_transcript (&f, 2, "1600 samples", MS (100), MS (200));
  fixture_clear (&f);
}

static void
test_timeout_and_late_result (void)
{
  Fixture f;

  setup (&f, TRUE);
  fixture_set_mode (&f, "hold");
  push_audio (&f, 0, 100);
  push_speech (&f, 1, 0, MS (100), FALSE);
  fixture_sync (&f);
  fixture_advance (&f, 15 * GST_SECOND);
  fixture_expect_failure (&f, "stt", 1, GST_VOWEL_ERROR_TIMEOUT);
  g_assert_cmpuint (fixture_get_uint (&f, "cancelled"), ==, 1);
  fixture_release (&f);
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_TRANSCRIPT);
  fixture_clear (&f);
}

static void
test_eos_waits (void)
{
  Fixture f;

  setup (&f, TRUE);
  fixture_set_mode (&f, "hold");
  push_audio (&f, 0, 100);
  push_start (&f, 1, 0, MS (100), FALSE);
  push_stop (&f, 1, MS (50), FALSE);
  push_start (&f, 2, MS (50), MS (100), FALSE);
  g_assert_true (gst_harness_push_event (f.harness, gst_event_new_eos ()));
  fixture_sync (&f);
  g_assert_null (
      gst_bus_pop_filtered (f.bus, GST_MESSAGE_EOS | GST_MESSAGE_ELEMENT));
  fixture_release (&f);
  expect_transcript (&f, 2, "800 samples", MS (50), MS (100));
  expect_transcript (&f, 1, "1600 samples", 0, MS (50));
  fixture_expect_eos (&f);
  fixture_clear (&f);
}

/* Ready in any order, text leaves in that of speech; what failed or was thrown
 * away holds nothing up. */
static void
test_text_order (void)
{
  Fixture f;

  setup (&f, TRUE);
  fixture_set_mode (&f, "hold");
  g_object_set (f.element, "text", "c|b|a", "flush-on-speech", FALSE, NULL);
  push_audio (&f, 0, 100);
  for (guint i = 1; i <= 4; i++)
    push_speech (&f, i, 0, MS (100), i == 2);
  fixture_release (&f);
  fixture_expect_text (&f, "abc");
  fixture_clear (&f);
}

static void
test_barge_in (void)
{
  Fixture f;

  setup (&f, TRUE);
  push_audio (&f, 0, 100);
  push_start (&f, 1, 0, MS (100), TRUE);
  push_stop (&f, 1, MS (100), TRUE);
  fixture_expect_text (&f, "");
  push_speech (&f, 2, 0, MS (100), TRUE);
  fixture_expect_text (&f, "[flush]");
  g_object_set (f.element, "flush-on-speech", FALSE, NULL);
  push_speech (&f, 3, 0, MS (100), TRUE);
  fixture_expect_text (&f, "");
  fixture_clear (&f);
}

static void
test_failure (void)
{
  Fixture f;

  setup (&f, TRUE);
  g_object_set (f.element, "retries", 0, NULL);
  fixture_set_mode (&f, "fail");
  push_audio (&f, 0, 100);
  push_start (&f, 1, 0, MS (100), FALSE);
  fixture_expect_failure (&f, "stt", 1, GST_VOWEL_ERROR_OVERLOADED);
  push_audio (&f, 100, 200);
  push_stop (&f, 1, MS (200), FALSE);
  fixture_sync (&f);
  fixture_set_mode (&f, "ok");
  push_speech (&f, 2, MS (100), MS (200), FALSE);
  expect_transcript (&f, 2, "1600 samples", MS (100), MS (200));
  fixture_clear (&f);
}

static void
test_refusal (void)
{
  Fixture f;

  setup (&f, TRUE);
  g_object_set (f.element, "retries", 1, NULL);
  fixture_set_mode (&f, "refuse");
  push_audio (&f, 0, 100);
  push_start (&f, 1, 0, MS (100), FALSE);
  push_stop (&f, 1, MS (100), FALSE);
  fixture_sync (&f);
  fixture_advance (&f, MS (500));
  fixture_expect_refusal (&f, "stt", 1);
  fixture_clear (&f);
}

/* What comes while the recogniser is out of order is said again with the rest.
 */
static void
test_retry (void)
{
  Fixture f;

  setup (&f, TRUE);
  fixture_set_mode (&f, "fail");
  g_object_set (f.element, "failures", 2, NULL);
  push_audio (&f, 0, 100);
  push_start (&f, 1, 0, MS (100), FALSE);
  push_audio (&f, 100, 200);
  fixture_sync (&f);
  fixture_advance (&f, MS (500));
  while (fixture_get_uint (&f, "tries") < 2)
    g_thread_yield ();
  push_audio (&f, 200, 300);
  push_stop (&f, 1, MS (300), FALSE);
  fixture_sync (&f);
  fixture_advance (&f, MS (1000));
  expect_transcript (&f, 1, "4800 samples", 0, MS (300));
  g_assert_cmpint (first_sample (&f), ==, 0);
  g_assert_cmpuint (fixture_get_uint (&f, "tries"), ==, 3);
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_FAILURE);
  fixture_clear (&f);
}

static void
test_retries_used_up (void)
{
  Fixture f;

  setup (&f, TRUE);
  fixture_set_mode (&f, "fail");
  g_object_set (f.element, "retries", 1, NULL);
  push_audio (&f, 0, 100);
  push_start (&f, 1, 0, MS (100), FALSE);
  push_stop (&f, 1, MS (100), FALSE);
  fixture_sync (&f);
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_FAILURE);
  fixture_advance (&f, MS (500));
  fixture_expect_failure (&f, "stt", 1, GST_VOWEL_ERROR_OVERLOADED);
  g_assert_cmpuint (fixture_get_uint (&f, "tries"), ==, 2);
  fixture_clear (&f);
}

/* Nobody waits for a try of what was thrown away. */
static void
test_retry_discarded (void)
{
  Fixture f;

  setup (&f, TRUE);
  fixture_set_mode (&f, "fail");
  push_audio (&f, 0, 100);
  push_start (&f, 1, 0, MS (100), FALSE);
  push_stop (&f, 1, MS (100), TRUE);
  fixture_sync (&f);
  fixture_advance (&f, MS (500));
  fixture_sync (&f);
  g_assert_cmpuint (fixture_get_uint (&f, "tries"), ==, 1);
  g_assert_cmpuint (fixture_get_uint (&f, "cancelled"), ==, 0);
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_FAILURE);
  fixture_clear (&f);
}

static void
test_interim (void)
{
  Fixture f;
  g_autoptr (GstMessage) message = NULL;
  GstVowelTranscript t;

  setup (&f, TRUE);
  g_object_set (f.element, "interim", TRUE, NULL);
  push_audio (&f, 0, 100);
  push_start (&f, 1, MS (60), MS (100), FALSE);
  message = fixture_expect (&f, GST_VOWEL_MESSAGE_TRANSCRIPT);
  g_assert_true (gst_vowel_message_parse_transcript (message, &t));
  g_assert_false (t.final);
  g_assert_cmpuint (t.end, ==, MS (80));
  gst_clear_message (&message);
  push_stop (&f, 1, MS (100), FALSE);
  expect_transcript (&f, 1, "640 samples", MS (60), MS (100));
  fixture_clear (&f);
}

/* Stopped in the middle of everything, and started again. */
static void
test_restart (void)
{
  Fixture f;

  setup (&f, TRUE);
  fixture_set_mode (&f, "hold");
  push_audio (&f, 0, 100);
  push_speech (&f, 1, 0, MS (100), FALSE);
  push_start (&f, 2, 0, MS (100), FALSE);
  fixture_sync (&f);
  fixture_restart (&f, 2, CAPS);
  g_assert_true (
      gst_harness_push_event (f.harness, gst_vowel_event_new_detector (TRUE)));
  push_audio (&f, 0, 100);
  push_speech (&f, 1, 0, MS (100), FALSE);
  expect_transcript (&f, 1, "1600 samples", 0, MS (100));
  fixture_clear (&f);
}

typedef struct {
  GMutex lock;
  GCond cond;
  gboolean blocked;
  gboolean go;
  Fixture *f;
  gint pushed;
} Jam;

static void
jam_worker (gpointer user_data)
{
  Jam *jam = user_data;

  g_mutex_lock (&jam->lock);
  jam->blocked = TRUE;
  g_cond_signal (&jam->cond);
  while (!jam->go)
    g_cond_wait (&jam->cond, &jam->lock);
  g_mutex_unlock (&jam->lock);
}

static gpointer
push_much (gpointer user_data)
{
  Jam *jam = user_data;
  GstFlowReturn flow = GST_FLOW_OK;

  /* A minute of audio. */
  for (guint i = 0; i < 3000 && flow == GST_FLOW_OK; i++) {
    GstBuffer *buffer = gst_buffer_new_allocate (NULL, 640, NULL);

    GST_BUFFER_PTS (buffer) = i * MS (20);
    GST_BUFFER_DURATION (buffer) = MS (20);
    flow = gst_harness_push (jam->f->harness, buffer);
    if (flow == GST_FLOW_OK)
      g_atomic_int_inc (&jam->pushed);
  }
  return GINT_TO_POINTER (flow);
}

/* A thread that is far ahead waits; a flush lets it go. */
static void
test_backpressure (void)
{
  Fixture f;
  Jam jam = {.f = &f};
  GThread *thread;
  gpointer flow;

  setup (&f, TRUE);
  g_mutex_init (&jam.lock);
  g_cond_init (&jam.cond);
  gst_vowel_worker_post (f.worker, jam_worker, &jam, NULL);
  g_mutex_lock (&jam.lock);
  while (!jam.blocked)
    g_cond_wait (&jam.cond, &jam.lock);
  g_mutex_unlock (&jam.lock);

  thread = g_thread_new ("producer", push_much, &jam);
  while (g_atomic_int_get (&jam.pushed) < 250)
    g_thread_yield ();
  g_assert_true (
      gst_harness_push_event (f.harness, gst_event_new_flush_start ()));
  flow = g_thread_join (thread);
  g_assert_cmpint (GPOINTER_TO_INT (flow), ==, GST_FLOW_FLUSHING);
  g_assert_cmpint (g_atomic_int_get (&jam.pushed), ==, 250);

  g_mutex_lock (&jam.lock);
  jam.go = TRUE;
  g_cond_signal (&jam.cond);
  g_mutex_unlock (&jam.lock);
  g_assert_true (
      gst_harness_push_event (f.harness, gst_event_new_flush_stop (TRUE)));
  fixture_clear (&f);
  g_mutex_clear (&jam.lock);
  g_cond_clear (&jam.cond);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stt/whole-stream", test_whole_stream);
  g_test_add_func ("/stt/cutting", test_cutting);
  g_test_add_func ("/stt/pre-roll", test_pre_roll);
  g_test_add_func ("/stt/discard", test_discard);
  g_test_add_func ("/stt/timeout", test_timeout_and_late_result);
  g_test_add_func ("/stt/eos-waits", test_eos_waits);
  g_test_add_func ("/stt/text-order", test_text_order);
  g_test_add_func ("/stt/barge-in", test_barge_in);
  g_test_add_func ("/stt/failure", test_failure);
  g_test_add_func ("/stt/refusal", test_refusal);
  g_test_add_func ("/stt/retry", test_retry);
  g_test_add_func ("/stt/retries-used-up", test_retries_used_up);
  g_test_add_func ("/stt/retry-discarded", test_retry_discarded);
  g_test_add_func ("/stt/interim", test_interim);
  g_test_add_func ("/stt/restart", test_restart);
  g_test_add_func ("/stt/backpressure", test_backpressure);
  return g_test_run ();
}
