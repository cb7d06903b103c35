/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Turns by the type of turn detection: pushing to talk, switching the detector
 * on and off, silence, and semantic endpointing. */

#include "turn-fixture.h"

#include "session/endpointing.h"

static void
test_push_to_talk (Fixture *f, gconstpointer data)
{
  gint64 start = 0;

  vowel_turn_controller_begin (f->turns, 300 * 1000);
  g_assert_true (vowel_turn_controller_is_open (f->turns, &start));
  g_assert_cmpint (start, ==, 300 * 1000);
  fixture_begun (f, 1, 300);
  event_recorder_expect (f->log, "");
  g_assert_true (fixture_commit (f, 0, 800));
  fixture_stopped (f, 1, 800);
  fixture_final (f, 1, "words");
  event_recorder_expect (f->log, "commit i1 300-800", "final i1 'words'");
}

static void
test_push_to_talk_unnamed (Fixture *f, gconstpointer data)
{
  vowel_turn_controller_begin (f->turns, 0);
  g_assert_true (fixture_commit (f, 0, 200));
  vowel_turn_controller_begin (f->turns, 200 * 1000);
  vowel_turn_controller_clear (f->turns);
  g_assert_true (vowel_turn_controller_awaits_transcript (f->turns));
  vowel_turn_controller_begin (f->turns, 400 * 1000);
  g_assert_true (fixture_commit (f, 0, 600));
  event_recorder_expect (f->log, "commit i1 0-200", "commit i2 400-600");
  fixture_begun (f, 1, 0);
  fixture_begun (f, 2, 200);
  fixture_begun (f, 3, 400);
  fixture_final (f, 2, "cleared");
  fixture_final (f, 3, "three");
  fixture_final (f, 1, "one");
  event_recorder_expect (f->log, "final i2 'three'", "final i1 'one'");
}

static void
test_push_to_talk_never_named (Fixture *f, gconstpointer data)
{
  vowel_turn_controller_begin (f->turns, 0);
  g_assert_true (fixture_commit (f, 0, 200));
  event_recorder_forget (f->log);
  fixture_advance (f, VOWEL_TURN_TRANSCRIPT_TIMEOUT_MS);
  event_recorder_expect (f->log, "failed i1 timeout");
}

static void
test_detected_without_detector (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 0);
  fixture_stopped (f, 1, 100);
  g_assert_false (vowel_turn_controller_is_open (f->turns, NULL));
}

static void
test_detector_switched_off (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 100);
  vowel_turn_detection_init (&f->detection, VOWEL_TURN_NONE);
  g_assert_true (vowel_turn_controller_configure (f->turns, &f->detection));
  fixture_stopped (f, 1, 500);
  event_recorder_expect (f->log, "started i1 100", "interrupt");
  g_assert_true (vowel_turn_controller_is_open (f->turns, NULL));
  fixture_final (f, 1, "words");
  g_assert_false (fixture_commit (f, 0, 900));
  event_recorder_expect (f->log, "commit i1 100-500", "final i1 'words'");
}

static void
test_detector_switched_on (Fixture *f, gconstpointer data)
{
  vowel_turn_controller_begin (f->turns, 0);
  fixture_begun (f, 1, 0);
  vowel_turn_detection_init (&f->detection, VOWEL_TURN_SERVER_VAD);
  g_assert_false (vowel_turn_controller_configure (f->turns, &f->detection));
  g_assert_false (vowel_turn_controller_is_open (f->turns, NULL));
  fixture_final (f, 1, "words");
}

static void
idle_after (Fixture *f, guint ms)
{
  f->detection.idle_timeout_ms = ms;
  vowel_turn_controller_configure (f->turns, &f->detection);
}

static void
test_idle (Fixture *f, gconstpointer data)
{
  gint64 now = vowel_clock_now (VOWEL_CLOCK (f->clock));

  idle_after (f, 6000);
  vowel_turn_controller_response_ended (f->turns, now + 2000 * 1000);
  fixture_advance (f, 7999);
  event_recorder_expect (f->log, "");
  fixture_advance (f, 1);
  event_recorder_expect (f->log, "idle");
  /* Again only after the next answer. */
  fixture_advance (f, 60000);
  vowel_turn_controller_response_started (f->turns);
  vowel_turn_controller_response_ended (f->turns, now);
  fixture_advance (f, 6000);
  event_recorder_expect (f->log, "idle");
}

