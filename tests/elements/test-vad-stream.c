/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vad and its neighbours: speech events from upstream (push to talk, commit,
 * clear), and streams with an end, flushes, gaps, jitter and changes. */

#include <stdio.h>
#include <string.h>

#include "vad-fixture.h"

static void
inject_start (Fixture *fixture, guint64 utterance, GstClockTime start)
{
  const GstVowelSpeechStart event = {.utterance = utterance,
      .start = start,
      .detected = GST_CLOCK_TIME_NONE,
      .emulated = TRUE};

  gst_harness_push_event (
      fixture->harness, gst_vowel_event_new_speech_start (&event));
}

static void
inject_stop (Fixture *fixture, guint64 utterance, gboolean discard)
{
  const GstVowelSpeechStop event = {.utterance = utterance,
      .end = GST_CLOCK_TIME_NONE,
      .detected = GST_CLOCK_TIME_NONE,
      .discard = discard};

  gst_harness_push_event (
      fixture->harness, gst_vowel_event_new_speech_stop (&event));
}

/* Push-to-talk with the detector off. */
static void
test_push_to_talk (void)
{
  g_autoptr (GArray) audio = test_audio_new ();
  g_autoptr (Fixture) fixture = fixture_new ("vad detector=none", 16000);
  g_autofree gchar *messages = NULL;

  test_audio_silence (audio, 1000);
  fixture_push (fixture, audio, 0, 1600, 320);
  inject_start (fixture, 0, FIRST_PTS + 50 * GST_MSECOND);
  fixture_push (fixture, audio, 0, 1600, 320);
  inject_stop (fixture, 0, FALSE);
  fixture_push (fixture, audio, 0, 160, 160);
  inject_start (fixture, 7, GST_CLOCK_TIME_NONE);
  fixture_push (fixture, audio, 0, 160, 160);
  inject_stop (fixture, 0, TRUE);
  inject_start (fixture, 0, GST_CLOCK_TIME_NONE);
  gst_harness_push_event (fixture->harness, gst_event_new_eos ());

  g_assert_cmpstr (fixture->log->str, ==,
      "D0 B S1:800@1600e B E1:3200@3200 B S7:3360@3360e B E7:3520@3520d "
      "S8:3520@3520e E8:3520@3520 X");
  messages = fixture_message_words (fixture);
  g_assert_cmpstr (messages, ==,
      "S1:800@1600e E1:3200@3200 S7:3360@3360e E7:3520@3520d S8:3520@3520e "
      "E8:3520@3520");
}

/* Stops that name an utterance of the past do not touch the open one, and a
 * clear with nothing open does not name the last one. */
static void
test_stop_of_the_past (void)
{
  g_autoptr (GArray) audio = test_audio_new ();
  g_autoptr (Fixture) fixture = fixture_new ("vad detector=none", 16000);
  g_autofree gchar *messages = NULL;
  gboolean speaking;

  test_audio_silence (audio, 10);
  fixture_push_all (fixture, audio, 160);
  inject_start (fixture, 0, GST_CLOCK_TIME_NONE);
  inject_stop (fixture, 0, FALSE);
  inject_stop (fixture, 0, TRUE);
  inject_start (fixture, 0, GST_CLOCK_TIME_NONE);
  inject_stop (fixture, 1, FALSE);
  inject_stop (fixture, 1, TRUE);
  g_object_get (fixture_vad (fixture), "speaking", &speaking, NULL);
  g_assert_true (speaking);
  inject_stop (fixture, 2, FALSE);
  inject_stop (fixture, 2, FALSE);

  g_assert_cmpstr (fixture->log->str, ==,
      "D0 B S1:160@160e E1:160@160 E0:160@160d S2:160@160e E1:160@160d "
      "E2:160@160");
  messages = fixture_message_words (fixture);
  g_assert_cmpstr (
      messages, ==, "S1:160@160e E1:160@160 S2:160@160e E2:160@160");
}

/* Before the first buffer: after the detector event, at the segment's begin. */
static void
test_upstream_first (void)
{
  g_autoptr (GArray) audio = test_audio_new ();
  g_autoptr (Fixture) fixture = fixture_new ("vad detector=energy", 16000);

  fixture->first_pts = 0;
  test_audio_silence (audio, 1000);
  gst_harness_play (fixture->harness);
  inject_start (fixture, 0, GST_CLOCK_TIME_NONE);
  fixture_push_all (fixture, audio, 320);
  inject_stop (fixture, 0, FALSE);
  g_assert_cmpstr (fixture->log->str, ==, "D1 S1:0@0e B E1:16000@16000");
}

