/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A recogniser that decides about turns, by way of fakestt: a turn is what is
 * loud, it may be over after 100 ms of quiet and is after 300. */

#include "config.h"

#include "fixture.h"

#define MS(n) ((n) *GST_MSECOND)
#define CAPS "audio/x-raw,format=S16LE,rate=16000,channels=1,layout=interleaved"

static guint now_ms;

static void
setup (Fixture *f)
{
  fixture_init (f, "fakestt", CAPS);
  gst_element_set_state (f->element, GST_STATE_NULL);
  g_object_set (f->element, "turns", TRUE, NULL);
  gst_element_set_state (f->element, GST_STATE_PLAYING);
  gst_harness_set_src_caps_str (f->harness, CAPS);
  now_ms = 0;
}

/* @level: in thousands */
static void
push (Fixture *f, guint ms, guint level)
{
  for (guint end = now_ms + ms; now_ms < end; now_ms += 20) {
    GstBuffer *buffer = gst_buffer_new_allocate (NULL, 320 * 2, NULL);
    GstMapInfo map;

    g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
    for (guint i = 0; i < 320; i++)
      ((gint16 *) map.data)[i] = GINT16_TO_LE ((gint16) (level * 1000));
    gst_buffer_unmap (buffer, &map);
    GST_BUFFER_PTS (buffer) = MS (now_ms);
    GST_BUFFER_DURATION (buffer) = MS (20);
    g_assert_cmpint (gst_harness_push (f->harness, buffer), ==, GST_FLOW_OK);
  }
  fixture_sync (f);
}

static void
push_start (Fixture *f, gboolean emulated)
{
  const GstVowelSpeechStart s = {7, MS (now_ms), MS (now_ms), emulated};

  g_assert_true (gst_harness_push_event (
      f->harness, gst_vowel_event_new_speech_start (&s)));
}

static void
push_stop (Fixture *f, gboolean discard)
{
  const GstVowelSpeechStop s = {7, MS (now_ms), MS (now_ms), discard};

  g_assert_true (gst_harness_push_event (
      f->harness, gst_vowel_event_new_speech_stop (&s)));
  fixture_sync (f);
}

static gchar *
describe (GstMessage *message)
{
  GstVowelSpeechStart start;
  GstVowelSpeechStop stop;
  GstVowelTranscript t;
  const gchar *stage, *text;
  guint64 id;

  if (gst_vowel_message_parse_speech_start (message, &start))
    return g_strdup_printf ("start %u at %u%s\n", (guint) start.utterance,
        (guint) (start.start / GST_MSECOND), start.emulated ? " emulated" : "");
  if (gst_vowel_message_parse_speech_stop (message, &stop))
    return g_strdup_printf ("stop %u at %u%s\n", (guint) stop.utterance,
        (guint) (stop.end / GST_MSECOND), stop.discard ? " discard" : "");
  if (gst_vowel_message_parse_transcript (message, &t))
    return g_strdup_printf ("%s %u '%s' %u-%u\n", t.final ? "final" : "interim",
        (guint) t.utterance, t.text, (guint) (t.start / GST_MSECOND),
        (guint) (t.end / GST_MSECOND));
  if (gst_vowel_message_parse_turn_ending (message, &id, &text))
    return g_strdup_printf ("ending %u '%s'\n", (guint) id, text);
  if (gst_vowel_message_parse_turn_resumed (message, &id))
    return g_strdup_printf ("resumed %u\n", (guint) id);
  if (gst_vowel_message_parse_failure (message, &stage, &id, NULL, NULL))
    return g_strdup_printf ("failure %u\n", (guint) id);
  return g_strdup ("");
}

static void
expect (Fixture *f, const gchar *expected)
{
  g_autoptr (GString) all = g_string_new (NULL);
  GstMessage *message;

  fixture_sync (f);
  while (
      (message = gst_bus_pop_filtered (f->bus, GST_MESSAGE_ELEMENT)) != NULL) {
    g_autofree gchar *line = describe (message);

    g_string_append (all, line);
    gst_message_unref (message);
  }
  g_assert_cmpstr (all->str, ==, expected);
}

/* Until it has been begun once more. */
static void
retry (Fixture *f)
{
  guint tries = fixture_get_uint (f, "tries");

  fixture_advance (f, GST_SECOND);
  while (fixture_get_uint (f, "tries") == tries)
    g_thread_yield ();
  fixture_sync (f);
}

static void
test_turn (void)
{
  Fixture f;
  gboolean native = FALSE;

  setup (&f);
  g_object_get (f.element, "native-turns", &native, NULL);
  g_assert_true (native);
  push (&f, 200, 0);
  push (&f, 400, 3);
  expect (&f, "start 1 at 200\n");
  push (&f, 100, 0);
  expect (&f, "interim 1 'level 3' 200-700\nending 1 'level 3'\n");
  push (&f, 200, 0);
  expect (&f, "stop 1 at 900\nfinal 1 'level 3' 200-900\n");
  /* It would have interrupted an answer. */
  fixture_expect_text (&f, "level 3[flush]");
  push (&f, 100, 4);
  push (&f, 300, 0);
  expect (&f,
      "start 2 at 900\ninterim 2 'level 4' 900-1100\nending 2 'level 4'\n"
      "stop 2 at 1300\nfinal 2 'level 4' 900-1300\n");
  fixture_clear (&f);
}