static void
test_idle_ends (Fixture *f, gconstpointer data)
{
  idle_after (f, 6000);
  vowel_turn_controller_response_ended (f->turns, 0);
  fixture_advance (f, 3000);
  fixture_started (f, 1, 0);
  event_recorder_forget (f->log);
  fixture_advance (f, 6000);
  event_recorder_expect (f->log, "");
  vowel_turn_controller_response_ended (f->turns, 0);
  fixture_advance (f, 6000);
  event_recorder_expect (f->log, "");
  vowel_turn_controller_clear (f->turns);
  vowel_turn_controller_response_ended (f->turns, 0);
  vowel_turn_controller_response_started (f->turns);
  fixture_advance (f, 6000);
  event_recorder_expect (f->log, "");
  vowel_turn_controller_response_ended (f->turns, 0);
  idle_after (f, 0);
  fixture_advance (f, 6000);
  event_recorder_expect (f->log, "");
}

/* A noise is no word: silence begins anew. */
static void
test_idle_after_noise (Fixture *f, gconstpointer data)
{
  idle_after (f, 6000);
  vowel_turn_controller_response_ended (f->turns, 0);
  fixture_advance (f, 5000);
  fixture_started (f, 1, 0);
  fixture_stopped (f, 1, 500);
  fixture_advance (f, 3000);
  fixture_final (f, 1, "");
  event_recorder_forget (f->log);
  fixture_advance (f, 5999);
  event_recorder_expect (f->log, "");
  fixture_advance (f, 1);
  event_recorder_expect (f->log, "idle");

  /* Words are, whether or not they are answered. */
  vowel_turn_controller_response_ended (f->turns, 0);
  f->detection.create_response = FALSE;
  vowel_turn_controller_configure (f->turns, &f->detection);
  fixture_said (f, 2, 0, 500, "yes");
  event_recorder_forget (f->log);
  fixture_advance (f, 60000);
}

static void
test_idle_after_clear (Fixture *f, gconstpointer data)
{
  idle_after (f, 6000);
  vowel_turn_controller_response_ended (f->turns, 0);
  fixture_advance (f, 5000);
  fixture_started (f, 1, 0);
  event_recorder_forget (f->log);
  vowel_turn_controller_clear (f->turns);
  fixture_advance (f, 5999);
  event_recorder_expect (f->log, "");
  fixture_advance (f, 1);
  event_recorder_expect (f->log, "idle");
}

/* Asked for while it is quiet already; changed while it runs. */
static void
test_idle_configured (Fixture *f, gconstpointer data)
{
  vowel_turn_controller_response_ended (f->turns, 0);
  fixture_advance (f, 60000);
  idle_after (f, 6000);
  fixture_advance (f, 5000);
  idle_after (f, 9000);
  fixture_advance (f, 3999);
  event_recorder_expect (f->log, "");
  fixture_advance (f, 1);
  event_recorder_expect (f->log, "idle");
}

static void
test_semantic_reconfigured (Fixture *f, gconstpointer data)
{
  /* A more eager one ends the pause that is lasting. */
  fixture_said (f, 1, 0, 500, "so um");
  fixture_advance (f, 2500);
  event_recorder_forget (f->log);
  f->detection.eagerness = VOWEL_EAGERNESS_HIGH;
  g_assert_true (vowel_turn_controller_configure (f->turns, &f->detection));
  event_recorder_expect (f->log, "");
  fixture_advance (f, 0);
  event_recorder_expect (f->log, "stopped i1 500", "commit i1 0-500",
      "final i1 'so um'", "respond i1");

  /* A less eager one makes it longer, from where it began. */
  fixture_said (f, 2, 0, 500, "so um");
  fixture_advance (f, 1500);
  event_recorder_forget (f->log);
  f->detection.eagerness = VOWEL_EAGERNESS_LOW;
  g_assert_true (vowel_turn_controller_configure (f->turns, &f->detection));
  fixture_advance (f, 6499);
  event_recorder_expect (f->log, "");
  fixture_advance (f, 1);
  event_recorder_forget (f->log);

  /* Without semantics the silence that was detected was enough. */
  fixture_started (f, 3, 0);
  fixture_stopped (f, 3, 500);
  event_recorder_forget (f->log);
  vowel_turn_detection_init (&f->detection, VOWEL_TURN_SERVER_VAD);
  g_assert_true (vowel_turn_controller_configure (f->turns, &f->detection));
  fixture_advance (f, 0);
  event_recorder_expect (f->log, "stopped i3 500", "commit i3 0-500");
  fixture_final (f, 3, "and");
  event_recorder_expect (f->log, "final i3 'and'", "respond i3");

  /* Switched off: it lasts until the client commits. */
  vowel_turn_detection_init (&f->detection, VOWEL_TURN_SEMANTIC_VAD);
  vowel_turn_controller_configure (f->turns, &f->detection);
  fixture_started (f, 4, 0);
  fixture_stopped (f, 4, 500);
  event_recorder_forget (f->log);
  vowel_turn_detection_init (&f->detection, VOWEL_TURN_NONE);
  g_assert_true (vowel_turn_controller_configure (f->turns, &f->detection));
  fixture_final (f, 4, "Done.");
  fixture_advance (f, 20000);
  event_recorder_expect (f->log, "");
  g_assert_false (fixture_commit (f, 0, 900));
  event_recorder_expect (f->log, "commit i4 0-500", "final i4 'Done.'");
}

