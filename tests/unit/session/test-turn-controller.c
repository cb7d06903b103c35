/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Turns that a detector finds. For the other ways: test-turn-detection.c. */

#include "turn-fixture.h"

static void
test_turn (Fixture *f, gconstpointer data)
{
  g_assert_false (vowel_turn_controller_is_open (f->turns, NULL));
  fixture_started (f, 1, 100);
  g_assert_true (vowel_turn_controller_is_open (f->turns, NULL));
  fixture_interim (f, 1, "he");
  fixture_stopped (f, 1, 900);
  g_assert_true (vowel_turn_controller_awaits_transcript (f->turns));
  fixture_interim (f, 1, "hello wor");
  fixture_final (f, 1, " hello world ");
  fixture_final (f, 1, "again");
  event_recorder_expect (f->log, "started i1 100", "interrupt",
      "stopped i1 900", "commit i1 100-900", "interim i1 'hello wor'",
      "final i1 'hello world'", "respond i1");
  g_assert_false (vowel_turn_controller_awaits_transcript (f->turns));
}

/* The recogniser may be ready before the detector is. */
static void
test_transcript_before_stop (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 0);
  fixture_final (f, 1, "quick");
  event_recorder_expect (f->log, "started i1 0", "interrupt");
  fixture_stopped (f, 1, 500);
  event_recorder_expect (f->log, "stopped i1 500", "commit i1 0-500",
      "final i1 'quick'", "respond i1");
}

static void
test_no_response_wanted (Fixture *f, gconstpointer data)
{
  f->detection.create_response = FALSE;
  f->detection.interrupt_response = FALSE;
  vowel_turn_controller_configure (f->turns, &f->detection);
  fixture_said (f, 1, 0, 500, "words");
  event_recorder_expect (f->log, "started i1 0", "stopped i1 500",
      "commit i1 0-500", "final i1 'words'");
}

static void
test_noise (Fixture *f, gconstpointer data)
{
  fixture_said (f, 1, 0, 500, " \n");
  event_recorder_expect (f->log, "started i1 0", "interrupt", "stopped i1 500",
      "commit i1 0-500", "final i1 ''");
}

static void
test_noise_takes_back (Fixture *f, gconstpointer data)
{
  f->takes_back = TRUE;
  fixture_said (f, 1, 0, 500, "");
  event_recorder_expect (f->log, "started i1 0", "interrupt", "stopped i1 500",
      "commit i1 0-500", "final i1 ''", "respond none");
  /* Owed once. */
  f->takes_back = FALSE;
  fixture_said (f, 2, 1000, 1500, "");
  event_recorder_expect (f->log, "started i2 1000", "interrupt",
      "stopped i2 1500", "commit i2 1000-1500", "final i2 ''");
}

/* Who decides about answers decides about those that a noise took back. */
static void
test_takes_back_unwanted (Fixture *f, gconstpointer data)
{
  f->takes_back = TRUE;
  f->detection.create_response = FALSE;
  vowel_turn_controller_configure (f->turns, &f->detection);
  fixture_said (f, 1, 0, 500, "words");
  fixture_said (f, 2, 1000, 1500, "");
  event_recorder_expect (f->log, "started i1 0", "interrupt", "stopped i1 500",
      "commit i1 0-500", "final i1 'words'", "started i2 1000", "interrupt",
      "stopped i2 1500", "commit i2 1000-1500", "final i2 ''");
}

static void
test_failed_takes_back (Fixture *f, gconstpointer data)
{
  f->takes_back = TRUE;
  fixture_started (f, 1, 0);
  fixture_stopped (f, 1, 500);
  fixture_failed (f, 1);
  fixture_failed (f, 1);
  event_recorder_expect (f->log, "started i1 0", "interrupt", "stopped i1 500",
      "commit i1 0-500", "failed i1 upstream", "respond none");
}

static void
test_failed_while_speaking (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 0);
  fixture_interim (f, 1, "guess");
  fixture_failed (f, 1);
  event_recorder_expect (f->log, "started i1 0", "interrupt");
  fixture_stopped (f, 1, 500);
  event_recorder_expect (
      f->log, "stopped i1 500", "commit i1 0-500", "failed i1 upstream");
}

static void
test_recogniser_late (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 0);
  fixture_stopped (f, 1, 500);
  event_recorder_forget (f->log);
  fixture_advance (f, VOWEL_TURN_TRANSCRIPT_TIMEOUT_MS - 1);
  event_recorder_expect (f->log, "");
  fixture_advance (f, 1);
  event_recorder_expect (f->log, "failed i1 timeout");
  fixture_final (f, 1, "too late");
  event_recorder_expect (f->log, "");
}