static void
test_resumed (void)
{
  Fixture f;

  setup (&f);
  push (&f, 100, 3);
  push (&f, 200, 0);
  push (&f, 100, 5);
  expect (&f, "start 1 at 0\ninterim 1 'level 3' 0-200\nending 1 'level 3'\n"
              "resumed 1\n");
  fixture_clear (&f);
}

/* What a detector upstream says does not count. */
static void
test_detector (void)
{
  Fixture f;

  setup (&f);
  g_assert_true (
      gst_harness_push_event (f.harness, gst_vowel_event_new_detector (TRUE)));
  push_start (&f, FALSE);
  push (&f, 100, 3);
  push_stop (&f, FALSE);
  expect (&f, "start 1 at 0\n");
  push_stop (&f, FALSE);
  push (&f, 300, 0);
  expect (&f, "interim 1 'level 3' 0-200\nending 1 'level 3'\n"
              "stop 1 at 400\nfinal 1 'level 3' 0-400\n");
  fixture_clear (&f);
}

/* All turns between the two marks are one utterance. */
static void
test_push_to_talk (void)
{
  Fixture f;

  setup (&f);
  push_start (&f, TRUE);
  push (&f, 100, 3);
  push (&f, 400, 0);
  push (&f, 100, 4);
  push_stop (&f, FALSE);
  expect (&f, "start 1 at 0 emulated\ninterim 1 'level 3' 0-200\n"
              "interim 1 'level 3' 0-400\n"
              "stop 1 at 600\nfinal 1 'level 3 level 4' 0-600\n");
  /* Nothing was said. */
  push_start (&f, TRUE);
  push (&f, 100, 0);
  push_stop (&f, FALSE);
  expect (&f, "start 2 at 600 emulated\nstop 2 at 700\nfinal 2 '' 600-700\n");
  fixture_clear (&f);
}

/* Somebody else ends a turn that the recogniser has begun. */
static void
test_taken_over (void)
{
  Fixture f;

  setup (&f);
  push (&f, 100, 3);
  push_start (&f, TRUE);
  push_stop (&f, FALSE);
  expect (&f, "start 1 at 0\nstop 1 at 100\nfinal 1 'level 3' 0-100\n");
  fixture_clear (&f);
}

static void
test_discard (void)
{
  Fixture f;

  setup (&f);
  push_stop (&f, TRUE);
  push (&f, 100, 3);
  push_stop (&f, TRUE);
  expect (&f, "start 1 at 0\nstop 1 at 100 discard\n");
  push (&f, 100, 4);
  push (&f, 300, 0);
  expect (&f,
      "start 2 at 100\ninterim 2 'level 4' 100-300\nending 2 'level 4'\n"
      "stop 2 at 500\nfinal 2 'level 4' 100-500\n");
  fixture_clear (&f);
}

/* It breaks off in a turn, and hears that again. */
static void
test_lost (void)
{
  Fixture f;

  setup (&f);
  push (&f, 200, 0);
  push (&f, 100, 3);
  g_object_set (f.element, "lose", TRUE, NULL);
  push (&f, 100, 4);
  expect (&f, "start 1 at 200\n");
  retry (&f);
  push (&f, 300, 0);
  expect (&f, "interim 1 'level 4' 200-500\nending 1 'level 4'\n"
              "stop 1 at 700\nfinal 1 'level 4' 200-700\n");
  /* Not what was over. */
  g_object_set (f.element, "lose", TRUE, NULL);
  push (&f, 20, 0);
  retry (&f);
  push (&f, 100, 0);
  expect (&f, "");
  g_assert_cmpuint (fixture_get_uint (&f, "tries"), ==, 3);
  fixture_clear (&f);
}

/* The end that was marked meanwhile is asked for. */
static void
test_lost_before_the_end (void)
{
  Fixture f;

  setup (&f);
  push_start (&f, TRUE);
  push (&f, 100, 3);
  g_object_set (f.element, "lose", TRUE, NULL);
  push (&f, 100, 4);
  push_stop (&f, FALSE);
  push_start (&f, TRUE);
  push (&f, 100, 5);
  expect (&f, "start 1 at 0 emulated\nstop 1 at 200\n"
              "start 2 at 200 emulated\n");
  retry (&f);
  push_stop (&f, FALSE);
  expect (&f, "final 1 'level 4' 0-200\nstop 2 at 300\n"
              "final 2 'level 5' 200-300\n");
  fixture_clear (&f);
}