/* A recording that is sent at once has its pauses in the audio. */
static void
test_semantic_fast_audio (Fixture *f, gconstpointer data)
{
  fixture_said (f, 1, 0, 500, "I would like um");
  fixture_said (f, 2, 4400, 5000, "a coffee.");
  event_recorder_expect (f->log, "started i1 0", "interrupt");
  fixture_started (f, 3, 5250);
  event_recorder_expect (f->log, "stopped i1 5000", "commit i1 0-5000",
      "final i1 'I would like um a coffee.'", "respond i1", "started i2 5250",
      "interrupt");
  fixture_stopped (f, 3, 6000);
  fixture_advance (f, 4000);
  event_recorder_expect (f->log, "stopped i2 6000", "commit i2 5250-6000");
  fixture_final (f, 3, "");
  event_recorder_expect (f->log, "final i2 ''");
}

static void
test_semantic_waits (Fixture *f, gconstpointer data)
{
  static const struct {
    VowelEagerness eagerness;
    const gchar *text;
    guint wait_ms;
  } cases[] = {
      {VOWEL_EAGERNESS_LOW, "I am done.", 600},
      {VOWEL_EAGERNESS_AUTO, "I am done.", 250},
      {VOWEL_EAGERNESS_HIGH, "I am done.", 0},
      {VOWEL_EAGERNESS_LOW, "perhaps", 2000},
      {VOWEL_EAGERNESS_MEDIUM, "perhaps", 900},
      {VOWEL_EAGERNESS_HIGH, "perhaps", 400},
      {VOWEL_EAGERNESS_LOW, "I would like um", 8000},
      {VOWEL_EAGERNESS_MEDIUM, "I would like um", 4000},
      {VOWEL_EAGERNESS_HIGH, "I would like um", 2000},
      {VOWEL_EAGERNESS_MEDIUM, "my number is four five", 2000},
      {VOWEL_EAGERNESS_MEDIUM, "", 0},
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    f->detection.eagerness = cases[i].eagerness;
    vowel_turn_controller_configure (f->turns, &f->detection);
    fixture_started (f, i + 1, 0);
    fixture_stopped (f, i + 1, 500);
    event_recorder_forget (f->log);
    fixture_final (f, i + 1, cases[i].text);
    if (cases[i].wait_ms > 0) {
      fixture_advance (f, cases[i].wait_ms - 1);
      event_recorder_expect (f->log, "");
      fixture_advance (f, 1);
    }
    g_assert_false (vowel_turn_controller_is_open (f->turns, NULL));
    event_recorder_forget (f->log);
  }
}

/* Time that passed while the recogniser worked counts. */
static void
test_semantic_slow_recogniser (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 0);
  fixture_stopped (f, 1, 500);
  fixture_advance (f, 800);
  fixture_final (f, 1, "Done.");
  event_recorder_expect (f->log, "started i1 0", "interrupt", "stopped i1 500",
      "commit i1 0-500", "final i1 'Done.'", "respond i1");
}

static void
test_semantic_no_transcript (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 0);
  fixture_stopped (f, 1, 500);
  fixture_advance (f, 3999);
  event_recorder_expect (f->log, "started i1 0", "interrupt");
  fixture_advance (f, 1);
  event_recorder_expect (f->log, "stopped i1 500", "commit i1 0-500");
  fixture_final (f, 1, "late");
  event_recorder_expect (f->log, "final i1 'late'", "respond i1");
}

static void
test_semantic_goes_on (Fixture *f, gconstpointer data)
{
  fixture_said (f, 1, 0, 500, "my name is");
  fixture_advance (f, 3000);
  fixture_started (f, 2, 3500);
  fixture_advance (f, 10000);
  event_recorder_expect (f->log, "started i1 0", "interrupt");
  fixture_final (f, 2, "Ann.");
  fixture_stopped (f, 2, 14000);
  fixture_advance (f, 250);
  event_recorder_expect (f->log, "stopped i1 14000", "commit i1 0-14000",
      "final i1 'my name is Ann.'", "respond i1");
}

