/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Callers who must say something before they interrupt. */

#include "turn-fixture.h"

/* An answer is heard for another second. */
static void
set_up (Fixture *f, gconstpointer data)
{
  VowelBargeInConfig config = {.min_chars = 5, .guard_ms = 300};

  fixture_set_up (f, data);
  fixture_advance (f, 5000);
  vowel_turn_controller_set_barge_in (f->turns, &config);
  f->guesses = TRUE;
  f->heard_until = vowel_clock_now (VOWEL_CLOCK (f->clock)) + G_USEC_PER_SEC;
}

static void
test_by_guess (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 0);
  fixture_interim (f, 1, "wait");
  event_recorder_expect (f->log, "started i1 0");
  fixture_interim (f, 1, "wait a");
  event_recorder_expect (f->log, "guess i1 'wait a'", "interrupt");
  fixture_interim (f, 1, "wait a moment");
  fixture_stopped (f, 1, 900);
  fixture_final (f, 1, "wait a moment");
  event_recorder_expect (f->log, "guess i1 'wait a moment'", "stopped i1 900",
      "commit i1 0-900", "final i1 'wait a moment'", "respond i1");
}

/* A recogniser that does not guess. */
static void
test_by_final (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 0);
  fixture_stopped (f, 1, 900);
  event_recorder_expect (
      f->log, "started i1 0", "stopped i1 900", "commit i1 0-900");
  fixture_final (f, 1, "stop it");
  event_recorder_expect (f->log, "guess i1 'stop it'", "interrupt",
      "final i1 'stop it'", "respond i1");
}

static void
test_by_recogniser (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 0);
  fixture_ending (f, 1, "no");
  fixture_ending (f, 1, "no, the other");
  fixture_ended (f, 1, 900);
  fixture_final (f, 1, "no, the other");
  event_recorder_expect (f->log, "started i1 0", "guess i1 'no, the other'",
      "interrupt", "ending i1 'no, the other'", "stopped i1 900",
      "commit i1 0-900", "final i1 'no, the other'", "respond i1",
      "not ending i1");
}

static void
test_characters_not_bytes (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 0);
  fixture_interim (f, 1, "  \xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f  ");
  event_recorder_expect (f->log, "started i1 0");
  fixture_interim (f, 1, "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f.");
  event_recorder_expect (
      f->log, "guess i1 '\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f.'", "interrupt");
  fixture_stopped (f, 1, 500);
  fixture_failed (f, 1);
  event_recorder_forget (f->log);
}

static void
test_too_little (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 0);
  fixture_interim (f, 1, "hm");
  fixture_stopped (f, 1, 300);
  fixture_interim (f, 1, "hmm");
  fixture_final (f, 1, "hmm.");
  event_recorder_expect (f->log, "started i1 0", "stopped i1 300",
      "commit i1 0-300", "final i1 ''");
}

/* Pauses within a turn: all of it counts. */
static void
test_adds_up (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 0);
  fixture_final (f, 1, "um");
  fixture_stopped (f, 1, 300);
  fixture_started (f, 2, 500);
  fixture_interim (f, 2, "so");
  event_recorder_expect (
      f->log, "started i1 0", "guess i1 'um so'", "interrupt");
  fixture_stopped (f, 2, 900);
  fixture_failed (f, 2);
  event_recorder_forget (f->log);
  fixture_advance (f, 10000);
  event_recorder_forget (f->log);
}

static void
test_echo_guard (Fixture *f, gconstpointer data)
{
  fixture_advance (f, 1299);
  fixture_started (f, 1, 0);
  event_recorder_expect (f->log, "started i1 0");
  fixture_stopped (f, 1, 300);
  fixture_final (f, 1, "the");
  event_recorder_forget (f->log);

  fixture_advance (f, 1);
  fixture_started (f, 2, 1000);
  event_recorder_expect (f->log, "started i2 1000", "interrupt");
  fixture_interim (f, 2, "a");
  fixture_stopped (f, 2, 1300);
  fixture_final (f, 2, "no");
  event_recorder_expect (f->log, "guess i2 'a'", "stopped i2 1300",
      "commit i2 1000-1300", "final i2 'no'", "respond i2");
}

static void
test_nothing_is_heard (Fixture *f, gconstpointer data)
{
  f->heard_until = 0;
  fixture_said (f, 1, 0, 300, "no");
  event_recorder_expect (f->log, "started i1 0", "interrupt", "stopped i1 300",
      "commit i1 0-300", "final i1 'no'", "respond i1");
}

/* Where speech does not interrupt at all, short turns are turns. */
static void
test_no_interruption_wanted (Fixture *f, gconstpointer data)
{
  f->detection.interrupt_response = FALSE;
  vowel_turn_controller_configure (f->turns, &f->detection);
  fixture_said (f, 1, 0, 300, "no");
  event_recorder_expect (f->log, "started i1 0", "stopped i1 300",
      "commit i1 0-300", "final i1 'no'", "respond i1");
}

static void
test_takes_back (Fixture *f, gconstpointer data)
{
  f->takes_back = TRUE;
  fixture_started (f, 1, 0);
  fixture_interim (f, 1, "[noise]");
  fixture_stopped (f, 1, 300);
  fixture_final (f, 1, "");
  event_recorder_expect (f->log, "started i1 0", "guess i1 '[noise]'",
      "interrupt", "stopped i1 300", "commit i1 0-300", "final i1 ''",
      "respond none");
}

#define ADD(name, type)                                                        \
  g_test_add ("/barge-in/" #name, Fixture, GINT_TO_POINTER (type), set_up,     \
      test_##name, fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (by_guess, VOWEL_TURN_SERVER_VAD);
  ADD (by_final, VOWEL_TURN_SERVER_VAD);
  ADD (by_recogniser, VOWEL_TURN_SERVER_VAD);
  ADD (characters_not_bytes, VOWEL_TURN_SERVER_VAD);
  ADD (too_little, VOWEL_TURN_SERVER_VAD);
  ADD (adds_up, VOWEL_TURN_SEMANTIC_VAD);
  ADD (echo_guard, VOWEL_TURN_SERVER_VAD);
  ADD (nothing_is_heard, VOWEL_TURN_SERVER_VAD);
  ADD (no_interruption_wanted, VOWEL_TURN_SERVER_VAD);
  ADD (takes_back, VOWEL_TURN_SERVER_VAD);
  return g_test_run ();
}