/* A client commits in the middle of an utterance: one stop, and what goes on
 * is a new utterance that does not reach back. */
static void
test_commit_while_speaking (void)
{
  g_autoptr (GArray) audio = NULL;
  g_autoptr (Fixture) fixture = NULL;
  g_autofree gchar *messages = NULL, *stop = NULL;
  g_autofree gchar *events = NULL;
  gboolean speaking;
  guint cut;

  if (!have_weights () || (audio = two_utterances ()) == NULL)
    return;

  cut = first_detected (audio) + 4800;
  fixture = fixture_new ("vad", 16000);
  fixture_push (fixture, audio, 0, cut, 320);
  inject_stop (fixture, 0, FALSE);
  g_object_get (fixture_vad (fixture), "speaking", &speaking, NULL);
  g_assert_false (speaking);
  /* The same again, too late or twice. */
  inject_stop (fixture, 1, FALSE);
  inject_stop (fixture, 0, FALSE);
  fixture_push (fixture, audio, cut, audio->len - cut, 320);

  stop = g_strdup_printf ("E1:%u@%u S2:%u@", cut, cut, cut);
  messages = fixture_message_words (fixture);
  events = fixture_speech_words (fixture);
  g_assert_cmpstr (events, ==, messages);
  g_assert_nonnull (strstr (events, stop));
  g_assert_null (strstr (strstr (events, "E1:") + 1, "E1:"));
  g_assert_nonnull (strstr (events, " S3:"));
  g_assert_nonnull (strstr (events, " E3:"));
}

/* A client clears: while speaking the utterance is thrown away; with nothing
 * open the recogniser still learns that its pre-roll is void. */
static void
test_clear (void)
{
  g_autoptr (GArray) audio = NULL;
  g_autoptr (Fixture) fixture = NULL;
  g_autofree gchar *idle = NULL, *next = NULL, *messages = NULL;
  guint detected, cut;

  if (!have_weights () || (audio = two_utterances ()) == NULL)
    return;

  detected = first_detected (audio);
  cut = detected - 1600;
  fixture = fixture_new ("vad", 16000);
  fixture_push (fixture, audio, 0, cut, 320);
  inject_stop (fixture, 0, TRUE);
  idle = g_strdup_printf ("D1 B E0:%u@%ud", cut, cut);
  g_assert_cmpstr (fixture->log->str, ==, idle);
  messages = fixture_message_words (fixture);
  g_assert_cmpstr (messages, ==, "");

  fixture_push (fixture, audio, cut, detected + 3200 - cut, 320);
  next = g_strdup_printf (" S1:%u@", cut);
  g_assert_nonnull (strstr (fixture->log->str, next));
  g_string_truncate (fixture->log, 0);
  inject_stop (fixture, 0, TRUE);
  g_free (next);
  next = g_strdup_printf ("E1:%u@%ud", detected + 3200, detected + 3200);
  g_assert_cmpstr (fixture->log->str, ==, next);
}

/* A start inside an utterance takes it over: silence no longer ends it. */
static void
test_takeover (void)
{
  g_autoptr (GArray) audio = NULL;
  g_autoptr (Fixture) fixture = NULL;
  g_autofree gchar *events = NULL, *stop = NULL;
  guint cut;

  if (!have_weights () || (audio = two_utterances ()) == NULL)
    return;

  cut = first_detected (audio) + 1600;
  fixture = fixture_new ("vad", 16000);
  fixture_push (fixture, audio, 0, cut, 320);
  inject_start (fixture, 0, GST_CLOCK_TIME_NONE);
  fixture_push (fixture, audio, cut, audio->len - cut, 320);
  inject_stop (fixture, 0, FALSE);
  fixture_push_all (fixture, audio, 320);

  events = fixture_speech_words (fixture);
  stop = g_strdup_printf (" E1:%u@%u S2:", audio->len, audio->len);
  g_assert_true (g_str_has_prefix (events, "S1:"));
  g_assert_true (strstr (events, stop) == strchr (events, ' '));
  g_assert_nonnull (strstr (events, " E3:"));
}

