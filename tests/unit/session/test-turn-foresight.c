/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Recognisers that decide about turns, and turns whose end is foreseen. */

#include "turn-fixture.h"

static void
foresee (Fixture *f)
{
  vowel_turn_controller_set_foresight (f->turns, TRUE);
  vowel_turn_controller_configure (f->turns, &f->detection);
}

/* Whatever the type of detection, the recogniser's word ends the turn. */
static void
test_decided (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 100);
  fixture_interim (f, 1, "I would like");
  fixture_ended (f, 1, 900);
  fixture_final (f, 1, "I would like um");
  event_recorder_expect (f->log, "started i1 100", "interrupt",
      "stopped i1 900", "commit i1 100-900", "final i1 'I would like um'",
      "respond i1");
}

static void
test_decided_while_pushed_to_talk (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 0);
  fixture_ending (f, 1, "words");
  fixture_ended (f, 1, 100);
  g_assert_false (vowel_turn_controller_is_open (f->turns, NULL));
}

static void
test_decided_after_detector_switched_off (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 100);
  vowel_turn_detection_init (&f->detection, VOWEL_TURN_NONE);
  vowel_turn_controller_configure (f->turns, &f->detection);
  event_recorder_forget (f->log);
  fixture_ending (f, 1, "words");
  fixture_ended (f, 1, 500);
  fixture_final (f, 1, "words");
  event_recorder_expect (f->log, "");
  g_assert_false (fixture_commit (f, 0, 900));
  event_recorder_expect (f->log, "commit i1 100-500", "final i1 'words'");
}

static void
test_ending (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 0);
  fixture_ending (f, 1, " what time is it ");
  fixture_ending (f, 1, "what time is it");
  event_recorder_expect (
      f->log, "started i1 0", "interrupt", "ending i1 'what time is it'");
  fixture_ended (f, 1, 900);
  fixture_final (f, 1, "what time is it");
  event_recorder_expect (f->log, "stopped i1 900", "commit i1 0-900",
      "final i1 'what time is it'", "respond i1", "not ending i1");
}

static void
test_resumed (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 0);
  fixture_ending (f, 1, "what time");
  event_recorder_forget (f->log);
  vowel_turn_controller_turn_resumed (f->turns, 1);
  vowel_turn_controller_turn_resumed (f->turns, 1);
  vowel_turn_controller_turn_resumed (f->turns, 9);
  event_recorder_expect (f->log, "not ending i1");
  fixture_ending (f, 1, "what time is it");
  event_recorder_expect (f->log, "ending i1 'what time is it'");
  fixture_ended (f, 1, 900);
  event_recorder_forget (f->log);
  fixture_final (f, 1, "");
  event_recorder_expect (f->log, "final i1 ''", "not ending i1");
}

static void
test_ending_in_vain (Fixture *f, gconstpointer data)
{
  /* Nothing was said. */
  fixture_started (f, 1, 0);
  fixture_ending (f, 1, " ");
  fixture_ending (f, 7, "of nothing");
  event_recorder_expect (f->log, "started i1 0", "interrupt");
  /* Cleared. */
  fixture_ending (f, 1, "words");
  vowel_turn_controller_clear (f->turns);
  event_recorder_expect (f->log, "ending i1 'words'", "not ending i1");
  /* Nobody would answer. */
  f->detection.create_response = FALSE;
  vowel_turn_controller_configure (f->turns, &f->detection);
  fixture_started (f, 2, 1000);
  fixture_ending (f, 2, "words");
  fixture_ended (f, 2, 2000);
  event_recorder_expect (f->log, "started i2 1000", "interrupt",
      "stopped i2 2000", "commit i2 1000-2000");
  /* Too late. */
  fixture_ending (f, 2, "words");
  fixture_final (f, 2, "words");
  event_recorder_expect (f->log, "final i2 'words'");
}

static void
test_ending_fails (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 0);
  fixture_ending (f, 1, "words");
  fixture_ended (f, 1, 900);
  event_recorder_forget (f->log);
  fixture_failed (f, 1);
  event_recorder_expect (f->log, "failed i1 upstream", "not ending i1");
}

/* Words of an earlier turn are to be answered, too, and not known yet. */
static void
test_ending_behind_another (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 0);
  fixture_ending (f, 1, "one");
  fixture_ended (f, 1, 900);
  event_recorder_forget (f->log);
  fixture_started (f, 2, 1000);
  event_recorder_expect (
      f->log, "not ending i1", "started i2 1000", "interrupt");
  fixture_ending (f, 2, "two");
  event_recorder_expect (f->log, "");
  fixture_final (f, 1, "one");
  fixture_ending (f, 2, "two");
  event_recorder_expect (f->log, "final i1 'one'", "ending i2 'two'");
}