static void
test_semantic_commit (Fixture *f, gconstpointer data)
{
  fixture_said (f, 1, 0, 500, "and");
  event_recorder_forget (f->log);
  g_assert_false (fixture_commit (f, 0, 900));
  event_recorder_expect (f->log, "commit i1 0-500", "final i1 'and'");
  fixture_advance (f, 20000);
}

static void
test_semantic_part_failed (Fixture *f, gconstpointer data)
{
  fixture_started (f, 1, 0);
  fixture_stopped (f, 1, 500);
  fixture_failed (f, 1);
  event_recorder_expect (f->log, "started i1 0", "interrupt", "stopped i1 500",
      "commit i1 0-500", "failed i1 upstream");
}

static void
test_endpoints (void)
{
  static const struct {
    const gchar *text;
    VowelEndpoint endpoint;
  } cases[] = {
      {"", VOWEL_ENDPOINT_OPEN},
      {"Is it raining?", VOWEL_ENDPOINT_COMPLETE},
      {"Stop! ", VOWEL_ENDPOINT_COMPLETE},
      {"好的。", VOWEL_ENDPOINT_COMPLETE},
      {"is it raining", VOWEL_ENDPOINT_OPEN},
      {"well,", VOWEL_ENDPOINT_INCOMPLETE},
      {"well...", VOWEL_ENDPOINT_INCOMPLETE},
      {"so I went to the", VOWEL_ENDPOINT_INCOMPLETE},
      {"ich möchte ähm", VOWEL_ENDPOINT_INCOMPLETE},
      {"Because", VOWEL_ENDPOINT_INCOMPLETE},
      {"four five six", VOWEL_ENDPOINT_NUMBER},
      {"it is 555 1234", VOWEL_ENDPOINT_NUMBER},
      {"My number is 555.", VOWEL_ENDPOINT_NUMBER},
      {"My number is 555", VOWEL_ENDPOINT_NUMBER},
      {"It is 5, 5, 5.", VOWEL_ENDPOINT_NUMBER},
      {"double four oh", VOWEL_ENDPOINT_NUMBER},
      {"vier fünf sechs", VOWEL_ENDPOINT_NUMBER},
      {"030 1234 5678", VOWEL_ENDPOINT_OPEN},
      {"five five five one two three four five six seven", VOWEL_ENDPOINT_OPEN},
      {"what is seven times eight", VOWEL_ENDPOINT_OPEN},
      {"I am twenty five", VOWEL_ENDPOINT_OPEN},
      {"sixty four thirty two", VOWEL_ENDPOINT_NUMBER},
      {"I'd like two.", VOWEL_ENDPOINT_COMPLETE},
      {"at 5", VOWEL_ENDPOINT_OPEN},
      {"I would like, um.", VOWEL_ENDPOINT_INCOMPLETE},
      {"Euh?", VOWEL_ENDPOINT_INCOMPLETE},
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (
        vowel_endpoint_classify (cases[i].text), ==, cases[i].endpoint);
}

#define ADD(name, type)                                                        \
  g_test_add ("/turn-controller/" #name, Fixture, GINT_TO_POINTER (type),      \
      fixture_set_up, test_##name, fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (push_to_talk, VOWEL_TURN_NONE);
  ADD (push_to_talk_unnamed, VOWEL_TURN_NONE);
  ADD (push_to_talk_never_named, VOWEL_TURN_NONE);
  ADD (detected_without_detector, VOWEL_TURN_NONE);
  ADD (detector_switched_off, VOWEL_TURN_SERVER_VAD);
  ADD (detector_switched_on, VOWEL_TURN_NONE);
  ADD (idle, VOWEL_TURN_SERVER_VAD);
  ADD (idle_ends, VOWEL_TURN_SERVER_VAD);
  ADD (idle_after_noise, VOWEL_TURN_SERVER_VAD);
  ADD (idle_after_clear, VOWEL_TURN_SERVER_VAD);
  ADD (idle_configured, VOWEL_TURN_SERVER_VAD);
  ADD (semantic_reconfigured, VOWEL_TURN_SEMANTIC_VAD);
  ADD (semantic_fast_audio, VOWEL_TURN_SEMANTIC_VAD);
  ADD (semantic_waits, VOWEL_TURN_SEMANTIC_VAD);
  ADD (semantic_slow_recogniser, VOWEL_TURN_SEMANTIC_VAD);
  ADD (semantic_no_transcript, VOWEL_TURN_SEMANTIC_VAD);
  ADD (semantic_goes_on, VOWEL_TURN_SEMANTIC_VAD);
  ADD (semantic_commit, VOWEL_TURN_SEMANTIC_VAD);
  ADD (semantic_part_failed, VOWEL_TURN_SEMANTIC_VAD);
  g_test_add_func ("/turn-controller/endpoints", test_endpoints);
  return g_test_run ();
}