static void
test_eos_and_flush (void)
{
  g_autoptr (GArray) audio = NULL;
  guint cut;

  if (!have_weights () || (audio = two_utterances ()) == NULL)
    return;

  cut = first_detected (audio) + 1600;
  {
    g_autoptr (Fixture) fixture = fixture_new ("vad", 16000);
    g_autofree gchar *end = g_strdup_printf (" E1:%u@%u X", cut, cut);

    fixture_push (fixture, audio, 0, cut, 320);
    gst_harness_push_event (fixture->harness, gst_event_new_eos ());
    g_assert_true (g_str_has_suffix (fixture->log->str, end));
  }
  {
    g_autoptr (Fixture) fixture = fixture_new ("vad", 16000);
    g_autofree gchar *end = g_strdup_printf (" F E1:%u@%ud", cut, cut);
    GstSegment segment;

    fixture_push (fixture, audio, 0, cut, 320);
    gst_harness_push_event (fixture->harness, gst_event_new_flush_start ());
    gst_harness_push_event (fixture->harness, gst_event_new_flush_stop (TRUE));
    g_assert_true (g_str_has_suffix (fixture->log->str, end));

    /* Then like new, but counting on. */
    g_string_truncate (fixture->log, 0);
    gst_segment_init (&segment, GST_FORMAT_TIME);
    gst_harness_push_event (fixture->harness, gst_event_new_segment (&segment));
    fixture->position = 0;
    fixture_push_all (fixture, audio, 320);
    {
      g_autofree gchar *expected = expected_words (audio, 16000);
      g_autofree gchar *events = fixture_speech_words (fixture);

      g_assert_true (g_str_has_prefix (events, "S2:"));
      g_assert_cmpstr (strchr (events, ':'), !=, NULL);
      /* The same times: only the numbers are others. */
      g_assert_cmpint (strlen (events), ==, strlen (expected));
      g_assert_true (memcmp (events + 2, expected + 2,
                         strchr (expected, ' ') - expected - 2)
                     == 0);
    }
  }
}

static void
test_max_utterance (void)
{
  g_autoptr (GArray) audio = test_audio_new ();
  g_autoptr (Fixture) fixture = NULL;
  g_autofree gchar *events = NULL;
  g_auto (GStrv) words = NULL;
  guint64 start, end, next;

  if (!have_weights ()
      || !test_audio_say (audio,
          "This is one long sentence without any pause that goes on and on "
          "until somebody interrupts it for having been far too long."))
    return;

  fixture = fixture_new ("vad max-utterance=1000000000", 16000);
  fixture_push_all (fixture, audio, 320);
  events = fixture_speech_words (fixture);
  words = g_strsplit (events, " ", -1);
  g_assert_cmpuint (g_strv_length (words), >=, 3);
  g_assert_cmpint (sscanf (words[0], "S1:%" G_GUINT64_FORMAT, &start), ==, 1);
  g_assert_cmpint (sscanf (words[1], "E1:%" G_GUINT64_FORMAT, &end), ==, 1);
  g_assert_cmpint (sscanf (words[2], "S2:%" G_GUINT64_FORMAT, &next), ==, 1);
  /* Cut at the first window's end that makes it full; nothing is lost. */
  g_assert_cmpuint (end - start, >=, 16000);
  g_assert_cmpuint (end - start, <, 16000 + 512);
  g_assert_cmpuint (next, ==, end);
}

/* Holes in the timestamps: short ones are silence, in which an utterance can
 * end; long ones and leaps back end it. */
static void
test_gaps (void)
{
  g_autoptr (GArray) audio = NULL;
  g_autofree gchar *expected = NULL;
  guint cut;

  if (!have_weights () || (audio = two_utterances ()) == NULL)
    return;

  expected = expected_words (audio, 16000);
  cut = first_detected (audio) + 1600;

  {
    /* Digital silence that is skipped in the stream is heard all the same. */
    g_autoptr (GArray) padded = test_audio_new ();
    g_autoptr (Fixture) fixture = fixture_new ("vad", 16000);
    g_autoptr (Fixture) with_event = fixture_new ("vad", 16000);
    g_autofree gchar *events = NULL, *by_event = NULL, *all = NULL;

    g_array_append_vals (padded, audio->data, cut);
    test_audio_silence (padded, 1000);
    g_array_append_vals (padded, audio->data, audio->len);
    all = expected_words (padded, 16000);

    fixture_push (fixture, padded, 0, cut, 320);
    fixture->position += 16000;
    fixture_push (fixture, padded, cut + 16000, padded->len - cut - 16000, 320);
    events = fixture_speech_words (fixture);
    g_assert_cmpstr (events, ==, all);

    fixture_push (with_event, padded, 0, cut, 320);
    gst_harness_push_event (with_event->harness,
        gst_event_new_gap (
            FIRST_PTS + gst_util_uint64_scale_int (cut, GST_SECOND, 16000),
            GST_SECOND));
    g_assert_nonnull (strstr (with_event->log->str, " E1:"));
    with_event->position += 16000;
    fixture_push (
        with_event, padded, cut + 16000, padded->len - cut - 16000, 320);
    by_event = fixture_speech_words (with_event);
    g_assert_cmpstr (by_event, ==, all);
  }
  {
    g_autoptr (Fixture) fixture = fixture_new ("vad", 16000);
    g_autofree gchar *stop = g_strdup_printf ("E1:%u@%u", cut, cut);

    fixture_push (fixture, audio, 0, cut, 320);
    g_string_truncate (fixture->log, 0);
    fixture->position = 0;
    fixture_push (fixture, audio, 0, 320, 320);
    g_assert_true (g_str_has_prefix (fixture->log->str, stop));
    fixture_push (fixture, audio, 320, audio->len - 320, 320);
    g_assert_nonnull (strstr (fixture->log->str, " S2:"));
    g_assert_nonnull (strstr (fixture->log->str, " E3:"));
  }
  {
    /* An hour later: no hour of silence is computed, times are the new ones. */
    g_autoptr (Fixture) fixture = fixture_new ("vad", 16000);
    g_autofree gchar *events = NULL;
    const guint64 hour = 3600 * 16000;

    fixture_push (fixture, audio, 0, cut, 320);
    fixture->position = hour;
    fixture_push_all (fixture, audio, 320);
    events = fixture_speech_words (fixture);
    {
      g_autofree gchar *second = g_strdup_printf (
          "@%" G_GUINT64_FORMAT, hour + first_detected (audio));

      g_assert_nonnull (strstr (strstr (events, " S2:"), second));
    }
  }
}