static void
test_pause (Fixture *f, gconstpointer data)
{
  foresee (f);
  fixture_started (f, 1, 0);
  fixture_interim (f, 1, "What time is it?");
  fixture_stopped (f, 1, 1000);
  event_recorder_expect (
      f->log, "started i1 0", "interrupt", "ending i1 'What time is it?'");
  fixture_advance (f, 249);
  event_recorder_expect (f->log, "");
  fixture_advance (f, 1);
  event_recorder_expect (f->log, "stopped i1 1000", "commit i1 0-1000");
  fixture_final (f, 1, "What time is it?");
  event_recorder_expect (
      f->log, "final i1 'What time is it?'", "respond i1", "not ending i1");
}

static void
test_pause_goes_on (Fixture *f, gconstpointer data)
{
  foresee (f);
  fixture_started (f, 1, 0);
  fixture_stopped (f, 1, 1000);
  event_recorder_expect (f->log, "started i1 0", "interrupt");
  /* Words that come in the pause. */
  fixture_interim (f, 1, "What time and");
  event_recorder_expect (f->log, "");
  fixture_final (f, 1, "What time is it.");
  event_recorder_expect (f->log, "ending i1 'What time is it.'");
  fixture_advance (f, 200);
  fixture_started (f, 2, 1200);
  event_recorder_expect (f->log, "not ending i1");
  fixture_stopped (f, 2, 2000);
  fixture_final (f, 2, "In Rome?");
  event_recorder_expect (f->log, "ending i1 'What time is it.'",
      "not ending i1", "ending i1 'What time is it. In Rome?'");
  fixture_advance (f, 250);
  event_recorder_expect (f->log, "stopped i1 2000", "commit i1 0-2000",
      "final i1 'What time is it. In Rome?'", "respond i1", "not ending i1");
}

/* Audio that comes faster than it was spoken: the pause in it counts. */
static void
test_pause_in_the_audio (Fixture *f, gconstpointer data)
{
  foresee (f);
  fixture_started (f, 1, 0);
  fixture_stopped (f, 1, 1000);
  fixture_started (f, 2, 1249);
  fixture_stopped (f, 2, 2000);
  event_recorder_expect (f->log, "started i1 0", "interrupt");
  fixture_started (f, 3, 2250);
  event_recorder_expect (f->log, "stopped i1 2000", "commit i1 0-2000",
      "started i2 2250", "interrupt");
}

/* A pause that had begun when foresight was switched off ends the turn. */
static void
test_pause_switched_off (Fixture *f, gconstpointer data)
{
  foresee (f);
  fixture_started (f, 1, 0);
  fixture_stopped (f, 1, 1000);
  event_recorder_forget (f->log);
  vowel_turn_controller_set_foresight (f->turns, FALSE);
  vowel_turn_controller_configure (f->turns, &f->detection);
  fixture_advance (f, 0);
  event_recorder_expect (f->log, "stopped i1 1000", "commit i1 0-1000");
}

static void
test_semantic_pause (Fixture *f, gconstpointer data)
{
  foresee (f);
  fixture_started (f, 1, 0);
  fixture_interim (f, 1, "my number is five five five");
  fixture_stopped (f, 1, 1000);
  event_recorder_expect (f->log, "started i1 0", "interrupt");
  fixture_final (f, 1, "my number is a secret");
  event_recorder_expect (f->log, "ending i1 'my number is a secret'");
  fixture_advance (f, 900);
  event_recorder_expect (f->log, "stopped i1 1000", "commit i1 0-1000",
      "final i1 'my number is a secret'", "respond i1", "not ending i1");
}

#define ADD(name, type)                                                        \
  g_test_add ("/turn-foresight/" #name, Fixture, GINT_TO_POINTER (type),       \
      fixture_set_up, test_##name, fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (decided, VOWEL_TURN_SEMANTIC_VAD);
  ADD (decided_while_pushed_to_talk, VOWEL_TURN_NONE);
  ADD (decided_after_detector_switched_off, VOWEL_TURN_SERVER_VAD);
  ADD (ending, VOWEL_TURN_SERVER_VAD);
  ADD (resumed, VOWEL_TURN_SEMANTIC_VAD);
  ADD (ending_in_vain, VOWEL_TURN_SERVER_VAD);
  ADD (ending_fails, VOWEL_TURN_SERVER_VAD);
  ADD (ending_behind_another, VOWEL_TURN_SERVER_VAD);
  ADD (pause, VOWEL_TURN_SERVER_VAD);
  ADD (pause_goes_on, VOWEL_TURN_SERVER_VAD);
  ADD (pause_in_the_audio, VOWEL_TURN_SERVER_VAD);
  ADD (pause_switched_off, VOWEL_TURN_SERVER_VAD);
  ADD (semantic_pause, VOWEL_TURN_SEMANTIC_VAD);
  return g_test_run ();
}