/* The next turn begins before the words of the last one are known. */
static void
test_overlap (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 0);
  fixture_stopped (f, 1, 500);
  fixture_started (f, 2, 800);
  event_recorder_forget (f->log);
  fixture_final (f, 1, "one");
  event_recorder_expect (f->log, "final i1 'one'");
  fixture_stopped (f, 2, 1200);
  event_recorder_expect (f->log, "stopped i2 1200", "commit i2 800-1200");
  fixture_final (f, 2, "two");
  event_recorder_expect (f->log, "final i2 'two'", "respond i2");
}

static void
test_overlap_with_noise (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 0);
  fixture_stopped (f, 1, 500);
  fixture_started (f, 2, 800);
  fixture_final (f, 1, "one");
  fixture_stopped (f, 2, 1200);
  event_recorder_forget (f->log);
  fixture_final (f, 2, "");
  event_recorder_expect (f->log, "final i2 ''", "respond i1");
}

static void
test_overlap_out_of_order (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 0);
  fixture_stopped (f, 1, 500);
  fixture_started (f, 2, 800);
  fixture_stopped (f, 2, 1200);
  event_recorder_forget (f->log);
  fixture_final (f, 2, "two");
  event_recorder_expect (f->log, "final i2 'two'");
  fixture_final (f, 1, "one");
  event_recorder_expect (f->log, "final i1 'one'", "respond i1");
}

static void
test_client_responds_first (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 0);
  fixture_stopped (f, 1, 500);
  vowel_turn_controller_response_requested (f->turns);
  event_recorder_forget (f->log);
  fixture_final (f, 1, "one");
  event_recorder_expect (f->log, "final i1 'one'");
}

static void
test_commit_while_speaking (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 100);
  g_assert_true (fixture_commit (f, 0, 700));
  event_recorder_expect (
      f->log, "started i1 100", "interrupt", "commit i1 100-700");
  fixture_stopped (f, 1, 700);
  fixture_final (f, 1, "words");
  event_recorder_expect (f->log, "final i1 'words'");
}

static void
test_commit_without_speech (Fixture *f, gconstpointer data)
{
  g_assert_true (fixture_commit (f, 200, 700));
  event_recorder_expect (f->log, "commit i1 200-700");
  /* The engine begins an utterance for it. */
  fixture_begun (f, 1, 200);
  fixture_stopped (f, 1, 700);
  fixture_final (f, 1, "");
  event_recorder_expect (f->log, "final i1 ''");
}

/* Speech that was detected while the commit was on its way. */
static void
test_commit_races_detection (Fixture *f, gconstpointer data)
{
  g_assert_true (fixture_commit (f, 0, 700));
  fixture_said (f, 1, 300, 700, "words");
  event_recorder_expect (f->log, "commit i1 0-700", "final i1 'words'");
  fixture_started (f, 2, 900);
  event_recorder_expect (f->log, "started i2 900", "interrupt");
}

static void
test_clear_while_speaking (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 100);
  vowel_turn_controller_clear (f->turns);
  fixture_stopped (f, 1, 700);
  fixture_final (f, 1, "words");
  event_recorder_expect (f->log, "started i1 100", "interrupt");
  g_assert_false (vowel_turn_controller_is_open (f->turns, NULL));
  vowel_turn_controller_clear (f->turns);
}

static void
test_clear_at_once (Fixture *f, gconstpointer data)
{
  f->clears = TRUE;
  fixture_started (f, 1, 100);
  event_recorder_expect (f->log, "started i1 100", "interrupt");
  fixture_final (f, 1, "words");
  g_assert_false (vowel_turn_controller_is_open (f->turns, NULL));
}

static void
test_clear_pays_what_is_owed (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 0);
  fixture_stopped (f, 1, 500);
  fixture_started (f, 2, 800);
  fixture_final (f, 1, "one");
  event_recorder_forget (f->log);
  vowel_turn_controller_clear (f->turns);
  event_recorder_expect (f->log, "respond i1");
}

static void
test_unknown_reports (Fixture *f, gconstpointer data)
{
  fixture_stopped (f, 7, 100);
  fixture_final (f, 7, "x");
  fixture_failed (f, 7);
  fixture_begun (f, 7, 0);
  fixture_final (f, 7, "x");
}