/* Jitter in the timestamps that is smaller than a window does not move the
 * count of samples. */
static void
test_jitter (void)
{
  g_autoptr (GArray) audio = NULL;
  g_autoptr (Fixture) fixture = NULL;
  g_autofree gchar *expected = NULL, *events = NULL;
  guint i;

  if (!have_weights () || (audio = two_utterances ()) == NULL)
    return;

  fixture = fixture_new ("vad", 16000);
  for (i = 0; i + 320 <= audio->len; i += 320) {
    GstBuffer *buffer = gst_buffer_new_memdup (
        &g_array_index (audio, gint16, i), 320 * sizeof (gint16));
    gint64 jitter =
        i > 0 ? g_test_rand_int_range (-20, 21) * (gint64) GST_MSECOND : 0;

    GST_BUFFER_PTS (buffer) =
        FIRST_PTS + jitter + gst_util_uint64_scale_int (i, GST_SECOND, 16000);
    g_assert_cmpint (
        gst_harness_push (fixture->harness, buffer), ==, GST_FLOW_OK);
  }
  g_array_set_size (audio, i);
  expected = expected_words (audio, 16000);
  events = fixture_speech_words (fixture);
  g_assert_cmpstr (events, ==, expected);
}

static void
test_rate_change (void)
{
  g_autoptr (GArray) audio = NULL;
  g_autoptr (GArray) half = NULL;
  g_autoptr (Fixture) fixture = NULL;
  g_autofree gchar *events = NULL;
  guint cut;

  if (!have_weights () || (audio = two_utterances ()) == NULL)
    return;

  cut = (first_detected (audio) + 1600) / 2 * 2;
  half = test_audio_halve (audio);
  fixture = fixture_new ("vad", 16000);
  fixture_push (fixture, audio, 0, cut, 320);
  g_string_truncate (fixture->log, 0);
  gst_harness_set_src_caps_str (fixture->harness, CAPS_8K);
  g_assert_true (g_str_has_prefix (fixture->log->str, "E1:"));

  g_string_truncate (fixture->log, 0);
  fixture->rate = 8000;
  fixture->position = cut / 2;
  fixture_push_all (fixture, half, 160);
  events = fixture_speech_words (fixture);
  g_assert_true (g_str_has_prefix (events, "S2:"));
  g_assert_nonnull (strstr (events, " E3:"));
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/vad/push-to-talk", test_push_to_talk);
  g_test_add_func ("/vad/stop-of-the-past", test_stop_of_the_past);
  g_test_add_func ("/vad/upstream-first", test_upstream_first);
  g_test_add_func ("/vad/commit-while-speaking", test_commit_while_speaking);
  g_test_add_func ("/vad/clear", test_clear);
  g_test_add_func ("/vad/takeover", test_takeover);
  g_test_add_func ("/vad/eos-and-flush", test_eos_and_flush);
  g_test_add_func ("/vad/max-utterance", test_max_utterance);
  g_test_add_func ("/vad/gaps", test_gaps);
  g_test_add_func ("/vad/jitter", test_jitter);
  g_test_add_func ("/vad/rate-change", test_rate_change);

  return g_test_run ();
}