static void
test_fails (void)
{
  Fixture f;

  setup (&f);
  g_object_set (f.element, "retries", 0, NULL);
  push (&f, 100, 3);
  g_object_set (f.element, "lose", TRUE, NULL);
  push (&f, 20, 3);
  expect (&f, "start 1 at 0\nstop 1 at 120\nfailure 1\n");
  /* It is left alone for a second. */
  push (&f, 500, 3);
  expect (&f, "");
  push (&f, 500, 0);
  push (&f, 100, 5);
  push (&f, 300, 0);
  expect (&f,
      "start 2 at 120\ninterim 2 'level 3' 120-1120\nending 2 'level 3'\n"
      "stop 2 at 920\nfinal 2 'level 3' 120-920\nstart 3 at 1120\n"
      "interim 3 'level 5' 1120-1320\nending 3 'level 5'\nstop 3 at 1520\n"
      "final 3 'level 5' 1120-1520\n");
  fixture_clear (&f);
}

/* What it was asked, and how much it was sent, again too. */
static void
test_usage (void)
{
  Fixture f;
  g_autoptr (GstMessage) message = NULL;
  GstVowelProviderUsage usage;

  setup (&f);
  push (&f, 100, 3);
  g_object_set (f.element, "lose", TRUE, NULL);
  push (&f, 100, 3);
  retry (&f);
  push (&f, 300, 0);
  message = fixture_expect (&f, GST_VOWEL_MESSAGE_USAGE);
  g_assert_true (gst_vowel_message_parse_usage (message, &usage));
  g_assert_cmpstr (usage.stage, ==, "stt");
  g_assert_cmpstr (usage.provider, ==, "fake");
  g_assert_cmpuint (usage.requests, ==, 2);
  g_assert_cmpuint (usage.failures, ==, 1);
  g_assert_cmpuint (usage.retries, ==, 1);
  g_assert_cmpuint (usage.audio, ==, MS (120 + 200 + 300));
  g_clear_pointer (&message, gst_message_unref);
  fixture_clear (&f);
}

/* Nobody speaks, and it does not even begin. */
static void
test_refuses (void)
{
  Fixture f;

  setup (&f);
  g_object_set (f.element, "retries", 0, "failures", 2, NULL);
  fixture_set_mode (&f, "fail");
  push (&f, 100, 0);
  expect (&f, "failure 0\n");
  push (&f, 900, 0);
  expect (&f, "");
  push (&f, 100, 0);
  expect (&f, "failure 0\n");
  push (&f, 1900, 0);
  expect (&f, "");
  push (&f, 200, 3);
  expect (&f, "start 1 at 3000\n");
  fixture_clear (&f);
}

static void
test_eos (void)
{
  Fixture f;

  setup (&f);
  push (&f, 100, 3);
  g_assert_true (gst_harness_push_event (f.harness, gst_event_new_eos ()));
  expect (&f, "start 1 at 0\nstop 1 at 100\nfinal 1 'level 3' 0-100\n");
  fixture_clear (&f);
}

static void
test_eos_after_nothing (void)
{
  Fixture f;

  setup (&f);
  push (&f, 100, 0);
  g_assert_true (gst_harness_push_event (f.harness, gst_event_new_eos ()));
  fixture_expect_eos (&f);
  fixture_clear (&f);
}

static void
test_flush (void)
{
  Fixture f;
  GstSegment segment;

  setup (&f);
  push (&f, 100, 3);
  expect (&f, "start 1 at 0\n");
  fixture_flush (&f);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (f.harness, gst_event_new_segment (&segment));
  expect (&f, "stop 1 at 100 discard\n");
  push (&f, 100, 4);
  push_start (&f, TRUE);
  push_stop (&f, FALSE);
  expect (&f, "start 2 at 100\nstop 2 at 200\nfinal 2 'level 4' 100-200\n");
  fixture_clear (&f);
}

static void
test_stopped (void)
{
  Fixture f;

  setup (&f);
  push (&f, 100, 3);
  g_object_set (f.element, "lose", TRUE, NULL);
  push (&f, 20, 3);
  gst_element_set_state (f.element, GST_STATE_NULL);
  gst_element_set_state (f.element, GST_STATE_PLAYING);
  gst_harness_set_src_caps_str (f.harness, CAPS);
  now_ms = 0;
  push (&f, 20, 3);
  gst_element_set_state (f.element, GST_STATE_NULL);
  g_assert_cmpuint (fixture_get_uint (&f, "cancelled"), ==, 1);
  fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stt-turns/turn", test_turn);
  g_test_add_func ("/stt-turns/resumed", test_resumed);
  g_test_add_func ("/stt-turns/detector", test_detector);
  g_test_add_func ("/stt-turns/push-to-talk", test_push_to_talk);
  g_test_add_func ("/stt-turns/taken-over", test_taken_over);
  g_test_add_func ("/stt-turns/discard", test_discard);
  g_test_add_func ("/stt-turns/lost", test_lost);
  g_test_add_func ("/stt-turns/lost-before-the-end", test_lost_before_the_end);
  g_test_add_func ("/stt-turns/fails", test_fails);
  g_test_add_func ("/stt-turns/usage", test_usage);
  g_test_add_func ("/stt-turns/refuses", test_refuses);
  g_test_add_func ("/stt-turns/eos", test_eos);
  g_test_add_func ("/stt-turns/eos-after-nothing", test_eos_after_nothing);
  g_test_add_func ("/stt-turns/flush", test_flush);
  g_test_add_func ("/stt-turns/stopped", test_stopped);
  return g_test_run ();
}