/* The recogniser has words where no detector has heard anybody. */
static void
test_unannounced (Fixture *f, gconstpointer data)
{
  vowel_turn_controller_words_heard (f->turns, 1, 300 * 1000);
  fixture_interim (f, 1, "hel");
  g_assert_true (vowel_turn_controller_is_open (f->turns, NULL));
  vowel_turn_controller_words_heard (f->turns, 1, 900 * 1000);
  fixture_final (f, 1, "hello");
  event_recorder_expect (f->log, "started i1 300 emulated", "interrupt",
      "stopped i1 900", "commit i1 300-900", "final i1 'hello'", "respond i1");
  /* What is over does not begin again. */
  vowel_turn_controller_words_heard (f->turns, 1, 1000 * 1000);
  fixture_final (f, 1, "hello");
  /* A detector that was late. */
  vowel_turn_controller_words_heard (f->turns, 2, 2000 * 1000);
  fixture_started (f, 3, 1900);
  fixture_final (f, 2, "one");
  fixture_stopped (f, 3, 2500);
  fixture_final (f, 3, "two");
  event_recorder_expect (f->log, "started i2 2000 emulated", "interrupt",
      "stopped i2 2500", "commit i2 2000-2500", "final i2 'one two'",
      "respond i2");
  vowel_turn_controller_words_heard (f->turns, 4, 3000 * 1000);
  fixture_failed (f, 4);
  event_recorder_expect (f->log, "started i3 3000 emulated", "interrupt",
      "stopped i3 3000", "commit i3 3000-3000", "failed i3 upstream");
}

/* The detector tells of the same speech, too late. */
static void
test_words_before_speech (Fixture *f, gconstpointer data)
{
  vowel_turn_controller_words_heard (f->turns, 1, 300 * 1000);
  fixture_started (f, 1, 100);
  fixture_final (f, 1, "hello");
  event_recorder_expect (f->log, "started i1 300 emulated", "interrupt");
  fixture_stopped (f, 1, 900);
  event_recorder_expect (f->log, "stopped i1 900", "commit i1 300-900",
      "final i1 'hello'", "respond i1");
  vowel_turn_controller_words_heard (f->turns, 2, 2000 * 1000);
  fixture_final (f, 2, "again");
  event_recorder_forget (f->log);
  fixture_started (f, 2, 1900);
  fixture_stopped (f, 2, 2500);
  g_assert_false (vowel_turn_controller_is_open (f->turns, NULL));
  g_assert_false (vowel_turn_controller_awaits_transcript (f->turns));
}

/* Who pushes to talk says when. */
static void
test_unannounced_without_detection (Fixture *f, gconstpointer data)
{
  vowel_turn_controller_words_heard (f->turns, 1, 300 * 1000);
  g_assert_false (vowel_turn_controller_is_open (f->turns, NULL));
}

#define ADD(name, type)                                                        \
  g_test_add ("/turn-controller/" #name, Fixture, GINT_TO_POINTER (type),      \
      fixture_set_up, test_##name, fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (turn, VOWEL_TURN_SERVER_VAD);
  ADD (transcript_before_stop, VOWEL_TURN_SERVER_VAD);
  ADD (no_response_wanted, VOWEL_TURN_SERVER_VAD);
  ADD (noise, VOWEL_TURN_SERVER_VAD);
  ADD (noise_takes_back, VOWEL_TURN_SERVER_VAD);
  ADD (takes_back_unwanted, VOWEL_TURN_SERVER_VAD);
  ADD (failed_takes_back, VOWEL_TURN_SERVER_VAD);
  ADD (failed_while_speaking, VOWEL_TURN_SERVER_VAD);
  ADD (recogniser_late, VOWEL_TURN_SERVER_VAD);
  ADD (overlap, VOWEL_TURN_SERVER_VAD);
  ADD (overlap_with_noise, VOWEL_TURN_SERVER_VAD);
  ADD (overlap_out_of_order, VOWEL_TURN_SERVER_VAD);
  ADD (client_responds_first, VOWEL_TURN_SERVER_VAD);
  ADD (commit_while_speaking, VOWEL_TURN_SERVER_VAD);
  ADD (commit_without_speech, VOWEL_TURN_SERVER_VAD);
  ADD (commit_races_detection, VOWEL_TURN_SERVER_VAD);
  ADD (clear_while_speaking, VOWEL_TURN_SERVER_VAD);
  ADD (clear_at_once, VOWEL_TURN_SERVER_VAD);
  ADD (clear_pays_what_is_owed, VOWEL_TURN_SERVER_VAD);
  ADD (unknown_reports, VOWEL_TURN_SERVER_VAD);
  ADD (unannounced, VOWEL_TURN_SERVER_VAD);
  ADD (words_before_speech, VOWEL_TURN_SERVER_VAD);
  ADD (unannounced_without_detection, VOWEL_TURN_NONE);
  return g_test_run ();
}
